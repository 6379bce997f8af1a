"""Tests rules on their own examples: what is to pass has to pass, and what is to fail has to fail.

A rule without a failing example may be unable to fail, so that is reported too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from checker.model import Finding
from checker.policy.apply_rules import Runners, source_of
from checker.policy.evaluate import Batch
from checker.policy.inputs.schema import schema, variables
from checker.policy.inputs.stated import stated_input
from checker.policy.inputs.values import is_threshold, plain
from checker.rulebook import Example, Rule, Setup
from checker.units import UnitError, parse_threshold, parse_unit

_TYPES: Mapping[str, Any] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "object": dict,
    "array": list,
    "null": type(None),
}


class Tried(NamedTuple):
    """A rule, how many examples of each kind it has, and the findings of its test."""

    rule: Rule
    passing: int
    failing: int
    findings: tuple[Finding, ...]


def try_rule(rule: Rule, runners: Runners) -> Tried:
    """Tests ``rule`` on its examples."""
    examples = rule.examples()
    findings: list[Finding] = []
    for example in examples:
        findings += _misfits(rule, example)
    if not findings:
        for example in examples:
            findings += _try(rule, example, runners)
    failing = sum(not example.passes for example in examples)
    passing = len(examples) - failing
    for kind, number, why in (
        ("fail", failing, "nothing shows that it can find anything"),
        ("pass", passing, "nothing shows that it lets anything through"),
    ):
        if not number:
            message = f"rule {rule.name!r} has no example that should {kind}: {why}"
            remedy = f"add one below spec.examples.{kind}"
            findings.append(
                Finding(
                    "rule-example", "warning", message, rule.location, "spec.examples", remedy, origin="rule"
                )
            )
    return Tried(rule, passing, failing, tuple(findings))


def _try(rule: Rule, example: Example, runners: Runners) -> Iterator[Finding]:
    setup = Setup(rule, rule.level, {**rule.parameters, **example.parameters})
    given = stated_input(rule.subject, example.input)
    run = runners.built_in if rule.built_in else runners.apart
    (found,) = run([Batch(variables(rule.subject), [source_of(setup)], [lambda: given])])
    named = f" ({example.description})" if example.description else ""
    if found and found[0].kind == "failed":
        message = f"this example of rule {rule.name!r} cannot be judged{named}: {found[0].text}"
        yield _finding(message, example, "state what it lacks, or correct the rule")
    elif found and example.passes:
        message = f"this example of rule {rule.name!r} should pass{named}, but fails: {found[0].text}"
        yield _finding(message, example, "correct the rule, or move the example to those that fail")
    elif not found and not example.passes:
        message = f"this example of rule {rule.name!r} should fail{named}, but passes"
        yield _finding(message, example, "correct the rule, or move the example to those that pass")
    elif found and example.message and found[0].text != example.message:
        message = f"this example of rule {rule.name!r} says {found[0].text!r}, not {example.message!r}"
        yield _finding(message, example, "correct the message")


def _finding(message: str, example: Example, remedy: str) -> Finding:
    return Finding("rule-example", "error", message, example.location, "", remedy, origin="rule")


def _misfits(rule: Rule, example: Example) -> Iterator[Finding]:
    """Fields in an example that no input has or that have another type, and parameters that the rule does not have."""
    for path, wrong in _against(schema(rule.subject), plain(dict(example.input)), ""):
        message = f"in this example of rule {rule.name!r}, {path or 'input'} {wrong}"
        remedy = f"'checker explain --input {rule.subject}' shows what an input contains"
        yield Finding("rule-example", "error", message, example.location, path, remedy)
    for name in example.parameters:
        if name not in rule.parameters:
            message = f"this example of rule {rule.name!r} sets the parameter {name!r}, which the rule does not have"
            yield Finding("rule-example", "error", message, example.location, "parameters", "remove it")


def _against(given: Mapping[str, Any], value: Any, path: str) -> Iterator[tuple[str, str]]:
    kinds = given.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if is_threshold(given) and isinstance(value, str):
        try:
            parse_threshold(value)
        except ValueError as error:
            yield path, f"is not a threshold: {error}"
    elif kinds and not any(_is(value, kind) for kind in kinds):
        yield path, f"is not {' or '.join(kinds)}"
    elif isinstance(value, dict) and "properties" in given:
        yield from _unit(given, value, path)
        for key, inner in value.items():
            here = f"{path}.{key}" if path else key
            if key in given["properties"]:
                yield from _against(given["properties"][key], inner, here)
            else:
                yield here, "is not part of an input"
    elif isinstance(value, list) and "items" in given:
        for index, inner in enumerate(value):
            yield from _against(given["items"], inner, f"{path}[{index}]")
    elif "enum" in given and value not in given["enum"]:
        yield path, f"is not one of {', '.join(map(str, given['enum']))}"


def _unit(given: Mapping[str, Any], value: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    """A threshold with an unknown unit, from which no number in the base unit could be computed."""
    if is_threshold(given) and isinstance(value.get("unit"), str):
        try:
            parse_unit(value["unit"])
        except UnitError as error:
            yield f"{path}.unit", f"is not a unit: {error}"


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES[kind])
