"""Places, thresholds, durations and numbers as JSON; measured numbers both exact and as people see them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from checker import display
from checker.display import exact
from checker.model import Location
from checker.units import Threshold, Unit, format_duration

Tree = dict[str, Any]


def location_tree(location: Location | None) -> Tree | None:
    return location._asdict() if location else None


def threshold_tree(threshold: Threshold | None) -> Tree | None:
    if threshold is None:
        return None
    return {
        "text": threshold.text,
        "operator": threshold.operator,
        "exact": exact(threshold.value),
        "unit": threshold.unit.text,
    }


def duration_tree(seconds: int | None) -> Tree | None:
    return None if seconds is None else {"seconds": seconds, "text": format_duration(seconds)}


def quantity_tree(value: Fraction | None, unit: Unit | None, *, up: bool) -> Tree | None:
    return shown_tree(value, lambda number: display.quantity(number, unit, up=up))


def number_tree(value: Fraction | None, *, up: bool) -> Tree | None:
    return shown_tree(value, lambda number: display.number(number, up=up))


def percent_tree(value: Fraction | None, *, up: bool) -> Tree | None:
    return shown_tree(value, lambda share: display.percent(share, up=up))


def shown_tree(value: Fraction | None, text: Callable[[Fraction], str]) -> Tree | None:
    """A number in both forms; None if there is none."""
    return None if value is None else {"exact": exact(value), "text": text(value)}
