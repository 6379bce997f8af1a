"""The verdict of one objective: a pure function of the promise, what was read, and the moment.

Only an affirmative comparison of a finite measured number, complete and with enough samples, passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from checker import display
from checker.judge import reasons
from checker.judge.budget import budget_of
from checker.judge.combine import combine
from checker.judge.compare import Comparison, compare
from checker.judge.completeness import shortcoming
from checker.judge.measured import Measured, Unmeasured
from checker.model import Absence, Objective, Outcome, Series, Verdict
from checker.units import SECONDS, Threshold, convert, convertible, describe, format_duration


def judge(
    objective: Objective, readings: Mapping[str, Series | Absence], asked: tuple[str, ...], at: int
) -> Verdict:
    """The verdict of ``objective`` at the moment ``at``.

    ``readings`` are by metric name, and ``heartbeat``; ``asked`` are the resolved queries in words.
    """
    measured = combine(objective, readings)
    if isinstance(measured, Unmeasured):
        window = next((each.window for each in readings.values() if isinstance(each, Series)), None)
        nothing = Verdict(objective, Outcome.INCONCLUSIVE, (), window=window, asked=asked)
        return _unjudged(nothing, measured)
    measured = _as_rate(measured, objective.target)
    verdict = _described(objective, measured, asked)
    trouble = _unit_trouble(objective, measured) or shortcoming(objective, measured, readings, at)
    comparison = trouble or compare(objective, measured)
    if isinstance(comparison, Unmeasured):
        return _unjudged(verdict, comparison)
    return _judged(verdict, comparison)


def _unjudged(verdict: Verdict, why: Unmeasured) -> Verdict:
    return replace(verdict, outcome=why.outcome, reasons=(why.reason,), remedy=why.remedy)


def _as_rate(measured: Measured, target: Threshold) -> Measured:
    """A sum over the window, where the target is a rate: its mean rate."""
    seconds = measured.window.seconds if measured.window else 0
    if measured.value is None or not measured.sums or seconds <= 0 or convertible(measured.unit, target.unit):
        return measured
    rate = measured.unit / SECONDS
    if not target.unit.is_rate or not convertible(rate, target.unit):
        return measured
    total = display.number(measured.value, up=target.lower_is_better)
    note = f"{total} over {format_duration(seconds)}, as a mean rate"
    return replace(measured, value=measured.value / seconds, unit=rate, notes=(*measured.notes, note))


def _unit_trouble(objective: Objective, measured: Measured) -> Unmeasured | None:
    for threshold in (objective.target, objective.critical):
        if threshold is None:
            continue
        if not convertible(measured.unit, threshold.unit):
            return Unmeasured(
                Outcome.ERROR,
                f"{describe(measured.unit)} was measured, and the threshold {threshold.text!r} is "
                f"{describe(threshold.unit)}",
                "give the threshold the dimension of what is measured",
            )
        if _no_share(measured, threshold):
            value = "a percentile" if measured.value is None else display.number(measured.value, up=True)
            return Unmeasured(
                Outcome.ERROR,
                f"{value} without a unit was measured, and {threshold.text!r} is about a share, which is from 0 to 1",
                "declare the metric's unit if it is a percentage, or measure good over total; "
                "a quotient that may exceed 1 needs a target without a unit",
            )
    return None


def _no_share(measured: Measured, threshold: Threshold) -> bool:
    """Whether a number without a unit cannot be the share that ``threshold`` is about.

    450 successes are not 45000 %, and 99.5 that means percent is not 9950 %: both would clear '> 98 %'.
    """
    ratio = ("ratio", 1)
    if ratio not in threshold.unit.dimensions or ratio in measured.unit.dimensions:
        return False
    return measured.value is None or not 0 <= measured.value <= 1


def _described(objective: Objective, measured: Measured, asked: tuple[str, ...]) -> Verdict:
    """A verdict with everything but its outcome: that is INCONCLUSIVE until compared."""
    target = objective.target
    comparable = convertible(measured.unit, target.unit)
    value = measured.value
    if value is not None and comparable:
        value = convert(value, measured.unit, target.unit)
    return Verdict(
        objective=objective,
        outcome=Outcome.INCONCLUSIVE,
        reasons=(),
        value=value,
        unit=target.unit if comparable else measured.unit,
        good=measured.good,
        total=measured.total,
        samples=measured.samples,
        coverage=measured.coverage,
        window=measured.window,
        budget=budget_of(objective, measured),
        asked=asked,
        notes=measured.notes,
    )


def _judged(described: Verdict, comparison: Comparison) -> Verdict:
    """The verdict of a comparison. A band that nobody owns is WARN: its worse neighbour is not reached."""
    objective, target = described.objective, comparison.target
    verdict = replace(
        described,
        value=comparison.value,
        unit=target.unit,
        margin=comparison.margin,
        compared=None if target == objective.target else target,
        bound=comparison.upper if target.lower_is_better else comparison.lower,
    )
    meets = comparison.holds(objective.target)
    reached = None if objective.critical is None else comparison.holds(objective.critical)
    if meets is None:
        reason, remedy = reasons.undecided(objective, comparison)
        return replace(verdict, reasons=(reason,), remedy=remedy)
    if meets and reached:
        return _unjudged(verdict, _contradiction(objective))
    if meets:
        return replace(verdict, outcome=Outcome.PASS, reasons=(reasons.met(objective, comparison),))
    reason = reasons.missed(objective, comparison)
    if objective.critical is None:
        return replace(verdict, outcome=Outcome.FAIL, reasons=(reason,), remedy=_next(objective))
    reason += reasons.of_critical(objective.critical, reached)
    if reached is None:
        return replace(verdict, reasons=(reason,), remedy="measure more samples, or ask for less confidence")
    outcome = Outcome.FAIL if reached else Outcome.WARN
    return replace(verdict, outcome=outcome, reasons=(reason,), remedy=_next(objective))


def _contradiction(objective: Objective) -> Unmeasured:
    critical = objective.critical.text if objective.critical is not None else ""
    return Unmeasured(
        Outcome.ERROR,
        f"the target {objective.target.text} is met and critical {critical} is reached at once",
        "let the critical begin beyond the target",
    )


def _next(objective: Objective) -> str:
    """What to do about a miss: the runbook, and its first steps."""
    steps = "; ".join(objective.next_steps[:3])
    if objective.runbook and steps:
        return f"{objective.runbook}: {steps}"
    return objective.runbook or steps
