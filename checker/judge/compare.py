"""Whether a threshold holds for what was measured: yes, no, or not to be told.

As a census, all events of the window were counted, and the value is the answer. As a sample (``confidence``),
the one-sided bound has to clear the threshold: Clopper-Pearson for a share of events, and for a percentile
the same test put to the samples beneath the threshold, which is the order-statistic bound.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from checker.judge.measured import Measured
from checker.judge.statistics import binomial_lower, binomial_upper, clears, falls_short
from checker.model import Share, share_line
from checker.units import Threshold, Unit, convert

Holds = Callable[[Threshold], bool | None]


def by_value(value: Fraction, unit: Unit) -> Holds:
    """Compares one exact value."""
    return lambda threshold: threshold.holds(convert(value, unit, threshold.unit))


def by_share(measured: Measured) -> Holds:
    """Compares a percentile by the samples beneath each threshold: p95 <= T if 95 % of them are."""
    quantile = measured.quantile or Fraction(0)

    def holds(threshold: Threshold) -> bool | None:
        share = share_at(measured, threshold)
        if share is None or threshold.operator == "==":
            return None
        enough = share.below >= quantile * share.total
        return enough if threshold.operator in ("<", "<=") else not enough

    return holds


def by_confident_share(measured: Measured, confidence: Fraction) -> Holds:
    """As ``by_share``, for samples: only what the bound shows holds or fails."""
    quantile = measured.quantile or Fraction(0)

    def holds(threshold: Threshold) -> bool | None:
        share = share_at(measured, threshold)
        if share is None or threshold.operator == "==":
            return None
        return _shown(share.below, share.total, quantile, confidence, threshold.operator in ("<", "<="))

    return holds


def by_confident_ratio(measured: Measured, confidence: Fraction) -> Holds:
    """A share of events as a sample of all that could have been."""
    good, total = int(measured.good or 0), int(measured.total or 0)

    def holds(threshold: Threshold) -> bool | None:
        limit = convert(threshold.value, threshold.unit, measured.unit)
        if threshold.operator == "==" or not 0 <= limit <= 1:
            return None
        if threshold.operator in (">", ">="):
            return _shown(good, total, limit, confidence, True)
        return _shown(total - good, total, 1 - limit, confidence, True)

    return holds


def _shown(good: int, total: int, share: Fraction, confidence: Fraction, enough: bool) -> bool | None:
    """Whether the true share is shown to be at least ``share`` (or, not ``enough``, beneath it)."""
    if clears(good, total, share, confidence):
        return enough
    if falls_short(good, total, share, confidence):
        return not enough
    return None


def bound_of(measured: Measured, target: Threshold, confidence: Fraction) -> Fraction | None:
    """The bound to show beside the value: of the share of events, or of the samples beneath the target."""
    share = share_at(measured, target) if measured.quantile is not None else None
    if share is not None:
        low_is_good = target.operator in ("<", "<=")
        bound = binomial_lower if low_is_good else binomial_upper
        return Fraction(bound(share.below, share.total, confidence))
    if measured.good is None or measured.total is None:
        return None
    bound = binomial_upper if target.operator in ("<", "<=") else binomial_lower
    return Fraction(bound(int(measured.good), int(measured.total), confidence))


def share_at(measured: Measured, threshold: Threshold) -> Share | None:
    """The count beneath a threshold's line, if it was read."""
    value, at = convert(threshold.value, threshold.unit, measured.unit), share_line(threshold)
    return next((share for share in measured.shares if share.threshold == value and share.at == at), None)
