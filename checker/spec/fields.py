"""The building blocks of every kind: names, durations, thresholds, shares, and the base model."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema

from checker.sources.query import Given
from checker.units import Threshold, parse_threshold


class Spec(BaseModel):
    """Base of all that is read from YAML: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, strict=True)


def _name(value: Any) -> str:
    if isinstance(value, str) and len(value) <= 63 and re.fullmatch(_NAME, value):
        return value
    likely = re.sub(r"[^a-z0-9]+", "-", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", str(value)).lower()).strip(
        "-"
    )[:63]
    meant = f"; write it as in {likely!r}" if likely else ""
    raise ValueError(f"{value!r} is not a name of lower-case letters, digits and hyphens (63 at most){meant}")


_NAME = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"

Name = Annotated[
    str,
    PlainValidator(_name),
    WithJsonSchema({"type": "string", "pattern": f"^{_NAME}$", "maxLength": 63}),
]
"""A name as Kubernetes has it: lower case, digits and hyphens."""

OpenSLOName = Annotated[
    str, Field(min_length=1, max_length=253, pattern=r"^[A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?$")
]
"""A name as OpenSLO documents in the wild have it; checker's own kinds are stricter."""

Text = Annotated[str, Field(min_length=1, max_length=4096)]


def _threshold(value: Any) -> Threshold:
    if not isinstance(value, str):
        raise ValueError(
            f"{value} has no operator and no unit; write it as text, as in '< 500 ms' or '> 99 %'"
        )
    return parse_threshold(value)


ThresholdText = Annotated[
    Threshold,
    PlainValidator(_threshold),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\s*(<=|>=|==|<|>)\s*[+-]?[0-9]+(\.[0-9]+)?\s*([^\s0-9.]\S*)?\s*$",
            "examples": ["< 500 ms", ">= 99.9 %", "== 0 /min", "<= 1 USD"],
        }
    ),
]
"""An operator, a decimal number and a unit, read as a Threshold."""


def _share(value: Any) -> Fraction:
    text = value.strip() if isinstance(value, str) else ""
    if not text.endswith("%"):
        raise ValueError(f"{value!r} is not a share; write it in percent, as in '90 %'")
    try:
        share = Fraction(Decimal(text[:-1].strip())) / 100
    except (ArithmeticError, ValueError):
        raise ValueError(f"{value!r} is not a share; write it in percent, as in '90 %'") from None
    if not 0 <= share <= 1:
        raise ValueError(f"{value!r} lies outside 0 % to 100 %")
    return share


Share = Annotated[
    Fraction,
    PlainValidator(_share),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?\s*%$", "examples": ["90 %", "99.5 %"]}),
]
"""A share in percent, read as a Fraction between 0 and 1."""


class Metadata(Spec):
    """What every document says of itself."""

    name: Name = Field(description="The name others refer to it by; unique among the documents of its kind.")
    displayName: Given[Text] = Field(default=None, description="The name people see.")  # noqa: N815
    labels: dict[str, str | list[str]] = Field(
        default_factory=dict, description="Labels, for selecting and grouping."
    )
    annotations: dict[str, str] = Field(default_factory=dict, description="Notes for tools; values are text.")


class OpenSLOMetadata(Metadata):
    """The metadata of an OpenSLO document."""

    name: OpenSLOName = Field(
        description="The name others refer to it by; unique among the documents of its kind."
    )
