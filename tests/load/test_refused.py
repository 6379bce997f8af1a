"""What is refused: every finding with its place, path, fact and mend.

``refused.txt`` and ``refused_json.txt`` are the tables: a title, a file, and what is said of it. Their wording
is meant to be reviewed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unicodedata import category, name

import pytest
import yaml

from checker.load.text import read_yaml as reader
from checker.load.text.characters import HIDDEN
from checker.load.text.read_yaml import read_yaml

from .reading import wrong


def table(name: str) -> list[Any]:
    """The rows (text, what is said) of a table beside this file, under their titles."""
    blocks = Path(__file__).with_name(name).read_text("utf-8").removeprefix("### ").split("\n### ")
    rows = []
    for title, _, block in (block.partition("\n") for block in blocks):
        text, arrow, expected = block.partition("--> ")
        rows.append(pytest.param(text, (arrow + expected).rstrip("\n"), id=title))
    return rows


def said(text: str, file: str = "slo.yaml") -> str:
    """The findings of a text, as the tables have them."""
    told = []
    for found in read_yaml(text.encode(), file)[1]:
        assert found.location is not None
        place = f"--> {found.location.line}:{found.location.column} {found.rule} {found.path}".rstrip()
        told += [place, f"    {found.message}", f"    {found.remedy}"]
        told += [f"    {what}: {where.line}:{where.column}" for what, where in found.related]
    return "\n".join(told)


@pytest.mark.parametrize(("text", "expected"), table("refused.txt"))
def test_says_where_what_and_how_to_mend_it(text: str, expected: str) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [row for row in table("refused.txt") if row.id != "a colon in brackets"]
)
def test_says_the_same_without_libyaml(text: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "new_parser", yaml.SafeLoader)
    if "\\ud83d" in text:  # where libyaml stops, PyYAML's own parser goes on, and so the path is known
        expected = expected.replace("yaml-character", "yaml-character a")
    assert said(text) == expected


@pytest.mark.parametrize(("text", "expected"), table("refused_json.txt"))
def test_says_what_is_not_json_in_a_json_file(text: str, expected: str) -> None:
    assert said(text, "slo.json") == expected


@pytest.mark.parametrize(
    ("text", "place", "fact"),
    [
        (b"a: \xe4", "1:4", "the byte 0xE4 is not UTF-8 (in Latin-1 it would be 'ä')"),
        (b"a: 1\r\nb: \xc3\xa4\xff", "2:5", "the byte 0xFF is not UTF-8 (in Latin-1 it would be 'ÿ')"),
        (b"\xef\xbb\xbfa: \x80", "1:4", "the byte 0x80 is not UTF-8"),
        (b"a: \xc3", "1:4", "the byte 0xC3 is not UTF-8 (in Latin-1 it would be 'Ã')"),
        (b"a: \xed\xa0\x80", "1:4", "the byte 0xED is not UTF-8 (in Latin-1 it would be 'í')"),
    ],
)
def test_refuses_bytes_that_are_not_utf8(text: bytes, place: str, fact: str) -> None:
    assert wrong(text) == [f"{place} yaml-encoding | {fact} | save the file as UTF-8"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_refuses_other_encodings_by_name(encoding: str) -> None:
    fact = "the file is not UTF-8 text: it looks like UTF-16 or UTF-32"
    assert wrong("a: 1".encode(encoding)) == [f"1:1 yaml-encoding | {fact} | save it as UTF-8"]


@pytest.mark.parametrize(
    ("text", "place", "name"),
    [
        ("a: '\u202e'", "1:5", "U+202E (RIGHT-TO-LEFT OVERRIDE)"),
        ("# \u2066 comment\na: 1", "1:3", "U+2066 (LEFT-TO-RIGHT ISOLATE)"),
        ("a: 1\nb\u200d: 1", "2:2", "U+200D (ZERO WIDTH JOINER)"),
        ("a: x\u2028y", "1:5", "U+2028 (LINE SEPARATOR)"),
        ("a: x\u0085y", "1:5", "U+0085 (a control character)"),
        ("a: x\x00y", "1:5", "U+0000 (NULL)"),
        ("a: x\x1b[2Ky", "1:5", "U+001B (ESCAPE)"),
        ("a: 1\n\ufeffb: 2\n", "2:1", "U+FEFF (ZERO WIDTH NO-BREAK SPACE)"),
        ("a: \u3164", "1:4", "U+3164 (HANGUL FILLER)"),
        ("a: \U000e0041", "1:4", "U+E0041 (TAG LATIN CAPITAL LETTER A)"),
        ("a: \ufffe", "1:4", "U+FFFE (not a character)"),
    ],
)
@pytest.mark.parametrize("file", ["slo.yaml", "slo.json"])
def test_refuses_characters_that_do_not_show(text: str, place: str, name: str, file: str) -> None:
    assert f"{place} yaml-character | the invisible character {name} | delete it" in wrong(text, file)


def test_refuses_a_line_end_that_only_some_take_for_one() -> None:
    assert wrong("a: 1\rb: 2\r\nc: no\n")[0] == (
        "1:5 yaml-character | the invisible character U+000D (CARRIAGE RETURN) | end the line with LF or CRLF"
    )
    assert wrong("a: 1\rb: 2\r\nc: no\n")[1].startswith("3:4 yaml-ambiguous c")


def test_refuses_every_character_that_unicode_calls_a_control_or_a_format() -> None:
    hidden = [chr(code) for code in range(0x110000) if category(chr(code)) in ("Cc", "Cf", "Zl", "Zp", "Cs")]
    assert len(hidden) > 200
    assert [each for each in hidden if not HIDDEN.match(each) and each not in "\t\n"] == []


def test_lets_every_letter_and_sign_pass() -> None:
    shown = [
        chr(code)
        for code in range(0x110000)
        if category(chr(code))[0] in "LNPS"
        and not name(chr(code), "").startswith(("HANGUL", "HALFWIDTH HANGUL"))
    ]
    assert len(shown) > 100_000
    assert HIDDEN.search("".join(shown)) is None
    assert HIDDEN.search("한국어 \u00a0\u3000\t\n👍️ e\u0301") is None


def test_finds_what_else_is_wrong_beside_hidden_characters() -> None:
    assert [found.partition(" |")[0] for found in wrong("a: \u202e\nb: no\nc: [\x07\n")] == [
        "1:4 yaml-character",
        "2:4 yaml-ambiguous b",
        "3:4 yaml-syntax",
        "3:5 yaml-character",
    ]


def test_refuses_a_file_that_is_too_large() -> None:
    fact = "the file has 1,048,579 bytes; 1,048,576 is the most"
    assert wrong(b"a: " + b"x" * (1 << 20)) == [f"1:1 yaml-size | {fact} | split it into several files"]
    assert read_yaml(b"a: " + b"x" * ((1 << 20) - 3), "f")[1] == ()


def test_depth_is_counted_to_the_last_level_that_is_allowed() -> None:
    for opening, closing in (("[", "]"), ("{a: ", "}")):
        assert read_yaml(f"a: {opening * 31}{closing * 31}".encode(), "f")[1] == ()
        assert [found.rule for found in read_yaml(f"a: {opening * 32}{closing * 32}".encode(), "f")[1]] == [
            "yaml-depth"
        ]


def test_stops_at_a_hundred_findings() -> None:
    told = wrong("".join(f"k{number}: no\n" for number in range(500)))
    assert len(told) == 101
    assert told[99].startswith("100:6 yaml-ambiguous k99 ")
    assert (
        told[100] == "100:6 yaml-size | 100 errors in this file; what follows was not read | fix these first"
    )


def test_stops_at_too_many_nodes() -> None:
    for text in ("- 1\n" * 200_000, "[" + "1," * 200_000 + "1]"):
        (told,) = wrong(text)
        assert told.endswith(
            "| the file has more than 120,000 keys, values and brackets | split it into several files"
        )


def test_a_word_that_parsers_do_not_translate_is_passed_on() -> None:
    assert wrong("%YAML 1.1\n%YAML 1.1\n---\na: 1\n") == [
        "2:1 yaml-syntax | this is not YAML (found duplicate %YAML directive) | look at this line and the one above it"
    ]


@pytest.mark.parametrize(
    ("text", "libyaml", "own"),
    [
        ("a:\t1", [], ["1:3 yaml-syntax"]),
        ("a: {b:}", ["1:6 yaml-syntax"], []),
        ("%UNKNOWN x\n---\na: 1", ["1:1 yaml-syntax"], []),
    ],
)
def test_where_the_two_parsers_are_known_to_differ(
    text: str, libyaml: list[str], own: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should a new PyYAML read these alike, so much the better: then the comment on the two can go."""
    for parser, expected in ((yaml.CSafeLoader, libyaml), (yaml.SafeLoader, own)):
        monkeypatch.setattr(reader, "new_parser", parser)
        told = read_yaml(text.encode(), "slo.yaml")[1]
        assert [f"{each.location}".removeprefix("slo.yaml:") + f" {each.rule}" for each in told] == expected


def test_quotes_that_are_no_mend_add_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "new_parser", yaml.SafeLoader)  # which refuses this tab, in quotes or not
    assert [found.partition(" |")[0] for found in wrong("a: >\t# 5\n")] == ["1:4 yaml-syntax"]


@pytest.mark.parametrize("parser", [yaml.CSafeLoader, yaml.SafeLoader])
def test_an_escape_beyond_unicode_is_a_syntax_error(parser: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "new_parser", parser)
    (told,) = wrong('a: "\\UFFFFFFFF"')
    assert " yaml-character | an escape that stands for no character" in told
