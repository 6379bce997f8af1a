"""Promises about how many periods miss: the tables of CloudWatch's manual, and what no gap may ever do."""

from __future__ import annotations

import time
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model import Absence, Evaluation, Objective, Outcome, Series, Verdict, Window

from .builders import AT, FAILED, NO_DATA, NOT_RECORDED, judged, promise, series

TREATMENTS: tuple[Any, ...] = ("missing", "ignore", "breaching", "notBreaching")
PERIOD = 300
TOO_SLOW, FINE = 620, 480

# "Configuring how CloudWatch alarms treat missing data": the latest last, X breaches, - is missing. The states
# under missing, ignore, breaching and notBreaching: A is ALARM, O is OK, I is INSUFFICIENT_DATA, R is retained.
THREE_OF_THREE = """
0 - X - X   O O O O
0 - - - -   O O O O
- - - - -   I R A O
0 X X - X   A A A A
- - X - -   A R A O
X - - - -   A R A O
- - - - X   I R A O
- - - X -   I R A O
"""
TWO_OF_THREE = """
0 - X - X   A A A A
0 0 X 0 X   A A A A
0 - X - -   O O A O
- - - - 0   O O A O
- - - X -   A R A O
- - - - X   I R A O
"""
TABLES = [
    (datapoints, row[:9], treatment, row.split()[5 + column])
    for datapoints, table in ((3, THREE_OF_THREE), (2, TWO_OF_THREE))
    for row in table.strip().splitlines()
    for column, treatment in enumerate(TREATMENTS)
]

# Where an alarm is OK and nothing is affirmed: with its missing periods the last three could well be a miss, or
# there is no data at all.
NO_PASS = {
    (3, "0 - X - X"): TREATMENTS[:3],
    (3, "0 - - - -"): TREATMENTS[:3],
    (3, "- - - - -"): ("notBreaching",),
    (2, "0 - X - -"): TREATMENTS[:2],
    (2, "- - - - 0"): TREATMENTS[:2],
}


def sustained(
    periods: int, datapoints: int = 0, missing: Any = "missing", target: str = "<= 500 ms", **more: Any
) -> Objective:
    more.setdefault("min_coverage", "0")
    evaluation = Evaluation(PERIOD, periods, datapoints or periods, missing)
    return promise(target, *more.pop("metrics", ()), evaluation=evaluation, **more)


def over(values: list[Any], of: str = "ms", **more: Any) -> Series:
    """A value a period, the latest last; None is a gap."""
    window = Window(AT - PERIOD * len(values), AT)
    return series(values, of, "max", window=window, **more)


def marked(marks: str, **more: Any) -> Series:
    """Periods as the manual draws them."""
    values = {"X": TOO_SLOW, "C": 2000, "0": FINE, "-": None}
    return over([values[mark] for mark in marks.replace(" ", "")], **more)


def state_of(verdict: Verdict) -> str:
    """The alarm's state as the verdict tells it."""
    if verdict.outcome is Outcome.FAIL:
        return "A"
    if verdict.outcome is Outcome.PASS:
        return "O"
    (reason,) = verdict.reasons
    told = reason.rpartition("(an alarm would be ")[2]
    return {"OK)": "O", "as it was)": "R", "INSUFFICIENT_DATA)": "I"}[told]


@pytest.mark.parametrize(("datapoints", "marks", "treatment", "state"), TABLES)
def test_the_tables_of_the_manual(datapoints: int, marks: str, treatment: Any, state: str) -> None:
    verdict = judged(sustained(3, datapoints, treatment), marked(marks))
    assert state_of(verdict) == state
    if treatment in NO_PASS.get((datapoints, marks), ()):
        assert verdict.outcome is Outcome.INCONCLUSIVE
        assert verdict.remedy
    else:
        expected = {"A": Outcome.FAIL, "O": Outcome.PASS}.get(state, Outcome.INCONCLUSIVE)
        assert verdict.outcome is expected


def test_p95_above_500_ms_for_24_hours() -> None:
    day = sustained(24)
    assert judged(day, marked("00" + "X" * 24)).outcome is Outcome.FAIL
    kept = judged(day, marked("XX" + "X" * 23 + "0"))
    assert kept.outcome is Outcome.PASS
    assert (kept.value, kept.margin, kept.unit and kept.unit.text) == (23, 1, "of 24")
    assert kept.compared is not None
    assert kept.compared.text == "< 24 of 24 periods > 500 ms"


