"""How an OpenSLO budget is spent, over which time, and which alerts watch it: which way an edit goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.diff.compare import compare
from checker.load.catalog import load

SLO = """\
apiVersion: openslo/v1
kind: SLO
metadata:
  name: up
  annotations: {checker/emptySlices: exclude}
spec:
  service: shop
  indicator:
    metadata: {name: probes}
    spec:
      ratioMetric:
        counter: true
        good:
          metricSource: {type: Prometheus, spec: {query: 'good_total{job="shop"}', reduce: increase}}
        total:
          metricSource: {type: Prometheus, spec: {query: 'all_total{job="shop"}', reduce: increase}}
  timeWindow:
    - duration: 1M
      isRolling: false
      calendar: {startTime: "2026-01-01 00:00:00", timeZone: UTC}
  budgetingMethod: Timeslices
  objectives:
    - target: 0.99
      timeSliceTarget: 0.95
      timeSliceWindow: 1m
  alertPolicies: [{kind: AlertPolicy, metadata: {name: fast}, spec: {alertWhenBreaching: true, conditions: [{kind:
    AlertCondition, metadata: {name: burns}, spec: {severity: page, condition: {kind: burnrate, op: gt, threshold: 14,
    lookbackWindow: 1h, alertAfter: 5m}}}], notificationTargets: [{targetRef: nobody}]}}]
---
apiVersion: openslo/v1
kind: AlertNotificationTarget
metadata: {name: nobody}
spec: {target: email}
"""


CALENDAR = SLO[SLO.index("    - duration: 1M") : SLO.index("  budgetingMethod")]
ALERTS = SLO[SLO.index("  alertPolicies") : SLO.index("---")]


@pytest.mark.parametrize(
    ("old", "new", "there", "back"),
    [
        ("timeSliceTarget: 0.95", "timeSliceTarget: 0.9", "loosened", "tightened"),
        ("emptySlices: exclude", "emptySlices: good", "loosened", "tightened"),
        ("emptySlices: exclude", "emptySlices: bad", "tightened", "loosened"),
        ("timeSliceWindow: 1m", "timeSliceWindow: 5m", "changed", "changed"),
        ("duration: 1M", "duration: 1Q", "changed", "loosened"),
        ("2026-01-01", "2026-01-02", "changed", "changed"),
        ("timeZone: UTC", "timeZone: Europe/Berlin", "changed", "changed"),
        ("target: 0.99\n", "target: 0.98\n", "loosened", "tightened"),
        ("good_total{", "fine_total{", "changed", "changed"),
        ("threshold: 14", "threshold: 20", "changed", "changed"),
        ("lookbackWindow: 1h", "lookbackWindow: 2h", "changed", "changed"),
        ("alertAfter: 5m", "alertAfter: 10m", "changed", "changed"),
        ("{target: email}", "{target: pager}", None, None),
        ("budgetingMethod: Timeslices", "budgetingMethod: RatioTimeslices", "changed", "changed"),
        (CALENDAR, "    - duration: 30d\n      isRolling: true\n", "loosened", "changed"),
        (ALERTS, "", "loosened", "tightened"),
        ("emptySlices: exclude", "emptySlices: exclude, checker/lookbacks: 1h", "tightened", "loosened"),
        ("0.99\n", "0.990\n", None, None),
    ],
)
def test_an_edit_goes_its_way(
    old: str, new: str, there: str | None, back: str | None, tmp_path: Path
) -> None:
    catalogs = []
    for number, text in enumerate((SLO, SLO.replace(old, new, 1))):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "slo.yaml").write_text(text, encoding="utf-8")
        catalogs.append(load([str(tmp_path / str(number))]))
        assert catalogs[-1].valid, catalogs[-1].findings
    assert SLO.replace(old, new, 1) != SLO
    for pair, direction in ((catalogs, there), (catalogs[::-1], back)):
        found = compare(*pair)
        assert [str(each.direction) for each in found] == ([] if direction is None else [direction])
        assert any(each.weaker for each in found) == (direction in ("loosened", "changed"))


@pytest.mark.parametrize(
    ("key", "base", "head"),
    [("timeSliceWindow", "1m", "5m"), ("budgetingMethod", "Timeslices", "RatioTimeslices")],
)
def test_another_way_to_spend_the_budget_is_told_by_its_key(
    key: str, base: str, head: str, tmp_path: Path
) -> None:
    catalogs = []
    for name, text in (("base", SLO), ("head", SLO.replace(f"{key}: {base}", f"{key}: {head}"))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "slo.yaml").write_text(text, encoding="utf-8")
        catalogs.append(load([str(tmp_path / name)]))
    (change,) = compare(*catalogs)
    (told,) = change.keys
    assert (told.key, told.base, told.head) == (key, base, head)
