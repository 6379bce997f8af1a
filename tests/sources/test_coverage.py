"""The Coverage source: real reports of coverage.py, Cobertura as others write it, and reports that lie."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker import sources
from checker.cli import main
from checker.model import Absence, Series
from tests.sources.result_files import AT, absence, ask, question, reread, series

PROJECT = {
    "shop/__init__.py": "",
    "shop/price.py": (
        "import sys\n\n\ndef price(n):\n    if n:\n        return n * 2\n    return 0\n\n\n"
        "def free():  # pragma: no cover\n    return 1\n\n\ndef never():\n    return sys\n\n\nprice(1)\nfree()\n"
    ),
    "shop/cart/__init__.py": "items = []\n",
}


def measured(folder: Path, files: dict[str, str], module: str) -> Path:
    """A project in ``folder``, run under coverage.py with branches; its reports as coverage.xml and coverage.json."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    for command in (["run", "--branch", f"--source={module}", "main.py"], ["xml", "-q"], ["json", "-q"]):
        subprocess.run([sys.executable, "-m", "coverage", *command], cwd=folder, check=True, env={"PATH": ""})
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    main = {"main.py": "import shop.price, shop.cart\n"}
    return measured(tmp_path_factory.mktemp("project"), {**PROJECT, **main}, "shop")


@pytest.fixture(scope="module")
def empty_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return measured(
        tmp_path_factory.mktemp("empty"), {"main.py": "import shop\n", "shop/__init__.py": ""}, "shop"
    )


@pytest.mark.parametrize("file", ["coverage.xml", "coverage.json"])
@pytest.mark.parametrize(
    ("keys", "covered", "valid"),
    [
        pytest.param({}, 8, 10, id="lines, by default"),
        pytest.param({"measure": "branches"}, 1, 2, id="branches"),
        pytest.param({"path": "shop/cart"}, 1, 1, id="below a folder"),
        pytest.param({"path": "shop/price.py"}, 7, 9, id="one file"),
        pytest.param({"path": "shop/"}, 8, 10, id="a folder with a slash"),
    ],
)
def test_a_report_of_coverage_py_is_counted(
    project: Path, monkeypatch: pytest.MonkeyPatch, file: str, keys: dict[str, str], covered: int, valid: int
) -> None:
    monkeypatch.chdir(project)
    reading = series("Coverage", file=file, **keys)
    assert reading.points[0].value == Fraction(covered, valid)
    assert (reading.samples, reading.unit.text) == (valid, "ratio")


def test_what_is_asked_is_described_and_its_unit_known() -> None:
    source = sources.find("Coverage")
    asked = question("Coverage", file="c.xml", measure="branches", path="shop")
    assert source.describe(asked) == "branches covered in c.xml, below shop"
    unit = source.unit(asked.query)
    assert unit is not None
    assert unit.text == "ratio"


