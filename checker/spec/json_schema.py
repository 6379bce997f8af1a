"""The JSON Schemas of what people write, generated from the models; ``checker/schemas/`` holds them.

One schema a family (``checker/v1``, ``openslo/v1``), for editors and for explaining a rejected document. The
places where a document chooses among shapes (its kind, an indicator's form, a query's source) become
``if``/``then``, so that an error speaks of the shape that was meant, not of all that exist.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

FAMILIES = ("checker/v1", "openslo/v1")
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def file_name(family: str) -> str:
    """The name of a family's schema file: ``checker-v1.schema.json``."""
    return f"{family.replace('/', '-')}.schema.json"


@cache
def committed(family: str) -> Any:
    """The schema of a family as shipped in ``checker/schemas/``."""
    return json.loads((files("checker") / "schemas" / file_name(family)).read_text(encoding="utf-8"))


def generate(family: str) -> dict[str, Any]:
    """The schema of a family, from the models as they are now. Imports every kind and every source."""
    from pydantic.json_schema import models_json_schema

    from checker import sources
    from checker.spec.kinds import KINDS, model_of
    from checker.spec.success_criteria import FormulaIndicator, RatioIndicator

    kinds = [kind for api_version, kind in KINDS if api_version == family]
    models: list[Any] = [model_of(family, kind) for kind in kinds]
    if family == "checker/v1":
        models += [RatioIndicator, FormulaIndicator]
    _, generated = models_json_schema([(model, "validation") for model in models])
    definitions = {name: _tidy(schema) for name, schema in generated["$defs"].items()}
    definitions |= _queries(wrapped=family == "openslo/v1")
    if family == "openslo/v1":
        del definitions["Query"]
        definitions["MetricSource"]["allOf"] = [
            _when("type", name, {"properties": {"spec": {"$ref": f"#/$defs/{name}Query"}}})
            for name in sources.names()
        ]
    else:
        definitions |= _indicator()
    return {
        "$schema": DIALECT,
        "$id": f"https://slo-checker.dev/schemas/{file_name(family)}",
        "title": f"{family} documents that checker reads",
        "type": "object",
        "required": ["apiVersion", "kind"],
        "properties": {"apiVersion": {"const": family}, "kind": {"enum": sorted(kinds)}},
        "allOf": [_when("kind", kind, _reference(kind)) for kind in sorted(kinds)],
        "$defs": dict(sorted(definitions.items())),
    }


def _when(key: str, value: str, then: dict[str, Any]) -> dict[str, Any]:
    return {"if": {"properties": {key: {"const": value}}, "required": [key]}, "then": then}


def _reference(definition: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{definition}"}


def _queries(*, wrapped: bool) -> dict[str, Any]:
    """``Query`` and one definition a source; for OpenSLO's ``metricSource``, without ``source`` inside."""
    from checker import sources

    names = sources.names()
    definitions: dict[str, Any] = {}
    for name in names:
        schema = sources.find(name).Query.model_json_schema(ref_template=f"#/$defs/{name}.{{model}}")
        for inner, definition in schema.pop("$defs", {}).items():
            definitions[f"{name}.{inner}"] = _tidy(definition)
        schema["title"] = f"{name} query"
        if wrapped:
            del schema["properties"]["source"], schema["properties"]["dataSourceRef"]
            schema["required"] = [key for key in schema.get("required", []) if key != "source"]
        definitions[f"{name}Query"] = _tidy(schema)
    definitions["Query"] = {
        "title": "Query",
        "description": "A query; its source says which other keys it has.",
        "type": "object",
        "required": ["source"],
        "properties": {"source": {"enum": list(names)}},
        "allOf": [_when("source", name, _reference(f"{name}Query")) for name in names],
    }
    return definitions


def _indicator() -> dict[str, Any]:
    def has(*keys: str) -> dict[str, Any]:
        return {"anyOf": [{"required": [key]} for key in keys]}

    return {
        "Indicator": {
            "title": "Indicator",
            "description": "How it is measured: a query, a ratio of two queries, or a formula over several.",
            "type": "object",
            "if": has("source"),
            "then": {"$ref": "#/$defs/Query"},
            "else": {
                "if": has("formula", "metrics"),
                "then": {"$ref": "#/$defs/FormulaIndicator"},
                "else": {
                    "if": has("good", "bad", "total"),
                    "then": {"$ref": "#/$defs/RatioIndicator"},
                    "else": {"$ref": "#/$defs/Query"},
                },
            },
        }
    }


def _tidy(schema: Any) -> Any:
    """The schema without what only pydantic needs: null branches of optional keys, defaults of None, titles of
    properties; queries and indicators refer to their shared definitions."""
    if isinstance(schema, list):
        return [_tidy(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("title") == "Query" and "properties" not in schema:
        return {"$ref": "#/$defs/Query"}
    branches = schema.get("oneOf") or schema.get("anyOf") or []
    if {"$ref": "#/$defs/RatioIndicator"} in branches:
        return {"$ref": "#/$defs/Indicator", "description": schema["description"]}
    if {"type": "null"} in branches:
        (branch,) = (branch for branch in branches if branch != {"type": "null"})
        schema = {
            **branch,
            **{key: value for key, value in schema.items() if key not in ("anyOf", "default")},
        }
    if "properties" in schema:
        properties = {
            key: {name: value for name, value in _tidy(inner).items() if name != "title"}
            for key, inner in schema["properties"].items()
        }
        schema = {**schema, "properties": properties}
        return {key: value if key == "properties" else _tidy(value) for key, value in schema.items()}
    return {key: _tidy(value) for key, value in schema.items()}
