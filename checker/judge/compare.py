"""Whether a threshold holds for a measured value: yes, no, or undecided.

Without ``confidence``, the data is a census: all events of the window were counted, and the value decides. With it,
the data is a sample, and the one-sided confidence bound has to satisfy the threshold: the Clopper-Pearson bound for
a share of events; for a percentile the same bound on the share of samples below the threshold, which is equivalent
to the order-statistic bound.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from checker import display
from checker.judge.measured import RATIO, Measured, Unmeasured
from checker.judge.statistics import binomial_lower, binomial_upper, clears, falls_short
from checker.model import Objective, Outcome, Share, share_line
from checker.units import PERCENT, Threshold, Unit, convert

MOST_EVENTS = 10**15
"""The most events that have a confidence bound; a double cannot hold every greater count."""

Holds = Callable[[Threshold], bool | None]


class Comparison(NamedTuple):
    """A measured value beside its target, in the target's unit, and which thresholds hold.

    ``target`` is the target as compared: for a percentile that is judged by shares, the share of samples it asks
    for. ``lower`` and ``upper`` are the one-sided confidence bounds of ``value``, from ``events`` samples.
    """

    holds: Holds
    value: Fraction
    target: Threshold
    lower: Fraction | None = None
    upper: Fraction | None = None
    events: int = 0

    @property
    def margin(self) -> Fraction:
        """The distance to the target, negative on the wrong side."""
        away = self.value - self.target.value
        if self.target.operator == "==":
            return -abs(away)
        return -away if self.target.lower_is_better else away


def compare(objective: Objective, measured: Measured) -> Comparison | Unmeasured:
    """How the measured value compares with the thresholds of ``objective``, or why it cannot be compared."""
    confidence = objective.confidence
    if confidence is not None and not 0 < confidence < 1:
        return _unbounded(
            f"a confidence of {display.plain(confidence * 100)} % is not possible",
            "write one between 0 % and 100 %, such as 95 %",
        )
    if measured.value is None or (confidence is not None and measured.quantile is not None):
        return _by_shares(objective, measured)
    if confidence is not None:
        return _by_confident_ratio(objective.target, measured, confidence)
    return _by_value(objective.target, measured.value, measured.unit)


def _by_value(target: Threshold, value: Fraction, unit: Unit) -> Comparison:
    def holds(threshold: Threshold) -> bool:
        return threshold.holds(convert(value, unit, threshold.unit))

    return Comparison(holds, convert(value, unit, target.unit), target)


def _by_shares(objective: Objective, measured: Measured) -> Comparison | Unmeasured:
    """Judges a percentile by the share of samples below each threshold: p95 <= T if at least 95 % of them are at
    most T."""
    target, quantile, confidence = objective.target, measured.quantile, objective.confidence
    share = _share_at(measured, target)
    if target.operator == "==":
        return _unbounded(
            "a percentile that is judged by the share of samples beneath a threshold cannot be compared with ==",
            "write the target with <= or >=",
        )
    if quantile is None or not 0 < quantile <= 1 or share is None or not 0 < share.total <= MOST_EVENTS:
        return _unbounded(
            f"the number of samples beneath {target.text!r} is not known",
            "record the evidence again"
            if confidence is None
            else "remove confidence, or measure with a source that counts them",
        )

    def holds(threshold: Threshold) -> bool | None:
        at = _share_at(measured, threshold)
        if at is None or threshold.operator == "==":
            return None
        beneath = at.below >= quantile * at.total
        low = threshold.operator in ("<", "<=")
        if confidence is None:
            return beneath == low
        shown = _shown(at.below, at.total, quantile, confidence)
        return None if shown is None else shown == low

    value, compared = Fraction(share.below, share.total) * 100, _share_target(target, quantile)
    if confidence is None:
        return Comparison(holds, value, compared)
    lower, upper = _bounds(share.below, share.total, confidence, PERCENT)
    return Comparison(holds, value, compared, lower, upper, share.total)


def _by_confident_ratio(
    target: Threshold, measured: Measured, confidence: Fraction
) -> Comparison | Unmeasured:
    """A share of events, taken as a sample of a larger population."""
    if measured.good is None or measured.total is None or not measured.counted:
        return _unbounded(
            "there is no confidence bound for what was measured",
            "confidence needs a ratio of counts, or a percentile; remove it, or measure one of those",
        )
    if measured.total > MOST_EVENTS:
        return _unbounded("there is no confidence bound for so many events", "remove confidence")
    total = int(measured.total)
    about = total - int(measured.good) if target.lower_is_better else int(measured.good)
    value = Fraction(about, total)

    def holds(threshold: Threshold) -> bool | None:
        limit = convert(threshold.value, threshold.unit, RATIO)
        estimate = threshold.holds(convert(value, RATIO, threshold.unit))
        if not 0 <= limit <= 1:
            return estimate  # it holds, or fails, for any true share
        if threshold.operator == "==":
            return False if limit in (0, 1) and value != limit else None
        if threshold.operator in (">", ">="):
            shown = _shown(about, total, limit, confidence)
        else:
            shown = _shown(total - about, total, 1 - limit, confidence)
        # No evidence is needed to show that a share is at least 0; that it is more than 0 takes some.
        return None if shown and not estimate else shown

    lower, upper = _bounds(about, total, confidence, target.unit)
    return Comparison(holds, convert(value, RATIO, target.unit), target, lower, upper, total)


def _shown(good: int, total: int, share: Fraction, confidence: Fraction) -> bool | None:
    """Whether the true share is shown to be at least ``share`` (True), or below it (False); None if neither is
    shown."""
    if clears(good, total, share, confidence):
        return True
    return False if falls_short(good, total, share, confidence) else None


def _bounds(good: int, total: int, confidence: Fraction, unit: Unit) -> tuple[Fraction, Fraction]:
    """The one-sided confidence bounds of a share, in ``unit``."""
    lower, upper = binomial_lower(good, total, confidence), binomial_upper(good, total, confidence)
    return convert(_tidy(lower), RATIO, unit), convert(_tidy(upper), RATIO, unit)


def _tidy(share: float) -> Fraction:
    """A bound rounded to its twelve reliable digits, so that 95 % is not shown as 94.99999999999999 %."""
    return 1 - Fraction(f"{1 - share:.12g}") if share > 0.5 else Fraction(f"{share:.12g}")


def _share_at(measured: Measured, threshold: Threshold) -> Share | None:
    """The count of samples below the threshold's line, if it was read."""
    value, at = convert(threshold.value, threshold.unit, measured.unit), share_line(threshold)
    return next((share for share in measured.shares if share.threshold == value and share.at == at), None)


def _share_target(target: Threshold, quantile: Fraction) -> Threshold:
    """The share of samples that a percentile's target asks for: p95 < 5 s is >= 95 % of samples < 5 s.

    A percentile is above a threshold if less than that share of samples is at or below the threshold.
    """
    operator, beneath = {"<": (">=", "<"), "<=": (">=", "<="), ">": ("<", "<="), ">=": ("<", "<")}[
        target.operator
    ]
    text = f"{operator} {display.plain(quantile * 100)} % of samples {beneath} {target.quantity}"
    return Threshold(operator, quantile * 100, PERCENT, text)  # type: ignore[arg-type]


def _unbounded(reason: str, remedy: str) -> Unmeasured:
    return Unmeasured(Outcome.INCONCLUSIVE, reason, remedy)
