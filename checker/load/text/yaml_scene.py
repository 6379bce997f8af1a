"""The lines around a syntax error, and functions to look at and mend them."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from checker.hidden import can_be_shown

_QUOTED_KEY = r"""(?:"[^"]*"|'[^']*')[ \t]*+:[ \t]+"""
_PLAIN_KEY = r"""[^\s"'\[\]{}#&*!|>%@`,][^"'\[\]{}]*?:[ \t]+"""
_BLOCK_PREFIX = re.compile(rf"\s*+(?:- ++)*+(?:{_QUOTED_KEY}|{_PLAIN_KEY})?")
COMMENT = re.compile(r"\s+#.*|\s+$")
"""Matches what can follow a value on its line."""


class Spot(NamedTuple):
    """A place in the lines; both numbers count from 0."""

    line: int
    column: int


class Scene(NamedTuple):
    """The lines; where the parser stopped (``at``); where the construct it was reading began; and its error message."""

    lines: list[str]
    at: Spot
    start: Spot
    words: str

    def character(self, spot: Spot) -> str:
        return self.lines[spot.line][spot.column : spot.column + 1]

    def before(self, spot: Spot) -> str:
        return self.lines[spot.line][: spot.column]

    def above(self, spot: Spot) -> Spot:
        """The first character of the nearest line above that is neither blank nor a comment; ``spot`` if there is
        none."""
        for number in range(spot.line - 1, -1, -1):
            text = self.lines[number].lstrip()
            if text and not text.startswith("#"):
                return Spot(number, len(self.lines[number]) - len(text))
        return spot


class Told(NamedTuple):
    """An explanation of a syntax error. ``quote`` is a value that quotes would mend: its place and its text."""

    spot: Spot
    message: str
    remedy: str
    quote: tuple[Spot, str] | None = None
    related: tuple[str, Spot] | None = None


def spot_of(mark: Any, lines: list[str]) -> Spot:
    """The place of a parser's mark, limited to the text: at the end of the text a mark may be one line below."""
    if mark is None:
        return Spot(0, 0)
    if mark.line >= len(lines):
        return Spot(len(lines) - 1, len(lines[-1]))
    return Spot(mark.line, min(mark.column, len(lines[mark.line])))


def quotable(scene: Scene, spot: Spot) -> str:
    """The text from ``spot`` on that would become one value in quotes; "" if that is uncertain."""
    line = scene.lines[spot.line]
    value = COMMENT.sub("", line[spot.column :], count=1)
    if not _BLOCK_PREFIX.fullmatch(line[: spot.column]) or len(value) > 200 or not can_be_shown(value):
        return ""
    return "" if re.search(r"[\[\]{}]|,$|^[\"']|:$|: |\ufffd", value[1:]) else value


def mended(lines: list[str], spot: Spot, value: str) -> str | None:
    """The text with ``value`` in quotes; None if the value may continue on the next line."""
    line = lines[spot.line]
    own = len(line) - len(line.lstrip(" -"))
    below = next(
        (each for each in lines[spot.line + 1 :] if each.strip() and not each.lstrip().startswith("#")), ""
    )
    if below and len(below) - len(below.lstrip(" ")) > own:
        return None
    quoted = "'" + value.replace("'", "''") + "'"
    changed = line[: spot.column] + quoted + line[spot.column + len(value) :]
    return "\n".join([*lines[: spot.line], changed, *lines[spot.line + 1 :]])


def unknown(scene: Scene) -> Told:
    """The parser's own message, if nothing better is known."""
    said = scene.words.removeprefix("; ").replace("; ", ": ")
    return Told(scene.at, f"this is not YAML ({said})", "look at this line and the one above it")
