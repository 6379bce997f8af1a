"""``checker import``: what it prints, what it tells, and that what it prints is valid.

``UPDATE_GOLDEN=1`` writes what is expected anew; read the difference before you commit it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from checker.cli import main
from checker.importers import Options, import_files
from checker.load.catalog import load
from tests.load.wording import complaint

EXAMPLES = Path(__file__).parents[1] / "examples" / "import"
IMPORTED = {
    "sloth": ["sloth.yaml"],
    "sloth-kubernetes": ["sloth-kubernetes.yaml"],
    "pyrra": ["pyrra.yaml"],
    "slo-generator": ["slo-generator.yaml"],
    "slo-generator-config": ["slo-generator.yaml", "slo-generator-config.yaml", "--set", "ENV=prod"],
    "slo-generator-old": ["slo-generator-old.yaml", "slo-generator-old-policy.yaml"],
    "slo-generator-others": ["slo-generator-others.yaml"],
    "keptn": ["keptn-slo.yaml", "keptn-sli.yaml", "--set", "SERVICE=carts", "--window", "10m"],
    "anchors": ["anchors.yaml"],
    "lists": ["lists.yaml"],
    "raw": ["raw.yaml"],
}


@pytest.fixture(autouse=True)
def _among_the_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLES)


def same(name: str, text: str) -> None:
    golden = EXAMPLES / name
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", IMPORTED)
def test_an_example_becomes_these_documents_and_findings(
    name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    main(["import", *IMPORTED[name]])
    told = capsys.readouterr()
    same(f"{name}.imported.txt", told.out)
    same(f"{name}.findings.txt", told.err)
    (tmp_path / "imported.yaml").write_text(told.out, encoding="utf-8")
    catalog = load([str(tmp_path)])
    assert [finding for finding in catalog.findings if finding.level == "error"] == []
    assert catalog.objectives


@pytest.mark.parametrize("name", IMPORTED)
def test_each_finding_is_a_place_a_fact_and_a_remedy(name: str) -> None:
    files = [each for each in IMPORTED[name] if each.endswith(".yaml")]
    for finding in import_files(files, Options()).findings:
        assert not complaint(finding), finding


def test_the_output_can_go_to_a_file_or_a_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, folder = tmp_path / "slos.yaml", tmp_path / "slos"
    assert main(["import", "sloth-kubernetes.yaml", "-q", "-o", str(file)]) == 0
    assert main(["import", "sloth-kubernetes.yaml", "pyrra.yaml", "-q", "-o", f"{folder}/"]) == 2
    monkeypatch.chdir(tmp_path)
    assert main(["validate", str(file), "-q"]) == 0
    assert main(["validate", str(folder), "-q"]) == 0
    assert sorted(path.name for path in folder.iterdir()) == ["pyrra.yaml", "sloth-kubernetes.yaml"]


@pytest.mark.parametrize(
    ("path", "tool"),
    [
        ("sloth.yaml", "Sloth"),
        ("sloth-kubernetes.yaml", "Sloth"),
        ("pyrra.yaml", "Pyrra"),
        ("slo-generator.yaml", "slo-generator"),
        ("slo-generator-config.yaml", "slo-generator"),
        ("slo-generator-old.yaml", "slo-generator"),
        ("slo-generator-old-policy.yaml", "slo-generator"),
        ("keptn-slo.yaml", "Keptn"),
        ("keptn-sli.yaml", "Keptn"),
    ],
)
def test_who_validates_a_foreign_file_is_led_here(
    path: str, tool: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", path]) == 2
    told = capsys.readouterr().out
    assert f"error: this is a file of {tool} [unknown-kind]\n    remedy: 'checker import' turns it" in told
    assert "did you mean" not in told


def test_files_of_one_service_that_are_imported_one_by_one_are_valid_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = Path("sloth.yaml").read_text(encoding="utf-8")
    for name in ("reads", "writes"):
        (tmp_path / f"{name}.yaml").write_text(
            text.replace("name: requests", f"name: {name}"), encoding="utf-8"
        )
        main(["import", str(tmp_path / f"{name}.yaml"), "-q", "-o", f"{tmp_path}/slos/"])
    monkeypatch.chdir(tmp_path)
    assert main(["validate", "slos", "-q"]) == 0


BUCKETS = """\
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: fast}
spec:
  target: "90"
  window: 4w
  indicator: {latency: {success: {metric: 'took_bucket{job="a"}'}, total: {metric: took_count}}}
