"""What every command has in common: refused files, formats, and the files that formats go to."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from checker.cli import main
from tests.kept_promise import write_kept_promise
from tests.repository import Repository

TIME = "2026-01-31T12:00:00Z"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A working folder with one promise, and ``past/`` with the evidence and the report of a run that kept it."""
    monkeypatch.chdir(tmp_path)
    write_kept_promise(tmp_path)
    (tmp_path / "past").mkdir()
    assert main(["run", "--at", TIME, "--record", "past/e.jsonl", "-f", "json=past/r.json"]) == 0
    capsys.readouterr()
    return tmp_path


EACH_THAT_REPLAYS = pytest.mark.parametrize(
    "command",
    [
        ["run", "--replay"],
        ["selftest", "--replay"],
        ["explain", "build/coverage", "--replay"],
        ["backtest"],
    ],
    ids=lambda command: command[0],
)


@EACH_THAT_REPLAYS
@pytest.mark.parametrize(
    ("recording", "says"),
    [
        (None, "broken.jsonl"),
        (b"", "broken.jsonl:1: the recording is empty\n  record again with"),
        (b"\xff", "broken.jsonl is not UTF-8 text\n  record again with"),
        (b"{}", "broken.jsonl:1: this is not a recording of the format checker/evidence/v1\n  record again"),
    ],
)
def test_a_recording_that_is_refused_is_2_with_its_remedy(
    command: list[str], recording: bytes | None, says: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if recording is not None:
        (folder / "broken.jsonl").write_bytes(recording)
    assert main([*command, "broken.jsonl"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("checker: ")
    assert says in printed.err
    assert printed.err.count("\n") == 2


EACH = {
    "run": ["run", "slos", "--replay", "past/e.jsonl"],
    "validate": ["validate", "slos/build.yaml"],
    "diff": ["diff", "./slos/build.yaml", "./slos/"],
    "plan": ["plan", "slos/build.yaml", "--at", TIME],
    "selftest": ["selftest", "slos", "--replay", "past/e.jsonl"],
    "backtest": ["backtest", "past/e.jsonl", "past/r.json"],
}
"""Each command that takes ``-f``, as it succeeds here."""

FORMATS = {
    "run": ["github", "html", "json", "junit", "markdown", "sarif", "table"],
    "validate": ["github", "sarif", "text"],
    "diff": ["json", "markdown", "table"],
    "plan": ["json", "text"],
    "selftest": ["json", "text"],
    "backtest": ["json", "text"],
}
USUAL = {
    "run": "table",
    "validate": "text",
    "diff": "table",
    "plan": "text",
    "selftest": "text",
    "backtest": "text",
}

EACH_COMMAND = pytest.mark.parametrize("name", EACH)


@EACH_COMMAND
def test_every_format_goes_to_standard_output_or_to_a_file(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for each in FORMATS[name]:
        assert main([*EACH[name], "-f", each]) == 0
        shown = capsys.readouterr().out
        assert main([*EACH[name], "-f", f"{each}=told", "--color", "always"]) == 0
        assert (folder / "told").read_text(encoding="utf-8") == shown != ""
        assert capsys.readouterr().out == ""


@EACH_COMMAND
def test_several_formats_at_once_and_the_usual_one(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(EACH[name]) == 0
    usual = capsys.readouterr().out
    every = [flag for each in FORMATS[name] for flag in ("-f", f"{each}={each}.out")]
    assert main([*EACH[name], *every, "--format", USUAL[name]]) == 0
    assert capsys.readouterr().out == usual
    assert sorted(path.stem for path in folder.glob("*.out")) == FORMATS[name]


@EACH_COMMAND
def test_a_wrong_format_is_2_and_says_which_there_are(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    known = ", ".join(FORMATS[name])
    for written, says in (
        ("xml", f"there is no format 'xml'; there are {known}"),
        (f"{FORMATS[name][0]}=", f"'{FORMATS[name][0]}=' names no file"),
    ):
        with pytest.raises(SystemExit) as stop:
            main([*EACH[name], "-f", written])
        assert stop.value.code == 2
        assert says in capsys.readouterr().err


@EACH_COMMAND
def test_the_help_names_every_format(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([name, "--help"])
    told = " ".join(capsys.readouterr().out.split())
    told = told[told.rindex("FORMAT[=PATH]") :].partition("repeatable")[0]
    assert all(each in told for each in FORMATS[name])
    assert f"{USUAL[name]} (the default)" in told


@EACH_COMMAND
def test_what_an_earlier_run_left_is_gone_before_anything_can_fail(name: str, folder: Path) -> None:
    (folder / "slos/build.yaml").write_text("kind: Nothing\n", encoding="utf-8")
    (folder / "stale").write_text("of another day", encoding="utf-8")
    assert main([*EACH[name], "-f", f"{USUAL[name]}=stale"]) == 2
    assert not (folder / "stale").exists() or "another day" not in (folder / "stale").read_text(
        encoding="utf-8"
    )


@EACH_COMMAND
def test_a_path_that_cannot_be_written_or_removed_is_2(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*EACH[name], "-f", f"{USUAL[name]}=gone/told"]) == 2
    assert capsys.readouterr().err == (
        "checker: gone/told: it cannot be written (there is no folder 'gone')\n"
        "  make it first, or name another place\n"
    )
    (folder / "there").mkdir()
    assert main([*EACH[name], "-f", f"{USUAL[name]}=there"]) == 2
    assert capsys.readouterr().err.startswith(
        "checker: there: the old report cannot be removed (it is a folder"
    )


@EACH_COMMAND
def test_what_is_read_is_never_written(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    read = [os.path.normpath(each) for each in EACH[name] if os.path.isfile(each)]
    assert read
    for each in read:
        before = (folder / each).read_bytes()
        assert main([*EACH[name], "-f", f"{USUAL[name]}=past/../{each}"]) == 2
        assert capsys.readouterr().err == (
            f"checker: past/../{each} would be written, but this command reads it\n  write to another file\n"
        )
        assert (folder / each).read_bytes() == before


def test_a_refusal_leaves_no_answer_of_another_day(folder: Path) -> None:
    (folder / "report.json").write_text("of another day", encoding="utf-8")
    assert (
        main(["run", "--replay", "past/e.jsonl", "--record", "past/e.jsonl", "-f", "json=report.json"]) == 2
    )
    assert not (folder / "report.json").exists()
    assert (folder / "past/e.jsonl").exists()


def test_a_recording_is_not_recorded_over(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (folder / "past/e.jsonl").read_bytes()
    os.symlink("past/e.jsonl", folder / "link.jsonl")
    for other in ("past/e.jsonl", "past/../past/e.jsonl", "link.jsonl"):
        assert main(["run", "--replay", other, "--record", "past/e.jsonl"]) == 2
        assert "past/e.jsonl would be written, but this command reads it" in capsys.readouterr().err
        assert (folder / "past/e.jsonl").read_bytes() == before


def test_one_file_holds_one_output(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "-f", "json=out", "-f", "junit=./out"]) == 2
    assert "./out would be written twice\n  name a file for each" in capsys.readouterr().err
    assert main(["run", "-f", "json=out", "--record", "out"]) == 2
    assert not (folder / "out").exists()


def test_the_permissions_of_a_plan_are_printed_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["plan", "--iam", "-f", "json=plan.json"])
    assert stop.value.code == 2
    assert "not allowed with argument --iam" in capsys.readouterr().err


def test_a_diff_of_commits_goes_to_a_file_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repository = Repository(folder)
    repository.commit()
    assert main(["diff", "main", "-f", "json=diff.json"]) == 0
    assert json.loads((folder / "diff.json").read_text(encoding="utf-8"))["changes"] == []


LENIENT = """\
apiVersion: openslo/v1
kind: SLO
metadata: {name: Answered}
spec:
  service: shop
  indicator:
    metadata: {name: answered}
    spec:
      ratioMetric:
        counter: false
        good: {metricSource: {type: Prometheus, spec: {query: good}}}
        total: {metricSource: {type: Prometheus, spec: {query: all}}}
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.99}]
"""
EACH_THAT_READS = pytest.mark.parametrize(
    "command",
    [
        ["validate", "slos"],
        ["run", "slos", "--replay", "past/e.jsonl"],
        ["plan", "slos"],
        ["explain", "Answered"],
        ["diff", "./slos/", "./slos/"],
        ["diff", "main"],
        ["diff", "main", "main"],
        ["selftest", "slos", "--replay", "past/e.jsonl"],
        ["backtest", "past"],
        ["backtest", "past", "--base", "main"],
        ["export", "prometheus", "slos"],
        ["catalog", "--check", "slos"],
    ],
    ids=" ".join,
)


@EACH_THAT_READS
def test_strict_makes_an_error_of_a_departure_from_openslo_everywhere(
    command: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "slos/slo.yaml").write_text(LENIENT, encoding="utf-8")
    Repository(folder).commit()
    told = "slos/slo.yaml:3:18: error: 'Answered' is not a name of lower-case letters, digits and hyphens"
    main(command)
    printed = capsys.readouterr()
    assert told not in printed.out + printed.err
    assert main([*command, "--strict"]) == 2
    printed = capsys.readouterr()
    assert told in printed.out + printed.err
    assert "INVALID: 1 error" in printed.out or command[0] not in ("validate", "catalog")


def test_a_base_that_departs_from_openslo_is_no_base_by_the_letter(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "slos/slo.yaml").write_text(LENIENT, encoding="utf-8")
    Repository(folder).commit()
    (folder / "slos/slo.yaml").write_text(LENIENT.replace("Answered", "answered"), encoding="utf-8")
    for command in (
        ["diff", "main"],
        ["run", "--base", "main", "--replay", "past/e.jsonl"],
        ["backtest", "past", "--base", "main"],
    ):
        assert main([*command, "--strict"]) == 2
        assert "'Answered' is not a name of lower-case letters" in " ".join(capsys.readouterr().out.split())
