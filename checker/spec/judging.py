"""How an answer is judged: the keys that a criterion and an OpenSLO objective share."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from checker.sources.query import Duration, Given
from checker.spec.fields import Confidence, Share, Spec, Text
from checker.spec.query import QueryObject


class Runbook(Spec):
    """Where to look and what to do when a promise is broken."""

    url: Given[Text] = Field(default=None, description="The page with the procedure.")
    diagnosis: list[Text] = Field(default_factory=list, description="What to check, in order.")
    solutions: list[Text] = Field(default_factory=list, description="What has helped before.")


Severity = Literal["critical", "high", "medium", "low"]
NoData = Literal["inconclusive", "fail", "zero"]


class Judging(Spec):
    """When a measured number may be trusted, and what absence means."""

    owner: Given[Text] = Field(default=None, description="Who answers for the promise.")
    severity: Given[Severity] = Field(default=None, description="How urgent a broken promise is.")
    runbook: Given[Runbook] = Field(
        default=None, description="Where to look and what to do when it is broken."
    )
    gating: bool = Field(default=True, description="false: reported, but never moves the exit code.")
    noData: NoData = Field(  # noqa: N815
        default="inconclusive",
        description="What no data means. zero is for counters that are silent when nothing happened, "
        "and needs a heartbeat.",
    )
    heartbeat: Given[QueryObject] = Field(
        default=None, description="With noData: zero, a query whose data proves that the emitter was alive."
    )
    minSamples: int = Field(  # noqa: N815
        default=0, ge=0, description="With fewer samples than this the outcome is INCONCLUSIVE."
    )
    minCoverage: Given[Share] = Field(  # noqa: N815
        default=None,
        description="The share of the window's expected points that must be there; 90 % unless said otherwise.",
    )
    maxAge: Given[Duration] = Field(  # noqa: N815
        default=None, description="How old the newest data may be; older is INCONCLUSIVE."
    )
    confidence: Given[Confidence] = Field(
        default=None,
        description="Judge the measurement as a sample: the one-sided confidence bound must clear the target.",
    )
