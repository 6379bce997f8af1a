"""The TestResults source: real reports of pytest, JUnit as others write it, and reports that lie."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from checker import sources
from checker.cli import main
from checker.model import Absence, Series
from tests.sources.result_files import AT, absence, ask, exchanges, question, reread, series

SUITE = """
import unittest
import pytest

@pytest.fixture
def bad_teardown():
    yield
    raise RuntimeError

@pytest.fixture
def bad_setup():
    raise RuntimeError

def test_passes(): pass
def test_passes_but_teardown_fails(bad_teardown): pass
def test_fails_and_teardown_fails(bad_teardown): assert 0
def test_setup_fails(bad_setup): pass
def test_fails(): assert 0
@pytest.mark.skip
def test_skipped(): pass
@pytest.mark.xfail
def test_expected_to_fail(): assert 0
@pytest.mark.xfail(strict=True)
def test_fails_by_passing(): pass
"""
SUBTESTS = """
def test_with_subtests(subtests):
    for i in range(4):
        with subtests.test(i=i):
            assert i % 2
"""


def run_pytest(folder: Path, text: str) -> None:
    (folder / "test_it.py").write_text(text, encoding="utf-8")
    command = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov", "--junitxml=junit.xml"]
    env = {"PATH": "", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    subprocess.run(
        [sys.executable, "-m", "pytest", *command], cwd=folder, check=False, capture_output=True, env=env
    )


@pytest.fixture(scope="module")
def by_pytest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pytest")
    run_pytest(folder, SUITE)
    return folder


@pytest.mark.parametrize(
    ("measure", "value", "samples"),
    [
        pytest.param("passRatio", Fraction(1, 6), 6, id="one of six that ran"),
        pytest.param("passed", 1, 6, id="passed, of those that ran"),
        pytest.param("failed", 3, 6, id="failures: two asserts and a strict xpass"),
        pytest.param("errors", 3, 6, id="errors: a setup and two teardowns"),
        pytest.param("skipped", 2, 8, id="skipped: a skip and an xfail"),
        pytest.param("total", 8, 8, id="all, the test that pytest writes twice once"),
    ],
)
def test_a_report_of_pytest_is_counted_by_test_case(
    by_pytest: Path, monkeypatch: pytest.MonkeyPatch, measure: str, value: Fraction | int, samples: int
) -> None:
    monkeypatch.chdir(by_pytest)
    text = Path("junit.xml").read_text()
    assert 'errors="3" failures="3" skipped="2" tests="9"' in text
    assert text.count("<testcase ") == 9
    reading = series("TestResults", file="junit.xml", measure=measure)
    assert (reading.points[0].value, reading.samples) == (value, samples)
    assert reading.unit.text == ("ratio" if measure == "passRatio" else "count")
    assert reading.counts_events == (measure != "passRatio")
    assert (reading.otherwise is not None) == (measure == "failed")
    assert reading.newest is not None, "pytest writes the time with its offset"


def test_a_count_of_failures_says_that_there_are_errors_too(
    by_pytest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(by_pytest)
    reading = series("TestResults", file="junit.xml", measure="failed")
    assert "2 more test cases did not pass; the measure errors counts them" in reading.notes


def test_subtests_are_part_of_their_test_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_pytest(tmp_path, SUITE.partition("@pytest.mark.skip")[0] + SUBTESTS)
    reading = series("TestResults", file="junit.xml", measure="total")
    assert reading.points[0].value == 6
    assert series("TestResults", file="junit.xml").points[0].value == Fraction(1, 6)
    assert any("subtests, and teardowns that failed" in note for note in reading.notes)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", "junit.xml holds no test cases", id="no tests"),
        pytest.param(
            "import pytest\n@pytest.mark.skip\ndef test_it(): pass\n",
            "all 1 test cases of junit.xml were skipped",
            id="all skipped",
        ),
    ],
)
@pytest.mark.parametrize("measure", ["passRatio", "passed", "failed", "errors"])
def test_a_run_of_no_tests_is_no_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, reason: str, measure: str
) -> None:
    monkeypatch.chdir(tmp_path)
    run_pytest(tmp_path, text)
    found = absence("TestResults", file="junit.xml", measure=measure)
    assert (found.kind, found.reason) == ("no-data", reason)


def test_tests_that_cannot_be_collected_are_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_pytest(tmp_path, "def test_x(: pass")
    assert series("TestResults", file="junit.xml").points[0].value == 0
    assert series("TestResults", file="junit.xml", measure="errors").points[0].value == 1


# JUnit as others write it


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, text: str, name: str = "j.xml") -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return name


def case(inner: str = "", attributes: str = 'name="t"') -> str:
    return f"<testcase {attributes}>{inner}</testcase>"


def suite(*inner: str, **attributes: Any) -> str:
    stated = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<testsuite{stated}>{''.join(inner)}</testsuite>"


FAILURE, ERROR, SKIPPED = '<failure message="no"/>', '<error message="oh"/>', "<skipped/>"
FIVE = (case(), case(), case(FAILURE), case(ERROR), case(SKIPPED))


@pytest.mark.parametrize(
    ("text", "ratio"),
    [
        pytest.param(suite(*FIVE), (2, 4), id="a suite that states nothing"),
        pytest.param(suite(*FIVE, tests=5, failures=1, errors=1, skipped=1), (2, 4), id="counts that agree"),
        pytest.param(
            f"<testsuites>{suite(*FIVE)}{suite(case(FAILURE))}</testsuites>", (2, 5), id="two suites"
        ),
        pytest.param(
            suite(case(), suite(*FIVE, tests=5), tests=6, failures=1),
            (3, 5),
            id="an outer suite that counts all",
        ),
        pytest.param(
            suite(case(), suite(*FIVE, tests=5), tests=1, failures=0),
            (3, 5),
            id="an outer suite that counts its own",
        ),
        pytest.param(
            suite(case(FAILURE + ERROR), case(), tests=2), (1, 2), id="a failure and an error: one bad case"
        ),
        pytest.param(suite(case(FAILURE + SKIPPED), case()), (1, 2), id="failed and skipped: bad"),
        pytest.param(
            suite(case(FAILURE * 3), case(), tests=2, failures=3), (1, 2), id="failures by the element"
        ),
        pytest.param(
            suite(case(FAILURE * 3), case(), tests=2, failures=1), (1, 2), id="failures by the case"
        ),
        pytest.param(
            suite(case(attributes='name="a" status="notrun"'), case(), tests=2, disabled=1, skipped=0),
            (1, 1),
            id="GoogleTest's disabled test did not run",
        ),
        pytest.param(
            suite(case(attributes='name="a" status="failed"'), case()), (1, 2), id="failed by its status"
        ),
        pytest.param(
            suite(case("<system-out>&lt;failure/&gt;</system-out><properties/>")),
            (1, 1),
            id="output is no failure",
        ),
        pytest.param(
            suite(case(), case(), case(FAILURE), tests=3), (2, 3), id="equal names are cases of their own"
        ),
    ],
)
def test_junit_is_counted_by_test_case(folder: Path, text: str, ratio: tuple[int, int]) -> None:
    reading = series("TestResults", file=write(folder, text))
    assert (reading.points[0].value, reading.samples) == (Fraction(*ratio), ratio[1])
    assert reading.notes[-1] == "the age of j.xml is not known: it states no time with an offset"
    named = sum(1 for note in reading.notes if note.startswith("did not pass: "))
    assert (named, len(reading.notes)) == ((1, 2) if ratio[0] < ratio[1] else (0, 1))


@pytest.mark.parametrize(
    ("text", "ratio", "note"),
    [
        pytest.param(
            suite(case("<flakyFailure/>"), case(), tests=3, failures=1),
            (2, 2),
            "1 of the passed test cases failed at first and passed when run again",
            id="failed, then passed",
        ),
        pytest.param(
            suite(case(FAILURE + "<rerunFailure/>" * 5), tests=6, failures=6),
            (0, 1),
            None,
            id="failed six times",
        ),
        pytest.param(
            suite(case(ERROR + "<rerunError/>"), case(), tests=2, errors=1),
            (1, 2),
            None,
            id="reruns not counted",
        ),
    ],
)
def test_reruns_of_surefire(folder: Path, text: str, ratio: tuple[int, int], note: str | None) -> None:
    reading = series("TestResults", file=write(folder, text))
    assert reading.points[0].value == Fraction(*ratio)
    assert (note in reading.notes) == (note is not None)


def test_several_files_count_together_each_once(folder: Path) -> None:
    stamp = "2027-01-15T0{}:00:00+00:00"
    write(folder, suite(*FIVE, timestamp=stamp.format(7)), "a.xml")
    write(folder, suite(case(), timestamp=stamp.format(6)), "b.xml")
    reading = series("TestResults", files=["a.xml", "b.xml", "a.xml", "./a.xml"])
    assert (reading.points[0].value, reading.samples) == (Fraction(3, 5), 5)
    assert reading.newest == AT - 7200, "the age of the oldest"
    asked = [question("TestResults", files=["a.xml", "b.xml"]), question("TestResults", file="a.xml")]
    requests = sources.find("TestResults").requests(asked)
    assert [request.parameters for request in requests] == [{"file": "a.xml"}, {"file": "b.xml"}]
    units = [
        sources.find("TestResults").unit(each.query)
        for each in (asked[0], question("TestResults", file="a", measure="failed"))
    ]
    assert [unit and unit.text for unit in units] == ["ratio", "count"]
    assert sources.find("TestResults").describe(asked[0]) == "passRatio of the test cases in a.xml, b.xml"


def test_one_bad_file_of_several_is_an_absence(folder: Path) -> None:
    write(folder, suite(case()), "a.xml")
    found = absence("TestResults", files=["a.xml", "missing.xml"])
    assert found.kind == "failed"
    assert "missing.xml" in found.reason


def test_one_file_without_a_time_leaves_the_age_unknown(folder: Path) -> None:
    write(folder, suite(case(), timestamp="2027-01-15T07:00:00Z"), "a.xml")
    write(folder, suite(case(), timestamp="2027-01-15T07:00:00"), "b.xml")
    assert series("TestResults", file="a.xml").newest == AT - 3600
    assert series("TestResults", files=["a.xml", "b.xml"]).newest is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", "j.xml:1:1: the file is empty", id="empty"),
        pytest.param("not XML", "j.xml:1:1: ", id="text"),
        pytest.param(suite(case())[:-5], "j.xml:1:", id="truncated"),
        pytest.param("<coverage/>", "it is not a JUnit report: its root is <coverage>", id="another report"),
        pytest.param(
            suite(case(), case(), case(), case(), tests=5, name="unit"),
            """the suite 'unit' states tests="5", but its test cases have 4""",
            id="a lost test case",
        ),
        pytest.param(
            suite(case(), tests=0), """<testsuite> states tests="0", but its test cases have 1""", id="more"
        ),
        pytest.param(
            suite(case(), failures=2),
            """states failures="2", but its test cases have 0""",
            id="lost failures",
        ),
        pytest.param(
            suite(case(FAILURE), failures=0),
            """states failures="0", but its test cases have 1""",
            id="denied",
        ),
        pytest.param(
            suite(case(), errors=1), """states errors="1", but its test cases have 0""", id="a lost error"
        ),
        pytest.param(
            suite(case(), skipped=1), """states skipped="1", but its test cases have 0""", id="a lost skip"
        ),
        pytest.param(suite(tests=5), """states tests="5", but its test cases have 0""", id="counts only"),
        pytest.param(
            f'<testsuites tests="9">{suite(case(), tests=1)}</testsuites>',
            """<testsuites> states tests="9", but its test cases have 1""",
            id="the outermost counts",
        ),
        pytest.param(suite(case(), tests=-1), """states tests="-1", but""", id="negative"),
        pytest.param(suite(case(), tests="NaN"), """states tests="NaN", but""", id="NaN"),
        pytest.param(suite(case(), tests="1e400"), """states tests="1e400", but""", id="infinite"),
        pytest.param(suite(case(), tests=10**30), """states tests="10000000000000000000", but""", id="huge"),
        pytest.param(
            suite(ERROR, case(), name="s"),
            "a failure or an error that is not in a test case",
            id="a suite failed",
        ),
        pytest.param(
            suite(case(case(FAILURE))), "test cases that are not in a test suite", id="a case in a case"
        ),
        pytest.param(
            suite(case(), f"<group>{case(FAILURE)}</group>"),
            "test cases that are not in a test suite",
            id="hidden",
        ),
        pytest.param(
            '<!DOCTYPE testsuite [<!ENTITY ok "x">]>' + suite(case("&ok;")),
            "ENTITY declaration",
            id="an entity",
        ),
    ],
)
def test_a_report_that_cannot_be_trusted_is_refused(folder: Path, text: str, reason: str) -> None:
    for measure in ("passRatio", "failed", "total"):
        found = absence("TestResults", file=write(folder, text), measure=measure)
        assert found.kind == "failed"
        assert reason in found.reason
        assert found.reason.startswith("j.xml")


def test_only_pytest_may_state_more_tests_than_it_shows(folder: Path) -> None:
    text = suite(case(), tests=9, failures=0, errors=0, skipped=0, name="pytest")
    assert series("TestResults", file=write(folder, text)).points[0].value == 1
    assert (
        absence("TestResults", file=write(folder, text.replace('failures="0"', 'failures="1"'))).kind
        == "failed"
    )
    assert absence("TestResults", file=write(folder, text.replace('"pytest"', '"other"'))).kind == "failed"


def test_one_failed_teardown_belongs_to_one_failed_test(folder: Path) -> None:
    text = suite(case(FAILURE), case(ERROR), case(ERROR), name="pytest")
    assert series("TestResults", file=write(folder, text), measure="total").points[0].value == 2
    by_another = text.replace('"pytest"', '"other"')
    assert series("TestResults", file=write(folder, by_another), measure="total").points[0].value == 3


@pytest.mark.parametrize("attributes", ['classname="b" name="t"', 'classname="a" name="s"', 'name="t"'])
def test_a_failed_teardown_of_another_test_is_another_bad_test(attributes: str, folder: Path) -> None:
    text = suite(case(FAILURE, 'classname="a" name="t"'), case(ERROR, attributes), name="pytest")
    assert series("TestResults", file=write(folder, text), measure="total").points[0].value == 2
    assert series("TestResults", file=write(folder, text), measure="errors").points[0].value == 1


KINDS = st.lists(st.sampled_from(["", FAILURE, ERROR, FAILURE + ERROR, SKIPPED]), max_size=30)


@given(suites=st.lists(KINDS, min_size=1, max_size=4), nested=st.booleans())
def test_any_report_is_counted_whatever_its_suites(
    tmp_path_factory: pytest.TempPathFactory, suites: list[list[str]], nested: bool
) -> None:
    kinds = [kind for each in suites for kind in each]
    ran = len(kinds) - kinds.count(SKIPPED)
    text = ""
    for each in suites:
        inner = [case(kind) for kind in each]
        text = suite(text, *inner) if nested else text + suite(*inner, tests=len(inner))
    folder = tmp_path_factory.mktemp("any")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        reading = ask("TestResults", file=write(folder, f"<testsuites>{text}</testsuites>"))
    if ran:
        assert isinstance(reading, Series)
        assert reading.points[0].value == Fraction(kinds.count(""), ran)
    else:
        assert isinstance(reading, Absence)
        assert reading.kind == "no-data"


@pytest.mark.parametrize(
    "changed",
    [
        {"passed": 5},
        {"passed": -1},
        {"passed": True},
        {"passed": "2"},
        {"passed": 2.0},
        {"bad": 0, "passed": 4},
        {"failed": 9},
        {"total": 10**9},
        {"total": None},
        {"writtenAt": "now"},
    ],
)
def test_edited_evidence_is_an_absence(folder: Path, changed: dict[str, Any]) -> None:
    file = Path(write(folder, suite(*FIVE)))
    assert isinstance(reread("TestResults", {}, file), Series)
    reading = reread("TestResults", changed, file)
    assert isinstance(reading, Absence)
    assert reading.kind == "failed"


def test_edited_counts_of_one_file_are_not_made_good_by_another(folder: Path) -> None:
    write(folder, suite(*FIVE), "a.xml")
    write(folder, suite(*FIVE), "b.xml")
    asked = [question("TestResults", files=["a.xml", "b.xml"])]
    first, second = exchanges("TestResults", asked)
    swapped = [
        first._replace(response={**(first.response or {}), "passed": 4}),
        second._replace(response={**(second.response or {}), "passed": 0}),
    ]
    (reading,) = sources.find("TestResults").read(asked, swapped)
    assert isinstance(reading, Absence)


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"file": "a.xml", "files": ["b.xml"]},
        {"files": []},
        {"files": ["a.xml", ""]},
        {"file": ""},
        {"file": None},
        {"file": "a.xml", "measure": "passrate"},
    ],
)
def test_a_query_names_one_report_or_several(keys: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        question("TestResults", **keys)


def test_what_did_not_pass_is_named(by_pytest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(by_pytest)
    named = (
        "did not pass: test_it.test_passes_but_teardown_fails, test_it.test_fails_and_teardown_fails, "
        "test_it.test_setup_fails, test_it.test_fails, test_it.test_fails_by_passing"
    )
    for measure in ("passRatio", "passed", "failed", "errors"):
        assert named in series("TestResults", file="junit.xml", measure=measure).notes
    for measure in ("total", "skipped"):
        assert not any(
            "did not pass:" in note for note in series("TestResults", file="junit.xml", measure=measure).notes
        )


def bad(*names: str) -> str:
    cases = "".join(f"<testcase {name}><failure/></testcase>" for name in names)
    return f"<testsuite>{cases}<testcase name='fine'/></testsuite>"


def test_names_of_what_did_not_pass_are_few_and_short_and_without_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHOP_API_KEY", "hunter2hunter2")
    first = bad(
        'name="a&#10;  b"',
        "classname='shop'",
        "",
        "name='login[hunter2hunter2]'",
        f"name='{'x' * 500}'",
        "name='6'",
    )
    Path("one.xml").write_text(first, encoding="utf-8")
    Path("two.xml").write_text(bad("name='7'", "name='7'"), encoding="utf-8")
    (note,) = (each for each in series("TestResults", files=("one.xml",)).notes if "did not pass" in each)
    assert note == f"did not pass: a b, shop, (unnamed), login[[redacted]], {'x' * 157}... and 1 more"
    asked = [question("TestResults", files=("two.xml", "one.xml"))]
    made = exchanges("TestResults", asked)
    assert "hunter2" not in str(made)
    (reading,) = sources.find("TestResults").read(asked, made)
    assert isinstance(reading, Series)
    assert "did not pass: 7, a b, shop, (unnamed), login[[redacted]] and 3 more" in reading.notes


def test_evidence_from_before_test_cases_were_named_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("one.xml").write_text(bad("name='a'"), encoding="utf-8")
    for names in ([], ["a"]):
        assert isinstance(reread("TestResults", {"badNames": names}, Path("one.xml")), Series)
    for names in ("a", [1], ["a", "b"], None):
        assert isinstance(reread("TestResults", {"badNames": names}, Path("one.xml")), Absence)


TESTS_PASS = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: build}
spec:
  criteria:
    - name: tests
      indicator: {source: TestResults, file: tests.xml}
      target: "== 100 %"
      minSamples: MANY
"""


