"""Compiles and runs rules with CEL.

An evaluation ends in true, in false, or in an error: a missing value, a result that is not a boolean, or an
exceeded budget. An error never counts as true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Literal, NamedTuple

from checker.policy.cel_words import in_words, located
from checker.policy.expression import tokens
from checker.policy.message import quoted, worded

MOST_PROGRAMS = 100_000
FEW = 10
"""With fewer inputs than this, compiling all rules into one expression is not worth it."""
_NO_MESSAGE = "it is not satisfied, and its message cannot be computed"


Input = Callable[[], Mapping[str, Any]]
"""Makes the input of a rule on demand, so that it is made in the process that runs the rule."""


class Source(NamedTuple):
    """A rule as it is compiled: its expressions and its parameters. Plain data, so that it can be sent to a process."""

    name: str
    when: str
    expression: str
    message: str
    parameters: dict[str, Any]
    watched: str = ""
    """An expression. The first input for which it is true yields a Result ``applied``; "" watches nothing."""


def expressions(rule: Source) -> tuple[str, ...]:
    """All expressions of a rule, with those in its message."""
    return rule.when, rule.expression, rule.watched, *quoted(rule.message)


class Batch(NamedTuple):
    """Rules about one kind of subject, and their inputs; ``variables`` are the names in each input."""

    variables: Sequence[str]
    rules: Sequence[Source]
    inputs: Sequence[Input]


class Result(NamedTuple):
    """The result of a rule on an input, unless it is satisfied. ``text`` is the rule's message if it is ``violated``,
    or the error if it ``failed``. ``applied`` is reported once for each rule whose ``watched`` part was true."""

    rule: int
    input: int
    kind: Literal["violated", "failed", "applied"]
    text: str
    key: Literal["when", "expression"] = "expression"
    """The part of the rule that ``failed``."""


@cache
def _cel() -> Any:
    from cel_expr_python import cel

    return cel


class Engine:
    """The rules for one kind of input, compiled when they are first run.

    All rules share one CEL environment, so that each input is converted only once. There, ``params`` has a different
    name for every rule; the names are as long as ``params``, so that columns in error messages are right.
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
        self._together: Any = None
        self._undecided = (None,) * len(rules)
        self._watched = {number for number, rule in enumerate(rules) if rule.watched}
        """The rules whose watched expression has not been true of any input so far."""
        self._seen = 0
        """The number of inputs so far."""

    def compile(self, rule: int, expression: str) -> Any:
        """The compiled expression of a rule. Raises RuntimeError with CEL's message."""
        found = self._compiled.get((rule, expression))
        if found is None:
            mine = self._own(rule, expression)
            found = self._compiled[rule, expression] = self._environment.compile(mine)
        return found

    def _own(self, rule: int, expression: str) -> str:
        """An expression with ``params`` replaced by the rule's own variable."""
        if "params" not in expression:
            return expression
        return "".join(_with_own_parameters(expression, _parameters(rule)))

    def run(
        self, inputs: Iterable[Mapping[str, Any]], before: Callable[[int, int], None] | None = None
    ) -> Iterator[Result]:
        """Yields every result that is not "satisfied", input by input, and rule by rule for each input.

        ``before`` is called with the rule and the input before each evaluation. Without it, and with enough inputs,
        all rules are first evaluated in one expression.
        """
        for index, given in enumerate(inputs):
            activation = self._environment.Activation({**given, **self._parameters})
            one_by_one = before is not None or self._seen < FEW or bool(self._watched)
            self._seen += 1
            for number, known in enumerate(
                self._undecided if one_by_one else self._results_together(activation)
            ):
                if known is True:
                    continue
                if before is not None:
                    before(number, index)
                if number in self._watched and self._applies(number, activation):
                    yield Result(number, index, "applied", "")
                if known is not None:
                    yield Result(number, index, "violated", worded(self._rules[number].message, known))
                elif result := self._judge(number, activation):
                    yield Result(number, index, *result)

    def _results_together(self, activation: Any) -> Sequence[Any]:
        """For each rule, the result of the combined expression: True, or the values in the message of a violated rule.
        If the combined expression fails, None: each rule has to be judged by itself."""
        if self._together is None:
            self._together = self._compile_together()
        try:
            combined = self._together.eval(activation).plain_value() if self._together else None
        except RuntimeError:
            combined = None
        return combined if isinstance(combined, list) else self._undecided

    def _compile_together(self) -> Any:
        """One expression that lists the results of all rules; False if one of them does not compile by itself."""
        try:
            for number, rule in enumerate(self._rules):
                for expression in filter(None, expressions(rule)):
                    self.compile(number, expression)
            return self._environment.compile(f"[{','.join(map(self._guarded, range(len(self._rules))))}]")
        except RuntimeError:
            return False

    def _guarded(self, number: int) -> str:
        """A rule as one expression: true where its guard is false or it is satisfied, and otherwise the values in its
        message. The line ends close possible comments."""
        rule = self._rules[number]
        when, expression, *in_message = (
            self._own(number, each) for each in (rule.when, rule.expression, *quoted(rule.message))
        )
        values = ",".join(f"dyn({each}\n)" for each in in_message)
        result = f"({expression}\n) ? dyn(true) : dyn([{values}])"
        return f"({when}\n) ? ({result}) : dyn(true)" if when else result

    def _applies(self, number: int, activation: Any) -> bool:
        """Whether the watched expression is true, or fails, which judging the rule will report. It is then no
        longer watched."""
        applies, wrong = self._true(number, self._rules[number].watched, activation)
        if applies or wrong:
            self._watched.remove(number)
        return applies or bool(wrong)

    def _judge(self, number: int, activation: Any) -> tuple[Any, ...] | None:
        rule = self._rules[number]
        if rule.when:
            applies, wrong = self._true(number, rule.when, activation)
            if wrong:
                return "failed", f"its guard cannot be evaluated: {wrong}", "when"
            if not applies:
                return None
        satisfied, wrong = self._true(number, rule.expression, activation)
        if wrong:
            return "failed", wrong
        return None if satisfied else self._message(number, activation)

    def _true(self, rule: int, expression: str, activation: Any) -> tuple[bool, str]:
        """Whether an expression is true; or the error. Compiles it on first use."""
        try:
            compiled = self._compiled.get((rule, expression)) or self.compile(rule, expression)
        except RuntimeError as error:
            return False, next(located(str(error), expression)).message
        try:
            value = compiled.eval(activation)
        except RuntimeError as error:
            return False, in_words(str(error))
        kind = value.type()
        if kind == self._bool:
            return value.value() is True, ""
        if kind == self._error:
            return False, in_words(str(value.value()))
        return False, f"it gives {kind.name().lower()}, not true or false"

    def _message(self, number: int, activation: Any) -> tuple[Any, str]:
        message, values = self._rules[number].message, []
        for expression in quoted(message):
            try:
                value = self.compile(number, expression).eval(activation)
            except RuntimeError as error:
                return "failed", f"{_NO_MESSAGE}: {in_words(str(error))}"
            if value.type() == self._error:
                return "failed", f"{_NO_MESSAGE}: {in_words(str(value.value()))}"
            values.append(_plain(value))
        return "violated", worded(message, values)


def _parameters(rule: int) -> str:
    """The variable that holds the parameters of a rule; its name is as long as ``params``."""
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


def _plain(value: Any) -> Any:
    """A value of CEL as Python's, without asking for a null: cel-expr-python gives None without a reference to it,
    and before Python 3.12 some thousands of them end the process."""
    kind, types = value.type(), _cel().Type
    if kind == types.NULL:
        return None
    if kind.name() == types.LIST.name():
        return [_plain(each) for each in value.value()]
    return {} if kind.name() == types.MAP.name() else value.plain_value()
