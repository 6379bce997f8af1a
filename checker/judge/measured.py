"""What an objective's readings come to: one measured thing, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from checker.model import Outcome, Series, Share, Window
from checker.units import Unit

RATIO = Unit("ratio", Fraction(1), (("ratio", 1),))


class Tally(NamedTuple):
    """The bad and all events of one period that begins at ``time``."""

    time: int
    bad: Fraction
    total: Fraction


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured for one objective, ready to be compared.

    ``value`` (in ``unit``) is missing only where a percentile is known by its ``shares`` alone. ``good`` and
    ``total`` are the counts of a ratio; ``good`` are the events that its value is about.
    """

    value: Fraction | None
    unit: Unit
    samples: int | None
    coverage: Fraction
    newest: int | None
    window: Window | None
    period: int = 0
    sums: bool = False
    """Whether the value is a sum over the window, so that it has a mean rate."""
    good: Fraction | None = None
    total: Fraction | None = None
    quantile: Fraction | None = None
    shares: tuple[Share, ...] = ()
    tallies: tuple[Tally, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """Why there is nothing to compare, and the outcome that follows."""

    outcome: Outcome
    reason: str
    remedy: str = ""


def value_of(series: Series) -> Fraction | None:
    """The one value that a series' points make over the window; None where only shares are known."""
    values = [point.value for point in series.points]
    if not values:
        return None
    match series.combine:
        case "sum":
            return sum(values, Fraction(0))
        case "min":
            return min(values)
        case "max":
            return max(values)
        case "mean":
            return sum(values, Fraction(0)) / sum(point.samples or 0 for point in series.points)
        case "single":
            return values[0]


def coverage_of(series: Series) -> Fraction:
    """The share of the window's expected points that came."""
    return Fraction(series.present, series.expected) if series.expected else Fraction(1)
