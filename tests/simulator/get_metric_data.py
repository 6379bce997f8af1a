"""GetMetricData: up to 500 queries a call, answered in pages of data points."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.simulator import expressions
from tests.simulator.errors import ApiError
from tests.simulator.metrics import Metric
from tests.simulator.parameters import (
    Account,
    Parameters,
    dimensions,
    joined,
    listed,
    offset_of,
    required,
    time_range,
    token_of,
    unit,
)
from tests.simulator.retention import LONGEST_PERIOD, span, valid_period
from tests.simulator.statistics import Statistic, statistic

MOST_QUERIES = 500
MOST_POINTS = 100_800
_ID = re.compile(r"[a-z][a-zA-Z0-9_]{0,254}")
_SCANS = ("TimestampDescending", "TimestampAscending")

Points = list[tuple[int, float]]


class MetricQuery(NamedTuple):
    """A query for one statistic of one metric."""

    id: str
    label: str
    visible: bool
    metric: Metric
    unit: str | None
    period: int
    statistic: Statistic


class MathQuery(NamedTuple):
    """A query that computes with the results of others."""

    id: str
    label: str
    visible: bool
    tree: ast.expr


def get_metric_data(parameters: Parameters, account: Account) -> dict[str, Any]:
    """One page of results. Data points are counted over all Ids; an Id cut by the page's end comes again."""
    start, end = time_range(parameters, "ValidationError")
    scan = parameters.get("ScanBy", _SCANS[0])
    if scan not in _SCANS:
        raise ApiError("ValidationError", f"The parameter ScanBy must be a value in the set [ {_SCANS} ].")
    queries = _queries(parameters, account)
    points = _answers(queries, start, end, account)
    if scan == _SCANS[0]:
        points = {name: values[::-1] for name, values in points.items()}
    shown = [(query, points[query.id]) for query in queries if query.visible]
    if any(isinstance(query, MathQuery) for query in queries):
        # Documented: a request with math gets no NextToken, so its answer is not paged.
        return {"MetricDataResults": [_result(query, values) for query, values in shown], "Messages": []}
    return _page(parameters, shown)


def _page(parameters: Parameters, shown: list[tuple[Any, Points]]) -> dict[str, Any]:
    size = parameters.get("MaxDatapoints", MOST_POINTS)
    if not isinstance(size, int) or size < 1:
        raise ApiError("ValidationError", f"The value {size} for parameter MaxDatapoints is not valid.")
    offset = offset_of(parameters)
    past = offset + min(size, MOST_POINTS)
    results, position = [], 0
    for query, values in shown:
        low, high = max(offset - position, 0), min(past - position, len(values))
        if low < high:
            results.append(_result(query, values[low:high], complete=high == len(values)))
        elif not values and (offset < position <= past or position == offset == 0):
            results.append(_result(query, values))
        position += len(values)
    page = {"MetricDataResults": results, "Messages": []}
    return page if position <= past else {**page, "NextToken": token_of(parameters, past)}


def _result(query: MetricQuery | MathQuery, values: Points, *, complete: bool = True) -> dict[str, Any]:
    return {
        "Id": query.id,
        "Label": query.label,
        "Timestamps": [moment for moment, _ in values],
        "Values": [value for _, value in values],
        "StatusCode": "Complete" if complete else "PartialData",
    }


def _answers(
    queries: list[MetricQuery | MathQuery], start: float, end: float, account: Account
) -> dict[str, Points]:
    """The points of every query by Id, oldest first."""
    points: dict[str, Points] = {}
    for query in queries:
        if isinstance(query, MetricQuery):
            points[query.id] = list(_read(query, start, end, account))
    waiting = [query for query in queries if isinstance(query, MathQuery)]
    while waiting:
        ready = [query for query in waiting if expressions.names(query.tree) <= points.keys()]
        if not ready:
            raise ApiError("ValidationError", "The expressions refer to each other in a circle.")
        for query in ready:
            series = {name: dict(points[name]) for name in expressions.names(query.tree)}
            points[query.id] = list(expressions.evaluate(query.tree, series).items())
        waiting = [query for query in waiting if query.id not in points]
    return points


def _read(query: MetricQuery, start: float, end: float, account: Account) -> Iterator[tuple[int, float]]:
    time_span = span(start, end, query.period, account.now)
    for moment, _, bucket in account.store.read(query.metric, query.unit, time_span):
        value = query.statistic(bucket)
        if value is not None:
            yield moment, float(value)


def _queries(parameters: Parameters, account: Account) -> list[MetricQuery | MathQuery]:
    rows = listed(parameters, "MetricDataQueries", of=dict)
    if not rows:
        raise ApiError("MissingParameter", "The parameter MetricDataQueries is required.")
    if len(rows) > MOST_QUERIES:
        size = f"must not have a size greater than {MOST_QUERIES}"
        raise ApiError("ValidationError", f"The collection MetricDataQueries {size}.")
    ids = Counter(str(row.get("Id")) for row in rows)
    problems: list[str] = []
    if max(ids.values()) > 1:
        problems.append("The values for parameter id in MetricDataQueries are not unique.")
    queries: list[MetricQuery | MathQuery | None] = []
    for index, row in enumerate(rows, 1):
        prefix = f"MetricDataQueries.member.{index}."
        if not _ID.fullmatch(str(row.get("Id"))):
            pattern = "is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$"
            problems.append(f"The value {row.get('Id')} for parameter {prefix}Id {pattern}.")
        if ("MetricStat" in row) == ("Expression" in row):
            problems.append(f"Exactly one of {prefix}MetricStat and {prefix}Expression must be specified.")
        elif "MetricStat" in row:
            queries.append(_metric_query(row, prefix, account, problems))
        else:
            queries.append(_math_query(row, prefix, set(ids), problems))
    joined(problems)
    return [query for query in queries if query is not None]


def _metric_query(row: Parameters, prefix: str, account: Account, problems: list[str]) -> MetricQuery | None:
    stat = row["MetricStat"]
    place = f"{prefix}MetricStat."
    metric, period, name = required(stat, "Metric", "Period", "Stat", prefix=place)
    namespace, metric_name = required(metric, "Namespace", "MetricName", prefix=f"{place}Metric.")
    pairs = dimensions(metric, f"{place}Metric.", "ValidationError")
    computed = statistic(str(name))
    if computed is None:
        problems.append(f"The value {name} for parameter {place}Stat is not a valid statistic.")
    if not valid_period(period):
        rule = f"must be 1, 5, 10, 20, 30 or a multiple of 60, and at most {LONGEST_PERIOD}"
        problems.append(f"The value {period} for parameter {place}Period {rule}.")
    asked = unit(stat, place, "ValidationError")
    if computed is None or problems:
        return None
    key = Metric(row.get("AccountId", account.number), namespace, metric_name, pairs)
    visible = row.get("ReturnData", True)
    return MetricQuery(row["Id"], row.get("Label", metric_name), visible, key, asked, period, computed)


def _math_query(row: Parameters, prefix: str, ids: set[str], problems: list[str]) -> MathQuery | None:
    try:
        tree = expressions.parse(str(row["Expression"]))
    except ValueError as error:
        problems.append(f"Error in expression '{row.get('Id')}': {error}.")
        return None
    unknown = expressions.names(tree) - ids
    if unknown:
        problems.append(f"{prefix}Expression refers to Ids that are not there: {', '.join(sorted(unknown))}.")
    if not expressions.names(tree):
        problems.append(f"{prefix}Expression must refer to at least one Id.")
    name = str(row.get("Id"))
    return MathQuery(name, row.get("Label", name), row.get("ReturnData", True), tree)
