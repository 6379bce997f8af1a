"""Shows the results of a self-test, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from checker import display
from checker.model import Objective, Outcome, Verdict
from checker.reports.clean import line
from checker.reports.findings import wrapped
from checker.reports.json_text import json_text
from checker.selftest import Trial
from checker.selftest.crossing import Conclusion, Crossing, RegressionCrossing
from checker.units import CONFIRMED

COLUMNS = ("shown", "promise", "target", "recorded", "kept at", "missed at", "fails at")

WORDS = {
    "flips": "yes",
    "never fails": "NEVER FAILS",
    "passes without data": "PASSES EMPTY",
    "not shown": "not shown",
}
NEXT = {
    "never fails": "no change of its data made it FAIL: tighten the target, or a critical band that is out of reach",
    "passes without data": "it passes without data: this is a defect of checker; please report it with the recording",
    "not shown": "the recording holds no usable data for it: record again when there is some",
}
ALLOW_LESS = "no change of its data was worse than its regression allows: allow less"


class Row(NamedTuple):
    """One limit of a promise: the result, and what to do about it."""

    shown: Conclusion
    objective: Objective
    limit: str
    recorded: Outcome
    values: tuple[str, str, str]
    why: str


def table(trials: Sequence[Trial], width: int) -> str:
    """A row for each limit, problems first, then what to do about each, wrapped to ``width`` columns."""
    from tabulate import tabulate

    rows = [row for trial in trials for row in _rows(trial)]
    rows.sort(key=lambda row: (row.shown == "flips", row.shown))
    cells = [
        (WORDS[each.shown], line(each.objective.name), line(each.limit), each.recorded.value, *each.values)
        for each in rows
    ]
    lines = [tabulate(cells, COLUMNS, tablefmt="plain", disable_numparse=True), ""]
    for row in rows:
        if row.shown in NEXT:
            lines.append(f"{line(row.objective.name)}  ({line(str(row.objective.location))})")
            lines += wrapped(row.why, "  ", "    ", width)
    return "\n".join([*lines, _sum(trials)]) + "\n"


def _rows(trial: Trial) -> Iterator[Row]:
    """The rows for the target and for what the regression allows."""
    objective, recorded, found = trial.objective, trial.recorded, trial.regression
    if trial.target is not None:
        shown = "passes without data" if trial.passes_empty else trial.target.conclusion
        values = _values(trial.target, _of_target)
        why = _why(shown, recorded.outcome, "; ".join(recorded.reasons))
        yield Row(shown, objective, objective.target.text, recorded.outcome, values, why)
    if found is not None:
        shown = trial.conclusion if trial.target is None else found.crossing.conclusion
        outcome, reason = recorded.outcome, "; ".join(recorded.reasons)
        if found.recorded is not None:
            outcome, reason = found.recorded.outcome, found.recorded.reason
        why = ALLOW_LESS if shown == "never fails" else _why(shown, outcome, reason)
        yield Row(shown, objective, _limit(found), outcome, _values(found.crossing, _of_regression), why)


def _limit(found: RegressionCrossing) -> str:
    """``<= +10 %: <= 4.57 s``, with as many digits as the value nearest to it needs."""
    nearest = found.crossing.met or found.crossing.failed
    near = None if nearest is None else nearest.regression
    limit = found.limit if near is None else near.limit
    return found.regression.allowed.text + ("" if limit is None else f": {limit.text}")


def _why(shown: Conclusion, recorded: Outcome, reason: str) -> str:
    if shown == "not shown":
        return f"recorded as {recorded}: {line(reason)}; {NEXT[shown]}"
    return NEXT.get(shown, "")


def _values(crossing: Crossing, value: Callable[[Verdict], str]) -> tuple[str, str, str]:
    """The values nearest to a limit, each with its outcome if that is not the usual one for its side."""

    def shown_value(verdict: Verdict | None, usual: Outcome) -> str:
        if verdict is None or verdict.value is None:
            return "-"
        shown = value(verdict)
        return shown if verdict.outcome is usual else f"{shown} ({verdict.outcome})"

    met, missed, failed = crossing.met, crossing.missed, crossing.failed
    return (
        shown_value(met, Outcome.PASS),
        shown_value(missed, Outcome.FAIL),
        shown_value(failed, Outcome.FAIL),
    )


def _of_target(verdict: Verdict) -> str:
    value, unit = verdict.value or Fraction(0), verdict.unit
    if unit is not None and unit.dimensions == CONFIRMED.dimensions:
        return "confirmed" if value == 1 else "not confirmed"
    return display.measured(value, unit, verdict.compared or verdict.objective.target)


def _of_regression(verdict: Verdict) -> str:
    found = verdict.regression
    if found is None or found.value is None or found.limit is None:
        return "-"
    return display.measured(found.value, found.unit, found.limit)


def _sum(trials: Sequence[Trial]) -> str:
    flipped = sum(trial.conclusion == "flips" for trial in trials)
    guards = "1 promise" if len(trials) == 1 else f"{len(trials)} promises"
    return f"{flipped} of {guards} shown to pass, to fail, and never to pass without data"


def as_json(trials: Sequence[Trial]) -> str:
    """The results as JSON: sorted keys, exact values as text."""
    tree = {"schemaVersion": "1", "promises": [_told(trial) for trial in trials]}
    return json_text(tree)


def _told(trial: Trial) -> dict[str, Any]:
    found = trial.regression
    crossing = trial.target or (None if found is None else found.crossing)
    return {
        "name": trial.objective.name,
        "location": str(trial.objective.location),
        "target": trial.objective.target.text,
        "shown": trial.conclusion,
        "recorded": trial.recorded.outcome,
        **_crossed(crossing),
        "regression": None if found is None else _told_regression(found, trial.recorded),
        "faults": dict(trial.faults),
    }


def _told_regression(found: RegressionCrossing, recorded: Verdict) -> dict[str, Any]:
    return {
        "text": found.regression.allowed.text,
        "shown": found.crossing.conclusion,
        "recorded": recorded.outcome if found.recorded is None else found.recorded.outcome,
        "baseline": None if found.baseline is None else display.exact(found.baseline),
        "limit": None if found.limit is None else display.exact(found.limit.value),
        "unit": "" if found.limit is None else found.limit.unit.text,
        **_crossed(found.crossing),
        "noBaseline": found.without,
    }


def _crossed(crossing: Crossing | None) -> dict[str, Any]:
    if crossing is None:
        return {}
    sides = {"kept": crossing.met, "missed": crossing.missed, "failed": crossing.failed}
    return {name: _exact(verdict) for name, verdict in sides.items()}


def _exact(verdict: Verdict | None) -> dict[str, str] | None:
    if verdict is None or verdict.value is None:
        return None
    unit = verdict.unit.text if verdict.unit else ""
    return {"value": display.exact(verdict.value), "unit": unit, "outcome": verdict.outcome}
