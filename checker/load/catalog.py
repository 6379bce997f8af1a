"""Files become a catalog: read, located, validated, resolved; every error of every file at once."""

from __future__ import annotations

import gc
import hashlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from checker.files import WORKING_FOLDER, FileRefused, Tree
from checker.load.check_catalog import check_catalog
from checker.load.check_definition import check_definition
from checker.load.check_names import (
    by_name,
    check_promises,
    check_references,
    duplicates,
    same_names,
)
from checker.load.check_openslo import check_openslo
from checker.load.departure import reported
from checker.load.dialects import Translated, in_own_words, translated
from checker.load.read_yaml import read_yaml
from checker.load.resolve import attestations_of, connections_of, resolve, waivers_of
from checker.load.validate import Validated, validate
from checker.model import Catalog, Document, Finding, Location, Objective

STDIN = "<stdin>"
MOST_DOCUMENTS = 1000
"""The most documents that one file may hold."""
LIMIT = 1 << 20
"""The most bytes that one file may hold."""

Reader = Callable[[bytes, str], tuple[tuple[Document, ...], tuple[Finding, ...]]]
"""What makes documents of the bytes of a file with a name, as ``read_yaml`` does."""


def load(paths: Sequence[str], tree: Tree = WORKING_FOLDER, *, strict: bool = False) -> Catalog:
    """The catalog of all files of ``tree`` at ``paths``; directories are walked, ``-`` is standard input.

    ``tree`` is the working folder, or the files of a commit. ``strict`` takes OpenSLO by its letter. Never raises
    for what a file holds: what is wrong is in the catalog's findings.
    """
    with _few_collections():
        return _load(paths, tree, strict)


def read(paths: Sequence[str], reader: Reader = read_yaml) -> tuple[list[Document], list[Finding]]:
    """The documents of all files at ``paths``, whatever they are about, and what could not be read."""
    findings: list[Finding] = []
    documents, digests = _documents(paths, WORKING_FOLDER, reader, findings)
    if not digests and not findings:
        findings.append(_nothing(paths))
    return documents, findings


def _documents(
    paths: Sequence[str], tree: Tree, reader: Reader, findings: list[Finding]
) -> tuple[list[Document], dict[str, str]]:
    """The documents at ``paths``, and the digest of each file."""
    documents: list[Document] = []
    digests: dict[str, str] = {}
    for name, content in read_contents(paths, tree, findings):
        digests[name] = hashlib.sha256(content).hexdigest()
        found, wrong = reader(content, name)
        findings += wrong
        if len(found) > MOST_DOCUMENTS:
            findings.append(_too_many(found[MOST_DOCUMENTS]))
        else:
            documents += found
    return documents, digests


def _load(paths: Sequence[str], tree: Tree, strict: bool) -> Catalog:
    findings: list[Finding] = []
    documents, digests = _documents(paths, tree, read_yaml, findings)
    if not digests and not findings:
        findings.append(_nothing(paths))
    all_read = not findings
    translations = [translated(document) for document in documents]
    validated = _validated(translations, strict, findings)
    named = by_name(validated)
    findings += check_openslo(validated, named, strict)
    findings += duplicates(validated, named)
    findings += check_references(validated, named, all_read)
    findings += check_catalog(validated, all_read)
    objectives: list[Objective] = []
    for resolved in resolve(validated, named):
        if isinstance(resolved, Finding):
            findings.append(resolved)
        else:
            objectives.append(resolved.objective)
            findings += check_definition(resolved)
    findings += same_names(objectives)
    findings += check_promises(validated, objectives, all_read)
    originals = [each.original for each in translations if each.dialect]
    if originals:
        findings = in_own_words(findings, originals)
    return Catalog(
        documents=tuple(documents),
        objectives=tuple(sorted(objectives, key=lambda objective: objective.name)),
        connections=connections_of(validated),
        waivers=waivers_of(validated),
        attestations=attestations_of(validated),
        findings=tuple(sorted(dict.fromkeys(findings), key=_order)),
        digests=tuple(sorted(digests.items())),
    )


def _order(finding: Finding) -> tuple[Location, str]:
    return finding.location or Location("", 0, 0), finding.message


@contextmanager
def _few_collections() -> Iterator[None]:
    """Lets Python look for cyclic garbage seldom: what is read here makes hardly any and lives to the end, and
    to go through all of it again and again takes longer than to read it."""
    usual = gc.get_threshold()
    gc.set_threshold(200_000, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def read_contents(paths: Sequence[str], tree: Tree, findings: list[Finding]) -> Iterator[tuple[str, bytes]]:
    """The name and the bytes of each file, once, however often and by whichever name it is given."""
    seen: set[object] = set()
    for name in _names(paths, tree, findings):
        try:
            identity = tree.identity(name)
            if identity in seen:
                continue
            seen.add(identity)
            if name == "-":
                yield STDIN, _stdin(tree)
            else:
                yield _display(name), tree.read(name, LIMIT)
        except FileRefused as refusal:
            findings.append(_refused(name, refusal.message, refusal.remedy))


def _names(paths: Sequence[str], tree: Tree, findings: list[Finding]) -> Iterator[str]:
    """The files that are meant by ``paths``: for a directory, those below it."""
    for path in paths:
        try:
            if path == "-" or not tree.is_folder(path):
                yield path
                continue
            names, refused = tree.walk(path)
        except FileRefused as refusal:
            findings.append(_refused(path, refusal.message, refusal.remedy))
            continue
        findings += (_refused(name, reason) for name, reason in refused)
        yield from names


def _stdin(tree: Tree) -> bytes:
    if tree is not WORKING_FOLDER:
        raise FileRefused("standard input is no file of a commit", "name files or directories")
    if sys.stdin is None:
        raise FileRefused("there is no standard input", "name a file")
    content = sys.stdin.buffer.read(LIMIT + 1)
    if len(content) > LIMIT:
        raise FileRefused(f"standard input has more than {LIMIT:,} bytes", "split it")
    return content


def _display(name: str) -> str:
    """A file's name in reports: as given, with forward slashes, so that a report is the same everywhere."""
    if name == "-":
        return STDIN
    return os.path.normpath(name).replace(os.sep, "/")


def _refused(name: str, reason: str, remedy: str = "") -> Finding:
    return Finding("file-refused", "error", reason, Location(_display(name), 1, 1), "", remedy)


def _too_many(document: Document) -> Finding:
    return Finding(
        "file-refused",
        "error",
        f"the file holds more than {MOST_DOCUMENTS} documents",
        document.locate(()),
        remedy="split it into several files",
    )


def _nothing(paths: Sequence[str]) -> Finding:
    places = f"there is no .yaml, .yml or .json file in {', '.join(paths)}" if paths else "no path was given"
    remedy = "name the directory that holds the promises; nothing checked is never a pass"
    return Finding("nothing-to-check", "error", places, remedy=remedy)


def _validated(translations: Sequence[Translated], strict: bool, findings: list[Finding]) -> list[Validated]:
    source_types: dict[str, str] = {}
    for document in (document for each in translations for document in each.documents):
        match document.data:
            case {"kind": "DataSource", "metadata": {"name": str(name)}, "spec": {"type": str(source)}}:
                source_types[name] = source
    validated = []
    for each in translations:
        findings += reported(each.original, each.departures, strict)
        for document in each.documents:
            found, wrong = validate(document, source_types, strict=strict, dialect=each.dialect)
            validated.append(found)
            findings += wrong
    return validated
