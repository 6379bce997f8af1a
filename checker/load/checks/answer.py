"""What is known about an indicator's result before anything is asked."""

from __future__ import annotations

from typing import Any, NamedTuple

from checker import sources
from checker.formula import FormulaError, adds_up
from checker.model import Indicator, Query
from checker.sources import Range
from checker.units import Unit, parse_unit

RATIO = parse_unit("ratio")
"""The unit of a share, which lies between 0 and 1. (A percentage that is not a share can exceed 100 % or be
negative.)"""


class Answer(NamedTuple):
    """The known properties of a result. ``unit`` is None if it is not known."""

    unit: Unit | None
    unstated: str = ""
    """The source of a query that could state a unit but does not; "" if there is none."""
    no_percentage: bool = False
    """Whether the metrics certainly measure no percentage. If a target is in percent, the value is then a share
    from 0 to 1, or an error."""
    sums: bool = True
    """Whether it may be a sum over the window, which can be compared with a rate; for a formula, whether it may be
    a rate."""
    possible: Range | None = None
    """The values that it can have, in its unit; None if only the unit limits them."""


def answer_of(indicator: Indicator) -> Answer:
    """What is known about the result of an indicator, according to the sources of its queries."""
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
    return Answer(units[0], unstated, no_percentage, sums, sources.possible(queries[0]))


def _sums(query: Query) -> bool:
    source: Any = sources.find(query.source)
    return bool(source.sums(query)) if hasattr(source, "sums") else source.WINDOWED


def _adds_up(formula: str) -> bool:
    """Whether a formula over sums is itself a sum. An invalid formula is reported elsewhere."""
    try:
        return adds_up(formula)
    except FormulaError:
        return True
