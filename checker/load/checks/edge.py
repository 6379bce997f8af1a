"""The edge of a threshold, so that two thresholds can be compared."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from checker.units import Threshold, Unit, convert


class Edge(NamedTuple):
    """The edge of the values that satisfy a threshold; ``owned`` says that the value ``at`` the edge satisfies it.

    Edges are compared such that smaller is better: if larger values are better, ``at`` is negated.
    """

    at: Fraction
    owned: bool


def edge_of(threshold: Threshold, unit: Unit, sign: int) -> Edge:
    """The edge of ``threshold`` in ``unit``; ``sign`` is -1 if larger values are better."""
    return Edge(sign * convert(threshold.value, threshold.unit, unit), "=" in threshold.operator)
