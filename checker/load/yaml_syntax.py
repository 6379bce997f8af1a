"""What is wrong where YAML cannot be parsed, told to the author: place, fact, mend.

A parser names the grammar rule that failed. The author wants to know which character to change, so the line
itself is looked at. libyaml and PyYAML's own parser word their errors differently and agree on the places;
the tables below match both.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import yaml

from checker.load.characters import SURROGATE
from checker.load.refusals import in_quotes, shown
from checker.load.yaml_scene import COMMENT, Scene, Spot, Told, mended, quotable, spot_of
from checker.model import Finding, Location


class Explained(NamedTuple):
    """The finding for a syntax error, and the text with the error mended, where quotes mend it."""

    finding: Finding
    mended: str | None


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
_KEY_AND_VALUE = re.compile(
    r"""(\s*+(?:- ++)*+(?:"[^"]*"[ \t]*+|'[^']*'[ \t]*+|[^\s"'\[{].*?):[ \t]+)(\S.*)"""
)
_COLON_WITHOUT_SPACE = re.compile(r"\s*+(?:- ++)*+([\w.-]+):([^\s:/].*)")
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})(?: |$)", re.MULTILINE)


def explain(error: yaml.YAMLError, text: str, file: str) -> Explained:
    """The finding for ``error``, which a parser raised on ``text``."""
    lines = text.split("\n")
    problem, context = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    at, start = spot_of(problem or context, lines), spot_of(context or problem, lines)
    words = f"{getattr(error, 'context', None) or ''}; {getattr(error, 'problem', None) or error}"
    scene = Scene(lines, at, start, words)
    conflict = _CONFLICT.search(text)
    if conflict:
        told = Told(
            Spot(text.count("\n", 0, conflict.start()), 0),
            "a merge conflict that is not resolved",
            "keep one of the two sides, and delete the marker lines",
        )
    else:
        told = next((tell(scene) for said, tell in _TELLERS if said in words), None) or _unknown(scene)
    place = Location(file, told.spot.line + 1, told.spot.column + 1)
    related: tuple[tuple[str, Location], ...] = ()
    if told.related:
        related = ((told.related[0], Location(file, told.related[1].line + 1, told.related[1].column + 1)),)
    rule = SURROGATE.rule if told.message == SURROGATE.message else "yaml-syntax"
    finding = Finding(rule, "error", told.message, place, "", told.remedy, related)
    return Explained(finding, mended(lines, *told.quote) if told.quote else None)


def _beginning(scene: Scene, spot: Spot | None = None) -> Told:
    """An unquoted value that begins with a character that means something else."""
    spot = spot or scene.start
    character = scene.character(spot)
    taken = f"takes it for {_MEANINGS[character]}" if character in _MEANINGS else "reserves it"
    message = f"an unquoted value cannot begin with {character!r}: YAML {taken}"
    value = quotable(scene, spot)
    remedy = in_quotes(value) if value else "put it in quotes"
    return Told(spot, message, remedy, (spot, value) if value else None)


def _block_scalar(scene: Scene) -> Told:
    if scene.at.line != scene.start.line:
        return _tab(scene)
    told = _beginning(scene)
    if re.match(r"[|>]\s*[^\s\d=<.+-]", scene.lines[scene.start.line][scene.start.column :]):
        return told._replace(remedy=f"begin the text on the next line, or {told.remedy}")
    return told


def _no_token(scene: Scene) -> Told:
    return _tab(scene) if scene.character(scene.at) == "\t" else _beginning(scene, scene.at)


def _tab(scene: Scene) -> Told:
    if scene.before(scene.at).strip():
        return Told(scene.at, "a tab where YAML wants a space", "write a space instead")
    return Told(scene.at, "a tab in the indentation; YAML indents with spaces", "write spaces instead")


def _second_colon(scene: Scene) -> Told:
    line, (number, column) = scene.lines[scene.at.line], scene.at
    found = _KEY_AND_VALUE.fullmatch(line[:column])
    if found:
        begins = Spot(number, len(found.group(1)))
        value = COMMENT.sub("", line[begins.column :], count=1)
        sure = len(value) <= 200 and value.isprintable() and value[0] not in "\"'[{&*!|>%@`"
        remedy = in_quotes(value) if sure else "put the whole value in quotes"
        message = "a second ':' on this line; an unquoted value cannot hold ': '"
        return Told(scene.at, message, remedy, (begins, value) if sure else None)
    above = scene.above(scene.at)
    if above == scene.at:
        return _unknown(scene)
    if told := _no_space_after_colon(scene, above):
        return told
    text = scene.lines[above.line].strip()
    if ":" not in text:
        return Told(above, f"{shown(text)} has no ':', so it is no key", "write it as 'key: value'")
    return _under_a_value(Spot(number, len(line) - len(line.lstrip())), above)


def _under_a_value(spot: Spot, above: Spot) -> Told:
    message = "this line is indented under one that already has a value"
    remedy = "indent it as the line above, or move that value"
    return Told(spot, message, remedy, None, ("the line above", above))


def _colon_in_brackets(scene: Scene) -> Told:
    remedy = "put the text in quotes, or write a space after the ':' of a key"
    return Told(scene.at, "a ':' in unquoted text between brackets", remedy)


