"""The order of verdicts and findings in every format: most important first."""

from __future__ import annotations

from collections.abc import Iterable

from checker.model import Finding, Outcome, Verdict

OUTCOMES = (
    Outcome.FAIL,
    Outcome.ERROR,
    Outcome.INCONCLUSIVE,
    Outcome.WARN,
    Outcome.WAIVED,
    Outcome.PASS,
)
LEVELS = ("error", "warning", "note")

_RANK = {outcome: rank for rank, outcome in enumerate(OUTCOMES)}


def verdicts(given: Iterable[Verdict]) -> list[Verdict]:
    """Gating promises first, then by outcome, then by name, and for equal names by place in the files."""
    return sorted(
        given,
        key=lambda each: (
            not each.objective.gating,
            _RANK[each.outcome],
            each.objective.name,
            each.objective.document,
            each.objective.location,
        ),
    )


def findings(given: Iterable[Finding]) -> list[Finding]:
    """By level, errors first, then by place; findings without a place come first."""
    return sorted(
        given,
        key=lambda each: (
            LEVELS.index(each.level),
            each.location or ("", 0, 0),
            each.rule,
            each.path,
            each.message,
        ),
    )
