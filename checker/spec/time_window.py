"""``timeWindow``: the time that an SLO covers, either rolling or by the calendar."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, PlainValidator, WithJsonSchema, model_validator

from checker.sources.query import Given
from checker.spec.fields import Spec, show
from checker.spec.openslo import Duration

_START = "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}"


def _start(value: Any) -> datetime:
    if isinstance(value, str) and re.fullmatch(_START, value, re.ASCII):
        try:
            return datetime.fromisoformat(value)
        except ValueError as error:
            raise ValueError(f"{show(value)} is not a date and time ({error}); correct it") from None
    raise ValueError(
        f"{show(value)} is not a date and time; write it as in 2026-01-01 00:00:00, without a zone"
    )


@lru_cache(maxsize=64)
def _known(zone: str) -> bool:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(zone)
    except (LookupError, ValueError, OSError):
        return False
    return True


def _zone(value: Any) -> str:
    if isinstance(value, str) and _known(value):
        return value
    raise ValueError(
        f"{show(value)} is not a time zone that this machine knows; write a name of the IANA database, "
        "as in Europe/Berlin or UTC"
    )


class Calendar(Spec):
    """Consecutive windows by the calendar, the first of which begins at ``startTime``."""

    startTime: Annotated[  # noqa: N815
        datetime,
        PlainValidator(_start),
        WithJsonSchema({"type": "string", "pattern": f"^{_START}$", "examples": ["2026-01-01 00:00:00"]}),
    ] = Field(description="When the first window begins, in local time of the time zone.")
    timeZone: Annotated[  # noqa: N815
        str, PlainValidator(_zone), WithJsonSchema({"type": "string", "examples": ["Europe/Berlin", "UTC"]})
    ] = Field(description="The time zone, by its IANA name.")


_ROLLING: Any = {"required": ["isRolling"], "properties": {"isRolling": {"const": True}}}
_ONE_KIND: Any = {
    "if": _ROLLING,
    "then": {"not": {"required": ["calendar"]}},
    "else": {"required": ["calendar"]},
}


class TimeWindow(Spec):
    """The time that an SLO covers: rolling, which ends now, or by the calendar."""

    model_config = ConfigDict(json_schema_extra={"allOf": [_ONE_KIND]})

    duration: Duration = Field(description="Its length: 7d, 28d; for a calendar window also 1M, 1Q, 1Y.")
    isRolling: Given[bool] = Field(  # noqa: N815
        default=None, description="true: the window ends now. false, or left out: it follows the calendar."
    )
    calendar: Given[Calendar] = Field(default=None, description="Where calendar windows begin.")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if self.isRolling and self.calendar is not None:
            raise ValueError(
                "a window is rolling or by the calendar; remove 'calendar', or write isRolling: false"
            )
        if not self.isRolling and self.calendar is None:
            raise ValueError(
                "a window is rolling or by the calendar, and this one is neither; "
                "write isRolling: true, or a calendar with startTime and timeZone"
            )
        return self
