"""A SYNTHETIC SecureBase: what its metrics could have looked like for 31 days. Nothing here was measured.

Every number follows from the tables below and a fixed seed, so that a run can be compared to the last event.
The last 24 hours are published minute by minute, the 30 days before them once an hour with the same volume.

What the scenario is made to show, over the last hour unless said otherwise: API latency has a p95 of about
620 ms (it was 420 ms until then), queries 3.8 s, PDF exports 9.2 s with an average of 6 s, page loads 2.4 s.
E-mail delivery succeeds for 98.7 %, 0.4 % of Lambda invocations fail, and 99.95 % of the API requests of
30 days did not. DynamoDB was never throttled, so it publishes no throttle events at all; only its consumed
capacity proves that it was there.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from random import Random
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tests.simulator.simulator import Simulator

SEED = 20261121
HOUR = 3600
HOURS = 31 * 24
DENSE_HOURS = 24
STRATA = 20
WINDOWS = {"hour": HOUR, "day": 24 * HOUR, "30 days": 30 * 24 * HOUR}

ANALYTICS = "SecureBase/Analytics"
CUSTOMERS = ("acme", "globex", "initech")
API = ({"ApiName": "securebase-prod"},)
FUNCTION = ({"FunctionName": "securebase-prod-report-engine"},)
TABLE = ({"TableName": "securebase-prod-reports"},)
PORTAL = ({"application_name": "securebase-portal"},)
QUERIES = tuple(
    {"CustomerId": customer, "QueryType": kind}
    for customer in CUSTOMERS
    for kind in ("summary", "trend", "detail")
)
REPORTS = tuple({"ReportType": kind} for kind in ("executive", "compliance", "usage"))
BY_CUSTOMER = tuple({"CustomerId": customer} for customer in CUSTOMERS)
NO_DIMENSIONS: Mapping[str, str] = {}


class Spread(NamedTuple):
    """Values of a log-normal shape, given by median and p95, dealt in turn to the sets of dimensions.

    ``overall`` publishes each value to a series without dimensions as well; ``last_p95`` is the p95 of the
    last hour where it differs.
    """

    namespace: str
    name: str
    unit: str
    sets: tuple[Mapping[str, str], ...]
    per_hour: int
    median: float
    p95: float
    overall: bool = False
    last_p95: float | None = None


class Share(NamedTuple):
    """1 or 0 for each event: ``ones`` of ``of`` events are 1, evenly spread."""

    namespace: str
    name: str
    unit: str
    dimensions: Mapping[str, str]
    per_hour: int
    ones: int
    of: int
    overall: bool = False


SPREADS = (
    Spread(ANALYTICS, "QueryExecutionTime", "Seconds", QUERIES, 360, 1.6, 3.8, overall=True),
    Spread(ANALYTICS, "PDFExportDuration", "Seconds", REPORTS, 240, 5.76, 9.2, overall=True),
    Spread(ANALYTICS, "ExcelExportDuration", "Seconds", REPORTS, 120, 3.1, 5.4),
    Spread(ANALYTICS, "CSVExportDuration", "Seconds", REPORTS, 120, 0.7, 1.6),
    Spread(ANALYTICS, "ResultSetSize", "Count", BY_CUSTOMER, 120, 350, 2400),
    Spread("AWS/ApiGateway", "Latency", "Milliseconds", API, 1200, 180, 420, last_p95=620),
    Spread("AWS/Lambda", "Duration", "Milliseconds", FUNCTION, 600, 850, 2900),
    Spread("AWS/RUM", "PerformanceNavigationDuration", "Milliseconds", PORTAL, 300, 1150, 2400),
    Spread("AWS/DynamoDB", "ConsumedReadCapacityUnits", "Count", TABLE, 60, 40, 95),
    Spread("AWS/DynamoDB", "ConsumedWriteCapacityUnits", "Count", TABLE, 60, 12, 30),
)
SHARES = (
    Share(
        ANALYTICS, "ReportDeliverySuccess", "Count", {"DeliveryMethod": "email"}, 240, 987, 1000, overall=True
    ),
    Share(
        ANALYTICS, "ReportDeliverySuccess", "Count", {"DeliveryMethod": "slack"}, 120, 994, 1000, overall=True
    ),
    Share(ANALYTICS, "CacheHitRate", "None", NO_DIMENSIONS, 600, 82, 100),
    Share(ANALYTICS, "APIErrors", "Count", {"ErrorType": "timeout"}, 2, 1, 1),
    Share(ANALYTICS, "APIErrors", "Count", {"ErrorType": "validation"}, 6, 1, 1),
    Share("AWS/ApiGateway", "Count", "Count", API[0], 1200, 1, 1),
    Share("AWS/ApiGateway", "5XXError", "Count", API[0], 1200, 5, 10_000),
    Share("AWS/Lambda", "Invocations", "Count", FUNCTION[0], 600, 1, 1),
    Share("AWS/Lambda", "Errors", "Count", FUNCTION[0], 600, 4, 1000),
)
THROTTLED_HOURS = (61, 62, 200, 455)
"""How many hours before the end a request to DynamoDB was throttled, as the application counted it."""


class Key(NamedTuple):
    """One series: its metric and its exact dimensions, sorted by name."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]


