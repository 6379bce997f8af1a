"""What real OpenSLO files get wrong: read as it is meant with a warning that names the mend, or strictly refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.cli import main
from checker.load.catalog import load
from checker.model import Catalog, Finding
from tests.load.wording import complaint

SLO = """\
apiVersion: openslo/v1
kind: SLO
metadata: {name: answered}
spec:
  service: shop
  indicator:
    metadata: {name: requests}
    spec:
      ratioMetric:
        good: {metricSource: {type: CloudWatch, spec: {namespace: Shop, metricName: Good, stat: Sum}}}
        total: {metricSource: {type: CloudWatch, spec: {namespace: Shop, metricName: All, stat: Sum}}}
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.99}]
"""
ALERT = """\
apiVersion: openslo/v1
kind: AlertCondition
metadata: {name: fast-burn}
spec:
  severity: page
  condition: {kind: burnrate, op: gte, threshold: 14.4, lookbackWindow: 1h, alertAfter: 5m}
"""
SLI = """\
apiVersion: openslo/v1
kind: SLI
metadata: {name: latency}
spec:
  thresholdMetric:
    metricSource:
      metricSourceRef: production
      spec: {namespace: Shop, metricName: Latency, stat: Maximum, dimensions: {Page: home}}
---
apiVersion: openslo/v1
kind: DataSource
metadata: {name: production}
spec: {type: CloudWatch, connectionDetails: {region: eu-central-1}}
"""
POLICY = """\
apiVersion: openslo/v1
kind: AlertPolicy
metadata: {name: page}
spec:
  alertWhenBreaching: true
  conditions: [{conditionRef: fast-burn}]
  notificationTargets: [{targetRef: on-call}]
