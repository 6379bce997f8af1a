"""No output is ever put where something is read; and no report of another day outlives a run that wrote none."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from checker.cli import main
from tests.kept_promise import COVERAGE
from tests.repository import Repository

TIME = "2026-01-31T12:00:00Z"
PROOF = b"seventeen of twenty were content\n"
PROMISES = f"""\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {{name: build}}
spec:
  service: shop
  owner: us
  criteria:
    - name: coverage
      indicator: {{source: Coverage, file: coverage.json}}
      target: "> 70 %"
      regression: ">= -5 points"
      baseline: {{reports: past/monthly}}
    - name: no-worse
      indicator: {{source: Coverage, file: coverage.json}}
      regression: ">= -5 points"
      baseline: {{report: past/golden.json}}
    - name: tests
      indicator: {{source: TestResults, files: [out/junit.xml, out/more.xml], dataSourceRef: built}}
      target: "> 99 %"
    - name: errors
      indicator: {{source: LoadTest, file: load.json, measure: errorRate}}
      target: "< 1 %"
    - name: survey
      indicator: {{source: Attestation}}
      target: confirmed
    - name: answered
      indicator: {{source: Prometheus, query: up, dataSourceRef: prom}}
      window: 1h
      target: "== 1"
---
apiVersion: openslo/v1
kind: DataSource
metadata: {{name: built}}
spec: {{type: TestResults, connectionDetails: {{directory: build}}}}
---
apiVersion: openslo/v1
kind: DataSource
metadata: {{name: prom}}
spec: {{type: Prometheus, connectionDetails: {{url: "http://127.0.0.1:9", caFile: ca.pem}}}}
---
apiVersion: checker/v1
kind: Attestation
metadata: {{name: asked}}
spec:
  objective: build/survey
  digest: "0123456789abcdef"
  statement: Seventeen of twenty were content.
  confirmedBy: D. Reyes
  confirmedAt: "2026-01-10T09:00:00Z"
  validUntil: "2026-04-10T09:00:00Z"
  evidence:
    - {{link: proof.txt, sha256: {hashlib.sha256(PROOF).hexdigest()}}}
