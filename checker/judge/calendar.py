"""Readings of a calendar period: excludes data from before the period, and periods that have just begun."""

from __future__ import annotations

from collections.abc import Mapping

from checker import display
from checker.judge.measured import Unmeasured
from checker.model import Absence, Objective, Outcome, Series, Window
from checker.units import told_duration
from checker.windows import is_look, window_of

Readings = Mapping[str, Series | Absence]


def not_begun(objective: Objective, readings: Readings, at: int) -> Unmeasured | None:
    """Why there is nothing to judge yet: no period has begun, or nothing has been measured of it so far."""
    if objective.calendar is None:
        return None
    whole = window_of(objective, at)
    if whole is None:
        zone, start = objective.calendar.zone, objective.calendar.start
        return Unmeasured(
            Outcome.INCONCLUSIVE,
            f"at {display.moment(at)} no window has begun: the first begins on {start} ({zone})",
            "judge later, or correct the calendar's startTime",
        )
    if any(name not in readings for name, _ in objective.indicator.metrics):
        return Unmeasured(
            Outcome.INCONCLUSIVE,
            f"the window began at {display.moment(whole.start)}, and nothing in it has been measured yet",
            "judge later",
        )
    return None


def clipped(objective: Objective, readings: Readings, at: int) -> Readings:
    """The readings about the window, without points from before its calendar period."""
    whole = window_of(objective, at) if objective.calendar is not None else None
    if whole is None:
        return readings
    return {
        name: reading if is_look(name) or isinstance(reading, Absence) else _clip(reading, whole)
        for name, reading in readings.items()
    }


def _clip(series: Series, whole: Window) -> Series:
    window = series.window
    if window is None or window.start == whole.start:
        return series
    late = window.start - whole.start
    if late > 0:
        note = f"the first {told_duration(late)} of the period were not measured"
        return series._replace(notes=(*series.notes, note))
    if not series.period:
        note = f"the measured data begins {told_duration(-late)} before the period does"
        return series._replace(notes=(*series.notes, note))
    points = tuple(point for point in series.points if point.time >= whole.start)
    before = -(late // series.period)
    return series._replace(
        points=points,
        window=Window(min(window.end, window.start + before * series.period), window.end),
        present=max(0, series.present - (len(series.points) - len(points))),
        expected=max(0, series.expected - before),
    )
