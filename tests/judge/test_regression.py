"""The arithmetic of baselines: exact, direction-aware, and never kinder to a worse value."""

from __future__ import annotations

from fractions import Fraction
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.judge.measured import Measured
from checker.judge.regression import aggregate, regress
from checker.model import (
    BASELINE,
    Absence,
    Indicator,
    Location,
    Objective,
    Outcome,
    PastValue,
    Regressed,
    Regression,
    Series,
    Verdict,
)
from checker.sources.past_reports import Query
from checker.spec.regression import parse_allowance
from checker.units import Threshold, parse_unit

from .builders import AT, judged, percentile, promise, single

values = st.fractions(-1000, 1000, max_denominator=1000)
amounts = st.decimals(0, 200, places=2)
WORST_FIRST = [Outcome.FAIL, Outcome.ERROR, Outcome.INCONCLUSIVE, Outcome.PASS]


def compared(
    text: str,
    value: Fraction,
    past: list[Fraction],
    how: str = "median",
    unit: str = "ms",
    measured: str = "ms",
) -> Regressed:
    allowed = parse_allowance(text)
    regression = Regression(allowed, Query(reports="past", last=len(past), aggregate=how), alone=True)
    promise = Objective(
        "a/b", "a", "criterion", Location("a.yaml", 1, 1), Indicator("value", ()),
        Threshold(allowed.operator, allowed.amount, allowed.unit, text), regression=regression,
    )  # fmt: skip
    reports = tuple(PastValue(f"{at}.json", "", -at, each, parse_unit(unit)) for at, each in enumerate(past))
    reading = Series((), "single", parse_unit(unit), past=reports)
    return regress(promise, regression, Measured(value, parse_unit(measured), 1, Fraction(1), None), reading)


@given(value=values, worse=st.fractions(0, 1000), past=st.lists(values, min_size=1, max_size=5), amount=amounts,
       sign=st.sampled_from("+-"), unit=st.sampled_from(("%", "ms", "% of baseline")), lower=st.booleans(),
       how=st.sampled_from(("median", "mean", "min", "max", "p90")))  # fmt: skip
def test_a_worse_value_is_never_judged_better(
    value: Fraction, worse: Fraction, past: list[Fraction], amount: object, sign: str, unit: str, lower: bool,
    how: str,
) -> None:  # fmt: skip
    text = f"{'<=' if lower else '>='} {sign}{amount} {unit}"
    first = compared(text, value, past, how)
    second = compared(text, value + worse if lower else value - worse, past, how)
    assert WORST_FIRST.index(second.outcome) <= WORST_FIRST.index(first.outcome)
    if first.margin is not None and second.margin is not None:
        assert second.margin == first.margin - worse


@given(value=values, baseline=values.filter(bool), amount=amounts, lower=st.booleans())
def test_the_outcome_is_that_of_the_change(
    value: Fraction, baseline: Fraction, amount: object, lower: bool
) -> None:
    found = compared(f"{'<=' if lower else '>='} {'+' if lower else '-'}{amount} %", value, [baseline])
    change = (value - baseline) / abs(baseline)
    share = Fraction(str(amount)) / 100
    assert found.change == change
    assert (found.outcome is Outcome.PASS) == (change <= share if lower else change >= -share)


@given(st.lists(values, min_size=1, max_size=9))
def test_aggregates_are_exact(past: list[Fraction]) -> None:
    assert aggregate(past, "mean") * len(past) == sum(past)
    assert aggregate(past, "median") == median(past)
    assert aggregate(past, "p99") == aggregate(past, "max") == max(past)
    assert aggregate(past, "p1") == aggregate(past, "min") == min(past)
    quarter = aggregate(past, "p25")
    assert (
        4 * sum(each <= quarter for each in past)
        >= len(past)
        > 4 * sum(each < quarter for each in past) - len(past)
    )


def test_the_same_in_another_unit_is_the_same() -> None:
    one = compared("<= +10 %", Fraction(55, 100), [Fraction(1, 2)], unit="s", measured="s")
    other = compared("<= +10 %", Fraction(550), [Fraction(1, 2)], unit="s", measured="ms")
    assert one.outcome is other.outcome is Outcome.PASS
    assert one.margin == other.margin == 0
    assert compared("<= +49 ms", Fraction(550), [Fraction(1, 2)], unit="s").outcome is Outcome.FAIL


def test_another_dimension_is_an_error() -> None:
    assert (
        compared("<= +10 %", Fraction(1), [Fraction(1)], unit="s", measured="count").outcome is Outcome.ERROR
    )
    assert compared("<= +10 USD", Fraction(1), [Fraction(1)]).outcome is Outcome.ERROR


