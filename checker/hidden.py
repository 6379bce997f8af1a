"""Which characters cannot be seen. Written out, because what Python says (``str.isprintable``) depends on its version:
a character of a newer Unicode would make a file readable on one machine and refused on another."""

from __future__ import annotations

import re
from functools import cache

_HIDDEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\xad"
    "\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
    "\ud800-\udfff"
) + "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(1, 17))
_SPACES = "\t\n\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_PRIVATE = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"

HIDDEN = re.compile(f"[{_HIDDEN}]")
"""Unicode's Cc except tab and line feed, Cf, Zl and Zp; letters and marks that show nothing; noncharacters."""


def can_be_shown(text: str) -> bool:
    """Whether a text can be shown on one line as it is: no hidden characters, no white space but the plain space, and
    none that each font shows differently (private use)."""
    if text.isascii():
        return text.isprintable()
    return _unshown().search(text) is None


@cache
def _unshown() -> re.Pattern[str]:
    """Compiled only once it is needed: most texts are ASCII, and it takes as long as reading a small file."""
    return re.compile(f"[{_HIDDEN}{_SPACES}{_PRIVATE}]")
