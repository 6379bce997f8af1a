"""Applies waivers to verdicts: the only thing that can relax a verdict, and only as far as was approved.

A waiver covers a miss, or INCONCLUSIVE if it says so; never ERROR, because then nothing is known. It covers the
promise as it was when the waiver was approved: the digests must be equal. If several waivers apply at the same
time, every one of them must cover the verdict: an approver's limit cannot be overridden by another waiver.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations

from checker import display
from checker.model import Finding, Objective, Outcome, Verdict, Waiver
from checker.units import Threshold, Unit, UnitError, convert

COVERED = (Outcome.FAIL, Outcome.WARN, Outcome.INCONCLUSIVE)


def waive(
    verdicts: Sequence[Verdict], waivers: Sequence[Waiver], at: int
) -> tuple[tuple[Verdict, ...], list[Finding]]:
    """The verdicts with waivers applied at the moment ``at``, and the findings about the waivers.

    A waiver for an unknown promise was reported when it was loaded.
    """
    waived = tuple(
        _waive(verdict, [each for each in waivers if each.objective == verdict.objective.name], at)
        for verdict in verdicts
    )
    return waived, list(waiver_findings([verdict.objective for verdict in verdicts], waivers, at))


def waiver_findings(objectives: Sequence[Objective], waivers: Sequence[Waiver], at: int) -> Iterator[Finding]:
    """Findings: waivers of ``objectives`` that excuse nothing at the moment ``at``, and waivers that overlap in
    time."""
    for objective in objectives:
        mine = [each for each in waivers if each.objective == objective.name]
        for waiver in mine:
            fact, remedy = _void(waiver, objective, at)
            if fact:
                yield _finding(waiver, fact, remedy)
        lasting = [each for each in mine if each.standing(objective.digest, at) in ("valid", "notYetValid")]
        for one, other in combinations(sorted(lasting, key=_by_creation), 2):
            if other.created < one.expires:
                yield _at_once(one, other)


def _by_creation(waiver: Waiver) -> tuple[int, str]:
    return waiver.created, waiver.name


def _void(waiver: Waiver, objective: Objective, at: int) -> tuple[str, str]:
    """Why a waiver excuses nothing, and the remedy; both "" if it applies."""
    match waiver.standing(objective.digest, at):
        case "void":
            fact = f"it is void: {waiver.objective} was changed since it was approved"
            return fact, f"have it approved again, with digest {objective.digest}"
        case "expired":
            since = ", before this was asked" if at < waiver.expires else ""
            fact = f"it expired at {display.moment(waiver.expires)}{since}"
            return fact, "keep the promise, or have it approved again"
        case "notYetValid":
            since = ", after this was asked" if at >= waiver.created else ""
            return f"it begins at {display.moment(waiver.created)}{since}", "judge later, or correct the date"
        case "valid":
            return "", ""


def _at_once(one: Waiver, other: Waiver) -> Finding:
    """The finding that two waivers overlap in time; ``one`` was created first."""
    until = display.moment(min(one.expires, other.expires))
    fact = (
        f"it and waiver {one.name!r} excuse {one.objective} at the same time, from {display.moment(other.created)} to "
        f"{until}: only what both accept is waived"
    )
    related = (("the other is here", one.location),)
    return _finding(other, fact, "let one end before the other begins, or remove one")._replace(
        related=related
    )


def _waive(verdict: Verdict, waivers: Sequence[Waiver], at: int) -> Verdict:
    """A verdict with the waivers of its promise applied."""
    if verdict.outcome not in COVERED:
        return verdict
    holding: list[Waiver] = []
    notes: list[str] = []
    for waiver in waivers:
        fact, _ = _void(waiver, verdict.objective, at)
        if fact:
            notes.append(f"waiver {waiver.name} does not count: {fact}")
        else:
            holding.append(waiver)
    refused = {waiver.name: refusal for waiver in holding if (refusal := _beyond(verdict, waiver))}
    if holding and not refused:
        return _excused(verdict, sorted(holding, key=_by_creation))
    notes += [f"waiver {name} does not cover this: {refusal}" for name, refusal in refused.items()]
    alone = [each.name for each in holding if each.name not in refused]
    notes += [
        f"waiver {name} would cover this, but every waiver that is valid at the same time has to"
        for name in alone
    ]
    return verdict._replace(notes=(*verdict.notes, *notes))


def _excused(verdict: Verdict, waivers: Sequence[Waiver]) -> Verdict:
    """A verdict that all ``waivers`` cover; the report names the last one as the waiver."""
    reasons = [
        f"waived until {display.moment(each.expires)} by {each.approver} ({each.ticket}): {each.reason}"
        for each in reversed(waivers)
    ]
    return verdict._replace(
        outcome=Outcome.WAIVED,
        waived=verdict.outcome,
        waiver=waivers[-1],
        reasons=(*verdict.reasons, *reasons),
    )


def _beyond(verdict: Verdict, waiver: Waiver) -> str:
    """Why a verdict is worse than the waiver accepts; "" if it is not."""
    if verdict.outcome is Outcome.INCONCLUSIVE:
        if not waiver.accepts_inconclusive:
            return "it does not accept INCONCLUSIVE"
        # Missing data does not excuse what was measured, however little: otherwise losing data would turn a miss
        # that no waiver accepts into an accepted INCONCLUSIVE.
        if waiver.accepts is None:
            return ""
        values, unit = _measured(verdict)
        if not values and verdict.evaluation is None and verdict.samples:
            # A percentile judged by shares has no known value that could be compared with the accepted one.
            return f"what was measured cannot be compared with {waiver.accepts.text!r}"
        return _refusal(values, unit, waiver.accepts)
    if verdict.regression is not None:
        # The worse outcome hides the other one, which a waiver must not cover unnoticed.
        if verdict.regression.outcome is Outcome.ERROR:
            return f"the regression is not known: {verdict.regression.reason}"
        if verdict.regression.outcome is Outcome.INCONCLUSIVE and not waiver.accepts_inconclusive:
            return "it does not accept that the regression is INCONCLUSIVE"
    if waiver.accepts is None:
        return "it accepts INCONCLUSIVE only"
    evaluated = verdict.evaluation
    if evaluated is not None and (
        evaluated.filled or evaluated.worst is None or evaluated.worst.value is None
    ):
        return f"missing data counts as a miss, and cannot be compared with {waiver.accepts.text!r}"
    values, unit = _measured(verdict)
    if evaluated is None and not values:
        return f"no value was measured that could be compared with {waiver.accepts.text!r}"
    return _refusal(values, unit, waiver.accepts)


def _measured(verdict: Verdict) -> tuple[list[Fraction], Unit]:
    """The values that a waiver has to accept, and their unit: for a promise about periods, those of all counted
    periods."""
    if verdict.evaluation is not None:
        periods = verdict.evaluation.periods
        values = [each.value for each in periods if each.counted and each.value is not None]
        return values, verdict.objective.target.unit
    by_value = verdict.compared is None or (
        verdict.regression is not None and verdict.compared == verdict.regression.limit
    )
    if verdict.value is None or verdict.unit is None or not by_value:
        return [], verdict.objective.target.unit
    return [verdict.value, *([] if verdict.worst is None else [verdict.worst])], verdict.unit


def _refusal(values: Sequence[Fraction], unit: Unit, accepts: Threshold) -> str:
    """Why not all ``values`` are accepted; "" if they are."""
    try:
        accepted = all(accepts.holds(convert(value, unit, accepts.unit)) for value in values)
    except UnitError as error:
        return str(error)
    return "" if accepted else f"it accepts {accepts.text!r}"


def _finding(waiver: Waiver, fact: str, remedy: str) -> Finding:
    return Finding("waiver", "warning", f"waiver {waiver.name!r}: {fact}", waiver.location, "", remedy)
