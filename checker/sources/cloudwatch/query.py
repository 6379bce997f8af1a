"""The model of a CloudWatch query, and the checks before it is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, PlainValidator, WithJsonSchema

from checker.sources import Problem
from checker.sources.query import Duration, Given, Query
from checker.units import COUNT, NUMBER, PERCENT, Unit, format_duration, parse_unit

DAY = 86400

CloudWatchUnit = Literal[
    "Seconds", "Microseconds", "Milliseconds", "Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes",
    "Bits", "Kilobits", "Megabits", "Gigabits", "Terabits", "Percent", "Count", "Bytes/Second",
    "Kilobytes/Second", "Megabytes/Second", "Gigabytes/Second", "Terabytes/Second", "Bits/Second",
    "Kilobits/Second", "Megabits/Second", "Gigabits/Second", "Terabits/Second", "Count/Second", "None",
]  # fmt: skip

BASIC = ("Sum", "SampleCount", "Average", "Minimum", "Maximum")
_BOUND = r"[0-9]+(\.[0-9]+)?%?"
_EXTENDED = re.compile(
    rf"(p|tm|wm|tc|ts)(100|[0-9]{{1,2}}(\.[0-9]{{1,10}})?)|IQM|(PR|TM|WM|TC|TS)\(({_BOUND})?:({_BOUND})?\)"
)
_BELOW_ONE = re.compile(r"(p|tm|wm|tc|ts)(0\.0*[1-9][0-9]*)")


def _statistic(value: object) -> str:
    if isinstance(value, str) and (value in BASIC or _EXTENDED.fullmatch(value)):
        return value
    text = str(value)
    meant = {"avg": "Average", "mean": "Average", "min": "Minimum", "max": "Maximum", "count": "SampleCount"}
    likely = meant.get(text.lower()) or next((name for name in BASIC if name.lower() == text.lower()), None)
    if likely is None and _EXTENDED.fullmatch(text.lower()):
        likely = text.lower()
    hint = (
        f"; did you mean {likely!r}?"
        if likely
        else f"; write {', '.join(BASIC)}, or a percentile such as p95"
    )
    raise ValueError(f"{text!r} is not a CloudWatch statistic{hint}")


Statistic = Annotated[
    str,
    PlainValidator(_statistic),
    WithJsonSchema({"type": "string", "examples": [*BASIC, "p95", "p99.9", "tm99", "PR(:300)"]}),
]


class CloudWatchQuery(Query):
    """One statistic of a CloudWatch metric over the window."""

    source: Literal["CloudWatch"] = Field(description="Amazon CloudWatch metrics, read by GetMetricData.")
    namespace: str = Field(min_length=1, max_length=255, description="The namespace, such as AWS/ApiGateway.")
    metricName: str = Field(min_length=1, max_length=255, description="The metric's name.")  # noqa: N815
    stat: Statistic = Field(
        description="The statistic: Sum, Average, p95, ... There is no default, on purpose."
    )
    dimensions: dict[str, str] = Field(
        default_factory=dict,
        max_length=30,
        description="The dimensions, exactly as published, as in {ApiName: shop}: a subset of them matches nothing.",
    )
    unit: Given[CloudWatchUnit] = Field(
        default=None,
        description="The unit the metric is published in. CloudWatch answers only data of this unit; "
        "checker converts it to the threshold's unit.",
    )
    period: Given[Duration] = Field(
        default=None,
        description="The spacing of the points; by default 5m for a window of up to a day, and 1h beyond.",
    )
    lag: Given[Duration] = Field(
        default=None,
        description="How long data may take to arrive; the window ends that long ago. 5m by default.",
    )
    accountId: Given[Annotated[str, Field(pattern="^[0-9]{12}$")]] = Field(  # noqa: N815
        default=None, description="The source account, if the connection is to a monitoring account."
    )


def unit(query: CloudWatchQuery) -> Unit:
    """The unit of the answer: a count for counts, percent for ranks, otherwise the metric's own.

    GetMetricData does not return units, so without ``unit`` the answer is a plain number, which cannot be compared
    with a time or an amount of data.
    """
    if query.stat == "SampleCount" or query.stat.lower().startswith("tc"):
        return COUNT
    if query.stat.startswith("PR("):
        return PERCENT
    return NUMBER if query.unit in (None, "None") else parse_unit(str(query.unit))


def quantile_of(stat: str) -> str | None:
    """The percentage of a percentile statistic as text: ``95`` for p95; None for any other statistic."""
    return stat[1:] if re.fullmatch(r"p[0-9.]+", stat) else None


def percentile(query: CloudWatchQuery) -> bool:
    """Whether the answer is a percentile, which can have a confidence bound."""
    return quantile_of(query.stat) is not None


_LATENCY = re.compile(r"(?i).*(latency|response_?time)")


def lower_is_better(query: CloudWatchQuery) -> bool | None:
    """True for the average, maximum or a percentile of a metric with the name of a latency; otherwise None, because
    nothing is known about the metric."""
    level = query.stat in ("Average", "Maximum") or percentile(query)
    return True if level and _LATENCY.fullmatch(query.metricName) else None


def sums(query: CloudWatchQuery) -> bool:
    """Whether the answer is a sum over the window, which has a mean rate."""
    return query.stat in ("Sum", "SampleCount")


def not_a_count(query: CloudWatchQuery) -> Problem | None:
    """Why the answer is not a number of events, so that no ratio can be made of it."""
    if query.stat in ("Sum", "SampleCount") or query.stat.lower().startswith("tc"):
        return None
    return Problem("stat", f"{query.stat} is not a count of events", "write Sum or SampleCount")


def spans_periods(query: CloudWatchQuery) -> bool:
    """Whether the value of several periods can be computed from the values of each."""
    return query.stat in BASIC or quantile_of(query.stat) is not None


def period_of(query: CloudWatchQuery, window: int) -> int:
    """The spacing of the points, in seconds."""
    if query.period is not None:
        return int(query.period)
    for candidate in (300, 60) if window <= DAY else (3600, 300, 60):
        if window % candidate == 0:
            return candidate
    return 60


def check(query: CloudWatchQuery, window: int | None) -> Iterator[Problem]:
    """The problems of a query: periods that CloudWatch does not have, windows that are no multiple of the period,
    and statistics that cannot be combined over the window."""
    if window is None:
        return
    period = period_of(query, window)
    if period % 60 and period not in (1, 5, 10, 20, 30):
        yield Problem(
            "period",
            f"CloudWatch has no period of {format_duration(period)}",
            "write 1s, 5s, 10s, 20s, 30s or a multiple of 1m",
        )
    elif window % period:
        yield Problem(
            "period" if query.period else "",
            f"the window of {format_duration(window)} is not a whole number of periods of {format_duration(period)}",
            "choose a window that is a multiple of the period",
        )
    if query.period is not None and query.period > DAY:
        yield Problem("period", "a period is at most one day", "write 1d or less")
    if window > DAY and not spans_periods(query):
        yield Problem(
            "stat",
            f"{query.stat} over {format_duration(window)} cannot be computed from shorter periods, "
            "and CloudWatch has none longer than a day",
            "use a window of at most 1d, or a percentile or basic statistic",
        )
    if found := _BELOW_ONE.fullmatch(query.stat):
        likely = f"{found[1]}{(Decimal(found[2]) * 100).normalize():f}"
        yield Problem(
            "stat",
            f"{query.stat} is about {found[2]} % of the samples: CloudWatch's percentiles are in percent",
            f"write {likely}",
        )
    if query.stat == "p100":
        yield Problem("stat", "p100 is the maximum", "write Maximum")
