"""Gaps, age, clocks and sample counts: when a measurement cannot carry a verdict."""

from __future__ import annotations

from fractions import Fraction

import pytest

from checker.model import Outcome, Point, Series, Window

from .builders import AT, HOUR, counts, judged, percentile, promise, ratio_of, series, single, unit

PASS, FAIL, INCONCLUSIVE, ERROR = Outcome.PASS, Outcome.FAIL, Outcome.INCONCLUSIVE, Outcome.ERROR


@pytest.mark.parametrize(
    ("present", "expected", "minimum", "outcome"),
    [
        (90, 100, "9/10", PASS),
        (89, 100, "9/10", INCONCLUSIVE),
        (100, 100, "1", PASS),
        (99, 100, "1", INCONCLUSIVE),
        (8999, 10000, "9/10", INCONCLUSIVE),
        (1, 1000, "0", PASS),
        (101, 100, "1", PASS),
        (1, 0, "9/10", INCONCLUSIVE),
        (0, 0, "9/10", INCONCLUSIVE),
    ],
)
def test_coverage(present: int, expected: int, minimum: str, outcome: Outcome) -> None:
    reading = counts(*[0] * 12, present=present, expected=expected)
    assert judged(promise("== 0", min_coverage=minimum), reading).outcome is outcome


def test_coverage_says_how_much_is_there_and_never_rounds_it_up() -> None:
    verdict = judged(promise("== 0"), counts(*[0] * 12, present=89999, expected=100000))
    assert verdict.reasons == ("only 89.99 % of the window's points are there, and 90 % are needed",)
    assert verdict.remedy.startswith("find out why data is missing")
    assert verdict.coverage == Fraction(89999, 100000)
    exact = judged(promise("== 0", min_coverage="0.99999"), counts(*[0] * 12, present=99998, expected=100000))
    assert exact.reasons == ("only 99.99 % of the window's points are there, and 99.999 % are needed",)


def test_a_formula_is_as_complete_as_the_least_of_its_metrics() -> None:
    objective = promise("<= 24", "a", "b", formula="a + b")
    gaps = counts(*[1] * 10, None, None, newest=AT)
    assert judged(objective, {"a": counts(*[1] * 12), "b": gaps}).outcome is INCONCLUSIVE
    assert judged(objective, {"a": gaps, "b": counts(*[1] * 12)}).outcome is INCONCLUSIVE


@pytest.mark.parametrize(
    ("newest", "outcome"), [(AT, PASS), (AT - 600, PASS), (AT - 601, INCONCLUSIVE), (AT - 3600, INCONCLUSIVE)]
)
def test_data_may_end_two_periods_before_its_window(newest: int, outcome: Outcome) -> None:
    verdict = judged(promise("== 0"), counts(*[0] * 12, newest=newest))
    assert verdict.outcome is outcome
    if newest == AT - 3600:
        assert verdict.reasons == ("the data ends 1h before the window does",)
        assert (
            verdict.remedy
            == "find out whether it is still being published; where such gaps are normal, set maxAge"
        )


@pytest.mark.parametrize(("newest", "outcome"), [(AT - 120, PASS), (AT - 121, INCONCLUSIVE)])
def test_short_periods_count_as_a_minute(newest: int, outcome: Outcome) -> None:
    reading = series([0] * 12, "count", period=10, newest=newest)
    assert judged(promise("== 0"), reading).outcome is outcome


@pytest.mark.parametrize(("missing", "outcome"), [(2, PASS), (3, INCONCLUSIVE)])
def test_without_a_word_on_age_the_end_of_the_last_period_tells(missing: int, outcome: Outcome) -> None:
    reading = counts(*[0] * (12 - missing), *[None] * missing, present=12, newest=None)
    assert judged(promise("== 0"), reading).outcome is outcome
    assert judged(promise("== 0", max_age=missing * 300), reading).outcome is PASS
    assert judged(promise("== 0", max_age=missing * 300 - 1), reading).outcome is INCONCLUSIVE


