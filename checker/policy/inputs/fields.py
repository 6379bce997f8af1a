"""Builds the schemas of rule inputs: JSON Schemas, each with an example value.

Every object is closed, so that a misspelt name is found before a rule is run; only labels, annotations and the spec
of a document are open.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def text(description: str, example: str = "", *choices: str) -> Schema:
    return _of("string", description, example, **({"enum": list(choices)} if choices else {}))


def whole(description: str, example: int = 0) -> Schema:
    return _of("integer", description, example)


def number(description: str, example: float = 0.0) -> Schema:
    return _of("number", description, example)


def flag(description: str, example: bool = False) -> Schema:
    return _of("boolean", description, example)


def list_of(description: str, items: Schema, *example: Any) -> Schema:
    return _of("array", description, list(example), items=items)


def record(description: str, /, **properties: Schema) -> Schema:
    """An object with exactly these keys. Its example consists of theirs."""
    return {
        "type": "object",
        "description": description,
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }


def any_keys(description: str, /, **example: Any) -> Schema:
    """An open mapping: its keys are not known beforehand."""
    return _of("object", description, example)


def or_null(schema: Schema, *, null: bool = False) -> Schema:
    """The schema, which also allows null; with ``null`` the example is null too."""
    shown = {"examples": [None]} if null else {}
    return {**schema, "type": [schema["type"], "null"], **shown}


def example_of(schema: Schema) -> Any:
    """The example value of a schema."""
    if "examples" in schema:
        return schema["examples"][0]
    return {name: example_of(inner) for name, inner in schema["properties"].items()}


def _of(kind: str, description: str, example: Any, **more: Any) -> Schema:
    return {"type": kind, "description": description, "examples": [example], **more}
