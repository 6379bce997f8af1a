"""Replaces rates by counts: the ratio of two rates over a window equals the ratio of the increases.

PromQL's ``rate`` is its ``increase`` divided by the seconds of the range. If the two queries of a ratio only add
and subtract their rates, ``increase`` gives the same ratio and also counts events: the error budget can then be
shown in events, and a minimum number of samples required.
"""

from __future__ import annotations

import re

_TEXT = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'"
_RATE = re.compile(
    rf"\brate\s*\(\s*([a-zA-Z_:][a-zA-Z0-9_:]*\s*(?:\{{(?:[^\"'{{}}]|{_TEXT})*\}})?\s*\[\{{\{{\.window\}}\}}\])\s*\)"
)
_SILENT = re.compile(r"\bor\s+(?:on\s*\(\s*\)\s*)?vector\s*\(\s*0\s*\)", re.IGNORECASE)
_ADDED = re.compile(r"(?:\bsum\b|[\s()+-]|@)*")


def as_counts(*queries: str) -> tuple[str, ...]:
    """The queries with ``increase`` instead of ``rate`` if that cannot change their ratio; otherwise unchanged."""
    if not all(map(_adds_rates, queries)):
        return queries
    return tuple(_RATE.sub(r"increase(\1)", query) for query in queries)


def _adds_rates(query: str) -> bool:
    if "@" in query or not _RATE.search(query):
        return False
    return _ADDED.fullmatch(_SILENT.sub("", _RATE.sub("@", query))) is not None
