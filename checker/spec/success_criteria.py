"""``kind: SuccessCriteria``: promises that a release must keep, with thresholds, bands and indicators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import (
    Field,
    ModelWrapValidatorHandler,
    PlainValidator,
    ValidationError,
    WithJsonSchema,
    model_validator,
)

from checker.sources.query import Duration, Given
from checker.spec.evaluation import EvaluationSpec
from checker.spec.fields import Metadata, Name, Spec, Text, ThresholdText, one_of, show
from checker.spec.judging import Day, Judging
from checker.spec.query import BaselineObject, QueryObject
from checker.spec.regression import AllowanceText, FirstRun


class RatioIndicator(Spec):
    """A share of events: good or bad over total. Give exactly one of good and bad.

    A target with > is about the share of good events, one with < about the share of bad events.
    """

    model_config = one_of("good", "bad")

    good: Given[QueryObject] = Field(default=None, description="The query that counts the good events.")
    bad: Given[QueryObject] = Field(default=None, description="The query that counts the bad events.")
    total: QueryObject = Field(description="The query that counts all events.")

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if (self.good is None) == (self.bad is None):
            raise ValueError(
                "a ratio has exactly one of 'good' and 'bad' beside 'total'; write one of the two"
            )
        return self


class FormulaIndicator(Spec):
    """Arithmetic over named metrics: ``+ - * /``, parentheses, numbers and the metrics' names."""

    formula: Text = Field(description="The arithmetic, such as 'cost / customers'.")
    metrics: dict[str, QueryObject] = Field(
        min_length=1, description="The named queries that the formula uses."
    )


def form(written: Mapping[str, Any]) -> Literal["query", "ratio", "formula"]:
    """The intended form of an indicator as written; ``query`` if it cannot be determined."""
    if "source" in written:
        return "query"
    if "formula" in written or "metrics" in written:
        return "formula"
    return "ratio" if "good" in written or "bad" in written or "total" in written else "query"


def _indicator(value: Any) -> dict[str, Any] | RatioIndicator | FormulaIndicator:
    if not isinstance(value, dict):
        raise ValueError(f"expected a mapping, found {show(value)}")
    match form(value):
        case "ratio":
            return RatioIndicator.model_validate(value)
        case "formula":
            return FormulaIndicator.model_validate(value)
    return value


Indicator = Annotated[
    dict[str, Any] | RatioIndicator | FormulaIndicator,
    PlainValidator(_indicator),
    WithJsonSchema({"type": "object", "x-definition": "Indicator"}),
]
"""A query as written, or one of the other forms; in the generated schema, ``Indicator`` chooses as ``form`` does."""


class Criterion(Judging):
    """One promise."""

    name: Name = Field(description="Unique in its document; reports show it as document/name.")
    displayName: Given[Text] = Field(default=None, description="The name shown to people.")  # noqa: N815
    description: Given[Text] = Field(default=None, description="What is promised, and why.")
    indicator: Indicator = Field(description="How it is measured: a query, a ratio of two, or a formula.")
    target: Given[ThresholdText] = Field(
        default=None, description="What is promised, such as '< 500 ms'. The outcome is PASS if it is met."
    )
    warning: Given[ThresholdText] = Field(
        default=None, description="Where the WARN band begins; checked against target and critical."
    )
    critical: Given[ThresholdText] = Field(
        default=None, description="Where it becomes a FAIL; a value between target and critical is WARN."
    )
    window: Given[Duration] = Field(default=None, description="The time measured, up to now: 1h, 1d, 30d.")
    evaluation: Given[EvaluationSpec] = Field(
        default=None,
        description="Judge each period by itself, as a CloudWatch alarm does; enough missed periods are a miss.",
    )
    regression: Given[AllowanceText] = Field(
        default=None,
        description="How far the value may be from the baseline, such as '<= +10 %', '>= -5 % of baseline', "
        "'<= +50 ms' or '>= -0.5 points'. Without a target it stands alone; with one, both have to hold.",
    )
    baseline: Given[BaselineObject] = Field(
        default=None, description="Which earlier reports the value is compared with."
    )
    firstRun: FirstRun = Field(  # noqa: N815
        default="inconclusive",
        description="The outcome if no earlier report is usable: inconclusive, or pass, which the report then notes.",
    )

    @model_validator(mode="wrap")
    @classmethod
    def _promised(cls, data: Any, read: ModelWrapValidatorHandler[Self]) -> Self:
        """Reports a missing target if there is no regression either, together with all other mistakes."""
        if not isinstance(data, dict) or "target" in data or "regression" in data:
            return read(data)
        lacking: Any = {"type": "missing", "loc": ("target",), "input": data}
        try:
            read(data)
        except ValidationError as error:
            others: list[Any] = [
                {key: each[key] for key in ("type", "loc", "input", "ctx") if key in each}
                for each in error.errors(include_url=False)
            ]
            raise ValidationError.from_exception_data(cls.__name__, [*others, lacking]) from None
        raise ValidationError.from_exception_data(cls.__name__, [lacking])

    @model_validator(mode="after")
    def _compared(self) -> Self:
        if (self.regression is None) != (self.baseline is None):
            raise ValueError(
                "'regression' says how far from the 'baseline' a value may be; write both, or neither"
            )
        if self.regression is None and self.firstRun != "inconclusive":
            raise ValueError("'firstRun' needs a 'regression', and there is none")
        if self.target is None and (self.warning is not None or self.critical is not None):
            raise ValueError("'warning' and 'critical' need a 'target', and there is none")
        if self.regression is not None and self.evaluation is not None:
            raise ValueError(
                "an evaluation judges each period, and a regression one value; write two criteria"
            )
        return self


class SuccessCriteriaSpec(Spec):
    """The promises of one release or one service."""

    description: Given[Text] = Field(default=None, description="What these criteria are for.")
    service: Given[Text] = Field(default=None, description="The service that makes the promises.")
    owner: Given[Text] = Field(
        default=None, description="Who is responsible for them; a criterion may name another owner."
    )
    reviewBy: Given[Day] = Field(  # noqa: N815
        default=None,
        description="The date by which the criteria are to be reviewed, as in '2026-06-30'.",
    )
    window: Given[Duration] = Field(default=None, description="The window of criteria that state none.")
    criteria: list[Criterion] = Field(min_length=1, max_length=10_000, description="The promises.")


class SuccessCriteria(Spec):
    """Success criteria for a release: promises that OpenSLO cannot express."""

    apiVersion: Literal["checker/v1"] = Field(description="The version of this format.")  # noqa: N815
    kind: Literal["SuccessCriteria"] = Field(description="The kind of this document.")
    metadata: Metadata = Field(description="Its name and labels.")
    spec: SuccessCriteriaSpec = Field(description="The criteria themselves.")
