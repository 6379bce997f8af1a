"""The other versions of OpenSLO mean what they would mean as openslo/v1, and mistakes stand where they are written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.load.catalog import load
from checker.load.text.read_yaml import read_yaml
from checker.model import Catalog, Location, Objective
from tests.load.test_load_properties import GONE, REPLACEMENTS, mutated, places, plain
from tests.load.wording import complaint

V1 = """\
apiVersion: openslo/v1
kind: SLO
metadata: {name: answered}
spec:
  service: shop
  indicator:
    metadata: {name: answered}
    spec:
      ratioMetric:
        good: {metricSource: {type: Prometheus, spec: {query: 'sum(increase(good[{{.window}}]))'}}}
        total: {metricSource: {type: Prometheus, spec: {query: 'sum(increase(all[{{.window}}]))'}}}
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.99}]
"""
V1ALPHA = """\
apiVersion: openslo/v1alpha
kind: SLO
metadata: {name: answered}
spec:
  service: shop
  timeWindows: [{unit: Day, count: 28, isRolling: true}]
  budgetingMethod: Occurrences
  objectives:
    - target: 0.99
      value: 1
      ratioMetrics:
        incremental: false
        good: {source: Prometheus, queryType: promql, query: 'sum(increase(good[{{.window}}]))'}
        total: {source: Prometheus, queryType: promql, query: 'sum(increase(all[{{.window}}]))'}
"""
KUBERNETES = """\
apiVersion: openslo.com/v1
kind: SLO
metadata:
  name: answered
  namespace: shop
  labels: {label.osko.dev/team: infra}
  annotations: {osko.dev/datasourceRef: mimir}
spec:
  service: shop
  indicator:
    metadata: {name: answered}
    spec:
      ratioMetric:
        good: {metricSource: {type: Prometheus, spec: {query: 'sum(increase(good[{{.window}}]))'}}}
        total: {metricSource: {type: Prometheus, spec: {query: 'sum(increase(all[{{.window}}]))'}}}
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: "0.99"}]
status: {ready: "True"}
"""
V2ALPHA = """\
apiVersion: openslo.com/v2alpha
kind: SLO
metadata: {name: answered, labels: {example.com/team: infra}}
spec:
  service: shop
  sli:
    metadata: {name: answered}
    spec:
      ratioMetric:
        good: {dataSourceSpec: {type: Prometheus}, spec: {query: 'sum(increase(good[{{.window}}]))'}}
        total: {dataSourceSpec: {type: Prometheus}, spec: {query: 'sum(increase(all[{{.window}}]))'}}
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.99, labels: {tier: one}}]
"""
DIALECTS = {"v1alpha": V1ALPHA, "kubernetes": KUBERNETES, "v2alpha": V2ALPHA}


def loaded(tmp_path: Path, text: str, *, strict: bool = False) -> Catalog:
    file = tmp_path / "slo.yaml"
    file.write_text(text, encoding="utf-8")
    return load([str(file)], strict=strict)


def meaning(objective: Objective) -> dict[str, Any]:
    """What an objective says, but for where it is written and over which connection it is asked."""
    metrics = {
        name: query.model_dump(exclude={"dataSourceRef"})  # type: ignore[attr-defined]
        for name, query in objective.indicator.metrics
    }
    plain = objective._replace(
        location=Location("", 0, 0), indicator=objective.indicator._replace(metrics=())
    )
    return {"objective": plain, "metrics": metrics}


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_dialect_says_the_same(tmp_path: Path, dialect: str, strict: bool) -> None:
    (expected,) = loaded(tmp_path, V1).objectives
    found = loaded(tmp_path, DIALECTS[dialect], strict=strict)
    assert found.findings == ()
    (objective,) = found.objectives
    assert meaning(objective) == meaning(expected)


@pytest.mark.parametrize(
    ("dialect", "right", "wrong", "path", "message"),
    [
        ("v1alpha", "unit: Day", "unit: Fortnight", "spec.timeWindows[0].unit", "'Fortnight' is not a unit of a"),
        ("v1alpha", "count: 28", "count: 0", "spec.timeWindows[0].count", "0 is not a number of window units"),
        ("v1alpha", "target: 0.99", "target: 99", "spec.objectives[0].target", "99 is not between 0 and 1"),
        ("v1alpha", "{source: Prometheus, query", "{query", "spec.objectives[0].ratioMetrics.good",
         "the query names no source"),
        ("v1alpha", "        total: ", "        totl: ", "spec.objectives[0].ratioMetrics.totl", "unknown key 'totl'"),
        ("v1alpha", "timeWindows:", "timeWindow5:", "spec.timeWindow5", "unknown key 'timeWindow5'"),
        ("kubernetes", '"0.99"', '"much"', "spec.objectives[0].target", "'much' is not a number"),
        ("kubernetes", "duration: 28d", "duration: 28", "spec.timeWindow[0].duration", "28 has no unit"),
        ("v2alpha", "  sli:\n", "  sliRef: other\n  sli:\n", "spec", "exactly one of 'sli' and 'sliRef'"),
        ("v2alpha", "{dataSourceSpec: {type: Prometheus}", "{dataSourceRef: nowhere",
         "spec.sli.spec.ratioMetric.good.dataSourceRef", "there is no DataSource 'nowhere'"),
        ("v2alpha", "{dataSourceSpec:", "{dataSourceRef: a, dataSourceSpec:",
         "spec.sli.spec.ratioMetric.good.dataSourceSpec", "never both"),
        ("v2alpha", "{type: Prometheus}", "{type: Prometheus, connectionDetails: {url: ftp}}",
         "spec.sli.spec.ratioMetric.good.dataSourceSpec.connectionDetails.url", "not an http or https URL"),
    ],
)  # fmt: skip
def test_a_mistake_stands_where_it_is_written_in_the_words_of_the_file(
    tmp_path: Path, dialect: str, right: str, wrong: str, path: str, message: str
) -> None:
    text = DIALECTS[dialect]
    assert right in text
    broken = text.replace(right, wrong, 1)
    findings = [finding for finding in loaded(tmp_path, broken).findings if finding.level == "error"]
    assert path in [finding.path for finding in findings], findings
    (finding,) = [finding for finding in findings if finding.path == path]
    assert message in finding.message
    assert finding.location is not None
    line = broken[: broken.index(wrong)].count("\n") + 1
    assert finding.location.line - line in (-1, 0, 1)


def test_objectives_that_measure_different_things_become_slos_of_their_own(tmp_path: Path) -> None:
    ratios = V1ALPHA.partition("  objectives:\n")[2]
    found = loaded(tmp_path, V1ALPHA + ratios.replace("0.99", "0.9").replace("good[", "fine["))
    assert found.findings == ()
    assert [objective.name for objective in found.objectives] == ["answered-1", "answered-2"]
    targets = [objective.target.text for objective in found.objectives]
    assert targets == [">= 99 %", ">= 90 %"]


def test_a_threshold_of_v1alpha_keeps_its_comparison(tmp_path: Path) -> None:
    head, _, _ = V1ALPHA.partition("  objectives:\n")
    indicator = "  indicator: {thresholdMetric: {source: Prometheus, queryType: promql, query: latency}}\n"
    objectives = "  objectives: [{displayName: fast, op: lt, value: 2, target: 0.99}]\n"
    found = loaded(tmp_path, head + indicator + objectives)
    assert found.findings == ()
    (objective,) = found.objectives
    assert objective.indicator.form == "threshold"
    assert objective.indicator.condition is not None
    assert objective.indicator.condition.text == "< 2"


def test_slices_of_v1alpha_last_a_minute_and_say_so(tmp_path: Path) -> None:
    text = V1ALPHA.replace("Occurrences", "Timeslices").replace("value: 1", "timeSliceTarget: 0.95")
    found = loaded(tmp_path, text)
    (finding,) = [each for each in found.findings if each.level == "warning"]
    assert "read as one minute" in finding.message
    assert [objective.budgeting.slice for objective in found.objectives] == [60]


def test_a_data_source_inside_a_query_is_a_connection(tmp_path: Path) -> None:
    inside = "{type: Prometheus, connectionDetails: {url: 'http://one.example'}}"
    found = loaded(tmp_path, V2ALPHA.replace("{type: Prometheus}", inside, 1))
    (objective,) = found.objectives
    good = dict(objective.indicator.metrics)["good"]
    assert found.connections[good.dataSourceRef or ""].details == (("url", "http://one.example"),)


def test_a_datasource_of_a_cluster_is_a_data_source(tmp_path: Path) -> None:
    text = """\
