"""The generated JSON Schemas: what is committed is what the models say, and says the same of documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from checker import sources
from checker.load.catalog import load
from checker.load.text.read_yaml import read_yaml
from checker.model import Document, Finding
from checker.spec.json_schema import FAMILIES, as_text, committed, file_name, main
from checker.spec.kinds import KINDS

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "tests" / "examples"
VALID = [*sorted((ROOT / "slos").rglob("*.yaml")), *sorted((EXAMPLES / "valid").iterdir())]
INVALID = sorted((EXAMPLES / "invalid").rglob("*.yaml"))


@pytest.mark.parametrize("family", FAMILIES)
def test_the_committed_schema_is_what_the_models_say(family: str) -> None:
    stored = (ROOT / "checker" / "schemas" / file_name(family)).read_text(encoding="utf-8")
    assert stored == as_text(family), "run 'make schemas', and read the difference"


def test_the_command_writes_both_schemas(tmp_path: Path) -> None:
    assert main([str(tmp_path)]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {file_name(family) for family in FAMILIES}
    for family in FAMILIES:
        assert (tmp_path / file_name(family)).read_text(encoding="utf-8") == as_text(family)


def test_the_command_without_a_directory_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "DIRECTORY" in capsys.readouterr().err


@pytest.mark.parametrize("family", FAMILIES)
def test_the_schema_is_one_of_draft_2020_12(family: str) -> None:
    schema = committed(family)
    Draft202012Validator.check_schema(schema)
    referred = set(_references(schema))
    assert referred <= {f"#/$defs/{name}" for name in schema["$defs"]}


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from ([schema["$ref"]] if isinstance(schema.get("$ref"), str) else [])
        for inner in schema.values():
            yield from _references(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _references(inner)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_key_says_what_it_is_for(family: str) -> None:
    schema = committed(family)
    assert list(_keys_without_description(schema, schema["$defs"])) == []


def _keys_without_description(schema: dict[str, Any], definitions: dict[str, Any]) -> Iterator[str]:
    for name, definition in {"": schema, **definitions}.items():
        for key, value in definition.get("properties", {}).items():
            if not value.get("description", "").strip():
                yield f"{name}.{key}"
        if name and not definition.get("description", "").strip():
            yield name


@pytest.mark.parametrize("family", FAMILIES)
def test_the_schema_knows_every_kind_and_every_source(family: str) -> None:
    schema = committed(family)
    kinds = sorted(kind for api_version, kind in KINDS if api_version == family)
    assert schema["properties"]["kind"]["enum"] == kinds
    for name in sources.names():
        measures = getattr(sources.find(name), "MEASURES", True)
        assert (f"{name}Query" in schema["$defs"]) == (measures or family == "checker/v1")


def documents(path: Path) -> list[Document]:
    found, _ = read_yaml(path.read_bytes(), path.name)
    return list(found)


def errors(document: Document) -> list[tuple[tuple[str | int, ...], str]]:
    """(path, the rule broken) of everything the family's schema has to say."""
    validator = Draft202012Validator(committed(document.data["apiVersion"]))
    return [(tuple(error.absolute_path), error.validator) for error in validator.iter_errors(document.data)]


