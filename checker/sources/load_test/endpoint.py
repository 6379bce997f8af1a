"""One endpoint of a load test in the recorded form, and checks of the values in a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

Number = int | Decimal


class ResultRefused(ValueError):
    """A load-test file that cannot be used: the fact, and the remedy."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


def endpoint(
    name: str,
    *,
    method: str = "",
    unit: str = "ms",
    requests: int | None,
    judged: int | None,
    errors: int | None,
    durations: Counter[Number] | None = None,
    statistics: Mapping[str, str] | None = None,
    rate: str | None = None,
) -> dict[str, Any]:
    """The entry of an endpoint; its keys are described in ``checker.sources.load_test.result``."""
    return {
        "name": name,
        "method": method,
        "unit": unit,
        "requests": requests,
        "judged": judged,
        "errors": errors,
        "durations": None if durations is None else _sorted(durations),
        "statistics": dict(statistics or {}),
        "rate": rate,
    }


def count(value: Any, place: str) -> int:
    """A number of requests. Raises ResultRefused unless it is a whole number of at least 0."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ResultRefused(
            f"{place} is {_shown(value)}, not a whole number of 0 or more", "fix what writes the file"
        )
    return value


def number(value: Any, place: str) -> Number:
    """A duration, a rate or a time. Raises ResultRefused unless it is a number of at least 0."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or value < 0:
        raise ResultRefused(
            f"{place} is {_shown(value)}, not a number of 0 or more", "fix what writes the file"
        )
    return value


def _shown(value: Any) -> str:
    return "missing" if value is None else str(value)[:60]


def _sorted(durations: Counter[Number]) -> list[list[Any]]:
    return [[text(value), durations[value]] for value in sorted(durations) if durations[value]]


def text(value: Number | Fraction) -> str:
    """A number as plain decimal text, exactly."""
    if isinstance(value, Fraction):
        value = Decimal(value.numerator) / value.denominator
    return str(value) if isinstance(value, int) else format(value.copy_abs(), "f")
