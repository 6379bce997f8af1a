"""What is said of an expression before it is run, and what is made of a message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.policy.evaluate import FEW, Batch, Engine, Result, Source
from checker.policy.expression import DEEPEST, MOST_CHARACTERS, check, parts, tokens
from checker.policy.inputs.schema import neutral, schema
from checker.policy.problems import problems
from checker.rule_process import run_apart

VARIABLES = schema("objective")["properties"]


def source(expression: str, message: str = "no", when: str = "", **parameters: object) -> Source:
    return Source("rule", when, expression, message, parameters)


def run(rule: Source) -> list[Result]:
    return list(Engine(list(VARIABLES), [rule]).run([neutral("objective")]))


def mistakes(rule: Source) -> list[tuple[str, int, str, str]]:
    return [
        (key, problem.offset, problem.message, problem.remedy) for key, problem in problems(rule, VARIABLES)
    ]


@pytest.mark.parametrize(
    ("expression", "offset", "message", "remedy"),
    [
        ('objective.ownr == ""', 10, "objective has no 'ownr'", "did you mean 'owner'?"),
        ("now > 1 && objective.window.second > 1", 28, "objective.window has no 'second'", "did you mean 'seconds'?"),
        ("params.most > 1", 7, "params has no 'most'", "there are none"),
        ("objectve.owner == ''", 0, "there is no 'objectve' here", "did you mean 'objective'?"),
        ("objective.owner ==", 18, "syntax error: mismatched input '<EOF>'", "correct the CEL expression"),
        ("true &&\n  ==", 10, "syntax error: mismatched input '=='", "correct the CEL expression"),
        ("lower(objective.owner)", 5, "there is no 'lower' here", "correct the CEL expression"),
        ("now = 1", 4, "CEL has no '='", "write '=='"),
        ("now > 1 and now < 3", 8, "CEL has no 'and'", "write '&&'"),
        ("now > 1 | now < 3", 8, "CEL has no '|'", "write '||'"),
        ("not (now > 1)", 0, "CEL has no 'not'", "write '!'"),
        ("now > 1 && NOT now < 3", 11, "CEL has no 'NOT'", "write '!'"),
        ("1 + 1", 0, "it gives int, not true or false", "compare it with something"),
        ('"a" == "a" ? "b" : "c"', 0, "it gives string, not true or false", "compare it with something"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place_and_its_mend(
    expression: str, offset: int, message: str, remedy: str
) -> None:
    assert ("expression", offset, message, remedy) in mistakes(source(expression))


@pytest.mark.parametrize(
    "expression",
    [
        'objective.owner != "objective.ownr" // objective.ownr\n && true',
        'document.labels.env == "prod"',
        'has(document.labels.team) || objective.indicator.metrics.all(each, each.source != "params.x")',
        "r'objective.ownr' != \"\"",
        '"""objective.ownr""" != ""',
        "objective.owner.startsWith('params')",
        'document.labels.and == "or" || document.labels["not"] == "=" // and so on',
        "objective.nextSteps.all(or, or != '|' && or.size() > 0)",
    ],
)
def test_what_is_sound_has_no_mistakes(expression: str) -> None:
    assert mistakes(source(expression)) == []


def test_comprehensions_stand_in_each_other_only_so_deep() -> None:
    def nested(depth: int) -> str:
        return "objective.nextSteps.all(x, " * depth + "true" + ")" * depth

    assert mistakes(source(nested(DEEPEST))) == []
    for depth in (DEEPEST + 1, 100):
        if len(nested(depth)) <= MOST_CHARACTERS:
            ((_, offset, message, _),) = mistakes(source(nested(depth)))
            assert message == "comprehensions are nested more than 3 deep"
            assert offset == len("objective.nextSteps.all(x, ") * DEEPEST + len("objective.nextSteps.")
        else:
            ((_, offset, message, _),) = mistakes(source(nested(depth)))
            assert message == "the expression has 2,804 characters, and 2,000 is the most"


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("1 / 0 == 1", "divide by zero"),
        ("document.labels.none == 1", "there is no 'none' in the input"),
        ("objective.name > 1", "No matching overloads found : _>_(string, int64)"),
        ("objective.confidence.value > 1", "it reads a field of null, or of a value that has no fields"),
        ("objective.owner", "it gives string, not true or false"),
        ("document.labels", "it gives map<dyn, dyn>, not true or false"),
        ('"a".matches("((a{1000}){1000}){1000}")', "invalid regular expression: invalid repetition size: {1000}"),
    ],
)  # fmt: skip
def test_what_cannot_be_judged_is_an_error_and_never_true(expression: str, text: str) -> None:
    ((_, _, *told),) = run(source(expression))
    assert told == ["failed", text, "expression"]
    ((_, _, *told),) = run(source("true", when=expression))
    assert told == ["failed", f"its guard cannot be evaluated: {text}", "when"]


def test_an_expression_that_cannot_be_compiled_is_an_error_too() -> None:
    ((_, _, *told),) = run(source("true &&"))
    assert told[:2] == ["failed", "syntax error: mismatched input '<EOF>'"]


def test_a_rule_is_only_for_what_its_guard_is_true_of() -> None:
    assert run(source("false", when="objective.gating == false")) == []
    assert [each.kind for each in run(source("false", when="objective.gating"))] == ["violated"]


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("plain", "plain"),
        ("{objective.name}: {objective.target.value}", "shop/latency: 500"),
        ("{{not {1 + 1}}}", "{not 2}"),
        ("{objective.gating} {objective.confidence} {[1, 2]} {{}} {1.0 / 3.0}", "true nothing 1, 2 {} 0.333333"),
        ("{params.names} {params.most}", "a, b 3"),
        ("{document.labels}", "a mapping"),
    ],
)  # fmt: skip
def test_a_message_is_filled_in(message: str, told: str) -> None:
    (result,) = run(source("false", message, names=["a", "b"], most=3))
    assert result == Result(0, 0, "violated", told)


def test_a_long_value_is_cut_and_a_long_list_counted() -> None:
    (long,) = run(source("false", "{params.text}", text="x" * 5000))
    assert long.text == "x" * 300 + "..."
    (listed,) = run(source("false", "{params.names}", names=[str(each) for each in range(12)]))
    assert listed.text == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more"


def test_a_message_that_cannot_be_told_is_an_error_not_silence() -> None:
    ((_, _, kind, told, _),) = run(source("false", "{document.labels.none}"))
    assert kind == "failed"
    assert told == "it is not satisfied, and its message cannot be computed: there is no 'none' in the input"


def test_mistakes_in_a_message_have_their_places() -> None:
    assert mistakes(source("true", "ab {objective.ownr}")) == [
        ("message", 14, "objective has no 'ownr'", "did you mean 'owner'?")
    ]
    assert mistakes(source("true", "ab {objective.owner")) == [
        ("message", 3, "this brace has no counterpart", "write it twice, or close it")
    ]


def test_each_rule_has_parameters_of_its_own() -> None:
    rules = [
        Source(f"rule-{number}", "", "params.most > 1 && !objective.name.contains('params.')",
               "{params.most}", {"most": number})
        for number in range(3)
    ]  # fmt: skip
    found = list(Engine(list(VARIABLES), rules).run([neutral("objective")] * 2))
    assert [(each.rule, each.input, each.text) for each in found] == [
        (0, 0, "0"), (1, 0, "1"), (0, 1, "0"), (1, 1, "1"),
    ]  # fmt: skip


@given(st.text(max_size=200))
def test_any_text_is_read_as_words_that_make_it_up(text: str) -> None:
    words = tokens(text)
    assert all(text[word.offset :].startswith(word.text) for word in words)
    list(check(text, VARIABLES))


@given(st.text(max_size=80))
def test_any_text_is_a_message_or_has_a_brace_too_many(message: str) -> None:
    try:
        told = list(parts(message))
    except ValueError as error:
        at = int(error.args[0])
        told = [(at, message[at] if message[at] in "{}" else "a brace", False)]
    assert all(message[offset:].startswith(text) for offset, text, _ in told)


@given(st.text(alphabet="abo.jectivewnr=!&|\"'()[]{}<>+-*/ 0123456789_\n", max_size=60))
def test_no_expression_raises_or_passes_by_accident(expression: str) -> None:
    rule = source(expression or "true")
    broken = mistakes(rule)
    for result in run(rule):
        assert result.kind in ("violated", "failed")
    if broken and "syntax" in broken[0][2]:
        assert [each.kind for each in run(rule)] == ["failed"]


EXPRESSIONS = (
    "true",
    "false",
    "objective.gating",
    "objective.gating // and a comment )",
    "objective.line % 2 == 0",
    "params.odd == (objective.line % 2 == 1)",
    "1 / (objective.line % 3) > 0",
    "document.labels.none == 1",
    "objective.owner",
    "null",
    "true) ? (true",
    "true, true",
    'objective.owner == "]" || [true, false].all(x, x)',
    "true &&",
)


@given(
    st.lists(
        st.tuples(st.sampled_from(("", *EXPRESSIONS)), st.sampled_from(EXPRESSIONS)), min_size=1, max_size=6
    )
)
def test_rules_asked_all_at_once_say_what_each_says_by_itself(pairs: list[tuple[str, str]]) -> None:
    rules = [
        source(expression, "{objective.line}", when, odd=number % 2 == 1)
        for number, (when, expression) in enumerate(pairs)
    ]
    inputs = []
    for line in range(FEW + 6):
        whole = neutral("objective")
        inputs.append({**whole, "objective": {**whole["objective"], "line": line}})
    at_once = list(Engine(list(VARIABLES), rules).run(inputs))
    one_by_one = list(Engine(list(VARIABLES), rules).run(inputs, lambda rule, number: None))
    assert at_once == one_by_one


def test_many_messages_that_quote_nothing() -> None:
    """Each null that CEL hands out costs a reference to None, and thousands of them would end the process."""
    rule = Source("r", "", "false", "{objective.window}, {[objective.window]} of {objective}", {})
    promise = {"objective": {"window": None}}
    (found,) = run_apart([Batch(["objective"], [rule], [lambda: promise] * 8000)])
    assert {each.text for each in found} == {"nothing, nothing of a mapping"}
    assert len(found) == 8000
