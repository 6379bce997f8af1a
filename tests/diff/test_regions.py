"""Whether one threshold accepts no more than another: against every value around the two of them."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from checker.diff.regions import beyond, region, within
from checker.units import parse_threshold

OPERATORS = ("<", "<=", "==", ">=", ">")
VALUES = [Fraction(n, 2) for n in range(8)]
"""Around and between the limits 1 and 2, and on both sides of them."""


@pytest.mark.parametrize(("inner", "outer"), list(product(OPERATORS, repeat=2)))
@pytest.mark.parametrize(("one", "other"), [(1, 1), (1, 2), (2, 1)])
def test_a_region_is_within_another_if_all_of_its_values_are(
    inner: str, outer: str, one: int, other: int
) -> None:
    first, second = parse_threshold(f"{inner} {one} s"), parse_threshold(f"{outer} {other} s")
    found = within(*(region(each, share=False, of_bad=False) for each in (first, second)))
    assert found == all(second.holds(value) for value in VALUES if first.holds(value))


@pytest.mark.parametrize("operator", OPERATORS)
def test_beyond_a_region_is_whatever_is_not_in_it(operator: str) -> None:
    whole = parse_threshold(f"{operator} 1 s")
    rest = beyond(region(whole, share=False, of_bad=False))
    if operator == "==":
        assert rest is None
        return
    assert rest is not None
    outside = parse_threshold(f"{rest.operator} 1 s")
    assert (rest.at, [outside.holds(value) for value in VALUES]) == (
        1,
        [not whole.holds(value) for value in VALUES],
    )


def test_a_share_is_that_of_good_events_in_whichever_words() -> None:
    good = region(parse_threshold("> 95 %"), share=True, of_bad=False)
    assert good == (">", Fraction(95, 100), ())
    assert good == region(parse_threshold("> 0.95"), share=True, of_bad=False)
    assert good == region(parse_threshold("< 5 %"), share=True, of_bad=True)
    assert good == region(parse_threshold("< 0.05 ratio"), share=True, of_bad=True)
    rate = region(parse_threshold("< 5 %/min"), share=True, of_bad=False)
    assert rate.dimensions == (("time", -1),)


def test_values_of_another_dimension_are_not_compared() -> None:
    seconds, megabytes, share, number = (
        region(parse_threshold(text), share=False, of_bad=False)
        for text in ("< 1 s", "< 2 MB", "< 1 %", "< 0.01")
    )
    assert within(seconds, region(parse_threshold("< 1000 ms"), share=False, of_bad=False))
    assert not within(seconds, megabytes)
    assert not within(share, number)
