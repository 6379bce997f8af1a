"""Units: a factor to the base unit, and the dimensions of a unit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

Dimensions = tuple[tuple[str, int], ...]
"""(base dimension, exponent) pairs, sorted, without zero exponents; () is a plain number."""


class UnitError(ValueError):
    """An unknown unit, or a comparison of different dimensions."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit. ``text`` is how it was written; a quantity in this unit times ``factor`` is the quantity in base
    units."""

    text: str
    factor: Fraction = Fraction(1)
    dimensions: Dimensions = ()

    def __hash__(self) -> int:
        return hash(self.text)  # hashing a Fraction is slow, and texts tell nearly all units apart

    def __mul__(self, other: Unit) -> Unit:
        return _combined(self, other, 1)

    def __truediv__(self, other: Unit) -> Unit:
        return _combined(self, other, -1)

    @property
    def is_rate(self) -> bool:
        """Whether it is an amount per time, as ``/min`` is."""
        return dict(self.dimensions).get("time", 0) == -1


NUMBER = Unit("")
SECONDS = Unit("s", Fraction(1), (("time", 1),))
COUNT = Unit("count", Fraction(1), (("count", 1),))
PERCENT = Unit("%", Fraction(1, 100), (("ratio", 1),))
CONFIRMED = Unit("confirmed", Fraction(1), (("confirmation", 1),))
"""The unit of an attestation: 1 is yes. In a threshold it can only be written as the word itself."""


def _named(
    dimension: str, table: Iterable[tuple[str, Fraction | int]]
) -> dict[str, tuple[Fraction, Dimensions]]:
    return {name: (Fraction(factor), ((dimension, 1),)) for names, factor in table for name in names.split()}


UNITS: dict[str, tuple[Fraction, Dimensions]] = {
    **_named(
        "time",
        [
            ("ns nanosecond nanoseconds", Fraction(1, 10**9)),
            ("us µs μs microsecond microseconds", Fraction(1, 10**6)),
            ("ms millisecond milliseconds", Fraction(1, 1000)),
            ("s sec second seconds", 1),
            ("min minute minutes", 60),
            ("h hour hours", 3600),
            ("d day days", 86400),
            ("week weeks", 604800),
        ],
    ),
    **_named(
        "data",
        [
            ("B byte bytes", 1),
            ("kB KB kilobyte kilobytes", 10**3),
            ("MB megabyte megabytes", 10**6),
            ("GB gigabyte gigabytes", 10**9),
            ("TB terabyte terabytes", 10**12),
            ("KiB", 2**10),
            ("MiB", 2**20),
            ("GiB", 2**30),
            ("TiB", 2**40),
            ("bit bits", Fraction(1, 8)),
            ("kbit kilobits", Fraction(10**3, 8)),
            ("Mbit megabits", Fraction(10**6, 8)),
            ("Gbit gigabits", Fraction(10**9, 8)),
            ("Tbit terabits", Fraction(10**12, 8)),
        ],
    ),
    **_named("count", [("count counts event events request requests error errors sample samples", 1)]),
    **_named("ratio", [("% percent", Fraction(1, 100)), ("ratio", 1)]),
    **{
        name: (Fraction(1), ((name, 1),)) for name in ("USD", "EUR", "GBP", "JPY", "CHF", "AUD", "CAD", "INR")
    },
}

_BASE = {"time": "s", "data": "B", "confirmation": CONFIRMED.text}
"""The base unit of a dimension; a dimension that is not listed is its own base unit."""

_FAMILIAR = ("ms", "s", "min", "h", "%", "count", "/min", "/day", "B", "MiB", "USD")


@lru_cache(maxsize=512)
def parse_unit(text: str) -> Unit:
    """The unit that ``text`` names: ``ms``, ``%``, ``/min``, ``MB/s``, ``USD``; for "" a plain number.

    Raises UnitError for an unknown name.
    """
    text = text.strip()
    over, slash, under = text.partition("/")
    above = _lookup(over.strip(), text) if over.strip() else (COUNT if slash else NUMBER)
    unit = above / _lookup(under.strip(), text) if slash else above
    return Unit(text, unit.factor, unit.dimensions)


def _lookup(name: str, text: str) -> Unit:
    known = UNITS.get(name) or UNITS.get(name.lower())
    if known is None:
        meant = _meant(name)
        whole = re.sub(rf"(?<![^/\s]){re.escape(name)}(?![^/\s])", meant, text)
        guess = f"did you mean {whole!r}? It" if meant else "it"
        raise UnitError(
            f"{text!r} is not a unit that checker knows; {guess} knows {', '.join(_FAMILIAR)} and others"
        )
    return Unit(name, *known)


_ALSO = {
    "m": "min",
    "msec": "ms",
    "msecs": "ms",
    "millis": "ms",
    "usec": "us",
    "nsec": "ns",
    "hr": "h",
    "hrs": "h",
}
"""Other tools' names for some units, which are too short to be recognized by similar spelling. (``m`` is a minute
only in a duration.)"""


def _meant(name: str) -> str:
    """The unit that an unknown name was probably meant to be, or ""."""
    from difflib import get_close_matches

    close = get_close_matches(name, [each for each in UNITS if len(each) > 2], n=1, cutoff=0.75)
    return _ALSO.get(name) or (close[0] if close else "")


def _combined(left: Unit, right: Unit, sign: int) -> Unit:
    exponents = dict(left.dimensions)
    for name, exponent in right.dimensions:
        exponents[name] = exponents.get(name, 0) + sign * exponent
    exponents.pop("ratio", None)
    dimensions = tuple(sorted((name, exponent) for name, exponent in exponents.items() if exponent))
    text = f"{left.text}{'·' if sign > 0 else '/'}{right.text}" if right.text else left.text
    return Unit(text.removeprefix("·"), left.factor * right.factor**sign, dimensions)


def convertible(one: Unit, other: Unit) -> bool:
    """Whether quantities in the two units can be compared.

    A plain number can stand for a count or a ratio, and a count per count is a plain number; but a count is not a
    ratio: comparing ``17 errors`` with ``1 %`` is a mistake.
    """
    first, second = dict(one.dimensions), dict(other.dimensions)
    counts = first.pop("count", 0), second.pop("count", 0)
    ratios = first.pop("ratio", 0), second.pop("ratio", 0)
    return first == second and not (ratios[0] and counts[1]) and not (ratios[1] and counts[0])


def convert(value: Fraction, unit: Unit, to: Unit) -> Fraction:
    """``value``, given in ``unit``, in the unit ``to``, exactly. Raises UnitError if they cannot be compared."""
    if not convertible(unit, to):
        raise UnitError(f"{describe(unit)} cannot be compared with {describe(to)}")
    return value * unit.factor / to.factor


def base_unit(unit: Unit) -> str:
    """The text of the unit in which quantities like ``unit`` are compared: ``s`` for ``ms``, ``ratio`` for ``%``,
    ``count/s`` for ``/min``. A value in it is the value in ``unit`` times ``unit.factor``."""
    above, below = (
        "·".join(
            _BASE.get(name, name) for name, power in unit.dimensions for _ in range(max(0, sign * power))
        )
        for sign in (1, -1)
    )
    return f"{above}/{below}" if below else above


def describe(unit: Unit) -> str:
    """A unit in words that name its dimension, for messages."""
    if not unit.dimensions:
        return "a plain number"
    kinds = {
        (("time", 1),): "a time",
        (("data", 1),): "an amount of data",
        (("count", 1),): "a count",
        (("ratio", 1),): "a ratio",
        (("confirmation", 1),): "a confirmation",
        (("count", 1), ("time", -1)): "a rate",
        (("data", 1), ("time", -1)): "a data rate",
    }
    kind = kinds.get(unit.dimensions, "an amount")
    return f"{kind} ({unit.text})"
