"""Drawings beside the words: how much of an error budget is spent, and which periods missed a target.

Each says nothing that is not in the words too, and is hidden from those who have the page read to them.
"""

from __future__ import annotations

import math
from fractions import Fraction
from xml.etree.ElementTree import Element

from checker.model import Budget, Evaluated, Period, Verdict
from checker.reports.explain import MOST_MARKS
from checker.reports.html.elements import element

WIDTH, HEIGHT = 200, 10
STEP, MARK = 8, 6
"""Pixels: from one period's mark to the next, and the width of a mark."""


def drawings(verdict: Verdict) -> dict[str, Element]:
    """The drawings for a promise, by the label of the text that each stands below."""
    found = {}
    if verdict.budget is not None:
        found["error budget"] = _budget(verdict.budget)
    if verdict.evaluation is not None:
        found["periods"] = _periods(verdict.evaluation)
    return found


def _budget(budget: Budget) -> Element:
    """A bar as long as the whole budget, filled as far as it is spent."""
    spent = math.ceil(min(max(budget.spent, Fraction(0)), Fraction(1)) * WIDTH)
    filled = _bar(0, spent, "over" if budget.spent > 1 else "spent")
    return _drawing(WIDTH, [_bar(0, WIDTH, "whole"), filled])


def _periods(evaluated: Evaluated) -> Element:
    """A mark for each of the latest periods: kept, missed, or without data."""
    shown = evaluated.periods[-MOST_MARKS:]
    marks = [_bar(number * STEP, MARK, _mark(each)) for number, each in enumerate(shown)]
    return _drawing(len(shown) * STEP, marks)


def _mark(period: Period) -> str:
    kind = "none" if period.value is None else "missed" if period.breaching else "kept"
    return kind if period.counted else f"{kind} older"


def _drawing(width: int, bars: list[Element]) -> Element:
    return element(
        "svg",
        *bars,
        viewBox=f"0 0 {width} {HEIGHT}",
        width=str(width),
        height=str(HEIGHT),
        aria_hidden="true",
    )


def _bar(x: int, width: int, kind: str) -> Element:
    return element("rect", class_=kind, x=str(x), width=str(width), height=str(HEIGHT))
