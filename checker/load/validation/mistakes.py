"""The mistakes that a model finds: each with the path of its node and the fact in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from checker.model import Path
from checker.spec.fields import SEEN, show


class Mistake(NamedTuple):
    """One mistake. ``type`` is pydantic's error type, or ``unknown_source``."""

    path: Path
    type: str
    message: str = ""


def attempt(model: type[BaseModel], written: Mapping[str, Any], path: Path) -> tuple[Any, list[Mistake]]:
    """``written``, the content at ``path``, as a ``model``; or None and the mistakes."""
    try:
        return model.model_validate(written), []
    except ValidationError as error:
        found = error.errors(include_url=False)
        return None, [
            Mistake((*path, *_path(each["loc"], written, each["type"])), each["type"], _words(each))
            for each in found
        ]


def _path(location: Path, node: Any, kind: str) -> Path:
    """pydantic's location without steps that are not in the file, such as the branches of a union."""
    path: list[str | int] = []
    for count, step in enumerate(location, start=1):
        there = range(len(node)) if isinstance(node, list) else node if isinstance(node, dict) else ()
        if step in there:
            node = node[step]
        elif kind != "missing" or count < len(location):
            continue
        path.append(step)
    return tuple(path)


EXPECTED = {
    "string": "text",
    "int": "a whole number",
    "float": "a number",
    "decimal": "a number",
    "bool": "true or false",
    "dict": "a mapping",
    "model": "a mapping",
    "list": "a list",
    "tuple": "a list",
    "object": "a mapping",
    "array": "a list",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}
"""The expected type in plain words, by the first word of pydantic's error type, or by JSON Schema's type."""

_LIMITS = {
    "greater_than_equal": "less than {ge}",
    "greater_than": "not more than {gt}",
    "less_than_equal": "more than {le}",
    "less_than": "not less than {lt}",
}


def _words(error: Mapping[str, Any]) -> str:
    """The fact in plain words; "" if path and type say everything."""
    kind, context, written = error["type"], error.get("ctx", {}), error["input"]
    if kind in ("missing", "extra_forbidden"):
        return ""
    if kind in ("value_error", "assertion_error"):
        return str(context["error"])
    if kind in ("string_too_short", "too_short"):
        thing = "text" if kind == "string_too_short" else "list" if isinstance(written, list) else "mapping"
        return f"the {thing} is empty" if not written else f"the {thing} is too short"
    if kind == "string_too_long":
        return f"the text has {len(written):,} characters, and {context['max_length']:,} is the most"
    if kind == "too_long":
        return f"there are {len(written):,} entries, and {context['max_length']:,} is the most"
    if kind == "string_pattern_mismatch" and context["pattern"] == SEEN:
        return "the text is blank"
    if kind == "string_pattern_mismatch":
        pattern = context["pattern"]
        return f"{show(written)} does not have the form " + (
            pattern if len(pattern) < 40 else "that is expected here"
        )
    if kind in _LIMITS:
        return f"{show(written)} is {_LIMITS[kind].format(**context)}"
    expected = EXPECTED.get(kind.partition("_")[0])
    if expected and kind.endswith(("_type", "_parsing", "_from_float")):
        return f"expected {expected}, found {show(written)}"
    return f"{show(written)} is not what is expected here"
