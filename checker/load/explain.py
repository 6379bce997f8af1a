"""Why a document was rejected, in words for its author: place, fact, remedy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from checker.load.expected import Expected
from checker.load.misspelt import at, closest
from checker.load.mistakes import Mistake
from checker.load.refusals import dotted
from checker.model import Document, Finding, Path
from checker.spec.fields import show

MOST = 100
"""Findings of one document; more would bury the first."""


def explain(document: Document, mistakes: Iterable[Mistake], expected: Expected) -> list[Finding]:
    """One finding a mistake, in the file's order; no more than are of use."""
    distinct = {(mistake.path, mistake.type): mistake for mistake in mistakes}
    located = sorted(distinct.values(), key=lambda mistake: _location(document, mistake))
    findings = [_finding(document, mistake, expected) for mistake in located[:MOST]]
    if len(located) > MOST:
        message = f"there are {len(located) - MOST} more mistakes in this document"
        place = document.locate(())
        findings.append(Finding("too-many", "error", message, place, "", "mend those that are shown first"))
    return findings


def explain_misspelt(document: Document, wrong: Mapping[Path, str]) -> list[Finding]:
    """One finding a misspelt key."""
    return [
        _found(document, "unknown-key", path, f"unknown key {show(path[-1])}", f"did you mean {meant!r}?")
        for path, meant in wrong.items()
    ]


def _location(document: Document, mistake: Mistake) -> Any:
    return document.locate(mistake.path, key=mistake.type == "extra_forbidden")


def _found(document: Document, rule: str, path: Path, message: str, remedy: str) -> Finding:
    place = document.locate(path, key=rule == "unknown-key")
    return Finding(rule, "error", message, place, dotted(path), remedy)


def _finding(document: Document, mistake: Mistake, expected: Expected) -> Finding:
    path, written = mistake.path, at(document.data, mistake.path)
    key = path[-1] if path else ""
    rule, allowed, schema = expected.rules.get(path, ("", None, {}))
    known = expected.keys.get(path[:-1], {})
    purpose = _purpose(schema) or _purpose(known.get(str(key), {}))
    if mistake.type == "missing":
        remedy = f"add it: {purpose}" if purpose else "add it"
        return _found(document, "missing-key", path, f"the key {key!r} is missing", remedy)
    if mistake.type == "extra_forbidden":
        return _unknown_key(document, path, known)
    if mistake.type == "unknown_source":
        return _unknown_source(document, path, written)
    if written is None:
        return _found(document, "bad-value", path, _empty(key), f"give it a value: {purpose}")
    if rule in ("enum", "const"):
        values = [show(value) for value in (allowed if rule == "enum" else [allowed])]
        guess = closest(show(written), values)
        remedy = f"did you mean {guess}?" if guess else purpose
        return _found(document, "not-allowed", path, f"{show(written)} is not {_one_of(values)}", remedy)
    kind = "wrong-type" if mistake.message.startswith("expected ") else "bad-value"
    return _found(document, kind, path, mistake.message, purpose)


def _purpose(schema: Mapping[str, Any]) -> str:
    return str(schema.get("description", ""))


def _empty(key: str | int) -> str:
    return "this entry of the list has no value" if isinstance(key, int) else f"the key {key!r} has no value"


def _unknown_key(document: Document, path: Path, known: Mapping[str, Any]) -> Finding:
    twin = closest(str(path[-1]), known)
    if twin is not None:
        remedy = f"remove it, or merge it into {twin!r}, which is there already"
    elif known:
        remedy = f"the keys known here are {', '.join(known)}"
    else:
        remedy = "remove it"
    return _found(document, "unknown-key", path, f"unknown key {show(path[-1])}", remedy)


def _unknown_source(document: Document, path: Path, written: Any) -> Finding:
    from checker import sources

    if written is None:
        remedy = "name the source as its type, or a DataSource as its metricSourceRef"
        return _found(document, "unknown-source", path[:-1], "the query names no source", remedy)
    guess = closest(str(written), sources.names())
    remedy = f"did you mean {guess!r}?" if guess else f"the sources are {', '.join(sources.names())}"
    return _found(document, "unknown-source", path, f"there is no source {show(written)}", remedy)


def _one_of(allowed: list[str]) -> str:
    return allowed[0] if len(allowed) == 1 else "one of " + ", ".join(allowed)
