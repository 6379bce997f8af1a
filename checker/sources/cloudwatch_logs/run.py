"""Runs one query: starts it, waits for it, fetches its rows, and never leaves it running."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from checker.model import Failure, Request
from checker.sources import SourceFailure, aws
from checker.sources.cloudwatch_logs.ask import MOST_ROWS, call_of
from checker.sources.redact import redact

FIRST_WAIT = 0.1
LONGEST_WAIT = 2.0
"""Seconds between two looks at a running query; each wait is twice as long as the one before."""

MARGIN = 2.0
"""Seconds before the run's deadline at which a query is abandoned, so that there is time to stop it."""

WAITING = ("Scheduled", "Running")
ENDED = ("Complete", "Failed", "Cancelled", "Timeout")

STATISTICS = ("bytesScanned", "recordsScanned", "recordsMatched", "resultCount", "logGroupsScanned")


class LogsConnection(NamedTuple):
    """The clients, and the ``time.monotonic()`` value at which a running query is stopped."""

    account: aws.AwsConnection
    give_up: float

    @property
    def connected(self) -> tuple[tuple[str, str], ...]:
        """Facts about the connection: region and endpoint."""
        return self.account.connected


def give_up_at(deadline: float) -> float:
    """When to stop waiting: ``MARGIN`` before the deadline, but at most a quarter of the remaining time."""
    return deadline - min(MARGIN, max(0.0, deadline - time.monotonic()) / 4)


def run_query(request: Request, connection: LogsConnection) -> dict[str, Any]:
    """The rows (lists of [field, value]), the statistics and the final status of a query.

    Raises SourceFailure; a query that may still be running is stopped first.
    """
    client = connection.account.clients["logs"]
    identifier = _start(client, request)
    try:
        answer = _wait(client, identifier, request.parameters["byteBudget"], connection.give_up)
    except SourceFailure as failed:
        stopped = _stop(client, identifier)
        failure = failed.failure
        raise SourceFailure(failure._replace(message=f"{failure.message}; {stopped}")) from None
    if answer["status"] not in ENDED:
        _stop(client, identifier)
    return {
        "status": str(answer["status"]),
        "rows": _rows(client, identifier, answer),
        "statistics": _statistics(answer),
    }


def _start(client: Any, request: Request) -> str:
    with aws.failures("logs:StartQuery"):
        try:
            answer = client.start_query(**call_of(request))
        except client.exceptions.ResourceNotFoundException as missing:
            raise SourceFailure(
                Failure(
                    "missing",
                    f"logs:StartQuery: there is no such log group in {client.meta.region_name}: {_said(missing)}",
                    "check the names of the log groups, the region and the account",
                )
            ) from None
        except client.exceptions.LimitExceededException as full:
            raise SourceFailure(
                Failure(
                    "throttled",
                    f"logs:StartQuery: too many queries run at once: {_said(full)}",
                    "run again later; dashboards and scheduled queries count too, and AWS may raise the limit",
                )
            ) from None
    identifier = answer.get("queryId")
    if not isinstance(identifier, str) or not identifier:
        raise _malformed("logs:StartQuery: the answer holds no queryId")
    return identifier


def _said(error: Any) -> str:
    return redact(" ".join(str(error.response.get("Error", {}).get("Message", "")).split()))[:300]


def _wait(client: Any, identifier: str, most: int, give_up: float) -> Mapping[str, Any]:
    """The first answer that says the query is no longer waiting or running."""
    pause = FIRST_WAIT
    while True:
        answer = _look(client, identifier)
        if not answer.get("status"):
            raise _malformed("logs:GetQueryResults: the answer holds no status")
        if answer["status"] not in WAITING:
            return answer
        scanned = (answer.get("statistics") or {}).get("bytesScanned", 0)
        if isinstance(scanned, int | float) and scanned > most:
            raise SourceFailure(
                Failure(
                    "refused",
                    f"logs:GetQueryResults: the query scanned {size(scanned)} and was not done, over the byteBudget "
                    f"of {size(most)}",
                    "shorten the window, name fewer log groups, or raise byteBudget",
                )
            )
        left = give_up - time.monotonic()
        if left <= 0:
            raise SourceFailure(
                Failure(
                    "timeout",
                    f"logs:GetQueryResults: the query was still {answer['status']} shortly before the deadline",
                    "raise --timeout, shorten the window, or name fewer log groups",
                )
            )
        time.sleep(min(pause, left))
        pause = min(2 * pause, LONGEST_WAIT)


def _look(client: Any, identifier: str, **page: str) -> Mapping[str, Any]:
    with aws.failures("logs:GetQueryResults"):
        answer: Mapping[str, Any] = client.get_query_results(queryId=identifier, **page)
    return answer


def _stop(client: Any, identifier: str) -> str:
    """Stops the query, and says in words whether that worked."""
    try:
        with aws.failures("logs:StopQuery"):
            try:
                client.stop_query(queryId=identifier)
            except client.exceptions.InvalidParameterException:
                return "the query was no longer running"
    except SourceFailure as failed:
        return f"the query could not be stopped ({failed.failure.message})"
    return "the query was stopped"


def _rows(client: Any, identifier: str, answer: Mapping[str, Any]) -> list[list[list[Any]]]:
    """All rows of a complete answer, from every page. ``@ptr`` is left out because it differs between identical
    answers."""
    rows: list[list[list[Any]]] = []
    seen: set[str] = set()
    if answer.get("status") != "Complete":
        return rows
    while True:
        if not isinstance(answer.get("results"), list):
            raise _malformed("logs:GetQueryResults: the answer is complete and holds no results")
        with aws.failures("logs:GetQueryResults"):
            rows += [
                [[cell["field"], cell.get("value")] for cell in row if cell["field"] != "@ptr"]
                for row in answer["results"]
            ]
        token = aws.token_of("logs:GetQueryResults", answer, "nextToken")
        if not token or len(rows) > MOST_ROWS:
            return rows
        if token in seen:
            raise _malformed(
                "logs:GetQueryResults: the answer does not end: a page refers to one that was already read"
            )
        seen.add(token)
        answer = _look(client, identifier, nextToken=token)
        if answer.get("status") != "Complete":
            raise _malformed(f"logs:GetQueryResults: a page of a complete answer is {answer.get('status')}")


def _statistics(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The statistics of the answer, as whole numbers where they are."""
    given = answer.get("statistics") or {}
    return {name: _plain(given[name]) for name in STATISTICS if name in given}


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return int(value) if value.is_integer() else value if math.isfinite(value) else str(value)
    return value


def _malformed(message: str) -> SourceFailure:
    return SourceFailure(
        Failure("malformed", message, "run again; if it persists, check what is behind the endpoint")
    )


def size(amount: float) -> str:
    """An amount of data in bytes, in words with three significant digits: ``5 GB``."""
    for name, factor in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if amount >= factor:
            return f"{amount / factor:.3g} {name}"
    return f"{amount:.0f} bytes"
