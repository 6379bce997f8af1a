"""OpenSLO ``kind: AlertPolicy``: on which condition to alert, and whom. The condition and the targets are either
written inline or referred to by name."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from checker.sources.query import Given
from checker.spec.alert_condition import AlertConditionSpec
from checker.spec.alert_notification_target import AlertNotificationTargetSpec
from checker.spec.fields import OpenSLOMetadata, OpenSLOName, Spec
from checker.spec.openslo import Description


def _inline_or(reference: str) -> ConfigDict:
    """The schema of a model that holds either ``reference`` alone, or the object inline."""
    inline: Any = {"required": ["metadata", "spec"], "not": {"required": [reference]}}
    only: Any = {"required": [reference], "maxProperties": 1}
    return ConfigDict(json_schema_extra={"oneOf": [inline, only]})


class _OrRef(Spec):
    """An object written inline, or the name of the document that holds it."""

    def _either(self, reference: str, what: str) -> None:
        named = getattr(self, reference) is not None
        inside = [key for key in ("kind", "metadata", "spec") if getattr(self, key, None) is not None]
        if named and inside:
            raise ValueError(
                f"{what} is written inside or referred to, never both; remove {reference!r}, or "
                f"{' and '.join(map(repr, inside))}"
            )
        missing = [key for key in ("metadata", "spec") if key not in inside]
        if not named and missing:
            raise ValueError(
                f"{what} is neither referred to nor written inside; name one as {reference!r}, or add "
                f"{' and '.join(map(repr, missing))}"
            )


class ConditionOrRef(_OrRef):
    """A condition written inline, or the name of an AlertCondition."""

    model_config = _inline_or("conditionRef")

    conditionRef: Given[OpenSLOName] = Field(default=None, description="The name of an AlertCondition.")  # noqa: N815
    kind: Given[Literal["AlertCondition"]] = Field(default=None, description="AlertCondition.")
    metadata: Given[OpenSLOMetadata] = Field(default=None, description="Its name and labels.")
    spec: Given[AlertConditionSpec] = Field(default=None, description="The condition, written here.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        self._either("conditionRef", "a condition")
        return self


class TargetOrRef(_OrRef):
    """A notification target written inline, or the name of an AlertNotificationTarget."""

    model_config = _inline_or("targetRef")

    targetRef: Given[OpenSLOName] = Field(default=None, description="The name of an AlertNotificationTarget.")  # noqa: N815
    kind: Given[Literal["AlertNotificationTarget"]] = Field(
        default=None, description="AlertNotificationTarget."
    )
    metadata: Given[OpenSLOMetadata] = Field(default=None, description="Its name and labels.")
    spec: Given[AlertNotificationTargetSpec] = Field(default=None, description="The target, written here.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        self._either("targetRef", "a notification target")
        return self


class AlertPolicySpec(Spec):
    """When to alert, and whom."""

    description: Given[Description] = Field(default=None, description="What the policy is for.")
    alertWhenBreaching: bool = Field(default=False, description="Alert when the condition holds.")  # noqa: N815
    alertWhenResolved: bool = Field(default=False, description="Alert when it no longer holds.")  # noqa: N815
    alertWhenNoData: bool = Field(  # noqa: N815
        default=False, description="Alert when the condition cannot be evaluated for lack of data."
    )
    conditions: list[ConditionOrRef] = Field(min_length=1, max_length=1, description="The one condition.")
    notificationTargets: list[TargetOrRef] = Field(min_length=1, description="Who is notified.")  # noqa: N815


class AlertPolicyOrRef(_OrRef):
    """An alert policy written inline in an SLO, or the name of an AlertPolicy."""

    model_config = _inline_or("alertPolicyRef")

    alertPolicyRef: Given[OpenSLOName] = Field(default=None, description="The name of an AlertPolicy.")  # noqa: N815
    kind: Given[Literal["AlertPolicy"]] = Field(default=None, description="AlertPolicy.")
    metadata: Given[OpenSLOMetadata] = Field(default=None, description="Its name and labels.")
    spec: Given[AlertPolicySpec] = Field(default=None, description="The policy, written here.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        self._either("alertPolicyRef", "an alert policy")
        return self


class AlertPolicy(Spec):
    """A policy that SLOs refer to by name."""

    apiVersion: Literal["openslo/v1"] = Field(description="The version of OpenSLO.")  # noqa: N815
    kind: Literal["AlertPolicy"] = Field(description="The kind of this document.")
    metadata: OpenSLOMetadata = Field(description="Its name and labels.")
    spec: AlertPolicySpec = Field(description="The policy.")
