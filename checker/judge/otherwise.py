"""What was read may be taken in two ways: a promise is kept only if it is in both."""

from __future__ import annotations

from dataclasses import replace

from checker.judge.regression import WORST_FIRST
from checker.model import Outcome, Series, Verdict


def at_worst(verdict: Verdict, otherwise: Verdict, taken: Series) -> Verdict:
    """A kept promise, with what it is if something was ``taken`` otherwise: at worst a warning, or not to be told."""
    if WORST_FIRST.index(otherwise.outcome) >= WORST_FIRST.index(verdict.outcome):
        return verdict
    reason = f"{otherwise.reasons[0]}, {taken.doubt}; else {verdict.reasons[0]}"
    return replace(
        verdict,
        outcome=Outcome.WARN if otherwise.outcome is Outcome.WARN else Outcome.INCONCLUSIVE,
        reasons=(reason, *verdict.reasons[1:]),
        remedy=taken.to_mend,
    )
