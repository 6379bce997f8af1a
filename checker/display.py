"""Numbers and times for people. Values are rounded only here, and always towards the worse side."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from fractions import Fraction

from checker.units import PERCENT, Threshold, Unit, convert, convertible

DIGITS = 4
"""Significant digits of a number for people, unless more are needed to show its side of a threshold."""
MOST_DIGITS = 40
MOST_DECIMALS = 20
"""A number with more decimals than this, or with infinitely many, is written as a fraction in machine-readable
output."""
TINY = Fraction(1, 10**15)
"""Numbers below this are written with an exponent, as in 4.44e-17."""


def quantity(value: Fraction, unit: Unit | None, *, up: bool) -> str:
    """``value`` with its unit, to four significant digits; ``up`` is the direction of rounding."""
    return _with_unit(number(value, up=up), unit)


def number(value: Fraction, *, up: bool) -> str:
    """``value`` in decimals: four significant digits, and always all digits before the point."""
    return _text(*_rounded(value, up, DIGITS))


def measured(
    value: Fraction, unit: Unit | None, target: Threshold, *others: Threshold, up: bool | None = None
) -> str:
    """A measured value of ``unit``, rounded towards the side that is worse for ``target`` unless ``up`` says otherwise.

    It has as many digits as it takes to show the side of ``target`` and of ``others`` that ``value`` lies on: a
    miss never looks like a pass, nor a pass like a miss.
    """
    side = target.lower_is_better if up is None else up
    first = shown = _rounded(value, side, DIGITS)
    for digits in range(DIGITS, MOST_DIGITS + 1):
        shown = _rounded(value, side, digits)
        if all(_same_side(value, shown, unit, threshold) for threshold in (target, *others)):
            break
    else:
        shown = first
    return _with_unit(_text(*shown), unit)


def plain(value: Fraction) -> str:
    """A number that somebody wrote: in full if its decimals end, otherwise rounded down."""
    for decimals in range(MOST_DIGITS + 1):
        if 10**decimals % value.denominator == 0:
            return decimal(value, decimals)
    return number(value, up=False)


def percent(share: Fraction, *, up: bool = False) -> str:
    """A share in percent."""
    return quantity(share * 100, PERCENT, up=up)


def decimal(value: Fraction, decimals: int) -> str:
    """A fraction whose denominator divides 10^``decimals``, with exactly that many decimals."""
    scaled = value * 10**decimals
    sign, digits = "-" if scaled < 0 else "", str(abs(int(scaled))).zfill(decimals + 1)
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"


def exact(value: Fraction) -> str:
    """A fraction without loss: a decimal number if it has few enough decimals, otherwise ``p/q``."""
    if value.denominator == 1:
        return str(value.numerator)
    for decimals in range(1, MOST_DECIMALS + 1):
        if 10**decimals % value.denominator == 0:
            return decimal(value, decimals)
    return f"{value.numerator}/{value.denominator}"


def moment(seconds: int) -> str:
    """A time as RFC 3339 in UTC; outside the years of the calendar, the number of seconds since 1970."""
    try:
        # By isoformat, since strftime writes the year 1 without its zeros on some systems.
        return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):
        return f"{seconds} s since 1970"


def _rounded(value: Fraction, up: bool, digits: int) -> tuple[Fraction, int]:
    """``value`` to at least that many significant digits, and the number of decimals that this takes."""
    decimals = 0 if value == 0 else max(0, digits - 1 - _magnitude(abs(value)))
    scaled = value * 10**decimals
    return Fraction(math.ceil(scaled) if up else math.floor(scaled), 10**decimals), decimals


def _magnitude(value: Fraction) -> int:
    """The exponent of the leading digit: 2 for 500, -1 for 0.25."""
    if value >= 1:
        return len(str(int(value))) - 1
    return -len(str(math.ceil(1 / value) - 1))


def _text(rounded: Fraction, decimals: int) -> str:
    if 0 < abs(rounded) < TINY:
        exponent = _magnitude(abs(rounded))
        return f"{_text(rounded / Fraction(10) ** exponent, decimals + exponent)}e{exponent}"
    text = decimal(rounded, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _with_unit(text: str, unit: Unit | None) -> str:
    if unit is None or not unit.text:
        return text
    return text + unit.text if unit.text.startswith("/") else f"{text} {unit.text}"


def _same_side(value: Fraction, shown: tuple[Fraction, int], unit: Unit | None, threshold: Threshold) -> bool:
    if unit is None or not convertible(unit, threshold.unit):
        return True
    return threshold.holds(convert(shown[0], unit, threshold.unit)) == threshold.holds(
        convert(value, unit, threshold.unit)
    )


def counted(number: int, noun: str) -> str:
    """``1 error``, ``2 errors``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
