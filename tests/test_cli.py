"""The command as a process: exit codes, streams, files, and what happens when things go wrong."""

from __future__ import annotations

import json
import os
import pty
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from checker.cli import main
from tests.kept_promise import COVERAGE

TIME = "2026-01-31T12:00:00Z"


def criterion(name: str, target: str, more: str = "", file: str = "coverage.json") -> str:
    lines = [
        f"    - name: {name}",
        f"      indicator: {{source: Coverage, file: {file}}}",
        f'      target: "{target}"',
    ]
    return "\n".join([*lines, *([f"      {more}"] if more else [])]) + "\n"


def document(*criteria: str) -> str:
    head = "apiVersion: checker/v1\nkind: SuccessCriteria\nmetadata: {name: build}\nspec:\n  owner: us\n  criteria:\n"
    return head + "".join(criteria)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with one promise that 75 % coverage keeps; it is the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "coverage.json").write_text(json.dumps(COVERAGE))
    (tmp_path / "slos").mkdir()
    (tmp_path / "slos/build.yaml").write_text(document(criterion("coverage", "> 70 %")))
    return tmp_path


def checker(
    *arguments: str, stdin: str = "", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "checker", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        env={**os.environ, **(env or {})},
        check=False,
    )


@pytest.mark.parametrize(
    ("criteria", "flags", "code"),
    [
        ([criterion("met", "> 70 %")], [], 0),
        ([criterion("missed", "> 80 %")], [], 1),
        ([criterion("warned", "> 80 %", "critical: '< 50 %'")], [], 0),
        ([criterion("warned", "> 80 %", "critical: '< 50 %'")], ["--fail-on-warn"], 1),
        ([criterion("few", "> 70 %", "minSamples: 100")], [], 3),
        ([criterion("gone", "> 70 %", file="gone.json")], [], 4),
        ([criterion("gone", "> 70 %", file="gone.json"), criterion("few", "> 70 %", "minSamples: 9")], [], 4),
        ([criterion("gone", "> 70 %", file="gone.json"), criterion("missed", "> 80 %")], [], 1),
        ([criterion("met", "> 70 %"), criterion("missed", "> 80 %", "gating: false")], [], 0),
        ([criterion("missed", "> 80 %", "gating: false")], [], 2),
        ([criterion("met", "> 70 %", "tagret: x")], [], 2),
        ([criterion("met", "> 70 %")], ["--select", "nothing-*"], 2),
        ([criterion("met", "> 70 %"), criterion("missed", "> 80 %")], ["--select", "build/met"], 0),
    ],
)
def test_exit_codes(criteria: list[str], flags: Sequence[str], code: int, project: Path) -> None:
    (project / "slos/build.yaml").write_text(document(*criteria))
    ran = checker("run", "--at", TIME, *flags)
    assert ran.returncode == code, ran.stdout + ran.stderr
    assert f"(exit {code})" in " ".join(ran.stdout.split("\n\n")[0].split())
    assert ran.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "required: COMMAND"),
        (
            ["run", "--at", "2026-01-31T12:00:00"],
            "'2026-01-31T12:00:00' has no time zone; end it with Z or an offset",
        ),
        (["run", "--at", "0001-01-01T00:00:00Z"], "'0001-01-01T00:00:00Z' is not in the years 1970 to 9999"),
        (["plan", "--at", "9999-12-31T23:59:59-01:00"], "is not in the years 1970 to 9999"),
        (["run", "--at", "yesterday"], "'yesterday' is not a time; write it as in 2026-01-31T12:00:00Z"),
        (
            ["run", "-f", "xml"],
            "there is no format 'xml'; there are github, html, json, junit, ",
        ),
        (["run", "--timeout", "9"], "'9' is not a duration; write a whole number and one of s, m, h, d, w"),
        (["run", "--no-such-flag"], "unrecognized arguments: --no-such-flag"),
        (["run", "--fail-on"], "run: error: unrecognized arguments: --fail-on; did you mean --fail-on-warn?"),
        (["plan", "x", "--sellect=y"], "unrecognized arguments: --sellect=y; did you mean --select?"),
        (["run", "--replay", "gone.jsonl"], "gone.jsonl"),
        (["schema", "Nothing"], "there is no kind 'Nothing'; there are "),
    ],
)
def test_wrong_usage_is_exit_2_with_a_remedy(arguments: list[str], says: str, project: Path) -> None:
    ran = checker(*arguments)
    assert ran.returncode == 2
    assert says in ran.stderr
    assert "Traceback" not in ran.stderr


