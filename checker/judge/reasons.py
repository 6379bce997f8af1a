"""Explains the result of a comparison in one sentence, with every number rounded to the worse side."""

from __future__ import annotations

from fractions import Fraction

from checker import display
from checker.judge.compare import Comparison
from checker.judge.measured import RATIO
from checker.judge.statistics import minimum_samples
from checker.model import Objective, Verdict
from checker.units import Threshold, convert


def kept(verdict: Verdict, comparison: Comparison) -> str:
    """Why a promise is kept: the value meets its target, or a person confirmed it."""
    attestation = verdict.attestation
    if attestation is None:
        return met(verdict.objective, comparison)
    at, until = display.moment(attestation.confirmed_at), display.moment(attestation.valid_until)
    return f"confirmed by {attestation.confirmed_by} at {at}, valid until {until}"


def met(objective: Objective, comparison: Comparison) -> str:
    """``480 ms meets < 500 ms by 20 ms``"""
    edge = display.quantity(abs(comparison.margin), comparison.target.unit, up=False)
    by = f"by {edge}" if comparison.margin else "exactly"
    return f"{_value(objective, comparison)} meets {comparison.target.text} {by}{_shown(objective, comparison, True)}"


def missed(objective: Objective, comparison: Comparison) -> str:
    """``620 ms misses < 500 ms by 120 ms``"""
    edge = display.quantity(abs(comparison.margin), comparison.target.unit, up=True)
    by = f" by {edge}" if comparison.margin else ": it is exactly at the limit"
    return f"{_value(objective, comparison)} misses {comparison.target.text}{by}{_shown(objective, comparison, False)}"


def of_critical(critical: Threshold, reached: bool | None) -> str:
    """The addition about the critical threshold, for a value that misses its target."""
    if reached is None:
        return f"; whether critical {critical.text} is reached is not known"
    return f"; critical {critical.text} is {'reached' if reached else 'not reached'}"


def undecided(objective: Objective, comparison: Comparison) -> tuple[str, str]:
    """Why a sample shows neither that the target is met nor that it is missed, and what to do."""
    target = comparison.target
    meets = target.holds(comparison.value)
    upper, bound = _bound(comparison, meets)
    few = f"{comparison.events} sample is" if comparison.events == 1 else f"{comparison.events} samples are"
    reason = (
        f"{_value(objective, comparison)} would {'meet' if meets else 'miss'} {target.text}, but {few} too few: "
        f"at {_confidence(objective)} confidence it may be as {'high' if upper else 'low'} as {bound}"
    )
    return reason, _more_samples(objective, comparison)


def _value(objective: Objective, comparison: Comparison) -> str:
    by_value = comparison.target == objective.target
    others = [objective.critical] if by_value and objective.critical is not None else []
    return display.measured(comparison.value, comparison.target.unit, comparison.target, *others)


def _shown(objective: Objective, comparison: Comparison, meets: bool) -> str:
    """What a sample shows about the population: the confidence bound on the side of the target."""
    if comparison.lower is None:
        return ""
    upper, bound = _bound(comparison, meets)
    return f"; at {_confidence(objective)} confidence it is at {'most' if upper else 'least'} {bound}"


def _bound(comparison: Comparison, meets: bool) -> tuple[bool, str]:
    """Whether the relevant confidence bound is the upper one, and its text: the one towards the target."""
    upper = comparison.target.lower_is_better == meets
    value = comparison.upper if upper else comparison.lower
    text = display.measured(value or Fraction(0), comparison.target.unit, comparison.target, up=upper)
    return upper, text


def _more_samples(objective: Objective, comparison: Comparison) -> str:
    """The remedy, with the fewest samples that could be enough (if all of them are good) where that number helps."""
    target, confidence = comparison.target, objective.confidence
    share = convert(target.value, target.unit, RATIO)
    share = 1 - share if target.lower_is_better else share
    if share == 1 or target.operator == "==":
        return (
            f"no sample can show {target.text}: count all events and remove confidence, or lower the target"
        )
    plain = "measure more samples, or lower the confidence"
    if confidence is None or not 0 < share < 1 or not target.holds(comparison.value):
        return plain
    try:
        least = minimum_samples(share, confidence)
    except ValueError:
        return plain
    if least <= comparison.events:
        return plain
    return f"measure more samples (at least {least}), or lower the confidence"


def _confidence(objective: Objective) -> str:
    return f"{display.plain((objective.confidence or Fraction(0)) * 100)} %"
