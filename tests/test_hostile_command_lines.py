"""Command lines and surroundings that nobody meant: each ends with a fact and a remedy, and none with 0 by accident."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from checker.cli import main
from tests.kept_promise import COVERAGE, PROMISE, write_kept_promise
from tests.repository import Repository


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with one promise, which is kept."""
    monkeypatch.chdir(tmp_path)
    write_kept_promise(tmp_path)
    return tmp_path


def in_a_shell(command: str) -> subprocess.CompletedProcess[str]:
    """``checker`` as a shell starts it, with what is closed or led elsewhere."""
    line = f'"{sys.executable}" -m checker {command}'
    return subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--replay", ""],
        ["run", "--record", ""],
        ["run", "--base", ""],
        ["run", "--environment", ""],
        ["run", "--rules", ""],
        ["run", ""],
        ["validate", "slos", ""],
        ["explain", "build/coverage", "--replay", ""],
        ["selftest", "--replay", ""],
        ["backtest", "slos", "--base", ""],
        ["diff", ""],
        ["export", "prometheus", "-o", ""],
        ["import", "slos", "--output", ""],
        ["catalog", "--check", "--data-source", ""],
        ["run", "--select", ""],
        ["plan", "--select", "build/*", "--select", ""],
        ["diff", "main", "--path", ""],
    ],
    ids=" ".join,
)
def test_what_is_empty_is_not_taken_for_what_is_left_out(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.endswith(" is empty\n  give it a value, or leave it out\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--replay", "a.jsonl", "--replay", "b.jsonl"],
        ["run", "--record", "a.jsonl", "--record", "b.jsonl"],
        ["run", "--base", "main", "--base=HEAD"],
        ["run", "--at", "2026-01-31T12:00:00Z", "--at", "2026-02-28T12:00:00Z"],
        ["validate", "--policy", "a.yaml", "--policy", "b.yaml"],
        ["export", "prometheus", "-o", "a", "--output", "b"],
    ],
    ids=" ".join,
)
def test_of_two_values_none_is_chosen(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.endswith(" is given twice\n  give it once\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("run -f json -f table", "json and table would be written to standard output"),
        ("run -f table -f junit=stale -f sarif", "table and sarif would be"),
        ("validate -f sarif -f text", "sarif and text would be"),
        ("plan -f json -f json", "json and json would be"),
    ],
)
def test_what_programs_read_stands_alone_on_standard_output(
    words: str, told: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "stale").write_text("of another day", encoding="utf-8")
    assert main(words.split()) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert told in printed.err
    assert "name a file for one, as in -f " in printed.err
    assert (folder / "stale").exists() == ("stale" not in words)


def test_reports_for_people_may_follow_each_other(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["validate", "-f", "text", "-f", "github"])
    assert capsys.readouterr().out.count("\n") > 1


def test_a_command_line_that_is_refused_leaves_no_answer_of_another_day_and_loses_nothing(
    folder: Path,
) -> None:
    for arguments in (["run", "--replay", ""], ["run", "--base", "a", "--base", "b"], ["validate", ""]):
        (folder / "stale").write_text("of another day", encoding="utf-8")
        outputs = ["-f", "github=stale", "-f", "sarif=coverage.json"]
        assert main([*arguments, *outputs]) == 2
        assert not (folder / "stale").exists()
        assert (folder / "coverage.json").read_text(encoding="utf-8") == json.dumps(COVERAGE)


