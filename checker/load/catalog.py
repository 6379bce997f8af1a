"""Loads files into a catalog: read, located, validated and resolved, with all errors of all files at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from checker.files import WORKING_FOLDER, Tree
from checker.load.assembly import Assembly
from checker.load.checks.catalog import check_catalog
from checker.load.checks.names import check_promises, check_references, duplicates, same_names
from checker.load.checks.waivers import check_waivers
from checker.load.openslo.dialects import in_own_words
from checker.load.read_files import read_files
from checker.load.resolution.criteria import attestations_of, connections_of, waivers_of
from checker.model import Catalog, Finding, Location


def load(paths: Sequence[str], tree: Tree = WORKING_FOLDER, *, strict: bool = False) -> Catalog:
    """The catalog of all files of ``tree`` at ``paths``; directories are walked, ``-`` is standard input.

    ``tree`` is the working folder or the files of a commit. ``strict`` reads OpenSLO documents strictly by the
    specification. Never raises for the content of a file: mistakes are findings of the catalog.
    """
    with _few_collections():
        return _load(paths, tree, strict)


def _load(paths: Sequence[str], tree: Tree, strict: bool) -> Catalog:
    unread: list[Finding] = []
    digests: dict[str, str] = {}
    assembly = Assembly(strict)
    for file in read_files(paths, unread, tree):
        unread += file.findings
        if file.digest:
            digests[file.name] = file.digest
        for document in file.documents:
            assembly.add(document)
    all_read = all(finding.level != "error" for finding in unread)
    validated, named, objectives = assembly.finish()
    findings = [
        *unread,
        *assembly.findings,
        *duplicates(validated, named),
        *check_references(validated, named, all_read),
        *check_catalog(validated, all_read),
        *same_names(objectives),
        *check_promises(validated, objectives, all_read),
        *check_waivers(validated, objectives),
    ]
    originals = [each.original for each in assembly.translations if each.dialect]
    if originals:
        findings = in_own_words(findings, originals)
    return Catalog(
        documents=tuple(each.original for each in assembly.translations),
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
    """Makes garbage collections rare. Loading creates almost no garbage, and nearly all objects live on, so that
    scanning them again and again would take longer than loading itself."""
    usual = gc.get_threshold()
    gc.set_threshold(200_000, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