def test_nothing_to_check_is_exit_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for command in ("run", "validate"):
        ran = checker(command)
        assert ran.returncode == 2
        assert "slos" in ran.stdout
    (tmp_path / "slos").mkdir()
    for command in ("run", "validate"):
        ran = checker(command)
        assert ran.returncode == 2
        assert "nothing" in ran.stdout.lower()


def test_an_uncaught_exception_is_exit_4_without_a_traceback(project: Path) -> None:
    script = (
        "import sys, checker.run, checker.cli\n"
        "def broken(*_): raise ZeroDivisionError('planted')\n"
        "checker.run.run = broken\n"
        "sys.argv = ['checker', 'run']\n"
        "checker.cli.entry()\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert ran.returncode == 4
    assert ran.stderr.startswith("checker: ZeroDivisionError: planted\n")
    assert "Traceback" not in ran.stderr
    debug = {**os.environ, "CHECKER_DEBUG": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, env=debug
    )
    assert ran.returncode == 4
    assert "Traceback" in ran.stderr


def test_standard_input_and_validate(project: Path) -> None:
    text = document(criterion("coverage", "> 70 %"))
    ran = checker("validate", "-", stdin=text)
    assert (ran.returncode, ran.stdout.splitlines()[-1]) == (0, "valid: 1 file, 1 promise")
    ran = checker("validate", "-", stdin=text.replace("indicator", "indcator"))
    assert ran.returncode == 2
    assert "<stdin>:8:7: error: unknown key 'indcator'" in ran.stdout
    assert "did you mean 'indicator'?" in ran.stdout
    assert checker("validate", "--quiet").stdout == ""
    assert checker("run", "-", "--at", TIME, stdin=text).returncode == 0


def test_reports_go_where_they_are_sent(project: Path) -> None:
    ran = checker("run", "--at", TIME, "-f", "json=report.json", "-f", "junit=junit.xml", "-f", "table")
    assert ran.returncode == 0
    assert ran.stdout.startswith("RELEASE: ")
    assert json.loads((project / "report.json").read_text())["decision"]["exit"] == 0
    assert (project / "junit.xml").read_text().startswith("<?xml")
    assert checker("run", "--at", TIME, "--quiet").stdout == ""


def test_a_quiet_run_is_silent_only_where_nothing_is_wrong(project: Path) -> None:
    written = (project / "slos/build.yaml").read_text()
    (project / "slos/build.yaml").write_text(written.replace("> 70 %", "> 80 %"))
    ran = checker("run", "--at", TIME, "--quiet")
    assert ran.returncode == 1
    assert ran.stdout.startswith("RELEASE: NOT ALLOWED (exit 1)")
    assert checker("run", "--at", TIME, "--quiet", "-f", "json=report.json").stdout == ""
    (project / "slos/build.yaml").write_text("broken: [")
    ran = checker("run", "--at", TIME, "--quiet")
    assert ran.returncode == 2
    assert "[yaml-syntax]" in ran.stdout


def test_a_stale_report_never_survives(project: Path) -> None:
    for name in ("report.json", "evidence.jsonl"):
        (project / name).write_text("stale")
    (project / "slos/build.yaml").write_text("broken: [")
    ran = checker("run", "-f", "json=report.json", "--record", "evidence.jsonl")
    assert ran.returncode == 2
    assert json.loads((project / "report.json").read_text())["decision"]["exit"] == 2
    assert not (project / "evidence.jsonl").exists()
    ran = checker("run", "-f", "json=nowhere/report.json")
    assert ran.returncode == 2
    assert "nowhere/report.json" in ran.stderr


def test_killed_before_its_verdict_it_leaves_no_report(project: Path, silent_host: int) -> None:
    """A stale report is out of the way before anything is asked: a kill can never leave a pass of yesterday."""
    report = project / "report.json"
    report.write_text('{"decision": {"exit": 0}}')
    (project / "slos/slow.yaml").write_text(SLOW.format(port=silent_host))
    running = subprocess.Popen([sys.executable, "-m", "checker", "run", "-f", "json=report.json"])
    deadline = time.monotonic() + 30
    while report.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    assert sorted(path.name for path in project.iterdir()) == ["coverage.json", "slos"]


SLOW = """\
apiVersion: openslo/v1
kind: DataSource
metadata: {{name: silent}}
spec: {{type: Prometheus, connectionDetails: {{url: "http://127.0.0.1:{port}"}}}}
---
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {{name: slow}}
spec:
  window: 1h
  criteria:
    - name: up
      indicator: {{source: Prometheus, dataSourceRef: silent, query: up}}
      target: "> 0"
"""


@pytest.fixture
def silent_host() -> Iterator[int]:
    """A port at which connections are accepted, and nothing is ever answered."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_interrupted_is_exit_4(project: Path) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "checker", "validate", "-"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdin is not None
    # More than a pipe holds: it is written only when the command reads, so that it is past its start.
    running.stdin.write("#" * 300_000)
    running.stdin.flush()
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=60)
    assert running.returncode == 4
    assert errors == "checker: interrupted before there was a verdict\n"


def test_a_closed_pipe_is_not_a_pass(project: Path) -> None:
    command = f"{sys.executable} -m checker run --at {TIME} | true; exit ${{PIPESTATUS[0]}}"
    ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert ran.returncode in (0, 4)
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("flags", "env", "terminal", "coloured"),
    [
        ([], {}, False, False),
        ([], {}, True, True),
        ([], {"NO_COLOR": "1"}, True, False),
        ([], {"FORCE_COLOR": "1"}, False, True),
        ([], {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        (["--color", "always"], {"NO_COLOR": "1"}, False, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colour(flags: list[str], env: dict[str, str], terminal: bool, coloured: bool, project: Path) -> None:
    command = [sys.executable, "-m", "checker", "run", "--at", TIME, *flags]
    clean = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    if not terminal:
        text = subprocess.run(
            command, capture_output=True, text=True, check=True, env={**clean, **env}
        ).stdout
    else:
        outer, inner = pty.openpty()
        subprocess.run(command, stdout=inner, check=True, env={**clean, **env})
        os.close(inner)
        text = os.read(outer, 1 << 16).decode()
        os.close(outer)
    assert ("\x1b[" in text) is coloured
    assert "PASS" in text


def test_help_shows_examples_and_the_exit_codes() -> None:
    assert "exit codes:" in checker("--help").stdout
    for command in ("validate", "run", "schema", "completion"):
        ran = checker(command, "--help")
        assert ran.returncode == 0
        assert "example" in ran.stdout
    assert checker("--version").stdout.startswith("checker ")


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion_scripts(shell: str) -> None:
    ran = checker("completion", shell)
    assert ran.returncode == 0
    assert "checker" in ran.stdout
    if shell == "bash":
        assert subprocess.run(["bash", "-n"], input=ran.stdout, text=True, check=False).returncode == 0


def test_schema_prints_a_kind(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert "SuccessCriteria  (checker/v1)" in capsys.readouterr().out
    assert main(["schema", "SuccessCriteria"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["$ref"] == "#/$defs/SuccessCriteria"


def test_output_that_the_locale_cannot_show(project: Path) -> None:
    text = document(criterion("coverage", "> 80 %", "displayName: Überdeckung"))
    (project / "slos/build.yaml").write_text(text)
    ran = checker("run", "--at", TIME, env={"PYTHONIOENCODING": "ascii", "LC_ALL": "C"})
    assert ran.returncode == 1
    assert "berdeckung" in ran.stdout


def test_validate_writes_what_it_found_for_ci(project: Path) -> None:
    (project / "slos/build.yaml").write_text(document(criterion("met", "> 70 %", "tagret: x")))
    ran = checker("validate", "-f", "github", "-f", "sarif=found.sarif", "-f", "text")
    assert ran.returncode == 2, ran.stderr
    annotation = "::error file=slos/build.yaml,line=10,col=7,title=unknown-key::unknown key 'tagret'"
    assert [each.split("%0A")[0] for each in ran.stdout.splitlines()[:2]] == [
        "INVALID: 1 error in the files",
        annotation,
    ]
    assert ran.stdout.endswith("INVALID: 1 error in 1 file\n")
    (run,) = json.loads((project / "found.sarif").read_text())["runs"]
    assert [each["ruleId"] for each in run["results"]] == ["unknown-key"]
    (project / "slos/build.yaml").write_text(document(criterion("met", "> 70 %")))
    ran = checker("validate", "-f", "github", "-f", "sarif=found.sarif")
    first, *notices = ran.stdout.splitlines()
    assert (ran.returncode, first) == (0, "valid: 0 errors in the files")
    assert all(each.startswith("::notice file=slos/build.yaml,") for each in notices)
    (run,) = json.loads((project / "found.sarif").read_text())["runs"]
    assert {each["level"] for each in run["results"]} == {"note"}


def test_validate_leaves_no_stale_report_and_takes_no_other_format(project: Path) -> None:
    (project / "found.sarif").mkdir()
    ran = checker("validate", "-f", "sarif=found.sarif")
    assert ran.returncode == 2
    assert "found.sarif: the old report cannot be removed" in ran.stderr
    for text, says in (
        ("junit", "there is no format 'junit'; there are github, sarif, text"),
        ("sarif=", "'sarif=' names no file; sarif alone is for standard output"),
    ):
        ran = checker("validate", "-f", text)
        assert ran.returncode == 2
        assert says in ran.stderr


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        ([], ""),
        (["-f", "github"], ""),
        (["-f", "markdown", "-f", "json=r.json"], ""),
        (["-f", "json=r.json", "-f", "junit=j.xml"], "{headline}\n  json: r.json\n  junit: j.xml\n"),
        (["-f", "table=r.txt"], "{headline}\n  table: r.txt\n"),
        (["-f", "json"], "{headline}\n"),
        (["-f", "json=r.json", "--quiet"], ""),
    ],
    ids=" ".join,
)
def test_the_answer_is_on_standard_error_where_standard_output_does_not_give_it(
    flags: list[str], says: str, project: Path
) -> None:
    for target, headline in (
        ("> 70 %", "RELEASE: ALLOWED (exit 0) - 1 of 1 promise passed"),
        ("> 80 %", "RELEASE: NOT ALLOWED (exit 1) - 1 of 1 promise failed"),
    ):
        (project / "slos/build.yaml").write_text(document(criterion("coverage", target)))
        assert checker("run", *flags).stderr == says.format(headline=headline)


def test_validate_answers_on_standard_error_too(project: Path) -> None:
    ran = checker("validate", "-f", "sarif=v.sarif")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "valid: 1 file, 1 promise\n  sarif: v.sarif\n")
    assert checker("validate", "-f", "sarif", "--quiet").stderr == ""
    assert checker("validate", "-f", "github").stderr == checker("validate").stderr == ""
    (project / "slos/build.yaml").write_text("")
    ran = checker("validate", "-f", "sarif=v.sarif")
    assert (ran.returncode, ran.stderr) == (2, "INVALID: 1 error in 1 file\n  sarif: v.sarif\n")


def test_a_part_says_how_many_promises_it_leaves_out(project: Path) -> None:
    missing = [criterion(name, "> 70 %", file="gone.json") for name in ("a", "b", "c")]
    (project / "slos/build.yaml").write_text(document(criterion("coverage", "> 70 %"), *missing))
    ran = checker("run", "--select", "build/coverage")
    assert ran.stdout.startswith(
        "RELEASE: ALLOWED (exit 0) - 1 of 1 promise passed, 3 not selected\n",
    )
    ran = checker("run", "--select", "build/[ab]", "-f", "json")
    report = json.loads(ran.stdout)
    assert report["decision"]["counts"]["notSelected"] == 2
    assert report["decision"]["headline"].endswith("- 2 of 2 promises in error, 2 not selected")
    told = next(each for each in report["findings"] if each["rule"] == "every-promise-covered")
    assert told["message"].startswith("2 of 2 promises were neither measured, nor attested, nor excused")
    (project / "slos/build.yaml").write_text(document(*missing, "    - name: [\n"))
    assert "nothing was judged: 1 error\n" in checker("run", "--select", "build/a").stdout


def test_every_note_can_be_read(project: Path) -> None:
    criteria = [criterion(name, "> 70 %") for name in ("a", "b", "c", "d", "e")]
    (project / "slos/build.yaml").write_text(document(*criteria))
    for command in ("validate", "run"):
        told = checker(command).stdout
        assert "notes by the rules (--notes lists each): " in " ".join(told.split())
        assert "note: build/e does not say" not in told
        told = " ".join(checker(command, "--notes").stdout.split())
        assert "notes by the rules" not in told
        for name in ("a", "b", "c", "d", "e"):
            assert (
                f"note: build/{name} does not say in words what it promises [says-what-it-promises]" in told
            )
    assert checker("run", "--notes", "-f", "table=report.txt").returncode == 0
    assert "note: build/e does not say" in (project / "report.txt").read_text()
    checker("validate", "--notes", "-f", "text=found.txt")
    assert "note: build/e does not say" in (project / "found.txt").read_text()
