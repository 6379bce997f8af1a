"""``checker diff``: two commits, a commit and the working folder, two folders; its formats and its exit codes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import checker
from checker import diff_reports
from checker.cli import main
from checker.diff.change import Change, Direction, KeyChange
from checker.diff_reports import Comparison
from checker.model import Location
from tests.repository import Repository

EXAMPLE = Path(__file__).parents[2] / "docs" / "reviewing-changes"
SCHEMA = Draft202012Validator(
    json.loads((Path(checker.__file__).parent / "schemas" / "diff-v1.schema.json").read_text())
)

PROMISE = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: build}
spec:
  owner: team
  criteria:
    - name: coverage
      indicator: {source: Coverage, file: coverage.xml}
      target: "> 90 %"
      minSamples: 100
    - name: branches
      indicator: {source: Coverage, file: coverage.xml, measure: branches}
      target: "> 80 %"
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.chdir(tmp_path)
    made = Repository(tmp_path)
    made.write("slos/build.yaml", PROMISE)
    made.commit()
    return made


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["diff", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, str]:
    """The direction of each change, by name; all that is said is as the schema has it."""
    code, out, err = run(capsys, *arguments, "-f", "json")
    assert (code, err) == (0, "")
    SCHEMA.validate(json.loads(out))
    return {each["name"]: each["direction"] for each in json.loads(out)["changes"]}


def test_the_working_folder_is_compared_with_a_commit(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(capsys, "main") == {}
    repository.write("slos/build.yaml", PROMISE.replace("> 90", "> 80").replace("> 80 %", "> 85 %"))
    assert told(capsys, "main") == {"build/branches": "tightened", "build/coverage": "loosened"}
    repository.commit()
    assert told(capsys, "HEAD") == {}
    assert told(capsys, "HEAD~1", "HEAD") == {"build/branches": "tightened", "build/coverage": "loosened"}
    assert told(capsys, "HEAD", "HEAD~1") == {"build/branches": "loosened", "build/coverage": "tightened"}


def test_only_forbidding_what_is_weaker_makes_it_a_failure(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.write("slos/build.yaml", PROMISE.replace("> 90", "> 91"))
    assert run(capsys, "main", "--forbid-weaker")[0] == 0
    repository.write("slos/build.yaml", PROMISE.replace("> 90", "> 89.999"))
    assert run(capsys, "main")[0] == 0
    assert run(capsys, "main", "--forbid-weaker")[0] == 1
    (repository.folder / "slos/build.yaml").unlink()
    assert run(capsys, "main", "--forbid-weaker")[0] == 2  # no file is left to be checked


def test_the_table_says_where_what_and_why(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.write(
        "slos/build.yaml", "# moved\n" + PROMISE.replace("> 90 %", "> 0.85 ratio").replace("100", "200")
    )
    base = repository.git("rev-parse", "--short=12", "HEAD")
    assert run(capsys, "main") == (
        0,
        f"""\
1 change is weaker than before, or may be: 1 loosened
base main ({base})
head the working folder

! loosened build/coverage
  ! target: > 90 % -> > 0.85 ratio
        loosened: values meet it that did not
        slos/build.yaml:9 -> slos/build.yaml:10
    minSamples: 100 -> 200
        tightened: more samples are needed
        slos/build.yaml:10 -> slos/build.yaml:11
