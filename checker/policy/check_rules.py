"""Checks a team's rules before they are run: whether CEL can compile them, and whether the names they use exist."""

from __future__ import annotations

from collections.abc import Iterator

from checker.model import Finding
from checker.policy.apply_rules import source_of
from checker.policy.inputs.schema import schema
from checker.policy.problems import problems
from checker.rulebook import Rule, Rulebook, set_up
from checker.scalar_places import place_in


def check_rules(book: Rulebook) -> list[Finding]:
    """The mistakes in the expressions of the team's rules, each at its line and column.

    The built-in rules are checked by the tests.
    """
    return [finding for rule in book.rules if not rule.built_in for finding in check_rule(rule, book)]


def check_rule(rule: Rule, book: Rulebook) -> Iterator[Finding]:
    """The mistakes in the expressions of one rule."""
    for key, problem in problems(source_of(set_up(rule, ())), schema(rule.subject)["properties"]):
        start = rule.document.locate(("spec", key))
        text = (book.texts or {}).get(rule.document.file)
        if text is not None:
            start = place_in(text, start, rule.document.data["spec"][key], problem.offset)
        message = f"{problem.message} ({key} of rule {rule.name!r})"
        yield Finding("rule-expression", "error", message, start, f"spec.{key}", problem.remedy)
