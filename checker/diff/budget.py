"""Compares how an SLO spends its error budget and what is reported about it: methods, slices, alerts."""

from __future__ import annotations

from collections.abc import Iterator

from checker import display
from checker.diff.change import Direction, Judged, both, others
from checker.model import AlertRule, CalendarWindow, Objective
from checker.units import format_duration

STRICTER = frozenset(
    {("good", "exclude"), ("good", ""), ("good", "bad"), ("exclude", ""), ("exclude", "bad")}
)
"""What a slice without events counts as: pairs whose second value is at least as strict as the first.

With ``exclude`` the slice adds no good slice; with "" it also lowers the coverage.
"""


def judge_budgeting(base: Objective, head: Objective) -> Iterator[Judged]:
    """Different budgeting methods cannot be compared; within one method, compares when a slice is good."""
    one, other = base.budgeting, head.budgeting
    yield from others(one, other, ("method", "slice", "slice_target", "empty"), ("budgetingMethod",))
    why = "the budget is spent by another method"
    if one.method != other.method:
        yield Judged(("budgetingMethod",), Direction.CHANGED, one.method, other.method, why)
    elif one.slice != other.slice:
        shown = both(format_duration, one.slice, other.slice)
        yield Judged(("timeSliceWindow",), Direction.CHANGED, *shown, why)
    if one.slice_target != other.slice_target:
        more = other.slice_target > one.slice_target
        direction = Direction.TIGHTENED if more else Direction.LOOSENED
        shown = both(display.percent, one.slice_target, other.slice_target)
        why = f"a slice needs {'more' if more else 'fewer'} good events to count as good"
        yield Judged(("timeSliceTarget",), direction, *shown, why)
    if one.empty != other.empty:
        direction = Direction.TIGHTENED if (one.empty, other.empty) in STRICTER else Direction.CHANGED
        if (other.empty, one.empty) in STRICTER:
            direction = Direction.LOOSENED
        shown = both(lambda each: each or "none", one.empty, other.empty)
        yield Judged(("emptySlices",), direction, *shown, "a slice without events counts differently")


def judge_calendar(base: Objective, head: Objective) -> Iterator[Judged]:
    """A different calendar period measures a different time, in which the values may be better or worse."""
    if base.calendar != head.calendar:
        shown = both(_calendar, base.calendar, head.calendar)
        yield Judged(("calendar",), Direction.CHANGED, *shown, "another window is measured")


def _calendar(window: CalendarWindow | None) -> str:
    if window is None:
        return "none"
    begins = f" from {window.start}" if window.start else ""
    return f"{window.count} {window.unit}{begins} ({window.zone})"


def judge_components(base: Objective, head: Objective) -> Iterator[Judged]:
    """The parts of a composite SLO are compared as a whole, with their targets and weights."""
    if base.components != head.components:
        shown = both(_components, base, head)
        yield Judged(("objectives",), Direction.CHANGED, *shown, "it has other parts, or other weights")


def _components(objective: Objective) -> str:
    parts = [
        f"{each.name or each.prefix} >= {display.plain(each.target * 100)} % x {display.plain(each.weight)}"
        for each in objective.components
    ]
    return "; ".join(parts) or "none"


def judge_alerts(base: Objective, head: Objective) -> Iterator[Judged]:
    """Alerts change no outcome, but a rule may use them."""
    before, now = _alerts(base), _alerts(head)
    for name in dict.fromkeys((*before, *now)):
        one, other = before.get(name), now.get(name)
        if one == other:
            continue
        if one is None:
            yield Judged(("alertPolicies",), Direction.TIGHTENED, "none", name, "one more alert is watched")
        elif other is None:
            yield Judged(
                ("alertPolicies",), Direction.LOOSENED, name, "none", "an alert is no longer watched"
            )
        else:
            why = "the alert fires at another burn rate, or in another way"
            yield Judged(("alertPolicies",), Direction.CHANGED, *both(_outline, one, other), why)


def judge_lookbacks(base: Objective, head: Objective) -> Iterator[Judged]:
    """The reported burn rates: a rule may use one."""
    one, other = set(base.lookbacks), set(head.lookbacks)
    if one != other:
        shown = both(lambda each: ", ".join(map(format_duration, sorted(each))) or "none", one, other)
        direction = Direction.TIGHTENED if one < other else Direction.LOOSENED
        yield Judged(("burnRates",), direction, *shown, "burn rates are reported over other times")


def _alerts(objective: Objective) -> dict[str, AlertRule]:
    return {each.name: each._replace(location=None) for each in objective.alerts}


def _outline(alert: AlertRule) -> str:
    conditions = [
        f"burn rate over {format_duration(each.lookback)} {each.threshold.text}"
        + (f" for {format_duration(each.after)}" if each.after else "")
        for each in alert.conditions
    ]
    without_data = ", or without data" if alert.when_no_data else ""
    return f"{alert.name} ({alert.severity}): {' and '.join(conditions)}{without_data}"