def test_the_age_is_taken_from_cobertura_and_not_from_a_naive_time(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    stated = int(Path("coverage.xml").read_text().partition('timestamp="')[2].partition('"')[0])
    assert series("Coverage", file="coverage.xml").newest == stated // 1000
    naive = series("Coverage", file="coverage.json")
    assert naive.newest is None
    assert naive.notes == ("the age of coverage.json is not known: it states no time with an offset",)


@pytest.mark.parametrize("file", ["coverage.xml", "coverage.json"])
@pytest.mark.parametrize("measure", ["lines", "branches"])
def test_a_project_without_lines_is_no_data_though_the_report_states_a_rate_of_1(
    empty_project: Path, monkeypatch: pytest.MonkeyPatch, file: str, measure: str
) -> None:
    monkeypatch.chdir(empty_project)
    assert 'line-rate="1"' in Path("coverage.xml").read_text()
    assert '"percent_covered": 100.0' in Path("coverage.json").read_text()
    found = absence("Coverage", file=file, measure=measure)
    assert (found.kind, found.reason) == ("no-data", f"{file} has no {measure}")
    assert "told which sources to measure" in found.remedy


def test_a_path_that_nothing_is_below_is_no_data(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    found = absence("Coverage", file="coverage.xml", path="shop/car")
    assert (found.kind, found.reason) == ("no-data", "coverage.xml has no lines below shop/car")


# Cobertura as others write it


def cobertura(*classes: str, attributes: str = "") -> str:
    inner = f'<package name="p"><classes>{"".join(classes)}</classes></package>'
    return f"<coverage {attributes}><packages>{inner}</packages></coverage>"


def class_(lines: str, filename: str = "a.c", methods: str = "") -> str:
    return f'<class name="c" filename="{filename}"><methods>{methods}</methods><lines>{lines}</lines></class>'


def line(number: int, hits: int, conditions: str = "") -> str:
    branch = f' branch="true" condition-coverage="{conditions}"' if conditions else ""
    return f'<line number="{number}" hits="{hits}"{branch}/>'


def method(lines: str) -> str:
    return f'<method name="m"><lines>{lines}</lines></method>'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, text: str, name: str = "c.xml") -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return name


@pytest.mark.parametrize(
    ("text", "lines", "branches"),
    [
        pytest.param(cobertura(class_(line(1, 1) + line(2, 0))), (1, 2), None, id="one class"),
        pytest.param(
            cobertura(class_(line(1, 1, "50% (1/2)"), methods=method(line(1, 1, "50% (1/2)")))),
            (1, 1),
            (1, 2),
            id="a method's lines are its class's lines again",
        ),
        pytest.param(
            cobertura(class_("", methods=method(line(1, 0) + line(2, 3, "100% (2/2)")))),
            (1, 2),
            (2, 2),
            id="lines in methods only",
        ),
        pytest.param(
            cobertura(class_(line(7, 0, "0% (0/2)")), class_(line(7, 2, "50% (1/2)"))),
            (1, 1),
            (1, 4),
            id="two classes on a line: it ran, and their branches are apart",
        ),
        pytest.param(
            cobertura(class_(line(1, 1)), class_(line(1, 0), "b.c")),
            (1, 2),
            None,
            id="two files, one line number",
        ),
        pytest.param(
            cobertura(class_(line(1, 1))).replace(
                "</packages>",
                f'<package name="q"><classes>{class_(line(1, 0))}</classes></package></packages>',
            ),
            (1, 2),
            None,
            id="one file name in two packages: two files",
        ),
        pytest.param(
            cobertura(class_(line(1, 1)), attributes='line-rate="0.01"').replace(
                "<coverage",
                '<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd"><coverage',
            ),
            (1, 1),
            None,
            id="with the DOCTYPE that real reports have",
        ),
    ],
)
def test_cobertura_is_counted_line_by_line(
    folder: Path, text: str, lines: tuple[int, int], branches: tuple[int, int] | None
) -> None:
    file = write(folder, text)
    assert series("Coverage", file=file).points[0].value == Fraction(*lines)
    if branches is None:
        assert absence("Coverage", file=file, measure="branches").remedy == (
            "measure branches: for coverage.py, run it with --branch"
        )
    else:
        reading = series("Coverage", file=file, measure="branches")
        assert (reading.points[0].value, reading.samples) == (Fraction(*branches), branches[1])


def test_windows_paths_are_read_with_slashes(folder: Path) -> None:
    file = write(
        folder, cobertura(class_(line(1, 1), "src\\Shop\\Price.cs"), class_(line(1, 0), "src\\Else.cs"))
    )
    assert series("Coverage", file=file, path="src/Shop").points[0].value == 1


def test_what_the_report_states_is_not_used_but_noted(folder: Path) -> None:
    stated = 'line-rate="1" lines-covered="90" lines-valid="90"'
    reading = series(
        "Coverage", file=write(folder, cobertura(class_(line(1, 1) + line(2, 0)), attributes=stated))
    )
    assert reading.points[0].value == Fraction(1, 2)
    assert reading.notes[0] == "the report states 90 of 90 lines; counted were 1 of 2"


@pytest.mark.parametrize(
    ("stated", "value"),
    [
        pytest.param((50, 100), Fraction(1, 2), id="lines were lost"),
        pytest.param((0, 0), Fraction(1), id="a placeholder says nothing"),
        pytest.param((100, 50), Fraction(1), id="nor does what cannot be"),
    ],
)
def test_a_report_that_lost_lines_is_no_better_than_it_states(
    folder: Path, stated: tuple[int, int], value: Fraction
) -> None:
    attributes = f'lines-covered="{stated[0]}" lines-valid="{stated[1]}"'
    file = write(folder, cobertura(class_(line(1, 1)), attributes=attributes))
    reading = series("Coverage", file=file)
    assert reading.points[0].value == value
    assert ("the stated counts were used" in reading.notes[0]) == (value < 1)
    part = series("Coverage", file=file, path="a.c")
    assert part.points[0].value == 1, "nothing is stated of a part"
    assert ("what is judged may lack some as well" in part.notes[0]) == (value < 1)
    assert "the stated counts were used" not in part.notes[0]


@pytest.mark.parametrize(
    ("stated", "newest"),
    [
        pytest.param("1799999000", 1_799_999_000, id="seconds, as gcovr writes"),
        pytest.param("1799999000123", 1_799_999_000, id="milliseconds, as coverage.py writes"),
        pytest.param("0", None, id="left at 0"),
        pytest.param("2027-01-15T07:00:00Z", None, id="not a number"),
    ],
)
def test_the_timestamp_of_cobertura(folder: Path, stated: str, newest: int | None) -> None:
    file = write(folder, cobertura(class_(line(1, 1)), attributes=f'timestamp="{stated}"'))
    reading = series("Coverage", file=file)
    assert reading.newest == newest
    assert bool(reading.notes) == (newest is None)


def test_a_report_from_the_future_is_refused(folder: Path) -> None:
    file = write(folder, cobertura(class_(line(1, 1)), attributes=f'timestamp="{AT + 61}"'))
    found = absence("Coverage", file=file)
    assert (found.kind, found.reason) == (
        "failed",
        "c.xml says it was written 61s after the moment it is judged at",
    )
    write(folder, cobertura(class_(line(1, 1)), attributes=f'timestamp="{AT + 60}"'))
    assert series("Coverage", file=file).newest == AT + 60


HITS = st.lists(st.tuples(st.integers(1, 30), st.integers(0, 2)), min_size=1, max_size=40)


@given(classes=st.lists(st.tuples(st.sampled_from(["a.c", "b.c", "d/e.c"]), HITS), min_size=1, max_size=6))
def test_any_cobertura_counts_each_line_of_each_file_once(
    tmp_path_factory: pytest.TempPathFactory, classes: list[tuple[str, list[tuple[int, int]]]]
) -> None:
    ran: dict[tuple[str, int], bool] = {}
    for filename, hits in classes:
        for number, times in hits:
            ran[filename, number] = ran.get((filename, number), False) or times > 0
    text = [class_("".join(line(*pair) for pair in hits), filename) for filename, hits in classes]
    folder = tmp_path_factory.mktemp("any")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        reading = series("Coverage", file=write(folder, cobertura(*text)))
        assert (reading.points[0].value, reading.samples) == (Fraction(sum(ran.values()), len(ran)), len(ran))
        assert ask("Coverage", file=write(folder, cobertura(*reversed(text)))) == reading


# Reports that are refused


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", "c.xml:1:1: the file is empty", id="empty"),
        pytest.param("{}", "it is not a report of 'coverage json'", id="some other JSON"),
        *(
            pytest.param(
                json.dumps({"meta": {}, "files": {}, "totals": {}} | {key: 5}),
                "it is not a report of 'coverage json'",
                id=f"{key} is no object",
            )
            for key in ("meta", "files", "totals")
        ),
        pytest.param("[]", "c.xml:1:1: ", id="not even an object"),
        pytest.param("TN:\nSF:a.c\nend_of_record", "c.xml:1:1: ", id="lcov"),
        pytest.param(
            "<report><package/></report>", "it is not a Cobertura report: its root is <report>", id="JaCoCo"
        ),
        pytest.param("<coverage><project/></coverage>", "it is not a Cobertura report", id="Clover"),
        pytest.param(cobertura(class_(line(1, 1)))[:-20], "c.xml:1:", id="truncated"),
        pytest.param(
            cobertura(class_(line(1, -1))), "a.c has a line with number='1' and hits='-1'", id="negative hits"
        ),
        pytest.param(cobertura(class_('<line number="1" hits="NaN"/>')), "hits='NaN'", id="NaN hits"),
        pytest.param(
            cobertura(class_('<line number="1" hits="1e400"/>')), "hits='1e400'", id="infinite hits"
        ),
        pytest.param(cobertura(class_(f'<line number="1" hits="{10**20}"/>')), "hits='1000", id="huge hits"),
        pytest.param(cobertura(class_('<line hits="1"/>')), "number=''", id="a line without a number"),
        pytest.param(
            cobertura(class_(line(1, 1, "100% (3/2)"))), "condition-coverage='100% (3/2)'", id="3 of 2"
        ),
        pytest.param(
            cobertura(class_(line(1, 1, "100% (0/0)"))), "condition-coverage='100% (0/0)'", id="0 of 0"
        ),
        pytest.param(cobertura(class_(line(1, 1, "100%"))), "not as in '50% (1/2)'", id="no branch counts"),
        pytest.param(cobertura(class_(line(1, 1), "")), "the class 'c' has no filename", id="no filename"),
        pytest.param(
            cobertura(class_(line(1, 1))).replace("</packages>", f"</packages><lines>{line(2, 0)}</lines>"),
            "1 <line> elements are not inside <packages>",
            id="an uncovered line that hides elsewhere",
        ),
        pytest.param(
            '<!DOCTYPE coverage [<!ATTLIST line hits CDATA "1">]>' + cobertura(class_('<line number="1"/>')),
            "ATTLIST declaration, which can forge values",
            id="hits from a DTD",
        ),
    ],
)
def test_a_report_that_cannot_be_trusted_is_refused(folder: Path, text: str, reason: str) -> None:
    found = absence("Coverage", file=write(folder, text))
    assert found.kind == "failed"
    assert reason in found.reason
    assert found.reason.startswith("c.xml")


