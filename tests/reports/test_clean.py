"""Texts of strangers on one line: what is invisible or a command is shown, the rest stays as it is."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given

from checker.reports.clean import LONGEST, line, shorten

from .builders import HOSTILE, texts


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("API latency (p95) < 500 ms", "API latency (p95) < 500 ms"),
        ("Zürich 98 % – ok 日本 🎉", "Zürich 98 % – ok 日本 🎉"),
        ("arn:aws:iam::123456789012:role/x", "arn:aws:iam::123456789012:role/x"),
        ("AWS::ApiGateway #1", "AWS::ApiGateway #1"),
        ("C:\\slos\\a.yaml", "C:\\slos\\a.yaml"),
        ("\x1b[2K", "\\u001b[2K"),
        ("\x9b2J", "\\u009b2J"),
        ("a\nPASS", "a\\u000aPASS"),
        ("a\r\tb", "a\\u000d\\u0009b"),
        ("\u202eSSAP", "\\u202eSSAP"),
        ("a\u2028b\u2029c\x85d", "a\\u2028b\\u2029c\\u0085d"),
        ("\ud800", "\\ud800"),
        ("\uffff", "\\uffff"),
        ("\U000e0041", "\\U000e0041"),
        ("::set-output name=x::y", "\\u003a:set-output name=x::y"),
        ("see ::add-mask::x", "see \\u003a:add-mask::x"),
        ("\u3000::error::x", "\u3000\\u003a:error::x"),
        ("##[error]x", "#\\u0023[error]x"),
        ("###", "#\\u0023#"),
    ],
)
def test_line(text: str, shown: str) -> None:
    assert line(text) == shown


def test_every_invisible_character_is_shown() -> None:
    categories = ("Cc", "Cf", "Cs", "Zl", "Zp")
    hidden = [
        chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) in categories
    ]
    assert len(hidden) > 2000
    assert [each for each in hidden if not line(each).startswith("\\")] == []


@given(texts)
def test_no_text_forges_a_line_or_a_command(text: str) -> None:
    shown = line(text)
    assert len(shown.splitlines()) <= 1
    assert "##" not in shown
    assert not any(word.startswith("::") for word in shown.split())
    assert line(shown) == shown


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_changed_unless_only_markup_makes_it_so(text: str) -> None:
    markup = text in ("]]>", "<img src=x onerror=alert(1)>", "&amp;", "| a | PASS |", '"\\')
    assert (line(text) == text) is markup


def test_a_long_text_is_cut_and_says_so() -> None:
    assert line("x" * LONGEST) == "x" * LONGEST
    assert line("x" * (LONGEST + 7)) == "x" * LONGEST + "... (7 more characters)"
    assert line("\0" * LONGEST).endswith("more characters)")


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [
        ("phase-4/latency", 15, "phase-4/latency"),
        ("phase-4/query-execution-time", 24, "phase-4...execution-time"),
        ("abcdefgh", 5, "...gh"),
    ],
)
def test_shorten(text: str, most: int, short: str) -> None:
    assert shorten(text, most) == short
    assert len(shorten(text, most)) <= most
