"""Splits a query for a ratio, ``sum(…) / sum(…)``, into the two counts that it divides.

The ratio of a whole window is the ratio of its counts, not the mean of the ratios of its parts; and only counts
show how many events there were. A ratio computed in another way stays a single query.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from checker.importers.counts import as_counts
from checker.importers.openslo import prometheus

_TEXTS = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`", re.DOTALL)
_REST = re.compile(r"1\s*-\s*(.+)", re.DOTALL)
_SUM = re.compile(r"sum\s*\(.*\)", re.DOTALL)
_OTHER = re.compile(
    r"[-+*%^<>=!@]|\b(?:and|or|unless|on|ignoring|group_left|group_right|by|without|offset|bool)\b",
    re.IGNORECASE,
)
_PAIRS = {")": "(", "]": "[", "}": "{"}


class Quotient(NamedTuple):
    """``part`` divided by ``total``; ``rest`` says that the query subtracts the quotient from one."""

    part: str
    total: str
    rest: bool


def quotient(query: str) -> Quotient | None:
    """The two sums that ``query`` divides, with rates replaced by counts; None if it does anything else."""
    text = _without_parentheses(query.strip())
    taken = _REST.fullmatch(text)
    text = _without_parentheses(taken[1]) if taken else text
    outer = _outer(text)
    if outer is None or _OTHER.search(outer) or outer.count("/") != 1:
        return None
    cut = outer.index("/")
    sides = _without_parentheses(text[:cut].strip()), _without_parentheses(text[cut + 1 :].strip())
    if not all(_is_sum(side) for side in sides):
        return None
    part, total = as_counts(*sides)
    return Quotient(part, total, taken is not None)


def _is_sum(text: str) -> bool:
    """Whether it is a single call of ``sum``, so that its result is one series without labels."""
    return _SUM.fullmatch(text) is not None and (_outer(text) or "").replace("sum", "").strip() == ""


def _without_parentheses(text: str) -> str:
    while text.startswith("(") and text.endswith(")") and not (_outer(text) or "-").strip():
        text = text[1:-1].strip()
    return text


def _outer(text: str) -> str | None:
    """``text`` with blanks in place of everything in brackets or quotes; None if the brackets do not match."""
    plain = _TEXTS.sub(lambda found: " " * len(found[0]), text)
    waiting: list[str] = []
    outer = []
    for character in plain:
        if character in "([{":
            waiting.append(character)
            outer.append(" ")
        elif character in _PAIRS:
            if not waiting or waiting.pop() != _PAIRS[character]:
                return None
            outer.append(" ")
        else:
            outer.append(" " if waiting else character)
    return None if waiting else "".join(outer)


def as_ratio(query: str, *, failures: bool, reference: str = "") -> dict[str, Any]:
    """A query for a ratio as OpenSLO's ratioMetric: two counts if it divides them, else a raw ratio.

    ``failures`` says that it is the ratio of bad events.
    """
    found = quotient(query)
    if found is None:
        return {"rawType": "failure" if failures else "success", "raw": prometheus(query, reference)}
    side = "bad" if failures is not found.rest else "good"
    grows = all("increase(" in each or "rate(" in each for each in (found.part, found.total))
    sides = {side: prometheus(found.part, reference), "total": prometheus(found.total, reference)}
    return {"counter": grows, **sides}
