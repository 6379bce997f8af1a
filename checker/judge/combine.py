"""Turns an objective's readings into one measured result, or into the outcome that follows from having none."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction

from checker import display
from checker.formula import FormulaError, adds_up
from checker.judge.budgeted import budgeted
from checker.judge.formula import DivisionByZero, evaluate
from checker.judge.measured import (
    Measured,
    Unmeasured,
    about_metric,
    coverage_of,
    flaw_of,
    silent_by_nature,
    value_of,
)
from checker.model import Absence, Objective, Outcome, Point, Series
from checker.units import COUNT
from checker.windows import period_asked

Readings = Mapping[str, Series | Absence]
"""By metric name in the indicator, and ``heartbeat``."""


def combine(objective: Objective, readings: Readings) -> Measured | Unmeasured:
    """The measured result of ``objective``."""
    series = present(objective, readings)
    if isinstance(series, Unmeasured):
        return series
    by_period = objective.error_budget and _in_periods(objective)
    flaws = [
        (name, flaw)
        for name, each in series.items()
        if (flaw := flaw_of(each, by_period=by_period)) is not None
    ]
    for name, flaw in sorted(flaws, key=lambda each: each[1].outcome is not Outcome.ERROR):
        return flaw._replace(reason=about_metric(name, flaw.reason, series))
    match objective.indicator.form:
        case "value":
            measured: Measured | Unmeasured = _value(objective, "value", series["value"])
        case "formula":
            measured = _formula(objective, series)
        case _:
            measured = budgeted(objective, series)
    heartbeat = series.get("heartbeat")
    if heartbeat is None or isinstance(measured, Unmeasured):
        return measured
    return measured._replace(coverage=min(measured.coverage, coverage_of(heartbeat)))


def _in_periods(objective: Objective) -> bool:
    """Whether any of the readings holds a value for each of many periods."""
    indicators = objective.indicators
    return any(period_asked(objective, each) for each in indicators)


_WORST_FIRST = ("failed", "not-recorded", "no-data")
_NOT_RECORDED = Absence("not-recorded", "nothing was read for it", "record the evidence again")


def present(objective: Objective, readings: Readings) -> dict[str, Series] | Unmeasured:
    """Every metric's series. Missing data is read as zero if the promise says so and the heartbeat has data."""
    names = [name for name, _ in objective.indicator.metrics]
    if objective.heartbeat is not None:
        names.append("heartbeat")
    series: dict[str, Series] = {}
    absent: list[tuple[str, Absence]] = []
    for name in names:
        reading = readings.get(name, _NOT_RECORDED)
        if isinstance(reading, Series) and (reading.points or reading.shares):
            series[name] = reading
        else:
            absent.append((name, reading if isinstance(reading, Absence) else _EMPTY))
    for name, absence in sorted(absent, key=lambda each: (_WORST_FIRST.index(each[1].kind), each[0])):
        reason = about_metric(name, absence.reason, names)
        if absence.kind == "failed":
            return Unmeasured(Outcome.ERROR, reason, absence.remedy)
        if absence.kind == "no-data" and objective.no_data == "fail":
            return Unmeasured(
                Outcome.FAIL, f"{reason}; this promise counts missing data as a miss", absence.remedy
            )
        may_be_zero = absence.kind == "no-data" and absence.silence
        beating = may_be_zero and objective.no_data == "zero" and "heartbeat" in series
        if not beating or name == "total":
            return Unmeasured(Outcome.INCONCLUSIVE, reason, absence.remedy)
    silent = {
        name: _silence(objective, series, about_metric(name, absence.reason, names))
        for name, absence in absent
    }
    return {**series, **silent}


_EMPTY = Absence("no-data", "the answer has no data points", "check that the metric is published")


def _silence(objective: Objective, series: Mapping[str, Series], why: str) -> Series:
    """No data read as a count of zero, over the window of the total or the heartbeat. The reason ``why`` there is
    no data is noted, because a misspelt metric has no data either."""
    like = series["total"] if objective.indicator.form == "ratio" else series["heartbeat"]
    return Series(
        points=(Point(like.window.start if like.window else 0, Fraction(0)),),
        combine="sum",
        unit=like.unit if objective.indicator.form == "ratio" else COUNT,
        window=like.window,
        period=like.period,
        counts_events=True,
        notes=("missing data was read as zero: the heartbeat shows that the emitter was alive", why),
    )


def _value(objective: Objective, name: str, series: Series) -> Measured:
    silent = silent_by_nature(objective, name, series)
    return Measured(
        value=value_of(series),
        unit=series.unit,
        samples=series.samples,
        coverage=Fraction(1) if silent else coverage_of(series),
        window=series.window,
        period=series.period,
        sums=series.combine == "sum",
        quantile=series.quantile,
        shares=series.shares,
        notes=series.notes,
    )


def _formula(objective: Objective, series: Mapping[str, Series]) -> Measured | Unmeasured:
    parts = {name: _value(objective, name, series[name]) for name, _ in objective.indicator.metrics}
    values = {name: (part.value, part.unit) for name, part in parts.items() if part.value is not None}
    if len(values) < len(parts):
        return Unmeasured(
            Outcome.ERROR,
            "a percentile that is known only by shares cannot be used in a formula",
            "use a window of at most 1d for it",
        )
    try:
        value, unit = evaluate(objective.indicator.formula, values)
        sums = adds_up(objective.indicator.formula) and _sums_of_one_length(parts.values())
    except DivisionByZero as error:
        return Unmeasured(Outcome.INCONCLUSIVE, str(error), "check the metrics that the formula divides by")
    except FormulaError as error:
        return Unmeasured(Outcome.ERROR, str(error), "fix the formula, or the units of its metrics")
    samples = [part.samples for part in parts.values()]
    widest = max(parts.values(), key=lambda part: part.window.seconds if part.window else 0)
    return Measured(
        value=value,
        unit=unit,
        # If one metric's number of samples is unknown, the formula's is too.
        samples=None if None in samples else min(each for each in samples if each is not None),
        coverage=min(part.coverage for part in parts.values()),
        window=widest.window,
        period=max(part.period for part in parts.values()),
        sums=sums,
        notes=tuple(
            dict.fromkeys([*(note for part in parts.values() for note in part.notes), *_windows(parts)])
        ),
    )


def _windows(parts: Mapping[str, Measured]) -> Iterator[str]:
    """A note if the metrics of a formula cover different times, because of a lag or different periods."""
    windows = {name: part.window for name, part in parts.items() if part.window is not None}
    if len(set(windows.values())) > 1:
        told = ", ".join(
            f"{name} from {display.moment(window.start)} to {display.moment(window.end)}"
            for name, window in windows.items()
        )
        yield f"the metrics are of different times: {told}"


def _sums_of_one_length(parts: Collection[Measured]) -> bool:
    lengths = {part.window.seconds if part.window else 0 for part in parts}
    return len(lengths) == 1 and all(part.sums for part in parts)
