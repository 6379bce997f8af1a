"""What is known of an indicator's answer before anything is asked."""

from __future__ import annotations

from typing import Any, NamedTuple

from checker import sources
from checker.formula import FormulaError, adds_up
from checker.model import Indicator, Query
from checker.units import Unit, parse_unit

RATIO = parse_unit("ratio")
"""The unit of a share, which lies between 0 and 1. (A percentage that is no share may be above 100 %, or negative.)"""


class Answer(NamedTuple):
    """``unit`` is None where it is not known."""

    unit: Unit | None
    unstated: str = ""
    """The source of a query that could state a unit, and does not."""
    no_percentage: bool = False
    """Whether it is certainly no percentage by itself: compared with one, it is a share, or it is an error."""
    sums: bool = True
    """Whether it may be a sum over a window, which has a mean rate; of a formula, whether it may come to any rate."""


def answer_of(indicator: Indicator) -> Answer:
    """What is known of the answer, from what its sources say of their queries."""
    if indicator.form in ("ratio", "threshold", "raw", "composite"):
        return Answer(RATIO, sums=False)
    queries = [query for _, query in indicator.metrics]
    units = [sources.find(query.source).unit(query) for query in queries]
    no_percentage = all(unit is not None and "ratio" not in dict(unit.dimensions) for unit in units)
    sums = all(map(_sums, queries))
    if indicator.form == "formula":
        timeless = all(unit is not None and "time" not in dict(unit.dimensions) for unit in units)
        rate = not timeless or (sums and _adds_up(indicator.formula))
        return Answer(None, no_percentage=no_percentage, sums=rate)
    unstated = queries[0].source if getattr(queries[0], "unit", "") is None else ""
    return Answer(units[0], unstated, no_percentage, sums)


def _sums(query: Query) -> bool:
    source: Any = sources.find(query.source)
    return bool(source.sums(query)) if hasattr(source, "sums") else source.WINDOWED


def _adds_up(formula: str) -> bool:
    """Whether a formula over sums is a sum itself. A formula that cannot be read is reported elsewhere."""
    try:
        return adds_up(formula)
    except FormulaError:
        return True
