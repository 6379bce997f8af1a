"""Judges one period of an evaluation as if it were the whole window of the promise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from checker import display
from checker.judge.combine import combine
from checker.judge.comparable import as_rate, contradiction, unit_trouble
from checker.judge.compare import Comparison, compare
from checker.judge.measured import Measured, Unmeasured, coverage_of, silent_by_nature
from checker.model import Absence, Objective, Outcome, Point, Series, Window

Readings = Mapping[str, Series | Absence]


class JudgedPeriod(NamedTuple):
    """One period: its value, and whether it misses the target and reaches critical. All are None for a missing
    period."""

    time: int
    value: Fraction | None = None
    breaching: bool | None = None
    critical: bool | None = None
    samples: int | None = None
    notes: tuple[str, ...] = ()


def judge_period(
    objective: Objective, window: Window, readings: Readings, series: Mapping[str, Mapping[int, Series]]
) -> JudgedPeriod | Unmeasured:
    """Judges one period as if it were the whole window of the promise. A period that cannot be judged is missing.

    ``series`` are the readings split into periods, as ``by_period`` returns them.
    """
    parts: dict[str, Series | Absence] = {
        name: series[name].get(window.start, _NOTHING_THEN) if name in series else reading
        for name, reading in readings.items()
    }
    if objective.no_data != "zero" or isinstance(parts.get("heartbeat"), Absence):
        # What missing data means is decided over the whole range; a single period without data is a missing one.
        objective = objective._replace(no_data="inconclusive", heartbeat=None)
    measured = combine(objective, parts)
    if isinstance(measured, Measured):
        measured = as_rate(measured, objective.target)
        found = unit_trouble(objective, measured) or compare(objective, measured)
        if isinstance(found, Comparison):
            return _compared(objective, window.start, found, measured, whole=_whole(objective, parts))
        measured = found
    return measured if measured.outcome is Outcome.ERROR else JudgedPeriod(window.start)


_NOTHING_THEN = Absence("no-data", "no data in this period", "")


def _whole(objective: Objective, parts: Readings) -> bool:
    """Whether enough of a period was seen, for every metric that is measured in it."""
    shares = [
        coverage_of(each)
        for name, each in parts.items()
        if isinstance(each, Series) and not silent_by_nature(objective, name, each)
    ]
    return min(shares, default=Fraction(1)) >= objective.period_coverage


def by_period(series: Series, window: Window, length: int) -> dict[int, Series]:
    """A series for each period of ``length`` seconds in ``window`` that has data, by the start of the period."""
    points: dict[int, list[Point]] = defaultdict(list)
    for point in series.points:
        if window.start <= point.time < window.end:
            points[point.time - (point.time - window.start) % length].append(point)
    return {time: _part(series, Window(time, time + length), there) for time, there in points.items()}


def _part(series: Series, window: Window, points: Sequence[Point]) -> Series:
    """The part of a series that belongs to one period."""
    counts = [point.samples for point in points]
    seen = min(point.seen for point in points)
    return series._replace(
        points=tuple(points),
        window=window,
        present=seen.numerator,
        expected=seen.denominator,
        newest=window.end,
        samples=None if None in counts else sum(count or 0 for count in counts),
        shares=(),
    )


def _compared(
    objective: Objective, time: int, found: Comparison, measured: Measured, *, whole: bool
) -> JudgedPeriod | Unmeasured:
    """Judges a period by its value. If it was not seen as a ``whole``, it may breach, but never meets a threshold."""
    meets = found.holds(objective.target)
    critical = None if objective.critical is None else found.holds(objective.critical)
    if meets and critical:
        return contradiction(objective)
    few = objective.min_samples and (measured.samples or 0) < objective.min_samples
    notes = measured.notes
    if not whole:
        notes = (*notes, _partly(objective))
        critical = critical or None
    if few or meets is None or (meets and not whole):
        return JudgedPeriod(time, notes=notes)
    return JudgedPeriod(time, found.value, not meets, critical, measured.samples, notes)


def _partly(objective: Objective) -> str:
    least = display.plain(objective.period_coverage * 100)
    return f"a period of which less than {least} % was seen counts as missing, unless it breaches"
