"""``source: CloudWatchAlarms``: the states of CloudWatch alarms, counted from DescribeAlarms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from checker.model import ConnectionDeclaration, Exchange, Failure, Question, Request
from checker.sources import SourceFailure, aws
from checker.sources.cloudwatch_alarms.ask import requests
from checker.sources.cloudwatch_alarms.query import TYPES, check, lower_is_better, possible, unit
from checker.sources.cloudwatch_alarms.query import CloudWatchAlarmsQuery as Query
from checker.sources.cloudwatch_alarms.read import read
from checker.sources.redact import redact

ConnectionDetails = aws.AwsConnectionDetails
WINDOWED = False
MOST_PAGES = 500
ACTION = "cloudwatch:DescribeAlarms"

ACTIONS: Mapping[str, tuple[str, ...]] = {"GetCallerIdentity": (), "DescribeAlarms": (ACTION,)}

__all__ = [
    "ACTIONS", "WINDOWED", "ConnectionDetails", "Query", "check", "connect", "describe", "follow_ups",
    "lower_is_better", "possible", "priced", "read", "requests", "resources", "send", "unit",
]  # fmt: skip


def resources(request: Request) -> tuple[str, ...]:
    """All: with a narrower permission, DescribeAlarms returns no composite alarms."""
    return ("*",) if ACTIONS[request.operation] else ()


def priced(request: Request) -> tuple[tuple[str, int | None], ...]:
    """Nothing: describing alarms is free."""
    return ()


def connect(declaration: ConnectionDeclaration, deadline: float) -> aws.AwsConnection:
    """Clients for CloudWatch, and for STS, which tells the account."""
    return aws.connect(("cloudwatch", "sts"), declaration)


def follow_ups(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Request]:
    """None: an empty listing explains itself."""
    return []


def send(request: Request, connection: aws.AwsConnection) -> Mapping[str, Any]:
    """The account, or all pages of a listing. Raises SourceFailure."""
    if request.operation == "GetCallerIdentity":
        return aws.identity(connection)
    client = connection.clients["cloudwatch"]
    asked = {name: value for name, value in request.parameters.items() if name != "at"}
    _demand_types(client, asked["AlarmTypes"])
    call = partial(client.describe_alarms, **asked)
    return {"pages": aws.pages(ACTION, call, "NextToken", _recorded, MOST_PAGES)}


def _demand_types(client: Any, types: Sequence[str]) -> None:
    """Refuses alarm types that the installed boto3 does not know, because it would silently drop them from answers."""
    known = client.meta.service_model.operation_model("DescribeAlarms").output_shape.members
    unknown = [each for each in types if f"{each}s" not in known]
    if unknown:
        message = f"{ACTION}: the installed boto3 does not know alarms of the type {', '.join(unknown)}"
        remedy = f"update boto3, or write types: [{', '.join(each for each in types if each not in unknown)}]"
        raise SourceFailure(Failure("refused", message, remedy))


_TEXTS = ("AlarmName", "StateValue", "EvaluationState")


def _recorded(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a page that are kept as evidence, as plain JSON values."""
    return {
        f"{kind}s": [_recorded_alarm(alarm) for alarm in answer[f"{kind}s"]]
        for kind in TYPES
        if answer.get(f"{kind}s") is not None
    }


def _recorded_alarm(alarm: Mapping[str, Any]) -> dict[str, Any]:
    changed = alarm.get("StateTransitionedTimestamp", alarm.get("StateUpdatedTimestamp"))
    return {
        **{name: str(alarm[name]) for name in _TEXTS if alarm.get(name) is not None},
        "ActionsEnabled": alarm.get("ActionsEnabled") is not False,
        "StateReason": redact(str(alarm.get("StateReason") or "")),
        **({} if changed is None else {"StateTransitionedTimestamp": _whole(aws.epoch(changed))}),
    }


def _whole(time: Any) -> Any:
    return int(time) if isinstance(time, float) else time


def describe(question: Question) -> str:
    """``CloudWatchAlarms notOk of alarms shop-prod-*``."""
    query: Query = question.query  # type: ignore[assignment]
    named = query.names or ()
    which = ", ".join(named[:5]) + (f" and {len(named) - 5} more" if len(named) > 5 else "")
    if not named:
        which = f"{query.namePrefix or ''}*"
    kinds = "" if set(query.types) == set(TYPES) else f" of the type {' or '.join(query.types)}"
    return f"CloudWatchAlarms {query.measure} of alarms {which}{kinds}"
