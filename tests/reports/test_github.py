"""Annotations: those meant, at the right line, the worst first, no more than are shown, and nothing forged."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given

from checker.model import Exit, Location, Outcome
from checker.reports import github
from checker.reports.clean import line
from checker.reports.headline import allowed, headline

from .builders import HOSTILE, every_text, finding, objective, report, reports, texts, verdict, whole
from .runner import Command, commands


def test_a_failed_promise_is_an_error_at_its_line() -> None:
    one = verdict(Outcome.FAIL, reasons=("620 ms misses < 500 ms by 120 ms",), remedy="add read capacity")
    assert github.render(report(one)) == (
        "RELEASE: NOT ALLOWED (exit 1) - 1 of 1 promise failed\n"
        "::error file=slos/phase-4.yaml,line=12,col=7,title=FAIL phase-4/latency::620 ms misses < 500 ms by 120 ms"
        "%0Acompared with: target < 500 ms%0Ato do: add read capacity\n"
    )


def test_the_worst_comes_first_and_a_kept_promise_is_not_annotated() -> None:
    told = commands(github.render(whole()))
    assert [each.name for each in told] == ["error"] * 5 + ["warning"] * 3 + ["notice"] * 2
    assert [each.properties["title"] for each in told if each.name == "error"] == [
        "FAIL phase-4/latency - API latency (p95)",
        "FAIL web/availability",
        "ERROR phase-4/delivery",
        "INCONCLUSIVE phase-4/errors",
        "INCONCLUSIVE web/p99",
    ]
    assert "query-execution-time" not in github.render(whole())


def test_a_finding_is_annotated_where_it_is() -> None:
    found = finding(
        path="spec.criteria[1]", remedy="add it", related=(("like here", Location("b.yaml", 2, 1)),)
    )
    (told,) = commands(github.render_findings((found,), Exit.INVALID))
    assert told == Command(
        "error",
        {"file": "slos/phase-4.yaml", "line": "30", "col": "9", "title": "missing-key"},
        "the key 'target' is missing\npath: spec.criteria[1]\nremedy: add it\nsee: b.yaml:2:1: like here",
    )
    assert github.render_findings((), Exit.PASSED) == "valid: 0 errors in the files\n"


@pytest.mark.parametrize("number", [9, 10, 11, 25])
def test_of_more_than_are_shown_the_last_says_how_many(number: int) -> None:
    failed = [verdict(Outcome.FAIL, f"a/p{each:02}") for each in range(number)]
    warned = verdict(Outcome.WARN, "a/warned")
    told = commands(github.render(report(*failed, warned)))
    assert Counter(each.name for each in told) == {"error": min(number, 10), "warning": 1}
    if number > 10:
        last = told[9]
        assert last.properties == {"title": f"and {number - 9} more failures"}
        assert last.data == f"GitHub shows only 10 per step. The other reports list all {number}."


def test_a_release_that_nothing_speaks_for_is_an_error() -> None:
    one = report(verdict(Outcome.PASS, gating=False))
    (told,) = commands(github.render(one))
    assert told == Command("error", {"title": "release"}, headline(one))


@given(reports())
def test_an_error_is_annotated_exactly_when_the_release_is_not_allowed(one: object) -> None:
    assert isinstance(one, type(whole()))
    told = commands(github.render(one))
    assert any(each.name == "error" for each in told) is not allowed(one)


def assert_only_what_is_meant(text: str) -> None:
    rendered = github.render(every_text(text))
    harmless = commands(github.render(every_text("x")))
    told = commands(rendered)
    assert [(each.name, sorted(each.properties)) for each in told] == [
        (each.name, sorted(each.properties)) for each in harmless
    ]
    assert len(rendered.splitlines()) == 1 + len(told)
    assert "##" not in rendered
    for each in told:
        assert each.properties.get("file", line(text)) == line(text), "what was escaped reads back"
        assert len(each.data.split("\n")) == len(harmless[told.index(each)].data.split("\n"))


@pytest.mark.parametrize(
    "text",
    [
        *HOSTILE,
        "%0A::add-mask::x",
        "%250A",
        "a,line=1,title=forged",
        "x::y",
        ":::",
        "%3A%3Aerror%3A%3A",
        "=",
        "%",
    ],
    ids=ascii,
)
def test_no_text_is_a_command_of_its_own(text: str) -> None:
    assert_only_what_is_meant(text)


@given(texts)
def test_no_text_at_all_is_a_command_of_its_own(text: str) -> None:
    assert_only_what_is_meant(text or "x")


def test_long_texts_are_cut() -> None:
    long = verdict(Outcome.FAIL)._replace(
        reasons=("r" * 3000,) * 50, objective=objective("a/x", display_name="d" * 3000)
    )
    (told,) = commands(github.render(report(long)))
    assert len(told.properties["title"]) == 255
    assert len(told.data) == 20_000
    assert told.data.endswith("...")
