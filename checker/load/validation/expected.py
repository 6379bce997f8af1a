"""What the JSON Schemas expected at each place of a rejected document.

The models decide whether and where there is a mistake. The schemas, evaluated by jsonschema, add what would have
been valid there: the known keys, the allowed values, the purpose of a key. They never overrule the models.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, NamedTuple

from pydantic import BaseModel

from checker.model import Path
from checker.spec.json_schema import committed, of_model


class Part(NamedTuple):
    """A part of a document that its own model rejects: its path, its content, and the model.

    ``elsewhere`` are keys of the model that are written somewhere else.
    """

    path: Path
    written: Mapping[str, Any]
    model: type[BaseModel]
    elsewhere: tuple[str, ...] = ()


MOST_ERRORS = 5000
"""The most schema errors that are looked at; mistakes beyond these keep the model's own message."""


class Expected(NamedTuple):
    """For each mapping its known keys and their schemas; for each place, (keyword, its value, schema) of the broken
    rule."""

    keys: dict[Path, dict[str, Any]]
    rules: dict[Path, tuple[str, Any, Mapping[str, Any]]]


HEAD = Expected(
    {
        (): {
            "apiVersion": {"description": "It is checker/v1 or openslo/v1."},
            "kind": {"description": "It says what the document is, such as SuccessCriteria or SLO."},
            "metadata": {},
            "spec": {},
        }
    },
    {},
)
"""What is expected of a document whose kind is not known."""


def expect(data: Mapping[str, Any], parts: Iterable[Part]) -> Expected:
    """What was expected of a document with a known apiVersion, and of its rejected parts."""
    expected = Expected({}, {})
    _add(expected, committed(data["apiVersion"]), data, ())
    for part in parts:
        _add(expected, of_model(part.model), part.written, part.path)
        for key in part.elsewhere:
            expected.keys.get(part.path, {}).pop(key, None)
    return expected


def _add(expected: Expected, schema: Mapping[str, Any], written: Mapping[str, Any], path: Path) -> None:
    import jsonschema

    for error in islice(jsonschema.Draft202012Validator(schema).iter_errors(written), MOST_ERRORS):
        here = (*path, *error.absolute_path)
        if error.validator in ("additionalProperties", "required"):
            expected.keys.setdefault(here, {}).update(error.schema.get("properties", {}))
        elif "description" not in expected.rules.get(here, ("", None, {}))[2]:
            expected.rules[here] = (str(error.validator), error.validator_value, error.schema)
