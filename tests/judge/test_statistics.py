"""The statistics against published figures, against exact sums, and against each other."""

from __future__ import annotations

import json
import math
from bisect import bisect_left
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from checker.judge.statistics import (
    binomial_lower,
    binomial_upper,
    clears,
    falls_short,
    minimum_samples,
)

C90, C95, C99 = Fraction("0.9"), Fraction("0.95"), Fraction("0.99")
TWO_SIDED_95 = Fraction("0.975")

totals = st.integers(1, 400)
shares = st.fractions(Fraction(1, 1000), Fraction(999, 1000), max_denominator=1000)
confidences = st.sampled_from([Fraction("0.8"), C90, C95, C99, Fraction("0.999")])


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, int]:
    total = draw(totals)
    return draw(st.integers(0, total)), total


def tail(least: int, total: int, share: Fraction) -> Fraction:
    """P(X >= least), term by term."""
    good, base = share.numerator, share.denominator
    ways = sum(math.comb(total, k) * good**k * (base - good) ** (total - k) for k in range(least, total + 1))
    return Fraction(ways, base**total)


def upper_rank(total: int, quantile: Fraction, confidence: Fraction) -> int | None:
    """The rank, from 1, of the sorted value that is an upper confidence bound of a percentile, as tables of order
    statistics have it: the smallest number of values that :func:`clears` the quantile. None in too small a sample."""
    rank = bisect_left(range(total + 1), True, key=lambda n: clears(n, total, quantile, confidence))
    return rank if rank <= total else None


def lower_rank(total: int, quantile: Fraction, confidence: Fraction) -> int | None:
    """The same of a lower bound: the smallest number of values that no longer :func:`falls_short`."""
    return (
        bisect_left(range(total + 1), True, key=lambda n: not falls_short(n, total, quantile, confidence))
        or None
    )


# Published figures: Clopper-Pearson two-sided 95 %, and the lower bound one-sided 95 %.
BOUNDS = [
    (10, 10, 0.6915028922, 1.0, 0.7411344491),
    (19, 20, 0.7512672372, 0.9987349105, 0.7838938358),
    (98, 100, 0.9296160675, 0.9975686632, 0.9383807996),
    (100, 100, 0.9637833074, 1.0, 0.9704869504),
    (300, 300, 0.9877790253, 1.0, 0.9900639181),
    (999, 1000, 0.9944410757, 0.9999746825, 0.9952650064),
    (2995, 2995, 0.9987690789, 1.0, 0.9990002556),
    (9990, 10000, 0.9981617359, 0.9995203603, 0.9983043685),
]


@pytest.mark.parametrize(("good", "total", "lower", "upper", "one_sided"), BOUNDS)
def test_bounds_match_published_figures(
    good: int, total: int, lower: float, upper: float, one_sided: float
) -> None:
    assert binomial_lower(good, total, TWO_SIDED_95) == pytest.approx(lower, abs=6e-11)
    assert binomial_upper(good, total, TWO_SIDED_95) == pytest.approx(upper, abs=6e-11)
    assert binomial_lower(good, total, C95) == pytest.approx(one_sided, abs=6e-11)


def test_bounds_at_the_ends() -> None:
    assert binomial_lower(0, 10, C95) == 0.0
    assert binomial_upper(10, 10, C95) == 1.0
    # The closed forms: 0.05 ** (1 / n), and its mirror image.
    assert binomial_lower(10, 10, C95) == pytest.approx(0.05**0.1, rel=1e-14)
    assert binomial_upper(0, 10**9, C95) == pytest.approx(-math.log(0.05) / 10**9, rel=1e-8)
    assert binomial_lower(1, 1000, C95) == pytest.approx(1 - 0.95 ** (1 / 1000), rel=1e-11)


def test_bounds_at_a_confidence_of_nearly_nothing_stay_on_the_safe_side() -> None:
    hardly = Fraction(1, 10**400)
    assert 0.999999 < binomial_lower(3, 5, hardly) < 1
    assert 0 < binomial_upper(3, 5, hardly) < 0.000001
    assert binomial_lower(3, 5, 1 - hardly) == pytest.approx(10 ** (-400 / 3) / 10 ** (1 / 3), rel=1e-9)
    assert binomial_upper(3, 5, 1 - hardly) == 1.0


