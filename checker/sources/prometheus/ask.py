"""What a question asks of Prometheus, and the requests that carry it: pure.

A query without ``reduce`` is asked once, at the window's end. If it looks back over the window, as by
``[{{.window}}]``, nobody can tell from its one value how much of the window there was data for. So it is asked
a second time, over short ranges all along the window, and the share of those that have an answer is the
coverage.

A query with ``reduce`` is asked at the end of every period of the window, and for an increase at the window's
start as well.

Where a value is wanted for each period of the window (``Question.period``), a query without ``reduce`` is asked at
the end of each, as if that were its whole window, and its periods are probed in the same way; one with ``reduce`` at
steps that divide the periods.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from checker.model import Question, Window
from checker.sources.prometheus import promql
from checker.sources.prometheus.query import PrometheusQuery, period_of, step_of

POINTS_A_CALL = 11_000
"""Prometheus refuses a range query of more points than this."""
PROBES = 120
SHORTEST_PROBE = 300


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


class Call(NamedTuple):
    """One call: ``query`` or ``query_range``, and its parameters as JSON text, sorted."""

    operation: str
    text: str

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters; times are epoch seconds, and so is ``step``."""
        read: dict[str, Any] = json.loads(self.text)
        return read


@dataclass(frozen=True, slots=True)
class Plan:
    """The calls that answer one question. ``period`` is the spacing of the values, 0 where one is asked.

    ``probe`` asks where in the window there is data; it answers nothing else.
    """

    window: Window
    period: int
    query: str
    calls: tuple[Call, ...]
    probe: Call | None = None


@lru_cache(maxsize=20_000)
def plan(question: Question) -> Plan:
    """What to ask for one question; it is wanted to ask, to read and to report."""
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
    """A value for each period. The window ends with the last whole one."""
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
    """Short ranges over the window, at least five minutes each and not many more than a hundred of them."""
    step = SHORTEST_PROBE * -(-window.seconds // (SHORTEST_PROBE * PROBES))
    count = window.seconds // step if step else 0
    text = promql.shortened(query, window.seconds, step) if count > 1 else ""
    if not text:
        return None
    return _call("query_range", text, start=window.end - (count - 1) * step, end=window.end, step=step)


def _probe_of_periods(query: str, window: Window, period: int) -> Call | None:
    """Short ranges over each period: up to twelve in one, at least five minutes each; None of shorter periods."""
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
    """Parameters as text that is the same for the same parameters."""
    return _ENCODER.encode(parameters)


def times_of(call: Call) -> range:
    """The moments a call asks about."""
    asked = call.parameters
    if call.operation == "query":
        return range(asked["time"], asked["time"] + 1)
    return range(asked["start"], asked["end"] + 1, asked["step"])