def test_a_day_of_more_than_ten_events() -> None:
    """A sum a period, and a rate that each period has to keep."""
    events = series([9, 10, 11], "count", window=Window(AT - 3 * PERIOD, AT))
    assert judged(sustained(1, target="<= 10"), events).outcome is Outcome.FAIL
    assert judged(sustained(1, target="<= 11"), events).outcome is Outcome.PASS
    assert judged(sustained(1, target="<= 2.2 /min"), events).outcome is Outcome.PASS
    assert judged(sustained(1, target="<= 2.1 /min"), events).outcome is Outcome.FAIL


def test_the_mean_of_each_period_is_exact() -> None:
    means = series([10, 1], "ms", "mean", samples=[3, 3], window=Window(AT - 2 * PERIOD, AT))
    verdict = judged(sustained(2, 1, target="<= 3 ms"), means)
    assert verdict.outcome is Outcome.FAIL
    assert verdict.evaluation is not None
    assert verdict.evaluation.worst is not None
    assert verdict.evaluation.worst.value == Fraction(10, 3)
    assert verdict.samples == 6


def test_each_period_has_a_ratio_of_its_own() -> None:
    """99 of 100 and 5 of 10: one bad period, though the whole share is 94 %."""
    window = Window(AT - 2 * PERIOD, AT)
    readings = {
        "good": series([99, 5], "count", counts_events=True, window=window),
        "total": series([100, 10], "count", counts_events=True, window=window),
    }
    share = sustained(2, 1, target="> 90 %", metrics=("good", "total"))
    assert judged(share, readings).outcome is Outcome.FAIL
    assert (
        judged(sustained(2, 2, target="> 90 %", metrics=("good", "total")), readings).outcome is Outcome.PASS
    )
    readings["total"] = series([100, None], "count", counts_events=True, window=window)
    assert judged(share, readings).outcome is Outcome.ERROR


def test_a_period_whose_sample_decides_nothing_is_a_missing_one() -> None:
    """Of 100 events 91 good ones show neither more nor less than 90 %; 99 and 80 do."""
    window = Window(AT - 3 * PERIOD, AT)
    total = series([100] * 3, "count", counts_events=True, window=window)
    share = sustained(1, target="> 90 %", metrics=("good", "total"), confidence="0.95")
    for last, outcome in ((91, Outcome.INCONCLUSIVE), (99, Outcome.PASS), (80, Outcome.FAIL)):
        good = series([99, 99, last], "count", counts_events=True, window=window)
        assert judged(share, {"good": good, "total": total}).outcome is outcome


def test_a_period_of_no_events_is_a_missing_one() -> None:
    window = Window(AT - 3 * PERIOD, AT)
    readings = {
        name: series([1, 0, 1], "count", counts_events=True, window=window) for name in ("good", "total")
    }
    verdict = judged(sustained(3, target="> 99 %", metrics=("good", "total")), readings)
    assert verdict.evaluation is not None
    assert [period.value for period in verdict.evaluation.periods] == [None, None, 100, None, 100]


@pytest.mark.parametrize(
    ("treatment", "outcome"),
    [("missing", "INCONCLUSIVE"), ("breaching", "FAIL"), ("notBreaching", "INCONCLUSIVE")],
)
def test_no_events_in_any_period_count_as_missing_data_does(treatment: Any, outcome: str) -> None:
    none = series([0, 0, 0], "count", counts_events=True, window=Window(AT - 3 * PERIOD, AT))
    objective = sustained(3, 3, treatment, target="> 99 %", metrics=("good", "total"))
    assert judged(objective, {"good": none, "total": none}).outcome == outcome


def test_a_formula_of_each_period() -> None:
    objective = sustained(2, 1, target="<= 2", metrics=("a", "b"), formula="a / b")
    window = Window(AT - 2 * PERIOD, AT)
    readings = {"a": series([2, 3], window=window), "b": series([1, 1], window=window)}
    assert judged(objective, readings).outcome is Outcome.FAIL
    readings["b"] = series([1, 2], window=window)
    assert judged(objective, readings).outcome is Outcome.PASS
    # Divided by nothing, a period has no value.
    readings["b"] = series([1, 0], window=window)
    assert judged(objective, readings).outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    ("marks", "outcome", "told"),
    [
        ("0 0 0 X X", "PASS", ""),
        ("0 0 X X X", "WARN", "only 0 of them reach critical > 1 s"),
        ("0 0 C X C", "WARN", "only 2 of them reach critical > 1 s"),
        ("0 0 C C C", "FAIL", "; 3 of them reach critical > 1 s"),
        ("0 C C - C", "FAIL", "; 3 of them reach critical > 1 s"),
        ("0 0 X - X", "WARN", "(an alarm would be OK); only 0 of them reach critical > 1 s"),
        (
            "0 X C - C",
            "INCONCLUSIVE",
            "whether critical > 1 s is reached is not known, because data is missing",
        ),
    ],
)
def test_bands_go_by_the_same_rule(marks: str, outcome: str, told: str) -> None:
    verdict = judged(sustained(3, critical="> 1 s"), marked(marks))
    assert (verdict.outcome, told in verdict.reasons[0]) == (outcome, True)


