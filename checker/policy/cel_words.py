"""CEL's error messages in plain words, and at the place of the mistake."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.policy.expression import Problem

_REMEDY = "correct the CEL expression"
_CODES = r"^(?:[A-Z_]+: )+|\s*\[[A-Z_]+\]\s*$"
_KINDS = (
    (r'^Key not found in map : "(.*)"$', r"there is no '\1' in the input"),
    (r"^Applying SELECT to non-message type$", "it reads a field of null, or of a value that has no fields"),
    (r"^Iteration budget exceeded$", "it looks at more than 10,000 elements"),
    (r"^Expression recursion limit exceeded\..*|^Exceeded max recursion depth of .*",
     "it is nested too deeply"),
    (r"^undeclared reference to '(.*)' \(in container ''\)$", r"there is no '\1' here"),
    (r"^Syntax error: (.*?)(?: expecting \{.*\})?$", r"syntax error: \1"),
)  # fmt: skip
_PLACE = r"ERROR: <input>:(-?\d+):(-?\d+): ([^\n]*)"


def located(error: str, expression: str) -> Iterator[Problem]:
    """CEL's messages about an expression that it cannot compile, at most three, with their places."""
    lines = expression.split("\n")
    found = list(re.finditer(_PLACE, error))
    for each in found[:3]:
        line, column = int(each[1]), int(each[2])
        offset = 0
        if 0 < line <= len(lines):
            offset = sum(len(text) + 1 for text in lines[: line - 1]) + max(0, column - 1)
        yield Problem(offset, in_words(each[3]), _REMEDY)
    if not found:
        yield Problem(0, in_words(error), _REMEDY)


def in_words(error: str) -> str:
    """A CEL message without its codes and the variable names of ``Engine``."""
    text = re.sub(r"\bp\d{5}\b", "params", re.sub(_CODES, "", error)).strip()
    for pattern, words in _KINDS:
        text = re.sub(pattern, words, text)
    return text
