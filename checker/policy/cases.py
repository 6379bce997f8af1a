"""The cases that rules are applied to: promises, waivers, documents, verdicts and the release, with their inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from checker.model import Catalog, Document, Finding, Location, Objective, Verdict, Waiver
from checker.policy import inputs
from checker.policy.evaluate import Input
from checker.policy.heads import Heads
from checker.rulebook import Rulebook


class Case(NamedTuple):
    """One thing to judge: its name, location and labels, and its input for rules, which is made on demand."""

    name: str
    locate: Callable[[], Location | None]
    labels: Input
    input: Input


def promises(catalog: Catalog, heads: Heads) -> Iterator[Case]:
    """Every promise as written."""

    def case(each: Objective) -> Case:
        def rule_input() -> dict[str, Any]:
            return {"document": heads.of(each), "objective": inputs.objective_input(each)}

        return Case(each.name, lambda: each.location, lambda: heads.of(each)["labels"], rule_input)

    return map(case, catalog.objectives)


def waivers(catalog: Catalog, heads: Heads) -> Iterator[Case]:
    """Every waiver."""
    owners = {objective.name: objective.owner for objective in catalog.objectives}

    def case(each: Waiver) -> Case:
        def head() -> dict[str, Any]:
            return heads.at(each.location.file, "Waiver", each.name)

        def rule_input() -> dict[str, Any]:
            return {"document": head(), "waiver": inputs.waiver_input(each, owners)}

        return Case(each.name, lambda: each.location, lambda: head()["labels"], rule_input)

    return map(case, catalog.waivers)


def documents(catalog: Catalog, book: Rulebook) -> Iterator[Case]:
    """Every document."""
    # A document's spec is the slowest part to convert, and no built-in rule looks at it.
    looked_into = any(
        rule.subject == "document"
        and not (rule.built_in and "spec" not in rule.when + rule.expression + rule.message)
        for rule in book.rules
    )

    def case(each: Document) -> Case:
        def head() -> dict[str, Any]:
            return {"spec": {}, **inputs.document_input(each, spec=looked_into)}

        def place() -> Location:
            return each.locate(("metadata", "name"))

        return Case(each.name, place, lambda: head()["labels"], lambda: {"document": head()})

    return map(case, catalog.documents)


def endings(catalog: Catalog, verdicts: Sequence[Verdict], heads: Heads, at: int) -> Iterator[Case]:
    """Every promise with its verdict."""

    def case(each: Verdict) -> Case:
        objective = each.objective

        def rule_input() -> dict[str, Any]:
            return {
                "document": heads.of(objective),
                "objective": inputs.objective_input(objective),
                "verdict": inputs.verdict_input(each, catalog.attestations.get(objective.name, ()), at),
            }

        return Case(
            objective.name, lambda: objective.location, lambda: heads.of(objective)["labels"], rule_input
        )

    return map(case, verdicts)


def whole(catalog: Catalog, verdicts: Sequence[Verdict], findings: Sequence[Finding]) -> Iterator[Case]:
    """The run as a whole: a single case without a name or a place."""

    def rule_input() -> dict[str, Any]:
        return {"release": inputs.release_input(catalog, verdicts, findings)}

    yield Case("", lambda: None, dict, rule_input)
