"""One attempt to read a document: its kind's model reads the whole, and each part's own model its part.

The pydantic models decide. A query is read by the model of its source, and so are connection details; their
mistakes carry the path of the part before their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from checker import sources
from checker.load.expected import Part
from checker.load.misspelt import at
from checker.load.mistakes import Mistake, attempt
from checker.load.parts import WrittenQuery, own_annotations, queries_in
from checker.model import Document, Path, Query
from checker.spec.fields import show
from checker.spec.kinds import model_of
from checker.spec.slo import SLOAnnotations


class Reading(NamedTuple):
    """What came of an attempt, and what stood in the way. Queries and references are by path."""

    spec: Any
    mistakes: list[Mistake]
    queries: dict[Path, Query]
    references: list[tuple[Path, str, str]]
    """(path, kind of the document it refers to, name)."""
    rejected: list[Part]
    annotations: list[SLOAnnotations]


def read(document: Document, kind: str, source_types: Mapping[str, str]) -> Reading:
    """What comes of a document of a known kind.

    ``source_types`` gives the source of each DataSource by name, for queries that leave it to theirs.
    """
    data = document.data
    spec, mistakes = attempt(model_of(data["apiVersion"], kind), data, ())
    reading = Reading(spec, mistakes, {}, [], [], [])
    for written in queries_in(data, source_types):
        _read_query(written, data, reading)
    match data:
        case {"kind": "SLO", "spec": {"indicatorRef": str(name)}}:
            reading.references.append((("spec", "indicatorRef"), "SLI", name))
        case {"kind": "DataSource", "spec": {"type": str(name), **rest}}:
            details = rest.get("connectionDetails", {})
            if isinstance(details, dict):
                _read_connection(name, details, reading)
    for path, ours in own_annotations(data):
        _read_annotations(path, ours, kind, reading)
    return reading


def _read_query(written: WrittenQuery, data: Any, reading: Reading) -> None:
    keys = written.keys
    if isinstance(keys.get("dataSourceRef"), str):
        reading.references.append((written.reference_path, "DataSource", keys["dataSourceRef"]))
    elsewhere = () if written.source_path[:-1] == written.path else ("source", "dataSourceRef")
    for key, path in zip(elsewhere, (written.source_path, written.reference_path), strict=False):
        if key in at(data, written.path):
            message = f"{key!r} is no key of an OpenSLO query; write it beside 'spec', as {path[-1]!r}"
            reading.mistakes.append(Mistake((*written.path, key), "value_error", message))
    if not written.source_known:
        return
    if not isinstance(keys.get("source"), str):
        kind = "string_type" if "source" in keys else "unknown_source" if elsewhere else "missing"
        message = f"expected text, found {show(keys.get('source'))}"
        reading.mistakes.append(Mistake(written.source_path, kind, message))
        return
    try:
        model = sources.find(keys["source"]).Query
    except sources.UnknownSource:
        if at(data, written.source_path) is not None:  # otherwise it is said of the DataSource that names it
            reading.mistakes.append(Mistake(written.source_path, "unknown_source"))
        return
    query, wrong = attempt(model, keys, written.path)
    if wrong:
        reading.mistakes.extend(wrong)
        reading.rejected.append(Part(written.path, keys, model, elsewhere))
    else:
        reading.queries[written.path] = query


def _read_connection(name: str, details: Mapping[str, Any], reading: Reading) -> None:
    path: Path = ("spec", "connectionDetails")
    try:
        model = sources.find(name).ConnectionDetails
    except sources.UnknownSource:
        reading.mistakes.append(Mistake(("spec", "type"), "unknown_source"))
        return
    _, wrong = attempt(model, details, path)
    if wrong:
        reading.mistakes.extend(wrong)
        reading.rejected.append(Part(path, details, model))


def _read_annotations(path: Path, ours: Mapping[str, Any], kind: str, reading: Reading) -> None:
    if kind != "SLO" or len(path) > 2:
        message = "checker reads annotations of its own on an SLO only; remove it, or write it there"
        reading.mistakes.extend(Mistake((*path, key), "value_error", message) for key in ours)
        return
    found, wrong = attempt(SLOAnnotations, ours, path)
    if wrong:
        reading.mistakes.extend(wrong)
        reading.rejected.append(Part(path, ours, SLOAnnotations))
    else:
        reading.annotations.append(found)
