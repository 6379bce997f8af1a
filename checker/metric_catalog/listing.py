"""What CloudWatch says is published in a namespace, as a value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from checker.load.text.characters import HIDDEN

LONGEST_NAME = 4096
"""Characters of a name that a MetricCatalog can hold."""

SEEN = "seen by ListMetrics in the last two weeks"
"""What ListMetrics can vouch for: a metric without data for two weeks is not listed, and may still exist."""

Names = tuple[str, ...]
"""A set of dimension names, sorted."""

Series = tuple[tuple[str, str], ...]
"""The dimensions of one series of a metric: (name, value), sorted by name."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The metrics of a namespace: each with its sets of dimension names, and one series as a sample of each set."""

    namespace: str
    metrics: Mapping[str, Mapping[Names, Series]]


def listing(namespace: str, rows: Iterable[tuple[str, Series]]) -> Listing:
    """The listing of so many (metric, series), in the order of the names, whatever order they come in."""
    metrics: dict[str, dict[Names, Series]] = {}
    for metric, series in rows:
        sets = metrics.setdefault(metric, {})
        names = tuple(name for name, _ in series)
        sets[names] = min(series, sets.get(names, series))
    return Listing(namespace, {name: dict(sorted(sets.items())) for name, sets in sorted(metrics.items())})


def can_be_written(name: str) -> bool:
    """Whether a file can hold this name: checker reads no file with invisible characters in its texts."""
    return 0 < len(name) <= LONGEST_NAME and HIDDEN.search(name) is None


def names_text(names: Names) -> str:
    """A set of dimension names in a sentence."""
    return ", ".join(names) if names else "no dimensions"
