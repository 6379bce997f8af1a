"""How a value compares with its baseline: the value of one earlier report, or an aggregate of several. Exact.

A relative change is ``(value - baseline) / |baseline|``, so that it has the sign of the difference for negative
baselines too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from checker import display
from checker.judge.measured import Measured
from checker.model import Absence, Allowance, Objective, Outcome, PastValue, Regressed, Regression, Series
from checker.units import PERCENT, Threshold, Unit, UnitError, convert, convertible

WORST_FIRST = (Outcome.FAIL, Outcome.ERROR, Outcome.INCONCLUSIVE, Outcome.WARN, Outcome.PASS)
"""The outcome of a promise with a target and a regression is the one that comes first here."""


def unit_of(objective: Objective, measured: Measured) -> Unit:
    """The unit in which a value is compared and shown: the target's, or percent or the measured one if that does
    not fit."""
    alone = objective.regression is not None and objective.regression.alone
    if "ratio" in dict(measured.unit.dimensions) and alone:
        return PERCENT
    target_unit = objective.target.unit
    by_amount = not alone or (objective.regression is not None and not objective.regression.allowed.relative)
    return target_unit if by_amount and convertible(measured.unit, target_unit) else measured.unit


def regress(
    objective: Objective, regression: Regression, measured: Measured, reading: Series | Absence
) -> Regressed:
    """How the measured value compares with the baseline in ``reading``."""
    allowed, unit = regression.allowed, unit_of(objective, measured)
    if isinstance(reading, Absence):
        value = None if measured.value is None else convert(measured.value, measured.unit, unit)
        return _without(regression, reading)._replace(value=value, unit=unit)
    if measured.value is None:
        return _unknown(
            "this percentile is known only by shares of the samples, which cannot be compared with the baseline",
            "use a window of at most 1d for it",
            reading,
        )
    if allowed.relative and not allowed.explicit and "ratio" in dict(unit.dimensions):
        return Regressed(Outcome.ERROR, *ambiguous(allowed), notes=reading.notes)
    try:
        past = [convert(each.value, each.unit, unit) for each in reading.past]
        amount = None if allowed.relative else convert(allowed.amount, allowed.unit, unit)
    except UnitError as error:
        return Regressed(
            Outcome.ERROR, f"{error}, of the baseline or what it allows", _UNITS, notes=reading.notes
        )
    how = str(getattr(regression.baseline, "aggregate", "median"))
    value, baseline = convert(measured.value, measured.unit, unit), aggregate(past, how)
    if amount is None and baseline == 0:
        return _unknown(f"the baseline is 0, and {allowed.text!r} of 0 is 0", _ABSOLUTE, reading)
    limit = baseline + (abs(baseline) * allowed.amount / 100 if amount is None else amount)
    return _compared(allowed, value, baseline, limit, unit, reading, how)


_UNITS = "give the regression and its baseline the dimension of what is measured"
_ABSOLUTE = "write what is allowed as an amount, as in '<= +50 ms'"


def ambiguous(allowed: Allowance) -> tuple[str, str]:
    """What is wrong with an allowance in percent for a value that is itself a share, and the remedy."""
    number = display.plain(abs(allowed.amount))
    sign = f"{allowed.operator} {'-' if allowed.amount < 0 else '+'}{number}"
    return (
        f"{allowed.text!r} of a share could mean points, or a share of the baseline",
        f"write '{sign} points' or '{sign} % of baseline'",
    )


def aggregate(values: Sequence[Fraction], how: str) -> Fraction:
    """The exact median, mean, min, max or nearest-rank percentile (``how``, such as p90) of at least one value."""
    ordered = sorted(values)
    count = len(ordered)
    match how:
        case "mean":
            return sum(ordered, Fraction(0)) / count
        case "min":
            return ordered[0]
        case "max":
            return ordered[-1]
        case "median":
            return (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
        case _:
            return ordered[max(1, math.ceil(Fraction(int(how[1:]), 100) * count)) - 1]


def _without(regression: Regression, why: Absence) -> Regressed:
    """The result if there is no baseline."""
    if why.kind == "failed":
        return Regressed(Outcome.ERROR, f"baseline: {why.reason}", why.remedy)
    if why.kind == "no-data" and regression.first_run == "pass":
        reason = f"FIRST RUN, compared with nothing: {why.reason}; firstRun: pass lets it pass"
        return Regressed(Outcome.PASS, reason, first_run=True)
    return Regressed(Outcome.INCONCLUSIVE, f"baseline: {why.reason}", why.remedy)


def _unknown(reason: str, remedy: str, reading: Series) -> Regressed:
    return Regressed(Outcome.INCONCLUSIVE, reason, remedy, past=reading.past, notes=reading.notes)


def _compared(
    allowed: Allowance,
    value: Fraction,
    baseline: Fraction,
    limit: Fraction,
    unit: Unit,
    reading: Series,
    how: str,
) -> Regressed:
    lower = allowed.lower_is_better
    # Use enough digits to show on which side of the value the limit lies.
    side = Threshold(">=" if lower else "<=", value, unit, "")
    text = f"{allowed.operator} {display.measured(limit, unit, side, up=not lower)}"
    threshold = Threshold(allowed.operator, limit, unit, text)
    change = None if baseline == 0 else (value - baseline) / abs(baseline)
    margin = limit - value if lower else value - limit
    met = threshold.holds(value)
    shown = display.measured(value, unit, threshold)
    base = display.quantity(baseline, unit, up=not lower)
    reason = f"{shown} is {_difference(value - baseline, change, unit, lower)} the baseline {base} "
    reason += f"({_origin(reading.past, how)}); {allowed.text} allows {text}"
    if not met:
        edge = display.quantity(abs(margin), unit, up=True)
        reason += f", missed by {edge}" if margin else ", and it is exactly at the limit"
    return Regressed(
        outcome=Outcome.PASS if met else Outcome.FAIL,
        reason=reason,
        unit=unit,
        limit=threshold,
        value=value,
        baseline=baseline,
        change=change,
        margin=margin,
        aggregate="" if len(reading.past) == 1 else how,
        past=reading.past,
        notes=reading.notes,
    )


def _difference(away: Fraction, change: Fraction | None, unit: Unit, lower: bool) -> str:
    """``12.5 % more than``, rounded towards the worse side."""
    if not away:
        return "the same as"
    worse = (away > 0) == lower
    how_much = (
        display.quantity(abs(away), unit, up=worse)
        if change is None
        else display.percent(abs(change), up=worse)
    )
    return f"{how_much} {'more' if away > 0 else 'less'} than"


def _origin(past: Sequence[PastValue], how: str) -> str:
    if len(past) == 1:
        return f"{past[0].report} of {display.moment(past[0].at)}"
    return f"{how} of {len(past)} reports, {display.moment(past[-1].at)} to {display.moment(past[0].at)}"
