"""Timeslices and RatioTimeslices, against figures worked out by hand and those of OpenSLO's own examples."""

from __future__ import annotations

from fractions import Fraction

import pytest

from checker.model import Outcome, Series, Verdict, Window

from .builders import AT, NO_DATA, counts, judged
from .slos import DAY, WEEK, minutes, ratio_timeslices, timeslices

PASS, FAIL, INCONCLUSIVE = Outcome.PASS, Outcome.FAIL, Outcome.INCONCLUSIVE
FORTNIGHT = 2 * WEEK // 60
"""The minutes of two weeks: 20 160."""


def summary(verdict: Verdict) -> tuple[Outcome, Fraction | None, Fraction | None, Fraction | None]:
    return verdict.outcome, verdict.value, verdict.good, verdict.total


@pytest.mark.parametrize(("bad", "outcome"), [(1008, PASS), (1009, FAIL)])
def test_two_weeks_of_minutes_at_95_percent_may_have_1008_bad_ones(bad: int, outcome: Outcome) -> None:
    """The vector of OpenSLO's examples/budgeting-method: 16 hours and 48 minutes."""
    readings = minutes(*[100] * (FORTNIGHT - bad), *[1] * bad, length=60)
    verdict = judged(timeslices(">= 95 %", "0.95", length=60, window=2 * WEEK), readings)
    assert verdict.outcome is outcome
    assert verdict.budget is not None
    assert (verdict.budget.allowed_events, verdict.budget.bad_events) == (1008, bad)
    assert verdict.budget.allowed_seconds == 16 * 3600 + 48 * 60
    assert verdict.budget.spent == Fraction(bad, 1008)
    assert verdict.slices is not None
    assert (verdict.slices.expected, verdict.slices.bad, verdict.slices.empty) == (FORTNIGHT, bad, 0)


@pytest.mark.parametrize(("outage", "outcome"), [(822, PASS), (823, FAIL)])
def test_a_ratio_of_99_percent_survives_822_minutes_at_1_percent(outage: int, outcome: Outcome) -> None:
    """0.99 - 0.98 x / 20160 = 0.95 at x = 822.86: the example's "about 13 hours and 45 minutes", computed."""
    readings = minutes(*[99] * (FORTNIGHT - outage), *[1] * outage, length=60)
    verdict = judged(ratio_timeslices(">= 95 %", length=60, window=2 * WEEK), readings)
    assert verdict.outcome is outcome
    assert verdict.value == (Fraction(99, 100) - Fraction(98, 100) * Fraction(outage, FORTNIGHT)) * 100


