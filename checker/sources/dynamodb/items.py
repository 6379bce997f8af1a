"""Decides whether an item counts: compares its typed attributes with the conditions.

checker does this itself because DynamoDB charges a filtered read like an unfiltered one, and its filter silently
drops an item with an attribute that is missing, misspelt, or of another type.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from checker.sources.dynamodb.conditions import Asked, Kind
from checker.sources.dynamodb.times import instant, shape

Value = Mapping[str, Any]
"""An attribute's value with its DynamoDB type: ``{"S": "active"}``, ``{"N": "5"}``."""

Item = Mapping[str, Value]


class Unfit(ValueError):
    """An item with an attribute that cannot be compared: the fact, and the remedy."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


def has(item: Item, exists: Sequence[str], missing: Sequence[str]) -> bool:
    """Whether an item has all of ``exists`` and none of ``missing``; a null counts as missing."""
    there = {name for name, value in item.items() if "NULL" not in value}
    return there.issuperset(exists) and there.isdisjoint(missing)


def meets(conditions: Iterable[Asked]) -> Callable[[Item], bool]:
    """A function that tells whether an item meets all of ``conditions``; it raises Unfit if that cannot be decided.

    An attribute that is missing or cannot be compared leaves its condition undecided. That matters only if no other
    condition rules the item out.
    """
    tests = [(condition["attribute"], _test(condition)) for condition in conditions]

    def judged(item: Item) -> bool:
        unfit: Unfit | None = None
        for attribute, test in tests:
            try:
                if not test(item.get(attribute)):
                    return False
            except Unfit as error:
                unfit = unfit or error
        if unfit is not None:
            raise unfit
        return True

    return judged


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">=": operator.ge,
    ">": operator.gt,
}


def _test(condition: Asked) -> Callable[[Value | None], bool]:
    attribute, kind = condition["attribute"], condition["type"]
    sign: str = condition["operator"]
    operands = [_operand(kind, text) for text in condition["values"]]
    compare = _COMPARE.get(sign)

    def test(value: Value | None) -> bool:
        actual = _actual(attribute, kind, value)
        if compare is not None:
            return bool(compare(actual, operands[0]))
        return (actual in operands) == (sign == "==")

    return test


def _operand(kind: Kind, text: str) -> Any:
    if kind in ("time", "utc"):
        return instant(text)
    if kind == "BOOL":
        return text == "true"
    return text if kind == "S" else Decimal(text)


_TYPES = {"S": "text", "N": "a number", "BOOL": "true or false", "B": "binary", "M": "a map", "L": "a list",
          "SS": "a set", "NS": "a set", "BS": "a set"}  # fmt: skip
_STORED = {"time": "S", "utc": "S", "epochSeconds": "N", "epochMilliseconds": "N"}
EPOCH_SECONDS = (Decimal(10**8), Decimal(10**11))
"""1973 to 5138. A smaller or greater number is not a time in seconds; times in milliseconds lie outside too."""


def typed(attribute: str, value: Value | None) -> tuple[str, Any]:
    """The DynamoDB type and the bare value of an attribute. Raises Unfit if it is missing or null."""
    if value is None or "NULL" in value:
        raise Unfit(
            f"an item has no {attribute}",
            f"correct the name; or list {attribute} in whereExists to leave such items out",
        )
    if len(value) != 1:
        raise Unfit(f"an item's {attribute} has no type", "check what is behind the endpoint")
    return next(iter(value.items()))


def _actual(attribute: str, kind: Kind, value: Value | None) -> Any:
    """The value of an attribute, ready to be compared as ``kind``. Raises Unfit."""
    stored, bare = typed(attribute, value)
    expected = _STORED.get(kind, kind)
    if stored != expected:
        remedy = f"write the condition for {_TYPES.get(stored, stored)}"
        if kind == "time" and stored == "N":
            remedy = (
                "for a time kept as a number, end the condition with 'as epoch seconds' or 'milliseconds'"
            )
        raise Unfit(
            f"an item's {attribute} is {_TYPES.get(stored, stored)}, and the condition is for {_TYPES[expected]}",
            remedy,
        )
    if type(bare) is not (bool if expected == "BOOL" else str):
        raise Unfit(f"an item's {attribute} is not {_TYPES[expected]}", "check what is behind the endpoint")
    if kind in ("time", "utc"):
        nanoseconds = instant(bare, utc=kind == "utc")
        if nanoseconds is None:
            raise Unfit(
                f"an item's {attribute} is like {shape(bare)!r}, which is not a time"
                + (" in UTC, and an index orders times as text" if kind == "utc" else " with a zone"),
                "write times as 2026-01-31T12:00:00Z"
                + ("" if kind == "utc" else ", or with an offset such as +01:00"),
            )
        return nanoseconds
    return _number(attribute, kind, str(bare)) if expected == "N" else bare


def _number(attribute: str, kind: Kind, text: str) -> Decimal:
    try:
        number = Decimal(text)
    except (InvalidOperation, TypeError):
        number = Decimal("nan")
    if not number.is_finite():
        raise Unfit(f"an item's {attribute} is not a finite number", "check what is behind the endpoint")
    scale = 1000 if kind == "epochMilliseconds" else 1
    if kind != "N" and not EPOCH_SECONDS[0] * scale <= number < EPOCH_SECONDS[1] * scale:
        unit, other = ("milliseconds", "seconds") if scale == 1000 else ("seconds", "milliseconds")
        raise Unfit(
            f"an item's {attribute} is not a time in epoch {unit}: it would lie before 1973 or after 5138",
            f"end the condition with 'as epoch {other}', if the numbers are that",
        )
    return number


def identity(attribute: str, value: Value | None) -> tuple[str, Any]:
    """The (type, value) pair by which items are compared for distinct values. Raises Unfit."""
    kind, bare = typed(attribute, value)
    if kind not in ("S", "N", "B") or not isinstance(bare, bytes if kind == "B" else str):
        raise Unfit(
            f"an item's {attribute} is neither text, a number nor binary",
            "count the values of another attribute",
        )
    if kind == "N":
        _number(attribute, "N", str(bare))
    return kind, bare


def canonical(number: str) -> str:
    """A canonical text for a decimal number, the same for equal numbers, without rounding: digits and exponent,
    without trailing zeros."""
    sign, digits, exponent = Decimal(number).as_tuple()
    text = "".join(map(str, digits))
    kept = text.rstrip("0").lstrip("0")
    if not kept:
        return "0"
    return f"{'-' if sign else ''}{kept}E{int(exponent) + len(text) - len(text.rstrip('0'))}"
