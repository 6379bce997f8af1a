"""The value of a formula over measured metrics, exact and with units.

It is computed in Fractions, so that nothing is rounded before it is compared, and with units, so that seconds are
never added to bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from checker.formula import FormulaError, Part, parse
from checker.units import NUMBER, Unit, convert, convertible, describe

LONGEST = 8192
"""Most binary digits that a numerator or denominator may have, in intermediate values too."""

Quantity = tuple[Fraction, Unit]


class DivisionByZero(FormulaError):
    """A formula that divides by a metric which was measured as zero: it has no value."""


def evaluate(text: str, values: Mapping[str, Quantity]) -> Quantity:
    """The value of a formula with its unit. Raises FormulaError, and its subclass DivisionByZero."""
    stack: list[Quantity] = []
    for part in parse(text):
        if part.kind != "operator":
            stack.append(_operand(part, values))
        elif part.text == "negate":
            value, unit = stack.pop()
            stack.append((-value, unit))
        else:
            right, left = stack.pop(), stack.pop()
            stack.append(_combined(left, part.text, right))
        _check_length(stack[-1][0])
    (result,) = stack
    return result


def _operand(part: Part, values: Mapping[str, Quantity]) -> Quantity:
    if part.kind == "number":
        return Fraction(part.text), NUMBER
    if part.text not in values:
        raise FormulaError(f"the formula uses {part.text!r}, which is not one of its metrics")
    return values[part.text]


def _combined(left: Quantity, operator: str, right: Quantity) -> Quantity:
    (one, unit), (other, of) = left, right
    if operator == "*":
        return one * other, unit * of
    if operator == "/":
        if other == 0:
            raise DivisionByZero("the formula divides by zero")
        return one / other, unit / of
    if not convertible(unit, of):
        joined = "adds" if operator == "+" else "subtracts"
        raise FormulaError(f"the formula {joined} {describe(unit)} and {describe(of)}")
    same = convert(other, of, unit)
    return (one + same if operator == "+" else one - same), unit


def _check_length(value: Fraction) -> None:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > LONGEST:
        raise FormulaError("the result of the formula has thousands of digits")
