"""Shares of events: which side is meant, periods that do not match, and counts that cannot be."""

from __future__ import annotations

from fractions import Fraction

import pytest

from checker.model import Outcome, Point, Series, Window

from .builders import AT, HOUR, NO_DATA, bad_of, counts, judged, percentile, promise, ratio_of, series, single

PASS, FAIL, INCONCLUSIVE, ERROR = Outcome.PASS, Outcome.FAIL, Outcome.INCONCLUSIVE, Outcome.ERROR


@pytest.mark.parametrize(
    ("target", "value", "outcome"),
    [
        ("> 90 %", "0.97", PASS),
        (">= 97 %", "0.97", PASS),
        ("> 97 %", "0.97", FAIL),
        ("< 5 %", "0.03", PASS),
        ("<= 3 %", "0.03", PASS),
        ("< 3 %", "0.03", FAIL),
        ("== 97 %", "0.97", PASS),
        ("== 3 %", "0.97", FAIL),
        ("== 0 %", "0.03", FAIL),
        ("== 100 %", "0.97", FAIL),
        ("<= 0.03", "0.03", PASS),
    ],
)
def test_a_target_with_more_is_about_good_events_and_one_with_less_about_bad_ones(
    target: str, value: str, outcome: Outcome
) -> None:
    for side, readings in (("good", ratio_of(97, 100)), ("bad", bad_of(3, 100))):
        verdict = judged(promise(target, side, "total"), readings)
        assert verdict.outcome is outcome
        scale = verdict.objective.target.unit.factor
        assert verdict.value is not None
        assert verdict.value * scale == Fraction(value)
        assert (verdict.good, verdict.total, verdict.samples) == (97, 100, 100)


def test_the_share_is_that_of_all_events_and_no_mean_of_shares() -> None:
    readings = {"good": counts(0, 99), "total": counts(1, 99)}
    assert judged(promise("== 99 %", "good", "total"), readings).outcome is PASS


@pytest.mark.parametrize(("side", "counted"), [("good", 10), ("bad", 0)])
def test_a_period_without_its_part_counts_as_all_bad(side: str, counted: int) -> None:
    readings = {side: counts(*[counted] * 11, None, newest=AT), "total": counts(*[10] * 12)}
    verdict = judged(promise(">= 90 %", side, "total"), readings)
    assert (verdict.outcome, verdict.good, verdict.total) == (PASS, 110, 120)
    assert verdict.coverage == Fraction(11, 12)
    assert verdict.notes == (f"1 of 12 periods have no count of {side} events, and count as all bad",)
    assert judged(promise(">= 92 %", side, "total"), readings).outcome is FAIL
    lax = promise(">= 92 %", side, "total", min_coverage=0)
    assert judged(lax, {**readings, side: counts(*[counted] * 12)}).outcome is PASS


def test_too_many_periods_without_their_part_are_gaps() -> None:
    readings = {"good": counts(*[10] * 10, None, None, newest=AT), "total": counts(*[10] * 12)}
    verdict = judged(promise(">= 1 %", "good", "total"), readings)
    assert (verdict.outcome, verdict.coverage) == (INCONCLUSIVE, Fraction(10, 12))


def test_gaps_of_the_total_and_of_the_part_add_up() -> None:
    total = counts(*[10] * 11, None, newest=AT)
    readings = {"good": counts(*[10] * 10, None, None, newest=AT), "total": total}
    assert judged(promise(">= 1 %", "good", "total"), readings).coverage == Fraction(10, 12)


@pytest.mark.parametrize("side", ["good", "bad"])
def test_a_part_without_a_total_is_a_contradiction(side: str) -> None:
    total = counts(*[10] * 11, None, newest=AT)
    verdict = judged(promise(">= 0 %", side, "total"), {side: counts(*[1] * 12), "total": total})
    assert (verdict.outcome, verdict.reasons) == (
        ERROR,
        (f"there are 1 {side} events of 0 events at 2026-01-31T11:55:00Z",),
    )
    assert verdict.remedy.startswith("check that both queries count the same events")
    # Nothing of nothing is no contradiction.
    nothing = {side: counts(*[5] * 11, 0), "total": total}
    assert judged(promise(">= 0 %", side, "total"), nothing).outcome is PASS


@pytest.mark.parametrize("side", ["good", "bad"])
@pytest.mark.parametrize("target", [">= 0 %", "<= 100 %"])
def test_more_of_the_part_than_events_is_a_contradiction(side: str, target: str) -> None:
    verdict = judged(promise(target, side, "total"), {side: counts(11), "total": counts(10)})
    assert (verdict.outcome, verdict.reasons) == (
        ERROR,
        (f"there are 11 {side} events of 10 events at 2026-01-31T11:55:00Z",),
    )


def test_what_is_too_much_in_one_period_does_not_make_up_for_another() -> None:
    """5 good of 1, then 0 good of 4: all 5 of 5, if one only looked at the sums."""
    readings = {"good": counts(5, 0), "total": counts(1, 4)}
    assert judged(promise(">= 99 %", "good", "total"), readings).outcome is ERROR


@pytest.mark.parametrize("name", ["good", "total"])
def test_a_negative_count_is_an_error(name: str) -> None:
    readings = {"good": counts(5, 5), "total": counts(10, 10)} | {
        name: counts(-1, 21 if name == "total" else 5)
    }
    verdict = judged(promise(">= 0 %", "good", "total"), readings)
    assert (verdict.outcome, verdict.reasons) == (ERROR, (f"{name}: a count of events cannot be negative",))


