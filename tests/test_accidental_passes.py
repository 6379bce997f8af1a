"""How other tools pass by accident, one by one, and that ``checker`` does not.

Each test is named after the tool and the way: what was seen in its code, its tests or its issues. Each ends with a
code that is not 0, through the command.
"""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from checker.cli import main
from tests.kept_promise import COVERAGE
from tests.on_simulator import AT, END, Judged, criteria, environment, judge, metric, put_hour, validate
from tests.simulator import Simulator

PEERS = ("argo", "cloudwatch_alarms", "conftest", "coverage_py", "k6", "kayenta", "keptn", "metrics_operator", "opa",
         "pip_audit", "pytest", "python", "seed")  # fmt: skip
"""Whose ways are told here. Each has the tests ``test_PEER_*``."""

SOUND = "name: sound, indicator: {source: Coverage, file: sound.json}, target: '> 70 %'"
"""A promise that is kept, so that the others have something to hide behind."""
GONE = "name: gone, indicator: {source: Coverage, file: gone.json}, target: '> 70 %'"


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    environment(monkeypatch)
    Path("sound.json").write_text(json.dumps(COVERAGE))


@pytest.fixture
def simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    with Simulator(now=AT) as running:
        monkeypatch.setenv("AWS_ENDPOINT_URL", running.url)
        yield running


@pytest.fixture
def prometheus() -> Iterator[Prometheus]:
    server = Prometheus()
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


class Prometheus(HTTPServer):
    """Answers every instant query with one value, as text: ``NaN`` is what the real one says of 0/0."""

    value = "NaN"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)

    def judge(self, value: str, target: str) -> Judged:
        self.value = value
        source = "{source: Prometheus, dataSourceRef: metrics, query: errors / requests}"
        connection = (
            "---\napiVersion: openslo/v1\nkind: DataSource\nmetadata: {name: metrics}\n"
            f"spec: {{type: Prometheus, connectionDetails: {{url: 'http://127.0.0.1:{self.server_port}'}}}}\n"
        )
        return judge(criteria(f"name: spoilt, indicator: {source}, target: '{target}'", SOUND) + connection)


