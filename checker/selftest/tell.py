"""What a self-test showed, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from checker import display
from checker.model import Outcome, Verdict
from checker.reports.clean import line
from checker.reports.findings import wrapped
from checker.reports.json_text import json_text
from checker.selftest import Trial
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


def table(trials: Sequence[Trial], width: int) -> str:
    """A row a promise, those that guard nothing first, and what to do about them, in sentences of ``width``."""
    from tabulate import tabulate

    ordered = sorted(
        trials, key=lambda trial: (list(WORDS).index(trial.conclusion) in (0,), trial.conclusion)
    )
    rows = [_row(trial) for trial in ordered]
    lines = [tabulate(rows, COLUMNS, tablefmt="plain", disable_numparse=True), ""]
    for trial in ordered:
        if trial.conclusion in NEXT:
            lines.append(f"{line(trial.objective.name)}  ({line(str(trial.objective.location))})")
            lines += wrapped(_why(trial), "  ", "    ", width)
    return "\n".join([*lines, _sum(trials)]) + "\n"


def _why(trial: Trial) -> str:
    if trial.conclusion == "not shown":
        reason = line("; ".join(trial.recorded.reasons))
        return f"recorded as {trial.recorded.outcome}: {reason}; {NEXT['not shown']}"
    return NEXT[trial.conclusion]


def _row(trial: Trial) -> list[str]:
    return [
        WORDS[trial.conclusion],
        line(trial.objective.name),
        line(trial.objective.target.text),
        str(trial.recorded.outcome),
        *(_value(verdict) for verdict in (trial.met, trial.missed, trial.failed)),
    ]


def _value(verdict: Verdict | None) -> str:
    if verdict is None or verdict.value is None:
        return "-"
    if verdict.unit is not None and verdict.unit.dimensions == CONFIRMED.dimensions:
        return "confirmed" if verdict.value == 1 else "not confirmed"
    target = verdict.compared or verdict.objective.target
    shown = display.measured(verdict.value, verdict.unit, target)
    return f"{shown} ({verdict.outcome})" if verdict.outcome is Outcome.WARN else shown


def _sum(trials: Sequence[Trial]) -> str:
    flipped = sum(trial.conclusion == "flips" for trial in trials)
    guards = "1 promise" if len(trials) == 1 else f"{len(trials)} promises"
    return f"{flipped} of {guards} shown to pass, to fail, and never to pass without data"


def as_json(trials: Sequence[Trial]) -> str:
    """The same for programs: sorted keys, exact values as text."""
    told = {"schemaVersion": "1", "promises": [_told(trial) for trial in trials]}
    return json_text(told)


def _told(trial: Trial) -> dict[str, Any]:
    return {
        "name": trial.objective.name,
        "location": str(trial.objective.location),
        "target": trial.objective.target.text,
        "shown": trial.conclusion,
        "recorded": trial.recorded.outcome,
        "kept": _exact(trial.met),
        "missed": _exact(trial.missed),
        "failed": _exact(trial.failed),
        "faults": dict(trial.faults),
    }


def _exact(verdict: Verdict | None) -> dict[str, str] | None:
    if verdict is None or verdict.value is None:
        return None
    unit = verdict.unit.text if verdict.unit else ""
    return {"value": display.exact(verdict.value), "unit": unit, "outcome": verdict.outcome}