def test_bounds_match_every_row_of_the_reference_file(shared: Path) -> None:
    rows = json.loads((shared / "reference" / "statistics.json").read_text())["ratio"]
    compared = 0
    for row in rows:
        for name, expected in row.items():
            if not name.startswith("cp_"):
                continue
            _, sides, level = name.split("_")
            confidence = Fraction(level) if sides == "1s" else (1 + Fraction(level)) / 2
            got = [bound(row["good"], row["total"], confidence) for bound in (binomial_lower, binomial_upper)]
            assert got == pytest.approx(expected, rel=1e-9, abs=1e-12), (row["good"], row["total"], name)
            compared += 1
    assert compared == 6 * len(rows) > 0


def test_ranks_match_every_row_of_the_reference_file(shared: Path) -> None:
    rows = json.loads((shared / "reference" / "statistics.json").read_text())["orderstat"]
    assert rows
    for row in rows:
        for level in ("0.9", "0.95", "0.99"):
            asked = row["n"], Fraction(str(row["q"])), Fraction(level)
            assert upper_rank(*asked) == row[f"upper_{level}"], asked
            assert lower_rank(*asked) == row[f"lower_{level}"], asked


def test_minimum_samples_match_every_row_of_the_reference_file(shared: Path) -> None:
    rows = json.loads((shared / "reference" / "statistics.json").read_text())["min_n_zero_bad"]
    assert rows
    for row in rows:
        for level in ("0.9", "0.95", "0.99"):
            assert minimum_samples(Fraction(row["T"]), Fraction(level)) == row[level], (row["T"], level)


MINIMUM = [
    ("0.90", 29, 46),
    ("0.95", 59, 93),
    ("0.98", 149, 236),
    ("0.99", 299, 473),
    ("0.999", 2995, 4742),
    ("0.9999", 29956, 47437),
]


@pytest.mark.parametrize(("share", "no_bad", "one_bad"), MINIMUM)
def test_fewest_samples_that_clear_a_share(share: str, no_bad: int, one_bad: int) -> None:
    promised = Fraction(share)
    assert minimum_samples(promised, C95) == no_bad
    assert clears(no_bad, no_bad, promised, C95)
    assert not clears(no_bad - 1, no_bad - 1, promised, C95)
    assert clears(one_bad - 1, one_bad, promised, C95)
    assert not clears(one_bad - 2, one_bad - 1, promised, C95)


@given(share=shares, confidence=confidences)
def test_minimum_samples_is_the_smallest_power_beneath(share: Fraction, confidence: Fraction) -> None:
    n = minimum_samples(share, confidence)
    assert share**n <= 1 - confidence < share ** (n - 1)


def test_minimum_samples_at_the_ends() -> None:
    assert minimum_samples(Fraction(0), C95) == 1
    # Too many for whole numbers: the true number is ceil(ln 20 · 10^12 - …), and the guard adds a little.
    assert 2_995_732_273_553 <= minimum_samples(1 - Fraction(1, 10**12), C95) <= 2_995_732_280_000
    # Exactly a power: 0.5 ** 3 is 1 - 0.875.
    assert minimum_samples(Fraction(1, 2), Fraction(7, 8)) == 3
    with pytest.raises(ValueError, match="no number of samples can show a share of 1"):
        minimum_samples(Fraction(1), C95)
    with pytest.raises(ValueError, match="more samples than can be counted"):
        minimum_samples(1 - Fraction(1, 10**400), C95)


RANKS = [
    ("0.95", 59, 59),
    ("0.95", 93, 92),
    ("0.95", 100, 99),
    ("0.95", 200, 196),
    ("0.95", 300, 292),
    ("0.95", 1000, 962),
    ("0.99", 299, 299),
    ("0.99", 473, 472),
    ("0.99", 1000, 996),
    ("0.99", 10000, 9917),
]


