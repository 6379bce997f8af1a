"""Absence, silence and contradiction: what becomes of readings that hold no number, or no sound one."""

from __future__ import annotations

from fractions import Fraction

import pytest

from checker.model import Absence, Outcome, Point, Series

from .builders import (
    AT,
    FAILED,
    HOUR,
    NO_DATA,
    NOT_RECORDED,
    counts,
    judged,
    percentile,
    promise,
    series,
    single,
    unit,
)

PASS, FAIL, INCONCLUSIVE, ERROR = Outcome.PASS, Outcome.FAIL, Outcome.INCONCLUSIVE, Outcome.ERROR
EMPTY = Series((), "sum", unit("count"), window=HOUR, period=300, present=0, expected=12)
BEAT = counts(*[1] * 12)


@pytest.mark.parametrize(
    ("no_data", "absence", "outcome"),
    [
        ("inconclusive", NO_DATA, INCONCLUSIVE),
        ("inconclusive", NOT_RECORDED, INCONCLUSIVE),
        ("inconclusive", FAILED, ERROR),
        ("inconclusive", EMPTY, INCONCLUSIVE),
        ("fail", NO_DATA, FAIL),
        ("fail", NOT_RECORDED, INCONCLUSIVE),
        ("fail", FAILED, ERROR),
        ("fail", EMPTY, FAIL),
        ("zero", NO_DATA, INCONCLUSIVE),
        ("zero", NOT_RECORDED, INCONCLUSIVE),
        ("zero", FAILED, ERROR),
        ("zero", EMPTY, INCONCLUSIVE),
    ],
)
@pytest.mark.parametrize("target", ["== 0", "<= 5", ">= 0"])
def test_absence_without_a_heartbeat(
    target: str, no_data: str, absence: Absence | Series, outcome: Outcome
) -> None:
    """'zero' without a heartbeat proves nothing; 'fail' is about no data, not about no answer."""
    assert judged(promise(target, no_data=no_data), absence).outcome is outcome


def test_a_reason_names_the_metric_where_there_are_several() -> None:
    alone = judged(promise("== 0", no_data="fail"), NO_DATA)
    assert alone.reasons == ("no data from 11:00 to 12:00; this promise counts missing data as a miss",)
    assert alone.remedy == "check that it is published"
    both = judged(promise("< 1 %", "bad", "total"), {"bad": NO_DATA, "total": NO_DATA})
    assert both.reasons == ("bad: no data from 11:00 to 12:00",)


@pytest.mark.parametrize(
    ("heartbeat", "value", "outcome"),
    [
        (BEAT, NO_DATA, PASS),
        (BEAT, EMPTY, PASS),
        (BEAT, NOT_RECORDED, INCONCLUSIVE),
        (BEAT, FAILED, ERROR),
        (NO_DATA, NO_DATA, INCONCLUSIVE),
        (EMPTY, NO_DATA, INCONCLUSIVE),
        (NOT_RECORDED, NO_DATA, INCONCLUSIVE),
        (FAILED, NO_DATA, ERROR),
        # The value is there, but nothing shows that its gaps are silence.
        (NO_DATA, counts(*[0] * 12), INCONCLUSIVE),
        (NOT_RECORDED, counts(*[0] * 12), INCONCLUSIVE),
        (FAILED, counts(*[0] * 12), ERROR),
        # A heartbeat that stopped: three periods short of the window's end, or with too many gaps.
        (counts(*[1] * 9, None, None, None, newest=AT - 900), NO_DATA, INCONCLUSIVE),
        (counts(*[1, None] * 6, newest=AT), NO_DATA, INCONCLUSIVE),
        (counts(*[1, None] * 6, newest=AT), counts(*[0] * 12), INCONCLUSIVE),
        (counts(*[1] * 12, newest=AT + 61), NO_DATA, ERROR),
    ],
)
def test_silence_is_zero_only_while_the_heartbeat_beats(
    heartbeat: Series | Absence, value: Series | Absence, outcome: Outcome
) -> None:
    objective = promise("== 0 /min", no_data="zero", heartbeat=True)
    verdict = judged(objective, {"value": value, "heartbeat": heartbeat})
    assert verdict.outcome is outcome
    if outcome is PASS:
        assert (verdict.value, verdict.notes[0]) == (
            0,
            "missing data was read as zero: the heartbeat shows that the emitter was alive",
        )
        why = value.reason if isinstance(value, Absence) else "the answer has no data points"
        assert verdict.notes[1] == f"value: {why}", "a misspelt metric is as silent"


