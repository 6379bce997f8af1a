"""The verdict of one objective: a pure function of the promise, what was read, and the moment.

Only an affirmative comparison of a finite measured number, complete and with enough samples, passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from checker import display
from checker.judge.budget import budget_of
from checker.judge.combine import combine
from checker.judge.compare import (
    Holds,
    bound_of,
    by_confident_ratio,
    by_confident_share,
    by_share,
    by_value,
    share_at,
)
from checker.judge.measured import Measured, Unmeasured
from checker.model import Absence, Objective, Outcome, Series, Verdict
from checker.units import PERCENT, SECONDS, Threshold, Unit, convert, convertible, describe, format_duration

FUTURE_TOLERANCE = 60
"""Seconds by which a clock may run ahead before its data is nonsense."""


def judge(
    objective: Objective, readings: Mapping[str, Series | Absence], asked: tuple[str, ...], at: int
) -> Verdict:
    """The verdict of ``objective`` at the moment ``at``.

    ``readings`` are by metric name, and ``heartbeat``; ``asked`` are the resolved queries in words.
    """
    measured = combine(objective, readings)
    if isinstance(measured, Unmeasured):
        window = next((each.window for each in readings.values() if isinstance(each, Series)), None)
        return Verdict(
            objective,
            measured.outcome,
            (measured.reason,),
            window=window,
            asked=asked,
            remedy=measured.remedy,
        )
    measured = _as_rate(measured, objective.target)
    trouble = _unit_trouble(objective, measured) or _too_little(objective, measured, at)
    described = _described(objective, measured, asked)
    if trouble is not None:
        return replace(described, outcome=trouble.outcome, reasons=(trouble.reason,), remedy=trouble.remedy)
    return _compared(objective, measured, described)


def _as_rate(measured: Measured, target: Threshold) -> Measured:
    """A sum over the window, where the target is a rate: its mean rate."""
    seconds = measured.window.seconds if measured.window else 0
    if measured.value is None or not measured.sums or not seconds or convertible(measured.unit, target.unit):
        return measured
    rate = measured.unit / SECONDS
    if not target.unit.is_rate or not convertible(rate, target.unit):
        return measured
    length = format_duration(seconds)
    note = f"{display.number(measured.value, up=True)} over {length}, as a mean rate"
    return replace(measured, value=measured.value / seconds, unit=rate, notes=(*measured.notes, note))


def _unit_trouble(objective: Objective, measured: Measured) -> Unmeasured | None:
    for threshold in (objective.target, objective.critical):
        if threshold is not None and not convertible(measured.unit, threshold.unit):
            return Unmeasured(
                Outcome.ERROR,
                f"{describe(measured.unit)} was measured, and the threshold {threshold.text!r} is "
                f"{describe(threshold.unit)}",
                "give the threshold the dimension of what is measured",
            )
    return None


def _too_little(objective: Objective, measured: Measured, at: int) -> Unmeasured | None:
    """Why the measurement cannot carry a verdict: gaps, age, too few samples."""
    if measured.newest is not None and measured.newest > at + FUTURE_TOLERANCE:
        return Unmeasured(
            Outcome.ERROR,
            f"the newest data is of {display.moment(measured.newest)}, after {display.moment(at)}",
            "set the clocks right, or judge with the right --at",
        )
    if measured.coverage < objective.min_coverage:
        have, want = display.percent(measured.coverage), display.percent(objective.min_coverage, up=True)
        return Unmeasured(
            Outcome.INCONCLUSIVE,
            f"only {have} of the window's points are there, and {want} are needed",
            "find out why data is missing; where gaps are normal, lower minCoverage, or use a longer period",
        )
    stale = _stale(objective, measured, at)
    if stale is not None:
        return stale
    if objective.min_samples and (measured.samples is None or measured.samples < objective.min_samples):
        have = "an unknown number of" if measured.samples is None else str(measured.samples)
        return Unmeasured(
            Outcome.INCONCLUSIVE,
            f"{have} samples, and {objective.min_samples} are needed",
            "wait for more traffic, or widen the window",
        )
    return None


def _stale(objective: Objective, measured: Measured, at: int) -> Unmeasured | None:
    """Too old: older than maxAge, or, where nothing is said, two periods short of the window's end."""
    remedy = "find out whether it is still being published"
    if objective.max_age is not None:
        if measured.newest is None:
            return Unmeasured(
                Outcome.INCONCLUSIVE, "the age of the data is not known, and maxAge is set", remedy
            )
        if at - measured.newest > objective.max_age:
            age, most = format_duration(at - measured.newest), format_duration(objective.max_age)
            return Unmeasured(
                Outcome.INCONCLUSIVE, f"the newest data is {age} old, and maxAge is {most}", remedy
            )
    elif measured.newest is not None and measured.window is not None:
        missing = measured.window.end - measured.newest
        if missing > 2 * max(measured.period, 60):
            return Unmeasured(
                Outcome.INCONCLUSIVE,
                f"the data ends {format_duration(missing)} before the window does",
                f"{remedy}; where such gaps are normal, set maxAge",
            )
    return None


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


