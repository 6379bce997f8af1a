"""Whether a measurement can carry a verdict: consistent clocks, no gaps, recent data, enough samples."""

from __future__ import annotations

from collections.abc import Mapping

from checker import display
from checker.judge.measured import Measured, Unmeasured, silent_by_nature
from checker.model import Absence, Objective, Outcome, Series
from checker.units import format_duration, told_duration

FUTURE_TOLERANCE = 60
"""Seconds that data may lie in the future before the clocks are considered wrong."""
SHORTEST_PERIOD = 60
"""Seconds. Data may end two periods before its window does; shorter periods count as this long."""


def shortcoming(
    objective: Objective, measured: Measured, readings: Mapping[str, Series | Absence], at: int
) -> Unmeasured | None:
    """Why ``measured``, made from ``readings``, cannot carry a verdict at the moment ``at``; None if it can."""
    series = {name: each for name, each in readings.items() if isinstance(each, Series)}
    return (
        from_the_future(series, at)
        or _gaps(objective, measured)
        or stale(objective, series, at)
        or _too_few(objective, measured, series)
    )


def from_the_future(series: Mapping[str, Series], at: int) -> Unmeasured | None:
    """An error if there is data from after the moment that is judged."""
    times = [point.time for each in series.values() for point in each.points]
    latest = max([*times, *(each.newest for each in series.values() if each.newest is not None)], default=at)
    if latest <= at + FUTURE_TOLERANCE:
        return None
    return Unmeasured(
        Outcome.ERROR,
        f"the newest data is from {display.moment(latest)}, after {display.moment(at)}",
        "correct the clocks, or judge with the right --at",
    )


def _gaps(objective: Objective, measured: Measured) -> Unmeasured | None:
    if measured.coverage >= objective.min_coverage:
        return None
    want = display.plain(objective.min_coverage * 100)
    return Unmeasured(
        Outcome.INCONCLUSIVE,
        f"only {display.percent(measured.coverage)} of the window's points are there, and {want} % are needed",
        "find out why data is missing; where gaps are normal, lower minCoverage, or use a longer period",
    )


def stale(objective: Objective, series: Mapping[str, Series], at: int) -> Unmeasured | None:
    """Why the data is too old: older than maxAge, or without one, ending more than two periods before the window
    does."""
    for name, each in sorted(series.items()):
        if silent_by_nature(objective, name, each):
            continue
        reason = _age(objective, each, at)
        if reason:
            where = f"{name}: " if len(series) > 1 else ""
            return Unmeasured(Outcome.INCONCLUSIVE, where + reason, _to_be_fresh(objective, each))
    return None


def _to_be_fresh(objective: Objective, series: Series) -> str:
    if objective.max_age is None:
        return "find out whether it is still being published; where such gaps are normal, set maxAge"
    if _newest(series) is None:
        return series.to_be_dated or "measure something whose age is known, or remove maxAge"
    if series.attestation is not None:
        return "check and confirm it again"
    if series.window is None:
        return "measure it again, shortly before it is judged"
    return "find out whether it is still being published"


def _age(objective: Objective, series: Series, at: int) -> str:
    newest = _newest(series)
    if objective.max_age is not None:
        most = format_duration(objective.max_age)
        if newest is None:
            return f"the age of the data is not known, and maxAge is {most}"
        if at - newest > objective.max_age:
            return f"the newest data is {told_duration(at - newest)} old, and maxAge is {most}"
    elif newest is not None and series.window is not None:
        missing = series.window.end - newest
        if missing > 2 * max(series.period, SHORTEST_PERIOD):
            return f"the data ends {told_duration(missing)} before the window does"
    return ""


def _newest(series: Series) -> int | None:
    """The end of the newest data: as the source states it, otherwise the end of the last period."""
    if series.newest is None and series.period and series.points:
        return max(point.time for point in series.points) + series.period
    return series.newest


def _too_few(objective: Objective, measured: Measured, series: Mapping[str, Series]) -> Unmeasured | None:
    if not objective.min_samples or (
        measured.samples is not None and measured.samples >= objective.min_samples
    ):
        return None
    if measured.samples is None:
        return Unmeasured(
            Outcome.INCONCLUSIVE,
            f"an unknown number of samples, and {objective.min_samples} are needed",
            "remove minSamples, or measure something that reports its number of samples",
        )
    have = "1 sample" if measured.samples == 1 else f"{measured.samples} samples"
    return Unmeasured(
        Outcome.INCONCLUSIVE,
        f"{have}, and {objective.min_samples} are needed",
        next((each.to_have_more for each in series.values() if each.to_have_more), "")
        or "wait for more traffic, or widen the window",
    )
