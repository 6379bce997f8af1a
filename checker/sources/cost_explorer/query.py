"""The model of a CostExplorer query, and the checks before it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, StrictBool, StrictInt, WithJsonSchema

from checker.sources import Problem, Range
from checker.sources.cost_explorer.expression import Expression
from checker.sources.query import Duration, Given, Query
from checker.units import NUMBER, Unit, parse_unit

DAY = 86400
METRICS = ("UnblendedCost", "AmortizedCost", "NetUnblendedCost", "NetAmortizedCost", "UsageQuantity")
MOST_PERIODS = {"DAILY": 366, "MONTHLY": 38}
"""Cost Explorer keeps at most 38 months; more than a year of days is not needed for a promise."""

GROUPED_DIMENSIONS = (
    "AZ", "INSTANCE_TYPE", "INVOICING_ENTITY", "LEGAL_ENTITY_NAME", "LINKED_ACCOUNT", "OPERATION", "PLATFORM",
    "PURCHASE_TYPE", "RECORD_TYPE", "REGION", "SERVICE", "TENANCY", "USAGE_TYPE",
)  # fmt: skip

Currency = Literal["USD", "EUR", "GBP", "JPY", "CHF", "AUD", "CAD", "INR"]


def _metric(value: object) -> str:
    if isinstance(value, str) and value in METRICS:
        return value
    if value == "BlendedCost":
        raise ValueError(
            "BlendedCost mixes the rates of an organisation's accounts, so nobody is charged that amount; write "
            "UnblendedCost (as charged), or AmortizedCost (with prepayments spread over their term)"
        )
    likely = next((name for name in METRICS if name.lower() == str(value).lower()), None)
    hint = f"did you mean {likely!r}?" if likely else f"write one of {', '.join(METRICS)}"
    raise ValueError(f"{str(value)!r} is not a metric of Cost Explorer; {hint}")


Metric = Annotated[
    str, PlainValidator(_metric), WithJsonSchema({"type": "string", "examples": list(METRICS)})
]


class GroupBy(BaseModel):
    """What costs are grouped by."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    Type: Literal["DIMENSION", "TAG", "COST_CATEGORY"] = Field(
        default="DIMENSION", description="Whether Key is a dimension, a tag or a cost category."
    )
    Key: str = Field(min_length=1, max_length=1024, description="Its name, such as SERVICE.")


class CostExplorerQuery(Query):
    """The costs, or usage, of the last whole days or months."""

    source: Literal["CostExplorer"] = Field(
        description="Costs and usage from AWS Cost Explorer, by GetCostAndUsage. AWS charges 0.01 USD for each request."
    )
    granularity: Literal["DAILY", "MONTHLY"] = Field(
        description="Whether the periods are days or calendar months, in UTC."
    )
    periods: StrictInt = Field(default=1, ge=1, description="How many of the last whole days or months.")
    lag: Given[Duration] = Field(
        default=None,
        description="How long ago the last period must have ended, because costs take about a day to arrive; 1d by "
        "default. For final months, write 10d: AWS closes a bill some days into the next month.",
    )
    metric: Metric = Field(
        description="UnblendedCost (as charged), AmortizedCost (with prepayments spread over their term), "
        "NetUnblendedCost and NetAmortizedCost (after discounts), or UsageQuantity."
    )
    filter: Given[Expression] = Field(
        default=None, description="Which costs, in Cost Explorer's own expression language; by default all."
    )
    groupBy: Given[GroupBy] = Field(  # noqa: N815
        default=None,
        description="Group the costs, and take one group. Several promises about groups of the same grouping share "
        "one request.",
    )
    group: Given[str] = Field(
        default=None,
        description="The group to take, such as 'AWS Lambda'; '' for costs without the tag or category.",
    )
    combine: Literal["sum", "mean"] = Field(
        default="sum", description="Whether the answer is the sum of the periods or their mean."
    )
    currency: Currency = Field(
        default="USD", description="The currency of the bill. An answer in another one is an error."
    )
    allowEstimated: StrictBool = Field(  # noqa: N815
        default=False,
        description="Accept amounts that AWS calls estimated, which they are until a month's bill is final. "
        "Otherwise they are an error, because they may still grow.",
    )
    allowZero: StrictBool = Field(  # noqa: N815
        default=False,
        description="Accept that nothing at all was spent. Otherwise that is no data, because Cost Explorer also "
        "returns zero for a misspelt filter.",
    )


def lag_of(query: CostExplorerQuery) -> int:
    """How long ago the last period must have ended, in seconds."""
    return DAY if query.lag is None else int(query.lag)


def unit(query: CostExplorerQuery) -> Unit:
    """The currency; for usage a plain number, because its unit is not known before asking."""
    return NUMBER if query.metric == "UsageQuantity" else parse_unit(query.currency)


def possible(query: CostExplorerQuery) -> Range | None:
    """Any amount of money: credits and refunds may exceed the costs."""
    return None if query.metric == "UsageQuantity" else Range(None, None)


def sums(query: CostExplorerQuery) -> bool:
    """Whether the answer is a sum over its periods, which has a mean rate."""
    return query.combine != "mean"


def check(query: CostExplorerQuery, window: int | None) -> Iterator[Problem]:
    """The problems of a query: too many periods, grouping without a group (or the reverse), a currency for usage."""
    most = MOST_PERIODS[query.granularity]
    if query.periods > most:
        yield Problem(
            "periods", f"Cost Explorer is asked for at most {most} periods", f"write {most} or less"
        )
    if lag_of(query) > 31 * DAY:
        yield Problem("lag", "costs do not take longer than a month to arrive", "write 31d or less")
    if query.groupBy is not None and query.group is None:
        yield Problem("groupBy", "groupBy needs a group", "add group, or remove groupBy")
    if query.groupBy is None and query.group is not None:
        yield Problem("group", "a group needs groupBy", "add groupBy, as in {Key: SERVICE}")
    if query.groupBy is not None and query.groupBy.Type == "DIMENSION":
        if query.groupBy.Key not in GROUPED_DIMENSIONS:
            yield Problem(
                "groupBy",
                f"Cost Explorer does not group by the dimension {query.groupBy.Key!r}",
                f"write one of {', '.join(GROUPED_DIMENSIONS)}; for a tag, add Type: TAG",
            )
        if query.group == "":
            yield Problem("group", "no dimension has an empty value", "write the group's name")
    if query.metric == "UsageQuantity" and "currency" in query.model_fields_set:
        yield Problem("currency", "usage has no currency", "remove currency")
