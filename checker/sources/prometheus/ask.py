"""The calls to Prometheus that a question needs, and the requests for them: pure.

A query without ``reduce`` is evaluated once, at the window's end. If it looks back over the window, as with
``[{{.window}}]``, its single value does not tell how much of the window has data. So a second call, the probe,
evaluates it over short ranges all along the window, and the share of those with an answer is the coverage.

A query with ``reduce`` is evaluated at the end of every period of the window, and for an increase also at the
window's start.

If a value is wanted for each period of the window (``Question.period``), a query without ``reduce`` is evaluated at
the end of each period, as if that were its whole window, and periods are probed in the same way; a query with
``reduce`` is evaluated at steps that divide the periods.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from checker.model import Question, Window
from checker.sources.prometheus import promql
from checker.sources.prometheus.query import PrometheusQuery, period_of, step_of

POINTS_A_CALL = 11_000
"""Prometheus refuses a range query with more points."""
PROBES = 120
SHORTEST_PROBE = 300


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


class Call(NamedTuple):
    """One call: ``query`` or ``query_range``, and its parameters as sorted JSON text."""

    operation: str
    text: str

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters; times and ``step`` are in epoch seconds and seconds."""
        read: dict[str, Any] = json.loads(self.text)
        return read


class Plan(NamedTuple):
    """The calls that answer one question. ``period`` is the spacing of the values, 0 for a single value.

    ``probe`` only finds out where in the window there is data.
    """

    window: Window
    period: int
    query: str
    calls: tuple[Call, ...]
    probe: Call | None = None


@lru_cache(maxsize=20_000)
def plan(question: Question) -> Plan:
    """What to ask for one question. Cached, because asking, reading and reporting all need it."""
    query: PrometheusQuery = question.query  # type: ignore[assignment]
    length, end = question.window or 0, question.at - (query.lag or 0)
    if question.period:
        return _by_period(query, question.period, length, end)
    if query.reduce is None:
        window = Window(end - length, end)
        text = promql.resolved(query.query, length or 1)
        return Plan(window, 0, text, (_call("query", text, time=end),), _probe(query.query, window))
    period = period_of(query, length)
    window = Window(end // period * period - length, end // period * period)
    first = window.start if query.reduce == "increase" else window.start + period
    return Plan(window, period, query.query, _range(query.query, range(first, window.end + 1, period)))


def _by_period(query: PrometheusQuery, period: int, length: int, end: int) -> Plan:
    """A value for each period. The window ends with the last whole period."""
    window = Window(end // period * period - length, end // period * period)
    step = period if query.reduce is None else step_of(query, period, length)
    text = promql.resolved(query.query, period)
    first = window.start if query.reduce == "increase" else window.start + step
    probe = _probe_of_periods(query.query, window, period) if query.reduce is None else None
    return Plan(window, step, text, _range(text, range(first, window.end + 1, step)), probe)


def _range(text: str, times: range) -> tuple[Call, ...]:
    return tuple(
        _call("query_range", text, start=part[0], end=part[-1], step=part.step) for part in _chunks(times)
    )


def _probe(query: str, window: Window) -> Call | None:
    """Evaluates short ranges all along the window: about a hundred, but at least five minutes each."""
    step = SHORTEST_PROBE * -(-window.seconds // (SHORTEST_PROBE * PROBES))
    count = window.seconds // step if step else 0
    text = promql.shortened(query, window.seconds, step) if count > 1 else ""
    if not text:
        return None
    return _call("query_range", text, start=window.end - (count - 1) * step, end=window.end, step=step)


def _probe_of_periods(query: str, window: Window, period: int) -> Call | None:
    """Evaluates short ranges in each period: up to twelve, but at least five minutes each; None if periods are too
    short."""
    for count in (12, 6, 4, 3, 2):
        step = period // count
        if period % count == 0 and step >= SHORTEST_PROBE and window.seconds // step <= POINTS_A_CALL:
            text = promql.shortened(query, period, step)
            start = window.start + step
            return _call("query_range", text, start=start, end=window.end, step=step) if text else None
    return None


def _chunks(times: range) -> Iterator[range]:
    return (times[begin : begin + POINTS_A_CALL] for begin in range(0, len(times), POINTS_A_CALL))


def _call(operation: str, query: str, **times: int) -> Call:
    return Call(operation, as_text({"query": query, **times}))


def as_text(parameters: Mapping[str, Any]) -> str:
    """Canonical text for parameters."""
    return _ENCODER.encode(parameters)


def times_of(call: Call) -> range:
    """The evaluation times of a call."""
    asked = call.parameters
    if call.operation == "query":
        return range(asked["time"], asked["time"] + 1)
    return range(asked["start"], asked["end"] + 1, asked["step"])
