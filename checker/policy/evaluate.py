"""Rules compiled and run by CEL: what they are true of, what they are not, and what could not be told.

An evaluation ends in true, in false, or in an error: a value that is missing, a result that is not true or
false, a budget that is exceeded. An error is never taken for true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Literal, NamedTuple

from checker.policy.cel_words import in_words, located
from checker.policy.expression import parts, tokens

MOST_PROGRAMS = 100_000
LONGEST_VALUE = 300
"""Characters of one value in a message."""
FEW = 10
"""Inputs, for which it is not worth while to compile all rules into one expression."""
MOST_ITEMS = 10
"""Items of a list in a message."""


Input = Callable[[], Mapping[str, Any]]
"""Makes what rules see of a thing, so that it is made by the process that judges it."""


class Source(NamedTuple):
    """A rule as it is compiled: its expressions, and the parameters it is run with. Plain data."""

    name: str
    when: str
    expression: str
    message: str
    parameters: dict[str, Any]
    watched: str = ""
    """An expression; the first input of which it is true gives a Result ``applied``. "" watches for nothing."""


class Batch(NamedTuple):
    """Rules, all about one kind of thing, and what they are run on; ``variables`` are what they see of each."""

    variables: Sequence[str]
    rules: Sequence[Source]
    inputs: Sequence[Input]


class Result(NamedTuple):
    """What came of a rule on an input, where it is not simply satisfied: ``text`` is its message if it is ``violated``,
    and the error if it ``failed``. ``applied`` says, once a rule, that its ``watched`` part was true."""

    rule: int
    input: int
    kind: Literal["violated", "failed", "applied"]
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
        self._together: Any = None
        self._unsaid = (None,) * len(rules)
        self._watched = {number for number, rule in enumerate(rules) if rule.watched}
        """The rules whose watched expression was true of no input yet."""
        self._seen = 0
        """How many inputs it has been run on."""

    def compile(self, rule: int, expression: str) -> Any:
        """The expression of a rule, ready to run. Raises RuntimeError in CEL's words."""
        found = self._compiled.get((rule, expression))
        if found is None:
            mine = self._own(rule, expression)
            found = self._compiled[rule, expression] = self._environment.compile(mine)
        return found

    def _own(self, rule: int, expression: str) -> str:
        """An expression that speaks of its own rule's parameters."""
        if "params" not in expression:
            return expression
        return "".join(_with_own_parameters(expression, _parameters(rule)))

    def run(
        self, inputs: Iterable[Mapping[str, Any]], before: Callable[[int, int], None] | None = None
    ) -> Iterator[Result]:
        """What is not true, input by input, and rule by rule within each.

        ``before`` is told the rule and the input of each evaluation. Without it, and where there are many inputs,
        the rules are first asked all at once.
        """
        for index, given in enumerate(inputs):
            activation = self._environment.Activation({**given, **self._parameters})
            each = before is not None or self._seen < FEW or bool(self._watched)
            self._seen += 1
            for number, said in enumerate(self._unsaid if each else self._all_said(activation)):
                if said is True:
                    continue
                if before is not None:
                    before(number, index)
                if number in self._watched and self._applies(number, activation):
                    yield Result(number, index, "applied", "")
                result = (self._message if said is False else self._judge)(number, activation)
                if result is not None:
                    yield Result(number, index, *result)

    def _all_said(self, activation: Any) -> Sequence[Any]:
        """What each rule says. One that says neither true nor false is to be judged by itself; and so are all, if it
        cannot be told what they say together."""
        if self._together is None:
            self._together = self._all_at_once()
        try:
            told = self._together.eval(activation) if self._together else None
        except RuntimeError:
            told = None
        if told is None or told.type() == self._error:
            return self._unsaid
        said: list[Any] = told.plain_value()
        return said

    def _all_at_once(self) -> Any:
        """The list of what all rules say as one expression; False where one of them is no expression by itself."""
        numbers = range(len(self._rules))
        try:
            for number, rule in enumerate(self._rules):
                for expression in filter(None, (rule.when, rule.expression)):
                    self.compile(number, expression)
            return self._environment.compile(f"[{','.join(map(self._guarded, numbers))}]")
        except RuntimeError:
            return False

    def _guarded(self, number: int) -> str:
        """A rule as one expression that is true where its guard is false. A line ends what may be a comment."""
        rule = self._rules[number]
        when, expression = (self._own(number, each) for each in (rule.when, rule.expression))
        return f"({when}\n) ? ({expression}\n) : true" if when else f"({expression}\n)"

    def _applies(self, number: int, activation: Any) -> bool:
        """Whether what is watched is true; or cannot be told, which judging the rule tells. Watched no more then."""
        applies, wrong = self._true(number, self._rules[number].watched, activation)
        if applies or wrong:
            self._watched.remove(number)
        return applies or bool(wrong)

    def _judge(self, number: int, activation: Any) -> tuple[Any, str] | None:
        rule = self._rules[number]
        if rule.when:
            applies, wrong = self._true(number, rule.when, activation)
            if wrong:
                return "failed", f"its guard cannot be evaluated: {wrong}"
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

    def _message(self, rule: int, activation: Any) -> tuple[Any, str]:
        told = ""
        for _, text, is_expression in parts(self._rules[rule].message):
            if is_expression:
                try:
                    value = self.compile(rule, text).eval(activation)
                except RuntimeError as error:
                    return (
                        "failed",
                        f"it is not satisfied, and its message cannot be computed: {in_words(str(error))}",
                    )
                if value.type() == self._error:
                    wrong = in_words(str(value.value()))
                    return "failed", f"it is not satisfied, and its message cannot be computed: {wrong}"
                text = _shown(value.plain_value())
            told += text
        return "violated", told


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
