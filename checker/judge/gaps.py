"""Gaps in a sum: what came is less than all there was, and a promise of few events must not be kept by the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from checker.judge.measured import coverage_of, silent_by_nature
from checker.model import Absence, Objective, Series

Readings = Mapping[str, Series | Absence]

USUAL_COVERAGE = Fraction(9, 10)
"""What minCoverage is unless it is written. Who asks for less says that gaps are normal."""


def filled(objective: Objective, readings: Readings) -> Readings:
    """The readings, in which a sum with gaps may also be what it would be if the gaps held as much as the rest."""
    value = readings.get("value")
    if (
        not isinstance(value, Series)
        or value.combine != "sum"
        or value.otherwise is not None
        or objective.error_budget
        or objective.evaluation is not None
        or objective.min_coverage < USUAL_COVERAGE
        or not objective.target.lower_is_better
        or silent_by_nature(objective, "value", value)
        or not 0 < (coverage := coverage_of(value)) < 1
    ):
        return readings
    points = tuple(point._replace(value=point.value / coverage) for point in value.points)
    missing = value.expected - value.present
    alike = replace(
        value,
        points=points,
        counts_events=False,
        doubt=f"if the periods without data ({missing} of {value.expected}) held as much as the others",
        to_mend="find out why data is missing; of a counter that is silent while nothing happens, write noData: zero "
        "with a heartbeat",
    )
    return {**readings, "value": replace(value, otherwise=alike)}
