"""Reads recorded rows into series: pure, and with checks for contradictions.

A row is accepted only if its answer is complete and not cut off, and if it holds plain decimal numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from checker.model import Absence, ConnectionDeclaration, Exchange, Point, Question, Series
from checker.sources.cloudwatch_logs.ask import MOST_ROWS, Plan, asked_by, plan
from checker.sources.cloudwatch_logs.cells import RUN_AGAIN, Row, Unusable, count_of, moment_of, number_of
from checker.sources.cloudwatch_logs.language import ADDITIVE, commands, functions, percentile, result
from checker.sources.cloudwatch_logs.query import CloudWatchLogsQuery, budget, unit
from checker.sources.cloudwatch_logs.run import size
from checker.sources.recorded import not_recorded, settle

Key = tuple[ConnectionDeclaration, str]
"""Connection and what was asked, without the budget: these identify what an answer belongs to."""


def read(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Series | Absence]:
    """One reading for each question; ``not-recorded`` if the exchanges do not contain its answer."""
    answers: dict[Key, Mapping[str, Any] | Absence] = {}
    for exchange in exchanges:
        if exchange.request.operation == "Query":
            settle(answers, (exchange.request.connection, asked_by(exchange.request)), _answer(exchange))
    return [_read(question, answers) for question in questions]


def _answer(exchange: Exchange) -> Mapping[str, Any] | Absence:
    if exchange.failure is not None:
        return Absence("failed", exchange.failure.message, exchange.failure.remedy)
    return exchange.response or {}


def _read(question: Question, answers: Mapping[Key, Mapping[str, Any] | Absence]) -> Series | Absence:
    planned = plan(question)
    answer = answers.get((question.connection, planned.asked))
    if answer is None:
        return not_recorded("answer to this query over this window")
    if isinstance(answer, Absence):
        return answer
    try:
        return _series(question, planned, answer)
    except Unusable as unusable:
        return unusable.absence


def _series(question: Question, planned: Plan, response: Mapping[str, Any]) -> Series:
    query: CloudWatchLogsQuery = question.query  # type: ignore[assignment]
    statistics = _statistics(response)
    rows = _rows(response, statistics)
    scanned = statistics["bytesScanned"]
    if scanned > budget(query):
        raise Unusable(
            f"the query scanned {size(scanned)}, over its byteBudget of {size(budget(query))}",
            "shorten the window, name fewer log groups, or raise byteBudget",
        )
    if not rows or not statistics["recordsScanned"]:
        raise _nothing(planned, statistics)
    column = query.column or _only_column(query, rows)
    points = _bins(query, planned, column, rows) if query.time else (_single(query, planned, column, rows),)
    counts = [point.samples for point in points if point.samples is not None]
    return Series(
        points=points,
        combine="single" if query.combine is None else query.combine,
        unit=unit(query),
        window=planned.window,
        period=planned.period,
        present=len(points),
        expected=planned.window.seconds // planned.period if planned.period else 1,
        newest=points[-1].time + planned.period if planned.period else None,
        samples=sum(counts) if query.samples else statistics["recordsMatched"],
        quantile=_quantile(query, column),
        counts_events=_counts_events(query, column, points),
        notes=(_note(statistics),),
    )


_ENDS = {
    "Failed": "run again; if it fails again, shorten the window or simplify the query",
    "Cancelled": "someone stopped it: run again",
    "Timeout": "AWS stops a query after 60 minutes: shorten the window, or name fewer log groups",
}


def _statistics(response: Mapping[str, Any]) -> dict[str, int]:
    """The answer's statistics. Raises Unusable if the answer is not complete or lacks them."""
    status, given = response.get("status"), response.get("statistics")
    if status != "Complete":
        raise Unusable(
            f"CloudWatch Logs answered {status} instead of Complete", _ENDS.get(str(status), RUN_AGAIN)
        )
    if not isinstance(given, Mapping):
        raise Unusable("the answer holds no statistics")
    for name in ("bytesScanned", "recordsScanned", "recordsMatched"):
        if type(given.get(name)) is not int or given[name] < 0:
            raise Unusable(f"the answer's {name} is not a count: {given.get(name)}")
    return dict(given)


def _rows(response: Mapping[str, Any], statistics: Mapping[str, Any]) -> list[Row]:
    """All rows, by column. Raises Unusable if some may be missing."""
    listed = response.get("rows")
    if not isinstance(listed, list):
        raise Unusable("the answer holds no rows")
    if len(listed) >= MOST_ROWS:
        raise Unusable(
            f"the answer has {len(listed):,} rows, as many as were asked for: it may be cut",
            "make stats return fewer rows: group by less, or by wider bins",
        )
    total = statistics.get("resultCount", len(listed))
    if total != len(listed):
        raise Unusable(f"the answer holds {len(listed)} of {total} rows")
    return [_row(cells) for cells in listed]