def test_branches_that_are_not_counted_are_refused(folder: Path) -> None:
    file = write(
        folder, cobertura(class_(line(1, 1, "50% (1/2)") + '<line number="2" hits="1" branch="true"/>'))
    )
    found = absence("Coverage", file=file, measure="branches")
    assert (found.kind, found.reason) == ("failed", "c.xml has lines whose branches it does not count")
    assert series("Coverage", file=file).points[0].value == 1


def report(**changes: Any) -> dict[str, Any]:
    """A report of 'coverage json' for one file, 2 of 3 lines and 1 of 2 branches, with ``changes`` to the file."""
    file = {
        "executed_lines": [1, 2],
        "missing_lines": [4],
        "executed_branches": [[2, 4]],
        "missing_branches": [[2, -1]],
        **changes,
    }
    return {
        "meta": {"format": 3, "timestamp": "2027-01-15T07:00:00+00:00", "branch_coverage": True},
        "files": {"a.py": {key: value for key, value in file.items() if value is not None}},
        "totals": {"covered_lines": 2, "num_statements": 3, "covered_branches": 1, "num_branches": 2},
    }


def test_a_json_report_with_an_offset_states_its_age(folder: Path) -> None:
    reading = series("Coverage", file=write(folder, json.dumps(report())))
    assert (reading.points[0].value, reading.newest, reading.notes) == (Fraction(2, 3), AT - 3600, ())
    branches = series("Coverage", file="c.xml", measure="branches")
    assert branches.points[0].value == Fraction(1, 2)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        pytest.param(
            {"missing_lines": []}, "its totals state num_statements 3, but its files have 2", id="lost lines"
        ),
        pytest.param(
            {"executed_lines": [1, 2, 3]}, "totals state covered_lines 2, but its files have 3", id="more"
        ),
        pytest.param({"executed_lines": [1, 4]}, "a.py names line 4 as executed and as missing", id="both"),
        pytest.param(
            {"executed_lines": [1, 1]}, "a.py names something twice among its executed_lines", id="twice"
        ),
        pytest.param({"executed_lines": [0, 1]}, "a.py has 0 among its executed_lines", id="line 0"),
        pytest.param({"executed_lines": [-1, 1]}, "a.py has -1 among its executed_lines", id="negative"),
        pytest.param({"executed_lines": [1, True]}, "a.py has True among its executed_lines", id="a boolean"),
        pytest.param({"executed_lines": [1, 2.5]}, "a.py has 2.5 among its executed_lines", id="a fraction"),
        pytest.param({"executed_lines": None}, "a.py has no list executed_lines", id="no lines"),
        pytest.param(
            {"missing_branches": [[2]]}, "a.py has [2] among its missing_branches", id="half an arc"
        ),
        pytest.param(
            {"missing_branches": []}, "totals state num_branches 2, but its files have 1", id="lost branches"
        ),
    ],
)
def test_a_json_report_that_disagrees_with_itself_is_refused(
    folder: Path, changed: dict[str, Any], reason: str
) -> None:
    found = absence("Coverage", file=write(folder, json.dumps(report(**changed)), "c.json"))
    assert found.kind == "failed"
    assert reason in found.reason


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity", "1e400", "9" * 40])
def test_a_json_report_with_a_number_that_is_none_is_refused(folder: Path, literal: str) -> None:
    text = json.dumps(report()).replace('"num_statements": 3', f'"num_statements": {literal}')
    found = absence("Coverage", file=write(folder, text, "c.json"))
    assert found.kind == "failed"
    assert literal[:40] in found.reason


