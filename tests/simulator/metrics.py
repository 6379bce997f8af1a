"""The store: what was published, by metric and unit, and how it is read back in periods.

A metric is its namespace, its name and its *exact* set of dimensions. Nothing is ever summed over dimensions
or over units.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from tests.simulator.retention import SUB_MINUTE, Span
from tests.simulator.statistics import Bucket, StatisticSet

Dimensions = tuple[tuple[str, str], ...]
"""(name, value) pairs sorted by name."""


class Metric(NamedTuple):
    """What makes a metric: two that differ in anything here share nothing."""

    account: str
    namespace: str
    name: str
    dimensions: Dimensions


def dimensions_of(mapping: Mapping[str, str]) -> Dimensions:
    return tuple(sorted(mapping.items()))


class Stream:
    """What was published for one metric in one unit, in order of time.

    Values live in arrays, so that a million of them take 16 MB and are read without copying more than asked.
    """

    def __init__(self) -> None:
        self.times = array("d")
        self.values = array("d")
        self.weights: array[float] | None = None
        self.sets: list[StatisticSet] = []
        self.high_resolution = False
        self._ordered = True

    def add(self, times: array[float], values: array[float], weights: array[float] | None = None) -> None:
        """Values that each occurred once, or as often as ``weights`` says."""
        if len(times) != len(values) or (weights is not None and len(weights) != len(values)):
            raise ValueError(f"{len(times)} times and {len(values)} values do not pair up")
        if weights is not None and self.weights is None:
            self.weights = array("d", [1.0]) * len(self.values)
        if self.weights is not None:
            self.weights.extend(weights if weights is not None else array("d", [1.0]) * len(values))
        self.times.extend(times)
        self.values.extend(values)
        self._ordered = False

    def add_set(self, item: StatisticSet) -> None:
        """A statistic set. One whose values are all the same hides nothing and counts as raw values."""
        if item.minimum == item.maximum and item.total == item.minimum * item.samples:
            self.add(array("d", [item.time]), array("d", [item.minimum]), array("d", [item.samples]))
        else:
            self.sets.append(item)
            self._ordered = False

    def newest(self) -> float:
        """The time of the latest thing published."""
        return max([*self.times[-1:], *(item.time for item in self.sets[-1:])], default=float("-inf"))

    def order(self) -> None:
        """Sort by time what came since the last read."""
        if self._ordered:
            return
        self._ordered = True
        self.sets.sort(key=lambda item: item.time)
        times = self.times
        if all(map(float.__le__, times, times[1:])):
            return
        ranks = sorted(range(len(times)), key=times.__getitem__)
        self.times = array("d", map(times.__getitem__, ranks))
        self.values = array("d", map(self.values.__getitem__, ranks))
        if self.weights is not None:
            self.weights = array("d", map(self.weights.__getitem__, ranks))

    def buckets(self, span: Span) -> Iterator[tuple[int, Bucket]]:
        """(start, content) of each period in which anything was published, oldest first."""
        if span.period in SUB_MINUTE and not self.high_resolution:
            return
        values = _periods(self.times, span)
        if not self.sets:
            for moment, low, high in values:
                yield moment, Bucket(self.values[low:high], self._weights(low, high))
            return
        raw = {moment: (low, high) for moment, low, high in values}
        sets = {
            moment: (low, high) for moment, low, high in _periods([item.time for item in self.sets], span)
        }
        for moment in sorted(raw.keys() | sets.keys()):
            low, high = raw.get(moment, (0, 0))
            first, last = sets.get(moment, (0, 0))
            yield moment, Bucket(self.values[low:high], self._weights(low, high), self.sets[first:last])

    def _weights(self, low: int, high: int) -> Sequence[float] | None:
        return None if self.weights is None else self.weights[low:high]


def _periods(times: Sequence[float], span: Span) -> Iterator[tuple[int, int, int]]:
    """(start, first index, index past the last) of each period of the span that holds a time."""
    low, past = bisect_left(times, span.start), bisect_left(times, span.end)
    while low < past:
        moment = span.start + int((times[low] - span.start) // span.period) * span.period
        high = bisect_left(times, moment + span.period, low, past)
        if moment >= span.oldest:
            yield moment, low, high
        low = high


class Store:
    """Every metric of the simulated account (and of accounts linked to it)."""

    def __init__(self) -> None:
        self._streams: dict[Metric, dict[str, Stream]] = {}

    def stream(self, metric: Metric, unit: str) -> Stream:
        """The stream to publish to; made when it is not there yet."""
        units = self._streams.setdefault(metric, {})
        if unit not in units:
            units[unit] = Stream()
        return units[unit]

    def read(self, metric: Metric, unit: str | None, span: Span) -> Iterator[tuple[int, str, Bucket]]:
        """(start of the period, unit, what is in it), oldest first.

        Without a unit every unit is read, each by itself: a period in which two units were published comes
        twice.
        """
        units = self._streams.get(metric, {})
        wanted = units if unit is None else {unit: units[unit]} if unit in units else {}
        found: list[tuple[int, str, Bucket]] = []
        for name, stream in wanted.items():
            stream.order()
            rows = ((moment, name, bucket) for moment, bucket in stream.buckets(span))
            if len(wanted) == 1:
                yield from rows
            else:
                found += rows
        yield from sorted(found, key=lambda row: row[:2])

    def metrics(self) -> Iterable[tuple[Metric, float]]:
        """(metric, time of the latest thing published to it), each metric once, in a fixed order."""
        for metric in sorted(self._streams):
            streams = self._streams[metric].values()
            for stream in streams:
                stream.order()
            yield metric, max(stream.newest() for stream in streams)
