"""Parses PromQL as far as needed to check a query: its strings, its window, its ranges.

A query can leave its range to the promise's window in the ways that other tools write it: ``{{.window}}`` (Sloth
and others; stands for ``1h``) and ``[window]`` (slo-generator; stands for ``[1h]``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.units import format_duration

_TEXT = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`"
# An unterminated string extends to the end, so that no part of it is scanned twice.
_TEXTS = re.compile(r"\"(?:\\.|[^\"\\])*\\?(?:\"|\Z)|'(?:\\.|[^'\\])*\\?(?:'|\Z)|`[^`]*(?:`|\Z)", re.DOTALL)
_ENDED = re.compile(_TEXT, re.DOTALL)
_WINDOW = re.compile(r"\{\{-?\s*\.window\s*-?\}\}")
_BRACKETED = re.compile(r"(?<!\[)\[\s*window\s*\](?!\])")
_BRACES = r"\{\{[^}]{0,80}(?:\}\})?"
_FOREIGN_TEXT = re.compile(_BRACES)
_FOREIGN = re.compile(
    rf"{_BRACES}|\}}\}}|\$\w+|\$\{{[^}}]{{0,80}}\}}?|\[\[[^\]]{{0,80}}\]{{0,2}}|\[\s*[A-Za-z_]+\s*\]|<window>"
)
_RANGE = re.compile(r"\[([^\]:]{0,80})(?::[^\]]{0,80})?\]")
_LENGTH = re.compile(r"(?:([0-9]+)y)?(?:([0-9]+)w)?(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?")
_LENGTHS = (365 * 86400, 7 * 86400, 86400, 3600, 60, 1)
_FALLBACK = re.compile(r"\bor\s*(?:\bon\s*\(\s*\)\s*)?vector\s*\([^()]{0,40}\)", re.IGNORECASE)
_PINNED = re.compile(r"@\s*[-+0-9.][0-9.e+]{0,30}")
_SHIFTED = re.compile(r"\]\s*(offset\s+-?\s*[0-9a-z]{1,30})", re.IGNORECASE)
_SUBQUERY = re.compile(r"\[[^\]:]{0,80}:[^\]]{0,80}\]")
_GROWTH = re.compile(r"\b(?:rate|increase)\s*\(\s*(?:[\w:]+\s*)?(?:\{[^{}]*\}\s*)?\[([^\]:]{0,80})\]")
_SCALED = re.compile(r"\b10{2,9}\b|\b1e\+?[0-9]|\b10\s*\^")
_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_SELECTOR = re.compile(
    rf"\s*(?:[a-zA-Z_:][a-zA-Z0-9_:]*\s*(?:\{{(?:[^\"'`{{}}]|{_TEXT})*\}})?|\{{(?:[^\"'`{{}}]|{_TEXT})+\}})\s*"
)


def foreign_template(query: str) -> str:
    """The first part of ``query`` that looks like a template but is not replaced; "" if there is none.

    Inside strings only ``{{`` counts, because ``$1`` and ``[window]`` have other meanings there.
    """
    for part, quoted in _parts(_WINDOW.sub("", query)):
        found = _FOREIGN_TEXT.search(part) if quoted else _FOREIGN.search(_BRACKETED.sub("", part))
        if found:
            return found[0]
    return ""


def unbalanced(query: str) -> str:
    """A sentence about a bracket in ``query`` that is never closed or never opened, or a string without an end; ""
    if all match."""
    opened: list[re.Match[str]] = []
    for found in _MARK.finditer(query):
        mark = found[0]
        if mark in _CLOSING:
            opened.append(found)
        elif mark in _CLOSING.values():
            if not opened:
                return f"the query closes {mark!r} once more than it opens one"
            if _CLOSING[opened[-1][0]] != mark:
                break
            opened.pop()
        elif mark[0] != "#" and not _ENDED.fullmatch(mark):
            return f"the query has a string that is not closed: {_from(query, found.start())}"
    if not opened:
        return ""
    last = opened[-1]
    return f"the query lacks the {_CLOSING[last[0]]!r} that closes {_from(query, last.start())}"


_CLOSING = {"(": ")", "[": "]", "{": "}"}
_MARK = re.compile(rf"{_TEXTS.pattern}|#[^\n]*|[()\[\]{{}}]", re.DOTALL)


def _from(query: str, start: int) -> str:
    shown = one_line(query[start : start + 80])
    return shown if len(shown) <= 40 else f"{shown[:40]}..."


def has_window(query: str) -> bool:
    """Whether ``query`` contains a placeholder for the promise's window."""
    return resolved(query, 1) != query


def resolved(query: str, seconds: int) -> str:
    """``query`` with a window of ``seconds`` in place of its placeholders."""
    length = format_duration(seconds)
    return "".join(
        _WINDOW.sub(length, part if quoted else _BRACKETED.sub(f"[{length}]", part))
        for part, quoted in _parts(query)
    )


def shortened(query: str, window: int, seconds: int) -> str:
    """``query`` with its ranges over the whole ``window`` shortened to ``seconds``; "" if it has none, or if it
    also uses the window elsewhere."""
    found = 0

    def cut(range_: re.Match[str]) -> str:
        nonlocal found
        length = range_[1].strip()
        if length != "window" and not _WINDOW.fullmatch(length) and _seconds(length) != window:
            return range_[0]
        found += 1
        return range_[0].replace(range_[1], format_duration(seconds), 1)

    text = "".join(part if quoted else _RANGE.sub(cut, part) for part, quoted in _parts(query))
    return text if found and not has_window(text) else ""


def ranges(query: str) -> list[int | None]:
    """The lengths of the literal ranges in ``query``, in seconds; None for one that is no plain duration."""
    outside = "".join(part for part, quoted in _parts(query) if not quoted)
    return [_seconds(found[1].strip()) for found in _RANGE.finditer(outside)]


def is_selector(query: str) -> bool:
    """Whether ``query`` is a bare selector, such as ``http_requests_total{code="200"}``."""
    return _SELECTOR.fullmatch(query) is not None


def names(outside: str) -> list[str]:
    """The names in a query without strings: metrics, labels and functions alike."""
    return _NAME.findall(outside)


def lifetime_counter(query: str) -> str:
    """A metric with a counter's name that ``query`` uses without any range, that is, since process start; "" if
    there is none."""
    outside = "".join(part for part, quoted in _parts(query) if not quoted)
    names = [] if "[" in outside else _NAME.findall(outside)
    return next((name for name in names if name.endswith(("_total", "_bucket"))), "")


def constant_fallback(query: str) -> str:
    """The constant that ``query`` returns if it finds no series, as in ``or vector(0)``; "" if there is none."""
    found = _FALLBACK.search("".join(part for part, quoted in _parts(query) if not quoted))
    return "" if found is None else one_line(found[0])


def elsewhere(query: str) -> str:
    """What makes ``query`` look at another time than the evaluation time: ``@ 1700000000``, or an ``offset`` after
    every range; "" if nothing does. (If only some ranges have an ``offset``, they are meant for comparison.)"""
    outside = "".join(part for part, quoted in _parts(query) if not quoted)
    pinned, shifted = _PINNED.search(outside), _SHIFTED.findall(outside)
    if pinned is not None:
        return one_line(pinned[0])
    return one_line(shifted[0]) if shifted and len(shifted) == outside.count("]") else ""


def growth_over(query: str) -> list[int | None]:
    """The lengths of the literal ranges of ``rate`` and ``increase``, in seconds; none if the query has a subquery,
    which evaluates a short range all along a longer one."""
    outside = "".join("''" if quoted else part for part, quoted in _parts(query))
    if _SUBQUERY.search(outside):
        return []
    return [_seconds(found[1].strip()) for found in _GROWTH.finditer(outside)]


def scaled(query: str) -> bool:
    """Whether ``query`` multiplies or divides by a power of ten."""
    return any(_SCALED.search(part) for part, quoted in _parts(query) if not quoted)


def one_line(query: str) -> str:
    """``query`` without line breaks and indentation, for people to read."""
    return " ".join(query.split())


def unquoted(query: str) -> str | None:
    """``query`` without its quoted strings; None if one of them does not end."""
    outside = []
    for part, quoted in _parts(query):
        if not quoted:
            outside.append(part)
        elif not _ENDED.fullmatch(part):
            return None
    return " ".join(outside)


def _seconds(length: str) -> int | None:
    found = _LENGTH.fullmatch(length)
    if not length or found is None:
        return None
    return sum(int(number or 0) * size for number, size in zip(found.groups(), _LENGTHS, strict=True))


def _parts(query: str) -> Iterator[tuple[str, bool]]:
    """The query in pieces, with a flag for quoted strings."""
    end = 0
    for found in _TEXTS.finditer(query):
        yield query[end : found.start()], False
        yield found[0], True
        end = found.end()
    yield query[end:], False
