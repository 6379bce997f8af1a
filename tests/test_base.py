"""``checker run --base``: a change is judged by what it is merged into, and cannot weaken its own gate."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from checker.cli import main
from checker.diff.rules import FIELDS
from checker.load.rulebook import pack_folder
from checker.rulebook import Rule, Setting
from tests.repository import Repository

AT = "2026-01-31T12:00:00Z"
HEAD_OF_FILE = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: build}
spec:
  owner: team
  criteria:
"""
CRITERION = """\
    - name: %s
      indicator: {source: Coverage, file: %s}
      target: "%s"
"""
SOURCE = """\
apiVersion: openslo/v1
kind: DataSource
metadata: {name: %s}
spec: {type: %s, connectionDetails: {%s}}
---
"""
UP = """\
    - name: %s
      window: 1h
      indicator: {source: Prometheus, dataSourceRef: %s, query: "vector(%s)"}
      target: "> 0"
"""
WAIVER = """\
---
apiVersion: checker/v1
kind: Waiver
metadata: {name: excuse}
spec:
  objective: build/coverage
  digest: "%s"
  reason: Because.
  ticket: T-1
  approver: Me
  created: "2026-01-30T12:00:00Z"
  expires: "2026-02-28T12:00:00Z"
  accepts: "> 1 %%"
"""


def promises(*criteria: tuple[str, str, str]) -> str:
    return HEAD_OF_FILE + "".join(CRITERION % each for each in criteria)


KEPT, MISSED = ("lines", "c.json", "> 70 %"), ("coverage", "c.json", "> 90 %")


RULE = """\
apiVersion: checker/v1
kind: Rule
metadata: {name: short-owner}
spec:
  scope: verdict
  level: %s
  parameters: {longest: 3}
  expression: size(objective.owner) < params.longest
  message: the owner of {objective.name} is long
  remedy: shorten it
  rationale: it matters
  examples:
    pass: [{description: short, input: {objective: {owner: ab}}}]
    fail: [{description: long, input: {objective: {owner: abcdef}}}]
"""
POLICY = """\
apiVersion: checker/v1
kind: Policy
metadata: {name: policy}
spec:
  rules: {%s}
"""
OFF = "short-owner: {enabled: false, reason: in the way}"


