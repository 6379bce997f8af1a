"""``source: Prometheus``: PromQL over the HTTP API of Prometheus, which Thanos, Mimir and VictoriaMetrics speak too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from checker.model import Exchange, Question, Request
from checker.sources.prometheus import promql
from checker.sources.prometheus.ask import plan, requests
from checker.sources.prometheus.connection import PrometheusConnectionDetails as ConnectionDetails
from checker.sources.prometheus.connection import connect
from checker.sources.prometheus.query import PrometheusQuery as Query
from checker.sources.prometheus.query import check, measures_growth, not_a_count, unit
from checker.sources.prometheus.read import read
from checker.sources.prometheus.send import send
from checker.units import format_duration

WINDOWED = True

ACTIONS: Mapping[str, tuple[str, ...]] = {}

__all__ = [
    "ACTIONS", "WINDOWED", "ConnectionDetails", "Query", "check", "connect", "describe", "follow_ups",
    "measures_growth", "not_a_count", "priced", "read", "requests", "resources", "send", "unit",
]  # fmt: skip


def resources(request: Request) -> tuple[str, ...]:
    """Nothing: there are no IAM actions."""
    return ()


def priced(request: Request) -> tuple[tuple[str, int | None], ...]:
    """Nothing: asking is free."""
    return ()


def follow_ups(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Request]:
    """Nothing: an empty answer has no more to tell."""
    return []


def describe(question: Question) -> str:
    """``Prometheus increase of orders_total over 1h by 1m``, or the query with its window filled in."""
    query: Query = question.query  # type: ignore[assignment]
    planned = plan(question)
    text = promql.one_line(planned.query)
    if query.reduce is None:
        return f"Prometheus {text}"
    length, period = format_duration(planned.window.seconds), format_duration(planned.period)
    return f"Prometheus {query.reduce} of {text} over {length} by {period}"
