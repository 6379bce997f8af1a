"""Tails of the binomial distribution as logarithms, so that nothing underflows and little is lost to rounding.

Throughout, X ~ Binomial(total, share) with 0 < share < 1 as a Fraction, and counts up to 10^15.
"""

from __future__ import annotations

import math
from fractions import Fraction

MOST_SUMMED = 400_000_000
"""With more samples, a tail is bounded instead of summed: the sum takes up to 8σ terms, here 80,000."""


def log_tail(least: int, total: int, share: Fraction) -> float:
    """The natural logarithm of P(X >= least) for X ~ Binomial(total, share), 0 < least, 0 < share < 1.

    Above ``MOST_SUMMED`` samples it is Chernoff's upper bound, exp(-deviance), which is never below the true value.
    """
    mean = total * share
    if total > MOST_SUMMED:
        return -_deviance(least, total, share) if least > mean else 0.0
    if least <= mean:
        return math.log1p(-math.exp(_log_far_tail(total - least + 1, total, 1 - share)))
    return _log_far_tail(least, total, share)


def _log_far_tail(least: int, total: int, share: Fraction) -> float:
    """``log_tail`` for a ``least`` above the mean: the first term of the sum, times the sum of all terms relative
    to it."""
    odds = float(share / (1 - share)) if least < total else 0.0
    term = tails = 1.0
    for good in range(least, total):
        ratio = (total - good) / (good + 1) * odds
        term *= ratio
        tails += term
        if term * ratio < 1e-17 * (1 - ratio) * tails:  # a geometric series bounds the remaining terms
            break
    return log_mass(least, total, share) + math.log(tails)


def log_mass(good: int, total: int, share: Fraction) -> float:
    """The logarithm of P(X = good) by Loader's saddle-point expansion, in which no large numbers cancel.

    C. Loader, Fast and accurate computation of binomial probabilities (2000).
    """
    if good == total:
        return total * log(share)
    bad = total - good
    stirling = _stirling_error(total) - _stirling_error(good) - _stirling_error(bad)
    return stirling - _deviance(good, total, share) - math.log(2 * math.pi * good * bad / total) / 2


def _deviance(good: int, total: int, share: Fraction) -> float:
    """``total`` times the Kullback-Leibler divergence of the observed share from ``share``; never negative."""
    return _deviance_part(good, total * share) + _deviance_part(total - good, total * (1 - share))


def _deviance_part(count: int, mean: Fraction) -> float:
    """count * ln(count / mean) + mean - count, without cancellation where the two are close."""
    if count == 0:
        return float(mean)
    excess = count - mean
    if 10 * abs(excess) > count + mean:
        return count * (log(Fraction(count)) - log(mean)) - float(excess)
    # With v = (count - mean) / (count + mean), ln(count / mean) is 2 (v + v^3/3 + v^5/5 + …).
    v = float(excess / (count + mean))
    series = math.fsum(v ** (2 * j) / (2 * j + 1) for j in range(1, 10))
    return float(excess) * v + 2 * count * v * series


def _stirling_error(n: int) -> float:
    """ln(n!) minus Stirling's approximation of it."""
    if n < 16:
        return math.lgamma(n + 1) - (n + 0.5) * math.log(n) + n - math.log(2 * math.pi) / 2
    m = n * n
    return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / m) / m) / m) / m) / n


def log(number: Fraction) -> float:
    """The natural logarithm, accurate also for numbers too small, or too close to 1, for a double."""
    if number > Fraction(1, 2):
        return math.log1p(float(number - 1))
    return math.log(number.numerator) - math.log(number.denominator)
