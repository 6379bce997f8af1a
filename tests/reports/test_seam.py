"""Formats are found by name, and files are written whole or not at all."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from checker import reports

from .builders import whole

THREE = ("json", "junit", "table")


def test_formats_are_the_modules() -> None:
    assert set(THREE) <= set(reports.names())
    assert reports.names() == tuple(sorted(reports.names()))


@pytest.mark.parametrize("name", reports.names())
def test_every_format_renders_text_that_ends_in_one_line_feed(name: str) -> None:
    text = reports.find(name).render(whole())
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_those_that_tell_findings_alone_are_listed() -> None:
    able = [name for name in reports.names() if hasattr(reports.find(name), "render_findings")]
    assert tuple(able) == reports.OF_FINDINGS


@pytest.mark.parametrize("name", ["xml", "clean", "order", "__init__", "", "../cli"])
def test_an_unknown_format_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(LookupError, match=r"there is no report format .*json, junit.*table"):
        reports.find(name)


def test_listing_formats_imports_none() -> None:
    code = (
        "import sys; from checker import reports; reports.names(); "
        "print([name for name in sys.modules if name.startswith('checker.reports.')])"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )


def test_json_and_junit_are_rendered_without_tabulate() -> None:
    code = (
        "import sys; from checker import reports; reports.find('json'); reports.find('junit'); reports.find('table'); "
        "print('tabulate' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "False\n"
    )


def test_write_replaces_the_old_file_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text("old")
    reports.write(str(path), "new ü\n")
    assert path.read_bytes() == "new ü\n".encode()
    assert os.listdir(tmp_path) == ["report.json"]


def test_write_takes_a_bare_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    reports.write("report.xml", "x")
    assert os.listdir(tmp_path) == ["report.xml"]


def test_a_written_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    before = os.umask(0o027)
    try:
        reports.write(str(path), "x")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_write_creates_no_folder(tmp_path: Path) -> None:
    path = str(tmp_path / "no" / "report.json")
    with pytest.raises(FileNotFoundError) as raised:
        reports.write(path, "x")
    assert raised.value.filename == path
    assert os.listdir(tmp_path) == []


def _odd(tmp_path: Path, kind: str) -> Path:
    path = tmp_path / "odd"
    if kind == "folder":
        path.mkdir()
    elif kind == "link":
        (tmp_path / "precious").write_text("precious")
        path.symlink_to(tmp_path / "precious")
    else:
        os.mkfifo(path)
    return path


@pytest.mark.parametrize(
    ("kind", "word"), [("folder", "a folder"), ("link", "a link"), ("pipe", "a device or pipe")]
)
def test_what_is_no_plain_file_is_neither_replaced_nor_removed(tmp_path: Path, kind: str, word: str) -> None:
    path = _odd(tmp_path, kind)
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(OSError, match=f"it is {word}, and a report needs a regular file") as raised:
        reports.write(str(path), "x")
    assert raised.value.filename == str(path)
    with pytest.raises(OSError, match=f"it is {word}"):
        reports.remove_stale([str(path)])
    assert sorted(os.listdir(tmp_path)) == before
    if kind == "link":
        assert path.read_text() == "precious"


def test_stale_reports_are_removed_and_missing_ones_do_not_matter(tmp_path: Path) -> None:
    old = tmp_path / "old.xml"
    old.write_text("<testsuites/>")
    reports.remove_stale([str(tmp_path / "never.json"), str(old)])
    assert os.listdir(tmp_path) == []


WRITE_TOO_MUCH = """
import resource, signal, sys
from checker import reports
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
try:
    reports.write(sys.argv[1], "x" * 5000)
except OSError as error:
    print(error.filename, error.strerror)
"""


def test_a_full_disk_keeps_the_old_file_and_leaves_no_half_one(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text("old")
    command = [sys.executable, "-c", WRITE_TOO_MUCH, str(path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said == f"{path} File too large\n"
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["report.json"]


WRITE_ON_AND_ON = """
import sys
from checker import reports
print("begun", flush=True)
while True:
    for letter in "ab":
        reports.write(sys.argv[1], letter * 3_000_000)
"""


def test_a_killed_writer_leaves_a_whole_report(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    for delay in (0.1, 0.13, 0.17):
        process = subprocess.Popen([sys.executable, "-c", WRITE_ON_AND_ON, str(path)], stdout=subprocess.PIPE)
        with process:
            assert process.stdout is not None
            process.stdout.readline()
            while not path.exists():
                time.sleep(0.01)
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)
        text = path.read_text()
        assert len(text) == 3_000_000
        assert len(set(text)) == 1
