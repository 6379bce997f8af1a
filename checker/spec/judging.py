"""How a result is judged: the keys that a criterion and an OpenSLO objective share."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, WithJsonSchema

from checker.sources.query import Duration, Given
from checker.spec.fields import Confidence, Share, Spec, Text, show
from checker.spec.query import QueryObject


class Runbook(Spec):
    """Where to look and what to do when a promise is broken."""

    url: Given[Text] = Field(default=None, description="The page with the procedure.")
    diagnosis: list[Text] = Field(default_factory=list, description="What to check, in order.")
    solutions: list[Text] = Field(default_factory=list, description="What has helped before.")


def _day(value: Any) -> str:
    text = value if isinstance(value, str) else ""
    found = re.match(r"(\d{4,})-\d\d-\d\d", text, re.ASCII)
    if found is None:
        raise ValueError(
            f"{show(value)} is not a date; write year, month and day in quotes, as in '2026-06-30'"
        )
    if len(found[1]) > 4:
        raise ValueError(f"{show(value)} is after the year 9999; write an earlier date, as in '2026-06-30'")
    try:
        day = date.fromisoformat(found[0]).isoformat()
    except ValueError:
        raise ValueError(f"{show(value)} is not an existing day; correct its month or its day") from None
    if found[0] != text:
        raise ValueError(f"{show(value)} says more than a date; write '{day}'")
    return day


Day = Annotated[
    str,
    PlainValidator(_day),
    WithJsonSchema(
        {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$", "examples": ["2026-06-30"]},
    ),
]
"""A date, kept as text."""

Severity = Literal["critical", "high", "medium", "low"]
NoData = Literal["inconclusive", "fail", "zero"]


class Judging(Spec):
    """When a measured value can be trusted, and what missing data means."""

    owner: Given[Text] = Field(default=None, description="Who is responsible for the promise.")
    severity: Given[Severity] = Field(default=None, description="How urgent a broken promise is.")
    runbook: Given[Runbook] = Field(
        default=None, description="Where to look and what to do when it is broken."
    )
    reviewBy: Given[Day] = Field(  # noqa: N815
        default=None, description="The date by which the promise is to be reviewed, as in '2026-06-30'."
    )
    weight: int = Field(
        default=1,
        ge=0,
        le=1000,
        description="How much the promise counts in the weighted score of a release.",
    )
    key: bool = Field(
        default=False,
        description="true: the release depends on it; a rule requires it to be kept without exception.",
    )
    gating: bool = Field(default=True, description="false: it is reported, but never changes the exit code.")
    noData: NoData = Field(  # noqa: N815
        default="inconclusive",
        description="What missing data means. zero is for counters that publish nothing when nothing happened, "
        "and needs a heartbeat.",
    )
    heartbeat: Given[QueryObject] = Field(
        default=None, description="With noData: zero, a query whose data proves that the emitter was alive."
    )
    minSamples: int = Field(  # noqa: N815
        default=0, ge=0, lt=10**18, description="With fewer samples than this the outcome is INCONCLUSIVE."
    )
    minCoverage: Given[Share] = Field(  # noqa: N815
        default=None,
        description="The share of the window's expected points that must be there; 90 % by default.",
    )
    maxAge: Given[Duration] = Field(  # noqa: N815
        default=None, description="How old the newest data may be; older is INCONCLUSIVE."
    )
    confidence: Given[Confidence] = Field(
        default=None,
        description="Judge the measurement as a sample: the one-sided confidence bound must clear the target.",
    )
