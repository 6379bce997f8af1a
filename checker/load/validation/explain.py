"""Explains to the author why a document was rejected: place, fact, remedy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any

from checker.load.text.finding_at import finding_at
from checker.load.validation.expected import Expected
from checker.load.validation.misplaced import belongs
from checker.load.validation.misspelt import TWIN, at, closest
from checker.load.validation.mistakes import EXPECTED, Mistake
from checker.model import Document, Finding, Path
from checker.spec.fields import ANNOTATION_PREFIX, show
from checker.spec.slo_annotations import SLOAnnotations
from checker.units import UnitError, parse_unit

MOST = 100
"""The most findings for one document; more would hide the first."""


def explain(document: Document, mistakes: Iterable[Mistake], expected: Expected) -> list[Finding]:
    """One finding for each mistake, in the order of the file, up to ``MOST``."""
    distinct = {(mistake.path, mistake.type): mistake for mistake in mistakes}
    located = sorted(distinct.values(), key=lambda mistake: _location(document, mistake))
    findings = [_finding(document, mistake, expected) for mistake in located[:MOST]]
    if len(located) > MOST:
        message = f"there are {len(located) - MOST} more mistakes in this document"
        place = document.locate(())
        findings.append(Finding("too-many", "error", message, place, "", "fix the ones shown first"))
    return findings


def explain_misspelt(document: Document, wrong: Mapping[Path, str]) -> list[Finding]:
    """One finding for each misspelt key."""
    return [
        _found(document, "unknown-key", path, f"unknown key {show(path[-1])}", f"did you mean {meant!r}?")
        for path, meant in wrong.items()
    ]


def _location(document: Document, mistake: Mistake) -> Any:
    return document.locate(mistake.path, key=mistake.type == "extra_forbidden")


def _found(document: Document, rule: str, path: Path, message: str, remedy: str) -> Finding:
    return finding_at(document, path, rule, "error", message, remedy, key=rule == "unknown-key")


def _finding(document: Document, mistake: Mistake, expected: Expected) -> Finding:
    path, written = mistake.path, at(document.data, mistake.path)
    key = path[-1] if path else ""
    rule, allowed, schema = expected.rules.get(path, ("", None, {}))
    known = expected.keys.get(path[:-1], {})
    purpose = _purpose(schema) or _purpose(known.get(str(key), {}))
    if mistake.type == "missing":
        fact = f"the key {key!r} is missing"
        return _found(document, "missing-key", path, fact, _sentences("add it", purpose))
    if mistake.type == "extra_forbidden":
        return _unknown_key(document, path, known)
    if mistake.type == "unknown_source":
        return _unknown_source(document, path, written)
    if written is None:
        fact = f"the key {key!r} has no value" if isinstance(key, str) else "this entry has no value"
        optional = fact == fact_and_mend(mistake.message)[0]
        remedy = "give it one or remove the key" if optional else "give it one"
        return _found(document, "bad-value", path, fact, _sentences(remedy, purpose))
    if rule in ("enum", "const"):
        return _not_allowed(document, path, written, allowed if rule == "enum" else [allowed])
    fact, mend = fact_and_mend(mistake.message)
    one_type = rule == "type" and isinstance(allowed, str)
    if one_type and mistake.type == "value_error" and isinstance(written, dict | list | bool):
        fact = f"expected {EXPECTED[allowed]}, found {show(written)}"
        mend = _sentences("write text" if allowed == "string" else _write_as(fact, written), purpose)
    kind = "wrong-type" if fact.startswith("expected ") else "bad-value"
    if not mend:
        mend = (
            "fill it in"
            if written == "" or fact.endswith((" is empty", " is blank"))
            else _write_as(fact, written)
        )
        mend = mend if mend.endswith("quotes") else _sentences(mend, purpose)
    return _found(document, kind, path, fact, mend)


def _not_allowed(document: Document, path: Path, written: Any, allowed: Sequence[Any]) -> Finding:
    values = ", ".join(map(show, allowed))
    guess = None
    if isinstance(written, str):
        texts = [value for value in allowed if isinstance(value, str)]
        guess = closest(written, texts) or _same_unit(written, texts)
    one = f"did you mean {guess!r}?" if guess else f"write {'one of ' * (len(allowed) > 1)}{values}"
    return _found(document, "not-allowed", path, f"{show(written)} is not allowed here", one)


def _same_unit(written: str, allowed: Sequence[str]) -> str | None:
    """The one of ``allowed`` that is the same unit as ``written``, as Milliseconds is for ms."""
    units: dict[str, tuple[object, object]] = {}
    for name in (written, *allowed):
        with suppress(UnitError):
            unit = parse_unit(name)
            units[name] = unit.factor, unit.dimensions
    return next((each for each in allowed if written in units and units.get(each) == units[written]), None)


def _sentences(mend: str, purpose: str) -> str:
    """The remedy, followed by the purpose of the key."""
    return f"{mend}. {purpose}" if purpose else mend


_QUOTED_OR_SEMICOLON = re.compile(r"""(?<!\w)(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|; """, re.DOTALL)


def fact_and_mend(message: str) -> tuple[str, str]:
    """Splits a model's message, ``the fact; the remedy``, into its two parts; the second may be missing.

    A semicolon inside text quoted from the file does not split it.
    """
    for found in _QUOTED_OR_SEMICOLON.finditer(message):
        if found[0] == "; ":
            return message[: found.start()], message[found.end() :]
    return message, ""


def _write_as(fact: str, written: Any) -> str:
    """The remedy for a value of the wrong type, as far as the type alone determines it."""
    expected = fact.removeprefix("expected ").partition(",")[0]
    if isinstance(written, int | Decimal) and expected.startswith("text"):
        return "put it in quotes"
    return {
        "a whole number": "write a whole number, without quotes",
        "a number": "write a number, without quotes",
        "true or false": "write true or false, without quotes",
        "a list": "write '- ' before each item, or put it in [ ]"
        if isinstance(written, dict)
        else "write it as a list, as in [one, another]",
        "a mapping": "write it as lines of 'key: value'",
        "text": "write text",
    }.get(expected, "correct its keys" if isinstance(written, dict) else "write another value")


def _purpose(schema: Mapping[str, Any]) -> str:
    return str(schema.get("description", ""))


def _unknown_key(document: Document, path: Path, known: Mapping[str, Any]) -> Finding:
    twin = closest(str(path[-1]), known, likeness=TWIN)
    if path[-2:-1] == ("connectionDetails",) and _is_secret(str(path[-1])):
        remedy = "remove it, and rotate the secret: credentials come from the environment, never from a file"
        return _found(document, "unknown-key", path, f"unknown key {show(path[-1])}", remedy)
    annotation = f"{ANNOTATION_PREFIX}{path[-1]}"
    if document.data.get("kind") == "SLO" and annotation in _ANNOTATIONS:
        remedy = f"OpenSLO has no such key: write {annotation} under metadata.annotations, with its value in quotes"
    elif elsewhere := belongs(document.data, path):
        remedy = elsewhere
    elif twin is not None:
        remedy = f"remove it, or merge it into {twin!r}, which already exists"
    elif known:
        remedy = f"the keys known here are {', '.join(known)}"
    else:
        remedy = "remove it"
    return _found(document, "unknown-key", path, f"unknown key {show(path[-1])}", remedy)


def _is_secret(key: str) -> bool:
    from checker.load.openslo.mend_sources import SECRET  # needed only for OpenSLO and here

    return SECRET.search(key) is not None


_ANNOTATIONS = {field.alias for field in SLOAnnotations.model_fields.values()}


def _unknown_source(document: Document, path: Path, written: Any) -> Finding:
    from checker import sources

    if written is None:
        remedy = "write the source as type, or a DataSource as metricSourceRef"
        return _found(document, "unknown-source", path[:-1], "the query names no source", remedy)
    guess = closest(str(written), sources.names())
    remedy = f"did you mean {guess!r}?" if guess else f"the sources are {', '.join(sources.names())}"
    return _found(document, "unknown-source", path, f"there is no source {show(written)}", remedy)