""",
        "",
    )


def test_folders_and_files_are_named_as_paths(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.write("new/build.yaml", PROMISE.replace("> 90", "> 95"))
    assert told(capsys, "slos/", "new/") == {"build/coverage": "tightened"}
    assert told(capsys, "./slos", "./new/build.yaml") == {"build/coverage": "tightened"}
    assert told(capsys, "main", "new/") == {"build/coverage": "tightened"}
    assert told(capsys, str(repository.folder / "slos"), "new/") == {"build/coverage": "tightened"}
    repository.commit()
    assert told(capsys, "HEAD", "HEAD", "--path", "new") == {}
    assert told(capsys, "./new/build.yaml") == {"build/coverage": "loosened"}


def test_a_folder_of_the_change_is_not_taken_for_a_branch(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    """A change could bring a folder named like the branch that was not fetched, with kinder promises in it."""
    weaker = PROMISE.replace("> 90", "> 10")
    repository.write("origin/main/build.yaml", weaker)
    repository.write("main/build.yaml", weaker)
    repository.write("slos/build.yaml", weaker)
    assert told(capsys, "main") == {"build/coverage": "loosened"}
    code, out, err = run(capsys, "origin/main", "--forbid-weaker")
    assert (code, out) == (2, "")
    assert "git knows no commit 'origin/main'" in err
    assert "write ./origin/main for the file or folder" in err
    assert "fetch-depth: 0" in err


@pytest.mark.parametrize("side", ["base", "head"])
def test_invalid_files_are_2_and_said_of_the_right_side(
    side: str, repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.write("slos/build.yaml", PROMISE.replace("> 90 %", "90"))
    repository.commit()
    names = ("HEAD", "HEAD~1") if side == "base" else ("HEAD~1", "HEAD")
    code, out, _ = run(capsys, *names, "--forbid-weaker")
    assert code == 2
    assert out.startswith("invalid: HEAD (")
    assert "slos/build.yaml:9:15: error: '90' has no operator" in out


def test_a_commit_that_holds_no_promise_is_2(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "main", "main", "--path", "elsewhere")
    assert code == 2
    assert "there is no file 'elsewhere' at main" in out


def test_a_rename_and_what_it_costs(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    repository.write("slos/build.yaml", PROMISE.replace("name: coverage", "name: lines"))
    _, out, _ = run(capsys, "main", "-f", "json")
    removed, added = json.loads(out)["changes"]
    assert (removed["name"], removed["direction"], removed["weaker"]) == ("build/coverage", "removed", True)
    assert removed["why"].startswith("it is now called build/lines: waivers, rules and history")
    assert (added["name"], added["direction"], added["weaker"]) == ("build/lines", "added", False)


@pytest.mark.parametrize(
    ("more", "weaker"),
    [
        ("", False),
        ("weight: 3", False),
        ("weight: 4", True),
        ("weight: 4, gating: false", False),
    ],
)
def test_a_heavy_promise_makes_the_others_count_for_less(
    repository: Repository, more: str, weaker: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """The weighted score could be raised by one promise that is always kept."""
    repository.write("slos/build.yaml", PROMISE.replace("minSamples: 100", "weight: 3"))
    repository.commit()
    indicator = "indicator: {source: Coverage, file: other.xml}, target: '> 1 %'"
    easy = f"    - {{name: easy, {indicator}{', ' * bool(more)}{more}}}\n"
    repository.write("slos/build.yaml", PROMISE.replace("minSamples: 100", "weight: 3") + easy)
    code, out, _ = run(capsys, "HEAD", "--forbid-weaker")
    assert code == int(weaker)
    assert f"{'!' if weaker else ' '} added build/easy" in out
    words = " ".join(out.split())
    assert ("with weight 4 the others count for less in the weighted score" in words) == weaker


def test_another_connection_by_another_name_is_the_same_if_it_says_the_same(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    head = "apiVersion: openslo/v1\nkind: DataSource\nmetadata: {name: %s}\n"
    source = head + "spec: {type: Coverage, connectionDetails: {directory: %s}}\n"
    with_source = PROMISE.replace("Coverage, file", "Coverage, dataSourceRef: one, file")
    repository.write("slos/build.yaml", with_source + "---\n" + source % ("one", "out"))
    repository.commit()
    renamed = with_source.replace("dataSourceRef: one", "dataSourceRef: two") + "---\n"
    repository.write("slos/build.yaml", renamed + source % ("two", "out"))
    _, out, _ = run(capsys, "HEAD", "-f", "json")
    told = json.loads(out)
    assert told["weaker"] == 0
    assert {(each["name"], each["direction"]) for each in told["changes"]} == {
        ("build/coverage", "reworded"),
        ("build/branches", "reworded"),
        ("one", "removed"),
        ("two", "added"),
    }
    repository.write("slos/build.yaml", renamed + source % ("two", "elsewhere"))
    assert run(capsys, "HEAD", "--forbid-weaker")[0] == 1
    repository.write("slos/build.yaml", with_source + "---\n" + source % ("one", "elsewhere"))
    code, out, _ = run(capsys, "HEAD", "--forbid-weaker")
    assert code == 1
    assert "used by build/branches, build/coverage" in out


def test_a_shared_default_is_told_of_each_promise_and_where_it_stands(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    text = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: web}
spec:
  window: 2h
  criteria:
    - name: errors
      indicator: {source: CloudWatch, namespace: Shop, metricName: M, stat: Sum, unit: Count}
      target: "<= 10"
    - name: others
      window: 1d
      indicator: {source: CloudWatch, namespace: Shop, metricName: O, stat: Sum, unit: Count}
      target: "<= 10"
"""
    repository.write("slos/build.yaml", text)
    repository.commit()
    repository.write("slos/build.yaml", text.replace("2h", "1h"))
    _, out, _ = run(capsys, "HEAD", "-f", "json")
    (change,) = json.loads(out)["changes"]
    (key,) = change["keys"]
    assert (change["name"], key["key"], key["direction"]) == ("web/errors", "window", "loosened")
    assert key["base"] == {"text": "2h", "location": {"file": "slos/build.yaml", "line": 5, "column": 3}}


HOSTILE = "x | <img src=x onerror=1> `a` **b** [c](http://evil.example) @all #1 &lt; ##[error] ::add-mask::y"
HIDDEN = "\x1b[31m\u202e\x9b2K\n::set-output name=a::b\r\n<details>|"


