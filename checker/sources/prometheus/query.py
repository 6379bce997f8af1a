"""The model of a Prometheus query, and the checks before it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, WithJsonSchema

from checker.sources import Problem
from checker.sources.prometheus import promql
from checker.sources.query import Duration, Given, Query
from checker.units import COUNT, NUMBER, Unit, format_duration, parse_unit

DAY = 86400
LONGEST_QUERY = 16_384
MOST_POINTS = 220_000
"""The most steps in a window; more would take over 20 requests for one query."""


def _promql(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(
            "expected a PromQL expression as text, such as sum(increase(orders_total[{{.window}}]))"
        )
    if len(value) > LONGEST_QUERY:
        raise ValueError(f"the query has {len(value):,} characters, and {LONGEST_QUERY:,} is the most")
    foreign = promql.foreign_template(value)
    if foreign:
        raise ValueError(
            f"the query holds {foreign[:40]!r}, which nothing replaces; write {{{{.window}}}} for the promise's window"
        )
    if fact := promql.unbalanced(value):
        raise ValueError(f"{fact}; close what is opened")
    return value.strip()


PromQL = Annotated[
    str,
    PlainValidator(_promql),
    WithJsonSchema(
        {
            "type": "string",
            "minLength": 1,
            "maxLength": LONGEST_QUERY,
            "examples": ["sum(increase(http_requests_total[{{.window}}]))"],
        }
    ),
]


def _unit(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a unit; write it as text, such as s, ms, %, count, B or USD")
    parse_unit(value)
    return value


UnitText = Annotated[
    str,
    PlainValidator(_unit),
    WithJsonSchema({"type": "string", "examples": ["s", "ms", "%", "count", "B", "/min"]}),
]

Reduce = Literal["increase", "min", "max", "mean", "last"]


class PrometheusQuery(Query):
    """A PromQL expression: its single value at the window's end, or with ``reduce`` its values over the window."""

    source: Literal["Prometheus"] = Field(
        description="Prometheus, or what speaks its HTTP API: Thanos, Mimir, VictoriaMetrics."
    )
    query: PromQL = Field(
        # An explicit title: the generated schema uses "Query" for the definition that all sources share.
        title="PromQL",
        description="The PromQL expression. {{.window}} in it stands for the promise's window, as in "
        "sum(increase(http_requests_total[{{.window}}])). Its result must be a single series.",
    )
    unit: Given[UnitText] = Field(
        default=None,
        description="The unit of its values, such as s, %, count or B, as Prometheus has none. By default a number.",
    )
    reduce: Given[Reduce] = Field(
        default=None,
        description="Ask for the values over the window, and combine them into one. increase: how much counters grew, "
        "with counter resets handled; the query is the bare counters, without sum or rate. min, max, mean, last: for "
        "a gauge.",
    )
    period: Given[Duration] = Field(
        default=None,
        description="With reduce: the spacing of the values; by default 1m for a window of up to a day, 5m beyond.",
    )
    lag: Given[Duration] = Field(
        default=None,
        description="How long data may take to arrive, as by remote write; the window ends that long ago. "
        "0 by default.",
    )


def unit(query: PrometheusQuery) -> Unit:
    """The unit that the query declares; otherwise a plain number, which cannot be compared with a time or an amount
    of data."""
    return NUMBER if query.unit is None else parse_unit(query.unit)


def measures_growth(query: PrometheusQuery) -> bool:
    """Whether the answer is how much counters grew, computed here or by the query over a range of its own."""
    return query.reduce == "increase" or (query.reduce is None and "[" in query.query)


def sums(query: PrometheusQuery) -> bool:
    """Whether the answer is a sum over the window, which has a mean rate; not for a query that is evaluated only
    once."""
    return query.reduce == "increase"


def not_a_count(query: PrometheusQuery) -> Problem | None:
    """Why the answer is not a number of events, so that no ratio can be made of it."""
    if query.reduce in (None, "increase", "last"):
        return None
    return Problem(
        "reduce", f"the {query.reduce} of a gauge is not a count of events", "write increase, with counters"
    )


