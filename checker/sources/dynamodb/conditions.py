"""Conditions on an item's attribute: as written, and as they apply at one moment."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Any, Literal, NamedTuple

from checker.sources.dynamodb.times import instant, iso
from checker.units import parse_duration

Kind = Literal["S", "N", "BOOL", "time", "utc", "epochSeconds", "epochMilliseconds"]
"""How an attribute is compared: as text (S), a number (N) or a boolean; as a time in text (``time``, or ``utc`` if
it must be in UTC); as a time in a number of epoch seconds or milliseconds."""

Asked = Mapping[str, Any]
"""A condition at one moment, as JSON: ``attribute``, ``operator``, ``type`` (a Kind) and ``values`` (texts)."""


class Condition(NamedTuple):
    """One comparison of an attribute. ``values`` are its operands as text; ``==`` holds for any of them.

    The operand of a time is ``seconds``: since the epoch, or relative to the run's moment if ``relative``.
    """

    operator: str
    kind: Kind
    text: str
    values: tuple[str, ...] = ()
    seconds: int = 0
    relative: bool = False

    @property
    def equality(self) -> bool:
        """Whether it fixes the attribute to a single value."""
        return self.operator == "==" and len(self.values) == 1 and self.kind in ("S", "N")

    @property
    def bound(self) -> Decimal:
        """The operand of an ordering, for a number or a time."""
        return Decimal(self.values[0]) if self.values else Decimal(self.seconds)

    def __str__(self) -> str:
        return self.text if _OPERATOR.match(self.text) else f"is {self.text}"

    def asked(self, attribute: str, at: int) -> dict[str, Any]:
        """The complete condition on ``attribute`` at the moment ``at``."""
        moment = self.seconds + (at if self.relative else 0)
        match self.kind:
            case "time":
                values = [iso(moment)]
            case "epochSeconds":
                values = [str(moment)]
            case "epochMilliseconds":
                values = [str(moment * 1000)]
            case _:
                values = list(self.values)
        return {"attribute": attribute, "operator": self.operator, "type": self.kind, "values": values}


def parse(written: Any) -> tuple[Condition, ...]:
    """The conditions in one attribute's entry: a value, a comparison, or a list of values or of comparisons.

    Of a list of values any may match; of a list of comparisons all must hold. Raises ValueError.
    """
    if not isinstance(written, list | tuple):
        return (_one(written),)
    conditions = [_one(each) for each in written]
    plain = [each for each in conditions if not _OPERATOR.match(each.text)]
    if not conditions:
        raise ValueError("the list is empty, and no item would count")
    if not plain:
        _refuse_contradictions(conditions)
        return tuple(conditions)
    if len(plain) < len(conditions) or len({each.kind for each in plain}) > 1:
        raise ValueError(
            "the list mixes values with comparisons, or text with numbers; list values of one type (any of them "
            "counts) or comparisons (all of them hold)"
        )
    text = " or ".join(each.text for each in plain)
    return (Condition("==", plain[0].kind, text, tuple(value for each in plain for value in each.values)),)


def _refuse_contradictions(conditions: Sequence[Condition]) -> None:
    """Raises ValueError for comparisons that no value satisfies together: a count of zero would look like a
    measurement."""
    for one, other in combinations(conditions, 2):
        if one.operator == other.operator == "==" and (one.kind, one.values) != (other.kind, other.values):
            raise ValueError(
                f"nothing equals both {one.values[0]} and {other.values[0]}; to count either, list them without '=='"
            )
        upper, lower = (one, other) if one.operator[0] == "<" else (other, one)
        if (upper.operator[0], lower.operator[0]) != ("<", ">"):
            continue
        if upper.kind == lower.kind and upper.relative == lower.relative:
            most, least = upper.bound, lower.bound
            both_touch = upper.operator == "<=" and lower.operator == ">="
            if least > most or (least == most and not both_touch):
                raise ValueError(f"nothing is both {upper.text} and {lower.text}")


LONGEST = 36500 * 86400
"""The most seconds that a condition may reach before or after the run's moment."""

_OPERATOR = re.compile(r"(<=|>=|==|!=|<|>)\s*(.*)", re.DOTALL)
_ALMOST = re.compile(r"\s+[<>=!]|=|≤|≥|!|now\b\s*[-+]")
_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?")
_TIME = re.compile(
    r"(?:(?P<now>now)(?:\s*(?P<sign>[+-])\s*(?P<duration>\S+))?|(?P<fixed>[0-9]{4}-\S+))"
    r"(?P<epoch>\s+as epoch (?P<unit>seconds|milliseconds))?"
)


def _one(written: Any) -> Condition:
    if isinstance(written, bool):
        return Condition("==", "BOOL", str(written).lower(), (str(written).lower(),))
    if isinstance(written, int | float | Decimal):
        number = Decimal(str(written))
        if not number.is_finite():
            raise ValueError(f"{written} is not a finite number")
        return Condition("==", "N", str(written), (str(number),))
    if not isinstance(written, str):
        raise ValueError("a condition is text, a number, true or false, or a list of them")
    found = _OPERATOR.fullmatch(written)
    if found:
        return _comparison(found[1], found[2].strip(), written)
    if _ALMOST.match(written):
        raise ValueError(
            f"{written!r} is not a comparison; begin it with <, <=, ==, !=, >= or >, as in '>= now - 30d', "
            "or write '== ' before a text that begins like this"
        )
    return Condition("==", "S", written, (written,))


def _comparison(sign: str, operand: str, text: str) -> Condition:
    if not operand:
        raise ValueError(f"{text!r} has no value to compare with; write a value after {sign!r}")
    if _NUMBER.fullmatch(operand):
        return Condition(sign, "N", text, (operand,))
    ordering = sign not in ("==", "!=")
    time = _TIME.fullmatch(operand)
    if ordering and time:
        return _time(sign, time, text)
    if ordering:
        raise ValueError(
            f"{text!r}: {sign} compares numbers and times; write a number, 'now - 30d', or a time such as "
            "2026-01-31T00:00:00Z"
        )
    if time and time["now"]:
        raise ValueError(f"{text!r}: no item is of exactly this moment; write it with <, <=, >= or >")
    quoted = len(operand) > 1 and operand[0] == operand[-1] == "'"
    return Condition(sign, "S", text, (operand[1:-1] if quoted else operand,))


def _time(sign: str, found: re.Match[str], text: str) -> Condition:
    kind: Kind = "time"
    if found["epoch"]:
        kind = "epochSeconds" if found["unit"] == "seconds" else "epochMilliseconds"
    if found["now"]:
        duration = parse_duration(found["duration"]) if found["sign"] else 0
        if duration > LONGEST:
            raise ValueError(f"{text!r} reaches further than 100 years")
        return Condition(
            sign, kind, text, seconds=-duration if found["sign"] == "-" else duration, relative=True
        )
    nanoseconds = instant(found["fixed"])
    if nanoseconds is None or nanoseconds % 10**9:
        raise ValueError(
            f"{text!r} states no time; write whole seconds and the zone, as in 2026-01-31T00:00:00Z"
        )
    return Condition(sign, kind, text, seconds=nanoseconds // 10**9)
