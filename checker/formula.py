"""Arithmetic over named metrics: ``+ - * /``, parentheses, decimal numbers and names.

The syntax is common to CEL, Python and a pocket calculator. It is parsed into postfix order, so that evaluation
needs a stack and no recursion; a hostile formula is refused as soon as it is too long.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from hashlib import sha256
from typing import Literal, NamedTuple

MOST_PARTS = 200
"""The most names, numbers, operators and parentheses in one formula."""

_PART = re.compile(
    r"\s*(?:(?P<number>[0-9]{1,40}(?:\.[0-9]{1,40})?)(?![0-9A-Za-z_.])"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<operator>[-+*/()]))"
)
_BINDS = {"(": 0, "+": 1, "-": 1, "*": 2, "/": 2, "negate": 3}


class FormulaError(ValueError):
    """Text that is no formula, or a formula without a value; the message says what is wrong in one sentence."""


class Part(NamedTuple):
    """One part of a formula: a number or a name as written, or an operator (``negate`` is a minus sign before a
    value)."""

    kind: Literal["number", "name", "operator"]
    text: str


def parse(text: str) -> tuple[Part, ...]:
    """The formula in postfix order: ``a + b * 2`` becomes a, b, 2, *, +. Raises FormulaError."""
    done: list[Part] = []
    waiting: list[str] = []
    value_next = True
    for part in _parts(text):
        if part.kind != "operator" or part.text == "(":
            if not value_next:
                raise _unexpected(part)
            if part.text == "(":
                waiting.append("(")
            else:
                done.append(part)
                value_next = False
        elif not value_next:
            _release(done, waiting, _BINDS.get(part.text, 1))
            if part.text != ")":
                waiting.append(part.text)
                value_next = True
            elif not waiting:
                raise _unexpected(part)
            else:
                waiting.pop()
        elif part.text == "-":
            waiting.append("negate")
        else:
            raise _unexpected(part)
    if value_next:
        raise FormulaError("the formula ends where a name or a number should follow" if done else _EMPTY)
    _release(done, waiting, 1)
    if waiting:
        raise FormulaError("a parenthesis of the formula is never closed")
    return tuple(done)


_EMPTY = "the formula is empty; write it as in 'cost / customers'"


def _parts(text: str) -> Iterator[Part]:
    end, position = len(text.rstrip()), 0
    for _ in range(MOST_PARTS):
        if position >= end:
            return
        found = _PART.match(text, position)
        if found is None:
            rest = text[position:].strip()[:20]
            raise FormulaError(
                f"a formula may contain + - * / ( ), decimal numbers and the metrics' names, but not {rest!r}"
            )
        yield Part(found.lastgroup, found[found.lastgroup])  # type: ignore[arg-type, index]
        position = found.end()
    if position < end:
        raise FormulaError(f"the formula has more than {MOST_PARTS} parts")


def _release(done: list[Part], waiting: list[str], binds: int) -> None:
    """Moves the waiting operators that bind at least as closely as ``binds`` to the result."""
    while waiting and _BINDS[waiting[-1]] >= binds:
        done.append(Part("operator", waiting.pop()))


def _unexpected(part: Part) -> FormulaError:
    return FormulaError(
        f"the formula has {part.text!r} where it is not allowed; write it as in 'cost / customers'"
    )


def names(text: str) -> tuple[str, ...]:
    """The metrics that a formula uses, without duplicates, in order. Raises FormulaError."""
    return tuple(dict.fromkeys(part.text for part in parse(text) if part.kind == "name"))


def constant(text: str) -> Fraction | Literal["varies", "undefined"]:
    """The value of a formula that does not depend on its metrics, such as ``a / a``; ``undefined`` if it always
    divides by zero; ``varies`` if it depends on its metrics, as it should.

    It is evaluated three times with unrelated pseudo-random numbers. Raises FormulaError.
    """
    parts = parse(text)
    found = {_value(parts, attempt) for attempt in range(3)}
    return found.pop() if len(found) == 1 else "varies"


def _value(parts: Sequence[Part], attempt: int) -> Fraction | Literal["undefined"]:
    stack: list[Fraction] = []
    for part in parts:
        if part.kind == "number":
            stack.append(Fraction(part.text))
        elif part.kind == "name":
            stack.append(Fraction(int(sha256(f"{attempt} {part.text}".encode()).hexdigest()[:12], 16)))
        elif part.text == "negate":
            stack.append(-stack.pop())
        else:
            right, left = stack.pop(), stack.pop()
            if part.text == "/" and right == 0:
                return "undefined"
            stack.append(_ARITHMETIC[part.text](left, right))
    return stack.pop()


_ARITHMETIC: Mapping[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def adds_up(text: str) -> bool:
    """Whether the formula is linear in its metrics (it adds, subtracts and scales them), so that from sums it makes
    a sum.

    Raises FormulaError.
    """
    stack: list[str] = []
    for part in parse(text):
        if part.kind != "operator":
            stack.append("sum" if part.kind == "name" else "number")
        elif part.text != "negate":
            right, left = stack.pop(), stack.pop()
            stack.append(_kind(left, part.text, right))
    return stack == ["sum"]


def _kind(left: str, sign: str, right: str) -> str:
    """What an operation on two operands makes: a ``number``, a ``sum``, or ``other``."""
    if left == right and (left == "number" or (left == "sum" and sign in ("+", "-"))):
        return left
    scales = (sign == "*" and {left, right} == {"sum", "number"}) or (
        sign == "/" and (left, right) == ("sum", "number")
    )
    return "sum" if scales else "other"


def totals(text: str, *, lower_is_better: bool) -> frozenset[str]:
    """The metrics that are a divisor by themselves and whose missing data makes the formula's value look better.

    For example, ``all`` in ``ok / all`` if higher values are better, and in ``1 - bad / all`` if lower ones are.
    Raises FormulaError.
    """
    stack: list[tuple[str, frozenset[tuple[str, bool]]]] = []  # (a lone name, its divisors as (name, added))
    for part in parse(text):
        if part.kind != "operator":
            stack.append((part.text if part.kind == "name" else "", frozenset()))
        elif part.text == "negate":
            stack.append(("", _subtracted(stack.pop()[1])))
        else:
            (divisor, right), (_, left) = stack.pop(), stack.pop()
            found = left | (_subtracted(right) if part.text in ("-", "/") else right)
            if part.text == "/" and divisor:
                found |= {(divisor, True)}
            stack.append(("", found))
    return frozenset(name for name, added in stack.pop()[1] if added != lower_is_better)


def _subtracted(found: frozenset[tuple[str, bool]]) -> frozenset[tuple[str, bool]]:
    return frozenset((name, not added) for name, added in found)
