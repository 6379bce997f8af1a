"""The report for machines and archives: complete, versioned, exact, and byte for byte the same for the same report.

``checker/schemas/report-v1.schema.json`` describes it. Measured numbers are given twice: ``exact`` as text, so that
no reader rounds them, and ``text`` as in the reports for people. Host, duration and the machine's paths are left
out, because they would differ between two equal runs.
"""

from __future__ import annotations

from checker import __version__, display
from checker.model import Attestation, Finding, Regressed, Report, Verdict
from checker.reports import order
from checker.reports.explain import target_of
from checker.reports.headline import allowed, counts, headline
from checker.reports.json.budget import alert_tree, budget_tree, slices_tree
from checker.reports.json.promise import objective_tree
from checker.reports.json.values import (
    Tree,
    location_tree,
    number_tree,
    percent_tree,
    quantity_tree,
    threshold_tree,
)
from checker.reports.json_text import json_text

SCHEMA_VERSION = "1"


def render(report: Report) -> str:
    """The JSON text: ASCII only, keys sorted, ending in a line feed."""
    return json_text(_report(report))


def _report(report: Report) -> Tree:
    return {
        "schemaVersion": SCHEMA_VERSION,
        "tool": {"name": "checker", "version": __version__},
        "at": display.moment(report.at),
        "askedAt": None if report.asked_at is None else display.moment(report.asked_at),
        "base": report.base,
        "environment": report.environment,
        "selected": list(report.selected),
        "strict": report.strict,
        "decision": {
            "allowed": allowed(report),
            "exit": int(report.exit),
            "word": report.exit.name,
            "headline": headline(report),
            "failOnWarn": report.fail_on_warn,
            "counts": {
                name: {outcome.value: number for outcome, number in counts(report, gating=gating).items()}
                for name, gating in (("gating", True), ("notGating", False))
            }
            | {"notSelected": report.not_selected},
        },
        "verdicts": [_verdict(each) for each in order.verdicts(report.verdicts)],
        "findings": [_finding(each) for each in order.findings(report.findings)],
        "documents": [{"file": file, "sha256": digest} for file, digest in report.documents],
        "evidenceDigest": report.evidence_digest,
        "connections": [{"name": name, "connected": connected} for name, connected in report.connections],
    }


def _verdict(verdict: Verdict) -> Tree:
    target = target_of(verdict)
    up, unit = target.lower_is_better, verdict.unit
    return {
        "objective": objective_tree(verdict.objective),
        "waiver": _waiver(verdict),
        "attestation": _attestation(verdict.attestation),
        "regression": _regressed(verdict.regression),
        "outcome": verdict.outcome.value,
        "reasons": list(verdict.reasons),
        "value": quantity_tree(verdict.value, unit, up=up),
        "unit": unit.text if unit else None,
        "margin": quantity_tree(verdict.margin, unit, up=False),
        "compared": threshold_tree(target),
        "bound": quantity_tree(verdict.bound, unit, up=up),
        "good": number_tree(verdict.good, up=False),
        "total": number_tree(verdict.total, up=False),
        "samples": verdict.samples,
        "coverage": percent_tree(verdict.coverage, up=False),
        "window": {"start": display.moment(verdict.window.start), "end": display.moment(verdict.window.end)}
        if verdict.window
        else None,
        "period": {"start": display.moment(verdict.period.start), "end": display.moment(verdict.period.end)}
        if verdict.period
        else None,
        "counted": verdict.counted,
        "slices": slices_tree(verdict.slices) if verdict.slices else None,
        "budget": budget_tree(verdict.budget) if verdict.budget else None,
        "alerts": [alert_tree(each) for each in verdict.alerts],
        "evaluation": _evaluated(verdict) if verdict.evaluation else None,
        "asked": list(verdict.asked),
        "notes": list(verdict.notes),
        "remedy": verdict.remedy,
    }


def _evaluated(verdict: Verdict) -> Tree | None:
    evaluated, target = verdict.evaluation, verdict.objective.target
    if evaluated is None:
        return None
    return {
        "breaching": evaluated.breaching,
        "missing": evaluated.missing,
        "filled": evaluated.filled,
        "periods": [
            {
                "start": display.moment(each.time),
                "value": quantity_tree(each.value, target.unit, up=target.lower_is_better),
                "state": "missing" if each.value is None else "breaching" if each.breaching else "ok",
                "critical": each.critical,
                "counted": each.counted,
            }
            for each in evaluated.periods
        ],
    }


def _waiver(verdict: Verdict) -> Tree | None:
    waiver = verdict.waiver
    if waiver is None or verdict.waived is None:
        return None
    return {
        "name": waiver.name,
        "location": location_tree(waiver.location),
        "without": verdict.waived.value,
        "reason": waiver.reason,
        "ticket": waiver.ticket,
        "approver": waiver.approver,
        "created": display.moment(waiver.created),
        "expires": display.moment(waiver.expires),
        "accepts": threshold_tree(waiver.accepts),
        "acceptsInconclusive": waiver.accepts_inconclusive,
    }


def _attestation(attestation: Attestation | None) -> Tree | None:
    if attestation is None:
        return None
    return {
        "name": attestation.name,
        "location": location_tree(attestation.location),
        "statement": attestation.statement,
        "confirmedBy": attestation.confirmed_by,
        "confirmedAt": display.moment(attestation.confirmed_at),
        "validUntil": display.moment(attestation.valid_until),
        "evidence": [
            {"link": proof.link, "sha256": proof.sha256, "checked": proof.is_file}
            for proof in attestation.evidence
        ],
    }


def _regressed(found: Regressed | None) -> Tree | None:
    if found is None:
        return None
    lower = found.limit is None or found.limit.lower_is_better
    unit = found.unit
    return {
        "outcome": found.outcome.value,
        "reason": found.reason,
        "firstRun": found.first_run,
        "unit": unit.text if unit else None,
        "value": quantity_tree(found.value, unit, up=lower),
        "baseline": quantity_tree(found.baseline, unit, up=not lower),
        "change": percent_tree(found.change, up=lower),
        "limit": threshold_tree(found.limit),
        "margin": quantity_tree(found.margin, unit, up=False),
        "aggregate": found.aggregate,
        "reports": [
            {
                "report": each.report,
                "sha256": each.sha256,
                "at": display.moment(each.at),
                "value": quantity_tree(each.value, each.unit, up=not lower),
            }
            for each in found.past
        ],
    }


def _finding(finding: Finding) -> Tree:
    return {
        "rule": finding.rule,
        "level": finding.level,
        "message": finding.message,
        "location": location_tree(finding.location),
        "path": finding.path,
        "remedy": finding.remedy,
        "subject": finding.subject,
        "origin": finding.origin,
        "related": [{"why": why, "location": location_tree(location)} for why, location in finding.related],
    }