def test_a_value_in_target_and_critical_at_once_is_an_error() -> None:
    assert judged(sustained(3, critical="> 400 ms"), marked("00000")).outcome is Outcome.ERROR


@pytest.mark.parametrize(
    ("datapoints", "marks", "treatment", "reason"),
    [
        (
            3,
            "0 0 X X X",
            "missing",
            "3 of the last 3 periods of 5m breach <= 500 ms, and 3 are a miss; "
            "the worst is 620 ms at 2026-01-31T11:45:00Z",
        ),
        (
            1,
            "0 0 0 X 0",
            "missing",
            "1 of the last 3 periods of 5m breaches <= 500 ms, and 1 is a miss; "
            "the worst is 620 ms at 2026-01-31T11:50:00Z",
        ),
        (
            3,
            "0 0 0 X 0",
            "missing",
            "1 of the last 3 periods of 5m breaches <= 500 ms, and 3 are needed for a miss; "
            "the worst is 620 ms at 2026-01-31T11:50:00Z",
        ),
        (
            2,
            "0 - X - -",
            "breaching",
            "2 of the 3 periods of 5m that count breach <= 500 ms (1 of them for lack of data), and 2 are a miss; "
            "the worst is 620 ms at 2026-01-31T11:45:00Z",
        ),
        (
            3,
            "- - X - -",
            "missing",
            "all available data breaches <= 500 ms, and has for 3 periods of 5m or more: "
            "1 of the 5 periods looked at, the others are missing; the worst is 620 ms at 2026-01-31T11:45:00Z",
        ),
        (
            3,
            "0 - X - X",
            "missing",
            "1 of the last 3 periods of 5m is missing, and could bring it to the 3 that are a miss; "
            "2 of the 3 periods of 5m that count breach <= 500 ms; the worst is 620 ms at 2026-01-31T11:45:00Z "
            "(an alarm would be OK)",
        ),
        (
            2,
            "X X - - 0",
            "notBreaching",
            # Of the last three none breaches: the two that do are older, and count for want of newer ones.
            "2 of the 3 periods of 5m that count breach <= 500 ms, and 2 are a miss; "
            "the worst is 620 ms at 2026-01-31T11:35:00Z",
        ),
        (
            3,
            "- - - - -",
            "ignore",
            "no period of the last 25m has enough data to be judged (an alarm would be as it was)",
        ),
    ],
)
def test_every_outcome_says_why(datapoints: int, marks: str, treatment: Any, reason: str) -> None:
    assert judged(sustained(3, datapoints, treatment), marked(marks)).reasons == (reason,)


@pytest.mark.parametrize(
    ("target", "values", "worst"),
    [
        ("<= 500", [2000, 2000, 480, 480, 620], 620),
        (">= 500", [100, 100, 520, 520, 480], 480),
        ("== 5", [99, 99, 5, 1, 8], 1),
        ("== 5", [99, 99, 5, 9, 2], 9),
    ],
)
def test_the_worst_is_that_of_the_periods_that_count(target: str, values: list[int], worst: int) -> None:
    """The first two of the five only stand in for periods that are missing."""
    verdict = judged(sustained(3, target=target), over(values, ""))
    assert verdict.evaluation is not None
    assert verdict.evaluation.worst is not None
    assert verdict.evaluation.worst.value == worst


def test_periods_that_count_as_breaching_for_lack_of_data_are_counted() -> None:
    verdict = judged(sustained(3, 3, "breaching"), marked("0 - - - -"))
    assert (verdict.value, verdict.evaluation and verdict.evaluation.filled) == (2, 2)


@pytest.mark.parametrize(
    ("marks", "outcome", "margin"),
    [("000XX", "PASS", 1), ("00XXX", "WARN", 0), ("00CCC", "FAIL", 0), ("0XC-C", "INCONCLUSIVE", None)],
)
def test_there_is_a_margin_where_the_periods_decide(marks: str, outcome: str, margin: int | None) -> None:
    verdict = judged(sustained(3, critical="> 1 s"), marked(marks))
    assert (verdict.outcome, verdict.margin) == (outcome, margin)


