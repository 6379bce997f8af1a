"""Explains syntax errors in the structure of YAML: keys and colons, indentation, brackets, the end of the document.

Each function takes the scene of a syntax error, and returns its place, the fact and the remedy.
"""

from __future__ import annotations

import re

from checker.hidden import can_be_shown
from checker.load.text.refusals import in_quotes, shown
from checker.load.text.yaml_scene import COMMENT, Scene, Spot, Told, unknown

_KEY_AND_VALUE = re.compile(
    r"""(\s*+(?:- ++)*+(?:"[^"]*"[ \t]*+|'[^']*'[ \t]*+|[^\s"'\[{].*?):[ \t]+)(\S.*)"""
)
_COLON_WITHOUT_SPACE = re.compile(r"\s*+(?:- ++)*+([\w.-]+):([^\s:/].*)")


def second_colon(scene: Scene) -> Told:
    line, (number, column) = scene.lines[scene.at.line], scene.at
    found = _KEY_AND_VALUE.fullmatch(line[:column])
    if found:
        begins = Spot(number, len(found.group(1)))
        value = COMMENT.sub("", line[begins.column :], count=1)
        sure = len(value) <= 200 and can_be_shown(value) and value[0] not in "\"'[{&*!|>%@`"
        remedy = in_quotes(value) if sure else "put the whole value in quotes"
        message = "a second ':' on this line; an unquoted value cannot hold ': '"
        return Told(scene.at, message, remedy, (begins, value) if sure else None)
    above = scene.above(scene.at)
    if above == scene.at:
        return unknown(scene)
    if explained := _no_space_after_colon(scene, above):
        return explained
    text = scene.lines[above.line].strip()
    if ":" not in text:
        return Told(above, f"{shown(text)} has no ':', so it is not a key", "write it as 'key: value'")
    return _under_a_value(Spot(number, len(line) - len(line.lstrip())), above)


def _under_a_value(spot: Spot, above: Spot) -> Told:
    message = "this line is indented under one that already has a value"
    remedy = "indent it as the line above, or move that value"
    return Told(spot, message, remedy, None, ("the line above", above))


def colon_in_brackets(scene: Scene) -> Told:
    remedy = "put the text in quotes, or write a space after the ':' of a key"
    return Told(scene.at, "a ':' in unquoted text between brackets", remedy)


def _no_space_after_colon(scene: Scene, spot: Spot) -> Told | None:
    found = _COLON_WITHOUT_SPACE.fullmatch(scene.lines[spot.line])
    if found is None or ": " in found.group():
        return None
    key, value = found.groups()
    remedy = f"write {shown(f'{key}: {value}')}"
    return Told(Spot(spot.line, found.end(1)), "there is no space after this ':'", remedy)


def no_colon(scene: Scene) -> Told:
    text = scene.lines[scene.start.line][scene.start.column :].rstrip()
    if explained := _no_space_after_colon(scene, scene.start):
        return explained
    if re.match(r"-[^\s-]", text):
        return Told(scene.start, "there is no space after this '-'", f"write {shown('- ' + text[1:])}")
    message = f"{shown(text)} is neither 'key: value' nor '- item'"
    return Told(scene.start, message, "add what is missing, or indent it to continue the text above")


def flow(scene: Scene) -> Told:
    opener = scene.character(scene.start)
    closer = {"[": "]", "{": "}"}.get(opener, "}")
    rest = [scene.lines[scene.at.line][scene.at.column :], *scene.lines[scene.at.line + 1 :]]
    if not any(line.strip() and not line.lstrip().startswith("#") for line in rest):
        return Told(
            scene.start, f"the {opener!r} that opens here is not closed", f"add the closing {closer!r}"
        )
    remedy = f"add it; the {opener!r} is on line {scene.start.line + 1}"
    related = (f"the {opener!r}", scene.start)
    return Told(scene.at, f"expected ',' or {closer!r} before this", remedy, None, related)


def block(scene: Scene) -> Told:
    before, character = scene.before(scene.at).rstrip(), scene.character(scene.at)
    if before.endswith(('"', "'")):
        remedy = "put the whole value in one pair of quotes; in single quotes, '' stands for '"
        return Told(scene.at, "text after the closing quote of a value", remedy)
    if before.endswith(("]", "}")):
        remedy = "delete it, or put the whole value in quotes"
        return Told(scene.at, f"text after the closing {before[-1]!r}", remedy)
    related, above = ("the text above begins here", scene.start), scene.above(scene.at)
    if character == ":":
        return Told(scene.at, "a ':' without a key before it", "write the key")
    if not before and above.column < scene.at.column and ": " in scene.lines[above.line]:
        return _under_a_value(scene.at, above)
    if not before and character == "-":
        message, remedy = "a list item where a key is expected", "indent it under the key that it belongs to"
    elif "block collection" in scene.words or "'-'" in scene.words:
        message = "this line is not an item of the list above"
        remedy = "begin it with '- ', or align it with the key that it belongs to"
    else:
        message, remedy = (
            "the indentation of this line matches no line above it",
            "align it with the keys that it belongs to",
        )
    return Told(scene.at, message, remedy, None, related)


def list_on_line(scene: Scene) -> Told:
    remedy = "begin the list on the next line, or put the value in quotes if text is meant"
    return Told(scene.at, "a list cannot begin on the line of its key", remedy)


def second_root(scene: Scene) -> Told:
    message = "text after the end of the document"
    return Told(scene.at, message, "indent it if it belongs to the document, or begin a new one with '---'")
