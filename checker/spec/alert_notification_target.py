"""OpenSLO ``kind: AlertNotificationTarget``: who is notified of an alert. checker reads it but notifies nobody."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from checker.sources.query import Given
from checker.spec.fields import OpenSLOMetadata, Spec, Text
from checker.spec.openslo import Description


class AlertNotificationTargetSpec(Spec):
    """Who is notified."""

    description: Given[Description] = Field(default=None, description="What the target is for.")
    target: Text = Field(description="Where notifications go, in your alerting's terms: email, slack.")


class AlertNotificationTarget(Spec):
    """A target that AlertPolicies refer to by name."""

    apiVersion: Literal["openslo/v1"] = Field(description="The version of OpenSLO.")  # noqa: N815
    kind: Literal["AlertNotificationTarget"] = Field(description="The kind of this document.")
    metadata: OpenSLOMetadata = Field(description="Its name and labels.")
    spec: AlertNotificationTargetSpec = Field(description="The target.")
