"""Generates the JSON Schemas in ``checker/schemas/`` from the models.

There is one schema for each apiVersion ("family"): ``checker/v1`` and ``openslo/v1``. Editors use them, and the
explanation of a rejected document does. Where a document chooses between shapes (its kind, an indicator's form, a
query's source), the schema uses ``if``/``then``, so that an error is about the chosen shape only.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.spec.fields import ANNOTATION_PREFIX

if TYPE_CHECKING:
    from pydantic import BaseModel

    from checker.sources import Source

FAMILIES = ("checker/v1", "openslo/v1")
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def file_name(family: str) -> str:
    """The name of a family's schema file, such as ``checker-v1.schema.json``."""
    return f"{family.replace('/', '-')}.schema.json"


@cache
def committed(family: str) -> Any:
    """The schema of a family as shipped in ``checker/schemas/``."""
    from importlib.resources import files

    return json.loads((files("checker") / "schemas" / file_name(family)).read_text(encoding="utf-8"))


def generate(family: str) -> dict[str, Any]:
    """The schema of a family, generated from the models. Imports every kind and every source."""
    from pydantic.json_schema import models_json_schema

    from checker.spec.kinds import KINDS, model_of
    from checker.spec.success_criteria import FormulaIndicator, RatioIndicator

    openslo = family == "openslo/v1"
    kinds = sorted(kind for api_version, kind in KINDS if api_version == family)
    models: list[Any] = [model_of(family, kind) for kind in kinds]
    if not openslo:
        models += [RatioIndicator, FormulaIndicator]
    _, generated = models_json_schema([(model, "validation") for model in models])
    definitions = {name: _tidy(schema) for name, schema in generated["$defs"].items()}
    definitions |= _queries(wrapped=openslo)
    if openslo:
        _add_openslo_parts(definitions)
    else:
        definitions["Indicator"] = _INDICATOR
    return {
        "$schema": DIALECT,
        "$id": f"https://slo-checker.dev/schemas/{file_name(family)}",
        "title": f"{family} documents that checker reads",
        "type": "object",
        "required": ["apiVersion", "kind"],
        "properties": {
            "apiVersion": {"const": family, "description": "The version of the format."},
            "kind": {"enum": kinds, "description": "The kind of this document; it decides the other keys."},
        },
        "allOf": [_when("kind", kind, _reference(kind)) for kind in kinds],
        "$defs": {name: definitions[name] for name in sorted(_used(kinds, definitions))},
    }


def _used(names: Iterable[str], definitions: Mapping[str, Any]) -> set[str]:
    """The definitions that ``names`` lead to, directly or indirectly. pydantic also generates some that our own
    replace."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += re.findall('"#/\\$defs/([^"]+)"', json.dumps(definitions[name]))
    return found


@cache
def of_model(model: type[BaseModel]) -> dict[str, Any]:
    """The schema of a single model, such as a source's query or connection."""
    schema: dict[str, Any] = _tidy(model.model_json_schema())
    return schema


def _when(key: str, value: str, then: dict[str, Any]) -> dict[str, Any]:
    return {"if": {"properties": {key: {"const": value}}, "required": [key]}, "then": then}