class Totals(NamedTuple):
    """What a window holds."""

    samples: float
    sum: float

    @property
    def average(self) -> float:
        return self.sum / self.samples


Row = tuple[int, float, int]
"""(epoch seconds, value, how often it occurred)."""


def load_securebase(simulator: Simulator, end: int) -> dict[Key, dict[str, Totals]]:
    """Publish the scenario for the 31 days before ``end``; returns what each series holds, by window.

    The windows are "hour", "day" and "30 days", each ending at ``end`` (exclusive). They are exact when
    ``end`` is a multiple of 300 s, because CloudWatch rounds the start of a long range down to 5 minutes. A
    series with nothing in a window has no entry for it.
    """
    random = Random(SEED)
    series: dict[Key, list[Row]] = defaultdict(list)
    units: dict[Key, str] = {}

    def publish(spec: Spread | Share, dimensions: Mapping[str, str], row: Row) -> None:
        for pairs in (dimensions, NO_DIMENSIONS) if spec.overall else (dimensions,):
            key = Key(spec.namespace, spec.name, tuple(sorted(pairs.items())))
            units[key] = spec.unit
            series[key].append(row)

    for spread in SPREADS:
        for place, row in enumerate(_spread_rows(random, spread, end)):
            publish(spread, spread.sets[place % len(spread.sets)], row)
    for share in SHARES:
        for row in _share_rows(share, end):
            publish(share, share.dimensions, row)
    throttled = Share(ANALYTICS, "ThrottledRequests", "Count", NO_DIMENSIONS, 1, 1, 1)
    for hours in THROTTLED_HOURS:
        publish(throttled, NO_DIMENSIONS, (end - hours * HOUR, 1.0, 1))
    for key, rows in series.items():
        simulator.put_counts(key.namespace, key.name, dict(key.dimensions), units[key], rows)
    return {key: _totals(rows, end) for key, rows in series.items()}


def _spread_rows(random: Random, spread: Spread, end: int) -> Iterator[Row]:
    """The values hour by hour: one of each of equally likely strata, so that all hours have one shape."""
    digits = 0 if spread.unit == "Count" else 3
    for hour in range(HOURS, 0, -1):
        start = end - hour * HOUR
        p95 = spread.last_p95 if hour == 1 and spread.last_p95 else spread.p95
        shape = NormalDist(
            math.log(spread.median), math.log(p95 / spread.median) / NormalDist().inv_cdf(0.95)
        )
        dense = hour <= DENSE_HOURS
        strata = spread.per_hour if dense else STRATA
        offset = random.random() or 0.5
        levels = ((index + offset) / strata for index in range(strata))
        values = [round(math.exp(shape.inv_cdf(level)), digits) for level in levels]
        if not dense:
            yield from ((start, value, spread.per_hour // STRATA) for value in values)
            continue
        values.sort(key=lambda _: random.random())
        for index, value in enumerate(values):
            yield start + index * 60 // strata * 60, value, 1


def _share_rows(share: Share, end: int) -> Iterator[Row]:
    """Ones and zeros slot by slot; the running total of ones is always the share of all events so far."""
    events = ones = 0
    for hour in range(HOURS, 0, -1):
        slots = 60 if hour <= DENSE_HOURS else 1
        before = events
        for slot in range(slots):
            moment = end - hour * HOUR + slot * 60
            upto = before + share.per_hour * (slot + 1) // slots
            fresh, events = upto - events, upto
            fresh_ones = events * share.ones // share.of - ones
            ones += fresh_ones
            if fresh_ones:
                yield moment, 1.0, fresh_ones
            if fresh > fresh_ones:
                yield moment, 0.0, fresh - fresh_ones


def _totals(rows: list[Row], end: int) -> dict[str, Totals]:
    totals = {}
    for window, seconds in WINDOWS.items():
        inside = [(value, count) for moment, value, count in rows if end - seconds <= moment < end]
        if inside:
            samples = sum(count for _, count in inside)
            totals[window] = Totals(samples, math.fsum(value * count for value, count in inside))
    return totals
