"""Rates as counts: a share of per-second rates over a window is the share of what grew in it.

PromQL's ``rate`` is its ``increase`` divided by the seconds of the range. Where the two queries of a ratio do
nothing with their rates but add and subtract them, ``increase`` in their place gives the same share, and counts
events besides: an error budget can be told in events, and a minimum of samples be asked for.
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
    """The queries with ``increase`` for ``rate`` if that leaves every share of them what it is; else as they are."""
    if not all(map(_adds_rates, queries)):
        return queries
    return tuple(_RATE.sub(r"increase(\1)", query) for query in queries)


def _adds_rates(query: str) -> bool:
    if "@" in query or not _RATE.search(query):
        return False
    return _ADDED.fullmatch(_SILENT.sub("", _RATE.sub("@", query))) is not None
