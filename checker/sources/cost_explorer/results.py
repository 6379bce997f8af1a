"""Merges the pages of an answer into results by period, each period and each group once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from checker.model import Absence, Exchange
from checker.sources.cost_explorer.ask import Period

Amounts = Mapping[str, Mapping[str, Any]]
"""By metric: its ``Amount`` and ``Unit`` as returned."""


@dataclass(slots=True)
class Result:
    """The costs of one period, in total or by group, and whether AWS calls them final."""

    final: bool
    total: Amounts
    groups: dict[str, Amounts] = field(default_factory=dict)


Answer = Mapping[Period, Result] | Absence


def merge(exchange: Exchange) -> Answer:
    """The results of one request by period, with all pages merged; or why they cannot be used."""
    if exchange.failure is not None:
        return Absence("failed", exchange.failure.message, exchange.failure.remedy)
    pages = (exchange.response or {}).get("pages")
    if not isinstance(pages, list) or not pages:
        return failed("the answer holds no page")
    results: dict[Period, Result] = {}
    try:
        for raw in (raw for page in pages for raw in page["ResultsByTime"]):
            period = Period(str(raw["TimePeriod"]["Start"]), str(raw["TimePeriod"]["End"]))
            made = Result(raw.get("Estimated") is False, dict(raw.get("Total") or {}), _groups(raw))
            known = results.setdefault(period, made)
            if known is not made and not _join(known, made):
                return failed(f"the answer holds {period.name} twice, with different amounts")
    except (KeyError, TypeError, AttributeError, ValueError):
        return failed("the answer is not a valid GetCostAndUsage response")
    return results


def _groups(raw: Mapping[str, Any]) -> dict[str, Amounts]:
    groups: dict[str, Amounts] = {}
    listed = raw.get("Groups")
    if not isinstance(listed, list | None):
        raise TypeError("Groups")
    for each in listed or ():
        (key,) = each["Keys"]
        if not isinstance(each["Metrics"], Mapping):
            raise TypeError(key)
        if groups.setdefault(str(key), each["Metrics"]) is not each["Metrics"]:
            raise ValueError(key)
    return groups


def _join(known: Result, more: Result) -> bool:
    """Adds the groups of a further page to a period. Returns whether the two agree."""
    known.final = known.final and more.final
    agree = known.total == more.total and all(
        known.groups.get(key, amounts) == amounts for key, amounts in more.groups.items()
    )
    known.groups.update(more.groups)
    return agree


def of_metric(answer: Answer, metric: str) -> Answer:
    """The part of an answer that is about one metric. Other metrics asked with it make no difference to it."""
    if isinstance(answer, Absence):
        return answer
    return {
        period: Result(
            result.final, _only(metric, result.total), {k: _only(metric, v) for k, v in result.groups.items()}
        )
        for period, result in answer.items()
    }


def _only(metric: str, amounts: Amounts) -> Amounts:
    return {metric: amounts[metric]} if metric in amounts else {}


def failed(reason: str, remedy: str = "run again; if it persists, look at the recorded evidence") -> Absence:
    """The absence of an answer that could be used."""
    return Absence("failed", f"ce:GetCostAndUsage: {reason}", remedy)
