"""Faults of the bytes on their way: resets, bodies that break off, pages of HTML, slow answers, no server."""

from __future__ import annotations

import http.client
import json
import socket
import time
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError, ReadTimeoutError

WHOLE = {"a": [1, 2, 4], "b": [8, 16, 32]}


@pytest.mark.parametrize("kind", ["reset-before-headers", "reset-after-headers"])
def test_connections_that_are_reset(ask, series, simulator, kind):
    simulator.faults.add(kind)
    with pytest.raises(ConnectionClosedError):
        ask()
    assert series(ask()) == WHOLE


def test_a_reset_is_a_reset_and_not_an_orderly_end(simulator):
    simulator.faults.add("reset-before-headers")
    with pytest.raises(ConnectionResetError):
        urllib.request.urlopen(urllib.request.Request(simulator.url, b"Action=ListMetrics"), timeout=5)


def test_a_body_that_ends_too_soon(simulator):
    simulator.faults.add("truncated-body")
    with (
        urllib.request.urlopen(
            urllib.request.Request(simulator.url, b"Action=ListMetrics"), timeout=5
        ) as answer,
        pytest.raises(http.client.IncompleteRead),
    ):
        answer.read()


def test_answers_that_cannot_be_parsed(simulator):
    """On the wire, because what boto3 makes of them is its own affair and changes."""
    found = {}
    for kind in ("malformed-json", "empty-body", "wrong-content-type", "html"):
        simulator.faults.add(kind)
        headers = {"X-Amz-Target": "GraniteServiceVersion20100801.ListMetrics"}
        request = urllib.request.Request(simulator.url, b"{}", headers)
        try:
            with urllib.request.urlopen(request, timeout=5) as response:
                found[kind] = (response.status, response.headers["Content-Type"], response.read())
        except urllib.error.HTTPError as error:
            with error:
                found[kind] = (error.code, error.headers["Content-Type"], error.read())
    with pytest.raises(json.JSONDecodeError):
        json.loads(found["malformed-json"][2])
    assert found["empty-body"] == (200, "application/x-amz-json-1.0", b"")
    assert found["wrong-content-type"] == (200, "text/plain", b'{"Metrics":[]}')
    assert found["html"][:2] == (502, "text/html")
    assert found["html"][2].startswith(b"<html>")


@pytest.mark.parametrize("kind", ["empty-body", "malformed-json", "truncated-body"])
def test_to_boto3_a_broken_body_is_an_answer_with_nothing_in_it(ask, connect, simulator, kind):
    """A trap: with status 200 botocore neither raises nor retries; there are just no MetricDataResults."""
    simulator.faults.add(kind, times=None)
    assert "MetricDataResults" not in ask(connect(attempts=3))
    assert simulator.counts["GetMetricData"] == 1


def test_to_boto3_a_page_of_html_is_an_error_by_its_status_alone(ask, simulator):
    simulator.faults.add("html")
    simulator.faults.add("html", status=200)
    with pytest.raises(ClientError) as caught:
        ask()
    assert caught.value.response["Error"]["Code"] == "502"
    assert "MetricDataResults" not in ask()


def test_a_slow_answer(ask, series, connect, simulator):
    simulator.faults.add("slow", seconds=0.2)
    begun = time.monotonic()
    assert series(ask()) == WHOLE
    assert time.monotonic() - begun >= 0.2
    simulator.faults.add("slow", seconds=60)
    begun = time.monotonic()
    with pytest.raises(ReadTimeoutError):
        ask(connect(read_timeout=0.2))
    assert time.monotonic() - begun < 5


def test_a_stopped_server_refuses_connections(ask, series, simulator):
    simulator.close()
    with pytest.raises(EndpointConnectionError):
        ask()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(simulator.url.rsplit(":", 1)[1])), timeout=1)
    simulator.start()
    assert series(ask()) == WHOLE
