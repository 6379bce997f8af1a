"""The documented input of rules: a JSON Schema for each subject, with the values of an example.

``schema("verdict")`` is what ``checker explain --input verdict`` prints. The example (``neutral``) satisfies the
built-in rules; the examples of a rule state only how they differ from it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from checker.policy.inputs.document import document_schema, head_schema
from checker.policy.inputs.fields import Schema, example_of, record, text, whole
from checker.policy.inputs.objective import objective_schema
from checker.policy.inputs.release import release_schema
from checker.policy.inputs.verdict import verdict_schema
from checker.policy.inputs.waiver import waiver_schema
from checker.rulebook import Subject

VERSION = "1"

_OF: Mapping[Subject, Mapping[str, Callable[[], Schema]]] = {
    "objective": {"document": head_schema, "objective": objective_schema},
    "waiver": {"document": head_schema, "waiver": waiver_schema},
    "document": {"document": document_schema},
    "verdict": {"document": head_schema, "objective": objective_schema, "verdict": verdict_schema},
    "release": {"release": release_schema},
}
SCOPES = tuple(_OF)
"""The subjects of a rule; the first three make up the scope ``definition``."""


def variables(subject: Subject) -> list[str]:
    """The names that a rule's paths may begin with, besides ``params``. Cheap: no schema is built."""
    return [*_OF[subject], "now", "environment", "inputVersion"]


@cache
def schema(subject: Subject) -> Schema:
    """The JSON Schema of the input for one evaluation, without ``params``, which differs from rule to rule."""
    whole_input = record(
        f"What a rule that judges {'a' if subject != 'objective' else 'an'} {subject} may refer to; params has "
        "the rule's parameters.",
        **{name: made() for name, made in _OF[subject].items()},
        now=whole("The moment judged for, in seconds since 1970.", 1798070400),
        environment=text("The environment that --environment named; empty where it named none.", "prod"),
        inputVersion=text("The version of this input.", VERSION, VERSION),
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"https://slo-checker.dev/schemas/rule-input-{subject}-v{VERSION}.schema.json",
        "title": f"Input of rules: {subject}",
        **whole_input,
    }


@cache
def _neutral(subject: Subject) -> Any:
    return example_of(schema(subject))


def neutral(subject: Subject) -> Any:
    """A copy of the example input: a promise, waiver, document, verdict or release that satisfies the built-in
    rules."""
    return copy.deepcopy(_neutral(subject))
