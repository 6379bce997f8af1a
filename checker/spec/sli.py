"""OpenSLO ``kind: SLI``: a ratio of events, a ratio that the source has computed, or values compared with a
threshold."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from checker.sources.query import Given
from checker.spec.fields import OpenSLOMetadata, OpenSLOName, Spec, Text, one_of
from checker.spec.openslo import Description


class MetricSource(Spec):
    """A query as OpenSLO writes it; ``spec`` holds the keys of the source named by ``type``."""

    metricSourceRef: Given[OpenSLOName] = Field(  # noqa: N815
        default=None, description="The name of the DataSource with the connection."
    )
    type: Given[Text] = Field(default=None, description="The source; if it is left out, the DataSource's.")
    spec: dict[str, Any] = Field(description="The source's own keys.")


class MetricSourceHolder(Spec):
    """The key ``metricSource`` around a query."""

    metricSource: MetricSource = Field(description="The query.")  # noqa: N815


_FORMS: Any = [
    {"required": ["good", "total"]},
    {"required": ["bad", "total"]},
    {"required": ["raw", "rawType"]},
]


class RatioMetric(Spec):
    """A share of events: good (or bad) over total, or the precomputed ratio ``raw`` with its ``rawType``."""

    model_config = ConfigDict(json_schema_extra={"oneOf": _FORMS})

    counter: bool = Field(
        default=False, description="true for ever-growing counters; false for counts per period."
    )
    good: Given[MetricSourceHolder] = Field(default=None, description="Counts the good events.")
    bad: Given[MetricSourceHolder] = Field(default=None, description="Counts the bad events.")
    total: Given[MetricSourceHolder] = Field(default=None, description="Counts all events.")
    rawType: Given[Literal["success", "failure"]] = Field(  # noqa: N815
        default=None,
        description="Whether raw is the share of good events (success) or of bad ones (failure).",
    )
    raw: Given[MetricSourceHolder] = Field(
        default=None, description="Gives the ratio, as the source has computed it."
    )

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        counted = [key for key in ("good", "bad", "total") if getattr(self, key) is not None]
        if self.raw is not None:
            if counted:
                raise ValueError(
                    f"'raw' is the whole ratio, but {counted[0]!r} is there as well; remove one of the two"
                )
            if self.rawType is None:
                raise ValueError(
                    "'raw' needs a 'rawType'; write rawType: success for the share of good events, "
                    "failure for that of bad ones"
                )
            return self
        if self.rawType is not None:
            raise ValueError("'rawType' needs 'raw', which is missing; add raw, or remove rawType")
        if self.total is None:
            raise ValueError(
                "a ratio needs 'total' beside 'good' or 'bad', or 'raw' and 'rawType'; add what is missing"
            )
        if len(counted) != 2:
            raise ValueError(
                "a ratio has exactly one of 'good' and 'bad' beside 'total'; write one of the two"
            )
        return self


class SLISpec(Spec):
    """How the indicator is measured."""

    model_config = one_of("ratioMetric", "thresholdMetric")

    description: Given[Description] = Field(default=None, description="What is measured.")
    ratioMetric: Given[RatioMetric] = Field(  # noqa: N815
        default=None, description="Good or bad events over all events."
    )
    thresholdMetric: Given[MetricSourceHolder] = Field(  # noqa: N815
        default=None, description="Values; they are good if they satisfy the objective's op and value."
    )

    @model_validator(mode="after")
    def _one_metric(self) -> Self:
        if (self.ratioMetric is None) == (self.thresholdMetric is None):
            raise ValueError(
                "an SLI has exactly one of 'ratioMetric' and 'thresholdMetric'; write one of the two"
            )
        return self


class InlineSLI(Spec):
    """An indicator written inline in an SLO."""

    metadata: OpenSLOMetadata = Field(description="Its name and labels.")
    spec: SLISpec = Field(description="How it is measured.")


class SLI(Spec):
    """A service level indicator that SLOs refer to by name."""

    apiVersion: Literal["openslo/v1"] = Field(description="The version of OpenSLO.")  # noqa: N815
    kind: Literal["SLI"] = Field(description="The kind of this document.")
    metadata: OpenSLOMetadata = Field(description="Its name and labels.")
    spec: SLISpec = Field(description="How it is measured.")
