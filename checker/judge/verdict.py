"""The verdict on one objective: a pure function of the promise, the readings, and the moment.

PASS requires an affirmative comparison of a finite measured number that is complete and has enough samples.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from checker.judge import reasons
from checker.judge.alerts import alerts_of
from checker.judge.budget import budget_of
from checker.judge.calendar import clipped, not_begun
from checker.judge.combine import combine
from checker.judge.comparable import as_rate, contradiction, unit_trouble
from checker.judge.compare import Comparison, compare
from checker.judge.completeness import shortcoming
from checker.judge.gaps import filled
from checker.judge.measured import Measured, Unmeasured
from checker.judge.otherwise import at_worst, missed_at_worst
from checker.judge.regression import WORST_FIRST, regress, unit_of
from checker.judge.sustained import Sustained, evaluate
from checker.model import (
    BASELINE,
    Absence,
    Attestation,
    Objective,
    Outcome,
    Regressed,
    Series,
    Verdict,
)
from checker.units import convert, format_duration
from checker.windows import is_look, window_of


def judge(
    objective: Objective, readings: Mapping[str, Series | Absence], asked: tuple[str, ...], at: int
) -> Verdict:
    """The verdict on ``objective`` at the moment ``at`` (epoch seconds).

    ``readings`` are by metric name, plus ``heartbeat`` and BASELINE; ``asked`` are the resolved queries in words.
    """

    def judged(taken: Mapping[str, Series | Absence]) -> Verdict:
        return _judge(objective, taken, asked, at)

    readings = filled(objective, readings)
    verdict = judged(readings)
    if verdict.outcome in (Outcome.FAIL, Outcome.WARN):
        verdict = missed_at_worst(verdict, readings, judged)
    if verdict.outcome in (Outcome.PASS, Outcome.WARN):
        verdict = at_worst(verdict, readings, judged)
    return verdict


def _judge(
    objective: Objective, readings: Mapping[str, Series | Absence], asked: tuple[str, ...], at: int
) -> Verdict:
    baseline = readings.get(BASELINE)
    readings = {name: reading for name, reading in readings.items() if name != BASELINE}
    if objective.evaluation is not None:
        return _sustained(objective, evaluate(objective, objective.evaluation, readings, at), asked)
    everything, readings = readings, _about_the_window(clipped(objective, readings, at))
    measured = not_begun(objective, readings, at) or combine(objective, readings)
    if isinstance(measured, Unmeasured):
        window = next((each.window for each in readings.values() if isinstance(each, Series)), None)
        alerts = alerts_of(objective, None, everything)
        nothing = Verdict(objective, Outcome.INCONCLUSIVE, (), window=window, asked=asked, alerts=alerts)
        return _unjudged(nothing, measured)
    measured = as_rate(measured, objective.target)
    verdict = _described(objective, measured, asked, everything, at)
    verdict = verdict._replace(attestation=_attestation(readings))
    trouble = unit_trouble(objective, measured) or shortcoming(objective, measured, readings, at)
    if trouble is not None:
        return _unjudged(verdict, trouble)
    regression = objective.regression
    if regression is None:
        return _advised(_by_target(verdict, measured), readings)
    missing = Absence("not-recorded", "nothing was read for it", "record the evidence again")
    found = regress(objective, regression, measured, missing if baseline is None else baseline)
    if regression.alone:
        return _advised(_regressed(verdict._replace(outcome=Outcome.PASS), found), readings)
    return _advised(_regressed(_by_target(verdict, measured), found), readings)


def _advised(verdict: Verdict, readings: Mapping[str, Series | Absence]) -> Verdict:
    """A missed promise without a remedy gets the remedy that its source suggests."""
    if verdict.remedy or verdict.outcome not in (Outcome.FAIL, Outcome.WARN):
        return verdict
    advice = (each.to_mend for each in readings.values() if isinstance(each, Series) and each.to_mend)
    return verdict._replace(remedy=next(advice, ""))


def _by_target(verdict: Verdict, measured: Measured) -> Verdict:
    comparison = compare(verdict.objective, measured)
    if isinstance(comparison, Unmeasured):
        return _unjudged(verdict, comparison)
    return _judged(verdict, comparison)


def _regressed(verdict: Verdict, found: Regressed) -> Verdict:
    """A verdict combined with its regression: the worse of the two outcomes, and both reasons.

    ``compared`` and ``margin`` are those of the limit that binds more: the nearer one, or the one missed by more.
    """
    worse = min(verdict.outcome, found.outcome, key=WORST_FIRST.index)
    remedy = verdict.remedy
    if worse is not verdict.outcome:
        remedy = found.remedy or _next(verdict.objective)
    return verdict._replace(
        outcome=worse,
        reasons=(*verdict.reasons, found.reason),
        remedy=remedy,
        notes=(*verdict.notes, *(f"baseline: {note}" for note in found.notes)),
        regression=found,
        **_nearer(verdict, found),
    )


def _nearer(verdict: Verdict, found: Regressed) -> dict[str, Any]:
    """The regression's limit as ``compared``, if it binds more than the target does; otherwise nothing."""
    by_value = verdict.compared is None  # a percentile that is judged by shares has a margin in another unit
    if (
        found.margin is None
        or not by_value
        or (verdict.margin is not None and verdict.margin <= found.margin)
    ):
        return {}
    return {"compared": found.limit, "margin": found.margin}


