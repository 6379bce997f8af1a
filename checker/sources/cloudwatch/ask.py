"""The metric statistics that a question needs, and the requests for them: pure.

The window ends at the last whole period before ``at`` minus the ingestion lag, and both its ends lie on the
period's grid, because CloudWatch counts periods from the given start time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from checker.model import ConnectionDeclaration, Question, Request, Window, share_line
from checker.sources.aws import identity_request
from checker.sources.cloudwatch.query import DAY, CloudWatchQuery, period_of, quantile_of, unit
from checker.units import Threshold, convert

LAG = 300
QUERIES_A_CALL = 500
POINTS_A_CALL = 100_800

# How long CloudWatch keeps data: (age of the window's start in seconds, shortest period that is kept until then).
RETENTION = ((3 * 3600, 1), (15 * DAY, 60), (63 * DAY, 300), (455 * DAY, 3600))


class Plan(NamedTuple):
    """The metric statistics that answer one question.

    ``main`` is the statistic itself (for an average, the sums; None for a percentile over more than a day).
    ``counts`` is the sample count on the fine grid. ``ranks`` are the percentile ranks of the thresholds, whose
    samples are in ``counts``.
    """

    window: Window
    period: int
    main: MetricStat | None
    counts: MetricStat | None
    ranks: tuple[tuple[Rank, MetricStat], ...] = ()


class Rank(NamedTuple):
    """A threshold in the metric's unit, whether samples at it count, and the value whose rank is requested."""

    threshold: Fraction
    at: bool
    asked: Fraction


@dataclass(frozen=True, slots=True)
class MetricStat:
    """One entry of a GetMetricData call, hashable by its period and its sorted JSON text."""

    period: int
    text: str
    entry: Mapping[str, Any] = field(compare=False, repr=False)

    def query(self, identifier: str) -> dict[str, Any]:
        """The entry with an Id."""
        return {"Id": identifier, **self.entry}


as_text = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
"""The canonical text of an entry."""


@lru_cache(maxsize=20_000)
def plan(question: Question) -> Plan:
    """What to ask for one question."""
    query: CloudWatchQuery = question.query  # type: ignore[assignment]
    length = question.window or 0
    period = question.period or kept_period(period_of(query, length), length, query)
    end = (question.at - (LAG if query.lag is None else query.lag)) // period * period
    window = Window(end - length, end)
    if query.stat in ("Sum", "Minimum", "Maximum") and not question.samples:
        return Plan(window, period, metric_stat(query, query.stat, period), None)
    counts = metric_stat(query, "SampleCount", period)
    if query.stat == "Average":
        return Plan(window, period, metric_stat(query, "Sum", period), counts)
    if query.stat in ("Sum", "Minimum", "Maximum"):
        return Plan(window, period, metric_stat(query, query.stat, period), counts)
    if query.stat == "SampleCount":
        return Plan(window, period, counts, None)
    if question.period:
        return Plan(window, period, metric_stat(query, query.stat, period), counts)
    ranks = _ranks(question, query, length, period) if quantile_of(query.stat) else ()
    if length > DAY:
        return Plan(window, period, None, counts, ranks)
    single = metric_stat(query, query.stat, length)
    return Plan(window, period, single, counts, ranks if question.shares else ())


def kept_period(period: int, length: int, query: CloudWatchQuery) -> int:
    """The period, lengthened to the shortest one that CloudWatch still keeps at the window's start."""
    age = length + (LAG if query.lag is None else query.lag) + period
    kept = next((shortest for longest, shortest in RETENTION if age < longest), 3600)
    return max(period, kept)


def _ranks(
    question: Question, query: CloudWatchQuery, length: int, period: int
) -> tuple[tuple[Rank, MetricStat], ...]:
    """The percentile rank of each threshold: how many samples lie below its line."""
    width = length if length <= DAY else period
    ranks = {rank_of(threshold, query) for threshold in question.thresholds}
    return tuple((rank, metric_stat(query, f"PR(:{_plain(rank.asked)})", width)) for rank in sorted(ranks))


def rank_of(threshold: Threshold, query: CloudWatchQuery) -> Rank:
    """A threshold in the metric's unit, and the value whose rank is requested.

    ``PR(:T)`` counts the samples up to and including T. If samples at T must not count, the rank of a value smaller
    by one billionth is requested: samples between the two then count to the worse side of '<'.
    """
    value = convert(threshold.value, threshold.unit, unit(query))
    at = share_line(threshold)
    return Rank(value, at, value if at or value <= 0 else value * (1 - Fraction(1, 10**9)))


def _plain(value: Fraction) -> str:
    """A decimal without an exponent. Exact, because thresholds and unit factors are decimals."""
    text = f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def metric_stat(query: CloudWatchQuery, stat: str, period: int) -> MetricStat:
    """The GetMetricData entry for one statistic of a query's metric."""
    dimensions = [{"Name": name, "Value": value} for name, value in sorted(query.dimensions.items())]
    metric = {"Namespace": query.namespace, "MetricName": query.metricName, "Dimensions": dimensions}
    inner = {"Metric": metric, "Period": period, "Stat": stat}
    if query.unit is not None:
        inner["Unit"] = query.unit
    entry = {"MetricStat": inner, **({"AccountId": query.accountId} if query.accountId else {})}
    return MetricStat(period, as_text(entry), entry)


def stats_of(planned: Plan) -> Iterator[MetricStat]:
    """All entries of a plan."""
    yield from (stat for stat in (planned.main, planned.counts) if stat is not None)
    yield from (stat for _, stat in planned.ranks)


def requests(questions: Sequence[Question]) -> list[Request]:
    """One request for each connection's identity; then every entry once, as many in a call as fit into one page."""
    wanted: dict[tuple[ConnectionDeclaration, Window], set[MetricStat]] = {}
    for question in questions:
        planned = plan(question)
        wanted.setdefault((question.connection, planned.window), set()).update(stats_of(planned))
    made = [
        identity_request("CloudWatch", declaration) for declaration in dict.fromkeys(key[0] for key in wanted)
    ]
    for (declaration, window), stats in wanted.items():
        for batch in _batches(sorted(stats, key=lambda stat: (stat.text, stat.period)), window):
            parameters: Mapping[str, Any] = {
                "StartTime": window.start,
                "EndTime": window.end,
                "ScanBy": "TimestampAscending",
                "MetricDataQueries": [stat.query(f"q{number}") for number, stat in enumerate(batch)],
            }
            made.append(Request("CloudWatch", declaration, "GetMetricData", parameters))
    return made


def _batches(stats: Iterable[MetricStat], window: Window) -> Iterator[list[MetricStat]]:
    """Splits ``stats`` into calls of at most 500 entries and 100,800 points, so that answers have a single page."""
    batch: list[MetricStat] = []
    points = 0
    for stat in stats:
        more = -(-window.seconds // stat.period)
        if batch and (len(batch) == QUERIES_A_CALL or points + more > POINTS_A_CALL):
            yield batch
            batch, points = [], 0
        batch.append(stat)
        points += more
    if batch:
        yield batch
