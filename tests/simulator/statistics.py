"""The statistics of CloudWatch over the values of one period.

AWS does not publish how it interpolates percentiles. The simulator takes the *nearest rank*: pNN is the
smallest value that at least NN % of the values do not exceed. Everything else that speaks of ranks follows
from it, so that ``pNN <= T`` holds exactly when ``PR(:T) >= NN``. Real CloudWatch can differ a little between
two neighbouring values, and its trimmed counts can be fractions; here they are whole.

Boundaries follow the documentation: a lower bound is exclusive, an upper bound inclusive.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial
from itertools import accumulate
from math import ceil, fsum, prod
from typing import NamedTuple

_NUMBER = r"(\d+(?:\.\d{1,10})?)"
_SHORT = re.compile(rf"(p|tm|wm|tc|ts){_NUMBER}")
_LONG = re.compile(rf"(TM|WM|TC|TS|PR)\((?:{_NUMBER}(%?))?:(?:{_NUMBER}(%?))?\)")


class StatisticSet(NamedTuple):
    """Values that were summed up before they were published; the values themselves are gone."""

    time: float
    samples: float
    total: float
    minimum: float
    maximum: float


@dataclass(frozen=True, slots=True)
class Bucket:
    """What was published within one period. ``weights`` says how often each value occurred (None: once)."""

    values: Sequence[float]
    weights: Sequence[float] | None = None
    sets: Sequence[StatisticSet] = ()


Statistic = Callable[[Bucket], float | None]
"""A statistic of a bucket that holds something, or None where CloudWatch gives no data point."""


class Distribution(NamedTuple):
    """Values in order; ``ranks[i]`` is how many samples lie at or before ``values[i]``."""

    values: Sequence[float]
    ranks: Sequence[float]

    def rank(self, percent: Fraction) -> float:
        """The nearest rank of a percentile: how many samples it leaves at or below."""
        return ceil(percent * Fraction(self.ranks[-1]) / 100)

    def at(self, rank: float) -> float:
        """The value at a rank; rank 0 gives the smallest value."""
        return self.values[min(bisect_left(self.ranks, rank), len(self.values) - 1)]

    def below(self, bound: float) -> float:
        """How many samples are at or below ``bound``."""
        index = bisect_right(self.values, bound)
        return self.ranks[index - 1] if index else 0

    def total(self, low: float, high: float) -> float:
        """The sum of the samples with ranks in (low, high]."""
        if isinstance(self.ranks, range):
            return fsum(self.values[int(low) : int(high)])
        befores = (0.0, *self.ranks[:-1])
        spans = zip(self.values, befores, self.ranks, strict=True)
        return fsum(value * max(0, min(high, upto) - max(low, before)) for value, before, upto in spans)


def sample_count(bucket: Bucket) -> float:
    raw = len(bucket.values) if bucket.weights is None else fsum(bucket.weights)
    return raw + fsum(item.samples for item in bucket.sets) if bucket.sets else raw


def total(bucket: Bucket) -> float:
    if bucket.weights is None:
        raw = fsum(bucket.values)
    else:
        raw = fsum(map(prod, zip(bucket.values, bucket.weights, strict=True)))
    return raw + fsum(item.total for item in bucket.sets) if bucket.sets else raw


def average(bucket: Bucket) -> float:
    return total(bucket) / sample_count(bucket)


def minimum(bucket: Bucket) -> float:
    lowest = [min(bucket.values)] if bucket.values else []
    return min([*lowest, *(item.minimum for item in bucket.sets)])


def maximum(bucket: Bucket) -> float:
    highest = [max(bucket.values)] if bucket.values else []
    return max([*highest, *(item.maximum for item in bucket.sets)])


BASIC: dict[str, Statistic] = {
    "SampleCount": sample_count,
    "Average": average,
    "Sum": total,
    "Minimum": minimum,
    "Maximum": maximum,
}


def distribution(bucket: Bucket) -> Distribution | None:
    """The values in order, or None where a percentile cannot be had: a statistic set hides its values, and
    CloudWatch gives no percentiles where a value is negative."""
    if bucket.sets or not bucket.values:
        return None
    if bucket.weights is None:
        values = sorted(bucket.values)
        ranks: Sequence[float] = range(1, len(values) + 1)
    else:
        pairs = sorted(zip(bucket.values, bucket.weights, strict=True))
        values, ranks = [value for value, _ in pairs], list(accumulate(weight for _, weight in pairs))
    return None if values[0] < 0 else Distribution(values, ranks)


def percentile(percent: Fraction, bucket: Bucket) -> float | None:
    samples = distribution(bucket)
    return None if samples is None else samples.at(samples.rank(percent))


class Bounds(NamedTuple):
    """The range of a trimmed statistic, in percent of the samples or in values of the metric."""

    low: Fraction | None
    high: Fraction | None
    percent: bool


def bounded(kind: str, bounds: Bounds, bucket: Bucket) -> float | None:
    """TC, TS, TM, WM or PR of the samples within the bounds."""
    samples = distribution(bucket)
    if samples is None:
        return None
    rank = samples.rank if bounds.percent else lambda bound: samples.below(float(bound))
    everything = samples.ranks[-1]
    low = 0 if bounds.low is None else rank(bounds.low)
    high = everything if bounds.high is None else rank(bounds.high)
    if kind == "TC":
        return high - low
    if kind == "PR":
        return 100 * (high - low) / everything
    inside = samples.total(low, high)
    if kind == "TS":
        return inside
    if kind == "TM":
        return inside / (high - low) if high > low else None
    at_low = 0 if bounds.low is None else samples.at(low) if bounds.percent else float(bounds.low)
    at_high = 0 if bounds.high is None else samples.at(high) if bounds.percent else float(bounds.high)
    return (low * at_low + inside + (everything - high) * at_high) / everything


@lru_cache(maxsize=4096)
def extended(text: str) -> Statistic | None:
    """The statistic that ``text`` names, such as ``p99.9``, ``tm90``, ``PR(:300)`` or ``IQM``, if any."""
    if text == "IQM":
        return partial(bounded, "TM", Bounds(Fraction(25), Fraction(75), percent=True))
    if short := _SHORT.fullmatch(text):
        percent = Fraction(short[2])
        if percent > 100:
            return None
        if short[1] == "p":
            return partial(percentile, percent)
        return partial(bounded, short[1].upper(), Bounds(None, percent, percent=True))
    if long := _LONG.fullmatch(text):
        bounds = _bounds(long)
        return None if bounds is None else partial(bounded, long[1], bounds)
    return None


def _bounds(long: re.Match[str]) -> Bounds | None:
    kind, low_text, low_sign, high_text, high_sign = long.groups()
    signs = {sign for text, sign in ((low_text, low_sign), (high_text, high_sign)) if text is not None}
    low, high = (Fraction(text) if text is not None else None for text in (low_text, high_text))
    if len(signs) != 1 or (kind == "PR" and signs == {"%"}):
        return None
    if low is not None and high is not None and low >= high:
        return None
    if signs == {"%"} and max(low or 0, high or 0) > 100:
        return None
    return Bounds(low, high, percent=signs == {"%"})


def statistic(text: str) -> Statistic | None:
    """Any statistic that GetMetricData takes; None for what it would reject."""
    return BASIC.get(text) or extended(text)