@pytest.mark.parametrize("path", VALID, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_schema_accepts_what_the_models_accept(path: Path) -> None:
    found = documents(path)
    assert found
    for document in found:
        assert errors(document) == []


SHAPE = {
    "unknown-key",
    "missing-key",
    "wrong-type",
    "not-allowed",
    "bad-value",
    "unknown-source",
    "unknown-kind",
}
"""The rules of findings about one document alone; the others are about how its parts go together."""

UNIT = "the schema does not know the units"
NUMBERS = "a pattern does not compare numbers"
WINDOW = "whether a window is needed depends on the source of the query"
STATISTIC = "CloudWatch's statistics are told in the key's description, not in a pattern"
DATA_SOURCE = "whether a query needs a type depends on the DataSource that it names"

TYPE = "a type may be of a source that checker does not speak to, unless it looks like one of those it does"

WINDOW_OR_ANNOTATION = "OpenSLO makes the window optional; an annotation may state it"
COMPARED = "whether op and value are needed depends on the indicator, which may be another document"

NESTED = "keys/misspelt.yaml"
"""Misspelt keys inside of misspelt keys: the schema does not look beneath the first."""

DIFFERENCES = {
    ("values/thresholds.yaml", "spec.criteria[9].target"): UNIT,
    ("values/durations-and-shares.yaml", "spec.criteria[3].minCoverage"): NUMBERS,
    ("values/durations-and-shares.yaml", "spec.criteria[3].confidence"): NUMBERS,
    ("values/durations-and-shares.yaml", "spec.criteria[4].confidence"): NUMBERS,
    ("values/durations-and-shares.yaml", "spec.criteria[5].confidence"): NUMBERS,
    ("values/durations-and-shares.yaml", "spec.criteria[7].confidence"): NUMBERS,
    ("promises/window.yaml", "spec.criteria[1].window"): WINDOW,
    ("mixed.yaml", "spec.criteria[2].indicator.stat"): STATISTIC,
    ("queries/cloudwatch.yaml", "spec.criteria[0].indicator.stat"): STATISTIC,
    ("queries/cloudwatch.yaml", "spec.criteria[1].indicator.stat"): STATISTIC,
    ("queries/cloudwatch.yaml", "spec.criteria[2].indicator.stat"): STATISTIC,
    ("references/dangling.yaml", "spec.criteria[2].indicator.stat"): STATISTIC,
    ("values/empty.yaml", "spec.criteria[1].indicator.stat"): STATISTIC,
    ("openslo/budgets.yaml", "spec.timeWindow"): WINDOW_OR_ANNOTATION,
    ("openslo/budgets.yaml", "spec.objectives[0].value"): COMPARED,
    ("openslo/indicators.yaml", "spec.ratioMetric.good.metricSource"): DATA_SOURCE,
    ("openslo/indicators.yaml", "spec.ratioMetric.total.metricSource.type"): TYPE,
}
"""Where a model rejects what the schema accepts: the example, the path, and the reason."""


@pytest.fixture(scope="module")
def shape_findings() -> list[tuple[str, Document, Finding]]:
    """Every finding of shape in the invalid examples, with its document."""
    found = []
    for path in INVALID:
        placed = documents(path)
        for finding in load([str(path)]).findings:
            assert finding.location is not None
            if finding.rule in SHAPE:
                line = finding.location.line
                document = [each for each in placed if each.place.line <= line][-1]
                found.append((path.relative_to(EXAMPLES / "invalid").as_posix(), document, finding))
    return found


def test_the_schema_rejects_what_the_models_reject_except_for_reasons_given(
    shape_findings: list[tuple[str, Document, Finding]],
) -> None:
    assert len(shape_findings) > 150
    missed = {}
    for file, document, finding in shape_findings:
        if document.data.get("apiVersion") not in FAMILIES:
            continue
        if file == NESTED:
            assert errors(document)
            continue
        holder = finding.path.rpartition(".")[0]
        broken = {_dotted(broken) for broken, _ in errors(document)}
        inside = any(place.startswith(f"{finding.path}[") for place in broken)
        if not inside and not broken & {finding.path, holder}:
            missed[file, finding.path] = finding.message
    assert missed == {place: missed.get(place) for place in DIFFERENCES}


def _dotted(path: tuple[str | int, ...]) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")


def test_the_schema_says_which_connection_details_and_annotations_there_are() -> None:
    schema = committed("openslo/v1")
    assert "region" in schema["$defs"]["CloudWatchConnection"]["properties"]
    assert "checker/minSamples" in schema["$defs"]["SLOAnnotations"]["properties"]


def test_the_schema_is_small_enough_for_an_editor() -> None:
    for family in FAMILIES:
        assert len(json.dumps(committed(family))) < 200_000
