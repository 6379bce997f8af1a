"""``kind: Policy``: which rules a team runs, at which level, and with which parameters."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from checker.sources.query import Given
from checker.spec.fields import Metadata, Name, Spec, Text
from checker.spec.rule import Level, Parameters


class SettingSpec(Spec):
    """What the policy changes about one rule."""

    enabled: bool = Field(default=True, description="false: the rule is not run, and the report says so.")
    reason: Given[Text] = Field(
        default=None,
        description="Why the rule is turned off or its level lowered; required if it is turned off.",
    )
    level: Given[Level] = Field(
        default=None, description="The level of its findings, instead of the rule's own."
    )
    parameters: Parameters = Field(
        default_factory=dict, description="Parameters with other values than the rule's defaults."
    )

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        if not self.enabled and self.reason is None:
            raise ValueError(
                "a rule that is turned off needs a 'reason'; write one, since every report shows it"
            )
        return self


Settings = dict[Name, SettingSpec]


class SelectionSpec(Spec):
    """Settings for the promises of documents with certain labels."""

    labels: Annotated[dict[str, str], Field(min_length=1)] = Field(
        description="The labels that a document must have, all of them."
    )
    rules: Settings = Field(description="What changes for its promises, by rule name.")


class EnvironmentSpec(Spec):
    """Settings for one environment, which override the policy's general settings."""

    description: Given[Text] = Field(default=None, description="What the environment is.")
    rules: Settings = Field(default_factory=dict, description="What changes there, by rule name.")


class PolicySpec(Spec):
    """The settings of the rules."""

    description: Given[Text] = Field(default=None, description="What the policy is for.")
    rules: Settings = Field(default_factory=dict, description="What changes, by rule name.")
    environments: dict[Name, EnvironmentSpec] = Field(
        default_factory=dict, description="What changes in the environment that --environment names."
    )
    selections: list[SelectionSpec] = Field(
        default_factory=list,
        max_length=100,
        description="What changes for documents with certain labels; if several apply, the last one wins.",
    )


class Policy(Spec):
    """A team's settings of the rules, ``rules/policy.yaml``."""

    apiVersion: Literal["checker/v1"] = Field(description="The version of this format.")  # noqa: N815
    kind: Literal["Policy"] = Field(description="The kind of this document.")
    metadata: Metadata = Field(description="Its name and labels.")
    spec: PolicySpec = Field(description="The settings.")
