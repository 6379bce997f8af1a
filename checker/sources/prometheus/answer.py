"""Reads Prometheus's answer to one call as series of exact numbers, or says what is wrong with it. Pure.

Values are the decimal text of doubles, and are read as those decimals. NaN and infinity are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from checker import display
from checker.model import Absence, Exchange
from checker.sources.prometheus.ask import Call, times_of

LOOKBACK = 300
"""Seconds that Prometheus looks back for a sample. An instant answer may have the sample's timestamp."""

Labels = tuple[tuple[str, str], ...]


class Found(NamedTuple):
    """One series: its sorted labels, and its values by evaluation time."""

    labels: Labels
    values: dict[int, Fraction]


class Answer(NamedTuple):
    """The series of one answer, without those that have no values, and remarks about it."""

    series: tuple[Found, ...]
    notes: tuple[str, ...] = ()


def answer_to(call: Call, exchange: Exchange, *, values: bool = True) -> Answer | Absence:
    """The answer to ``call``. Without ``values``, only the times matter, and every value is read as 0."""
    if exchange.failure is not None:
        return Absence("failed", exchange.failure.message, exchange.failure.remedy)
    response = exchange.response or {}
    try:
        warnings, infos = _remarks(response)
        if warnings:
            return failed(
                f"Prometheus warns that the answer may be partial or wrong: {_short(warnings[0])}",
                "fix what the warning says: partial data does not count",
            )
        series, notes = _series(call, response["data"], values)
    except _Nonsense as nonsense:
        return failed(str(nonsense), nonsense.remedy)
    except (LookupError, TypeError, ValueError, AttributeError):
        return failed("the answer is not a valid Prometheus response")
    return Answer(series, (*notes, *(f"Prometheus remarks: {_short(info)}" for info in infos)))


def failed(reason: str, remedy: str = "run again; if it persists, look at the recorded evidence") -> Absence:
    """The absence of an answer that could be used."""
    return Absence("failed", reason, remedy)


class _Nonsense(Exception):
    """An answer, or a part of it, that cannot be a measurement."""

    def __init__(self, reason: str, remedy: str = failed("").remedy) -> None:
        super().__init__(reason)
        self.remedy = remedy


def _remarks(response: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The warnings and the infos. Prometheus 2.48 to 2.53 sends infos among the warnings."""
    warnings = [str(each) for each in response["warnings"]]
    infos = [str(each) for each in response["infos"]]
    hints = [each for each in warnings if each.startswith("PromQL info:")]
    return [each for each in warnings if each not in hints], sorted({*infos, *hints})


def _short(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:200]}…"


def _series(call: Call, data: Mapping[str, Any], values: bool) -> tuple[tuple[Found, ...], tuple[str, ...]]:
    kind, result = data["resultType"], data["result"]
    asked = times_of(call)
    if call.operation == "query" and kind == "scalar":
        return (Found((), dict([_instant(result, asked[0], values)])),), ()
    if kind != ("vector" if call.operation == "query" else "matrix"):
        raise _Nonsense(
            f"the query returns {_KINDS.get(kind, 'something that is not a number')}",
            "wrap it in a function that returns one value, such as increase(...), rate(...) or max_over_time(...)",
        )
    if not isinstance(result, list):
        raise _Nonsense("the answer is not a valid Prometheus response")
    found: dict[Labels, dict[int, Fraction]] = {}
    repeated = 0
    for each in result:
        if each.keys() & {"histogram", "histograms"}:
            raise _Nonsense(
                "the query returns a native histogram",
                "turn it into a number, as with histogram_quantile(0.95, ...) or histogram_count(...)",
            )
        labels = tuple(sorted((str(name), str(value)) for name, value in each["metric"].items()))
        if labels in found:
            raise _Nonsense(f"the answer holds the series {show(labels)} twice")
        if call.operation == "query":
            found[labels] = dict([_instant(each["value"], asked[0], values)])
        else:
            found[labels] = dict(_points(each["values"], asked, values))
            repeated += len(each["values"]) - len(found[labels])
    notes = (f"{repeated} repeated points were identical and counted once",) if repeated else ()
    return tuple(Found(labels, points) for labels, points in found.items() if points), notes


_KINDS = {"matrix": "the samples of a range, not one value", "string": "a text", "scalar": "a scalar"}


def _instant(pair: Any, asked: int, values: bool) -> tuple[int, Fraction]:
    moment = _time(pair[0])
    if not asked - LOOKBACK < moment <= asked:
        raise _Nonsense(
            f"the answer is for {display.moment(moment)}, but {display.moment(asked)} was asked for (clocks may differ)"
        )
    return moment, _value(pair[1], moment) if values else Fraction(0)


def _points(pairs: Any, asked: range, values: bool) -> Iterator[tuple[int, Fraction]]:
    """The points of a range, each once."""
    if not values and _sound(moments := [moment for moment, _ in pairs], asked):
        yield from dict.fromkeys(moments, _ZERO).items()
        return
    seen: dict[int, Any] = {}
    for moment, raw in pairs:
        time = _time(moment)
        if time not in asked:
            outside = not asked[0] <= time <= asked[-1]
            where = "outside the window" if outside else "between the steps"
            raise _Nonsense(f"the answer holds a point {where} that was asked, at {display.moment(time)}")
        if time not in seen:
            yield time, _value(raw, time) if values else Fraction(0)
        elif seen[time] != raw:
            raise _Nonsense(f"the answer holds two different values for {display.moment(time)}")
        seen[time] = raw


_ZERO = Fraction(0)


def _sound(moments: list[Any], asked: range) -> bool:
    """A quick check for the usual case: all times were requested, and none is repeated."""
    seen = set(moments)
    return set(map(type, moments)) <= {int} and len(seen) == len(moments) and seen <= set(asked)


def _time(moment: Any) -> int:
    if isinstance(moment, bool) or not isinstance(moment, int | float) or int(moment) != moment:
        raise _Nonsense("the answer holds a time that is not a whole second")
    if not 0 <= moment < 1 << 35:
        raise _Nonsense("the answer holds a time before 1970, or in a far future")
    return int(moment)


_DECIMAL = re.compile(r"-?[0-9]{1,330}(\.[0-9]{1,400})?([eE][-+]?[0-9]{1,3})?")


def _value(raw: Any, time: int) -> Fraction:
    if not isinstance(raw, str):
        raise _Nonsense("the answer holds a value that is not written as text")
    if raw.isdecimal() and raw.isascii() and len(raw) < 19:
        return Fraction(int(raw))
    if raw in ("NaN", "+Inf", "-Inf", "Inf"):
        raise _Nonsense(
            f"the query returns {raw} at {display.moment(time)}, which is not a number",
            "0/0 is NaN: ask for good and total as two queries; a quantile without samples is NaN as well",
        )
    if not _DECIMAL.fullmatch(raw):
        raise _Nonsense(f"the answer holds the value {raw[:40]!r}, which is not a number")
    return Fraction(Decimal(raw))


def show(labels: Labels) -> str:
    """Labels as PromQL writes them: ``http_requests_total{code="200"}``."""
    name = dict(labels).get("__name__", "")
    inner = ", ".join(f'{key}="{value}"' for key, value in labels if key != "__name__")
    return _short(f"{name}{{{inner}}}")
