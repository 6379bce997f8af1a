"""What is judged, and by which rules: files loaded, rules loaded, and the one judged by the other as written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from checker.files import WORKING_FOLDER, Tree
from checker.load.catalog import load
from checker.load.rulebook import load_rules, misplaced
from checker.model import Catalog, Location
from checker.policy.apply_rules import judge_definitions
from checker.policy.check_rules import check_rules
from checker.rule_process import RUNNERS
from checker.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class PolicyFiles:
    """Which rules are to be followed: ``--rules``, ``--policy`` and ``--environment``."""

    rules: str | None = None
    policy: str | None = None
    environment: str = ""


def prepare(
    paths: Sequence[str], policy: PolicyFiles, at: int, tree: Tree = WORKING_FOLDER, *, strict: bool = False
) -> tuple[Catalog, Rulebook]:
    """The catalog of ``paths`` with all that is found before anything is asked, and the rules for what comes after.

    Only sound files and sound rules are held against each other. ``strict`` takes OpenSLO by its letter.
    """
    catalog, book = read_both(paths, policy, tree, strict=strict)
    findings = list(catalog.findings)
    if catalog.valid:
        findings += judge_definitions(book, catalog, at, RUNNERS)
    findings.sort(key=lambda each: (each.location or Location("", 0, 0), each.message))
    return replace(catalog, findings=tuple(findings)), book


def read_both(
    paths: Sequence[str], policy: PolicyFiles, tree: Tree = WORKING_FOLDER, *, strict: bool = False
) -> tuple[Catalog, Rulebook]:
    """The catalog of ``paths`` and the rules, with what is wrong with either; not yet held against each other."""
    catalog = load(paths, tree, strict=strict)
    book = load_rules(policy.rules, policy.policy, policy.environment, tree)
    findings = (*catalog.findings, *misplaced(catalog.documents), *book.findings, *check_rules(book))
    return replace(catalog, findings=findings), book
