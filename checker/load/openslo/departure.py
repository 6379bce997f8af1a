"""Where a document departs from the specification, and what was read instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from checker.load.openslo.node import Mark, Node
from checker.load.openslo.written_at import written_at
from checker.load.text.refusals import dotted
from checker.model import Document, Finding, Level, Location


class Departure(NamedTuple):
    """A departure from what OpenSLO says: where, the fact, and the mend.

    Read leniently it is a warning and the document is read as it was meant; read strictly it is an error.
    ``level`` is what it is in either case, where that does not depend on it. ``key`` says that it is about the
    key at that mark.
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
    """What is reported of the departures of a document."""
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
