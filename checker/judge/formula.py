"""Arithmetic over named metrics, exact and with units: ``+ - * /``, parentheses, numbers and names.

The language is the arithmetic that CEL and Python write alike. It is evaluated in Fractions, because CEL's
own doubles round before they are compared; and with units, so that seconds are never added to bytes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from checker.units import NUMBER, Unit, convert, convertible, describe

MOST_NODES = 200


class FormulaError(ValueError):
    """A formula that is none, or that has no value: what is wrong, in one sentence."""


def parse(text: str) -> ast.expr:
    """The parsed formula. Raises FormulaError for anything but arithmetic over names and numbers."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise FormulaError(f"{text!r} is no arithmetic; write it as in 'cost / customers'") from None
    for count, node in enumerate(ast.walk(tree)):
        if count > MOST_NODES:
            raise FormulaError(f"the formula has more than {MOST_NODES} parts")
        if not _allowed(node):
            raise FormulaError(
                f"a formula knows + - * / ( ), numbers and the metrics' names, but not {ast.unparse(node)!r}"
                if isinstance(node, ast.expr)
                else "a formula knows + - * / ( ), numbers and the metrics' names, and nothing else"
            )
    return tree


def _allowed(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int | float) and not isinstance(node.value, bool)
    return isinstance(
        node,
        ast.BinOp | ast.UnaryOp | ast.Name | ast.Add | ast.Sub | ast.Mult | ast.Div | ast.USub | ast.Load,
    )


def names(text: str) -> Iterator[str]:
    """The metrics that a formula speaks of. Raises FormulaError."""
    return (node.id for node in ast.walk(parse(text)) if isinstance(node, ast.Name))


def evaluate(text: str, values: Mapping[str, tuple[Fraction, Unit]]) -> tuple[Fraction, Unit]:
    """The value of a formula with its unit. Raises FormulaError, also for a division by zero."""
    return _evaluate(parse(text), text, values)


def _evaluate(
    node: ast.expr, text: str, values: Mapping[str, tuple[Fraction, Unit]]
) -> tuple[Fraction, Unit]:
    match node:
        case ast.Name(id=name):
            if name not in values:
                raise FormulaError(f"the formula speaks of {name!r}, which is none of its metrics")
            return values[name]
        case ast.Constant():
            return Fraction(Decimal(ast.get_source_segment(text.strip(), node) or "0")), NUMBER
        case ast.UnaryOp(operand=operand):
            value, unit = _evaluate(operand, text, values)
            return -value, unit
        case ast.BinOp(left=left, op=operator, right=right):
            one, other = _evaluate(left, text, values), _evaluate(right, text, values)
            return _combine(one, operator, other)
    raise FormulaError("a formula knows + - * / ( ), numbers and names")


def _combine(
    left: tuple[Fraction, Unit], operator: ast.operator, right: tuple[Fraction, Unit]
) -> tuple[Fraction, Unit]:
    (one, unit), (other, of) = left, right
    match operator:
        case ast.Mult():
            return one * other, unit * of
        case ast.Div():
            if other == 0:
                raise FormulaError("the formula divides by zero")
            return one / other, unit / of
    if not convertible(unit, of):
        raise FormulaError(f"the formula adds {describe(unit)} and {describe(of)}")
    same = convert(other, of, unit)
    return (one + same if isinstance(operator, ast.Add) else one - same), unit
