"""Attestations through the command: what a person's word is worth, until when, and when it is void."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from checker.cli import main

TIME, CONFIRMED, UNTIL = "2026-01-15T12:00:00Z", "2026-01-10T09:00:00Z", "2026-04-10T09:00:00+02:00"
SURVEY = b"asked 20 customers on 2026-01-09: 17 content\n"
SHA = hashlib.sha256(SURVEY).hexdigest()
PROMISE = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: manual}
spec:
  criteria:
    - name: survey
      displayName: Twenty customers were asked
      description: %s
      indicator: {source: Attestation}
      target: confirmed
      %s
"""
ATTESTATION = """\
---
apiVersion: checker/v1
kind: Attestation
metadata: {name: %s}
spec:
  objective: %s
  digest: "%s"
  statement: Seventeen of twenty were content.
  confirmedBy: D. Reyes
  confirmedAt: "%s"
  validUntil: "%s"
  evidence:
    - {link: "%s", sha256: %s}
"""


@dataclass
class Tree:
    """A folder with one promise; ``attest`` adds an attestation, ``judge`` gives the exit code and the report."""

    folder: Path

    def promise(self, description: str = "By telephone.", more: str = "severity: low") -> None:
        (self.folder / "slos/promise.yaml").write_text(PROMISE % (description, more))

    def attest(self, name: str = "survey-done", more: str = "", **changes: str) -> None:
        said = {
            "objective": "manual/survey",
            "digest": self.digest(),
            "confirmed": CONFIRMED,
            "until": UNTIL,
            "link": "proof/survey.txt",
            "sha": SHA,
            **changes,
        }
        (self.folder / f"slos/{name}.yaml").write_text(ATTESTATION % (name, *said.values()) + more)

    def digest(self) -> str:
        _, report = self.judge()
        digest: str = report["verdicts"][0]["objective"]["digest"]
        return digest

    def judge(self, *more: str, at: str = TIME) -> tuple[int, dict[str, Any]]:
        code = main(["run", "slos", "--at", at, "-f", "json=report.json", *more])
        report = json.loads((self.folder / "report.json").read_text())
        ours = [each for each in report["findings"] if each["rule"] == "attestation"]
        return code, {**report, "findings": ours}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    monkeypatch.chdir(tmp_path)
    for folder in ("slos", "proof"):
        (tmp_path / folder).mkdir()
    (tmp_path / "proof/survey.txt").write_bytes(SURVEY)
    tree = Tree(tmp_path)
    tree.promise()
    return tree


def at(text: str, seconds: int) -> str:
    moment = datetime.fromisoformat(text).timestamp() + seconds
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def only(report: dict[str, Any]) -> tuple[str, str, str]:
    """The outcome of the one verdict, its reason and its remedy."""
    (verdict,) = report["verdicts"]
    return verdict["outcome"], "; ".join(verdict["reasons"]), verdict["remedy"]


def finding(report: dict[str, Any]) -> str:
    (found,) = report["findings"]
    assert (found["rule"], found["level"]) == ("attestation", "warning")
    assert found["remedy"]
    message: str = found["message"]
    return message


def test_nobody_confirmed_it(tree: Tree) -> None:
    code, report = tree.judge()
    outcome, reason, remedy = only(report)
    assert (code, outcome, reason) == (3, "INCONCLUSIVE", "nobody has confirmed it")
    assert remedy == f"have somebody check it, and confirm it in an Attestation with digest {tree.digest()}"
    assert report["findings"] == []


def test_a_confirmed_promise_passes_and_says_by_whom(tree: Tree) -> None:
    tree.attest()
    code, report = tree.judge()
    outcome, reason, _ = only(report)
    assert (code, outcome) == (0, "PASS")
    assert reason == "confirmed by D. Reyes at 2026-01-10T09:00:00Z, valid until 2026-04-10T07:00:00Z"
    assert report["verdicts"][0]["attestation"] == {
        "name": "survey-done",
        "location": {"file": "slos/survey-done.yaml", "line": 4, "column": 18},
        "statement": "Seventeen of twenty were content.",
        "confirmedBy": "D. Reyes",
        "confirmedAt": "2026-01-10T09:00:00Z",
        "validUntil": "2026-04-10T07:00:00Z",
        "evidence": [{"link": "proof/survey.txt", "sha256": SHA, "checked": True}],
    }
    assert report["findings"] == []