def test_a_json_report_made_without_branches_has_none(folder: Path) -> None:
    value = report()
    value["meta"]["branch_coverage"] = False
    del value["totals"]["covered_branches"], value["totals"]["num_branches"]
    write(folder, json.dumps(value), "c.json")
    assert series("Coverage", file="c.json").points[0].value == Fraction(2, 3)
    assert absence("Coverage", file="c.json", measure="branches").kind == "no-data"


def test_an_old_json_report_without_branches_answers_for_lines_only(folder: Path) -> None:
    write(folder, json.dumps(report(executed_branches=None, missing_branches=None)), "c.json")
    assert series("Coverage", file="c.json").points[0].value == Fraction(2, 3)
    assert absence("Coverage", file="c.json", measure="branches").kind == "failed"


@pytest.mark.parametrize(
    "changed",
    [
        {"files": None},
        {"files": [["a.c", 2, 1, 0, 0]]},
        {"files": [["a.c", -1, 1, 0, 0]]},
        {"files": [["a.c", 1.0, 1, 0, 0]]},
        {"files": [["a.c", "1", "1", 0, 0]]},
        {"files": [["a.c", 1, 1]]},
        {"files": [[None, 1, 1, 0, 0]]},
        {"files": ["abcde"]},
        {"files": {"a.c": 1}},
        {"writtenAt": "soon"},
        {"writtenAt": -1},
        {"stated": [1]},
        {"stated": "ab"},
    ],
)
def test_edited_evidence_is_an_absence(folder: Path, changed: dict[str, Any]) -> None:
    file = write(folder, cobertura(class_(line(1, 1))))
    assert isinstance(reread("Coverage", {}, Path(file)), Series)
    reading = reread("Coverage", changed, Path(file))
    assert isinstance(reading, Absence)
    assert reading.kind == "failed"
    assert reading.reason.startswith("the evidence of c.xml cannot be what was recorded: ")


def test_what_is_suggested_for_a_report_without_a_known_age_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """coverage.py's JSON states a local time; with maxAge that never ends, unless one is told what does."""
    monkeypatch.chdir(tmp_path)
    Path("shop.py").write_text("x = 1\n", encoding="utf-8")
    for words in (["run", "shop.py"], ["json"], ["xml"]):
        subprocess.run([sys.executable, "-m", "coverage", *words], check=True, capture_output=True)
    promise = (
        "apiVersion: checker/v1\nkind: SuccessCriteria\nmetadata: {name: build}\nspec:\n  criteria:\n"
        "    - name: lines\n"
        "      indicator: {source: Coverage, file: FILE}\n      target: '> 90 %'\n      maxAge: 1d\n"
    )
    Path("build.yaml").write_text(promise.replace("FILE", "coverage.json"), encoding="utf-8")
    assert main(["run", "build.yaml"]) == 3
    assert "to do write the report as Cobertura XML with its time: 'coverage xml' does" in " ".join(
        capsys.readouterr().out.split()
    )
    Path("build.yaml").write_text(promise.replace("FILE", "coverage.xml"), encoding="utf-8")
    assert main(["run", "build.yaml"]) == 0
