"""``kind: Rule``: a requirement of a team's policy, as a CEL expression that must be true."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, PlainValidator, WithJsonSchema, model_validator

from checker.sources.query import Given
from checker.spec.fields import Metadata, Spec, Text, show

Scope = Literal["definition", "verdict", "release"]
Each = Literal["objective", "waiver", "document"]
Level = Literal["error", "warning", "note"]

MOST_EXPRESSION = 2000
"""The most characters in an expression."""


def _parameter(value: Any) -> Any:
    match value:
        case bool() | int() | Decimal():
            return value
        case str() if len(value) <= 4096:
            return value
        case list() if len(value) <= 1000 and all(
            isinstance(each, str) and len(each) <= 4096 for each in value
        ):
            return value
    raise ValueError(
        f"{show(value)} is not a parameter; write text, a number, true, false, or a list of texts"
    )


Parameter = Annotated[
    bool | int | Decimal | str | list[str],
    PlainValidator(_parameter),
    WithJsonSchema({"type": ["boolean", "number", "string", "array"], "items": {"type": "string"}}),
]
"""The value of a parameter, which a policy file may set."""

ParameterName = Annotated[str, Field(pattern="^[a-z][A-Za-z0-9_]{0,62}$")]
Parameters = dict[ParameterName, Parameter]
Expression = Annotated[str, Field(min_length=1, max_length=MOST_EXPRESSION)]


class ExampleSpec(Spec):
    """An input that ``checker test`` tests the rule on."""

    description: Given[Text] = Field(default=None, description="What the example shows.")
    input: dict[str, Any] = Field(
        default_factory=dict,
        description="How it differs from an input that satisfies all rules ('checker explain --input SCOPE').",
    )
    parameters: Parameters = Field(
        default_factory=dict, description="Parameters of the rule with other values in this example."
    )
    message: Given[Text] = Field(
        default=None, description="For a failing example: the exact message that the rule should give."
    )


class Examples(Spec):
    """Examples of what satisfies the rule, and of what violates it."""

    model_config = ConfigDict(populate_by_name=False)

    passing: list[ExampleSpec] = Field(
        default_factory=list,
        alias="pass",
        description="Inputs that satisfy the rule, or that it does not apply to.",
    )
    failing: list[ExampleSpec] = Field(
        default_factory=list, alias="fail", description="Inputs that violate the rule."
    )


class RuleSpec(Spec):
    """The rule itself."""

    scope: Scope = Field(
        description="What it judges: definition (what is written), verdict (each promise with its outcome) or "
        "release (the run as a whole)."
    )
    each: Each = Field(
        default="objective",
        description="Only with scope definition: what it judges one by one: objective, waiver or document.",
    )
    level: Level = Field(
        description="The weight of a finding: an error blocks the release (exit 1), a warning does so with "
        "--fail-on-warn, a note never does."
    )
    when: Given[Expression] = Field(
        default=None, description="CEL: the rule applies only where this is true."
    )
    expression: Expression = Field(description="CEL: true if the rule is satisfied.")
    message: Text = Field(
        description="What is wrong, for people; CEL in braces is replaced by its value, as in {objective.name}."
    )
    remedy: Text = Field(description="What to do about it.")
    rationale: Text = Field(description="Why the rule exists.")
    parameters: Parameters = Field(
        default_factory=dict,
        description="Values that a policy file may change, with their defaults; expressions use them as params.NAME.",
    )
    examples: Examples = Field(
        default_factory=Examples, description="Inputs that 'checker test' tests the rule on."
    )

    @model_validator(mode="after")
    def _each_of_definitions(self) -> Self:
        if self.scope != "definition" and "each" in self.model_fields_set:
            raise ValueError(
                "'each' is for scope definition; a verdict is judged by itself, a release as a whole"
            )
        return self


class Rule(Spec):
    """A policy rule. It can only make the result stricter: a missed promise stays missed, whatever the rules say."""

    apiVersion: Literal["checker/v1"] = Field(description="The version of this format.")  # noqa: N815
    kind: Literal["Rule"] = Field(description="The kind of this document.")
    metadata: Metadata = Field(description="Its name and labels.")
    spec: RuleSpec = Field(description="The rule.")
