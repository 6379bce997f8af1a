"""OpenSLO ``kind: SLO``: a ratio indicator over a rolling window, judged by the Occurrences method."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PlainValidator, ValidationError, WithJsonSchema, model_validator

from checker.sources.query import Duration, Given
from checker.spec.fields import OpenSLOMetadata, OpenSLOName, Spec, Text
from checker.spec.judging import Judging
from checker.spec.sli import InlineSLI

ANNOTATION_PREFIX = "checker/"
"""What OpenSLO has no word for stands in annotations under this prefix, named as in a criterion."""


def judging_of(annotations: Mapping[str, str]) -> tuple[Judging | None, list[tuple[str, str]]]:
    """How an SLO's annotations want it judged, or what is wrong with them: (annotation, message) each.

    An annotation ``checker/minSamples: "200"`` means what ``minSamples: 200`` means in a criterion.
    """
    ours = {key: value for key, value in annotations.items() if key.startswith(ANNOTATION_PREFIX)}
    values: dict[str, object] = {}
    for key, text in ours.items():
        name = key.removeprefix(ANNOTATION_PREFIX)
        values[name] = {"runbook": {"url": text}, "gating": _TRUTH.get(text, text)}.get(name, text)
        if name == "minSamples" and text.isdecimal():
            values[name] = int(text)
    try:
        return Judging.model_validate(values), []
    except ValidationError as error:
        return None, [
            (f"{ANNOTATION_PREFIX}{each['loc'][0]}", each["msg"].removeprefix("Value error, "))
            for each in error.errors()
        ]


_TRUTH = {"true": True, "false": False}


class TimeWindow(Spec):
    """The time an SLO speaks of."""

    duration: Duration = Field(description="Its length: 1h, 7d, 28d, 30d.")
    isRolling: Literal[True] = Field(description="true: the window ends now.")  # noqa: N815


def _between(most: int) -> Callable[[Any], Fraction]:
    def read(value: Any) -> Fraction:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise ValueError(f"{value!r} is not a number; write it as in {'0.999' if most == 1 else '99.9'}")
        if not 0 < value < most:
            other = "targetPercent" if most == 1 and 1 < value < 100 else "target" if most == 100 else ""
            hint = f"; a share in {'percent' if most == 1 else 'parts of 1'} goes into {other}" if other else ""
            raise ValueError(f"{value} does not lie between 0 and {most}, both excluded{hint}")
        return Fraction(value)

    return read


def _range(most: int, example: float) -> WithJsonSchema:
    return WithJsonSchema(
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": most, "examples": [example]}
    )


class SLOObjective(Spec):
    """One target."""

    displayName: Given[Text] = Field(default=None, description="The name people see.")  # noqa: N815
    target: Given[Annotated[Fraction, PlainValidator(_between(1)), _range(1, 0.999)]] = Field(
        default=None, description="The share of good events promised, such as 0.999."
    )
    targetPercent: Given[Annotated[Fraction, PlainValidator(_between(100)), _range(100, 99.9)]] = Field(  # noqa: N815
        default=None, description="The same in percent, such as 99.9."
    )

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if (self.target is None) == (self.targetPercent is None):
            raise ValueError(
                "an objective needs exactly one of 'target' (such as 0.999) and 'targetPercent' (99.9)"
            )
        return self


class SLOSpec(Spec):
    """Indicator, window and targets."""

    description: Given[Text] = Field(default=None, description="What is promised, and why.")
    service: OpenSLOName = Field(description="The service that makes the promise.")
    indicator: Given[InlineSLI] = Field(default=None, description="The indicator, written here.")
    indicatorRef: Given[OpenSLOName] = Field(default=None, description="The name of an SLI document.")  # noqa: N815
    timeWindow: list[TimeWindow] = Field(min_length=1, max_length=1, description="The one window.")  # noqa: N815
    budgetingMethod: Literal["Occurrences"] = Field(  # noqa: N815
        description="Occurrences: the share of good events over the whole window."
    )
    objectives: list[SLOObjective] = Field(min_length=1, description="The targets.")

    @model_validator(mode="after")
    def _one_indicator(self) -> Self:
        if (self.indicator is None) == (self.indicatorRef is None):
            raise ValueError("an SLO needs exactly one of 'indicator' and 'indicatorRef'")
        return self


class SLO(Spec):
    """A service level objective."""

    apiVersion: Literal["openslo/v1"] = Field(description="The version of OpenSLO.")  # noqa: N815
    kind: Literal["SLO"] = Field(description="The kind of this document.")
    metadata: OpenSLOMetadata = Field(description="Its name and labels.")
    spec: SLOSpec = Field(description="The promise.")