def test_bare_percent_of_a_share_is_an_error_where_only_the_answer_tells() -> None:
    found = compared("<= +10 %", Fraction(1, 2), [Fraction(1, 2)], unit="%", measured="ratio")
    assert found.outcome is Outcome.ERROR
    assert "could mean points" in found.reason


@pytest.mark.parametrize("kind", ["no-data", "failed", "not-recorded"])
def test_only_a_missing_baseline_can_be_a_first_run(kind: str) -> None:
    allowed = parse_allowance("<= +10 %")
    regression = Regression(allowed, Query(reports="past"), first_run="pass", alone=True)
    promise = Objective(
        "a/b", "a", "criterion", Location("a.yaml", 1, 1), Indicator("value", ()),
        Threshold("<=", Fraction(10), allowed.unit, "<= +10 %"), regression=regression,
    )  # fmt: skip
    measured = Measured(Fraction(1), parse_unit("ms"), 1, Fraction(1), None)
    found = regress(promise, regression, measured, Absence(kind, "why"))  # type: ignore[arg-type]
    expected = {"no-data": Outcome.PASS, "failed": Outcome.ERROR, "not-recorded": Outcome.INCONCLUSIVE}
    assert (found.outcome, found.first_run) == (expected[kind], kind == "no-data")


@pytest.mark.parametrize(
    "text", ["10 %", "<= 10 %", "== +10 %", "<= +10 % worse", "<= +1e3 %", "<= + %", "<= +10, %", ""]
)
def test_an_allowance_that_says_too_little_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"write|know"):
        parse_allowance(text)


# Beside a target -------------------------------------------------------------------------------------------


def beside(
    target: str, reading: Series, past: Series | Absence | None = None, allowed: str = "<= +10 %", **more: Any
) -> Verdict:
    """The verdict under a target and a regression; the baseline is 100 ms."""
    regression = Regression(parse_allowance(allowed), Query(reports="past"))
    earlier = Series(
        (),
        "single",
        parse_unit("ms"),
        past=(PastValue("1.json", "", AT - 9, Fraction(100), parse_unit("ms")),),
    )
    readings = {"value": reading, BASELINE: past or earlier}
    return judged(promise(target, regression=regression, **more), readings)


@pytest.mark.parametrize(
    ("target", "value", "margin", "compared"),
    [
        ("< 200 ms", 105, 5, "<= 110 ms"),
        ("< 106 ms", 105, 1, None),
        ("<= 110 ms", 105, 5, None),
        ("< 200 ms", 150, -40, "<= 110 ms"),
        ("< 104 ms", 150, -46, None),
        ("< 104 ms", 105, -1, None),
    ],
)
def test_the_margin_is_that_of_the_limit_that_binds_more(
    target: str, value: int, margin: int, compared: str | None
) -> None:
    verdict = beside(target, single(value, "ms"))
    assert verdict.margin == margin
    assert (verdict.compared and verdict.compared.text) == compared


def test_a_percentile_that_is_judged_by_a_share_keeps_the_margin_of_its_target() -> None:
    """95 % of the samples is a margin in percent, which no margin in milliseconds can be held against."""
    reading = percentile("0.95", "ms", (200, False, 99, 100), value=109)
    verdict = beside("< 200 ms", reading, confidence="0.9")
    assert (verdict.outcome, verdict.margin) == (Outcome.PASS, 4)
    assert verdict.compared is not None
    assert verdict.compared.unit.text == "%"


def test_a_baseline_has_neither_an_age_nor_a_clock() -> None:
    fresh = single(105, "ms", newest=AT)
    assert beside("< 200 ms", fresh, max_age=900).outcome is Outcome.PASS
    old = beside("< 200 ms", single(105, "ms", newest=AT - 901), max_age=900)
    assert old.reasons == ("the newest data is 15m1s old, and maxAge is 15m",)


def test_a_baseline_that_nobody_read_is_inconclusive() -> None:
    regression = Regression(parse_allowance("<= +10 %"), Query(reports="past"), first_run="pass")
    verdict = judged(promise("< 200 ms", regression=regression), single(105, "ms"))
    assert (verdict.outcome, verdict.reasons[1]) == (
        Outcome.INCONCLUSIVE,
        "baseline: nothing was read for it",
    )


def test_the_remedy_is_that_of_the_worse_outcome() -> None:
    unknown = Absence("failed", "cut off", "restore the report")
    for value, past, remedy in (
        (105, None, ""),
        (150, None, "slow.md"),
        (105, unknown, "restore the report"),
        (205, unknown, "slow.md"),
    ):
        verdict = beside("< 200 ms", single(value, "ms"), past, runbook="slow.md")
        assert verdict.remedy == remedy
