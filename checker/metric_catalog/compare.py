"""Compares catalogues with the live metrics: which were not seen, and which are missing from the catalogues. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from checker.load.text.finding_at import finding_at
from checker.load.validation.misspelt import closest
from checker.metric_catalog.listing import SEEN, Listing, Names, can_be_written, names_text
from checker.model import Catalog, Document, Finding, Path
from checker.spec.fields import show

SILENT = "a metric that was silent for two weeks is not listed, and may still exist"


class Entry(NamedTuple):
    """One metric of a catalogue, with its document and its path there."""

    catalogue: Document
    path: Path
    sets: tuple[Names, ...]


def catalogues_of(catalog: Catalog) -> dict[str, list[Document]]:
    """The MetricCatalogs of a valid catalog, by namespace."""
    catalogues: dict[str, list[Document]] = {}
    for document in catalog.documents:
        if document.data.get("kind") == "MetricCatalog":
            catalogues.setdefault(document.data["spec"]["namespace"], []).append(document)
    return catalogues


def compare(catalogues: Sequence[Document], live: Listing) -> list[Finding]:
    """How the catalogues of one namespace differ from the live metrics, in the order of their entries."""
    entries = _entries(catalogues)
    new = {name: sets for name in live.metrics if name not in entries and (sets := _writable(name, live))}
    if not live.metrics:
        return [_nothing_seen(catalogues[0], live)]
    findings: list[Finding] = []
    for name, entry in entries.items():
        if name in live.metrics:
            findings += _sets(name, entry, live)
        else:
            findings.append(_not_seen(name, entry, live, new))
    findings += (_not_in_catalogue(name, sets, catalogues[0], live) for name, sets in new.items())
    return findings


def _entries(catalogues: Sequence[Document]) -> dict[str, Entry]:
    return {
        metric["name"]: Entry(
            document,
            ("spec", "metrics", index),
            tuple(tuple(sorted(names)) for names in metric["dimensions"]),
        )
        for document in catalogues
        for index, metric in enumerate(document.data["spec"]["metrics"])
    }


def _writable(name: str, live: Listing) -> list[Names]:
    """The dimension sets of a live metric that a catalogue can hold; the others could not be added."""
    if not can_be_written(name):
        return []
    return [names for names in live.metrics[name] if all(map(can_be_written, names))]


def _finding(rule: str, message: str, document: Document, path: Path, remedy: str) -> Finding:
    return finding_at(document, path, rule, "error", message, remedy)


def _nothing_seen(document: Document, live: Listing) -> Finding:
    return _finding(
        "not-seen",
        f"no metric of the namespace {live.namespace} was {SEEN}",
        document,
        ("spec", "namespace"),
        "check the namespace, the region and the account: --data-source names the connection",
    )


def _not_seen(name: str, entry: Entry, live: Listing, new: Mapping[str, object]) -> Finding:
    guess = closest(name, new)
    remedy = f"did you mean {guess!r}?" if guess else f"remove it, or find out why it is silent: {SILENT}"
    message = f"{live.namespace} {show(name)} was not {SEEN}"
    return _finding("not-seen", message, entry.catalogue, (*entry.path, "name"), remedy)


def _not_in_catalogue(name: str, sets: Sequence[Names], document: Document, live: Listing) -> Finding:
    return _finding(
        "not-in-catalogue",
        f"{live.namespace} {show(name)} is published with {' or '.join(map(names_text, sets))}, "
        "and no catalogue has it",
        document,
        ("spec", "metrics"),
        f"add it; 'checker catalog --from-aws {live.namespace}' writes its entry",
    )


def _sets(name: str, entry: Entry, live: Listing) -> Iterator[Finding]:
    """The dimension sets of one metric that were not seen, and the new ones."""
    seen = _writable(name, live)
    there = " or ".join(map(names_text, seen))
    for index, names in enumerate(entry.sets):
        if names not in seen:
            message = f"{live.namespace} {show(name)} with {names_text(names)} was not {SEEN}"
            remedy = f"remove it, or find out why it is silent; seen with {there}" if there else SILENT
            yield _finding("not-seen", message, entry.catalogue, (*entry.path, "dimensions", index), remedy)
    for names in seen:
        if names not in entry.sets:
            message = f"{live.namespace} {show(name)} is published with {names_text(names)} as well"
            remedy = f"add [{', '.join(names)}] to its dimensions"
            place = (*entry.path, "dimensions")
            yield _finding("not-in-catalogue", message, entry.catalogue, place, remedy)
