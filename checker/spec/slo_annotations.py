"""checker's own annotations on an SLO: how it is judged, where OpenSLO has no key for that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, PlainValidator, WithJsonSchema

from checker.sources.query import Duration, Given
from checker.spec.fields import ANNOTATION_PREFIX, Confidence, Share, Spec, Text, ThresholdText, show
from checker.spec.judging import Day, Judging, Runbook, Severity
from checker.units import parse_duration


def _from_text(meanings: Mapping[str, Any]) -> PlainValidator:
    """Reads a value that is written as text, because annotations are text."""

    def read(value: Any) -> Any:
        if not isinstance(value, str) or value not in meanings:
            raise ValueError(f"{show(value)} is not one of {', '.join(map(repr, meanings))}")
        return meanings[value]

    return PlainValidator(read)


def _whole(value: Any) -> int:
    if not isinstance(value, str) or not value.isascii() or not value.isdecimal() or len(value) > 18:
        raise ValueError(f"{show(value)} is not a whole number; write digits in quotes, as in '200'")
    return int(value)


def _durations(value: Any) -> tuple[int, ...]:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{show(value)} is not a list of durations; write it as in '1h, 6h, 3d'")
    return tuple(dict.fromkeys(parse_duration(each.strip()) for each in value.split(",")))


def _weight(value: Any) -> int:
    weight = _whole(value)
    if weight > 1000 or len(value) > 4:
        raise ValueError(f"{show(value)} is more than 1000")
    return weight


def _runbook(value: Any) -> Runbook:
    return Runbook(url=value)


_DURATIONS = r"^\s*[1-9][0-9]{0,5}[smhdw]\s*(,\s*[1-9][0-9]{0,5}[smhdw]\s*)*$"
_PROMISE = Judging.model_fields


class SLOAnnotations(Spec):
    """How an SLO is judged, where OpenSLO has no key for that. The annotations have the names and meanings of a
    criterion's keys; ``checker/runbook`` is the URL of the runbook."""

    model_config = ConfigDict(alias_generator=ANNOTATION_PREFIX.__add__)

    owner: Given[Text] = Field(default=None, description=_PROMISE["owner"].description)
    severity: Given[Severity] = Field(default=None, description=_PROMISE["severity"].description)
    runbook: Annotated[
        Runbook | None, PlainValidator(_runbook), WithJsonSchema({"type": "string", "minLength": 1})
    ] = Field(default=None, description="The page with the procedure for a broken promise.")
    gating: Annotated[
        bool, _from_text({"true": True, "false": False}), WithJsonSchema({"enum": ["true", "false"]})
    ] = Field(default=True, description=_PROMISE["gating"].description)
    reviewBy: Given[Day] = Field(default=None, description=_PROMISE["reviewBy"].description)  # noqa: N815
    weight: Annotated[
        int, PlainValidator(_weight), WithJsonSchema({"type": "string", "pattern": "^([0-9]{1,3}|1000)$"})
    ] = Field(default=1, description=_PROMISE["weight"].description)
    key: Annotated[
        bool, _from_text({"true": True, "false": False}), WithJsonSchema({"enum": ["true", "false"]})
    ] = Field(default=False, description=_PROMISE["key"].description)
    warning: Given[ThresholdText] = Field(
        default=None,
        description="Where the middle band begins, such as '< 99.9 %'; checked against critical.",
    )
    critical: Given[ThresholdText] = Field(
        default=None,
        description="Where a missed target becomes a FAIL, such as '< 99 %'; between target and critical is WARN.",
    )
    noData: Literal["inconclusive", "fail"] = Field(  # noqa: N815
        default="inconclusive", description="What missing data means."
    )
    minSamples: Annotated[  # noqa: N815
        int, PlainValidator(_whole), WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,18}$"})
    ] = Field(default=0, description=_PROMISE["minSamples"].description)
    minCoverage: Given[Share] = Field(default=None, description=_PROMISE["minCoverage"].description)  # noqa: N815
    maxAge: Given[Duration] = Field(default=None, description=_PROMISE["maxAge"].description)  # noqa: N815
    confidence: Given[Confidence] = Field(default=None, description=_PROMISE["confidence"].description)
    defaultWindow: Given[Duration] = Field(  # noqa: N815
        default=None, description="The window of an SLO that has no timeWindow: up to now, such as 28d."
    )
    emptySlices: Given[Literal["good", "bad", "exclude"]] = Field(  # noqa: N815
        default=None,
        description="Only for Timeslices and RatioTimeslices: what a slice without events counts as. exclude leaves it "
        "out. By default it is left out too, and also lowers the coverage of the window.",
    )
    lookbacks: Annotated[
        tuple[int, ...],
        PlainValidator(_durations),
        WithJsonSchema({"type": "string", "pattern": _DURATIONS, "examples": ["1h, 6h, 3d"]}),
    ] = Field(default=(), description="The lookbacks to report a burn rate for, separated by commas.")
    burnRatePolicy: Given[Literal["google-sre"]] = Field(  # noqa: N815
        default=None,
        description="Burn-rate alerts that ship with checker. google-sre: the multi-window, multi-burn-rate table "
        "of the SRE workbook, for a window of any length.",
    )
    compositeGoal: Given[Share] = Field(  # noqa: N815
        default=None,
        description="Only for a composite by slices: the share it has to reach. By default the strictest of "
        "its objectives' targets.",
    )
