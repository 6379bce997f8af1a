"""Waivers and attestations for a promise that is not there: told before anything is measured, and once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.cli import main
from tests.repository import Repository

TIME = "2026-01-15T12:00:00Z"
PROMISES = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: build}
spec:
  criteria:
    - name: coverage
      indicator: {source: Coverage, file: coverage.xml}
      target: "> 80 %"
    - name: survey
      indicator: {source: Attestation}
      target: confirmed
"""
WAIVER = """\
apiVersion: checker/v1
kind: Waiver
metadata: {name: less}
spec:
  objective: build/coverage
  digest: "0123456789abcdef"
  reason: The generated parser is not covered yet.
  ticket: PROJ-7
  approver: A. Maintainer
  created: "2026-01-01T00:00:00Z"
  expires: "2026-02-01T00:00:00Z"
  accepts: "> 75 %"
"""
ATTESTATION = """\
apiVersion: checker/v1
kind: Attestation
metadata: {name: asked}
spec:
  objective: build/survey
  digest: "0123456789abcdef"
  statement: Seventeen of twenty were content.
  confirmedBy: D. Reyes
  confirmedAt: "2026-01-10T09:00:00Z"
  validUntil: "2026-04-10T09:00:00Z"
  evidence:
    - {link: https://example.org/survey, sha256: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}
"""
SLO = """\
apiVersion: openslo/v1
kind: SLO
metadata: {name: answered}
spec:
  service: shop
  indicatorRef: requests
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.99}, {target: 0.999}]
"""
SLI = """\
apiVersion: openslo/v1
kind: SLI
metadata: {name: requests}
spec:
  ratioMetric:
    counter: false
    good: {metricSource: {type: Prometheus, spec: {query: good}}}
    total: {metricSource: {type: Prometheus, spec: {query: all}}}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "slos").mkdir()
    (tmp_path / "slos/build.yaml").write_text(PROMISES, encoding="utf-8")
    return tmp_path


def write(text: str, name: str = "people") -> None:
    Path(f"slos/{name}.yaml").write_text(text, encoding="utf-8")


def told(capsys: pytest.CaptureFixture[str], *paths: str) -> tuple[int, list[dict[str, Any]]]:
    """The exit code of ``validate``, and what it says of waivers and attestations, as SARIF has it; not that they
    are void: here they all name the digest of no promise."""
    code = main(["validate", "--at", TIME, "-f", "sarif", *paths])
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    found = [each for each in run["results"] if each["ruleId"] in ("waiver", "attestation")]
    return code, [each for each in found if "it is void" not in each["message"]["text"]]


def message(text: str, wrong: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What is found about ``text`` once it is for the promise ``wrong``."""
    write(text.replace("build/coverage", wrong).replace("build/survey", wrong))
    code, found = told(capsys)
    assert code == 0
    (finding,) = found
    assert finding["level"] == "warning"
    said: str = finding["message"]["text"]
    return said


@pytest.mark.parametrize("text", [WAIVER, ATTESTATION])
def test_one_for_a_promise_that_is_there_is_well(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    write(text)
    assert told(capsys) == (0, [])


def test_a_waiver_for_nobody_is_told_with_its_place_and_the_nearest_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(WAIVER.replace("build/coverage", "build/covreage"))
    assert main(["validate", "--at", TIME]) == 0
    printed = capsys.readouterr().out
    assert (
        "slos/people.yaml:5:14: warning: waiver 'less': it is for 'build/covreage', but there is no such\n"
        "    promise [waiver]\n"
        "    path: spec.objective\n"
        "    remedy: did you mean 'build/coverage'?\n"
        "    see: slos/build.yaml:6:13: the promise 'build/coverage'\n"
    ) in printed


def test_an_attestation_for_nobody_is_told_too(capsys: pytest.CaptureFixture[str]) -> None:
    said = message(ATTESTATION, "build/servey", capsys)
    assert said.startswith("attestation 'asked': it is for 'build/servey', but there is no such promise")
    assert "did you mean 'build/survey'?" in said


def test_an_attestation_for_what_is_measured_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    said = message(ATTESTATION, "build/coverage", capsys)
    assert said.startswith(
        "attestation 'asked': it is for build/coverage, which is measured: an attestation has no effect"
    )
    assert "remove it; to excuse a miss, write a Waiver" in said


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [
        ("coverage", "did you mean 'build/coverage'?"),
        ("buidl/coverage", "did you mean 'build/coverage'?"),
        ("answered", "correct the name, or remove it; there are answered/1, answered/2"),
        (
            "nothing-like-it",
            "correct the name, or remove it; there are answered/1, answered/2, build/coverage, ",
        ),
    ],
)
def test_the_remedy_names_what_there_is(wrong: str, remedy: str, capsys: pytest.CaptureFixture[str]) -> None:
    write(f"{SLO}---\n{SLI}", "slo")
    assert remedy in message(WAIVER, wrong, capsys)


