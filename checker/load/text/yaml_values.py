"""Explains syntax errors in a single YAML value: how it begins, its quotes and escapes, the tab before it.

Each function takes the scene of a syntax error, and returns its place, the fact and the remedy.
"""

from __future__ import annotations

import re

from checker.hidden import can_be_shown
from checker.load.text.characters import SURROGATE
from checker.load.text.refusals import in_quotes
from checker.load.text.yaml_scene import Scene, Spot, Told, quotable, unknown

_MEANINGS = {
    ">": "a block of text",
    "|": "a block of text",
    "*": "an alias",
    "&": "an anchor",
    "!": "a tag",
    "?": "a key",
    "%": "a directive",
    "]": "the end of a list",
    "}": "the end of a mapping",
    ",": "the end of an entry",
}


def beginning(scene: Scene, spot: Spot | None = None) -> Told:
    """An unquoted value that begins with a reserved character."""
    spot = spot or scene.start
    character = scene.character(spot)
    taken = f"takes it for {_MEANINGS[character]}" if character in _MEANINGS else "reserves it"
    message = f"an unquoted value cannot begin with {character!r}: YAML {taken}"
    value = quotable(scene, spot)
    remedy = in_quotes(value) if value else "put it in quotes"
    return Told(spot, message, remedy, (spot, value) if value else None)


def block_scalar(scene: Scene) -> Told:
    if scene.at.line != scene.start.line:
        return tab(scene)
    explained = beginning(scene)
    if re.match(r"[|>]\s*[^\s\d=<.+-]", scene.lines[scene.start.line][scene.start.column :]):
        return explained._replace(remedy=f"begin the text on the next line, or {explained.remedy}")
    return explained


def no_token(scene: Scene) -> Told:
    return tab(scene) if scene.character(scene.at) == "\t" else beginning(scene, scene.at)


def tab(scene: Scene) -> Told:
    if scene.before(scene.at).strip():
        return Told(scene.at, "a tab where YAML needs a space", "write a space instead")
    return Told(scene.at, "a tab in the indentation; YAML indents with spaces", "write spaces instead")


def open_quote(scene: Scene) -> Told:
    quote = scene.character(scene.start)
    return Told(scene.start, "the quote that opens here is not closed", f"add the closing {quote}")


_QUOTES = ("'", '"')


def quote_above(scene: Scene) -> Told | None:
    """An unclosed quote above. It ended where the next quoted value begins, so the parser stopped only there."""
    endings = [(spot, scene.before(spot).rstrip()) for spot in (scene.at, scene.start)]
    closed = [
        (spot, text[-1]) for spot, text in endings if text[-1:] in _QUOTES and text.count(text[-1]) == 1
    ]
    at, quote = closed[0] if closed else (Spot(0, 0), "")
    for number in range(at.line - 1, -1, -1):
        line = scene.lines[number]
        if line.count(quote) % 2 == 0:
            continue
        column = line.rfind(quote)
        ahead = line[:column].rstrip()
        if ahead and ahead[-1] not in ":-[{,":
            return None
        fact = f"the quote that opens here is closed only by the next one, on line {at.line + 1}"
        return Told(Spot(number, column), fact, f"add the closing {quote} on this line")
    return None


def escape(scene: Scene) -> Told:
    if "invalid Unicode character" in scene.words:
        return Told(scene.start, SURROGATE.message, SURROGATE.remedy)
    line = scene.lines[scene.at.line]
    column = max(line.rfind("\\", 0, scene.at.column + 1), 0)
    escape = line[column : column + 2]
    escape = escape if can_be_shown(escape) else escape[:1]
    remedy = "use single quotes, or write \\\\ for a backslash"
    if escape[1:] in ("x", "u", "U"):
        digits = {"x": 2, "u": 4, "U": 8}[escape[1]]
        return Told(Spot(scene.at.line, column), f"{escape} needs {digits} hexadecimal digits", remedy)
    return Told(Spot(scene.at.line, column), f"{escape} is not an escape that YAML knows", remedy)


def no_content(scene: Scene) -> Told:
    if "flow node" in scene.words:
        message = f"{scene.character(scene.at)!r} where an entry is expected"
        return Told(scene.at, message, "add the entry, or delete it")
    return beginning(scene, scene.at) if scene.character(scene.at) in _MEANINGS else unknown(scene)


def directive(scene: Scene) -> Told:
    return Told(scene.start, "a directive ('%' begins the line) that YAML does not know", "delete it")
