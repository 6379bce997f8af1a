"""A document becomes the model of its kind, or findings that say where it is wrong, what was expected, and the mend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from checker.load.openslo.dialects import DIALECTS, kinds_of
from checker.load.validation.expected import HEAD, expect
from checker.load.validation.explain import MOST, explain, explain_misspelt
from checker.load.validation.misspelt import at, closest, mended, misspelt
from checker.load.validation.mistakes import Mistake, attempt
from checker.load.validation.parts import is_openslo
from checker.load.validation.read_document import Reading, read
from checker.model import Document, Finding, Path, Query
from checker.spec.fields import show
from checker.spec.kinds import KINDS, model_of

if TYPE_CHECKING:
    from checker.spec.slo_annotations import SLOAnnotations

ITEMS = {"MetricCatalog": "metrics", "SLO": "objectives", "SuccessCriteria": "criteria"}
"""The list in the spec of a kind, of which a broken item is left out while the others are read on."""

MOST_PASSES = 8
"""How often a document is read again with its misspelt keys mended: they may stand in each other."""


@dataclass(frozen=True, slots=True)
class Validated:
    """What could be made of a document, with its misspelt keys read as they were meant.

    ``kind`` and ``name`` are "" where they cannot be told or cannot be right. ``model`` is the whole document as the
    model of its kind (``spec``); None where that rejects it, and again once the promises of an SLO are made. A
    broken item of its list is left out: ``items`` are the indices in the file of those that are not.
    ``queries`` and ``references`` are by path, whatever state the rest is in.
    """

    document: Document
    kind: str
    name: str
    model: Any = None
    items: tuple[int, ...] = ()
    queries: Mapping[Path, Query] = field(default_factory=dict)
    references: tuple[tuple[Path, str, str], ...] = ()
    """(path, kind of the document it refers to, name)."""
    annotations: SLOAnnotations | None = None
    regions: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """The connections of queries that name a region: (the DataSource's name, the region), by their own name."""
    dialect: str = ""
    """The apiVersion as it is written, of a document of OpenSLO."""
    whole: bool = True
    """Whether nothing had to be left out."""


def validate(
    document: Document, source_types: Mapping[str, str], *, strict: bool = False, dialect: str = ""
) -> tuple[Validated, list[Finding]]:
    """What could be made of ``document``, and what is wrong with it.

    ``source_types`` gives the source of each DataSource by name, for OpenSLO queries that leave it to their
    connection. ``strict`` makes an error of every departure from OpenSLO. ``dialect`` is the apiVersion that the
    document has in its file, if it is another.
    """
    document, kind, findings = _head(document)
    if not kind:
        return Validated(document, "", document.name, whole=False), findings
    reading = read(document, kind, source_types)
    if reading.mistakes and document.data["apiVersion"] == "openslo/v1":
        document, reading, departed = _read_leniently(document, kind, source_types, reading, strict)
        findings += departed
    if reading.mistakes:
        document, reading, wrong = _read_as_meant(document, kind, source_types, reading)
        findings += wrong
    model, items = _sound_part(document, kind, reading)
    misnamed = any(mistake.path == ("metadata", "name") for mistake in reading.mistakes)
    validated = Validated(
        document,
        kind,
        "" if misnamed else document.name,
        model,
        items,
        reading.queries,
        tuple(reading.references),
        next(iter(reading.annotations), None),
        reading.regions,
        dialect or (document.data["apiVersion"] if is_openslo(document.data) else ""),
        whole=not reading.mistakes,
    )
    return validated, findings


def _read_leniently(
    document: Document, kind: str, source_types: Mapping[str, str], reading: Reading, strict: bool
) -> tuple[Document, Reading, list[Finding]]:
    """A rejected document of OpenSLO read again as it was plainly meant, and where it departs from OpenSLO."""
    from checker.load.openslo.departure import reported
    from checker.load.openslo.mend_sources import mend_sources
    from checker.load.openslo.mends import mend

    meant, departures = mend(document)
    meant, more = mend_sources(meant, source_types)
    if not departures and not more:
        return document, reading, []
    return meant, read(meant, kind, source_types), reported(document, (*departures, *more), strict)


def _read_as_meant(
    document: Document, kind: str, source_types: Mapping[str, str], reading: Reading
) -> tuple[Document, Reading, list[Finding]]:
    """A rejected document read again with its misspelt keys mended, and all that is wrong with it."""
    findings: list[Finding] = []
    for _ in range(MOST_PASSES):
        expected = expect(document.data, reading.rejected)
        wrong = misspelt(document.data, reading.mistakes[:MOST], expected)
        if not wrong or len(findings) >= MOST:
            break
        findings += explain_misspelt(document, wrong)
        document = mended(document, wrong)
        reading = read(document, kind, source_types)
        if not reading.mistakes:
            return document, reading, findings
    return document, reading, findings + explain(document, reading.mistakes, expected)


def _sound_part(document: Document, kind: str, reading: Reading) -> tuple[Any, tuple[int, ...]]:
    """The model without the broken items of its list, and the indices of the others; None if more is broken."""
    key = ITEMS.get(kind, "")
    listed = at(document.data, ("spec", key))
    if not reading.mistakes:
        return reading.model, tuple(range(len(listed or ())))
    broken = {mistake.path[2:3] for mistake in reading.mistakes if mistake.path[:2] == ("spec", key)}
    outside = any(mistake.path[:2] != ("spec", key) for mistake in reading.mistakes)
    if outside or () in broken or not isinstance(listed, list):
        return None, ()
    items = tuple(index for index in range(len(listed)) if (index,) not in broken)
    data = document.data
    sound = {**data, "spec": {**data["spec"], key: [listed[index] for index in items]}}
    model, _ = attempt(model_of(data["apiVersion"], kind), sound, ())
    return model, items


def _head(document: Document) -> tuple[Document, str, list[Finding]]:
    """The document with its head mended, its kind (or "" for none that is read), and what is wrong with its head."""
    findings: list[Finding] = []
    if mistakes := _head_mistakes(document.data):
        wrong = misspelt(document.data, mistakes, HEAD)
        findings = explain_misspelt(document, wrong)
        document = mended(document, wrong)
        if mistakes := _head_mistakes(document.data):
            return document, "", findings + explain(document, mistakes, HEAD)
    data = document.data
    if (data["apiVersion"], data["kind"]) in KINDS:
        return document, data["kind"], findings
    return document, "", [*findings, _unknown_kind(document, data["apiVersion"], data["kind"])]


def _head_mistakes(data: Mapping[str, Any]) -> list[Mistake]:
    return [
        Mistake(
            (key,), "string_type" if key in data else "missing", f"expected text, found {show(data.get(key))}"
        )
        for key in ("apiVersion", "kind")
        if not isinstance(data.get(key), str)
    ]


def _unknown_kind(document: Document, api_version: str, kind: str) -> Finding:
    families = sorted({family for family, _ in KINDS} | DIALECTS.keys())
    kinds = sorted({name for family, name in KINDS if family == api_version} | set(kinds_of(api_version)))
    if not kinds:
        key, message = "apiVersion", f"checker does not read apiVersion {show(api_version)}"
        guess = closest(api_version, families)
        remedy = f"did you mean {guess!r}?" if guess else f"it reads {', '.join(families)}"
    else:
        key, message = "kind", f"there is no kind {show(kind)} in {api_version}"
        guess = closest(kind, kinds)
        family = next((family for family, name in KINDS if name == kind), None)
        remedy = f"did you mean {guess!r}?" if guess else f"the kinds are {', '.join(kinds)}"
        remedy = f"{kind} is a kind of {family}: write apiVersion: {family}" if family else remedy
    return Finding("unknown-kind", "error", message, document.locate((key,)), key, remedy)
