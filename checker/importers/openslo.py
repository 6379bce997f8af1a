"""The OpenSLO documents that importers write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from checker.importers.written import without_empty
from checker.units import format_duration

_OWNERS = ("owner", "team", "pyrra.dev/team")
"""Labels that name who answers for an SLO, by use."""

RATIO = ("spec", "indicator", "spec", "ratioMetric")
"""The way to the ratio of an SLO written by ``slo``."""


def prometheus(query: str, reference: str = "", lag: int = 0) -> dict[str, Any]:
    """A PromQL query as OpenSLO holds it, asked about ``lag`` seconds ago."""
    late = {"lag": format_duration(lag)} if lag else {}
    return source("Prometheus", {"query": query, **late}, reference)


def source(name: str, spec: Mapping[str, Any], reference: str = "") -> dict[str, Any]:
    """Any source's query as OpenSLO holds it."""
    return {
        "metricSource": {**without_empty({"metricSourceRef": reference}), "type": name, "spec": dict(spec)}
    }


def slo(
    name: str,
    service: str,
    *,
    ratio: Mapping[str, Any],
    target: Fraction,
    window: int,
    display_name: str = "",
    description: str = "",
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
    alert_policies: Sequence[str] = (),
) -> dict[str, Any]:
    """An SLO over a rolling window. ``target`` is the share of good events, between 0 and 1, both excluded."""
    spec = {
        "description": description,
        "service": service,
        "indicator": {"metadata": {"name": name}, "spec": {"ratioMetric": dict(ratio)}},
        "timeWindow": [{"duration": format_duration(window), "isRolling": True}],
        "budgetingMethod": "Occurrences",
        "objectives": [target_key(target)],
        "alertPolicies": [{"alertPolicyRef": each} for each in alert_policies],
    }
    metadata = {
        "name": name,
        "displayName": display_name if display_name != name else "",
        "labels": dict(labels or {}),
        "annotations": {**_owner(labels or {}), **(annotations or {})},
    }
    return {
        "apiVersion": "openslo/v1",
        "kind": "SLO",
        "metadata": without_empty(metadata),
        "spec": without_empty(spec),
    }


def _owner(labels: Mapping[str, str]) -> dict[str, str]:
    """Who answers for an SLO, where its labels say so."""
    named = next((labels[key] for key in _OWNERS if labels.get(key)), "")
    return {"checker/owner": named} if named else {}


def target_key(target: Fraction) -> dict[str, Any]:
    """``targetPercent: 99.9``, or ``target`` for shares too small to be written so."""
    if target * 100 > 1:
        return {"targetPercent": decimal(target * 100)}
    return {"target": decimal(target)}


def decimal(value: Fraction) -> Decimal | int:
    """A fraction as the decimal that it is; one that is none is cut after six digits, towards zero."""
    if value.denominator == 1:
        return value.numerator
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return decimal(Fraction(int(value * 10**6), 10**6))
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
    return Decimal((value * 10**digits).numerator).scaleb(-digits)
