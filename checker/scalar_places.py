"""Finds the place in a file of a character of a YAML value, which may be quoted, folded, or a block of lines."""

from __future__ import annotations

from collections.abc import Iterator

from checker.model import Location

_ESCAPES = {"x": 2, "u": 4, "U": 8}


def place_in(text: str, start: Location, value: str, offset: int) -> Location:
    """The place of character ``offset`` of ``value``, a scalar that begins at ``start`` of a file with this ``text``.

    An offset at the end of the value is the place after its last character. White space may have been folded, so
    only the other characters are matched.
    """
    lines = text.split("\n")
    places = _characters(lines, start.line - 1, start.column - 1)
    place = (start.line, start.column)
    for index, character in enumerate(value):
        if character.isspace():
            if index >= offset:
                return Location(start.file, place[0], place[1] + 1)
            continue
        found = next((each for each in places if each[2] == character), None)
        if found is None:
            return start
        place = found[:2]
        if index >= offset:
            return Location(start.file, *place)
    return Location(start.file, place[0], place[1] + 1)


def _characters(lines: list[str], line: int, column: int) -> Iterator[tuple[int, int, str]]:
    """(line, column, character) of a scalar's content from the given place on, without white space. Escapes are
    decoded."""
    if line >= len(lines):
        return
    style = lines[line][column : column + 1]
    if style in ("|", ">"):
        line, column = line + 1, 0
    elif style in ("'", '"'):
        column += 1
    while line < len(lines):
        text = lines[line]
        while column < len(text):
            character, width = text[column], 1
            if style == '"' and character == "\\":
                character, width = _escaped(text[column + 1 :])
            elif style == "'" and text.startswith("''", column):
                width = 2
            if not character.isspace():
                yield line + 1, column + 1, character
            column += width
        line, column = line + 1, 0


def _escaped(rest: str) -> tuple[str, int]:
    """The character that a backslash and ``rest`` stand for, and the length of the escape."""
    digits = _ESCAPES.get(rest[:1], 0)
    if digits:
        try:
            return chr(int(rest[1 : 1 + digits], 16)), 2 + digits
        except (ValueError, OverflowError):
            return " ", 2 + digits
    # Escapes such as \n and \t are white space, which is not matched.
    return (rest[:1] if rest[:1] in ('"', "\\", "/") else " "), 2
