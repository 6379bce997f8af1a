"""The value of an unquoted scalar if all YAML readers agree on it; otherwise the reason why it is refused.

YAML 1.1 and YAML 1.2 read ``no``, ``0777``, ``1_000``, ``12:30`` and ``1e3`` differently, and readers of both
versions are in daily use. A promise must not depend on the reader, so such text is refused, with both readings and
the remedy. Accepted are the words and numbers of JSON, a few harmless other spellings (``+1``, ``.5``, ``True``,
``~``), and text.
"""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import product
from typing import Any, NamedTuple

LONGEST_NUMBER = 64
LARGEST_EXPONENT = 400
"""Doubles need no larger exponents, and the Fraction of a much larger one would exhaust the memory."""


class Refused(NamedTuple):
    """Why a scalar is not read: the rule it breaks, the fact, and the remedy."""

    rule: str
    message: str
    remedy: str


def _or_quotes(text: str) -> str:
    return f'or "{text}" in quotes if text is meant'


def _two_readings(text: str, older: str, newer: str, mend: str = "") -> Refused:
    """``text`` means ``older`` in YAML 1.1 and ``newer`` in YAML 1.2; ``mend`` is what to write instead."""
    remedy = f"write {mend}, {_or_quotes(text)}" if mend else f'put it in quotes: "{text}"'
    return Refused("yaml-ambiguous", f"{text!r} is {older} to YAML 1.1 and {newer} to YAML 1.2", remedy)


_WORDS: dict[str, bool | Refused | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **{
        word: _two_readings(word, meaning, "text", meaning)
        for meaning, words in (("true", ("yes", "on", "y")), ("false", ("no", "off", "n")))
        for lower in words
        for word in (lower, lower.capitalize(), lower.upper())
    },
}

# One alternative for each reading, the unambiguous ones first; all match in time linear in the length of the text.
_NUMBER = re.compile(
    r"""
      (?P<integer>     [-+]? (?:0|[1-9][0-9]*) )
    | (?P<decimal>     [-+]? [0-9]+ \. [0-9]* (?:[eE][-+][0-9]+)? | \. [0-9]+ (?:[eE][-+][0-9]+)? )
    | (?P<zeros>       [-+]? 0 [0-9]+ )
    | (?P<point>       [-+]? (?:[0-9]+ (?:\.[0-9]*)? | \.[0-9]+) (?:[eE] [-+]? [0-9]+)? )
    | (?P<underscore>  [-+]? [0-9][0-9_]* (?:\. [0-9_]* (?:[eE][-+]?[0-9]+)?)? )
    | (?P<sexagesimal> [-+]? [0-9][0-9_]* (?: : [0-5]?[0-9])++ (?:\.[0-9_]*)? )
    | (?P<prefixed>    [-+]? 0 (?: [xX][0-9a-fA-F]+ | [oO][0-7]+ | [bB][01]+ ) )
    | (?P<nonfinite>   [-+]? (?i: \.?inf | \.?nan | infinity ) )
    """,
    re.VERBOSE,
).fullmatch

SPECIAL_WORDS = frozenset(_WORDS) | {
    "".join(letters)
    for word in ("nan", "inf", "infinity")
    for letters in product(*((letter, letter.upper()) for letter in word))
}
"""The words that some or all readers do not take as text."""
AFTER_NUMBERS = ":"
"""All numbers sort before this: it follows the digits, the signs and the point. A plain scalar that sorts behind it
and is no special word is text."""


def resolve(text: str) -> Any:
    """The value of the plain scalar ``text``: str, int, Decimal, bool or None; or Refused."""
    if text in _WORDS:
        return _WORDS[text]
    found = _NUMBER(text)
    if found is None:
        return text
    kind = found.lastgroup
    if kind in ("integer", "decimal"):
        return number(text)
    if kind == "nonfinite":
        return Refused(
            "yaml-number",
            f"{text!r} is not a finite number: nothing can be compared with it",
            f"write a finite number, {_or_quotes(text)}",
        )
    if len(text) > LONGEST_NUMBER:
        return Refused(
            "yaml-ambiguous",
            f"{text[:20] + '…'!r} is a number to some YAML readers and text to others",
            "put it in quotes if text is meant",
        )
    return _ambiguous(str(kind), text)


def number(text: str) -> int | Decimal | Refused:
    """The exact value of a decimal number: an int if it has neither point nor exponent."""
    if len(text) > LONGEST_NUMBER:
        return Refused(
            "yaml-number",
            f"this number has {len(text):,} characters; {LONGEST_NUMBER} is the most",
            "write fewer digits, or put it in quotes if text is meant",
        )
    if text.lstrip("+-").isdigit():
        return int(text)
    if not _in_range(text):
        return Refused(
            "yaml-number",
            f"the exponent of {text!r} is beyond {LARGEST_EXPONENT}",
            f"write a smaller exponent, {_or_quotes(text)}",
        )
    return Decimal(text)


def _in_range(text: str) -> bool:
    exponent = text.lower().partition("e")[2]
    return abs(int(exponent or 0)) <= LARGEST_EXPONENT


def _ambiguous(kind: str, text: str) -> Refused:
    """Why an ambiguous number is refused, with the values that readers would give it."""
    sign, digits = ("-" if text.startswith("-") else ""), text.lstrip("+-")
    match kind:
        case "zeros":
            plain = sign + (digits.lstrip("0") or "0")
            older = "text" if set(digits) & {"8", "9"} else f"octal ({sign}{int(digits, 8)})"
            return _two_readings(text, older, f"decimal ({plain})", plain)
        case "point":
            return _two_readings(text, "text", "a number", _in_plain_digits(text))
        case "underscore":
            return _two_readings(text, "a number", "text", _in_plain_digits(text.replace("_", "")))
        case "sexagesimal":
            return _two_readings(text, f"{_base_60(sign, digits)} (base 60)", "text")
        case _:
            return Refused(
                "yaml-ambiguous",
                f"{text!r} is not in decimal notation, and YAML readers disagree on it",
                f"write {sign}{int(digits, 0)}, {_or_quotes(text)}",
            )


def _in_plain_digits(text: str) -> str:
    """The number in a notation that all readers agree on; "" if that would be too long."""
    if not _in_range(text):
        return ""
    plain = format(Decimal(text), "f")
    return plain if len(plain) <= LONGEST_NUMBER else ""


def _base_60(sign: str, digits: str) -> str:
    whole, point, fraction = digits.replace("_", "").partition(".")
    value = 0
    for part in whole.split(":"):
        value = value * 60 + int(part)
    return f"{sign}{value}{point}{fraction}"