class Gate:
    """Runs ``checker run --base main`` in a repository, where 3 of 4 lines are covered."""

    def __init__(self, repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
        self.repository, self.capsys = repository, capsys

    def base(self, text: str) -> None:
        """Commits ``text`` as what is promised on main, and begins a branch."""
        self.repository.write("slos/build.yaml", text)
        self.repository.commit()
        self.repository.git("checkout", "--quiet", "-b", "change")

    def head(self, text: str) -> None:
        self.repository.write("slos/build.yaml", text)
        self.repository.commit("weaker")

    def __call__(self, *more: str, base: str = "main") -> tuple[int, dict[str, Any]]:
        self.capsys.readouterr()
        code = main(["run", "--base", base, "--at", AT, "-f", "json", *more])
        out = self.capsys.readouterr().out
        report: dict[str, Any] = json.loads(out) if out else {}
        return code, report


@pytest.fixture
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Gate:
    monkeypatch.chdir(tmp_path)
    repository = Repository(tmp_path)
    lines = {"executed_lines": [1, 2, 3], "missing_lines": [4], "excluded_lines": []}
    totals = {"covered_lines": 3, "num_statements": 4}
    report = {"meta": {"format": 3}, "files": {"a.py": {**lines, "summary": totals}}, "totals": totals}
    repository.write("c.json", json.dumps(report))
    return Gate(repository, capsys)


def outcomes(report: dict[str, Any]) -> dict[str, tuple[str, bool]]:
    """The outcome of each promise, and whether it gates."""
    return {
        each["objective"]["name"]: (each["outcome"], each["objective"]["gating"])
        for each in report["verdicts"]
    }


def messages(report: dict[str, Any], rule: str = "weaker-than-base") -> list[str]:
    return [each["message"] for each in report["findings"] if each["rule"] == rule]


def test_a_target_that_the_change_lowers_still_fails(gate: Gate) -> None:
    gate.base(promises(KEPT, MISSED))
    gate.head(promises(KEPT, ("coverage", "c.json", "> 70 %")))
    assert main(["run", "--at", AT]) == 0  # by its own file it would be released
    code, report = gate()
    assert code == 1
    assert outcomes(report) == {"build/coverage": ("FAIL", True), "build/lines": ("PASS", True)}
    assert report["decision"]["allowed"] is False
    assert report["base"].startswith("main (")
    assert messages(report) == [
        "build/coverage is loosened in the working folder; target: > 90 % -> > 70 % (values meet it that did not); "
        "as proposed it is PASS"
    ]
    (finding,) = (each for each in report["findings"] if each["rule"] == "weaker-than-base")
    assert finding["location"] == {"file": "slos/build.yaml", "line": 10, "column": 13}
    assert finding["related"][0]["location"]["line"] == 10


def test_what_was_not_committed_is_judged_the_same_way(gate: Gate) -> None:
    gate.base(promises(KEPT, MISSED))
    gate.repository.write("slos/build.yaml", promises(KEPT))
    assert gate()[0] == 1
    assert gate(base="HEAD")[0] == 1


def test_a_promise_that_the_change_deletes_still_fails(gate: Gate) -> None:
    gate.base(promises(KEPT, MISSED))
    gate.head(promises(KEPT))
    code, report = gate()
    assert code == 1
    assert messages(report) == ["build/coverage is removed in the working folder; it is no longer promised"]


def test_a_promise_that_the_change_renames_still_fails(gate: Gate) -> None:
    gate.base(promises(KEPT, MISSED))
    gate.head(promises(KEPT, ("renamed", "c.json", "> 90 %")))
    code, report = gate()
    assert code == 1
    assert outcomes(report)["build/coverage"] == ("FAIL", True)
    assert outcomes(report)["build/renamed"] == ("FAIL", False)
    assert "it is now called build/renamed" in messages(report)[0]


def test_a_file_that_the_change_deletes_still_gates(gate: Gate) -> None:
    gate.repository.write("slos/other.yaml", promises(KEPT).replace("build", "other"))
    gate.base(promises(MISSED))
    (gate.repository.folder / "slos/build.yaml").unlink()
    gate.repository.commit()
    code, report = gate()
    assert code == 1
    assert outcomes(report)["build/coverage"] == ("FAIL", True)


def test_with_no_file_left_it_is_2_and_still_says_how_things_stand(gate: Gate) -> None:
    gate.base(promises(MISSED))
    (gate.repository.folder / "slos/build.yaml").unlink()
    gate.repository.commit()
    code, report = gate()
    assert code == 2
    assert outcomes(report) == {"build/coverage": ("FAIL", True)}


def test_a_promise_that_the_change_no_longer_gates_still_does(gate: Gate) -> None:
    gate.base(promises(KEPT, MISSED))
    gate.head(promises(KEPT, MISSED) + "      gating: false\n")
    code, report = gate()
    assert code == 1
    assert outcomes(report)["build/coverage"] == ("FAIL", True)


def test_a_waiver_of_the_change_has_no_effect(gate: Gate) -> None:
    gate.base(promises(KEPT, MISSED))
    _, report = gate()
    digest = next(
        each["objective"]["digest"]
        for each in report["verdicts"]
        if each["objective"]["name"] == "build/coverage"
    )
    gate.head(promises(KEPT, MISSED) + WAIVER % digest)
    assert main(["run", "--at", AT]) == 0
    code, report = gate()
    assert code == 1
    assert outcomes(report)["build/coverage"] == ("FAIL", True)
    assert messages(report) == ["Waiver excuse is added in the working folder; it excuses build/coverage"]
    gate.repository.git("branch", "--force", "main", "HEAD")
    assert gate()[0] == 0  # once it is merged, it counts


def test_a_promise_that_is_added_or_tightened_is_reported_and_does_not_gate_yet(gate: Gate) -> None:
    gate.base(promises(KEPT))
    gate.head(promises(("lines", "c.json", "> 80 %"), MISSED))
    assert main(["run", "--at", AT]) == 1
    code, report = gate()
    assert code == 0
    assert outcomes(report) == {"build/lines": ("PASS", True), "build/coverage": ("FAIL", False)}
    assert messages(report) == []
    assert sorted(messages(report, "changed-since-base")) == [
        "build/coverage is added in the working folder; one more promise; as proposed it is FAIL",
        "build/lines is tightened in the working folder; target: > 70 % -> > 80 % (fewer values meet it); "
        "as proposed it is FAIL",
    ]


def test_what_is_only_reworded_is_not_told(gate: Gate) -> None:
    gate.base(promises(KEPT))
    gate.head(promises(("lines", "c.json", "> 0.7 ratio")) + "      displayName: Lines\n")
    code, report = gate()
    assert code == 0
    assert messages(report) + messages(report, "changed-since-base") == []


def test_nothing_is_asked_at_an_address_that_the_change_names(gate: Gate) -> None:
    """It could be somebody's own, and be sent this run's credentials."""
    base = SOURCE % ("ours", "Prometheus", "url: http://127.0.0.1:9") + promises(KEPT)
    gate.base(base)
    more = SOURCE % ("theirs", "Prometheus", "url: http://127.0.0.1:8") + base
    gate.head(more + UP % ("up", "theirs", 1) + UP % ("down", "ours", 2))
    code, report = gate("--record", "evidence.jsonl")
    assert code == 0
    assert outcomes(report) == {
        "build/lines": ("PASS", True),
        "build/up": ("INCONCLUSIVE", False),
        "build/down": ("ERROR", False),
    }
    recorded = (gate.repository.folder / "evidence.jsonl").read_text()
    assert "127.0.0.1:9" in recorded or "ours" in recorded
    assert "127.0.0.1:8" not in recorded
    assert "theirs" not in recorded


def test_a_connection_that_the_change_moves_is_asked_where_it_was(gate: Gate) -> None:
    through = promises(("lines", "c.json, dataSourceRef: here", "> 70 %"))
    gate.repository.write("real/c.json", (gate.repository.folder / "c.json").read_text())
    gate.base(SOURCE % ("here", "Coverage", "directory: real") + through)
    gate.repository.write("fake/c.json", "{}")
    gate.head(SOURCE % ("here", "Coverage", "directory: fake") + through)
    code, report = gate()
    assert code == 0
    assert messages(report) == [
        "DataSource here is changed in the working folder; spec.connectionDetails.directory: real -> fake "
        "(another region, account, address or folder is queried); used by build/lines"
    ]


def test_files_of_the_change_that_are_invalid_are_2_beside_the_verdicts_of_the_base(gate: Gate) -> None:
    gate.base(promises(KEPT))
    gate.head(promises(("lines", "c.json", "70 %")))
    code, report = gate()
    assert code == 2
    assert outcomes(report) == {"build/lines": ("PASS", True)}
    assert "'70 %' has no operator" in report["findings"][0]["message"]


def test_files_of_the_base_that_are_invalid_are_2_and_say_whose_they_are(gate: Gate) -> None:
    gate.base(promises(("lines", "c.json", "70 %")))
    gate.head(promises(KEPT))
    code, report = gate()
    assert code == 2
    assert report["findings"][0]["message"].startswith("at main (")


@pytest.mark.parametrize("ref", ["nowhere", "", "--help", "HEAD:slos"])
def test_a_base_that_there_is_not_is_2_with_a_mend_and_leaves_no_report(
    ref: str, gate: Gate, capsys: pytest.CaptureFixture[str]
) -> None:
    gate.base(promises(KEPT))
    gate.repository.write("report.json", "of another day")
    assert main(["run", f"--base={ref}", "-f", "json=report.json"]) == 2
    assert ("commit" if ref else "--base is empty") in capsys.readouterr().err
    assert not (gate.repository.folder / "report.json").exists()


def test_a_base_without_promises_is_2(gate: Gate) -> None:
    gate.repository.commit("before there were promises")
    gate.repository.git("checkout", "--quiet", "-b", "change")
    gate.head(promises(KEPT))
    code, report = gate()
    assert code == 2
    assert "there is no file 'slos' at main" in report["findings"][0]["message"]


def test_a_selection_holds_for_both(gate: Gate) -> None:
    gate.base(promises(KEPT, MISSED))
    gate.head(promises(KEPT, MISSED, ("more", "c.json", "> 99 %")))
    code, report = gate("--select", "build/lines")
    assert (code, outcomes(report)) == (0, {"build/lines": ("PASS", True)})


def test_a_replay_by_the_base_asks_nobody(gate: Gate) -> None:
    gate.base(promises(KEPT))
    assert main(["run", "--at", AT, "--record", "evidence.jsonl"]) == 0
    gate.head(promises(("lines", "c.json", "> 80 %"), ("other", "d.json", "> 1 %")))
    (gate.repository.folder / "c.json").unlink()
    code, report = gate("--replay", "evidence.jsonl")
    assert code == 0
    assert outcomes(report) == {"build/lines": ("PASS", True), "build/other": ("INCONCLUSIVE", False)}


@pytest.mark.parametrize(
    ("format_", "words"),
    [
        ("table", "judged by the files of main ("),
        ("markdown", "Judged by the files of <code>main ("),
        ("html", "the files of main ("),
        ("junit", '<property name="base" value="main ('),
        ("sarif", '"base": "main ('),
        ("json", '"base": "main ('),
    ],
)
def test_every_report_says_by_whose_files_it_was_judged(
    format_: str, words: str, gate: Gate, capsys: pytest.CaptureFixture[str]
) -> None:
    gate.base(promises(KEPT))
    capsys.readouterr()
    assert main(["run", "--base", "main", "--at", AT, "-f", format_]) == 0
    assert words in capsys.readouterr().out


def write_rules(gate: Gate, rule: str | None, settings: str | None = None) -> None:
    folder = gate.repository.folder / "rules"
    for name, text in (("own.yaml", rule), ("policy.yaml", None if settings is None else POLICY % settings)):
        if text is None:
            (folder / name).unlink(missing_ok=True)
        else:
            gate.repository.write(f"rules/{name}", text)


@pytest.mark.parametrize(
    ("rule", "settings", "says"),
    [
        (
            None,
            None,
            "Rule short-owner is removed in the working folder; the rule no longer exists",
        ),
        (RULE % "error", OFF, "enabled: true -> false (it is turned off: in the way)"),
        (RULE % "note", None, "level: error -> note (what it finds counts for less)"),
        (RULE % "error", "short-owner: {level: note, reason: x}", "level: error -> note"),
        (RULE % "error", "short-owner: {parameters: {longest: 99}}", "parameters.longest: 3 -> 99"),
        ((RULE % "error").replace("objective.owner) <", "objective.owner) >"), None, "spec.expression: "),
        (RULE % "error" + "  when: 'false'\n", None, "spec.when: none -> false"),
    ],
    ids=["deleted", "turned off", "gentler", "made gentler", "parameter", "expression", "condition"],
)
def test_rules_that_the_change_weakens_still_hold(
    rule: str | None, settings: str | None, says: str, gate: Gate
) -> None:
    write_rules(gate, RULE % "error", "")
    gate.base(promises(KEPT))
    assert gate()[0] == 1
    write_rules(gate, rule, settings)
    gate.repository.commit("weaker")
    assert main(["run", "--at", AT]) == 0  # by its own rules it would be released
    code, report = gate()
    assert code == 1
    (weaker,) = messages(report)
    assert says in weaker
    assert any("is long" in message for message in messages(report, "short-owner"))
    gate.capsys.readouterr()
    assert main(["diff", "main", "--forbid-weaker"]) == 1


def test_rules_that_the_change_adds_or_tightens_are_told_and_are_not_weaker(gate: Gate) -> None:
    write_rules(gate, RULE % "note", OFF)
    gate.base(promises(KEPT))
    write_rules(gate, RULE % "error", "")
    gate.head(promises(KEPT))
    code, report = gate()
    assert code == 0
    assert messages(report) == []
    (told,) = messages(report, "changed-since-base")
    assert "enabled: false -> true" in told


def test_what_only_an_environment_weakens_is_told_too(gate: Gate) -> None:
    policy = POLICY % "" + "  environments:\n    prod: {rules: {%s}}\n"
    write_rules(gate, RULE % "error")
    gate.repository.write("rules/policy.yaml", policy % "")
    gate.base(promises(KEPT))
    gate.repository.write("rules/policy.yaml", policy % OFF)
    code, report = gate()
    assert code == 1
    (told,) = messages(report)
    assert "enabled (environment prod): true -> false" in told


def test_what_only_labelled_documents_escape_is_told_too(gate: Gate) -> None:
    policy = POLICY % "" + "  selections: [%s]\n"
    write_rules(gate, RULE % "error")
    gate.repository.write("rules/policy.yaml", policy % "")
    gate.base(promises(KEPT))
    one = f"{{labels: {{env: test}}, rules: {{{OFF}}}}}"
    gate.repository.write("rules/policy.yaml", policy % one)
    (told,) = messages(gate()[1])
    assert "enabled (env=test): true -> false" in told
    gate.repository.write("rules/policy.yaml", policy % f"{one}, {one.replace('env', 'tier')}")
    assert any("Policy selections is changed" in message for message in messages(gate()[1]))


@pytest.mark.parametrize(
    ("settings", "rule"),
    [
        ("owner-named: {level: note, reason: later}", "weaker-than-base"),
        ("owner-named: {level: error}", "changed-since-base"),
        ("weighted-score: {parameters: {percent: 50}}", "weaker-than-base"),
    ],
)
def test_what_sets_a_built_in_rule_is_told_where_it_stands(settings: str, rule: str, gate: Gate) -> None:
    """The rule itself is in no file of the repository."""
    write_rules(gate, None, "")
    gate.base(promises(KEPT))
    write_rules(gate, None, settings)
    _, report = gate()
    (location,) = (each["location"] for each in report["findings"] if each["rule"] == rule)
    assert (location["file"], location["line"]) == ("rules/policy.yaml", 5)


def test_a_link_to_the_built_in_rules_does_not_hide_a_teams_own(gate: Gate) -> None:
    """In a checkout of checker the folder of the rules is the pack; a change could pretend to be one."""
    write_rules(gate, RULE % "error")
    gate.base(promises(KEPT))
    rules = gate.repository.folder / "rules"
    shutil.rmtree(rules)
    rules.symlink_to(pack_folder())
    assert main(["run", "--at", AT]) == 0
    code, report = gate()
    assert code == 1
    assert "Rule short-owner is removed" in messages(report)[0]


def test_every_field_of_a_rule_is_classified() -> None:
    """A new field needs a line in FIELDS of checker/diff/rules.py; until then, it counts as weaker."""
    assert set(Rule._fields) == set(FIELDS)
    assert set(Setting._fields) == {
        "rule", "enabled", "level", "parameters", "reason", "location",
    }  # fmt: skip