def test_samples_are_known_if_those_of_every_period_are() -> None:
    def samples(values: list[int | None], counts: list[int | None]) -> int | None:
        return judged(sustained(3), over(values, samples=counts)).samples

    assert samples([FINE] * 5, [1, 1, 2, 3, 4]) == 9
    assert samples([FINE] * 5, [1, 1, 2, None, 4]) is None
    assert samples([FINE] * 5, [None] * 5) is None
    assert samples([FINE, FINE, None, None, None], [1] * 5) is None


def test_a_verdict_tells_how_many_of_its_periods_were_seen_and_what_to_do_about_a_miss() -> None:
    objective = sustained(4, 2, runbook="slow.md", critical="> 1 s")
    for marks, remedy in (("0 0 - 0 0 0", ""), ("0 0 - 0 X X", "slow.md"), ("0 0 - 0 C C", "slow.md")):
        verdict = judged(objective, marked(marks))
        assert (verdict.coverage, verdict.remedy) == (Fraction(3, 4), remedy)


@pytest.mark.parametrize("treatment", TREATMENTS)
def test_a_failure_and_missing_evidence_never_count_as_gaps(treatment: Any) -> None:
    objective = sustained(3, 3, treatment)
    assert judged(objective, FAILED).outcome is Outcome.ERROR
    assert judged(objective, NOT_RECORDED).outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    ("treatment", "no_data", "outcome"),
    [
        ("missing", "inconclusive", "INCONCLUSIVE"),
        ("missing", "fail", "FAIL"),
        ("ignore", "inconclusive", "INCONCLUSIVE"),
        ("breaching", "inconclusive", "FAIL"),
        ("notBreaching", "inconclusive", "INCONCLUSIVE"),
        ("notBreaching", "fail", "FAIL"),
    ],
)
def test_no_data_in_the_whole_range(treatment: Any, no_data: Any, outcome: str) -> None:
    verdict = judged(sustained(3, 3, treatment, no_data=no_data), NO_DATA)
    assert verdict.outcome == outcome
    assert verdict.remedy == NO_DATA.remedy


def test_silence_is_zero_in_the_periods_in_which_the_heart_beats() -> None:
    objective = sustained(3, 1, "notBreaching", target="<= 10", no_data="zero", heartbeat=True)
    window = Window(AT - 5 * PERIOD, AT)
    beats = series([1, 1, 1, 1, 1], "count", window=window)
    kept = judged(objective, {"value": NO_DATA, "heartbeat": beats})
    assert kept.outcome is Outcome.PASS
    assert kept.evaluation is not None
    assert [period.value for period in kept.evaluation.periods] == [0] * 5
    assert judged(objective, {"value": NO_DATA, "heartbeat": NO_DATA}).outcome is Outcome.INCONCLUSIVE
    # A miss in a period without a heartbeat is a miss.
    missed = {
        "value": series([None, None, None, 50, None], "count", window=window),
        "heartbeat": series([1, 1, 1, None, 1], "count", window=window),
    }
    assert judged(objective, missed).outcome is Outcome.FAIL


def test_a_period_with_too_few_samples_is_a_missing_one() -> None:
    values = over([FINE, FINE, FINE, TOO_SLOW, FINE], samples=[50, 50, 50, 3, 50])
    assert judged(sustained(3, 1), values).outcome is Outcome.FAIL
    assert judged(sustained(3, 1, min_samples=1), over([FINE] * 5)).outcome is Outcome.INCONCLUSIVE
    verdict = judged(sustained(3, 1, min_samples=10), values)
    assert verdict.outcome is Outcome.INCONCLUSIVE
    assert verdict.evaluation is not None
    assert verdict.evaluation.missing == 1


def test_a_coverage_that_is_asked_for_withholds_a_pass_and_not_a_miss() -> None:
    share = {"min_coverage": "3/4"}
    assert judged(sustained(4, **share), marked("0 0 - 0 0 0")).outcome is Outcome.PASS
    verdict = judged(sustained(4, **share), marked("0 0 - - 0 0"))
    assert verdict.outcome is Outcome.INCONCLUSIVE
    assert verdict.reasons == ("2 of the last 4 periods of 5m are missing, and 75 % of them are needed",)
    assert judged(sustained(4, 2, **share), marked("0 0 - - X X")).outcome is Outcome.FAIL
    for least, then in (("3/4", Outcome.WARN), ("4/5", Outcome.INCONCLUSIVE)):
        warned = sustained(4, 3, critical="> 1 s", min_coverage=least)
        assert judged(warned, marked("0 0 X - X X")).outcome is then


