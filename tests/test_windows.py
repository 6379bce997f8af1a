"""Windows by the calendar: real months, quarters and years, the clocks of a zone, days that a month has not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from checker.model import CalendarWindow, Window
from checker.windows import UnknownZone, calendar_period, find_zone, longest, moments, period_asked
from tests.judge.builders import promise
from tests.judge.slos import slo, threshold, timeslices


def at(text: str) -> int:
    """Epoch seconds of a time in UTC."""
    return int(datetime.fromisoformat(f"{text}+00:00").timestamp())


def window(count: int, unit: Any, start: str = "", zone: str = "UTC") -> CalendarWindow:
    return CalendarWindow(count, unit, start and f"{start}T00:00:00" if len(start) == 10 else start, zone)


def period(found: Window | None) -> tuple[str, str]:
    assert found is not None
    return tuple(datetime.fromtimestamp(each, UTC).strftime("%Y-%m-%d %H:%M") for each in found)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("calendar", "now", "start", "end"),
    [
        (window(1, "month", "2026-01-01"), "2026-02-10 00:00", "2026-02-01 00:00", "2026-03-01 00:00"),
        (window(1, "month", "2024-01-01"), "2024-02-29 23:59", "2024-02-01 00:00", "2024-03-01 00:00"),
        # A period begins at its first second, and the one before ends there.
        (window(1, "month", "2026-01-01"), "2026-03-01 00:00", "2026-03-01 00:00", "2026-04-01 00:00"),
        (window(1, "quarter", "2026-01-01"), "2026-05-15 00:00", "2026-04-01 00:00", "2026-07-01 00:00"),
        (window(1, "year", "2020-07-01"), "2026-06-30 12:00", "2025-07-01 00:00", "2026-07-01 00:00"),
        (window(2, "month", "2026-01-01"), "2026-04-30 00:00", "2026-03-01 00:00", "2026-05-01 00:00"),
        (window(1, "week", "2026-01-05"), "2026-01-31 12:00", "2026-01-26 00:00", "2026-02-02 00:00"),
        (window(10, "day", "2026-01-01"), "2026-01-31 12:00", "2026-01-31 00:00", "2026-02-10 00:00"),
        # The 31st is clamped to the months that have none, and comes back.
        (window(1, "month", "2026-01-31"), "2026-03-01 00:00", "2026-02-28 00:00", "2026-03-31 00:00"),
        (window(1, "month", "2026-01-31"), "2026-04-01 00:00", "2026-03-31 00:00", "2026-04-30 00:00"),
        (window(1, "year", "2024-02-29"), "2027-03-01 00:00", "2027-02-28 00:00", "2028-02-29 00:00"),
        # By the clocks of New York: summer time begins on 8 March 2026.
        (
            window(1, "month", "2026-01-01", "America/New_York"),
            "2026-03-31 23:00",
            "2026-03-01 05:00",
            "2026-04-01 04:00",
        ),
        # The day that the clocks of Berlin are set forward has 23 hours, and the one they are set back has 25.
        (
            window(1, "day", "2026-01-01", "Europe/Berlin"),
            "2026-03-29 12:00",
            "2026-03-28 23:00",
            "2026-03-29 22:00",
        ),
        (
            window(1, "day", "2026-01-01", "Europe/Berlin"),
            "2026-10-25 12:00",
            "2026-10-24 22:00",
            "2026-10-25 23:00",
        ),
        # 02:30 does not exist on 29 March: the same time by the clocks as they were, which is 03:30.
        (
            window(1, "day", "2026-01-01T02:30:00", "Europe/Berlin"),
            "2026-03-29 12:00",
            "2026-03-29 01:30",
            "2026-03-30 00:30",
        ),
        # 02:30 comes twice on 25 October: the first of the two.
        (
            window(1, "day", "2026-01-01T02:30:00", "Europe/Berlin"),
            "2026-10-25 12:00",
            "2026-10-25 00:30",
            "2026-10-26 01:30",
        ),
        # Hours are hours that pass, whatever is done to the clocks.
        (
            window(12, "hour", "2026-03-28", "Europe/Berlin"),
            "2026-03-29 12:00",
            "2026-03-29 11:00",
            "2026-03-29 23:00",
        ),
        # Rolling months end now.
        (window(1, "month"), "2026-03-31 12:00", "2026-02-28 12:00", "2026-03-31 12:00"),
        (window(1, "year"), "2024-02-29 12:00", "2023-02-28 12:00", "2024-02-29 12:00"),
    ],
)
def test_the_period_is_the_one_that_the_moment_lies_in(
    calendar: CalendarWindow, now: str, start: str, end: str
) -> None:
    assert period(calendar_period(calendar, at(now))) == (start, end)


def test_before_its_first_period_a_calendar_has_none() -> None:
    assert calendar_period(window(1, "month", "2026-02-01"), at("2026-01-31 23:59")) is None
    berlin = window(1, "month", "2026-02-01", "Europe/Berlin")
    assert calendar_period(berlin, at("2026-01-31 22:59")) is None
    assert period(calendar_period(berlin, at("2026-01-31 23:00")))[0] == "2026-01-31 23:00"


def test_the_end_of_time_has_no_period() -> None:
    assert calendar_period(window(1, "year", "9999-01-01"), at("9999-06-01 00:00")) is None


def test_a_zone_that_nobody_knows() -> None:
    for zone in ("Atlantis/Capital", "../etc/passwd", ""):
        with pytest.raises(UnknownZone):
            calendar_period(window(1, "day", "2026-01-01", zone), at("2026-01-02 00:00"))


ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia")
UNITS = ("minute", "hour", "day", "week", "month", "quarter", "year")


@given(
    count=st.integers(1, 40),
    unit=st.sampled_from(UNITS),
    start=st.datetimes(datetime.fromisoformat("1999-01-01"), datetime.fromisoformat("2030-12-31")),
    zone=st.sampled_from(ZONES),
    later=st.integers(0, 20 * 365 * 86400),
)
@example(
    1, "day", datetime.fromisoformat("2011-12-29"), "Pacific/Apia", 86400
)  # Samoa left out 30 December 2011
@settings(max_examples=300, deadline=None)
def test_periods_follow_each_other_without_a_gap(
    count: int, unit: Any, start: datetime, zone: str, later: int
) -> None:
    calendar = CalendarWindow(count, unit, start.replace(microsecond=0).isoformat(), zone)
    begun = int((start.replace(tzinfo=UTC) + timedelta(days=2)).timestamp()) + later
    found = calendar_period(calendar, begun)
    assert found is not None
    assert found.start <= begun < found.end
    assert calendar_period(calendar, found.start) == calendar_period(calendar, found.end - 1) == found
    after = calendar_period(calendar, found.end)
    assert after is not None
    assert after.start == found.end
    assert found.seconds <= longest(calendar) + 86400 * (zone == "Pacific/Apia")


@given(st.integers(0, 100 * 86400))
def test_a_condition_is_looked_at_now_and_as_long_ago_as_it_has_to_hold(after: int) -> None:
    times = moments(after)
    assert times[0] == 0
    assert times[-1] == after
    assert len(times) <= 12
    assert all(earlier < later for earlier, later in pairwise(times))


@pytest.mark.parametrize(
    ("count", "unit", "seconds"),
    [(30, "minute", 1800), (2, "hour", 7200), (1, "day", 90_000), (1, "week", 7 * 86_400 + 3600)],
)
def test_only_days_and_longer_units_may_last_an_hour_more(count: int, unit: Any, seconds: int) -> None:
    assert longest(window(count, unit)) == seconds


def test_utc_is_that_of_no_machine() -> None:
    assert find_zone("UTC") is UTC


@pytest.mark.parametrize(
    ("seconds", "period"),
    [
        (40, 10),
        (86_400, 60),
        (86_460, 60),
        (86_700, 300),
        (63 * 86_400, 300),
        (64 * 86_400, 3600),
        (64 * 86_400 + 60, 60),
        (61, 1),
    ],
)
def test_data_points_are_asked_at_the_usual_period_that_divides_the_window(seconds: int, period: int) -> None:
    objective = threshold(slo(">= 99 %", "value", window=seconds), "< 5")
    assert period_asked(objective, objective.indicator) == period


def test_slices_are_asked_one_by_one_and_what_has_no_periods_not_at_all() -> None:
    by_slice = timeslices(">= 99 %", "0.9", length=120, window=86_400)
    assert period_asked(by_slice, by_slice.indicator) == 120
    points = threshold(timeslices(">= 99 %", "0.9", "value", length=90, window=86_400), "< 5")
    assert period_asked(points, points.indicator) == 30
    for objective in (slo(">= 99 %"), promise(">= 99 %", "good", "total")):
        assert period_asked(objective, objective.indicator) == 0
