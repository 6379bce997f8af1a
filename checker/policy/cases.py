"""The cases that rules are applied to: promises, waivers, documents, verdicts and the release, with their inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from checker.model import Catalog, Document, Finding, Location, Objective, Verdict, Waiver
from checker.policy import inputs
from checker.policy.heads import Heads
from checker.policy.inputs.made import Keys
from checker.policy.mentioned import Mentioned

_LABELS = ("labels",)


class Case(NamedTuple):
    """One thing to judge: its name, location and labels, and its input for rules, which is made on demand, with
    those fields that the rules mention."""

    name: str
    locate: Callable[[], Location | None]
    labels: Callable[[], Mapping[str, Any]]
    input: Callable[[Mentioned], dict[str, Any]]


def promises(catalog: Catalog, heads: Heads) -> Iterator[Case]:
    """Every promise as written."""

    def case(each: Objective) -> Case:
        def rule_input(keys: Mentioned) -> dict[str, Any]:
            return {
                "document": heads.of(each, keys["document"]),
                "objective": inputs.objective_input(each, keys["objective"]),
            }

        return Case(each.name, lambda: each.location, lambda: heads.of(each, _LABELS)["labels"], rule_input)

    return map(case, catalog.objectives)


def waivers(catalog: Catalog, heads: Heads) -> Iterator[Case]:
    """Every waiver."""
    owners = {objective.name: objective.owner for objective in catalog.objectives}

    def case(each: Waiver) -> Case:
        def head(keys: Keys) -> dict[str, Any]:
            return heads.at(each.location.file, "Waiver", each.name, keys)

        def rule_input(keys: Mentioned) -> dict[str, Any]:
            return {"document": head(keys["document"]), "waiver": inputs.waiver_input(each, owners)}

        return Case(each.name, lambda: each.location, lambda: head(_LABELS)["labels"], rule_input)

    return map(case, catalog.waivers)


def documents(catalog: Catalog) -> Iterator[Case]:
    """Every document."""

    def case(each: Document) -> Case:
        def rule_input(keys: Mentioned) -> dict[str, Any]:
            return {"document": inputs.document_input(each, keys["document"])}

        def place() -> Location:
            return each.locate(("metadata", "name"))

        return Case(each.name, place, lambda: inputs.head_input(each, _LABELS)["labels"], rule_input)

    return map(case, catalog.documents)


def endings(catalog: Catalog, verdicts: Sequence[Verdict], heads: Heads, at: int) -> Iterator[Case]:
    """Every promise with its verdict."""

    def case(each: Verdict) -> Case:
        objective = each.objective

        def rule_input(keys: Mentioned) -> dict[str, Any]:
            return {
                "document": heads.of(objective, keys["document"]),
                "objective": inputs.objective_input(objective, keys["objective"]),
                "verdict": inputs.verdict_input(each, catalog.attestations.get(objective.name, ()), at),
            }

        return Case(
            objective.name,
            lambda: objective.location,
            lambda: heads.of(objective, _LABELS)["labels"],
            rule_input,
        )

    return map(case, verdicts)


def whole(catalog: Catalog, verdicts: Sequence[Verdict], findings: Sequence[Finding]) -> Iterator[Case]:
    """The run as a whole: a single case without a name or a place."""

    def rule_input(_: Mentioned) -> dict[str, Any]:
        return {"release": inputs.release_input(catalog, verdicts, findings)}

    yield Case("", lambda: None, dict, rule_input)
