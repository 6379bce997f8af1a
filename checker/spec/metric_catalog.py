"""``kind: MetricCatalog``: which metrics a namespace holds, and how they are published."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from checker.sources.query import Given
from checker.spec.fields import Metadata, Spec, Text


class Metric(Spec):
    """One published metric."""

    name: Text = Field(description="The metric's name, exactly as published.")
    unit: Given[Text] = Field(
        default=None,
        description="Its CloudWatch unit: Seconds, Milliseconds, Count, Percent, None, ... Without it, the units "
        "of queries are not checked.",
    )
    dimensions: list[list[Text]] = Field(
        min_length=1,
        description="The sets of dimension names it is published with; [] is the set without dimensions. "
        "CloudWatch does not aggregate a custom metric across dimensions.",
    )
    statisticSets: bool = Field(  # noqa: N815
        default=False, description="Whether it is published as statistic sets, which have no percentiles."
    )
    description: Given[Text] = Field(default=None, description="What it measures.")


class MetricCatalogSpec(Spec):
    """The metrics of one namespace."""

    description: Given[Text] = Field(default=None, description="What the namespace holds.")
    source: Literal["CloudWatch"] = Field(description="The source that holds them.")
    namespace: Text = Field(description="The namespace, exactly as published.")
    metrics: list[Metric] = Field(min_length=1, max_length=10_000, description="The metrics.")


class MetricCatalog(Spec):
    """The metrics that exist, so that a query for an unknown metric is found before anything is asked."""

    apiVersion: Literal["checker/v1"] = Field(description="The version of this format.")  # noqa: N815
    kind: Literal["MetricCatalog"] = Field(description="The kind of this document.")
    metadata: Metadata = Field(description="Its name and labels.")
    spec: MetricCatalogSpec = Field(description="The metrics.")
