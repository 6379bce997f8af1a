"""Mends what real OpenSLO files write about sources: the case of a source's name, CloudWatch dimensions as a list,
connection details as a list. Credentials are removed; findings state only where they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from checker import sources
from checker.load.openslo.departure import Departure, of_key
from checker.load.openslo.node import Node, fold, unfold
from checker.model import Document
from checker.spec.fields import show

SECRET = re.compile("secret|token|password|credential|(access|api).?key", re.IGNORECASE)
"""Matches the names of keys that may hold a credential."""


def mend_sources(document: Document, source_types: Mapping[str, str]) -> tuple[Document, list[Departure]]:
    """``document`` as it was intended, and the departures. OpenSLO leaves the content of a source free, so these
    are warnings even with ``strict``.

    ``source_types`` gives the source of each DataSource by the DataSource's name.
    """
    root = unfold(document)
    departures: list[Departure] = []
    for holder in _holders(root):
        _type(holder, departures)
        _details(holder, departures)
        source = holder.text("type") or source_types.get(holder.text("metricSourceRef"), "")
        if source == "CloudWatch":
            _dimensions(holder, departures)
    return (fold(root, document), departures) if departures else (document, [])


def _holders(node: Node) -> Iterator[Node]:
    """The mappings that name a source and hold its own keys."""
    if isinstance(node.value, dict):
        if "connectionDetails" in node.value or node.value.keys() & {"type", "metricSourceRef"}:
            yield node
            return
        for inner in node.value.values():
            yield from _holders(inner)
    elif isinstance(node.value, list):
        for inner in node.value:
            yield from _holders(inner)


def _type(holder: Node, departures: list[Departure]) -> None:
    node = holder.get("type")
    if node is None or not isinstance(node.value, str):
        return
    meant = {name.lower(): name for name in sources.names()}.get(node.value.lower())
    if meant is not None and meant != node.value:
        written, node.value = node.value, meant
        message = f"the source {meant} is spelt {show(written)}"
        departures.append(Departure(node.mark, message, f"write {meant}", "warning"))


def _details(holder: Node, departures: list[Departure]) -> None:
    details = holder.get("connectionDetails")
    if details is None or holder.text("type") not in sources.names():
        return
    if isinstance(details.value, list) and details.value and all(each.is_mapping for each in details.value):
        details.value = {key: inner for each in details.value for key, inner in each.value.items()}
        message = "the connection details are a list; they are read as one mapping"
        departures.append(Departure(details.mark, message, "write them without '- '", "warning"))
    known = sources.find(holder.text("type")).ConnectionDetails.model_fields
    for key in [key for key in (details.value if details.is_mapping else ()) if key not in known]:
        if SECRET.search(key):
            node = details.value.pop(key)
            message = f"{key!r} holds a credential; checker never reads one from a file"
            remedy = "remove it, and rotate the secret: credentials come from the environment"
            departures.append(of_key(node, message, remedy, "warning"))


def _dimensions(holder: Node, departures: list[Departure]) -> None:
    dimensions = holder.get("spec", "dimensions")
    if dimensions is None or not isinstance(dimensions.value, list):
        return
    named = {each.text("name"): each.get("value") for each in dimensions.value if each.is_mapping}
    if len(named) != len(dimensions.value) or "" in named or None in named.values():
        return
    dimensions.value = named
    short = ", ".join(f"{name}: …" for name in named)
    message = "the dimensions are a list of names and values; they are read as one mapping"
    departures.append(Departure(dimensions.mark, message, f"write {{{short}}}", "warning"))
