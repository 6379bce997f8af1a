"""Why a document was rejected, in words for its author: place, fact, remedy.

The models decide that there is a mistake and where. The family's JSON Schema, through jsonschema, knows what
was expected there: which keys exist, which values are allowed, what a key is for. The schema never overturns
the models: a mistake it cannot explain keeps the model's own words.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from checker.model import Document, Finding, Path
from checker.spec.json_schema import committed


class Mistake(NamedTuple):
    """One error of a model: where, pydantic's name for it, and its message."""

    path: Path
    type: str
    message: str


class Expected(NamedTuple):
    """What the schema says: the known keys (with their schemas) of each mapping, the broken rule of each place."""

    keys: Mapping[Path, Mapping[str, Any]]
    rules: Mapping[Path, tuple[str, Any, Mapping[str, Any]]]


def explain(document: Document, kind: str, mistakes: Iterable[Mistake]) -> list[Finding]:
    """One finding a mistake, in the file's order.

    A misspelt key is one mistake, however many it caused: where a required key is missing and an unknown one
    beside it looks like it, the unknown one alone is reported.
    """
    distinct = {(mistake.path, mistake.type): mistake for mistake in mistakes}
    expected = _expected(document.data) if kind else Expected({(): {"apiVersion": {}, "kind": {}}}, {})
    misspelt = _misspelt(document.data, distinct, expected)
    findings = [_misspelt_key(document, path, meant) for path, meant in misspelt.items()]
    accounted = {*misspelt, *((*path[:-1], meant) for path, meant in misspelt.items())}
    findings += (
        _finding(document, mistake, expected)
        for mistake in distinct.values()
        if mistake.type not in ("missing", "extra_forbidden") or mistake.path not in accounted
    )
    return sorted(findings, key=lambda finding: (finding.location or ("", 0, 0), finding.message))


def closest(word: str, words: Iterable[str]) -> str | None:
    """The one of ``words`` that ``word`` was probably meant to be, if any."""
    folded = {candidate.lower(): candidate for candidate in words}
    found = difflib.get_close_matches(word.lower(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def _expected(data: Any) -> Expected:
    import jsonschema

    keys: dict[Path, Mapping[str, Any]] = {}
    rules: dict[Path, tuple[str, Any, Mapping[str, Any]]] = {}
    validator = jsonschema.Draft202012Validator(committed(data["apiVersion"]))
    for error in validator.iter_errors(data):
        path = tuple(error.absolute_path)
        if error.validator in ("additionalProperties", "required"):
            keys[path] = {**keys.get(path, {}), **error.schema.get("properties", {})}
        else:
            rules.setdefault(path, (str(error.validator), error.validator_value, error.schema))
    return Expected(keys, rules)


def _misspelt(data: Any, mistakes: Iterable[tuple[Path, str]], expected: Expected) -> dict[Path, str]:
    """The keys that look like another: the path of each, and the key it was meant to be."""
    missing = [path for path, kind in mistakes if kind == "missing"]
    unknown = [path for path, kind in mistakes if kind == "extra_forbidden"]
    found: dict[Path, str] = {}
    for *parent, key in missing:
        mapping, known = _at(data, tuple(parent)), expected.keys.get(tuple(parent), {})
        strangers = [name for name in mapping if name not in known] if isinstance(mapping, dict) else []
        meant = closest(str(key), strangers)
        if meant is not None and (*parent, meant) not in found:
            found[(*parent, meant)] = str(key)
    for path in unknown:
        if path in found:
            continue
        present = _at(data, path[:-1])
        free = [name for name in expected.keys.get(path[:-1], {}) if name not in present]
        meant = closest(str(path[-1]), free)
        if meant is not None:
            found[path] = meant
    return found


def _misspelt_key(document: Document, path: Path, meant: str) -> Finding:
    return Finding(
        "unknown-key",
        "error",
        f"unknown key {path[-1]!r}",
        document.locate(path, key=True),
        dotted(path),
        f"did you mean {meant!r}?",
    )


def _finding(document: Document, mistake: Mistake, expected: Expected) -> Finding:
    path = mistake.path
    here, written = document.locate(path), _at(document.data, path)
    if mistake.type == "missing":
        description = expected.keys.get(path[:-1], {}).get(str(path[-1]), {}).get("description", "")
        remedy = f"add it: {description}" if description else "add it"
        return Finding("missing-key", "error", f"the key {path[-1]!r} is missing", here, dotted(path), remedy)
    if mistake.type == "extra_forbidden":
        known = ", ".join(expected.keys.get(path[:-1], {}))
        remedy = f"the keys known here are {known}" if known else "remove it"
        key = document.locate(path, key=True)
        return Finding("unknown-key", "error", f"unknown key {path[-1]!r}", key, dotted(path), remedy)
    rule, value, schema = expected.rules.get(path, ("", None, {}))
    purpose = schema.get("description", "")
    if mistake.type == "unknown_source":
        return _unknown_source(document, path, mistake)
    if rule in ("enum", "const"):
        allowed = [str(each) for each in (value if rule == "enum" else [value])]
        guess = closest(str(written), allowed)
        remedy = f"did you mean {guess!r}?" if guess else purpose
        message = f"{show(written)} is not {_one_of(allowed)}"
        return Finding("not-allowed", "error", message, here, dotted(path), remedy)
    if rule == "type" and mistake.type.endswith(("_type", "_parsing", "_attributes_type")):
        message = f"expected {_TYPES.get(str(value), str(value))}, found {show(written)}"
        return Finding("wrong-type", "error", message, here, dotted(path), purpose)
    return Finding("bad-value", "error", mistake.message, here, dotted(path), purpose)


def _unknown_source(document: Document, path: Path, mistake: Mistake) -> Finding:
    """A query whose source nobody knows; for OpenSLO, where the path of the query's ``spec`` was made up."""
    from checker import sources

    written = _at(document.data, path)
    if written is None:
        path = (*path[:-2], "type")
        written = _at(document.data, path)
    guess = closest(str(written or ""), sources.names())
    remedy = f"did you mean {guess!r}?" if guess else f"the sources are {', '.join(sources.names())}"
    message = (
        f"there is no source {written!r}" if written else "the query names no source, nor does its DataSource"
    )
    return Finding("unknown-source", "error", message, document.locate(path), dotted(path), remedy)


_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}


def show(value: Any) -> str:
    """A written value for a message: what it is, and no more of it than fits."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case str():
            return repr(value if len(value) <= 60 else value[:57] + "...")
        case _:
            return str(value)


def dotted(path: Path) -> str:
    """A path for people: ``spec.criteria[2].target``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def _one_of(allowed: list[str]) -> str:
    return repr(allowed[0]) if len(allowed) == 1 else "one of " + ", ".join(allowed)


def _at(data: Any, path: Path) -> Any:
    for step in path:
        if isinstance(data, dict) and step in data:
            data = data[str(step)]
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data
