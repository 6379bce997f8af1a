"""Mends common mistakes in real OpenSLO files whose intention is clear, and reports each with its remedy.

Only documents that the models reject are mended.
"""

from __future__ import annotations

from checker.load.openslo.departure import Departure, of_key
from checker.load.openslo.mend_shapes import SHAPES
from checker.load.openslo.mend_values import VALUES
from checker.load.openslo.node import Node, fold, unfold
from checker.model import Document

FREE = ("spec", "connectionDetails")
"""Keys with content of a source, if they stand beside the source's name; it is not OpenSLO's and is left alone."""


OPTIONAL = {
    "alertPolicies",
    "annotations",
    "calendar",
    "connectionDetails",
    "description",
    "displayName",
    "labels",
}
"""Optional keys that files often leave without a value instead of omitting them."""


def mend(document: Document) -> tuple[Document, list[Departure]]:
    """``document`` as it was intended, and where it departs from the OpenSLO specification."""
    root = unfold(document)
    departures: list[Departure] = []
    _visit(root, departures)
    return (fold(root, document), departures) if departures else (document, [])


def _visit(node: Node, departures: list[Departure]) -> None:
    if isinstance(node.value, list):
        for inner in node.value:
            _visit(inner, departures)
    if not isinstance(node.value, dict):
        return
    for shape in SHAPES:
        departures.extend(shape(node))
    for key in list(node.value):
        inner = node.value[key]
        if inner.value is None and key in OPTIONAL:
            departures.append(of_key(inner, f"the key {key!r} has no value", "remove it"))
            del node.value[key]
        elif key not in FREE or not {"type", "metricSourceRef"} & node.value.keys():
            found = VALUES[key](inner) if key in VALUES else None
            departures.extend([found] if found else [])
            _visit(inner, departures)
