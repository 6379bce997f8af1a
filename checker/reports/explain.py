"""What there is to say about a verdict, as labels and texts that are not yet escaped for any medium."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from checker import display
from checker.model import Attestation, Evaluated, Finding, Outcome, Regressed, Verdict, Waiver
from checker.reports.explain_budget import explain_budget, period_text, slices_text
from checker.units import CONFIRMED, Threshold, told_duration

ABSENT = "-"
MOST_MARKS = 100
"""Periods that are shown to people; JSON has all of them."""


def target_of(verdict: Verdict) -> Threshold:
    """What the value was compared with: the target, or its replacement in ``compared``."""
    return verdict.compared or verdict.objective.target


def value_text(verdict: Verdict, value: Fraction | None) -> str:
    """A measured value or its bound, rounded to the side that is worse for the target."""
    if verdict.unit == CONFIRMED:
        return CONFIRMED.text if value else ABSENT
    return ABSENT if value is None else display.measured(value, verdict.unit, target_of(verdict))


def margin_text(verdict: Verdict) -> str:
    """The distance to the target, rounded down; negative on the wrong side."""
    if verdict.unit == CONFIRMED:
        return ABSENT
    return ABSENT if verdict.margin is None else display.quantity(verdict.margin, verdict.unit, up=False)


def window_text(verdict: Verdict) -> str:
    """The length of the measured window, or else of the promised one."""
    seconds = verdict.window.seconds if verdict.window else verdict.objective.window
    return ABSENT if seconds is None else told_duration(seconds)


def explain(verdict: Verdict) -> Iterator[tuple[str, str]]:
    """(label, text) pairs, most important first; a label may occur more than once."""
    for reason in verdict.reasons:
        yield "why", reason
    if verdict.waiver is not None:
        yield "accepts", f"{accepted(verdict.waiver)}, by waiver {verdict.waiver.name}"
    if verdict.attestation is not None:
        yield from _attested(verdict.attestation)
    if verdict.regression is not None:
        yield from _baseline(verdict.regression)
    yield "compared with", _thresholds(verdict)
    if verdict.bound is not None:
        yield "bound", f"{value_text(verdict, verdict.bound)}{_confidence(verdict)}"
    if verdict.good is not None and verdict.total is not None:
        of = "" if verdict.counted == "events" else f" {verdict.counted}"
        yield "counted", f"{_events(verdict.good)} good of {_events(verdict.total)}{of}"
    if verdict.slices is not None:
        yield "slices", slices_text(verdict.slices)
    if verdict.period is not None:
        yield "period", period_text(verdict)
    if verdict.window is not None:
        yield "window", f"{display.moment(verdict.window.start)} to {display.moment(verdict.window.end)}"
    if verdict.evaluation is not None:
        yield "periods", _periods(verdict.evaluation)
    if verdict.coverage is not None and verdict.window is not None:
        yield "coverage", f"{display.percent(verdict.coverage)} of the expected points"
    for query in verdict.asked:
        yield "asked", query
    for note in verdict.notes:
        yield "note", note
    yield from explain_budget(verdict)
    yield from _next(verdict)
    if verdict.outcome in (Outcome.FAIL, Outcome.WARN, Outcome.INCONCLUSIVE) and verdict.objective.digest:
        yield "digest", f"{verdict.objective.digest} (for a waiver)"


def accepted(waiver: Waiver) -> str:
    """What a waiver accepts: the worst value, INCONCLUSIVE, or both."""
    accepts = [] if waiver.accepts is None else [waiver.accepts.text]
    return " and ".join([*accepts, "INCONCLUSIVE"] if waiver.accepts_inconclusive else accepts)


def told_when_passed(verdict: Verdict) -> list[tuple[str, str]]:
    """(label, text) pairs about a kept promise that do not fit into its row: who confirmed it, or its baseline; and
    its error budget."""
    if verdict.outcome is not Outcome.PASS:
        return []
    pairs = list(explain_budget(verdict))
    if verdict.attestation is None and verdict.regression is None:
        return pairs
    pairs = [*(("why", reason) for reason in verdict.reasons), *pairs]
    if verdict.attestation is not None:
        pairs += _attested(verdict.attestation)
    if verdict.regression is not None:
        pairs += _baseline(verdict.regression)
        pairs += (("note", note) for note in verdict.regression.notes)
    return pairs


def _baseline(found: Regressed) -> Iterator[tuple[str, str]]:
    """The reports of the baseline: for each the value, the moment and the digest."""
    up = found.limit is not None and not found.limit.lower_is_better
    for each in found.past:
        value = display.quantity(each.value, each.unit, up=up)
        yield "baseline", f"{value} in {each.report} of {display.moment(each.at)} (sha256 {each.sha256})"


def _attested(attestation: Attestation) -> Iterator[tuple[str, str]]:
    yield "statement", attestation.statement
    for proof in attestation.evidence:
        seen = "checked" if proof.is_file else "not fetched"
        yield "evidence", f"{proof.link} ({seen}, sha256 {proof.sha256})"


def explain_finding(finding: Finding) -> Iterator[tuple[str, str]]:
    """(label, text) pairs about a finding, besides its message and place."""
    if finding.subject:
        yield "promise", finding.subject
    if finding.path:
        yield "path", finding.path
    if finding.remedy:
        yield "remedy", finding.remedy
    for why, location in finding.related:
        yield "see", f"{location}: {why}"


def _periods(evaluated: Evaluated) -> str:
    """The latest periods, in the notation of CloudWatch's manual: ``0 X X - X``."""
    shown = evaluated.periods[-MOST_MARKS:]
    marks = " ".join("-" if each.value is None else "X" if each.breaching else "0" for each in shown)
    cut = "... " if len(evaluated.periods) > len(shown) else ""
    extra = evaluated.evaluation.range_periods - evaluated.evaluation.periods
    older = "" if cut else f"; the first {extra} only replace missing ones"
    return f"{cut}{marks} (X misses the target, - has no data, the latest last{older})"


def _thresholds(verdict: Verdict) -> str:
    objective = verdict.objective
    regression = objective.regression
    parts = [f"target {objective.target.text}"] if regression is None or not regression.alone else []
    if regression is not None:
        parts.append(f"regression {regression.allowed.text}")
    if objective.warning is not None:
        parts.append(f"warning {objective.warning.text}")
    if objective.critical is not None:
        parts.append(f"critical {objective.critical.text}")
    if verdict.compared is not None:
        parts.append(f"judged as {verdict.compared.text}")
    return ", ".join(parts)


def _confidence(verdict: Verdict) -> str:
    confidence = verdict.objective.confidence
    return "" if confidence is None else f" at {display.percent(confidence)} confidence"


def _events(number: Fraction) -> str:
    return display.number(number, up=False)


def _next(verdict: Verdict) -> Iterator[tuple[str, str]]:
    """What to do: the remedy, and the steps and the runbook unless the remedy names them.

    The steps are for a missed promise; for an unknown result they would be misleading.
    """
    if verdict.remedy:
        yield "to do", verdict.remedy
    missed = verdict.outcome in (Outcome.FAIL, Outcome.WARN, Outcome.WAIVED)
    for step in verdict.objective.next_steps if missed else ():
        if step not in verdict.remedy:
            yield "to do", step
    if verdict.objective.runbook and verdict.objective.runbook not in verdict.remedy:
        yield "runbook", verdict.objective.runbook
