"""Sustained conditions: each period of an evaluation range is judged by itself, and then the misses are counted.

It is a miss when a CloudWatch alarm would be in ALARM. A pass needs more than the alarm's OK: unless missing data
is declared as notBreaching, so many of the last periods must be seen to meet the target that missing ones could not
make a miss. So lost data never turns a miss into a pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from checker.judge import sustained_reasons as reasons
from checker.judge.alarm_state import Alarm, State, alarm_state, holds_whatever_is_missing
from checker.judge.combine import combine
from checker.judge.completeness import from_the_future, stale
from checker.judge.judged_period import JudgedPeriod, by_period, judge_period
from checker.judge.measured import Unmeasured, about_metric
from checker.model import Absence, Evaluated, Evaluation, Objective, Outcome, Period, Series, Window
from checker.units import Threshold, Unit, format_duration

Readings = Mapping[str, Series | Absence]


class Sustained(NamedTuple):
    """The result of an evaluation; ``why`` is its outcome, with the reason.

    ``target`` replaces the promise's own target: fewer than so many periods that miss it.
    """

    why: Unmeasured
    evaluated: Evaluated
    target: Threshold
    margin: Fraction | None
    samples: int | None
    coverage: Fraction
    window: Window
    notes: tuple[str, ...]


def evaluate(
    objective: Objective, evaluation: Evaluation, readings: Readings, at: int
) -> Sustained | Unmeasured:
    """The result of the periods in ``readings`` at the moment ``at``, or why it cannot be known."""
    series = {name: each for name, each in readings.items() if isinstance(each, Series)}
    trouble = _unusable(objective, evaluation, readings, series) or from_the_future(series, at)
    if trouble is not None:
        return trouble
    end = min(each.window.end for each in series.values() if each.window is not None)
    length = evaluation.period
    looked_at = Window(end - length * evaluation.range_periods, end)
    parts = {name: by_period(each, looked_at, length) for name, each in series.items()}
    judged: list[JudgedPeriod] = []
    for time in range(*looked_at, length):
        period = judge_period(objective, Window(time, time + length), readings, parts)
        if isinstance(period, Unmeasured):
            return period
        judged.append(period)
    return _concluded(objective, evaluation, judged, _stale(objective, series, at))


def _stale(objective: Objective, series: Mapping[str, Series], at: int) -> Unmeasured | None:
    """Why the data is too old, if maxAge is set. Without it, the treatment of missing data covers gaps."""
    return None if objective.max_age is None else stale(objective, series, at)


def _unusable(
    objective: Objective, evaluation: Evaluation, readings: Readings, series: Mapping[str, Series]
) -> Unmeasured | None:
    """Why the readings hold no usable periods: failures, nothing recorded, no data, or periods of another length."""
    names = [name for name, _ in objective.indicator.metrics] + ["heartbeat"] * (
        objective.heartbeat is not None
    )
    lost = [(name, each) for name in names if isinstance(each := readings.get(name, _NOTHING), Absence)]
    for kind, outcome in (("failed", Outcome.ERROR), ("not-recorded", Outcome.INCONCLUSIVE)):
        for name, absence in lost:
            if absence.kind == kind:
                return Unmeasured(outcome, about_metric(name, absence.reason, names), absence.remedy)
    for name, each in series.items():
        if each.window is None or each.period != evaluation.period:
            came = format_duration(each.period) if each.period else "none"
            wanted = format_duration(evaluation.period)
            reason = about_metric(name, f"its period is {came}, but the evaluation's is {wanted}", names)
            return Unmeasured(Outcome.ERROR, reason, "record the evidence again with this policy")
    if objective.indicator.form == "ratio" and not lost:
        whole = combine(objective, readings)
        if isinstance(whole, Unmeasured) and whole.outcome is Outcome.ERROR:
            return whole
    return _silent(objective, evaluation, dict(lost), series, names)


_NOTHING = Absence("not-recorded", "nothing was read for it", "record the evidence again")


def _silent(
    objective: Objective,
    evaluation: Evaluation,
    lost: Mapping[str, Absence],
    series: Mapping[str, Series],
    names: Sequence[str],
) -> Unmeasured | None:
    """The outcome of having no data in the whole evaluation range; None if the periods decide, as shown by a
    heartbeat."""
    by_heartbeat = objective.no_data == "zero" and "heartbeat" in series
    for name, absence in lost.items():
        if by_heartbeat and name != "total":
            continue
        reason = about_metric(name, absence.reason, names)
        if objective.no_data == "fail":
            return Unmeasured(
                Outcome.FAIL, f"{reason}; this promise counts missing data as a miss", absence.remedy
            )
        if evaluation.missing == "breaching" and name != "heartbeat":
            return Unmeasured(Outcome.FAIL, f"{reason}; missing data counts as breaching", absence.remedy)
        return Unmeasured(Outcome.INCONCLUSIVE, reason, absence.remedy)
    return None


def _concluded(
    objective: Objective, evaluation: Evaluation, judged: Sequence[JudgedPeriod], old: Unmeasured | None
) -> Sustained | Unmeasured:
    """The outcome, by the target and in the same way by the critical threshold."""
    marks = [each.breaching for each in judged]
    alarm = alarm_state(marks, evaluation)
    evaluated = _evaluated(objective, evaluation, judged, alarm)
    why = _outcome(objective, evaluated, marks, alarm, [each.critical for each in judged])
    lacking = old or _gaps(objective, evaluated)
    if lacking is not None and why.outcome in (Outcome.PASS, Outcome.WARN):
        why = lacking
    last = judged[-evaluation.periods :]
    counts = [each.samples for each in last if each.value is not None]
    settled = not alarm.premature and why.outcome in (Outcome.PASS, Outcome.WARN, Outcome.FAIL)
    return Sustained(
        why=why,
        evaluated=evaluated,
        target=_target(objective, evaluation),
        margin=Fraction(evaluation.datapoints - evaluated.breaching) if settled else None,
        samples=None if None in counts or not counts else sum(count or 0 for count in counts),
        coverage=Fraction(evaluation.periods - evaluated.missing, evaluation.periods),
        window=Window(last[0].time, last[-1].time + evaluation.period),
        notes=tuple(dict.fromkeys(note for each in judged for note in each.notes)),
    )


def _evaluated(
    objective: Objective, evaluation: Evaluation, judged: Sequence[JudgedPeriod], alarm: Alarm
) -> Evaluated:
    periods = tuple(
        Period(
            each.time, each.value, each.breaching is True, each.critical is True, position in alarm.counted
        )
        for position, each in enumerate(judged)
    )
    seen = [period for period in periods if period.counted and period.value is not None]
    target = objective.target

    def badness(period: Period) -> Fraction:
        value = period.value or Fraction(0)
        if target.operator == "==":
            return abs(value - target.value)
        return value if target.lower_is_better else -value

    return Evaluated(
        evaluation=evaluation,
        periods=periods,
        breaching=alarm.breaching,
        missing=sum(period.value is None for period in periods[-evaluation.periods :]),
        filled=alarm.filled,
        worst=max(seen, key=badness, default=None),
    )


def _outcome(
    objective: Objective,
    evaluated: Evaluated,
    marks: Sequence[bool | None],
    alarm: Alarm,
    critical: Sequence[bool | None],
) -> Unmeasured:
    meets = _settled(marks, alarm, evaluated)
    if meets:
        return Unmeasured(Outcome.PASS, reasons.met(objective, evaluated))
    remedy = ""
    if meets is None:
        reason, remedy = reasons.undecided(objective, evaluated, alarm)
    else:
        reason = reasons.missed(objective, evaluated, alarm)
    if objective.critical is None:
        return Unmeasured(Outcome.INCONCLUSIVE if meets is None else Outcome.FAIL, reason, remedy)
    worse = alarm_state(critical, evaluated.evaluation)
    within = _settled(critical, worse, evaluated)
    reason += reasons.of_critical(objective.critical, worse, within)
    if within is None:
        return Unmeasured(Outcome.INCONCLUSIVE, reason, reasons.FIND_THE_GAPS)
    # If critical is seen not to be reached, whatever is missing can make it no worse than WARN.
    return Unmeasured(Outcome.WARN if within else Outcome.FAIL, reason, remedy)


def _settled(marks: Sequence[bool | None], alarm: Alarm, evaluated: Evaluated) -> bool | None:
    """Whether these marks are those of a kept promise; None if that is unknown."""
    if alarm.state is State.ALARM:
        return False
    evaluation = evaluated.evaluation
    if evaluation.missing == "notBreaching":
        return True if any(mark is not None for mark in marks) else None
    return True if holds_whatever_is_missing(marks, evaluation) else None


def _gaps(objective: Objective, evaluated: Evaluated) -> Unmeasured | None:
    periods = evaluated.evaluation.periods
    if Fraction(periods - evaluated.missing, periods) >= objective.min_coverage:
        return None
    return Unmeasured(Outcome.INCONCLUSIVE, reasons.gaps(objective, evaluated), reasons.FIND_THE_GAPS)


def _target(objective: Objective, evaluation: Evaluation) -> Threshold:
    """``< 24 of 24 periods > 500 ms`` for the target ``<= 500 ms``."""
    unit = Unit(f"of {evaluation.periods}", Fraction(1), (("period", 1),))
    text = f"< {evaluation.datapoints} {unit.text} periods {reasons.opposite(objective.target)}"
    return Threshold("<", Fraction(evaluation.datapoints), unit, text)
