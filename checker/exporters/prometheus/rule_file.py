"""Prometheus rule files as YAML text: in a fixed order, with all foreign text in quotes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from checker.hidden import can_be_shown


class Rule(NamedTuple):
    """A recording rule or an alert: ``key`` is ``record`` or ``alert``, and ``wait`` how long it must hold
    (``for``)."""

    key: str
    name: str
    expr: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str] = {}
    wait: str = ""


class Group(NamedTuple):
    """Rules that are evaluated in order, together. ``comment`` is plain text."""

    name: str
    rules: Sequence[Rule]
    interval: str = ""
    comment: str = ""


def rule_file(head: str, groups: Iterable[Group]) -> str:
    """The whole file; ``head`` becomes comments at its top."""
    lines = [*(f"# {line}" for line in head.splitlines()), "groups:"]
    for group in groups:
        if group.comment:
            lines.append(f"  # {printable(group.comment)}")
        lines.append(f"  - name: {quoted(group.name)}")
        if group.interval:
            lines.append(f"    interval: {group.interval}")
        lines.append("    rules:")
        for rule in group.rules:
            lines += _rule(rule)
    return "\n".join(lines) + "\n"


def _rule(rule: Rule) -> Iterator[str]:
    yield f"      - {rule.key}: {rule.name}"
    yield from _block("        expr", rule.expr)
    if rule.wait:
        yield f"        for: {rule.wait}"
    for key, values in (("labels", rule.labels), ("annotations", rule.annotations)):
        if values:
            yield f"        {key}:"
            yield from (f"          {name}: {quoted(value)}" for name, value in values.items())


def _block(key: str, text: str) -> Iterator[str]:
    """A multi-line text as a literal block if YAML can show it so, else in quotes."""
    lines = text.split("\n")
    plain = all(can_be_shown(line) and not line.isspace() for line in lines)
    if len(lines) == 1 or not plain or not lines[0] or lines[0].startswith(" ") or not lines[-1]:
        yield f"{key}: {quoted(text)}"
        return
    indent = " " * (len(key) - len(key.lstrip()) + 2)
    yield f"{key}: |-"
    yield from (f"{indent}{line}" if line else "" for line in lines)


def quoted(text: str) -> str:
    """``text`` as a double-quoted YAML scalar without invisible characters."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if can_be_shown(character):
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def printable(text: str) -> str:
    """``text`` on one line without invisible characters, for a comment."""
    return "".join(each if can_be_shown(each) else "?" for each in text)


def literal(text: str) -> str:
    """``text`` for a label or an annotation of an alert, with Prometheus's template syntax escaped."""
    return text.replace("{{", '{{ "{{" }}')
