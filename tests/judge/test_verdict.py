"""Bands, exactness, rates and units: what a complete measurement is judged to be."""

from __future__ import annotations

from fractions import Fraction

import pytest

from checker.model import Outcome, Point, Series, Window
from checker.units import COUNT, parse_threshold

from .builders import AT, HOUR, NO_DATA, counts, judged, promise, ratio_of, series, single

PASS, WARN, FAIL = Outcome.PASS, Outcome.WARN, Outcome.FAIL


@pytest.mark.parametrize(
    ("target", "at_499", "at_500", "at_501"),
    [
        ("< 500 ms", PASS, FAIL, FAIL),
        ("<= 500 ms", PASS, PASS, FAIL),
        ("== 500 ms", FAIL, PASS, FAIL),
        (">= 500 ms", FAIL, PASS, PASS),
        ("> 500 ms", FAIL, FAIL, PASS),
    ],
)
def test_a_target_alone_splits_at_its_edge(
    target: str, at_499: Outcome, at_500: Outcome, at_501: Outcome
) -> None:
    outcomes = [judged(promise(target), single(value, "ms")).outcome for value in ("499", "500", "501")]
    assert outcomes == [at_499, at_500, at_501]


@pytest.mark.parametrize("above", [">", ">="])
@pytest.mark.parametrize("below", ["<", "<="])
def test_with_a_critical_the_band_between_warns(below: str, above: str) -> None:
    low = promise(f"{below} 500 ms", critical=f"{above} 1000 ms")
    outcomes = [judged(low, single(value, "ms")).outcome for value in (499, 500, 501, 999, 1000, 1001)]
    at_500, at_1000 = PASS if below == "<=" else WARN, FAIL if above == ">=" else WARN
    assert outcomes == [PASS, at_500, WARN, WARN, at_1000, FAIL]

    high = promise(f"{above} 99 %", critical=f"{below} 95 %")
    outcomes = [judged(high, single(value, "%")).outcome for value in (100, 99, 98, 96, 95, 94)]
    at_99, at_95 = PASS if above == ">=" else WARN, FAIL if below == "<=" else WARN
    assert outcomes == [PASS, at_99, WARN, WARN, at_95, FAIL]


def test_a_value_that_no_band_owns_belongs_to_the_worse_neighbour() -> None:
    gap = promise("< 500 ms", warning=parse_threshold("> 500 ms"), critical="> 1000 ms")
    assert judged(gap, single(500, "ms")).outcome is WARN
    wide = promise("< 500 ms", warning=parse_threshold("> 600 ms"), critical="> 1000 ms")
    assert judged(wide, single(550, "ms")).outcome is WARN
    no_critical = promise("< 500 ms", warning=parse_threshold("> 500 ms"))
    assert judged(no_critical, single(500, "ms")).outcome is FAIL


def test_equality_has_a_critical_too() -> None:
    none = promise("== 0", critical="> 10")
    assert [judged(none, single(value)).outcome for value in (0, 1, 10, 11)] == [PASS, WARN, WARN, FAIL]
    five = promise("== 5", critical="> 10")
    assert [judged(five, single(value)).outcome for value in (4, 5, 6, 11)] == [WARN, PASS, WARN, FAIL]


def test_a_target_and_a_critical_that_hold_at_once_are_an_error_and_never_a_pass() -> None:
    verdict = judged(promise("< 500 ms", critical="> 400 ms"), single(450, "ms"))
    assert verdict.outcome is Outcome.ERROR
    assert verdict.reasons == (
        "the target < 500 ms is met and critical > 400 ms is reached at the same time",
    )
    assert judged(promise("< 500 ms", critical="> 400 ms"), single(399, "ms")).outcome is PASS


# Exactness -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("target", "step", "pairs"), [("90", 10, 300), ("99.9", 1000, 3)])
def test_compliance_that_floats_misjudge_is_judged_exactly(target: str, step: int, pairs: int) -> None:
    misjudged = 0
    for total in range(step, 3001, step):
        bad = total // step
        misjudged += not bad / total <= 1 - float(target) / 100
        good = ratio_of(total - bad, total)
        assert judged(promise(f">= {target} %", "good", "total"), good).outcome is PASS
        assert judged(promise(f"> {target} %", "good", "total"), good).outcome is FAIL
        one_less = ratio_of(total - bad - 1, total)
        assert judged(promise(f">= {target} %", "good", "total"), one_less).outcome is FAIL
    assert misjudged == pairs, "the pairs are those that the obvious comparison of floats gets wrong"


