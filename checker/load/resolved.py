"""A promise with the places it is written in, and how all promises say that they are judged."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

from checker.load.validate import Validated
from checker.model import Objective, Path
from checker.spec.judging import Judging, Runbook
from checker.spec.slo_annotations import SLOAnnotations


class Resolved(NamedTuple):
    """An objective, where it is written, and where each of its queries is."""

    objective: Objective
    written: Validated
    path: Path
    queries: tuple[tuple[Validated, Path], ...]


def judging_of(
    judging: Judging | SLOAnnotations, owner: str, coverage: Fraction = Fraction(9, 10)
) -> dict[str, Any]:
    """The fields of an Objective that say when its number may be trusted, and whom it concerns."""
    runbook = judging.runbook or Runbook()
    return {
        "owner": judging.owner or owner,
        "severity": judging.severity or "",
        "runbook": runbook.url or "",
        "next_steps": (*runbook.diagnosis, *runbook.solutions),
        "gating": judging.gating,
        "no_data": judging.noData,
        "min_samples": judging.minSamples,
        "min_coverage": coverage if judging.minCoverage is None else judging.minCoverage,
        "max_age": judging.maxAge,
        "confidence": judging.confidence,
    }
