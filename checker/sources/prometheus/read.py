"""Reads Prometheus's answers into series: pure.

Absence is not zero: no series is no data. Several series are an error, except for ``reduce: increase``, where each
counter is followed separately and their growth is added up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from checker import display
from checker.model import Absence, ConnectionDeclaration, Exchange, Point, Question, Series
from checker.sources.prometheus import bundle, promql
from checker.sources.prometheus.answer import Answer, Found, Labels, answer_to, failed, show
from checker.sources.prometheus.ask import Call, Plan, as_text, plan, times_of
from checker.sources.prometheus.by_period import as_probed, by_period
from checker.sources.prometheus.growth import NO_DATA, events, growth, nothing
from checker.sources.prometheus.query import PrometheusQuery, unit
from checker.sources.recorded import TWO_ANSWERS, not_recorded
from checker.units import PERCENT

Key = tuple[ConnectionDeclaration, str, str]
"""Connection, operation and text of the parameters: these identify what an answer belongs to."""


def read(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Series | Absence]:
    """One reading for each question; ``not-recorded`` if the exchanges do not contain its answer."""
    recorded: dict[Key, Exchange] = {}
    for exchange in exchanges:
        for each in (bundle.apart(exchange) or ()) if bundle.is_bundle(exchange.request) else (exchange,):
            known = recorded.setdefault(_key(each), each)
            if (known.response, known.failure) != (each.response, each.failure):
                recorded[_key(each)] = each._replace(response=None, failure=TWO_ANSWERS)
    return [_read(question, recorded) for question in questions]


def _key(exchange: Exchange) -> Key:
    request = exchange.request
    return request.connection, request.operation, as_text(request.parameters)


def _read(question: Question, recorded: Mapping[Key, Exchange]) -> Series | Absence:
    planned = plan(question)
    series: dict[Labels, dict[int, Fraction]] = {}
    notes: dict[str, None] = {}
    for call in planned.calls:
        answer = _answer(question, call, recorded)
        if isinstance(answer, Absence):
            return answer
        notes.update(dict.fromkeys(answer.notes))
        for labels, values in answer.series:
            series.setdefault(labels, {}).update(values)
    probed = _probed(question, planned, recorded)
    if isinstance(probed, Absence):
        return probed
    found = [Found(labels, values) for labels, values in series.items()]
    if not found:
        return Absence("no-data", nothing(planned), NO_DATA)
    query: PrometheusQuery = question.query  # type: ignore[assignment]
    notes.update(dict.fromkeys(_caveats(query, planned.query, found)))
    if query.reduce == "increase":
        return growth(question, planned, found, list(notes))
    if len(found) > 1:
        return _several(planned, found)
    if query.reduce is None and not question.period:
        return _one_value(query, planned, found[0], probed, list(notes))
    made = _values(query, planned, found[0], list(notes))
    if question.period:
        made = by_period(made, planned.window, question.period)
        if probed is None or planned.probe is None:
            return made
        return as_probed(made, planned.window, probed, planned.probe)
    return made._replace(points=made.points[-1:]) if made.combine == "single" else made


def _answer(
    question: Question, call: Call, recorded: Mapping[Key, Exchange], *, values: bool = True
) -> Answer | Absence:
    exchange = recorded.get((question.connection, call.operation, call.text))
    if exchange is None:
        return not_recorded("answer to this query over this window")
    return answer_to(call, exchange, values=values)


def _probed(
    question: Question, planned: Plan, recorded: Mapping[Key, Exchange]
) -> Collection[int] | Absence | None:
    """The end times of the parts of the window that have data; None if there was no probe."""
    if planned.probe is None:
        return None
    answer = _answer(question, planned.probe, recorded, values=False)
    if isinstance(answer, Absence):
        return answer
    return set[int]().union(*(found.values for found in answer.series))


def _caveats(asked: PrometheusQuery, query: str, found: Sequence[Found]) -> Iterator[str]:
    """Notes about what the query's answer may hide."""
    if constant := promql.constant_fallback(query):
        yield f"the query has {constant!r}: it returns that also when a metric is misspelt or no longer scraped"
    highest = max((value for each in found for value in each.values.values()), default=Fraction(0))
    if "histogram_quantile" in query and highest > 0 and _BOUND % highest.denominator == 0:
        bound = display.plain(highest)
        yield f"{bound} may be the last finite bucket's bound, which histogram_quantile answers for all beyond it"
    if unit(asked) == PERCENT and 0 < highest <= 1 and not promql.scaled(query):
        shown = display.number(highest, up=True)
        yield f"{shown} was read as {shown} %, as the unit says; a share of 1 has the unit ratio"


_BOUND = 10**4
"""Bucket bounds have few decimals; a quantile inside a bucket is interpolated and has many."""


def _several(planned: Plan, found: Sequence[Found]) -> Absence:
    names = {name for each in found for name, _ in each.labels}
    differing = sorted(name for name in names if len({dict(each.labels).get(name) for each in found}) > 1)
    listed = ", ".join(show(each.labels) for each in sorted(found)[:3])
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    query = promql.one_line(planned.query)
    inner = query if len(query) <= 100 else "..."
    return failed(
        f"the query returns {len(found)} series where one is expected; they differ in {', '.join(differing[:8])}: "
        f"{listed}{more}",
        f"combine them: sum({inner}) adds them up, max({inner}) takes the largest",
    )


def _one_value(
    query: PrometheusQuery, planned: Plan, found: Found, probed: Collection[int] | None, notes: list[str]
) -> Series:
    ((moment, value),) = found.values.items()
    if probed is None or planned.probe is None:
        notes.append(
            f"one value at {display.moment(moment)}; for how much of the window there was data is not known"
        )
        present, expected = 1, 1
    else:
        present, expected = len(probed), len(times_of(planned.probe))
    return Series(
        points=(Point(moment, value),),
        combine="single",
        unit=unit(query),
        window=planned.window,
        present=present,
        expected=expected,
        newest=moment,
        notes=tuple(notes),
        **events(query, [value]),
    )


def _values(query: PrometheusQuery, planned: Plan, found: Found, notes: list[str]) -> Series:
    """The values of one series; a point stands for the period that ends at its time."""
    period, times = planned.period, sorted(found.values)
    points = [Point(time - period, found.values[time]) for time in times]
    combine: Any = "single" if query.reduce in (None, "last") else query.reduce
    if combine == "mean":
        points = [Point(point.time, point.value, 1) for point in points]
    return Series(
        points=tuple(points),
        combine=combine,
        unit=unit(query),
        window=planned.window,
        period=period,
        present=len(times),
        expected=planned.window.seconds // period,
        newest=times[-1],
        notes=tuple(notes),
        **(events(query, (point.value for point in points)) if query.reduce is None else {}),
    )