apiVersion: openslo.com/v1
kind: Datasource
metadata: {name: mimir-infra-ds}
spec: {type: mimir, connectionDetails: {address: "http://localhost:9009/", sourceTenants: [a, b]}}
---
""" + KUBERNETES.replace(
        "{metricSource: {type: Prometheus, ", "{metricSource: {metricSourceRef: mimir-infra-ds, "
    )
    found = loaded(tmp_path, text)
    assert found.valid
    assert {finding.rule for finding in found.findings} == {"unspoken-source"}
    assert all("write type: Prometheus" in finding.remedy for finding in found.findings)
    assert len(found.objectives) == 1


@pytest.mark.parametrize("kind", ["SLOs", "DataSource"])
def test_a_kind_that_the_dialect_does_not_have_is_told(tmp_path: Path, kind: str) -> None:
    found = loaded(tmp_path, V1ALPHA.replace("kind: SLO", f"kind: {kind}"))
    assert not found.valid
    assert "openslo/v1alpha" in found.findings[0].message


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_change_of_a_document_makes_reading_it_raise(tmp_path: Path, dialect: str, strict: bool) -> None:
    """Every node, in turn, is removed, and replaced by a value of some type."""
    documents, _ = read_yaml(DIALECTS[dialect].encode(), "slo.yaml")
    data = plain(documents[0].data)
    refused = 0
    for count, path in enumerate(places(data)):
        for value in (GONE, REPLACEMENTS[count % len(REPLACEMENTS)]):
            found = loaded(tmp_path, json.dumps(mutated(data, path, value)), strict=strict)
            assert all(finding.location is not None and not complaint(finding) for finding in found.findings)
            refused += not found.valid
    assert refused > 20