@pytest.mark.parametrize(
    "words",
    [
        "run --fail-on-wran -f junit=stale",
        "run -f junit=stale --at yesterday",
        "run --at yesterday --format junit=stale",
        "run --format=junit=stale --timeout 9",
        "run -fjunit=stale --bogus",
        "run -qf junit=stale --bogus",
        "run -f=junit=stale --color pink",
        "run -f xml=other -f junit=stale",
        "run --bogus --record stale",
        "run --record=stale --bogus",
        "validate -f text=stale --bogus",
        "-f json=stale run",
        "rnu -f json=stale",
    ],
)
def test_a_command_line_that_cannot_be_parsed_leaves_no_answer_of_another_day(
    words: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "stale").write_text("of another day", encoding="utf-8")
    with pytest.raises(SystemExit) as stop:
        main(words.split())
    assert stop.value.code == 2
    assert capsys.readouterr().err.startswith("usage: checker")
    assert not (folder / "stale").exists()


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("run --replya past.json -f json=past.json", "past.json"),
        ("run --replya=past.json -f json=past.json", "past.json"),
        ("run --replya past.json -f json=./past.json", "past.json"),
        ("run --bogus -f json=coverage.json", "coverage.json"),
        ("run --bogus -f sarif=slos/build.yaml", "slos/build.yaml"),
        ("run elsewhere --bogus -f json=elsewhere/past.json", "elsewhere/past.json"),
        ("backtest elsewhere --bogus -f json=elsewhere/past.jsonl", "elsewhere/past.jsonl"),
        ("run -f environment=past.json", "past.json"),
        ("run -f past.json", "past.json"),
        ("run --recrod past.json", "past.json"),
        ("run --help -f json=past.json", "past.json"),
    ],
)
def test_a_command_line_that_cannot_be_parsed_loses_nothing(words: str, kept: str, folder: Path) -> None:
    (folder / "elsewhere").mkdir()
    for each in ("past.json", "elsewhere/past.json", "elsewhere/past.jsonl"):
        (folder / each).write_text("{}", encoding="utf-8")
    before = (folder / kept).read_bytes()
    with pytest.raises(SystemExit):
        main(words.split())
    assert (folder / kept).read_bytes() == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "-f", "json=-"],
        ["run", "--record", "-"],
        ["validate", "-f", "sarif=-"],
        ["export", "prometheus", "-o", "-"],
        ["import", "slos", "-o", "-"],
    ],
    ids=" ".join,
)
def test_a_dash_is_no_file_to_write(
    arguments: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert "-' names no file" in capsys.readouterr().err
    assert not (folder / "-").exists()


@pytest.mark.parametrize("more", [["--name", "shop"], ["--no-units"]], ids=" ".join)
def test_what_is_only_for_a_new_catalogue_does_not_go_with_a_check(
    more: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["catalog", "--check", *more]) == 2
    assert f"checker: {more[0]} needs --from-aws" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "fact"),
    [
        ("coverage.json/r.json", "coverage.json/r.json: it cannot be written (Not a directory)"),
        (
            "there",
            "there: the old report cannot be removed (it is a folder, and a report needs a regular file)",
        ),
        ("/dev/null", "/dev/null: the old report cannot be removed (it is a device or pipe, and a report"),
    ],
)
def test_an_output_that_cannot_be_is_told_before_anything_is_asked(
    path: str, fact: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "there").mkdir()
    (folder / "stale").write_text("of another day", encoding="utf-8")
    arguments = ["run", "--record", "e.jsonl", "-f", f"json={path}", "-f", "junit=stale", "-f", "table"]
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith(f"checker: {fact}")
    assert printed.err.endswith("\n  name a regular file in a folder that exists and is writable\n")
    assert printed.out == ""
    assert not (folder / "e.jsonl").exists()
    assert not (folder / "stale").exists()


