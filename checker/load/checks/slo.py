"""Checks an SLO before anything is asked: its slices, its periods, and alerts that always fire or never can."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from checker import sources
from checker.burn_policies import LEAST, allowed_by, full_outage
from checker.load.resolved import Resolved
from checker.load.text.finding_at import finding_at
from checker.load.validation.validate import Validated
from checker.model import AlertRule, Finding, Indicator, Level, Objective, Path
from checker.units import format_duration
from checker.windows import looks, period_asked


def asked_once(objective: Objective) -> bool:
    """Whether every query is asked for a single value over the whole window (and has to be checked for that)."""
    if objective.evaluation is not None:
        return False
    return not objective.error_budget or not any(
        period_asked(objective, each) for each in objective.indicators
    )


def check_slo(resolved: Resolved) -> Iterator[Finding]:
    """The findings about an SLO's slices, periods and alerts; none if it is not an SLO."""
    objective = resolved.objective
    if not objective.error_budget:
        return
    yield from _slices(resolved)
    # Components of a composite may share an indicator; it is reported once.
    yield from dict.fromkeys([*([] if asked_once(objective) else _periods(resolved)), *_lookbacks(resolved)])
    for rule in objective.alerts:
        yield from _alert(resolved, rule)


def _slices(resolved: Resolved) -> Iterator[Finding]:
    objective = resolved.objective
    length, window = objective.budgeting.slice, objective.window or 0
    if objective.budgeting.method == "Occurrences":
        if resolved.written.annotations is not None and resolved.written.annotations.emptySlices:
            path: Path = ("metadata", "annotations", "checker/emptySlices")
            message = "the method Occurrences has no slices, so this has no effect"
            yield _at(resolved, "slices", path, message, "remove the annotation, or budget by slices")
        return
    path = (*resolved.path, *(() if isinstance(resolved.path[-1], int) else (0,)), "timeSliceWindow")
    if not length:
        yield _at(
            resolved, "slices", path, "a slice of months has no fixed length", "write it as in 1m or 1h"
        )
    elif objective.calendar is None and window % length:
        spans = f"the window of {format_duration(window)} is not a whole number of slices"
        yield _at(
            resolved,
            "slices",
            path,
            f"{spans} of {format_duration(length)}",
            "choose a slice that divides it",
        )
    elif length >= window:
        yield _at(resolved, "slices", path, "a slice is as long as the window", "write it as in 1m or 5m")


def _periods(resolved: Resolved) -> Iterator[Finding]:
    """Queries whose source cannot return a value for each period, or cannot be asked for the whole window."""
    objective = resolved.objective
    for holder, path, indicator in _queries(resolved):
        query = holder.queries[path]
        source, period = sources.find(query.source), period_asked(objective, indicator)
        if not period:
            problems = list(source.check(query, objective.window))
        elif not hasattr(source, "check_periods"):
            name, every = query.source, format_duration(period)
            problems = [
                sources.Problem(
                    "",
                    f"{name} cannot return a value for each {every} of a window",
                    "measure good over total, by Occurrences",
                )
            ]
        else:
            problems = list(source.check_periods(query, period, objective.window or period))
            if indicator.form == "ratio" and not problems:
                # Each slice is measured like a window of its own, so a query with another built-in time range would
                # not fit.
                why = f"each slice of {format_duration(period)} is a window"
                problems = _because(source.check(query, period), why)
        yield from _told(resolved, holder, path, problems)


def _lookbacks(resolved: Resolved) -> Iterator[Finding]:
    """Queries that are asked separately for the lookback of a burn rate, but cannot be asked for so short a time."""
    objective = resolved.objective
    lengths = sorted({lookback for lookback, _ in looks(objective)} - {objective.window})
    for holder, path, indicator in _queries(resolved) if lengths else ():
        query = holder.queries[path]
        source = sources.find(query.source)
        spaced = sources.spacing(query, objective.window or 0)
        if spaced or period_asked(objective, indicator) or any(source.check(query, objective.window)):
            continue
        for length in lengths:
            why = f"a burn rate over {format_duration(length)} is asked by itself"
            problems = _because(source.check(query, length), why)
            yield from _told(resolved, holder, path, problems)
            if problems:
                break


def _queries(resolved: Resolved) -> Iterator[tuple[Validated, Path, Indicator]]:
    """Each query with its place, and the indicator that it belongs to."""
    indicators = {id(query): each for each in resolved.objective.indicators for _, query in each.metrics}
    for holder, path in resolved.queries:
        yield holder, path, indicators[id(holder.queries[path])]


def _because(problems: Iterable[sources.Problem], why: str) -> list[sources.Problem]:
    return [problem._replace(message=f"{problem.message} ({why})") for problem in problems]


def _told(
    resolved: Resolved, holder: Validated, path: Path, problems: Iterable[sources.Problem]
) -> Iterator[Finding]:
    for key, message, remedy in problems:
        here = (*path, key) if key in holder.queries[path].model_fields_set else path
        yield finding_at(
            holder.document, here, "query", "error", message, remedy, resolved.promise_beside(holder)
        )


def _alert(resolved: Resolved, rule: AlertRule) -> Iterator[Finding]:
    """An alert that always fires, that fires while the budget still lasts, or that not even a full outage sets off."""
    objective = resolved.objective
    yield from _while_it_lasts(resolved, rule)
    allowed = allowed_by(objective)
    for condition in rule.conditions:
        threshold = condition.threshold
        if threshold.operator in ("<", "<="):
            continue  # _condition in checks/openslo.py reports it where it is written
        if threshold.value <= 0:
            yield _about(
                resolved,
                rule,
                f"the alert {rule.name!r} fires at a burn rate of {threshold.text}, which is always the case",
                "write a threshold above 0; 1 spends exactly the budget over the window",
            )
        elif allowed is not None and full_outage(rule, allowed) is None:
            most = f"{float(1 / allowed):.4g}"
            yield _about(
                resolved,
                rule,
                f"the alert {rule.name!r} can never fire: with the target {objective.target.text} the burn rate "
                f"is at most {most}, and it needs {threshold.text}",
                f"write a threshold below {most}, or a stricter target",
            )
            return


def _while_it_lasts(resolved: Resolved, rule: AlertRule) -> Iterator[Finding]:
    """An alert whose every threshold lies below the burn rate that uses up the budget within the window."""
    limits = [each.threshold for each in rule.conditions if each.threshold.operator in (">", ">=")]
    if not rule.when_breaching or not limits or len(limits) < len(rule.conditions):
        return
    slowest = max(limits, key=lambda each: each.value)
    if 0 < slowest.value < LEAST:
        yield _about(
            resolved,
            rule,
            f"the alert {rule.name!r} fires at a burn rate of {slowest.text}, at which the budget lasts: 1 spends "
            "exactly all of it over the window",
            "write an alert policy with a threshold of 1 or more, or choose a longer window",
        )


def _about(
    resolved: Resolved, rule: AlertRule, message: str, remedy: str, level: Level = "warning"
) -> Finding:
    if rule.location is None:
        return Finding("alert", level, message, resolved.objective.location, "", remedy)
    return Finding("alert", level, message, rule.location, "", remedy, resolved.promise_beside(None))


def _at(resolved: Resolved, rule: str, path: Path, message: str, remedy: str) -> Finding:
    return finding_at(resolved.written.document, path, rule, "error", message, remedy)
