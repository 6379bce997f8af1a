"""OpenSLO's own files: read strictly they are judged as OpenSLO judges them, and none of them ends in a crash."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from checker.cli import main
from checker.evidence import dump
from checker.load.catalog import load
from checker.load.text.read_yaml import read_yaml
from checker.load.validation.misspelt import at
from checker.model import Evidence, Finding

OTHERS = """\
apiVersion: openslo/v1
kind: DataSource
metadata: {name: prometheus-datasource}
spec: {type: Prometheus, connectionDetails: {url: "http://prometheus.example"}}
---
apiVersion: openslo/v1
kind: DataSource
metadata: {name: redshift-datasource}
spec: {type: Redshift}
---
apiVersion: openslo/v1
kind: DataSource
metadata: {name: datadog-datasource}
spec: {type: Datadog}
---
apiVersion: openslo/v1
kind: SLI
metadata: {name: indicator-ref-string}
spec:
  ratioMetric:
    good: {metricSource: {metricSourceRef: datadog-datasource, spec: {query: good}}}
    total: {metricSource: {metricSourceRef: datadog-datasource, spec: {query: total}}}
---
apiVersion: openslo/v1
kind: AlertCondition
metadata: {name: cpu-usage-breach}
spec: {severity: page, condition: {kind: burnrate, op: gte, threshold: 2, lookbackWindow: 1h}}
---
apiVersion: openslo/v1
kind: AlertNotificationTarget
metadata: {name: on-call-devops-mail-notification}
spec: {target: email}
---
apiVersion: openslo/v1
kind: AlertPolicy
metadata: {name: foo-alert-policy}
spec:
  alertWhenBreaching: true
  conditions: [{conditionRef: cpu-usage-breach}]
  notificationTargets: [{targetRef: on-call-devops-mail-notification}]
"""
"""What the files refer to: their old verdicts are about each file alone."""

OPERATOR = "the old schema has 'operator' beside 'conditionRef'; the specification has no such key"
NAMES = "the old schema has alert policies as names; in the specification each is an alertPolicyRef or inline"

DIFFERENT = {
    "alert-policy/alert-policy.yaml": OPERATOR,
    "alert-policy/alert-policy-many-notificationref.yaml": OPERATOR,
    "alert-policy/alert-policy-inline-cond.yaml": "the specification requires op, which the old schema does not know",
    "slo/slo-indicatorref-calendar-alerts.yaml": NAMES,
    "slo/slo-indicatorref-rolling-alerts.yaml": NAMES,
    "slo/slo-no-indicatorref-calendar-alerts.yaml": NAMES,
    "slo/slo-no-indicatorref-rolling-alerts.yaml": NAMES,
}
"""The files that the old schema accepts and today's specification does not, each with the reason."""


def beside(file: Path, folder: Path) -> Path:
    """A file with what ``file`` may refer to and does not hold."""
    text = file.read_text(encoding="utf-8")
    wanted = [each for each in OTHERS.split("---\n") if not re.search(_head(each), text, re.MULTILINE)]
    others = folder / "others.yaml"
    others.write_text("---\n".join(wanted), encoding="utf-8")
    return others


def _head(document: str) -> str:
    """What a document of the same kind and name begins with."""
    kind, name = re.findall(r"(?:kind|name): ([\w-]+)", document)[:2]
    return rf"^kind: {kind}\nmetadata:\n  name: {name}$"


def verdict(paths: list[str], *, strict: bool) -> str:
    return "valid" if load(paths, strict=strict).valid else "invalid"


def test_strict_agrees_with_openslo_itself(shared: Path, tmp_path: Path) -> None:
    folder = shared / "corpora" / "openslo" / "schema-test" / "v1"
    expected = json.loads((folder.parent / "expected.json").read_text(encoding="utf-8"))
    found, lenient = {}, {}
    for name in expected:
        paths = [str(folder / name), str(beside(folder / name, tmp_path))]
        found[name] = verdict(paths, strict=True)
        lenient[name] = verdict(paths, strict=False)
    assert len(found) == 40
    differing = {name for name, verdict in found.items() if verdict != expected[name]}
    assert differing == set(DIFFERENT)
    assert all(found[name] == "invalid" for name in DIFFERENT)
    assert lenient == expected


def openslo_files(shared: Path) -> list[Path]:
    corpora = shared / "corpora"
    files = [*(corpora / "openslo").rglob("*.yaml"), *(corpora / "sloth").glob("openslo-*.yml")]
    return sorted(path.relative_to(corpora) for path in files)


def _leads_somewhere(path: Path, finding: Finding) -> bool:
    """Whether the path of a finding is one of the file as it is written, but for its last step."""
    steps = [int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", finding.path)]
    documents, _ = read_yaml(path.read_bytes(), str(path))
    return any(not steps[:-1] or at(document.data, tuple(steps[:-1])) is not None for document in documents)


@pytest.mark.parametrize("strict", [False, True])
def test_every_file_is_a_result_or_findings_in_words(
    shared: Path, monkeypatch: pytest.MonkeyPatch, strict: bool
) -> None:
    monkeypatch.chdir(shared / "corpora")
    files = openslo_files(shared)
    assert len(files) > 95
    for path in files:
        catalog = load([str(path)], strict=strict)
        lines = path.read_text(encoding="utf-8").splitlines()
        assert catalog.findings or catalog.documents, path
        for finding in catalog.findings:
            assert finding.location is not None, (path, finding)
            assert finding.location.line <= len(lines), (path, finding)
            assert finding.message, (path, finding)
            assert finding.remedy, (path, finding)
            assert _leads_somewhere(path, finding), (path, finding)


def test_no_run_on_them_crashes_or_passes(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PROMETHEUS_URL", raising=False)
    asking = ("oslo/v1/multi", "sloth/", "v1alpha/valid-slos")
    codes = {}
    for path in openslo_files(shared):
        if not any(part in path.as_posix() for part in asking):
            file = shared / "corpora" / path
            paths = [str(file), str(beside(file, tmp_path)), "--timeout", "2s"]
            codes[path.as_posix()] = (int(main(["run", "--strict", *paths])), int(main(["run", *paths])))
    capsys.readouterr()
    assert {code for pair in codes.values() for code in pair} == {2, 3}
    inconclusive = {path for path, pair in codes.items() if pair[1] == 3}
    assert len(inconclusive) >= 12, codes


def test_one_that_could_be_asked_does_not_pass_without_an_answer(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Judged by evidence that holds nothing of it; and asked of a Prometheus that is not there."""
    evidence = tmp_path / "evidence.jsonl"
    evidence.write_text(dump(Evidence(1_780_000_000, ())), encoding="utf-8")
    monkeypatch.setenv("PROMETHEUS_URL", "http://127.0.0.1:9")
    codes = {}
    for path in openslo_files(shared):
        file = shared / "corpora" / path
        codes[path.as_posix()] = main(
            ["run", str(file), str(beside(file, tmp_path)), "--replay", str(evidence)]
        )
    assert set(codes.values()) == {2, 3}
    for name in ("sloth/openslo-getting-started.yml", "sloth/openslo-kubernetes-apiserver.yml"):
        assert codes[name] == 3
        assert main(["run", str(shared / "corpora" / name), "--timeout", "5s"]) == 4
    capsys.readouterr()
