"""A sustained condition of log events: rows by the period are judged one by one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from checker.cli import main
from checker.sources.cloudwatch_logs import run
from tests.simulator import Simulator
from tests.sources.cloudwatch_logs_asking import AT, CREDENTIALS

POLICY = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: app}
spec:
  criteria:
    - name: slow
      indicator: {source: CloudWatchLogs, logGroups: [/aws/lambda/shop], unit: ms, column: p95, time: t,
                  combine: max, query: 'stats pct(@duration, 95) as p95 by bin(1h) as t'}
      target: "<= 500 ms"
      evaluation: {period: 1h, evaluationPeriods: 3, datapointsToAlarm: 2}
"""


@pytest.mark.parametrize(
    ("hours", "code", "measured"),
    [
        ({"08": "480", "09": "490", "10": "620"}, 0, "1 of 3"),
        ({"08": "480", "09": "620.5", "10": "620"}, 1, "2 of 3"),
        # The hour without events is missing, and the one before stands in for it.
        ({"06": "620", "08": "480", "10": "620"}, 1, "2 of 3"),
    ],
)
def test_each_row_is_a_period(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hours: dict[str, str], code: int, measured: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(run, "FIRST_WAIT", 0.01)
    (tmp_path / "slos").mkdir()
    (tmp_path / "slos" / "app.yaml").write_text(POLICY)
    with Simulator(now=AT) as simulator:
        for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": simulator.url}.items():
            monkeypatch.setenv(name, value)
        rows = [{"t": f"2026-01-31 {hour}:00:00.000", "p95": value} for hour, value in hours.items()]
        simulator.logs.answer("bin(1h)", rows)
        ended = main(["run", "--at", "2026-01-31T12:00:00Z", "-f", "json=report.json"])
    (verdict,) = json.loads((tmp_path / "report.json").read_text())["verdicts"]
    assert verdict["value"]["text"] == measured, verdict["reasons"]
    assert ended == code
