"""A promise as JSON: its content, and how it is judged."""

from __future__ import annotations

from checker.model import CalendarWindow, Evaluation, Objective, Regression
from checker.reports.json.values import Tree, duration_tree, location_tree, percent_tree, threshold_tree


def objective_tree(objective: Objective) -> Tree:
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
        "location": location_tree(objective.location),
        "target": None if regression is not None and regression.alone else threshold_tree(objective.target),
        "regression": regression_tree(regression),
        "warning": threshold_tree(objective.warning),
        "critical": threshold_tree(objective.critical),
        "window": duration_tree(objective.window),
        "noData": objective.no_data,
        "minSamples": objective.min_samples,
        "minCoverage": percent_tree(objective.min_coverage, up=True),
        "maxAge": duration_tree(objective.max_age),
        "confidence": percent_tree(objective.confidence, up=False),
        "evaluation": evaluation_tree(objective.evaluation),
        "budgeting": budgeting_tree(objective),
        "runbook": objective.runbook,
        "nextSteps": list(objective.next_steps),
    }


def evaluation_tree(evaluation: Evaluation | None) -> Tree | None:
    if evaluation is None:
        return None
    return {
        "period": duration_tree(evaluation.period),
        "evaluationPeriods": evaluation.periods,
        "datapointsToAlarm": evaluation.datapoints,
        "treatMissingData": evaluation.missing,
    }


def regression_tree(regression: Regression | None) -> Tree | None:
    if regression is None:
        return None
    return {"text": regression.allowed.text, "firstRun": regression.first_run}


def budgeting_tree(objective: Objective) -> Tree | None:
    budgeting = objective.budgeting
    if not objective.error_budget:
        return None
    return {
        "method": budgeting.method,
        "timeSliceWindow": duration_tree(budgeting.slice or None),
        "timeSliceTarget": percent_tree(budgeting.slice_target, up=False) if budgeting.slice_target else None,
        "emptySlices": budgeting.empty or None,
        "calendar": calendar_tree(objective.calendar) if objective.calendar else None,
    }


def calendar_tree(calendar: CalendarWindow) -> Tree:
    return {
        "count": calendar.count,
        "unit": calendar.unit,
        "startTime": calendar.start or None,
        "timeZone": calendar.zone,
    }
