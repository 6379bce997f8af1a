"""Census and sample: percentiles by value and by shares, and what a confidence bound shows."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from fractions import Fraction
from math import comb
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.model import Objective, Outcome, Verdict, share_line
from checker.units import parse_threshold

from .builders import bad_of, counts, judged, percentile, promise, ratio_of, series, single

PASS, WARN, FAIL, INCONCLUSIVE = Outcome.PASS, Outcome.WARN, Outcome.FAIL, Outcome.INCONCLUSIVE


def sample(target: str, confidence: str, **more: Any) -> Objective:
    return promise(target, "good", "total", confidence=confidence, **more)


# Percentiles by value and by shares ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "outcome"),
    [
        ("< 5 s", FAIL),
        ("<= 5 s", PASS),
        ("> 5 s", FAIL),
        (">= 5 s", PASS),
        ("== 5 s", PASS),
        ("< 5.1 s", PASS),
    ],
)
def test_a_percentile_with_a_value_is_compared_by_it(target: str, outcome: Outcome) -> None:
    # The shares say the opposite; they would only be asked for a bound.
    reading = percentile("0.95", "s", (5, False, 100, 100), (5, True, 0, 100), value=5)
    verdict = judged(promise(target), reading)
    assert (verdict.outcome, verdict.value, verdict.compared) == (outcome, 5, None)


@pytest.mark.parametrize(
    ("target", "below", "outcome"),
    [
        ("< 5 s", 95, PASS),
        ("< 5 s", 94, FAIL),
        ("<= 5 s", 95, PASS),
        ("<= 5 s", 94, FAIL),
        ("> 5 s", 94, PASS),
        ("> 5 s", 95, FAIL),
        (">= 5 s", 94, PASS),
        (">= 5 s", 95, FAIL),
    ],
)
def test_a_percentile_by_shares_meets_its_target_with_enough_samples_on_its_side(
    target: str, below: int, outcome: Outcome
) -> None:
    line = share_line(parse_threshold(target))
    # The count on the other side of samples exactly at 5 s must not be taken for it.
    other = 100 if below < 95 else 0
    reading = percentile("0.95", "s", (5, not line, other, 100), (5, line, below, 100))
    verdict = judged(promise(target), reading)
    assert (verdict.outcome, verdict.value) == (outcome, below)
    assert verdict.compared is not None
    assert verdict.compared.holds(Fraction(below)) == (outcome is PASS)


@given(
    values=st.lists(st.integers(0, 6), min_size=1, max_size=40),
    quantile=st.sampled_from(["0.5", "0.9", "0.95", "0.99", "0.999"]),
    operator=st.sampled_from(["<", "<=", ">=", ">"]),
    limit=st.integers(0, 6),
)
@settings(max_examples=200)
def test_shares_judge_as_the_percentile_of_the_samples_would(
    values: list[int], quantile: str, operator: str, limit: int
) -> None:
    """The nearest rank of the samples, and their count beneath the line, always agree."""
    target = parse_threshold(f"{operator} {limit} s")
    at = share_line(target)
    below = sum(value < limit or (at and value == limit) for value in values)
    by_share = judged(promise(target.text), percentile(quantile, "s", (limit, at, below, len(values))))
    true = sorted(values)[math.ceil(Fraction(quantile) * len(values)) - 1]
    by_value = judged(promise(target.text), percentile(quantile, "s", value=true))
    assert by_share.outcome == by_value.outcome


def test_shares_are_found_in_the_units_of_the_threshold() -> None:
    reading = percentile("0.95", "ms", (5000, False, 100, 100))
    assert judged(promise("< 5 s"), reading).outcome is PASS


@pytest.mark.parametrize("confidence", [None, "0.95"])
def test_a_share_of_another_threshold_is_no_answer(confidence: str | None) -> None:
    reading = percentile("0.95", "s", (4, False, 100, 100), (5, True, 100, 100))
    verdict = judged(promise("< 5 s", confidence=confidence), reading)
    assert (verdict.outcome, verdict.reasons) == (
        INCONCLUSIVE,
        ("the number of samples beneath '< 5 s' is not known",),
    )


@pytest.mark.parametrize("confidence", [None, "0.95"])
@pytest.mark.parametrize("below", [0, 95, 100])
def test_a_percentile_by_shares_is_never_seen_to_equal(below: int, confidence: str | None) -> None:
    reading = percentile("0.95", "s", (5, True, below, 100), (0, True, below, 100))
    for target in ("== 5 s", "== 0 s"):
        verdict = judged(promise(target, confidence=confidence), reading)
        assert verdict.outcome is INCONCLUSIVE
        assert "cannot be compared with ==" in verdict.reasons[0]
        assert verdict.remedy == "write the target with <= or >="


@pytest.mark.parametrize("confidence", [None, "0.95"])
def test_a_percentile_of_nothing_is_never_met(confidence: str | None) -> None:
    """The 0th percentile asks for no sample at all beneath its threshold."""
    reading = percentile("0", "s", (5, False, 0, 100))
    assert judged(promise("< 5 s", confidence=confidence), reading).outcome is INCONCLUSIVE
    unknown = series([], "s", "single")
    assert judged(promise("< 5 s", confidence=confidence), unknown).outcome is INCONCLUSIVE


@pytest.mark.parametrize(
    ("below_target", "below_critical", "outcome"),
    [(95, 100, PASS), (94, 95, WARN), (94, 94, FAIL), (0, 95, WARN), (0, 0, FAIL)],
)
def test_bands_of_a_percentile_by_shares(below_target: int, below_critical: int, outcome: Outcome) -> None:
    reading = percentile("0.95", "s", (5, False, below_target, 100), (10, True, below_critical, 100))
    assert judged(promise("< 5 s", critical="> 10 s"), reading).outcome is outcome


def test_a_critical_without_its_share_leaves_a_miss_inconclusive() -> None:
    reading = percentile("0.95", "s", (5, False, 90, 100))
    verdict = judged(promise("< 5 s", critical="> 10 s"), reading)
    assert verdict.outcome is INCONCLUSIVE
    assert verdict.reasons[0].endswith("; whether critical > 10 s is reached is not known")
    met = percentile("0.95", "s", (5, False, 95, 100))
    assert judged(promise("< 5 s", critical="> 10 s"), met).outcome is PASS


# Samples: ratios -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("good", "total", "target", "confidence", "outcome"),
    [
        (98, 100, ">= 95 %", "0.95", INCONCLUSIVE),  # as low as 93.84 %
        (98, 100, ">= 93 %", "0.95", PASS),
        (99, 100, ">= 95 %", "0.95", PASS),  # 95.34 %
        (100, 100, ">= 99 %", "0.95", INCONCLUSIVE),  # 97.05 %
        (100, 100, ">= 97 %", "0.95", PASS),
        (299, 299, ">= 99 %", "0.95", PASS),
        (298, 298, ">= 99 %", "0.95", INCONCLUSIVE),
        (299, 299, "> 99 %", "0.95", PASS),
        (299, 299, "> 99 %", "0.99", INCONCLUSIVE),
        (458, 458, "> 99 %", "0.99", INCONCLUSIVE),
        (459, 459, "> 99 %", "0.99", PASS),
        (473, 474, ">= 99 %", "0.95", PASS),
        (471, 472, ">= 99 %", "0.95", INCONCLUSIVE),
        (999, 1000, ">= 99.9 %", "0.95", INCONCLUSIVE),
        (2995, 2995, ">= 99.9 %", "0.95", PASS),
        (2994, 2994, ">= 99.9 %", "0.95", INCONCLUSIVE),
        (90, 100, ">= 95 %", "0.95", FAIL),  # as high as 94.47 %
        (91, 100, ">= 95 %", "0.95", INCONCLUSIVE),  # 95.24 %
        (0, 1, ">= 95 %", "0.95", INCONCLUSIVE),  # as high as 95 %, exactly
        (0, 1, ">= 95.01 %", "0.95", FAIL),
        (1, 1, ">= 5 %", "0.95", PASS),  # as low as 5 %, exactly
        (1, 1, ">= 5.01 %", "0.95", INCONCLUSIVE),
        (100, 100, ">= 100 %", "0.95", INCONCLUSIVE),
        (99, 100, ">= 100 %", "0.95", FAIL),
        (0, 100, "> 0 %", "0.95", INCONCLUSIVE),
        (1, 100, "> 0 %", "0.95", PASS),
        (0, 100, ">= 0 %", "0.95", PASS),
    ],
)
def test_a_share_of_a_sample_is_judged_by_its_bound(
    good: int, total: int, target: str, confidence: str, outcome: Outcome
) -> None:
    verdict = judged(sample(target, confidence), ratio_of(good, total))
    assert verdict.outcome is outcome
    # The same by its bad events, under the mirrored target.
    operator, number, _ = target.split()
    mirrored = f"{operator.replace('>', '<')} {100 - Decimal(number)} %"
    for side, readings in (("good", ratio_of(good, total)), ("bad", bad_of(total - good, total))):
        other = judged(promise(mirrored, side, "total", confidence=confidence), readings)
        assert other.outcome is outcome


def test_as_a_census_the_estimate_is_the_answer() -> None:
    for good, total, target in ((98, 100, ">= 95 %"), (100, 100, ">= 99 %"), (299, 299, "> 99 %")):
        verdict = judged(promise(target, "good", "total"), ratio_of(good, total))
        assert (verdict.outcome, verdict.bound) == (PASS, None)
        assert "confidence" not in verdict.reasons[0]


@pytest.mark.parametrize(
    ("good", "total", "bound"),
    [
        (10, 10, 0.7411344491),
        (19, 20, 0.7838938358),
        (98, 100, 0.9383807996),
        (100, 100, 0.9704869504),
        (300, 300, 0.9900639181),
        (999, 1000, 0.9952650064),
        (2995, 2995, 0.9990002556),
        (9990, 10000, 0.9983043685),
    ],
)
def test_the_bound_that_has_to_clear_the_target_is_the_published_one(
    good: int, total: int, bound: float
) -> None:
    lower = judged(sample(">= 50 %", "0.95"), ratio_of(good, total)).bound
    assert lower is not None
    assert float(lower / 100) == pytest.approx(bound, abs=6e-11)
    upper = judged(sample("<= 0.5", "0.95"), ratio_of(good, total)).bound
    assert upper is not None
    assert float(upper) == pytest.approx(1 - bound, abs=6e-11)


def test_a_bound_of_very_many_events_is_not_rounded_to_all_or_none_of_them() -> None:
    """About ln(1 / 0.05) = 3.0 of them may be bad."""
    many = 10**13
    lower = judged(sample(">= 50 %", "0.95"), ratio_of(many, many)).bound
    assert lower is not None
    assert float((100 - lower) / 100 * many) == pytest.approx(2.9957, abs=1e-3)
    upper = judged(sample("<= 0.5", "0.95"), ratio_of(many, many)).bound
    assert upper is not None
    assert float(upper * many) == pytest.approx(2.9957, abs=1e-3)
    # With 100 bad ones it is Chernoff's bound b, at which b - 100 - 100 ln(b / 100) = ln(1 / 0.05).
    lower = judged(sample(">= 50 %", "0.95"), ratio_of(many - 100, many)).bound
    assert lower is not None
    bad = float((100 - lower) / 100 * many)
    assert bad - 100 - 100 * math.log(bad / 100) == pytest.approx(2.9957, abs=1e-3)
    assert bad > 100


def test_verdicts_agree_with_every_bound_of_the_reference_file(shared: Path) -> None:
    """A target just beneath the bound is met, one just above it is not; and the same for a miss."""
    rows = json.loads((shared / "reference" / "statistics.json").read_text())["ratio"]
    compared = 0
    for row in rows:
        for level in ("0.9", "0.95", "0.99"):
            lower, upper = row[f"cp_1s_{level}"]
            readings = ratio_of(row["good"], row["total"])
            for bound, beneath, above in ((lower, PASS, INCONCLUSIVE), (upper, INCONCLUSIVE, FAIL)):
                for target, outcome in ((bound * (1 - 1e-9), beneath), (bound * (1 + 1e-9), above)):
                    if 0 < target < 1:
                        verdict = judged(sample(f">= {target:.15f}", level), readings)
                        assert verdict.outcome is outcome, (row["good"], row["total"], level, target)
                        compared += 1
    assert compared > 100


@pytest.mark.parametrize(
    ("good", "outcome"),
    [(1000, PASS), (985, INCONCLUSIVE), (970, WARN), (950, INCONCLUSIVE), (900, FAIL)],
)
def test_bands_of_a_sample(good: int, outcome: Outcome) -> None:
    verdict = judged(sample(">= 99 %", "0.95", critical="< 95 %"), ratio_of(good, 1000))
    assert verdict.outcome is outcome
    mirrored = judged(sample("<= 1 %", "0.95", critical="> 5 %"), ratio_of(good, 1000))
    assert mirrored.outcome is outcome


def test_between_the_bands_a_sample_may_leave_the_critical_untold() -> None:
    verdict = judged(sample(">= 99 %", "0.95", critical="< 95 %"), ratio_of(950, 1000))
    assert verdict.outcome is INCONCLUSIVE
    assert verdict.reasons[0].endswith("; whether critical < 95 % is reached is not known")


@pytest.mark.parametrize(
    ("good", "target", "outcome"),
    [
        (100, "== 100 %", INCONCLUSIVE),
        (99, "== 100 %", FAIL),
        (100, "== 0 %", INCONCLUSIVE),
        (99, "== 0 %", FAIL),
        (50, "== 50 %", INCONCLUSIVE),
        (99, "== 50 %", INCONCLUSIVE),
        (99, ">= 101 %", FAIL),
        (99, "<= 101 %", PASS),
        (99, "< -1 %", FAIL),
    ],
)
def test_what_no_sample_can_show_and_what_any_shows(good: int, target: str, outcome: Outcome) -> None:
    verdict = judged(sample(target, "0.95"), ratio_of(good, 100))
    assert verdict.outcome is outcome
    if outcome is INCONCLUSIVE:
        assert verdict.remedy.startswith(f"no sample can show {target}")


@pytest.mark.parametrize("level", ["0", "1"])
def test_a_confidence_that_cannot_be_had_is_inconclusive(level: str) -> None:
    for reading in (ratio_of(100, 100), {"value": percentile("0.95", "s", (5, False, 9, 9), value=1)}):
        objective = promise("< 5 s", confidence=level) if "value" in reading else sample("> 50 %", level)
        verdict = judged(objective, reading)
        assert (verdict.outcome, verdict.reasons) == (
            INCONCLUSIVE,
            (f"a confidence of {int(level) * 100} % is not possible",),
        )


@pytest.mark.parametrize(
    "reading",
    [
        single(1, "s", samples=10**6),
        series([1] * 12, "s", "mean", samples=[1000] * 12),
        series([1] * 12, "s", "max"),
        counts(*[0] * 12),
        single("0.5", "ratio", samples=1000),
    ],
)
def test_what_has_no_bound_is_inconclusive_under_confidence(reading: Any) -> None:
    verdict = judged(promise("< 5 s" if reading.unit.text == "s" else "< 5", confidence="0.95"), reading)
    assert (verdict.outcome, verdict.reasons) == (
        INCONCLUSIVE,
        ("there is no confidence bound for what was measured",),
    )
    assert verdict.remedy.startswith("confidence needs a ratio of counts, or a percentile")


@pytest.mark.parametrize(
    "reading",
    [
        series([10**6], "B", counts_events=True, period=3600),
        series([10**6], "kB", counts_events=True, period=3600),
        series([10**6], "count", period=3600),
        series(["1000000.5"], "", period=3600),
        counts(10**16, period=3600),
    ],
)
def test_amounts_that_are_no_countable_events_have_no_bound(reading: Any) -> None:
    readings = {"good": reading, "total": reading}
    assert judged(sample(">= 99 %", "0.95"), readings).outcome is INCONCLUSIVE
    assert judged(promise(">= 99 %", "good", "total"), readings).outcome is PASS


@pytest.mark.parametrize("name", ["good", "total"])
def test_both_counts_must_be_of_whole_events(name: str) -> None:
    whole, amount = counts(1000, period=3600), series([1000], "count", period=3600)
    readings = {"good": whole, "total": whole, name: amount}
    assert judged(sample(">= 99 %", "0.95"), readings).outcome is INCONCLUSIVE


def test_a_formula_has_no_bound() -> None:
    objective = promise("> 0.9", "good", "total", formula="good / total", confidence="0.95")
    assert judged(objective, ratio_of(1000, 1000)).outcome is INCONCLUSIVE


# Samples: percentiles ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantile", "below", "total", "outcome"),
    [
        ("0.95", 59, 59, PASS),
        ("0.95", 58, 58, INCONCLUSIVE),
        ("0.95", 92, 93, PASS),
        ("0.95", 91, 92, INCONCLUSIVE),
        ("0.95", 99, 100, PASS),
        ("0.95", 98, 100, INCONCLUSIVE),
        ("0.95", 196, 200, PASS),
        ("0.95", 195, 200, INCONCLUSIVE),
        ("0.95", 962, 1000, PASS),
        ("0.95", 961, 1000, INCONCLUSIVE),
        ("0.95", 938, 1000, INCONCLUSIVE),
        ("0.95", 937, 1000, FAIL),
        ("0.99", 299, 299, PASS),
        ("0.99", 298, 298, INCONCLUSIVE),
        ("0.99", 9917, 10000, PASS),
        ("0.99", 9916, 10000, INCONCLUSIVE),
    ],
)
def test_a_percentile_of_a_sample_is_judged_by_its_order_statistic(
    quantile: str, below: int, total: int, outcome: Outcome
) -> None:
    """Ranks as published: of 1000 samples the bound of a p95 is the 962nd, of 10000 that of a p99 the 9917th."""
    reading = percentile(quantile, "s", (5, False, below, total), value=1)
    verdict = judged(promise("< 5 s", confidence="0.95"), reading)
    assert verdict.outcome is outcome
    # The same samples, asked whether the percentile lies above.
    opposite = {PASS: FAIL, FAIL: PASS, INCONCLUSIVE: INCONCLUSIVE}[outcome]
    assert judged(promise(">= 5 s", confidence="0.95"), reading).outcome is opposite


def test_verdicts_agree_with_every_rank_of_the_reference_file(shared: Path) -> None:
    rows = json.loads((shared / "reference" / "statistics.json").read_text())["orderstat"]
    compared = 0
    for row in rows:
        for level in ("0.9", "0.95", "0.99"):
            total, upper, lower = row["n"], row[f"upper_{level}"], row[f"lower_{level}"]

            def outcome(below: int, row: Any = row, level: str = level, total: int = total) -> Outcome:
                reading = percentile(str(row["q"]), "s", (5, True, below, total))
                return judged(promise("<= 5 s", confidence=level), reading).outcome

            if upper is None:
                assert outcome(total) is INCONCLUSIVE
            else:
                assert (outcome(upper), outcome(upper - 1)) == (PASS, INCONCLUSIVE)
            if lower is None:
                assert outcome(0) is INCONCLUSIVE
            else:
                assert outcome(lower - 1) is FAIL
                assert outcome(lower) is not FAIL
            compared += 1
    assert compared == 3 * len(rows) > 0


def test_a_maximum_of_a_sample_bounds_nothing() -> None:
    reading = percentile("1", "s", (5, False, 10**6, 10**6))
    assert judged(promise("< 5 s", confidence="0.95"), reading).outcome is INCONCLUSIVE
    assert judged(promise("< 5 s"), reading).outcome is PASS


def test_a_sample_carries_its_bound_and_what_it_was_compared_with() -> None:
    def shown(target: str) -> Verdict:
        line = share_line(parse_threshold(target))
        return judged(
            promise(target, confidence="0.95"), percentile("0.95", "s", (5, line, 100, 100), value=3)
        )

    low, high = shown("< 5 s"), shown("> 5 s")
    assert (low.outcome, low.value, low.margin) == (PASS, 100, 5)
    assert low.bound is not None
    assert float(low.bound) == pytest.approx(97.04869504, abs=1e-8)
    assert low.compared is not None
    assert low.compared.text == ">= 95 % of samples < 5 s"
    assert (high.outcome, high.value, high.margin, high.bound) == (FAIL, 100, -5, 100)
    assert high.compared is not None
    assert high.compared.text == "< 95 % of samples <= 5 s"


def test_few_samples_pass_by_luck_no_more_often_than_promised() -> None:
    """By enumeration: a service exactly at its target passes with at most 1 - confidence."""
    for total, share in ((100, Fraction(95, 100)), (300, Fraction(99, 100)), (52, Fraction(9, 10))):
        lucky = sum(
            comb(total, good) * share**good * (1 - share) ** (total - good)
            for good in range(total + 1)
            if judged(sample(f">= {float(share)}", "0.95"), ratio_of(good, total)).outcome is PASS
        )
        assert 0 < lucky <= Fraction(5, 100)
