"""Explains the result of an evaluation of periods in one sentence, with its worst value rounded to the worse side."""

from __future__ import annotations

from checker import display
from checker.judge.alarm_state import Alarm, State
from checker.model import Evaluated, Objective
from checker.units import COMPLEMENT, Threshold, format_duration

FIND_THE_GAPS = "find out why data is missing; treatMissingData sets what a gap counts as"


def opposite(threshold: Threshold) -> str:
    """The condition that misses a threshold: ``> 500 ms`` for ``<= 500 ms``."""
    return f"{COMPLEMENT.get(threshold.operator, '!=')} {threshold.quantity}"


def met(objective: Objective, evaluated: Evaluated) -> str:
    """``3 of the last 24 periods of 1h breach <= 500 ms, and 24 are needed for a miss; the worst is …``"""
    needed = evaluated.evaluation.datapoints
    return f"{_count(objective, evaluated)}, and {needed} are needed for a miss{_worst(objective, evaluated)}"


def missed(objective: Objective, evaluated: Evaluated, alarm: Alarm) -> str:
    """``24 of the last 24 periods of 1h breach <= 500 ms, and 24 are a miss; the worst is …``"""
    if alarm.premature:
        what = f"all available data breaches {objective.target.text}, and has for {_datapoints(evaluated)}"
        seen = f"{alarm.breaching} of the {len(evaluated.periods)} periods looked at"
        return f"{what}: {seen}, the others are missing{_worst(objective, evaluated)}"
    needed = evaluated.evaluation.datapoints
    are = "is" if needed == 1 else "are"
    return f"{_count(objective, evaluated)}, and {needed} {are} a miss{_worst(objective, evaluated)}"


def of_critical(critical: Threshold, alarm: Alarm, within: bool | None) -> str:
    """The addition about the critical threshold, for a promise that misses its target."""
    if within is None:
        return f"; whether critical {critical.text} is reached is not known, because data is missing"
    reach = "reaches" if alarm.breaching == 1 else "reach"
    return f"; {'only ' if within else ''}{alarm.breaching} of them {reach} critical {critical.text}"


def undecided(objective: Objective, evaluated: Evaluated, alarm: Alarm) -> tuple[str, str]:
    """Why missing periods leave open whether the promise is kept, and what to do."""
    evaluation = evaluated.evaluation
    if not any(period.value is not None for period in evaluated.periods):
        span = format_duration(evaluation.period * evaluation.range_periods)
        return f"no period of the last {span} has enough data to be judged{_state(alarm)}", FIND_THE_GAPS
    reason = (
        f"{_missing(evaluated)}, and could bring it to the {evaluation.datapoints} that are a miss; "
        f"{_count(objective, evaluated)}{_worst(objective, evaluated)}"
    )
    return reason + _state(alarm), FIND_THE_GAPS


def _state(alarm: Alarm) -> str:
    """The state that CloudWatch's alarm would have, for periods that decide nothing here."""
    words = {State.OK: "OK", State.RETAINED: "as it was"}
    return f" (an alarm would be {words.get(alarm.state, 'INSUFFICIENT_DATA')})"


def gaps(objective: Objective, evaluated: Evaluated) -> str:
    """Why there is too little data for a minCoverage that was written."""
    want = display.plain(objective.min_coverage * 100)
    return f"{_missing(evaluated)}, and {want} % of them are needed"


def _missing(evaluated: Evaluated) -> str:
    are = "is" if evaluated.missing == 1 else "are"
    return f"{evaluated.missing} of {_last(evaluated)} {are} missing"


def _last(evaluated: Evaluated) -> str:
    evaluation = evaluated.evaluation
    return f"the last {evaluation.periods} periods of {format_duration(evaluation.period)}"


def _datapoints(evaluated: Evaluated) -> str:
    return (
        f"{evaluated.evaluation.datapoints} periods of {format_duration(evaluated.evaluation.period)} or more"
    )


def _count(objective: Objective, evaluated: Evaluated) -> str:
    breach = "breaches" if evaluated.breaching == 1 else "breach"
    filled = f" ({evaluated.filled} of them for lack of data)" if evaluated.filled else ""
    return f"{evaluated.breaching} of {_counted(evaluated)} {breach} {objective.target.text}{filled}"


def _counted(evaluated: Evaluated) -> str:
    """The periods that decide: the last ones, and also earlier ones if some of the last lack data."""
    before = evaluated.periods[: -evaluated.evaluation.periods]
    if not any(period.counted for period in before):
        return _last(evaluated)
    number = sum(period.counted for period in evaluated.periods) + evaluated.filled
    length = format_duration(evaluated.evaluation.period)
    return f"the {number} periods of {length} that count"


def _worst(objective: Objective, evaluated: Evaluated) -> str:
    worst, target = evaluated.worst, objective.target
    if worst is None or worst.value is None:
        return ""
    others = [] if objective.critical is None else [objective.critical]
    value = display.measured(worst.value, target.unit, target, *others)
    return f"; the worst is {value} at {display.moment(worst.time)}"
