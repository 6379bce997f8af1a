"""Which times a promise is measured over: its window, its periods, and the lookbacks of its burn rates. Pure.

Everything here depends only on the promise and the moment to judge, so that what is planned, asked and judged
agrees.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from checker.model import CalendarWindow, Indicator, Objective, Window

DAY = 86400
MONTHS = {"month": 1, "quarter": 3, "year": 12}
SECONDS = {"minute": 60, "hour": 3600, "day": DAY, "week": 7 * DAY}
MOST = {**SECONDS, "month": 31 * DAY, "quarter": 92 * DAY, "year": 366 * DAY}
MOMENTS = 10
"""A condition that has to hold for a while is looked at about this many times."""


class UnknownZone(LookupError):
    """A time zone that is not in the time zone database of this machine."""


def window_of(objective: Objective, at: int) -> Window | None:
    """The whole window of ``objective`` at the moment ``at``; a calendar period includes the part still to come.

    None if the objective has no window, or if the first calendar period has not begun.
    """
    if objective.calendar is not None:
        return calendar_period(objective.calendar, at)
    return None if objective.window is None else Window(at - objective.window, at)


def longest(window: CalendarWindow) -> int:
    """The greatest length of such a window in seconds; a day on which the clocks are set back has 25 hours."""
    return window.count * MOST[window.unit] + (0 if window.unit in ("minute", "hour") else 3600)


@lru_cache(maxsize=512)
def calendar_period(window: CalendarWindow, at: int) -> Window | None:
    """The calendar period that contains ``at``: [start, end), in epoch seconds. Raises UnknownZone.

    The n-th period begins n steps after the first one, not one step after the previous one: so periods that begin
    on the 31st are clamped in shorter months and return to the 31st. Days and longer units follow the clocks of the
    zone and may be an hour longer or shorter; minutes and hours are elapsed time. A local time that the clocks skip
    is read with the offset before the change; of a local time that occurs twice, the first counts.
    """
    zone = find_zone(window.zone)
    try:
        if not window.start:
            return Window(_epoch(_step(_local(at, zone), window, -1), zone), at)
        first = datetime.fromisoformat(window.start)
        number = _near(first, window, at, zone)
        while _start(first, window, number, zone) > at:
            number -= 1
        while _start(first, window, number + 1, zone) <= at:
            number += 1
        if number < 0:
            return None
        return Window(_start(first, window, number, zone), _start(first, window, number + 1, zone))
    except (OverflowError, ValueError):
        return None  # beyond the years that a calendar holds


def find_zone(name: str) -> tzinfo:
    """The time zone with that IANA name. Raises UnknownZone."""
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise UnknownZone(name) from error


def _near(first: datetime, window: CalendarWindow, at: int, zone: tzinfo) -> int:
    """The number of the period that contains ``at``, or a neighbouring one."""
    if window.unit in MONTHS:
        local = _local(at, zone)
        months = (local.year - first.year) * 12 + local.month - first.month
        return months // (window.count * MONTHS[window.unit])
    return (at - _epoch(first, zone)) // (window.count * SECONDS[window.unit])


def _start(first: datetime, window: CalendarWindow, number: int, zone: tzinfo) -> int:
    if window.unit in ("minute", "hour"):
        return _epoch(first, zone) + number * window.count * SECONDS[window.unit]
    return _epoch(_step(first, window, number), zone)


def _step(local: datetime, window: CalendarWindow, number: int) -> datetime:
    if window.unit not in MONTHS:
        return local + timedelta(seconds=number * window.count * SECONDS[window.unit])
    months = local.year * 12 + local.month - 1 + number * window.count * MONTHS[window.unit]
    year, month = divmod(months, 12)
    day = min(local.day, calendar.monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day)


def _local(at: int, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(at, zone).replace(tzinfo=None, fold=0)


def _epoch(local: datetime, zone: tzinfo) -> int:
    return int(local.replace(tzinfo=zone, fold=0).timestamp())


def period_asked(objective: Objective, indicator: Indicator) -> int:
    """The length in seconds of the periods that ``indicator`` is asked in; 0 if one answer for the window is enough.

    Timeslices are asked slice by slice. Data points are asked at the period of the metric's own query if it has
    one; otherwise every minute for a window of up to a day, every 5 minutes up to 63 days, and every hour beyond.
    The period always divides a slice, so that every slice has the same number of points.
    """
    if not objective.error_budget:
        return 0 if objective.evaluation is None else objective.evaluation.period
    whole = objective.budgeting.slice or objective.window or 0
    if indicator.form not in ("threshold", "raw"):
        return objective.budgeting.slice
    length = objective.window or 0
    usual = 60 if length <= DAY else 300 if length <= 63 * DAY else 3600
    written = getattr(indicator.metrics[0][1], "period", None)
    for period in (written, usual, 60, 30, 15, 10, 5):
        if period and whole % period == 0 and period <= whole:
            return int(period)
    return objective.budgeting.slice or 1


def looks(objective: Objective) -> Iterator[tuple[int, int]]:
    """The lookbacks of all burn rates: (length in seconds, how many seconds ago it ended), without duplicates."""
    wanted = [(lookback, 0) for lookback in objective.lookbacks]
    for rule in objective.alerts:
        for condition in rule.conditions:
            wanted += [(condition.lookback, ago) for ago in moments(condition.after)]
    yield from dict.fromkeys(wanted)


def moments(after: int) -> tuple[int, ...]:
    """When to look at a condition that has to hold for ``after`` seconds: seconds ago, latest first."""
    step = 60 * max(1, -(-after // (60 * MOMENTS)))
    return tuple(dict.fromkeys((*range(0, after, step), after)))


def look_name(metric: str, lookback: int, ago: int) -> str:
    """The name of the question that asks a metric about one lookback."""
    return f"{metric}@{lookback}-{ago}"


def is_look(name: str) -> bool:
    """Whether a question with that name is about a lookback and not about the window."""
    return "@" in name
