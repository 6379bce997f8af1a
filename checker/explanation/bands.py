"""Draws the bands of a promise as a line, with the last value on it. Pure.

    PASS           WARN           FAIL
    -------------->|<------------>|<-----------
               500 ms         1000 ms
                       ^ 619.5 ms

Each band is drawn equally wide, whatever its numbers: what matters is on which side of a threshold a value lies.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from checker import display
from checker.model import Objective, Verdict
from checker.units import Threshold, convert, convertible

WIDTH = 22
"""The width of a band, in characters."""


class Edge(NamedTuple):
    """Where a band ends: the threshold, and its value in the target's unit."""

    value: Fraction
    threshold: Threshold


def draw(objective: Objective, verdict: Verdict | None) -> list[str]:
    """The lines of the drawing; none if the target is a single value, which has no sides."""
    edges = _edges(objective)
    if not edges:
        return []
    up = objective.target.lower_is_better
    names = ["PASS", "WARN", "FAIL"] if len(edges) == 2 else ["PASS", "FAIL"]
    ordered = sorted(edges)
    labels = names if up else names[::-1]
    lines = [
        "".join(label.center(WIDTH + 1) for label in labels).rstrip(),
        "|".join("-" * WIDTH for _ in labels),
        _under(ordered),
    ]
    if verdict is not None and (mark := _mark(ordered, verdict)) is not None:
        lines.append(mark)
    return lines


def _edges(objective: Objective) -> list[Edge]:
    target, critical = objective.target, objective.critical
    if target.operator == "==":
        return []
    edges = [Edge(target.value, target)]
    if critical is not None:
        edges.append(Edge(convert(critical.value, critical.unit, target.unit), critical))
    return edges


def _under(edges: Sequence[Edge]) -> str:
    """The thresholds as written, each centred below its edge."""
    text = ""
    for number, edge in enumerate(edges, start=1):
        middle = number * (WIDTH + 1) - 1
        start = max(len(text) + 1, middle - len(edge.threshold.text) // 2)
        text = text.ljust(start) + edge.threshold.text
    return text


def _mark(edges: Sequence[Edge], verdict: Verdict) -> str | None:
    """An arrow at the value, placed within its band in proportion to its distance from the edges."""
    target = verdict.objective.target
    if verdict.value is None or verdict.unit is None or not convertible(verdict.unit, target.unit):
        return None
    if verdict.evaluation is not None or (verdict.compared is not None and verdict.compared != target):
        return None
    value = convert(verdict.value, verdict.unit, target.unit)
    number = sum(_beyond(edge, value) for edge in edges)
    low = edges[number - 1].value if number else None
    high = edges[number].value if number < len(edges) else None
    place = number * (WIDTH + 1) + math.floor(_share(value, low, high) * (WIDTH - 1))
    text = display.measured(verdict.value, verdict.unit, target)
    return " " * place + f"^ {text}"


def _beyond(edge: Edge, value: Fraction) -> bool:
    """Whether ``value`` lies in a band to the right of ``edge``."""
    if value != edge.value:
        return value > edge.value
    # A value at the edge itself is to the right if the threshold excludes it from the left band.
    return edge.threshold.operator in ("<", ">=")


def _share(value: Fraction, low: Fraction | None, high: Fraction | None) -> Fraction:
    """How far into its band a value lies, from 0 to 1. In an open band, the middle is at a distance equal to the
    edge's own value."""
    if low is not None and high is not None:
        return (value - low) / (high - low)
    edge = low if low is not None else high
    assert edge is not None
    distance = abs(value - edge) / (abs(edge) or 1)
    share = distance / (1 + distance)
    return share if low is not None else 1 - share