def untold_samples(query: PrometheusQuery, ratio: bool) -> str:
    """How to make the number of samples known: only declared counts state it, and counters followed in a ratio."""
    if query.reduce not in (None, "increase"):
        return "remove minSamples, or measure good over total"
    if declares_counts(query) or (ratio and query.reduce):
        return ""
    counters = ", or measure the counters alone with reduce: increase" if ratio else ""
    return (
        f"write unit: count in the query, if its value is a number of events{counters}; or remove minSamples"
    )


def declares_counts(query: PrometheusQuery) -> bool:
    """Whether the query declares its values as numbers of events."""
    declared = unit(query)
    return declared.dimensions == COUNT.dimensions and declared.factor == 1


def period_of(query: PrometheusQuery, window: int) -> int:
    """The spacing of the values, in seconds: as stated, or the longest usual one that divides the window."""
    if query.period is not None:
        return int(query.period)
    usual = (60, 30, 15, 10, 5) if window <= DAY else (300, 60, 30)
    return next((period for period in usual if window % period == 0), 1)


def step_of(query: PrometheusQuery, period: int, window: int) -> int:
    """The spacing of the values that are combined for each ``period``: as stated, or the longest usual one that
    divides it.

    A counter reset within a period is noticed only by values inside the period.
    """
    usual = period_of(query, window)
    return next((step for step in (usual, 60, 30, 15, 10, 5) if step <= period and not period % step), period)


def check(query: PrometheusQuery, window: int | None) -> Iterator[Problem]:
    """The problems of a query before it is asked."""
    counter = "" if query.reduce == "increase" else promql.lifetime_counter(query.query)
    if counter:
        yield Problem(
            "query",
            f"{counter} is a counter: its value is what it counted since its process began, not over the window",
            f"write increase({counter}[{{{{.window}}}}]), or the counters alone with reduce: increase",
        )
    if away := promql.elsewhere(query.query):
        yield Problem(
            "query",
            f"{away!r} makes the query look at a time other than the window in reports",
            "remove it; where data arrives late, write lag",
        )
    if query.reduce is None:
        yield from _check_one_value(query, window)
        return
    if promql.has_window(query.query):
        yield Problem(
            "query",
            "with reduce the query is asked at every step, and would look back over a whole window at each",
            "remove reduce, or write a short range such as [5m]",
        )
    elif query.reduce == "increase" and not promql.is_selector(query.query):
        yield Problem(
            "query",
            "reduce: increase needs the counters themselves: in a sum of counters, the restart of one looks like "
            "a restart of all",
            'write the selector alone, such as http_requests_total{code="200"}; what all its series grew is added up',
        )
    if window is not None:
        yield from _check_period(query, window)


def _check_one_value(query: PrometheusQuery, window: int | None) -> Iterator[Problem]:
    if query.period is not None:
        yield Problem(
            "period",
            "without reduce the query is asked once, and has no period",
            "add reduce: increase, min, max, mean or last; or remove period",
        )
    literal = promql.ranges(promql.resolved(query.query, window or 1))
    if window in literal:
        literal = [
            each for each in promql.growth_over(promql.resolved(query.query, window or 1)) if each != window
        ]
    if window is not None and literal and None not in literal:
        back = " and ".join(format_duration(each) for each in literal if each)
        yield Problem(
            "query",
            f"the query looks back over {back}, and the window is {format_duration(window)}",
            "write [{{.window}}], or make the promise's window what the query measures",
        )


def _check_period(query: PrometheusQuery, window: int) -> Iterator[Problem]:
    period = period_of(query, window)
    if window % period:
        yield Problem(
            "period",
            f"the window of {format_duration(window)} is not a whole number of periods of {format_duration(period)}",
            "choose a window that is a multiple of the period",
        )
    elif window // period > MOST_POINTS:
        yield Problem(
            "period" if query.period is not None else "",
            f"{format_duration(window)} by {format_duration(period)} is {window // period:,} values, and "
            f"{MOST_POINTS:,} is the most",
            "choose a longer period",
        )
