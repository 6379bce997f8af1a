"""SARIF: valid, placed in the repository, the same alert from run to run, and never longer than GitHub reads."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft4Validator

from checker.model import Exit, Finding, Location, Outcome, Report, Waiver
from checker.reports import sarif
from checker.reports.headline import allowed

from .builders import HOSTILE, every_text, finding, report, reports, texts, verdict, whole


def run_of(one: Report) -> Any:
    log = json.loads(sarif.render(one))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    return run


def results(one: Report) -> list[Any]:
    return list(run_of(one)["results"])


@cache
def validator(path: Path) -> Draft4Validator:
    return Draft4Validator(json.loads(path.read_text(encoding="utf-8")))


WAIVER = Waiver(
    name="slow",
    location=Location("slos/waivers.yaml", 3, 1),
    objective="phase-4/coverage",
    digest="d",
    reason="a page is being rewritten",
    ticket="OPS-17",
    approver="J. Doe",
    created=1_768_000_000,
    expires=1_770_000_000,
)
WAIVED = verdict(Outcome.WAIVED, "phase-4/coverage", reasons=("89 % misses > 90 %",))._replace(
    waiver=WAIVER,
    waived=Outcome.FAIL,
)
SAMPLES = {
    "whole": whole(),
    "waived": report(WAIVED),
    "empty": report(),
    "failed itself": report(exit=Exit.ERROR),
    "invalid": report(findings=(finding(), finding("note", location=None))),
    "hostile": every_text("\x1b [a](1) {0} ]]>"),
}


@pytest.mark.parametrize("one", SAMPLES.values(), ids=SAMPLES)
def test_the_oasis_schema_accepts_it(one: Report, shared: Path) -> None:
    schema = validator(shared / "schemas" / "sarif-2.1.0.json")
    log = json.loads(sarif.render(one))
    assert [f"{each.json_path}: {each.message}" for each in schema.iter_errors(log)] == []


def assert_well_formed(one: Report) -> None:
    """What GitHub and the standard ask of a log, beyond what its schema says."""
    run = run_of(one)
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    prints = []
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"].strip()
        assert len(result["suppressions"]) <= 1
        (location,) = result["locations"]
        for place in [location, *result.get("relatedLocations", ())]:
            physical = place["physicalLocation"]
            uri = physical["artifactLocation"]["uri"]
            assert re.fullmatch(r"(?!\.\.(/|$))(?![/.]$)[\w.~%-][\w.~%/-]*", uri, re.ASCII), uri
            assert physical["region"]["startLine"] >= 1
        prints.append(result["partialFingerprints"]["primaryLocationLineHash"])
    assert len(set(prints)) == len(prints)
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"]
        assert re.match(r"https?://[^\s<>]+\Z", rule.get("helpUri", "https://x"))
    assert run["invocations"][0]["exitCode"] == one.exit


@pytest.mark.parametrize("one", SAMPLES.values(), ids=SAMPLES)
def test_it_is_what_github_reads(one: Report) -> None:
    assert_well_formed(one)


@given(reports())
def test_an_error_is_in_it_exactly_when_the_release_is_not_allowed(one: Report) -> None:
    assert_well_formed(one)
    assert any(each["level"] == "error" for each in results(one)) is not allowed(one)


@given(texts)
def test_no_text_makes_it_ill_formed(text: str) -> None:
    assert_well_formed(every_text(text))


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_no_text_makes_a_link_an_argument_or_a_line(text: str) -> None:
    for result in results(every_text(f"{text}[click](https://evil.example){{0}}")):
        told = result["message"]["text"]
        assert "](" not in told
        assert re.search(r"(?<!\{)\{\d", told) is None


def test_levels_follow_the_exit_code() -> None:
    levels = {
        outcome.value: [each["level"] for each in results(report(verdict(outcome)))] for outcome in Outcome
    }
    assert levels == {
        "PASS": [],
        "WARN": ["warning"],
        "FAIL": ["error"],
        "INCONCLUSIVE": ["error"],
        "ERROR": ["error"],
        "WAIVED": ["note"],
    }
    (strict,) = results(report(verdict(Outcome.WARN), fail_on_warn=True))
    assert strict["level"] == "error"
    beside = results(report(verdict(Outcome.PASS), verdict(Outcome.FAIL, "a/b", gating=False)))
    assert [each["level"] for each in beside] == ["warning"]
    assert "(not gating)" in beside[0]["message"]["text"]


def test_a_waived_promise_is_suppressed_with_its_justification() -> None:
    waived, failed = sorted(
        results(report(WAIVED, verdict(Outcome.FAIL))), key=lambda each: str(each["level"]), reverse=True
    )
    assert waived["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "a page is being rewritten (OPS-17; J. Doe, until 2026-02-02T02:40:00Z)",
        }
    ]
    (related,) = waived["relatedLocations"]
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "slos/waivers.yaml"
    assert failed["suppressions"] == [], "of a run, all results have the property or none has"


def fingerprints(one: Report) -> list[str]:
    return [each["partialFingerprints"]["primaryLocationLineHash"] for each in results(one)]


def test_a_fingerprint_outlives_moved_lines_new_numbers_and_other_outcomes() -> None:
    before = report(
        verdict(Outcome.FAIL, reasons=("620 ms misses",)),
        findings=(finding(message="'target' is there already, on line 12 (slos/a.yaml:12:3)"),),
    )
    after = report(
        verdict(Outcome.INCONCLUSIVE, location=Location("slos/phase-4.yaml", 99, 7), reasons=("no data",)),
        findings=(
            finding(
                message="'target' is there already, on line 80 (slos/a.yaml:80:3)",
                location=Location("slos/phase-4.yaml", 98, 9),
            ),
        ),
    )
    assert fingerprints(before) == fingerprints(after)
    assert [each["ruleId"] for each in results(before)] == ["missing-key", "promise/phase-4/latency"]


def test_fingerprints_differ_where_the_promise_the_file_or_the_finding_does() -> None:
    many = report(
        verdict(Outcome.FAIL),
        verdict(Outcome.FAIL, "phase-4/errors"),
        findings=(
            finding(),
            finding(message="the key 'name' is missing"),
            finding(location=Location("slos/other.yaml", 30, 9)),
            finding(path="spec.criteria[1]"),
            finding(location=Location("slos/phase-4.yaml", 40, 9)),
        ),
    )
    assert len(set(fingerprints(many))) == 7


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("slos/a.yaml", "slos/a.yaml"),
        ("./slos//b/../a.yaml", "slos/a.yaml"),
        ("my slos/ä%20#?.yaml", "my%20slos/%C3%A4%2520%23%3F.yaml"),
        ("a:b.yaml", None),
        ("ab:c.yaml", "ab%3Ac.yaml"),
        ("//host/a.yaml", None),
        ("/etc/a.yaml", None),
        ("C:/slos/a.yaml", None),
        ("../a.yaml", None),
        ("slos/../../a.yaml", None),
        ("..a.yaml", "..a.yaml"),
        ("<stdin>", None),
        ("<built-in rules>", None),
        ("", None),
        ("slos/\udcff.yaml", "slos/%FF.yaml"),
        ("slos/\ud800.yaml", "slos/%EF%BF%BD.yaml"),
        ("a\nb.yaml", "a%0Ab.yaml"),
    ],
)
def test_places_lie_in_the_repository(file: str, uri: str | None) -> None:
    one = report(verdict(Outcome.FAIL, location=Location(file, 0, 0)), documents=(("slos/x y.yaml", "0"),))
    (result,) = results(one)
    physical = result["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"] == {"uri": uri or "slos/x%20y.yaml", "uriBaseId": "%SRCROOT%"}
    assert physical["region"]["startLine"] == 1
    assert ("(This is about " in result["message"]["text"]) is (uri is None)


@pytest.mark.parametrize(
    ("runbook", "uri"),
    [
        ("https://runbooks.example/web?a=1#top", "https://runbooks.example/web?a=1#top"),
        ("http://runbooks.example/", "http://runbooks.example/"),
        ("docs/runbooks/latency.md", None),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("data:text/html,x", None),
        ("https://runbooks.example/ x", None),
        ("https://user:secret@runbooks.example/", None),
        ("https://[::1", None),
        ('https://x/"onclick', None),
        ("https://x/<img>", None),
        ("https:///x", None),
    ],
)
def test_only_web_addresses_are_links(runbook: str, uri: str | None) -> None:
    one = verdict(Outcome.FAIL)
    one = one._replace(objective=one.objective._replace(runbook=runbook))
    (rule,) = run_of(report(one))["tool"]["driver"]["rules"]
    assert rule.get("helpUri") == uri


def test_of_too_many_results_the_most_severe_are_kept_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sarif.MOST_RESULTS == 25_000, "what GitHub takes"
    monkeypatch.setattr(sarif, "MOST_RESULTS", 250)
    place = Location("slos/a.yaml", 1, 1)
    notes = tuple(Finding("hint", "note", f"hint {number}", place) for number in range(240))
    failed = tuple(verdict(Outcome.FAIL, f"a/p{number}") for number in range(20))
    run = run_of(report(*failed, findings=notes))
    assert len(run["results"]) == 250
    assert [each["level"] for each in run["results"][:21]] == ["error"] * 20 + ["note"]
    assert len(run["tool"]["driver"]["rules"]) == 21
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"] == "the 250 most severe of 260 results are listed, 10 are left out"
    assert "toolExecutionNotifications" not in run_of(whole())["invocations"][0]


def test_the_invocation_tells_the_exit_code() -> None:
    (invocation,) = run_of(whole())["invocations"]
    assert invocation["exitCode"] == 1
    assert invocation["executionSuccessful"] is True
    assert invocation["exitCodeDescription"].startswith(
        "RELEASE: NOT ALLOWED (exit 1) - 2 of 8 promises failed"
    )
    (broken,) = run_of(report(verdict(Outcome.ERROR)))["invocations"]
    assert broken["executionSuccessful"] is False


def test_a_run_that_judged_nothing_is_no_empty_log() -> None:
    (result,) = results(report(verdict(Outcome.PASS, gating=False)))
    assert (result["ruleId"], result["level"]) == ("release", "error")
    assert "none of 1 promise gates the release" in result["message"]["text"]


def test_findings_alone() -> None:
    log = json.loads(sarif.render_findings((finding(), finding("warning")), Exit.INVALID))
    (run,) = log["runs"]
    assert [each["level"] for each in run["results"]] == ["error", "warning"]
    assert run["invocations"] == [
        {"executionSuccessful": True, "exitCode": 2, "exitCodeDescription": "1 error in the files"}
    ]
    (clean,) = json.loads(sarif.render_findings((), Exit.PASSED))["runs"]
    assert clean["results"] == []
