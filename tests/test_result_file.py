"""What all sources of result files refuse: paths that lead astray, and files that are none."""

from __future__ import annotations

import hashlib
import json
import os
import socket
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from checker import sources
from checker.model import Absence, Exchange, Series
from checker.sources import result_file
from checker.units import parse_threshold
from tests.sources.result_files import ask, exchanges, question

GOOD: dict[str, tuple[str, dict[str, Any]]] = {
    "Coverage": (
        '<coverage><packages><package name="p"><classes><class name="c" filename="a.py"><lines>'
        '<line number="1" hits="1"/></lines></class></classes></package></packages></coverage>',
        {},
    ),
    "TestResults": ('<testsuite tests="1"><testcase name="t"/></testsuite>', {}),
    "LoadTest": (
        json.dumps(
            {
                "apiVersion": "checker/v1",
                "kind": "LoadTestResult",
                "startedAt": "2027-01-15T07:00:00Z",
                "endedAt": "2027-01-15T07:30:00Z",
                "requests": [{"name": "a", "durations": [1], "unit": "ms", "errors": 0}],
            }
        ),
        {"measure": "p95"},
    ),
}
every_source = pytest.mark.parametrize("source", sorted(GOOD))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory beside ``outside``, which holds a good report of every source."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "work" / "reports").mkdir(parents=True)
    for source, (text, _) in GOOD.items():
        (tmp_path / "outside" / source).write_text(text)
        (tmp_path / "work" / "reports" / source).write_text(text)
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


def ask_for(source: str, file: str, **keys: Any) -> Series | Absence:
    return ask(source, file=file, **GOOD[source][1], **keys)


@every_source
def test_a_good_report_below_the_working_directory_is_read(folder: Path, source: str) -> None:
    assert isinstance(ask_for(source, f"reports/{source}"), Series)
    assert isinstance(ask_for(source, f"./reports//{source}"), Series)
    assert isinstance(ask_for(source, source, directory="reports"), Series)


@every_source
@pytest.mark.parametrize(
    ("file", "kind", "fact"),
    [
        pytest.param("missing.xml", "missing", "there is no file 'missing.xml'", id="missing"),
        pytest.param("reports/{}/more.xml", "missing", "there is no file", id="a file as a directory"),
        pytest.param("reports", "refused", "'reports' is a directory, not a file", id="directory"),
        pytest.param("pipe", "refused", "'pipe' is a named pipe, not a file", id="FIFO"),
        pytest.param("socket", "refused", "a socket", id="socket"),
        pytest.param("link", "refused", "'link' is a symbolic link", id="a link to a good report"),
        pytest.param("folder/{}", "refused", "'folder' is a symbolic link", id="a link on the way"),
        pytest.param("../outside/{}", "refused", "'..' leads out of its directory", id="dots"),
        pytest.param(
            "reports/../reports/{}", "refused", "'..' leads out of its directory", id="dots that come back"
        ),
        pytest.param("{outside}", "refused", "it is not a relative path", id="absolute"),
        pytest.param("/dev/zero", "refused", "it is not a relative path", id="a device"),
        pytest.param("reports\0/{}", "refused", "a character that no path can hold", id="NUL"),
        pytest.param("large", "refused", "'large' has more than 33,554,432 bytes", id="too large"),
    ],
)
def test_a_path_that_leads_astray_is_refused(
    folder: Path, source: str, file: str, kind: str, fact: str
) -> None:
    os.mkfifo(folder / "pipe")
    (folder / "link").symlink_to(folder / "reports" / source)
    (folder / "folder").symlink_to(folder.parent / "outside")
    with (folder / "large").open("wb") as large:
        large.truncate(result_file.LIMIT + 1)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        name = file.format(source, outside=folder.parent / "outside" / source)
        asked = [question(source, file=name, **GOOD[source][1])]
        (made,) = exchanges(source, asked)
    assert made.failure is not None
    assert made.failure.kind == kind
    assert fact in made.failure.message
    (reading,) = sources.find(source).read(asked, [made])
    assert reading == Absence("failed", made.failure.message, made.failure.remedy)
    assert made.failure.remedy


@every_source
def test_a_pattern_is_the_name_of_a_file(folder: Path, source: str) -> None:
    reading = ask_for(source, "reports/*.xml")
    assert isinstance(reading, Absence)
    assert reading.reason == "there is no file 'reports/*.xml'"
    assert reading.remedy == "name each file: patterns are not expanded"


@every_source
@pytest.mark.parametrize("directory", ["..", "../outside", "/", "{outside}", "reports/../../outside"])
def test_the_directory_of_a_data_source_leads_no_farther(folder: Path, source: str, directory: str) -> None:
    reading = ask_for(source, source, directory=directory.format(outside=folder.parent / "outside"))
    assert isinstance(reading, Absence)
    assert reading.kind == "failed"


@every_source
@pytest.mark.parametrize(
    "content", [b"", b"\n", b"\xff\xfe\x00", b"\x00" * 64, b"PK\x03\x04", b"{", b"<", b"[[[[", b"]"]
)
def test_a_file_that_is_no_report_is_malformed(folder: Path, source: str, content: bytes) -> None:
    (folder / "report").write_bytes(content)
    (made,) = exchanges(source, [question(source, file="report", **GOOD[source][1])])
    assert made.failure is not None
    assert made.failure.kind == "malformed"
    assert made.failure.message.startswith("report:")
    assert made.failure.remedy