@pytest.mark.parametrize("command", [["run"], ["plan"], ["export", "prometheus"]], ids=lambda each: each[0])
def test_each_name_that_is_selected_names_something(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A name that is misspelt beside one that is not would leave a promise out, and nobody would see it."""
    assert main([*command, "--select", "build/*", "--select", "biuld/*"]) == 2
    printed = capsys.readouterr()
    assert "no promise matches biuld/*" in printed.out + printed.err


def test_a_name_that_a_change_brings_is_no_misspelt_one(folder: Path) -> None:
    Repository(folder).commit()
    more = PROMISE.replace("{name: build}", "{name: more}")
    (folder / "slos/more.yaml").write_text(more, encoding="utf-8")
    arguments = ["run", "--base", "main", "--select", "build/*", "--select", "more/*"]
    assert main(arguments) == 0
    assert main([*arguments, "--select", "mroe/*"]) == 2


def test_nobody_waits_longer_than_can_be_waited(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["run", "--timeout", "99999w"])
    assert stop.value.code == 2
    assert "99999w is more than a run can wait; write at most 30d" in capsys.readouterr().err
    assert main(["run", "--timeout", "30d"]) == 0


def test_of_thousands_of_files_each_that_cannot_be_read_is_told(folder: Path) -> None:
    """They are read by several processes. One file leads nowhere, one is a pipe, one is empty, one is not text."""
    for number in range(1200):
        text = PROMISE.replace("{name: build}", f"{{name: build-{number}}}")
        (folder / f"slos/p{number}.yaml").write_text(text, encoding="utf-8")
    os.symlink("nowhere", folder / "slos/link.yaml")
    os.mkfifo(folder / "slos/pipe.yaml")
    (folder / "slos/empty.yaml").write_bytes(b"")
    (folder / "slos/binary.yaml").write_bytes(b"\xff\xfe")
    (folder / "slos/p7.yaml").write_bytes(b"x" * (1 << 21))
    ran = in_a_shell("validate slos")
    assert ran.returncode == 2
    said = " ".join(ran.stdout.split())
    move = "[file-refused] remedy: put a file there that can be read, or move it out of the folder"
    for each in (
        f"slos/link.yaml:1:1: error: a symbolic link, which is not followed {move}",
        f"slos/pipe.yaml:1:1: error: a named pipe, not a file {move}",
        "slos/empty.yaml:1:1: error: the file holds no document",
        "slos/binary.yaml:1:1: error: the file is not UTF-8 text",
        "slos/p7.yaml:1:1: error: 'slos/p7.yaml' has more than 1,048,576 bytes",
        "INVALID: 5 errors",
    ):
        assert each in said


EMPTY = [
    *(
        (name, content)
        for name in ("empty.yaml", "empty.json")
        for content in (b"", b"\n\n", b"\xef\xbb\xbf", b"[]")
    ),
    ("empty.yaml", b"# promises: later\n"),
    ("empty.yaml", b"---\n---\n"),
]
"""What holds no document: nothing, blank lines, a byte order mark, no items; comments and marks, which JSON has not."""


@pytest.mark.parametrize(("name", "content"), EMPTY, ids=map(str, EMPTY))
def test_a_file_without_a_document_is_an_error_also_beside_others(
    name: str, content: bytes, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was emptied by mistake is not asked for any more, and a release would pass without it."""
    (folder / "slos" / name).write_bytes(content)
    told = f"slos/{name}:1:1: error: the file holds no document: it is empty, or holds nothing but comments"
    for command in ("validate", "run", "plan"):
        assert main([command]) == 2
        assert told in " ".join(capsys.readouterr().out.split())
    assert main(["validate", f"slos/{name}"]) == 2
    assert "INVALID: 1 error in 1 file" in capsys.readouterr().out


@pytest.mark.parametrize(("name", "content"), EMPTY, ids=map(str, EMPTY))
def test_a_rule_file_without_a_document_is_an_error(
    name: str, content: bytes, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "rules").mkdir()
    (folder / "rules" / name).write_bytes(content)
    told = f"rules/{name}:1:1: error: the file holds no document: it is empty, or holds nothing but comments"
    for arguments in (["validate"], ["run"], ["test", "rules"], ["validate", "--policy", f"rules/{name}"]):
        assert main(arguments) == 2
        assert told in " ".join(capsys.readouterr().out.split())


def test_files_that_look_as_if_they_were_meant_are_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "rules").mkdir()
    for name in ("slos/.later.yaml", "slos/build.yaml.bak", "rules/policy.yaml.txt"):
        (folder / name).write_text("kind: Nothing", encoding="utf-8")
    for command in ("validate", "run"):
        assert main([command]) == 0
        said = " ".join(capsys.readouterr().out.split())
        assert (
            "slos/.later.yaml:1:1: note: slos/.later.yaml, slos/build.yaml.bak are not read because of their names "
            "[passed-over] remedy: to have a file read, give it a name that ends in .yaml, .yml or .json and does "
            "not begin with a dot"
        ) in said
        assert "note: rules/policy.yaml.txt is not read because of its name [passed-over]" in said
    assert main(["validate", "slos", "slos/build.yaml.bak"]) == 2
    assert "note: slos/.later.yaml is not read" in " ".join(capsys.readouterr().out.split())
    for number in range(20):
        (folder / f"slos/{number:02}.yaml~").touch()
    assert main(["validate"]) == 0
    assert "slos/08.yaml~ and 12 more are not read" in " ".join(capsys.readouterr().out.split())


