"""The model of a CloudWatchLogs query."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema, model_validator

from checker.sources.query import Duration, Given, Query
from checker.units import NUMBER, Unit, describe, parse_unit

LAG = 300
BYTE_BUDGET = 100 * 10**9
"""The default budget: 100 GB scanned."""

_NAME = re.compile(r"[.\-_/#A-Za-z0-9]{1,512}")
_ARN = re.compile(r"arn:aws[a-z-]*:logs:[a-z0-9-]+:[0-9]{12}:log-group:[.\-_/#A-Za-z0-9]{1,512}")


def _log_group(value: Any) -> str:
    text = str(value)
    if isinstance(value, str) and (_NAME.fullmatch(text) or _ARN.fullmatch(text)):
        return text
    if text.endswith("*"):
        whole = text.removesuffix("*").removesuffix(":")
        if _ARN.fullmatch(whole):
            raise ValueError(f"{text!r} ends with '*', which a query does not accept; write {whole!r}")
        raise ValueError(f"{text!r} is not the name of a log group; write prefixes under logGroupPrefixes")
    raise ValueError(
        f"{text!r} is not a log group; write its name, such as /aws/lambda/shop, or its ARN, such as "
        "arn:aws:logs:eu-central-1:111122223333:log-group:/aws/lambda/shop"
    )


LogGroup = Annotated[
    str,
    PlainValidator(_log_group),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 2048, "examples": ["/aws/lambda/shop"]}),
]
Prefix = Annotated[str, Field(pattern=r"^[.\-_/#A-Za-z0-9]{1,512}$", examples=["/aws/lambda/shop-"])]


def _known_unit(text: str) -> str:
    parse_unit(text)
    return text


UnitName = Annotated[str, AfterValidator(_known_unit), Field(examples=["ms", "s", "count", "B", "USD"])]

_AMOUNT = re.compile(r"([0-9]{1,20}(?:\.[0-9]{1,20})?)\s*([A-Za-z]+)")


def _bytes(value: Any) -> int:
    """``5 GB`` in bytes, rounded down. Raises ValueError."""
    found = _AMOUNT.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise ValueError(
            f"{value!r} is not an amount of data; write a number and a unit, as in 500 MB or 5 GB"
        )
    unit = parse_unit(found[2])
    if unit.dimensions != (("data", 1),):
        raise ValueError(f"{value!r} is {describe(unit)}; write an amount of data, as in 500 MB or 5 GB")
    amount = int(Fraction(Decimal(found[1])) * unit.factor)
    if amount < 1:
        raise ValueError(f"{value!r} is less than a byte; write an amount such as 5 GB")
    return amount


ByteBudget = Annotated[
    int,
    PlainValidator(_bytes),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9.]+\s*[A-Za-z]+$", "examples": ["500 MB", "5 GB"]}),
]

Combine = Literal["sum", "min", "max", "mean"]


class CloudWatchLogsQuery(Query):
    """Numbers computed from log events by a CloudWatch Logs Insights query: one row, or one row for each time bin."""

    source: Literal["CloudWatchLogs"] = Field(description="Amazon CloudWatch Logs, read by Logs Insights.")
    logGroups: tuple[LogGroup, ...] = Field(  # noqa: N815
        default=(),
        max_length=50,
        description="The log groups: names, or ARNs for other accounts' log groups in a monitoring account.",
    )
    logGroupPrefixes: tuple[Prefix, ...] = Field(  # noqa: N815
        default=(), max_length=5, description="Instead of logGroups: prefixes of log group names."
    )
    query: str = Field(
        # An explicit title: the generated schema uses "Query" for the definition that all sources share.
        title="Logs Insights QL",
        min_length=1,
        max_length=10_000,
        description="The query in Logs Insights QL. It ends in stats; checker adds the time range and the limit.",
    )
    column: Given[Annotated[str, Field(min_length=1)]] = Field(
        default=None,
        description="The column with the number. If it is left out, the answer must have one column besides time and "
        "samples. Queries that differ only in their columns are asked once.",
    )
    samples: Given[Annotated[str, Field(min_length=1)]] = Field(
        default=None,
        description="The column with the number of events behind the number, such as count(@duration); "
        "if it is left out, all events that match the query count.",
    )
    time: Given[Annotated[str, Field(min_length=1)]] = Field(
        default=None, description="The column with bin(...), if the query returns a row for each bin."
    )
    combine: Given[Combine] = Field(
        default=None,
        description="With time: how the bins are combined into one value. sum for counts and sums; max or min for the "
        "worst bin; mean if column holds sums and samples their counts.",
    )
    unit: Given[UnitName] = Field(
        default=None,
        description="The unit of the number, because logs have none. checker converts it to the threshold's unit. "
        "By default it is a plain number.",
    )
    lag: Given[Duration] = Field(
        default=None,
        description="How long events may take to arrive; the window ends that long ago. 5m by default.",
    )
    byteBudget: Given[ByteBudget] = Field(  # noqa: N815
        default=None,
        description="Scanning more than this is an error, and stops the query. 100 GB by default.",
    )

    @model_validator(mode="after")
    def _one_choice_of_log_groups(self) -> Self:
        if not self.logGroups and not self.logGroupPrefixes:
            raise ValueError("no log group is named; name them under logGroups, or under logGroupPrefixes")
        if self.logGroups and self.logGroupPrefixes:
            raise ValueError("AWS takes logGroups or logGroupPrefixes, not both; remove one of the two")
        return self


def lag(query: CloudWatchLogsQuery) -> int:
    """Seconds between the window's end and the moment that is judged."""
    return LAG if query.lag is None else int(query.lag)


def unit(query: CloudWatchLogsQuery) -> Unit:
    """The unit that the query states, or a plain number."""
    return NUMBER if query.unit is None else parse_unit(query.unit)


def sums(query: CloudWatchLogsQuery) -> bool:
    """Whether the answer is a sum over the window, which has a mean rate."""
    return query.combine == "sum"


def budget(query: CloudWatchLogsQuery) -> int:
    """The most bytes that the query may scan."""
    return BYTE_BUDGET if query.byteBudget is None else query.byteBudget
