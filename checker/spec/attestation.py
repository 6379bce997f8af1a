"""``kind: Attestation``: a person's confirmation that a promise which no source can measure is kept."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from checker.hidden import can_be_shown
from checker.spec.fields import Metadata, Moment, Spec, Text, show

LONGEST = 366 * 86400
"""Seconds. A promise can be confirmed for at most a year."""

_URL = r"https?://[^\s@/]+(/\S*)?"
_PATH = r"(?!/|~|[A-Za-z][A-Za-z0-9+.-]*:|(?:.*/)?\.\.(?:/|$))[^\s\\](?:[^\\\n]*[^\s\\/])?"


def _link(value: Any) -> str:
    fits = isinstance(value, str) and len(value) <= 2048 and can_be_shown(value)
    if fits and (re.fullmatch(_URL, value) or re.fullmatch(_PATH, value)):
        return str(value)
    if isinstance(value, str) and re.match(r"[a-z]+://[^/]*@", value):
        raise ValueError("an address in a file must not hold a user name or password; write it without")
    raise ValueError(
        f"{show(value)} is neither an http(s) address nor a path below the working directory; "
        "write it as in https://example.com/report or docs/survey.pdf"
    )


Link = Annotated[
    str,
    PlainValidator(_link),
    WithJsonSchema(
        {
            "type": "string",
            "maxLength": 2048,
            "pattern": f"^({_URL}|{_PATH})$",
            "examples": ["https://example.com/runs/421", "docs/confirmed/survey.md"],
        }
    ),
]
"""The place of the evidence: an http(s) address, or a path below the working directory."""


class Proof(Spec):
    """One piece of evidence."""

    link: Link = Field(
        description="Where it is: an http(s) address, which is not fetched, or a file below the working directory."
    )
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] = Field(
        description="The SHA-256 digest of its bytes, in hexadecimal; for a file it is checked in every run."
    )


class AttestationSpec(Spec):
    """What is confirmed, by whom, on what evidence, and until when."""

    objective: Text = Field(
        description="The full name of the promise, as reports give it: document/criterion."
    )
    digest: Annotated[str, Field(pattern="^[0-9a-f]{16}$")] = Field(
        description="The digest of the promise, as reports and 'checker explain' give it: editing the promise voids "
        "the attestation."
    )
    statement: Text = Field(description="What was observed, in the words of the person who confirms it.")
    confirmedBy: Text = Field(description="Who confirms it.")  # noqa: N815
    confirmedAt: Moment = Field(description="When it was confirmed, with a time zone.")  # noqa: N815
    validUntil: Moment = Field(  # noqa: N815
        description="When it has to be confirmed again, with a time zone; at most 366 days after confirmedAt."
    )
    evidence: list[Proof] = Field(min_length=1, max_length=50, description="The evidence for the statement.")

    @model_validator(mode="after")
    def _dated(self) -> Self:
        if not self.confirmedAt < self.validUntil <= self.confirmedAt + LONGEST:
            raise ValueError("an attestation ends after it was confirmed, and at most 366 days later")
        return self


class Attestation(Spec):
    """A confirmation of one promise with the indicator {source: Attestation}."""

    apiVersion: Literal["checker/v1"] = Field(description="The version of this format.")  # noqa: N815
    kind: Literal["Attestation"] = Field(description="The kind of this document.")
    metadata: Metadata = Field(description="Its name and labels.")
    spec: AttestationSpec = Field(description="The confirmation.")
