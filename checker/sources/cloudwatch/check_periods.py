"""Periods of a CloudWatch query: whether it can be asked for each one, its spacing, and its lag."""

from __future__ import annotations

from collections.abc import Iterator

from checker.sources import Problem
from checker.sources.cloudwatch.ask import LAG, kept_period
from checker.sources.cloudwatch.query import CloudWatchQuery, check, period_of
from checker.units import format_duration


def check_periods(query: CloudWatchQuery, period: int, window: int) -> Iterator[Problem]:
    """Why the query cannot be asked for each period of ``period`` seconds, over ``window`` seconds."""
    every = format_duration(period)
    if query.period not in (None, period):
        yield Problem(
            "period",
            f"the query's period is {format_duration(int(query.period or 0))}, and the evaluation's {every}",
            "remove it from the query: the evaluation states it",
        )
        return
    # Each period is measured like a window of its own.
    found = list(check(query.model_copy(update={"period": period}), period))
    yield from found
    kept = kept_period(period, window, query)
    if not found and kept > period:
        yield Problem(
            "",
            f"CloudWatch keeps no periods of {every} as far back as {format_duration(window)}",
            f"use periods of {format_duration(kept)} or more, or fewer of them",
        )


def lag(query: CloudWatchQuery) -> int:
    """Seconds between the window's end and the moment that is judged."""
    return LAG if query.lag is None else int(query.lag)


def spacing(query: CloudWatchQuery, window: int) -> int:
    """Seconds between the points of the answer about a window."""
    return kept_period(period_of(query, window), window, query)