@pytest.mark.parametrize("format_", ["table", "junit", "json"])
def test_every_report_says_who_when_and_on_what_evidence(
    tree: Tree, format_: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tree.attest()
    capsys.readouterr()
    assert main(["run", "slos", "--at", TIME, "-f", format_]) == 0
    told = " ".join(capsys.readouterr().out.split())
    for part in ("D. Reyes", "2026-01-10T09:00:00Z", "2026-04-10T07:00:00Z", "proof/survey.txt", SHA):
        assert part in told


@pytest.mark.parametrize(
    ("moment", "outcome", "told"),
    [
        (at(CONFIRMED, -1), "INCONCLUSIVE", "it was confirmed at 2026-01-10T09:00:00Z, after the moment"),
        (at(CONFIRMED, 0), "PASS", "confirmed by"),
        (at(UNTIL, -1), "PASS", "confirmed by"),
        (at(UNTIL, 0), "INCONCLUSIVE", "it expired at 2026-04-10T07:00:00Z"),
        (at(UNTIL, 1), "INCONCLUSIVE", "it expired at 2026-04-10T07:00:00Z"),
    ],
)
def test_it_holds_from_its_first_second_to_its_last(tree: Tree, moment: str, outcome: str, told: str) -> None:
    tree.attest()
    code, report = tree.judge(at=moment)
    found, reason, _ = only(report)
    assert (found, code) == (outcome, 0 if outcome == "PASS" else 3)
    assert told in reason
    assert bool(report["findings"]) == (outcome != "PASS")


@pytest.mark.parametrize(
    "edit", [{"description": "By letter."}, {"more": "gating: false"}, {"more": "maxAge: 90d"}], ids=str
)
def test_editing_the_promise_voids_it(tree: Tree, edit: dict[str, str]) -> None:
    tree.attest()
    tree.promise(**edit)
    _, report = tree.judge()
    outcome, reason, remedy = only(report)
    assert outcome == "INCONCLUSIVE"
    assert reason == "attestation survey-done: it is void: the promise was changed since it was confirmed"
    assert report["verdicts"][0]["objective"]["digest"] in remedy
    assert finding(report) == (
        "attestation 'survey-done': it is void: the promise was changed since it was confirmed"
    )


def test_changed_evidence_voids_it(tree: Tree) -> None:
    tree.attest()
    (tree.folder / "proof/survey.txt").write_bytes(SURVEY + b"and three were not\n")
    code, report = tree.judge()
    outcome, reason, _ = only(report)
    assert (code, outcome) == (3, "INCONCLUSIVE")
    assert "its evidence proof/survey.txt is not what was confirmed" in reason
    assert "is not what was confirmed" in finding(report)


def test_evidence_that_is_gone_voids_it(tree: Tree) -> None:
    tree.attest()
    (tree.folder / "proof/survey.txt").unlink()
    code, report = tree.judge()
    outcome, reason, _ = only(report)
    assert (code, outcome) == (3, "INCONCLUSIVE")
    assert "its evidence is gone: there is no file 'proof/survey.txt'" in reason
    assert "its evidence is gone" in finding(report)


def test_evidence_behind_a_link_is_an_error(tree: Tree) -> None:
    tree.attest()
    (tree.folder / "proof/survey.txt").rename(tree.folder / "proof/other.txt")
    (tree.folder / "proof/survey.txt").symlink_to("other.txt")
    code, report = tree.judge()
    assert (code, only(report)[0]) == (4, "ERROR")


def test_an_address_is_not_fetched_and_that_is_said(tree: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    tree.attest(link="http://127.0.0.1:9/survey")
    code, report = tree.judge()
    assert (code, only(report)[0]) == (0, "PASS")
    assert report["verdicts"][0]["attestation"]["evidence"] == [
        {"link": "http://127.0.0.1:9/survey", "sha256": SHA, "checked": False}
    ]
    assert main(["run", "slos", "--at", TIME]) == 0
    assert f"http://127.0.0.1:9/survey (not fetched, sha256 {SHA})" in " ".join(
        capsys.readouterr().out.split()
    )


def test_the_latest_that_counts_is_the_one(tree: Tree) -> None:
    tree.attest("old", confirmed="2025-06-01T00:00:00Z", until="2025-12-01T00:00:00Z")
    tree.attest("sound")
    tree.attest("newer", confirmed="2026-01-12T00:00:00Z", sha="a" * 64)
    code, report = tree.judge()
    assert code == 0
    assert report["verdicts"][0]["attestation"]["name"] == "sound"
    assert report["findings"] == []


def test_one_for_nobody_is_a_finding(tree: Tree) -> None:
    tree.attest(objective="manual/servey")
    code, report = tree.judge()
    assert code == 3
    assert finding(report) == (
        "attestation 'survey-done': it is for 'manual/servey', but there is no such promise"
    )


def test_nobodys_word_counts_for_what_is_measured(tree: Tree) -> None:
    tree.attest(objective="build/coverage")
    (tree.folder / "slos/build.yaml").write_text(
        "apiVersion: checker/v1\nkind: SuccessCriteria\nmetadata: {name: build}\nspec: {criteria: [{name: coverage,"
        ' indicator: {source: Coverage, file: coverage.xml}, target: "> 90 %"}]}\n'
    )
    _, report = tree.judge("--select", "build/*")
    assert only(report)[0] == "ERROR"
    assert finding(report) == (
        "attestation 'survey-done': it is for build/coverage, which is measured: an attestation has no effect"
    )


def test_no_data_as_a_miss_and_age(tree: Tree) -> None:
    tree.promise(more="noData: fail")
    code, report = tree.judge()
    assert (code, only(report)[0]) == (1, "FAIL")
    tree.promise(more="maxAge: 5d")
    tree.attest()
    assert tree.judge(at=at(CONFIRMED, 5 * 86400))[0] == 0
    code, report = tree.judge(at=at(CONFIRMED, 5 * 86400 + 60))
    assert code == 3
    assert only(report) == (
        "INCONCLUSIVE",
        "the newest data is 5d1m old, and maxAge is 5d",
        "check and confirm it again",
    )


def test_a_replay_says_the_same_without_the_evidence(tree: Tree) -> None:
    tree.attest()
    assert tree.judge("--record", "evidence.jsonl")[0] == 0
    live = (tree.folder / "report.json").read_bytes()
    (tree.folder / "proof/survey.txt").unlink()
    assert tree.judge("--replay", "evidence.jsonl")[0] == 0
    assert (tree.folder / "report.json").read_bytes() == live


def test_a_replay_of_nothing_but_addresses_is_recorded_too(tree: Tree) -> None:
    tree.attest(link="https://example.com/survey")
    assert tree.judge("--record", "evidence.jsonl")[0] == 0
    live = (tree.folder / "report.json").read_bytes()
    assert tree.judge("--replay", "evidence.jsonl")[0] == 0
    assert (tree.folder / "report.json").read_bytes() == live


def test_evidence_that_was_edited_never_passes(tree: Tree) -> None:
    tree.attest()
    tree.judge("--record", "evidence.jsonl")
    recording = tree.folder / "evidence.jsonl"
    header, line = recording.read_text().splitlines()
    for edited, outcome in (
        ([header], "INCONCLUSIVE"),
        ([header, line.replace(SHA, "0" * 64)], "INCONCLUSIVE"),
        ([header, line.replace(f'"{SHA}"', "null")], "INCONCLUSIVE"),
        ([header, line, line.replace(SHA, "0" * 64)], "ERROR"),
    ):
        recording.write_text("\n".join(edited) + "\n")
        _, report = tree.judge("--replay", "evidence.jsonl")
        assert only(report)[0] == outcome


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("until", CONFIRMED, "an attestation ends after it was confirmed, and at most 366 days later"),
        ("until", "2027-02-10T09:00:00Z", "at most 366 days later"),
        ("until", "2026-04-10T09:00:00", "is not a time with a zone"),
        ("link", "/etc/passwd", "neither an http(s) address nor a path below the working directory"),
        ("link", "../secret", "neither an http(s) address"),
        ("link", "javascript:alert(1)", "neither an http(s) address"),
        (
            "link",
            "https://user:word@example.com/x",
            "an address in a file must not hold a user name or password",
        ),
        ("sha", "abc", "sha256"),
    ],
)
def test_what_cannot_be_is_refused(
    tree: Tree, field: str, value: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tree.attest(**{field: value})
    capsys.readouterr()
    assert main(["validate", "slos"]) == 2
    shown = " ".join(capsys.readouterr().out.split())
    assert told in shown
    assert "user:word" not in shown


@pytest.mark.parametrize(
    ("indicator", "target", "told"),
    [
        (
            "{source: Coverage, file: c.xml}",
            "confirmed",
            "the target is 'confirmed', but Coverage measures a value",
        ),
        (
            "{source: Attestation}",
            '"> 90 %"',
            "'> 90 %' is a ratio (%), but the indicator measures a confirmation",
        ),
        (
            "{formula: a, metrics: {a: {source: Attestation}}}",
            "confirmed",
            "an attestation has no value to compute with",
        ),
        (
            "{good: {source: Attestation}, total: {source: Attestation}}",
            '"> 90 %"',
            "an attestation has no value to compute with",
        ),
    ],
)
def test_a_word_is_compared_with_nothing_else(
    tree: Tree, indicator: str, target: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = PROMISE % ("x", "severity: low")
    text = text.replace("{source: Attestation}", indicator).replace("target: confirmed", f"target: {target}")
    (tree.folder / "slos/promise.yaml").write_text(text)
    assert main(["validate", "slos"]) == 2
    assert told in " ".join(capsys.readouterr().out.split())


def test_a_plan_names_the_files_and_asks_for_no_permission(
    tree: Tree, capsys: pytest.CaptureFixture[str]
) -> None:
    tree.attest()
    capsys.readouterr()
    assert main(["plan", "slos", "--at", TIME, "-f", "json"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert plan["iamPolicy"]["Statement"] == []
    assert [request["parameters"] for request in plan["requests"]] == [{"file": "proof/survey.txt"}]
    assert plan["objectives"][0]["queries"] == ["Attestation survey-done"]


RULE = """\
apiVersion: checker/v1
kind: Rule
metadata: {name: own}
spec:
  scope: verdict
  level: note
  expression: verdict.attestation == null
  message: >-
    {verdict.attestation.state} {verdict.attestation.name} {verdict.attestation.confirmedBy}
    {verdict.attestation.proofs} {verdict.attestation.files}
    {verdict.attestation.confirmedAt == null ? 0 : (now - verdict.attestation.confirmedAt.seconds) / 3600}
    {verdict.attestation.validUntil == null ? "" : verdict.attestation.validUntil.text}
  remedy: None.
  rationale: A test's.
"""


def test_rules_see_who_confirmed_a_promise_and_whether_it_counts(tree: Tree) -> None:
    (tree.folder / "rules").mkdir()
    (tree.folder / "rules/own.yaml").write_text(RULE)

    def seen(moment: str = TIME) -> str:
        tree.judge(at=moment)
        report = json.loads((tree.folder / "report.json").read_text())
        (found,) = [each["message"] for each in report["findings"] if each["rule"] == "own"]
        return " ".join(found.split())

    until = "2026-04-10T07:00:00Z"
    assert seen() == "missing 0 0 0"
    tree.attest(more=f'    - {{link: "https://example.com/a", sha256: {SHA}}}\n')
    assert seen() == f"valid survey-done D. Reyes 2 1 123 {until}"
    assert seen(at(CONFIRMED, -3600)) == f"notYetValid survey-done D. Reyes 2 1 -1 {until}"
    assert seen(at(UNTIL, 0)) == f"expired survey-done D. Reyes 2 1 2158 {until}"
    (tree.folder / "proof/survey.txt").write_bytes(b"another")
    assert seen() == f"unproven survey-done D. Reyes 2 1 123 {until}"
    tree.promise(more="maxAge: 5d")
    assert seen() == f"void survey-done D. Reyes 2 1 123 {until}"
    (tree.folder / "proof/survey.txt").write_bytes(SURVEY)
    tree.attest()
    assert seen(at(CONFIRMED, 5 * 86400)) == f"valid survey-done D. Reyes 1 1 120 {until}"
    assert seen(at(CONFIRMED, 5 * 86400 + 3600)) == f"tooOld survey-done D. Reyes 1 1 121 {until}"


def validated(capsys: pytest.CaptureFixture[str], moment: str = TIME) -> list[str]:
    """What ``validate`` says of attestations, on one line each."""
    capsys.readouterr()
    assert main(["validate", "--at", moment, "-f", "sarif"]) == 0
    results = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    return [" ".join(each["message"]["text"].split()) for each in results if each["ruleId"] == "attestation"]


def test_validation_tells_those_that_do_not_count_where_none_does(
    tree: Tree, capsys: pytest.CaptureFixture[str]
) -> None:
    tree.attest()
    (tree.folder / "proof/survey.txt").unlink()  # which only a run looks at
    assert validated(capsys) == []
    assert validated(capsys, UNTIL) == [
        "attestation 'survey-done': it expired at 2026-04-10T07:00:00Z remedy: check and confirm it again"
    ]
    (said,) = validated(capsys, at(CONFIRMED, -1))
    assert "it was confirmed at 2026-01-10T09:00:00Z, after the moment it is judged at" in said
    tree.attest("older", confirmed="2026-01-01T00:00:00Z")
    assert validated(capsys, at(CONFIRMED, -1)) == []
    tree.promise(description="By letter.")
    (said,) = validated(capsys)
    assert (
        "it is void: the promise was changed since it was confirmed remedy: check it again, and confirm it with digest"
        in said
    )