def test_shares_without_a_word_on_age_have_none() -> None:
    reading = percentile("0.95", "s", (5, False, 99, 100))._replace(newest=None)
    assert judged(promise("< 5 s"), reading).outcome is PASS
    assert judged(promise("< 5 s", max_age=900), reading).outcome is INCONCLUSIVE


def test_a_counter_that_may_be_silent_hides_no_other_that_is_old() -> None:
    readings = {
        "bad": counts(0, *[None] * 11),
        "heartbeat": counts(*[1] * 12),
        "total": counts(*[1] * 12, newest=AT - 601),
    }
    objective = promise("<= 1 %", "bad", "total", no_data="zero", heartbeat=True)
    verdict = judged(objective, readings)
    assert verdict.outcome is INCONCLUSIVE
    assert verdict.reasons == ("total: the data ends 10m1s before the window does",)
    assert judged(objective, {**readings, "total": counts(*[1] * 12)}).outcome is PASS


@pytest.mark.parametrize(
    ("newest", "outcome"),
    [(AT, PASS), (AT - 900, PASS), (AT - 901, INCONCLUSIVE), (None, INCONCLUSIVE)],
)
def test_max_age_replaces_the_default(newest: int | None, outcome: Outcome) -> None:
    assert judged(promise("== 0", max_age=900), single(0, newest=newest)).outcome is outcome
    if newest is not None:
        assert judged(promise("== 0", max_age=900), counts(*[0] * 12, newest=newest)).outcome is outcome


def test_max_age_says_how_old_the_data_is() -> None:
    verdict = judged(promise("== 0", max_age=900), single(0, newest=AT - 7200))
    assert verdict.reasons == ("the newest data is 2h old, and maxAge is 15m",)
    assert verdict.remedy == "measure it again, shortly before it is judged"
    published = judged(promise("== 0", max_age=900), counts(*[0] * 12, newest=AT - 7200))
    assert published.remedy == "find out whether it is still being published"
    unknown = judged(promise("== 0", max_age=900), single(0))
    assert unknown.reasons == ("the age of the data is not known, and maxAge is 15m",)
    assert unknown.remedy == "measure something whose age is known, or remove maxAge"
    told = judged(promise("== 0", max_age=900), single(0, to_be_dated="write it as XML"))
    assert told.remedy == "write it as XML"


def test_every_metric_has_an_age() -> None:
    """The age of a formula or a ratio is not that of its fresher half."""
    fresh, old, ageless = (
        single(1, "count", newest=AT),
        single(1, "count", newest=AT - 901),
        single(1, "count"),
    )
    formula = promise("<= 2", "a", "b", formula="a + b", max_age=900)
    assert judged(formula, {"a": fresh, "b": fresh}).outcome is PASS
    ratio = promise(">= 0 %", "good", "total", max_age=900)
    assert judged(ratio, {"good": fresh, "total": fresh}).outcome is PASS
    for stale in (old, ageless):
        assert judged(formula, {"a": fresh, "b": stale}).outcome is INCONCLUSIVE
        assert judged(formula, {"a": stale, "b": fresh}).outcome is INCONCLUSIVE
        assert judged(ratio, {"good": fresh, "total": stale}).outcome is INCONCLUSIVE
        assert judged(ratio, {"good": stale, "total": fresh}).outcome is INCONCLUSIVE


@pytest.mark.parametrize(("ahead", "outcome"), [(0, PASS), (60, PASS), (61, ERROR), (10**12, ERROR)])
def test_data_from_the_future_is_an_error(ahead: int, outcome: Outcome) -> None:
    for objective in (promise("== 0"), promise("== 0", max_age=900), promise("== 0", min_coverage="0")):
        assert judged(objective, counts(*[0] * 12, newest=AT + ahead)).outcome is outcome
    point = Series((Point(AT + ahead, Fraction(0)),), "single", unit(""))
    assert judged(promise("== 0"), point).outcome is outcome


