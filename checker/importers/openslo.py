"""Builds the OpenSLO documents that importers write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from checker.importers.written import without_empty
from checker.units import format_duration

_OWNERS = ("owner", "team", "pyrra.dev/team")
"""Labels that may name the owner of an SLO, in order of preference."""

RATIO = ("spec", "indicator", "spec", "ratioMetric")
"""The path to the ratio of an SLO made by ``slo``."""


def prometheus(query: str, reference: str = "", lag: int = 0) -> dict[str, Any]:
    """A PromQL query as an OpenSLO metric source, evaluated ``lag`` seconds ago."""
    late = {"lag": format_duration(lag)} if lag else {}
    return source("Prometheus", {"query": query, **late}, reference)


def source(name: str, spec: Mapping[str, Any], reference: str = "") -> dict[str, Any]:
    """The query of any source as an OpenSLO metric source."""
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
    """An SLO over a rolling window of ``window`` seconds. ``target`` is the share of good events, 0 < target < 1."""
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
    """The owner annotation of an SLO, if its labels name one."""
    named = next((labels[key] for key in _OWNERS if labels.get(key)), "")
    return {"checker/owner": named} if named else {}


def target_key(target: Fraction) -> dict[str, Any]:
    """``targetPercent: 99.9``, or ``target`` for a share of at most 1 %: checker accepts no targetPercent below 1."""
    if target * 100 > 1:
        return {"targetPercent": decimal(target * 100)}
    return {"target": decimal(target)}


def decimal(value: Fraction) -> Decimal | int:
    """A fraction as an exact decimal; a fraction without one is truncated after six decimals."""
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
