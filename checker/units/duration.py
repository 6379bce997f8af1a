"""Durations in shorthand, such as ``5m``, in whole seconds."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from checker.units.unit import SECONDS, UNITS

_DURATION = re.compile(r"([1-9][0-9]{0,5})([smhdw])")
_DURATION_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


@lru_cache(maxsize=512)
def parse_duration(text: str) -> int:
    """The duration in seconds of ``30s``, ``5m``, ``1h``, ``30d`` or ``4w``. Raises ValueError."""
    found = _DURATION.fullmatch(text)
    if found is None:
        meant = _duration_meant(text)
        example = f"{meant} for this" if meant else "5m, 1h or 30d"
        raise ValueError(
            f"{text!r} is not a duration; write a whole number and one of s, m, h, d, w, as in {example}"
        )
    return int(found[1]) * _DURATION_SECONDS[found[2]]


_PARTS = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?)\s?([A-Za-z]{1,12})\s?")


def _duration_meant(text: str) -> str:
    """The shorthand for a duration written in another way: ``90m`` for ``1h30m``, ``1h`` for ``60 min`` and
    ``PT1H``; "" if that is not clear. (``M`` can mean a month or a minute.)"""
    iso = re.fullmatch(r"P(?:T([0-9]+[HMS])|([0-9]+[DW]))", text)
    text = (iso[1] or iso[2]).lower() if iso else text.strip()
    if len(text) > 60 or not re.fullmatch(f"(?:{_PARTS.pattern})+", text):
        return ""
    known = {name: factor for name, (factor, kind) in UNITS.items() if kind == SECONDS.dimensions}
    known |= {letter: Fraction(size) for letter, size in _DURATION_SECONDS.items()}
    sizes = [
        (number, known.get(name if name == "M" else name.lower())) for number, name in _PARTS.findall(text)
    ]
    seconds = sum((Fraction(number) * (size or 0) for number, size in sizes), Fraction(0))
    whole = seconds.denominator == 1 and 0 < seconds < 10**9
    return format_duration(int(seconds)) if whole and all(size for _, size in sizes) else ""


def format_duration(seconds: int) -> str:
    """``seconds`` in shorthand, in the largest unit that divides it (weeks are written in days)."""
    for letter, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size}{letter}"
    return f"{seconds}s"


def told_duration(seconds: int) -> str:
    """``seconds`` for people: in one unit if the number is short, such as ``90m``, otherwise as in ``21d10h20m``."""
    short = format_duration(seconds)
    if short.endswith("d") or len(short) <= 3:
        return short
    parts = []
    for letter, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        parts += [f"{count}{letter}"] * (count > 0)
    return "".join(parts)
