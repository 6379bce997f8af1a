"""The documents that promises and waivers stand in, as rules see them."""

from __future__ import annotations

from typing import Any

from checker.model import Catalog, Document, Objective
from checker.policy import inputs


class Heads:
    """The heads of documents, each made once."""

    def __init__(self, catalog: Catalog) -> None:
        self._documents: dict[tuple[str, str, str], Document] = {}
        for document in catalog.documents:
            match document.data:
                case {"kind": str(kind), "metadata": {"name": str(name)}}:
                    self._documents[document.file, kind, name] = document
        self._made: dict[tuple[str, str, str], dict[str, Any]] = {}

    def of(self, objective: Objective) -> dict[str, Any]:
        kind = "SLO" if objective.kind == "SLO" else "SuccessCriteria"
        return self.at(objective.location.file, kind, objective.document)

    def at(self, file: str, kind: str, name: str) -> dict[str, Any]:
        key = (file, kind, name)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = inputs.document_input(self._documents.get(key))
        return found
