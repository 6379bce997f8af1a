"""Gaps in a sum: what came is less than all there was, and a promise of few events must not be kept by the rest."""

from __future__ import annotations

from collections.abc import Mapping

from checker.formula import FormulaError, adds_up
from checker.judge.measured import coverage_of, silent_by_nature
from checker.model import MIN_COVERAGE, Absence, Objective, Series

Readings = Mapping[str, Series | Absence]


def filled(objective: Objective, readings: Readings) -> Readings:
    """The readings, in which a sum with gaps may also be what it would be if the gaps held as much as the rest."""
    if (
        objective.error_budget
        or objective.evaluation is not None
        or objective.min_coverage < MIN_COVERAGE  # to ask for less says that gaps are normal
        or not objective.target.lower_is_better
    ):
        return readings
    return {
        name: _alike(objective, name, each) if name in _summed(objective) else each
        for name, each in readings.items()
    }


def _summed(objective: Objective) -> tuple[str, ...]:
    """The metrics of which the more there is, the larger is the value: one alone, or what a formula adds up."""
    names = tuple(name for name, _ in objective.indicator.metrics)
    formula = objective.indicator.formula
    if objective.indicator.form == "value":
        return names
    try:
        added = objective.indicator.form == "formula" and "-" not in formula and adds_up(formula)
    except FormulaError:
        return ()  # that it cannot be read is said where it is evaluated
    return names if added else ()


def _alike(objective: Objective, name: str, read: Series | Absence) -> Series | Absence:
    if not isinstance(read, Series) or read.combine != "sum" or read.otherwise is not None:
        return read
    coverage = coverage_of(read)
    if silent_by_nature(objective, name, read) or not 0 < coverage < 1:
        return read
    alike = read._replace(
        points=tuple(point._replace(value=point.value / coverage) for point in read.points),
        counts_events=False,
        doubt=f"if the periods without data ({read.expected - read.present} of {read.expected}) held as much as the "
        "others",
        to_mend="find out why data is missing; of a counter that is silent while nothing happens, write noData: zero "
        "with a heartbeat",
    )
    return read._replace(otherwise=alike)
