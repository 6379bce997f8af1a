"""The model of a DynamoDB query, and the checks before it is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    StrictBool,
    StrictInt,
    WithJsonSchema,
    model_validator,
)

from checker.sources import Problem, Range
from checker.sources.dynamodb.conditions import Condition, parse
from checker.sources.query import Given, Query
from checker.units import COUNT, Unit

Conditions = Annotated[
    tuple[Condition, ...],
    PlainValidator(parse),
    WithJsonSchema(
        {
            "type": ["string", "number", "boolean", "array"],
            "items": {"type": ["string", "number", "boolean"]},
            "description": "A value that the attribute equals, or a comparison: an operator (<, <=, ==, !=, >=, >) "
            "and a number, a time (2026-01-31T00:00:00Z) or a time relative to the run (now - 30d); end a time "
            "with 'as epoch seconds' or 'as epoch milliseconds' if items store it as a number. In a list of values "
            "any of them may match; in a list of comparisons all must hold.",
            "examples": ["active", 5, True, "!= closed", "> 5", ">= now - 30d", "< now as epoch seconds"],
        }
    ),
]

AttributeName = Annotated[str, Field(min_length=1, max_length=255)]
TableName = Annotated[
    str,
    Field(
        pattern=r"^(arn:[^:]+:dynamodb:[^:]+:[0-9]{12}:table/)?[A-Za-z0-9_.-]{3,255}$",
        description="The table's name, or its ARN if it belongs to another account.",
    ),
]
IndexName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{3,255}$")]

Where = dict[AttributeName, Conditions]

_WHERE = (
    "Conditions by attribute; an item counts if it meets all of them. An attribute that is missing or cannot be "
    "compared is an error, unless another condition rules the item out."
)
_EXISTS = "Attributes that an item has to have; items without one of them do not count."
_MISSING = "Attributes that an item must not have; items with one of them do not count."
_INDEX = "A secondary index to query, with keyCondition, instead of reading the whole table."
_KEY_CONDITION = (
    "The key to query: the partition key's value, and at most one comparison of the sort key. Times can only be "
    "compared with '>=' and '<'."
)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Within(_Part):
    """Another table: a distinct value counts only if an item there has it."""

    table: TableName
    key: AttributeName = Field(description="The attribute there that holds the value.")
    where: Where = Field(default_factory=dict, description=_WHERE)
    whereExists: tuple[AttributeName, ...] = Field(default=(), description=_EXISTS)  # noqa: N815
    whereMissing: tuple[AttributeName, ...] = Field(default=(), description=_MISSING)  # noqa: N815
    index: Given[IndexName] = Field(default=None, description=_INDEX)
    keyCondition: Given[Where] = Field(default=None, description=_KEY_CONDITION)  # noqa: N815


class Count(_Part):
    """What is counted: items, or the distinct values of one attribute."""

    distinct: Given[AttributeName] = Field(
        default=None, description="Count the distinct values of this attribute instead of the items."
    )
    where: Where = Field(default_factory=dict, description=_WHERE)
    whereExists: tuple[AttributeName, ...] = Field(default=(), description=_EXISTS)  # noqa: N815
    whereMissing: tuple[AttributeName, ...] = Field(default=(), description=_MISSING)  # noqa: N815
    within: Given[Within] = Field(
        default=None, description="Count a distinct value only if an item of another table has it too."
    )

    @model_validator(mode="after")
    def _distinct_within(self) -> Self:
        if self.within is not None and self.distinct is None:
            raise ValueError(
                "'within' compares distinct values: say with 'distinct' which attribute holds them"
            )
        return self


class DynamoDBQuery(Query):
    """A count of the items of a table, or of the distinct values of an attribute, at the run's moment."""

    source: Literal["DynamoDB"] = Field(description="Counts items of Amazon DynamoDB, by Query or Scan.")
    table: TableName
    count: Count = Field(default_factory=Count, description="What is counted; without it, all items.")
    index: Given[IndexName] = Field(default=None, description=_INDEX)
    keyCondition: Given[Where] = Field(default=None, description=_KEY_CONDITION)  # noqa: N815
    consistentRead: StrictBool = Field(  # noqa: N815
        default=False,
        description="Strongly consistent reads, at twice the capacity; not for global secondary indexes.",
    )
    segments: StrictInt = Field(
        default=1, ge=1, le=16, description="How many parts of the table a scan reads in parallel."
    )
    maxItems: StrictInt = Field(  # noqa: N815
        default=1_000_000, ge=1, description="Reading more items of a table than this is an error."
    )
    capacityBudget: StrictInt = Field(  # noqa: N815
        default=20_000,
        ge=1,
        description="Consuming more read capacity units than this on a table is an error. "
        "A unit reads 8 KB, with consistentRead 4 KB.",
    )


def unit(query: DynamoDBQuery) -> Unit:
    """Always a count."""
    return COUNT


def possible(query: DynamoDBQuery) -> Range:
    """A count is at most maxItems."""
    why = f"a count lies between 0 and maxItems ({query.maxItems}), because reading more is an error"
    return Range(Fraction(0), Fraction(query.maxItems), why)


def check(query: DynamoDBQuery, window: int | None) -> Iterator[Problem]:
    """The problems of a query: indexes without keys, and keys that cannot be queried."""
    yield from _key_problems("", query.index, query.keyCondition)
    within = query.count.within
    if within is not None:
        yield from _key_problems("count", within.index, within.keyCondition)
    scans = query.keyCondition is None or (within is not None and within.keyCondition is None)
    if query.segments > 1 and not scans:
        yield Problem(
            "segments",
            "only a scan has segments, and this is a query by key",
            "remove segments, or keyCondition",
        )


def _key_problems(
    key: str, index: str | None, conditions: Mapping[str, tuple[Condition, ...]] | None
) -> Iterator[Problem]:
    where = key or ("index" if conditions is None else "keyCondition")
    inside = "within: " if key else ""
    if conditions is None:
        if index is not None:
            yield Problem(
                where,
                f"{inside}the index {index} is named without a key to query",
                "add keyCondition with the value of the index's partition key, or remove index",
            )
        return
    single = [each[0] for each in conditions.values() if len(each) == 1]
    if len(single) < len(conditions) or not 1 <= len(single) <= 2:
        yield Problem(
            where,
            f"{inside}a key is queried by one condition on the partition key and at most one on the sort key",
            "move the other conditions to where",
        )
    elif not any(each.equality for each in single):
        yield Problem(
            where,
            f"{inside}the partition key has no value",
            "write the one value of the partition key, as in 'status: active'",
        )
    for condition in single:
        if condition.operator == "!=" or condition.kind == "BOOL" or len(condition.values) > 1:
            yield Problem(where, f"{inside}a key cannot be queried by {condition.text!r}", "move it to where")
        if condition.kind == "time" and condition.operator not in (">=", "<"):
            yield Problem(
                where,
                f"{inside}{condition.text!r}: a key orders times as text, and only >= and < are exact there",
                "write it with >= or <",
            )
