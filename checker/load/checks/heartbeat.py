"""Checks that missing data may be read as zero: for a counter over the window, with a heartbeat that covers it."""

from __future__ import annotations

from collections.abc import Iterator

from checker import sources
from checker.load.checks.problem import Problem
from checker.model import Objective, Query
from checker.units import format_duration
from checker.windows import period_asked


def check_heartbeat(objective: Objective) -> Iterator[Problem]:
    """The problems of ``noData: zero`` and of its heartbeat."""
    heartbeat = objective.heartbeat
    if objective.no_data == "zero" and heartbeat is None:
        remedy = "add a heartbeat: a query whose data proves that the emitter was alive"
        yield _problem("noData", "noData: zero needs a heartbeat", remedy)
    elif objective.no_data != "zero" and heartbeat is not None:
        message = "a heartbeat has no effect without noData: zero"
        yield _problem("heartbeat", message, "add noData: zero, or remove the heartbeat")
    elif heartbeat is not None:
        yield from _never_silent(objective, heartbeat)
        if not period_asked(objective, objective.indicator):
            yield from _coarse(objective, heartbeat)


def _never_silent(objective: Objective, heartbeat: Query) -> Iterator[Problem]:
    """Sources that do not measure over a window, such as files: neither counters nor heartbeats."""
    counted = [query.source for name, query in objective.indicator.metrics if name != "total"]
    if counted and not any(sources.find(name).WINDOWED for name in counted):
        message = f"{counted[0]} does not measure over the window: its missing data is never zero events"
        yield _problem("noData", message, "remove noData and heartbeat")
    if not sources.find(heartbeat.source).WINDOWED:
        message = f"{heartbeat.source} does not measure over the window, so it cannot prove that an emitter was alive"
        remedy = "use a query over the window, such as a metric that the emitter always publishes"
        yield _problem("heartbeat", message, remedy)


def _coarse(objective: Objective, heartbeat: Query) -> Iterator[Problem]:
    """A heartbeat with longer periods than the counter.

    Its window ends earlier and its source keeps the data longer, so it may have data where the counter's are
    already gone, and then does not prove that the counter was silent.
    """
    window = objective.window or 0
    counted = [query for _, query in objective.indicator.metrics if query.source == heartbeat.source]
    period = sources.spacing(heartbeat, window)
    finest = min((sources.spacing(query, window) for query in counted), default=0)
    if window and 0 < finest < period:
        every, counter = format_duration(period), format_duration(finest)
        message = f"the heartbeat has periods of {every}, and the query that it vouches for has periods of {counter}"
        remedy = f"write period: {counter} in the heartbeat, or period: {every} in the other query"
        yield _problem("heartbeat", message, remedy)


def _problem(key: str, message: str, remedy: str) -> Problem:
    return Problem("heartbeat", "error", key, message, remedy)