@pytest.mark.parametrize(("quantile", "total", "rank"), RANKS)
def test_rank_of_the_upper_bound_of_a_percentile(quantile: str, total: int, rank: int) -> None:
    assert upper_rank(total, Fraction(quantile), C95) == rank


def test_a_small_sample_bounds_no_percentile() -> None:
    assert upper_rank(58, Fraction("0.95"), C95) is None
    assert lower_rank(4, Fraction("0.5"), C95) is None
    assert lower_rank(5, Fraction("0.5"), C95) == 1
    assert upper_rank(10**6, Fraction(1), C95) is None
    assert lower_rank(10, Fraction(1), C95) == 10


def test_two_sided_interval_of_a_median() -> None:
    median = Fraction(1, 2)
    assert lower_rank(100, median, TWO_SIDED_95) == 40
    assert upper_rank(100, median, TWO_SIDED_95) == 61
    assert float(tail(40, 100, median) - tail(61, 100, median)) == pytest.approx(0.9648, abs=5e-5)


@given(total=totals, quantile=shares, confidence=confidences)
def test_rank_is_the_first_that_the_binomial_distribution_allows(
    total: int, quantile: Fraction, confidence: Fraction
) -> None:
    upper = upper_rank(total, quantile, confidence)
    if upper is None:
        assert quantile**total > 1 - confidence
    else:
        assert 1 - tail(upper, total, quantile) >= confidence
        assert upper == 1 or 1 - tail(upper - 1, total, quantile) < confidence
    lower = lower_rank(total, quantile, confidence)
    if lower is None:
        assert (1 - quantile) ** total >= 1 - confidence
    else:
        assert tail(lower, total, quantile) > confidence
        assert lower == total or tail(lower + 1, total, quantile) <= confidence


@given(
    values=st.lists(st.integers(0, 50), min_size=1, max_size=150).map(sorted),
    threshold=st.integers(-1, 51),
    quantile=shares,
    confidence=confidences,
)
def test_a_percentile_bound_and_a_share_bound_never_disagree(
    values: list[int], threshold: int, quantile: Fraction, confidence: Fraction
) -> None:
    total, within = len(values), sum(value <= threshold for value in values)
    upper = upper_rank(total, quantile, confidence)
    lower = lower_rank(total, quantile, confidence)
    met = upper is not None and values[upper - 1] <= threshold
    missed = lower is not None and values[lower - 1] > threshold
    assert met == clears(within, total, quantile, confidence)
    assert missed == falls_short(within, total, quantile, confidence)


@pytest.mark.parametrize("total", [1, 25, 52, 100, 268, 1000])
@pytest.mark.parametrize("share", ["0.5", "0.9", "0.95", "0.99"])
@pytest.mark.parametrize("confidence", [C90, C95, C99])
def test_false_passes_and_false_failures_are_as_rare_as_promised(
    total: int, share: str, confidence: Fraction
) -> None:
    true_share = Fraction(share)
    passing = [good for good in range(total + 1) if clears(good, total, true_share, confidence)]
    failing = [good for good in range(total + 1) if falls_short(good, total, true_share, confidence)]
    false_passes = tail(passing[0], total, true_share) if passing else 0
    false_failures = 1 - tail(failing[-1] + 1, total, true_share) if failing else 0
    assert false_passes <= 1 - confidence
    assert false_failures < 1 - confidence
    # And no stricter than need be: one good sample less, or one more, would break the promise.
    assert tail(passing[0] - 1 if passing else total, total, true_share) > 1 - confidence
    assert 1 - tail(failing[-1] + 2 if failing else 1, total, true_share) >= 1 - confidence


def test_decisions_at_an_exact_tie() -> None:
    # One coin: a head has the probability 1/2, so that the bounds are 1/2 themselves.
    half = Fraction(1, 2)
    assert clears(1, 1, half, half)
    assert not falls_short(0, 1, half, half)
    assert clears(3, 3, half, Fraction(7, 8))
    assert not clears(3, 3, half, Fraction(7, 8) + Fraction(1, 10**30))
    assert not falls_short(0, 3, half, Fraction(7, 8))
    assert falls_short(0, 3, half, Fraction(7, 8) - Fraction(1, 10**30))