def _compared(objective: Objective, measured: Measured, described: Verdict) -> Verdict:
    holds, verdict = _way(objective, measured, described)
    if holds is None:
        return replace(
            verdict,
            reasons=("what was measured can be given no confidence bound",),
            remedy="confidence needs a ratio of counts, or a percentile; remove it, or measure one of those",
        )
    met = holds(objective.target)
    if met is None:
        return replace(
            verdict, reasons=(_straddles(verdict),), remedy="measure more samples, or ask for less confidence"
        )
    if met:
        return replace(verdict, outcome=Outcome.PASS, reasons=(_sentence(verdict, "meets"),), remedy="")
    if objective.critical is None:
        return replace(
            verdict, outcome=Outcome.FAIL, reasons=(_sentence(verdict, "misses"),), remedy=_next(objective)
        )
    reached = holds(objective.critical)
    if reached is None:
        reason = f"{_sentence(verdict, 'misses')}; whether critical {objective.critical.text!r} is reached cannot be told"
        return replace(verdict, reasons=(reason,), remedy="measure more samples")
    outcome, word = (Outcome.FAIL, "reaches") if reached else (Outcome.WARN, "stays short of")
    reason = f"{_sentence(verdict, 'misses')} and {word} critical {objective.critical.text!r}"
    return replace(verdict, outcome=outcome, reasons=(reason,), remedy=_next(objective))


def _way(objective: Objective, measured: Measured, verdict: Verdict) -> tuple[Holds | None, Verdict]:
    """How the thresholds are compared, and the verdict with the value, margin and bound that go with it."""
    target, confidence = objective.target, objective.confidence
    by_shares = measured.value is None or (confidence is not None and measured.quantile is not None)
    if by_shares:
        share = share_at(measured, target)
        if share is None or measured.quantile is None:
            return None, verdict
        verdict = _with_share(verdict, target, measured.quantile, Fraction(share.below, share.total))
    elif measured.value is not None:
        verdict = replace(verdict, margin=_margin(verdict.value or Fraction(0), target))
    if confidence is None:
        return by_share(measured) if by_shares else by_value(
            measured.value or Fraction(0), measured.unit
        ), verdict
    whole = (
        measured.good is not None
        and measured.good.denominator == 1
        and (measured.total or 0).denominator == 1
    )
    if not by_shares and not whole:
        return None, verdict
    bound = bound_of(measured, target, confidence)
    unit = PERCENT if by_shares else target.unit
    shown = None if bound is None else convert(bound, Unit("ratio", Fraction(1), (("ratio", 1),)), unit)
    holds = (
        by_confident_share(measured, confidence) if by_shares else by_confident_ratio(measured, confidence)
    )
    return holds, replace(verdict, bound=shown)


def _with_share(verdict: Verdict, target: Threshold, quantile: Fraction, share: Fraction) -> Verdict:
    """A percentile judged by the share of samples beneath its target, and shown as that."""
    low_is_good = target.operator in ("<", "<=")
    text = f"{'>=' if low_is_good else '<'} {display.number(quantile * 100, up=True)} %"
    compared = Threshold(
        ">=" if low_is_good else "<", quantile * 100, PERCENT, f"{text} of samples {target.text}"
    )
    margin = _margin(share * 100, compared)
    return replace(verdict, value=share * 100, unit=PERCENT, compared=compared, margin=margin)


def _margin(value: Fraction, target: Threshold) -> Fraction:
    """The distance to the target, negative on the wrong side."""
    if target.operator == "==":
        return -abs(value - target.value)
    return target.value - value if target.operator in ("<", "<=") else value - target.value


def _sentence(verdict: Verdict, verb: str) -> str:
    """``620 ms misses < 500 ms by 120 ms``, every number rounded to the worse side."""
    target = verdict.compared or verdict.objective.target
    value = display.measured(verdict.value or Fraction(0), verdict.unit, target)
    if verdict.bound is not None:
        bound = display.measured(verdict.bound, verdict.unit, target)
        confidence = display.percent(verdict.objective.confidence or Fraction(0))
        value = f"{value} ({bound} at {confidence} confidence)"
    distance = abs(verdict.margin or Fraction(0))
    by = f" by {display.quantity(distance, verdict.unit, up=verb == 'misses')}" if distance else ""
    return f"{value} {verb} {target.text}{by}"


def _straddles(verdict: Verdict) -> str:
    return f"{_sentence(verdict, 'cannot be told from')}: too few samples for this confidence"


def _next(objective: Objective) -> str:
    """What to do about a miss: the runbook, and its first steps."""
    steps = "; ".join(objective.next_steps[:3])
    if objective.runbook and steps:
        return f"{objective.runbook}: {steps}"
    return objective.runbook or steps
