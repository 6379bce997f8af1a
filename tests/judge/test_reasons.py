"""The sentence of every outcome, word for word, and numbers that never look better than they are."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.model import Outcome
from checker.units import parse_threshold

from .builders import bad_of, counts, judged, percentile, promise, ratio_of, single

PASS, WARN, FAIL, INCONCLUSIVE = Outcome.PASS, Outcome.WARN, Outcome.FAIL, Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    ("value", "of", "target", "critical", "reason"),
    [
        ("480", "ms", "< 500 ms", None, "480 ms meets < 500 ms by 20 ms"),
        ("500", "ms", "<= 500 ms", None, "500 ms meets <= 500 ms exactly"),
        ("620", "ms", "< 500 ms", None, "620 ms misses < 500 ms by 120 ms"),
        ("500", "ms", "< 500 ms", None, "500 ms misses < 500 ms: it is exactly at the limit"),
        ("0.62", "s", "< 500 ms", None, "620 ms misses < 500 ms by 120 ms"),
        ("0", "count", "== 0", None, "0 meets == 0 exactly"),
        ("3", "count", "== 0", None, "3 misses == 0 by 3"),
        ("4", "", "== 5", None, "4 misses == 5 by 1"),
        ("6", "", "== 5", None, "6 misses == 5 by 1"),
        ("99.95", "%", ">= 99.9 %", None, "99.95 % meets >= 99.9 % by 0.05 %"),
        ("0.9995", "ratio", ">= 99.9 %", None, "99.95 % meets >= 99.9 % by 0.05 %"),
        ("1.5", "USD", "<= 1 USD", None, "1.5 USD misses <= 1 USD by 0.5 USD"),
        ("-3", "", "< 0", None, "-3 meets < 0 by 3"),
        ("-3", "", ">= 0", None, "-3 misses >= 0 by 3"),
        # With a critical.
        ("480", "ms", "< 500 ms", "> 1 s", "480 ms meets < 500 ms by 20 ms"),
        (
            "620",
            "ms",
            "< 500 ms",
            "> 1 s",
            "620 ms misses < 500 ms by 120 ms; critical > 1 s is not reached",
        ),
        ("1240", "ms", "< 500 ms", "> 1 s", "1240 ms misses < 500 ms by 740 ms; critical > 1 s is reached"),
        ("94", "%", "> 99 %", "<= 95 %", "94 % misses > 99 % by 5 %; critical <= 95 % is reached"),
        # Digits: four, towards the worse side, or as many as tell the truth.
        ("499.9", "ms", "< 500 ms", None, "499.9 ms meets < 500 ms by 0.1 ms"),
        ("123.456", "ms", "< 500 ms", None, "123.5 ms meets < 500 ms by 376.5 ms"),
        ("623.456", "ms", "< 500 ms", None, "623.5 ms misses < 500 ms by 123.5 ms"),
        ("1234567.8", "B", "< 1 MB", None, "1.235 MB misses < 1 MB by 0.2346 MB"),
        ("99.8999", "%", ">= 99.9 %", None, "99.89 % misses >= 99.9 % by 0.0001 %"),
        ("99.89999999", "%", ">= 99.9 %", None, "99.89 % misses >= 99.9 % by 0.00000001 %"),
        ("499.99999", "ms", "< 500 ms", None, "499.99999 ms meets < 500 ms by 0.00001 ms"),
        ("500.00001", "ms", "<= 500 ms", None, "500.1 ms misses <= 500 ms by 0.00001 ms"),
        ("99.90001", "%", "> 99.9 %", None, "99.90001 % meets > 99.9 % by 0.00001 %"),
        ("5.00001", "", "== 5", None, "5.00001 misses == 5 by 0.00001"),
        ("4.99999", "", "== 5", None, "4.999 misses == 5 by 0.00001"),
        (
            "999.99",
            "ms",
            "< 500 ms",
            ">= 1 s",
            "999.99 ms misses < 500 ms by 500 ms; critical >= 1 s is not reached",
        ),
        (
            "95.001",
            "%",
            ">= 99 %",
            "<= 95 %",
            "95.001 % misses >= 99 % by 3.999 %; critical <= 95 % is not reached",
        ),
    ],
)
def test_the_sentence_of_a_value(value: str, of: str, target: str, critical: str | None, reason: str) -> None:
    verdict = judged(promise(target, critical=critical), single(value, of))
    assert verdict.reasons == (reason,)
    assert (" meets " in reason) == (verdict.outcome is PASS)


def test_the_sentence_of_doubles_that_are_not_what_they_seem() -> None:
    verdict = judged(promise("<= 0.3"), single(Fraction(0.1 + 0.2)))
    assert verdict.reasons == ("0.3001 misses <= 0.3 by 4.441e-17",)
    verdict = judged(promise("> 0.3"), single(Fraction(0.1 + 0.2)))
    assert verdict.reasons == ("0.30000000000000004 meets > 0.3 by 4.44e-17",)


def test_the_sentence_of_a_rate() -> None:
    verdict = judged(promise("<= 1 /min"), counts(*[7] * 12))
    assert verdict.reasons == ("1.4/min misses <= 1 /min by 0.4/min",)


@pytest.mark.parametrize(
    ("quantile", "target", "below", "reason"),
    [
        ("0.95", "< 5 s", 97, "97 % meets >= 95 % of samples < 5 s by 2 %"),
        ("0.95", "< 5 s", 95, "95 % meets >= 95 % of samples < 5 s exactly"),
        ("0.95", "<= 5 s", 93, "93 % misses >= 95 % of samples <= 5 s by 2 %"),
        ("0.95", "> 5 s", 93, "93 % meets < 95 % of samples <= 5 s by 2 %"),
        (
            "0.95",
            ">= 5 s",
            95,
            "95 % misses < 95 % of samples < 5 s: it is exactly at the limit",
        ),
        ("0.99999", "<5 s", 100, "100 % meets >= 99.999 % of samples < 5 s by 0.001 %"),
    ],
)
def test_the_sentence_of_a_percentile_by_shares(quantile: str, target: str, below: int, reason: str) -> None:
    line = target.startswith(("<=", "> "))
    verdict = judged(promise(target), percentile(quantile, "s", (5, line, below, 100)))
    assert verdict.reasons == (reason,)


@pytest.mark.parametrize(
    ("target", "good", "total", "level", "outcome", "reason", "remedy"),
    [
        (
            ">= 99 %",
            299,
            299,
            "0.95",
            PASS,
            "100 % meets >= 99 % by 1 %; at 95 % confidence it is at least 99 %",
            "",
        ),
        (
            "< 5 %",
            99,
            100,
            "0.95",
            PASS,
            "1 % meets < 5 % by 4 %; at 95 % confidence it is at most 4.656 %",
            "",
        ),
        (
            ">= 95 %",
            90,
            100,
            "0.95",
            FAIL,
            "90 % misses >= 95 % by 5 %; at 95 % confidence it is at most 94.48 %",
            "",
        ),
        (
            "<= 5 %",
            90,
            100,
            "0.95",
            FAIL,
            "10 % misses <= 5 % by 5 %; at 95 % confidence it is at least 5.526 %",
            "",
        ),
        (
            ">= 95 %",
            98,
            100,
            "0.95",
            INCONCLUSIVE,
            "98 % would meet >= 95 %, but 100 samples are too few: "
            "at 95 % confidence it may be as low as 93.83 %",
            "measure more samples, or lower the confidence",
        ),
        (
            ">= 99 %",
            100,
            100,
            "0.999",
            INCONCLUSIVE,
            "100 % would meet >= 99 %, but 100 samples are too few: "
            "at 99.9 % confidence it may be as low as 93.32 %",
            "measure more samples (at least 688), or lower the confidence",
        ),
        (
            "< 1 %",
            100,
            100,
            "0.95",
            INCONCLUSIVE,
            "0 % would meet < 1 %, but 100 samples are too few: "
            "at 95 % confidence it may be as high as 2.952 %",
            "measure more samples (at least 299), or lower the confidence",
        ),
        (
            ">= 95 %",
            94,
            100,
            "0.95",
            INCONCLUSIVE,
            "94 % would miss >= 95 %, but 100 samples are too few: "
            "at 95 % confidence it may be as high as 97.36 %",
            "measure more samples, or lower the confidence",
        ),
        (
            "< 5 %",
            94,
            100,
            "0.95",
            INCONCLUSIVE,
            "6 % would miss < 5 %, but 100 samples are too few: at 95 % confidence it may be as low as 2.644 %",
            "measure more samples, or lower the confidence",
        ),
        (
            "> 50 %",
            1,
            1,
            "0.95",
            INCONCLUSIVE,
            "100 % would meet > 50 %, but 1 sample is too few: at 95 % confidence it may be as low as 5 %",
            "measure more samples (at least 5), or lower the confidence",
        ),
        (
            ">= 100 %",
            50,
            50,
            "0.95",
            INCONCLUSIVE,
            "100 % would meet >= 100 %, but 50 samples are too few: "
            "at 95 % confidence it may be as low as 94.18 %",
            "no sample can show >= 100 %: count all events and remove confidence, or lower the target",
        ),
        (
            ">= 99.99999999999999999999 %",
            50,
            50,
            "0.95",
            INCONCLUSIVE,
            "100 % would meet >= 99.99999999999999999999 %, but 50 samples are too few: "
            "at 95 % confidence it may be as low as 94.18 %",
            "measure more samples, or lower the confidence",
        ),
    ],
)
def test_the_sentence_of_a_sample(
    target: str, good: int, total: int, level: str, outcome: Outcome, reason: str, remedy: str
) -> None:
    verdict = judged(promise(target, "good", "total", confidence=level), ratio_of(good, total))
    assert (verdict.outcome, verdict.reasons, verdict.remedy) == (outcome, (reason,), remedy)


@pytest.mark.parametrize(
    ("good", "outcome", "reason"),
    [
        (
            970,
            WARN,
            "97 % misses >= 99 % by 2 %; at 95 % confidence it is at most 97.84 %; critical < 95 % is not reached",
        ),
        (
            900,
            FAIL,
            "90 % misses >= 99 % by 9 %; at 95 % confidence it is at most 91.53 %; critical < 95 % is reached",
        ),
        (
            950,
            INCONCLUSIVE,
            "95 % misses >= 99 % by 4 %; at 95 % confidence it is at most 96.09 %; "
            "whether critical < 95 % is reached is not known",
        ),
    ],
)
def test_the_sentence_of_a_sample_with_a_critical(good: int, outcome: Outcome, reason: str) -> None:
    objective = promise(">= 99 %", "good", "total", confidence="0.95", critical="< 95 %")
    verdict = judged(objective, ratio_of(good, 1000))
    assert (verdict.outcome, verdict.reasons) == (outcome, (reason,))


def test_the_sentence_of_a_sampled_percentile() -> None:
    objective = promise("< 5 s", confidence="0.95")
    few = judged(objective, percentile("0.95", "s", (5, False, 97, 100), value=3))
    assert few.reasons == (
        "97 % would meet >= 95 % of samples < 5 s, but 100 samples are too few: "
        "at 95 % confidence it may be as low as 92.42 %",
    )
    assert few.remedy == "measure more samples, or lower the confidence"
    fewer = judged(objective, percentile("0.95", "s", (5, False, 20, 20), value=3))
    assert fewer.remedy == "measure more samples (at least 59), or lower the confidence"
    above = judged(promise("> 5 s", confidence="0.95"), percentile("0.95", "s", (5, True, 0, 0 + 1), value=9))
    assert above.outcome is INCONCLUSIVE
    assert above.remedy == "measure more samples, or lower the confidence"


NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:e-[0-9]+)?")

values = st.one_of(
    st.fractions(-10, 10, max_denominator=10**6),
    st.floats(-1e6, 1e6, allow_nan=False).map(Fraction),
    st.builds(
        lambda near, off: near + Fraction(off, 10**12),
        st.sampled_from([Fraction(5), Fraction("0.3"), Fraction(100)]),
        st.integers(-(10**6), 10**6),
    ),
)
targets = st.sampled_from(
    [f"{operator} {limit}" for operator in ("<", "<=", "==", ">=", ">") for limit in ("5", "0.3", "100", "0")]
)


@given(value=values, target=targets)
@settings(max_examples=500)
def test_a_shown_value_is_on_its_own_side_of_the_target(value: Fraction, target: str) -> None:
    verdict = judged(promise(target), single(value))
    shown = Fraction(NUMBER.findall(verdict.reasons[0])[0])
    threshold = parse_threshold(target)
    assert threshold.holds(shown) == threshold.holds(value) == (verdict.outcome is PASS)
    if threshold.operator != "==":
        # Rounded to the worse side, as long as that does not move it across.
        assert shown >= value if threshold.lower_is_better else shown <= value
    else:
        assert shown == value or verdict.outcome is FAIL


@given(value=values, target=targets)
@settings(max_examples=300)
def test_a_shown_distance_is_never_flattering(value: Fraction, target: str) -> None:
    verdict = judged(promise(target), single(value))
    assert verdict.margin is not None
    found: list[Any] = NUMBER.findall(verdict.reasons[0].rpartition(" by ")[2]) if verdict.margin else ["0"]
    shown = Fraction(found[0])
    assert shown >= -verdict.margin if verdict.outcome is FAIL else shown <= verdict.margin


@given(st.integers(0, 400), st.integers(1, 400), st.sampled_from([">= 95 %", "> 50 %", "<= 5 %", "< 30 %"]))
@settings(max_examples=500)
def test_the_bound_shown_is_on_the_side_that_the_sentence_says(bad: int, total: int, target: str) -> None:
    bad = min(bad, total)
    objective = promise(target, "bad", "total", confidence="0.95")
    verdict = judged(objective, bad_of(bad, total))
    bound = Fraction(NUMBER.findall(verdict.reasons[0])[-1])
    holds = objective.target.holds(bound)
    assert (
        holds
        == {
            PASS: True,
            FAIL: False,
            INCONCLUSIVE: "would miss" in verdict.reasons[0],
        }[verdict.outcome]
    )
