"""Checks thresholds without a unit for a percentage: 80 would mean 8000 %, and every percentage meets '< 80'."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from checker.load.checks.answer import RATIO, Answer
from checker.load.checks.problem import Problem
from checker.units import PERCENT, Threshold


def check_percent(stated: Sequence[tuple[str, Threshold]], answer: Answer) -> Iterator[Problem]:
    """The thresholds without a unit that were almost certainly meant as percentages."""
    for key, threshold in stated:
        message = percent_forgotten(key, threshold, answer)
        if message:
            yield Problem("percent-forgotten", "error", key, message, mend(threshold))


def percent_forgotten(key: str, threshold: Threshold, answer: Answer) -> str:
    """The message about the threshold of ``key`` for a promise with this answer; "" if the threshold is in order.

    For a percentage, a number without a unit is ambiguous: itself, or a hundredth of it. For a share from 0 to 1 it
    is fine, except '< 1' and a critical '>= 1', which only the worst possible value misses or reaches.
    """
    if threshold.unit.text or answer.unit is None:
        return ""
    if answer.unit.dimensions == PERCENT.dimensions and answer.unit != RATIO and threshold.value:
        would = _in_percent(threshold)
        return f"{threshold.text!r} has no unit, but what is measured is in percent: it would mean {would}"
    if answer.unit == RATIO and threshold.value == 1:
        worst_alone = threshold.operator == ">=" if key == "critical" else threshold.operator == "<"
        if worst_alone:
            what = "reached" if key == "critical" else "missed"
            return f"{threshold.text!r} of a share is {what} only by 100 %"
    return ""


def mend(threshold: Threshold) -> str:
    """How to write the threshold; both ways if the number may be a share."""
    written = f"'{threshold.text} %'"
    if abs(threshold.value) >= 1:
        return f"write it in percent, as in {written}"
    share = f"'{threshold.operator} {_in_percent(threshold)}'"
    return f"write {share} or {written}, whichever is meant"


def _in_percent(threshold: Threshold) -> str:
    """``80`` as ``8000 %``."""
    value = threshold.value * 100
    number = f"{Decimal(value.numerator) / value.denominator:f}"
    return f"{number.rstrip('0').rstrip('.') if '.' in number else number} %"