def test_silence_of_a_counter_that_should_count_is_a_miss() -> None:
    objective = promise("> 0", no_data="zero", heartbeat=True)
    assert judged(objective, {"value": NO_DATA, "heartbeat": BEAT}).outcome is FAIL


def test_what_is_no_silence_of_a_counter_is_never_zero() -> None:
    """Such as a report without a test case, in a formula with a counter."""
    objective = promise("< 5", "errors", "failed", formula="errors + failed", no_data="zero", heartbeat=True)
    empty = Absence("no-data", "t.xml holds no test cases", silence=False)
    verdict = judged(objective, {"errors": NO_DATA, "failed": empty, "heartbeat": BEAT})
    assert (verdict.outcome, verdict.reasons) == (INCONCLUSIVE, ("failed: t.xml holds no test cases",))
    assert judged(objective, {"errors": NO_DATA, "failed": NO_DATA, "heartbeat": BEAT}).outcome is PASS


GAPS = [None, 100, None, *[100] * 9]


@pytest.mark.parametrize(
    ("formula", "target", "outcome"),
    [
        # 60 of 100 are ok: of a total that lacks some they seem to be 72 %.
        ("ok / all", "> 70 %", INCONCLUSIVE),
        ("2 * ok / all", "> 1.4", INCONCLUSIVE),
        ("1 - ok / all", "< 30 %", INCONCLUSIVE),
        # What is missing makes these look worse, if anything.
        ("ok / all", "< 75 %", PASS),
        ("1 - ok / all", "> 20 %", PASS),
        # A counter that is silent while nothing happens may well be a part of the total.
        ("ok / (ok + all)", "> 30 %", PASS),
        ("all - ok", "< 300", PASS),
    ],
)
def test_what_a_formula_divides_by_has_gaps_as_a_total_has(
    formula: str, target: str, outcome: Outcome
) -> None:
    readings = {"ok": counts(*[60] * 12), "all": counts(*GAPS), "heartbeat": counts(*[1] * 12)}
    objective = promise(target, "ok", "all", formula=formula, no_data="zero", heartbeat=True)
    verdict = judged(objective, readings)
    assert verdict.outcome is outcome
    if outcome is INCONCLUSIVE:
        assert "only 83.33 % of the window's points are there" in verdict.reasons[0]


def test_the_gaps_of_a_silent_counter_are_no_gaps_and_it_does_not_grow_old() -> None:
    objective = promise("<= 5", no_data="zero", heartbeat=True, max_age=600)
    sparse = counts(3, *[None] * 11)
    verdict = judged(objective, {"value": sparse, "heartbeat": BEAT})
    assert (verdict.outcome, verdict.value, verdict.coverage) == (PASS, 3, 1)
    old = counts(*[1] * 12, newest=AT - 601)
    assert judged(objective, {"value": sparse, "heartbeat": old}).outcome is INCONCLUSIVE
    # Where nothing was said of silence, gaps are gaps, whatever beats.
    for no_data in ("inconclusive", "fail"):
        other = objective._replace(no_data=no_data, max_age=None)
        assert judged(other, {"value": sparse, "heartbeat": BEAT}).outcome is INCONCLUSIVE


@pytest.mark.parametrize("combine", ["mean", "min", "max"])
def test_only_a_counter_is_silent_by_nature(combine: str) -> None:
    objective = promise("<= 5", no_data="zero", heartbeat=True)
    sparse = series([3, *[None] * 11], "count", combine, samples=[1, *[None] * 11])
    assert judged(objective, {"value": sparse, "heartbeat": BEAT}).outcome is INCONCLUSIVE


