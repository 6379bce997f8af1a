"""Loads the files and the rules, and applies the rules to the files as they are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from checker.files import WORKING_FOLDER, Tree
from checker.load.catalog import load
from checker.load.rulebook import load_rules, misplaced
from checker.load.rules_left_out import rules_left_out
from checker.model import Catalog, Finding, Location
from checker.policy.apply_rules import judge_definitions
from checker.policy.attest import attestation_finding
from checker.policy.check_rules import check_rules
from checker.policy.waive import waiver_findings
from checker.promise_digest import digest_of
from checker.rule_process import RUNNERS
from checker.rulebook import Rulebook
from checker.units import CONFIRMED


class PolicyFiles(NamedTuple):
    """Which rules apply: the values of ``--rules``, ``--policy`` and ``--environment``."""

    rules: str | None = None
    policy: str | None = None
    environment: str = ""


def prepare(
    paths: Sequence[str], policy: PolicyFiles, at: int, tree: Tree = WORKING_FOLDER, *, strict: bool = False
) -> tuple[Catalog, Rulebook]:
    """The catalog of ``paths`` with all findings that need no measurement, and the rules.

    Rules are applied to the files only if both are valid. ``at`` is the moment to judge, in epoch seconds.
    ``strict`` reads OpenSLO documents strictly by the specification. Files are read from ``tree``.
    """
    catalog, book = read_both(paths, policy, tree, strict=strict)
    findings = list(catalog.findings)
    if catalog.valid:
        findings += judge_definitions(book, catalog, at, RUNNERS)
    return replace(catalog, findings=_in_order(findings)), book


def hold_dates(catalog: Catalog, at: int) -> Catalog:
    """The catalog, with a finding added for each waiver and attestation that does not apply at the moment ``at``.

    For commands that judge nothing: a run finds these itself from its verdicts, which also know whether an
    attestation's evidence is in order. An attestation that does not apply is no finding if another one for the same
    promise does: it was renewed.
    """
    from checker.sources.attestation import refused  # a source is imported where there is something to ask it

    named = {each.objective for each in catalog.waivers} | catalog.attestations.keys()
    promises = [each._replace(digest=digest_of(each)) for each in catalog.objectives if each.name in named]
    findings = [*catalog.findings, *waiver_findings(promises, catalog.waivers, at)]
    for promise in promises if catalog.valid else ():
        mine = catalog.attestations.get(promise.name, ())
        refusals = [refused(each, promise.digest, at) for each in mine]
        if promise.target.unit == CONFIRMED and refusals and refusals[0] and None not in refusals:
            findings.append(attestation_finding(mine[0], *refusals[0]))
    return replace(catalog, findings=_in_order(findings))


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda each: (each.location or Location("", 0, 0), each.message)))


def read_both(
    paths: Sequence[str],
    policy: PolicyFiles,
    tree: Tree = WORKING_FOLDER,
    *,
    strict: bool = False,
    kept: bool = False,
) -> tuple[Catalog, Rulebook]:
    """The catalog of ``paths``, and the rules, each with its own findings. The rules are not yet applied to the
    files. ``kept`` promises, of another time, have no project around them whose rules could be left out."""
    catalog = load(paths, tree, strict=strict)
    book = load_rules(policy.rules, policy.policy, policy.environment, tree)
    findings = [*catalog.findings, *misplaced(catalog.documents), *book.findings, *check_rules(book)]
    if policy.rules is None and not kept:
        findings += rules_left_out(paths, tree)
    return replace(catalog, findings=tuple(findings)), book
