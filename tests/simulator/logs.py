"""CloudWatch Logs Insights: StartQuery, GetQueryResults and StopQuery, with answers that are given beforehand.

    simulator.logs.answer("count(@initDuration)", [{"cold": "312", "all": "5200"}])

No query is understood: the answer is the first one whose text is part of the query. A query that matches none
is refused, so that no test passes on an answer nobody wrote. A query goes through its statuses, one each time
its results are asked, and stays at the last; rows are there once it is Complete.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.simulator.errors import ApiError

Row = Mapping[str, Any] | Sequence[tuple[str, Any]]
"""Values by column, or pairs where a column is to come twice. A value of None is left out of its cell."""

MOST_LIMIT = 100_000
MOST_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Script:
    """How a query with ``text`` in it is answered."""

    text: str
    rows: tuple[Row, ...]
    statuses: tuple[str, ...]
    statistics: tuple[Mapping[str, Any], ...]
    """One for each status; the last one stays."""
    page: int
    changes: Mapping[str, Any]
    """Members of the answer that replace its own once the query has ended; None removes one."""


@dataclass(slots=True)
class Query:
    """A query that was started, and how often its results were asked."""

    script: Script
    limit: int
    looks: int = 0
    stopped: bool = False

    @property
    def status(self) -> str:
        statuses = self.script.statuses
        return "Cancelled" if self.stopped else statuses[min(max(self.looks, 1), len(statuses)) - 1]


@dataclass(slots=True)
class Logs:
    """The answers that were given, and the queries that were started, by id."""

    scripts: list[Script] = field(default_factory=list)
    queries: dict[str, Query] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(
        self,
        text: str,
        rows: Sequence[Row],
        *,
        statuses: Sequence[str] = ("Scheduled", "Running", "Complete"),
        matched: int = 1000,
        scanned: int = 5000,
        bytes_scanned: Sequence[float] = (2_000_000,),
        page: int = MOST_PAGE,
        **changes: Any,
    ) -> None:
        """Answer queries with ``text`` in them by ``rows``; a later answer for the same text replaces this one.

        ``bytes_scanned`` grows from status to status. ``changes`` are members of the last answer, as AWS names
        them: ``results=None``, ``statistics={...}``.
        """
        statistics = [
            {
                "recordsMatched": float(matched),
                "recordsScanned": float(scanned),
                "bytesScanned": float(amount),
                "logGroupsScanned": 1.0,
                "resultCount": float(len(rows)),
            }
            for amount in bytes_scanned
        ]
        script = Script(text, tuple(rows), tuple(statuses), tuple(statistics), page, changes)
        with self.lock:
            self.scripts = [script, *(each for each in self.scripts if each.text != text)]

    @property
    def operations(self) -> dict[str, Callable[..., dict[str, Any]]]:
        """By name, as the simulator calls them."""
        return {
            "StartQuery": self.start_query,
            "GetQueryResults": self.get_query_results,
            "StopQuery": self.stop_query,
        }

    def start_query(self, parameters: Mapping[str, Any], _: object) -> dict[str, Any]:
        text, limit = parameters.get("queryString", ""), parameters.get("limit", MOST_PAGE)
        groups = [
            name for name in ("logGroupName", "logGroupNames", "logGroupIdentifiers") if name in parameters
        ]
        if len(groups) + text.startswith("SOURCE ") != 1:
            raise ApiError("InvalidParameterException", "Exactly one choice of log groups must be given.")
        if not 0 <= parameters.get("startTime", -1) <= parameters.get("endTime", -1):
            raise ApiError("InvalidParameterException", "startTime must not be after endTime.")
        if not 1 <= limit <= MOST_LIMIT:
            raise ApiError("InvalidParameterException", f"limit must be from 1 to {MOST_LIMIT}.")
        with self.lock:
            script = next((each for each in self.scripts if each.text in text), None)
            if script is None:
                raise ApiError("SimulatorMisuse", f"No answer was given for the query {text}")
            identifier = f"query-{len(self.queries) + 1}"
            self.queries[identifier] = Query(script, limit)
        return {"queryId": identifier}

    def get_query_results(self, parameters: Mapping[str, Any], _: object) -> dict[str, Any]:
        query = self._query(parameters)
        with self.lock:
            query.looks += 1
            status, script = query.status, query.script
        step = min(query.looks, len(script.statistics)) - 1
        result: dict[str, Any] = {
            "queryLanguage": "CWLI",
            "results": [],
            "statistics": dict(script.statistics[step]),
            "status": status,
        }
        if status != "Complete":
            return result
        begin = int(parameters.get("nextToken", "0"))
        rows = script.rows[: query.limit]
        result["results"] = [_cells(row) for row in rows[begin : begin + script.page]]
        if begin + script.page < len(rows):
            result["nextToken"] = str(begin + script.page)
        result.update(script.changes)
        return {name: value for name, value in result.items() if value is not None}

    def stop_query(self, parameters: Mapping[str, Any], _: object) -> dict[str, Any]:
        query = self._query(parameters)
        with self.lock:
            if query.status not in ("Scheduled", "Running", "Unknown"):
                raise ApiError("InvalidParameterException", "The specified query is not running.")
            query.stopped = True
        return {"success": True}

    def _query(self, parameters: Mapping[str, Any]) -> Query:
        found = self.queries.get(parameters.get("queryId", ""))
        if found is None:
            raise ApiError("ResourceNotFoundException", "The specified query does not exist.")
        return found


def _cells(row: Row) -> list[dict[str, Any]]:
    pairs = row.items() if isinstance(row, Mapping) else row
    return [{"field": name, **({} if value is None else {"value": value})} for name, value in pairs]
