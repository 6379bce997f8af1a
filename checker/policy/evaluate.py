"""Rules compiled and run by CEL: what they are true of, what they are not, and what could not be told.

An evaluation ends in true, in false, or in an error: a value that is missing, a result that is not true or
false, a budget that is exceeded. An error is never taken for true.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Literal, NamedTuple

from checker.policy.expression import Problem, check, meant, parts, tokens

MOST_PROGRAMS = 100_000
LONGEST_VALUE = 300
"""Characters of one value in a message."""
MOST_ITEMS = 10
"""Items of a list in a message."""


class Source(NamedTuple):
    """A rule as it is compiled: its expressions, and the parameters it is run with. Plain data."""

    name: str
    when: str
    expression: str
    message: str
    parameters: dict[str, Any]


class Broken(NamedTuple):
    """An expression that cannot be compiled: which of the rule's keys it is, and what is wrong at which offset."""

    key: Literal["when", "expression", "message"]
    problem: Problem


class Result(NamedTuple):
    """What became of a rule on an input, where it is not simply true: ``text`` is the message, or the error."""

    rule: int
    input: int
    kind: Literal["violated", "failed"]
    text: str


@cache
def _cel() -> Any:
    from cel_expr_python import cel

    return cel


class Engine:
    """The rules of one kind of input, compiled when they are first run.

    All are compiled in one environment, in which every rule has its own variable for ``params``, of the same
    length, so that columns stay: one activation then serves all rules, and an input is converted once.
    """

    def __init__(self, variables: Sequence[str], rules: Sequence[Source]) -> None:
        cel = _cel()
        self._rules = rules
        self._bool, self._error = cel.Type.BOOL, cel.Type.ERROR
        names = {_parameters(number): cel.Type.DYN for number in range(len(rules))}
        self._environment = cel.NewEnv(
            variables={**dict.fromkeys((*variables, "params"), cel.Type.DYN), **names}
        )
        self._parameters = {
            _parameters(number): rule.parameters for number, rule in enumerate(rules) if rule.parameters
        }
        self._compiled: dict[tuple[int, str], Any] = {}

    def compile(self, rule: int, expression: str) -> Any:
        """The expression of a rule, ready to run. Raises RuntimeError in CEL's words."""
        found = self._compiled.get((rule, expression))
        if found is None:
            mine = expression
            if "params" in expression:
                mine = "".join(_with_own_parameters(expression, _parameters(rule)))
            found = self._compiled[rule, expression] = self._environment.compile(mine)
        return found

    def run(
        self, inputs: Sequence[Mapping[str, Any]], before: Callable[[int, int], None] | None = None
    ) -> Iterator[Result]:
        """What is not true, input by input, and rule by rule within each.

        ``before`` is told the rule and the input of each evaluation.
        """
        for index, given in enumerate(inputs):
            activation = self._environment.Activation({**given, **self._parameters})
            for number, rule in enumerate(self._rules):
                if before is not None:
                    before(number, index)
                result = self._judge(number, rule, activation)
                if result is not None:
                    yield Result(number, index, *result)

    def _judge(self, number: int, rule: Source, activation: Any) -> tuple[Any, str] | None:
        if rule.when:
            applies, wrong = self._true(number, rule.when, activation)
            if wrong:
                return "failed", f"its guard cannot be told: {wrong}"
            if not applies:
                return None
        satisfied, wrong = self._true(number, rule.expression, activation)
        if wrong:
            return "failed", wrong
        return None if satisfied else self._message(number, activation)

    def _true(self, rule: int, expression: str, activation: Any) -> tuple[bool, str]:
        """Whether it is true; or why that cannot be told. What is never asked is never compiled."""
        try:
            compiled = self._compiled.get((rule, expression)) or self.compile(rule, expression)
        except RuntimeError as error:
            return False, next(_located(str(error), expression)).message
        try:
            value = compiled.eval(activation)
        except RuntimeError as error:
            return False, _words(str(error))
        kind = value.type()
        if kind == self._bool:
            return value.value() is True, ""
        if kind == self._error:
            return False, _words(str(value.value()))
        return False, f"it gives {kind.name().lower()}, not true or false"

    def _message(self, rule: int, activation: Any) -> tuple[str, str]:
        told = ""
        for _, text, is_expression in parts(self._rules[rule].message):
            if is_expression:
                try:
                    value = self.compile(rule, text).eval(activation)
                except RuntimeError as error:
                    return (
                        "failed",
                        f"it is not satisfied, and its message cannot be told: {_words(str(error))}",
                    )
                if value.type() == self._error:
                    wrong = _words(str(value.value()))
                    return "failed", f"it is not satisfied, and its message cannot be told: {wrong}"
                text = _shown(value.plain_value())
            told += text
        return "violated", told


