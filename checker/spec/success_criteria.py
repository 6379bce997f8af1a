"""``kind: SuccessCriteria``: promises that a release must keep, with thresholds, bands and their indicator."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from checker.sources.query import Duration, Given
from checker.spec.fields import Metadata, Name, Spec, Text, ThresholdText
from checker.spec.judging import Judging
from checker.spec.query import QueryObject


class RatioIndicator(Spec):
    """A share of events: good or bad over total. Give exactly one of good and bad.

    A target with > is about the share of good events, one with < about that of bad ones.
    """

    good: Given[QueryObject] = Field(default=None, description="The query that counts the good events.")
    bad: Given[QueryObject] = Field(default=None, description="The query that counts the bad events.")
    total: QueryObject = Field(description="The query that counts all events.")

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if (self.good is None) == (self.bad is None):
            raise ValueError("a ratio needs exactly one of 'good' and 'bad' beside 'total'")
        return self


class FormulaIndicator(Spec):
    """Arithmetic over named metrics: ``+ - * /``, parentheses, numbers and the metrics' names."""

    formula: Text = Field(description="The arithmetic, such as 'cost / customers'.")
    metrics: dict[str, QueryObject] = Field(
        min_length=1, description="The named queries that the formula uses."
    )


INDICATOR_FORMS = ("query", "ratio", "formula")
"""The tags below; pydantic puts them into the path of an error, the file does not have them."""


def form(written: Any) -> str:
    """Which of the forms an indicator as written means to be; a query, if it cannot be told."""
    keys = set(written) if isinstance(written, dict) else set()
    if "source" in keys:
        return "query"
    if {"formula", "metrics"} & keys:
        return "formula"
    return "ratio" if {"good", "bad", "total"} & keys else "query"


Indicator = Annotated[
    Annotated[QueryObject, Tag("query")]
    | Annotated[RatioIndicator, Tag("ratio")]
    | Annotated[FormulaIndicator, Tag("formula")],
    Discriminator(form),
]


class Criterion(Judging):
    """One promise."""

    name: Name = Field(description="Unique in its document; the report calls it document/name.")
    displayName: Given[Text] = Field(default=None, description="The name people see.")  # noqa: N815
    description: Given[Text] = Field(default=None, description="What is promised, and why.")
    indicator: Indicator = Field(description="How it is measured: a query, a ratio of two, or a formula.")
    target: ThresholdText = Field(description="What is promised, such as '< 500 ms'. Met is PASS.")
    warning: Given[ThresholdText] = Field(
        default=None, description="Where the middle band begins; checked against target and critical."
    )
    critical: Given[ThresholdText] = Field(
        default=None, description="Where it becomes a FAIL; between target and critical is WARN."
    )
    window: Given[Duration] = Field(default=None, description="The time measured, up to now: 1h, 1d, 30d.")


class SuccessCriteriaSpec(Spec):
    """The promises of one release or one service."""

    description: Given[Text] = Field(default=None, description="What these criteria are for.")
    service: Given[Text] = Field(default=None, description="The service that makes the promises.")
    owner: Given[Text] = Field(
        default=None, description="Who answers for them; a criterion may name another."
    )
    window: Given[Duration] = Field(default=None, description="The window of criteria that name none.")
    criteria: list[Criterion] = Field(min_length=1, description="The promises.")


class SuccessCriteria(Spec):
    """Success criteria for a release: promises that OpenSLO has no words for."""

    apiVersion: Literal["checker/v1"] = Field(description="The version of this format.")  # noqa: N815
    kind: Literal["SuccessCriteria"] = Field(description="The kind of this document.")
    metadata: Metadata = Field(description="Its name and labels.")
    spec: SuccessCriteriaSpec = Field(description="The criteria themselves.")
