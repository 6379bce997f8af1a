"""Thresholds, as in ``< 500 ms``: an operator and an exact quantity."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Literal, NamedTuple

from checker.units.unit import CONFIRMED, Unit, parse_unit

Operator = Literal["<", "<=", "==", ">=", ">"]

COMPLEMENT: Mapping[str, Operator] = {"<": ">=", "<=": ">", ">=": "<", ">": "<="}
"""The operator that holds exactly when the given one does not; ``==`` has none."""
MIRRORED: Mapping[str, Operator] = {"<": ">", "<=": ">=", "==": "==", ">=": "<=", ">": "<"}
"""The operator with the other side good, and the boundary itself treated alike."""


class Threshold(NamedTuple):
    """An operator and an exact quantity, as in ``< 500 ms``; ``text`` is how it was written."""

    operator: Operator
    value: Fraction
    unit: Unit
    text: str

    def __hash__(self) -> int:
        return hash(self.text)  # as for a Unit

    def holds(self, value: Fraction) -> bool:
        """Whether ``value``, in this threshold's unit, satisfies it."""
        match self.operator:
            case "<":
                return value < self.value
            case "<=":
                return value <= self.value
            case "==":
                return value == self.value
            case ">=":
                return value >= self.value
            case ">":
                return value > self.value

    def with_operator(self, operator: Operator) -> Threshold:
        """The same quantity with another operator."""
        return self._replace(operator=operator, text=operator + self.text.removeprefix(self.operator))

    @property
    def quantity(self) -> str:
        """The text after the operator, as it was written: ``500 ms``."""
        return self.text.removeprefix(self.operator).strip()

    @property
    def lower_is_better(self) -> bool:
        """Whether smaller values are better when this is a target."""
        return self.operator in ("<", "<=") or (self.operator == "==" and self.value == 0)


_THRESHOLD = re.compile(r"(<=|>=|==|<|>)\s*([+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?)\s*([^\s0-9.,][^\s]*)?")


@lru_cache(maxsize=4096)
def parse_threshold(text: str) -> Threshold:
    """The threshold that ``text`` states: an operator, a decimal number, and optionally a unit; or the word
    ``confirmed``, for a promise that a person attests.

    Raises ValueError, saying what was expected.
    """
    if text.strip() == CONFIRMED.text:
        return Threshold("==", Fraction(1), CONFIRMED, CONFIRMED.text)
    found = _THRESHOLD.fullmatch(text.strip())
    if found is None:
        raise ValueError(_threshold_advice(text.strip()))
    operator, number, unit = found.groups()
    return Threshold(operator, Fraction(Decimal(number)), parse_unit(unit or ""), text.strip())  # type: ignore[arg-type]


def _threshold_advice(text: str) -> str:
    if text.lower() == CONFIRMED.text:
        return f"{text!r} has a capital letter; write it as {CONFIRMED.text!r}"
    if unequal := re.match("!=|≠|<>", text):
        rest = text[unequal.end() :].strip()
        return f"{text!r} does not say which side is good; write '< {rest}' or '> {rest}'"
    for wrong, right in (("=<", "<="), ("=>", ">="), ("≤", "<="), ("≥", ">="), ("=", "==")):
        if text.startswith(wrong) and not text.startswith("=="):
            return f"{text!r} begins with {wrong!r}; write it with {right!r}"
    if re.match(r"[+-]?[0-9]", text):
        return f"{text!r} has no operator; say which side is good, for example '< {text}' or '>= {text}'"
    if "," in text:
        return f"{text!r} has a comma; write the number with a point and without separators"
    return f"{text!r} is not an operator (<, <=, ==, >=, >), a decimal number and a unit, as in '< 500 ms'"
