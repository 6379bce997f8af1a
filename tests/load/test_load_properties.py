"""Whatever stands in a file, loading it never raises, and never accepts what the JSON Schemas reject."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from checker.load.catalog import load
from checker.load.text.read_yaml import read_yaml
from checker.model import Catalog
from checker.spec.json_schema import committed
from checker.spec.kinds import KINDS
from tests.load.wording import complaint

ROOT = Path(__file__).parents[2]
SHIPPED = [*sorted((ROOT / "slos").rglob("*.yaml")), *sorted((ROOT / "tests/examples/valid").glob("*.yaml"))]

text = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=8)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.decimals(-9, 9, places=3).map(float)
    | text
)
KEYS = [
    "name", "spec", "metadata", "criteria", "indicator", "source", "target", "good", "bad", "total", "formula",
    "metrics", "metricSource", "metricSourceRef", "dataSourceRef", "type", "connectionDetails", "ratioMetric",
    "objectives", "annotations", "labels", "timeWindow", "heartbeat", "noData", "window", "indicatorRef",
    "checker/owner", "dimensions", "namespace", "metricName", "stat", "unit", "description", "service", "count",
    "where", "file", "critical", "warning",
]  # fmt: skip
VALUES = [
    "CloudWatch", "DynamoDB", "Coverage", "LoadTest", "TestResults", "1h", "30d", "< 5 s", "> 99 %", "== 0 /min", "p95",
    "Sum", "zero", "95 %", "100 %", "Count", "Milliseconds", "a / b", "high", "Occurrences", "a", "checker/v1",
]  # fmt: skip
anything = st.recursive(
    scalars | st.sampled_from(VALUES),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | text, inner, max_size=6)
    ),
    max_leaves=25,
)
mappings = st.dictionaries(st.sampled_from(KEYS) | text, anything, max_size=8)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("properties")


def loaded(directory: Path, *documents: Any, strict: bool = False) -> Catalog:
    path = directory / "given.json"
    path.write_text(json.dumps(list(documents)), encoding="utf-8")
    return load([str(path)], strict=strict)


def is_known(document: Any) -> bool:
    return [document.get("apiVersion"), document.get("kind")] in [list(known) for known in KINDS]


def schemas_accept(data: Any) -> bool:
    return Draft202012Validator(committed(data["apiVersion"])).is_valid(data)


@given(kind=st.sampled_from(sorted(KINDS)), rest=mappings, spec=mappings, metadata=mappings)
@example(
    ("checker/v1", "SuccessCriteria"),
    {},
    {"criteria": [{"indicator": {"formula": "a", "metrics": {"": {}}}}]},
    {},
)
@example(("openslo/v1", "SLO"), {}, {"indicator": {"metadata": {"annotations": {"checker/": ""}}}}, {})
@settings(max_examples=150)
def test_no_document_makes_loading_raise(
    directory: Path,
    kind: tuple[str, str],
    rest: dict[str, Any],
    spec: dict[str, Any],
    metadata: dict[str, Any],
) -> None:
    document = {
        **rest,
        "apiVersion": kind[0],
        "kind": kind[1],
        "spec": spec,
        "metadata": {"name": "a", **metadata},
    }
    catalog = loaded(directory, document)
    assert not catalog.valid or schemas_accept(document)
    assert all(finding.location is not None for finding in catalog.findings)


@given(st.lists(mappings | anything, max_size=3))
@settings(max_examples=100)
def test_no_file_makes_loading_raise(directory: Path, documents: list[Any]) -> None:
    assert not loaded(directory, *documents).valid or not documents


@given(kind=st.sampled_from(sorted(KINDS)), spec=mappings, key=st.sampled_from(KEYS), query=mappings)
def test_no_query_makes_loading_raise(
    directory: Path, kind: tuple[str, str], spec: dict[str, Any], key: str, query: dict[str, Any]
) -> None:
    indicator = {**spec, key: query, "source": query.get("source", "CloudWatch")}
    criteria = [{"name": "a", "indicator": indicator, "target": "> 1", "window": "1h"}]
    holder = {"metricSource": {"type": "CloudWatch", "spec": query}}
    body = {"criteria": criteria, "ratioMetric": {"good": holder, "total": holder}}
    loaded(directory, {"apiVersion": kind[0], "kind": kind[1], "metadata": {"name": "a"}, "spec": body})


# --- mutations of what is shipped


def plain(data: Any) -> Any:
    """The data with its decimals as floats, as JSON writes them."""
    return json.loads(json.dumps(data, default=float))


def _documents() -> list[tuple[str, Any]]:
    found = []
    for path in SHIPPED:
        documents, _ = read_yaml(path.read_bytes(), path.name)
        found += [(f"{path.name}:{document.index}", plain(document.data)) for document in documents]
    return found


DOCUMENTS = _documents()


def places(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every node beneath the root."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, inner in items:
        yield (*path, step)
        yield from places(inner, (*path, step))


def mutated(data: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """A copy in which the node at ``path`` is ``value``, or is gone."""
    copied = copy.deepcopy(data)
    holder = copied
    for step in path[:-1]:
        holder = holder[step]
    if value is GONE:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return copied


GONE = object()
REPLACEMENTS = (None, True, 0, -1.5, "", "x", [], {}, ["x"], {"x": 1})


@pytest.mark.exhaustive
@pytest.mark.parametrize(("name", "data"), DOCUMENTS, ids=[name for name, _ in DOCUMENTS])
def test_no_mutation_makes_loading_raise_or_passes_what_the_schemas_reject(
    directory: Path, name: str, data: Any
) -> None:
    """Every node, in turn, is removed, and every third replaced by a value of some type: over all, of each type."""
    accepted = []
    for count, path in enumerate(places(data)):
        third, rest = divmod(count, 3)
        for value in (GONE,) if rest else (GONE, REPLACEMENTS[third % len(REPLACEMENTS)]):
            document = mutated(data, path, value)
            catalog = loaded(directory, document)
            for finding in catalog.findings:
                assert not complaint(finding), (path, value, finding)
            # A reference without its document is an error in any case, so only shape is compared.
            rejected = any(finding.rule != "dangling-reference" for finding in catalog.findings)
            if not is_known(document):
                assert not catalog.valid
            elif not rejected:
                assert schemas_accept(document), (path, value)
                if value is GONE and catalog.valid:
                    accepted.append(path)
    required = {
        "apiVersion",
        "kind",
        "metadata",
        "spec",
        "name",
        "source",
        "target",
        "namespace",
        "metricName",
        "stat",
    }
    # burnrate is the only kind of condition, and the specification makes it the default.
    optional = [("spec", "condition", "kind")]
    # A load test without a name is about all requests of its file.
    accepted = [path for path in accepted if (path[-3:-2], path[-1]) != (("metrics",), "name")]
    assert not [path for path in accepted if path[-1] in required and path not in optional]


@given(st.data())
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_no_two_mutations_make_loading_raise(directory: Path, data: st.DataObject) -> None:
    _, document = data.draw(st.sampled_from(DOCUMENTS))
    for _ in range(2):
        found = list(places(document))
        if found:
            path = data.draw(st.sampled_from(found))
            document = mutated(document, path, data.draw(st.just(GONE) | anything))
    loaded(directory, document)
    # The schemas are as strict as the specification: a null where a text may stand is only a warning otherwise.
    catalog = loaded(directory, document, strict=True)
    assert not catalog.valid or (is_known(document) and schemas_accept(document))


def test_the_shipped_files_are_valid_to_begin_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "slos", tmp_path / "slos")
    monkeypatch.chdir(tmp_path)
    assert load(["slos"]).findings == ()
    assert DOCUMENTS
