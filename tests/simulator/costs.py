"""Cost Explorer over costs that were put: GetCostAndUsage by day or month, whole or by service.

    simulator.costs.put("AWS Lambda", "2026-01-30", "1.2345678901")

Amounts are decimals and come back as text, as AWS writes them. Filters are not understood: they are refused.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from tests.simulator.errors import ApiError
from tests.simulator.parameters import Account, Parameters, required


@dataclass(slots=True)
class Costs:
    """What each service cost each day, in USD."""

    days: dict[tuple[str, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    """By (day, service)."""
    final: date = date.max
    """Periods that end after this are still estimated."""

    def put(self, service: str, day: str, amount: str) -> None:
        """Add to what a service cost on a day."""
        self.days[day, service] += Decimal(amount)

    def get(self, parameters: Parameters, account: Account) -> dict[str, Any]:
        """GetCostAndUsage."""
        period, granularity, metrics = required(parameters, "TimePeriod", "Granularity", "Metrics")
        if parameters.get("Filter"):
            raise ApiError("ValidationException", "Filters are not simulated.")
        groups = parameters.get("GroupBy") or []
        if groups not in ([], [{"Type": "DIMENSION", "Key": "SERVICE"}]):
            raise ApiError("ValidationException", "Only SERVICE is simulated to group by.")
        bounds = _bounds(date.fromisoformat(period["Start"]), date.fromisoformat(period["End"]), granularity)
        return {
            "ResultsByTime": [
                self._period(start, end, metrics, bool(groups)) for start, end in pairwise(bounds)
            ],
            "DimensionValueAttributes": [],
        }

    def _period(self, start: date, end: date, metrics: list[str], grouped: bool) -> dict[str, Any]:
        by_service: dict[str, Decimal] = defaultdict(Decimal)
        for (day, service), amount in self.days.items():
            if start <= date.fromisoformat(day) < end:
                by_service[service] += amount
        return {
            "TimePeriod": {"Start": start.isoformat(), "End": end.isoformat()},
            "Total": {} if grouped else _amounts(sum(by_service.values(), Decimal(0)), metrics),
            "Groups": [
                {"Keys": [service], "Metrics": _amounts(amount, metrics)}
                for service, amount in sorted(by_service.items())
            ]
            if grouped
            else [],
            "Estimated": end > self.final,
        }


def _amounts(amount: Decimal, metrics: list[str]) -> dict[str, Any]:
    return {metric: {"Amount": str(amount), "Unit": "USD"} for metric in metrics}


def _bounds(start: date, end: date, granularity: str) -> list[date]:
    bounds = [start]
    while bounds[-1] < end:
        last = bounds[-1]
        following = (last.replace(day=1) + timedelta(days=32)).replace(day=1)
        bounds.append(min(end, following if granularity == "MONTHLY" else last + timedelta(days=1)))
    return bounds
