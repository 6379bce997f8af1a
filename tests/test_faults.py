"""No fault of any source ever reads as a pass: the matrix, through the command line, over real connections.

Each case spoils one source while a second one answers well. The spoilt promise must end as ERROR or
INCONCLUSIVE with a remedy, the other must still be judged, and the exit code must not be 0.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from checker.cli import main
from tests.kept_promise import COVERAGE
from tests.simulator import Simulator
from tests.simulator.faults import KINDS

AT = 1_769_860_800
TIME = "2026-01-31T12:00:00Z"
HARMLESS = {"duplicate-timestamps", "out-of-order", "slow", "wrong-content-type"}
"""Faults that an answer survives: identical points are counted once, points are sorted, a slow answer arrives, and
boto3 reads JSON whatever it is called.
They have tests of their own below."""

DOCUMENT = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: faults}
spec:
  window: 1h
  criteria:
    - name: spoilt
      indicator: %s
      target: "%s"
    - name: sound
      indicator: {source: Coverage, file: sound.json}
      target: "> 50 %%"
"""
INDICATORS = {
    "sum": ("{source: CloudWatch, namespace: App, metricName: Errors, stat: Sum, unit: Count}", "< 1000"),
    "percentile": (
        "{source: CloudWatch, namespace: App, metricName: Time, stat: p95, unit: Seconds}",
        "< 100 s",
    ),
    "average": (
        "{source: CloudWatch, namespace: App, metricName: Time, stat: Average, unit: Seconds}",
        "< 100 s",
    ),
    "ratio": (
        "{bad: {source: CloudWatch, namespace: App, metricName: Errors, stat: Sum, unit: Count}, "
        "total: {source: CloudWatch, namespace: App, metricName: Errors, stat: SampleCount, unit: Count}}",
        "< 100 %",
    ),
}


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(now=AT) as running:
        for minute in range(1, 120):
            moment = AT - minute * 60
            running.put("App", "Errors", {}, "Count", [(moment, 1.0), (moment, 0.0)])
            running.put("App", "Time", {}, "Seconds", [(moment, 1.0), (moment, 2.0), (moment, 3.0)])
        yield running


@pytest.fixture
def judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, dict[str, dict[str, Any]]]]:
    """Runs the command in a directory of its own; gives the exit code and the verdicts by promise."""
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "synthetic",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_MAX_ATTEMPTS": "1",
    }.items():
        monkeypatch.setenv(name, value)
    Path("sound.json").write_text(json.dumps(COVERAGE))

    def run(indicator: str, target: str, *flags: str) -> tuple[int, dict[str, dict[str, Any]]]:
        Path("slos").mkdir(exist_ok=True)
        Path("slos/faults.yaml").write_text(DOCUMENT % (indicator, target))
        code = main(["run", "--at", TIME, "-f", "json=report.json", *flags])
        report = json.loads(Path("report.json").read_text())
        return code, {verdict["objective"]["name"]: verdict for verdict in report["verdicts"]}

    return run


Judged = Callable[..., tuple[int, dict[str, dict[str, Any]]]]


def assert_no_pass(code: int, verdicts: dict[str, dict[str, Any]]) -> None:
    spoilt, sound = verdicts["faults/spoilt"], verdicts["faults/sound"]
    assert spoilt["outcome"] in ("ERROR", "INCONCLUSIVE"), spoilt
    assert spoilt["reasons"]
    assert spoilt["remedy"]
    assert sound["outcome"] == "PASS", "the other promises are still judged"
    assert code in (3, 4)


def point_at(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)


@pytest.mark.parametrize("form", INDICATORS)
def test_without_a_fault_all_pass(
    form: str, simulator: Simulator, judged: Judged, monkeypatch: pytest.MonkeyPatch
) -> None:
    point_at(monkeypatch, simulator.url)
    code, verdicts = judged(*INDICATORS[form])
    assert {verdict["outcome"] for verdict in verdicts.values()} == {"PASS"}
    assert code == 0


@pytest.mark.parametrize("form", INDICATORS)
@pytest.mark.parametrize("kind", sorted(set(KINDS) - HARMLESS))
def test_no_fault_of_cloudwatch_passes(
    kind: str, form: str, simulator: Simulator, judged: Judged, monkeypatch: pytest.MonkeyPatch
) -> None:
    point_at(monkeypatch, simulator.url)
    simulator.faults.add(kind, operation="GetMetricData", times=None)
    assert_no_pass(*judged(*INDICATORS[form]))


@pytest.mark.parametrize("kind", sorted(HARMLESS - {"slow"}))
def test_what_an_answer_survives_changes_no_number(
    kind: str, simulator: Simulator, judged: Judged, monkeypatch: pytest.MonkeyPatch
) -> None:
    point_at(monkeypatch, simulator.url)
    _, before = judged(*INDICATORS["sum"])
    simulator.faults.add(kind, operation="GetMetricData", times=None)
    code, after = judged(*INDICATORS["sum"])
    assert code == 0
    assert after["faults/spoilt"]["value"] == before["faults/spoilt"]["value"]


