"""``evaluation``: a sustained condition, in the terms of CloudWatch's alarms."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from checker.sources.query import Duration, Given
from checker.spec.fields import Spec

MOST_PERIODS = 10_000


class EvaluationSpec(Spec):
    """The target applies to each period; the promise is missed when enough of the last periods miss the target."""

    period: Duration = Field(description="The length of one period: 5m, 1h, 1d.")
    evaluationPeriods: int = Field(  # noqa: N815
        ge=1, le=MOST_PERIODS, description="How many of the last periods are judged."
    )
    datapointsToAlarm: Given[int] = Field(  # noqa: N815
        default=None,
        ge=1,
        le=MOST_PERIODS,
        description="How many of them have to miss the target for a miss of the promise; all of them by default.",
    )
    treatMissingData: Literal["breaching", "notBreaching", "ignore", "missing"] = Field(  # noqa: N815
        default="missing",
        description="What a period without data counts as: a miss, no miss, or nothing (ignore and missing).",
    )
