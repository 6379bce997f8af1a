"""One objective of an SLO: its target, and its comparison for a thresholdMetric."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Annotated, Any, Self

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from checker.sources.query import Given
from checker.spec.fields import OpenSLOName, Spec, Text, one_of
from checker.spec.openslo import DurationOrMinutes, Number, Operator, number
from checker.spec.sli import InlineSLI


def _share(most: int) -> Callable[[Any], Fraction]:
    """Reads a target that is at least 0 and less than ``most``."""

    def read(value: Any) -> Fraction:
        share = number(value)
        if 0 <= value < most and not (most == 100 and 0 < value < 1):
            return share
        if most == 100 and 0 < share < 1:
            raise ValueError(
                f"{value} % is hardly a target: less than one event in a hundred; "
                f"write the share {value} as target: {value}"
            )
        hint = f"; write {value} % as targetPercent: {value}" if most == 1 and 1 < share < 100 else ""
        raise ValueError(f"{value} is not between 0 and {most}, both excluded{hint}")

    return read


def _slice_target(value: Any) -> Fraction:
    share = number(value)
    if 0 < share <= 1:
        return share
    hint = (
        f"; write {value} % as {share.numerator / share.denominator / 100:.10g}" if 1 < share <= 100 else ""
    )
    raise ValueError(f"{value} is not above 0 and at most 1{hint}")


def _weight(value: Any) -> Fraction:
    weight = number(value)
    if weight <= 0:
        raise ValueError(f"{value} is not a weight; write a number above 0, such as 1")
    return weight


def _range(example: float, **limits: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": "number", **limits, "examples": [example]})


_BELOW_ONE_PERCENT = {"exclusiveMinimum": 0, "exclusiveMaximum": 1}
_PERCENT = _range(99.9, minimum=0, exclusiveMaximum=100, **{"not": _BELOW_ONE_PERCENT})


class SLOObjective(Spec):
    """One target."""

    model_config = one_of("target", "targetPercent")

    displayName: Given[Text] = Field(default=None, description="The name people see.")  # noqa: N815
    op: Given[Operator] = Field(
        default=None,
        description="Only for a thresholdMetric: a value is good if it is lt, lte, gt or gte 'value'.",
    )
    value: Given[Number] = Field(
        default=None, description="Only for a thresholdMetric: the number that values are compared with."
    )
    target: Given[
        Annotated[Fraction, PlainValidator(_share(1)), _range(0.999, minimum=0, exclusiveMaximum=1)]
    ] = Field(default=None, description="The share of good events promised, such as 0.999.")
    targetPercent: Given[  # noqa: N815
        Annotated[Fraction, PlainValidator(_share(100)), _PERCENT]
    ] = Field(default=None, description="The same in percent, such as 99.9.")
    timeSliceTarget: Given[  # noqa: N815
        Annotated[Fraction, PlainValidator(_slice_target), _range(0.95, exclusiveMinimum=0, maximum=1)]
    ] = Field(
        default=None, description="Only for Timeslices: the share of good events that makes a slice good."
    )
    timeSliceWindow: Given[DurationOrMinutes] = Field(  # noqa: N815
        default=None,
        description="Only for Timeslices and RatioTimeslices: the length of a slice, such as 1m or 5m.",
    )
    indicator: Given[InlineSLI] = Field(
        default=None, description="Only in a composite SLO: this objective's own indicator, written here."
    )
    indicatorRef: Given[OpenSLOName] = Field(  # noqa: N815
        default=None, description="Only in a composite SLO: the name of this objective's own SLI document."
    )
    compositeWeight: Given[  # noqa: N815
        Annotated[Fraction, PlainValidator(_weight), _range(1, exclusiveMinimum=0)]
    ] = Field(
        default=None,
        description="Only in a composite SLO: the weight of this objective; 1 by default.",
    )

    @property
    def has_indicator(self) -> bool:
        """Whether it has an indicator of its own, as in a composite SLO."""
        return self.indicator is not None or self.indicatorRef is not None

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if (self.target is None) == (self.targetPercent is None):
            raise ValueError(
                "an objective has exactly one of 'target' and 'targetPercent'; "
                "write one of the two, as in target: 0.999"
            )
        if self.indicator is not None and self.indicatorRef is not None:
            raise ValueError(
                "an objective has at most one of 'indicator' and 'indicatorRef'; write one of the two"
            )
        return self
