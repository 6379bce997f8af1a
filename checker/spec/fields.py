"""Building blocks of all kinds: names, labels, thresholds, shares, and the base model."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema

from checker.sources.query import Given
from checker.units import Threshold, parse_threshold

ANNOTATION_PREFIX = "checker/"
"""The prefix of annotations for what OpenSLO has no key for; after it comes the name of the criterion's key."""


class Spec(BaseModel):
    """Base of all models that are read from YAML: unknown keys are errors, and values are immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, strict=True)


def one_of(*keys: str) -> ConfigDict:
    """The schema of a model that has exactly one of ``keys``."""
    return ConfigDict(json_schema_extra={"oneOf": [{"required": [key]} for key in keys]})


def show(value: Any) -> str:
    """A value from a file, for a message: its text if it is short, otherwise what kind of value it is."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case str():
            return repr(value if len(value) <= 60 else value[:57] + "...")
        case _:
            return str(value)


_NAME = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_OPENSLO_NAME = "[A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?"
_is_name = re.compile(_NAME).fullmatch
_is_openslo_name = re.compile(_OPENSLO_NAME).fullmatch


def check_name(value: Any) -> str:
    """A name by Kubernetes' rules. Raises ValueError for any other, with the likely remedy."""
    if isinstance(value, str) and len(value) <= 63 and _is_name(value):
        return value
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", value if isinstance(value, str) else "").lower()
    likely = re.sub(r"[^a-z0-9]+", "-", words[:63]).strip("-")
    meant = f"; write it as in {likely!r}" if likely else ""
    raise ValueError(
        f"{show(value)} is not a name of lower-case letters, digits and hyphens (63 at most){meant}"
    )


def _openslo_name(value: Any) -> str:
    if isinstance(value, str) and len(value) <= 253 and _is_openslo_name(value):
        return value
    raise ValueError(f"{show(value)} is not a name of letters, digits, '-', '_' and '.' (253 at most)")


Name = Annotated[
    str,
    PlainValidator(check_name),
    WithJsonSchema({"type": "string", "pattern": f"^{_NAME}$", "maxLength": 63}),
]
"""A name by Kubernetes' rules: lower case, digits and hyphens."""

OpenSLOName = Annotated[
    str,
    PlainValidator(_openslo_name),
    WithJsonSchema({"type": "string", "pattern": f"^{_OPENSLO_NAME}$", "maxLength": 253}),
]
"""A name by the looser rules that real OpenSLO documents follow; checker's own kinds are stricter."""

SEEN = r"[^\s\u001c-\u001f\u0085\u2800\u3164\ufeff]"
"""A visible character: no white space, and nothing that looks like it. (``\\s`` means slightly different things in
Python, pydantic and JSON Schema. Invisible characters are refused when the file is read.)"""

Text = Annotated[str, Field(min_length=1, max_length=4096, pattern=SEEN)]
"""Text with at least one visible character."""


def _threshold(value: Any) -> Threshold:
    if not isinstance(value, str):
        raise ValueError(
            f"{show(value)} has no operator and no unit; write it as text, as in '< 500 ms' or '> 99 %'"
        )
    return parse_threshold(value)


ThresholdText = Annotated[
    Threshold,
    PlainValidator(_threshold),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\s*((<=|>=|==|<|>)\s*[+-]?[0-9]{1,40}(\.[0-9]{1,40})?\s*([^\s0-9.]\S*)?|confirmed)\s*$",
            "examples": ["< 500 ms", ">= 99.9 %", "== 0 /min", "<= 1 USD", "confirmed"],
        }
    ),
]
"""An operator, a decimal number and a unit, or ``confirmed``, read as a Threshold."""

_DAY = r"\d{4}-\d\d-\d\d"
_TIME = rf"{_DAY}[Tt ]\d\d:\d\d(?::\d\d)?"
_ZONE = r"(?:[Zz]|[+-]\d\d:\d\d)"
_MOMENT = re.compile(f"{_TIME}{_ZONE}", re.ASCII)


def _moment(value: Any) -> int:
    text = value if isinstance(value, str) else ""
    if not _MOMENT.fullmatch(text):
        raise ValueError(f"{show(value)} {_no_moment(text)}")
    try:
        return int(datetime.fromisoformat(text.upper()).timestamp())
    except ValueError:
        raise ValueError(
            f"{show(value)} is not an existing time; correct its day, its hour or its offset"
        ) from None


