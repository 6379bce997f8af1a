"""``source: Prometheus``: PromQL over the HTTP API of Prometheus, which Thanos, Mimir and VictoriaMetrics also have."""

from __future__ import annotations

from collections.abc import Mapping

from checker.model import Question, Request
from checker.sources.prometheus import promql
from checker.sources.prometheus.ask import plan
from checker.sources.prometheus.bundle import again as follow_ups
from checker.sources.prometheus.bundle import requests
from checker.sources.prometheus.check_periods import check_periods, lag
from checker.sources.prometheus.connection import PrometheusConnectionDetails as ConnectionDetails
from checker.sources.prometheus.connection import connect
from checker.sources.prometheus.named_unit import BASE_UNITS, named_unit
from checker.sources.prometheus.query import PrometheusQuery as Query
from checker.sources.prometheus.query import (
    check,
    measures_growth,
    not_a_count,
    period_of,
    sums,
    unit,
    untold_samples,
)
from checker.sources.prometheus.read import read
from checker.sources.prometheus.send import send
from checker.units import told_duration

WINDOWED = True

ACTIONS: Mapping[str, tuple[str, ...]] = {}

__all__ = [
    "ACTIONS", "BASE_UNITS", "WINDOWED", "ConnectionDetails", "Query", "check", "check_periods", "connect", "describe",
    "files", "follow_ups", "lag", "measures_growth", "named_unit", "not_a_count", "priced", "read", "requests",
    "resources", "send", "spacing", "sums", "unit", "untold_samples",
]  # fmt: skip


def files(question: Question) -> list[str]:
    """The file with trusted certificates, if there is one."""
    path = dict(question.connection.details).get("caFile")
    return [path] if path else []


def resources(request: Request) -> tuple[str, ...]:
    """Nothing: there are no IAM actions."""
    return ()


def priced(request: Request) -> tuple[tuple[str, int | None], ...]:
    """Nothing: asking is free."""
    return ()


def spacing(query: Query, window: int) -> int:
    """Seconds between the points of the answer about a window; 0 if it is a single value."""
    return 0 if query.reduce is None else period_of(query, window)


def describe(question: Question) -> str:
    """``Prometheus increase of orders_total over 1h by 1m``, or the query with its window filled in."""
    query: Query = question.query  # type: ignore[assignment]
    planned = plan(question)
    text = promql.one_line(planned.query)
    if query.reduce is None and not question.period:
        return f"Prometheus {text}"
    if question.period:
        length, period = told_duration(planned.window.seconds), told_duration(question.period)
        of = f"{query.reduce} of " if query.reduce else ""
        return f"Prometheus {of}{text} for each {period} of {length}"
    length, period = told_duration(planned.window.seconds), told_duration(planned.period)
    return f"Prometheus {query.reduce} of {text} over {length} by {period}"
