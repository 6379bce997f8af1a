"""OpenSLO ``kind: AlertPolicy``: on which condition to alert, and whom. The condition and the targets are written
inside or referred to by name, never both."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from checker.sources.query import Given
from checker.spec.alert_condition import AlertConditionSpec
from checker.spec.alert_notification_target import AlertNotificationTargetSpec
from checker.spec.fields import OpenSLOMetadata, OpenSLOName, Spec
from checker.spec.openslo import Description


def _inline_or(reference: str) -> ConfigDict:
    """What the schema of a model says that is either ``reference`` or the object itself."""
    inline: Any = {"required": ["metadata", "spec"], "not": {"required": [reference]}}
    only: Any = {"required": [reference], "maxProperties": 1}
    return ConfigDict(json_schema_extra={"oneOf": [inline, only]})


class _OrRef(Spec):
    """Something written inside, or the name of the document that holds it."""

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
    """A condition written inside, or the name of an AlertCondition."""

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
    """A notification target written inside, or the name of an AlertNotificationTarget."""

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
    """On what to alert, and whom."""

    description: Given[Description] = Field(default=None, description="What the policy is for.")
    alertWhenBreaching: bool = Field(default=False, description="Alert when the condition holds.")  # noqa: N815
    alertWhenResolved: bool = Field(default=False, description="Alert when it holds no more.")  # noqa: N815
    alertWhenNoData: bool = Field(  # noqa: N815
        default=False, description="Alert when nothing can be said for lack of data."
    )
    conditions: list[ConditionOrRef] = Field(min_length=1, max_length=1, description="The one condition.")
    notificationTargets: list[TargetOrRef] = Field(min_length=1, description="Who is told.")  # noqa: N815


class AlertPolicyOrRef(_OrRef):
    """An alert policy written inside an SLO, or the name of an AlertPolicy."""

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
