"""Warnings about promises that passed without a baseline, because they say that a first run may pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checker.model import Finding, Verdict


def first_runs(verdicts: Sequence[Verdict]) -> Iterator[Finding]:
    """A warning for each verdict whose regression passed only because there was no baseline."""
    for verdict in verdicts:
        if verdict.regression is not None and verdict.regression.first_run:
            objective = verdict.objective
            message = f"{objective.name}: {verdict.regression.reason}"
            remedy = "keep the report of this run as a baseline, and remove firstRun"
            yield Finding("first-run", "warning", message, objective.location, "", remedy)