def test_where_only_the_waiver_is_given_its_promise_is_not_there(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """As a reference to a document that was not given leads nowhere."""
    write(WAIVER)
    code, (finding,) = told(capsys, "slos/people.yaml")
    assert code == 0
    assert "give its promise's file as well; the checked files hold no promise" in finding["message"]["text"]
    assert told(capsys, "slos/people.yaml", "slos/build.yaml") == (0, [])


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("build/coverage", {"build": PROMISES.replace("Coverage", "Covreage")}),
        ("build/coverage", {"build": PROMISES.replace("SuccessCriteria", "Criteria")}),
        ("build/coverage", {"build": PROMISES.replace("name: build", "name: 7")}),
        ("build/coverage", {"build": PROMISES.replace("target", "- target")}),
        ("answered/1", {"slo": SLO, "sli": SLI.replace("good:", "god:\n    good:")}),
        ("answered/2", {"slo": SLO.replace("{target: 0.999}", "{target: 7}"), "sli": SLI}),
        ("answered/1", {"slo": SLO}),
    ],
)
def test_what_may_stand_in_a_broken_document_is_not_called_missing(
    name: str, broken: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    write(WAIVER.replace("build/coverage", name))
    for file, text in broken.items():
        write(text, file)
    assert told(capsys) == (2, [])


def test_another_document_that_is_broken_hides_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    write(WAIVER.replace("build/coverage", "build/covreage"))
    write(SLO, "slo")
    code, found = told(capsys)
    assert (code, len(found)) == (2, 1)


def test_a_composite_is_one_promise(capsys: pytest.CaptureFixture[str]) -> None:
    ref = "indicatorRef: requests"
    composite = SLO.replace(f"  {ref}\n", "").replace("{target: 0.99", f"{{{ref}, target: 0.99")
    assert composite.count(ref) == 2
    write(f"{composite}---\n{SLI}", "slo")
    write(WAIVER.replace("build/coverage", "answered"))
    assert told(capsys) == (0, [])
    write(WAIVER.replace("build/coverage", "answered/1"))
    assert len(told(capsys)[1]) == 1


def test_a_run_tells_it_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(
        WAIVER.replace("build/coverage", "build/covreage")
        + "---\n"
        + ATTESTATION.replace("build/survey", "build/coverage")
    )
    Repository(folder).commit()
    for more in ([], ["--select", "build/survey"]):
        main(["run", "--at", TIME, "-f", "json", *more])
        found = json.loads(capsys.readouterr().out)["findings"]
        assert [
            (each["rule"], each["level"]) for each in found if each["rule"] in ("waiver", "attestation")
        ] == [
            ("waiver", "warning"),
            ("attestation", "warning"),
        ]
    main(["run", "--at", TIME, "-f", "json", "--base", "main"])
    found = json.loads(capsys.readouterr().out)["findings"]
    said = [each["message"] for each in found if each["rule"] == "waiver"]
    assert len(said) == len(set(said))
    assert any(each.startswith("at main") for each in said)