def _no_space_after_colon(scene: Scene, spot: Spot) -> Told | None:
    found = _COLON_WITHOUT_SPACE.fullmatch(scene.lines[spot.line])
    if found is None or ": " in found.group():
        return None
    key, value = found.groups()
    remedy = f"write {shown(f'{key}: {value}')}"
    return Told(Spot(spot.line, found.end(1)), "there is no space after this ':'", remedy)


def _no_colon(scene: Scene) -> Told:
    text = scene.lines[scene.start.line][scene.start.column :].rstrip()
    if told := _no_space_after_colon(scene, scene.start):
        return told
    if re.match(r"-[^\s-]", text):
        return Told(scene.start, "there is no space after this '-'", f"write {shown('- ' + text[1:])}")
    message = f"{shown(text)} is neither 'key: value' nor '- item'"
    return Told(scene.start, message, "add what is missing, or indent it to continue the text above")


def _open_quote(scene: Scene) -> Told:
    quote = scene.character(scene.start)
    return Told(scene.start, "the quote that opens here is not closed", f"add the closing {quote}")


def _escape(scene: Scene) -> Told:
    if "invalid Unicode character" in scene.words:
        return Told(scene.start, SURROGATE.message, SURROGATE.remedy)
    line = scene.lines[scene.at.line]
    column = max(line.rfind("\\", 0, scene.at.column + 1), 0)
    escape = line[column : column + 2]
    escape = escape if escape.isprintable() else escape[:1]
    remedy = "use single quotes, or write \\\\ for a backslash"
    if escape[1:] in ("x", "u", "U"):
        digits = {"x": 2, "u": 4, "U": 8}[escape[1]]
        return Told(Spot(scene.at.line, column), f"{escape} needs {digits} hexadecimal digits", remedy)
    return Told(Spot(scene.at.line, column), f"{escape} is not an escape that YAML knows", remedy)


def _flow(scene: Scene) -> Told:
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


def _block(scene: Scene) -> Told:
    before, character = scene.before(scene.at).rstrip(), scene.character(scene.at)
    if before.endswith(('"', "'")):
        remedy = "put the whole value in one pair of quotes; in single quotes, '' stands for '"
        return Told(scene.at, "text after the closing quote of a value", remedy)
    if before.endswith(("]", "}")):
        remedy = "delete it, or put the whole value in quotes"
        return Told(scene.at, f"text after the closing {before[-1]!r}", remedy)
    related, above = ("what stands above begins here", scene.start), scene.above(scene.at)
    if character == ":":
        return Told(scene.at, "a ':' without a key before it", "write the key")
    if not before and above.column < scene.at.column and ": " in scene.lines[above.line]:
        return _under_a_value(scene.at, above)
    if not before and character == "-":
        message, remedy = "a list item where a key is expected", "indent it under the key that it belongs to"
    elif "block collection" in scene.words or "'-'" in scene.words:
        message = "this line is no item of the list above"
        remedy = "begin it with '- ', or align it with the key that it belongs to"
    else:
        message, remedy = (
            "this line is indented like none above it",
            "align it with the keys that it belongs to",
        )
    return Told(scene.at, message, remedy, None, related)


def _no_content(scene: Scene) -> Told:
    if "flow node" in scene.words:
        message = f"{scene.character(scene.at)!r} where an entry is expected"
        return Told(scene.at, message, "add the entry, or delete it")
    return _beginning(scene, scene.at) if scene.character(scene.at) in _MEANINGS else _unknown(scene)


def _list_on_line(scene: Scene) -> Told:
    remedy = "begin the list on the next line, or put the value in quotes if text is meant"
    return Told(scene.at, "a list cannot begin on the line of its key", remedy)


def _directive(scene: Scene) -> Told:
    return Told(scene.start, "a directive ('%' begins the line) that YAML does not know", "delete it")


def _second_root(scene: Scene) -> Told:
    message = "text after the end of the document"
    return Told(scene.at, message, "indent it if it belongs to the document, or begin a new one with '---'")


def _unknown(scene: Scene) -> Told:
    said = scene.words.removeprefix("; ").replace("; ", ": ")
    return Told(scene.at, f"this is not YAML ({said})", "look at this line and the one above it")


_TELLERS = (
    ("a block scalar", _block_scalar),
    ("cannot start any token", _no_token),
    ("found a tab", _tab),
    ("mapping values are not allowed", _second_colon),
    ("could not find expected ':'", _no_colon),
    ("found unexpected ':'", _colon_in_brackets),
    ("quoted scalar; found unexpected", _open_quote),
    ("quoted scalar", _escape),
    ("scanning an alias", _beginning),
    ("scanning an anchor", _beginning),
    ("a tag;", _beginning),
    ("tag handle", _beginning),
    ("a directive", _directive),
    ("incompatible YAML", _directive),
    ("a flow sequence", _flow),
    ("a flow mapping", _flow),
    ("a block mapping", _block),
    ("a block collection", _block),
    ("node content", _no_content),
    ("entries are not allowed", _list_on_line),
    ("keys are not allowed", lambda scene: _beginning(scene, scene.at)),
    ("document start", _second_root),
)
