"""The state that a CloudWatch alarm would have, given which periods breach and which are missing.

Source: AWS's user guide, "Configuring how CloudWatch alarms treat missing data". If the evaluation range holds at
least ``periods`` periods of data, the latest ``periods`` of them decide. If it holds fewer, all of them count, and
only the lacking ones are filled in. If the only data is breaching and there is too little of it, the alarm still
fires when its oldest data point is at least ``datapoints`` periods old ("premature alarm state").
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import NamedTuple

from checker.model import Evaluation


class State(enum.Enum):
    """An alarm's state. ``RETAINED`` means that it keeps the state it had."""

    OK = "OK"
    ALARM = "ALARM"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"
    RETAINED = "retained"


class Alarm(NamedTuple):
    """The state; how many of the counted periods breach, filled ones included; the positions of the counted
    periods; and how many missing periods were filled in as breaching. ``premature`` marks an ALARM with fewer
    breaching data points than it normally takes."""

    state: State
    breaching: int
    counted: tuple[int, ...]
    filled: int = 0
    premature: bool = False


def alarm_state(marks: Sequence[bool | None], evaluation: Evaluation) -> Alarm:
    """The alarm state for an evaluation range, oldest first: each mark is breaching (True), not breaching, or
    missing (None)."""
    real = [position for position, mark in enumerate(marks) if mark is not None]
    counted = tuple(real[-evaluation.periods :])
    breaching = sum(marks[position] is True for position in counted)
    lacking = evaluation.periods - len(counted)
    filled = lacking if evaluation.missing == "breaching" else 0
    if breaching + filled >= evaluation.datapoints:
        return Alarm(State.ALARM, breaching + filled, counted, filled)
    # Data that does not breach decides it, and so does a treatment that says what missing data counts as.
    if breaching < len(counted) or not lacking or evaluation.missing in ("breaching", "notBreaching"):
        return Alarm(State.OK, breaching + filled, counted, filled)
    if evaluation.missing == "ignore":
        return Alarm(State.RETAINED, breaching, counted)
    if counted and len(marks) - counted[0] >= evaluation.datapoints:
        return Alarm(State.ALARM, breaching, counted, premature=True)
    return Alarm(State.INSUFFICIENT_DATA, breaching, counted)


def holds_whatever_is_missing(marks: Sequence[bool | None], evaluation: Evaluation) -> bool:
    """Whether so many of the last periods meet the target that there is no miss even if all missing ones breach."""
    meeting = sum(mark is False for mark in marks[-evaluation.periods :])
    return meeting > evaluation.periods - evaluation.datapoints