def problems(rule: Source, variables: Mapping[str, Any]) -> Iterator[Broken]:
    """What is wrong with a rule's expressions, by their own words and by the compiler's.

    ``variables`` are the schemas of what it may speak of, by name.
    """
    from_parameters = {"type": "object", "properties": {name: {} for name in rule.parameters}}
    known = {**variables, "params": from_parameters}
    engine = Engine(list(variables), [rule])
    for key in ("when", "expression"):
        text = getattr(rule, key)
        if text:
            yield from (Broken(key, each) for each in _problems(engine, text, known))
    try:
        told = list(parts(rule.message))
    except ValueError as error:
        fact = "this brace has no counterpart"
        yield Broken("message", Problem(int(error.args[0]), fact, "write it twice, or close it"))
        return
    for offset, text, is_expression in told:
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
        for problem in _located(str(error), expression):
            yield _about_a_name(problem, expression, known)
        return
    if truth and compiled.return_type().name() not in ("BOOL", "DYN"):
        kind = compiled.return_type().name().lower()
        yield Problem(0, f"it gives {kind}, not true or false", "compare it with something")


_PLACE = r"ERROR: <input>:(-?\d+):(-?\d+): ([^\n]*)"


def _located(error: str, expression: str) -> Iterator[Problem]:
    """CEL's words on an expression that it cannot compile, with their places."""
    lines = expression.split("\n")
    found = list(re.finditer(_PLACE, error))
    for each in found[:3]:
        line, column = int(each[1]), int(each[2])
        offset = 0
        if 0 < line <= len(lines):
            offset = sum(len(text) + 1 for text in lines[: line - 1]) + max(0, column - 1)
        yield Problem(offset, _words(each[3]), _REMEDY)
    if not found:
        yield Problem(0, _words(error), _REMEDY)


def _about_a_name(problem: Problem, expression: str, known: Mapping[str, Any]) -> Problem:
    """Where CEL speaks of a path that leads nowhere, what is wrong is the name that it begins with."""
    found = re.fullmatch(r"there is no '(\w+)[\w.]*' here", problem.message)
    at = found and re.search(rf"(?<![\w.]){found[1]}\b", expression)
    if not found or not at or expression[at.end() :].lstrip().startswith("("):
        return problem
    return Problem(at.start(), f"there is no {found[1]!r} here", meant(found[1], known))


_REMEDY = "correct the CEL expression"
_CODES = r"^(?:[A-Z_]+: )+|\s*\[[A-Z_]+\]\s*$"
_KINDS = (
    (r'^Key not found in map : "(.*)"$', r"there is no '\1' in the input"),
    (r"^Applying SELECT to non-message type$", "a field is asked of null, or of what has no fields"),
    (r"^Iteration budget exceeded$", "it looks at more than 10,000 elements"),
    (r"^Expression recursion limit exceeded\..*|^Exceeded max recursion depth of .*",
     "it is nested too deeply"),
    (r"^undeclared reference to '(.*)' \(in container ''\)$", r"there is no '\1' here"),
    (r"^Syntax error: (.*?)(?: expecting \{.*\})?$", r"syntax error: \1"),
)  # fmt: skip


def _words(error: str) -> str:
    """CEL's words without its codes and our variables."""
    told = re.sub(r"\bp\d{5}\b", "params", re.sub(_CODES, "", error)).strip()
    for pattern, words in _KINDS:
        told = re.sub(pattern, words, told)
    return told


def _parameters(rule: int) -> str:
    """The variable that holds the parameters of a rule; as long as ``params``."""
    if rule >= MOST_PROGRAMS:
        raise ValueError(f"there are more than {MOST_PROGRAMS:,} rules")
    return f"p{rule:05}"


def _with_own_parameters(expression: str, variable: str) -> Iterator[str]:
    start, before = 0, ""
    for word in tokens(expression):
        if word.text == "params" and word.kind == "name" and before != ".":
            yield expression[start : word.offset] + variable
            start = word.offset + len(word.text)
        before = word.text
    yield expression[start:]


def _shown(value: Any) -> str:
    """A value in a message."""
    match value:
        case None:
            told = "nothing"
        case bool():
            told = "true" if value else "false"
        case float():
            told = f"{value:.6g}"
        case list():
            told = ", ".join(_shown(each) for each in value[:MOST_ITEMS])
            told += f" and {len(value) - MOST_ITEMS} more" if len(value) > MOST_ITEMS else ""
        case dict():
            told = "a mapping"
        case _:
            told = str(value)
    return told if len(told) <= LONGEST_VALUE else told[:LONGEST_VALUE] + "..."
