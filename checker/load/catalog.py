"""Files become a catalog: read, located, validated, resolved; every error of every file at once."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator, Sequence

from checker.files import FileRefused, read_file, walk
from checker.load.check_catalog import check_catalog
from checker.load.read_yaml import read_yaml
from checker.load.resolve import resolve
from checker.load.validate import Validated, validate
from checker.model import Catalog, Document, Finding, Location

STDIN = "<stdin>"
LIMIT = 1 << 20
"""The most bytes that one file may hold."""


def load(paths: Sequence[str]) -> Catalog:
    """The catalog of all files at ``paths``; directories are walked, ``-`` is standard input.

    Never raises for what a file holds: what is wrong is in the catalog's findings.
    """
    findings: list[Finding] = []
    documents: list[Document] = []
    digests: dict[str, str] = {}
    for name, content in _contents(paths, findings):
        if name in digests:
            continue
        digests[name] = hashlib.sha256(content).hexdigest()
        read, wrong = read_yaml(content, name)
        documents += read
        findings += wrong
    if not digests and not findings:
        findings.append(_nothing(paths))
    validated = _validated(documents, findings)
    objectives, connections, wrong = resolve(validated)
    findings += wrong
    findings += check_catalog(validated)
    return Catalog(
        documents=tuple(documents),
        objectives=tuple(sorted(objectives, key=lambda objective: objective.name)),
        connections=connections,
        findings=tuple(
            sorted(findings, key=lambda found: (found.location or Location("", 0, 0), found.message))
        ),
        digests=tuple(sorted(digests.items())),
    )


def _contents(paths: Sequence[str], findings: list[Finding]) -> Iterator[tuple[str, bytes]]:
    for path in paths:
        if path == "-":
            yield STDIN, sys.stdin.buffer.read(LIMIT + 1)
            continue
        names: Iterable[str] = [path]
        if os.path.isdir(path):
            names, refused = walk(path)
            findings += (_refused(name, reason) for name, reason in refused)
        for name in names:
            try:
                yield _display(name), read_file(name, limit=LIMIT)
            except FileRefused as refusal:
                findings.append(_refused(name, refusal.message, refusal.remedy))


def _display(name: str) -> str:
    """A file's name in reports: as given, with forward slashes, so that a report is the same everywhere."""
    return os.path.normpath(name).replace(os.sep, "/")


def _refused(name: str, reason: str, remedy: str = "") -> Finding:
    return Finding("file-refused", "error", reason, Location(_display(name), 1, 1), "", remedy)


def _nothing(paths: Sequence[str]) -> Finding:
    places = ", ".join(paths)
    return Finding(
        "nothing-to-check",
        "error",
        f"there is no .yaml, .yml or .json file in {places}",
        remedy="name the directory that holds the promises; nothing checked is never a pass",
    )


def _validated(documents: Sequence[Document], findings: list[Finding]) -> list[Validated]:
    source_types = {}
    for document in documents:
        match document.data:
            case {"kind": "DataSource", "metadata": {"name": str(name)}, "spec": {"type": str(source)}}:
                source_types[name] = source
    validated = []
    for document in documents:
        found, wrong = validate(document, source_types)
        findings += wrong
        if found is not None:
            validated.append(found)
    return validated
