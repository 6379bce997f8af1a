"""Every field of an Objective, and which way it is stricter.

``KEYS`` is the whole of it: a field that it does not name counts as weaker whenever it differs, so that a field
that is added to the model cannot weaken a promise unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from fractions import Fraction
from typing import Any

from checker import display
from checker.diff.bands import judge_critical, judge_target, judge_warning
from checker.diff.budget import (
    judge_alerts,
    judge_budgeting,
    judge_calendar,
    judge_components,
    judge_lookbacks,
)
from checker.diff.change import Direction, Judged, both
from checker.diff.evaluation import judge_evaluation
from checker.diff.indicator import Connections, judge_heartbeat, judge_indicator
from checker.diff.regression import judge_regression
from checker.model import Objective
from checker.units import CONFIRMED, format_duration

Rule = Callable[[Objective, Objective], Iterator[Judged]]

AT_THE_MOMENT = frozenset({
    "ApplicationSignals", "CloudWatchAlarms", "Coverage", "DynamoDB", "LoadTest", "TestResults",
})  # fmt: skip
"""Sources whose answers are of no window: without maxAge, nothing is said of how old they may be."""

SEVERITIES = ("", "low", "medium", "high", "critical")
NO_DATA = ("zero", "inconclusive", "fail")


def judge_objective(
    base: Objective, head: Objective, before: Connections, now: Connections
) -> Iterator[Judged]:
    """Every key in which two promises of one name differ, and which way."""
    yield from judge_indicator(base, head, before, now)
    yield from judge_heartbeat(base, head, before, now)
    yield from judge_regression(base, head, before, now)
    for each in fields(Objective):
        rule = KEYS.get(each.name, unknown(each.name))
        if rule is not None:
            yield from rule(base, head)


def unknown(name: str) -> Rule:
    """A field of which nobody has said which way it is stricter."""

    def judge(base: Objective, head: Objective) -> Iterator[Judged]:
        one, other = getattr(base, name), getattr(head, name)
        if one != other:
            why = "it is not known which of the two is stricter"
            yield Judged((_key(name),), Direction.CHANGED, _shown(one), _shown(other), why)

    return judge


def _wording(name: str, key: str) -> Rule:
    def judge(base: Objective, head: Objective) -> Iterator[Judged]:
        one, other = getattr(base, name), getattr(head, name)
        if one != other:
            yield Judged((key,), Direction.REWORDED, _shown(one), _shown(other), "no verdict rests on it")

    return judge


def _words(name: str, key: str) -> Rule:
    """Wording too, unless the words are what a person confirms."""

    def judge(base: Objective, head: Objective) -> Iterator[Judged]:
        one, other = getattr(base, name), getattr(head, name)
        if one != other and CONFIRMED in (base.target.unit, head.target.unit):
            why = "a person confirms these words"
            yield Judged((key,), Direction.CHANGED, _shown(one), _shown(other), why)
        else:
            yield from _wording(name, key)(base, head)

    return judge


def _ranked(name: str, key: str, ranks: tuple[Any, ...], weaker: str) -> Rule:
    """A field with few values, from the one that lets most pass; ``weaker`` says what an earlier one means."""

    def judge(base: Objective, head: Objective) -> Iterator[Judged]:
        one, other = getattr(base, name), getattr(head, name)
        if one == other:
            return
        if one not in ranks or other not in ranks:
            yield from unknown(name)(base, head)
        elif ranks.index(other) < ranks.index(one):
            yield Judged((key,), Direction.LOOSENED, _shown(one), _shown(other), weaker)
        else:
            yield Judged((key,), Direction.TIGHTENED, _shown(one), _shown(other), "stricter than it was")

    return judge


def _judge_owner(base: Objective, head: Objective) -> Iterator[Judged]:
    if base.owner and not head.owner:
        yield Judged(("owner",), Direction.LOOSENED, base.owner, "none", "nobody answers for it")
    elif base.owner != head.owner:
        why = "no verdict rests on it"
        yield Judged(("owner",), Direction.REWORDED, base.owner or "none", head.owner, why)


def _judge_review(base: Objective, head: Objective) -> Iterator[Judged]:
    one, other = base.review_by, head.review_by
    if one == other:
        return
    shown = both(lambda each: each or "none", one, other)
    if one and (not other or other > one):  # the dates are written so that they sort
        yield Judged(("reviewBy",), Direction.LOOSENED, *shown, "it is looked at again later, or never")
    else:
        yield Judged(("reviewBy",), Direction.TIGHTENED, *shown, "it is looked at again sooner")


def _judge_window(base: Objective, head: Objective) -> Iterator[Judged]:
    one, other = base.window, head.window
    if one == other or (base.evaluation is not None and head.evaluation is not None):
        return  # of an evaluation, the window is what its periods make
    shown = both(_duration, one, other)
    if one is not None and other is not None and other < one:
        yield Judged(("window",), Direction.LOOSENED, *shown, "less time is measured")
    else:
        why = "another time is measured: over a longer one, what is bad now weighs less"
        yield Judged(("window",), Direction.CHANGED, *shown, why)


def _judge_no_data(base: Objective, head: Objective) -> Iterator[Judged]:
    one, other = base.no_data, head.no_data
    if one == "zero" != other and head.evaluation is not None and not head.target.lower_is_better:
        why = "a period without data was zero, which misses this target"
        yield Judged(("noData",), Direction.CHANGED, one, other, why)
    else:
        yield from _ranked("no_data", "noData", NO_DATA, "no data counts for less")(base, head)


def _judge_min_samples(base: Objective, head: Objective) -> Iterator[Judged]:
    one, other = base.min_samples, head.min_samples
    shown = str(one), str(other)
    gaps_are_fine = any(
        each.evaluation is not None and each.evaluation.missing == "notBreaching" for each in (base, head)
    )
    if one != other and gaps_are_fine:
        why = "a period with fewer samples is a gap, and gaps count as no breach"
        yield Judged(("minSamples",), Direction.CHANGED, *shown, why)
    elif other < one:
        yield Judged(("minSamples",), Direction.LOOSENED, *shown, "fewer samples are enough")
    elif other > one:
        yield Judged(("minSamples",), Direction.TIGHTENED, *shown, "more samples are needed")


def _judge_coverage(base: Objective, head: Objective) -> Iterator[Judged]:
    yield from _judge_share("minCoverage", base.min_coverage, head.min_coverage, "of the window is enough")


def _judge_confidence(base: Objective, head: Objective) -> Iterator[Judged]:
    yield from _judge_share("confidence", base.confidence, head.confidence, "confidence is enough")


def _judge_share(key: str, one: Fraction | None, other: Fraction | None, what: str) -> Iterator[Judged]:
    before, now = Fraction(-1) if one is None else one, Fraction(-1) if other is None else other
    shown = both(lambda each: "none" if each is None else f"{display.plain(each * 100)} %", one, other)
    if now < before:
        yield Judged((key,), Direction.LOOSENED, *shown, f"less {what}")
    elif now > before:
        yield Judged((key,), Direction.TIGHTENED, *shown, "more is needed")


def _judge_max_age(base: Objective, head: Objective) -> Iterator[Judged]:
    one, other = base.max_age, head.max_age
    if one == other:
        return
    shown = both(_duration, one, other)
    unlimited = all(map(_no_age_of_its_own, (base, head)))
    if (one is None or other is None) and not unlimited:
        why = "without maxAge, data may end two periods before the window does"
        yield Judged(("maxAge",), Direction.CHANGED, *shown, why)
    elif other is None or (one is not None and other > one):
        yield Judged(("maxAge",), Direction.LOOSENED, *shown, "older data is accepted")
    else:
        yield Judged(("maxAge",), Direction.TIGHTENED, *shown, "the data has to be newer")


def _no_age_of_its_own(objective: Objective) -> bool:
    """Whether data may be of any age where no maxAge is written."""
    sources = {query.source for _, query in objective.indicator.metrics}
    return objective.evaluation is not None or sources <= AT_THE_MOMENT


KEYS: Mapping[str, Rule | None] = {
    # What it is called and where it stands: promises are paired by name.
    "name": None,
    "document": None,
    "location": None,
    "digest": None,
    "indicator_digest": None,
    # Judged before the others, because they need the connections.
    "indicator": None,
    "heartbeat": None,
    "regression": None,
    "kind": unknown("kind"),
    "target": judge_target,
    "warning": judge_warning,
    "critical": judge_critical,
    "window": _judge_window,
    "display_name": _words("display_name", "displayName"),
    "description": _words("description", "description"),
    "service": unknown("service"),
    "owner": _judge_owner,
    "severity": _ranked("severity", "severity", SEVERITIES, "a broken promise is less urgent"),
    "runbook": _wording("runbook", "runbook"),
    "next_steps": _wording("next_steps", "runbook"),
    "weight": unknown("weight"),
    "key": _ranked("key", "key", (False, True), "the release no longer rests on it"),
    "review_by": _judge_review,
    "gating": _ranked("gating", "gating", (False, True), "it no longer moves the exit code"),
    "no_data": _judge_no_data,
    "min_samples": _judge_min_samples,
    "min_coverage": _judge_coverage,
    "max_age": _judge_max_age,
    "confidence": _judge_confidence,
    "evaluation": judge_evaluation,
    "error_budget": unknown("error_budget"),
    "budgeting": judge_budgeting,
    "calendar": judge_calendar,
    "components": judge_components,
    "alerts": judge_alerts,
    "lookbacks": judge_lookbacks,
}
"""The rule of each field; None for those that are judged elsewhere, or not at all."""


def _key(name: str) -> str:
    """A field's key in the files: ``min_samples`` is written ``minSamples``."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _duration(seconds: int | None) -> str:
    return "none" if seconds is None else format_duration(seconds)


def _shown(value: Any) -> str:
    match value:
        case None | "" | ():
            return "none"
        case bool():
            return "true" if value else "false"
        case tuple():
            return ", ".join(map(_shown, value))
        case _:
            return str(value)
