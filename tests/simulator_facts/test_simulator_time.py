"""Periods, the rounding of a range, and how long data is kept."""

from __future__ import annotations

import pytest

HOUR, DAY = 3600, 86_400


def test_start_is_inclusive_and_end_exclusive(simulator, read):
    """Fact: results include data points stamped StartTime, and none stamped EndTime."""
    now = simulator.now
    simulator.put("Shop", "Orders", {}, "Count", [(now - 180, 1.0), (now - 120, 2.0), (now - 60, 4.0)])
    assert read(start=now - 180, end=now - 60) == [(now - 180, 1.0), (now - 120, 2.0)]


def test_periods_begin_at_start_time(simulator, read):
    """Fact (boto3 issue 3457): periods align to StartTime, not to the clock."""
    now = simulator.now
    simulator.put("Shop", "Orders", {}, "Count", [(now - 1080, 1.0), (now - 780, 2.0), (now - 500, 4.0)])
    assert read(period=300, start=now - 1080, end=now) == [(now - 1080, 1.0), (now - 780, 6.0)]
    assert read(period=300, start=now - 1200, end=now) == [
        (now - 1200, 1.0),
        (now - 900, 2.0),
        (now - 600, 4.0),
    ]


def test_periods_with_nothing_in_them_have_no_point(simulator, read):
    now = simulator.now
    simulator.put("Shop", "Orders", {}, "Count", [(now - 3600, 1.0), (now - 60, 0.0)])
    assert read(period=60) == [(now - 3600, 1.0), (now - 60, 0.0)]


def test_data_is_kept_by_the_minute(simulator, read):
    """Fact: a metric of regular resolution is stored at one minute, so 12:00:34 is stamped 12:00:00."""
    now = simulator.now
    simulator.put("Shop", "Orders", {}, "Count", [(now - 26, 1.0)])
    assert read() == [(now - 60, 1.0)]
    assert read(start=now - 3600, end=now - 40) == [(now - 60, 1.0)]
    assert read(start=now - 3600, end=now - 60) == []


@pytest.mark.parametrize(
    ("age", "period", "rounded"),
    [
        pytest.param(14 * DAY, 300, 60, id="below 15 days to the minute"),
        pytest.param(15 * DAY + HOUR, 300, 300, id="15 to 63 days to 5 minutes"),
        pytest.param(63 * DAY + HOUR, 3600, 3600, id="above 63 days to the hour"),
    ],
)
def test_start_rounds_down_by_its_age(simulator, read, age, period, rounded):
    """Fact: Start rounds down to 1 minute below 15 days of age, 5 minutes up to 63 days, then 1 hour."""
    start = simulator.now - age + 34 * 60 + 34
    floored = start // rounded * rounded
    simulator.put("Shop", "Orders", {}, "Count", [(floored, 1.0), (floored - 1, 2.0)])
    assert read(period=period, start=start, end=start + 2 * HOUR) == [(floored, 1.0)]


@pytest.mark.parametrize(
    ("age", "too_fine", "fine"),
    [
        pytest.param(16 * DAY, 60, 300, id="older than 15 days"),
        pytest.param(64 * DAY, 300, 3600, id="older than 63 days"),
    ],
)
def test_a_period_finer_than_what_is_kept_gives_nothing_and_no_error(simulator, read, age, too_fine, fine):
    """Fact: 1 minute is kept for 15 days, 5 minutes for 63, 1 hour for 455; otherwise there are no points."""
    moment = simulator.now - age
    simulator.put("Shop", "Orders", {}, "Count", [(moment, 1.0)])
    assert read(period=too_fine, start=moment - HOUR, end=moment + HOUR) == []
    assert read(period=fine, start=moment - HOUR, end=moment + HOUR) == [(moment, 1.0)]


def test_the_younger_part_of_a_long_range_is_returned(simulator, read):
    """Fact: only "data points in that time range" are missing, not the whole answer."""
    now = simulator.now
    simulator.put("Shop", "Orders", {}, "Count", [(now - 16 * DAY, 1.0), (now - DAY, 2.0)])
    assert read(period=60, start=now - 17 * DAY, end=now) == [(now - DAY, 2.0)]


def test_nothing_is_kept_for_more_than_455_days(simulator, read):
    moment = simulator.now - 456 * DAY
    simulator.put("Shop", "Orders", {}, "Count", [(moment, 1.0)])
    assert read(period=3600, start=moment - HOUR, end=moment + HOUR) == []


def test_periods_below_a_minute_need_high_resolution_and_last_three_hours(simulator, read):
    """Fact: periods below 60 s exist for high-resolution metrics only, and are available for 3 hours."""
    now = simulator.now
    points = [(now - 4 * HOUR, 1.0), (now - 35, 2.0), (now - 31, 4.0)]
    simulator.put("Shop", "Regular", {}, "Count", points)
    simulator.put("Shop", "Fine", {}, "Count", points, high_resolution=True)
    wide = {"start": now - 5 * HOUR, "end": now}
    assert read(period=10, metric=("Shop", "Regular"), **wide) == []
    assert read(period=10, metric=("Shop", "Fine"), **wide) == [(now - 40, 6.0)]
    assert read(period=60, metric=("Shop", "Fine"), **wide) == [(now - 4 * HOUR, 1.0), (now - 60, 6.0)]


def test_start_rounds_to_the_period_below_a_minute(simulator, read):
    """Fact: with a 10-second period, a query at 01:05:23 for the last period reads 01:05:10 to 01:05:20."""
    now = simulator.now
    simulator.put("Shop", "Fine", {}, "Count", [(now - 50, 1.0)], high_resolution=True)
    assert read(period=10, metric=("Shop", "Fine"), start=now - 47, end=now - 37) == [(now - 50, 1.0)]


def test_the_real_clock_is_the_present_when_none_is_given(simulator, read):
    """What the fixed clock takes for yesterday's data is years away from a simulator of another present."""
    moment = simulator.now - DAY
    simulator.put("Shop", "Orders", {}, "Count", [(moment, 1.0)])
    assert read(start=moment, end=moment + 60) == [(moment, 1.0)]
    simulator.now += 400 * DAY
    assert read(start=moment, end=moment + 60) == []