def test_one_bad_of_a_thousand_is_99_9_percent() -> None:
    verdict = judged(promise(">= 99.9 %", "good", "total"), ratio_of(999, 1000))
    assert verdict.outcome is PASS
    assert verdict.margin == 0
    assert judged(promise(">= 99.9 %", "good", "total"), ratio_of(998, 1000)).outcome is FAIL
    assert judged(promise(">= 99.9 %", "good", "total"), ratio_of(9989, 10000)).outcome is FAIL


def test_a_double_is_the_fraction_it_is() -> None:
    total = Fraction(0.1 + 0.2)  # 0.3000000000000000444
    assert judged(promise("<= 0.3"), single(total)).outcome is FAIL
    assert judged(promise("> 0.3"), single(total)).outcome is PASS
    assert judged(promise("== 0.3"), single(total)).outcome is FAIL
    assert judged(promise("== 0.3"), single(Fraction(3, 10))).outcome is PASS
    # In one sum of Fractions nothing is lost, in whichever order.
    values = [Fraction(1e16), Fraction(1), Fraction(-1e16)]
    for order in (values, values[::-1]):
        assert judged(promise("== 1"), series(order)).outcome is PASS


def test_a_threshold_is_compared_with_all_of_its_decimals() -> None:
    target = "<= 0." + "1" * 39 + "2"
    just_above = Fraction(int("1" * 39 + "3"), 10**40)
    assert judged(promise(target), single(Fraction(int("1" * 39 + "2"), 10**40))).outcome is PASS
    assert judged(promise(target), single(just_above)).outcome is FAIL
    assert judged(promise(target), single(Fraction(0.111111111111111111))).outcome is PASS
    strict = promise("< 99.99999999999999 %")
    assert judged(strict, single("0.9999999999999999", "ratio")).outcome is FAIL
    assert judged(strict, single("0.99999999999999989", "ratio")).outcome is PASS


# How points make a value ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("combine", "value"), [("sum", 60), ("min", 10), ("max", 30), ("mean", Fraction(60, 6))]
)
def test_points_combine_as_the_series_says(combine: str, value: Fraction) -> None:
    points = series([20, 10, 30], "ms", combine, samples=[1, 2, 3])
    verdict = judged(promise(f"== {value} ms"), points)
    assert (verdict.outcome, verdict.value) == (PASS, value)


# Units and rates -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "of", "target"),
    [
        (499, "ms", "< 0.5 s"),
        ("0.499", "s", "< 500 ms"),
        (1, "MB", "< 1 MiB"),
        (8, "Megabits", "<= 1 MB"),
        ("0.995", "ratio", "> 99 %"),
        ("99.5", "%", "> 0.99"),
        ("0.995", "", "> 99 %"),
        (17, "count", "< 18"),
        (17, "", "< 18 errors"),
        (1, "/s", "<= 60 /min"),
    ],
)
def test_units_of_one_dimension_are_converted(value: str, of: str, target: str) -> None:
    verdict = judged(promise(target), single(value, of))
    assert verdict.outcome is PASS
    assert verdict.unit == verdict.objective.target.unit


@pytest.mark.parametrize(
    ("of", "target", "reason"),
    [
        ("ms", "< 1 MB", "a time (ms) was measured, but the threshold '< 1 MB' is an amount of data (MB)"),
        ("", "< 1 s", "a plain number was measured, but the threshold '< 1 s' is a time (s)"),
        ("count", "> 1 %", "a count (count) was measured, but the threshold '> 1 %' is a ratio (%)"),
        ("USD", "< 1 EUR", "an amount (USD) was measured, but the threshold '< 1 EUR' is an amount (EUR)"),
        ("%", "< 5 /min", "a ratio (%) was measured, but the threshold '< 5 /min' is a rate (/min)"),
    ],
)
def test_another_dimension_is_an_error(of: str, target: str, reason: str) -> None:
    for budget in (False, True):
        verdict = judged(promise(target, error_budget=budget), single(0, of))
        assert (verdict.outcome, verdict.reasons) == (Outcome.ERROR, (reason,))
        assert verdict.remedy == "give the threshold the dimension of what is measured"


