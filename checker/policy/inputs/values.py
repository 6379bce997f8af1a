"""Numbers, times and thresholds in the input of rules: each as plain data, and its schema."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from checker import display
from checker.policy.inputs.fields import Schema, number, record, text, whole
from checker.units import NUMBER, Threshold, Unit, base_unit, format_duration, parse_unit

Plain = dict[str, Any]
_THRESHOLD = frozenset(("text", "operator", "value", "exact", "unit", "baseValue", "baseUnit"))
_LARGEST = 2**63 - 1


def duration(seconds: int | None) -> Plain | None:
    return None if seconds is None else {"seconds": seconds, "text": format_duration(seconds)}


def duration_schema(description: str, seconds: int, shown: str) -> Schema:
    return record(description, seconds=whole("In seconds.", seconds), text=text("As in 1h, 30d.", shown))


def moment(seconds: int) -> Plain:
    return {"seconds": seconds, "text": display.moment(seconds)}


def moment_schema(description: str, seconds: int, shown: str) -> Schema:
    return record(
        description, seconds=whole("Seconds since 1970.", seconds), text=text("RFC 3339, UTC.", shown)
    )


def threshold(given: Threshold | None) -> Plain | None:
    return None if given is None else dict(_threshold(given))


@lru_cache(1000)  # many promises have the same thresholds
def _threshold(given: Threshold) -> Plain:
    return {
        "text": given.text,
        "operator": given.operator,
        "value": double(given.value),
        "exact": display.exact(given.value),
        "unit": given.unit.text,
        **in_base(given.value, given.unit),
    }


def threshold_schema(description: str, operator: str, value: float, exact: str, unit: str) -> Schema:
    return record(
        description,
        text=text("As it is written.", f"{operator} {exact} {unit}"),
        operator=text("The operator.", operator, "<", "<=", "==", ">=", ">"),
        value=number("The number as it is written: 5 of '< 5 s', and 5000 of '< 5000 ms'.", value),
        exact=text("That number, without loss.", exact),
        unit=text("The unit as it is written.", unit),
        **base_schema(Fraction(exact), parse_unit(unit)),
    )


def is_threshold(described: Mapping[str, Any]) -> bool:
    """Whether this is the schema of a threshold."""
    return frozenset(described.get("properties", ())) == _THRESHOLD


def in_base(value: Fraction, unit: Unit) -> Plain:
    """A quantity in the base unit of its dimension, so that rules can compare it whatever unit it is written in."""
    return {"baseValue": double(value * unit.factor), "baseUnit": base_unit(unit)}


def base_schema(value: Fraction, unit: Unit) -> dict[str, Schema]:
    """The schema of ``in_base``, with an example in ``unit``."""
    shown = in_base(value, unit)
    return {
        "baseValue": number(
            "The number in baseUnit, which does not depend on how it is written: 0.5 of '500 ms' and of '0.5 s'.",
            shown["baseValue"],
        ),
        "baseUnit": text(
            "The base unit of its kind: s, ratio, count, B, a currency, count/s, ...; empty of a plain number.",
            shown["baseUnit"],
        ),
    }


def quantity(value: Fraction | None, unit: Unit | None, *, up: bool) -> Plain | None:
    if value is None:
        return None
    return {
        "value": double(value),
        "exact": display.exact(value),
        "text": display.quantity(value, unit, up=up),
        **in_base(value, unit or NUMBER),
    }


def quantity_schema(description: str, value: float, exact: str, shown: str) -> Schema:
    unit = parse_unit(shown.partition(" ")[2])
    return record(
        description,
        value=number("The number.", value),
        exact=text("The number, without loss: a decimal, or p/q.", exact),
        text=text("As the reports show it.", shown),
        **base_schema(Fraction(shown.partition(" ")[0]), unit),
    )


def double(value: Fraction | None) -> float | None:
    """The nearest double; the greatest finite one if the value is too large."""
    if value is None:
        return None
    try:
        return float(value)
    except OverflowError:
        return math.copysign(1.7976931348623157e308, value)


def text_in(value: Any) -> str:
    """A value from a file if it is a text; otherwise ""."""
    return value if isinstance(value, str) else ""


def plain(value: Any) -> Any:
    """A value from a file with numbers that CEL has: decimals, and integers that need more than 64 bits, become
    doubles."""
    match value:
        case str():
            return value
        case dict():
            return {key: plain(each) for key, each in value.items()}
        case list():
            return [plain(each) for each in value]
        case Decimal():
            return double(Fraction(value))
        case int() if not isinstance(value, bool) and abs(value) > _LARGEST:
            return double(Fraction(value))
        case _:
            return value
