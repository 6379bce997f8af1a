"""A plan sends nothing, and says exactly what the run that follows it sends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from checker.cli import main
from checker.plan import price
from tests.live import EXAMPLE, securebase
from tests.simulator.securebase_build import write_results

ROOT = Path(__file__).parents[1]
AT = 1_769_861_130
TIME = "2026-01-31T12:05:30Z"

HEAD = "apiVersion: checker/v1\nkind: SuccessCriteria\nmetadata: {name: app}\nspec:\n  window: 30d\n  criteria:\n"


def plan(*arguments: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main(["plan", *arguments, "-f", "json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def test_its_requests_are_those_of_the_live_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    told = plan(EXAMPLE, "--at", TIME, capsys=capsys)
    write_results(ROOT / "out/securebase")
    evidence = tmp_path / "evidence.jsonl"
    with securebase(AT) as environment:
        command = [
            sys.executable,
            "-m",
            "checker",
            "run",
            EXAMPLE,
            "--at",
            TIME,
            "--record",
            str(evidence),
            "-q",
        ]
        subprocess.run(command, env={**os.environ, **environment}, check=False)
    sent = [json.loads(line)["request"] for line in evidence.read_text().splitlines()[1:]]
    counted = Counter(f"{each['source']} {each['operation']}" for each in sent)
    explained = {name: count for name, count in counted.items() if not name.endswith("ListMetrics")}
    assert told["calls"] == explained
    planned = sorted(json.dumps(each["parameters"], sort_keys=True) for each in told["requests"])
    assert planned == sorted(
        json.dumps(each["parameters"], sort_keys=True) for each in sent if each["operation"] != "ListMetrics"
    )


def test_it_connects_to_nothing(tmp_path: Path) -> None:
    """In a process that cannot open a socket and has no AWS library."""
    script = (
        "import socket, sys\n"
        "def refused(*_, **__): raise AssertionError('a socket was opened')\n"
        "socket.socket = socket.create_connection = socket.getaddrinfo = refused\n"
        "sys.modules['boto3'] = sys.modules['botocore'] = None\n"
        "from checker.cli import main\n"
        "sys.exit(main(['plan', 'slos']))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("PLAN for ")


def test_the_policy_grants_what_is_asked_and_no_more(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["plan", f"{EXAMPLE}", "--select", "phase-4/custom-report-adoption", "--iam"]) == 0
    policy = json.loads(capsys.readouterr().out)
    assert [each["Action"] for each in policy["Statement"]] == [["dynamodb:Scan"], ["dynamodb:Scan"]]
    assert all("securebase-prod-" in each["Resource"] for each in policy["Statement"])
    assert main(["plan", "slos/checker", "--iam"]) == 0
    assert json.loads(capsys.readouterr().out)["Statement"] == []


ROLE = "arn:aws:iam::111122223333:role/reader"
ASSUMED = """\
apiVersion: openslo/v1
kind: DataSource
metadata: {name: prod}
spec: {type: %s, connectionDetails: {region: eu-central-1, roleArn: "%s"}}
---
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: app}
spec:
  window: 1h
  criteria:
    - {name: one, indicator: {source: %s, dataSourceRef: prod, %s}, target: "< 5"}
"""


@pytest.mark.parametrize("role", [ROLE, "reader"])
@pytest.mark.parametrize(
    ("source", "query", "resource"),
    [
        ("DynamoDB", "table: orders", "arn:aws:dynamodb:eu-central-1:%s:table/orders"),
        (
            "CloudWatchLogs",
            "logGroups: [/shop], query: stats count(*) as all",
            "arn:aws:logs:eu-central-1:%s:log-group:/shop:*",
        ),
    ],
)
def test_a_role_has_to_be_assumed_and_tells_the_account(
    source: str, query: str, resource: str, role: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "app.yaml").write_text(ASSUMED % (source, role, source, query))
    assert main(["plan", str(tmp_path), "--iam"]) == 0
    statements = json.loads(capsys.readouterr().out)["Statement"]
    allowed = {str(each["Resource"]): each["Action"] for each in statements}
    assert allowed[role] == ["sts:AssumeRole"]
    assert resource % ("111122223333" if role == ROLE else "*") in allowed


def test_the_cost_is_the_sum_of_its_items(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    told = plan(EXAMPLE, "--select", "phase-3b/*", capsys=capsys)
    assert told["cost"]["items"] == [{"unit": "CloudWatch metric", "quantity": 11, "price": "0.00001"}]
    assert told["cost"]["known"] == "0.00011"
    # Nine statistics by five minutes over an hour, and two percentiles over all of it.
    assert told["expectedPoints"] == 9 * 12 + 2
    assert price("CostExplorer request") == price("CloudWatch metric") * 1000


def test_what_is_charged_at_least_is_known(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two requests to Cost Explorer: how many pages one of them has is not known, but that it is sent is."""
    monkeypatch.chdir(ROOT)
    told = plan(EXAMPLE, "--select", "operations/*cost*", capsys=capsys)
    charged = {each["unit"]: each["quantity"] for each in told["cost"]["items"]}
    assert told["calls"]["CostExplorer GetCostAndUsage"] == charged["CostExplorer request"] == 2
    assert charged["CostExplorer further page"] is None
    assert told["cost"]["known"] == "0.02"


def test_calls_stay_within_what_one_page_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """720 points a metric: 140 metrics fill the 100,800 points of a page."""
    (tmp_path / "app.yaml").write_text(
        HEAD
        + "".join(
            f"    - {{name: m{n}, indicator: {{source: CloudWatch, namespace: App, metricName: M{n}, stat: Sum}}, "
            "target: '< 5'}\n"
            for n in range(300)
        )
    )
    told = plan(str(tmp_path), capsys=capsys)
    sizes = [
        len(each["parameters"]["MetricDataQueries"])
        for each in told["requests"]
        if each["operation"] == "GetMetricData"
    ]
    assert sizes == [140, 140, 20]


def test_invalid_files_have_no_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "app.yaml").write_text(HEAD.replace("window", "windwo"))
    assert main(["plan", str(tmp_path)]) == 2
    assert "did you mean 'window'?" in capsys.readouterr().out


def test_what_needs_no_permission_and_has_no_points_says_nothing_of_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """'allowed nothing' would read as if nothing were allowed, and '0 points' as if nothing were asked."""
    monkeypatch.chdir(tmp_path)
    one = "    - name: queue\n      indicator: {source: %s}\n      target: '< 9'\n"
    Path("a.yaml").write_text(HEAD + one % "Prometheus, query: queue, reduce: max", encoding="utf-8")
    assert main(["plan", "a.yaml"]) == 0
    printed = capsys.readouterr().out
    assert printed.endswith("\nneeds     no AWS permission\n")
    assert "points" not in printed
    asked = "CloudWatch, namespace: Shop, metricName: Queue, stat: Maximum"
    Path("a.yaml").write_text(HEAD + one % asked, encoding="utf-8")
    assert main(["plan", "a.yaml"]) == 0
    printed = capsys.readouterr().out
    assert "\nneeds     cloudwatch:GetMetricData" in printed
    assert "\npoints    " in printed
