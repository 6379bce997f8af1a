"""The GitHub action: its script run as the runner runs it, and its files and the workflows held to their rules."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.kept_promise import COVERAGE
from tests.reports.runner import commands

ROOT = Path(__file__).parents[1]
ACTION = ROOT / ".github/actions/checker/action.yml"
SCRIPT = ACTION.with_name("gate.sh")
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
PROMISE = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: build}
spec:
  criteria:
    - name: coverage
      indicator: {source: Coverage, file: %s}
      target: "%s"
      %s
"""


@dataclass(frozen=True)
class Ended:
    code: int
    log: str
    outputs: dict[str, str]
    summary: str


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A checked-out repository with one promise that 75 % coverage keeps."""
    folder = tmp_path / "workspace"
    (folder / "slos").mkdir(parents=True)
    (folder / "coverage.json").write_text(json.dumps(COVERAGE))
    promise(folder)
    return folder


def promise(folder: Path, target: str = "> 70 %", file: str = "coverage.json", more: str = "") -> None:
    (folder / "slos/build.yaml").write_text(PROMISE % (file, target, more))


def stub(folder: Path, script: str) -> str:
    """A command in place of checker's."""
    path = folder.parent / "command"
    path.write_text(f"#!/usr/bin/env bash\n{script}\n")
    path.chmod(0o755)
    return str(path)


