"""Files become a catalog: what is read, what is refused, and how what they say is put together."""

from __future__ import annotations

import gc
import io
import os
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from checker.load.catalog import load
from checker.model import Catalog, Finding, Objective

DATA_SOURCE = """\
apiVersion: openslo/v1
kind: DataSource
metadata: {name: production}
spec: {type: CloudWatch, connectionDetails: {region: eu-central-1, profile: shop}}
"""

CRITERIA = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: shop}
spec:
  window: 1h
  criteria:
    - name: orders
      indicator: {source: CloudWatch, dataSourceRef: production, namespace: Shop, metricName: Orders, stat: Sum}
      target: "> 1"
"""

COVERAGE = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: NAME}
spec: {criteria: [{name: coverage, indicator: {source: Coverage, file: c.xml}, target: "> 90 %"}]}
"""


@pytest.fixture(autouse=True)
def _empty_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, text: str) -> str:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return name


def told(catalog: Catalog) -> list[str]:
    return [f"{finding.location or '-'} {finding.message}" for finding in catalog.findings]


def only(catalog: Catalog) -> Finding:
    (finding,) = catalog.findings
    return finding


def objective(text: str) -> Objective:
    catalog = load([write("one.yaml", text)])
    assert told(catalog) == []
    (found,) = catalog.objectives
    return found


# --- which files are read


def test_an_empty_directory_is_nothing_to_check() -> None:
    Path("slos").mkdir()
    write("slos/readme.txt", "no promise")
    finding = only(load(["slos"]))
    assert finding.rule == "nothing-to-check"
    assert finding.level == "error"
    assert finding.message == "there is no .yaml, .yml or .json file in slos"
    assert "never a pass" in finding.remedy


def test_no_path_at_all_is_nothing_to_check() -> None:
    assert only(load([])).message == "no path was given"


def test_a_missing_path_is_an_error_and_the_others_are_read() -> None:
    catalog = load(["missing", write("shop.yaml", COVERAGE.replace("NAME", "shop"))])
    assert only(catalog).rule == "file-refused"
    assert only(catalog).message == "there is no file or folder 'missing'"
    assert str(only(catalog).location) == "missing:1:1"
    assert [each.name for each in catalog.objectives] == ["shop/coverage"]


def test_a_file_given_twice_is_read_once() -> None:
    write("slos/shop.yaml", COVERAGE.replace("NAME", "shop"))
    catalog = load(
        ["slos", "slos/shop.yaml", "./slos/../slos/shop.yaml", str(Path("slos/shop.yaml").resolve())]
    )
    assert told(catalog) == []
    assert len(catalog.documents) == 1
    assert [name for name, _ in catalog.digests] == ["slos/shop.yaml"]


def test_yaml_yml_and_json_are_read_and_named_as_they_were_given() -> None:
    write("slos/a.yaml", COVERAGE.replace("NAME", "a"))
    write("slos/deep/b.yml", COVERAGE.replace("NAME", "b"))
    write(
        "slos/c.json",
        '{"apiVersion": "checker/v1", "kind": "SuccessCriteria", "metadata": {"name": "c"}, "spec": {"criteria": '
        '[{"name": "coverage", "indicator": {"source": "Coverage", "file": "c.xml"}, "target": "> 90 %"}]}}',
    )
    catalog = load(["./slos/"])
    assert told(catalog) == []
    assert [name for name, _ in catalog.digests] == ["slos/a.yaml", "slos/c.json", "slos/deep/b.yml"]
    assert [each.name for each in catalog.objectives] == ["a/coverage", "b/coverage", "c/coverage"]


def test_a_list_is_so_many_documents() -> None:
    documents = [COVERAGE.replace("NAME", name) for name in ("one", "two")]
    text = "".join("- " + document.replace("\n", "\n  ").rstrip() + "\n" for document in documents)
    catalog = load([write("list.yaml", text)])
    assert told(catalog) == []
    assert [each.name for each in catalog.objectives] == ["one/coverage", "two/coverage"]
    assert [each.location.line for each in catalog.objectives] == [4, 8]


