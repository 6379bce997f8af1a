"""Composites of several objectives, by each budgeting method, against figures worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from checker.model import Budgeting, Objective, Outcome, Window
from checker.units import PERCENT, Threshold

from .builders import AT, NO_DATA, Number, counts, judged, promise
from .slos import composite, minutes, parts, ratio_timeslices, slo, timeslices

PASS, FAIL, INCONCLUSIVE = Outcome.PASS, Outcome.FAIL, Outcome.INCONCLUSIVE
BUDGET = Threshold("<=", Fraction(100), PERCENT, "<= 100 % of the error budget")


def occurrences(*each: tuple[Number, Number]) -> Objective:
    """(target, weight) of each part."""
    made = composite(slo(">= 50 %"), *((target, 0, weight) for target, weight in each))
    return made._replace(target=BUDGET)


@pytest.mark.parametrize(
    ("good", "burnt", "outcome"),
    [
        # 1 % of the 2 % that part 1 may lose, and 0.25 % of part 2's 1 %, twice: 0.5 + 0.5.
        ((9900, 9975), 100, PASS),
        ((9900, 9974), 102, FAIL),
        ((10000, 10000), 0, PASS),
        # Part 1 alone has lost all of its own, and the whole with it.
        ((9800, 10000), 100, PASS),
        ((9799, 10000), Fraction(201, 2), FAIL),
    ],
)
def test_by_occurrences_the_budgets_burn_together(
    good: tuple[int, int], burnt: Number, outcome: Outcome
) -> None:
    objective = occurrences(("0.98", 1), ("0.99", 2))
    verdict = judged(objective, parts(minutes(good[0], total=10_000), minutes(good[1], total=10_000)))
    assert (verdict.outcome, verdict.value) == (outcome, burnt)
    assert verdict.budget is not None
    assert verdict.budget.spent == Fraction(burnt) / 100
    # All events of both bad burn 1/0.02 + 2/0.01 = 250 times too fast, so 1/250 of the time spends all.
    assert verdict.budget.allowed == Fraction(1, 250)
    assert verdict.budget.burn_rates == ((300, Fraction(burnt) / 100),)


def test_each_part_of_a_composite_is_told() -> None:
    verdict = judged(occurrences(("0.98", 1), ("0.99", 2)), parts(minutes(99), minutes(100)))
    assert "part 1: 99 % good, target 98 %, weight 1" in verdict.notes
    assert "part 2: 100 % good, target 99 %, weight 2" in verdict.notes
    assert any("checker lets its objectives share one error budget" in note for note in verdict.notes)
    weighed = judged(occurrences(("0.98", 1), ("0.99", "0.1")), parts(minutes(100), minutes(95)))
    assert weighed.outcome is PASS
    assert "part 2: 95 % good, target 99 % (missed by itself), weight 0.1" in weighed.notes


def test_a_part_without_events_leaves_a_composite_open() -> None:
    objective = occurrences(("0.98", 1), ("0.99", 2))
    verdict = judged(objective, parts(minutes(99), minutes(0, total=0)))
    assert verdict.outcome is INCONCLUSIVE
    assert verdict.reasons[0].startswith("part 2: there were no events")
    lost = judged(objective, {**parts(minutes(99)), "2.good": NO_DATA, "2.total": NO_DATA})
    assert lost.outcome is INCONCLUSIVE


def test_by_timeslices_a_slice_is_bad_if_it_is_for_any_part() -> None:
    """Bad are the first slice for part 1, and the second for part 2 by its own target."""
    objective = composite(timeslices(">= 50 %", 0), ("0.5", "0.9", 1), ("0.5", "0.99", 1))
    verdict = judged(objective, parts(minutes(89, 100, 90, 100), minutes(100, 98, 99, 100)))
    assert (verdict.outcome, verdict.good, verdict.total) == (PASS, 2, 4)
    assert verdict.slices is not None
    assert verdict.slices.bad == 2
    assert "part 1: 75 % good, target 50 %, weight 1" in verdict.notes
    assert any(
        "OpenSLO defines no target for a composite; checker uses >= 50 %" in note for note in verdict.notes
    )


def test_by_ratio_timeslices_a_slice_is_as_bad_as_its_parts_by_weight() -> None:
    """1 - (1/4 x 0.4 + 3/4 x 0.2) = 0.75, and 1 for the second slice."""
    objective = composite(ratio_timeslices(">= 87.5 %"), ("0.8", 0, "0.25"), ("0.9", 0, "0.75"))
    verdict = judged(objective, parts(minutes(60, 100), minutes(80, 100)))
    assert (verdict.outcome, verdict.value) == (PASS, Fraction("87.5"))


def test_a_slice_that_one_part_has_no_events_in_is_empty_unless_it_is_bad() -> None:
    objective = composite(timeslices(">= 50 %", 0, min_coverage=0), ("0.5", "0.9", 1), ("0.5", "0.9", 1))
    verdict = judged(objective, parts(minutes(100, 0, 100, 100), minutes(None, None, 100, 100)))
    assert (verdict.good, verdict.total) == (2, 3)
    assert verdict.slices is not None
    assert (verdict.slices.empty, verdict.slices.bad, verdict.coverage) == (1, 1, Fraction(1, 2))


def test_a_part_that_contradicts_itself_is_an_error_of_that_part() -> None:
    pair = (("0.5", "0.9", 1), ("0.5", "0.9", 1))
    for objective in (occurrences(("0.98", 1), ("0.99", 2)), composite(timeslices(">= 50 %", 0), *pair)):
        verdict = judged(objective, parts(minutes(99), minutes(101)))
        assert verdict.outcome is Outcome.ERROR
        assert verdict.reasons[0].startswith("part 2: there are 101 good events of 100")
    short = composite(timeslices(">= 50 %", 0, length=60), *pair)
    verdict = judged(short, parts(minutes(99), minutes(99)))
    assert verdict.outcome is Outcome.ERROR
    assert verdict.reasons[0].startswith("part 1: the data does not come in slices of 1m")


def test_a_part_without_any_slice_leaves_a_composite_open() -> None:
    objective = composite(timeslices(">= 50 %", 0), ("0.5", "0.9", 1), ("0.5", "0.9", 1))
    verdict = judged(objective, parts(minutes(99, 99), minutes(0, 0, total=0)))
    assert (verdict.outcome, verdict.value) == (INCONCLUSIVE, None)


@pytest.mark.parametrize(
    ("empty", "good", "coverage"), [("", 2, Fraction(2, 3)), ("exclude", 2, 1), ("good", 3, 1), ("bad", 2, 1)]
)
def test_an_empty_slice_of_a_part_is_what_the_promise_says_of_it(
    empty: str, good: int, coverage: Number
) -> None:
    both = parts(minutes(100, 100, 100), minutes(100, 0, 100, total=[100, 0, 100]))
    for method in (timeslices(">= 50 %", 0, empty=empty), ratio_timeslices(">= 50 %", empty=empty)):
        verdict = judged(composite(method, ("0.5", "0.9", "0.5"), ("0.5", "0.9", "0.5")), both)
        assert verdict.coverage == coverage
        assert verdict.outcome is (INCONCLUSIVE if coverage != 1 else PASS)
        assert verdict.good == good


def test_the_notes_on_a_part_are_told_with_its_name() -> None:
    torn = minutes(99, 99)
    torn["good"] = counts(99, None, window=Window(AT - 600, AT))
    objective = occurrences(("0.1", 1), ("0.1", 2))
    verdict = judged(objective, parts(minutes(99, 99), torn))
    assert "part 2: 1 of 2 periods have no count of good events, and count as all bad" in verdict.notes
    assert verdict.budget is not None
    # Events of different kinds have no sum.
    assert (verdict.budget.allowed_events, verdict.budget.bad_events) == (0, 0)


def test_a_composite_of_one_is_that_one() -> None:
    readings = minutes(99, 95, 100, 90)
    for alone, one in (
        (timeslices(">= 75 %", "0.95"), composite(timeslices(">= 75 %", 0), ("0.75", "0.95", 1))),
        (ratio_timeslices(">= 75 %"), composite(ratio_timeslices(">= 75 %"), ("0.75", 0, 1))),
    ):
        first, second = judged(alone, readings), judged(one, parts(readings))
        assert (first.outcome, first.value, first.budget) == (second.outcome, second.value, second.budget)
    share = judged(slo(">= 75 %"), readings).budget
    burnt = judged(occurrences(("0.75", 1)), parts(readings)).budget
    assert share is not None
    assert burnt is not None
    assert (share.allowed, share.spent, share.allowed_seconds, share.burn_rates) == (
        burnt.allowed,
        burnt.spent,
        burnt.allowed_seconds,
        burnt.burn_rates,
    )


def test_an_objective_that_is_no_slo_has_no_budgeting() -> None:
    assert promise(">= 99 %", "good", "total").budgeting == Budgeting()
