"""The days or months that a question is about, and the requests for them: pure.

A request with several metrics costs the same as one with a single metric. So questions that differ only in their
metric, or in the group that they pick, share one request.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from checker.model import ConnectionDeclaration, Question, Request, Window
from checker.sources.aws import identity_request
from checker.sources.cost_explorer import expression
from checker.sources.cost_explorer.query import DAY, CostExplorerQuery, lag_of


class Period(NamedTuple):
    """A day or a month: ``start`` is included, ``end`` is not. Both are dates as text, such as 2026-01-31."""

    start: str
    end: str

    @property
    def name(self) -> str:
        """Its usual name: 2026-01-31, or 2026-01 for a month."""
        return self.start[:7] if self.start.endswith("-01") and self.end.endswith("-01") else self.start

    @property
    def time(self) -> int:
        """Its start in epoch seconds."""
        return _epoch(date.fromisoformat(self.start))


class Asked(NamedTuple):
    """A request without its metrics: the connection, and the other parameters as sorted JSON text."""

    connection: ConnectionDeclaration
    text: str


def periods_of(question: Question) -> list[Period]:
    """The last whole days or months that ended at least ``lag`` before the run's moment, oldest first."""
    query: CostExplorerQuery = question.query  # type: ignore[assignment]
    today = datetime.fromtimestamp(question.at - lag_of(query), UTC).date()
    if query.granularity == "DAILY":
        bounds = [today - timedelta(days=back) for back in range(query.periods, -1, -1)]
    else:
        this_month = today.year * 12 + today.month - 1
        bounds = [
            date((this_month - back) // 12, (this_month - back) % 12 + 1, 1)
            for back in range(query.periods, -1, -1)
        ]
    return [Period(start.isoformat(), end.isoformat()) for start, end in pairwise(bounds)]


def window_of(periods: Sequence[Period]) -> Window:
    """The time that all periods span together."""
    return Window(periods[0].time, _epoch(date.fromisoformat(periods[-1].end)))


def _epoch(day: date) -> int:
    return (day - date(1970, 1, 1)).days * DAY


def asked_of(question: Question) -> Asked:
    """What has to be asked to answer a question."""
    query: CostExplorerQuery = question.query  # type: ignore[assignment]
    periods = periods_of(question)
    parameters: dict[str, Any] = {
        "TimePeriod": {"Start": periods[0].start, "End": periods[-1].end},
        "Granularity": query.granularity,
    }
    if query.filter is not None:
        parameters["Filter"] = expression.asked(query.filter)
    if query.groupBy is not None:
        parameters["GroupBy"] = [{"Type": query.groupBy.Type, "Key": query.groupBy.Key}]
    return Asked(question.connection, _text(parameters))


def asked_in(request: Request) -> Asked:
    """What a recorded request asked: the inverse of ``requests``."""
    parameters = {name: value for name, value in request.parameters.items() if name != "Metrics"}
    return Asked(request.connection, _text(parameters))


def _text(parameters: Mapping[str, Any]) -> str:
    return json.dumps(parameters, sort_keys=True, separators=(",", ":"))


def requests(questions: Sequence[Question]) -> list[Request]:
    """One request for each connection's identity; then each combination of periods, filter and grouping once, with
    all metrics."""
    wanted: dict[Asked, set[str]] = {}
    for question in questions:
        query: CostExplorerQuery = question.query  # type: ignore[assignment]
        wanted.setdefault(asked_of(question), set()).add(query.metric)
    made = [
        identity_request("CostExplorer", declaration)
        for declaration in dict.fromkeys(asked.connection for asked in wanted)
    ]
    for asked, metrics in wanted.items():
        parameters = {**json.loads(asked.text), "Metrics": sorted(metrics)}
        made.append(Request("CostExplorer", asked.connection, "GetCostAndUsage", parameters))
    return made
