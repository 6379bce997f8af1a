"""Turns OpenSLO SLOs into objectives: one for each of their objectives, or one for a composite."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any

from checker.load.checks.names import Named
from checker.load.resolution.alerts import alert_rules
from checker.load.resolution.slo_indicator import measured
from checker.load.resolved import Resolved, decimal, judging_of
from checker.load.validation.validate import Validated
from checker.model import (
    AlertRule,
    Budgeting,
    CalendarWindow,
    Component,
    Finding,
    Indicator,
    Objective,
    Path,
)
from checker.spec.slo_annotations import SLOAnnotations
from checker.units import PERCENT, Threshold
from checker.windows import longest

_UNITS: Any = {"m": "minute", "h": "hour", "d": "day", "w": "week", "M": "month", "Q": "quarter", "Y": "year"}


def slo_objectives(each: Validated, named: Named) -> Iterator[Resolved | Finding]:
    """The objectives of one SLO; those whose indicator could not be read are left out."""
    spec = each.model.spec
    annotations = each.annotations or SLOAnnotations()
    if spec.timeWindow is None and annotations.defaultWindow is None:
        yield _windowless(each)
        return
    count = len(each.document.data["spec"]["objectives"])
    seconds, _ = _window(spec, annotations)
    alerts = list(alert_rules(each, named, annotations.burnRatePolicy, seconds))
    yield from (rule for rule in alerts if isinstance(rule, Finding))
    rules = tuple(rule for rule in alerts if not isinstance(rule, Finding))
    common = _common(each, rules, annotations)
    if spec.composite:
        yield from _composite(each, named, common, annotations)
        return
    for index, written in zip(each.items, spec.objectives, strict=True):
        found = measured(each, spec, ("spec",), named, written, index)
        if isinstance(found, Finding):
            yield found
        elif found is not None:
            name = each.name if count == 1 else f"{each.name}/{index + 1}"
            objective = Objective(
                **common,
                name=name,
                location=each.document.locate(("spec", "objectives", index)),
                indicator=found.indicator,
                target=_at_least(_share(written)),
                budgeting=_budgeting(spec.budgetingMethod, written, annotations),
                display_name=written.displayName or _display_name(each),
            )
            yield Resolved(objective, each, ("spec", "objectives", index), found.queries)


def _windowless(each: Validated) -> Finding:
    return Finding(
        "missing-key",
        "error",
        "the key 'timeWindow' is missing, and an SLO is judged over a window",
        each.document.locate(("spec",)),
        "spec.timeWindow",
        "add it, as in [{duration: 28d, isRolling: true}]; or the annotation checker/defaultWindow: 28d",
    )


def _display_name(each: Validated) -> str:
    name: str = each.model.metadata.displayName or each.name
    return name


def _common(each: Validated, rules: tuple[AlertRule, ...], annotations: SLOAnnotations) -> dict[str, Any]:
    """The fields that all objectives of an SLO share: all but names, places, indicators, targets and budgeting."""
    spec = each.model.spec
    seconds, calendar = _window(spec, annotations)
    return {
        "document": each.name,
        "kind": "SLO",
        "warning": annotations.warning,
        "critical": annotations.critical,
        "window": seconds,
        "calendar": calendar,
        "description": spec.description or "",
        "service": spec.service,
        "error_budget": True,
        "alerts": rules,
        "lookbacks": annotations.lookbacks,
        **judging_of(annotations, ""),
    }


def _window(spec: Any, annotations: SLOAnnotations) -> tuple[int, CalendarWindow | None]:
    """The greatest length of the window in seconds, and the calendar window if it has no fixed length."""
    if spec.timeWindow is None:
        return annotations.defaultWindow or 0, None
    written = spec.timeWindow[0]
    duration, calendar = written.duration, written.calendar
    if calendar is None and duration.seconds is not None:
        return duration.seconds, None
    start, zone = "", "UTC"
    if calendar is not None:
        start, zone = calendar.startTime.isoformat(), calendar.timeZone
    window = CalendarWindow(duration.number, _UNITS[duration.unit], start, zone)
    return longest(window), window


def _budgeting(method: Any, written: Any, annotations: SLOAnnotations) -> Budgeting:
    if method == "Occurrences":
        return Budgeting()
    return Budgeting(
        method=method,
        slice=written.timeSliceWindow.seconds or 0,
        slice_target=written.timeSliceTarget or Fraction(0),
        empty=annotations.emptySlices or "",
    )


def _composite(
    each: Validated, named: Named, common: dict[str, Any], annotations: SLOAnnotations
) -> Iterator[Resolved | Finding]:
    """A composite as one objective; none if any of its parts could not be read."""
    spec = each.model.spec
    components: list[Component] = []
    queries: list[tuple[Validated, Path]] = []
    findings: list[Finding] = []
    for index, written in zip(each.items, spec.objectives, strict=True):
        found = measured(each, written, ("spec", "objectives", index), named, written, index)
        if isinstance(found, Finding):
            findings.append(found)
        elif found is not None:
            components.append(_component(index, written, found.indicator))
            queries += found.queries
    yield from findings
    if len(components) < len(each.document.data["spec"]["objectives"]):
        return
    metrics = [(one.prefix + name, query) for one in components for name, query in one.indicator.metrics]
    slices = {written.timeSliceWindow for written in spec.objectives}
    if len(slices) > 1:
        yield _uneven(each)
        return
    objective = Objective(
        **common,
        name=each.name,
        location=each.document.locate(("spec", "objectives")),
        display_name=_display_name(each),
        indicator=Indicator("composite", tuple(metrics)),
        target=_composite_target(spec.budgetingMethod, components, annotations),
        budgeting=_budgeting(spec.budgetingMethod, spec.objectives[0], annotations),
        components=tuple(components),
    )
    yield Resolved(objective, each, ("spec", "objectives"), tuple(queries))


def _component(index: int, written: Any, indicator: Indicator) -> Component:
    return Component(
        name=written.displayName or f"objective {index + 1}",
        prefix=f"{index + 1}.",
        indicator=indicator,
        target=_share(written),
        slice_target=written.timeSliceTarget or Fraction(0),
        weight=written.compositeWeight or Fraction(1),
    )


def _uneven(each: Validated) -> Finding:
    return Finding(
        "slices",
        "error",
        "the objectives of a composite are cut into slices of different lengths",
        each.document.locate(("spec", "objectives")),
        "spec.objectives",
        "write the same timeSliceWindow in all of them",
    )


def _composite_target(method: str, components: list[Component], annotations: SLOAnnotations) -> Threshold:
    """The target of a composite, for which OpenSLO states none. By Occurrences, all its objectives together may
    spend one budget; by slices, it is the strictest of their targets, unless ``checker/compositeGoal`` is set."""
    if method == "Occurrences":
        return Threshold("<=", Fraction(100), PERCENT, "<= 100 % of the error budget")
    return _at_least(annotations.compositeGoal or max(component.target for component in components))


def _share(written: Any) -> Fraction:
    share: Fraction = written.target if written.targetPercent is None else written.targetPercent / 100
    return share


@lru_cache(1000)  # many promises have the same target
def _at_least(share: Fraction) -> Threshold:
    return Threshold(">=", share * 100, PERCENT, f">= {decimal(share * 100)} %")