def test_an_answer_after_the_deadline_is_an_error(
    simulator: Simulator, judged: Judged, monkeypatch: pytest.MonkeyPatch
) -> None:
    point_at(monkeypatch, simulator.url)
    simulator.faults.add("slow", operation="GetMetricData", times=None, seconds=9)
    code, verdicts = judged(*INDICATORS["sum"], "--timeout", "4s")
    assert_no_pass(code, verdicts)
    assert "before the deadline" in verdicts["faults/spoilt"]["reasons"][0]


def test_a_refused_connection_is_an_error(judged: Judged, monkeypatch: pytest.MonkeyPatch) -> None:
    with Simulator(now=AT) as gone:
        point_at(monkeypatch, gone.url)
    assert_no_pass(*judged(*INDICATORS["sum"]))


def test_missing_credentials_and_regions_are_errors(
    simulator: Simulator, judged: Judged, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    point_at(monkeypatch, simulator.url)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    assert_no_pass(*judged(*INDICATORS["sum"]))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    assert_no_pass(*judged(*INDICATORS["sum"]))
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert_no_pass(*judged(*INDICATORS["sum"]))


@pytest.mark.parametrize("fault", ["throttling", "access-denied", "html", "endless-token"])
def test_a_listing_that_fails_leaves_no_data_inconclusive(
    fault: str, simulator: Simulator, judged: Judged, monkeypatch: pytest.MonkeyPatch
) -> None:
    point_at(monkeypatch, simulator.url)
    simulator.faults.add(fault, operation="ListMetrics", times=None)
    code, verdicts = judged(INDICATORS["sum"][0].replace("Errors", "Gone"), "< 1000")
    assert_no_pass(code, verdicts)
    assert code == 3


def test_who_answers_may_stay_unknown(
    simulator: Simulator, judged: Judged, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The account is for the report: a role that may not ask it can still be judged by."""
    point_at(monkeypatch, simulator.url)
    simulator.faults.add("access-denied", operation="GetCallerIdentity", times=None)
    code, _ = judged(*INDICATORS["sum"])
    assert code == 0


FILES: dict[str, Callable[[Path], object]] = {
    "missing": lambda path: None,
    "directory": lambda path: path.mkdir(),
    "fifo": os.mkfifo,
    "symlink": lambda path: path.symlink_to("sound.json"),
    "empty": lambda path: path.write_bytes(b""),
    "binary": lambda path: path.write_bytes(bytes(range(256))),
    "truncated xml": lambda path: path.write_text("<coverage><packages>"),
    "truncated json": lambda path: path.write_text('{"files": {'),
    "another json": lambda path: path.write_text('{"hello": "world"}'),
    "another xml": lambda path: path.write_text("<html/>"),
    "a list": lambda path: path.write_text("[]"),
    "not a number": lambda path: path.write_text(
        '{"files": {"a.py": {"executed_lines": [NaN], "missing_lines": []}}}'
    ),
    "nothing covered or missed": lambda path: path.write_text(
        '<coverage line-rate="1" version="7"><packages/></coverage>'
    ),
    "no tests": lambda path: path.write_text('<testsuites><testsuite name="a" tests="0"/></testsuites>'),
    "no requests": lambda path: path.write_text(
        '{"apiVersion": "checker/v1", "kind": "LoadTestResult", "requests": []}'
    ),
    "a forged default": lambda path: path.write_text(
        '<!DOCTYPE coverage [<!ATTLIST coverage line-rate CDATA "0.99">]><coverage/>'
    ),
}
FILE_INDICATORS = {
    "Coverage": ("{source: Coverage, file: %s}", "> 1 %"),
    "TestResults": ("{source: TestResults, file: %s, measure: passRatio}", "> 1 %"),
    "LoadTest": ("{source: LoadTest, file: %s, measure: p95}", "< 1000 s"),
}


@pytest.mark.parametrize("source", FILE_INDICATORS)
@pytest.mark.parametrize("state", FILES)
def test_no_fault_of_a_file_passes(source: str, state: str, judged: Judged) -> None:
    FILES[state](Path("result.file"))
    indicator, target = FILE_INDICATORS[source]
    assert_no_pass(*judged(indicator % "result.file", target))


@pytest.mark.parametrize("source", FILE_INDICATORS)
@pytest.mark.parametrize("name", ["../sound.json", "/etc/passwd"])
def test_a_file_outside_is_refused_before_it_is_read(
    source: str, name: str, tmp_path: Path, judged: Judged, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy("sound.json", tmp_path.parent / "sound.json")
    indicator, target = FILE_INDICATORS[source]
    Path("slos").mkdir()
    Path("slos/faults.yaml").write_text(DOCUMENT % (indicator % name, target))
    assert main(["run", "--at", TIME]) == 2
    assert name in capsys.readouterr().out
