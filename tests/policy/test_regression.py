"""Regressions through the command: a value beside those of earlier reports, which earlier runs wrote."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.cli import main

DAY = datetime(2026, 1, 1, 12, tzinfo=UTC)
PROMISE = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: load}
spec:
  criteria:
    - name: p95
      indicator: {source: LoadTest, file: load.json, measure: %s}
      %s
"""
BASELINE = 'regression: "%s"\n      baseline: {%s}'


def load_test(duration: str, errors: int = 0) -> str:
    """100 requests of the same duration in ms, of which some failed."""
    return json.dumps(
        {
            "apiVersion": "checker/v1",
            "kind": "LoadTestResult",
            "startedAt": "2025-12-01T09:00:00Z",
            "endedAt": "2025-12-01T09:05:00Z",
            "users": 100,
            "requests": [
                {"name": "q", "unit": "ms", "durations": [float(duration)] * (100 - errors), "errors": errors}
            ],
        }
    )


@dataclass
class Tree:
    """A folder with one promise and its history; ``past`` runs it on an earlier day and keeps the report."""

    folder: Path
    measure: str = "p95"

    def promise(self, *lines: str) -> None:
        text = "\n      ".join(lines)
        (self.folder / "slos/promise.yaml").write_text(PROMISE % (self.measure, text))

    def past(
        self, day: int, value: str = "100", name: str = "", target: str = "< 1000 ms", errors: int = 0
    ) -> Path:
        self.promise(f'target: "{target}"')
        path = self.folder / "reports" / (name or f"{day:03}.json")
        path.parent.mkdir(parents=True, exist_ok=True)
        self.run(day, value, f"json={path}", errors=errors)
        return path

    def run(self, day: int, value: str, format_: str, *more: str, errors: int = 0) -> int:
        (self.folder / "load.json").write_text(load_test(value, errors))
        at = (DAY + timedelta(days=day)).strftime("%Y-%m-%dT%H:%M:%SZ")
        return main(["run", "slos", "--at", at, "-f", format_, *more])

    def judge(self, value: str, *more: str, day: int = 100, errors: int = 0) -> tuple[int, dict[str, Any]]:
        """The exit code and the one verdict."""
        code = self.run(day, value, "json=report.json", *more, errors=errors)
        report = json.loads((self.folder / "report.json").read_text())
        (verdict,) = report["verdicts"]
        ours = [each for each in report["findings"] if each["rule"] == "first-run"]
        return code, {**verdict, "findings": ours}

    def compare(self, regression: str = "<= +10 %", baseline: str = "reports: reports", *more: str) -> None:
        self.promise(*(BASELINE % (regression, baseline)).split("\n      "), *more)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "slos").mkdir()
    return Tree(tmp_path)


@pytest.mark.parametrize(
    ("regression", "value", "outcome", "limit"),
    [
        ("<= +10 %", "110", "PASS", "110"),
        ("<= +10 %", "110.001", "FAIL", "110"),
        ("< +10 %", "110", "FAIL", "110"),
        ("<= +10 % of baseline", "110", "PASS", "110"),
        ("<= -5 %", "95", "PASS", "95"),
        ("<= -5 %", "96", "FAIL", "95"),
        ("<= 0 %", "100", "PASS", "100"),
        ("<= +50 ms", "150", "PASS", "150"),
        ("<= +0.05 s", "0150.1", "FAIL", "0.15"),
        (">= -5 %", "95", "PASS", "95"),
        (">= -5 %", "94.9", "FAIL", "95"),
        ("> -5 ms", "95", "FAIL", "95"),
    ],
)
def test_the_limit_is_exact_and_knows_its_direction(
    tree: Tree, regression: str, value: str, outcome: str, limit: str
) -> None:
    tree.past(1)
    tree.compare(regression)
    code, verdict = tree.judge(value)
    assert (verdict["outcome"], code) == (outcome, 0 if outcome == "PASS" else 1), verdict["reasons"]
    found = verdict["regression"]
    assert found["limit"]["exact"] == limit
    assert verdict["objective"]["target"] is None
    assert found["outcome"] == outcome
    assert verdict["margin"] == found["margin"]


