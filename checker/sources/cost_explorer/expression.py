"""Cost Explorer's filter language as YAML: the structure that GetCostAndUsage takes, checked before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from checker.sources.query import Given

Dimension = Literal[
    "AZ", "BILLING_ENTITY", "CACHE_ENGINE", "DATABASE_ENGINE", "DEPLOYMENT_OPTION", "INSTANCE_TYPE",
    "INSTANCE_TYPE_FAMILY", "INVOICING_ENTITY", "LEGAL_ENTITY_NAME", "LINKED_ACCOUNT", "OPERATING_SYSTEM",
    "OPERATION", "PLATFORM", "PURCHASE_TYPE", "RECORD_TYPE", "REGION", "RESERVATION_ID", "SAVINGS_PLANS_TYPE",
    "SAVINGS_PLAN_ARN", "SERVICE", "TENANCY", "USAGE_TYPE", "USAGE_TYPE_GROUP",
]  # fmt: skip
"""The dimensions of costs and usage (context COST_AND_USAGE of GetDimensionValues)."""

Value = Annotated[str, Field(max_length=1024)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class DimensionFilter(_Part):
    """Costs whose dimension has one of the values."""

    Key: Dimension = Field(
        description="The dimension, such as SERVICE, REGION, LINKED_ACCOUNT or RECORD_TYPE."
    )
    Values: tuple[Value, ...] = Field(
        min_length=1, description="The values, exactly as AWS writes them: 'AWS Lambda', 'Amazon DynamoDB'."
    )
    MatchOptions: Given[tuple[Literal["EQUALS", "CASE_SENSITIVE"], ...]] = Field(
        default=None, min_length=1, description="How values are compared."
    )


class _Labelled(_Part):
    Values: tuple[Value, ...] = Field(default=(), description="The values; any of them matches.")
    MatchOptions: Given[tuple[Literal["EQUALS", "CASE_SENSITIVE", "ABSENT"], ...]] = Field(
        default=None, min_length=1, description="How values are compared; ABSENT for costs without any value."
    )

    @model_validator(mode="after")
    def _values_or_absent(self) -> Self:
        absent = "ABSENT" in (self.MatchOptions or ())
        if absent == bool(self.Values):
            raise ValueError("write Values, or MatchOptions: [ABSENT] for costs without any, and not both")
        return self


class TagFilter(_Labelled):
    """Costs of resources with a tag. The tag must be activated as a cost allocation tag."""

    Key: str = Field(min_length=1, max_length=1024, description="The tag's key.")


class CostCategoryFilter(_Labelled):
    """Costs of a cost category."""

    Key: str = Field(min_length=1, max_length=50, description="The cost category's name.")


class Expression(_Part):
    """Which costs: one filter, or several joined by And, Or and Not."""

    And: Given[tuple[Expression, ...]] = Field(
        default=None, min_length=2, description="Costs that meet all of these."
    )
    Or: Given[tuple[Expression, ...]] = Field(
        default=None, min_length=2, description="Costs that meet any of these."
    )
    Not: Given[Expression] = Field(default=None, description="Costs that do not meet this.")
    Dimensions: Given[DimensionFilter] = Field(default=None, description="Costs with a value of a dimension.")
    Tags: Given[TagFilter] = Field(default=None, description="Costs with a value of a tag.")
    CostCategories: Given[CostCategoryFilter] = Field(
        default=None, description="Costs with a value of a cost category."
    )

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if len(self.model_fields_set) != 1:
            written = ", ".join(sorted(self.model_fields_set)) or "nothing"
            raise ValueError(
                f"an expression is one of {', '.join(type(self).model_fields)}, and here is {written}; join several "
                "with And"
            )
        return self


def asked(expression: Expression) -> dict[str, Any]:
    """The expression as GetCostAndUsage takes it."""
    written: dict[str, Any] = expression.model_dump(mode="json", exclude_unset=True)
    return written


def describe(expression: Mapping[str, Any]) -> str:
    """An expression in words: ``SERVICE AWS Lambda or Amazon DynamoDB, and not RECORD_TYPE Credit``."""
    ((kind, inner),) = expression.items()
    match kind:
        case "And":
            return f"({', and '.join(describe(each) for each in inner)})"
        case "Or":
            return f"({', or '.join(describe(each) for each in inner)})"
        case "Not":
            return f"not {describe(inner)}"
    label = {"Tags": "tag ", "CostCategories": "category "}.get(kind, "")
    return f"{label}{inner['Key']} {' or '.join(inner.get('Values', [])) or 'absent'}"
