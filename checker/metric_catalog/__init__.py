"""``checker catalog``: writes metric catalogues from the live metrics, and compares existing ones with them."""

from __future__ import annotations

from collections.abc import Iterator

from checker.metric_catalog.ask import Asker
from checker.metric_catalog.compare import catalogues_of, compare
from checker.metric_catalog.listing import SEEN, can_be_written
from checker.metric_catalog.write import Written, catalogue, document_name
from checker.model import Catalog, ConnectionDeclaration, Failure, Finding
from checker.sources import SourceFailure

__all__ = ["MOST_UNITS", "check", "connection", "document_name", "from_aws"]

MOST_UNITS = 1000
"""The most sets of dimensions whose unit is queried, with one call each."""


def connection(catalog: Catalog, name: str) -> ConnectionDeclaration | Failure:
    """The connection of the DataSource ``name``; "" is that of the environment. A Failure if there is no such
    DataSource."""
    if not name:
        return ConnectionDeclaration()
    known = sorted(_data_sources(catalog))
    if name in known and name in catalog.connections:
        return catalog.connections[name]
    there = f"there are {', '.join(known)}" if known else "there is none in the files"
    return Failure(
        "missing",
        f"there is no valid DataSource {name!r} of type CloudWatch",
        f"{there}; name the files that hold it, or leave out --data-source to use the environment",
    )


def _data_sources(catalog: Catalog) -> Iterator[str]:
    for document in catalog.documents:
        match document.data:
            case {"kind": "DataSource", "metadata": {"name": str(name)}, "spec": {"type": "CloudWatch"}}:
                yield name


def from_aws(
    namespace: str, declaration: ConnectionDeclaration, at: int, name: str = "", *, units: bool = True
) -> Written | Failure:
    """The MetricCatalog of a live namespace, called ``name``, or why there is none.

    With ``units``, units are learned from data, with one call for each of at most MOST_UNITS sets of dimensions.
    """
    try:
        asker = Asker(declaration)
        found = asker.metrics(namespace)
        if not any(map(can_be_written, found.metrics)):
            return Failure(
                "missing",
                f"no metric of the namespace {namespace} was {SEEN}",
                "check the namespace (upper and lower case count), the region and the account",
            )
        samples = [(metric, names) for metric, sets in found.metrics.items() for names in sets]
        asked = samples[:MOST_UNITS] if units else []
        written = catalogue(found, asker.units(found, asked, at), name or document_name(namespace))
    except SourceFailure as failed:
        return failed.failure
    if units and len(samples) > MOST_UNITS:
        note = f"units were asked for {MOST_UNITS} of {len(samples)} sets of dimensions; the others are left open"
        return Written(written.text, (*written.notes, note))
    return written


def check(catalog: Catalog, declaration: ConnectionDeclaration) -> list[Finding] | Failure:
    """How the MetricCatalogs of a valid catalog differ from the live metrics, or why these could not be listed."""
    catalogues = catalogues_of(catalog)
    if not catalogues:
        return Failure(
            "missing",
            "there is no MetricCatalog in the files: nothing to compare",
            "write one with 'checker catalog --from-aws NAMESPACE'",
        )
    try:
        asker = Asker(declaration)
        differences = [
            finding
            for namespace, documents in sorted(catalogues.items())
            for finding in compare(documents, asker.metrics(namespace))
        ]
    except SourceFailure as failed:
        return failed.failure
    return sorted(differences, key=lambda finding: (finding.location or ("", 0, 0), finding.message))
