"""Confidence bounds of a proportion and of a percentile, for samples (a load test, a canary).

A proportion is bounded by the one-sided Clopper-Pearson interval: if a service is exactly *at* the promised share, at
most a share of ``1 - confidence`` of its possible samples is judged to clear it. A percentile is judged by the share of
values at or below its threshold, which is equivalent to bounding it by an order statistic (the tests compare the two).

Decisions (:func:`clears`, :func:`falls_short`) and the bounds to show (:func:`binomial_lower`) are computed
separately. A decision compares a binomial tail with ``1 - confidence``: in whole numbers where that is cheap,
otherwise in floating point with a guard band within which the answer is "not shown". Shares, quantiles and
confidences are fractions of 1. Arguments out of range raise ValueError.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from checker.judge.binomial import MOST_SUMMED, log, log_mass, log_tail

_MOST_SAMPLES = 10**15
"""Every count up to here is exact in a double, with room to spare."""
_EXACT_DIGITS = 300_000
"""Binary digits of the largest number in an exact decision, which then takes a few milliseconds."""
_EXACT_WORK = 30_000_000
"""Binary digits touched while summing in an exact decision, for the same time limit."""
_GUARD = 1e-9
"""Guard band around the logarithm of a tail, whose error is below 1e-11 (the tests compare it with exact sums)."""


def clears(good: int, total: int, share: Fraction, confidence: Fraction) -> bool:
    """Whether ``good`` of ``total`` samples show, at this confidence, a true share of at least ``share``.

    Equivalent to ``binomial_lower(good, total, confidence) >= share``: a service exactly at ``share`` would give at
    least this many good samples with a probability of at most ``1 - confidence``. In doubt, False.
    """
    _check_counts(good, total)
    _check_share(share)
    _check_confidence(confidence)
    if share == 0:
        return True
    return share < 1 and _compared(good, total, share, 1 - confidence, ties=-1) < 0


def falls_short(good: int, total: int, share: Fraction, confidence: Fraction) -> bool:
    """Whether ``good`` of ``total`` samples show, at this confidence, a true share below ``share``.

    Equivalent to ``binomial_upper(good, total, confidence) < share``. In doubt, False.
    """
    _check_counts(good, total)
    _check_share(share)
    _check_confidence(confidence)
    if share == 0 or share == 1:
        return share == 1 and good < total
    return _compared(total - good, total, 1 - share, 1 - confidence, ties=1) < 0


def binomial_lower(good: int, total: int, confidence: Fraction) -> float:
    """The one-sided lower Clopper-Pearson bound: the share at which P(X >= good) is ``1 - confidence``.

    0 if nothing was good. Clopper and Pearson (1934), doi:10.1093/biomet/26.4.404.
    """
    _check_counts(good, total)
    _check_confidence(confidence)
    return float(_lower_share(good, total, log(1 - confidence)))


def binomial_upper(good: int, total: int, confidence: Fraction) -> float:
    """The one-sided upper Clopper-Pearson bound; 1 if all were good."""
    _check_counts(good, total)
    _check_confidence(confidence)
    return float(1 - _lower_share(total - good, total, log(1 - confidence)))


def minimum_samples(share: Fraction, confidence: Fraction) -> int:
    """The fewest samples that clear a share when all are good: the smallest n with share^n <= 1 - confidence.

    That is ceil(ln(1 - confidence) / ln(share)). ValueError for a share of 1, which no sample can show.
    """
    _check_share(share)
    _check_confidence(confidence)
    if share == 0:
        return 1
    if share == 1:
        raise ValueError("no number of samples can show a share of 1")
    if log(1 - confidence) < log(share) * (_MOST_SAMPLES // 2):
        raise ValueError("a share so close to 1 takes more samples than can be counted")
    estimate = log(1 - confidence) / log(share)
    # Far wider than the estimate's error and the guard band together.
    slack = 2 + int(estimate * 1e-6)
    return _smallest(
        max(1, int(estimate) - slack), int(estimate) + slack, lambda n: clears(n, n, share, confidence)
    )


def _check_counts(good: int, total: int) -> None:
    if not 0 < total <= _MOST_SAMPLES:
        raise ValueError(f"the number of samples must be from 1 to 10^15, not {total}")
    if not 0 <= good <= total:
        raise ValueError(f"the good samples must be from 0 to {total}, not {good}")


def _check_share(share: Fraction) -> None:
    if not 0 <= share <= 1:
        raise ValueError(f"a share must be from 0 to 1, not {share}")


def _check_confidence(confidence: Fraction) -> None:
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence must lie between 0 and 1, not {confidence}")


def _smallest(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The smallest number from ``low`` to ``high`` for which ``holds`` is true; it must be monotonic, and true at
    ``high``."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


def _compared(least: int, total: int, share: Fraction, limit: Fraction, ties: int) -> int:
    """The sign of P(X >= least) - limit for X ~ Binomial(total, share), 0 < share < 1; 1 when in doubt.

    ``ties`` is returned if the two are equal, which only exact arithmetic can tell.
    """
    if least == 0:
        return 1
    terms = min(least, total - least + 1)
    digits = share.denominator.bit_length()
    if total * digits <= _EXACT_DIGITS and terms * terms * digits <= _EXACT_WORK:
        return _compared_exactly(least, total, share, limit) or ties
    tail, log_limit = log_tail(least, total, share), log(limit)
    return -1 if tail < log_limit - _GUARD * (1 - tail) else 1


def _compared_exactly(least: int, total: int, share: Fraction, limit: Fraction) -> int:
    most = total - least
    if most >= least:  # sum the other tail, which has fewer terms
        return -_compared_exactly(most + 1, total, 1 - share, 1 - limit)
    good, bad = share.numerator, share.denominator - share.numerator
    # With i bad samples a term is C(total, i) · bad^i · good^(total - i); good^least is left out of the sum.
    term = tails = 1
    for i in range(1, most + 1):
        term = term * ((total - i + 1) * bad) // i
        tails = tails * good + term
    left: int = good**least * tails * limit.denominator
    right: int = share.denominator**total * limit.numerator
    return (left > right) - (left < right)


def _lower_share(good: int, total: int, log_limit: float) -> Fraction:
    """The share at which the logarithm of P(X >= good) is ``log_limit``.

    Newton's method in the log odds. There the logarithm of the tail is concave (its second derivative is the variance
    of X given X >= good, minus the variance of X), so that from the second step on every step approaches from below.
    """
    if good == 0:
        return Fraction(0)
    if good == total:
        return 1 + Fraction(math.expm1(log_limit / total))
    variance = good * (total - good) / total
    odds = math.log(good / (total - good)) - math.sqrt(-2 * log_limit / variance)
    for step in range(100):
        share = _share_of(odds)
        tail = log_tail(good, total, share)
        if total > MOST_SUMMED:
            slope = float(good - total * share)
        else:
            slope = good * float(1 - share) * math.exp(log_mass(good, total, share) - tail)
        change = (log_limit - tail) / slope
        odds += change
        if step and change < 1e-9:  # the next change would be about the square of this one
            break
    return _share_of(odds)


def _share_of(odds: float) -> Fraction:
    # A double holds the smaller of the share and its complement to full precision.
    smaller = Fraction(1 / (1 + math.exp(min(abs(odds), 700.0))))
    return 1 - smaller if odds > 0 else smaller
