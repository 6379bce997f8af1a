"""Writes documents as readable YAML that every parser reads alike: block style, comments, quotes where needed."""

from __future__ import annotations

import json
import re
import textwrap
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from checker.hidden import can_be_shown
from checker.importers.written import Note, Written
from checker.load.text.yaml_scalars import resolve
from checker.model import Path

WIDTH = 110

_PLAIN = re.compile(r"[A-Za-z0-9_/.(][^\n\t]*").fullmatch
_UNSAFE = re.compile(r": |:$| #|\s$")


RULE = "Rule"
"""The kind of documents that belong in the folder of rules and are not read elsewhere."""


def write(documents: Sequence[Written]) -> str:
    """The documents as one text, separated by ``---``; rules follow as comments."""
    text = "---\n".join(document(each) for each in documents if each.data["kind"] != RULE)
    for each in documents:
        if each.data["kind"] == RULE:
            text += "\n# This rule belongs in rules/: import with --write-rules rules/.\n"
            text += "".join(f"# {line}\n" for line in document(each).splitlines())
    return text


def rules(documents: Sequence[Written]) -> dict[str, str]:
    """The rules among the documents, by file name."""
    return {
        f"{each.data['metadata']['name']}.yaml": document(each)
        for each in documents
        if each.data["kind"] == RULE
    }


def document(written: Written) -> str:
    """One document, with its notes as comments beside the keys they are about."""
    comments: dict[Path, list[str]] = defaultdict(list)
    for note in written.notes:
        comments[note.at].append(_note_text(note))
    head = f"Imported from {written.origin} ({written.format})."
    lines = [*_comment(head, ""), *(line for text in comments[()] for line in _comment(text, ""))]
    lines += _mapping(written.data, (), "", comments)
    for reason, data in written.disabled:
        lines += [
            *_comment(f"LEFT OUT: {reason}.", "    "),
            *(f"    # {line}" for line in _list([data], (), "", {})),
        ]
    return "\n".join(lines) + "\n"


def _note_text(note: Note) -> str:
    mark = "NOTE" if note.level == "note" else "WARNING"
    return f"{mark}: {note.message}; {note.remedy}." if note.remedy else f"{mark}: {note.message}."


def _comment(text: str, indent: str) -> list[str]:
    shown = "".join(each if can_be_shown(each) else " " for each in text)
    lines = textwrap.wrap(
        shown, max(40, WIDTH - len(indent) - 2), break_long_words=False, break_on_hyphens=False
    )
    return [f"{indent}# {line}" for line in lines]


def _mapping(
    data: Mapping[str, Any], path: Path, indent: str, comments: Mapping[Path, list[str]]
) -> Iterator[str]:
    for key, value in data.items():
        here: Path = (*path, key)
        for text in comments.get(here, ()):
            yield from _comment(text, indent)
        yield from _entry(f"{indent}{scalar(key)}:", value, here, indent, comments)


def _entry(
    begin: str, value: Any, path: Path, indent: str, comments: Mapping[Path, list[str]]
) -> Iterator[str]:
    if isinstance(value, dict) and value:
        yield begin
        yield from _mapping(value, path, f"{indent}  ", comments)
    elif isinstance(value, list) and value:
        yield begin
        yield from _list(value, path, f"{indent}  ", comments)
    elif isinstance(value, str) and _is_block(value):
        yield f"{begin} |" + ("" if value.endswith("\n") else "-")
        yield from (f"{indent}  {line}" if line else "" for line in value.removesuffix("\n").split("\n"))
    else:
        yield f"{begin} {_flow(value)}"


def _list(data: Sequence[Any], path: Path, indent: str, comments: Mapping[Path, list[str]]) -> Iterator[str]:
    for index, value in enumerate(data):
        here: Path = (*path, index)
        for text in comments.get(here, ()):
            yield from _comment(text, indent)
        if isinstance(value, dict) and value:
            lines = list(_mapping(value, here, f"{indent}  ", comments))
            first = next(number for number, line in enumerate(lines) if not line.lstrip().startswith("#"))
            yield from (line.removeprefix("  ") for line in lines[:first])
            yield f"{indent}- {lines[first].lstrip()}"
            yield from lines[first + 1 :]
        else:
            yield from _entry(f"{indent}-", value, here, indent, comments)


def _is_block(text: str) -> bool:
    """Whether a multi-line text can be written as a literal block."""
    lines = text.removesuffix("\n").split("\n")
    return (
        (len(lines) > 1 or text.endswith("\n"))
        and lines[0] != ""
        and lines[-1] != ""
        and not lines[0].startswith(" ")
        and all(can_be_shown(line) and line == line.rstrip() for line in lines)
    )


def _flow(value: Any) -> str:
    match value:
        case dict():
            return "{}"
        case list():
            return "[]"
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return format(value, "f") if isinstance(value, Decimal) else str(value)
    return scalar(str(value))


def scalar(text: str) -> str:
    """``text`` as a one-line scalar that every reader parses as this text."""
    if _PLAIN(text) and not _UNSAFE.search(text) and can_be_shown(text) and isinstance(resolve(text), str):
        return text
    if can_be_shown(text) and '"' in text:
        return "'" + text.replace("'", "''") + "'"
    return json.dumps(text, ensure_ascii=False)
