"""Where a threshold ends, so that two of them can be compared."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from checker.units import Threshold, Unit, convert


class Edge(NamedTuple):
    """Where the values end that satisfy a threshold; ``owned`` if the value ``at`` the edge is one of them.

    Edges are compared with the better values on the left: where larger values are the better ones, ``at`` is negated.
    """

    at: Fraction
    owned: bool


def edge_of(threshold: Threshold, unit: Unit, sign: int) -> Edge:
    """The edge of ``threshold`` in ``unit``; ``sign`` is -1 where larger values are the better ones."""
    return Edge(sign * convert(threshold.value, threshold.unit, unit), "=" in threshold.operator)
