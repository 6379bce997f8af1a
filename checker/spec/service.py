"""OpenSLO ``kind: Service``: the service that SLOs are about."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from checker.sources.query import Given
from checker.spec.fields import OpenSLOMetadata, Spec
from checker.spec.openslo import Description


class ServiceSpec(Spec):
    """What the service is."""

    description: Given[Description] = Field(default=None, description="What the service does.")


class Service(Spec):
    """A service that SLOs refer to by name."""

    apiVersion: Literal["openslo/v1"] = Field(description="The version of OpenSLO.")  # noqa: N815
    kind: Literal["Service"] = Field(description="The kind of this document.")
    metadata: OpenSLOMetadata = Field(description="Its name and labels.")
    spec: ServiceSpec = Field(description="What it is.")
