"""How each rule stands to one promise: violated, satisfied, not for it, turned off, or not judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal, NamedTuple

from checker.model import Catalog, Finding, Objective, Verdict
from checker.policy.apply_rules import Runners, judge_definitions, judge_verdicts, settings_for
from checker.rulebook import LEVELS, Rule, Rulebook, Setting, Setup, set_up

State = Literal["violated", "not judged", "satisfied", "not for it", "not yet", "turned off"]


class Ruling(NamedTuple):
    """How one rule stands to a promise. ``finding`` is what it found, or why it could not be judged.

    ``not yet``: it judges how the promise ended, and that is not known.
    """

    setup: Setup
    state: State
    finding: Finding | None = None


def rulings(
    book: Rulebook, catalog: Catalog, objective: Objective, verdict: Verdict | None, at: int, runners: Runners
) -> list[Ruling]:
    """How the rules about promises and about their outcomes stand to ``objective``, the highest level first; those
    about waivers, documents and the release are not about one promise. ``objective`` is as it stands in ``catalog``.
    """
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
        return Ruling(setup, "not for it" if setup.rule.name in guarded else "satisfied")

    findings = judged(setup.rule for setup in setups)
    # A guard that is not true says nothing by itself: it is judged as if it were what the rule demands.
    guards = (each.rule for each in setups if each.rule.when and each.rule.name not in findings)
    guarded = judged(rule._replace(when="", expression=rule.when, message="") for rule in guards)
    return [stands(setup) for setup in sorted(setups, key=_worst_first)]


def _worst_first(setup: Setup) -> tuple[int, str]:
    return -LEVELS.index(setup.level), setup.rule.name


def set_by(setting: Setting, book: Rulebook) -> str:
    """Which part of the policy file a setting stands in, if it is not the general one."""
    if setting in book.by_environment.get("", book.settings):
        return ""
    if setting in book.settings:
        return f"environment {book.environment}"
    labels = next(each.labels for each in book.selections if setting in each.settings)
    return "labels " + ", ".join(f"{key}={value}" for key, value in sorted(labels.items()))
