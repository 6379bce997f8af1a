"""Reads recorded budget reports into series: pure. Only OK, WARNING and BREACHED are statuses of a measured SLO."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from checker.model import Absence, ConnectionDeclaration, Exchange, Point, Question, Series
from checker.sources.application_signals.query import STATUS, ApplicationSignalsQuery, unit
from checker.sources.recorded import not_recorded, settle

OPERATION = "BatchGetServiceLevelObjectiveBudgetReport"
ACTION = f"application-signals:{OPERATION}"
ANOTHER_MOMENT = 3600
"""Seconds by which the answer's moment may differ from the requested one; AWS may round it to its periods."""


class Told(NamedTuple):
    """What an answer says about one SLO: the answer's moment, and the SLO's reports and errors."""

    moment: Any
    reports: list[Mapping[str, Any]]
    errors: list[Mapping[str, Any]]


Key = tuple[ConnectionDeclaration, int, str]
"""Connection, moment and SLO, as requested."""


def read(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Series | Absence]:
    """One reading for each question; ``not-recorded`` if the exchanges do not contain its answer."""
    answers: dict[Key, Told | Absence] = {}
    for exchange in exchanges:
        asked = exchange.request.parameters
        slos, at = asked.get("SloIds"), asked.get("Timestamp")
        if exchange.request.operation == OPERATION and isinstance(slos, list) and isinstance(at, int):
            for slo in map(str, slos):
                settle(answers, (exchange.request.connection, at, slo), _told(exchange, slo))
    return [_read(question, answers) for question in questions]


def _told(exchange: Exchange, slo: str) -> Told | Absence:
    if exchange.failure is not None:
        return Absence("failed", exchange.failure.message, exchange.failure.remedy)
    response = exchange.response or {}
    try:
        reports, errors = (list(_about(slo, response[part])) for part in ("Reports", "Errors"))
    except (KeyError, TypeError, AttributeError):
        return _failed(slo, f"the answer is not a valid {OPERATION} response")
    return Told(response.get("Timestamp"), reports, errors)


def _read(question: Question, answers: Mapping[Key, Told | Absence]) -> Series | Absence:
    query: ApplicationSignalsQuery = question.query  # type: ignore[assignment]
    slo = query.slo
    told = answers.get((question.connection, question.at, slo))
    if told is None:
        return not_recorded(f"report of the SLO {slo} at this moment")
    if isinstance(told, Absence):
        return told
    moment = told.moment
    if isinstance(moment, bool) or not isinstance(moment, int | float):
        return _failed(slo, "the answer does not say which moment it is for")
    if abs(moment - question.at) > ANOTHER_MOMENT:
        return _failed(slo, "the answer is for a moment other than the one asked for")
    if told.errors:
        return _error(slo, told.errors[0])
    if len(told.reports) != 1:
        fact = "holds two reports" if told.reports else "holds neither a report nor an error"
        return _failed(slo, f"the answer {fact}")
    return _series(question, query, told.reports[0], int(moment))


def _about(slo: str, parts: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    return (part for part in parts if slo in (part.get("Arn"), part.get("Name")))


def _failed(
    slo: str, fact: str, remedy: str = "run again; if it persists, check what is behind the endpoint"
) -> Absence:
    return Absence("failed", f"{ACTION}: {slo}: {fact}", remedy)


def _error(slo: str, error: Mapping[str, Any]) -> Absence:
    code = str(error.get("ErrorCode", ""))
    message = " ".join(str(error.get("ErrorMessage", "")).split())[:300]
    remedy = f"check the SLO's name, the region and the account, and that {ACTION} is granted"
    return _failed(slo, f"{code}: {message}", remedy)


def _series(
    question: Question, query: ApplicationSignalsQuery, report: Mapping[str, Any], moment: int
) -> Series | Absence:
    status = str(report.get("BudgetStatus", "none"))
    if status not in STATUS:
        return Absence(
            "no-data",
            f"the SLO {query.slo} has the status {status}: it has no attainment at this moment",
            "check that its metric is published, and that the SLO was created before this moment",
        )
    contradiction = _contradiction(report, status)
    if contradiction:
        return _failed(query.slo, contradiction)
    value = _value(query, report, status)
    if not isinstance(value, Fraction):
        return value
    return Series(
        points=(Point(moment, value),),
        combine="single",
        unit=unit(query),
        newest=moment,
        notes=tuple(_notes(query, report, status)),
    )


_BUDGETS = ("Seconds", "Requests")
"""What the error budget of an SLO is made of: seconds if it judges periods, requests if it judges those."""


def _contradiction(report: Mapping[str, Any], status: str) -> str:
    """What in a report contradicts something else in it; "" if nothing does. A BREACHED budget is one that is spent."""
    stated = [kind for kind in _BUDGETS if report.get(f"TotalBudget{kind}") is not None]
    if len(stated) > 1:
        return "the report states its error budget in seconds and in requests"
    left = _number(report.get(f"Budget{stated[0]}Remaining")) if stated else None
    if left is not None and (left > 0 if status == "BREACHED" else left < 0):
        return f"the report says {status}, and that {float(left):g} {stated[0].lower()} of the error budget are left"
    return ""


def _value(query: ApplicationSignalsQuery, report: Mapping[str, Any], status: str) -> Fraction | Absence:
    if query.measure == "status":
        return Fraction(STATUS[status])
    if query.measure == "attainment":
        attainment = _number(report.get("Attainment"))
        if attainment is None or not 0 <= attainment <= 100:
            return _failed(query.slo, "the report holds no attainment between 0 and 100")
        return attainment
    kind = "Seconds" if report.get("TotalBudgetSeconds") is not None else "Requests"
    total = _number(report.get(f"TotalBudget{kind}"))
    remaining = _number(report.get(f"Budget{kind}Remaining"))
    if total is None or remaining is None or total < 0:
        return _failed(query.slo, "the report does not say what is left of the error budget")
    if total == 0:
        return Absence(
            "no-data",
            f"the SLO {query.slo} has no error budget at this moment, so what is left of it is undefined",
            "wait for requests, or measure the attainment",
        )
    return remaining / total * 100


def _number(value: Any) -> Fraction | None:
    """A number of the answer as the decimal that AWS sent: 99.3, not the nearest double."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return Fraction(Decimal(repr(value)))


def _notes(query: ApplicationSignalsQuery, report: Mapping[str, Any], status: str) -> Iterator[str]:
    goal, interval = report.get("AttainmentGoal"), report.get("Interval")
    over = ""
    if isinstance(interval, Mapping):
        over = f" over {interval.get('Duration')} {str(interval.get('DurationUnit')).lower()}"
    yield f"{query.slo}: {status}" + (f", goal {goal} %{over}" if goal is not None else "")
    for kind in _BUDGETS:
        total, left = report.get(f"TotalBudget{kind}"), report.get(f"Budget{kind}Remaining")
        if total is not None and left is not None:
            yield f"{left} of {total} {'seconds' if kind == 'Seconds' else 'bad requests'} of the error budget are left"