def test_a_week_at_99_95_percent_allows_5_04_minutes() -> None:
    readings = minutes(*[100] * (WEEK // 300))
    for objective in (timeslices(">= 99.95 %", 1, window=WEEK), ratio_timeslices(">= 99.95 %", window=WEEK)):
        budget = judged(objective, readings).budget
        assert budget is not None
        assert budget.allowed_seconds == Fraction("5.04") * 60


def test_a_slice_is_good_at_its_target_and_bad_below_it() -> None:
    objective = timeslices(">= 50 %", "0.95")
    assert summary(judged(objective, minutes(95, 94))) == (PASS, 50, 1, 2)
    assert summary(judged(objective, minutes(94, 94, 100))) == (FAIL, Fraction(100, 3), 1, 3)


@pytest.mark.parametrize("part", ["good", "total"])
def test_a_slice_was_seen_as_far_as_both_of_its_counts_were(part: str) -> None:
    """Half of the first slice, and a quarter of the second, of which the other count saw half."""
    readings = minutes(*[100] * 10)
    other = "total" if part == "good" else "good"
    for name, shares in ((part, (Fraction(1, 2), Fraction(1, 4))), (other, (Fraction(1), Fraction(1, 2)))):
        series = readings[name]
        assert isinstance(series, Series)
        partly = [point._replace(seen=seen) for point, seen in zip(series.points, shares, strict=False)]
        readings[name] = series._replace(points=(*partly, *series.points[2:]))
    assert judged(timeslices(">= 50 %", 1), readings).coverage == (8 + Fraction(3, 4)) / 10


def test_slices_count_alike_however_many_events_they_have() -> None:
    readings = minutes(1, 0, total=[1, 1_000_000])
    assert judged(timeslices(">= 50 %", "0.9"), readings).value == 50
    assert judged(ratio_timeslices(">= 50 %"), readings).value == 50


def test_the_mean_of_ratios_is_exact() -> None:
    readings = minutes(1, 2, 3, total=[3, 7, 11])
    assert (
        judged(ratio_timeslices(">= 1 %"), readings).value
        == (Fraction(1, 3) + Fraction(2, 7) + Fraction(3, 11)) / 3 * 100
    )


EMPTY = (100, 100, 100, None)
"""Three good slices, and one without data."""


@pytest.mark.parametrize("method", [timeslices, ratio_timeslices])
@pytest.mark.parametrize(
    ("empty", "outcome", "value", "total"),
    [
        # Left out, but three quarters of the window are not the 90 % that have to be there.
        ("", INCONCLUSIVE, 100, 3),
        ("exclude", PASS, 100, 3),
        ("good", PASS, 100, 4),
        ("bad", FAIL, 75, 4),
    ],
)
@pytest.mark.parametrize("of", ["missing", "silent"])
def test_an_empty_slice_is_what_the_promise_says_of_it(
    method: object, empty: str, outcome: Outcome, value: int, total: int, of: str
) -> None:
    """Whether there was no data at all, or a count of zero."""
    readings = minutes(*EMPTY) if of == "missing" else minutes(100, 100, 100, 0, total=[100, 100, 100, 0])
    objective = (
        timeslices(">= 90 %", "0.9", empty=empty)
        if method is timeslices
        else ratio_timeslices(">= 90 %", empty=empty)
    )
    verdict = judged(objective, readings)
    assert summary(verdict) == (outcome, value, Fraction(value, 100) * total, total)
    assert verdict.slices is not None
    assert (verdict.slices.expected, verdict.slices.empty) == (4, 1)
    assert any("1 of 4 slices of 5m had no events" in note for note in verdict.notes)


def test_an_empty_slice_is_left_out_where_enough_of_the_window_is_there() -> None:
    verdict = judged(timeslices(">= 90 %", "0.9"), minutes(*[100] * 11, None))
    assert (verdict.outcome, verdict.coverage) == (PASS, Fraction(11, 12))
    assert "checker/emptySlices sets what they count as" in " ".join(verdict.notes)


@pytest.mark.parametrize("empty", ["good", "exclude", "bad", ""])
def test_a_window_without_any_event_is_never_met(empty: str) -> None:
    for objective in (timeslices(">= 1 %", "0.5", empty=empty), ratio_timeslices(">= 1 %", empty=empty)):
        assert judged(objective, {"good": NO_DATA, "total": NO_DATA}).outcome is INCONCLUSIVE
        assert judged(objective, minutes(0, 0, total=0)).outcome is INCONCLUSIVE


def test_a_slice_whose_good_events_are_missing_is_all_bad() -> None:
    window = {"period": 300, "window": Window(AT - 900, AT)}
    readings = {"good": counts(10, None, 10, **window), "total": counts(10, 10, 10, **window)}
    verdict = judged(timeslices(">= 50 %", "0.5", min_coverage=0), readings)
    assert summary(verdict) == (PASS, Fraction(200, 3), 2, 3)
    assert verdict.coverage == Fraction(2, 3)


def test_shorter_periods_make_a_slice_together() -> None:
    """Five minutes of 99 of 100, of which one has no events: 396 of 400, and four fifths of the slice seen."""
    readings = minutes(99, 99, None, 99, 99, *[100] * 5, length=60)
    verdict = judged(timeslices(">= 100 %", "0.99", length=300, min_coverage="0.9"), readings)
    assert verdict.value == 100
    assert verdict.coverage == Fraction(9, 10)


def test_longer_periods_cannot_be_cut() -> None:
    verdict = judged(timeslices(">= 90 %", "0.9", length=60), minutes(100, 100))
    assert verdict.outcome is Outcome.ERROR
    assert "does not come in slices of 1m" in verdict.reasons[0]
    # Nor does a window of a slice and a half.
    verdict = judged(timeslices(">= 90 %", "0.9", length=600), minutes(100, 100, 100))
    assert verdict.outcome is Outcome.ERROR
    assert "does not come in slices of 10m" in verdict.reasons[0]


def test_more_good_events_than_events_are_nonsense() -> None:
    assert judged(timeslices(">= 90 %", "0.9"), minutes(101, 100)).outcome is Outcome.ERROR


def test_too_few_events_say_too_little_whatever_their_slices() -> None:
    verdict = judged(timeslices(">= 90 %", "0.9", min_samples=201), minutes(100, 100))
    assert verdict.outcome is INCONCLUSIVE
    assert verdict.reasons == ("200 samples, and 201 are needed",)


def test_burn_rates_of_slices_are_those_of_the_last_slices() -> None:
    """Of a day of 288 slices one is bad, and it is in the last hour of 12: 1/12 and 1/288 of what 1 % allows."""
    verdict = judged(timeslices(">= 99 %", "0.9", window=DAY), minutes(*[100] * 287, 0))
    assert verdict.budget is not None
    assert verdict.budget.burn_rates == (
        (3600, Fraction(100, 12)),
        (6 * 3600, Fraction(100, 72)),
        (DAY, Fraction(100, 288)),
    )
    # 188/288 of the day's 14.4 minutes are left; at 100/12 that is for 1.88 hours.
    assert verdict.budget.exhausted_in == Fraction("1.88") * 3600