def test_silence_is_a_count_and_never_a_time() -> None:
    objective = promise("< 5 s", no_data="zero", heartbeat=True)
    assert judged(objective, {"value": NO_DATA, "heartbeat": BEAT}).outcome is ERROR


def test_silent_counters_stand_in_a_formula() -> None:
    objective = promise("== 0 /min", "r", "w", formula="r + w", no_data="zero", heartbeat=True)
    assert judged(objective, {"r": NO_DATA, "w": NO_DATA, "heartbeat": BEAT}).outcome is PASS
    assert judged(objective, {"r": NO_DATA, "w": counts(1, *[None] * 11), "heartbeat": BEAT}).outcome is FAIL
    assert judged(objective, {"r": NO_DATA, "w": NOT_RECORDED, "heartbeat": BEAT}).outcome is INCONCLUSIVE
    assert judged(objective, {"r": NO_DATA, "w": FAILED, "heartbeat": BEAT}).outcome is ERROR
    assert judged(objective, {"r": NO_DATA, "w": NO_DATA, "heartbeat": NO_DATA}).outcome is INCONCLUSIVE


@pytest.mark.parametrize("side", ["good", "bad"])
def test_a_total_is_never_zero_by_silence(side: str) -> None:
    objective = promise(">= 0 %", side, "total", no_data="zero", heartbeat=True)
    for part in (NO_DATA, counts(*[0] * 12)):
        verdict = judged(objective, {side: part, "total": NO_DATA, "heartbeat": BEAT})
        assert (verdict.outcome, verdict.reasons) == (INCONCLUSIVE, ("total: no data from 11:00 to 12:00",))


def test_a_total_has_gaps_and_an_age_of_its_own_beside_a_heartbeat() -> None:
    objective = promise("<= 1 %", "bad", "total", no_data="zero", heartbeat=True)
    whole = {"bad": NO_DATA, "total": counts(*[10] * 12), "heartbeat": BEAT}
    assert judged(objective, whole).outcome is PASS
    gaps = {**whole, "total": counts(*[10, None] * 6, newest=AT)}
    assert judged(objective, gaps).reasons == (
        "only 50 % of the window's points are there, and 90 % are needed",
    )
    old = {**whole, "total": counts(*[10] * 12, newest=AT - 601)}
    assert judged(objective, old).reasons == ("total: the data ends 10m1s before the window does",)


def test_the_worst_absence_decides() -> None:
    for no_data in ("inconclusive", "fail", "zero"):
        objective = promise("< 1", "a", "b", "c", formula="a + b + c", no_data=no_data)
        verdict = judged(objective, {"a": NO_DATA, "b": NOT_RECORDED, "c": FAILED})
        assert (verdict.outcome, verdict.reasons) == (ERROR, ("c: CloudWatch answered PartialData",))
        verdict = judged(objective, {"a": NO_DATA, "b": NOT_RECORDED, "c": counts(1)})
        assert (verdict.outcome, verdict.reasons) == (
            INCONCLUSIVE,
            ("b: the evidence holds no answer",),
        )


def test_a_reading_that_is_not_there_at_all_is_not_recorded() -> None:
    for objective in (promise("<= 5"), promise("<= 5", no_data="fail"), promise("<= 5 %", "bad", "total")):
        verdict = judged(objective, {"total": counts(1)})
        assert verdict.outcome is INCONCLUSIVE
        assert "nothing was read for it" in verdict.reasons[0]
    lonely = promise("== 0", no_data="zero", heartbeat=True)
    assert judged(lonely, {"value": counts(*[0] * 12)}).outcome is INCONCLUSIVE


def test_readings_that_nobody_asked_for_change_nothing() -> None:
    assert (
        judged(promise("== 0", no_data="zero"), {"value": NO_DATA, "heartbeat": BEAT}).outcome is INCONCLUSIVE
    )
    assert judged(promise("== 0"), {"value": counts(*[0] * 12), "heartbeat": FAILED}).outcome is PASS


# Contradictions ------------------------------------------------------------------------------------------


def _twice(reading: Series, value: int) -> Series:
    return reading._replace(points=(*reading.points, Point(reading.points[0].time, Fraction(value))))


