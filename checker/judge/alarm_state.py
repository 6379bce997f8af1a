"""The state that a CloudWatch alarm would have, from which periods breach and which are missing.

After AWS's user guide, "Configuring how CloudWatch alarms treat missing data": with as many periods of data in
the evaluation range as are judged, the latest of them decide. With fewer, missing ones are filled in, as few as
possible, and all that there are count. Where nothing but breaching data is there, and too little of it, the
alarm goes off if the oldest is at least as old as the datapoints it takes ("premature alarm state").
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import NamedTuple

from checker.model import Evaluation


class State(enum.Enum):
    """An alarm's state. ``RETAINED`` is whichever it was before."""

    OK = "OK"
    ALARM = "ALARM"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"
    RETAINED = "retained"


class Alarm(NamedTuple):
    """The state, how many of the periods counted breach, which positions were counted, and how many missing
    ones were filled in as breaching. ``premature`` says that the state is ALARM with fewer than it takes."""

    state: State
    breaching: int
    counted: tuple[int, ...]
    filled: int = 0
    premature: bool = False


def alarm_state(marks: Sequence[bool | None], evaluation: Evaluation) -> Alarm:
    """The state by the ``marks`` of an evaluation range, oldest first: breaching, not breaching, missing (None)."""
    real = [position for position, mark in enumerate(marks) if mark is not None]
    counted = tuple(real[-evaluation.periods :])
    breaching = sum(marks[position] is True for position in counted)
    lacking = evaluation.periods - len(counted)
    filled = lacking if evaluation.missing == "breaching" else 0
    if breaching + filled >= evaluation.datapoints:
        return Alarm(State.ALARM, breaching + filled, counted, filled)
    # Data that does not breach settles it, and so does a treatment that says what missing data is.
    if breaching < len(counted) or not lacking or evaluation.missing in ("breaching", "notBreaching"):
        return Alarm(State.OK, breaching + filled, counted, filled)
    if evaluation.missing == "ignore":
        return Alarm(State.RETAINED, breaching, counted)
    if counted and len(marks) - counted[0] >= evaluation.datapoints:
        return Alarm(State.ALARM, breaching, counted, premature=True)
    return Alarm(State.INSUFFICIENT_DATA, breaching, counted)


def holds_whatever_is_missing(marks: Sequence[bool | None], evaluation: Evaluation) -> bool:
    """Whether so many of the last periods are seen to meet the target that the missing ones cannot make a miss."""
    meeting = sum(mark is False for mark in marks[-evaluation.periods :])
    return meeting > evaluation.periods - evaluation.datapoints
