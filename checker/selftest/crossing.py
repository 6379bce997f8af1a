"""Tests a promise on both sides of a limit: its data is set beside the limit and judged as in a run. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Literal, NamedTuple

from checker.judge.verdict import judge
from checker.model import (
    BASELINE,
    Absence,
    Objective,
    Outcome,
    Regressed,
    Regression,
    Series,
    Verdict,
)
from checker.selftest.moves import Moved, moves
from checker.units import Threshold
from checker.windows import is_look

Readings = Mapping[str, Series | Absence]

Conclusion = Literal["passes without data", "never fails", "not shown", "flips"]
WORST_FIRST: tuple[Conclusion, ...] = ("passes without data", "never fails", "not shown", "flips")


class Crossing(NamedTuple):
    """The result beside one limit.

    ``met`` and ``missed`` are the verdicts nearest to the limit on either side, and ``failed`` the nearest FAIL;
    each is None if no change of the data led there.
    """

    met: Verdict | None
    missed: Verdict | None
    failed: Verdict | None
    conclusion: Conclusion


class RegressionCrossing(NamedTuple):
    """The result beside what a regression allows, always with the same baseline.

    Within the limit, the outcome is the target's, if there is a target. ``limit`` and ``baseline`` are None if the
    recording holds no baseline. ``without`` is the best outcome of any change without a baseline.
    """

    regression: Regression
    recorded: Regressed | None
    crossing: Crossing
    limit: Threshold | None
    baseline: Fraction | None
    without: Outcome


def cross_target(objective: Objective, readings: Readings, at: int) -> Crossing:
    """Moves the data across the target and the critical threshold, ignoring the regression."""
    bands = [each for each in (objective.target, objective.critical) if each is not None]
    promise, readings = _uncompared(objective, readings)
    judged = _judged(promise, readings, moves(promise, readings, bands), at)
    met, missed, failed = (
        _nearest([each for each in judged if each.outcome in outcomes], lambda each: each.margin)
        for outcomes in ((Outcome.PASS,), (Outcome.WARN, Outcome.FAIL), (Outcome.FAIL,))
    )
    return Crossing(met, missed, failed, _conclude(readings, met, failed))


def cross_regression(
    objective: Objective, regression: Regression, readings: Readings, at: int
) -> RegressionCrossing:
    """Moves the data across the limit of the regression."""
    far = _judged(objective, readings, moves(objective, readings, []), at)
    compared = next(filter(None, map(_compared, far)), None)
    limits = [compared.limit] if compared is not None and compared.limit is not None else []
    changes = list(moves(objective, readings, limits))
    judged = _judged(objective, readings, changes, at)
    met = _nearest(_within(objective, regression, readings, changes, judged, at), _distance)
    beyond = [each for each in judged if (found := _compared(each)) and found.outcome is Outcome.FAIL]
    failed = _nearest([each for each in beyond if each.outcome is Outcome.FAIL], _distance)
    without = _without_baseline(objective, readings, changes, at)
    conclusion = _conclude(readings, met, failed)
    if regression.first_run != "pass" and without in (Outcome.PASS, Outcome.WARN):
        conclusion = "passes without data"
    return RegressionCrossing(
        regression,
        judged[0].regression,
        Crossing(met, _nearest(beyond, _distance), failed, conclusion),
        limits[0] if limits else None,
        None if compared is None else compared.baseline,
        without,
    )


def _within(
    objective: Objective,
    regression: Regression,
    readings: Readings,
    changes: Sequence[Moved],
    judged: Sequence[Verdict],
    at: int,
) -> list[Verdict]:
    """The verdicts within the regression's limit whose outcome is that of the target, or PASS without a target."""
    expected = [Outcome.PASS] * len(judged)
    if not regression.alone:
        expected = [each.outcome for each in _judged(*_uncompared(objective, readings), changes, at)]
    return [
        each
        for each, outcome in zip(judged, expected, strict=True)
        if (found := _compared(each)) and found.outcome is Outcome.PASS and each.outcome is outcome
    ]


def _without_baseline(objective: Objective, readings: Readings, changes: Sequence[Moved], at: int) -> Outcome:
    """The best outcome of any change if the baseline is missing."""
    nothing = {**readings, BASELINE: Absence("no-data", "its baseline was removed")}
    outcomes = [each.outcome for each in _judged(objective, nothing, changes, at)]
    return next((each for each in (Outcome.PASS, Outcome.WARN) if each in outcomes), outcomes[0])


def _uncompared(objective: Objective, readings: Readings) -> tuple[Objective, Readings]:
    """The promise and its readings, without the regression."""
    left = {name: each for name, each in readings.items() if name != BASELINE}
    return objective._replace(regression=None), left


def _judged(objective: Objective, readings: Readings, changes: Iterable[Moved], at: int) -> list[Verdict]:
    """The verdicts of the recorded data and of each change."""
    return [judge(objective, {**readings, **changed}, (), at) for changed in ({}, *changes)]


def _compared(verdict: Verdict) -> Regressed | None:
    """The comparison with the baseline; None if there was none."""
    found = verdict.regression
    return None if found is None or found.limit is None else found


def _distance(verdict: Verdict) -> Fraction | None:
    return None if verdict.regression is None else verdict.regression.margin


def _nearest(verdicts: Sequence[Verdict], distance: Callable[[Verdict], Fraction | None]) -> Verdict | None:
    return min(verdicts, key=lambda each: abs(distance(each) or Fraction(0)), default=None)


def _conclude(readings: Readings, met: Verdict | None, failed: Verdict | None) -> Conclusion:
    if met is not None and failed is not None:
        return "flips"
    measured = all(isinstance(each, Series) for name, each in readings.items() if not is_look(name))
    return "never fails" if measured and met is not None else "not shown"
