"""The listings of alarms that a question needs, and the requests for them: pure.

A listing has no time: it shows the states at the moment of asking. The moment of the run is part of the request, so
that a recording only answers for its own moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from checker.model import ConnectionDeclaration, Question, Request
from checker.sources.aws import identity_request
from checker.sources.cloudwatch_alarms.query import TYPES, CloudWatchAlarmsQuery

NAMES_A_CALL = 100


class Scope(NamedTuple):
    """Where to look for alarms: the connection, the moment, and the types."""

    connection: ConnectionDeclaration
    at: int
    types: tuple[str, ...]


class Listing(NamedTuple):
    """One thing to find there: all alarms with a prefix ("" for every alarm), or the alarm with one name."""

    scope: Scope
    prefix: str | None
    name: str | None


def listings_of(question: Question) -> list[Listing]:
    """The listings that a question needs."""
    query: CloudWatchAlarmsQuery = question.query  # type: ignore[assignment]
    scope = Scope(question.connection, question.at, tuple(each for each in TYPES if each in query.types))
    if query.names is None:
        return [Listing(scope, query.namePrefix or "", None)]
    return [Listing(scope, None, name) for name in dict.fromkeys(query.names)]


def listings_in(request: Request) -> Iterator[Listing]:
    """The listings that a request asks for; none if it is not a request of this module."""
    at, types, names, prefix = (
        request.parameters.get(key) for key in ("at", "AlarmTypes", "AlarmNames", "AlarmNamePrefix")
    )
    if not isinstance(at, int) or not isinstance(types, list):
        return
    scope = Scope(request.connection, at, tuple(map(str, types)))
    if isinstance(names, list):
        yield from (Listing(scope, None, str(name)) for name in names)
    else:
        yield Listing(scope, str(prefix or ""), None)


def requests(questions: Sequence[Question]) -> list[Request]:
    """One request for each connection's identity; then every prefix once, and all names together, 100 in a call."""
    wanted = dict.fromkeys(listing for question in questions for listing in listings_of(question))
    names: dict[Scope, list[str]] = {}
    made = [
        identity_request("CloudWatchAlarms", declaration)
        for declaration in dict.fromkeys(listing.scope.connection for listing in wanted)
    ]
    for scope, prefix, name in wanted:
        if name is not None:
            names.setdefault(scope, []).append(name)
        else:
            made.append(_request(scope, {"AlarmNamePrefix": prefix} if prefix else {}))
    for scope, all_names in names.items():
        ordered = sorted(all_names)
        made += [
            _request(scope, {"AlarmNames": ordered[begin : begin + NAMES_A_CALL]})
            for begin in range(0, len(ordered), NAMES_A_CALL)
        ]
    return made


def _request(scope: Scope, chosen: dict[str, Any]) -> Request:
    parameters = {"at": scope.at, "AlarmTypes": list(scope.types), "MaxRecords": 100, **chosen}
    return Request("CloudWatchAlarms", scope.connection, "DescribeAlarms", parameters)
