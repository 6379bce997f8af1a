"""Compares how far a value may be from its baseline: less is stricter, for the same baseline."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from checker.diff.change import Direction, Judged, both
from checker.diff.indicator import Connections, judge_query
from checker.model import Allowance, Objective, Regression

FIRST_RUN = ("pass", "inconclusive")
"""What a missing baseline means, the more lenient first."""


def judge_regression(
    base: Objective, head: Objective, before: Connections, now: Connections
) -> Iterator[Judged]:
    """The differences between two regressions."""
    one, other = base.regression, head.regression
    if _alone(one) != _alone(other):
        shown = both(lambda each: "none" if _alone(each.regression) else each.target.text, base, head)
        direction = Direction.LOOSENED if _alone(other) else Direction.TIGHTENED
        yield Judged(("target",), direction, *shown, f"there is {'no' if _alone(other) else 'a'} target")
    if one is None or other is None:
        texts = both(lambda each: "none" if each is None else each.allowed.text, one, other)
        if one is None and other is not None:
            yield Judged(("regression",), Direction.TIGHTENED, *texts, "it must not become worse either")
        elif one is not None:
            yield Judged(("regression",), Direction.LOOSENED, *texts, "it may become worse")
        return
    yield from _judge_allowed(one.allowed, other.allowed)
    yield from judge_query(("baseline",), one.baseline, other.baseline, before, now, limits=False)
    if one.first_run != other.first_run:
        looser = FIRST_RUN.index(other.first_run) < FIRST_RUN.index(one.first_run)
        direction = Direction.LOOSENED if looser else Direction.TIGHTENED
        why = f"{'a run' if looser else 'no run'} without a baseline passes"
        yield Judged(("firstRun",), direction, one.first_run, other.first_run, why)


def _judge_allowed(one: Allowance, other: Allowance) -> Iterator[Judged]:
    same = (one.lower_is_better, one.relative, one.unit.dimensions) == (
        other.lower_is_better,
        other.relative,
        other.unit.dimensions,
    )
    shown = one.text, other.text
    if not same:
        why = "other values are allowed: its operator or the dimension of its unit was changed"
        yield Judged(("regression",), Direction.CHANGED, *shown, why)
        return
    before, now = _strictness(one), _strictness(other)
    if now != before:
        looser = now < before
        direction = Direction.LOOSENED if looser else Direction.TIGHTENED
        yield Judged(("regression",), direction, *shown, f"{'more' if looser else 'less'} is allowed")
    elif one.text != other.text:
        yield Judged(("regression",), Direction.REWORDED, *shown, "the same is allowed")


def _strictness(allowed: Allowance) -> tuple[Fraction, bool]:
    """Larger is stricter, for two allowances in the same direction."""
    amount = allowed.amount * allowed.unit.factor
    return (-amount if allowed.lower_is_better else amount), allowed.operator in ("<", ">")


def _alone(regression: Regression | None) -> bool:
    return regression is not None and regression.alone
