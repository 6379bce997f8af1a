"""Explains one policy rule in full: what it demands, why, its settings, and its examples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checker.explanation.columns import columns
from checker.model import Finding
from checker.reports.clean import line
from checker.rulebook import Rulebook, Setup, set_up


def explain_rule(name: str, book: Rulebook, findings: Sequence[Finding], width: int) -> str:
    """Everything about the rule ``name`` of ``book``, as text of ``width`` columns, with its findings. Raises
    KeyError if there is no such rule."""
    rule = next((rule for rule in book.rules if rule.name == name), None)
    if rule is None:
        raise KeyError(name)
    display_name = (rule.document.data.get("metadata") or {}).get("displayName", "")
    title = f"{rule.name}  {display_name}" if display_name else rule.name
    pairs = [*_fields(set_up(rule, book.settings)), *_examples(set_up(rule, ())), *_found(name, findings)]
    return "\n".join([line(title), *columns(pairs, width)]) + "\n"


def _fields(setup: Setup) -> Iterator[tuple[str, str]]:
    rule = setup.rule
    yield "at", f"{rule.location}{' (built in)' if rule.built_in else ''}"
    yield "why", rule.rationale
    yield "scope", rule.scope if rule.scope == rule.subject else f"{rule.scope}, of each {rule.subject}"
    yield "level", setup.level if setup.level == rule.level else f"{setup.level} (default {rule.level})"
    yield "when", rule.when
    yield "demands", " ".join(rule.expression.split())
    for key, value in sorted(setup.parameters.items()):
        own = rule.parameters.get(key)
        yield "parameter", f"{key}: {value}" + ("" if own == value else f" (default {own})")
    yield "remedy", rule.remedy
    for what, setting in (("turned off", setup.off), ("level lowered", setup.lowered)):
        if setting is not None:
            yield "policy", f"{what} at {setting.location}: {setting.reason}"


def _examples(setup: Setup) -> Iterator[tuple[str, str]]:
    for example in setup.rule.examples():
        yield "passes" if example.passes else "fails", example.description


def _found(name: str, findings: Sequence[Finding]) -> Iterator[tuple[str, str]]:
    for finding in findings:
        if finding.rule == name:
            yield "found", finding.message