def _reference(definition: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{definition}"}


def _shipped() -> dict[str, Source]:
    """The sources that ship with checker, by name: other installed sources must not change the schemas."""
    from checker import sources

    found = {name: sources.find(name) for name in sources.names()}
    return {
        name: each for name, each in found.items() if each.Query.__module__.startswith("checker.sources.")
    }


def _measuring(shipped: Mapping[str, Source]) -> list[str]:
    """The names of the sources that an indicator can query."""
    return [name for name, source in shipped.items() if getattr(source, "MEASURES", True)]


def _queries(*, wrapped: bool) -> dict[str, Any]:
    """``Query``, and one definition for each source; for OpenSLO's ``metricSource`` (``wrapped``) without the key
    ``source``."""
    definitions: dict[str, Any] = {}
    shipped = _shipped()
    for name, source in shipped.items():
        schema = _definition(source.Query, name, definitions)
        if wrapped:
            del schema["properties"]["source"], schema["properties"]["dataSourceRef"]
            schema["required"] = [key for key in schema.get("required", []) if key != "source"]
        definitions[f"{name}Query"] = {**schema, "title": f"{name} query"}
    measuring = _measuring(shipped)
    if not wrapped:
        definitions["Query"] = {
            "title": "Query",
            "description": "A query; its source says which other keys it has.",
            "type": "object",
            "required": ["source"],
            "properties": {
                "source": {
                    "enum": measuring,
                    "description": "The source that answers the query, such as CloudWatch.",
                }
            },
            "allOf": [_when("source", name, _reference(f"{name}Query")) for name in measuring],
        }
    return definitions


def _definition(model: type[BaseModel], prefix: str, definitions: dict[str, Any]) -> dict[str, Any]:
    """A model's schema. The models inside it are added to ``definitions``, with ``prefix`` before their names."""
    schema = model.model_json_schema(ref_template=f"#/$defs/{prefix}.{{model}}")
    for inner, definition in schema.pop("$defs", {}).items():
        definitions[f"{prefix}.{inner}"] = _tidy(definition)
    tidy: dict[str, Any] = _tidy(schema)
    return tidy


def _add_openslo_parts(definitions: dict[str, Any]) -> None:
    """Adds the parts that depend on another key: a metric source's ``spec``, a data source's ``connectionDetails``;
    and an SLO's annotations, some of which are checker's own."""
    from checker.spec.slo_annotations import SLOAnnotations

    shipped = _shipped()
    measuring = _measuring(shipped)
    definitions["MetricSource"]["allOf"] = [
        _when("type", name, {"properties": {"spec": _reference(f"{name}Query")}}) for name in measuring
    ]
    for holder, types in (("DataSourceSpec", list(shipped)), ("MetricSource", measuring)):
        definitions[holder]["properties"]["type"]["examples"] = types
    definitions["DataSourceSpec"]["allOf"] = [
        _when("type", name, {"properties": {"connectionDetails": _reference(f"{name}Connection")}})
        for name in shipped
    ]
    for name, source in shipped.items():
        schema = _definition(source.ConnectionDetails, name, definitions)
        definitions[f"{name}Connection"] = {**schema, "title": f"{name} connection"}
    ours = _definition(SLOAnnotations, "SLOAnnotations", definitions)
    definitions["SLOAnnotations"] = {
        **ours,
        "additionalProperties": {"type": "string"},
        "propertyNames": {
            "anyOf": [{"not": {"pattern": f"^{ANNOTATION_PREFIX}"}}, {"enum": list(ours["properties"])}]
        },
    }
    definitions["SLOMetadata"]["properties"]["annotations"] = {
        **_reference("SLOAnnotations"),
        "description": "Notes for tools; values are text. Those under checker/ say how the SLO is judged.",
    }


def _has(*keys: str) -> dict[str, Any]:
    return {"anyOf": [{"required": [key]} for key in keys]}


_INDICATOR = {
    "title": "Indicator",
    "description": "How it is measured: a query, a ratio of two queries, or a formula over several.",
    "type": "object",
    "if": _has("source"),
    "then": _reference("Query"),
    "else": {
        "if": _has("formula", "metrics"),
        "then": _reference("FormulaIndicator"),
        "else": {
            "if": _has("good", "bad", "total"),
            "then": _reference("RatioIndicator"),
            "else": _reference("Query"),
        },
    },
}
"""Chooses as ``checker.spec.success_criteria.form`` does."""


def _tidy(schema: Any) -> Any:
    """The schema without what only pydantic needs: null branches of optional keys, defaults of None, titles of
    properties. Queries and indicators refer to their shared definitions."""
    if isinstance(schema, list):
        return [_tidy(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "x-definition" in schema:
        description = {"description": schema["description"]} if "description" in schema else {}
        return {**_reference(schema["x-definition"]), **description}
    branches = schema.get("anyOf", [])
    if {"type": "null"} in branches:
        (branch,) = (branch for branch in branches if branch != {"type": "null"})
        outer = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
        return _tidy({**branch, **outer})
    tidy = {key: _tidy(value) for key, value in schema.items() if key != "properties"}
    if isinstance(tidy.get("description"), str):
        tidy["description"] = " ".join(tidy["description"].split())
    if "properties" in schema:
        tidy["properties"] = {key: _untitled(_tidy(inner)) for key, inner in schema["properties"].items()}
    return tidy


def _untitled(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key != "title"}


def main(arguments: Sequence[str]) -> int:
    """Writes the schemas of all families into the directory that ``arguments`` names."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m checker.spec.json_schema DIRECTORY\n")
        return 2
    for family in FAMILIES:
        Path(arguments[0], file_name(family)).write_text(as_text(family), encoding="utf-8", newline="\n")
    return 0


def as_text(family: str) -> str:
    """The schema of a family as the text of its file."""
    return json.dumps(generate(family), indent=2) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
