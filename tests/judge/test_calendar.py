"""Calendar periods that have not ended: judged by what has run, with the budget of the whole. Figures by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from checker.model import CalendarWindow, Objective, Outcome, Window

from .builders import AT, NO_DATA, counts, judged
from .slos import DAY, minutes, points, ratio_timeslices, raw, slo, threshold, timeslices

PASS, FAIL, INCONCLUSIVE = Outcome.PASS, Outcome.FAIL, Outcome.INCONCLUSIVE
NOON = CalendarWindow(1, "day", "2026-01-01T00:00:00", "UTC")
"""A day that began twelve hours before ``AT``: 144 of its 288 slices of five minutes have run."""
HALF = 144


def by_day(objective: Objective) -> Objective:
    return objective._replace(calendar=NOON, window=DAY)


@pytest.mark.parametrize(
    ("objective", "bad", "outcome", "spent", "allowed"),
    [
        # 2 of 144 slices all bad: 1.39 % of what has run, and half of that of a whole day's 1 %.
        (slo(">= 99 %"), 2, FAIL, Fraction(200, 288), 288),
        (slo(">= 98 %"), 2, PASS, Fraction(100, 288), 576),
        (timeslices(">= 98 %", "0.9"), 2, PASS, Fraction(100, 288), Fraction("5.76")),
        (timeslices(">= 99 %", "0.9"), 3, FAIL, Fraction(300, 288), Fraction("2.88")),
        (ratio_timeslices(">= 98 %"), 2, PASS, Fraction(100, 288), Fraction("5.76")),
    ],
)
def test_half_a_day_spends_of_the_whole_days_budget(
    objective: Objective, bad: int, outcome: Outcome, spent: Fraction, allowed: Fraction
) -> None:
    verdict = judged(by_day(objective), minutes(*[100] * (HALF - bad), *[0] * bad))
    assert verdict.outcome is outcome
    assert (verdict.window, verdict.period) == (
        Window(AT - DAY // 2, AT),
        Window(AT - DAY // 2, AT + DAY // 2),
    )
    assert verdict.budget is not None
    assert (verdict.budget.spent, verdict.budget.allowed_events) == (spent, allowed)
    assert verdict.budget.allowed_seconds == (1 - objective.target.value / 100) * DAY
    if verdict.budget.counted == "slices":
        assert allowed == (1 - objective.target.value / 100) * 288


@pytest.mark.parametrize(
    ("objective", "name"),
    [(threshold(slo(">= 90 %", "value"), "< 5"), "value"), (raw(slo(">= 90 %", "raw")), "raw")],
)
def test_data_points_of_half_a_day(objective: Objective, name: str) -> None:
    good, bad = ("1", "9") if name == "value" else ("1", "0")
    verdict = judged(by_day(objective), {name: points(*[good] * 135, *[bad] * 9)})
    assert (verdict.outcome, verdict.good, verdict.total) == (PASS, 135, 144)
    assert verdict.budget is not None
    assert (verdict.budget.allowed_events, verdict.budget.spent) == (
        Fraction("28.8"),
        Fraction(9) / Fraction("28.8"),
    )


@pytest.mark.parametrize(
    ("empty", "outcome", "total"),
    [("", INCONCLUSIVE, 120), ("exclude", PASS, 120), ("good", PASS, 144), ("bad", FAIL, 144)],
)
def test_missing_slices_of_a_calendar_period(empty: str, outcome: Outcome, total: int) -> None:
    readings = minutes(*[None] * 24, *[100] * 120)
    for objective in (timeslices(">= 99 %", "0.9", empty=empty), ratio_timeslices(">= 99 %", empty=empty)):
        verdict = judged(by_day(objective), readings)
        assert (verdict.outcome, verdict.total) == (outcome, total)
        assert verdict.slices is not None
        assert (verdict.slices.expected, verdict.slices.empty) == (HALF, 24)


def test_what_came_of_the_day_before_does_not_count() -> None:
    """A source whose window begins two slices early: its two bad slices are of yesterday."""
    verdict = judged(by_day(timeslices(">= 99 %", "0.9")), minutes(0, 0, *[100] * HALF))
    assert (verdict.outcome, verdict.good, verdict.total) == (PASS, HALF, HALF)
    assert verdict.window == (AT - DAY // 2, AT)


def test_what_came_of_the_day_before_fills_no_gap_of_the_day() -> None:
    """136 of 146 points came, but of the day itself 134 of 144."""
    readings = minutes(*[100] * 136, *[None] * 10)
    assert judged(by_day(slo(">= 99 %")), readings).coverage == Fraction(134, 144)


def test_a_count_that_cannot_be_cut_at_the_beginning_is_told() -> None:
    whole = {"period": 0, "window": Window(AT - DAY // 2 - 300, AT), "notes": ("as published",)}
    made = {name: counts(100, period=300)._replace(**whole) for name in ("good", "total")}  # type: ignore[arg-type]
    verdict = judged(by_day(slo(">= 99 %")), made)
    assert (verdict.outcome, verdict.window) == (PASS, whole["window"])
    assert verdict.notes == ("as published", "the measured data begins 5m before the period does")


def test_a_beginning_that_was_not_measured_is_told() -> None:
    verdict = judged(by_day(timeslices(">= 99 %", "0.9")), minutes(*[100] * (HALF - 1)))
    assert "the first 5m of the period were not measured" in verdict.notes


def test_before_the_first_period_and_at_its_first_second_there_is_nothing_to_judge() -> None:
    later = CalendarWindow(1, "day", "2026-02-01T00:00:00", "UTC")
    verdict = judged(slo(">= 99 %")._replace(calendar=later), {})
    assert verdict.outcome is INCONCLUSIVE
    assert verdict.reasons[0] == (
        "at 2026-01-31T12:00:00Z no window has begun: the first begins on 2026-02-01T00:00:00 (UTC)"
    )
    now = CalendarWindow(12, "hour", "2026-01-31T00:00:00", "UTC")
    begun = judged(slo(">= 99 %")._replace(calendar=now), {})
    assert begun.outcome is INCONCLUSIVE
    assert "the window began at 2026-01-31T12:00:00Z" in begun.reasons[0]


def test_no_data_of_a_period_is_inconclusive() -> None:
    assert judged(by_day(slo(">= 99 %")), {"good": NO_DATA, "total": NO_DATA}).outcome is INCONCLUSIVE


def test_what_lasts_beyond_the_period_is_not_exhausted_in_it() -> None:
    """1 of 144 slices bad, long ago: nothing burns in the last hour, and at the day's mean 36 hours are left."""
    early = judged(by_day(timeslices(">= 98 %", "0.9")), minutes(0, *[100] * (HALF - 1)))
    assert early.budget is not None
    assert early.budget.exhausted_in is None
    # All of the last hour is bad: 50 times too fast, and of 5.76 slices none are left.
    late = judged(by_day(timeslices(">= 98 %", "0.9")), minutes(*[100] * (HALF - 12), *[0] * 12))
    assert late.budget is not None
    assert late.budget.exhausted_in == 0
    # A twelfth of it: 4.17 times too fast, of which 4.76/5.76 of a day's budget last 4.76 hours.
    soon = judged(by_day(timeslices(">= 98 %", "0.9")), minutes(*[100] * (HALF - 1), 0))
    assert soon.budget is not None
    assert soon.budget.exhausted_in == Fraction("4.76") * 3600


def test_slices_of_counts_that_stand_for_whole_events_keep_their_samples() -> None:
    window = {"period": 300, "window": Window(AT - 600, AT)}
    verdict = judged(
        timeslices(">= 50 %", "0.5"), {"good": counts(3, 4, **window), "total": counts(5, 5, **window)}
    )
    assert verdict.samples == 10
