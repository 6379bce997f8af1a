"""Compares the target and the critical threshold: which values pass, and which are at worst a WARN.

Two sets of values are compared separately: those that meet the target, and those that are not a FAIL. Without a
critical threshold the two are equal.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.diff.change import Direction, Judged
from checker.diff.regions import Region, beyond, region, within
from checker.model import Objective
from checker.units import Threshold

_ABSENT = "none"


def judge_target(base: Objective, head: Objective) -> Iterator[Judged]:
    """Whether fewer or more values meet the target. If there is none, ``judge_regression`` reports what follows."""
    if any(each.regression is not None and each.regression.alone for each in (base, head)):
        return
    if base.target.text == head.target.text and base.indicator.form == head.indicator.form:
        return
    direction = _direction(_met(base), _met(head))
    why = {
        Direction.REWORDED: "the same values meet it",
        Direction.TIGHTENED: "fewer values meet it",
        Direction.LOOSENED: "values meet it that did not",
        Direction.CHANGED: "other values meet it: its operator or the dimension of its unit was changed",
    }[direction]
    if direction is not Direction.REWORDED or base.target.text != head.target.text:
        yield Judged(("target",), direction, base.target.text, head.target.text, why)


def judge_critical(base: Objective, head: Objective) -> Iterator[Judged]:
    """Whether fewer or more misses are only a WARN."""
    if base.critical is None and head.critical is None:
        return
    spared_before, spared_now = _spared(base), _spared(head)
    direction = (
        Direction.CHANGED
        if spared_before is None or spared_now is None
        else _direction(spared_before, spared_now)
    )
    before, now = _text(base.critical), _text(head.critical)
    why = {
        Direction.REWORDED: "the same values are a FAIL",
        Direction.TIGHTENED: "more values are a FAIL, and fewer a WARN",
        Direction.LOOSENED: "values are only a WARN that were a FAIL",
        Direction.CHANGED: "other values are a FAIL: its operator or the dimension of its unit was changed",
    }[direction]
    if direction is not Direction.REWORDED or before != now:
        yield Judged(("critical",), direction, before, now, why)


def judge_warning(base: Objective, head: Objective) -> Iterator[Judged]:
    """Never more than a rewording: no verdict depends on the warning."""
    before, now = _text(base.warning), _text(head.warning)
    if before != now:
        why = "no verdict rests on it: target and critical decide"
        yield Judged(("warning",), Direction.REWORDED, before, now, why)


def _direction(before: Region, now: Region) -> Direction:
    fewer, more = within(now, before), within(before, now)
    if fewer:
        return Direction.REWORDED if more else Direction.TIGHTENED
    return Direction.LOOSENED if more else Direction.CHANGED


def _met(objective: Objective) -> Region:
    return _region(objective, objective.target)


def _spared(objective: Objective) -> Region | None:
    """The values that are not a FAIL; None if they do not form a region."""
    if objective.critical is None:
        return _met(objective)
    return beyond(_region(objective, objective.critical))


def _region(objective: Objective, threshold: Threshold) -> Region:
    share = objective.indicator.form == "ratio"
    return region(threshold, share=share, of_bad=objective.target.lower_is_better)


def _text(threshold: Threshold | None) -> str:
    return _ABSENT if threshold is None else threshold.text
