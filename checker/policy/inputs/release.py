"""A release as rules see it: counts, score, key promises, the coverage matrix, waivers, and every outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from checker.model import Catalog, Finding, Objective, Outcome, Verdict
from checker.policy.inputs.fields import Schema, example_of, flag, list_of, number, record, text, whole
from checker.policy.inputs.values import Plain
from checker.policy.inputs.verdict import OUTCOMES
from checker.policy.inputs.waiver import waiver_input, waiver_schema


def release_input(catalog: Catalog, verdicts: Sequence[Verdict], findings: Iterable[Finding]) -> Plain:
    """The whole run as rules see it."""
    promises = [_judged(verdict) for verdict in sorted(verdicts, key=lambda each: each.objective.name)]
    owners = {objective.name: objective.owner for objective in catalog.objectives}
    levels = Counter(finding.level for finding in findings)
    return {
        "counts": {"gating": _counts(verdicts, True), "notGating": _counts(verdicts, False)},
        "score": _score(verdicts),
        "keys": [each for each in promises if each["key"]],
        "coverage": coverage(catalog.objectives, verdicts),
        "promises": promises,
        "waivers": [waiver_input(waiver, owners) for waiver in catalog.waivers],
        "waived": sorted(each.objective.name for each in verdicts if each.outcome is Outcome.WAIVED),
        "findings": {level: levels[level] for level in ("error", "warning", "note")},
    }


def release_schema() -> Schema:
    """The schema of ``release_input``."""
    judged = _judged_schema()
    many = "Every promise that was judged; a rule may look at 10,000 in all."
    counts = record("By outcome.", **{each: whole(each, 3 if each == "PASS" else 0) for each in OUTCOMES})
    return record(
        "All of a run.",
        counts=record("How many promises ended how.", gating=counts, notGating=counts),
        score=_score_schema(),
        keys=list_of("The key promises.", judged),
        coverage=_coverage_schema(),
        promises=list_of(many, judged, example_of(judged)),
        waivers=list_of("The waivers of the files.", waiver_schema()),
        waived=list_of("The promises that a waiver was applied to.", _name()),
        findings=record(
            "How many findings there are, those of verdict rules among them.",
            error=whole("Errors."),
            warning=whole("Warnings."),
            note=whole("Notes."),
        ),
    )


def _name() -> Schema:
    return text("The name of a promise.", "shop/latency")


def _counts(verdicts: Sequence[Verdict], gating: bool) -> Plain:
    found = Counter(each.outcome for each in verdicts if each.objective.gating is gating)
    return {outcome.value: found[outcome] for outcome in Outcome}


_WORTH = {Outcome.PASS: 1.0, Outcome.WARN: 0.5, Outcome.WAIVED: 0.5}


def _score(verdicts: Sequence[Verdict]) -> Plain:
    """Keptn's weighted score of the gating promises: PASS counts in full, WARN and WAIVED count half."""
    gating = [verdict for verdict in verdicts if verdict.objective.gating]
    possible = float(sum(verdict.objective.weight for verdict in gating))
    achieved = sum((_WORTH.get(each.outcome, 0.0) * each.objective.weight for each in gating), 0.0)
    percent = 100 * achieved / possible if possible else 0.0
    return {"achieved": achieved, "possible": possible, "percent": percent}


def _score_schema() -> Schema:
    return record(
        "The weighted score of what gates: PASS counts in full, WARN and WAIVED by half, all else nothing.",
        achieved=number("The weights achieved.", 3.0),
        possible=number("All weights.", 3.0),
        percent=number("achieved in percent of possible.", 100.0),
    )


def coverage(objectives: Sequence[Objective], verdicts: Sequence[Verdict]) -> dict[str, list[str]]:
    """The coverage matrix: the state of each declared promise, as sorted lists of names.

    A promise is measured (it has a value), attested (a person confirmed it), excused (a waiver covers that it has
    no value), missing, or, if ``--select`` left it out, not selected.
    """
    found: dict[str, list[str]] = {
        name: [] for name in ("declared", "measured", "attested", "excused", "missing", "notSelected")
    }
    by_name = {verdict.objective.name: verdict for verdict in verdicts}
    for objective in sorted(objectives, key=lambda each: each.name):
        found["declared"].append(objective.name)
        found[_stands(objective, by_name.get(objective.name))].append(objective.name)
    return found


def _coverage_schema() -> Schema:
    name = _name()
    return record(
        "Where each promise of the files stands, by name.",
        declared=list_of("All of them.", name, "shop/latency", "shop/errors", "shop/tested"),
        measured=list_of("A number was measured.", name, "shop/latency", "shop/errors"),
        attested=list_of("A person confirmed it.", name, "shop/tested"),
        excused=list_of("A waiver covers that it was not measured.", name),
        missing=list_of("None of these.", name),
        notSelected=list_of("Left out of this run by --select.", name),
    )


def _stands(objective: Objective, verdict: Verdict | None) -> str:
    if verdict is None:
        return "notSelected"
    if verdict.outcome is Outcome.WAIVED and verdict.waived is Outcome.INCONCLUSIVE:
        return "excused"
    if verdict.outcome in (Outcome.ERROR, Outcome.INCONCLUSIVE) and verdict.value is None:
        return "missing"
    attested = all(query.source == "Attestation" for _, query in objective.indicator.metrics)
    return "attested" if attested else "measured"


def _judged(verdict: Verdict) -> Plain:
    objective = verdict.objective
    return {
        "name": objective.name,
        "owner": objective.owner,
        "severity": objective.severity,
        "gating": objective.gating,
        "key": objective.key,
        "weight": objective.weight,
        "outcome": verdict.outcome.value,
    }


def _judged_schema() -> Schema:
    return record(
        "One promise and how it ended.",
        name=_name(),
        owner=text("Who answers for it.", "shop-team"),
        severity=text("How urgent.", "medium"),
        gating=flag("Whether it gates.", True),
        key=flag("Whether the release rests on it."),
        weight=whole("Its weight.", 1),
        outcome=text("How it ended.", "PASS", *OUTCOMES),
    )