def test_the_critical_must_fit_too() -> None:
    verdict = judged(promise("< 1 s", critical="> 1 MB"), single(0, "s"))
    assert verdict.outcome is Outcome.ERROR
    assert "'> 1 MB' is an amount of data" in verdict.reasons[0]


@pytest.mark.parametrize(
    ("reading", "formula"),
    [
        (series([450]), ""),
        (single("99.5"), ""),
        (single("-0.1"), ""),
        (series([450]), "value / 100 * 100"),
        (single("0.95", "ratio"), "value * 100"),
        (series([99, 1], "count"), "value / value * 50"),
    ],
)
def test_a_number_without_a_unit_beyond_1_is_no_percentage(reading: Series, formula: str) -> None:
    """450 successes would be 45000 %, and a percentage of 99.5 that states no unit 9950 %: both clear 98 %."""
    for target in ("> 98 %", "< 98 %", "> 0.98 ratio"):
        verdict = judged(promise(target, formula=formula), reading)
        assert verdict.outcome is Outcome.ERROR
        assert f"without a unit was measured, but {target!r} is about a share" in verdict.reasons[0]


def test_a_quotient_beyond_1_has_a_target_without_a_unit() -> None:
    readings = {"now": single(105, "/s"), "before": single(100, "/s")}
    assert judged(promise(">= 0.95", "now", "before", formula="now / before"), readings).outcome is PASS
    assert judged(promise(">= 1.06", "now", "before", formula="now / before"), readings).outcome is FAIL
    percent = promise(">= 95 %", "now", "before", formula="now / before")
    verdict = judged(percent, readings)
    assert verdict.outcome is Outcome.ERROR
    assert "a quotient that may exceed 1 needs a target without a unit" in verdict.remedy
    # A percentage by its own unit may be what it likes: a task's CPU use, say.
    assert judged(promise("< 300 %"), single(250, "%")).outcome is PASS


@pytest.mark.parametrize("formula", ["a + b", "(a + b) / 2", "2 * a - b"])
def test_what_a_formula_makes_of_percentages_has_a_target_in_percent(formula: str) -> None:
    """100 % is 1 to a target without a unit, and so met '< 80'."""
    readings = {"a": single(100, "%"), "b": single(100, "%")}
    verdict = judged(promise("< 80", "a", "b", formula=formula), readings)
    assert verdict.outcome is Outcome.ERROR
    assert verdict.reasons == ("a percentage was measured, but '< 80' has no unit: it would mean 8000 %",)
    assert judged(promise("< 1", "a", "b", formula=formula), readings).outcome is Outcome.ERROR
    assert judged(promise("< 0.99", "a", "b", formula=formula), readings).outcome is FAIL
    assert judged(promise("< 80 %", "a", "b", formula=formula), readings).outcome is FAIL
    low = {"a": single(30, "%"), "b": single(30, "%")}
    assert judged(promise("< 80 %", "a", "b", formula=formula), low).outcome is PASS


@pytest.mark.parametrize(
    ("target", "outcome", "value"),
    [
        ("< 2 /min", FAIL, 2),
        ("<= 2 /min", PASS, 2),
        ("<= 2 count/min", PASS, 2),
        ("<= 2880 /day", PASS, 2880),
        ("< 2880 /day", FAIL, 2880),
        ("<= 0.03333 /s", FAIL, Fraction(1, 30)),
        ("<= 120", PASS, 120),
        ("<= 119 events", FAIL, 120),
    ],
)
def test_a_sum_is_held_against_a_rate_as_its_mean(target: str, outcome: Outcome, value: Fraction) -> None:
    verdict = judged(promise(target), counts(*[10] * 12))
    assert (verdict.outcome, verdict.value) == (outcome, value)
    rate = "/" in target
    assert verdict.notes == (("120 over 1h, as a mean rate",) if rate else ())


