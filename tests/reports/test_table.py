"""The report for a terminal."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given

from checker import __version__
from checker.model import Exit, Location, Outcome, Report
from checker.reports.findings import finding_lines
from checker.reports.table import render
from checker.units import parse_unit

from .builders import HOUR, finding, numbers, report, reports, verdict, whole

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def rows(text: str) -> list[str]:
    """The lines of the table proper, its heading first."""
    lines = text.split("\n")
    start = next(number for number, each in enumerate(lines) if each.startswith("outcome "))
    return lines[start : lines.index("", start)]


def test_the_first_line_is_the_answer() -> None:
    one = report(verdict(Outcome.PASS))
    assert render(one).split("\n")[0] == "RELEASE: ALLOWED (exit 0) - 1 of 1 promise passed"


def test_failures_come_first_then_by_name_and_last_what_does_not_gate() -> None:
    told = [row.split()[:2] for row in rows(render(whole())) if not row.startswith((" ", "-"))]
    assert [(outcome, name) for outcome, name in told[1:]] == [
        ("FAIL", "phase-4/latency"),
        ("FAIL", "web/availability"),
        ("ERROR", "phase-4/delivery"),
        ("INCONCLUSIVE", "phase-4/errors"),
        ("INCONCLUSIVE", "web/p99"),
        ("WARN", "phase-4/cost"),
        ("WAIVED", "phase-4/coverage"),
        ("PASS", "phase-4/query-execution-time"),
        ("FAIL", "web/experimental-latency"),
        ("*", "reported,"),
    ]


def test_a_row_holds_the_number_the_target_the_margin_the_window_and_the_samples() -> None:
    failed = rows(render(whole()))[2]
    assert failed.split("  ")[0] == "FAIL"
    assert re.split(" {2,}", failed)[1:] == [
        "phase-4/latency",
        "620.1 ms",
        "< 500 ms",
        "-120.1 ms",
        "1h",
        "98765",
    ]


def test_a_promise_that_was_kept_is_one_row() -> None:
    text = render(
        report(verdict(Outcome.PASS, value=Fraction(3), unit=parse_unit("ms"), asked=("the query",)))
    )
    assert len(rows(text)) == 3
    assert "the query" not in text


@pytest.mark.parametrize("outcome", [each for each in Outcome if each is not Outcome.PASS])
def test_any_other_outcome_has_a_block(outcome: Outcome) -> None:
    text = render(report(verdict(outcome, reasons=("the one reason",), remedy="the one remedy")))
    block = text.split("\n\n")[2].split("\n")
    assert block[0] == f"{outcome} phase-4/latency"
    assert block[1] == "  at             slos/phase-4.yaml:12:7"
    assert "  why            the one reason" in block
    assert "  to do          the one remedy" in block


def test_a_block_tells_everything() -> None:
    block = render(whole()).split("\n\n")[2]
    for text in (
        "FAIL phase-4/latency - API latency (p95)",
        "slos/phase-4.yaml:12:7",
        "620.1 ms misses < 500 ms by 120.1 ms and reaches critical '> 600 ms'",
        "target < 500 ms, warning > 500 ms, critical > 600 ms",
        "2026-01-15T11:00:00Z to 2026-01-15T12:00:00Z",
        "98.33 % of the expected points",
        "AWS/ApiGateway Latency p95 every 60 s {ApiName=securebase-prod}",
        "two equal points were counted once",
        "docs/runbooks/latency.md: Check DynamoDB read capacity; Check the cache hit rate",
        "Ask the platform team",
    ):
        assert text in block
    assert block.count("Check the cache hit rate") == 1
    assert block.count("docs/runbooks/latency.md") == 1


@pytest.mark.parametrize("outcome", [each for each in Outcome if each is not Outcome.PASS])
def test_the_steps_of_a_runbook_are_for_a_miss_and_the_runbook_is_for_all(outcome: Outcome) -> None:
    one = verdict(outcome, remedy="renew the credentials")
    promise = one.objective._replace(next_steps=("add an index",), runbook="docs/slow.md")
    text = render(report(one._replace(objective=promise)))
    assert "  to do          renew the credentials\n" in text
    assert ("  to do          add an index\n" in text) is (outcome in ("FAIL", "WARN", "WAIVED"))
    assert "  runbook        docs/slow.md\n" in text


def test_coverage_is_told_of_a_window_only() -> None:
    assert "coverage" not in render(report(verdict(Outcome.FAIL, coverage=Fraction(1))))
    assert "coverage       50 %" in render(
        report(verdict(Outcome.FAIL, coverage=Fraction(1, 2), window=HOUR))
    )


def test_an_overspent_error_budget_is_told_in_share_events_and_minutes() -> None:
    block = next(each for each in render(whole()).split("\n\n") if each.startswith("FAIL web/availability"))
    assert "  counted        99850 good of 100000 slices\n" in block
    assert "  error budget   -50 % left, -50 of 100 slices, -21.6 of 43.2 min\n" in block
    assert "  burn rate      14.4 over 1h, 1.5 over 30d" in block


def test_a_percentile_judged_by_shares_says_what_it_was_compared_with() -> None:
    text = render(whole())
    row = next(number for number, each in enumerate(rows(text)) if "web/p99" in each)
    assert ">= 99 % of" in rows(text)[row]
    assert rows(text)[row + 1].split() == ["samples", "<=", "2"]
    assert "judged as >= 99 % of samples <= 2 s" in text
    assert "bound          98.71 % at 95 % confidence" in text


def test_an_objective_that_does_not_gate_says_so_in_row_and_block() -> None:
    text = render(whole(), width=140)
    assert re.search(r"\nFAIL +web/experimental-latency \* +620.1 ms", text)
    assert "\n* reported, but not gating the release\n" in text
    assert "\nFAIL web/experimental-latency (not gating)\n" in text


def test_what_was_not_measured_is_a_dash() -> None:
    row = rows(render(report(verdict(Outcome.ERROR))))[2]
    assert row.split() == ["ERROR", "phase-4/latency", "-", "<", "500", "ms", "-", "1h", "-"]


@pytest.mark.parametrize("width", [100, 120, 160])
def test_no_line_is_wider_than_asked(width: int) -> None:
    assert max(map(len, render(whole(), width=width).split("\n"))) <= width


def test_where_there_is_little_room_only_the_table_is_wider_and_names_stay_legible() -> None:
    text = render(whole(), width=80)
    assert max(len(each) for each in text.split("\n") if each not in rows(text)) <= 85
    assert "phase-4...execution-time" in text


def test_a_long_name_is_shortened_in_the_table_and_whole_in_its_block() -> None:
    name = "phase-4/" + "very-" * 15 + "long"
    text = render(report(verdict(Outcome.FAIL, name)))
    assert "phase-4/very-v...very-very-very-very-very-long" in rows(text)[2]
    assert max(map(len, rows(text))) == 100
    assert f"\nFAIL {name}\n" in text


def test_names_that_would_look_the_same_are_not_shortened() -> None:
    good, bad = (f"wifi-of-all-visitors-{each}-client-satisfaction-as-measured" for each in ("good", "risk"))
    told = rows(render(report(verdict(Outcome.FAIL, good), verdict(Outcome.PASS, bad))))
    assert [row.split()[1] for row in told[2:4]] == [good, bad]
    assert "..." in rows(render(report(verdict(Outcome.FAIL, good))))[2]


def test_an_address_or_query_is_never_broken() -> None:
    query = "https://prometheus.example/api/v1/query?query=" + "x" * 200
    assert f"  asked          {query}\n" in render(report(verdict(Outcome.FAIL, asked=(query,))))


@given(numbers, numbers)
def test_numbers_are_never_shortened(value: Fraction, margin: Fraction) -> None:
    one = verdict(
        Outcome.PASS, "d/" + "n" * 90, value=value, margin=margin, unit=parse_unit("ms"), samples=10**11
    )
    row = re.split(" {2,}", rows(render(report(one)))[2])
    assert [row[0], row[3], *row[5:]] == ["PASS", "< 500 ms", "1h", "1" + "0" * 11]
    shown, distance = (Fraction(row[column].removesuffix(" ms")) for column in (2, 4))
    assert shown >= value
    assert distance <= margin


@pytest.mark.parametrize(
    ("target", "value", "shown"),
    [
        ("< 500 ms", "500.0001", "500.1 ms"),
        ("< 500 ms", "499.9999", "499.9999 ms"),
        (">= 99.95 %", "99.9499", "99.94 %"),
        (">= 90 %", "89.9999", "89.99 %"),
        ("== 0", "0.00001", "0.00001"),
    ],
)
def test_a_number_is_rounded_to_the_side_that_is_worse(target: str, value: str, shown: str) -> None:
    one = verdict(Outcome.FAIL, target=target, value=Fraction(value))
    one = verdict(Outcome.FAIL, target=target, value=Fraction(value), unit=one.objective.target.unit)
    assert re.split(" {2,}", rows(render(report(one)))[2])[2] == shown


def test_colour_is_only_added_never_relied_on() -> None:
    plain, colored = render(whole()), render(whole(), color=True)
    assert "\x1b" not in plain
    assert ANSI.sub("", colored) == plain
    assert "\x1b[1;31mFAIL\x1b[0m" in colored
    assert "\x1b[32mPASS\x1b[0m" in colored
    assert "\x1b[33mwarning\x1b[0m" in colored


@given(reports())
def test_colour_never_moves_anything(one: Report) -> None:
    assert ANSI.sub("", render(one, color=True)) == render(one)


def test_findings_stand_after_the_promises_with_place_and_remedy() -> None:
    text = render(whole())
    assert (
        "\n\nslos/phase-4.yaml:30:9: warning: exactly 500 ms belongs to no band [band-gap]\n"
        "    path: spec.criteria[1].warning\n"
        "    remedy: write '>= 500 ms'\n"
        "    see: slos/phase-4.yaml:29:17: the target\n"
        "note: nothing lies between 500 ms and 500 ms [band]\n"
    ) in text
    assert text.index("exactly 500 ms belongs") > text.index("WAIVED phase-4/coverage")


def test_invalid_files_show_their_errors_and_no_table() -> None:
    text = render(
        report(
            findings=(
                finding(location=Location("b.yaml", 1, 1)),
                finding("warning", location=Location("a.yaml", 9, 9)),
                finding(remedy="add it", location=Location("a.yaml", 3, 1)),
            )
        )
    )
    assert text == (
        "RELEASE: NOT ALLOWED (exit 2) - nothing was judged: 2 errors\n"
        f"at 2026-01-15T12:00:00Z, checker {__version__}\n"
        "\n"
        "a.yaml:3:1: error: the key 'target' is missing [missing-key]\n"
        "    remedy: add it\n"
        "b.yaml:1:1: error: the key 'target' is missing [missing-key]\n"
        "a.yaml:9:9: warning: the key 'target' is missing [missing-key]\n"
    )


def test_the_circumstances_are_told() -> None:
    text = render(whole())
    assert f"\nat 2026-01-15T12:00:00Z, checker {__version__}\nevidence {'c' * 64}\n\n" in text
    assert text.endswith("\n\nasked CloudWatch prod: region=us-east-1, account=123456789012\n")


def test_nothing_judged_is_no_empty_report() -> None:
    assert render(report()).startswith("RELEASE: NOT ALLOWED (exit 2) - nothing was judged\n")
    assert render(report(exit=Exit.PASSED)).startswith("RELEASE: NOT ALLOWED (exit 0) - nothing was judged\n")


def test_a_long_finding_is_wrapped_and_its_other_lines_are_indented() -> None:
    told = finding_lines(finding(message="word " * 60), width=60)
    assert max(map(len, told)) <= 60
    assert all(each.startswith("    ") for each in told[1:])
