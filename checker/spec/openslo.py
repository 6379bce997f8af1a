"""Values that several OpenSLO kinds share: descriptions, duration shorthands, operators, numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, PlainValidator, WithJsonSchema

from checker.spec.fields import show

Description = Annotated[str, Field(max_length=1050)]
"""A description as OpenSLO defines it: at most 1050 characters."""

Operator = Literal["lte", "gte", "lt", "gt"]

_SECONDS = {"m": 60, "h": 3600, "d": 86400, "w": 604800}
_MONTHS = {"M": 1, "Q": 3, "Y": 12}
_SHORTHAND = re.compile(r"(0|[1-9][0-9]{0,5})([mhdwMQY])")


class Shorthand(NamedTuple):
    """A duration shorthand: ``30d`` is 30 and ``d``. Months, quarters and years are calendar units."""

    number: int
    unit: Literal["m", "h", "d", "w", "M", "Q", "Y"]

    @property
    def seconds(self) -> int | None:
        """Its length in seconds; None for months, quarters and years."""
        return self.number * _SECONDS[self.unit] if self.unit in _SECONDS else None

    @property
    def months(self) -> int:
        """Its length in calendar months; 0 for units with a fixed length."""
        return self.number * _MONTHS.get(self.unit, 0)

    def __str__(self) -> str:
        return f"{self.number}{self.unit}"


def _shorthand(least: int) -> Callable[[Any], Shorthand]:
    def read(value: Any) -> Shorthand:
        if not isinstance(value, str):
            raise ValueError(f"{show(value)} has no unit; write it as text, as in 5m, 1h, 28d or 1M")
        found = _SHORTHAND.fullmatch(value)
        if found is None:
            raise ValueError(
                f"{show(value)} is not a duration; write a whole number and one of m, h, d, w, M, Q, Y "
                "(minutes, hours, days, weeks, months, quarters, years), as in 5m, 1h, 28d or 1M"
            )
        if int(found[1]) < least:
            raise ValueError(f"{show(value)} is too short; write a number of at least {least}")
        return Shorthand(int(found[1]), found[2])  # type: ignore[arg-type]

    return read


def _shorthand_schema(number: str) -> WithJsonSchema:
    return WithJsonSchema(
        {"type": "string", "pattern": f"^{number}[mhdwMQY]$", "examples": ["5m", "28d", "1M"]}
    )


Duration = Annotated[Shorthand, PlainValidator(_shorthand(1)), _shorthand_schema("[1-9][0-9]{0,5}")]
"""A duration shorthand."""


def _minutes(value: Any) -> Shorthand:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1_000_000:
        return Shorthand(value, "m")
    return _shorthand(1)(value)


DurationOrMinutes = Annotated[
    Shorthand,
    PlainValidator(_minutes),
    WithJsonSchema(
        {
            "type": ["string", "integer"],
            "pattern": "^[1-9][0-9]{0,5}[mhdwMQY]$",
            "minimum": 1,
            "maximum": 999_999,
            "examples": ["1m", "5m", 5],
        }
    ),
]
"""A duration shorthand, or a whole number of minutes."""

DurationOrNone = Annotated[Shorthand, PlainValidator(_shorthand(0)), _shorthand_schema("(0|[1-9][0-9]{0,5})")]
"""A duration shorthand that may be zero, as in ``0m``."""


def number(value: Any) -> Fraction:
    """A number from the file, exactly."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError(f"{show(value)} is not a number; write it as in 0.999, without quotes")
    return Fraction(value)


Number = Annotated[Fraction, PlainValidator(number), WithJsonSchema({"type": "number"})]
"""Any number, read exactly."""
