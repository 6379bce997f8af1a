"""The unit that the metric names in a query imply. Prometheus has no units; by convention, a name ends in its base
unit: ``checkout_seconds_bucket``, ``node_memory_free_bytes`` (prometheus.io/docs/practices/naming)."""

from __future__ import annotations

import re

from checker.sources.prometheus import promql
from checker.sources.prometheus.query import PrometheusQuery
from checker.units import Unit, parse_unit

BASE_UNITS = {"time": "s", "data": "B"}
_ENDINGS = {"seconds": "s", "milliseconds": "ms", "microseconds": "us", "nanoseconds": "ns", "bytes": "B"}
_PARTS = ("_bucket", "_sum", "_total")
"""Endings after the unit in the series of a histogram or a counter. (A ``_count`` has no unit.)"""
_CONVERTED = re.compile(r"[*/^%]\s*[-+]?[\d.]|(?<![\w:.])[\d.]+(?:[eE][-+]?\d+)?\s*[*/^%]|\bscalar\b")
"""A multiplication or division by a number, or ``scalar``: the result may be in another unit."""


def named_unit(query: PrometheusQuery) -> tuple[str, Unit] | None:
    """A metric of ``query`` and the unit that its name implies; None if no name implies one, or names imply
    different ones."""
    outside = promql.unquoted(query.query)
    if outside is None or _CONVERTED.search(outside):
        return None
    named = {unit: name for name in promql.names(outside) if (unit := _ending(name))}
    if len(named) != 1:
        return None
    ((unit, name),) = named.items()
    return name, parse_unit(unit)


def _ending(name: str) -> str:
    part = next((each for each in _PARTS if name.endswith(each)), "")
    return _ENDINGS.get(name.removesuffix(part).rpartition("_")[2], "")
