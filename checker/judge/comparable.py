"""Converts a measured result to what its thresholds can be compared with, or says why that is impossible."""

from __future__ import annotations

from checker import display
from checker.judge.measured import Measured, Unmeasured
from checker.model import Objective, Outcome
from checker.units import PERCENT, SECONDS, Threshold, convertible, describe, format_duration


def as_rate(measured: Measured, target: Threshold) -> Measured:
    """For a target that is a rate, a sum over the window becomes its mean rate; anything else is unchanged."""
    seconds = measured.window.seconds if measured.window else 0
    if measured.value is None or not measured.sums or seconds <= 0 or convertible(measured.unit, target.unit):
        return measured
    rate = measured.unit / SECONDS
    if not target.unit.is_rate or not convertible(rate, target.unit):
        return measured
    total = display.number(measured.value, up=target.lower_is_better)
    note = f"{total} over {format_duration(seconds)}, as a mean rate"
    return measured._replace(value=measured.value / seconds, unit=rate, notes=(*measured.notes, note))


def unit_trouble(objective: Objective, measured: Measured) -> Unmeasured | None:
    """An error if the measured unit cannot be compared with the thresholds' units, otherwise None."""
    alone = objective.regression is not None and objective.regression.alone
    for threshold in (objective.target, objective.critical):
        if threshold is None or alone:
            continue
        if not convertible(measured.unit, threshold.unit):
            return Unmeasured(
                Outcome.ERROR,
                f"{describe(measured.unit)} was measured, but the threshold {threshold.text!r} is "
                f"{describe(threshold.unit)}",
                "give the threshold the dimension of what is measured",
            )
        if _no_percentage(measured, threshold):
            return Unmeasured(
                Outcome.ERROR,
                f"a percentage was measured, but {threshold.text!r} has no unit: it would mean "
                f"{display.plain(threshold.value * 100)} %",
                "give the threshold its unit, '%'",
            )
        if _no_share(measured, threshold):
            value = "a percentile" if measured.value is None else display.number(measured.value, up=True)
            return Unmeasured(
                Outcome.ERROR,
                f"{value} without a unit was measured, but {threshold.text!r} is about a share, from 0 to 1",
                "declare the metric's unit if it is a percentage, or measure good over total; "
                "a quotient that may exceed 1 needs a target without a unit",
            )
    return None


def _no_percentage(measured: Measured, threshold: Threshold) -> bool:
    """Whether a percentage is compared with a plain number of at least 1, such as '< 80', which any percentage
    meets."""
    unit = measured.unit
    # A formula such as half of a percentage loses the dimension, but is still in hundredths.
    percentage = unit.factor == PERCENT.factor and unit.dimensions in (PERCENT.dimensions, ())
    return percentage and not threshold.unit.text and abs(threshold.value) >= 1


def _no_share(measured: Measured, threshold: Threshold) -> bool:
    """Whether a number without a unit cannot be the share that ``threshold`` is about.

    450 successes are not 45000 %, and 99.5 meaning percent is not 9950 %: both would satisfy '> 98 %'.
    """
    ratio = ("ratio", 1)
    if ratio not in threshold.unit.dimensions or ratio in measured.unit.dimensions:
        return False
    return measured.value is None or not 0 <= measured.value * measured.unit.factor <= 1


def contradiction(objective: Objective) -> Unmeasured:
    """The error that a value satisfies the target and the critical threshold at once."""
    critical = objective.critical.text if objective.critical is not None else ""
    return Unmeasured(
        Outcome.ERROR,
        f"the target {objective.target.text} is met and critical {critical} is reached at the same time",
        "start the critical beyond the target",
    )
