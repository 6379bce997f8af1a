"""Compares every field of an Objective.

``KEYS`` is complete: a field that it does not name counts as weaker whenever it differs, so that a field that is
added to the model cannot weaken a promise unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from checker.diff.bands import judge_critical, judge_target, judge_warning
from checker.diff.budget import (
    judge_alerts,
    judge_budgeting,
    judge_calendar,
    judge_components,
    judge_lookbacks,
)
from checker.diff.change import Direction, Judged, both
from checker.diff.enough_data import (
    judge_confidence,
    judge_coverage,
    judge_max_age,
    judge_min_samples,
    judge_no_data,
)
from checker.diff.evaluation import judge_evaluation
from checker.diff.field import Rule, duration, ranked, unknown, wording, words
from checker.diff.indicator import Connections, judge_heartbeat, judge_indicator
from checker.diff.regression import judge_regression
from checker.model import Objective

SEVERITIES = ("", "low", "medium", "high", "critical")


def judge_objective(
    base: Objective, head: Objective, before: Connections, now: Connections
) -> Iterator[Judged]:
    """Every key in which two promises of the same name differ, with its direction."""
    yield from judge_indicator(base, head, before, now)
    yield from judge_heartbeat(base, head, before, now)
    yield from judge_regression(base, head, before, now)
    for name in Objective._fields:
        rule = KEYS.get(name, unknown(name))
        if rule is not None:
            yield from rule(base, head)


def _judge_owner(base: Objective, head: Objective) -> Iterator[Judged]:
    if base.owner and not head.owner:
        yield Judged(("owner",), Direction.LOOSENED, base.owner, "none", "it has no owner")
    elif base.owner and base.owner != head.owner:
        why = "a rule may compare it with who approved a waiver"
        yield Judged(("owner",), Direction.CHANGED, base.owner, head.owner, why)
    elif base.owner != head.owner:
        yield Judged(("owner",), Direction.TIGHTENED, "none", head.owner, "it has an owner")


def _judge_review(base: Objective, head: Objective) -> Iterator[Judged]:
    one, other = base.review_by, head.review_by
    if one == other:
        return
    shown = both(lambda each: each or "none", one, other)
    if one and (not other or other > one):  # ISO dates sort as text
        yield Judged(("reviewBy",), Direction.LOOSENED, *shown, "it is reviewed later, or never")
    else:
        yield Judged(("reviewBy",), Direction.TIGHTENED, *shown, "it is reviewed sooner")


def _judge_window(base: Objective, head: Objective) -> Iterator[Judged]:
    one, other = base.window, head.window
    if one == other or (base.evaluation is not None and head.evaluation is not None):
        return  # with an evaluation, the window follows from its periods
    shown = both(duration, one, other)
    if one is not None and other is not None and other < one:
        yield Judged(("window",), Direction.LOOSENED, *shown, "less time is measured")
    else:
        why = "another window is measured: over a longer one, current failures weigh less"
        yield Judged(("window",), Direction.CHANGED, *shown, why)


KEYS: Mapping[str, Rule | None] = {
    # Its name and location: promises are paired by name.
    "name": None,
    "document": None,
    "location": None,
    "digest": None,
    "indicator_digest": None,
    # Compared before the others, because they need the connections.
    "indicator": None,
    "heartbeat": None,
    "regression": None,
    "kind": unknown("kind"),
    "target": judge_target,
    "warning": judge_warning,
    "critical": judge_critical,
    "window": _judge_window,
    "display_name": words("display_name", "displayName"),
    "description": words("description", "description"),
    "service": unknown("service"),
    "owner": _judge_owner,
    "severity": ranked("severity", "severity", SEVERITIES, "a broken promise is less urgent"),
    "runbook": wording("runbook", "runbook"),
    "next_steps": wording("next_steps", "runbook"),
    "weight": unknown("weight"),
    "key": ranked("key", "key", (False, True), "the release no longer depends on it"),
    "review_by": _judge_review,
    "gating": ranked("gating", "gating", (False, True), "it no longer affects the exit code"),
    "no_data": judge_no_data,
    "min_samples": judge_min_samples,
    "min_coverage": judge_coverage,
    "max_age": judge_max_age,
    "confidence": judge_confidence,
    "evaluation": judge_evaluation,
    "error_budget": unknown("error_budget"),
    "budgeting": judge_budgeting,
    "calendar": judge_calendar,
    "components": judge_components,
    "alerts": judge_alerts,
    "lookbacks": judge_lookbacks,
}
"""The rule for each field; None for fields that are compared elsewhere or not at all."""
