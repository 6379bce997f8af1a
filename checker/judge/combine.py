"""From an objective's readings to one measured thing, or the outcome that follows from having none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from checker.judge.formula import FormulaError, evaluate
from checker.judge.measured import Measured, Unmeasured, coverage_of, value_of
from checker.judge.ratio import ratio
from checker.model import Absence, Objective, Outcome, Point, Series
from checker.units import COUNT

Readings = Mapping[str, Series | Absence]
"""By the metric's name in the indicator, and ``heartbeat``."""


def combine(objective: Objective, readings: Readings) -> Measured | Unmeasured:
    """The measured thing of ``objective``."""
    series = _present(objective, readings)
    if isinstance(series, Unmeasured):
        return series
    match objective.indicator.form:
        case "value":
            measured: Measured | Unmeasured = _value(series["value"])
        case "formula":
            measured = _formula(objective, series)
        case _:
            measured = ratio(objective, series)
    heartbeat = series.get("heartbeat")
    if heartbeat is None or isinstance(measured, Unmeasured):
        return measured
    # A counter that is silent when nothing happened has gaps by nature: the heartbeat's coverage and age count.
    return replace(measured, coverage=coverage_of(heartbeat), newest=heartbeat.newest)


def _present(objective: Objective, readings: Readings) -> dict[str, Series] | Unmeasured:
    """Every metric's series, silence read as zero where that was promised and the heartbeat beats."""
    absent = {name: reading for name, reading in readings.items() if isinstance(reading, Absence)}
    series = {name: reading for name, reading in readings.items() if isinstance(reading, Series)}
    for name, absence in sorted(absent.items(), key=lambda item: (item[1].kind != "failed", item[0])):
        reason = f"{name}: {absence.reason}" if len(readings) > 1 else absence.reason
        if absence.kind == "failed":
            return Unmeasured(Outcome.ERROR, reason, absence.remedy)
        if absence.kind == "not-recorded":
            return Unmeasured(Outcome.INCONCLUSIVE, reason, absence.remedy)
        if objective.no_data == "fail":
            return Unmeasured(
                Outcome.FAIL, f"{reason}; this promise counts no data as a miss", absence.remedy
            )
        if objective.no_data == "inconclusive" or name in ("heartbeat", "total") or "heartbeat" not in series:
            return Unmeasured(Outcome.INCONCLUSIVE, reason, absence.remedy)
        series[name] = _silence(series["heartbeat"])
    return series


def _silence(heartbeat: Series) -> Series:
    """No data read as a count of zero, over the heartbeat's window."""
    start = heartbeat.window.start if heartbeat.window else 0
    return Series(
        points=(Point(start, Fraction(0)),),
        combine="sum",
        unit=COUNT,
        window=heartbeat.window,
        period=heartbeat.period,
        newest=heartbeat.newest,
        counts_events=True,
        notes=("no data was read as zero: the heartbeat shows that the emitter was alive",),
    )


def _value(series: Series) -> Measured:
    return Measured(
        value=value_of(series),
        unit=series.unit,
        samples=series.samples,
        coverage=coverage_of(series),
        newest=series.newest,
        window=series.window,
        period=series.period,
        sums=series.combine == "sum",
        quantile=series.quantile,
        shares=series.shares,
        notes=series.notes,
    )


def _formula(objective: Objective, series: Mapping[str, Series]) -> Measured | Unmeasured:
    parts = {name: _value(series[name]) for name, _ in objective.indicator.metrics}
    values = {name: (part.value, part.unit) for name, part in parts.items() if part.value is not None}
    if len(values) < len(parts):
        return Unmeasured(
            Outcome.ERROR,
            "a percentile that is only known by shares cannot stand in a formula",
            "use a window of at most 1d for it",
        )
    try:
        value, unit = evaluate(objective.indicator.formula, values)
    except FormulaError as error:
        outcome = Outcome.INCONCLUSIVE if "zero" in str(error) else Outcome.ERROR
        return Unmeasured(outcome, str(error), "check the metrics that the formula divides by")
    samples = [part.samples for part in parts.values() if part.samples is not None]
    newest = [part.newest for part in parts.values() if part.newest is not None]
    widest = max(parts.values(), key=lambda part: part.window.seconds if part.window else 0)
    return Measured(
        value=value,
        unit=unit,
        samples=min(samples) if samples else None,
        coverage=min(part.coverage for part in parts.values()),
        newest=min(newest) if newest else None,
        window=widest.window,
        period=max(part.period for part in parts.values()),
        sums=all(part.sums for part in parts.values()),
        notes=tuple(dict.fromkeys(note for part in parts.values() for note in part.notes)),
    )