def _attestation(readings: Mapping[str, Series | Absence]) -> Attestation | None:
    found = (each.attestation for each in readings.values() if isinstance(each, Series))
    return next((attestation for attestation in found if attestation is not None), None)


def _unjudged(verdict: Verdict, why: Unmeasured) -> Verdict:
    return verdict._replace(outcome=why.outcome, reasons=(why.reason,), remedy=why.remedy)


def _about_the_window(readings: Mapping[str, Series | Absence]) -> Mapping[str, Series | Absence]:
    return {name: reading for name, reading in readings.items() if not is_look(name)}


def _described(
    objective: Objective,
    measured: Measured,
    asked: tuple[str, ...],
    readings: Mapping[str, Series | Absence],
    at: int,
) -> Verdict:
    """A verdict with everything but its outcome, which is INCONCLUSIVE until the comparison."""
    unit = unit_of(objective, measured)
    period = window_of(objective, at) if objective.calendar is not None else None
    value = measured.value
    if value is not None:
        value = convert(value, measured.unit, unit)
    budget = budget_of(objective, measured, readings, period)
    unknown = (
        f"the burn rate over {format_duration(lookback)} is not known: {reason}"
        for lookback, reason in (budget.unknown_rates if budget else ())
    )
    return Verdict(
        objective=objective,
        outcome=Outcome.INCONCLUSIVE,
        reasons=(),
        value=value,
        unit=unit,
        good=measured.good,
        total=measured.total,
        samples=measured.samples,
        coverage=measured.coverage,
        window=measured.window,
        period=period,
        budget=budget,
        counted=measured.noun,
        slices=measured.slices,
        alerts=alerts_of(objective, measured, readings),
        asked=asked,
        notes=(*measured.notes, *unknown),
    )


def _judged(described: Verdict, comparison: Comparison) -> Verdict:
    """The verdict from a comparison. A value between target and critical is WARN: the worse threshold is not
    reached."""
    objective, target = described.objective, comparison.target
    verdict = described._replace(
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
        return verdict._replace(reasons=(reason,), remedy=remedy)
    if meets and reached:
        return _unjudged(verdict, contradiction(objective))
    if meets:
        return verdict._replace(outcome=Outcome.PASS, reasons=(reasons.kept(verdict, comparison),))
    reason = reasons.missed(objective, comparison)
    if objective.critical is None:
        return verdict._replace(outcome=Outcome.FAIL, reasons=(reason,), remedy=_next(objective))
    reason += reasons.of_critical(objective.critical, reached)
    if reached is None:
        return verdict._replace(reasons=(reason,), remedy="measure more samples, or lower the confidence")
    outcome = Outcome.FAIL if reached else Outcome.WARN
    return verdict._replace(outcome=outcome, reasons=(reason,), remedy=_next(objective))


def _sustained(objective: Objective, found: Sustained | Unmeasured, asked: tuple[str, ...]) -> Verdict:
    """The verdict on a promise about how many periods miss the target."""
    nothing = Verdict(objective, Outcome.INCONCLUSIVE, (), asked=asked)
    if isinstance(found, Unmeasured):
        return _unjudged(nothing, found)
    verdict = nothing._replace(
        value=Fraction(found.evaluated.breaching),
        unit=found.target.unit,
        margin=found.margin,
        compared=found.target,
        samples=found.samples,
        coverage=found.coverage,
        window=found.window,
        notes=found.notes,
        evaluation=found.evaluated,
    )
    why = found.why
    if why.outcome in (Outcome.FAIL, Outcome.WARN) and not why.remedy:
        why = why._replace(remedy=_next(objective))
    return _unjudged(verdict, why)


def _next(objective: Objective) -> str:
    """What to do about a miss: the runbook and its first steps."""
    steps = "; ".join(objective.next_steps[:3])
    if objective.runbook and steps:
        return f"{objective.runbook}: {steps}"
    return objective.runbook or steps
