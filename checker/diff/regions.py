"""The values that a threshold accepts, and whether one threshold accepts no more than another."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from checker.units import COMPLEMENT, MIRRORED, Dimensions, Threshold


class Region(NamedTuple):
    """All values below ``at``, above it, or exactly it; in base units of ``dimensions``."""

    operator: str
    at: Fraction
    dimensions: Dimensions


def region(threshold: Threshold, *, share: bool, of_bad: bool) -> Region:
    """The values for which ``threshold`` holds.

    ``share`` says that the value is a ratio: a number without a unit is then the ratio itself. ``of_bad`` says that
    it is the ratio of bad events; its values are converted to those of good events.
    """
    at, dimensions = threshold.value * threshold.unit.factor, threshold.unit.dimensions
    if not share:
        return Region(threshold.operator, at, dimensions)
    dimensions = tuple(each for each in dimensions if each[0] != "ratio")
    if of_bad:
        return Region(MIRRORED[threshold.operator], 1 - at, dimensions)
    return Region(threshold.operator, at, dimensions)


def beyond(reached: Region) -> Region | None:
    """The values outside ``reached``; None if they do not form a region."""
    if reached.operator not in COMPLEMENT:
        return None
    return Region(COMPLEMENT[reached.operator], reached.at, reached.dimensions)


def within(inner: Region, outer: Region) -> bool:
    """Whether every value of ``inner`` is in ``outer``."""
    if inner.dimensions != outer.dimensions:
        return False
    if outer.operator == "==":
        return inner.operator == "==" and inner.at == outer.at
    if inner.operator == "==":
        return _holds(outer, inner.at)
    if inner.operator[0] != outer.operator[0]:
        return False
    if inner.at == outer.at:
        return "=" in outer.operator or "=" not in inner.operator
    return (inner.at < outer.at) == (outer.operator[0] == "<")


def _holds(outer: Region, value: Fraction) -> bool:
    if value == outer.at:
        return "=" in outer.operator
    return (value < outer.at) == (outer.operator[0] == "<")
