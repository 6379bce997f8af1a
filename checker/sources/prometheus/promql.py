"""As much of PromQL as has to be understood before a query is sent: its texts, its window, its ranges.

A query may leave its range to the promise's window, in the ways that other tools write it: ``{{.window}}``
(Sloth and others; it stands for ``1h``) and ``[window]`` (slo-generator; it stands for ``[1h]``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.units import format_duration

_TEXT = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`"
# A text that does not end goes on to the end: so no part of it is looked at twice.
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
    """The first thing in ``query`` that looks like a template and is none that is replaced; "" if there is none.

    Between quotes only ``{{`` is one: there ``$1`` and ``[window]`` mean something else.
    """
    for part, quoted in _parts(_WINDOW.sub("", query)):
        found = _FOREIGN_TEXT.search(part) if quoted else _FOREIGN.search(_BRACKETED.sub("", part))
        if found:
            return found[0]
    return ""


def unbalanced(query: str) -> str:
    """What is opened in ``query`` and not closed, or closed and not opened, as a fact; "" where nothing is."""
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
            return f"the query has a text that does not end: {_from(query, found.start())}"
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
    """Whether ``query`` leaves anything to the promise's window."""
    return resolved(query, 1) != query


def resolved(query: str, seconds: int) -> str:
    """``query`` with a window of so many seconds in its templates."""
    length = format_duration(seconds)
    return "".join(
        _WINDOW.sub(length, part if quoted else _BRACKETED.sub(f"[{length}]", part))
        for part, quoted in _parts(query)
    )


def shortened(query: str, window: int, seconds: int) -> str:
    """``query`` with its ranges of a whole window cut to so many seconds; "" if it has none, or names the window
    in another place as well."""
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
    """Whether ``query`` names series and does nothing with them: ``http_requests_total{code="200"}``."""
    return _SELECTOR.fullmatch(query) is not None


def names(outside: str) -> list[str]:
    """The words of a query without its texts: of metrics, labels and functions alike."""
    return _NAME.findall(outside)


def lifetime_counter(query: str) -> str:
    """A counter, to judge by its name, that ``query`` takes as it stands, since it has no range at all; or ""."""
    outside = "".join(part for part, quoted in _parts(query) if not quoted)
    names = [] if "[" in outside else _NAME.findall(outside)
    return next((name for name in names if name.endswith(("_total", "_bucket"))), "")


def constant_fallback(query: str) -> str:
    """What ``query`` answers where it finds no series, as in ``or vector(0)``; "" if it has no such part."""
    found = _FALLBACK.search("".join(part for part, quoted in _parts(query) if not quoted))
    return "" if found is None else one_line(found[0])


def elsewhere(query: str) -> str:
    """What makes ``query`` look at another time than it is asked about: ``@ 1700000000``, or an ``offset`` behind each
    of its ranges; "" where nothing does. One range of several with an ``offset`` is there to be compared with."""
    outside = "".join(part for part, quoted in _parts(query) if not quoted)
    pinned, shifted = _PINNED.search(outside), _SHIFTED.findall(outside)
    if pinned is not None:
        return one_line(pinned[0])
    return one_line(shifted[0]) if shifted and len(shifted) == outside.count("]") else ""


def growth_over(query: str) -> list[int | None]:
    """The lengths of the literal ranges that ``rate`` and ``increase`` look back over, in seconds. A query with a
    subquery has none to tell: there a short range is asked all along a longer one."""
    outside = "".join("''" if quoted else part for part, quoted in _parts(query))
    if _SUBQUERY.search(outside):
        return []
    return [_seconds(found[1].strip()) for found in _GROWTH.finditer(outside)]


def scaled(query: str) -> bool:
    """Whether ``query`` multiplies or divides by a power of ten, to judge by its numbers."""
    return any(_SCALED.search(part) for part, quoted in _parts(query) if not quoted)


def one_line(query: str) -> str:
    """``query`` without line breaks and indentation, for people to read."""
    return " ".join(query.split())


def unquoted(query: str) -> str | None:
    """``query`` without its quoted texts; None where one of them does not end."""
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
    """The query in pieces, and whether each is a quoted text."""
    end = 0
    for found in _TEXTS.finditer(query):
        yield query[end : found.start()], False
        yield found[0], True
        end = found.end()
    yield query[end:], False
