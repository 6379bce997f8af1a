"""Earlier reports of checker, which baselines are made of; see ``docs/baselines.md``.

One request reads every report in a place, for all promises that are compared with it. Recorded are only each report's
digest and what it says about those promises, so that a replay needs neither the directory nor the bucket.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from checker.model import Absence, ConnectionDeclaration, Exchange, Question, Request, Series
from checker.sources import aws
from checker.sources.past_reports.choose import choose
from checker.sources.past_reports.gather import gather
from checker.sources.past_reports.query import PastReportsQuery as Query
from checker.sources.past_reports.query import bucket_of, check
from checker.sources.past_reports.store import Store
from checker.units import Unit

ConnectionDetails = aws.AwsConnectionDetails
WINDOWED = False
MEASURES = False
ACTIONS: Mapping[str, tuple[str, ...]] = {
    "GetCallerIdentity": (),
    "ReadFiles": (),
    "GetObject": ("s3:GetObject",),
    "ListAndGetObjects": ("s3:GetObject", "s3:ListBucket"),
}

__all__ = [
    "ACTIONS", "MEASURES", "WINDOWED", "ConnectionDetails", "Query", "check", "connect", "describe", "files",
    "follow_ups", "priced", "read", "requests", "resources", "send", "unit",
]  # fmt: skip


def unit(asked: Query) -> Unit | None:
    """None: it is the unit of the promise."""
    return None


def files(question: Question) -> list[str]:
    """The report, or the directory of the reports; none for a bucket."""
    asked: Any = question.query
    return [asked.place] if bucket_of(asked.place) is None else []


def requests(questions: Sequence[Question]) -> list[Request]:
    """One request for each place, for all promises that are compared with it; and for each connection to S3 a
    request for its identity."""
    names: dict[tuple[ConnectionDeclaration, str, bool], set[str]] = defaultdict(set)
    for question in questions:
        names[_key(question)].add("" if question.objective is None else question.objective.name)
    in_s3 = dict.fromkeys(connection for connection, place, _ in names if bucket_of(place) is not None)
    return [aws.identity_request("PastReports", connection) for connection in in_s3] + [
        Request(
            "PastReports",
            connection,
            _operation(place, pinned),
            {"place": place, "pinned": pinned, "objectives": sorted(objectives)},
        )
        for (connection, place, pinned), objectives in names.items()
    ]


def _key(question: Question) -> tuple[ConnectionDeclaration, str, bool]:
    asked: Any = question.query
    return question.connection, asked.place, asked.report is not None


def _operation(place: str, pinned: bool) -> str:
    if bucket_of(place) is None:
        return "ReadFiles"
    return "GetObject" if pinned else "ListAndGetObjects"


def follow_ups(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Request]:
    return []


def connect(declaration: ConnectionDeclaration, deadline: float) -> Store:
    """Access to reports; does not connect yet."""
    return Store(declaration, Path.cwd())


def send(request: Request, connection: Store) -> Mapping[str, Any]:
    """What the reports in a place say about the promises (see ``gather``), or the account. Raises SourceFailure."""
    if request.operation == "GetCallerIdentity":
        return aws.identity(connection.open())
    return gather(request, connection)


def read(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Series | Absence]:
    """For each promise, the values of its baseline, as ``past`` of a series."""
    return [_read(question, exchanges) for question in questions]


def _read(question: Question, exchanges: Sequence[Exchange]) -> Series | Absence:
    connection, place, pinned = _key(question)
    name = "" if question.objective is None else question.objective.name
    found = [
        each
        for each in exchanges
        if each.request.connection == connection
        and each.request.parameters.get("place") == place
        and each.request.parameters.get("pinned") is pinned
        and isinstance(objectives := each.request.parameters.get("objectives"), list)
        and name in objectives
    ]
    if not found:
        return Absence(
            "not-recorded", f"the evidence does not hold what {place} said", "record the evidence again"
        )
    first, *more = (_chosen(question, each) for each in found)
    if any(each != first for each in more):
        return Absence(
            "failed", f"the evidence holds different answers of {place}", "record the evidence again"
        )
    return first


def _chosen(question: Question, exchange: Exchange) -> Series | Absence:
    """The baseline by one answer, in which other promises make no difference to this one."""
    if exchange.failure is not None:
        return Absence("failed", exchange.failure.message, exchange.failure.remedy)
    return choose(question, exchange.response or {})


def describe(question: Question) -> str:
    """``median of the last 3 reports in reports/monthly in which this promise passed``."""
    asked: Any = question.query
    which = {
        "objective": " in which this promise passed",
        "release": " whose release was allowed",
        "any": "",
    }[asked.passed]
    if asked.report is not None:
        return f"the report {asked.report}"
    if asked.last == 1:
        return f"the last report in {asked.place}{which}"
    return f"{asked.aggregate} of the last {asked.last} reports in {asked.place}{which}"


def resources(request: Request) -> tuple[str, ...]:
    """The bucket, and the objects in the folder; or the one object."""
    bucket = bucket_of(str(request.parameters.get("place", "")))
    if bucket is None:
        return ()
    region = dict(request.connection.details).get("region") or ""
    archive = f"arn:{aws.partition(region)}:s3:::{bucket.bucket}"
    if request.parameters["pinned"]:
        return (f"{archive}/{bucket.key}",)
    return (archive, f"{archive}/{bucket.folder.key}*")


def priced(request: Request) -> tuple[tuple[str, int | None], ...]:
    """One GET for each report, and one LIST for every thousand keys; their number is not known beforehand."""
    if not ACTIONS[request.operation]:
        return ()
    gets = ("S3 GET request", 1 if request.parameters["pinned"] else None)
    return (gets,) if request.parameters["pinned"] else (gets, ("S3 LIST request", None))
