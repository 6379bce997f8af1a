"""Chooses the recorded reports that make the baseline of one promise. Pure.

Reports are ordered by the moment they judged, not by their files. Reports that do not count are noted, so that an
old baseline is not mistaken for a new one. A report that cannot be read is an error until it is excluded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from checker.model import Absence, PastValue, Point, Question, Series
from checker.sources.past_reports.query import PastReportsQuery
from checker.units import UnitError, convertible, parse_unit

REMEDY = "record the evidence again; do not edit it"


class Broken(ValueError):
    """A report that must not be ignored."""


def choose(question: Question, response: Mapping[str, Any]) -> Series | Absence:
    """The values in the recorded ``response`` for the promise of ``question``, latest first."""
    asked: Any = question.query
    why_not: Counter[str] = Counter()
    try:
        found = [
            value for each in response["reports"] if (value := _value(question, each, why_not)) is not None
        ]
        foreign = len(response["foreign"])
        absent = sorted(set(asked.exclude) - {each["name"] for each in response["reports"]})
    except Broken as broken:
        remedy = "write it again, or move it away; 'exclude' or a mark beside it leaves it out"
        return Absence("failed", f"{asked.place}: {broken}", remedy)
    except (KeyError, TypeError, ValueError, AttributeError, UnitError, ZeroDivisionError) as error:
        reason = f"the evidence of {asked.place} cannot be what was recorded: {type(error).__name__}"
        return Absence("failed", reason, REMEDY)
    if foreign:
        why_not["not a report of checker"] += foreign
    latest = _latest(found)[: asked.last]
    notes = [
        f"{count} file{' does' if count == 1 else 's do'} not count: {why}"
        for why, count in sorted(why_not.items())
    ]
    notes += [f"{name} is excluded, but there is no such report" for name in absent]
    if len(latest) < asked.minReports:
        return _none(asked, len(latest), why_not)
    if len(latest) < asked.last:
        notes.insert(0, f"{len(latest)} of {asked.last} reports are there")
    return Series(
        points=tuple(Point(each.at, each.value) for each in latest[:1]),
        combine="single",
        unit=latest[0].unit,
        newest=latest[0].at,
        notes=tuple(notes),
        past=tuple(latest),
    )


def _none(asked: PastReportsQuery, found: int, why_not: Counter[str]) -> Absence:
    if not found:
        reason = (
            f"there is no report in {asked.place}" if asked.reports else f"there is no report {asked.place}"
        )
    else:
        reason = f"{found} of the {asked.minReports} reports that are needed are there"
    if why_not:
        counted = "; ".join(f"{count} x {why}" for why, count in sorted(why_not.items()))
        reason = (f"no report in {asked.place} counts" if not found else reason) + f" ({counted})"
    return Absence(
        "no-data", reason, _FIRST if asked.passed != "any" else "put one there (checker run -f json=FILE)"
    )


_FIRST = (
    "put a report there in which this promise passed (checker run -f json=FILE): the first comes from a run with "
    "firstRun: pass, or with a target and no regression yet; that of an INCONCLUSIVE run does not count"
)


def _latest(found: Sequence[PastValue]) -> list[PastValue]:
    """The values, latest first, with one for each measurement: copies and replays repeat its time and value."""
    ordered = sorted(found, key=lambda each: (-each.at, each.report))
    return list({(each.at, each.value, each.unit): each for each in reversed(ordered)}.values())[::-1]


def _value(question: Question, report: Mapping[str, Any], why_not: Counter[str]) -> PastValue | None:
    """The value of the promise in one report; None if the report does not count, with the reason added to
    ``why_not``."""
    asked: Any = question.query
    objective = question.objective
    name = str(report["name"])
    if report["invalid"] is not False or name in asked.exclude:
        why_not["excluded, or marked as invalid"] += 1
        return None
    if asked.sha256 is not None and report.get("sha256") != asked.sha256:
        raise Broken(f"it has the digest {report.get('sha256')}, not the one that the baseline names")
    if "broken" in report:
        raise Broken(f"{name}: {report['broken']}")
    verdict = report["verdicts"].get("" if objective is None else objective.name)
    reason = _reason(question, report, verdict)
    if reason:
        why_not[reason] += 1
        return None
    return PastValue(
        name,
        str(report["sha256"]),
        int(report["at"]),
        Fraction(verdict["value"]),
        parse_unit(verdict["unit"] or ""),
    )


def _reason(question: Question, report: Mapping[str, Any], verdict: Mapping[str, Any] | None) -> str:
    """Why a report does not count for a promise; "" if it does."""
    asked: Any = question.query
    objective = question.objective
    if not isinstance(report["at"], int) or not isinstance(report["allowed"], bool):
        raise TypeError
    if report["at"] >= question.at:
        return "not from before the moment that is judged"
    if verdict is None or objective is None:
        return "without this promise"
    if verdict["indicator"] != objective.indicator_digest:
        return "measured in another way"
    if asked.passed == "objective" and verdict["outcome"] != "PASS":
        return "this promise did not pass"
    if asked.passed == "release" and not report["allowed"]:
        return "the release was not allowed"
    if verdict["value"] is None:
        return "without a value that can be compared"
    try:
        unit = parse_unit(verdict["unit"] or "")
    except UnitError:
        return "in a unit that is not known"
    alone = objective.regression is None or objective.regression.alone
    if not alone and not convertible(unit, objective.target.unit):
        return "in another unit"
    return ""
