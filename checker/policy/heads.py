"""The documents that promises and waivers stand in, as rules see them."""

from __future__ import annotations

from typing import Any

from checker.model import Catalog, Objective
from checker.policy import inputs
from checker.policy.inputs.made import Keys


class Heads:
    """The heads of documents."""

    def __init__(self, catalog: Catalog) -> None:
        self._documents = {(each.file, each.kind, each.name): each for each in catalog.documents}

    def of(self, objective: Objective, keys: Keys = None) -> dict[str, Any]:
        kind = "SLO" if objective.kind == "SLO" else "SuccessCriteria"
        return self.at(objective.location.file, kind, objective.document, keys)

    def at(self, file: str, kind: str, name: str, keys: Keys = None) -> dict[str, Any]:
        return inputs.head_input(self._documents.get((file, kind, name)), keys)
