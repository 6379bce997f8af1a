"""Documents with a hostile text in every place where a kind of file holds text, made from the published schemas.

A field that is added to a model is in its schema, and so in these documents.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checker.spec.json_schema import FAMILIES, committed

DEEPEST = 14


def documents(text: str) -> Iterator[tuple[str, Any]]:
    """(kind, document) pairs: for each kind so many that every branch of every field is in one of them."""
    for family in FAMILIES:
        schema = committed(family)
        for kind in schema["properties"]["kind"]["enum"]:
            for document in _variants(schema["$defs"][kind], schema["$defs"], text, 0):
                yield kind, {**document, "apiVersion": family, "kind": kind}


def _variants(schema: Mapping[str, Any], defs: Mapping[str, Any], text: str, depth: int) -> list[Any]:
    """Values of a schema, text being ``text``: at least one for each of its branches."""
    if depth > DEEPEST:
        return [text]
    if "$ref" in schema:
        found = _variants(defs[schema["$ref"].removeprefix("#/$defs/")], defs, text, depth + 1)
    elif "const" in schema:
        found = [schema["const"]]
    elif "enum" in schema:
        found = [schema["enum"][0], text]
    else:
        found = _of_type(schema, defs, text, depth)
    branches = [
        value
        for branch in _branches(schema)
        for value in _variants(branch, defs, text, depth + 1)
        if value != text
    ]
    if not branches:
        return found
    mappings = [each for each in found if isinstance(each, dict)]
    if not mappings:
        return branches
    # What a mapping has beside its branches goes with each of them; where both name a key, the branch knows better.
    others = [each for each in branches if not isinstance(each, dict)]
    inside = [each for each in branches if isinstance(each, dict)] or [{}]
    return others + [
        {**mappings[number % len(mappings)], **inside[number % len(inside)]}
        for number in range(max(len(mappings), len(inside)))
    ]


def _branches(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for key in ("anyOf", "oneOf", "allOf"):
        for branch in schema.get(key, ()):
            yield from _told(branch)
            if not {"if", "not", "required"} & set(branch):
                yield branch
    if "if" in schema:
        yield from _told(schema)


def _told(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What follows a condition, where it is a shape of its own and not only a demand on the keys there are."""
    yield from (schema[each] for each in ("then", "else") if {"$ref", "if"} & set(schema.get(each, ())))


def _of_type(schema: Mapping[str, Any], defs: Mapping[str, Any], text: str, depth: int) -> list[Any]:
    kind = schema.get("type")
    if kind == "array":
        return [[each] for each in _variants(schema.get("items", {}), defs, text, depth + 1)]
    if kind == "object" or "properties" in schema:
        return _mappings(schema, defs, text, depth)
    if kind in ("integer", "number"):
        return [1]
    if kind == "boolean":
        return [True]
    if kind == "null":
        return [None]
    return [text]


def _mappings(schema: Mapping[str, Any], defs: Mapping[str, Any], text: str, depth: int) -> list[Any]:
    of = {key: _variants(each, defs, text, depth + 1) for key, each in schema.get("properties", {}).items()}
    for each in schema.get("patternProperties", {}).values():
        of["name"] = _variants(each, defs, text, depth + 1)
    more = schema.get("additionalProperties")
    if isinstance(more, dict) or not of:
        of[text] = _variants(more if isinstance(more, dict) else {}, defs, text, depth + 1)
    return [
        {key: values[number % len(values)] for key, values in of.items()}
        for number in range(max(map(len, of.values())))
    ]
