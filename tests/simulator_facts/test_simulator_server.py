"""The simulator as a process to start, stop, ask from outside and measure with."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import boto3
import pytest

from tests.simulator import Simulator

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def control(simulator):
    """Asks the control path; gives the status and the parsed answer."""
    connection = http.client.HTTPConnection(simulator.url.removeprefix("http://"), timeout=5)

    def control(method, path, value=None):
        connection.request(method, f"/_simulator/{path}", json.dumps(value) if value is not None else None)
        response = connection.getresponse()
        return response.status, json.loads(response.read())

    yield control
    connection.close()


def test_requests_are_counted_and_logged(client, simulator, query):
    client.get_metric_data(MetricDataQueries=[query()], StartTime=0, EndTime=60)
    client.list_metrics(Namespace="Shop")
    client.list_metrics()
    assert simulator.counts == {"GetMetricData": 1, "ListMetrics": 2}
    first, second, _ = simulator.requests
    assert first.parameters["MetricDataQueries"][0]["Id"] == "q"
    assert (second.operation, second.parameters) == ("ListMetrics", {"Namespace": "Shop"})
    assert (second.region, second.access_key) == ("eu-central-1", "AKIDEXAMPLE")


def test_the_control_path_sets_faults_and_tells_what_was_asked(client, control):
    fault = {"kind": "throttling", "operation": "ListMetrics", "times": 2, "skip": 1}
    assert control("POST", "faults", fault) == (200, {})
    assert control("GET", "faults") == (200, [{**fault, "metric": None, "options": {}}])
    client.list_metrics(MetricName="M")
    with pytest.raises(client.exceptions.ClientError, match="Throttling"):
        client.list_metrics()
    assert control("GET", "faults")[1][0]["times"] == 1
    assert control("DELETE", "faults") == (200, {})
    client.list_metrics()
    status, told = control("GET", "requests")
    assert (status, told["counts"]) == (200, {"ListMetrics": 3})
    assert told["requests"][0]["parameters"] == {"MetricName": "M"}
    control("DELETE", "requests")
    assert control("GET", "requests")[1] == {"counts": {}, "requests": []}


def test_the_control_path_publishes(control, read, simulator):
    points = [[simulator.now - 60, 1.0], [simulator.now - 60, 2.0]]
    row = {"namespace": "AWS/X", "metric": "M", "dimensions": {"A": "b"}, "unit": "Count", "points": points}
    assert control("POST", "metrics", row) == (200, {})
    sets = [[simulator.now - 60, 3, 6.0, 1.0, 3.0]]
    assert control("POST", "metrics", {**row, "points": [], "statistics": sets})[0] == 200
    assert read(metric=("AWS/X", "M"), dimensions={"A": "b"}) == [(simulator.now - 60, 9.0)]


@pytest.mark.parametrize(
    ("method", "path", "value", "status", "said"),
    [
        ("POST", "faults", {"kind": "gremlins"}, 400, "no fault is called 'gremlins'"),
        ("POST", "faults", {}, 400, "missing"),
        ("POST", "faults", [], 400, "must be a JSON object"),
        ("POST", "metrics", {"metric": "M"}, 400, "namespace and metric must be text"),
        ("POST", "metrics", {"namespace": "N", "metric": "M"}, 400, "points or statistics"),
        (
            "POST",
            "metrics",
            {"namespace": "N", "metric": "M", "points": [3]},
            400,
            "points are [time, value]",
        ),
        ("POST", "metrics", {"namespace": "N", "metric": "M", "pints": []}, 400, "unknown field pints"),
        ("POST", "metrics", {"namespace": "N", "metric": "M", "points": [[1, 2]], "unit": "x"}, 400, "'x'"),
        ("GET", "nothing", None, 404, "is not there"),
    ],
)
def test_what_the_control_path_cannot_do_it_says(control, method, path, value, status, said):
    answer = control(method, path, value)
    assert answer[0] == status
    assert said in answer[1]["error"]


def test_every_answer_waits_for_the_latency(client, simulator):
    client.list_metrics()
    simulator.latency = 0.1
    begun = time.monotonic()
    client.list_metrics()
    assert time.monotonic() - begun >= 0.1


def test_many_threads_share_a_client(connect, simulator, query):
    simulator.put("Shop", "Orders", {}, "Count", [(simulator.now - 60, 5.0)])
    client = connect(max_pool_connections=8)
    found = []

    def ask():
        for _ in range(5):
            window = {"StartTime": simulator.now - 60, "EndTime": simulator.now}
            answer = client.get_metric_data(MetricDataQueries=[query()], **window)
            found.append(answer["MetricDataResults"][0]["Values"])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[5.0]] * 40


def test_connections_are_kept_alive(simulator):
    connection = http.client.HTTPConnection(simulator.url.removeprefix("http://"), timeout=5)
    for _ in range(3):
        connection.request("POST", "/", "{}", {"X-Amz-Target": "GraniteServiceVersion20100801.ListMetrics"})
        assert connection.getresponse().read() == b'{"Metrics":[]}'
        kept = connection.sock
        assert kept is not None
    connection.close()


def test_closing_leaves_nothing_open(simulator):
    """Connections that clients keep open are ended, threads are joined, the port is free."""
    before = threading.active_count()
    connections = [
        http.client.HTTPConnection(simulator.url.removeprefix("http://"), timeout=5) for _ in range(3)
    ]
    for connection in connections:
        connection.request("GET", "/_simulator/faults")
        connection.getresponse().read()
    assert threading.active_count() > before
    simulator.close()
    simulator.close()
    assert threading.active_count() < before
    for connection in connections:
        connection.close()
    with Simulator(port=int(simulator.url.rsplit(":", 1)[1])) as other:
        assert other.url == simulator.url


def test_a_port_that_is_taken_is_an_error(simulator):
    with pytest.raises(OSError, match="in use"):
        Simulator(port=int(simulator.url.rsplit(":", 1)[1])).start()


def run(*arguments):
    command = [sys.executable, "-W", "error", "-m", "tests.simulator", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, **pipes)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_serves_until_interrupted(tmp_path, number):
    rows = tmp_path / "rows.jsonl"
    row = {"namespace": "Shop", "metric": "Orders", "unit": "Count", "points": [[1_779_998_340, 4.0]]}
    rows.write_text(json.dumps(row) + "\n\n", encoding="utf-8")
    with run("--load", str(rows), "--now", "1779998400", "--account", "210987654321") as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        keys = {"aws_access_key_id": "A", "aws_secret_access_key": "b", "region_name": "us-east-1"}
        client = boto3.client("cloudwatch", endpoint_url=url, **keys)
        window = {"StartTime": 1_779_998_340, "EndTime": 1_779_998_400, "Period": 60}
        answer = client.get_metric_statistics(
            Namespace="Shop", MetricName="Orders", Statistics=["Sum"], **window
        )
        client.close()
        process.send_signal(number)
        errors = process.communicate(timeout=10)[1]
    assert answer["Datapoints"][0]["Sum"] == 4.0
    assert (process.returncode, errors) == (0, "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "rows.jsonl:2: Expecting property name"),
        ("[]", "rows.jsonl:2: not a JSON object"),
        ('{"namespace": "N"}', "rows.jsonl:2: namespace and metric must be text"),
    ],
)
def test_a_file_that_cannot_be_loaded_is_named_with_its_line(tmp_path, text, said):
    rows = tmp_path / "rows.jsonl"
    rows.write_text("\n" + text, encoding="utf-8")
    with run("--load", str(rows)) as process:
        output, errors = process.communicate(timeout=10)
    assert (process.returncode, output) == (2, "")
    assert said in errors
    assert "Traceback" not in errors