def _row(cells: Any) -> Row:
    """A row from its cells, which are pairs of column name and value."""
    if not isinstance(cells, list) or not all(
        isinstance(cell, list) and len(cell) == 2 and isinstance(cell[0], str) for cell in cells
    ):
        raise Unusable("the answer holds a malformed row")
    row = dict(cells)
    if len(row) != len(cells):
        raise Unusable("the answer holds a row with two columns of one name", "give each column its own name")
    return row


def _nothing(planned: Plan, statistics: Mapping[str, int]) -> Unusable:
    """Why there are no rows, as far as the statistics tell."""
    start, end = (
        datetime.fromtimestamp(moment, UTC).isoformat().replace("+00:00", "Z") for moment in planned.window
    )
    scanned, matched = statistics["recordsScanned"], statistics["recordsMatched"]
    if scanned == 0:
        reason = f"no log events from {start} to {end}"
        remedy = "check the log groups, the region and the account, and that the service logs"
    elif matched == 0:
        reason = f"none of {scanned:,} log events from {start} to {end} matched the query"
        remedy = (
            "check its filters; where zero is an answer, count the matching events among all, in one stats"
        )
    else:
        reason = f"{matched:,} log events matched from {start} to {end}, but the query returned no row"
        remedy = "check what follows stats: a filter there leaves out rows"
    return Unusable(reason, remedy, "no-data")


def _only_column(query: CloudWatchLogsQuery, rows: list[Row]) -> str:
    names = {name for row in rows for name in row} - {query.time, query.samples}
    if len(names) != 1:
        raise Unusable(
            f"the answer has the columns {', '.join(sorted(names)) or 'time and samples'}, and none is chosen",
            "say with 'column' which of them is the number",
        )
    return names.pop()


def _single(query: CloudWatchLogsQuery, planned: Plan, column: str, rows: list[Row]) -> Point:
    if len(rows) != 1:
        raise Unusable(
            f"the query returned {len(rows)} rows, but a promise needs one number",
            "remove the grouping of stats; or group by bin(), with time and combine",
        )
    return Point(planned.window.start, number_of(rows[0], column), count_of(rows[0], query.samples))


def _bins(query: CloudWatchLogsQuery, planned: Plan, column: str, rows: list[Row]) -> tuple[Point, ...]:
    """A point for each row, in order of time. Each must lie in the window and on the grid of the bins."""
    points: dict[int, Point] = {}
    for row in rows:
        moment = moment_of(row, str(query.time))
        if not planned.window.start <= moment < planned.window.end:
            raise Unusable(
                f"the answer holds a bin outside the window that was asked: {row[str(query.time)]}"
            )
        if (moment - planned.window.start) % planned.period:
            raise Unusable(f"the answer holds a bin that begins between two bins: {row[str(query.time)]}")
        if moment in points:
            raise Unusable(f"the answer holds two rows for {row[str(query.time)]}", "group by bin() alone")
        points[moment] = Point(moment, number_of(row, column), count_of(row, query.samples))
    return tuple(points[moment] for moment in sorted(points))


def _quantile(query: CloudWatchLogsQuery, column: str) -> Fraction | None:
    """The quantile of a percentile in a single row; None for bins, because the worst bin's percentile is not the
    window's."""
    answers = result(commands(query.query))
    value = answers.value(column) if answers and query.time is None else None
    percent = percentile(value.expression) if value else None
    return None if percent is None else Fraction(Decimal(percent)) / 100


def _counts_events(query: CloudWatchLogsQuery, column: str, points: tuple[Point, ...]) -> bool:
    """Whether the numbers are whole numbers of events: counts, or sums of whole numbers."""
    answers = result(commands(query.query))
    value = answers.value(column) if answers else None
    counted = value is not None and set(functions(value.expression)) <= {*ADDITIVE, "count_distinct"}
    return counted and all(point.value >= 0 and point.value.denominator == 1 for point in points)


def _note(statistics: Mapping[str, int]) -> str:
    matched, scanned = statistics["recordsMatched"], statistics["recordsScanned"]
    groups = statistics.get("logGroupsScanned")
    where = f" in {groups} log group{'' if groups == 1 else 's'}" if type(groups) is int else ""
    return f"{size(statistics['bytesScanned'])} scanned; {matched:,} of {scanned:,} log events matched{where}"