def test_the_future_is_told_with_its_moment() -> None:
    verdict = judged(promise("== 0"), counts(*[0] * 12, newest=AT + 3600))
    assert verdict.reasons == ("the newest data is from 2026-01-31T13:00:00Z, after 2026-01-31T12:00:00Z",)
    assert verdict.remedy == "correct the clocks, or judge with the right --at"
    milliseconds = judged(promise("== 0"), counts(*[0] * 12, newest=AT * 1000))
    assert milliseconds.reasons[0].startswith(f"the newest data is from {AT}000 s since 1970")


def test_no_metric_hides_the_future_of_another() -> None:
    ahead = counts(*[1] * 12, newest=AT + 3600)
    readings = {"good": ahead, "total": counts(*[1] * 12)}
    assert judged(promise(">= 0 %", "good", "total"), readings).outcome is ERROR
    formula = promise(">= 0", "good", "total", formula="good + total")
    assert judged(formula, readings).outcome is ERROR
    silent = promise("<= 12", no_data="zero", heartbeat=True)
    assert judged(silent, {"value": ahead, "heartbeat": counts(*[1] * 12)}).outcome is ERROR


@pytest.mark.parametrize(("samples", "outcome"), [(200, PASS), (199, INCONCLUSIVE), (None, INCONCLUSIVE)])
def test_min_samples(samples: int | None, outcome: Outcome) -> None:
    objective = promise("< 5", min_samples=200)
    verdict = judged(objective, single(1, samples=samples))
    assert verdict.outcome is outcome
    if samples == 199:
        assert verdict.reasons == ("199 samples, and 200 are needed",)
        assert verdict.remedy == "wait for more traffic, or widen the window"
    if samples is None:
        assert verdict.reasons == ("an unknown number of samples, and 200 are needed",)


def test_the_samples_of_a_share_are_its_events() -> None:
    objective = promise(">= 99 %", "good", "total", min_samples=200)
    assert judged(objective, ratio_of(200, 200)).outcome is PASS
    assert judged(objective, ratio_of(199, 199)).outcome is INCONCLUSIVE


def test_bytes_are_no_samples() -> None:
    """A hundred million good bytes may be one request."""
    byte_counts = series([10**8], "B", counts_events=True, period=3600)
    objective = promise(">= 99 %", "good", "total", min_samples=200)
    assert judged(objective, {"good": byte_counts, "total": byte_counts}).outcome is INCONCLUSIVE
    known = byte_counts._replace(samples=300)
    assert judged(objective, {"good": known, "total": known}).outcome is PASS


def test_a_formula_has_no_more_samples_than_any_of_its_metrics() -> None:
    objective = promise("<= 5", "a", "b", formula="a + b", min_samples=200)
    many, few, unknown = single(1, samples=300), single(1, samples=199), single(1)
    assert judged(objective, {"a": many, "b": many}).outcome is PASS
    assert judged(objective, {"a": many, "b": few}).outcome is INCONCLUSIVE
    assert judged(objective, {"a": many, "b": unknown}).outcome is INCONCLUSIVE
    assert judged(objective, {"a": many, "b": unknown}).samples is None


def test_too_little_data_is_told_before_any_comparison() -> None:
    """A miss on half of the data is no FAIL, and a hit no PASS."""
    half = counts(*[100, None] * 6, newest=AT)
    assert judged(promise("< 5"), half).outcome is INCONCLUSIVE
    assert judged(promise("> 5"), half).outcome is INCONCLUSIVE
    few = percentile("0.95", "s", (5, False, 0, 10))
    assert judged(promise("< 5 s", min_samples=200), few).outcome is INCONCLUSIVE


def test_a_window_that_ended_long_ago_is_old_under_max_age() -> None:
    window = Window(HOUR.start - 86400, HOUR.end - 86400)
    reading = counts(*[0] * 12, window=window)
    # Its query has a lag of a day, and data as fresh as that allows.
    assert judged(promise("== 0"), reading).outcome is PASS
    assert judged(promise("== 0", max_age=3600), reading).outcome is INCONCLUSIVE
