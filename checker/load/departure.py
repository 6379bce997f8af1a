"""Where a document departs from the specification, and what was read instead."""

from __future__ import annotations

from typing import NamedTuple

from checker.load.node import Mark, Node
from checker.model import Document, Finding, Level, Location


class Departure(NamedTuple):
    """A departure from what OpenSLO says: where, the fact, and the mend.

    Read leniently it is a warning and the document is read as it was meant; read strictly it is an error.
    ``level`` is what it is in either case, where that does not depend on it.
    """

    mark: Mark
    message: str
    remedy: str
    level: Level | None = None

    def finding(self, document: Document, strict: bool) -> Finding:
        """What is reported of it."""
        level = self.level or ("error" if strict else "warning")
        return Finding("openslo", level, self.message, Location(document.file, *self.mark), "", self.remedy)


def at_key(node: Node) -> Mark:
    """Where a node's key stands; the node itself if it has none."""
    return node.key or node.mark
