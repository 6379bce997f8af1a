"""``kind: Policy``: which rules a team runs, at which level, and with which parameters."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from checker.sources.query import Given
from checker.spec.fields import Metadata, Name, Spec, Text
from checker.spec.rule import Level, Parameters


class SettingSpec(Spec):
    """What the policy changes about one rule."""

    enabled: bool = Field(default=True, description="false: the rule is not run; the report says so.")
    reason: Given[Text] = Field(
        default=None,
        description="Why a rule is turned off or its level lowered; needed where it is turned off.",
    )
    level: Given[Level] = Field(
        default=None, description="The level of its findings, instead of the rule's own."
    )
    parameters: Parameters = Field(
        default_factory=dict, description="Parameters that differ from its defaults."
    )

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        if not self.enabled and self.reason is None:
            raise ValueError("a rule is not turned off without a 'reason'; say why, since the report will")
        return self


Settings = dict[Name, SettingSpec]


class SelectionSpec(Spec):
    """Settings for the promises of documents that bear certain labels."""

    labels: Annotated[dict[str, str], Field(min_length=1)] = Field(
        description="The labels that a document must bear, all of them."
    )
    rules: Settings = Field(description="What changes for its promises, by the name of the rule.")


class EnvironmentSpec(Spec):
    """Settings for one environment: they come on top of the policy's own."""

    description: Given[Text] = Field(default=None, description="What the environment is.")
    rules: Settings = Field(default_factory=dict, description="What changes there, by the name of the rule.")


class PolicySpec(Spec):
    """The settings of the rules."""

    description: Given[Text] = Field(default=None, description="What the policy is for.")
    rules: Settings = Field(default_factory=dict, description="What changes, by the name of the rule.")
    environments: dict[Name, EnvironmentSpec] = Field(
        default_factory=dict, description="What changes in an environment, which --environment names."
    )
    selections: list[SelectionSpec] = Field(
        default_factory=list,
        max_length=100,
        description="What changes for labelled documents; the last one wins.",
    )


class Policy(Spec):
    """A team's settings of the rules, ``rules/policy.yaml``."""

    apiVersion: Literal["checker/v1"] = Field(description="The version of this format.")  # noqa: N815
    kind: Literal["Policy"] = Field(description="The kind of this document.")
    metadata: Metadata = Field(description="Its name and labels.")
    spec: PolicySpec = Field(description="The settings.")
