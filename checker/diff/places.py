"""Where the keys of a promise are written in its files, and their text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from checker.model import Catalog, Document, Location, Objective, Path

_MISSING = object()
_ITEMS = {"SuccessCriteria": ("criteria", ("name",)), "SLO": ("objectives", ())}
"""By kind: the list that holds its promises, and the key of an item that the promise's location points to."""


class Place(NamedTuple):
    """A document and the path to a promise in it; ``indicator`` is the SLI document that the promise refers to."""

    document: Document
    path: Path
    indicator: Document | None = None


def places(catalog: Catalog) -> Mapping[Location, Place]:
    """The place of each promise, by its location."""
    indicators = {_name(each): each for each in catalog.documents if each.data.get("kind") == "SLI"}
    located = {}
    for document in catalog.documents:
        listed, key = _ITEMS.get(document.data.get("kind", ""), ("", ()))
        items = at(document, ("spec", listed)) if listed else ()
        reference = at(document, ("spec", "indicatorRef"))
        indicator = indicators.get(reference) if isinstance(reference, str) else None
        for index in range(len(items)) if isinstance(items, list) else ():
            path: Path = ("spec", listed, index)
            located[document.locate((*path, *key))] = Place(document, path, indicator)
    return located


def find(place: Place | None, objective: Objective, key: Path) -> tuple[Location, str | None]:
    """The location and the text of ``key`` of a promise; if it is not written, the promise's location and None."""
    if place is None:
        return objective.location, None
    for document, path in _candidates(place, key):
        value = at(document, path)
        if value is not _MISSING:
            return document.locate(path, key=isinstance(path[-1], str)), show(value)
    return objective.location, None


def at(document: Document, path: Path) -> Any:
    """The value at ``path``, or a value for which ``absent`` is true."""
    value = document.data
    for step in path:
        inside = step < len(value) if isinstance(value, list) and isinstance(step, int) else False
        if not inside and not (isinstance(value, dict) and step in value):
            return _MISSING
        value = value[step]
    return value


def absent(value: Any) -> bool:
    """Whether ``value`` is the result of ``at`` for a path that does not exist."""
    return value is _MISSING


def show(value: Any) -> str:
    """A value from a file, on one line."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case dict():
            return "{" + ", ".join(f"{key}: {show(each)}" for key, each in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(show, value)) + "]"
        case _:
            return str(value)


def _candidates(place: Place, key: Path) -> Iterator[tuple[Document, Path]]:
    """Where a key of a promise may be written: in the promise, in what it refers to, or for its whole document."""
    document, path, indicator = place
    yield document, (*path, *key)
    if document.data.get("kind") != "SLO":
        yield document, ("spec", *key)
        return
    first, *rest = key
    if first == "target":
        yield document, (*path, "targetPercent")
    if first == "indicator" and rest:
        side, *query = rest
        inside: Path = ("ratioMetric", side, "metricSource")
        names = {"source": "type", "dataSourceRef": "metricSourceRef"}
        last: Path = (
            (names[str(query[0])],) if query[:1] in (["source"], ["dataSourceRef"]) else ("spec", *query)
        )
        yield document, ("spec", "indicator", "spec", *inside, *last)
        if indicator is not None:
            yield indicator, ("spec", *inside, *last)
    if first == "indicator" and indicator is not None:
        yield indicator, ("spec",)
    if first == "window":
        yield document, ("spec", "timeWindow", 0, "duration")
    yield document, ("metadata", "annotations", f"checker/{first}")
    yield document, ("spec", *key)
    yield document, ("metadata", *key)


def _name(document: Document) -> str:
    name = at(document, ("metadata", "name"))
    return name if isinstance(name, str) else ""
