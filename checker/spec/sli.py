"""OpenSLO ``kind: SLI``, of the ratio kind: good (or bad) events over total events."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from checker.sources.query import Given
from checker.spec.fields import OpenSLOMetadata, OpenSLOName, Spec, Text, one_of


class MetricSource(Spec):
    """A query as OpenSLO writes it; ``spec`` holds the keys of the source that ``type`` names."""

    metricSourceRef: Given[OpenSLOName] = Field(  # noqa: N815
        default=None, description="The name of the DataSource with the connection."
    )
    type: Given[Text] = Field(
        default=None, description="The source; taken from the DataSource when left out."
    )
    spec: dict[str, Any] = Field(description="The source's own keys.")


class MetricSourceHolder(Spec):
    """The one key around a metric source."""

    metricSource: MetricSource = Field(description="The query.")  # noqa: N815


class RatioMetric(Spec):
    """A share of events: good (or bad) over total. Give exactly one of good and bad."""

    model_config = one_of("good", "bad")

    counter: bool = Field(
        default=False, description="true for ever-growing counters; false for counts per period."
    )
    good: Given[MetricSourceHolder] = Field(default=None, description="Counts the good events.")
    bad: Given[MetricSourceHolder] = Field(default=None, description="Counts the bad events.")
    total: MetricSourceHolder = Field(description="Counts all events.")

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if (self.good is None) == (self.bad is None):
            raise ValueError(
                "a ratio has exactly one of 'good' and 'bad' beside 'total'; write one of the two"
            )
        return self


class SLISpec(Spec):
    """How the indicator is measured."""

    description: Given[Text] = Field(default=None, description="What is measured.")
    ratioMetric: RatioMetric = Field(description="Good or bad events over all events.")  # noqa: N815


class InlineSLI(Spec):
    """An indicator written inside an SLO."""

    metadata: OpenSLOMetadata = Field(description="Its name and labels.")
    spec: SLISpec = Field(description="How it is measured.")


class SLI(Spec):
    """A service level indicator that SLOs refer to by name."""

    apiVersion: Literal["openslo/v1"] = Field(description="The version of OpenSLO.")  # noqa: N815
    kind: Literal["SLI"] = Field(description="The kind of this document.")
    metadata: OpenSLOMetadata = Field(description="Its name and labels.")
    spec: SLISpec = Field(description="How it is measured.")
