"""OpenSLO ``kind: SLO``: an indicator, a window, a budgeting method, targets, and alerts."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from checker.sources.query import Given
from checker.spec.alert_policy import AlertPolicyOrRef
from checker.spec.fields import OpenSLOMetadata, OpenSLOName, Spec, Text
from checker.spec.openslo import Description
from checker.spec.sli import InlineSLI
from checker.spec.slo_objective import SLOObjective
from checker.spec.time_window import TimeWindow


class SLOMetadata(OpenSLOMetadata):
    """The metadata of an SLO; its annotations under ``checker/`` say how it is judged."""


_OWN_INDICATOR: Any = {"anyOf": [{"required": ["indicator"]}, {"required": ["indicatorRef"]}]}
_ONE_INDICATOR: Any = {
    "if": {"properties": {"objectives": {"type": "array", "contains": {"type": "object", **_OWN_INDICATOR}}}},
    "then": {
        "not": _OWN_INDICATOR,
        "properties": {"objectives": {"type": "array", "items": {"type": "object", **_OWN_INDICATOR}}},
    },
    "else": {"oneOf": [{"required": ["indicator"]}, {"required": ["indicatorRef"]}]},
}


class SLOSpec(Spec):
    """Indicator, window and targets. In a composite SLO, each objective has an indicator of its own instead."""

    model_config = ConfigDict(json_schema_extra={"allOf": [_ONE_INDICATOR]})

    description: Given[Description] = Field(default=None, description="What is promised, and why.")
    service: Text = Field(
        description="The service that makes the promise; it may be the name of a Service document."
    )
    indicator: Given[InlineSLI] = Field(default=None, description="The indicator, written here.")
    indicatorRef: Given[OpenSLOName] = Field(default=None, description="The name of an SLI document.")  # noqa: N815
    timeWindow: Given[list[TimeWindow]] = Field(  # noqa: N815
        default=None, min_length=1, max_length=1, description="The one window."
    )
    budgetingMethod: Literal["Occurrences", "Timeslices", "RatioTimeslices"] = Field(  # noqa: N815
        description="Occurrences: the share of good events over the whole window. Timeslices: the share of good "
        "slices of time. RatioTimeslices: the mean of the slices' shares of good events."
    )
    objectives: list[SLOObjective] = Field(min_length=1, max_length=100, description="The targets.")
    alertPolicies: list[AlertPolicyOrRef] = Field(  # noqa: N815
        default_factory=list, description="When to alert: policies written here, or names of AlertPolicies."
    )

    @property
    def composite(self) -> bool:
        """Whether its objectives have indicators of their own."""
        return any(objective.has_indicator for objective in self.objectives)

    @model_validator(mode="after")
    def _one_indicator(self) -> Self:
        if self.composite:
            if self.indicator is not None or self.indicatorRef is not None:
                raise ValueError(
                    "a composite SLO has its indicators in its objectives; move the one in spec into the "
                    "objectives that lack one, or remove it"
                )
            if not all(objective.has_indicator for objective in self.objectives):
                raise ValueError(
                    "each objective of a composite SLO has an indicator of its own, and one has none; "
                    "add 'indicator' or 'indicatorRef' to it"
                )
        elif (self.indicator is None) == (self.indicatorRef is None):
            raise ValueError("an SLO has exactly one of 'indicator' and 'indicatorRef'; write one of the two")
        return self

    @model_validator(mode="after")
    def _slices(self) -> Self:
        needed = {
            "Timeslices": ("timeSliceTarget", "timeSliceWindow"),
            "RatioTimeslices": ("timeSliceWindow",),
        }
        for index, objective in enumerate(self.objectives):
            for key in needed.get(self.budgetingMethod, ()):
                if getattr(objective, key) is None:
                    example = "0.95" if key == "timeSliceTarget" else "1m"
                    raise ValueError(
                        f"the method {self.budgetingMethod} needs {key!r} in each objective, and "
                        f"{'the only one' if len(self.objectives) == 1 else f'number {index + 1}'} has none; "
                        f"add it, as in {key}: {example}"
                    )
        return self


class SLO(Spec):
    """A service level objective."""

    apiVersion: Literal["openslo/v1"] = Field(description="The version of OpenSLO.")  # noqa: N815
    kind: Literal["SLO"] = Field(description="The kind of this document.")
    metadata: SLOMetadata = Field(description="Its name and labels.")
    spec: SLOSpec = Field(description="The promise.")
