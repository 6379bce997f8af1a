"""The order in which every format tells things: what needs a reader first."""

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
    """What gates the release before what does not, by outcome, then by name; the place in the files decides
    between equal names."""
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
    """Errors before warnings before notes, then by place; those without a place come first."""
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
