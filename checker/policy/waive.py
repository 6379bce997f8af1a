"""Waivers applied to verdicts: the only thing that can relax one, and only so far as was approved.

A waiver covers a miss, or an INCONCLUSIVE if it says so; never an ERROR, because nothing is known then. It
covers the promise as it stood when it was approved: its digest must be the promise's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from checker import display
from checker.model import Evaluated, Finding, Outcome, Verdict, Waiver
from checker.units import Threshold, Unit, UnitError, convert

COVERED = (Outcome.FAIL, Outcome.WARN, Outcome.INCONCLUSIVE)


def waive(
    verdicts: Sequence[Verdict], waivers: Sequence[Waiver], at: int
) -> tuple[tuple[Verdict, ...], list[Finding]]:
    """The verdicts with their waivers applied at the moment ``at``, and what is wrong with the waivers.

    One whose promise does not exist was found when it was loaded.
    """
    findings: list[Finding] = []
    waived: list[Verdict] = []
    for verdict in verdicts:
        for waiver in (each for each in waivers if each.objective == verdict.objective.name):
            verdict, problem = _apply(verdict, waiver, at)
            if problem is not None:
                findings.append(problem)
        waived.append(verdict)
    return tuple(waived), findings


def _apply(verdict: Verdict, waiver: Waiver, at: int) -> tuple[Verdict, Finding | None]:
    if waiver.digest != verdict.objective.digest:
        return verdict, _finding(
            waiver,
            f"it is void: {waiver.objective} was changed since it was approved",
            f"have it approved anew, with digest {verdict.objective.digest}",
        )
    if at >= waiver.expires:
        return verdict, _finding(
            waiver,
            f"it expired at {display.moment(waiver.expires)}",
            "keep the promise, or have it approved anew",
        )
    if at < waiver.created:
        return verdict, _finding(
            waiver, f"it begins at {display.moment(waiver.created)}", "judge later, or correct the date"
        )
    if verdict.outcome not in COVERED:
        return verdict, None
    refusal = _beyond(verdict, waiver)
    if refusal:
        return replace(
            verdict, notes=(*verdict.notes, f"waiver {waiver.name} does not cover this: {refusal}")
        ), None
    until = display.moment(waiver.expires)
    reason = f"waived until {until} by {waiver.approver} ({waiver.ticket}): {waiver.reason}"
    return (
        replace(
            verdict,
            outcome=Outcome.WAIVED,
            waived=verdict.outcome,
            waiver=waiver,
            reasons=(*verdict.reasons, reason),
        ),
        None,
    )


def _beyond(verdict: Verdict, waiver: Waiver) -> str:
    """Why a verdict is worse than the waiver accepts; nothing if it is not."""
    if verdict.outcome is Outcome.INCONCLUSIVE:
        return "" if waiver.accepts_inconclusive else "it does not accept INCONCLUSIVE"
    if verdict.regression is not None:
        # The worse outcome hides the other, which a waiver must not cover unseen.
        if verdict.regression.outcome is Outcome.ERROR:
            return f"nothing is known of the regression: {verdict.regression.reason}"
        if verdict.regression.outcome is Outcome.INCONCLUSIVE and not waiver.accepts_inconclusive:
            return "it does not accept that the regression is INCONCLUSIVE"
    if waiver.accepts is None:
        return "it accepts INCONCLUSIVE only"
    if verdict.evaluation is not None:
        return _beyond_periods(verdict.evaluation, verdict.objective.target.unit, waiver.accepts)
    by_value = verdict.compared is None or (
        verdict.regression is not None and verdict.compared == verdict.regression.limit
    )
    if verdict.value is None or verdict.unit is None or not by_value:
        return f"no value was measured that could be compared with {waiver.accepts.text!r}"
    try:
        accepted = waiver.accepts.holds(convert(verdict.value, verdict.unit, waiver.accepts.unit))
    except UnitError as error:
        return str(error)
    return "" if accepted else f"it accepts {waiver.accepts.text!r}"


def _beyond_periods(told: Evaluated, unit: Unit, accepts: Threshold) -> str:
    """The same for a promise about periods: every one of them has to be accepted, and none may be made up."""
    if told.filled or told.worst is None or told.worst.value is None:
        return f"missing data counts as a miss, and cannot be compared with {accepts.text!r}"
    values = [period.value for period in told.periods if period.counted and period.value is not None]
    try:
        accepted = all(accepts.holds(convert(value, unit, accepts.unit)) for value in values)
    except UnitError as error:
        return str(error)
    return "" if accepted else f"it accepts {accepts.text!r}"


def _finding(waiver: Waiver, fact: str, remedy: str) -> Finding:
    return Finding("waiver", "warning", f"waiver {waiver.name!r}: {fact}", waiver.location, "", remedy)
