"""JUnit XML: valid under both schemas, red exactly when the exit code is not 0."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from lxml import etree

from checker.model import Exit, Location, Outcome, Report
from checker.reports.junit import render

from .builders import every_text, finding, report, reports, texts, verdict, whole

SCHEMAS = ("junit-jenkins-10.xsd", "junit-ant.xsd")


def parsed(one: Report) -> ElementTree.Element:
    return ElementTree.fromstring(render(one))


def suite(one: Report, name: str) -> ElementTree.Element:
    found = parsed(one).find(f"testsuite[@name='{name}']")
    assert found is not None
    return found


def results(one: Report) -> dict[tuple[str, str], str]:
    """What each case holds: nothing, or failure, error or skipped."""
    return {
        (case.attrib["classname"], case.attrib["name"]): case[0].tag if len(case) else ""
        for case in parsed(one).iter("testcase")
    }


def red(one: Report) -> bool:
    return any(each.tag in ("failure", "error") for each in parsed(one).iter())


@cache
def schema(path: Path) -> Any:
    return etree.XMLSchema(etree.parse(path))


def assert_valid(one: Report, shared: Path) -> None:
    document = etree.fromstring(render(one).encode())
    for name in SCHEMAS:
        schema(shared / "schemas" / name).assertValid(document)


@pytest.mark.parametrize(
    "one",
    [
        whole(),
        report(),
        report(exit=Exit.ERROR),
        report(findings=(finding(), finding(location=None))),
        report(verdict(Outcome.PASS)),
        report(verdict(Outcome.WAIVED), verdict(Outcome.WARN), fail_on_warn=True),
        report(verdict(Outcome.PASS, "", document="")),
        report(verdict(Outcome.PASS, " ", document=" ")),
        every_text("\x1b]]>\ud800"),
    ],
    ids=["whole", "empty", "empty error", "invalid", "passed", "warned", "no name", "blank name", "hostile"],
)
def test_both_schemas_accept_it(one: Report, shared: Path) -> None:
    assert_valid(one, shared)


@given(one=reports())
def test_both_schemas_accept_any_report(one: Report, shared: Path) -> None:
    assert_valid(one, shared)


@given(text=texts)
def test_both_schemas_accept_any_text(text: str, shared: Path) -> None:
    assert_valid(every_text(text), shared)


@given(reports())
def test_red_is_what_the_exit_code_says(one: Report) -> None:
    assert red(one) is (one.exit != 0)


@given(reports())
def test_every_promise_is_a_case(one: Report) -> None:
    judged = [each for each in parsed(one).iter("testcase") if each.attrib["classname"] in ("a", "b", "c")]
    assert len(judged) == len(one.verdicts)


@pytest.mark.parametrize("code", [code for code in Exit if code is not Exit.PASSED])
def test_an_exit_code_that_nothing_explains_is_still_red(code: Exit) -> None:
    for one in (report(exit=code), report(verdict(Outcome.PASS), exit=code)):
        assert results(one)[("release", "release")] == "error"
        error = suite(one, "release").find("testcase/error")
        assert error is not None
        assert error.attrib["type"] == code.name
        assert f"(exit {int(code)})" in error.attrib["message"]


def test_nothing_judged_is_red_even_if_the_exit_code_were_0() -> None:
    assert red(report(exit=Exit.PASSED))


def test_each_outcome_has_its_element() -> None:
    assert results(whole()) == {
        ("phase-4", "cost"): "",
        ("phase-4", "coverage"): "skipped",
        ("phase-4", "delivery"): "error",
        ("phase-4", "errors"): "error",
        ("phase-4", "latency"): "failure",
        ("phase-4", "query-execution-time"): "",
        ("web", "availability"): "failure",
        ("web", "experimental-latency"): "",
        ("web", "p99"): "error",
    }


def test_a_suite_is_a_document_with_counts_and_constants() -> None:
    suites = [dict(each.attrib) for each in parsed(whole())]
    constant = {"package": "checker", "hostname": "checker", "timestamp": "2026-01-15T12:00:00", "time": "0"}
    assert suites == [
        constant
        | {"name": "phase-4", "id": "0", "tests": "6", "failures": "1", "errors": "2", "skipped": "1"},
        constant | {"name": "web", "id": "1", "tests": "3", "failures": "1", "errors": "1", "skipped": "0"},
    ]


def test_a_failure_explains_itself() -> None:
    failure = suite(whole(), "phase-4").find("testcase[@name='latency']/failure")
    assert failure is not None
    assert failure.attrib == {
        "message": "620.1 ms misses < 500 ms by 120.1 ms and reaches critical '> 600 ms'",
        "type": "FAIL",
    }
    lines = (failure.text or "").split("\n")
    assert lines[:3] == [
        "promise: API latency (p95)",
        "at: slos/phase-4.yaml:12:7",
        "why: 620.1 ms misses < 500 ms by 120.1 ms and reaches critical '> 600 ms'",
    ]
    assert "asked: AWS/ApiGateway Latency p95 every 60 s {ApiName=securebase-prod}" in lines
    assert "to do: Ask the platform team" in lines


def test_a_waived_promise_is_skipped_with_its_waiver() -> None:
    skipped = suite(whole(), "phase-4").find("testcase/skipped")
    assert skipped is not None
    assert skipped.attrib == {
        "message": "89.9 % misses > 90 % by 0.1 %; waived until 2026-02-01 by J. Doe: OPS-17"
    }


def test_inconclusive_and_error_are_told_apart_by_type() -> None:
    types = [each.attrib["type"] for each in suite(whole(), "phase-4").iter("error")]
    assert types == ["ERROR", "INCONCLUSIVE"]


def test_a_warning_passes_and_its_suite_says_it() -> None:
    one = report(verdict(Outcome.WARN, "d/slow", reasons=("it is slow",)), verdict(Outcome.PASS, "d/fine"))
    assert results(one) == {("d", "fine"): "", ("d", "slow"): ""}
    assert suite(one, "d").findtext("system-out") == "WARN slow: it is slow"


def test_a_warning_that_counts_as_a_failure_is_one() -> None:
    one = report(verdict(Outcome.WARN, "d/slow"), fail_on_warn=True)
    assert results(one) == {("d", "slow"): "failure"}
    assert one.exit is Exit.FAILED


@pytest.mark.parametrize("outcome", [Outcome.FAIL, Outcome.ERROR, Outcome.INCONCLUSIVE, Outcome.WARN])
@pytest.mark.parametrize("fail_on_warn", [False, True])
def test_what_does_not_gate_is_never_red_but_told(outcome: Outcome, fail_on_warn: bool) -> None:
    beside = verdict(outcome, "d/beside", gating=False, reasons=("because",))
    one = report(verdict(Outcome.PASS, "d/x"), beside, fail_on_warn=fail_on_warn)
    assert results(one) == {("d", "beside"): "", ("d", "x"): ""}
    said = f"{outcome} beside (not gating: it does not affect the exit code): because"
    assert suite(one, "d").findtext("system-out") == said


def test_invalid_files_are_errors_in_a_suite_of_their_own() -> None:
    one = report(
        findings=(
            finding(
                path="spec.criteria[0]", remedy="add it", related=(("see also", Location("b.yaml", 1, 2)),)
            ),
            finding(location=None, rule="nothing-to-check", message="the files hold no objective"),
            finding("warning", rule="not-an-error"),
        )
    )
    assert results(one) == {
        ("validation", "nothing-to-check"): "error",
        ("validation", "missing-key slos/phase-4.yaml:30:9"): "error",
    }
    first, second = suite(one, "validation").iter("error")
    assert first.attrib == {"type": "nothing-to-check", "message": "the files hold no objective"}
    assert second.attrib["message"] == "slos/phase-4.yaml:30:9: the key 'target' is missing"
    assert second.text == (
        "message: the key 'target' is missing\n"
        "at: slos/phase-4.yaml:30:9\n"
        "path: spec.criteria[0]\n"
        "remedy: add it\n"
        "see: b.yaml:1:2: see also"
    )


def test_what_the_rules_found_stands_beside_the_promises() -> None:
    found = (
        finding(rule="owner", origin="rule", subject="d/x"),
        finding("warning", rule="score", origin="rule", location=None),
        finding(rule="stuck", origin="broken-rule"),
    )
    for fail_on_warn in (False, True):
        one = report(verdict(Outcome.PASS, "d/x"), findings=found, fail_on_warn=fail_on_warn)
        assert results(one) == {
            ("rules", "owner d/x"): "failure",
            **({("rules", "score"): "failure"} if fail_on_warn else {}),
            ("rules", "stuck slos/phase-4.yaml:30:9"): "error",
            ("d", "x"): "",
        }


def test_names_are_stable_and_sorted_whatever_the_outcome_and_the_order() -> None:
    one = [verdict(Outcome.FAIL, "b/x"), verdict(Outcome.PASS, "a/y"), verdict(Outcome.ERROR, "a/x")]
    two = [verdict(Outcome.PASS, "a/x"), verdict(Outcome.WARN, "b/x"), verdict(Outcome.PASS, "a/y")]
    assert list(results(report(*one))) == list(results(report(*two))) == [("a", "x"), ("a", "y"), ("b", "x")]


@pytest.mark.parametrize(
    ("name", "document", "case"),
    [
        ("phase-4/latency", "phase-4", "latency"),
        ("availability", "availability", "availability"),
        ("a/b/c", "a", "b/c"),
        ("other/x", "doc", "other/x"),
    ],
)
def test_a_case_is_named_after_the_promise_within_its_document(name: str, document: str, case: str) -> None:
    assert list(results(report(verdict(Outcome.PASS, name, document=document)))) == [(document, case)]


@given(texts)
def test_any_text_gives_well_formed_xml_that_two_parsers_read_alike(text: str) -> None:
    rendered = render(every_text(text))
    one, two = ElementTree.fromstring(rendered), etree.fromstring(rendered.encode())
    assert [(each.tag, dict(each.attrib), each.text) for each in one.iter()] == [
        (each.tag, dict(each.attrib), each.text) for each in two.iter()
    ]
