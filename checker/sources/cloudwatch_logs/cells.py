"""The cells of a row: text that must be a plain decimal number, a count, or a bin of time."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from checker.model import Absence

Row = dict[str, Any]

RUN_AGAIN = "run again; if it persists, look at the recorded evidence"


class Unusable(Exception):
    """An answer that no series can be made of; ``absence`` says why."""

    def __init__(
        self, reason: str, remedy: str = RUN_AGAIN, kind: Literal["no-data", "failed"] = "failed"
    ) -> None:
        super().__init__(reason)
        self.absence = Absence(kind, reason, remedy)


def text_of(row: Row, column: str) -> str:
    """The text in a column. Logs Insights omits columns without a value."""
    if column not in row:
        from difflib import get_close_matches

        close = get_close_matches(column, row, n=1)
        raise Unusable(
            f"the answer has no value for {column!r}; it has {', '.join(row) or 'no columns'}",
            f"did you mean {close[0]!r}?"
            if close
            else "check that the events have the fields the query computes with",
        )
    text = row[column]
    if not isinstance(text, str):
        raise Unusable(f"the answer holds {text} for {column!r}, which is not text")
    return text


_NUMBER = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")


def number_of(row: Row, column: str) -> Fraction:
    """The plain decimal number in a column, exactly."""
    text = text_of(row, column)
    if not _NUMBER.fullmatch(text):
        raise Unusable(
            f"{column!r} holds {text[:60]!r}, which is not a plain decimal number",
            "let stats make a number; one with an exponent becomes plain when the query divides it",
        )
    return Fraction(Decimal(text))


def count_of(row: Row, column: str | None) -> int | None:
    """The whole number of events in a column; None if no column is given."""
    if column is None:
        return None
    count = number_of(row, column)
    if count < 0 or count.denominator != 1:
        raise Unusable(f"{column!r} holds {row[column]}, which is not a number of samples")
    return int(count)


_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}) ([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.0{1,9})?")


def moment_of(row: Row, column: str) -> int:
    """``2026-01-31 12:00:00.000``, which is in UTC, as epoch seconds."""
    text = text_of(row, column)
    found = _TIME.fullmatch(text)
    try:
        return int(datetime.fromisoformat(f"{found[1]}T{found[2]}+00:00").timestamp())  # type: ignore[index]
    except (TypeError, ValueError):
        raise Unusable(f"{column!r} holds {text[:60]!r}, which is not a time bin") from None
