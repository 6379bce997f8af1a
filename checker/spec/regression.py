"""``regression`` and ``firstRun`` of a criterion: how far its value may be from the value in earlier reports."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import PlainValidator, WithJsonSchema

from checker.model import Allowance
from checker.spec.fields import show
from checker.units import PERCENT, Unit, parse_unit

POINTS = Unit("points", Fraction(1, 100), (("ratio", 1),))
"""Percentage points: the unit of a difference between two shares."""

FirstRun = Literal["inconclusive", "pass"]

_FORM = re.compile(
    r"(?P<operator><=|>=|<|>)\s*(?P<sign>[+-]?)(?P<number>[0-9]{1,20}(?:\.[0-9]{1,20})?)"
    r"\s*(?P<unit>[^\s0-9.,].*)?"
)
_ADVICE = "write it as in '<= +10 %', '>= -5 %' or '<= +50 ms'"


def parse_allowance(text: str) -> Allowance:
    """The allowance in ``text``: an operator, a signed number, and ``%``, ``% of baseline``, ``points`` or a unit.

    Raises ValueError, saying what was expected.
    """
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise ValueError(
            f"{text.strip()!r} does not say how far the value may be from its baseline; {_ADVICE}"
        )
    number = Fraction(Decimal(found["number"]))
    if number and not found["sign"]:
        better = "+" if found["operator"] in ("<", "<=") else "-"
        rest = f"{found['number']} {found['unit'] or ''}".strip()
        raise ValueError(f"{text.strip()!r} has no sign; write it as in '{found['operator']} {better}{rest}'")
    amount = -number if found["sign"] == "-" else number
    unit = " ".join((found["unit"] or "").split())
    relative = unit in ("%", "% of baseline")
    read = PERCENT if relative else POINTS if unit in ("points", "point", "pp") else parse_unit(unit)
    return Allowance(
        operator=found["operator"],  # type: ignore[arg-type]
        amount=amount,
        unit=read,
        relative=relative,
        explicit=unit != "%",
        text=text.strip(),
    )


def _allowance(value: Any) -> Allowance:
    if not isinstance(value, str):
        raise ValueError(f"{show(value)} is not text; {_ADVICE}")
    return parse_allowance(value)


AllowanceText = Annotated[
    Allowance,
    PlainValidator(_allowance),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\s*(<=|>=|<|>)\s*[+-]?[0-9]{1,20}(\.[0-9]{1,20})?\s*([^\s0-9.,].*)?$",
            "examples": ["<= +10 %", ">= -5 % of baseline", "<= +50 ms", ">= -0.5 points"],
        }
    ),
]
"""An operator, a signed number and a unit, read as an Allowance."""
