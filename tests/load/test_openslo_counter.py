"""An OpenSLO ratio of ever-growing counters is refused where its queries would judge their lifetime."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.load.catalog import load

SLO = """\
apiVersion: openslo/v1
kind: SLO
metadata: {name: requests}
spec:
  service: shop
  indicator:
    metadata: {name: ratio}
    spec:
      ratioMetric:
        counter: %s
        good: {metricSource: {type: %s, spec: {%s}}}
        total: {metricSource: {type: %s, spec: {%s}}}
  timeWindow: [{duration: 7d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.99}]
"""
CLOUDWATCH = "namespace: Shop, metricName: Orders, stat: Sum, unit: Count"


@pytest.mark.parametrize(
    ("counter", "source", "query", "refused"),
    [
        ("true", "Prometheus", "query: http_requests", True),
        ("true", "Prometheus", "query: 'sum(http_requests)'", True),
        ("true", "Prometheus", "query: 'sum(increase(http_requests[{{.window}}]))'", False),
        ("true", "Prometheus", "query: http_requests, reduce: increase", False),
        ("false", "Prometheus", "query: 'count_over_time(up[7d])'", False),
        ("true", "CloudWatch", CLOUDWATCH, True),
        ("false", "CloudWatch", CLOUDWATCH, False),
    ],
)
def test_counter(counter: str, source: str, query: str, refused: bool, tmp_path: Path) -> None:
    (tmp_path / "slo.yaml").write_text(SLO % (counter, source, query, source, query))
    findings = [found for found in load([str(tmp_path)]).findings if found.rule == "counter"]
    assert len(findings) == (2 if refused else 0)
    for found in findings:
        assert found.location is not None
        assert found.location.line == 10
        assert "does not measure how much a counter grew" in found.message
