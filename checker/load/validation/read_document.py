"""Reads a document once: the model of its kind reads the whole document, the model of each part reads that part.

The pydantic models decide. A query is read by the model of its source, and so are connection details; the paths of
their mistakes are prefixed with the path of the part.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from checker import sources
from checker.load.validation.expected import Part
from checker.load.validation.misspelt import at, closest
from checker.load.validation.mistakes import Mistake, attempt
from checker.load.validation.parts import WrittenQuery, is_openslo, own_annotations, queries_in, references_in
from checker.model import Document, Path, Query
from checker.sources import UNSPOKEN
from checker.spec.fields import show
from checker.spec.kinds import model_of

if TYPE_CHECKING:
    from checker.spec.slo_annotations import SLOAnnotations


class Reading(NamedTuple):
    """The result of reading a document: the ``model``, or None and the ``mistakes``, and the parts that could be
    read anyway. Queries and references are by path."""

    model: Any
    mistakes: list[Mistake]
    queries: dict[Path, Query]
    references: list[tuple[Path, str, str]]
    """(path, kind of the document it refers to, name)."""
    rejected: list[Part]
    annotations: list[SLOAnnotations]
    regions: dict[str, tuple[str, str]]
    """The connections made for queries that name a region: by connection name, the DataSource's name and the region."""


def read(document: Document, kind: str, source_types: Mapping[str, str]) -> Reading:
    """Reads a document of a known kind.

    ``source_types`` gives the source of each DataSource by the DataSource's name, for queries without a source.
    """
    data = document.data
    model, mistakes = attempt(model_of(data["apiVersion"], kind), data, ())
    reading = Reading(model, mistakes, {}, [], [], [], {})
    for written in queries_in(data, source_types):
        _read_query(written, data, reading)
    reading.references.extend(references_in(data))
    match data:
        case {"kind": "DataSource", "spec": {"type": str(name), **rest}}:
            _read_connection(name, rest.get("connectionDetails", {}), reading)
    for path, ours in own_annotations(data):
        _read_annotations(path, ours, kind, reading)
    return reading


def spoken(source: str) -> bool:
    """Whether checker can ask this source."""
    try:
        sources.find(source)
    except sources.UnknownSource:
        return False
    return source != UNSPOKEN


def likely_source(name: str) -> str | None:
    """The known source that an unknown one was probably meant to be."""
    return closest(name, sources.names(), likeness=0.85)


def unspoken(source: str, spec: Any, keys: Mapping[str, Any]) -> Query:
    """A query to a source that checker cannot ask: nothing is sent, and it cannot pass."""
    reference = {"dataSourceRef": keys["dataSourceRef"]} if "dataSourceRef" in keys else {}
    query: Query = sources.find(UNSPOKEN).Query(source=UNSPOKEN, speaks=source, spec=spec, **reference)
    return query


def _read_query(written: WrittenQuery, data: Any, reading: Reading) -> None:
    keys = written.keys
    if isinstance(keys.get("dataSourceRef"), str):
        reading.references.append((written.reference_path, "DataSource", keys["dataSourceRef"]))
    elsewhere = () if written.source_path[:-1] == written.path else ("source", "dataSourceRef")
    for key, path in zip(elsewhere, (written.source_path, written.reference_path), strict=False):
        if key in written.stated:
            message = f"{key!r} is not a key of an OpenSLO query; write it beside 'spec', as {path[-1]!r}"
            reading.mistakes.append(Mistake((*written.path, key), "value_error", message))
    if not written.source_known:
        return
    if not isinstance(keys.get("source"), str):
        kind = "string_type" if "source" in keys else "unknown_source" if elsewhere else "missing"
        message = f"expected text, found {show(keys.get('source'))}"
        reading.mistakes.append(Mistake(written.source_path, kind, message))
        return
    if not spoken(keys["source"]):
        if is_openslo(data) and likely_source(keys["source"]) is None:
            reading.queries[written.path] = unspoken(keys["source"], written.stated, keys)
        elif (
            at(data, written.source_path) is not None
        ):  # otherwise the DataSource that names it has the finding
            reading.mistakes.append(Mistake(written.source_path, "unknown_source"))
        return
    source = sources.find(keys["source"])
    model = source.Query
    if is_openslo(data) and isinstance(keys.get("region"), str) and "region" not in model.model_fields:
        keys = _with_region(keys, source.ConnectionDetails.model_fields, reading)
    query, wrong = attempt(model, keys, written.path)
    if wrong:
        reading.mistakes.extend(wrong)
        reading.rejected.append(Part(written.path, keys, model, elsewhere))
    else:
        reading.queries[written.path] = query


def _with_region(
    keys: Mapping[str, Any], connection: Mapping[str, Any], reading: Reading
) -> Mapping[str, Any]:
    """A query that names a region, as OpenSLO files do, gets a connection of its own for that region."""
    if "region" not in connection:
        return keys
    reference, region = keys.get("dataSourceRef", ""), keys["region"]
    name = f"{reference}@{region}"
    reading.regions[name] = (reference, region)
    return {**{key: each for key, each in keys.items() if key != "region"}, "dataSourceRef": name}


def _read_connection(name: str, details: Any, reading: Reading) -> None:
    path: Path = ("spec", "connectionDetails")
    if not spoken(name):
        if likely_source(name) is not None:
            reading.mistakes.append(Mistake(("spec", "type"), "unknown_source"))
        return
    if not isinstance(details, dict):
        message = f"expected a mapping, found {show(details)}"
        reading.mistakes.append(Mistake(path, "dict_type", message))
        return
    model = sources.find(name).ConnectionDetails
    _, wrong = attempt(model, details, path)
    if wrong:
        reading.mistakes.extend(wrong)
        reading.rejected.append(Part(path, details, model))


def _read_annotations(path: Path, ours: Mapping[str, Any], kind: str, reading: Reading) -> None:
    if kind != "SLO" or len(path) > 2:
        message = "checker reads annotations of its own on an SLO only; remove it, or write it there"
        reading.mistakes.extend(Mistake((*path, key), "value_error", message) for key in ours)
        return
    from checker.spec.slo_annotations import SLOAnnotations

    found, wrong = attempt(SLOAnnotations, ours, path)
    if wrong:
        reading.mistakes.extend(wrong)
        reading.rejected.append(Part(path, ours, SLOAnnotations))
    else:
        reading.annotations.append(found)
