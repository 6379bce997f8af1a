"""Tests whether a promise would notice a miss: changes a recorded run's data and judges it again.

The data is moved across each threshold, removed, and replaced by NaN. A promise that no change of its data turns
into a miss guards nothing; nor does one that still passes without data.

    Evidence ──read──▶ readings ──moved, removed──▶ judge ──▶ Trial
    Evidence ──without answers, with NaN──▶ readings ──▶ judge ──▶ Trial
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from checker.judge.combine import present
from checker.judge.measured import Unmeasured
from checker.judge.verdict import judge
from checker.measure import read, requests_of
from checker.model import Absence, Catalog, Evidence, Objective, Outcome, Question, Verdict
from checker.questions import questions_of
from checker.selftest.crossing import (
    WORST_FIRST,
    Conclusion,
    Crossing,
    Readings,
    RegressionCrossing,
    cross_regression,
    cross_target,
)
from checker.selftest.faults import with_nan, without_answers
from checker.units import CONFIRMED


class Trial(NamedTuple):
    """The results for one promise with changed data.

    ``target`` and ``regression`` are the results beside each limit; ``target`` is None if there is only a
    regression. ``faults`` are the outcomes without usable data, by what was done.
    """

    objective: Objective
    recorded: Verdict
    target: Crossing | None
    regression: RegressionCrossing | None
    faults: tuple[tuple[str, Outcome], ...]

    @property
    def passes_empty(self) -> bool:
        """Whether it passed without data."""
        return any(outcome in (Outcome.PASS, Outcome.WARN) for _, outcome in self.faults)

    @property
    def conclusion(self) -> Conclusion:
        """The worst of the results."""
        both = self.target, None if self.regression is None else self.regression.crossing
        shown: set[Conclusion] = {each.conclusion for each in both if each is not None}
        return "passes without data" if self.passes_empty else min(shown, key=WORST_FIRST.index)


def selftest(objectives: Sequence[Objective], catalog: Catalog, evidence: Evidence, at: int) -> list[Trial]:
    """One trial for each objective, judged at ``at`` with the recorded ``evidence``."""
    return [_trial(objective, questions_of(objective, catalog, at), evidence, at) for objective in objectives]


def _trial(objective: Objective, named: Mapping[str, Question], evidence: Evidence, at: int) -> Trial:
    readings, regression = _readings(named, evidence), objective.regression
    silences = present(objective, readings)
    there = readings if isinstance(silences, Unmeasured) else {**readings, **silences}
    faults = [("no data", judge(objective, _emptied(readings), (), at).outcome)]
    if requests_of(list(named.values())):  # an attestation needs no request
        silent = _readings(named, without_answers(evidence, named.values()))
        faults.append(("not recorded", judge(objective, silent, (), at).outcome))
    broken = _readings(named, with_nan(evidence, named.values()))
    # An attestation holds no number; nor does an empty list of alarms, which nothing then changes.
    if objective.target.unit.dimensions != CONFIRMED.dimensions and broken != readings:
        faults.append(("NaN", judge(objective, broken, (), at).outcome))
    return Trial(
        objective,
        judge(objective, readings, (), at),
        None if regression is not None and regression.alone else cross_target(objective, there, at),
        None if regression is None else cross_regression(objective, regression, there, at),
        tuple(faults),
    )


def _readings(named: Mapping[str, Question], evidence: Evidence) -> Readings:
    answered = read(list(named.values()), evidence)
    return {name: answered[question] for name, question in named.items()}


def _emptied(readings: Readings) -> Readings:
    """Readings with no data from any query, including the heartbeat."""
    return {name: Absence("no-data", "its data was removed") for name in readings}
