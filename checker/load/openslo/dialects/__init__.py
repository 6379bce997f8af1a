"""The other versions of OpenSLO, translated to ``openslo/v1``: one module for each dialect.

A module defines ``KINDS``, from the dialect's name of a kind to its name here; ``translate(root)``, which
rearranges the tree of a document and returns the resulting trees and the departures; and ``WORDS``, from a key in
``openslo/v1`` to its name in the dialect.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from checker.load.openslo.departure import Departure
from checker.load.openslo.node import Node, fold, unfold
from checker.load.openslo.written_at import WrittenAt, written_at
from checker.load.text.refusals import dotted
from checker.model import Document, Finding

DIALECTS = {"openslo/v1alpha": "v1alpha", "openslo.com/v1": "kubernetes", "openslo.com/v2alpha": "v2alpha"}
"""The module for each apiVersion."""


class Dialect(Protocol):
    """The interface of a dialect's module."""

    KINDS: Mapping[str, str]
    WORDS: Mapping[str, str]

    def translate(self, root: Node) -> tuple[list[Node], list[Departure]]: ...


class Translated(NamedTuple):
    """A document and its translation."""

    documents: tuple[Document, ...]
    original: Document
    dialect: str = ""
    """The original's apiVersion, if it was translated."""
    departures: tuple[Departure, ...] = ()


def translated(document: Document) -> Translated:
    """A document translated to ``openslo/v1``; a document that is in no other dialect is unchanged."""
    name = document.data.get("apiVersion")
    if not isinstance(name, str) or name not in DIALECTS:
        return Translated((document,), document)
    dialect = _dialect(name)
    kind = document.data.get("kind")
    if not isinstance(kind, str) or kind not in dialect.KINDS:
        return Translated((document,), document)
    root = unfold(document)
    for key, value in (("apiVersion", "openslo/v1"), ("kind", dialect.KINDS[kind])):
        root.value[key].value = value
    trees, departures = dialect.translate(root)
    return Translated(tuple(fold(tree, document) for tree in trees), document, name, tuple(departures))


def kinds_of(api_version: str) -> Sequence[str]:
    """The kinds of a dialect; none for any other apiVersion."""
    return sorted(_dialect(api_version).KINDS) if api_version in DIALECTS else ()


def _dialect(api_version: str) -> Dialect:
    module: Dialect = importlib.import_module(f"{__name__}.{DIALECTS[api_version]}")
    return module


def in_own_words(findings: Iterable[Finding], originals: Sequence[Document]) -> list[Finding]:
    """Findings about translated documents, with the paths and keys of the original file.

    ``originals`` are the documents that were translated. A finding keeps its place; its path becomes that of the
    node at that place in the file.
    """
    places = [(document, written_at(document)) for document in originals]
    return [_in_own_words(finding, places) for finding in findings]


def _in_own_words(finding: Finding, places: Sequence[tuple[Document, WrittenAt]]) -> Finding:
    location = finding.location
    if location is None:
        return finding
    mark = (location.line, location.column)
    for document, paths in places:
        if document.file == location.file and location.line in paths.lines:
            words = _dialect(document.data["apiVersion"]).WORDS
            last = finding.path.rpartition(".")[2]
            key = paths.keys.get(mark, ("",))[-1]
            path = paths.path(mark, key=finding.rule == "unknown-key" or key in (last, words.get(last)))
            if finding.rule == "missing-key":
                path = (*path, words.get(last, last))
            return finding._replace(
                path=dotted(path),
                message=_spoken(finding.message, words),
                remedy=_spoken(finding.remedy, words),
            )
    return finding


def _spoken(text: str, words: Mapping[str, str]) -> str:
    return re.sub(r"'(\w+)'", lambda found: f"'{words.get(found[1], found[1])}'", text)
