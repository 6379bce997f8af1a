"""OpenSLO ``kind: AlertCondition``: the burn rate of an error budget at which to alert."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from checker.sources.query import Given
from checker.spec.fields import OpenSLOMetadata, Spec, Text
from checker.spec.openslo import Description, Duration, DurationOrNone, Number, Operator, Shorthand


class Condition(Spec):
    """A burn rate, compared with a threshold."""

    kind: Literal["burnrate"] = Field(default="burnrate", description="burnrate, the only kind.")
    op: Operator = Field(description="How the burn rate is compared: gt and gte alert when it is too high.")
    threshold: Number = Field(description="The burn rate: 1 spends exactly the error budget over the window.")
    lookbackWindow: Duration = Field(description="The time over which the burn rate is computed.")  # noqa: N815
    alertAfter: DurationOrNone = Field(  # noqa: N815
        default=Shorthand(0, "m"),
        description="How long the condition has to hold; 0m by default.",
    )


class AlertConditionSpec(Spec):
    """When to alert, and how urgent the alert is."""

    description: Given[Description] = Field(default=None, description="What the condition is about.")
    severity: Text = Field(description="How urgent it is, in your alerting's terms: page, ticket, sev1.")
    condition: Condition = Field(description="The condition itself.")


class AlertCondition(Spec):
    """A condition that AlertPolicies refer to by name."""

    apiVersion: Literal["openslo/v1"] = Field(description="The version of OpenSLO.")  # noqa: N815
    kind: Literal["AlertCondition"] = Field(description="The kind of this document.")
    metadata: OpenSLOMetadata = Field(description="Its name and labels.")
    spec: AlertConditionSpec = Field(description="The condition.")
