"""Stand-ins for AWS, each in a process of its own, so that the commands under test share no interpreter with it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "synthetic-secret-key",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_DEFAULT_REGION": "us-east-1",
}


@contextmanager
def serving(module: str, arguments: Sequence[str]) -> Iterator[str]:
    """Runs ``python -m module`` until the block ends; gives the first line it prints."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline().strip()
        if not line:
            raise RuntimeError(f"{module} ended with {process.wait()} before it served")
        yield line
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


def cloudwatch_at(url: str) -> dict[str, str]:
    """The environment that leads boto3 and the AWS CLI to a simulator."""
    return {**CREDENTIALS, "AWS_ENDPOINT_URL_CLOUDWATCH": url, "AWS_ENDPOINT_URL_STS": url}


def requests(url: str) -> dict[str, int]:
    """How many requests of each operation the simulator has answered since it was last asked to forget."""
    answer: dict[str, Any] = json.loads(_ask(url, "GET", "/_simulator/requests", b"", {}))
    return dict(answer["counts"])


def forget_requests(url: str) -> None:
    _ask(url, "DELETE", "/_simulator/requests", b"", {})


def get_metric_data(url: str, parameters: Any) -> bytes:
    """The raw answer to one GetMetricData request: what the server takes, without a client's parsing."""
    headers = {
        "X-Amz-Target": "GraniteServiceVersion20100801.GetMetricData",
        "Content-Type": "application/x-amz-json-1.0",
    }
    return _ask(url, "POST", "/", json.dumps(parameters).encode(), headers)


def _ask(url: str, method: str, path: str, body: bytes, headers: dict[str, str]) -> bytes:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=60)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        content = response.read()
        if response.status != 200:
            raise RuntimeError(f"{method} {path}: {response.status} {content[:500]!r}")
        return content
    finally:
        connection.close()