def test_an_age_that_is_asked_for_withholds_a_pass() -> None:
    gap = marked("0 0 0 0 -")
    assert judged(sustained(3), gap).outcome is Outcome.PASS
    assert judged(sustained(3, max_age=PERIOD - 1), gap).outcome is Outcome.INCONCLUSIVE


def test_data_of_the_future_and_periods_of_another_length_are_errors() -> None:
    ahead = series([FINE] * 5, "ms", "max", window=Window(AT - PERIOD, AT + 4 * PERIOD))
    assert judged(sustained(3), ahead).outcome is Outcome.ERROR
    assert judged(sustained(3), series([FINE] * 5, "ms", "max", period=60)).outcome is Outcome.ERROR
    assert judged(sustained(3), over([FINE] * 5, "B")).outcome is Outcome.ERROR


RANK = {Outcome.PASS: 0, Outcome.WARN: 1, Outcome.INCONCLUSIVE: 2, Outcome.FAIL: 3}


@st.composite
def evaluations(draw: st.DrawFn) -> tuple[Objective, str]:
    periods = draw(st.integers(1, 6))
    treatment = draw(st.sampled_from(TREATMENTS))
    critical = draw(st.sampled_from([None, "> 1 s"]))
    objective = sustained(periods, draw(st.integers(1, periods)), treatment, critical=critical)
    marks = draw(st.text("0XC-", min_size=periods + 2, max_size=periods + 2))
    return objective, marks


def outcome(objective: Objective, marks: str) -> Outcome:
    return judged(objective, marked(marks)).outcome


@given(evaluations(), st.data())
def test_a_period_that_turns_good_never_worsens_the_outcome(
    case: tuple[Objective, str], data: st.DataObject
) -> None:
    objective, marks = case
    position = data.draw(st.integers(0, len(marks) - 1))
    better = {"X": "0", "C": "X"}.get(marks[position], marks[position])
    mended = marks[:position] + better + marks[position + 1 :]
    assert RANK[outcome(objective, mended)] <= RANK[outcome(objective, marks)]


@given(evaluations(), st.data())
def test_losing_points_never_makes_a_pass_or_a_warning(
    case: tuple[Objective, str], data: st.DataObject
) -> None:
    objective, marks = case
    lost = data.draw(st.sets(st.integers(0, len(marks) - 1)))
    fewer = "".join("-" if position in lost else mark for position, mark in enumerate(marks))
    assert objective.evaluation is not None
    before, after = outcome(objective, marks), outcome(objective, fewer)
    if objective.evaluation.missing != "notBreaching":
        assert after is not Outcome.PASS or before is Outcome.PASS
        assert after is not Outcome.WARN or before in (Outcome.PASS, Outcome.WARN)
    if set(fewer) == {"-"}:
        assert after in (Outcome.INCONCLUSIVE, Outcome.FAIL)


@given(evaluations(), st.randoms())
def test_the_order_of_the_points_does_not_matter(case: tuple[Objective, str], random: Any) -> None:
    objective, marks = case
    ordered = marked(marks)
    shuffled = list(ordered.points)
    random.shuffle(shuffled)
    mixed = Series(tuple(shuffled), "max", ordered.unit, window=ordered.window, period=PERIOD)
    assert judged(objective, mixed).reasons == judged(objective, ordered).reasons


@given(evaluations())
def test_a_pass_affirms_enough_periods(case: tuple[Objective, str]) -> None:
    objective, marks = case
    evaluation = objective.evaluation
    assert evaluation is not None
    if outcome(objective, marks) is Outcome.PASS and evaluation.missing != "notBreaching":
        assert marks[-evaluation.periods :].count("0") > evaluation.periods - evaluation.datapoints


def test_an_absence_with_a_reason_is_told() -> None:
    why = Absence("no-data", "published with CustomerId; queried with none", "query it with CustomerId")
    verdict = judged(sustained(3), why)
    assert (verdict.reasons, verdict.remedy) == ((why.reason,), why.remedy)


def test_many_periods_take_a_time_in_proportion() -> None:
    """Judging them is no search of all points for each: 10,000 take a second or so, and took twenty."""
    many = 10_000
    started = time.process_time()
    verdict = judged(sustained(many), over([TOO_SLOW] * (many + 2)))
    assert verdict.value == many
    assert time.process_time() - started < 10
