"""Turns JSON text into the events of a YAML parser, so that one builder reads both.

YAML claims to contain JSON, but YAML parsers refuse some of it: surrogate pairs in escapes, a key of over 1,024
characters, a colon on its own line; and they disagree on ``1e3``. This reader follows RFC 8259 exactly. It keeps
its own stack, so that no input can exhaust Python's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from json.decoder import scanstring  # type: ignore[attr-defined]  # typeshed leaves it out
from typing import NamedTuple

from yaml import events
from yaml.error import Mark

from checker.hidden import can_be_shown
from checker.load.text.yaml_scalars import Refused, number


class NotJson(Exception):
    """Where and why a text is not JSON, and the remedy."""

    def __init__(self, mark: Mark, message: str, remedy: str) -> None:
        super().__init__(message)
        self.mark, self.message, self.remedy = mark, message, remedy


class _Token(NamedTuple):
    """A token. ``kind`` is a punctuation character, or one of string, bare (a number or word), end and nothing
    (invalid)."""

    kind: str
    value: str
    mark: Mark


_WORDS = {"true": True, "false": False, "null": None}
_SPACE = re.compile(r"[ \t\n\r]*")
_BARE = re.compile(r"(?:true|false|null)\b|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_WORD = re.compile(r"[\w.'+-]{1,40}")
_VALUE = frozenset({"{", "[", "string", "bare"})
_KEY = frozenset({"string"})
_COLON = frozenset({":"})


def resolve(text: str) -> int | Decimal | bool | Refused | None:
    """The value of a JSON number or word."""
    return _WORDS[text] if text in _WORDS else number(text)


def json_events(text: str) -> Iterator[events.Event]:
    """The events of the one JSON document in ``text``. Raises NotJson at the first mistake."""
    mark = Mark("", 0, 0, 0, "", 0)
    closers: list[str] = []
    allowed = _VALUE
    yield events.DocumentStartEvent(mark)
    for kind, value, mark in _tokens(text):
        if kind not in allowed:
            raise _unexpected(kind, value, mark, allowed)
        if kind == "{":
            yield events.MappingStartEvent(None, None, True, mark)
            closers.append("}")
            allowed = _KEY | {"}"}
        elif kind == "[":
            yield events.SequenceStartEvent(None, None, True, mark)
            closers.append("]")
            allowed = _VALUE | {"]"}
        elif kind == ",":
            allowed = _KEY if closers[-1] == "}" else _VALUE
        elif kind == ":":
            allowed = _VALUE
        elif kind != "end":
            is_key = "{" not in allowed and kind == "string"
            if kind in ("string", "bare"):
                style = '"' if kind == "string" else ""
                yield events.ScalarEvent(None, None, (True, False), value, mark, None, style)
            else:
                closers.pop()
                yield events.MappingEndEvent(mark) if kind == "}" else events.SequenceEndEvent(mark)
            allowed = _COLON if is_key else frozenset({",", closers[-1]} if closers else {"end"})
    yield events.DocumentEndEvent(mark)
    yield events.StreamEndEvent(mark)


def _tokens(text: str) -> Iterator[_Token]:
    at, line, line_start = 0, 0, 0
    while True:
        start = _SPACE.match(text, at).end()  # type: ignore[union-attr]
        if breaks := text.count("\n", at, start):
            line, line_start = line + breaks, text.rfind("\n", at, start) + 1
        mark = Mark("", start, line, start - line_start, "", 0)
        character = text[start : start + 1]
        if not character:
            yield _Token("end", "", mark)
            return
        if character == '"':
            value, at = _string(text, start, mark)
            yield _Token("string", value, mark)
        elif character in "{}[],:":
            at = start + 1
            yield _Token(character, character, mark)
        elif found := _BARE.match(text, start):
            at = found.end()
            yield _Token("bare", found.group(), mark)
        else:
            yield _Token("nothing", text[start : start + 40], mark)


def _string(text: str, start: int, mark: Mark) -> tuple[str, int]:
    try:
        value, end = scanstring(text, start + 1, True)
    except json.JSONDecodeError as error:
        inside = Mark("", error.pos, mark.line, mark.column + error.pos - start, "", 0)
        if error.msg.startswith("Unterminated"):
            raise NotJson(mark, "the quote that opens here is not closed", 'add the closing "') from None
        if error.msg.startswith("Invalid control"):
            if text[error.pos] == "\n":
                message = "the quote that opens here is not closed on its line"
                raise NotJson(mark, message, r'add the closing ", or write \n for a line break') from None
            raise NotJson(inside, "a tab inside JSON text", r"write \t") from None
        at = text.rfind("\\", start, error.pos + 1)
        inside = Mark("", at, mark.line, mark.column + at - start, "", 0)
        escape = text[at : at + 2]
        message = f"{escape if can_be_shown(escape) else escape[0]} is not an escape that JSON knows"
        remedy = r"write \\ for a backslash, and \u with four hexadecimal digits"
        raise NotJson(inside, message, remedy) from None
    return str(value), int(end)


def _unexpected(kind: str, value: str, mark: Mark, allowed: frozenset[str]) -> NotJson:
    closer = "".join(allowed & {"}", "]"})
    if kind == "end":
        remedy = f"add {closer!r}" if closer else "complete it"
        return NotJson(mark, "the JSON text ends before it is complete", remedy)
    if value.startswith(("//", "/*", "#")):
        return NotJson(mark, "JSON has no comments", "delete it, or write YAML and name the file .yaml")
    if "end" in allowed:
        return NotJson(mark, "text after the end of the JSON document", "delete it")
    wanted = ["a value"] if "{" in allowed else ["a key"] if "string" in allowed else []
    expected = " or ".join([*wanted, *sorted(repr(each) for each in allowed & {",", ":", "}", "]"})])
    if kind in ("}", "]") and not closer:
        remedy = "add what is missing, or delete the comma before it"
    elif wanted and kind == "nothing":
        remedy = "put text in double quotes; only numbers, true, false and null go without"
    else:
        remedy = f"add {expected} before it"
    found = _WORD.match(value)
    shown = found.group() if found else value[:1]
    return NotJson(mark, f"{shown!r} where {expected} is expected", remedy)