@pytest.mark.parametrize(
    ("reading", "reason"),
    [
        (_twice(counts(0, 0), 0), "there are two points for one time"),
        (_twice(counts(0, 0), 1), "there are two points for one time"),
        (series([0, 0], "count", "single"), "there are 2 points where only one is possible"),
        (series([0], "", "mean", samples=[None]), "a mean lacks the number of its samples"),
        (series([0, 0], "", "mean", samples=[1, None]), "a mean lacks the number of its samples"),
        (series([0, 0], "", "mean", samples=[2, -1]), "a number of samples is negative"),
        (single(0, samples=-1), "a number of samples is negative"),
        (single(Fraction(1, 10**2000)), "a number is too long to have been measured"),
        (single(-(10**2000)), "a number is too long to have been measured"),
        (
            percentile("0.95", "", (5, False, 11, 10)),
            "there are more samples beneath a threshold than samples, or fewer than none",
        ),
        (
            percentile("0.95", "", (5, False, -1, 10)),
            "there are more samples beneath a threshold than samples, or fewer than none",
        ),
        (
            percentile("0.95", "", (5, False, 0, -1), samples=1),
            "there are more samples beneath a threshold than samples, or fewer than none",
        ),
    ],
)
def test_a_series_that_contradicts_itself_is_an_error(reading: Series, reason: str) -> None:
    for objective in (promise("< 5"), promise("< 5", no_data="fail")):
        verdict = judged(objective, reading)
        assert (verdict.outcome, verdict.reasons) == (ERROR, (reason,))
        assert verdict.remedy.startswith("look at the recorded evidence")


@pytest.mark.parametrize(
    "reading",
    [
        series([0, 0], "", "mean", samples=[0, 0]),
        single(0, samples=0),
        single(0, "ms", samples=0, quantile=Fraction(19, 20)),
        percentile("0.95", "", (5, False, 0, 0)),
        percentile("0.05", "", (5, False, 0, 0), value=0, samples=None),
    ],
)
def test_a_number_of_no_samples_is_inconclusive(reading: Series) -> None:
    verdict = judged(promise("< 5"), reading._replace(unit=unit("")))
    assert (verdict.outcome, verdict.reasons) == (
        INCONCLUSIVE,
        ("the measured value is based on no samples",),
    )


def test_a_count_of_nothing_is_a_count() -> None:
    """A scan that found no item, a test report without a failure: they were counted."""
    assert judged(promise("== 0"), single(0, "count", samples=0, counts_events=True)).outcome is PASS


def test_a_mean_is_over_all_samples_and_not_over_its_points() -> None:
    # 1 sample of 100 ms and 99 of 1 ms each: the mean of the means would be 50.5 ms.
    reading = series([100, 99], "ms", "mean", samples=[1, 99])
    verdict = judged(promise("< 2 ms"), reading)
    assert (verdict.outcome, verdict.value) == (PASS, Fraction(199, 100))


def test_contradictions_come_before_what_is_merely_too_little() -> None:
    objective = promise("< 5", "a", "b", formula="a + b")
    nothing, nonsense = series([0], "", "mean", samples=[0]), _twice(counts(0), 1)
    for readings in ({"a": nothing, "b": nonsense}, {"a": nonsense, "b": nothing}):
        assert judged(objective, readings).outcome is ERROR


def test_a_heartbeat_that_contradicts_itself_proves_nothing() -> None:
    objective = promise("== 0", no_data="zero", heartbeat=True)
    verdict = judged(objective, {"value": NO_DATA, "heartbeat": _twice(BEAT, 2)})
    assert (verdict.outcome, verdict.reasons) == (ERROR, ("heartbeat: there are two points for one time",))


def test_shares_alone_are_data_but_no_value_for_a_formula() -> None:
    only_shares = percentile("0.95", "s", (5, False, 100, 100))
    assert judged(promise("< 5 s"), only_shares).outcome is PASS
    verdict = judged(promise("< 5 s", "a", formula="a * 1"), {"a": only_shares})
    assert (verdict.outcome, verdict.reasons) == (
        ERROR,
        ("a percentile that is known only by shares cannot be used in a formula",),
    )
