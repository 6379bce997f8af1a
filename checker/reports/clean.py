"""Text that strangers wrote, made harmless on one line: in a terminal, a CI log, or XML.

A name, a message or an answer may hold anything. On a line of a report it must not move the cursor, reorder
what stands around it, begin a line of its own, or speak to the CI runner that reads the log.
"""

from __future__ import annotations

import re

LONGEST = 2000
"""Characters of one text that a report for people shows."""

# Unicode's Cc, Cf, Zl, Zp and Cs, and what XML 1.0 cannot hold. Written out, so that every Python agrees.
_HIDDEN = (
    "\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"
)
# GitHub's runner takes "::name::" at the start of a line, after spaces, for a command, and "##[name]" anywhere;
# "##vso[" and "##teamcity[" are commands elsewhere. An escaped text has neither where it could count.
_UNSAFE = re.compile(f"[{_HIDDEN}]|(?<!\\S)::|##")
_PLAIN = re.compile(r"[ -\"$-9;-~]*")
"""Visible ASCII without '#' and ':': most texts, quickly told."""


def line(text: str) -> str:
    """``text`` as it may stand on a line: what is invisible, or a command, is shown as ``\\uXXXX``."""
    if _PLAIN.fullmatch(text):
        return text if len(text) <= LONGEST else _cut(text)
    escaped = _UNSAFE.sub(_escape, text)
    return escaped if len(escaped) <= LONGEST else _cut(escaped)


def shorten(text: str, most: int) -> str:
    """A cleaned text in at most ``most`` characters (5 or more): what goes is before its end, which tells most."""
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