class Answer(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Prometheus)
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        result = [{"metric": {}, "value": [AT, self.server.value]}]
        body = json.dumps({"status": "success", "data": {"resultType": "vector", "result": result}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST  # noqa: N815

    def log_message(self, *arguments: object) -> None:
        """Nothing."""


def ended(*arguments: str) -> int:
    """The exit code of a command that may refuse its arguments."""
    try:
        return main(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)


def assert_not_passed(found: Judged, name: str = "spoilt") -> None:
    """The promise is not kept, the code says so, and the sound one beside it is still judged."""
    assert found.code in (1, 3, 4)
    assert found.verdicts[name]["outcome"] in ("FAIL", "INCONCLUSIVE", "ERROR")
    assert found.verdicts[name]["reasons"]
    assert found.verdicts["sound"]["outcome"] == "PASS"


def test_every_peer_has_its_tests() -> None:
    tests = [name.removeprefix("test_") for name in globals() if name.startswith("test_")]
    assert {peer for peer in PEERS if any(name.startswith(f"{peer}_") for name in tests)} == set(PEERS)


# The measurement itself


def test_the_sound_promise_is_kept() -> None:
    assert judge(criteria(SOUND)).code == 0


@pytest.mark.parametrize("value", ["0.5", "0"])
def test_a_sound_answer_of_prometheus_is_kept(prometheus: Prometheus, value: str) -> None:
    assert prometheus.judge(value, "< 1").code == 0


# k6


def k6_summary(**metrics: Any) -> str:
    return json.dumps({"root_group": {}, "state": {"testRunDurationMs": 3000}, "metrics": metrics})


LOAD = "name: spoilt, indicator: {source: LoadTest, file: load.json, measure: %s}, target: '%s'"


@pytest.mark.parametrize(
    ("measure", "target"),
    [("p95", "< 500 ms"), ("errorRate", "< 1 %"), ("successRate", "> 1 %"), ("errors", "< 1")],
)
def test_k6_a_threshold_without_samples_is_true(measure: str, target: str) -> None:
    """metrics/thresholds.go: without a sink, ``return true``. A script whose requests never ran is green."""
    nothing = {"count": 0, "rate": 0}
    zeros = {"avg": 0, "min": 0, "med": 0, "max": 0, "p(90)": 0, "p(95)": 0}
    Path("load.json").write_text(
        k6_summary(
            http_reqs={"type": "counter", "values": nothing},
            http_req_failed={"type": "rate", "values": {"rate": 0, "passes": 0, "fails": 0}},
            http_req_duration={"type": "trend", "values": zeros, "thresholds": {"p(95)<500": {"ok": True}}},
        )
    )
    assert_not_passed(judge(criteria(LOAD % (measure, target), SOUND)))
    Path("load.json").write_text(k6_summary())
    assert_not_passed(judge(criteria(LOAD % (measure, target), SOUND)))


def test_k6_says_ok_beside_a_rate_that_is_not() -> None:
    """k6 issue 4283: ``rate>=0.9``, a rate of 0, and ``ok: true``. Its own word on a threshold is not used."""
    ok = {"rate>=0.9": {"ok": True}}
    Path("load.json").write_text(
        k6_summary(
            http_reqs={"type": "counter", "values": {"count": 50, "rate": 16.7}},
            http_req_failed={
                "type": "rate",
                "values": {"rate": 1, "passes": 50, "fails": 0},
                "thresholds": ok,
            },
        )
    )
    found = judge(criteria(LOAD % ("successRate", ">= 90 %"), SOUND))
    assert (found.code, found.verdicts["spoilt"]["outcome"]) == (1, "FAIL")
    assert found.verdicts["spoilt"]["value"]["exact"] == "0"


# Argo Rollouts


def test_argo_without_a_condition_a_measurement_is_successful(capsys: pytest.CaptureFixture[str]) -> None:
    """utils/evaluate: neither successCondition nor failureCondition is Successful."""
    code, told = validate(criteria("name: x, indicator: {source: Coverage, file: sound.json}"), capsys)
    assert code == 2
    assert "'target'" in told
    assert judge(criteria("name: x, indicator: {source: Coverage, file: sound.json}", SOUND)).code == 2


@pytest.mark.parametrize("target", ["< 0.01", "> 0.01", "<= 0", ">= 0", "== 0"])
@pytest.mark.parametrize("value", ["NaN", "+Inf", "-Inf"])
def test_argo_not_a_number_fails_no_failure_condition(
    prometheus: Prometheus, value: str, target: str
) -> None:
    """With a failureCondition alone, NaN is Successful: no comparison with it is true."""
    found = prometheus.judge(value, target)
    assert_not_passed(found)
    assert found.code == 4


@pytest.mark.parametrize("fault", ["PartialData", "InternalError", "Forbidden"])
def test_argo_reads_no_status_of_cloudwatchs_answer(simulator: Simulator, fault: str) -> None:
    """metricproviders/cloudwatch takes the values and never looks at StatusCode."""
    put_hour(simulator, "App", "Errors", {}, "Count", [(0.0, 10)])
    promise = f"name: spoilt, indicator: {metric('Errors', 'Sum', 'unit: Count')}, target: '< 5'"
    assert judge(criteria(promise, SOUND)).code == 0
    simulator.faults.add(fault, times=None)
    found = judge(criteria(promise, SOUND))
    assert_not_passed(found)
    assert found.code == 4


def test_argo_a_run_whose_every_measurement_is_an_error_is_successful() -> None:
    """argo-rollouts issue 4479."""
    found = judge(criteria(GONE, GONE.replace("name: gone", "name: too")))
    assert found.code == 4
    assert set(found.outcomes().values()) == {"ERROR"}


# Keptn


def test_keptn_without_history_a_comparison_passes() -> None:
    """With nothing to compare with, a relative criterion passes."""
    found = judge(
        criteria("name: x, indicator: {source: Coverage, file: sound.json}, regression: '>= -1 %', "
                 "baseline: {source: PastReports, directory: history}")
    )  # fmt: skip
    assert found.code != 0
    Path("history").mkdir()
    found = judge(
        criteria("name: x, indicator: {source: Coverage, file: sound.json}, regression: '>= -1 %', "
                 "baseline: {source: PastReports, directory: history}")
    )  # fmt: skip
    assert found.code != 0
    assert "PASS" not in found.outcomes().values()


def test_keptn_without_a_scored_objective_the_score_is_100() -> None:
    """Objectives for information alone are a pass with the full score."""
    found = judge(criteria(f"{SOUND}, gating: false"))
    assert found.code == 2
    assert not found.report["decision"]["allowed"]


def test_keptn_without_a_file_of_objectives_it_passes(capsys: pytest.CaptureFixture[str]) -> None:
    """keptn issues 1081 and 1212: no slo.yaml is a pass."""
    assert main(["run", "slos"]) == 2
    Path("slos").mkdir()
    assert main(["run", "slos"]) == 2
    assert main(["validate", "slos"]) == 2
    Path("slos/empty.yaml").write_text("")
    assert main(["run", "slos"]) == 2
    capsys.readouterr()


# Keptn's metrics-operator


@pytest.mark.parametrize("target", ["< 5", "> 5", "== 0"])
@pytest.mark.parametrize("value", ["NaN", "nan", "", "inf", "0x10", "1_000", "None"])
def test_metrics_operator_parses_nan_and_every_comparison_is_false(
    prometheus: Prometheus, value: str, target: str
) -> None:
    """``ParseFloat("NaN")`` succeeds; nothing says that the value fails."""
    assert_not_passed(prometheus.judge(value, target))


def test_metrics_operator_not_a_number_in_a_file() -> None:
    for literal in ("NaN", "Infinity", "1e999"):
        Path("spoilt.json").write_text(
            json.dumps(COVERAGE).replace('"covered_lines": 3', f'"covered_lines": {literal}')
        )
        spoilt = SOUND.replace("name: sound", "name: spoilt").replace("sound.json", "spoilt.json")
        found = judge(criteria(spoilt, SOUND))
        assert_not_passed(found)


# Kayenta


def test_kayenta_a_metric_without_data_is_left_out() -> None:
    """Metrics that are not critical may be without data until half of them are."""
    kept = [SOUND.replace("name: sound", f"name: sound-{number}") for number in range(13)]
    found = judge(criteria(*kept, GONE))
    assert found.code == 4
    assert sorted(found.outcomes().values()) == ["ERROR"] + ["PASS"] * 13


def test_kayenta_a_group_without_any_data_scores_100(simulator: Simulator) -> None:
    rows = [
        f"name: silent-{number}, indicator: {metric(f'Silent{number}', 'Sum', 'unit: Count')}, target: '< 5'"
        for number in range(4)
    ]
    found = judge(criteria(*rows, SOUND))
    assert found.code == 3
    assert [found.verdicts[f"silent-{number}"]["outcome"] for number in range(4)] == ["INCONCLUSIVE"] * 4


def test_kayenta_empty_data_with_another_strategy_passes(simulator: Simulator) -> None:
    """nanStrategy other than ``remove`` makes a pass of an empty series. Here a silent counter is zero only if a
    heartbeat shows that it could have spoken."""
    silent = (
        f"name: spoilt, indicator: {metric('Errors', 'Sum', 'unit: Count')}, target: '< 5', noData: zero, "
        f"heartbeat: {metric('Requests', 'Sum', 'unit: Count')}"
    )
    assert_not_passed(judge(criteria(silent, SOUND)))
    put_hour(simulator, "App", "Requests", {}, "Count", [(1.0, 10)])
    assert judge(criteria(silent, SOUND)).code == 0


# conftest


def test_conftest_a_misspelt_namespace_is_nothing_to_test(simulator: Simulator) -> None:
    """Its own acceptance.bats asserts 0 for a namespace that is not there."""
    judge(criteria(SOUND))
    assert main(["run", "slos", "--select", "ap/*"]) == 2
    put_hour(simulator, "App", "Errors", {}, "Count", [(0.0, 10)])
    promise = (
        f"name: spoilt, indicator: {metric('Errors', 'Sum', 'unit: Count', namespace='Ap')}, target: '< 5'"
    )
    assert_not_passed(judge(criteria(promise, SOUND)))


@pytest.mark.parametrize("name", ["", " ", "slos/gone.yaml", "slo", "sound.json"])
def test_conftest_a_blank_file_name_is_nothing_to_test(name: str) -> None:
    judge(criteria(SOUND))
    assert main(["run", name]) == 2
    assert main(["validate", name]) == 2
    assert main(["run", "slos", name]) == 2, "one that is there does not hide one that is not"


# OPA

RULE = """\
apiVersion: checker/v1
kind: Rule
metadata: {name: spoilt}
spec:
  scope: %s
  level: error
  expression: %s
  message: it does not hold
  remedy: mend it
  rationale: it matters
  examples:
    pass: [{description: holds, input: {release: {keys: []}}}]
    fail: [{description: does not}]
"""


@pytest.mark.parametrize(
    ("scope", "expression"),
    [
        ("release", "release.no_such_field == 1"),
        ("release", "input.no_such_field"),
        ("release", '"text"'),
        ("release", "1 / 0 == 1"),
        ("release", "release.keys[7].outcome == 'PASS'"),
        ("verdict", "verdict.value.no_such_field == 1"),
        ("verdict", "[1][5] == 1"),
        ("definition", "objective.no_such_field"),
    ],
)
def test_opa_an_undefined_decision_is_0(scope: str, expression: str) -> None:
    """``opa eval`` ends with 0 for undefined, unless told ``--fail``."""
    Path("rules").mkdir()
    Path("rules/spoilt.yaml").write_text(RULE % (scope, json.dumps(expression)))
    assert judge(criteria(SOUND)).code != 0
    assert main(["test", "rules"]) != 0


def test_opa_a_test_run_without_tests_is_0(tmp_path: Path) -> None:
    """``opa test`` passes without any test, unless told ``--fail-on-empty``."""
    assert main(["test", "no-such-folder"]) != 0
    Path("rules").mkdir()
    assert main(["test", "rules"]) == 2
    text = RULE % ("release", json.dumps("release.keys.all(each, each.outcome == 'PASS')"))
    Path("rules/spoilt.yaml").write_text(text[: text.index("  examples:")])
    assert main(["test", "rules"]) == 2, "a rule without examples is not tested"


# pip-audit


@pytest.mark.parametrize(
    "skipped",
    [
        "name: spoilt, indicator: {source: CoverageOfTomorrow, file: sound.json}, target: '> 70 %'",
        f"{SOUND.replace('name: sound', 'name: spoilt')}, enabled: false",
        "name: spoilt, indicator: {source: Coverage, file: sound.json, measure: mutants}, target: '> 70 %'",
    ],
)
def test_pip_audit_what_cannot_be_audited_is_skipped(skipped: str) -> None:
    """A dependency it cannot look up is skipped, and without ``--strict`` that passes."""
    assert judge(criteria(skipped, SOUND)).code == 2


def test_pip_audit_a_file_that_cannot_be_read_is_skipped() -> None:
    judge(criteria(SOUND))
    Path("slos/broken.yaml").write_text("apiVersion: [checker/v1\n")
    assert main(["run", "slos"]) == 2
    Path("slos/broken.yaml").unlink()
    Path("slos/link.yaml").symlink_to("nowhere.yaml")
    assert main(["run", "slos"]) == 2
    Path("slos/link.yaml").unlink()
    Path("slos/foreign.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n")
    assert main(["run", "slos"]) == 2


def test_pip_audit_skipped_tests_are_not_passed_ones() -> None:
    Path("tests.xml").write_text(
        '<testsuite name="s" tests="2"><testcase classname="a" name="b"><skipped/></testcase>'
        '<testcase classname="a" name="c"><skipped/></testcase></testsuite>'
    )
    promise = "name: spoilt, indicator: {source: TestResults, file: tests.xml, measure: passRatio}, target: '== 100 %'"
    assert_not_passed(judge(criteria(promise, SOUND)))


# pytest


def test_pytest_a_module_that_cannot_be_imported_has_no_failures() -> None:
    """The report of a collection error: ``errors="1" failures="0"``, and whoever asks for failures alone sees none."""
    Path("tests.xml").write_text(
        '<testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="0" skipped="0" tests="2">'
        '<testcase classname="" name="tests.test_shop"><error message="collection failure"/></testcase>'
        '<testcase classname="tests.test_cart" name="test_adds"/></testsuite></testsuites>'
    )
    promise = "name: spoilt, indicator: {source: TestResults, file: tests.xml, measure: failed}, target: '%s'"
    for target in ("== 0", "< 1"):
        found = judge(criteria(promise % target, SOUND))
        assert_not_passed(found)
        assert found.verdicts["spoilt"]["reasons"][0].startswith("1 misses ")
    assert judge(criteria(promise % "<= 1", SOUND)).code == 0


# coverage.py


def test_coverage_py_no_statements_are_wholly_covered() -> None:
    """coverage 7.17 writes ``line-rate="1"`` for nothing, and ``--fail-under=90`` ends with 0."""
    Path("coverage.xml").write_text(
        '<?xml version="1.0" ?><coverage version="7.17" lines-valid="0" lines-covered="0" line-rate="1" '
        'branches-covered="0" branches-valid="0" branch-rate="1" complexity="0"><packages/></coverage>'
    )
    Path("coverage.json").write_text(
        json.dumps({**COVERAGE, "files": {}, "totals": {"covered_lines": 0, "num_statements": 0, "missing_lines": 0,
                    "excluded_lines": 0, "percent_covered": 100.0}})
    )  # fmt: skip
    for file in ("coverage.xml", "coverage.json"):
        for measure in ("lines", "branches"):
            query = f"{{source: Coverage, file: {file}, measure: {measure}}}"
            promise = f"name: spoilt, indicator: {query}, target: '> 90 %'"
            assert_not_passed(judge(criteria(promise, SOUND)))


def test_coverage_py_states_a_rate_that_its_lines_do_not_have() -> None:
    Path("coverage.xml").write_text(
        '<?xml version="1.0" ?><coverage line-rate="0.99" lines-valid="2" lines-covered="2"><packages>'
        '<package name="p"><classes><class name="a" filename="a.py">'
        '<lines><line number="1" hits="1"/><line number="2" hits="0"/></lines>'
        "</class></classes></package></packages></coverage>"
    )
    promise = "name: spoilt, indicator: {source: Coverage, file: coverage.xml}, target: '> 90 %'"
    assert_not_passed(judge(criteria(promise, SOUND)))


# CloudWatch's alarms


@pytest.mark.parametrize("treatment", ["missing", "ignore", "notBreaching", "breaching"])
@pytest.mark.parametrize("namespace", ["AWS/DynamoDB", "App"])
def test_cloudwatch_alarms_on_dynamodb_ignore_missing_data(
    simulator: Simulator, namespace: str, treatment: str
) -> None:
    """Alarms on AWS/DynamoDB keep their state, which is OK, over data that is missing."""
    query = metric("ThrottledRequests", "Sum", "unit: Count", namespace=namespace)
    rule = f"{{period: 1h, evaluationPeriods: 3, datapointsToAlarm: 3, treatMissingData: {treatment}}}"
    promise = f"name: spoilt, indicator: {query}, target: '<= 10', evaluation: {rule}"
    assert_not_passed(judge(criteria(promise, SOUND, window="3h")))


# The scripts that the shipped example replaces


def test_seed_a_share_of_450_percent(simulator: Simulator) -> None:
    """``count / 100 * 100``: 450 deliveries are 450 %, which is more than 98 %."""
    put_hour(simulator, "App", "Delivered", {}, "Count", [(450.0, 1)])
    put_hour(simulator, "App", "Asked", {}, "Count", [(100.0, 1)])
    share = f"{{good: {metric('Delivered', 'Sum', 'unit: Count')}, total: {metric('Asked', 'Sum', 'unit: Count')}}}"
    found = judge(criteria(f"name: spoilt, indicator: {share}, target: '> 98 %'", SOUND))
    assert_not_passed(found)
    assert found.code == 4


def test_seed_a_percentile_is_asked_as_a_basic_statistic(simulator: Simulator) -> None:
    """``--statistics p95`` is refused by the API, and the script read the empty answer as it was."""
    put_hour(simulator, "App", "Time", {}, "Seconds", [(1.0, 90), (9.0, 10)])
    found = judge(
        criteria(f"name: spoilt, indicator: {metric('Time', 'p95', 'unit: Seconds')}, target: '< 5 s'", SOUND)
    )
    assert (found.code, found.verdicts["spoilt"]["value"]["exact"]) == (1, "9")


def test_seed_the_first_datapoint_is_any_of_them(simulator: Simulator) -> None:
    """``Datapoints[0]`` of an unordered list is one period of many: here all but one are good."""
    put_hour(simulator, "App", "Errors", {}, "Count", [(0.0, 10)])
    simulator.put_counts("App", "Errors", {}, "Count", [(END - 1500, 50.0, 1)])
    promise = f"name: spoilt, indicator: {metric('Errors', 'Sum', 'unit: Count')}, target: '< 5'"
    found = judge(criteria(promise, SOUND))
    assert (found.code, found.verdicts["spoilt"]["value"]["exact"]) == (1, "50")


def test_seed_counting_ends_the_script_and_no_failure_is_seen() -> None:
    """``set -e`` with ``((PASSED++))`` ends at the first PASS: what comes after is never checked. Here a kept promise
    hides none after it, and the code is never a count."""
    missed = [
        SOUND.replace("name: sound", f"name: missed-{number}").replace("> 70", "> 80")
        for number in range(256)
    ]
    found = judge(criteria(SOUND, *missed))
    assert found.code == 1
    assert sum(outcome == "FAIL" for outcome in found.outcomes().values()) == 256


def test_seed_no_data_is_compared_as_text(simulator: Simulator) -> None:
    """``None`` makes ``bc`` fail, and what a failing comparison means is left to the shell."""
    promise = f"name: spoilt, indicator: {metric('Nothing', 'Average', 'unit: Seconds')}, target: '< 5 s'"
    assert_not_passed(judge(criteria(promise, SOUND)))


# Python


def process(*arguments: str, code: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code] if code else [sys.executable, "-m", "checker"]
    return subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)


def test_python_exit_256_and_exit_none_are_0() -> None:
    """``sys.exit(256)`` and ``sys.exit(None)`` end with 0: a code must be one of five, whatever is counted."""
    missed = [
        SOUND.replace("name: sound", f"name: missed-{number}").replace("> 70", "> 80")
        for number in range(256)
    ]
    judge(criteria(*missed))
    assert process("run", "slos", "-q").returncode == 1
    for command in (
        "return None",
        "return 256",
        "raise SystemExit(None)",
        "raise SystemExit(256)",
        "return 512",
    ):
        code = (
            "import sys; from checker import cli; from checker.cli import run\n"
            f"def execute(arguments): {command}\n"
            "run.execute = execute; sys.argv = ['checker', 'run']; cli.entry()"
        )
        assert process(code=code).returncode != 0, command


def test_python_an_exception_is_not_a_failed_promise_and_no_pass() -> None:
    """An uncaught exception ends with 1, which is the code of a missed promise; some are swallowed, and end with 0."""
    for raised in (
        "RuntimeError('x')",
        "KeyboardInterrupt",
        "MemoryError",
        "RecursionError",
        "GeneratorExit",
    ):
        code = (
            "import sys; from checker import cli; from checker.cli import run\n"
            f"def execute(arguments): raise {raised}\n"
            "run.execute = execute; sys.argv = ['checker', 'run']; cli.entry()"
        )
        assert process(code=code).returncode == 4, raised


def test_python_not_above_is_not_below(prometheus: Prometheus) -> None:
    """``not (nan > 500)`` is True."""
    assert not (math.nan > 500)
    assert_not_passed(prometheus.judge("NaN", "<= 500"))


def test_python_sorting_with_nan_is_wrong() -> None:
    """``sorted`` gives no order to a list that holds a NaN, and a percentile read from it is any of its values."""
    assert sorted([3.0, math.nan, 1.0]) != [1.0, 3.0]
    text = json.dumps(
        {
            "apiVersion": "checker/v1",
            "kind": "LoadTestResult",
            "startedAt": "2026-01-31T11:00:00Z",
            "endedAt": "2026-01-31T11:10:00Z",
            "requests": [{"name": "a", "durations": [9000, "NAN", 1, 1, 1], "unit": "ms", "errors": 0}],
        }
    )
    for literal in ("NaN", "1e999", '"NaN"'):
        Path("load.json").write_text(re.sub('"NAN"', literal, text))
        assert_not_passed(judge(criteria(LOAD % ("p50", "< 500 ms"), SOUND)))