def gate(
    workspace: Path, checker: str = "", *, environment: Mapping[str, str] | None = None, **inputs: str
) -> Ended:
    """Runs the script in a workspace with these inputs, and the defaults of the action for the others."""
    if shutil.which("bash") is None:
        pytest.skip("there is no bash")
    defaults = {
        name: each.get("default", "") for name, each in yaml.safe_load(ACTION.read_text())["inputs"].items()
    }
    outputs, summary = workspace.parent / "outputs", workspace.parent / "summary"
    for path in (outputs, summary):
        path.write_text("")
    ran = subprocess.run(
        ["bash", str(SCRIPT)],
        cwd=workspace,
        env={
            **os.environ,
            **{f"INPUT_{name.upper()}": text for name, text in (defaults | inputs).items()},
            "CHECKER": checker or stub(workspace, f'exec {shlex.quote(sys.executable)} -m checker "$@"'),
            "GITHUB_OUTPUT": str(outputs),
            "GITHUB_STEP_SUMMARY": str(summary),
            **(environment or {}),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return Ended(
        ran.returncode, ran.stdout + ran.stderr, dict(read_outputs(outputs.read_text())), summary.read_text()
    )


def read_outputs(text: str) -> Iterator[tuple[str, str]]:
    """The outputs as the runner reads them: ``name=value``, or ``name<<END`` up to a line that is END."""
    lines = iter(text.split("\n")[:-1])
    for each in lines:
        name, heredoc, end = each.partition("<<")
        if heredoc and "=" not in name:
            value = []
            for inside in lines:
                if inside == end:
                    break
                value.append(inside)
            yield name, "\n".join(value)
        else:
            name, _, one = each.partition("=")
            yield name, one


@pytest.mark.parametrize(
    ("target", "file", "more", "code", "result"),
    [
        ("> 70 %", "coverage.json", "", 0, "PASSED"),
        ("> 80 %", "coverage.json", "", 1, "FAILED"),
        ("> 80 %", "coverage.json", "tagret: x", 2, "INVALID"),
        ("> 70 %", "coverage.json", "minSamples: 100", 3, "INCONCLUSIVE"),
        ("> 70 %", "gone.json", "", 4, "ERROR"),
    ],
)
def test_it_ends_as_checker_does(
    workspace: Path, target: str, file: str, more: str, code: int, result: str
) -> None:
    promise(workspace, target, file, more)
    ended = gate(workspace)
    assert ended.code == code, ended.log
    assert ended.outputs == {"result": result, "report": "checker-report/report.json"}
    report = json.loads((workspace / ended.outputs["report"]).read_text())
    assert report["decision"]["word"] == result
    assert ended.summary.startswith(f"## {report['decision']['headline']}\n")
    assert sorted(os.listdir(workspace / "checker-report")) == ["junit.xml", "report.json", "report.md"]
    # What the rules have to say about so bare a promise are warnings and notices.
    levels = [each.name for each in commands(ended.log) if each.name not in ("warning", "notice")]
    assert levels == ([] if code == 0 else ["error"])
    assert f"(exit {code})" in ended.log


def test_evidence_is_replayed_and_more_arguments_are_passed_on(workspace: Path) -> None:
    shutil.copytree(ROOT / "slos/securebase", workspace / "slos/securebase")
    ended = gate(
        workspace,
        paths="slos/securebase\n",
        replay="slos/securebase/evidence.synthetic.jsonl",
        args="--fail-on-warn\r\n  --select=phase-4/*  \n\n",
        formats="sarif table html",
        output="out/gate reports",
    )
    assert ended.code == 1, ended.log
    assert ended.outputs == {"result": "FAILED", "report": "out/gate reports/report.json"}
    assert sorted(os.listdir(workspace / "out/gate reports")) == [
        "checker.sarif",
        "report.html",
        "report.json",
        "report.md",
        "report.txt",
    ]
    report = json.loads((workspace / ended.outputs["report"]).read_text())
    assert report["decision"]["failOnWarn"]
    assert {each["objective"]["name"].split("/")[0] for each in report["verdicts"]} == {"phase-4"}


HOSTILE = [
    "$(touch forged)",
    "`touch forged`",
    "'; touch forged; '",
    '"; touch forged; "',
    "${IFS}touch${IFS}forged",
    "a b",
    "-a b",
    "*",
    "--fail-on-warn",
    "-h",
    "::set-output name=result::PASSED",
    "é",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_an_input_is_one_argument_whatever_it_holds(workspace: Path, text: str) -> None:
    recorder = stub(workspace, f'printf "%s\\0" "$@" >{shlex.quote(str(workspace.parent / "argv"))}; exit 3')
    ended = gate(
        workspace, recorder, paths=f"slos\n{text}", replay=text, policy=text, args=f"--select={text}"
    )
    assert (workspace.parent / "argv").read_text().split("\0")[:-1] == [
        *("run", "-f", "table", "-f", "github"),
        *("--format=markdown=checker-report/report.md", "--format=json=checker-report/report.json"),
        "--format=junit=checker-report/junit.xml",
        *(f"--replay={text}", f"--policy={text}", f"--select={text}"),
        *("--", "slos", text),
    ]
    assert ended.outputs == {"result": "INCONCLUSIVE", "report": ""}
    assert not list(workspace.rglob("forged"))


@pytest.mark.parametrize("text", HOSTILE)
def test_with_checker_itself_no_input_passes(workspace: Path, text: str) -> None:
    ended = gate(workspace, paths=text, replay=text)
    assert ended.code == 2, ended.log
    assert ended.outputs["result"] == "INVALID"
    assert not list(workspace.rglob("forged"))
    assert {each.name for each in commands(ended.log)} <= {"error"}


@pytest.mark.parametrize("output", ["-rf", "--", "a b", ".", "$(touch forged)", "*"])
def test_an_output_folder_may_have_any_name(workspace: Path, output: str) -> None:
    ended = gate(workspace, output=output)
    assert ended.code == 0, ended.log
    assert ended.outputs == {"result": "PASSED", "report": f"{output}/report.json"}
    assert ended.summary.startswith("## RELEASE: ALLOWED")
    assert (workspace / output / "report.json").exists()
    assert not list(workspace.rglob("forged"))


@pytest.mark.parametrize("output", ["coverage.json", "coverage.json/reports", "/dev/null/reports"])
def test_an_output_folder_that_cannot_be_made_is_a_wrong_input(workspace: Path, output: str) -> None:
    ended = gate(workspace, output=output)
    assert ended.code == 2
    assert ended.outputs == {"result": "INVALID", "report": ""}
    assert [each.data for each in commands(ended.log)] == [
        "the input output names no folder that can be made"
    ]
    assert "NOT ALLOWED" in ended.summary


@pytest.mark.parametrize("place", ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"])
@pytest.mark.parametrize(("target", "code"), [("> 70 %", 4), ("> 80 %", 1)])
def test_an_answer_that_the_workflow_does_not_get_is_no_pass(
    workspace: Path, place: str, target: str, code: int
) -> None:
    promise(workspace, target)
    ended = gate(workspace, environment={place: "/dev/null/file"})
    assert ended.code == code
    assert ended.outputs.get("result", "") in ("", "ERROR" if code == 4 else "FAILED")
    assert "cannot be written" in ended.log


def test_a_runner_without_summaries_is_served_too(workspace: Path) -> None:
    for code, target in ((0, "> 70 %"), (1, "> 80 %")):
        promise(workspace, target)
        assert gate(workspace, environment={"GITHUB_STEP_SUMMARY": "", "GITHUB_OUTPUT": ""}).code == code


def test_no_output_folder_adds_an_output(workspace: Path) -> None:
    ended = gate(workspace, output="x\nresult=PASSED\nreport<<checker_\n")
    assert ended.code == 0
    promise(workspace, "> 80 %")
    ended = gate(workspace, output="x\nresult=PASSED")
    assert ended.code == 1
    assert ended.outputs == {"result": "FAILED", "report": "x\nresult=PASSED/report.json"}


def test_an_old_report_is_not_taken_for_this_one(workspace: Path) -> None:
    assert gate(workspace).code == 0
    ended = gate(workspace, args="--no-such-flag")
    assert ended.code == 2
    assert ended.outputs == {"result": "INVALID", "report": ""}
    assert (
        ended.summary
        == "## RELEASE: NOT ALLOWED (exit 2)\n\nThere is no report; the log of the step says why.\n"
    )
    assert os.listdir(workspace / "checker-report") == []


def test_what_a_promise_reads_in_the_folder_for_reports_is_not_lost(workspace: Path) -> None:
    (workspace / "build").mkdir()
    tests = workspace / "build/junit.xml"
    tests.write_text('<testsuite tests="1"><testcase name="a"/></testsuite>')
    (workspace / "slos/build.yaml").write_text(
        PROMISE.replace("{source: Coverage, file: %s}", "{source: TestResults, file: %s}")
        % ("build/junit.xml", "> 99 %", "")
    )
    before = tests.read_bytes()
    for formats, code in (("json junit", 2), ("json", 0)):
        ended = gate(workspace, output="build", formats=formats)
        assert ended.code == code, ended.log
        assert tests.read_bytes() == before


@pytest.mark.parametrize(("script", "code"), [("exit 0", 4), ("kill -9 $$", 137), ("exit 4", 4)])
def test_without_a_report_nothing_passes(workspace: Path, script: str, code: int) -> None:
    ended = gate(workspace, stub(workspace, script))
    assert ended.code == code
    assert ended.outputs == {"result": "ERROR", "report": ""}
    assert "NOT ALLOWED" in ended.summary


@pytest.mark.parametrize(
    "inputs",
    [
        {"paths": ""},
        {"paths": " \n\t\n"},
        {"formats": "xml"},
        {"formats": "json,junit"},
        {"args": "--strict\n  --record evidence.jsonl"},
        {"args": "-f table"},
    ],
)
def test_wrong_inputs_are_exit_2(workspace: Path, inputs: dict[str, str]) -> None:
    ended = gate(workspace, **inputs)
    assert ended.code == 2
    assert ended.outputs == {"result": "INVALID", "report": ""}
    (told,) = commands(ended.log)
    assert told.data.startswith("the input ")


# The files themselves


def test_the_manual_tells_every_input_and_output() -> None:
    page = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
    for name, each in load(ACTION)["inputs"].items():
        default = f"`{each['default']}`" if each.get("default") else ""
        assert re.search(rf"^\| `{name}` \| {re.escape(default)} ?\| ", page, re.MULTILINE), name
    assert all(f"`{name}`" in page for name in load(ACTION)["outputs"])


def load(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def steps_of(path: Path) -> list[dict[str, Any]]:
    tree = load(path)
    if "runs" in tree:
        return list(tree["runs"]["steps"])
    return [step for job in tree["jobs"].values() for step in job["steps"]]


FILES = [ACTION, *WORKFLOWS]


def test_there_are_workflows() -> None:
    assert {"ci.yml", "release-gate.yml"} <= {path.name for path in WORKFLOWS}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_actions_are_pinned_and_scripts_hold_no_expressions(path: Path) -> None:
    for step in steps_of(path):
        if "uses" in step:
            assert re.fullmatch(r"\./\S+|[\w.-]+/[\w./-]+@[0-9a-f]{40}", step["uses"]), step["uses"]
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] == "false"
        assert "${{" not in step.get("run", ""), step
    for line in path.read_text().splitlines():
        if re.search(r"uses: [^.\s]", line):
            assert re.search(r"# v\d+\.\d+\.\d+$", line), f"{line.strip()}: which version is that?"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_have_no_more_rights_than_they_need(path: Path) -> None:
    tree = load(path)
    assert tree["permissions"] == {}, "nothing by default"
    for job in tree["jobs"].values():
        assert set(job["permissions"].items()) <= {("contents", "read"), ("security-events", "write")}
        assert int(job["timeout-minutes"]) <= 60
    assert "pull_request_target" not in tree["on"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_expressions_refer_to_what_there_is(path: Path) -> None:
    ids = {step["id"] for step in steps_of(path) if "id" in step}
    assert set(re.findall(r"steps\.(\w+)\.", path.read_text())) <= ids
    known = load(ACTION)
    for step in steps_of(path):
        if step.get("uses") == "./.github/actions/checker":
            assert set(step["with"]) <= set(known["inputs"])
            used = re.findall(rf"steps\.{step['id']}\.outputs\.(\w+)", path.read_text())
            assert set(used) <= set(known["outputs"])
    if path == ACTION:
        assert set(re.findall(r"inputs\.(\w+)", path.read_text())) == set(known["inputs"])
        given = {name for step in steps_of(path) for name in step["env"]}
        assert set(re.findall(r"INPUT_[A-Z]+", SCRIPT.read_text())) | {"INPUT_PYTHON"} == given


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_githubs_schemas_accept_the_files(path: Path) -> None:
    pytest.importorskip("check_jsonschema", reason="needs check-jsonschema, of the bench extras")
    schema = "vendor.github-actions" if path == ACTION else "vendor.github-workflows"
    checking = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(path)]
    ran = subprocess.run(checking, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
