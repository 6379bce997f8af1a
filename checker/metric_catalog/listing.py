"""The metrics that CloudWatch lists in a namespace, as a value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from checker.hidden import HIDDEN

LONGEST_NAME = 4096
"""The longest name that a MetricCatalog can hold, in characters."""

SEEN = "seen by ListMetrics in the last two weeks"
"""The limit of ListMetrics: a metric without data for two weeks is not listed, but may still exist."""

Names = tuple[str, ...]
"""A set of dimension names, sorted."""

Series = tuple[tuple[str, str], ...]
"""The dimensions of one series of a metric: (name, value), sorted by name."""


class Listing(NamedTuple):
    """The metrics of a namespace: for each set of dimension names, one series as a sample."""

    namespace: str
    metrics: Mapping[str, Mapping[Names, Series]]


def listing(namespace: str, rows: Iterable[tuple[str, Series]]) -> Listing:
    """The listing of (metric, series) rows, sorted by name; independent of the order of the rows."""
    metrics: dict[str, dict[Names, Series]] = {}
    for metric, series in rows:
        sets = metrics.setdefault(metric, {})
        names = tuple(name for name, _ in series)
        sets[names] = min(series, sets.get(names, series))
    return Listing(namespace, {name: dict(sorted(sets.items())) for name, sets in sorted(metrics.items())})


def can_be_written(name: str) -> bool:
    """Whether a file can hold this name: checker rejects files with invisible characters in their texts."""
    return 0 < len(name) <= LONGEST_NAME and HIDDEN.search(name) is None


def names_text(names: Names) -> str:
    """A set of dimension names, for a sentence."""
    return ", ".join(names) if names else "no dimensions"
