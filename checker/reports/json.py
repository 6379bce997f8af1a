"""The report for machines and archives: everything in it, versioned, exact, the same bytes for the same report.

``checker/schemas/report-v1.schema.json`` describes it. Numbers that were measured are given twice: ``exact`` as
text, so that no reader rounds them, and ``text`` as the reports for people show them. Host, duration and the
paths of the machine are left out, since they would differ between two runs that say the same.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from checker import __version__, display
from checker.display import exact
from checker.model import (
    Alert,
    Attestation,
    Budget,
    CalendarWindow,
    Evaluation,
    Finding,
    Location,
    Objective,
    Regressed,
    Regression,
    Report,
    Slices,
    Verdict,
)
from checker.reports import order
from checker.reports.explain import target_of
from checker.reports.headline import allowed, counts, headline
from checker.reports.json_text import json_text
from checker.units import Threshold, Unit, format_duration

SCHEMA_VERSION = "1"
Tree = dict[str, Any]


def render(report: Report) -> str:
    """The JSON text: ASCII only, keys sorted, ending in a line feed."""
    return json_text(_report(report))


def _report(report: Report) -> Tree:
    return {
        "schemaVersion": SCHEMA_VERSION,
        "tool": {"name": "checker", "version": __version__},
        "at": display.moment(report.at),
        "base": report.base,
        "decision": {
            "allowed": allowed(report),
            "exit": int(report.exit),
            "word": report.exit.name,
            "headline": headline(report),
            "failOnWarn": report.fail_on_warn,
            "counts": {
                name: {outcome.value: number for outcome, number in counts(report, gating=gating).items()}
                for name, gating in (("gating", True), ("notGating", False))
            },
        },
        "verdicts": [_verdict(each) for each in order.verdicts(report.verdicts)],
        "findings": [_finding(each) for each in order.findings(report.findings)],
        "documents": [{"file": file, "sha256": digest} for file, digest in report.documents],
        "evidenceDigest": report.evidence_digest,
        "connections": [{"name": name, "connected": told} for name, told in report.connections],
    }


def _verdict(verdict: Verdict) -> Tree:
    target = target_of(verdict)
    up, unit = target.lower_is_better, verdict.unit
    return {
        "objective": _objective(verdict.objective),
        "waiver": _waiver(verdict),
        "attestation": _attestation(verdict.attestation),
        "regression": _regressed(verdict.regression),
        "outcome": verdict.outcome.value,
        "reasons": list(verdict.reasons),
        "value": _quantity(verdict.value, unit, up=up),
        "unit": unit.text if unit else None,
        "margin": _quantity(verdict.margin, unit, up=False),
        "compared": _threshold(target),
        "bound": _quantity(verdict.bound, unit, up=up),
        "good": _number(verdict.good, up=False),
        "total": _number(verdict.total, up=False),
        "samples": verdict.samples,
        "coverage": _percent(verdict.coverage, up=False),
        "window": {"start": display.moment(verdict.window.start), "end": display.moment(verdict.window.end)}
        if verdict.window
        else None,
        "period": {"start": display.moment(verdict.period.start), "end": display.moment(verdict.period.end)}
        if verdict.period
        else None,
        "counted": verdict.counted,
        "slices": _slices(verdict.slices) if verdict.slices else None,
        "budget": _budget(verdict.budget) if verdict.budget else None,
        "alerts": [_alert(each) for each in verdict.alerts],
        "evaluation": _evaluated(verdict) if verdict.evaluation else None,
        "asked": list(verdict.asked),
        "notes": list(verdict.notes),
        "remedy": verdict.remedy,
    }


def _evaluated(verdict: Verdict) -> Tree | None:
    told, target = verdict.evaluation, verdict.objective.target
    if told is None:
        return None
    return {
        "breaching": told.breaching,
        "missing": told.missing,
        "filled": told.filled,
        "periods": [
            {
                "start": display.moment(each.time),
                "value": _quantity(each.value, target.unit, up=target.lower_is_better),
                "state": "missing" if each.value is None else "breaching" if each.breaching else "ok",
                "critical": each.critical,
                "counted": each.counted,
            }
            for each in told.periods
        ],
    }


def _evaluation(evaluation: Evaluation | None) -> Tree | None:
    if evaluation is None:
        return None
    return {
        "period": _duration(evaluation.period),
        "evaluationPeriods": evaluation.periods,
        "datapointsToAlarm": evaluation.datapoints,
        "treatMissingData": evaluation.missing,
    }


def _waiver(verdict: Verdict) -> Tree | None:
    waiver = verdict.waiver
    if waiver is None or verdict.waived is None:
        return None
    return {
        "name": waiver.name,
        "location": _location(waiver.location),
        "without": verdict.waived.value,
        "reason": waiver.reason,
        "ticket": waiver.ticket,
        "approver": waiver.approver,
        "created": display.moment(waiver.created),
        "expires": display.moment(waiver.expires),
        "accepts": _threshold(waiver.accepts),
        "acceptsInconclusive": waiver.accepts_inconclusive,
    }


def _attestation(attestation: Attestation | None) -> Tree | None:
    if attestation is None:
        return None
    return {
        "name": attestation.name,
        "location": _location(attestation.location),
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
        "value": _quantity(found.value, unit, up=lower),
        "baseline": _quantity(found.baseline, unit, up=not lower),
        "change": _percent(found.change, up=lower),
        "limit": _threshold(found.limit),
        "margin": _quantity(found.margin, unit, up=False),
        "aggregate": found.aggregate,
        "reports": [
            {
                "report": each.report,
                "sha256": each.sha256,
                "at": display.moment(each.at),
                "value": _quantity(each.value, each.unit, up=not lower),
            }
            for each in found.past
        ],
    }


def _regression(regression: Regression | None) -> Tree | None:
    if regression is None:
        return None
    return {"text": regression.allowed.text, "firstRun": regression.first_run}


def _objective(objective: Objective) -> Tree:
    regression = objective.regression
    return {
        "name": objective.name,
        "displayName": objective.display_name,
        "description": objective.description,
        "digest": objective.digest,
        "indicatorDigest": objective.indicator_digest,
        "document": objective.document,
        "kind": objective.kind,
        "service": objective.service,
        "owner": objective.owner,
        "severity": objective.severity,
        "reviewBy": objective.review_by,
        "weight": objective.weight,
        "key": objective.key,
        "gating": objective.gating,
        "location": _location(objective.location),
        "target": None if regression is not None and regression.alone else _threshold(objective.target),
        "regression": _regression(regression),
        "warning": _threshold(objective.warning),
        "critical": _threshold(objective.critical),
        "window": _duration(objective.window),
        "noData": objective.no_data,
        "minSamples": objective.min_samples,
        "minCoverage": _percent(objective.min_coverage, up=True),
        "maxAge": _duration(objective.max_age),
        "confidence": _percent(objective.confidence, up=False),
        "evaluation": _evaluation(objective.evaluation),
        "budgeting": _budgeting(objective),
        "runbook": objective.runbook,
        "nextSteps": list(objective.next_steps),
    }


def _finding(finding: Finding) -> Tree:
    return {
        "rule": finding.rule,
        "level": finding.level,
        "message": finding.message,
        "location": _location(finding.location),
        "path": finding.path,
        "remedy": finding.remedy,
        "subject": finding.subject,
        "origin": finding.origin,
        "related": [{"why": why, "location": _location(location)} for why, location in finding.related],
    }


def _budget(budget: Budget) -> Tree:
    left = budget.remaining
    return {
        "allowed": _percent(budget.allowed, up=False),
        "spent": _percent(budget.spent, up=True),
        "remaining": _percent(left, up=False),
        "allowedEvents": _number(budget.allowed_events, up=False),
        "badEvents": _number(budget.bad_events, up=True),
        "remainingEvents": _number(budget.allowed_events * left, up=False),
        "allowedSeconds": _number(budget.allowed_seconds, up=False),
        "remainingSeconds": _number(budget.allowed_seconds * left, up=False),
        "burnRates": [
            {"lookback": _duration(lookback), "rate": _number(rate, up=True)}
            for lookback, rate in budget.burn_rates
        ],
        "counted": budget.counted,
        "exhaustedInSeconds": _number(budget.exhausted_in, up=False),
    }


def _slices(slices: Slices) -> Tree:
    return {
        "length": _duration(slices.length),
        "expected": slices.expected,
        "empty": slices.empty,
        "bad": slices.bad,
    }


def _alert(alert: Alert) -> Tree:
    rule = alert.rule
    return {
        "name": rule.name,
        "severity": rule.severity,
        "state": alert.state,
        "reason": alert.reason,
        "location": _location(rule.location),
        "conditions": [
            {
                "lookback": _duration(condition.lookback),
                "threshold": _threshold(condition.threshold),
                "alertAfter": _duration(condition.after),
                "rate": _number(rate, up=not condition.threshold.lower_is_better),
            }
            for condition, rate in zip(rule.conditions, alert.rates, strict=True)
        ],
    }


def _budgeting(objective: Objective) -> Tree | None:
    budgeting = objective.budgeting
    if not objective.error_budget:
        return None
    return {
        "method": budgeting.method,
        "timeSliceWindow": _duration(budgeting.slice or None),
        "timeSliceTarget": _percent(budgeting.slice_target, up=False) if budgeting.slice_target else None,
        "emptySlices": budgeting.empty or None,
        "calendar": _calendar(objective.calendar) if objective.calendar else None,
    }


def _calendar(calendar: CalendarWindow) -> Tree:
    return {
        "count": calendar.count,
        "unit": calendar.unit,
        "startTime": calendar.start or None,
        "timeZone": calendar.zone,
    }


def _location(location: Location | None) -> Tree | None:
    return location._asdict() if location else None


def _threshold(threshold: Threshold | None) -> Tree | None:
    if threshold is None:
        return None
    return {
        "text": threshold.text,
        "operator": threshold.operator,
        "exact": exact(threshold.value),
        "unit": threshold.unit.text,
    }


def _duration(seconds: int | None) -> Tree | None:
    return None if seconds is None else {"seconds": seconds, "text": format_duration(seconds)}


def _quantity(value: Fraction | None, unit: Unit | None, *, up: bool) -> Tree | None:
    return _shown(value, lambda number: display.quantity(number, unit, up=up))


def _number(value: Fraction | None, *, up: bool) -> Tree | None:
    return _shown(value, lambda number: display.number(number, up=up))


def _percent(value: Fraction | None, *, up: bool) -> Tree | None:
    return _shown(value, lambda share: display.percent(share, up=up))


def _shown(value: Fraction | None, text: Callable[[Fraction], str]) -> Tree | None:
    """Both ways to write a number, or null where there is none."""
    return None if value is None else {"exact": exact(value), "text": text(value)}