"""
RULES = "apiVersion: checker/v1\nkind: Policy\nmetadata: {name: ours}\nspec: {}\n"

NAMED = {
    "coverage.json": "slos/build.yaml:8:13: build/coverage reads coverage.json",
    "build/out/junit.xml": "slos/build.yaml:17:13: build/tests reads build/out/junit.xml",
    "build/out/more.xml": "slos/build.yaml:17:13: build/tests reads build/out/more.xml",
    "load.json": "slos/build.yaml:20:13: build/errors reads load.json",
    "proof.txt": "slos/build.yaml:23:13: build/survey reads proof.txt",
    "ca.pem": "slos/build.yaml:26:13: build/answered reads ca.pem",
    "past/golden.json": "slos/build.yaml:13:13: build/no-worse reads past/golden.json",
    "past/monthly/2026-01.json": "slos/build.yaml:8:13: build/coverage reads past/monthly",
}
"""The files that the promises read, and which of them it is said of."""

COMMANDS = {
    "run": ["run", "--timeout", "5s", "-f"],
    "replay": ["run", "--replay", "evidence/e.jsonl", "-f"],
    "record": ["run", "--timeout", "5s", "-f", "github", "--record"],
    "validate": ["validate", "-f"],
    "plan": ["plan", "-f"],
    "selftest": ["selftest", "--replay", "evidence/e.jsonl", "-f"],
    "backtest": ["backtest", "evidence", "-f"],
    "diff": ["diff", "./slos/", "-f"],
    "export": ["export", "prometheus", "--output"],
}
USUAL = {
    "run": "json",
    "validate": "sarif",
    "plan": "json",
    "selftest": "json",
    "backtest": "json",
    "diff": "json",
}

EACH_COMMAND = pytest.mark.parametrize("command", COMMANDS)


def writing(command: str, path: str) -> list[str]:
    """A command that writes to ``path``."""
    arguments = COMMANDS[command]
    if arguments[-1] != "-f":
        return [*arguments, path]
    return [*arguments, f"{USUAL[arguments[0]]}={path}"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A working folder with a file of every kind that is read."""
    monkeypatch.chdir(tmp_path)
    for name, content in {
        "slos/build.yaml": PROMISES,
        "rules/policy.yaml": RULES,
        "coverage.json": json.dumps(COVERAGE),
        "build/out/junit.xml": "<testsuite><testcase name='a'/></testsuite>",
        "build/out/more.xml": "<testsuite><testcase name='b'/></testsuite>",
        "load.json": "{}",
        "proof.txt": PROOF.decode(),
        "ca.pem": "no certificate",
        "past/golden.json": "{}",
        "past/monthly/2026-01.json": "{}",
        "evidence/e.jsonl": '{"at": 1769860800, "format": "checker/evidence/v1"}\n',
        "evidence/r.json": "{}",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    assert main(["plan", "--at", TIME]) == 0
    capsys.readouterr()
    return tmp_path


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(arguments: list[str], folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What a command says that is refused for its outputs, and changes nothing."""
    before = everything(folder)
    assert main(arguments) == 2, arguments
    printed = capsys.readouterr()
    assert everything(folder) == before
    assert printed.out == ""
    fact, remedy = printed.err.splitlines()
    assert fact.startswith("checker: ")
    assert remedy == "  write to another file"
    return fact.removeprefix("checker: ")


@EACH_COMMAND
def test_what_a_promise_reads_is_never_written(
    command: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file, reads in NAMED.items():
        assert refused(writing(command, file), folder, capsys) == f"{reads}, and {file} would be written"


@EACH_COMMAND
def test_nothing_is_written_among_the_promises(
    command: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = "./slos/" if command == "diff" else "slos"
    for file in ("slos/build.yaml", "slos/later.json", "slos/below/report.json"):
        said = refused(writing(command, file), folder, capsys)
        assert said == f"{file} would be written into {named}, which this command reads"


@pytest.mark.parametrize("command", ["run", "validate", "backtest", "diff"])
def test_nothing_is_written_among_the_rules(
    command: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(writing(command, "rules/policy.yaml"), folder, capsys)
    assert said == "rules/policy.yaml would be written into rules, which this command reads"
    (folder / "elsewhere.yaml").write_text(RULES, encoding="utf-8")
    said = refused([*writing(command, "./elsewhere.yaml"), "--policy", "elsewhere.yaml"], folder, capsys)
    assert said == "./elsewhere.yaml would be written, but this command reads it"


@pytest.mark.parametrize("file", ["evidence/r.json", "evidence/e.jsonl", "evidence/.new/r.json"])
def test_a_backtest_leaves_the_past_alone(
    file: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(writing("backtest", file), folder, capsys)
    assert said == f"{file} would be written into evidence, which this command reads"


@pytest.mark.parametrize("command", ["replay", "selftest"])
def test_a_recording_is_left_alone(command: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(writing(command, "evidence/e.jsonl"), folder, capsys)
    assert said == "evidence/e.jsonl would be written, but this command reads it"


@EACH_COMMAND
def test_a_file_is_known_by_whatever_name(
    command: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.symlink(folder / "build", folder / "linked")
    os.symlink("load.json", folder / "link.json")
    os.link(folder / "load.json", folder / "hard.json")
    for path in ("./load.json", str(folder / "load.json"), "build/../load.json", "link.json", "hard.json"):
        assert refused(writing(command, path), folder, capsys).endswith(
            f"load.json, and {path} would be written"
        )
    assert refused(writing(command, "linked/out/junit.xml"), folder, capsys).startswith(
        NAMED["build/out/junit.xml"]
    )


@EACH_COMMAND
def test_a_report_does_not_become_what_a_promise_reads_next_time(
    command: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "build/out/junit.xml").unlink()
    refused(writing(command, "build/out/junit.xml"), folder, capsys)


def test_a_new_report_goes_where_the_baselines_are(folder: Path) -> None:
    main(writing("replay", "past/monthly/2026-02.json"))
    assert (folder / "past/monthly/2026-02.json").exists()


@EACH_COMMAND
def test_of_several_outputs_the_innocent_ones_leave_no_answer_of_another_day(
    command: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if command in ("export", "record"):
        return
    (folder / "stale").write_text("of another day", encoding="utf-8")
    name = USUAL[COMMANDS[command][0]]
    assert main([*writing(command, "load.json"), "-f", f"{name}=stale"]) == 2
    assert not (folder / "stale").exists()
    assert (folder / "load.json").read_text() == "{}"


TYPO = PROMISES.replace("owner: us", "ownr: us")
BROKEN = PROMISES + "---\n\tkind: {\n"
UNRESOLVED = PROMISES.replace("{name: built}\n", "{name: bilt}\n")
INVALID = pytest.mark.parametrize("text", [TYPO, BROKEN, UNRESOLVED], ids=["typo", "broken", "unresolved"])


@INVALID
@EACH_COMMAND
def test_what_invalid_files_name_is_left_alone_too(
    command: str, text: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "slos/build.yaml").write_text(text, encoding="utf-8")
    before = everything(folder)
    for file in NAMED:
        assert main(writing(command, file)) == 2
        assert everything(folder) == before
        said = capsys.readouterr().err
        assert "slos/build.yaml" in said
        assert file in said
        assert "\n  write to another file" in said


def test_what_invalid_promises_of_standard_input_name_is_left_alone_too(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in (TYPO, UNRESOLVED):
        for file in NAMED:
            before = everything(folder)
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
            assert main(["run", "-", "-f", f"json={file}"]) == 2
            said = capsys.readouterr().err
            assert said.startswith("checker: <stdin>")
            assert "would be written" in said
            assert everything(folder) == before


@INVALID
@EACH_COMMAND
def test_invalid_files_leave_no_answer_of_another_day(command: str, text: str, folder: Path) -> None:
    (folder / "slos/build.yaml").write_text(text, encoding="utf-8")
    if command == "export":
        return
    (folder / "build/junit-report.xml").write_text("of another day", encoding="utf-8")
    assert main(writing(command, "build/junit-report.xml")) == 2
    found = folder / "build/junit-report.xml"
    assert not found.exists() or b"another day" not in found.read_bytes()


REFUSED = {
    "a recording that is none": ["run", "--replay", "proof.txt"],
    "a recording that is not there": ["run", "--replay", "nowhere.jsonl"],
    "a base that is not there": ["run", "--base", "nowhere"],
    "a test of a recording that is none": ["selftest", "--replay", "proof.txt"],
    "a comparison with nothing": ["diff", "nowhere"],
    "a past that is not there": ["backtest", "nowhere"],
    "a past before a base that is not there": ["backtest", "evidence", "--base", "nowhere"],
}


@pytest.mark.parametrize("arguments", REFUSED.values(), ids=REFUSED)
def test_a_run_that_is_refused_leaves_no_answer_of_another_day_and_loses_nothing(
    arguments: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Repository(folder).commit()
    (folder / "stale.json").write_text("of another day", encoding="utf-8")
    assert main([*arguments, "-f", "json=stale.json"]) == 2
    assert not (folder / "stale.json").exists()
    before = everything(folder)
    for file in NAMED:
        assert main([*arguments, "-f", f"json={file}"]) == 2
        assert everything(folder) == before


def test_a_run_that_dies_while_it_asks_leaves_no_answer_of_another_day(folder: Path) -> None:
    (folder / "stale.json").write_text("of another day", encoding="utf-8")
    dying = (
        "import os, sys; import checker.run as run; run.measure = lambda *_: os._exit(9);"
        "from checker.cli import main; main(['run', '-f', 'json=stale.json'])"
    )
    assert subprocess.run([sys.executable, "-c", dying], cwd=folder, check=False).returncode == 9
    assert not (folder / "stale.json").exists()


def test_what_somebody_writes_in_the_meantime_is_newer(folder: Path) -> None:
    """The old file is out of the way while promises come over standard input; then one is written by another."""
    (folder / "build/out/junit.xml").write_text("old", encoding="utf-8")
    running = subprocess.Popen(
        [sys.executable, "-m", "checker", "validate", "-", "-f", "sarif=build/out/junit.xml"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while (folder / "build/out/junit.xml").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    (folder / "build/out/junit.xml").write_text("new", encoding="utf-8")
    _, said = running.communicate(PROMISES)
    assert running.returncode == 2
    assert "build/tests reads build/out/junit.xml" in said
    assert sorted(os.listdir(folder / "build/out")) == ["junit.xml", "more.xml"]
    assert (folder / "build/out/junit.xml").read_text(encoding="utf-8") == "new"


def test_what_a_base_promises_is_left_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Repository(folder).commit()
    (folder / "slos/build.yaml").write_text(PROMISES.replace("load.json", "other.json"), encoding="utf-8")
    (folder / "other.json").write_text("{}", encoding="utf-8")
    for file in ("load.json", "other.json"):
        for text in (None, BROKEN.replace("load.json", "other.json")):
            if text is not None and file == "other.json":
                (folder / "slos/build.yaml").write_text(text, encoding="utf-8")
            before = everything(folder)
            assert main(["run", "--base", "main", "--timeout", "5s", "-f", f"json={file}"]) == 2
            assert everything(folder) == before
            assert f"{file} would be written" in capsys.readouterr().err


def test_an_import_never_replaces_what_it_reads(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sloth = (
        "version: prometheus/v1\nservice: shop\nslos:\n  - name: up\n    objective: 99\n    sli:\n"
        "      events: {error_query: 'sum(rate(e[{{.window}}]))', total_query: 'sum(rate(t[{{.window}}]))'}\n"
        "    alerting: {name: A, page_alert: {disable: true}, ticket_alert: {disable: true}}\n"
    )
    (folder / "sloth").mkdir()
    (folder / "sloth/up.yaml").write_text(sloth, encoding="utf-8")
    os.symlink("sloth", folder / "linked")
    for arguments in (
        ["sloth/up.yaml", "-o", "./sloth/up.yaml"],
        ["sloth", "-o", "sloth/"],
        ["sloth/up.yaml", "-o", "linked/"],
    ):
        before = everything(folder)
        assert main(["import", *arguments, "--overwrite"]) == 2
        assert "would be written" in (said := capsys.readouterr().err)
        assert "write to another file" in said
        assert everything(folder) == before
    assert main(["import", "sloth", "-o", "imported/"]) == 0
    assert main(["import", "sloth", "-o", "imported/", "--overwrite"]) == 0
