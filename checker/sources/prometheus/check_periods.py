"""Checks whether a Prometheus query can return a value for each period of a window."""

from __future__ import annotations

from collections.abc import Iterator

from checker.sources import Problem
from checker.sources.prometheus.query import MOST_POINTS, PrometheusQuery, check, step_of
from checker.units import format_duration


def check_periods(query: PrometheusQuery, period: int, window: int) -> Iterator[Problem]:
    """Why the query cannot be asked for each period of ``period`` seconds, over ``window`` seconds.

    A range inside the query may have any length, as in a rate that is compared with a threshold.
    """
    yield from check(query, None)
    every = format_duration(period)
    if query.reduce is not None and query.period is not None and period % query.period:
        yield Problem(
            "period",
            f"the query's values come every {format_duration(query.period)}, which does not divide {every}",
            "remove the period, or choose one that divides it",
        )
        return
    step = period if query.reduce is None else step_of(query, period, window)
    if window // step > MOST_POINTS:
        yield Problem(
            "",
            f"{format_duration(window)} by {format_duration(step)} is {window // step:,} values, and "
            f"{MOST_POINTS:,} is the most",
            "choose longer periods, or a shorter window",
        )


def lag(query: PrometheusQuery) -> int:
    """Seconds between the window's end and the moment that is judged."""
    return int(query.lag or 0)
