"""Real files of other projects: each is imported, or a finding says why not, at its place.

The files stay outside the repository (see ``shared`` in conftest). What is not imported was read, and is listed
here with what is said of it.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from checker.importers import Converted, Options, as_yaml, import_files
from checker.load.catalog import load
from checker.model import Location

ALL = ("slo-generator", "sloth", "keptn")

NOT_IMPORTED = {
    "slo-generator/elasticsearch/slo_elk_test_ratio.yaml": "a goal of 1 leaves no error budget",
    "sloth/plugin-getting-started.yml": "the query is made by the code of the Sloth plugin",
    "sloth/plugin-k8s-getting-started.yml": "the query is made by the code of the Sloth plugin",
    "sloth/openslo-getting-started.yml": "openslo/v1alpha needs no import",
    "sloth/openslo-kubernetes-apiserver.yml": "openslo/v1alpha needs no import",
    "sloth/windows/7d.yaml": "these are windows for Sloth's alerts, and there is no SLO",
    "sloth/windows/custom-30d.yaml": "these are windows for Sloth's alerts, and there is no SLO",
}
"""What is said of a file that is imported by itself and becomes nothing; Keptn's files need one another."""

KEPTN = {
    # Each slo.yaml with the sli.yaml of its example: criteria, and what is said of what became none.
    ("lighthouse-slo.yaml",): (0, ["no sli.yaml among the files says"] * 2),
    ("podtato-slo.yaml", "podtato-sli.yaml"): (4, []),
    ("slo-quality-gates.yaml", "sli-config-prometheus.yaml"): (1, []),
    ("slo-quality-gates.yaml", "sli-config-argo-prometheus.yaml"): (1, []),
    ("slo-self-healing-prometheus.yaml", "sli-config-prometheus.yaml"): (1, []),
    ("slo-self-healing-dynatrace.yaml", "sli-config-dynatrace.yaml"): (
        0,
        ["response_time_p90 is measured by Dynatrace", "no sli.yaml among the files says"],
    ),
    ("slo-self-healing-prometheus.yaml", "sli-config-dynatrace-no-deployment-tag.yaml"): (
        0,
        ["response_time_p90 is measured by Dynatrace"],
    ),
    ("self_monitoring_slo.yaml", "self_monitoring_sli.yaml"): (
        0,
        ["response_time_p95 is measured by Dynatrace", "error_rate is measured by Dynatrace"],
    ),
}


@pytest.fixture
def corpora(shared: Path) -> Path:
    if not all((shared / "corpora" / name).is_dir() for name in ALL):
        pytest.skip(f"no corpora of {' and '.join(ALL)} in {shared}")
    return shared / "corpora"


def kinds(converted: Converted) -> Counter[str]:
    return Counter(each.data["kind"] for each in converted.documents)


def errors(converted: Converted) -> list[str]:
    return [each.message for each in converted.findings if each.level == "error"]


def assert_valid(converted: Converted, folder: Path) -> None:
    (folder / "imported.yaml").write_text(as_yaml(converted.documents), encoding="utf-8")
    assert [each for each in load([str(folder)]).findings if each.level == "error"] == []


@pytest.mark.parametrize("name", ["slo-generator", "sloth"])
def test_every_file_is_imported_or_a_finding_says_why_not(name: str, corpora: Path, tmp_path: Path) -> None:
    for path in sorted((corpora / name).rglob("*.y*ml")):
        converted = import_files([str(path)], Options())
        assert all(isinstance(each.location, Location) for each in converted.findings)
        said = NOT_IMPORTED.get(path.relative_to(corpora).as_posix())
        if said is None:
            assert kinds(converted)["SLO"], path
            assert not errors(converted), path
            assert_valid(converted, tmp_path)
        else:
            assert not converted.documents
            assert all(each.message.startswith(said) for each in converted.findings), path


@pytest.mark.parametrize("files", KEPTN, ids="+".join)
def test_every_quality_gate_of_keptn(files: tuple[str, ...], corpora: Path, tmp_path: Path) -> None:
    converted = import_files([str(corpora / "keptn" / each) for each in files], Options(300))
    criteria, wrong = KEPTN[files]
    found = [each for each in converted.documents if each.data["kind"] == "SuccessCriteria"]
    assert sum(len(each.data["spec"]["criteria"]) for each in found) == criteria
    assert len(errors(converted)) == len(wrong)
    assert all(message.startswith(said) for message, said in zip(errors(converted), wrong, strict=True))
    if found:
        assert kinds(converted)["Rule"] == 2
        assert_valid(converted, tmp_path)


def test_every_file_of_keptn_is_among_them(corpora: Path) -> None:
    assert {each for files in KEPTN for each in files} == {
        path.name for path in (corpora / "keptn").iterdir()
    }


@pytest.mark.parametrize(("name", "slos", "wrong"), [("slo-generator", 39, 1), ("sloth", 21, 2)])
def test_a_whole_folder_is_imported_at_once(
    name: str, slos: int, wrong: int, corpora: Path, tmp_path: Path
) -> None:
    converted = import_files([str(corpora / name)], Options())
    assert (kinds(converted)["SLO"], len(errors(converted))) == (slos, wrong)
    assert_valid(converted, tmp_path)
