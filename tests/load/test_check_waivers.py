"""What a waiver accepts, held against its promise: told before anything is measured, where it would excuse all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from checker.cli import main
from checker.load.catalog import load
from checker.promise_digest import digest_of

TIME = "2026-01-15T12:00:00Z"
COVERAGE = "{source: Coverage, file: coverage.xml}"
LATENCY = "{source: CloudWatch, namespace: Shop, metricName: Latency, stat: p95, unit: Milliseconds}\n      window: 1h"
ERRORS = (
    "{bad: {source: CloudWatch, namespace: Shop, metricName: Errors, stat: Sum},"
    " total: {source: CloudWatch, namespace: Shop, metricName: Errors, stat: SampleCount}}\n      window: 1h"
)
CPU = "{source: CloudWatch, namespace: Shop, metricName: Cpu, stat: Average, unit: Percent}\n      window: 1h"
BRANCHES = "{source: Coverage, file: coverage.xml, measure: branches}"
COST = f"{{formula: a - b, metrics: {{a: {COVERAGE}, b: {BRANCHES}}}}}"
PERSON = "{source: Attestation}"
PROMISE = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: build}
spec:
  criteria:
    - name: promise
      indicator: %s
      %s
"""
WAIVER = """\
---
apiVersion: checker/v1
kind: Waiver
metadata: {name: less}
spec:
  objective: build/promise
  digest: "%s"
  reason: The generated parser is not covered yet.
  ticket: PROJ-7
  approver: A. Maintainer
  created: "2026-01-01T00:00:00Z"
  expires: "2026-02-01T00:00:00Z"
  accepts: "%s"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "slos").mkdir()


def told(
    indicator: str, promised: str, accepts: str, capsys: pytest.CaptureFixture[str], digest: str = ""
) -> tuple[int, list[str]]:
    """The exit code of ``validate``, and what it says of the waiver, with its remedy, on one line each."""
    promised = promised if ":" in promised else f'target: "{promised}"'
    file, promise = Path("slos/build.yaml"), PROMISE % (indicator, promised)
    file.write_text(promise, encoding="utf-8")
    (objective,) = load(["slos"]).objectives
    file.write_text(promise + WAIVER % (digest or digest_of(objective), accepts), encoding="utf-8")
    code = main(["validate", "--at", TIME, "-f", "sarif"])
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    return code, [
        f"{each['level']}: {' '.join(each['message']['text'].split())}"
        for each in run["results"]
        if each["ruleId"] == "waiver"
    ]


@pytest.mark.parametrize(
    ("indicator", "target", "accepts"),
    [
        (COVERAGE, "> 80 %", ">= 75 %"),
        (COVERAGE, "> 80 %", ">= 0.8 ratio"),
        (COVERAGE, "> 80 %", "> 0 %"),
        (COVERAGE, "== 100 %", ">= 95 %"),
        (LATENCY, "< 500 ms", "<= 500 ms"),
        (LATENCY, "< 500 ms", "< 0.8 s"),
        (LATENCY, "== 0 ms", "<= 5 ms"),
        (LATENCY, "== 5 ms", "> 2 ms"),
        (LATENCY, "== 5 ms", "== 6 ms"),
        (ERRORS, "< 1 %", "< 100 %"),
        (COST, "> -5 %", ">= -10 %"),
        (COST, "> 5 %", ">= 0 %"),
    ],
)
def test_what_is_worse_than_the_target_up_to_a_bound_is_well(
    indicator: str, target: str, accepts: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(indicator, target, accepts, capsys) == (0, [])


@pytest.mark.parametrize(
    ("indicator", "target", "accepts", "says"),
    [
        (COVERAGE, "> 80 %", "< 90 %", "'< 90 %', however low the value is, and the target is '> 80 %'"),
        (COVERAGE, "> 80 %", "< 70 %", "'< 70 %', however low the value is, and the target is '> 80 %'"),
        (LATENCY, "< 500 ms", ">= 0.8 s", "'>= 0.8 s', however high the value is, and the target is '< 500 ms'"),
        (ERRORS, "== 0 %", "> 1 %", "'> 1 %', however high the value is, and the target is '== 0 %'"),
        (COVERAGE, "== 100 %", "<= 95 %", "'<= 95 %', however low the value is, and the target is '== 100 %'"),
        (COVERAGE, "> 80 %", ">= 0 %", "'>= 0 %', which excuses every value: a share lies between 0 % and 100 %"),
        (COVERAGE, "> 80 %", "> -1 %", "'> -1 %', which excuses every value: a share lies between"),
        (ERRORS, "< 1 %", "< 200 %", "'< 200 %', which excuses every value: a share lies between"),
        (ERRORS, "< 1 %", "<= 1 ratio", "'<= 1 ratio', which excuses every value: a share lies between"),
        (LATENCY, "> 5 ms", ">= 0 ms", "'>= 0 ms', which excuses every value: a time (Milliseconds) is never negative"),
        (COVERAGE, "> 80 %", "== 75 %", "only '== 75 %', not what lies between that and the target"),
        (COVERAGE, "> 80 %", ">= 75 ms", "a time (ms), but the target '> 80 %' is a ratio (%)"),
        (LATENCY, "< 500 ms", "< 800", "'< 800', a plain number, but the target '< 500 ms' is a time (ms)"),
        (CPU, "< 80 %", "< 95", "'< 95' has no unit, but what is measured is in percent: it would mean 9500 %"),
        (ERRORS, "< 0.1 %", "< 1", "'< 1' of a share is missed only by 100 %"),
        (COVERAGE, "> 80 %", "confirmed", "a confirmation (confirmed), but the target '> 80 %' is a ratio (%)"),
        (PERSON, "confirmed", ">= 75 %", "but a person confirms build/promise: there is no value"),
        (PERSON, "confirmed", "confirmed", "but a person confirms build/promise: there is no value"),
    ],
)  # fmt: skip
def test_what_would_excuse_anything_or_can_be_compared_with_nothing_is_an_error(
    indicator: str, target: str, accepts: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, (said,) = told(indicator, target, accepts, capsys)
    assert code == 2
    assert said.startswith("error: waiver 'less': it accepts ")
    assert says in said


@pytest.mark.parametrize(
    ("indicator", "target", "accepts", "remedy"),
    [
        (COVERAGE, "> 80 %", "< 70 %", "reverse its operator, as in '> 70 %'"),
        (COVERAGE, "> 80 %", "< 90 %", "write the worst value that is accepted, with '>'"),
        (LATENCY, "< 500 ms", ">= 0.8 s", "reverse its operator, as in '<= 0.8 s'"),
        (COVERAGE, "> 80 %", "== 75 %", "write the worst value that is accepted, as in '>= 75 %'"),
        (LATENCY, "< 500 ms", "== 800 ms", "write the worst value that is accepted, as in '<= 800 ms'"),
        (PERSON, "confirmed", ">= 75 %", "remove accepts, and write acceptsInconclusive: true"),
    ],
)
def test_the_remedy_is_what_to_write(
    indicator: str, target: str, accepts: str, remedy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _, (said,) = told(indicator, target, accepts, capsys)
    assert f"remedy: {remedy}" in said


@pytest.mark.parametrize(
    ("indicator", "target", "accepts"),
    [(COVERAGE, "> 80 %", "> 80 %"), (COVERAGE, ">= 80 %", "> 85 %"), (LATENCY, "< 500 ms", "< 0.4 s")],
)
def test_what_the_target_accepts_as_well_is_a_warning(
    indicator: str, target: str, accepts: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, (said,) = told(indicator, target, accepts, capsys)
    assert code == 0
    assert said.startswith(
        f"warning: waiver 'less': it accepts {accepts!r}, which the target {target!r} accepts already: it excuses "
        "no miss"
    )


def test_its_place_and_its_promise_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    told(COVERAGE, "> 80 %", "< 90 %", capsys)
    assert main(["validate", "--at", TIME]) == 2
    assert (
        "slos/build.yaml:21:12: error: waiver 'less': it accepts '< 90 %', however low the value is, and the\n"
        "    target is '> 80 %' [waiver]\n"
        "    path: spec.accepts\n"
        "    remedy: write the worst value that is accepted, with '>'\n"
        "    see: slos/build.yaml:6:13: the promise 'build/promise'\n"
    ) in capsys.readouterr().out


def test_a_run_refuses_it_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    told(COVERAGE, "> 80 %", "< 90 %", capsys)
    assert main(["run", "--at", TIME]) == 2
    assert "it accepts '< 90 %', however low the value is" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("promised", "accepts", "says"),
    [
        ('target: "< 500 ms"\n      regression: "<= +10 % of baseline"', "< 400 ms", ""),
        ('regression: "<= +10 % of baseline"', "< 400 ms", ""),
        ('regression: "<= +10 % of baseline"', "> 400 ms", "reverse its operator, as in '< 400 ms'"),
        ('regression: "<= +10 % of baseline"', "< 40 %", "a ratio (%), but build/promise is measured as a time"),
    ],
)  # fmt: skip
def test_of_a_regression_any_value_may_be_accepted_that_is_of_its_kind(
    promised: str, accepts: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    promised += "\n      baseline: {reports: past}"
    code, said = told(LATENCY, promised, accepts, capsys)
    assert (code, says in " ".join(said)) == (2 if says else 0, True)
    assert bool(said) == bool(says)


def test_a_waiver_that_is_of_no_promise_hides_none_after_it(capsys: pytest.CaptureFixture[str]) -> None:
    file, promise = Path("slos/build.yaml"), PROMISE % (COVERAGE, 'target: "> 80 %"')
    file.write_text(promise, encoding="utf-8")
    (objective,) = load(["slos"]).objectives
    bad = WAIVER % (digest_of(objective), "< 500 ms")
    others = (
        (WAIVER % ("0123456789abcdef", "> 70 %")).replace("{name: less}", "{name: a-void-one}"),
        bad.replace("build/promise", "build/other").replace("{name: less}", "{name: b-stranger}"),
    )
    file.write_text(promise + "".join(others) + bad, encoding="utf-8")
    found = [each for each in load(["slos"]).findings if "waiver 'less'" in each.message]
    assert [each.level for each in found] == ["error"]