def test_a_tie_too_long_for_whole_numbers_shows_nothing() -> None:
    half, total = Fraction(1, 2), 400_000
    tie = 1 - half**total
    assert not clears(total, total, half, tie)
    assert not falls_short(0, total, half, tie)
    assert clears(total, total, half, 1 - half ** (total - 1))
    assert falls_short(0, total, half, 1 - half ** (total - 1))


def test_decisions_at_the_ends() -> None:
    assert clears(0, 1, Fraction(0), C95)
    assert not clears(10**6, 10**6, Fraction(1), C95)
    assert not clears(0, 10**6, Fraction(1, 10**9), C95)
    assert not falls_short(0, 10, Fraction(0), C95)
    assert not falls_short(10, 10, Fraction(1), C95)
    assert falls_short(9, 10, Fraction(1), C95)
    assert not falls_short(10**6, 10**6, Fraction(999, 1000), C95)


@pytest.mark.parametrize("share", ["0.999", "0.9995"])
@pytest.mark.parametrize("total", [20_000, 40_000])
def test_decisions_on_large_samples_match_exact_sums(total: int, share: str) -> None:
    """Both ways of deciding, around the place where the answer turns."""
    promised = Fraction(share)
    good, base = promised.numerator, promised.denominator
    mean = int(total * (1 - promised))
    limit = base**total // 20  # 1 - 0.95, of all
    worse, beneath, bad = 0, [], 0
    term = good**total
    while bad <= 2 * mean:  # beneath[bad] is what P(fewer than `bad` bad) comes to
        beneath.append(worse)
        worse += term
        term = term * (total - bad) * (base - good) // ((bad + 1) * good)
        bad += 1
    for bad in range(1, 2 * mean):
        assert clears(total - bad, total, promised, C95) == (beneath[bad + 1] <= limit)
        assert falls_short(total - bad, total, promised, C95) == (base**total - beneath[bad] <= limit)


@given(counts=counts(), share=shares, confidence=confidences)
def test_a_decision_agrees_with_the_bound(
    counts: tuple[int, int], share: Fraction, confidence: Fraction
) -> None:
    lower, upper = binomial_lower(*counts, confidence), binomial_upper(*counts, confidence)
    if abs(lower - share) > 1e-11:
        assert clears(*counts, share, confidence) == (lower >= share)
    if abs(upper - share) > 1e-11:
        assert falls_short(*counts, share, confidence) == (upper < share)


@given(counts=counts(), confidence=confidences)
def test_a_bound_has_the_tail_it_promises(counts: tuple[int, int], confidence: Fraction) -> None:
    good, total = counts
    lower, upper = binomial_lower(good, total, confidence), binomial_upper(good, total, confidence)
    assert 0 <= lower <= good / total <= upper <= 1
    if good:
        assert float(tail(good, total, Fraction(lower))) == pytest.approx(float(1 - confidence), rel=1e-9)
    if good < total:
        beneath = 1 - tail(good + 1, total, Fraction(upper))
        assert float(beneath) == pytest.approx(float(1 - confidence), rel=1e-9)


@given(counts=counts(), share=shares, confidence=confidences)
@example(counts=(399, 400), share=Fraction(99, 100), confidence=C95)
def test_better_data_never_worsens_a_decision(
    counts: tuple[int, int], share: Fraction, confidence: Fraction
) -> None:
    good, total = counts
    assume(good < total)
    assert binomial_lower(good, total, confidence) < binomial_lower(good + 1, total, confidence)
    assert binomial_upper(good, total, confidence) < binomial_upper(good + 1, total, confidence)
    assert clears(good, total, share, confidence) <= clears(good + 1, total, share, confidence)
    assert falls_short(good, total, share, confidence) >= falls_short(good + 1, total, share, confidence)


