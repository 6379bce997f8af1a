"""Numbers and times for people. Rounding happens here and nowhere else, and always towards the worse side."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from fractions import Fraction

from checker.units import PERCENT, Threshold, Unit


def quantity(value: Fraction, unit: Unit | None, *, up: bool) -> str:
    """``value`` with its unit, to four significant digits or so; ``up`` is the side to round to."""
    text = number(value, up=up)
    if unit is None or not unit.text:
        return text
    return text + unit.text if unit.text.startswith("/") else f"{text} {unit.text}"


def number(value: Fraction, *, up: bool) -> str:
    """``value`` in decimals: exact where that is short, else rounded up or down to about four digits."""
    decimals = 0 if value == 0 else max(0, 3 - _magnitude(abs(value)))
    decimals = min(decimals, 12)
    scaled = value * 10**decimals
    whole = math.ceil(scaled) if up else math.floor(scaled)
    text = decimal(Fraction(whole, 10**decimals), decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _magnitude(value: Fraction) -> int:
    """The exponent of the leading digit. Nines that lead a percentage (99.95) keep their digits."""
    return math.floor(math.log10(float(value))) if value < 10**15 and value > Fraction(1, 10**15) else 0


def decimal(value: Fraction, decimals: int) -> str:
    """A fraction whose denominator divides 10^decimals, with that many decimals."""
    scaled = value * 10**decimals
    sign, digits = "-" if scaled < 0 else "", str(abs(int(scaled))).zfill(decimals + 1)
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"


def measured(value: Fraction, unit: Unit | None, target: Threshold) -> str:
    """A measured value, rounded to the side that is worse for ``target``."""
    return quantity(value, unit, up=target.lower_is_better)


def percent(share: Fraction, *, up: bool = False) -> str:
    """A share in percent."""
    return quantity(share * 100, PERCENT, up=up)


def moment(seconds: int) -> str:
    """A time as RFC 3339 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
