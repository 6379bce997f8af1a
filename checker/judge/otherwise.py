"""What was read may be taken in two ways: a promise is kept only if it is in both."""

from __future__ import annotations

from dataclasses import replace

from checker.judge.regression import WORST_FIRST
from checker.model import Outcome, Verdict


def at_worst(verdict: Verdict, otherwise: Verdict) -> Verdict:
    """A kept promise whose counters may have counted more than is known: at worst a warning, or not to be told."""
    if WORST_FIRST.index(otherwise.outcome) >= WORST_FIRST.index(verdict.outcome):
        return verdict
    reason = (
        f"{otherwise.reasons[0]}, if what counters held when they were first seen within the window was counted in it; "
        f"else {verdict.reasons[0]}"
    )
    return replace(
        verdict,
        outcome=Outcome.WARN if otherwise.outcome is Outcome.WARN else Outcome.INCONCLUSIVE,
        reasons=(reason, *verdict.reasons[1:]),
        remedy="let what counts publish its counters with 0 as it starts; or judge when they were there all the window",
    )