def _no_moment(text: str) -> str:
    """Why a text is not a time with a zone, and how to write one."""
    if found := re.fullmatch(rf"({_TIME})[.,]\d+({_ZONE})", text, re.ASCII):
        return f"has a fraction of a second; write whole seconds, as in {found[1]}{found[2]}"
    if re.fullmatch(_TIME, text, re.ASCII):
        return f"is not a time with a zone; end it with Z or an offset, as in {text}Z"
    if re.fullmatch(_DAY, text, re.ASCII):
        return f"is not a time with a zone; write a time with the day, as in {text}T12:00:00Z"
    if re.match(r"\d{5,}-\d\d-\d\d", text, re.ASCII):
        return "is after the year 9999; write an earlier time, as in 2026-01-31T12:00:00Z"
    return "is not a time with a zone; write it as in 2026-01-31T12:00:00Z"


Moment = Annotated[
    int,
    PlainValidator(_moment),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d)?([Zz]|[+-]\d\d:\d\d)$",
            "examples": ["2026-01-31T12:00:00Z", "2026-01-31T13:00:00+01:00"],
        }
    ),
]
"""A time with its zone, read as epoch seconds."""

_SHARE = r"([0-9]{1,3}(?:\.[0-9]{1,40})?)\s*%"


def _share(value: Any) -> Fraction:
    share = _percentage(value) if isinstance(value, str) else None
    if share is None:
        raise ValueError(
            f"{show(value)} is not a share; write it in percent, as in '{_in_percent(str(value))}'"
        )
    if share > 1:
        raise ValueError(f"{show(value)} is more than 100 %; write a share between 0 % and 100 %")
    return share


def _in_percent(text: str) -> str:
    """The share that a number without a unit probably means: 95 % for 0.95 and for 95. Otherwise an example."""
    if not re.fullmatch(r"[0-9]{1,2}(?:\.[0-9]{1,20})?", text) or text == "1":
        return "90 %"
    number = Decimal(text)
    return f"{(number * 100 if number < 1 else number).normalize():f} %"


@lru_cache(1000)  # many promises have the same share
def _percentage(text: str) -> Fraction | None:
    found = re.fullmatch(_SHARE, text)
    return Fraction(found[1]) / 100 if found else None


def _confidence(value: Any) -> Fraction:
    confidence = _share(value)
    # A bound with less than 50 % confidence would be more lenient than the measured value itself, and 100 % is
    # impossible.
    if not Fraction(1, 2) <= confidence < 1:
        raise ValueError(
            f"{show(value)} is not a confidence; write at least 50 % and less than 100 %, as in '95 %'"
        )
    return confidence


_SHARE_SCHEMA = {"type": "string", "pattern": f"^{_SHARE}$".replace("?:", "")}

Share = Annotated[
    Fraction, PlainValidator(_share), WithJsonSchema({**_SHARE_SCHEMA, "examples": ["90 %", "99.5 %"]})
]
"""A share in percent, read as a Fraction between 0 and 1."""

Confidence = Annotated[
    Fraction, PlainValidator(_confidence), WithJsonSchema({**_SHARE_SCHEMA, "examples": ["95 %", "99 %"]})
]
"""A confidence in percent, read as a Fraction that is at least 1/2 and less than 1."""


def _label(value: Any) -> str | list[str]:
    for each in value if isinstance(value, list) else [value]:
        if not isinstance(each, str):
            raise ValueError(f"expected text or a list of texts, found {show(each)}")
    return value  # type: ignore[no-any-return]


Label = Annotated[
    str | list[str],
    PlainValidator(_label),
    WithJsonSchema({"type": ["string", "array"], "items": {"type": "string"}}),
]


class Metadata(Spec):
    """The metadata of every document."""

    name: Name = Field(
        description="The name that others refer to it by; unique among the documents of its kind."
    )
    displayName: Given[Text] = Field(default=None, description="The name shown to people.")  # noqa: N815
    labels: dict[str, Label] = Field(default_factory=dict, description="Labels, for selecting and grouping.")
    annotations: dict[str, str] = Field(
        default_factory=dict,
        description="Notes for tools; values are text. checker reads its own annotations on an SLO only.",
        json_schema_extra={"propertyNames": {"not": {"pattern": f"^{ANNOTATION_PREFIX}"}}},
    )


class OpenSLOMetadata(Metadata):
    """The metadata of an OpenSLO document."""

    name: OpenSLOName = Field(
        description="The name that others refer to it by; unique among the documents of its kind."
    )
