"""Departures of a document from the OpenSLO specification, and how they are reported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from checker.load.openslo.node import Mark, Node
from checker.load.openslo.written_at import written_at
from checker.load.text.refusals import dotted
from checker.model import Document, Finding, Level, Location


class Departure(NamedTuple):
    """A departure from the OpenSLO specification: the place, the fact, and the remedy.

    By default it is a warning, and the document is read as intended; with ``strict`` it is an error. If ``level``
    is set, it applies in both cases. ``key`` says that the departure is about the key at that mark.
    """

    mark: Mark
    message: str
    remedy: str
    level: Level | None = None
    key: bool = False


def of_key(node: Node, message: str, remedy: str, level: Level | None = None) -> Departure:
    """A departure about the key of a node."""
    return Departure(node.key or node.mark, message, remedy, level, key=True)


def reported(document: Document, departures: Sequence[Departure], strict: bool) -> list[Finding]:
    """The findings for the departures of a document."""
    if not departures:
        return []
    written = written_at(document)
    return [
        Finding(
            "openslo",
            each.level or ("error" if strict else "warning"),
            each.message,
            Location(document.file, *each.mark),
            dotted(written.path(each.mark, key=each.key)),
            each.remedy,
        )
        for each in departures
    ]
