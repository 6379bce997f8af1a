"""Checks an ``evaluation`` before anything is asked: its numbers, its periods, and settings that contradict it."""

from __future__ import annotations

from collections.abc import Iterator

from checker import sources
from checker.load.resolved import Resolved
from checker.load.text.finding_at import finding_at
from checker.model import Evaluation, Finding, Path


def check_evaluation(resolved: Resolved) -> Iterator[Finding]:
    """The findings about an objective's evaluation, if it has one."""
    evaluation = resolved.objective.evaluation
    if evaluation is None:
        return
    if evaluation.datapoints > evaluation.periods:
        yield _at(
            resolved,
            ("evaluation", "datapointsToAlarm"),
            f"{evaluation.datapoints} of {evaluation.periods} periods can never miss the target, so the promise "
            "can never fail",
            f"write at most {evaluation.periods}, or raise evaluationPeriods",
        )
    if resolved.objective.confidence is not None:
        yield _at(
            resolved,
            ("confidence",),
            "an evaluation judges each period, and a period has no confidence bound",
            "remove confidence, or the evaluation",
        )
    reported: set[str] = set()
    for index in range(len(resolved.queries)):
        yield from _periods(resolved, evaluation, index, reported)


def _periods(resolved: Resolved, evaluation: Evaluation, index: int, reported: set[str]) -> Iterator[Finding]:
    """Findings if a query's source cannot return a value for each period. The evaluation's own mistakes are
    reported once."""
    holder, path = resolved.queries[index]
    query = holder.queries[path]
    source = sources.find(query.source)
    if not hasattr(source, "check_periods"):
        message = f"{query.source} cannot return a value for each period"
        if message not in reported:
            reported.add(message)
            yield _at(
                resolved, ("evaluation",), message, "remove the evaluation, and set a target for one value"
            )
        return
    window = evaluation.period * evaluation.range_periods
    for key, message, remedy in source.check_periods(query, evaluation.period, window):
        if key in query.model_fields_set:
            here = (*path, key)
            yield finding_at(holder.document, here, "query", "error", message, remedy)
        elif message not in reported:
            reported.add(message)
            yield _at(resolved, ("evaluation", "period"), message, remedy)


def _at(resolved: Resolved, keys: Path, message: str, remedy: str) -> Finding:
    path = (*resolved.path, *keys)
    return finding_at(resolved.written.document, path, "evaluation", "error", message, remedy)
