"""Static checks of CEL expressions: their size, and the names they use.

CEL's runtime limits the depth of an expression (32) and the number of elements it looks at (10,000). Its length and
the nesting of its comprehensions are limited here, before it is compiled. And since every field of a rule's input
is documented, unknown names are found before any rule is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

MOST_CHARACTERS = 2000
DEEPEST = 3
"""Levels of nested comprehensions."""
MACROS = frozenset({"all", "exists", "exists_one", "map", "filter"})

_TOKEN = r"""
    (?P<skip>\s+|//[^\n]*)
  | (?P<text>[rRbB]{0,2}(?:\"{3}(?:[^\\]|\\.)*?\"{3}|'{3}(?:[^\\]|\\.)*?'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'))
  | (?P<number>\d[\w.]*)
  | (?P<name>[A-Za-z_]\w*)
  | (?P<mark>&&|\|\||[<>=!]=|.)
    """


@cache
def _word() -> re.Pattern[str]:
    """Compiled on first use: most runs parse no expressions."""
    return re.compile(_TOKEN, re.VERBOSE | re.DOTALL)


class Token(NamedTuple):
    """A word of an expression, and its offset."""

    kind: str
    text: str
    offset: int


class Problem(NamedTuple):
    """What is wrong with an expression, and the offset of the mistake."""

    offset: int
    message: str
    remedy: str = ""


def tokens(expression: str) -> list[Token]:
    """The words of an expression. Any other character is a mark, which the compiler will reject."""
    return [
        Token(found.lastgroup or "", found.group(), found.start())
        for found in _word().finditer(expression)
        if found.lastgroup != "skip"
    ]


def check(expression: str, variables: Mapping[str, Any]) -> Iterator[Problem]:
    """The mistakes in an expression that can be found without compiling it.

    ``variables`` are JSON Schemas by name, one for each variable; objects without ``properties`` are not checked
    further.
    """
    if len(expression) > MOST_CHARACTERS:
        message = f"the expression has {len(expression):,} characters, and {MOST_CHARACTERS:,} is the most"
        yield Problem(0, message, "split the rule in two")
        return
    words = tokens(expression)
    too_deep = _too_deep(words)
    if too_deep is not None:
        message = f"comprehensions are nested more than {DEEPEST} deep"
        yield Problem(too_deep.offset, message, "ask for less at once, or split the rule in two")
        return
    yield from _foreign(words)
    yield from _unknown(words, variables)


_FOREIGN = {"=": "==", "&": "&&", "|": "||", "and": "&&", "or": "||", "not": "!", "<>": "!="}


def _foreign(words: list[Token]) -> Iterator[Problem]:
    """Operators of other languages, for which CEL gives only a general syntax error."""
    for before, word, after in zip(
        ["", *(each.text for each in words)], words, [*words[1:], None], strict=False
    ):
        called = after is not None and after.text in (".", ",") and word.kind == "name"
        text = word.text.lower() if word.kind == "name" else word.text
        if (
            word.kind in ("name", "mark")
            and text in _FOREIGN
            and before not in (".", ",", "(")
            and not called
        ):
            yield Problem(word.offset, f"CEL has no {word.text!r}", f"write {_FOREIGN[text]!r}")


def _too_deep(words: list[Token]) -> Token | None:
    """The first comprehension that is nested too deeply, if any."""
    opened: list[bool] = []
    for before, word in zip([None, *words], words, strict=False):
        if word.text == "(":
            opened.append(before is not None and before.text in MACROS and before.kind == "name")
            if sum(opened) > DEEPEST:
                return before
        elif word.text == ")" and opened:
            opened.pop()
    return None


def _unknown(words: list[Token], variables: Mapping[str, Any]) -> Iterator[Problem]:
    """Fields that the input does not have, such as ``objective.ownr``."""
    at = 0
    while at < len(words):
        word = words[at]
        if word.kind != "name" or word.text not in variables or (at and words[at - 1].text == "."):
            at += 1
            continue
        schema, path = variables[word.text], word.text
        at += 1
        while at + 1 < len(words) and words[at].text == "." and words[at + 1].kind == "name":
            field, called = words[at + 1], at + 2 < len(words) and words[at + 2].text == "("
            properties = schema.get("properties")
            if called or properties is None:
                break
            if field.text not in properties:
                yield Problem(field.offset, f"{path} has no {field.text!r}", meant(field.text, properties))
                break
            schema, path, at = properties[field.text], f"{path}.{field.text}", at + 2


def meant(word: str, known: Mapping[str, Any]) -> str:
    """The remedy for an unknown name: the most similar known name, or all known names."""
    import difflib

    close = difflib.get_close_matches(word, list(known), 1, cutoff=0.7)
    return f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known) or 'none'}"


@cache
def parts(message: str) -> tuple[tuple[int, str, bool], ...]:
    """The parts of a message: (offset, text, whether it is an expression). ``{{`` and ``}}`` stand for single braces.

    Raises ValueError with the offset of an unmatched brace.
    """
    return tuple(_parts(message))


def _parts(message: str) -> Iterator[tuple[int, str, bool]]:
    start = 0
    for found in re.finditer(r"\{\{|\}\}|\{([^{}]*)\}|[{}]", message):
        if start < found.start():
            yield start, message[start : found.start()], False
        start = found.end()
        if found.group() in ("{{", "}}"):
            yield found.start(), found.group()[0], False
        elif found.group() in ("{", "}"):
            raise ValueError(found.start())
        else:
            yield found.start() + 1, found.group(1), True
    if start < len(message):
        yield start, message[start:], False
