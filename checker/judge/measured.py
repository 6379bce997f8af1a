"""The result of an objective's readings: one measured value, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from fractions import Fraction
from typing import NamedTuple

from checker.formula import FormulaError, totals
from checker.model import WHOLE, Objective, Outcome, Series, Share, Slices, Window
from checker.units import Unit

RATIO = Unit("ratio", Fraction(1), (("ratio", 1),))

LONGEST = 4096
"""Most binary digits of a measured number; a double has at most 1075."""


class Tally(NamedTuple):
    """The bad events and all events of the period that begins at ``time``. ``seen`` is the share of the period that
    has data; 0 if only one of the two counts came."""

    time: int
    bad: Fraction
    total: Fraction
    seen: Fraction = WHOLE


class Measured(NamedTuple):
    """The measured result of one objective, ready to be compared.

    ``value`` (in ``unit``) is None only for a percentile of which only ``shares`` are known. ``good`` and ``total``
    are the events of a ratio, whether the value is the good or the bad share; ``counted`` says that they are whole
    events, so that their share has a confidence bound.
    """

    value: Fraction | None
    unit: Unit
    samples: int | None
    coverage: Fraction
    window: Window | None
    period: int = 0
    sums: bool = False
    """Whether the value is a sum over the window, so that dividing by the window gives a mean rate."""
    good: Fraction | None = None
    total: Fraction | None = None
    counted: bool = False
    quantile: Fraction | None = None
    shares: tuple[Share, ...] = ()
    tallies: tuple[Tally, ...] = ()
    noun: str = "events"
    """What ``good`` and ``total`` count."""
    slices: Slices | None = None
    allowed: Fraction | None = None
    """Only for a composite by Occurrences: the share that may be bad, which its target does not state."""
    parts: tuple[tuple[Fraction, tuple[Tally, ...]], ...] = ()
    """Only for a composite by Occurrences: for each objective its tallies, and the factor of its bad share."""
    notes: tuple[str, ...] = ()


class Unmeasured(NamedTuple):
    """Why there is nothing to compare, and the outcome that follows from it."""

    outcome: Outcome
    reason: str
    remedy: str = ""


def silent_by_nature(objective: Objective, name: str, series: Series) -> bool:
    """Whether missing data of metric ``name`` means that nothing happened: it is a counter, and a heartbeat shows
    that the emitter was alive.

    This excludes totals and the divisors of a formula: fewer events would make the same successes a larger share.
    """
    zero = objective.no_data == "zero" and objective.heartbeat is not None
    if not zero or name in ("heartbeat", "total") or series.combine != "sum":
        return False
    return name not in _divided_by(objective)


def _divided_by(objective: Objective) -> frozenset[str]:
    if objective.indicator.form != "formula":
        return frozenset()
    try:
        return totals(objective.indicator.formula, lower_is_better=objective.target.lower_is_better)
    except FormulaError:
        return frozenset()  # reported where the formula is evaluated


def exact_sum(values: Iterable[Fraction]) -> Fraction:
    """The sum, with one Fraction addition for each denominator: a month holds thousands of counts."""
    numerators: dict[int, int] = {}
    for value in values:
        top, bottom = value.as_integer_ratio()
        numerators[bottom] = numerators.get(bottom, 0) + top
    return sum((Fraction(top, bottom) for bottom, top in numerators.items()), Fraction(0))


def seen_of(tallies: Collection[Tally]) -> Fraction:
    """How many of the periods were seen, as a sum of shares. Most are seen throughout and need no addition."""
    partly = [tally.seen for tally in tallies if tally.seen is not WHOLE]
    return len(tallies) - len(partly) + exact_sum(partly)


def value_of(series: Series) -> Fraction | None:
    """The one value of a sound series over the window; None if only shares are known."""
    values = [point.value for point in series.points]
    if not values:
        return None
    match series.combine:
        case "sum":
            return exact_sum(values)
        case "min":
            return min(values)
        case "max":
            return max(values)
        case "mean":
            return exact_sum(values) / sum(point.samples or 0 for point in series.points)
        case "single":
            return values[0]


def coverage_of(series: Series) -> Fraction:
    """The share of the window's expected points that came; 0 if none were expected."""
    return (
        Fraction(min(series.present, series.expected), series.expected)
        if series.expected > 0
        else Fraction(0)
    )


def flaw_of(series: Series, *, by_period: bool = False) -> Unmeasured | None:
    """Why a series has no usable value: it contradicts itself, or it is based on no samples. None if it has one.

    ``by_period`` says that the series holds one value for each period, not one for the window.
    """
    nonsense = _contradiction(series, by_period)
    if nonsense:
        return Unmeasured(
            Outcome.ERROR, nonsense, "look at the recorded evidence: the source's answer is impossible"
        )
    if _stands_for_nothing(series):
        return Unmeasured(
            Outcome.INCONCLUSIVE,
            "the measured value is based on no samples",
            "wait for traffic, or widen the window",
        )
    return None


def _contradiction(series: Series, by_period: bool) -> str:
    points = series.points
    if len({point.time for point in points}) < len(points):
        return "there are two points for one time"
    if series.combine == "single" and len(points) > 1 and not by_period:
        return f"there are {len(points)} points where only one is possible"
    if any(_long(point.value) for point in points):
        return "a number is too long to have been measured"
    counts = [point.samples for point in points]
    if series.combine == "mean" and None in counts:
        return "a mean lacks the number of its samples"
    if any(count is not None and count < 0 for count in (*counts, series.samples)):
        return "a number of samples is negative"
    if any(not 0 <= share.below <= share.total for share in series.shares):
        return "there are more samples beneath a threshold than samples, or fewer than none"
    return ""


def _stands_for_nothing(series: Series) -> bool:
    if any(share.total == 0 for share in series.shares):
        return True
    if series.combine == "mean" and series.points:
        return sum(point.samples or 0 for point in series.points) == 0
    # A count of events may well be zero; no other value can come from no samples.
    return series.samples == 0 and not series.counts_events


def _long(value: Fraction) -> bool:
    return max(value.numerator.bit_length(), value.denominator.bit_length()) > LONGEST


def about_metric(name: str, reason: str, names: Collection[str]) -> str:
    """The reason, with the metric's name if the indicator has several metrics."""
    return f"{name}: {reason}" if len(names) > 1 else reason
