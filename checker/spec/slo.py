"""OpenSLO ``kind: SLO``: a ratio indicator over a rolling window, judged by the Occurrences method."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, PlainValidator, WithJsonSchema, model_validator

from checker.sources.query import Duration, Given
from checker.spec.fields import (
    ANNOTATION_PREFIX,
    Confidence,
    OpenSLOMetadata,
    OpenSLOName,
    Share,
    Spec,
    Text,
    one_of,
    show,
)
from checker.spec.judging import Judging, Runbook, Severity
from checker.spec.sli import InlineSLI


def _from_text(meanings: Mapping[str, Any]) -> PlainValidator:
    """Reads a value that an annotation can only state as text."""

    def read(value: Any) -> Any:
        if not isinstance(value, str) or value not in meanings:
            raise ValueError(f"{show(value)} is not one of {', '.join(map(repr, meanings))}")
        return meanings[value]

    return PlainValidator(read)


def _whole(value: Any) -> int:
    if not isinstance(value, str) or not value.isascii() or not value.isdecimal() or len(value) > 18:
        raise ValueError(f"{show(value)} is not a whole number; write digits in quotes, as in '200'")
    return int(value)


def _runbook(value: Any) -> Runbook:
    return Runbook(url=value)


_PROMISE = Judging.model_fields


class SLOAnnotations(Spec):
    """How an SLO is judged, where OpenSLO has no key for it. The annotations are named as a criterion's keys
    are, and mean the same; ``checker/runbook`` is the runbook's URL."""

    model_config = ConfigDict(alias_generator=ANNOTATION_PREFIX.__add__)

    owner: Given[Text] = Field(default=None, description=_PROMISE["owner"].description)
    severity: Given[Severity] = Field(default=None, description=_PROMISE["severity"].description)
    runbook: Annotated[
        Runbook | None, PlainValidator(_runbook), WithJsonSchema({"type": "string", "minLength": 1})
    ] = Field(default=None, description="The page with the procedure for a broken promise.")
    gating: Annotated[
        bool, _from_text({"true": True, "false": False}), WithJsonSchema({"enum": ["true", "false"]})
    ] = Field(default=True, description=_PROMISE["gating"].description)
    noData: Literal["inconclusive", "fail"] = Field(  # noqa: N815
        default="inconclusive", description="What no data means."
    )
    minSamples: Annotated[  # noqa: N815
        int, PlainValidator(_whole), WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,18}$"})
    ] = Field(default=0, description=_PROMISE["minSamples"].description)
    minCoverage: Given[Share] = Field(default=None, description=_PROMISE["minCoverage"].description)  # noqa: N815
    maxAge: Given[Duration] = Field(default=None, description=_PROMISE["maxAge"].description)  # noqa: N815
    confidence: Given[Confidence] = Field(default=None, description=_PROMISE["confidence"].description)


class SLOMetadata(OpenSLOMetadata):
    """The metadata of an SLO; its annotations under ``checker/`` say how it is judged."""


class TimeWindow(Spec):
    """The time an SLO speaks of."""

    duration: Duration = Field(description="Its length: 1h, 7d, 28d, 30d.")
    isRolling: Literal[True] = Field(description="true: the window ends now.")  # noqa: N815


def _between(least: int, most: int, example: str) -> Callable[[Any], Fraction]:
    def read(value: Any) -> Fraction:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise ValueError(f"{show(value)} is not a number; write it as in {example}")
        if least < value < most:
            return Fraction(value)
        hint = ""
        if most == 1 and 1 < value < 100:
            hint = f"; write {value} % as targetPercent: {value}"
        elif most == 100 and 0 < value < 1:
            hint = f"; write the share {value} as target: {value}"
        raise ValueError(f"{value} does not lie between {least} and {most}, both excluded{hint}")

    return read


def _range(least: int, most: int, example: float) -> WithJsonSchema:
    return WithJsonSchema(
        {"type": "number", "exclusiveMinimum": least, "exclusiveMaximum": most, "examples": [example]}
    )


class SLOObjective(Spec):
    """One target."""

    model_config = one_of("target", "targetPercent")

    displayName: Given[Text] = Field(default=None, description="The name people see.")  # noqa: N815
    target: Given[Annotated[Fraction, PlainValidator(_between(0, 1, "0.999")), _range(0, 1, 0.999)]] = Field(
        default=None, description="The share of good events promised, such as 0.999."
    )
    targetPercent: Given[  # noqa: N815
        Annotated[Fraction, PlainValidator(_between(1, 100, "99.9")), _range(1, 100, 99.9)]
    ] = Field(default=None, description="The same in percent, such as 99.9.")

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if (self.target is None) == (self.targetPercent is None):
            raise ValueError(
                "an objective has exactly one of 'target' and 'targetPercent'; "
                "write one of the two, as in target: 0.999"
            )
        return self


class SLOSpec(Spec):
    """Indicator, window and targets."""

    model_config = one_of("indicator", "indicatorRef")

    description: Given[Text] = Field(default=None, description="What is promised, and why.")
    service: OpenSLOName = Field(description="The service that makes the promise.")
    indicator: Given[InlineSLI] = Field(default=None, description="The indicator, written here.")
    indicatorRef: Given[OpenSLOName] = Field(default=None, description="The name of an SLI document.")  # noqa: N815
    timeWindow: list[TimeWindow] = Field(min_length=1, max_length=1, description="The one window.")  # noqa: N815
    budgetingMethod: Literal["Occurrences"] = Field(  # noqa: N815
        description="Occurrences: the share of good events over the whole window."
    )
    objectives: list[SLOObjective] = Field(min_length=1, max_length=100, description="The targets.")

    @model_validator(mode="after")
    def _one_indicator(self) -> Self:
        if (self.indicator is None) == (self.indicatorRef is None):
            raise ValueError("an SLO has exactly one of 'indicator' and 'indicatorRef'; write one of the two")
        return self


class SLO(Spec):
    """A service level objective."""

    apiVersion: Literal["openslo/v1"] = Field(description="The version of OpenSLO.")  # noqa: N815
    kind: Literal["SLO"] = Field(description="The kind of this document.")
    metadata: SLOMetadata = Field(description="Its name and labels.")
    spec: SLOSpec = Field(description="The promise.")
