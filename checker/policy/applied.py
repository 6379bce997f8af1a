"""Finds rules that applied to nothing: with a misspelt label in its guard (``when``), a rule would silently check
nothing.

A guard on outcomes, the environment or the time may rightly be false throughout a run. So only the parts of a guard
that depend on the files alone are watched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence, Set

from checker.model import Finding
from checker.policy.expression import Token, tokens
from checker.rulebook import Rule, Selection

TO_NONE = "rule-applies-to-none"
MOST_TOLD = 3
"""Rules that are reported one by one; the others share a finding."""
MOST_NAMED = 10

_WRITTEN = {"document", "objective", "waiver"}
_BY_CHANCE = {"verdict", "environment", "now"}
_NOUNS = {"objective": "promise", "verdict": "promise"}


class Tally:
    """By rule name, how many things each rule was judged for; and which rules applied to at least one of them, or
    could not be evaluated."""

    def __init__(self) -> None:
        self.judged: Counter[str] = Counter()
        self.applied: set[str] = set()


def watched(rule: Rule) -> str:
    """The part of a guard that should be true of something in every run; "" if there is none."""
    if rule.built_in or rule.subject == "release":
        return ""
    chosen = []
    for part in _conjuncts(rule.when):
        names = _names(tokens(part))
        if names & _WRITTEN and not names & _BY_CHANCE:
            chosen.append(f"({part}\n)")
    return " && ".join(chosen)


def applied_to_none(rules: Sequence[Rule], tally: Tally) -> Iterator[Finding]:
    """Notes about watched rules that were judged and applied to nothing."""
    idle = {name for name, number in tally.judged.items() if number} - tally.applied
    unused = [rule for rule in rules if rule.name in idle and watched(rule)]
    for rule in unused[:MOST_TOLD]:
        noun, number = _NOUNS.get(rule.subject, rule.subject), tally.judged[rule.name]
        those = f"the only {noun}" if number == 1 else f"any of {number:,} {noun}s"
        yield Finding(
            TO_NONE,
            "note",
            f"rule {rule.name!r} did not apply to {those}: it checks nothing",
            rule.document.locate(("spec", "when")),
            "spec.when",
            "check the labels and names in its guard; 'checker explain' shows how each rule applies to a promise",
            origin="rule",
        )
    if more := unused[MOST_TOLD:]:
        names = ", ".join(rule.name for rule in more[:MOST_NAMED])
        rest = f" and {len(more) - MOST_NAMED:,} others" if len(more) > MOST_NAMED else ""
        message = f"neither did rules {names}{rest}"
        place = more[0].document.locate(("spec", "when"))
        yield Finding(TO_NONE, "note", message, place, origin="rule")


def selects_none(selections: Sequence[Selection], chosen: Set[int]) -> Iterator[Finding]:
    """Notes about the selections of a policy whose labels no document has; ``chosen`` are the indices of the others."""
    for index, each in enumerate(selections):
        if index in chosen or not each.settings:
            continue
        labels = ", ".join(f"{key}={value}" for key, value in sorted(each.labels.items()))
        yield Finding(
            TO_NONE,
            "note",
            f"no document has the labels {labels}: what the policy sets for them changes nothing",
            each.settings[0].location,
            "spec.selections",
            "check the labels of the selection and of the documents",
            origin="rule",
        )


def _conjuncts(expression: str) -> Iterator[str]:
    """The operands of the outermost ``&&``."""
    ends: list[int] = []
    depth = 0
    for word in tokens(expression):
        if word.kind != "mark":
            continue
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(word.text, 0)
        if depth == 0 and word.text in ("||", "?"):
            ends = []
            break
        if depth == 0 and word.text == "&&":
            ends.append(word.offset)
    starts = [0, *(end + len("&&") for end in ends)]
    yield from (expression[start:end] for start, end in zip(starts, [*ends, len(expression)], strict=True))


def _names(words: list[Token]) -> set[str]:
    """The names that begin a path, such as ``objective`` in ``objective.owner``."""
    before = ["", *(word.text for word in words)]
    return {
        word.text for word, last in zip(words, before, strict=False) if word.kind == "name" and last != "."
    }
