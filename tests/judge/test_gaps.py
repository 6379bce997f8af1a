"""Gaps in a sum: a promise of few events is kept only if it also were with as many in the gaps as elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from checker.model import Evaluation, Outcome, Window

from .builders import AT, counts, judged, promise, series

PASS, FAIL, INCONCLUSIVE = Outcome.PASS, Outcome.FAIL, Outcome.INCONCLUSIVE
ELEVEN = [60] * 11
"""660 events in eleven of twelve periods: with as many in the twelfth, 720."""


@pytest.mark.parametrize(
    ("target", "values", "more", "outcome"),
    [
        ("< 700", [*ELEVEN, None], {}, INCONCLUSIVE),
        ("< 12 /min", [None, *ELEVEN], {}, INCONCLUSIVE),
        ("<= 12 /min", [None, *ELEVEN], {}, PASS),
        ("< 721", [*ELEVEN, None], {}, PASS),
        ("< 660", [*ELEVEN, None], {}, FAIL),
        ("== 0", [*[0] * 11, None], {}, PASS),
        ("< 700", [*ELEVEN, 0], {}, PASS),
        # What is missing makes these worse, if anything.
        ("> 650", [*ELEVEN, None], {}, PASS),
        # Here gaps are said to be normal, or to be zero.
        ("< 700", [*ELEVEN, None], {"min_coverage": "0.5"}, PASS),
        ("< 700", [*ELEVEN, None], {"no_data": "zero", "heartbeat": True}, PASS),
    ],
)
def test_a_sum_with_gaps_is_kept_with_what_they_may_hold(
    target: str, values: list[int | None], more: dict[str, Any], outcome: Outcome
) -> None:
    readings = {"value": counts(*values)} | ({"heartbeat": counts(*[1] * 12)} if "heartbeat" in more else {})
    assert judged(promise(target, **more), readings).outcome is outcome


@pytest.mark.parametrize(
    ("formula", "target", "outcome"),
    [
        ("a + b", "< 1400", INCONCLUSIVE),
        ("a + 2 * b", "< 2100", INCONCLUSIVE),
        ("a + b", "< 1441", PASS),
        # Of a difference or a quotient nobody can tell which way the gaps lead.
        ("a - b", "< 10", PASS),
        ("a / b", "< 1.01", PASS),
    ],
)
def test_sums_that_a_formula_adds_up_have_gaps_too(formula: str, target: str, outcome: Outcome) -> None:
    readings = {"a": counts(*ELEVEN, None), "b": counts(*ELEVEN, None)}
    assert judged(promise(target, "a", "b", formula=formula), readings).outcome is outcome


@pytest.mark.parametrize(("formula", "target"), [("a - b", "< 100"), ("a / b", "< 1.15")])
def test_nobody_can_tell_which_way_the_gaps_of_one_of_them_lead(formula: str, target: str) -> None:
    readings = {"a": counts(*ELEVEN, None), "b": counts(*[50] * 12)}
    assert judged(promise(target, "a", "b", formula=formula), readings).outcome is PASS


@pytest.mark.parametrize("combine", ["max", "min"])
def test_only_a_sum_grows_with_what_is_missing(combine: str) -> None:
    assert judged(promise("< 61"), series([*ELEVEN, None], "", combine)).outcome is PASS


def test_gaps_leave_another_doubt_as_it_is() -> None:
    otherwise = counts(*[70] * 11, None, doubt="if what they held was counted in it")
    verdict = judged(promise("< 730"), counts(*ELEVEN, None, otherwise=otherwise))
    assert verdict.outcome is INCONCLUSIVE
    assert "if what they held was counted in it" in verdict.reasons[0]


def test_a_sum_that_is_judged_period_by_period_is_not_made_larger_by_its_gaps() -> None:
    """What a missing period counts as is said by ``treatMissingData``."""
    evaluation = Evaluation(300, 3, 2)
    promised = promise("<= 60", evaluation=evaluation, min_coverage="0.9")
    window = Window(AT - 5 * 300, AT)
    assert judged(promised, counts(60, None, 60, 60, 60, window=window)).outcome is PASS


def test_it_says_what_the_gaps_may_hold() -> None:
    verdict = judged(promise("< 700"), counts(*ELEVEN, None))
    assert verdict.reasons == (
        "720 misses < 700 by 20, if the periods without data (1 of 12) held as much as the others; "
        "else 660 meets < 700 by 40",
    )
    assert "noData: zero" in verdict.remedy
    assert verdict.value == 660