"""


@pytest.mark.parametrize(
    ("written", "instead", "place", "said", "remedy"),
    [
        ("", "", "7:35", "the metric names no bucket", 'as in le="0.5"'),
        ("took_count", "took_count offset -5m", "7:86", "'offset -5m' does not look back", "as in offset 1m"),
    ],
)
def test_what_would_never_be_measured_is_not_imported(
    written: str,
    instead: str,
    place: str,
    said: str,
    remedy: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = BUCKETS.replace(written, instead)
    if written:
        text = text.replace('job="a"', 'job="a", le="0.5"')
    (tmp_path / "pyrra.yaml").write_text(text, encoding="utf-8")
    assert main(["import", str(tmp_path / "pyrra.yaml")]) == 2
    told = capsys.readouterr()
    assert not told.out
    words = " ".join(told.err.split())
    assert f"pyrra.yaml:{place}: error: {said}" in words
    assert remedy in words


def test_a_file_that_exists_is_not_replaced_unasked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("mine", encoding="utf-8")
    command = ["import", "sloth-kubernetes.yaml", "-q", "-o", str(file)]
    assert main(command) == 2
    assert "exists; name another place, or add --overwrite" in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == "mine"
    assert main([*command, "--overwrite"]) == 0
    assert file.read_text(encoding="utf-8").startswith("# Imported from")


def test_names_that_stand_for_values_are_filled_in(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "slo-generator.yaml", "--set", "ENV=prod", "--window", "7d"]) == 0
    told = capsys.readouterr()
    assert 'env="prod"' in told.out
    assert "duration: 7d" in told.out
    assert told.err == "imported: 3 documents\n"


def test_what_is_no_slo_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("deployment.yaml").write_text("apiVersion: apps/v1\nkind: Deployment\n", encoding="utf-8")
    assert main(["import", "deployment.yaml"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("deployment.yaml:1:1: error: this is not a format that checker imports")


def test_what_is_no_document_in_a_list_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The others are imported, and nobody takes them for all there were."""
    file = tmp_path / "all.yaml"
    file.write_text(Path("lists.yaml").read_text() + "  - shop-latency\n  -\n")
    assert main(["import", str(file)]) == 2
    told = " ".join(capsys.readouterr().err.split())
    # The list holds a Service as well.
    assert told.count("error: this is not a format that checker imports") == 3
    assert told.endswith("imported: 2 documents, 3 errors")


def test_rules_go_where_rules_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = [
        "import",
        *IMPORTED["keptn"],
        "-q",
        "-o",
        f"{tmp_path}/slos/",
        "--write-rules",
        f"{tmp_path}/rules",
    ]
    assert main(command) == 2
    found = sorted(path.name for path in (tmp_path / "rules").iterdir())
    assert found == ["carts-keptn-slo-score-error.yaml", "carts-keptn-slo-score-warning.yaml"]
    capsys.readouterr()
    assert main(["test", str(tmp_path / "rules")]) == 0
    assert "Rule" not in (tmp_path / "slos/keptn-slo.yaml").read_text(encoding="utf-8")
    assert main(["validate", str(tmp_path / "slos"), "--rules", str(tmp_path / "rules"), "-q"]) == 0


def test_what_names_the_rules_to_judge_by_elsewhere_is_not_taken_for_where_to_write(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["import", *IMPORTED["keptn"], "--rules", f"{tmp_path}/rules"])
    assert stop.value.code == 2
    assert "unrecognized arguments: --rules" in capsys.readouterr().err
    assert not (tmp_path / "rules").exists()