---
apiVersion: openslo/v1
kind: AlertNotificationTarget
metadata: {name: on-call}
spec: {target: email}
---
"""


def loaded(tmp_path: Path, text: str, *, strict: bool = False) -> Catalog:
    file = tmp_path / "slo.yaml"
    file.write_text(text, encoding="utf-8")
    return load([str(file)], strict=strict)


def told(finding: Finding) -> tuple[int, str, str]:
    assert finding.location is not None
    assert not complaint(finding)
    return finding.location.line, finding.path, finding.remedy


@pytest.mark.parametrize(
    ("text", "right", "wrong", "where", "remedy"),
    [
        (SLO, "name: answered", "name: AnsweredRequests", "metadata.name", "write it as in 'answered-requests'"),
        (SLO, "{target: 0.99}", '{target: "0.99"}', "spec.objectives[0].target", "remove the quotes"),
        (SLO, "{target: 0.99}", "{target: 0.99, op: gt}", "spec.objectives[0].op", "remove it"),
        (SLO, "Occurrences", "occurrences", "spec.budgetingMethod", "write Occurrences"),
        (SLO, ", isRolling: true", "", "spec.timeWindow[0]", "add isRolling: true"),
        (SLO, "isRolling: true", 'isRolling: "true"', "spec.timeWindow[0].isRolling", "remove the quotes"),
        (SLO, "28d", "28 days", "spec.timeWindow[0].duration", "write 28d"),
        (SLO, "[{duration: 28d, isRolling: true}]", "{duration: 28d, isRolling: true}", "spec.timeWindow",
         "write '- ' before it"),
        (SLO, "name: answered}", "name: answered, namespace: shop}", "metadata.namespace", "remove it"),
        (SLO, "name: answered}", "name: answered, labels: {a/b: c}}", "metadata.labels.a/b", "write it with letters"),
        (SLO, "0.99}]\n", "0.99}]\n  alertPolicies:\n", "spec.alertPolicies", "remove it"),
        (SLO, "    metadata: {name: requests}\n", "", "spec.indicator", "add metadata: {name: …}"),
        (ALERT, "op: gte", "operator: gte", "spec.condition.operator", "write op"),
        (ALERT, "op: gte", 'op: ">="', "spec.condition.op", "write gte"),
        (ALERT, "op: gte, ", "", "spec.condition", "add op: gte"),
        (ALERT, "kind: burnrate", "kind: burnRate", "spec.condition.kind", "write burnrate"),
        (ALERT, "14.4", '"14.4"', "spec.condition.threshold", "remove the quotes"),
        (POLICY + ALERT, "{conditionRef: fast-burn}", "fast-burn", "spec.conditions[0]",
         "write conditionRef: fast-burn"),
        (POLICY + ALERT, "{conditionRef: fast-burn}", "{conditionRef: fast-burn, operator: and}",
         "spec.conditions[0].operator", "remove it"),
        (POLICY + ALERT, "{targetRef: on-call}", "on-call", "spec.notificationTargets[0]", "write targetRef: on-call"),
    ],
)  # fmt: skip
def test_a_departure_is_a_warning_with_its_mend_and_an_error_if_strict(
    tmp_path: Path, text: str, right: str, wrong: str, where: str, remedy: str
) -> None:
    assert right in text
    assert loaded(tmp_path, text, strict=True).findings == ()
    departing = text.replace(right, wrong, 1)
    lenient = loaded(tmp_path, departing)
    assert lenient.valid
    warnings = [finding for finding in lenient.findings if finding.rule == "openslo"]
    line = departing[: departing.index(wrong)].count("\n") + 1 if wrong else None
    for finding in warnings[:1]:
        told_line, path, told_remedy = told(finding)
        assert path.endswith(where)
        assert told_remedy.startswith(remedy)
        assert line is None or abs(told_line - line) <= 1
    assert warnings
    strict = loaded(tmp_path, departing, strict=True)
    assert not strict.valid
    assert [(f.message, f.location, f.level) for f in strict.findings if f.rule == "openslo"] == [
        (f.message, f.location, "error") for f in warnings
    ]
    assert [objective.target for objective in lenient.objectives] == [
        objective.target for objective in loaded(tmp_path, text).objectives
    ]


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize(
    ("text", "right", "wrong", "where", "remedy"),
    [
        (SLI, "type: CloudWatch", "type: cloudwatch", "spec.type", "write CloudWatch"),
        (SLI, "{region: eu-central-1}", "[region: eu-central-1]", "spec.connectionDetails", "write them without '- '"),
        (SLI, "{region: eu-central-1}", "{accessKeyID: abc}", "spec.connectionDetails.accessKeyID",
         "remove it, and rotate the secret"),
        (SLI, "{Page: home}", "[{name: Page, value: home}]",
         "spec.thresholdMetric.metricSource.spec.dimensions", "write {Page: …}"),
        (SLI, "stat: Maximum", "stat: Maximum, region: us-east-1",
         "spec.thresholdMetric.metricSource.spec.region", "write it in the DataSource 'production'"),
    ],
)  # fmt: skip
def test_what_openslo_leaves_to_sources_is_a_warning_in_either_case(
    tmp_path: Path, text: str, right: str, wrong: str, where: str, remedy: str, strict: bool
) -> None:
    assert right in text
    found = loaded(tmp_path, text.replace(right, wrong, 1), strict=strict)
    assert found.valid
    (finding,) = found.findings
    assert finding.level == "warning"
    _, path, told_remedy = told(finding)
    assert path == where
    assert told_remedy.startswith(remedy)
    assert "abc" not in str(found.connections)


def test_a_query_that_names_its_region_is_asked_there(tmp_path: Path) -> None:
    """Over the connection of its DataSource otherwise; one without a DataSource too."""
    here = "namespace: Shop, metricName: Good, stat: Sum"
    slo = SLO.replace(here, f"{here}, region: us-east-1").replace(
        "type: CloudWatch, spec: {namespace: Shop, metricName: All",
        "metricSourceRef: production, spec: {region: us-west-2, namespace: Shop, metricName: All",
    )
    source = SLI.partition("---\n")[2].replace("region:", "profile: sre, region:")
    found = loaded(tmp_path, slo + "---\n" + source)
    assert found.valid
    (objective,) = found.objectives
    regions = {
        name: dict(found.connections[query.dataSourceRef or ""].details)
        for name, query in objective.indicator.metrics
    }
    assert regions == {
        "good": {"region": "us-east-1"},
        "total": {"region": "us-west-2", "profile": "sre"},
    }


@pytest.mark.parametrize(
    ("text", "right", "wrong", "rule", "remedy"),
    [
        (SLO, "28d, isRolling: true", "1m, isRolling: true", "window-of-minutes", "write 1M if months are meant"),
        (SLO, "0.99}", "0.99, timeSliceWindow: 1m}", "no-effect", "remove it"),
        (SLO, "0.99}", "0.99, compositeWeight: 2}", "no-effect", "remove it"),
        (SLO, "Occurrences\n  objectives: [{", "RatioTimeslices\n  objectives: [{timeSliceWindow: 5, ",
         "no-unit", "write 5m"),
        (ALERT, "op: gte", "op: lte", "inverted-alert", "write op: gte"),
        (POLICY + ALERT, "Breaching: true", "Breaching: false", "no-alert", "add alertWhenBreaching: true"),
    ],
)  # fmt: skip
def test_what_is_valid_and_hardly_meant_is_a_warning(
    tmp_path: Path, text: str, right: str, wrong: str, rule: str, remedy: str
) -> None:
    assert right in text
    for strict in (False, True):
        found = loaded(tmp_path, text.replace(right, wrong, 1), strict=strict)
        (finding,) = [each for each in found.findings if each.rule == rule]
        assert finding.level == "warning"
        assert told(finding)[2].startswith(remedy)


def test_a_burn_rate_that_the_target_never_reaches_is_told(tmp_path: Path) -> None:
    policy = "  alertPolicies: [{alertPolicyRef: page}]\n---\n"
    slo = SLO.replace("0.99}", "0.9}") + policy + POLICY + ALERT
    (finding,) = loaded(tmp_path, slo).findings
    assert "can never fire" in finding.message
    assert loaded(tmp_path, SLO + policy + POLICY + ALERT).findings == ()


UNSPOKEN = SLO.replace("type: CloudWatch", "type: Datadog")


def test_a_source_that_is_not_spoken_is_valid_and_inconclusive_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "slo.yaml"
    file.write_text(UNSPOKEN, encoding="utf-8")
    for options in ([], ["--strict"]):
        assert main(["validate", str(file), *options]) == 0
        assert "checker cannot query Datadog" in " ".join(capsys.readouterr().out.split())
        assert main(["run", str(file), *options]) == 3
        told = " ".join(capsys.readouterr().out.split())
        assert "INCONCLUSIVE" in told
        assert "measured by Datadog, which checker cannot query" in told


def test_it_is_inconclusive_even_where_no_data_is_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    annotated = "name: answered, annotations: {checker/noData: fail}"
    file = tmp_path / "slo.yaml"
    file.write_text(UNSPOKEN.replace("name: answered", annotated), encoding="utf-8")
    assert main(["run", str(file)]) == 3
    assert main(["plan", str(file)]) == 0


def test_a_source_that_is_nearly_spoken_is_a_mistake(tmp_path: Path) -> None:
    found = loaded(tmp_path, SLO.replace("type: CloudWatch", "type: CloudWach"))
    assert {finding.remedy for finding in found.findings} == {"did you mean 'CloudWatch'?"}
    assert not found.valid


def test_bands_are_annotations(tmp_path: Path) -> None:
    banded = SLO.replace("name: answered", "name: answered, annotations: {checker/critical: '< 95 %'}")
    (objective,) = loaded(tmp_path, banded).objectives
    assert objective.critical is not None
    assert objective.critical.text == "< 95 %"
    wrong = loaded(tmp_path, banded.replace("< 95 %", "> 99.5 %")).findings
    assert [finding.path for finding in wrong] == ["metadata.annotations.checker/critical"]


@pytest.mark.parametrize(
    ("key", "heard"),
    [
        ("minSamples", False),
        ("checker.io/minCoverage", False),
        ("checker/minSamples", True),
        ("example.com/minSamples", True),
        ("owner", True),
    ],
)
def test_an_annotation_that_lacks_its_prefix_is_told(tmp_path: Path, key: str, heard: bool) -> None:
    """What should make a promise stricter is not heard, and nothing else would say so."""
    text = SLO.replace("name: answered}", f'name: answered, annotations: {{{key}: "1000"}}}}')
    found = [finding for finding in loaded(tmp_path, text).findings if finding.rule == "no-effect"]
    remedies = [told(finding)[1:] for finding in found]
    wanted = [(f"metadata.annotations.{key}", f"write checker/{key.rpartition('/')[2]}")]
    assert remedies == ([] if heard else wanted)
