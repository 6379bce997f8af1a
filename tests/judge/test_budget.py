"""Error budgets and burn rates, against figures worked out by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from checker.model import Budget, Outcome, Verdict, Window

from .builders import AT, NO_DATA, counts, judged, promise, ratio_of, single

DAY = 86400
MONTH = Window(AT - 30 * DAY, AT)


def slo(target: str, side: str, **more: Any) -> Any:
    return promise(target, side, "total", error_budget=True, **more)


def budget(verdict: Verdict) -> Budget:
    assert verdict.budget is not None
    return verdict.budget


def hourly(bad: dict[int, int], total: int) -> dict[str, Any]:
    """30 days of hours with ``total`` events; ``bad`` are by hour, 1 being the last."""
    hours = 30 * 24
    window = {"period": 3600, "window": MONTH}
    return {
        "bad": counts(*(bad.get(hours - index, 0) for index in range(hours)), **window),
        "total": counts(*[total] * hours, **window),
    }


def test_a_month_of_99_9_percent() -> None:
    # 720 000 events, of which 720 may be bad; 432 minutes lost would be 1 %, so 0.1 % are 43.2 minutes.
    verdict = judged(slo(">= 99.9 %", "bad"), hourly({1: 180}, 1000))
    spent = budget(verdict)
    assert verdict.outcome is Outcome.PASS
    assert (spent.allowed, spent.allowed_events, spent.bad_events) == (Fraction(1, 1000), 720, 180)
    assert (spent.spent, spent.remaining) == (Fraction(1, 4), Fraction(3, 4))
    assert spent.allowed_seconds == Fraction("43.2") * 60
    # 180 of 1000 in the last hour is 180 times 0.1 %; of 6000, 30 times; of 24000, 7.5 times; of all, 1/4.
    assert spent.burn_rates == (
        (3600, 180),
        (6 * 3600, 30),
        (DAY, Fraction(15, 2)),
        (30 * DAY, Fraction(1, 4)),
    )


@pytest.mark.parametrize(
    ("lookback", "rate", "share"),
    [(3600, "14.4", "0.02"), (6 * 3600, "6", "0.05"), (DAY, "3", "0.1")],
)
def test_the_burn_rates_of_the_workbook_spend_its_shares(lookback: int, rate: str, share: str) -> None:
    """14.4 for an hour spends 2 % of a month's budget, 6 for six hours 5 %, 3 for a day 10 %."""
    hours = lookback // 3600
    bad = int(Fraction(rate) * 10)  # of 10 000 an hour, of which 10 may be bad
    spent = budget(judged(slo(">= 99.9 %", "bad"), hourly(dict.fromkeys(range(1, hours + 1), bad), 10_000)))
    assert dict(spent.burn_rates)[lookback] == Fraction(rate)
    assert spent.spent == Fraction(share)


def test_the_hours_before_a_lookback_do_not_count_in_it() -> None:
    rates = dict(budget(judged(slo(">= 99 %", "bad"), hourly({2: 10, 7: 10, 25: 10}, 100))).burn_rates)
    assert rates == {
        3600: 0,
        6 * 3600: Fraction(10, 600) * 100,
        DAY: Fraction(20, 2400) * 100,
        30 * DAY: Fraction(30, 72000) * 100,
    }


def test_more_than_all_may_be_spent() -> None:
    verdict = judged(slo(">= 99 %", "good"), ratio_of(70, 100))
    spent = budget(verdict)
    assert verdict.outcome is Outcome.FAIL
    assert (spent.spent, spent.remaining, spent.bad_events, spent.allowed_events) == (30, -29, 30, 1)
    assert spent.burn_rates == ((3600, 30),)


@pytest.mark.parametrize(("good", "spent"), [(1000, 0), (999, 1), (998, 2), (0, 1000)])
def test_all_of_it_is_spent_exactly_at_the_target(good: int, spent: int) -> None:
    verdict = judged(slo(">= 99.9 %", "good"), ratio_of(good, 1000))
    assert budget(verdict).spent == spent
    assert (verdict.outcome is Outcome.PASS) == (spent <= 1)


def test_a_target_for_bad_events_leaves_the_same_budget() -> None:
    readings = ratio_of(997, 1000)
    assert budget(judged(slo("<= 1 %", "good"), readings)) == budget(judged(slo(">= 99 %", "good"), readings))


def test_what_is_missing_is_spent() -> None:
    readings = {"good": counts(*[10] * 11, None, newest=AT), "total": counts(*[10] * 12)}
    spent = budget(judged(slo(">= 90 %", "good"), readings))
    assert (spent.bad_events, spent.spent) == (10, Fraction(10, 12))


def test_a_lookback_without_events_has_no_rate() -> None:
    window = {"period": 3600, "window": Window(AT - 10 * 3600, AT)}
    readings = {"bad": counts(*[1] * 9, 0, **window), "total": counts(*[10] * 9, 0, **window)}
    rates = budget(judged(slo(">= 50 %", "bad"), readings)).burn_rates
    assert rates == ((6 * 3600, Fraction(1, 5)), (10 * 3600, Fraction(1, 5)))


def test_a_lookback_is_at_least_a_period_and_shorter_than_the_window() -> None:
    window = {"period": 6 * 3600, "window": Window(AT - DAY, AT)}
    readings = {"bad": counts(0, 0, 0, 1, **window), "total": counts(10, 10, 10, 10, **window)}
    rates = budget(judged(slo(">= 50 %", "bad"), readings)).burn_rates
    assert rates == ((6 * 3600, Fraction(1, 5)), (DAY, Fraction(1, 20)))


def test_without_a_window_there_is_a_budget_but_no_rate() -> None:
    readings = {"good": single(9, "count"), "total": single(10, "count")}
    spent = budget(judged(slo(">= 80 %", "good"), readings))
    assert (spent.spent, spent.allowed_seconds, spent.burn_rates) == (Fraction(1, 2), 0, ())


@pytest.mark.parametrize("target", [">= 100 %", "<= 0 %", ">= 0 %", "< 101 %", "> 5 s"])
def test_a_target_that_leaves_none_or_all_has_no_budget(target: str) -> None:
    assert judged(slo(target, "good"), ratio_of(9, 10)).budget is None


def test_only_what_was_counted_under_a_budget_has_one() -> None:
    assert judged(promise(">= 99 %", "good", "total"), ratio_of(9, 10)).budget is None
    assert judged(promise(">= 99 %", error_budget=True), single("0.999", "ratio")).budget is None
    assert judged(slo(">= 99 %", "good"), {"good": counts(1), "total": NO_DATA}).budget is None
    assert judged(slo(">= 99 %", "good"), {"good": counts(0), "total": counts(0)}).budget is None


def test_a_budget_is_shown_beside_an_inconclusive_outcome_and_decides_nothing() -> None:
    verdict = judged(slo(">= 99 %", "good", min_samples=200), ratio_of(100, 100))
    assert (verdict.outcome, budget(verdict).spent) == (Outcome.INCONCLUSIVE, 0)
