"""Which characters cannot be seen: the written list agrees with Unicode, as far as this Python knows it."""

from __future__ import annotations

import sys
import unicodedata

from checker.hidden import HIDDEN, can_be_shown

FILLERS = set("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | {chr(code) for code in range(0x180B, 0x1810)}
"""Letters and marks that show nothing."""
SELECTORS = {chr(code) for code in range(0xE0000, 0xE1000)} | {chr(code) for code in range(0xFFF0, 0xFFF9)}
"""Of a range that Unicode keeps for invisible characters: variation selectors, and what is not assigned yet."""
NEW = "\U0001fae8\U000323b0\u0378"
"""Of Unicode 15, of Unicode 17, and of none so far."""


def test_every_character_that_unicode_calls_invisible_is_listed() -> None:
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        category = unicodedata.category(character)
        if category in ("Cc", "Cf", "Zl", "Zp", "Cs") and character not in "\t\n":
            assert HIDDEN.fullmatch(character), f"U+{code:04X}"
        if category in ("Co", "Zs") and character != " ":
            assert not can_be_shown(character), f"U+{code:04X}"


def test_nothing_else_is_listed() -> None:
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if unicodedata.category(character) != "Cn" and character.isprintable():
            assert can_be_shown(character) or character in FILLERS | SELECTORS, f"U+{code:04X}"


def test_what_this_python_does_not_know_can_be_shown() -> None:
    assert can_be_shown(NEW)
    assert can_be_shown("")
