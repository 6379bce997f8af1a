"""Finds mistakes in the expressions of a rule before it is run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from checker.policy.cel_words import located
from checker.policy.evaluate import Engine, Source
from checker.policy.expression import Problem, check, meant, parts


class Broken(NamedTuple):
    """A mistake in an expression: which key of the rule it is in, and what is wrong at which offset."""

    key: Literal["when", "expression", "message"]
    problem: Problem


def problems(rule: Source, variables: Mapping[str, Any]) -> Iterator[Broken]:
    """The mistakes in a rule's expressions, found by our own checks and by CEL's compiler.

    ``variables`` are the schemas of the variables that the rule may use, by name.
    """
    from_parameters = {"type": "object", "properties": {name: {} for name in rule.parameters}}
    known = {**variables, "params": from_parameters}
    engine = Engine(list(variables), [rule])
    for key in ("when", "expression"):
        text = getattr(rule, key)
        if text:
            yield from (Broken(key, each) for each in _problems(engine, text, known))
    try:
        pieces = parts(rule.message)
    except ValueError as error:
        fact = "this brace has no counterpart"
        yield Broken("message", Problem(int(error.args[0]), fact, "write it twice, or close it"))
        return
    for offset, text, is_expression in pieces:
        if is_expression:
            for each in _problems(engine, text, known, truth=False):
                yield Broken("message", each._replace(offset=offset + each.offset))


def _problems(
    engine: Engine, expression: str, known: Mapping[str, Any], *, truth: bool = True
) -> Iterator[Problem]:
    found = list(check(expression, known))
    yield from found
    if found:
        return
    try:
        compiled = engine.compile(0, expression)
    except RuntimeError as error:
        for problem in located(str(error), expression):
            yield _about_a_name(problem, expression, known)
        return
    if truth and compiled.return_type().name() not in ("BOOL", "DYN"):
        kind = compiled.return_type().name().lower()
        yield Problem(0, f"it gives {kind}, not true or false", "compare it with something")


def _about_a_name(problem: Problem, expression: str, known: Mapping[str, Any]) -> Problem:
    """CEL reports a whole unknown path; the mistake is the first name of it. Other problems are returned as they
    are."""
    found = re.fullmatch(r"there is no '(\w+)[\w.]*' here", problem.message)
    at = found and re.search(rf"(?<![\w.]){found[1]}\b", expression)
    if not found or not at or expression[at.end() :].lstrip().startswith("("):
        return problem
    return Problem(at.start(), f"there is no {found[1]!r} here", meant(found[1], known))
