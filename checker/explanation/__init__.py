"""Explains one promise in full: its location, queries, thresholds and waivers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checker import display, sources
from checker.explanation.bands import draw
from checker.explanation.columns import LABEL, columns
from checker.model import Catalog, Evaluation, Finding, Objective, Question, Verdict, Waiver
from checker.questions import questions_of
from checker.reports.clean import line
from checker.reports.explain import accepted, explain
from checker.units import format_duration
from checker.windows import is_look

Told = Iterator[tuple[str, str]]
"""(label, text) pairs; a pair with an empty label continues the one before."""


def explain_objective(
    objective: Objective,
    catalog: Catalog,
    at: int,
    verdict: Verdict | None,
    findings: Sequence[Finding],
    rules: Told,
    width: int,
) -> str:
    """Everything about one promise, as text of ``width`` columns.

    ``verdict`` is its last verdict, if known. ``findings`` are the validation findings about it, and ``rules`` is
    how the rules apply to it (see ``told_rulings``).
    """
    title = objective.name
    if objective.display_name and objective.display_name != objective.name:
        title += f"  {objective.display_name}"
    lines = [line(title)]
    pairs = [
        *_place(objective),
        *_asks(objective, questions_of(objective, catalog, at)),
        *_judged(objective),
        *_excused(objective, catalog, at),
        *(("finding", f"{each.level} {each.rule}: {each.message}") for each in findings),
        *rules,
    ]
    lines += columns(pairs, width)
    drawn = draw(objective, verdict)
    if drawn:
        lines += ["", *(f"    {each}" for each in drawn)]
    if verdict is not None:
        lines += ["", f"  {'last':{LABEL}}{verdict.outcome} at {display.moment(at)}"]
        lines += columns([*_last(verdict)], width)
    return "\n".join(lines) + "\n"


def _last(verdict: Verdict) -> Told:
    """What a report says about a verdict beside its row, without what was told above, and with the row's samples."""
    for label, text in explain(verdict):
        if label not in ("asked", "digest"):
            yield label, text
        if label == "compared with" and verdict.samples is not None:
            yield "samples", str(verdict.samples)


def _place(objective: Objective) -> Told:
    yield "at", str(objective.location)
    yield "about", objective.description
    yield "service", objective.service
    yield "owner", objective.owner
    yield "severity", objective.severity
    yield "runbook", objective.runbook
    yield "gating", "yes" if objective.gating else "no: it is reported, but never affects the exit code"


def _asks(objective: Objective, named: dict[str, Question]) -> Told:
    several = len(objective.indicator.metrics) > 1
    if objective.indicator.formula:
        yield "formula", objective.indicator.formula
    for name, question in named.items():
        if not is_look(name):
            description = sources.find(question.query.source).describe(question)
            yield "asks", f"{name}: {description}" if several or name == "heartbeat" else description


def _judged(objective: Objective) -> Told:
    yield "target", f"{objective.target.text}: PASS"
    if objective.critical is not None:
        yield "critical", f"{objective.critical.text}: FAIL; between the two it is WARN"
    else:
        yield "", "anything else is FAIL"
    if objective.evaluation is not None:
        yield "periods", _periods(objective.evaluation)
    if objective.error_budget and objective.budgeting.method != "Occurrences":
        length = format_duration(objective.budgeting.slice)
        yield "method", f"{objective.budgeting.method}, in slices of {length}"
    if objective.regression is not None:
        yield "regression", objective.regression.allowed.text
    yield "no data", "FAIL" if objective.no_data == "fail" else _no_data(objective)
    if objective.min_samples:
        yield "samples", f"at least {objective.min_samples}, or it is INCONCLUSIVE"
    if objective.window is not None and objective.min_coverage:
        yield (
            "coverage",
            f"at least {display.percent(objective.min_coverage)} of the points, or it is INCONCLUSIVE",
        )
    if objective.max_age is not None:
        yield "age", f"at most {format_duration(objective.max_age)}, or it is INCONCLUSIVE"
    if objective.confidence is not None:
        yield "confidence", f"{display.percent(objective.confidence)}, one-sided; else it is INCONCLUSIVE"
    yield "digest", objective.digest


def _no_data(objective: Objective) -> str:
    if objective.no_data == "zero":
        return "read as zero where the heartbeat shows that the emitter was alive; else INCONCLUSIVE"
    return "INCONCLUSIVE"


def _periods(evaluation: Evaluation) -> str:
    return (
        f"a miss if {evaluation.datapoints} of the last {evaluation.periods} periods of "
        f"{format_duration(evaluation.period)} miss the target; missing data is {evaluation.missing}"
    )


def _excused(objective: Objective, catalog: Catalog, at: int) -> Told:
    for waiver in catalog.waivers:
        if waiver.objective == objective.name:
            yield "waiver", f"{waiver.name} ({waiver.location}): {_state(waiver, objective, at)}"
            yield "", f"{waiver.ticket}, approved by {waiver.approver}: {waiver.reason}"
    for attestation in catalog.attestations.get(objective.name, ()):
        until = display.moment(attestation.valid_until)
        approval = (
            f"{attestation.name} ({attestation.location}): by {attestation.confirmed_by}, valid until {until}"
        )
        yield "attestation", approval


def _state(waiver: Waiver, objective: Objective, at: int) -> str:
    match waiver.standing(objective.digest, at):
        case "void":
            return "void, because the promise was changed since it was approved"
        case "expired":
            return f"expired at {display.moment(waiver.expires)}"
        case "notYetValid":
            return f"begins at {display.moment(waiver.created)}"
        case "valid":
            return f"accepts {accepted(waiver)} until {display.moment(waiver.expires)}"
