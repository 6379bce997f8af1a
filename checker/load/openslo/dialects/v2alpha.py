"""``openslo.com/v2alpha``: ``sli`` instead of ``indicator``, data sources inside queries, no display names."""

from __future__ import annotations

import re
from typing import Any

from checker.load.openslo.departure import Departure, of_key
from checker.load.openslo.node import Node
from checker.spec.fields import show

KINDS = {
    kind: kind
    for kind in (
        "AlertCondition", "AlertNotificationTarget", "AlertPolicy", "DataSource", "SLI", "SLO", "Service",
    )
}  # fmt: skip
WORDS = {
    "indicator": "sli",
    "indicatorRef": "sliRef",
    "metricSourceRef": "dataSourceRef",
    "metricSource": "dataSourceRef",
}

_DURATIONS = ("duration", "timeSliceWindow", "lookbackWindow", "alertAfter")


def translate(root: Node) -> tuple[list[Node], list[Departure]]:
    """The document, and a DataSource for each one that is written inside a query."""
    departures: list[Departure] = []
    inside: list[Node] = []
    metadata, spec = root.get("metadata"), root.get("spec")
    named = None if metadata is None else metadata.get("displayName")
    if named is not None:
        message = "openslo.com/v2alpha has no displayName in metadata"
        departures.append(of_key(named, message, "remove it, or move it into an annotation"))
    if spec is None or not spec.is_mapping:
        return [root], departures
    if root.text("kind") == "SLO":
        spec.rename("serviceRef", "service")
        for holder in (spec, *spec.items("objectives")):
            holder.rename("sli", "indicator")
            holder.rename("sliRef", "indicatorRef")
            indicator = holder.get("indicator", "spec")
            if indicator is not None:
                _sli(indicator, root.text("metadata", "name"), inside, departures)
        for objective in spec.items("objectives"):
            objective.pop("labels")
    elif root.text("kind") == "SLI":
        _sli(spec, root.text("metadata", "name"), inside, departures)
    if root.text("kind") != "DataSource":
        _durations(spec, departures)
    return [root, *inside], departures


def _sli(spec: Node, name: str, inside: list[Node], departures: list[Departure]) -> None:
    """Wraps the queries of an indicator as ``openslo/v1`` does."""
    threshold, ratio = spec.get("thresholdMetric"), spec.get("ratioMetric")
    if threshold is not None and threshold.is_mapping:
        spec.value["thresholdMetric"] = _source(threshold, name, inside, departures)
    if ratio is None or not ratio.is_mapping:
        return
    for side in ("good", "bad", "total", "raw"):
        query = ratio.get(side)
        if query is not None and query.is_mapping:
            ratio.value[side] = _source(query, name, inside, departures)


def _source(query: Node, name: str, inside: list[Node], departures: list[Departure]) -> Node:
    query.rename("dataSourceRef", "metricSourceRef")
    written = query.pop("dataSourceSpec")
    if written is not None:
        if "metricSourceRef" in query.value:
            message = "a data source is written inside or referred to, never both"
            remedy = "remove 'dataSourceRef' or 'dataSourceSpec'"
            departures.append(of_key(written, message, remedy, "error"))
        else:
            of = f"{name or 'inline'}-{len(inside) + 1}"
            head: dict[str, Any] = {
                "apiVersion": "openslo/v1",
                "kind": "DataSource",
                "metadata": {"name": of},
            }
            inside.append(Node(written.wrap(**head, spec=written).value, written.mark))
            query.put("metricSourceRef", of)
    return query.wrap(metricSource=Node(query.value, query.mark))


def _durations(node: Node, departures: list[Departure]) -> None:
    if isinstance(node.value, dict):
        for key, inner in node.value.items():
            if (
                key in _DURATIONS
                and isinstance(inner.value, str)
                and re.fullmatch("[0-9]+[MQY]", inner.value)
            ):
                message = f"{show(inner.value)}: openslo.com/v2alpha has no months, quarters and years"
                departures.append(Departure(inner.mark, message, "write it in days, or as openslo/v1"))
            elif key != "metricSource":
                _durations(inner, departures)
    elif isinstance(node.value, list):
        for inner in node.value:
            _durations(inner, departures)
