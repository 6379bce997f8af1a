"""Turns a document into the model of its kind, or into findings: what is wrong, what was expected, and the remedy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.load.openslo.dialects import DIALECTS, kinds_of
from checker.load.validation.expected import HEAD, expect
from checker.load.validation.explain import MOST, explain, explain_misspelt
from checker.load.validation.foreign import tool_of
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
"""For each kind, the list in its spec of which broken items are left out while the others are read."""

MOST_PASSES = 8
"""How often a document is read again after mending misspelt keys, because such keys may be nested."""


class Validated(NamedTuple):
    """The result of validating a document, with misspelt keys read as intended.

    ``kind`` and ``name`` are "" if they are unknown or invalid. ``model`` is the document as the model of its kind
    (``spec``); None if it was rejected (and for an SLO, again after its objectives are made). Broken items of its
    list are left out of it: ``items`` are the file's indices of the others. ``queries`` and ``references`` are by
    path, and are complete whatever is wrong with the rest.
    """

    document: Document
    kind: str
    name: str
    queries: Mapping[Path, Query]
    regions: Mapping[str, tuple[str, str]]
    """The connections of queries that name a region: by connection name, (the DataSource's name, the region)."""
    references: tuple[tuple[Path, str, str], ...] = ()
    """(path, kind of the document it refers to, name)."""
    model: Any = None
    items: tuple[int, ...] = ()
    annotations: SLOAnnotations | None = None
    dialect: str = ""
    """For an OpenSLO document, the apiVersion as written."""
    whole: bool = True
    """Whether nothing had to be left out."""


def validate(
    document: Document, source_types: Mapping[str, str], *, strict: bool = False, dialect: str = ""
) -> tuple[Validated, list[Finding]]:
    """The validated ``document``, and the findings.

    ``source_types`` gives the source of each DataSource by the DataSource's name, for OpenSLO queries without a
    type. ``strict`` makes every departure from OpenSLO an error. ``dialect`` is the apiVersion in the file, if the
    document was translated.
    """
    document, kind, findings = _head(document)
    if not kind:
        return Validated(document, "", document.name, {}, {}, whole=False), findings
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
        reading.queries,
        reading.regions,
        tuple(reading.references),
        model,
        items,
        next(iter(reading.annotations), None),
        dialect or (document.data["apiVersion"] if is_openslo(document.data) else ""),
        whole=not reading.mistakes,
    )
    return validated, findings


def _read_leniently(
    document: Document, kind: str, source_types: Mapping[str, str], reading: Reading, strict: bool
) -> tuple[Document, Reading, list[Finding]]:
    """Reads a rejected OpenSLO document again, as it was intended, with findings for its departures from OpenSLO."""
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
    """Reads a rejected document again with misspelt keys mended, and returns all findings."""
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
    """The model without broken items, and the indices of the others; None if something else is broken too."""
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
    """The document with its head mended, its kind ("" if it cannot be read), and the findings about its head."""
    if tool := tool_of(document.data):
        message, remedy = f"this is a file of {tool}", "'checker import' turns it into one that checker reads"
        return document, "", [Finding("unknown-kind", "error", message, document.locate(()), "", remedy)]
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