@pytest.mark.parametrize("side", ["good", "bad"])
@pytest.mark.parametrize("target", [">= 0 %", ">= 99 %", "<= 1 %", "== 100 %"])
@pytest.mark.parametrize("no_data", ["inconclusive", "fail", "zero"])
def test_nothing_of_nothing_is_inconclusive(side: str, target: str, no_data: str) -> None:
    readings = {side: counts(*[0] * 12), "total": counts(*[0] * 12), "heartbeat": counts(*[1] * 12)}
    objective = promise(target, side, "total", no_data=no_data, heartbeat=no_data == "zero" or None)
    verdict = judged(objective, readings)
    assert (verdict.outcome, verdict.reasons) == (
        INCONCLUSIVE,
        ("there were no events, so the ratio is undefined",),
    )


MEAN = series([0.5], "", "mean", samples=[2])


@pytest.mark.parametrize(
    ("part", "total", "reason"),
    [
        (counts(1), MEAN, "total: a share needs counts of events, such as Sum or SampleCount"),
        (MEAN, counts(1), "good: a share needs counts of events, such as Sum or SampleCount"),
        (
            series([1], "", "max"),
            counts(1),
            "good: a share needs counts of events, such as Sum or SampleCount",
        ),
        (
            series([1], "", "min"),
            counts(1),
            "good: a share needs counts of events, such as Sum or SampleCount",
        ),
        (
            percentile("0.95", "ms", value=450),
            percentile("0.99", "ms", value=451),
            "good: a share needs counts of events, such as Sum or SampleCount",
        ),
        (
            single("0.9", "ratio"),
            single(1),
            "good: a share needs counts of events, such as Sum or SampleCount",
        ),
        (single("0.9"), single(95, "%"), "total: a share needs counts of events, such as Sum or SampleCount"),
        (series([1], "ms"), counts(1), "good is a time (ms), and total is a count (count)"),
        (counts(1, period=60), counts(1), "good has periods of 1m, but total has periods of 5m"),
        (single(1, "count"), counts(1), "good has no periods, but total has periods of 5m"),
        (
            counts(1, window=Window(HOUR.start - 300, HOUR.end - 300)),
            counts(1),
            "good and total were measured over different windows",
        ),
    ],
)
def test_what_counts_no_common_events_makes_no_share(part: Series, total: Series, reason: str) -> None:
    verdict = judged(promise(">= 0 %", "good", "total"), {"good": part, "total": total})
    assert (verdict.outcome, verdict.reasons) == (ERROR, (reason,))


def test_amounts_of_one_dimension_make_a_share_in_one_unit() -> None:
    verdict = judged(
        promise("== 50 %", "good", "total"), {"good": series([1], "MB"), "total": series([2000], "kB")}
    )
    assert (verdict.outcome, verdict.samples) == (PASS, None)


def test_two_numbers_without_periods_belong_together_whenever_they_were_taken() -> None:
    good = single(97, "count", counts_events=True)
    total = single(100, "count", counts_events=True)._replace(points=(Point(AT - 60, Fraction(100)),))
    verdict = judged(promise(">= 97 %", "good", "total"), {"good": good, "total": total})
    assert (verdict.outcome, verdict.good, verdict.total) == (PASS, 97, 100)
    windowed = total._replace(window=HOUR)
    assert judged(promise(">= 97 %", "good", "total"), {"good": good, "total": windowed}).outcome is PASS
    more = judged(promise(">= 97 %", "good", "total"), {"good": total, "total": good})
    assert (more.outcome, more.reasons) == (ERROR, ("there are 100 good events of 97 events",))


def test_a_silent_part_is_none_of_the_total() -> None:
    beat = counts(*[1] * 60, period=60)
    for side, value in (("bad", 0), ("good", 1)):
        objective = promise("<= 100 %", side, "total", no_data="zero", heartbeat=True)
        for part in (NO_DATA, counts(*[0] * 12), counts(0, *[None] * 11)):
            verdict = judged(objective, {side: part, "total": counts(*[10] * 12), "heartbeat": beat})
            assert (verdict.outcome, verdict.value, verdict.coverage) == (PASS, value * 100, 1)


def test_silence_is_a_count_of_whole_events_with_a_bound() -> None:
    objective = promise("< 1 %", "bad", "total", no_data="zero", heartbeat=True, confidence="0.95")
    readings = {"bad": NO_DATA, "heartbeat": counts(*[1] * 12)}
    assert judged(objective, {**readings, "total": counts(*[25] * 12)}).outcome is PASS
    assert judged(objective, {**readings, "total": counts(*[20] * 12)}).outcome is INCONCLUSIVE


def test_a_period_whose_part_is_silent_counts_by_what_silence_was_promised_to_mean() -> None:
    readings = {
        "bad": counts(1, *[None] * 11),
        "total": counts(*[10] * 12),
        "heartbeat": counts(*[1] * 12),
    }
    verdict = judged(promise("< 1 %", "bad", "total", no_data="zero", heartbeat=True), readings)
    assert (verdict.outcome, verdict.good, verdict.notes) == (PASS, 119, ())
    unsaid = promise("< 1 %", "bad", "total", min_coverage=0, max_age=3600)
    verdict = judged(unsaid, readings)
    assert (verdict.outcome, verdict.good) == (FAIL, 9)
