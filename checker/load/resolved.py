"""An objective with the places where it is written, and the settings for judging that all kinds share."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.load.validation.validate import Validated
from checker.model import MIN_COVERAGE, Location, Objective, Path
from checker.spec.judging import Judging, Runbook
from checker.units import NUMBER, Operator, Threshold

if TYPE_CHECKING:
    from checker.spec.slo_annotations import SLOAnnotations

_OPERATORS: dict[str, Operator] = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


class Resolved(NamedTuple):
    """An objective, the place where it is written, and the places of its queries."""

    objective: Objective
    written: Validated
    path: Path
    queries: tuple[tuple[Validated, Path], ...]

    def promise_beside(self, holder: Validated | None) -> tuple[tuple[str, Location], ...]:
        """For a finding in the document ``holder``: the promise as a related place, if it is in another document."""
        if holder is self.written:
            return ()
        return ((f"the promise {self.objective.name!r}", self.objective.location),)


def judging_of(
    judging: Judging | SLOAnnotations, owner: str, coverage: Fraction = MIN_COVERAGE, review_by: str = ""
) -> dict[str, Any]:
    """The fields of an Objective that say whom it concerns, and when its value can be trusted."""
    runbook = judging.runbook or Runbook()
    return {
        "owner": judging.owner or owner,
        "severity": judging.severity or "",
        "runbook": runbook.url or "",
        "next_steps": (*runbook.diagnosis, *runbook.solutions),
        "review_by": judging.reviewBy or review_by,
        "weight": judging.weight,
        "key": judging.key,
        "gating": judging.gating,
        "no_data": judging.noData,
        "min_samples": judging.minSamples,
        "min_coverage": coverage if judging.minCoverage is None else judging.minCoverage,
        "max_age": judging.maxAge,
        "confidence": judging.confidence,
    }


def compared(op: str, value: Fraction) -> Threshold:
    """OpenSLO's ``op`` and number as a threshold without a unit."""
    operator = _OPERATORS[op]
    return Threshold(operator, value, NUMBER, f"{operator} {decimal(value)}")


@lru_cache(1000)
def decimal(value: Fraction) -> str:
    """The decimal notation of a Fraction that was read from a decimal."""
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
    whole = str(abs(int(value * 10**digits))).zfill(digits + 1)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole[:-digits]}.{whole[-digits:]}" if digits else f"{sign}{whole}"
