"""``openslo.com/v1``: OpenSLO as Kubernetes resources, as used by OSKO. Numbers are written as text there."""

from __future__ import annotations

from checker.load.openslo.departure import Departure
from checker.load.openslo.mend_values import NUMBERS, as_number
from checker.load.openslo.node import Node

KINDS = {
    "AlertCondition": "AlertCondition",
    "AlertNotificationTarget": "AlertNotificationTarget",
    "AlertPolicy": "AlertPolicy",
    "Datasource": "DataSource",
    "DataSource": "DataSource",
    "SLI": "SLI",
    "SLO": "SLO",
    "Service": "Service",
}
WORDS: dict[str, str] = {}

CLUSTER_KEYS = (
    "namespace", "creationTimestamp", "deletionTimestamp", "finalizers", "generation", "managedFields",
    "ownerReferences", "resourceVersion", "selfLink", "uid",
)  # fmt: skip
"""Metadata that a cluster adds; it has no meaning here."""


def translate(root: Node) -> tuple[list[Node], list[Departure]]:
    """The same document, without what only a cluster needs."""
    root.pop("status")
    metadata = root.get("metadata")
    if metadata is not None and metadata.is_mapping:
        for key in CLUSTER_KEYS:
            metadata.pop(key)
    _numbers(root)
    return [root], []


def _numbers(node: Node) -> None:
    """Converts numbers that are written as text."""
    if isinstance(node.value, dict):
        for key, inner in node.value.items():
            if key in NUMBERS and isinstance(inner.value, str):
                found = as_number(inner.value)
                inner.value = inner.value if found is None else found
            elif key not in ("spec", "connectionDetails") or not _free(key, node):
                _numbers(inner)
    elif isinstance(node.value, list):
        for inner in node.value:
            _numbers(inner)


def _free(key: str, holder: Node) -> bool:
    """Whether the content under ``key`` belongs to a source, whose keys are not OpenSLO's."""
    return key == "connectionDetails" or "metricSourceRef" in holder.value or "type" in holder.value