def standard_input(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_a_dash_is_standard_input_once(monkeypatch: pytest.MonkeyPatch) -> None:
    standard_input(monkeypatch, COVERAGE.replace("NAME", "piped").encode())
    catalog = load(["-", "-"])
    assert told(catalog) == []
    assert [str(each.location) for each in catalog.objectives] == ["<stdin>:4:26"]
    assert [name for name, _ in catalog.digests] == ["<stdin>"]


def test_too_much_standard_input_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    standard_input(monkeypatch, b"#" * ((1 << 20) + 1))
    assert told(load(["-"])) == ["<stdin>:1:1 standard input has more than 1,048,576 bytes"]


def test_closed_standard_input_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert told(load(["-"])) == ["<stdin>:1:1 there is no standard input"]


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no symbolic links here")
def test_a_link_in_a_directory_is_refused_rather_than_passed_over() -> None:
    write("elsewhere.yaml", COVERAGE.replace("NAME", "elsewhere"))
    Path("slos").mkdir()
    os.symlink("../elsewhere.yaml", "slos/link.yaml")
    finding = only(load(["slos"]))
    assert (finding.rule, str(finding.location)) == ("file-refused", "slos/link.yaml:1:1")


# --- findings of all files at once


def test_every_mistake_of_every_file_is_told_in_the_order_of_the_files() -> None:
    write("slos/a.yaml", CRITERIA.replace("stat: Sum", "stat: sum"))
    write("slos/b.yaml", DATA_SOURCE.replace("region", "regoin"))
    write("slos/c.yaml", "a: [\n")
    write("slos/d.yaml", COVERAGE.replace("NAME", "D"))
    places = [str(finding.location) for finding in load(["slos"]).findings]
    assert [place.partition(":")[0] for place in places] == [f"slos/{letter}.yaml" for letter in "abcd"]
    assert places == sorted(places)


def test_the_same_is_found_in_whatever_order_the_files_are_given() -> None:
    names = [
        write("a.yaml", CRITERIA),
        write("b.yaml", DATA_SOURCE),
        write("c.yaml", COVERAGE.replace("NAME", "shop")),
    ]
    forwards, backwards = load(names), load(names[::-1])
    assert forwards.objectives == backwards.objectives
    assert forwards.connections == backwards.connections
    assert forwards.digests == backwards.digests
    assert len(forwards.findings) == len(backwards.findings) == 1


def test_a_reference_across_files_is_followed() -> None:
    catalog = load([write("a.yaml", CRITERIA), write("b.yaml", DATA_SOURCE)])
    assert told(catalog) == []
    assert catalog.connections["production"].details == (("profile", "shop"), ("region", "eu-central-1"))


def test_a_dangling_reference_shows_the_name_that_was_meant_and_where_it_is() -> None:
    catalog = load(
        [
            write("a.yaml", CRITERIA.replace("dataSourceRef: pro", "dataSourceRef: por")),
            write("b.yaml", DATA_SOURCE),
        ]
    )
    finding = only(catalog)
    assert finding.message == "there is no DataSource 'porduction'"
    assert finding.remedy == "did you mean 'production'?"
    assert [(why, str(place)) for why, place in finding.related] == [
        ("DataSource 'production'", "b.yaml:3:18")
    ]


@pytest.mark.parametrize(
    ("broken", "count"),
    [
        (DATA_SOURCE.replace("CloudWatch,", "CloudWach,"), 1),
        (DATA_SOURCE.replace("kind: DataSource", "kind: DataSorce"), 1),
        (DATA_SOURCE.replace("kind", "knid"), 1),
        (DATA_SOURCE.replace("metadata: {name: production}", "metadata: {}"), 1),
        (DATA_SOURCE.replace("metadata: {name: production}", "metadata: {name: pro duction}"), 1),
        (DATA_SOURCE.replace("region: eu-central-1", "region: &a eu-central-1"), 1),
        (DATA_SOURCE.replace("region: eu-central-1", "region: [eu-central-1"), 1),
    ],
    ids=["bad value", "bad kind", "misspelt kind", "no name", "bad name", "refused", "syntax"],
)
def test_what_refers_to_a_rejected_document_is_not_called_dangling(broken: str, count: int) -> None:
    catalog = load([write("a.yaml", CRITERIA), write("b.yaml", broken)])
    assert len(catalog.findings) == count, told(catalog)
    assert {finding.location.file for finding in catalog.findings if finding.location} == {"b.yaml"}


UNTYPED = """\
apiVersion: openslo/v1
kind: SLI
metadata: {name: requests}
spec:
  ratioMetric:
    good: {metricSource: {metricSourceRef: production, spec: {namespace: Shop, metricName: Good, stat: Sum}}}
    total: {metricSource: {metricSourceRef: production, spec: {namespace: Shop, metricName: All, stat: Sum}}}
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: requests}
spec:
  service: shop
  indicatorRef: requests
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.999}]
"""


def test_a_query_whose_source_is_that_of_its_data_source_waits_until_that_can_be_read() -> None:
    right = load([write("a.yaml", UNTYPED), write("b.yaml", DATA_SOURCE)])
    assert told(right) == []
    assert [query.source for _, query in right.objectives[0].indicator.metrics] == [
        "CloudWatch",
        "CloudWatch",
    ]
    write("b.yaml", DATA_SOURCE.replace("type: CloudWatch", "type: CloudWach"))
    wrong = load(["a.yaml", "b.yaml"])
    assert told(wrong) == ["b.yaml:4:14 there is no source 'CloudWach'"]
    assert wrong.objectives == ()
    dangling = load(["a.yaml"])
    assert [finding.rule for finding in dangling.findings] == ["dangling-reference", "dangling-reference"]


def test_a_text_longer_than_any_reader_wants_is_refused() -> None:
    text = COVERAGE.replace("NAME", "a").replace("spec: {", f"spec: {{description: {'x' * 5000}, ")
    finding = only(load([write("a.yaml", text)]))
    assert finding.message == "the text has 5,000 characters, and 4,096 is the most"


def test_a_reference_is_dangling_beside_rejected_documents_of_another_kind() -> None:
    catalog = load(
        [write("a.yaml", CRITERIA), write("b.yaml", COVERAGE.replace("NAME", "b").replace("> 90", "90"))]
    )
    assert [message.partition(" ")[2] for message in told(catalog)] == [
        "there is no DataSource 'production'",
        "'90 %' has no operator",
    ]


def test_two_documents_of_one_name_in_two_files_are_both_shown() -> None:
    finding = only(load([write("a.yaml", DATA_SOURCE), write("b.yaml", DATA_SOURCE)]))
    assert str(finding.location) == "b.yaml:3:18"
    assert finding.message == "DataSource 'production' is defined twice"
    assert [str(place) for _, place in finding.related] == ["a.yaml:3:18"]


def test_documents_of_different_kinds_may_share_a_name() -> None:
    text = DATA_SOURCE.replace("production", "shop") + "---\n" + COVERAGE.replace("NAME", "shop")
    assert told(load([write("a.yaml", text)])) == []


def test_a_metric_is_not_called_unknown_while_a_file_could_not_be_read() -> None:
    catalogue = """\
apiVersion: checker/v1
kind: MetricCatalog
metadata: {name: shop}
spec: {source: CloudWatch, namespace: Shop, metrics: [{name: Visits, unit: Count, dimensions: [[]]}]}
"""
    criteria = CRITERIA.replace("dataSourceRef: production, ", "")
    names = [write("a.yaml", criteria), write("b.yaml", catalogue)]
    assert told(load(names)) == ["a.yaml:8:68 Shop has no metric 'Orders' by its catalogue"]
    names.append(write("c.yaml", "a: [\n"))
    assert [place.partition(":")[0] for place in told(load(names))] == ["c.yaml"]


def test_an_unknown_source_without_resemblance_lists_those_there_are() -> None:
    from checker import sources

    finding = only(load([write("a.yaml", COVERAGE.replace("NAME", "a").replace("Coverage", "Xyzzy"))]))
    assert finding.message == "there is no source 'Xyzzy'"
    assert finding.remedy == f"the sources are {', '.join(sources.names())}"


def test_a_document_with_too_many_mistakes_shows_the_first_hundred() -> None:
    criteria = "".join("    - {}\n" for _ in range(200))
    text = CRITERIA[: CRITERIA.index("    - name")] + criteria
    findings = load([write("a.yaml", text)]).findings
    assert len(findings) == 101
    assert [finding.message for finding in findings if finding.rule == "too-many"] == [
        "there are 500 more mistakes in this document"
    ]


# --- what the documents say


def test_what_a_criterion_leaves_out_comes_from_its_document() -> None:
    text = COVERAGE.replace("NAME", "shop").replace(
        "spec: {", "spec: {owner: team, service: shop, window: 2h, "
    )
    found = objective(text)
    assert (found.name, found.document, found.kind) == ("shop/coverage", "shop", "criterion")
    assert (found.owner, found.service, found.window) == ("team", "shop", None)
    assert (found.display_name, found.gating, found.no_data) == ("coverage", True, "inconclusive")
    assert (found.min_samples, found.min_coverage, found.confidence) == (0, Fraction(9, 10), None)


def test_what_a_criterion_says_itself_goes_first() -> None:
    write("b.yaml", DATA_SOURCE)
    text = CRITERIA.replace("spec:\n", "spec:\n  owner: team\n") + (
        "      owner: me\n      window: 1d\n      minSamples: 5\n      minCoverage: 99.5 %\n      maxAge: 10m\n"
        "      runbook: {url: u, diagnosis: [d], solutions: [s]}\n      severity: low\n      gating: false\n"
    )
    catalog = load([write("a.yaml", text), "b.yaml"])
    (found,) = catalog.objectives
    assert (found.owner, found.window, found.min_samples, found.max_age) == ("me", 86400, 5, 600)
    assert (found.min_coverage, found.severity, found.gating) == (Fraction(199, 200), "low", False)
    assert (found.runbook, found.next_steps) == ("u", ("d", "s"))
    assert str(found.location) == "a.yaml:8:13"


def test_an_slo_of_several_objectives_numbers_them() -> None:
    examples = Path(__file__).parents[1] / "examples" / "valid"
    found = {each.name: each for each in load([str(examples / "openslo.yaml")]).objectives}
    assert list(found) == ["answered/1", "answered/2", "failed"]
    first, second = found["answered/1"], found["answered/2"]
    assert [each.target.text for each in (first, second)] == [">= 99.9 %", ">= 99.95 %"]
    assert (first.owner, first.severity, first.runbook, first.gating) == (
        "shop-team",
        "low",
        "docs/answered.md",
        False,
    )
    assert (first.no_data, first.min_samples, first.max_age) == ("fail", 1000, 3600)
    assert (first.min_coverage, first.confidence) == (Fraction(99, 100), Fraction(95, 100))
    assert first.error_budget
    assert [name for name, _ in first.indicator.metrics] == ["good", "total"]
    assert {query.source for _, query in first.indicator.metrics} == {"CloudWatch"}
    assert {query.dataSourceRef for _, query in first.indicator.metrics} == {"production-1"}
    assert [name for name, _ in found["failed"].indicator.metrics] == ["bad", "total"]
    assert found["failed"].indicator.metrics[0][1].dataSourceRef is None


def test_a_broken_criterion_leaves_the_others_where_they_are() -> None:
    examples = Path(__file__).parents[1] / "examples" / "invalid"
    found = load([str(examples / "mixed.yaml")]).objectives
    assert [each.name for each in found] == ["mixed/band", "mixed/definition", "mixed/key", "mixed/reference"]
    assert {each.name: each.location.line for each in found}["mixed/definition"] == 24


def test_loading_leaves_the_collector_as_it_was() -> None:
    before = gc.get_threshold()
    load(["missing"])
    assert gc.get_threshold() == before
