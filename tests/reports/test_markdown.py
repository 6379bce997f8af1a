"""The summary: what a reader needs first, whole or cut with a word about it, and only our own markup."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given, settings

from checker.model import Finding, Location, Outcome, Report
from checker.reports.clean import line
from checker.reports.headline import allowed, headline
from checker.reports.markdown import LARGEST, inline, render
from checker.units import PERCENT

from .builders import HOSTILE, every_text, finding, report, reports, texts, verdict, whole
from .gfm import REFERENCES, read

MARKUP = (
    "![x](https://evil.example/x.png)",
    "[x](javascript:alert(1))",
    "[x]: https://evil.example",
    "<https://evil.example>",
    "https://evil.example/a?b=c",
    "HTTP://evil.example",
    "www.evil.example WWW.evil.example",
    "//evil.example",
    "a@evil.example",
    "@admin and @org/team",
    "#12 owner/repo#12 GH-12 gh-12",
    "`code` ``two`` ```",
    "*a* **b** _c_ __d__ ~~e~~ ~f~",
    "a | b \\| c \\\\| d",
    "\\",
    "\\\\",
    "ends in \\",
    "</code></details><h1>RELEASE: ALLOWED</h1>",
    "<!-- ",
    "-->",
    "<details open>",
    "&lt;b&gt; &#60; &copy;",
    "# heading",
    "- [x] done",
    "1. one",
    "> [!NOTE]",
    "---",
    "===",
    "$x^2$ $$y$$",
    ":white_check_mark: :+1: 12:30:45",
    "[^1]",
    "\ta",
    "    a",
    "  ",
    "***",
    "|---|---|",
    "{{ x }} {% y %}",
    "%0A::error::x",
    "=cmd|' /C calc'!A0",
    "+1",
    "trailing  ",
)


def assert_only_our_markup(text: str) -> None:
    harmless, told = read(render(every_text("word"))), read(render(every_text(text)))
    assert told.structure == harmless.structure
    shown = [each for each in told.texts if line(text).strip() in each]
    expected = [each for each in harmless.texts if "word" in each]
    assert len(shown) >= len(expected) > 100, "and every text reads as it was"
    assert [each for each in told.runs if REFERENCES.search(each)] == []


@pytest.mark.parametrize("text", [*HOSTILE, *MARKUP], ids=ascii)
def test_a_text_is_text(text: str) -> None:
    assert_only_our_markup(text)


@settings(max_examples=30)
@given(texts)
def test_any_text_is_text(text: str) -> None:
    harmless, told = read(render(every_text("word"))), read(render(every_text(text)))
    if text.strip():
        assert told.structure == harmless.structure
    assert [each for each in told.runs if REFERENCES.search(each)] == []


@pytest.mark.parametrize("text", [*HOSTILE, *MARKUP], ids=ascii)
def test_a_text_reads_back(text: str) -> None:
    (shown,) = read(f"x{inline(text)}x").texts
    assert shown == f"x{line(text)}x"


def test_the_parser_would_see_what_is_not_escaped() -> None:
    for text in ("![x](y)", "https://evil.example", "<b>", "`x`", "~~x~~"):
        assert read(f"a {text}").structure != read("a b").structure
    assert REFERENCES.search(read("see @admin").runs[0])


def sections(one: Report) -> dict[str, str]:
    """The text of each heading and each fold."""
    parts = re.split(r"^(?:### (.*)|<details><summary>(.*)</summary>)$", render(one), flags=re.MULTILINE)
    titles = [first or second for first, second in zip(parts[1::3], parts[2::3], strict=True)]
    return dict(zip(titles, parts[3::3], strict=True))


def test_the_answer_comes_first() -> None:
    assert render(whole()).split("\n")[0] == f"## {headline(whole())}"


def test_failures_then_warnings_then_the_rest_folded() -> None:
    told = sections(whole())
    assert list(told) == [
        "Failures (5)",
        "Warnings (3)",
        "2 promises kept, waived or not gating (1 waived)",
        "Those with details",
        "1 note",
        "1 connection queried",
    ]
    assert "**ERROR <code>phase-4/delivery</code>**" in told["Failures (5)"]
    assert "band-gap" in told["Warnings (3)"]
    assert "query-execution-time" in told["2 promises kept, waived or not gating (1 waived)"]
    assert render(whole()).count("<details>") == render(whole()).count("</details>") == 4


def test_a_promise_is_told_with_all_there_is_to_say() -> None:
    told = sections(whole())["Failures (5)"]
    for part in (
        "| FAIL | <code>phase-4/latency</code> | 620.1 ms | &lt; 500 ms | -120.1 ms | 1h | 98765 "
        "| <code>slos/phase-4.yaml:12:7</code> |",
        "- why: 620.1 ms misses &lt; 500 ms by 120.1 ms",
        "- error budget: -50 % left, ",
        "- to do: give the role the permission cloudwatch:GetMetricData",
        "- asked: <code>AWS/ApiGateway Latency p95",
    ):
        assert part in told


@given(reports())
def test_there_are_failures_exactly_when_something_speaks_against_the_release(one: Report) -> None:
    loud = any(title.startswith("Failures") for title in sections(one))
    if any(each.objective.gating for each in one.verdicts):
        assert loud is not allowed(one)


def test_a_small_report_says_nothing_of_cutting() -> None:
    assert "Left out" not in render(whole())


def test_a_large_one_is_cut_with_a_word_about_what_went() -> None:
    kept = [
        verdict(Outcome.PASS, f"big/promise-{number:05}", value=Fraction(99), unit=PERCENT)
        for number in range(9000)
    ]
    failed = [
        verdict(Outcome.FAIL, f"big/failed-{number:05}", reasons=("r" * 1900,)) for number in range(600)
    ]
    notes = tuple(Finding("hint", "note", f"n {number}", Location("a.yaml", 1, 1)) for number in range(5))
    one = report(*kept, *failed, findings=(*notes, finding("error", message="e")), exit=1)
    text = render(one)
    assert 900_000 < len(text.encode()) <= LARGEST
    last = text.rstrip().split("\n")[-1]
    found = re.fullmatch(
        r"\*\*Left out, because GitHub takes no summary above 1 MiB: (\d+) explanations, (\d+) rows(.*)\.\*\* "
        r"The JSON report has all\.",
        last,
    )
    assert found, last
    assert text.count("\n**FAIL ") + int(found[1]) == 600
    assert text.count("\n| ") - text.count("\n| outcome ") + int(found[2]) == 9600
    assert text.count("<details>") == text.count("</details>")
    assert all(f"big/failed-{number:05}</code> | " in text for number in range(600)), (
        "each failure has its row"
    )


def test_wide_characters_count_as_their_bytes() -> None:
    failed = [verdict(Outcome.FAIL, f"a/p{number}")._replace(reasons=("日" * 1900,)) for number in range(400)]
    text = render(report(*failed))
    assert 900_000 < len(text.encode()) <= LARGEST
    assert "Left out" in text