@every_source
def test_every_cut_of_a_good_report_is_refused(folder: Path, source: str) -> None:
    text = GOOD[source][0]
    for end in range(len(text)):
        (folder / "report").write_text(text[:end])
        reading = ask_for(source, "report")
        assert isinstance(reading, Absence), text[:end]
        assert (reading.kind, bool(reading.remedy)) == ("failed", True)


@every_source
def test_what_is_recorded_is_the_digest_of_the_bytes_and_no_path_of_this_machine(
    folder: Path, source: str
) -> None:
    asked = [question(source, file=source, directory="reports", **GOOD[source][1])]
    (made,) = exchanges(source, asked)
    text = GOOD[source][0]
    response = made.response or {}
    assert (response["sha256"], response["bytes"]) == (hashlib.sha256(text.encode()).hexdigest(), len(text))
    assert str(folder) not in json.dumps(response)
    assert (made.request.operation, made.request.parameters) == ("ReadFile", {"file": source})
    assert made.connected == ()


@every_source
def test_one_request_for_each_file_of_each_connection(folder: Path, source: str) -> None:
    asked = [
        question(source, file=name, directory=directory, **GOOD[source][1])
        for name, directory in [("a", ""), ("b", ""), ("a", ""), ("a", "reports")]
    ]
    requests = sources.find(source).requests(asked)
    assert [(request.parameters["file"], request.connection.name) for request in requests] == [
        ("a", ""), ("b", ""), ("a", "files")
    ]  # fmt: skip


@every_source
@pytest.mark.parametrize("response", [{}, {"format": None}, {"sha256": 5}, [], "text", None])
def test_evidence_that_is_nothing_like_a_response(folder: Path, source: str, response: Any) -> None:
    asked = [question(source, file=f"reports/{source}", **GOOD[source][1])]
    (request,) = sources.find(source).requests(asked)
    (reading,) = sources.find(source).read(asked, [Exchange(request, response)])
    assert isinstance(reading, Absence)
    assert reading.kind == "failed"
    assert reading.remedy


@every_source
@pytest.mark.parametrize(
    "file", ["/etc/passwd", "../a.xml", "a/../b.xml", "C:\\a.xml", "a\\b.xml", "~/a.xml"]
)
def test_a_path_that_cannot_be_below_is_found_before_the_run(source: str, file: str) -> None:
    asked = question(source, file=file, **GOOD[source][1])
    (problem,) = sources.find(source).check(asked.query, None)
    assert (problem.key, problem.message) == ("file", f"{file} is not a path below the working directory")
    fine = question(source, file="build/..report.xml", **GOOD[source][1])
    assert list(sources.find(source).check(fine.query, None)) == []
    assert not sources.find(source).WINDOWED


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["ms", "0.5", "a"]),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=5),
    max_leaves=12,
)


@every_source
@given(data=st.data())
def test_no_edit_of_the_evidence_raises(
    tmp_path_factory: pytest.TempPathFactory, source: str, data: st.DataObject
) -> None:
    """Any part of what was recorded, replaced by anything: a reading comes back."""
    folder = tmp_path_factory.mktemp("edits")
    (folder / "report").write_text(GOOD[source][0])
    asked = [question(source, file="report", **GOOD[source][1])]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        (made,) = exchanges(source, asked)
    response = json.loads(json.dumps(made.response))
    at, place = response, data.draw(st.sampled_from(sorted(response)))
    while isinstance(at[place], list | dict) and at[place] and data.draw(st.booleans()):
        at = at[place]
        place = data.draw(st.sampled_from(range(len(at)) if isinstance(at, list) else sorted(at)))
    at[place] = data.draw(JSON)
    (reading,) = sources.find(source).read(asked, [Exchange(made.request, response)])
    assert isinstance(reading, Absence) or reading.points[0].value >= 0


@every_source
@given(data=st.data())
def test_no_damage_to_a_report_raises(
    tmp_path_factory: pytest.TempPathFactory, source: str, data: st.DataObject
) -> None:
    """Bytes of a good report overwritten by others: it is read, or refused with a remedy."""
    content = bytearray(GOOD[source][0].encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 6))] = data.draw(st.binary(max_size=6))
    folder = tmp_path_factory.mktemp("damage")
    (folder / "report").write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        reading = ask_for(source, "report")
    assert isinstance(reading, Series) or (reading.reason and reading.remedy)


PAGES = {"Coverage": "coverage", "TestResults": "test-results", "LoadTest": "load-test"}


@every_source
def test_the_manual_names_every_key_and_its_example_is_valid(source: str) -> None:
    page = (Path(__file__).parents[1] / "docs" / "sources" / f"{PAGES[source]}.md").read_text(
        encoding="utf-8"
    )
    model = sources.find(source).Query
    for key in model.model_fields.keys() - {"source"}:
        assert f"| `{key}` |" in page
    (criterion,) = yaml.safe_load(page.partition("```yaml\n")[2].partition("```")[0])
    assert model.model_validate(criterion["indicator"]).source == source
    assert parse_threshold(criterion["target"])


def test_the_manual_shows_a_load_test_result_that_is_read(folder: Path) -> None:
    page = (Path(__file__).parents[1] / "docs" / "sources" / "load-test.md").read_text(encoding="utf-8")
    (folder / "load.json").write_text(page.partition("```json\n")[2].partition("```")[0])
    reading = ask("LoadTest", file="load.json", measure="p95", name="checkout")
    assert isinstance(reading, Series)
    assert reading.points[0].value == Fraction("201.7")
