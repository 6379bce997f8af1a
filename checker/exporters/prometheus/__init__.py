"""Prometheus rule files: error ratios, remaining budgets, and burn-rate alerts for SLOs that Prometheus measures."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from checker.exporters import Exported
from checker.exporters.prometheus.alerts import alerts_of, labels_of
from checker.exporters.prometheus.expressions import error_ratio, number, over, recorded, series
from checker.exporters.prometheus.rule_file import Group, Rule, rule_file
from checker.model import Objective
from checker.sources.prometheus import lag
from checker.units import convert, format_duration, parse_unit

PURPOSE = "recording rules and burn-rate alerts for Prometheus"

HEAD = """\
Written by 'checker export prometheus'. Change the promises and write it anew, not this file.
Alerts: the burn rates of the promise's own alert policies; where it has none, those of the SRE workbook. SLONoData
says that a promise cannot be judged."""

RATIO = parse_unit("ratio")
LONG = 86400
"""Seconds; ratios over longer windows are evaluated less often."""
LONG_INTERVAL = "2m"
"""Less than the five minutes after which Prometheus treats a series as stale."""


def export(objectives: Sequence[Objective]) -> Exported:
    """The rules for every SLO that Prometheus measures."""
    groups: list[Group] = []
    written: list[str] = []
    skipped: list[tuple[str, str]] = []
    notes: list[str] = []
    data_sources: dict[str, None] = {}
    for objective in sorted(objectives, key=lambda objective: objective.name):
        try:
            allowed, data_source = _exportable(objective)
            made, remarks = _groups(objective, allowed)
        except ValueError as reason:
            skipped.append((objective.name, str(reason)))
            continue
        groups += made
        written.append(objective.name)
        notes += [f"{objective.name}: {remark}" for remark in remarks]
        data_sources[data_source or "PROMETHEUS_URL"] = None
    if len(data_sources) > 1:
        notes.append(
            f"these promises are measured by several Prometheus servers ({', '.join(data_sources)}); "
            "with --select, write a file for each"
        )
    text = rule_file(HEAD, groups) if groups else ""
    return Exported(text, tuple(written), tuple(skipped), tuple(notes))


def _exportable(objective: Objective) -> tuple[Fraction, str]:
    """The share of bad events that the target allows, and the name of the DataSource.

    Raises ValueError with the reason if no rules can be written.
    """
    if not objective.error_budget:
        raise ValueError("it has no error budget; an SLO of the Occurrences method has one")
    if objective.budgeting.method != "Occurrences":
        raise ValueError(f"its budget is spent by the method {objective.budgeting.method}, not by events")
    if objective.indicator.form != "ratio" or objective.components:
        raise ValueError("its indicator is no ratio of events")
    queries: list[Any] = [query for _, query in objective.indicator.metrics]
    for query in queries:
        if query.source != "Prometheus":
            raise ValueError(f"its source is {query.source}, not Prometheus")
    if objective.window is None or objective.calendar is not None:
        raise ValueError("its window is a period of the calendar, and rules look back over a fixed length")
    references = {query.dataSourceRef or "" for query in queries}
    if len(references) > 1:
        raise ValueError("its two queries go to different data sources")
    if len({lag(query) for query in queries}) > 1:
        raise ValueError("its two queries have different lags, and a rule judges both at one moment")
    target = objective.target
    limit = convert(target.value, target.unit, RATIO)
    allowed = limit if target.lower_is_better else 1 - limit
    if not 0 < allowed < 1:
        raise ValueError("its target leaves no error budget")
    return allowed, references.pop()


def _groups(objective: Objective, allowed: Fraction) -> tuple[list[Group], tuple[str, ...]]:
    """The ratios, budget and alerts of one promise, and notes about what is left out."""
    (side, part), (_, total) = objective.indicator.metrics
    window = objective.window or 0
    labels = labels_of(objective)

    def ratio(seconds: int) -> Rule:
        counted, events = (over(query, window, seconds) for query in (part, total))
        return Rule("record", recorded(seconds), error_ratio(side, counted, events), labels)

    alerts = alerts_of(objective, allowed)
    spans = sorted({*alerts.windows, window})
    rare = [ratio(seconds) for seconds in spans if seconds > LONG or seconds == window]
    often = [ratio(seconds) for seconds in spans if seconds <= LONG and seconds != window]
    name = objective.name
    # A group is evaluated in order: an alert after the ratios in its group sees their values of the same moment.
    return [
        Group(
            f"{name}: budget",
            [*rare, _remaining(objective, allowed, labels)],
            LONG_INTERVAL,
            _what(objective),
        ),
        Group(f"{name}: alerts", [*often, *_facts(objective, allowed, labels), *alerts.rules]),
    ], alerts.notes


def _what(objective: Objective) -> str:
    """The location of the promise, and its target."""
    query: Any = objective.indicator.metrics[0][1]
    waited = f", as of {format_duration(lag(query))} ago" if lag(query) else ""
    return f"{objective.location.file}: {objective.target.text} over {format_duration(objective.window or 0)}{waited}"


def _facts(objective: Objective, allowed: Fraction, labels: dict[str, str]) -> list[Rule]:
    """Series that never change, such as the target: for dashboards, and for joins."""
    window = objective.window or 0
    about = {"window": format_duration(window), "target": objective.target.text}
    about |= {"slo_severity": objective.severity} if objective.severity else {}
    return [
        Rule("record", "slo:objective:ratio", f"vector({number(1 - allowed)})", labels),
        Rule("record", "slo:error_budget:ratio", f"vector({number(allowed)})", labels),
        Rule("record", "slo:window:seconds", f"vector({window})", labels),
        Rule("record", "slo:info", "vector(1)", {**labels, **about}),
    ]


def _remaining(objective: Objective, allowed: Fraction, labels: dict[str, str]) -> Rule:
    errors = series(recorded(objective.window or 0), objective.name)
    return Rule("record", "slo:error_budget_remaining:ratio", f"1 - {errors} / {number(allowed)}", labels)
