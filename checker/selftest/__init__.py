"""Does a promise notice? The data of a recorded run, moved across each threshold, taken away, and made NaN.

Each change is judged as a run would judge it. A promise that no change of its data can turn into a miss guards
nothing, and neither does one that still passes without data.

    Evidence ──read──▶ readings ──moved, removed──▶ judge ──▶ Trial
    Evidence ──without answers, with NaN──▶ readings ──▶ judge ──▶ Trial
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from checker.judge.combine import present
from checker.judge.measured import Unmeasured
from checker.judge.verdict import judge
from checker.measure import read, requests_of
from checker.model import Absence, Catalog, Evidence, Objective, Outcome, Question, Series, Verdict
from checker.questions import questions_of
from checker.selftest.faults import with_nan, without_answers
from checker.selftest.moves import moves
from checker.units import CONFIRMED
from checker.windows import is_look

Readings = Mapping[str, Series | Absence]

Conclusion = Literal["flips", "never fails", "passes without data", "not shown"]


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one promise when its data was changed.

    ``met`` and ``missed`` are the verdicts nearest to the target on either side of it, and ``failed`` the nearest
    that is a FAIL; None where no change led there. ``faults`` are the outcomes without data, by what was done.
    """

    objective: Objective
    recorded: Verdict
    met: Verdict | None
    missed: Verdict | None
    failed: Verdict | None
    faults: tuple[tuple[str, Outcome], ...]
    conclusion: Conclusion


def selftest(objectives: Sequence[Objective], catalog: Catalog, evidence: Evidence, at: int) -> list[Trial]:
    """One trial an objective, judged at the moment ``at`` by what ``evidence`` recorded."""
    return [_trial(objective, questions_of(objective, catalog, at), evidence, at) for objective in objectives]


def _trial(objective: Objective, named: Mapping[str, Question], evidence: Evidence, at: int) -> Trial:
    readings = _readings(named, evidence)
    recorded = judge(objective, readings, (), at)
    silences = present(objective, readings)
    there = readings if isinstance(silences, Unmeasured) else {**readings, **silences}
    moved = [judge(objective, {**there, **changed}, (), at) for changed in ({}, *moves(objective, there))]
    missed = _nearest(moved, Outcome.WARN, Outcome.FAIL)
    failed = _nearest(moved, Outcome.FAIL)
    faults = [("no data", judge(objective, _emptied(readings), (), at).outcome)]
    if requests_of(list(named.values())):  # a person's word may rest on nothing that is asked
        silent = without_answers(evidence, named.values())
        faults.append(("not recorded", _outcome(objective, named, silent, at)))
    if objective.target.unit.dimensions != CONFIRMED.dimensions:  # a person's word holds no number
        broken = with_nan(evidence, named.values())
        faults.append(("NaN", _outcome(objective, named, broken, at)))
    met = _nearest(moved, Outcome.PASS)
    conclusion = _conclude(there, met, failed, faults)
    return Trial(objective, recorded, met, missed, failed, tuple(faults), conclusion)


def _conclude(
    readings: Readings, met: Verdict | None, failed: Verdict | None, faults: Sequence[tuple[str, Outcome]]
) -> Conclusion:
    if any(outcome in (Outcome.PASS, Outcome.WARN) for _, outcome in faults):
        return "passes without data"
    if met is not None and failed is not None:
        return "flips"
    measured = all(isinstance(each, Series) for name, each in readings.items() if not is_look(name))
    return "never fails" if measured and met is not None else "not shown"


def _readings(named: Mapping[str, Question], evidence: Evidence) -> Readings:
    found = read(list(named.values()), evidence)
    return {name: found[question] for name, question in named.items()}


def _outcome(objective: Objective, named: Mapping[str, Question], evidence: Evidence, at: int) -> Outcome:
    return judge(objective, _readings(named, evidence), (), at).outcome


def _emptied(readings: Readings) -> Readings:
    """Nothing came from anywhere, the heartbeat among it."""
    return {name: Absence("no-data", "its data was removed") for name in readings}


def _nearest(verdicts: Sequence[Verdict], *outcomes: Outcome) -> Verdict | None:
    """The verdict of one of these outcomes that lies nearest to the target."""
    found = [verdict for verdict in verdicts if verdict.outcome in outcomes]
    distances = [abs(verdict.margin or Fraction(0)) for verdict in found]
    return found[distances.index(min(distances))] if found else None
