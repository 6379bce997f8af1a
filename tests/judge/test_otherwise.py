"""What was read may be taken in two ways at some times: a promise passes only if it is kept in each."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model import Outcome, Point, Series
from tests.judge.builders import PERIOD, counts, judged, promise, single

DOUBT = "if what they held was counted in it"
Held = Mapping[int, int]
"""What counters held when they were first seen, by the number of the period."""


def counted(values: list[int], held: Held) -> Series:
    """A series of counts, of which nobody knows whether what counters held first was counted in it."""
    known = counts(*values)
    if not held:
        return known
    with_held = counts(*(value + held.get(n, 0) for n, value in enumerate(values)))
    start = known.points[0].time
    doubtful = tuple(Point(start + n * PERIOD, Fraction(value)) for n, value in sorted(held.items()))
    otherwise = with_held._replace(doubt=DOUBT, to_mend="publish them with 0", doubtful=doubtful)
    return known._replace(otherwise=otherwise)


def share(calls: list[int], bad: Held, total: Held) -> dict[str, Series]:
    return {"bad": counted([0] * len(calls), bad), "total": counted(calls, total)}


def test_what_is_in_doubt_at_one_time_does_not_outweigh_what_is_at_another() -> None:
    verdict = judged(promise("< 1 %", "bad", "total"), share([50] * 12, {6: 7}, {11: 1_000_000}))
    assert verdict.outcome is Outcome.INCONCLUSIVE
    (reason,) = verdict.reasons
    assert "1.167 % misses < 1 %" in reason
    assert f"{DOUBT}, but only of those of the period from 2026-01-31T11:30:00Z; else 0 %" in reason
    assert verdict.remedy == "publish them with 0"


def test_what_only_together_makes_it_worse_is_taken_together() -> None:
    few = dict.fromkeys(range(7), 1)
    verdict = judged(promise("< 1 %", "bad", "total"), share([50] * 12, few, {11: 1_000_000}))
    assert verdict.outcome is Outcome.INCONCLUSIVE
    assert "periods from 2026-01-31T11:00:00Z, 2026-01-31T11:05:00Z and 5 more; else" in verdict.reasons[0]


def test_what_is_in_doubt_at_one_time_on_both_sides_is_one_doubt() -> None:
    """Else each instance that starts would be taken for calls of which none was good."""
    calls = [50] * 12
    good_and_total = {"good": counted(calls, {6: 500}), "total": counted(calls, {6: 500})}
    assert judged(promise(">= 99 %", "good", "total"), good_and_total).outcome is Outcome.PASS


def test_hundreds_of_times_in_doubt_are_judged_in_a_few_groups() -> None:
    many = dict.fromkeys(range(500), 1)
    verdict = judged(promise("< 1 %", "bad", "total"), share([1] * 600, many, {599: 1_000_000}))
    assert verdict.outcome is Outcome.INCONCLUSIVE
    assert judged(promise("< 90 %", "bad", "total"), share([1] * 600, many, {})).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("known", "otherwise", "outcome"),
    [
        (1, 2, Outcome.PASS),
        (1, 3, Outcome.WARN),
        (1, 9, Outcome.INCONCLUSIVE),
        (3, 5, Outcome.WARN),
        (3, 9, Outcome.INCONCLUSIVE),
        (9, 1, Outcome.FAIL),
    ],
)
def test_what_may_be_worse_is_a_warning_at_most_where_it_is_no_more_than_that(
    known: int, otherwise: int, outcome: Outcome
) -> None:
    reading = single(known, otherwise=single(otherwise, doubt=DOUBT))
    assert judged(promise("<= 2", critical="> 5"), reading).outcome is outcome


def test_the_worst_of_a_miss_is_that_of_the_worst_combination() -> None:
    """3 and 7 more errors, each of which makes it worse; with the calls that are in doubt they would vanish."""
    readings = share([50] * 12, {5: 3, 6: 7}, {5: 3, 6: 7, 11: 1_000_000})
    readings["bad"] = readings["bad"]._replace(points=counts(*[1] * 12).points)
    more = readings["bad"].otherwise
    assert more is not None
    more = more._replace(points=tuple(each._replace(value=each.value + 1) for each in more.points))
    readings["bad"] = readings["bad"]._replace(otherwise=more)
    verdict = judged(promise("< 1 %", "bad", "total"), readings)
    assert (verdict.outcome, verdict.value) == (Outcome.FAIL, 2)
    assert verdict.worst == Fraction(100 * (12 + 3 + 7), 600 + 3 + 7)


amounts = st.dictionaries(st.integers(0, 3), st.sampled_from([1, 2, 5, 20, 1000]), max_size=4)


@given(st.lists(st.integers(1, 100), min_size=4, max_size=4), amounts, amounts)
def test_what_passes_is_kept_whichever_times_are_taken_otherwise(
    calls: list[int], bad: dict[int, int], more: dict[int, int]
) -> None:
    total = {n: bad.get(n, 0) + more.get(n, 0) for n in {*bad, *more}}
    objective = promise("<= 5 %", "bad", "total")
    verdict = judged(objective, share(calls, bad, total))
    times = sorted(total)
    worst = max(
        Fraction(sum(bad.get(n, 0) for n in some), sum(calls) + sum(total[n] for n in some))
        for some in chain.from_iterable(combinations(times, size) for size in range(len(times) + 1))
    )
    assert (verdict.outcome is Outcome.PASS) == (worst <= Fraction(5, 100)), (worst, verdict.reasons)
