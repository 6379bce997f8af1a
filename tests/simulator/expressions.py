"""A small part of metric math: + - * / and parentheses over Ids and numbers.

Functions, SEARCH, Metrics Insights and conditions are not simulated; they are rejected, so that no test takes
an empty series for an answer. As documented, a missing data point counts as 0 in arithmetic, and a division
by zero gives no data point.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping

Series = Mapping[int, float]
"""Values by time."""

_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def parse(text: str) -> ast.expr:
    """The expression as a tree; ValueError says what is not understood."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        raise ValueError(f"'{text}' is not an arithmetic expression over Ids") from None
    for node in ast.walk(tree):
        known = isinstance(node, ast.BinOp | ast.UnaryOp | ast.Name | ast.expr_context)
        constant = isinstance(node, ast.Constant) and type(node.value) in (int, float)
        sign = isinstance(node, ast.Add | ast.Sub | ast.Mult | ast.Div | ast.USub)
        if not (known or constant or sign):
            raise ValueError(f"'{text}' needs more of metric math than the simulator has (+ - * / over Ids)")
    return tree


def names(tree: ast.expr) -> set[str]:
    """The Ids that an expression reads."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def evaluate(tree: ast.expr, series: Mapping[str, Series]) -> dict[int, float]:
    """The values of an expression at every time at which one of its series has a value."""
    times = sorted({time for name in names(tree) for time in series[name]})
    values = {}
    for time in times:
        try:
            values[time] = _value(tree, {name: series[name].get(time, 0.0) for name in names(tree)})
        except ZeroDivisionError:
            continue
    return values


def _value(node: ast.expr, values: Mapping[str, float]) -> float:
    match node:
        case ast.Name(id=name):
            return values[name]
        case ast.Constant(value=int(number) | float(number)):
            return float(number)
        case ast.UnaryOp(operand=operand):
            return -_value(operand, values)
        case ast.BinOp(left=left, op=sign, right=right):
            return _OPERATORS[type(sign)](_value(left, values), _value(right, values))
    raise ValueError(f"cannot evaluate {ast.dump(node)}")
