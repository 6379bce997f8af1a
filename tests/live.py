"""Run checker on the SecureBase example live, against AWS as simulated on this machine.

    python -m tests.live [--at TIME] [--record FILE]

CloudWatch, Logs Insights, Cost Explorer and STS are the project's
own simulator, DynamoDB is moto. All data is SYNTHETIC: made by
``tests/simulator/securebase.py`` and below. The command itself is the real one, as a process of its own, with
an unmodified boto3 that is told its endpoints by the environment; its clock stands at the moment that is simulated.

One answer is spoilt on purpose: CloudWatch has "not finished" the Slack deliveries. So the example shows what
a partial answer comes to.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.moto_server import moto_server
from tests.simulator import Simulator
from tests.simulator.securebase import load_securebase
from tests.simulator.securebase_build import write_results
from tests.simulator.securebase_operations import load_operations

EXAMPLE = "slos/securebase"
REGION = "us-east-1"
PORT = 8642
LAG = 300
ACTIVE, INACTIVE, WITH_REPORT = 180, 40, 103
"""Customers of the synthetic tables: active, inactive, and active ones who made a report in 30 days."""

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "synthetic-secret-key",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_DEFAULT_REGION": REGION,
}


@contextmanager
def securebase(at: int, port: int = 0) -> Iterator[dict[str, str]]:
    """SecureBase's AWS at the moment ``at``; gives the environment that leads boto3 there."""
    with simulated(at, port) as environment, tables(at, port and port + 1) as more:
        yield environment | more


@contextmanager
def simulated(at: int, port: int = 0) -> Iterator[dict[str, str]]:
    """All of it but DynamoDB."""
    with Simulator(now=at, port=port) as simulator:
        load_securebase(simulator, (at - LAG) // 300 * 300)
        load_operations(simulator, at)
        simulator.faults.add("PartialData", operation="GetMetricData", times=None, metric="slack")
        services = ("CLOUDWATCH", "CLOUDWATCH_LOGS", "COST_EXPLORER", "STS")
        yield CREDENTIALS | {f"AWS_ENDPOINT_URL_{service}": simulator.url for service in services}


@contextmanager
def tables(at: int, port: int = 0) -> Iterator[dict[str, str]]:
    """DynamoDB, with its customers and their reports."""
    with moto_server(port) as endpoint:
        _fill_tables(endpoint, at)
        yield CREDENTIALS | {"AWS_ENDPOINT_URL_DYNAMODB": endpoint}


def _fill_tables(endpoint: str, at: int) -> None:
    import boto3

    client = boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )
    now = datetime.fromtimestamp(at, UTC)
    customers = [
        {"customer_id": f"customer-{number:03}", "status": "active" if number < ACTIVE else "inactive"}
        for number in range(ACTIVE + INACTIVE)
    ]
    reports = [
        {
            "report_id": f"report-{number:04}",
            "customer_id": f"customer-{number % WITH_REPORT:03}",
            "created_at": (now - timedelta(days=number % 29, hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        for number in range(WITH_REPORT * 3)
    ]
    # What the scripted check counted too, and must not be: old reports, and those of customers who left.
    old = (now - timedelta(days=45)).strftime("%Y-%m-%dT%H:%M:%SZ")
    reports += [
        {"report_id": f"old-{number:03}", "customer_id": f"customer-{number:03}", "created_at": old}
        for number in range(WITH_REPORT, ACTIVE)
    ]
    reports += [
        {
            "report_id": f"left-{number:03}",
            "customer_id": f"customer-{ACTIVE + number:03}",
            "created_at": (now - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        for number in range(INACTIVE)
    ]
    _fill(client, "securebase-prod-customers", "customer_id", customers)
    _fill(client, "securebase-prod-reports", "report_id", reports)


def _fill(client: Any, table: str, key: str, items: list[dict[str, str]]) -> None:
    client.create_table(
        TableName=table,
        KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for begin in range(0, len(items), 25):
        puts = [
            {"PutRequest": {"Item": {name: {"S": value} for name, value in item.items()}}}
            for item in items[begin : begin + 25]
        ]
        client.batch_write_item(RequestItems={table: puts})


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--at", required=True, help="the moment to judge at, with a zone")
    parser.add_argument("--record", help="where to write the evidence")
    parser.add_argument("-f", "--format", action="append", default=[], help="passed on to checker")
    arguments = parser.parse_args()
    write_results(Path("out/securebase"))
    at = int(datetime.fromisoformat(arguments.at).timestamp())
    command = [sys.executable, "-m", "tests.at_moment", arguments.at, "run", EXAMPLE]
    command += ["--record", arguments.record] if arguments.record else []
    command += [f"--format={each}" for each in arguments.format]
    print("starting AWS as simulated on this machine (all data is synthetic) ...", flush=True)  # noqa: T201
    with securebase(at, PORT) as environment:
        return subprocess.run(command, env={**os.environ, **environment}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
