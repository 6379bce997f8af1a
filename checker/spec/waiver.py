"""``kind: Waiver``: a dated, approved exception; the only thing that can relax a verdict."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from checker.sources.query import Given
from checker.spec.fields import Metadata, Moment, Spec, Text, ThresholdText

LONGEST = 90 * 86400
"""The longest time between a waiver's creation and its expiry, in seconds."""


class WaiverSpec(Spec):
    """What is excused, by whom, why, and until when."""

    objective: Text = Field(
        description="The full name of the promise, as reports give it: document/criterion."
    )
    digest: Annotated[str, Field(pattern="^[0-9a-f]{16}$")] = Field(
        description="The digest of the promise, as reports and 'checker explain' give it: editing the promise voids "
        "the waiver."
    )
    reason: Text = Field(description="Why the exception is acceptable.")
    ticket: Text = Field(description="Where the work that will make it unnecessary is tracked.")
    approver: Text = Field(description="Who approved it.")
    created: Moment = Field(description="When it was approved, with a time zone.")
    expires: Moment = Field(
        description="When it ends, with a time zone; at most 90 days after it was created."
    )
    accepts: Given[ThresholdText] = Field(
        default=None, description="The worst value that is accepted, such as '< 800 ms'; worse is not waived."
    )
    acceptsInconclusive: bool = Field(  # noqa: N815
        default=False,
        description="true: it also covers the promise if that could not be measured well enough; "
        "but never a measured value that is worse than 'accepts'.",
    )

    @model_validator(mode="after")
    def _dated(self) -> Self:
        if not self.created < self.expires <= self.created + LONGEST:
            latest = datetime.fromtimestamp(self.created + LONGEST, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            raise ValueError(
                "a waiver expires after it was created, and at most 90 days later; "
                f"write expires: {latest!r} or earlier"
            )
        if self.accepts is None and not self.acceptsInconclusive:
            raise ValueError("a waiver says what it accepts: 'accepts', 'acceptsInconclusive', or both")
        return self


class Waiver(Spec):
    """An exception to one promise."""

    apiVersion: Literal["checker/v1"] = Field(description="The version of this format.")  # noqa: N815
    kind: Literal["Waiver"] = Field(description="The kind of this document.")
    metadata: Metadata = Field(description="Its name and labels.")
    spec: WaiverSpec = Field(description="The exception.")