def test_only_a_sum_over_a_window_has_a_rate() -> None:
    mean = series([5] * 12, "count", "mean", samples=[1] * 12)
    for reading in (mean, series([5], "count", "max"), single(5, "count")):
        assert judged(promise("< 100 /min"), reading).outcome is Outcome.ERROR
    # Seconds a second are a plain number, but nobody asked for them.
    assert judged(promise("< 100"), series([5], "s")).outcome is Outcome.ERROR
    no_time = Series((Point(AT, Fraction(5)),), "sum", COUNT, window=Window(AT, AT))
    assert judged(promise("< 100 /min"), no_time).outcome is Outcome.ERROR


def test_what_a_formula_adds_up_has_a_rate_if_all_of_it_are_sums() -> None:
    objective = promise("<= 5 /min", "a", "b", formula="a + b")
    sums = {"a": counts(*[10] * 12), "b": counts(*[15] * 12)}
    assert judged(objective, sums).value == 5
    for name in sums:
        assert judged(objective, {**sums, name: series([10] * 12, "count", "max")}).outcome is Outcome.ERROR


def test_bytes_over_a_window_have_a_rate_too() -> None:
    verdict = judged(promise("<= 1 MB/s"), series([3600], "MB"))
    assert (verdict.outcome, verdict.value) == (PASS, 1)


# What a verdict carries ----------------------------------------------------------------------------------


def test_a_verdict_carries_what_explains_it() -> None:
    objective = promise("<= 1 %", "good", "total", runbook="docs/slow.md", next_steps=("a", "b", "c", "d"))
    verdict = judged(objective, {"good": counts(90, 9), "total": counts(95, 5 + 9)})
    assert verdict.outcome is FAIL
    assert (verdict.value, verdict.unit, verdict.margin) == (
        Fraction(1000, 109),
        objective.target.unit,
        1 - Fraction(1000, 109),
    )
    assert (verdict.good, verdict.total, verdict.samples, verdict.coverage) == (99, 109, 109, 1)
    assert (verdict.window, verdict.asked, verdict.compared, verdict.bound) == (
        HOUR,
        ("what was asked",),
        None,
        None,
    )
    assert verdict.remedy == "docs/slow.md: a; b; c"


@pytest.mark.parametrize(
    ("runbook", "steps", "remedy"), [("r.md", (), "r.md"), ("", ("a", "b"), "a; b"), ("", (), "")]
)
def test_a_miss_says_what_to_do_where_anything_is_known(
    runbook: str, steps: tuple[str, ...], remedy: str
) -> None:
    verdict = judged(promise("< 1", runbook=runbook, next_steps=steps), single(2))
    assert verdict.remedy == remedy


@pytest.mark.parametrize(
    ("value", "outcome", "remedy"), [(1, PASS, ""), (3, WARN, "mend it"), (9, FAIL, "mend it")]
)
def test_a_miss_without_a_runbook_gets_the_remedy_of_its_source(
    value: int, outcome: Outcome, remedy: str
) -> None:
    verdict = judged(promise("< 2", critical="> 5"), single(value, to_mend="mend it"))
    assert (verdict.outcome, verdict.remedy) == (outcome, remedy)
    of_two = promise("< 2", "a", "b", formula="a + b", critical="> 5")
    verdict = judged(of_two, {"a": single(value), "b": single(0, to_mend="mend it")})
    assert (verdict.outcome, verdict.remedy) == (outcome, remedy)
    known = judged(promise("< 2", critical="> 5", runbook="r.md"), single(value, to_mend="mend it"))
    assert known.remedy == ("r.md" if remedy else "")


def test_the_good_events_are_good_whichever_side_the_target_is_about() -> None:
    for target in ("> 90 %", "< 10 %"):
        verdict = judged(promise(target, "good", "total"), ratio_of(95, 100))
        assert (verdict.outcome, verdict.good, verdict.total) == (PASS, 95, 100)


def test_what_was_not_measured_has_neither_value_nor_margin() -> None:
    verdict = judged(promise("< 1", "good", "total"), {"good": NO_DATA, "total": counts(1)})
    assert verdict.outcome is Outcome.INCONCLUSIVE
    assert (verdict.value, verdict.margin, verdict.samples, verdict.window) == (None, None, None, HOUR)
    assert verdict.remedy == NO_DATA.remedy
