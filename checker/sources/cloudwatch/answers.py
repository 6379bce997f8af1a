"""Takes raw GetMetricData answers apart: one Answer for each entry, with its pages merged, and its points.

An answer is accepted only if it is complete, finite, on the requested grid, and free of contradictions. Anything
else is an Absence that says what is wrong.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Set
from fractions import Fraction
from functools import lru_cache
from operator import lt
from typing import Any, NamedTuple

from checker.model import Absence, ConnectionDeclaration, Exchange, Point, Request, Window
from checker.sources.cloudwatch.ask import as_text
from checker.sources.recorded import settle

Key = tuple[ConnectionDeclaration, int, int, str]
"""Connection, start, end and the entry's text: these identify what an answer belongs to."""


class Answer(NamedTuple):
    """The answer to one entry with its pages merged: raw values by time, status, messages."""

    times: tuple[Any, ...]
    values: tuple[Any, ...]
    status: str
    messages: tuple[str, ...]


def answers_in(exchanges: Iterable[Exchange]) -> dict[Key, Answer | Absence]:
    """The answer to each entry in the exchanges, or why it cannot be used."""
    found: dict[Key, Answer | Absence] = {}
    for exchange in exchanges:
        if exchange.request.operation != "GetMetricData":
            continue
        asked = _asked(exchange.request)
        merged, trouble = _merge(exchange, {identifier for identifier, _ in asked})
        for identifier, key in asked:
            answer = (
                trouble or merged.get(identifier) or failed("the answer does not hold the metric asked for")
            )
            settle(found, key, answer)
    return found


def _asked(request: Request) -> list[tuple[str, Key]]:
    """The Id and the key of each entry of a request; none if a recorded request is not a valid one."""
    start, end, entries = (
        request.parameters.get(key) for key in ("StartTime", "EndTime", "MetricDataQueries")
    )
    if not (type(start) is type(end) is int and isinstance(entries, list)):
        return []
    return [
        (
            entry["Id"],
            (request.connection, start, end, as_text({k: v for k, v in entry.items() if k != "Id"})),
        )
        for entry in entries
        if isinstance(entry, dict) and isinstance(entry.get("Id"), str)
    ]


def some_empty(exchange: Exchange) -> bool:
    """Whether an exchange has an entry without points. A quick check, because most have none."""
    pages = (exchange.response or {}).get("pages") or ()
    return any(
        not result.get("Timestamps") for page in pages for result in page.get("MetricDataResults") or ()
    )


def _merge(exchange: Exchange, asked: Set[str]) -> tuple[dict[str, Answer], Absence | None]:
    """The answers of one call by Id, with all pages merged; or why none of them can be used."""
    if exchange.failure is not None:
        return {}, Absence("failed", exchange.failure.message, exchange.failure.remedy)
    pages = (exchange.response or {}).get("pages")
    if not isinstance(pages, list) or not pages:
        return {}, failed("the answer holds no page")
    collected: dict[str, dict[str, Any]] = {}
    try:
        for page in pages:
            if page.get("Messages"):
                return {}, failed(
                    f"CloudWatch sent a message with the answer: {_messages(page['Messages'])[0]}"
                )
            for result in page["MetricDataResults"]:
                into = collected.setdefault(result["Id"], {"times": [], "values": [], "messages": []})
                into["times"] += result.get("Timestamps", [])
                into["values"] += result.get("Values", [])
                into["messages"] += _messages(result.get("Messages", []))
                into["status"] = str(result.get("StatusCode", "missing"))
    except (KeyError, TypeError, AttributeError):
        return {}, failed("the answer is not a valid GetMetricData response")
    if not collected.keys() <= asked:
        return {}, failed("the answer holds a metric that was not asked for")
    merged = {
        identifier: Answer(
            tuple(into["times"]), tuple(into["values"]), into["status"], tuple(into["messages"])
        )
        for identifier, into in collected.items()
    }
    return merged, None


def _messages(messages: Iterable[Mapping[str, Any]]) -> list[str]:
    return [f"{message.get('Code', '')}: {message.get('Value', '')}" for message in messages]


RUN_AGAIN = "run again; if it persists, look at the recorded evidence"


def failed(reason: str, remedy: str = RUN_AGAIN) -> Absence:
    """The absence of an answer that could be used."""
    return Absence("failed", reason, remedy)


@lru_cache(maxsize=65536)
def _exact(raw: float) -> Fraction:
    """The exact Fraction of a double, cached because counts repeat."""
    return Fraction(raw)


def points_of(answer: Answer, window: Window, period: int, notes: set[str]) -> tuple[Point, ...] | Absence:
    """The points of one answer, sorted; or what is wrong with it."""
    if answer.status != "Complete":
        said = f" ({answer.messages[0]})" if answer.messages else ""
        return failed(
            f"CloudWatch answered {answer.status} instead of Complete{said}",
            _STATUS.get(answer.status, RUN_AGAIN),
        )
    if answer.messages:
        return failed(f"CloudWatch sent a message with the answer: {answer.messages[0]}")
    if len(answer.times) != len(answer.values):
        return failed(f"the answer has {len(answer.times)} times and {len(answer.values)} values")
    if _plainly_sound(answer, window, period):
        return tuple(map(Point, answer.times, map(_exact, answer.values)))
    points: dict[int, Fraction] = {}
    for time, raw in zip(answer.times, answer.values, strict=True):
        # Compare exact types: bool is a subclass of int.
        if type(raw) not in (int, float) or not -math.inf < raw < math.inf:
            return failed(f"the answer holds a value that is not a finite number: {raw}")
        if type(time) is not int and not (type(time) is float and time.is_integer()):
            return failed(f"the answer holds a time that is not a whole second: {time}")
        moment, value = int(time), _exact(raw)
        if not window.start <= moment < window.end:
            return failed("the answer holds a point outside the window that was asked (clocks may differ)")
        if (moment - window.start) % period:
            return failed("the answer holds a point between the periods that were asked")
        known = points.get(moment)
        if known is None:
            points[moment] = value
        elif known != value:
            return failed("the answer holds two different values for one time")
    if len(points) < len(answer.times):
        notes.add(f"{len(answer.times) - len(points)} repeated points were identical and counted once")
    return tuple(Point(moment, points[moment]) for moment in sorted(points))


def _plainly_sound(answer: Answer, window: Window, period: int) -> bool:
    """A quick check for the usual answer without irregularities, which need not be looked at point by point.

    The times are whole seconds on the grid of the window, in ascending order; the values are finite.
    """
    times, values = answer.times, answer.values
    return (
        set(map(type, times)) == {int}
        and set(map(type, values)) == {float}
        and all(map(math.isfinite, values))
        and times[0] >= window.start
        and times[-1] < window.end
        and all(map(lt, times, times[1:]))
        and not any((time - window.start) % period for time in times)
    )


_STATUS = {
    "PartialData": "run again: CloudWatch had not finished, and partial data does not count",
    "InternalError": "run again: CloudWatch failed to read this metric",
    "Forbidden": "grant the permission cloudwatch:GetMetricData in the account that holds the metric",
}