def test_a_note_on_what_is_not_read_hides_no_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "rules").mkdir()
    (folder / "rules/policy.yaml.bak").touch()
    assert main(["validate", "--rules", "rules"]) == 2
    assert "error: there is no rule and no policy in rules" in capsys.readouterr().out
    assert main(["validate", "--environment", "production"]) == 2
    assert "there is no policy file to define" in capsys.readouterr().out
    (folder / "later").mkdir()
    (folder / "later/x.yaml.bak").touch()
    assert main(["validate", "slos", "later"]) == 2
    assert "there is no .yaml, .yml or .json file in later" in capsys.readouterr().out


def test_standard_input_without_a_document_is_nothing_to_check() -> None:
    ran = in_a_shell("validate - </dev/null")
    assert ran.returncode == 2
    assert "<stdin>:1:1: error: the file holds no document" in ran.stdout
    assert in_a_shell("validate - <&-").returncode == 2


@pytest.mark.parametrize("command", ["validate", "run", "plan"])
def test_each_folder_that_is_named_holds_something(
    command: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "release").mkdir()
    (folder / "release/notes.txt").write_text("later", encoding="utf-8")
    assert main([command, "slos", "release"]) == 2
    assert "there is no .yaml, .yml or .json file in release" in capsys.readouterr().out


def test_a_folder_of_rules_that_is_named_holds_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "rules").mkdir()
    assert main(["validate"]) == 0
    (folder / "ours").mkdir()
    capsys.readouterr()
    assert main(["validate", "--rules", "ours"]) == 2
    assert "error: there is no rule and no policy in ours" in " ".join(capsys.readouterr().out.split())
    (folder / "ours/later.yaml").write_text("# later\n", encoding="utf-8")
    assert main(["run", "--rules", "ours"]) == 2


def test_an_import_of_nothing_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "empty.yaml").write_text("# nothing\n", encoding="utf-8")
    assert main(["import", "empty.yaml"]) == 2
    assert "empty.yaml:1:1: error: the file holds no document" in capsys.readouterr().err
    assert main(["import", "empty.yaml", "-q"]) == 2
    assert capsys.readouterr().err.endswith("imported: 0 documents, 1 error\n")


EACH = [
    "run",
    "validate",
    "plan",
    "schema",
    "explain build/coverage",
    "diff ./slos/",
    "run -f json",
    "--version",
    "run --help",
]


@pytest.mark.parametrize("command", EACH)
@pytest.mark.parametrize(
    "way",
    [
        ">&-",
        pytest.param(
            ">/dev/full",
            marks=pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full"),
        ),
    ],
)
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_an_answer_that_cannot_be_given_is_4(
    command: str, way: str, unbuffered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    ran = in_a_shell(f"{command} {way}")
    assert ran.returncode == 4
    fact, remedy = ran.stderr.splitlines()
    assert fact.startswith("checker: standard output cannot be written (")
    assert remedy == "  free disk space, or keep standard output open"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit for files")
def test_a_disk_without_room_is_4(folder: Path) -> None:
    for command in ("run -f json=r.json", "run --record e.jsonl"):
        ran = subprocess.run(
            ["sh", "-c", f'ulimit -f 0; "{sys.executable}" -m checker {command}'],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ran.returncode == 4
        assert (
            "it cannot be written (File too large)\n  make room for it, or write to another disk"
            in ran.stderr
        )
        assert not (folder / command.split()[-1].removeprefix("json=")).exists()


@pytest.mark.parametrize("way", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_an_answer_in_a_file_needs_no_open_stream(way: str, folder: Path) -> None:
    assert in_a_shell(f"run -f json=r.json --record e.jsonl {way}").returncode == 0
    assert (folder / "r.json").read_text(encoding="utf-8").startswith("{")
    assert (folder / "e.jsonl").read_text(encoding="utf-8").count("\n") == 2


@pytest.mark.parametrize("way", ["2>&-", "2>/dev/full"])
@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("run", 0),
        ("run nowhere", 2),
        ("run --replay nowhere", 2),
        ("run --bogus", 2),
        ("run -f json=gone/r", 2),
    ],
)
def test_nobody_to_complain_to_changes_no_exit_code(command: str, code: int, way: str) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("there is no /dev/full")
    assert in_a_shell(f"{command} {way} >/dev/null").returncode == code
