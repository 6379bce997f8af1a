"""From a service to a verdict: Prometheus scrapes the simulator while that is used, and an SLO is judged by it.

The simulator counts its own requests; some of them are made to fail. The same SLO's exported rules run in the same
Prometheus.
"""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from checker.cli import main
from tests.prometheus import MISSING, running
from tests.simulator import Simulator

pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)

CALLS, REFUSED = 40, 2

SLO = """\
apiVersion: openslo/v1
kind: SLO
metadata:
  name: simulator-{window}
  annotations:
    # The simulator has not run for the whole window.
    checker/minCoverage: 1 %
    checker/owner: tests
spec:
  service: simulator
  indicator:
    metadata: {{name: refusals-{window}}}
    spec:
      ratioMetric:
        counter: true
        bad:
          metricSource:
            type: Prometheus
            spec: {{query: 'simulator_refusals_total{{operation="ListMetrics"}}', reduce: increase, period: {period}}}
        total:
          metricSource:
            type: Prometheus
            spec: {{query: 'simulator_requests_total{{operation="ListMetrics"}}', reduce: increase, period: {period}}}
  timeWindow: [{{duration: {window}, isRolling: true}}]
  budgetingMethod: Occurrences
  objectives: [{{target: 0.99}}, {{target: 0.9}}]
"""

CONFIG = """\
global: {{scrape_interval: 250ms, evaluation_interval: 500ms}}
rule_files: [{rules}]
scrape_configs:
  - job_name: simulator
    metrics_path: /_simulator/metrics
    static_configs: [targets: ['{target}']]
"""


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator() as started:
        yield started


def value(url: str, query: str) -> float | None:
    """The one value of a query now; None while there is none."""
    with urllib.request.urlopen(f"{url}/api/v1/query?{urlencode({'query': query})}", timeout=5) as answer:
        result = json.load(answer)["data"]["result"]
    return float(result[0]["value"][1]) if result else None


def wait_until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def use(simulator: Simulator) -> None:
    """Calls the simulator as a client would; some of the calls are refused."""
    client = boto3.client(
        "cloudwatch",
        endpoint_url=simulator.url,
        region_name="us-east-1",
        aws_access_key_id="synthetic",
        aws_secret_access_key="synthetic",
        config=Config(retries={"total_max_attempts": 1}),
    )
    refused = 0
    simulator.faults.add("internal", operation="ListMetrics", times=REFUSED)
    for _ in range(CALLS):
        try:
            client.list_metrics()
        except ClientError:
            refused += 1
    assert refused == REFUSED


def test_a_scraped_service_is_judged(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for window, period in (("1m", "1s"), ("30d", "5m")):
        file = tmp_path / "slos" / f"{window}.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(SLO.format(window=window, period=period), encoding="utf-8")
    rules = tmp_path / "rules.yaml"
    assert main(["export", "prometheus", str(tmp_path / "slos/30d.yaml"), "-o", str(rules)]) == 0
    # A counter that is not there yet has nothing to grow from.
    simulator.counts["ListMetrics"] = 0
    config = CONFIG.format(rules=rules, target=urlsplit(simulator.url).netloc)
    (tmp_path / "prometheus").mkdir()
    with running(tmp_path / "prometheus", {}, config) as url:
        counted = 'simulator_requests_total{operation="ListMetrics"}'
        wait_until(lambda: value(url, counted) == 0, "Prometheus does not scrape the simulator")
        # The values are asked at whole seconds: the first one has to lie before anything happens.
        time.sleep(1.1)
        use(simulator)
        wait_until(lambda: value(url, counted) == CALLS, "Prometheus does not see the calls")
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 1))
        verdicts = judged(tmp_path, url, at, monkeypatch)
        ratio = 'slo:errors:ratio_rate5m{slo="simulator-30d/1"}'
        wait_until(lambda: 0.02 < (value(url, ratio) or 0) < 0.1, "the exported rules record no error ratio")
        assert value(url, 'slo:objective:ratio{slo="simulator-30d/1"}') == 0.99
    missed, kept = verdicts["simulator-1m/1"], verdicts["simulator-1m/2"]
    assert (missed["outcome"], kept["outcome"]) == ("FAIL", "PASS")
    for verdict in (missed, kept):
        assert (verdict["good"]["exact"], verdict["total"]["exact"]) == (str(CALLS - REFUSED), str(CALLS))
        assert verdict["value"]["text"] == "95 %"
    assert missed["budget"]["spent"]["exact"] == "5"
    assert "wrote 2 promises" in capsys.readouterr().err


def judged(folder: Path, url: str, at: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The verdicts of a live run, by promise."""
    for name in ("PROMETHEUS_TOKEN", "PROMETHEUS_HOSTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PROMETHEUS_URL", url)
    report = folder / "report.json"
    assert main(["run", str(folder / "slos/1m.yaml"), "--at", at, "-f", f"json={report}"]) == 1
    verdicts = json.loads(report.read_text(encoding="utf-8"))["verdicts"]
    return {verdict["objective"]["name"]: verdict for verdict in verdicts}