@pytest.mark.parametrize("form", ["table", "json", "markdown"])
def test_no_text_of_a_file_means_anything_to_who_reads_it(
    form: str, repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    quoted = json.dumps(HOSTILE)
    repository.write(
        "slos/build.yaml", PROMISE.replace("coverage.xml,", f"{quoted},").replace("team", quoted)
    )
    code, out, err = run(capsys, "main", "-f", form)
    assert (code, err) == (0, "")
    harmless(form, out)
    if form == "markdown":
        from tests.reports.gfm import read

        shown = "x | <img src=x onerror=1> `a` **b** [c](http://evil.example) @all #1 &lt; #\\u0023[error]"
        assert any(shown in each for each in read(out).texts)


REFERRING = "ask @admin, #12, GH-3 or a@evil.example at https://evil.example or www.evil.example :tada: $x$"


def test_no_reason_of_a_file_calls_anybody(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    """A comment with a mention is a mention, by the account that posts the comparison."""
    from tests.reports.gfm import REFERENCES, read

    policy = {"rules": {"owner-named": {"enabled": False, "reason": REFERRING}}}
    head = {"apiVersion": "checker/v1", "kind": "Policy", "metadata": {"name": "p"}}
    repository.write("rules/policy.yaml", json.dumps({**head, "spec": policy}))
    code, out, err = run(capsys, "main", "-f", "markdown")
    assert (code, err) == (0, "")
    found = read(out)
    assert any(REFERRING in each for each in found.texts)
    assert [each for each in found.runs if REFERENCES.search(each)] == []
    assert not [each for each in found.structure if "link" in each]


@pytest.mark.parametrize("form", ["table", "json", "markdown"])
def test_nor_does_what_no_file_can_hold(form: str) -> None:
    text, place = HOSTILE + HIDDEN, Location(HOSTILE + HIDDEN, 1, 1)
    key = KeyChange(text, Direction.LOOSENED, text, text, text, place, place)
    change = Change(text, text, Direction.LOOSENED, True, text, (key,), place, place)
    bare = Change(text, text, Direction.REMOVED, True, text, (), place, None)
    quiet = Change(text, text, Direction.ADDED, False, text, (), None, place)
    harmless(form, diff_reports.find(form).render(Comparison(text, text, (change, bare, quiet))))


def harmless(form: str, out: str) -> None:
    """Nothing speaks to a terminal, to a CI runner, or, in Markdown, to GitHub."""
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", out)
    assert "##[" not in out
    assert not re.search(r"^\s*::", out, re.MULTILINE)
    if form != "markdown":
        return
    for mark in ("<img", "`a`", "**b**", "[c]", "@all", "all #1", "| &"):
        assert mark not in out
    assert out.count("<details>") == out.count("</details>") <= 1
    rows = [each for each in out.split("\n") if each.startswith("| **")]
    assert rows
    assert all(row.count("|") == 6 for row in rows)  # each has its five cells


def test_the_markdown_fits_into_a_comment_however_many_changed(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    many = PROMISE + "".join(
        f'    - name: p-{number}\n      indicator: {{source: Coverage, file: c.xml, path: "{"ü" * 200}{number}"}}\n'
        '      target: "> 80 %"\n'
        for number in range(900)
    )
    repository.write("slos/build.yaml", many)
    repository.commit()
    repository.write("slos/build.yaml", many.replace("> 80", "> 70"))
    code, out, _ = run(capsys, "HEAD", "-f", "markdown", "--forbid-weaker")
    assert code == 1
    assert len(out.encode()) < 65_536
    assert "901 changes are weaker than before" in out
    assert "left out" in out


def test_reports_go_to_files_at_once_and_stale_ones_are_removed(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "main", "-f", "json=d.json", "-f", "markdown=d.md", "-f", "table")[0] == 0
    assert json.loads((repository.folder / "d.json").read_text())["weaker"] == 0
    assert (repository.folder / "d.md").read_text().startswith("### ✅ nothing changed\n")
    assert run(capsys, "nowhere", "-f", "json=d.json")[0] == 2
    assert not (repository.folder / "d.json").exists()


def test_the_schema_of_the_json_is_a_schema_and_holds_for_whatever_changed(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    Draft202012Validator.check_schema(SCHEMA.schema)
    before, after = (str(EXAMPLE / side) for side in ("before", "after"))
    assert told(capsys, before, after) == {
        "shop/coverage": "removed",
        "shop/orders-delivered": "loosened",
        "shop/latency": "changed",
        "shop/tests-pass": "added",
    }
    repository.write(
        "slos/build.yaml", PROMISE.replace("100", "50").replace("- name: branches", "- name: other")
    )
    told(capsys, "main")


def test_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["main", "-f", "xml"]):
        with pytest.raises(SystemExit) as stop:
            main(["diff", *arguments])
        assert stop.value.code == 2
    assert "there is no format 'xml'; there are json, markdown, table" in capsys.readouterr().err
