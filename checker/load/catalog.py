"""Files become a catalog: read, located, validated, resolved; every error of every file at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NoReturn

from checker.files import WORKING_FOLDER, Tree
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
from checker.load.read_files import read_files
from checker.load.resolve import attestations_of, connections_of, resolve, waivers_of
from checker.load.validate import Validated, validate
from checker.model import Catalog, Document, Finding, Location, Objective


def load(paths: Sequence[str], tree: Tree = WORKING_FOLDER, *, strict: bool = False) -> Catalog:
    """The catalog of all files of ``tree`` at ``paths``; directories are walked, ``-`` is standard input.

    ``tree`` is the working folder, or the files of a commit. ``strict`` takes OpenSLO by its letter. Never raises
    for what a file holds: what is wrong is in the catalog's findings.
    """
    with _few_collections():
        return _load(paths, tree, strict)


def _load(paths: Sequence[str], tree: Tree, strict: bool) -> Catalog:
    unread: list[Finding] = []
    digests: dict[str, str] = {}
    validation = _Validation(strict)
    for file in read_files(paths, unread, tree):
        unread += file.findings
        if file.digest:
            digests[file.name] = file.digest
        for document in file.documents:
            validation.add(document)
    all_read = not unread
    validated, wrong = validation.finished()
    named = by_name(validated)
    findings = [
        *unread,
        *wrong,
        *check_openslo(validated, named, strict),
        *duplicates(validated, named),
        *check_references(validated, named, all_read),
        *check_catalog(validated, all_read),
    ]
    objectives: list[Objective] = []
    for resolved in resolve(validated, named):
        if isinstance(resolved, Finding):
            findings.append(resolved)
        else:
            objectives.append(resolved.objective)
            findings += check_definition(resolved)
    findings += same_names(objectives)
    findings += check_promises(validated, objectives, all_read)
    originals = [each.original for each in validation.translations if each.dialect]
    if originals:
        findings = in_own_words(findings, originals)
    return Catalog(
        documents=tuple(each.original for each in validation.translations),
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


class _NotYetRead(Exception):
    """A query leaves its source to a DataSource, and not all files have been read."""


class _Unknown(Mapping[str, str]):
    """The sources of the DataSources while there may be more of them."""

    def __getitem__(self, name: str) -> NoReturn:
        raise _NotYetRead

    def __iter__(self) -> NoReturn:
        raise _NotYetRead

    def __len__(self) -> NoReturn:
        raise _NotYetRead


_UNKNOWN = _Unknown()


class _Validation:
    """The documents validated as they are read, but for those that have to wait for a DataSource."""

    def __init__(self, strict: bool) -> None:
        self.translations: list[Translated] = []
        self._strict = strict
        self._validated: list[Validated | None] = []
        self._waiting: list[tuple[int, Document, str]] = []
        self._findings: list[Finding] = []

    def add(self, original: Document) -> None:
        each = translated(original)
        self.translations.append(each)
        self._findings += reported(original, each.departures, self._strict)
        for document in each.documents:
            try:
                self._validated.append(self._validate(document, _UNKNOWN, each.dialect))
            except _NotYetRead:
                self._waiting.append((len(self._validated), document, each.dialect))
                self._validated.append(None)

    def finished(self) -> tuple[list[Validated], list[Finding]]:
        """All of them, in the order of the files, and what is wrong with them."""
        sources: dict[str, str] = {}
        for document in (document for each in self.translations for document in each.documents):
            match document.data:
                case {"kind": "DataSource", "metadata": {"name": str(name)}, "spec": {"type": str(source)}}:
                    sources[name] = source
        for index, document, dialect in self._waiting:
            self._validated[index] = self._validate(document, sources, dialect)
        return [each for each in self._validated if each is not None], self._findings

    def _validate(self, document: Document, sources: Mapping[str, str], dialect: str) -> Validated:
        validated, wrong = validate(document, sources, strict=self._strict, dialect=dialect)
        self._findings += wrong
        return validated
