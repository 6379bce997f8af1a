"""What a recording says to one question: nothing, one answer, or several that disagree."""

from __future__ import annotations

from typing import TypeVar

from checker.model import Absence, Failure

_Key = TypeVar("_Key")
_Answer = TypeVar("_Answer")


def not_recorded(what: str) -> Absence:
    """The absence of a reading because the evidence does not contain ``what``."""
    remedy = "record again with this policy, or judge with the --at of the recording"
    return Absence("not-recorded", f"the evidence holds no {what}", remedy)


TWO_ANSWERS = Failure(
    "malformed", "the evidence holds different answers to one question", "record the evidence again"
)
"""The failure of a recording that was put together from several: the order of its lines must not decide which answer
counts."""


def two_answers() -> Absence:
    """The absence of a reading because the evidence holds different answers (see ``TWO_ANSWERS``)."""
    return Absence("failed", TWO_ANSWERS.message, TWO_ANSWERS.remedy)


def settle(answers: dict[_Key, _Answer | Absence], key: _Key, answer: _Answer | Absence) -> None:
    """Adds the answer to one question. If ``answers`` already holds a different one, neither of them counts."""
    if answers.setdefault(key, answer) != answer:
        answers[key] = two_answers()
