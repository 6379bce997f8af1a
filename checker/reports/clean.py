"""Makes foreign text harmless on one line: in a terminal, a CI log, or XML.

A name, a message or an answer may contain anything. In a report it must not move the cursor, reorder the text
around it, start a line of its own, or give commands to the CI runner that reads the log.
"""

from __future__ import annotations

import re

LONGEST = 2000
"""Characters of a single text that are shown in reports for people."""

# Unicode's Cc, Cf, Zl, Zp and Cs, and what XML 1.0 forbids. Written out, so that every Python version agrees.
_HIDDEN = (
    "\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"
)
# GitHub's runner reads "::name::" at the start of a line, after spaces, as a command, and "##[name]" anywhere;
# "##vso[" and "##teamcity[" are commands elsewhere. Escaped text has none of these where they would be read.
_UNSAFE = re.compile(f"[{_HIDDEN}]|(?<!\\S)::|##")
_PLAIN = re.compile(r"[ -\"$-9;-~]*")
"""Visible ASCII without '#' and ':': a quick check that most texts pass."""


def line(text: str) -> str:
    """``text`` safe for one line: invisible characters and commands are shown as ``\\uXXXX``."""
    if _PLAIN.fullmatch(text):
        return text if len(text) <= LONGEST else _cut(text)
    escaped = _UNSAFE.sub(_escape, text)
    return escaped if len(escaped) <= LONGEST else _cut(escaped)


def shorten(text: str, most: int) -> str:
    """A cleaned text in at most ``most`` characters (at least 5). It is cut near its beginning, because the end
    tells more."""
    if len(text) <= most:
        return text
    head = (most - 3) // 3
    return f"{text[:head]}...{text[len(text) - (most - 3 - head) :]}"


def _cut(text: str) -> str:
    return f"{text[:LONGEST]}... ({len(text) - LONGEST} more characters)"


def _escape(found: re.Match[str]) -> str:
    """``\\u001b`` for an escape character; ``#\\u0023`` and ``\\u003a:`` for a doubled one."""
    text = found.group()
    if text == "##":
        return "#\\u0023"
    if text == "::":
        return "\\u003a:"
    return f"\\u{ord(text):04x}" if ord(text) <= 0xFFFF else f"\\U{ord(text):08x}"