def test_a_verdict_tells_baseline_change_and_margin(tree: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    tree.past(1, "300", "old.json")
    past = tree.past(2, "120", "kept.json")
    tree.compare()
    code, verdict = tree.judge("140")
    found = verdict["regression"]
    assert code == 1
    assert verdict["reasons"] == [
        "140 ms is 16.67 % more than the baseline 120 ms (kept.json of 2026-01-03T12:00:00Z); "
        "<= +10 % allows <= 132 ms, missed by 8 ms"
    ]
    assert {key: found[key]["exact"] for key in ("value", "baseline", "margin")} == {
        "value": "140",
        "baseline": "120",
        "margin": "-8",
    }
    assert found["change"] == {"exact": "1/6", "text": "16.67 %"}
    assert found["reports"] == [
        {
            "report": "kept.json",
            "sha256": hashlib.sha256(past.read_bytes()).hexdigest(),
            "at": "2026-01-03T12:00:00Z",
            "value": {"exact": "120", "text": "120 ms"},
        }
    ]
    for format_ in ("table", "junit"):
        capsys.readouterr()
        tree.run(100, "125", format_)
        told = " ".join(capsys.readouterr().out.split())
        assert "125 ms is 4.167 % more than the baseline 120 ms" in told
        assert found["reports"][0]["sha256"] in told


@pytest.mark.parametrize(
    ("aggregate", "baseline"),
    [("median", "115"), ("mean", "130"), ("min", "100"), ("max", "190"), ("p90", "190"), ("p50", "110")],
)
def test_several_reports_are_made_one_value(tree: Tree, aggregate: str, baseline: str) -> None:
    for day, value in enumerate(("900", "120", "190", "100", "110")):
        tree.past(day, value)
    tree.compare(baseline=f"reports: reports, last: 4, aggregate: {aggregate}")
    _, verdict = tree.judge("105")
    assert verdict["regression"]["baseline"]["exact"] == baseline
    assert [each["report"] for each in verdict["regression"]["reports"]] == [
        "004.json", "003.json", "002.json", "001.json",
    ]  # fmt: skip


def test_the_order_is_that_of_the_moments_judged_and_not_of_files(tree: Tree) -> None:
    first = tree.past(5, "150", "a/late.json")
    second = tree.past(4, "100", "z/early.json")
    os.utime(first, (1, 1))
    os.utime(second, (2_000_000_000, 2_000_000_000))
    tree.compare()
    assert tree.judge("150")[1]["regression"]["reports"][0]["report"] == "a/late.json"


def test_only_what_passed_counts_unless_said_otherwise(tree: Tree) -> None:
    tree.past(1, "100")
    tree.past(2, "200", target="< 150 ms")
    for passed, baseline in (("objective", "100"), ("release", "100"), ("any", "200")):
        tree.compare(baseline=f"reports: reports, passed: {passed}")
        _, verdict = tree.judge("100")
        assert verdict["regression"]["baseline"]["exact"] == baseline
        assert ("baseline: 1 file does not count: this promise did not pass" in verdict["notes"]) == (
            passed == "objective"
        )


def test_a_missing_baseline_is_inconclusive(tree: Tree) -> None:
    tree.compare()
    code, verdict = tree.judge("100")
    assert (code, verdict["outcome"]) == (3, "INCONCLUSIVE")
    assert verdict["reasons"] == ["baseline: there is no report in reports"]
    assert "with firstRun: pass, or with a target and no regression yet" in verdict["remedy"]
    assert verdict["value"]["exact"] == "100"


def test_the_report_of_an_inconclusive_run_is_a_first_one_only_where_any_counts(tree: Tree) -> None:
    (tree.folder / "reports").mkdir()
    tree.compare()
    assert tree.run(1, "100", "json=reports/1.json") == 3
    _, verdict = tree.judge("100")
    assert verdict["outcome"] == "INCONCLUSIVE"
    assert "that of an INCONCLUSIVE run does not count" in verdict["remedy"]
    tree.compare(baseline="reports: reports, passed: any")
    assert tree.judge("100")[1]["outcome"] == "PASS"
    (tree.folder / "reports/1.json").unlink()
    assert tree.judge("100")[1]["remedy"] == "put one there (checker run -f json=FILE)"


def test_a_first_run_passes_where_that_is_said_and_says_so(
    tree: Tree, capsys: pytest.CaptureFixture[str]
) -> None:
    tree.compare("<= +10 %", "reports: reports", "firstRun: pass")
    code, verdict = tree.judge("100")
    assert (code, verdict["outcome"], verdict["regression"]["firstRun"]) == (0, "PASS", True)
    assert verdict["reasons"] == [
        "FIRST RUN, compared with nothing: there is no report in reports; firstRun: pass lets it pass"
    ]
    (finding,) = verdict["findings"]
    assert (finding["rule"], finding["level"]) == ("first-run", "warning")
    assert "FIRST RUN" in finding["message"]
    capsys.readouterr()
    assert tree.run(100, "100", "table") == 0
    assert capsys.readouterr().out.count("FIRST RUN") >= 2


def test_a_second_run_is_compared_with_the_first(tree: Tree) -> None:
    (tree.folder / "reports").mkdir()
    tree.compare("<= +10 %", "reports: reports", "firstRun: pass")
    assert tree.run(1, "100", "json=reports/1.json") == 0
    assert tree.run(2, "111", "json=reports/2.json") == 1
    assert tree.run(3, "110", "json=reports/3.json") == 0
    assert tree.run(4, "121", "json=reports/4.json") == 0


def test_the_first_run_of_a_share_is_a_baseline_too(tree: Tree) -> None:
    tree.measure = "successRate"
    (tree.folder / "reports").mkdir()
    tree.compare(">= -1 points", "reports: reports", "firstRun: pass")
    assert tree.run(1, "100", "json=reports/1.json", errors=3) == 0
    assert tree.run(2, "100", "json=reports/2.json", errors=5) == 1
    tree.compare(">= -1 % of baseline", "reports: reports", "firstRun: pass")
    assert tree.run(3, "100", "json=reports/3.json", errors=4) == 1
    assert tree.run(4, "100", "json=reports/4.json", errors=3) == 0


def test_a_report_of_the_same_moment_or_later_does_not_count(tree: Tree) -> None:
    tree.past(100, "500")
    tree.past(101, "500")
    tree.compare()
    code, verdict = tree.judge("100")
    assert code == 3
    assert verdict["reasons"] == [
        "baseline: no report in reports counts (2 x not from before the moment that is judged)"
    ]


def test_another_indicator_does_not_count(tree: Tree) -> None:
    tree.measure = "p50"
    tree.past(1)
    tree.measure = "p95"
    tree.compare()
    code, verdict = tree.judge("100")
    assert (code, verdict["outcome"]) == (3, "INCONCLUSIVE")
    assert "1 x measured in another way" in verdict["reasons"][0]


def test_an_invalidated_report_is_skipped(tree: Tree) -> None:
    tree.past(1, "100")
    bad = tree.past(2, "500")
    tree.compare()
    assert tree.judge("500")[0] == 0
    bad.with_name("002.json.invalid").write_text("the network was down\n")
    code, verdict = tree.judge("500")
    assert code == 1
    assert verdict["regression"]["baseline"]["exact"] == "100"
    bad.with_name("002.json.invalid").unlink()
    tree.compare(baseline="reports: reports, exclude: [002.json, 009.json]")
    code, verdict = tree.judge("500")
    assert code == 1
    assert verdict["regression"]["baseline"]["exact"] == "100"
    assert "baseline: 009.json is excluded, but there is no such report" in verdict["notes"]


def edit(path: Path, change: str) -> None:
    """Spoils a report in one way."""
    text = path.read_text()
    report = json.loads(text)
    verdict = report["verdicts"][0]
    match change:
        case "cut off":
            path.write_text(text[: len(text) // 2])
        case "empty":
            path.write_text("")
        case "not text":
            path.write_bytes(b"\xff\xfe\0")
        case "link":
            path.rename(path.with_name("elsewhere.txt"))
            path.symlink_to("elsewhere.txt")
        case "another version":
            path.write_text(json.dumps({**report, "schemaVersion": "2"}))
        case "another decision":
            report["decision"]["allowed"] = False
            path.write_text(json.dumps(report))
        case "a pass that is none":
            verdict["value"]["exact"] = "5000"
            path.write_text(json.dumps(report))
        case "no number":
            verdict["value"]["exact"] = "NaN"
            path.write_text(json.dumps(report))
        case "twice":
            report["verdicts"].append(verdict)
            path.write_text(json.dumps(report))
        case "no moment":
            report["at"] = "2026-01-02T12:00:00"
            path.write_text(json.dumps(report))
        case "no time":
            report["at"] = 1767355200
            path.write_text(json.dumps(report))
        case "no verdicts":
            report["verdicts"] = {"load/p95": verdict}
            path.write_text(json.dumps(report))
        case "about nothing":
            report["verdicts"] = [verdict, {"outcome": "PASS"}]
            path.write_text(json.dumps(report))
        case "another outcome":
            verdict["outcome"] = "EXCELLENT"
            path.write_text(json.dumps(report))
        case "compared by nothing":
            verdict["compared"]["operator"] = "~"
            path.write_text(json.dumps(report))
        case "compared with nothing":
            verdict["compared"]["exact"] = "inf"
            path.write_text(json.dumps(report))
        case "compared in another unit":
            verdict["compared"]["unit"] = "B"
            path.write_text(json.dumps(report))
        case "too large":
            path.write_bytes(text.encode() + b" " * (32 << 20))
        case _:
            raise ValueError(change)


SPOILT = (
    "cut off", "empty", "not text", "link", "another version", "another decision", "a pass that is none",
    "no number", "twice", "no moment", "no time", "no verdicts", "about nothing", "another outcome",
    "compared by nothing", "compared with nothing", "compared in another unit", "too large",
)  # fmt: skip


@pytest.mark.parametrize("change", SPOILT)
@pytest.mark.parametrize("first_run", ["pass", "inconclusive"])
def test_a_spoilt_report_is_an_error_until_it_is_excluded(tree: Tree, change: str, first_run: str) -> None:
    tree.past(1, "100")
    edit(tree.past(2, "100"), change)
    tree.compare("<= +10 %", "reports: reports", f"firstRun: {first_run}")
    code, verdict = tree.judge("100")
    assert (code, verdict["outcome"]) == (4, "ERROR"), verdict["reasons"]
    assert "002.json" in verdict["reasons"][0]
    tree.compare("<= +10 %", "reports: reports, exclude: [002.json]")
    assert tree.judge("100")[0] == 0


PLACES = {
    "a link": "'reports' is not read: 'reports' is a symbolic link",
    "a file": "'reports' is not a directory",
    "a directory in a link": "'reports/monthly' is not read: 'reports' is a symbolic link",
    "too many reports": "reports holds 501 reports, and 500 is the most",
    "too many files": "reports holds more than 20,000 files",
    "a name that is too long": "cannot be listed: file name too long",
}


@pytest.mark.parametrize("place", PLACES)
def test_a_place_that_cannot_be_looked_through_is_an_error(tree: Tree, place: str) -> None:
    """Also on a first run: it is not known that there are no reports."""
    kept, name = tree.past(1, "100").parent, "reports"
    match place:
        case "a link" | "a directory in a link":
            (kept / "monthly").mkdir()
            kept.rename(tree.folder / "elsewhere")
            kept.symlink_to("elsewhere")
            name = "reports/monthly" if place == "a directory in a link" else name
        case "a file":
            kept.rename(tree.folder / "elsewhere")
            kept.write_text("{}")
        case "too many reports":
            for number in range(500):
                (kept / f"more-{number}.json").touch()
        case "too many files":
            for number in range(20_000):
                (kept / f"{number}.txt").touch()
        case _:
            name = "r" * 300
    tree.compare("<= +10 %", f"reports: {name}", "firstRun: pass")
    code, verdict = tree.judge("100")
    assert (code, verdict["outcome"]) == (4, "ERROR")
    assert PLACES[place] in verdict["reasons"][0]


def test_what_begins_with_a_dot_is_not_looked_at(tree: Tree) -> None:
    tree.past(1, "100", "monthly/001.json")
    tree.past(2, "500", ".002.json")
    tree.past(3, "500", ".old/003.json")
    tree.compare()
    found = tree.judge("100")[1]["regression"]
    assert [each["report"] for each in found["reports"]] == ["monthly/001.json"]


def test_other_promises_of_a_report_are_passed_over(tree: Tree) -> None:
    """They are not even read: what is wrong with one says nothing of this."""
    path = tree.past(1, "100")
    report = json.loads(path.read_text())
    other = json.loads(json.dumps(report["verdicts"][0]))
    other["objective"]["name"] = "load/other"
    other["value"]["exact"] = "7"
    path.write_text(json.dumps({**report, "verdicts": [other, *report["verdicts"]]}))
    tree.compare()
    assert tree.judge("110")[0] == 0
    path.write_text(json.dumps({**report, "verdicts": [other]}))
    code, verdict = tree.judge("110")
    assert (code, "1 x without this promise" in verdict["reasons"][0]) == (3, True)


def test_a_report_without_a_value_does_not_count(tree: Tree) -> None:
    tree.promise('target: "< 1000 ms"', "minSamples: 1000")
    (tree.folder / "reports").mkdir()
    (tree.folder / "load.json").write_text(load_test("100").replace("[100.0", "[100.0", 1))
    assert tree.run(1, "100", "json=reports/001.json") == 3
    report = json.loads((tree.folder / "reports/001.json").read_text())
    assert report["verdicts"][0]["outcome"] == "INCONCLUSIVE"
    report["verdicts"][0]["value"] = None
    (tree.folder / "reports/001.json").write_text(json.dumps(report))
    tree.compare(baseline="reports: reports, passed: any")
    code, verdict = tree.judge("100")
    assert (code, "1 x without a value that can be compared" in verdict["reasons"][0]) == (3, True)


@pytest.mark.parametrize(
    ("unit", "reason"), [("B", "in another unit"), ("furlong", "in a unit that is not known")]
)
def test_a_value_in_a_unit_that_cannot_be_compared_does_not_count(tree: Tree, unit: str, reason: str) -> None:
    path = tree.past(1, "100")
    report = json.loads(path.read_text())
    verdict = report["verdicts"][0]
    verdict["unit"] = verdict["compared"]["unit"] = unit
    path.write_text(json.dumps(report))
    tree.compare("<= +10 %", "reports: reports", 'target: "< 1 s"', "firstRun: pass")
    code, verdict = tree.judge("100")
    assert (code, verdict["outcome"]) == (0, "PASS")
    tree.compare("<= +10 %", "reports: reports", 'target: "< 1 s"')
    code, verdict = tree.judge("100")
    assert (code, f"1 x {reason}" in verdict["reasons"][-1]) == (3, True), verdict["reasons"]


def test_a_percentile_that_was_judged_by_a_share_of_its_samples_has_no_value(tree: Tree) -> None:
    tree.promise('target: "< 1000 ms"', "confidence: 90 %")
    (tree.folder / "reports").mkdir()
    assert tree.run(1, "100", "json=reports/001.json") == 0
    tree.compare()
    code, verdict = tree.judge("100")
    assert (code, "1 x without a value that can be compared" in verdict["reasons"][0]) == (3, True)


def test_a_stranger_among_the_reports_is_left_out_and_told(tree: Tree) -> None:
    tree.past(1, "100")
    (tree.folder / "reports/package.json").write_text('{"name": "left-pad", "verdicts": []}')
    (tree.folder / "reports/list.json").write_text("[1, 2]")
    tree.compare()
    code, verdict = tree.judge("100")
    assert code == 0
    assert "baseline: 2 files do not count: not a report of checker" in verdict["notes"]


def test_a_pinned_report(tree: Tree) -> None:
    path = tree.past(1, "100", "golden.json")
    tree.past(2, "500", "later.json")
    tree.compare(baseline="report: reports/golden.json")
    assert tree.judge("110")[0] == 0
    assert tree.judge("111")[0] == 1
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    tree.compare(baseline=f"report: reports/golden.json, sha256: {digest}")
    assert tree.judge("110")[0] == 0
    path.write_text(path.read_text().replace('"100"', '"200"'))
    code, verdict = tree.judge("110")
    assert (code, verdict["outcome"]) == (4, "ERROR")
    assert "not the one that the baseline names" in verdict["reasons"][0]
    path.write_text("{}")
    tree.compare(baseline="report: reports/golden.json")
    assert tree.judge("100")[0] == 4
    path.unlink()
    code, verdict = tree.judge("100")
    assert (code, verdict["reasons"]) == (3, ["baseline: there is no report reports/golden.json"])


def test_too_few_reports(tree: Tree) -> None:
    tree.past(1)
    tree.compare(baseline="reports: reports, last: 3, minReports: 2")
    code, verdict = tree.judge("100")
    assert code == 3
    assert verdict["reasons"] == ["baseline: 1 of the 2 reports that are needed are there"]
    tree.past(2)
    tree.compare(baseline="reports: reports, last: 3, minReports: 2")
    code, verdict = tree.judge("100")
    assert code == 0
    assert "baseline: 2 of 3 reports are there" in verdict["notes"]


def test_copies_of_one_report_count_once(tree: Tree) -> None:
    first = tree.past(1, "100")
    first.with_name("copy.json").write_bytes(first.read_bytes())
    tree.past(0, "200")
    tree.compare(baseline="reports: reports, last: 2, aggregate: mean")
    assert tree.judge("100")[1]["regression"]["baseline"]["exact"] == "150"


def test_reports_of_one_measurement_count_once(tree: Tree) -> None:
    """A replay of the same evidence, told in another way, is no second measurement."""
    first = tree.past(1, "100")
    told = json.loads(first.read_text())
    told["selected"] = ["load-test/*"]
    first.with_name("replayed.json").write_text(json.dumps(told))
    tree.compare(baseline="reports: reports, last: 2, minReports: 2")
    code, verdict = tree.judge("100")
    assert (code, verdict["outcome"]) == (3, "INCONCLUSIVE")
    assert verdict["reasons"][-1] == "baseline: 1 of the 2 reports that are needed are there"


def test_nothing_is_a_share_of_zero(tree: Tree) -> None:
    tree.measure = "errors"
    tree.past(1, target="< 10")
    tree.compare()
    code, verdict = tree.judge("100")
    assert (code, verdict["outcome"]) == (3, "INCONCLUSIVE")
    assert verdict["reasons"] == ["the baseline is 0, and '<= +10 %' of 0 is 0"]
    tree.compare("<= +2")
    assert tree.judge("100", errors=2)[0] == 0
    assert tree.judge("100", errors=3)[0] == 1


def test_points_and_shares_of_a_share(tree: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    tree.measure = "errorRate"
    tree.past(1, errors=10, target="< 50 %")
    for text, errors, code in (
        ("<= +2 points", 12, 0),
        ("<= +2 points", 13, 1),
        ("<= +10 % of baseline", 11, 0),
        ("<= +10 % of baseline", 12, 1),
    ):
        tree.compare(text)
        assert tree.judge("100", errors=errors)[0] == code
    tree.compare("<= +10 %")
    capsys.readouterr()
    assert main(["validate", "slos"]) == 2
    told = " ".join(capsys.readouterr().out.split())
    assert "'<= +10 %' of a share could mean points, or a share of the baseline" in told
    assert "write '<= +10 points' or '<= +10 % of baseline'" in told


@pytest.mark.parametrize(
    ("target", "value", "outcome", "code"),
    [
        ("< 200 ms", "105", "PASS", 0),
        ("< 200 ms", "150", "FAIL", 1),
        ("< 104 ms", "105", "FAIL", 1),
        ("< 104 ms", "150", "FAIL", 1),
    ],
)
def test_a_target_and_a_regression_must_both_hold(
    tree: Tree, target: str, value: str, outcome: str, code: int
) -> None:
    tree.past(1)
    tree.compare("<= +10 %", "reports: reports", f'target: "{target}"')
    found, verdict = tree.judge(value)
    assert (found, verdict["outcome"], len(verdict["reasons"])) == (code, outcome, 2)


def test_the_worse_outcome_wins(tree: Tree) -> None:
    band = ('target: "< 104 ms"', 'critical: "> 180 ms"')
    tree.compare("<= +10 %", "reports: reports", *band)
    assert tree.judge("105")[1]["outcome"] == "INCONCLUSIVE"
    assert tree.judge("200")[1]["outcome"] == "FAIL"
    edit(tree.past(1), "cut off")
    tree.compare("<= +10 %", "reports: reports", *band)
    assert tree.judge("105")[1]["outcome"] == "ERROR"


def test_a_waiver_does_not_cover_an_error_behind_a_miss(tree: Tree) -> None:
    edit(tree.past(1), "cut off")
    tree.compare("<= +10 %", "reports: reports", 'target: "< 104 ms"')
    _, verdict = tree.judge("105")
    assert verdict["outcome"] == "FAIL"
    (tree.folder / "slos/waiver.yaml").write_text(
        "apiVersion: checker/v1\nkind: Waiver\nmetadata: {name: slow}\nspec: {objective: load/p95, "
        f'digest: "{verdict["objective"]["digest"]}", reason: x, ticket: T-1, approver: A, '
        'created: "2026-04-01T00:00:00Z", expires: "2026-05-01T00:00:00Z", accepts: "< 1 s"}\n'
    )
    code, verdict = tree.judge("105")
    assert (code, verdict["outcome"]) == (1, "FAIL")
    assert any("the regression is not known" in note for note in verdict["notes"])


def test_a_replay_needs_no_reports(tree: Tree) -> None:
    tree.past(1)
    tree.compare(baseline="reports: reports, last: 2")
    assert tree.judge("105", "--record", "evidence.jsonl")[0] == 0
    live = (tree.folder / "report.json").read_bytes()
    (tree.folder / "reports/001.json").unlink()
    assert main(["run", "slos", "--replay", "evidence.jsonl", "-f", "json=report.json"]) == 0
    assert (tree.folder / "report.json").read_bytes() == live
    lines = (tree.folder / "evidence.jsonl").read_text().splitlines()
    kept = [line for line in lines if "PastReports" not in line]
    (tree.folder / "evidence.jsonl").write_text("\n".join(kept) + "\n")
    assert main(["run", "slos", "--replay", "evidence.jsonl", "-f", "json=report.json"]) == 3


def test_evidence_that_was_edited_never_passes(tree: Tree) -> None:
    tree.past(1)
    tree.compare()
    tree.judge("105", "--record", "evidence.jsonl")
    recording = tree.folder / "evidence.jsonl"
    text = recording.read_text()
    for old, new in (
        ('"value":"100"', '"value":"x"'),
        ('"value":"100"', '"value":"1/0"'),
        ('"at":1767355200', '"at":"soon"'),
        ('"reports":[{', '"reports":[7,{'),
        ('"foreign":[]', '"foreign":7'),
        ('"outcome":"PASS"', '"outcome":"FAIL"'),
    ):
        assert old in text
        recording.write_text(text.replace(old, new))
        assert main(["run", "slos", "--replay", "evidence.jsonl", "-f", "json=report.json"]) in (3, 4)


def test_evidence_that_holds_two_answers_of_one_place_is_an_error(tree: Tree) -> None:
    tree.past(1)
    tree.compare()
    tree.judge("105", "--record", "evidence.jsonl")
    recording = tree.folder / "evidence.jsonl"
    text = recording.read_text()
    (asked,) = (line for line in text.splitlines() if "ReadFiles" in line)
    recording.write_text(
        text.replace(asked, asked.replace('"objectives":["', '"objectives":["a","'))
        + asked.replace('"value":"100"', '"value":"1000"')
        + "\n"
    )
    code = main(["run", "slos", "--replay", "evidence.jsonl", "-f", "json=report.json"])
    (verdict,) = json.loads((tree.folder / "report.json").read_text())["verdicts"]
    assert (code, verdict["reasons"]) == (4, ["baseline: the evidence holds different answers of reports"])


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (['regression: "<= +10 %"'], "write both, or neither"),
        (['target: "< 5 s"', "baseline: {reports: r}"], "write both, or neither"),
        (["severity: low"], "the key 'target' is missing"),
        (['target: "< 5 s"', "firstRun: pass"], "'firstRun' needs a 'regression', and there is none"),
        (
            ['regression: "<= 10 %"', "baseline: {reports: r}"],
            "remedy: write it as in '<= +10 %'",
        ),
        (['regression: "+10 %"', "baseline: {reports: r}"], "does not say how far the value may be"),
        (['regression: "<= +10 %"', "baseline: {}"], "name either one 'report', or the place of several"),
        (['regression: "<= +10 %"', "baseline: {report: a, last: 3}"], "are about several 'reports'"),
        (
            ['regression: "<= +10 %"', f"baseline: {{reports: a, sha256: {'a' * 64}}}"],
            "'sha256' is the digest of one 'report'",
        ),
        (
            ['regression: "<= +10 %"', "baseline: {reports: /var/log}"],
            "is not a path below the working directory",
        ),
        (['regression: "<= +10 %"', "baseline: {reports: s3://B}"], "is not a place in S3"),
        (['regression: "<= +10 %"', "baseline: {reports: a, last: 2, minReports: 3}"], "never be 3 reports"),
        (['regression: "<= +10 USD"', "baseline: {reports: a}"], "but the indicator measures a time"),
        (
            ['regression: ">= -10 %"', 'target: "< 5 s"', "baseline: {reports: a}"],
            "'>= -10 %' points the opposite way from the target '< 5 s'",
        ),
        (['regression: ">= -100 %"', "baseline: {reports: a}"], "can never fail"),
        (
            ['regression: "<= +10 %"', "baseline: {source: Coverage, file: c.xml}"],
            "a baseline comes from earlier reports, not from what Coverage measures now",
        ),
        (
            ['regression: "<= +10 %"', "baseline: {report: a}", "confidence: 95 %"],
            "confidence needs a target",
        ),
        (['regression: "<= +10 %"', "baseline: {reports: a, lats: 3}"], "did you mean 'last'?"),
        (
            ['regression: "<= +10 %"', "baseline: {reports: a, dataSourceRef: x}"],
            "there is no DataSource 'x'",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(
    tree: Tree, lines: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tree.promise(*lines)
    assert main(["validate", "slos"]) == 2
    assert told in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(("window", "code"), [("1d", 0), ("7d", 2)])
def test_a_percentile_of_many_days_has_no_value_to_compare(
    tree: Tree, window: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    text = PROMISE % ("p95", (BASELINE % ("<= +10 %", "reports: r")) + f"\n      window: {window}")
    query = "{source: CloudWatch, namespace: A, metricName: B, stat: p95, unit: Seconds}"
    text = text.replace("{source: LoadTest, file: load.json, measure: p95}", query)
    (tree.folder / "slos/promise.yaml").write_text(text)
    assert main(["validate", "slos"]) == code
    assert ("has no value to compare" in " ".join(capsys.readouterr().out.split())) == (code == 2)


def test_earlier_reports_are_no_indicator(tree: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    text = PROMISE % ("p95", 'target: "< 5 s"')
    text = text.replace(
        "{source: LoadTest, file: load.json, measure: p95}", "{source: PastReports, reports: r}"
    )
    (tree.folder / "slos/promise.yaml").write_text(text)
    assert main(["validate", "slos"]) == 2
    assert "earlier reports are a baseline, not an indicator" in " ".join(capsys.readouterr().out.split())


def test_editing_a_regression_is_editing_the_promise(tree: Tree) -> None:
    digests = []
    for regression, baseline, more in (
        ("<= +10 %", "reports: reports", "severity: low"),
        ("<= +11 %", "reports: reports", "severity: low"),
        ("<= +10 ms", "reports: reports", "severity: low"),
        ("<= +10 %", "reports: reports, last: 2", "severity: low"),
        ("<= +10 %", "reports: reports", "firstRun: pass"),
        ("<= +10 %", "reports: reports", 'target: "< 1 s"'),
    ):
        tree.compare(regression, baseline, more)
        digests.append(tree.judge("100")[1]["objective"]["digest"])
    assert len(set(digests)) == len(digests)


SEVERITY = ("PASS", "WARN", "INCONCLUSIVE", "ERROR", "FAIL")


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=st.lists(st.integers(1, 200), max_size=4),
    value=st.integers(1, 300),
    worse=st.integers(0, 100),
    last=st.integers(1, 3),
    aggregate=st.sampled_from(("median", "mean", "max", "p90")),
    higher=st.booleans(),
)
def test_a_worse_value_is_never_judged_better(
    tree: Tree, history: list[int], value: int, worse: int, last: int, aggregate: str, higher: bool
) -> None:
    for path in (tree.folder / "reports").glob("*"):
        path.unlink()
    for day, past in enumerate(history):
        tree.past(day, str(past))
    tree.compare(
        ">= -10 %" if higher else "<= +10 %", f"reports: reports, last: {last}, aggregate: {aggregate}"
    )
    first = tree.judge(str(value))[1]["outcome"]
    second = tree.judge(str(max(1, value - worse) if higher else value + worse))[1]["outcome"]
    assert SEVERITY.index(second) >= SEVERITY.index(first)
    if not history:
        assert first == second == "INCONCLUSIVE"


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=st.lists(st.integers(1, 200), min_size=1, max_size=4), value=st.integers(1, 300), data=st.data()
)
def test_what_is_removed_never_passes_by_its_absence(
    tree: Tree, history: list[int], value: int, data: st.DataObject
) -> None:
    """Without all reports nothing passes; without some, only what holds beside the latest that is left."""
    for path in (tree.folder / "reports").glob("*"):
        path.unlink()
    paths = [tree.past(day, str(past)) for day, past in enumerate(history)]
    removed = data.draw(st.sets(st.sampled_from(range(len(paths))), min_size=1))
    for index in removed:
        paths[index].unlink()
    left = [past for day, past in enumerate(history) if day not in removed]
    tree.compare()
    outcome = tree.judge(str(value))[1]["outcome"]
    assert outcome == ("INCONCLUSIVE" if not left else "PASS" if 10 * value <= 11 * left[-1] else "FAIL")


RULE = """\
apiVersion: checker/v1
kind: Rule
metadata: {name: %s}
spec: {scope: %s, level: note, expression: "%s == null", message: "%s", remedy: None., rationale: A test's.}
"""


def seen_by_a_rule(tree: Tree, scope: str, subject: str, message: str) -> list[str]:
    """What a rule says that finds every ``subject`` there is, and quotes it as ``message``."""
    (tree.folder / "rules").mkdir(exist_ok=True)
    (tree.folder / "rules/own.yaml").write_text(RULE % ("own", scope, subject, message))
    tree.judge("140")
    report = json.loads((tree.folder / "report.json").read_text())
    return [each["message"] for each in report["findings"] if each["rule"] == "own"]


def test_rules_see_what_a_regression_promises_and_what_became_of_it(tree: Tree) -> None:
    for day, value in ((1, "300"), (2, "118"), (3, "122")):
        tree.past(day, value, f"{day}.json")
    tree.compare("<= +10 %", "reports: reports, last: 2, aggregate: mean")
    quotes = {
        ("verdict", "verdict.regression"): (
            "{verdict.regression.baseline.exact} {verdict.regression.change.exact} "
            "{verdict.regression.change.value} {verdict.regression.limit.text} "
            "{verdict.regression.margin.text} {verdict.regression.aggregate} "
            "{size(verdict.regression.reports)} {verdict.regression.reports[0].report} "
            "{(now - verdict.regression.reports[0].at.seconds) / 86400} {verdict.regression.firstRun} "
            "{verdict.regression.outcome}",
            "120 1/6 0.166667 <= 132 ms -8 ms mean 2 3.json 97 false FAIL",
        ),
        ("definition", "objective.regression"): (
            "{objective.regression.text} {objective.regression.value} {objective.regression.unit} "
            "{objective.regression.relative} {objective.regression.alone} {objective.regression.firstRun} "
            "{objective.regression.baseline.place} {objective.regression.baseline.pinned} "
            "{objective.regression.baseline.last} {objective.regression.baseline.aggregate}",
            "<= +10 % 10 % true true inconclusive reports false 2 mean",
        ),
    }
    for (scope, subject), (message, told) in quotes.items():
        assert seen_by_a_rule(tree, scope, subject, message) == [told]


def test_rules_see_a_first_run_and_that_there_is_no_regression(tree: Tree) -> None:
    message = "{verdict.regression.firstRun} {verdict.regression.baseline} {size(verdict.regression.reports)}"
    tree.compare("<= +10 %", "reports: reports", "firstRun: pass")
    (tree.folder / "reports").mkdir()
    assert seen_by_a_rule(tree, "verdict", "verdict.regression", message) == ["true nothing 0"]
    tree.promise('target: "< 1 s"')
    assert seen_by_a_rule(tree, "verdict", "verdict.regression", message) == []
    assert seen_by_a_rule(tree, "definition", "objective.regression", "no") == []
