"""The result of each rule for one promise: violated, satisfied, not relevant, turned off, or not judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal, NamedTuple

from checker.model import Catalog, Finding, Objective, Verdict
from checker.policy.apply_rules import Runners, judge_definitions, judge_verdicts, settings_for
from checker.rulebook import LEVELS, Rule, Rulebook, Setting, Setup, set_up

State = Literal["violated", "not judged", "satisfied", "not relevant", "not yet", "turned off"]


class Ruling(NamedTuple):
    """The result of one rule for a promise. ``finding`` is the violation, or why the rule could not be evaluated.

    ``not yet``: the rule judges the outcome of the promise, which is not known.
    """

    setup: Setup
    state: State
    finding: Finding | None = None


def rulings(
    book: Rulebook, catalog: Catalog, objective: Objective, verdict: Verdict | None, at: int, runners: Runners
) -> list[Ruling]:
    """The results for ``objective`` of the rules about promises and verdicts, highest level first. (Rules about
    waivers, documents and the release are not about one promise.) ``objective`` must be one of ``catalog``;
    ``verdict`` is None if it has not been judged."""
    settings = settings_for(book, catalog, objective)
    setups = [set_up(rule, settings) for rule in book.rules if rule.subject in ("objective", "verdict")]
    alone = replace(catalog, objectives=(objective,), waivers=())

    def judged(rules: Iterable[Rule]) -> dict[str, Finding]:
        chosen = book._replace(rules=tuple(rule for rule in rules if verdict or rule.subject == "objective"))
        found = judge_definitions(chosen, alone, at, runners)
        found += judge_verdicts(chosen, alone, [verdict] if verdict else [], at, runners)
        return {each.rule: each for each in found}

    def stands(setup: Setup) -> Ruling:
        found = findings.get(setup.rule.name)
        if setup.off is not None:
            return Ruling(setup, "turned off")
        if found is not None:
            return Ruling(setup, "violated" if found.origin == "rule" else "not judged", found)
        if setup.rule.subject == "verdict" and verdict is None:
            return Ruling(setup, "not yet")
        return Ruling(setup, "not relevant" if setup.rule.name in guarded else "satisfied")

    findings = judged(setup.rule for setup in setups)
    # Whether a guard is true is not reported. So the guard is run as if it were the rule's own expression: a
    # violation means that the rule does not apply.
    guards = (each.rule for each in setups if each.rule.when and each.rule.name not in findings)
    guarded = judged(rule._replace(when="", expression=rule.when, message="") for rule in guards)
    return [stands(setup) for setup in sorted(setups, key=_worst_first)]


def _worst_first(setup: Setup) -> tuple[int, str]:
    return -LEVELS.index(setup.level), setup.rule.name


def set_by(setting: Setting, book: Rulebook) -> str:
    """The part of the policy file that a setting stands in; "" for the general settings."""
    if setting in book.by_environment.get("", book.settings):
        return ""
    if setting in book.settings:
        return f"environment {book.environment}"
    labels = next(each.labels for each in book.selections if setting in each.settings)
    return "labels " + ", ".join(f"{key}={value}" for key, value in sorted(labels.items()))
