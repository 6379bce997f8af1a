"""Finds duplicate names, and references to documents and promises that do not exist.

A name can be reported as missing only if everything that could define it was read. So a rejected document still
defines its name, and while some file or name cannot be read, nothing is reported as missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from checker.load.text.finding_at import finding_at
from checker.load.validation.misspelt import SHOWN, closest, closest_promise
from checker.load.validation.validate import ITEMS, Validated
from checker.model import Finding, Location, Objective, Path
from checker.sources import UNSPOKEN
from checker.units import CONFIRMED

Named = Mapping[tuple[str, str], Validated]
"""The first document of each (kind, name)."""


def by_name(documents: Sequence[Validated]) -> dict[tuple[str, str], Validated]:
    """The documents by kind and name; the first one if several have the same."""
    found: dict[tuple[str, str], Validated] = {}
    for each in documents:
        if each.kind and each.name:
            found.setdefault((each.kind, each.name), each)
    return found


def duplicates(documents: Sequence[Validated], named: Named) -> Iterator[Finding]:
    """Documents of the same kind, and criteria or metrics of the same document, that share a name."""
    for each in documents:
        first = named.get((each.kind, each.name), each)
        if first is not each:
            path: Path = ("metadata", "name")
            message = f"{each.kind} {each.name!r} is defined twice"
            yield _duplicate(message, each, path, first.document.locate(path))
        if each.model is not None and each.kind in ("SuccessCriteria", "MetricCatalog"):
            yield from _duplicate_items(each)


def _duplicate_items(each: Validated) -> Iterator[Finding]:
    key = ITEMS[each.kind]
    first: dict[str, int] = {}
    for index, item in zip(each.items, getattr(each.model.spec, key), strict=True):
        if first.setdefault(item.name, index) != index:
            message = f"there are two {key} {item.name!r} in {each.name!r}"
            earlier = each.document.locate(("spec", key, first[item.name], "name"))
            yield _duplicate(message, each, ("spec", key, index, "name"), earlier)


def _duplicate(message: str, each: Validated, path: Path, first: Location) -> Finding:
    remedy, related = "give one of the two another name, or remove it", (("the first is here", first),)
    return finding_at(each.document, path, "duplicate-name", "error", message, remedy, related)


def same_names(objectives: Sequence[Objective]) -> Iterator[Finding]:
    """Objectives of different kinds with the same full name, which a report could not distinguish."""
    seen: dict[str, Objective] = {}
    for objective in objectives:
        first = seen.setdefault(objective.name, objective)
        if first is not objective and first.kind != objective.kind:
            message = f"there are two objectives {objective.name!r}, a {first.kind} and an {objective.kind}"
            related = (("the first is here", first.location),)
            remedy = "give one of their documents another name"
            yield Finding("duplicate-name", "error", message, objective.location, "", remedy, related)


def check_references(documents: Sequence[Validated], named: Named, all_read: bool) -> Iterator[Finding]:
    """References to documents that do not exist, and to DataSources of another type.

    ``all_read`` says that every file could be read completely.
    """
    nameless = {each.kind for each in documents if not each.name}
    of_unknown_kind = {each.name for each in documents if not each.kind}
    for each in documents:
        for path, kind, name in each.references:
            found = named.get((kind, name))
            if found is not None:
                yield from _wrong_type(each, path, found)
            elif all_read and name not in of_unknown_kind and not nameless & {kind, ""}:
                yield _dangling(each, path, kind, name, named)


def _wrong_type(each: Validated, path: Path, found: Validated) -> Iterator[Finding]:
    """A query for one source that refers to a DataSource of another. Only if both could be read."""
    openslo = path[-1] == "metricSourceRef"
    query = each.queries.get((*path[:-1], "spec") if openslo else path[:-1])
    if query is None or found.kind != "DataSource" or found.model is None:
        return
    source = getattr(query, "speaks", query.source)
    if source == found.model.spec.type or (
        query.source == UNSPOKEN and source.lower() == found.model.spec.type.lower()
    ):
        return
    message = f"the query is for {source}, but DataSource {found.name!r} is of type {found.model.spec.type}"
    remedy = f"refer to a DataSource of type {source}"
    related = (("the DataSource", found.document.locate(("spec", "type"))),)
    yield finding_at(each.document, path, "wrong-data-source", "error", message, remedy, related)


def _dangling(each: Validated, path: Path, kind: str, name: str, named: Named) -> Finding:
    names = sorted(known for of, known in named if of == kind)
    guess = closest(name, names)
    related: tuple[tuple[str, Location], ...] = ()
    if guess is not None:
        related = ((f"{kind} {guess!r}", named[kind, guess].document.locate(("metadata", "name"))),)
        remedy = f"did you mean {guess!r}?"
    else:
        there = f"known: {', '.join(names)}" if names else f"the checked files hold no {kind}"
        remedy = f"name an existing one; {there}"
    message = f"there is no {kind} {name!r}"
    return finding_at(each.document, path, "dangling-reference", "error", message, remedy, related)


def check_promises(
    documents: Sequence[Validated], objectives: Sequence[Objective], all_read: bool
) -> Iterator[Finding]:
    """Waivers and attestations for promises that do not exist, and attestations for promises that are measured."""
    written = [
        each for each in documents if each.kind in ("Waiver", "Attestation") and each.model is not None
    ]
    if not written:
        return
    promises = {objective.name: objective for objective in objectives}
    unsettled = _unsettled(documents, objectives)
    for each in written:
        name = each.model.spec.objective
        promise = promises.get(name)
        if promise is None:
            if all_read and not any(_may_hold(holder, name) for holder in unsettled):
                yield _for_nobody(each, name, promises)
        elif each.kind == "Attestation" and promise.target.unit != CONFIRMED:
            fact = f"it is for {name}, which is measured: an attestation has no effect"
            yield _about_promise(each, fact, "remove it; to excuse a miss, write a Waiver", promise)


def _unsettled(documents: Sequence[Validated], objectives: Sequence[Objective]) -> list[Validated]:
    """The documents that may contain more promises than could be read."""
    read = Counter((objective.document, objective.kind) for objective in objectives)
    found = []
    for each in documents:
        if not each.kind:
            found.append(each)
        elif each.kind in ("SuccessCriteria", "SLO"):
            of = "SLO" if each.kind == "SLO" else "criterion"
            composite = each.model is not None and of == "SLO" and each.model.spec.composite
            if not each.whole or read[each.name, of] < (1 if composite else len(each.items)):
                found.append(each)
    return found


def _may_hold(document: Validated, promise: str) -> bool:
    return not document.name or f"{promise}/".startswith(f"{document.name}/")


def _for_nobody(each: Validated, name: str, promises: Mapping[str, Objective]) -> Finding:
    fact = f"it is for {name!r}, but there is no such promise"
    guess = closest_promise(name, promises)
    if guess is not None:
        return _about_promise(each, fact, f"did you mean {guess!r}?", promises[guess])
    if not promises:
        return _about_promise(
            each, fact, "give its promise's file as well; the checked files hold no promise"
        )
    likely = sorted(known for known in promises if known.startswith(f"{name}/")) or sorted(promises)
    more = ", ..." if len(likely) > SHOWN else ""
    remedy = f"correct the name, or remove it; there are {', '.join(likely[:SHOWN])}{more}"
    return _about_promise(each, fact, remedy)


def _about_promise(each: Validated, fact: str, remedy: str, promise: Objective | None = None) -> Finding:
    kind, path = each.kind.lower(), ("spec", "objective")
    related = () if promise is None else ((f"the promise {promise.name!r}", promise.location),)
    message = f"{kind} {each.name!r}: {fact}"
    return finding_at(each.document, path, kind, "warning", message, remedy, related)