@given(counts=counts(), share=shares, levels=st.tuples(confidences, confidences).map(sorted))
def test_more_confidence_never_shows_more(
    counts: tuple[int, int], share: Fraction, levels: list[Fraction]
) -> None:
    less, more = levels
    assert binomial_lower(*counts, less) >= binomial_lower(*counts, more)
    assert binomial_upper(*counts, less) <= binomial_upper(*counts, more)
    assert clears(*counts, share, less) >= clears(*counts, share, more)
    assert falls_short(*counts, share, less) >= falls_short(*counts, share, more)
    assert not (clears(*counts, share, less) and falls_short(*counts, share, less))


@given(
    total=st.integers(10**4, 10**15),
    share=st.sampled_from([Fraction(1, 2), Fraction("0.99"), Fraction("0.99999")]),
    deviations=st.floats(-6, 6),
)
@example(total=400_000_000, share=Fraction(1, 2), deviations=1.6)
@example(total=400_000_001, share=Fraction(1, 2), deviations=2.5)
def test_large_samples_are_judged_on_the_safe_side(total: int, share: Fraction, deviations: float) -> None:
    """Against the normal distribution, which is near by then: 1.645 deviations are 95 %."""
    deviation = math.sqrt(total * share * (1 - share))
    good = min(total, round(total * share + Fraction(deviations * deviation)))
    assume(good < total)
    assume(deviation > 30)
    if deviations < 1.5:
        assert not clears(good, total, share, C95)
    if deviations > 2.7:  # √(2 ln 20) = 2.45 is where the coarser bound of the largest samples lies
        assert clears(good, total, share, C95)
    if deviations > -1.5:
        assert not falls_short(good, total, share, C95)
    if deviations < -2.7:
        assert falls_short(good, total, share, C95)


def test_bounds_of_the_largest_samples() -> None:
    for total in (4 * 10**8, 4 * 10**8 + 2, 10**15):
        deviation = math.sqrt(total) / 2 / total
        lower, upper = (bound(total // 2, total, C95) for bound in (binomial_lower, binomial_upper))
        assert 0.5 - 2.46 * deviation < lower < 0.5 - 1.64 * deviation
        assert 0.5 + 1.64 * deviation < upper < 0.5 + 2.46 * deviation
    assert binomial_lower(1, 10**15, C95) == pytest.approx(0, abs=-math.log(0.95) / 10**15)
    assert binomial_lower(1, 10**15, C95) > 0


@pytest.mark.parametrize("decide", [clears, falls_short])
@pytest.mark.parametrize(
    ("good", "total", "share", "confidence", "message"),
    [
        (0, 0, C90, C95, "the number of samples must be from 1 to 10^15, not 0"),
        (0, -1, C90, C95, "the number of samples must be from 1 to 10^15, not -1"),
        (1, 10**15 + 1, C90, C95, "the number of samples must be from 1 to 10^15, not 1000000000000001"),
        (-1, 10, C90, C95, "the good samples must be from 0 to 10, not -1"),
        (450, 1, C90, C95, "the good samples must be from 0 to 1, not 450"),
        (1, 10, Fraction(-1, 2), C95, "a share must be from 0 to 1, not -1/2"),
        (1, 10, Fraction(98), C95, "a share must be from 0 to 1, not 98"),
        (1, 10, C90, Fraction(0), "a confidence must lie between 0 and 1, not 0"),
        (1, 10, C90, Fraction(1), "a confidence must lie between 0 and 1, not 1"),
        (1, 10, C90, Fraction(95), "a confidence must lie between 0 and 1, not 95"),
    ],
)
def test_nonsense_is_refused(
    decide: object, good: int, total: int, share: Fraction, confidence: Fraction, message: str
) -> None:
    with pytest.raises(ValueError, match=f"^{message.replace('^', '.')}$"):
        decide(good, total, share, confidence)  # type: ignore[operator]
    if "share" not in message:
        for bound in (binomial_lower, binomial_upper):
            with pytest.raises(ValueError, match=f"^{message.replace('^', '.')}$"):
                bound(good, total, confidence)


def test_a_share_above_all_is_refused() -> None:
    with pytest.raises(ValueError, match="a share must be from 0 to 1"):
        minimum_samples(Fraction(2), C95)
