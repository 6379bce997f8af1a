"""What a CloudWatch query may say, and what is wrong with one before it is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
    """One metric of CloudWatch, with one statistic, over the window."""

    source: Literal["CloudWatch"] = Field(description="Amazon CloudWatch metrics, asked by GetMetricData.")
    namespace: str = Field(min_length=1, max_length=255, description="The namespace, such as AWS/ApiGateway.")
    metricName: str = Field(min_length=1, max_length=255, description="The metric's name.")  # noqa: N815
    stat: Statistic = Field(
        description="The statistic: Sum, Average, p95, ... There is no default, on purpose."
    )
    dimensions: dict[str, str] = Field(
        default_factory=dict,
        max_length=30,
        description="The dimensions, exactly as published: a subset of them matches nothing.",
    )
    unit: Given[CloudWatchUnit] = Field(
        default=None,
        description="The unit the metric is published in. CloudWatch answers only data of this unit; "
        "checker converts it to the threshold's.",
    )
    period: Given[Duration] = Field(
        default=None,
        description="The spacing of the points; 5m up to a day and 1h beyond, unless said otherwise.",
    )
    lag: Given[Duration] = Field(
        default=None,
        description="How long data may take to arrive; the window ends that long ago. 5m by default.",
    )
    accountId: Given[Annotated[str, Field(pattern="^[0-9]{12}$")]] = Field(  # noqa: N815
        default=None, description="The source account, when a monitoring account is asked."
    )


def unit(query: CloudWatchQuery) -> Unit:
    """The unit of the answer: a count for counts, a percentage for ranks, else the metric's own.

    GetMetricData answers no units, so without ``unit`` the answer is a plain number, which compares with no
    time and no amount of data.
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
    """Whether the answer is a percentile, which can be given a confidence bound."""
    return quantile_of(query.stat) is not None


_LATENCY = re.compile(r"(?i).*(latency|response_?time)")


def lower_is_better(query: CloudWatchQuery) -> bool | None:
    """Whether it is a latency by its name: its average, its maximum or a percentile. Of no other metric is it known
    here what its numbers are good for."""
    level = query.stat in ("Average", "Maximum") or percentile(query)
    return True if level and _LATENCY.fullmatch(query.metricName) else None


def sums(query: CloudWatchQuery) -> bool:
    """Whether the answer is a sum over the window, which has a mean rate."""
    return query.stat in ("Sum", "SampleCount")


def not_a_count(query: CloudWatchQuery) -> Problem | None:
    """What keeps the answer from being a number of events, of which a share can be made."""
    if query.stat in ("Sum", "SampleCount") or query.stat.lower().startswith("tc"):
        return None
    return Problem("stat", f"{query.stat} is no count of events", "write Sum or SampleCount")


def spans_periods(query: CloudWatchQuery) -> bool:
    """Whether the statistic of several periods follows from those of each."""
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
    """What is wrong with a query before it is asked: periods CloudWatch does not have, windows that do not hold
    a whole number of them, and statistics that cannot be combined over the window."""
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
    if query.stat == "p100":
        yield Problem("stat", "p100 is the maximum", "write Maximum")
