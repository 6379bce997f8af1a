"""A promise with the places it is written in, and how all promises say that they are judged."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from checker.load.validation.validate import Validated
from checker.model import Location, Objective, Path
from checker.spec.judging import Judging, Runbook
from checker.units import NUMBER, Operator, Threshold

if TYPE_CHECKING:
    from checker.spec.slo_annotations import SLOAnnotations

_OPERATORS: dict[str, Operator] = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


class Resolved(NamedTuple):
    """An objective, where it is written, and where each of its queries is."""

    objective: Objective
    written: Validated
    path: Path
    queries: tuple[tuple[Validated, Path], ...]

    def promise_beside(self, holder: Validated | None) -> tuple[tuple[str, Location], ...]:
        """What a finding in the document ``holder`` relates to: the promise, if that is written elsewhere."""
        if holder is self.written:
            return ()
        return ((f"the promise {self.objective.name!r}", self.objective.location),)


def judging_of(
    judging: Judging | SLOAnnotations, owner: str, coverage: Fraction = Fraction(9, 10), review_by: str = ""
) -> dict[str, Any]:
    """The fields of an Objective that say when its number may be trusted, and whom it concerns."""
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
    """A fraction that came from a decimal, as that decimal."""
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
    whole = str(abs(int(value * 10**digits))).zfill(digits + 1)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole[:-digits]}.{whole[-digits:]}" if digits else f"{sign}{whole}"