@pytest.mark.parametrize("name", ["table", "json", "junit", "github", "markdown", "sarif"])
def test_every_report_names_what_did_not_pass_and_what_to_do(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tests.xml").write_text(bad("name='::error::boom'"), encoding="utf-8")
    Path("build.yaml").write_text(TESTS_PASS.replace("MANY", "2"), encoding="utf-8")
    assert main(["run", "build.yaml", "-f", name]) == 1
    told = capsys.readouterr().out
    assert "did not pass: " in told
    assert "error::boom" in told
    assert "\n::error::boom" not in told
    assert "fix the test cases that did not pass" in told.replace("\n", " ").replace("        ", "")


def test_too_few_test_cases_wait_for_no_traffic(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tests.xml").write_text("<testsuite><testcase name='fine'/></testsuite>", encoding="utf-8")
    Path("build.yaml").write_text(TESTS_PASS.replace("MANY", "200"), encoding="utf-8")
    assert main(["run", "build.yaml"]) == 3
    told = " ".join(capsys.readouterr().out.split())
    assert "1 sample, and 200 are needed" in told
    assert "check that the test runner found all tests, and ran them" in told
    assert "traffic" not in told


@pytest.mark.parametrize(
    ("text", "measure", "reason"),
    [
        pytest.param(suite(), "passRatio", "b.xml holds no test cases", id="empty"),
        pytest.param(suite(), "total", "b.xml holds no test cases", id="empty, of the total"),
        pytest.param(suite(), "failed", "b.xml holds no test cases", id="empty, of the failed"),
        pytest.param(
            suite(case("<skipped/>")), "passRatio", "all 1 test cases of b.xml were skipped", id="skipped"
        ),
    ],
)
def test_an_empty_report_is_not_hidden_by_a_full_one(
    folder: Path, text: str, measure: str, reason: str
) -> None:
    write(folder, suite(case(), case()), "a.xml")
    write(folder, text, "b.xml")
    found = absence("TestResults", files=["a.xml", "b.xml"], measure=measure)
    assert (found.kind, found.reason) == ("no-data", reason)


def test_how_many_were_skipped_is_told(folder: Path) -> None:
    write(folder, suite(case(), *[case("<skipped/>")] * 4), "a.xml")
    told = "4 of 5 test cases were skipped, and count neither way"
    assert told in series("TestResults", file="a.xml").notes
    assert told not in series("TestResults", file="a.xml", measure="skipped").notes


def test_a_merged_report_is_as_old_as_its_oldest_suite(folder: Path) -> None:
    def of(*stamps: str, outer: str = "") -> int | None:
        suites = (suite(case(), **({"timestamp": stamp} if stamp else {})) for stamp in stamps)
        text = f"<testsuites{outer}>{''.join(suites)}</testsuites>"
        return series("TestResults", file=write(folder, text)).newest

    assert of("2027-01-15T07:00:00Z", "2027-01-14T08:00:00Z") == AT - 86400
    assert of("2027-01-15T07:00:00Z", "2027-01-14T08:00:00") is None
    assert of("2027-01-15T07:00:00Z", "") is None
    assert of("2027-01-15T07:00:00Z", "", outer=' timestamp="2027-01-15T06:00:00Z"') == AT - 7200


@pytest.mark.parametrize(
    ("status", "passed"),
    [("timedOut", 0), ("Broken", 0), ("crashed", 0), ("passed", 1), ("completed", 1), ("run", 1)],
)
def test_a_status_that_stands_alone_says_how_it_went(folder: Path, status: str, passed: int) -> None:
    file = write(folder, suite(f'<testcase name="a" status="{status}"/>', case()))
    assert series("TestResults", file=file, measure="passed").points[0].value == passed + 1


@pytest.mark.parametrize("status", ["untested", "Pending", "not run", "inconclusive"])
def test_a_status_of_what_did_not_run_is_no_pass(folder: Path, status: str) -> None:
    file = write(folder, suite(f'<testcase name="a" status="{status}"/>', case()))
    assert series("TestResults", file=file, measure="skipped").points[0].value == 1
