"""OpenSLO ``kind: DataSource``: the connection that queries refer to by name."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from checker.sources.query import Given
from checker.spec.fields import OpenSLOMetadata, Spec, Text
from checker.spec.openslo import Description


class DataSourceSpec(Spec):
    """Which source it is, and how to connect to it."""

    description: Given[Description] = Field(default=None, description="What this connection is for.")
    type: Text = Field(description="The source: CloudWatch, DynamoDB, ...")
    connectionDetails: Any = Field(  # noqa: N815
        default_factory=dict,
        description="What the source needs to connect; for CloudWatch: region, profile, roleArn, externalId, endpoint. "
        "For a source that checker cannot query, it may be anything.",
    )


class DataSource(Spec):
    """A connection to a source of metrics. It never holds a secret: those stay in the environment."""

    apiVersion: Literal["openslo/v1"] = Field(description="The version of OpenSLO.")  # noqa: N815
    kind: Literal["DataSource"] = Field(description="The kind of this document.")
    metadata: OpenSLOMetadata = Field(description="Its name and labels.")
    spec: DataSourceSpec = Field(description="The connection.")
