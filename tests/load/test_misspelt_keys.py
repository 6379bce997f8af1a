"""A misspelt key of any shipped file is one error, at the key, that names it and proposes the right one."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from checker.load.catalog import load
from checker.load.text.read_yaml import read_yaml
from checker.model import Place

ROOT = Path(__file__).parents[2]
FILES = sorted(path.relative_to(ROOT) for path in (ROOT / "slos").rglob("*.yaml"))

FREE = {"labels", "where", "keyCondition"}
"""Keys whose value is a map of names that only the author knows."""


def test_there_are_shipped_files() -> None:
    assert len(FILES) >= 6


def keys_of(
    data: Any, place: Place, free: set[str], path: tuple[str | int, ...] = ()
) -> Iterator[tuple[str, int, int]]:
    """Every key that a model or a catalogue knows, with its line and column."""
    children: Any = place.children
    if isinstance(data, list):
        for index, inner in enumerate(data):
            yield from keys_of(inner, children[index], free, (*path, index))
    elif isinstance(data, dict):
        for key, inner in data.items():
            there = children[key]
            plain_annotation = path[-1:] == ("annotations",) and not key.startswith("checker/")
            if not (path and path[-1] in free) and not plain_annotation:
                yield key, there.key_line, there.key_column
            yield from keys_of(inner, there, free, (*path, key))


def misspellings(key: str) -> Iterator[str]:
    """A letter left out, two swapped, one doubled: where, depends on the key, so that all places occur."""
    letters = [at for at, letter in enumerate(key) if letter.isalnum()]
    at = letters[sum(map(ord, key)) % len(letters)]
    if key != "reports":  # without its last letter it is another key of the same mapping
        yield key[:at] + key[at + 1 :]
    swapped = [one for one, other in pairwise(letters) if key[one] != key[other]]
    at = swapped[sum(map(ord, key)) % len(swapped)]
    yield key[:at] + key[at + 1] + key[at] + key[at + 2 :]
    yield key[:at] + key[at] + key[at:]


def expect_one_error_each(file: Path, paths: list[str], free: set[str]) -> None:
    """Misspells every key of ``file`` in its place, and loads ``paths`` each time.

    A key that stands at several places is misspelt in one way at each, and in all ways over them.
    """
    right = file.read_text(encoding="utf-8")
    documents, _ = read_yaml(right.encode(), str(file))
    keys = [found for document in documents for found in keys_of(document.data, document.place, free)]
    assert keys
    ways = {key: list(misspellings(key)) for key, _, _ in keys}
    often = Counter(key for key, _, _ in keys)
    met: Counter[str] = Counter()
    for key, line, column in keys:
        met[key] += 1
        lines = right.splitlines(keepends=True)
        text = lines[line - 1]
        assert text[column - 1 :].startswith(key), "the reader's place of the key"
        for wrong in ways[key][met[key] % 3 :: 3] if often[key] >= 3 else ways[key]:
            lines[line - 1] = text[: column - 1] + wrong + text[column - 1 + len(key) :]
            file.write_text("".join(lines), encoding="utf-8")
            findings = load(paths).findings
            told = [(str(each.location), each.message, each.remedy) for each in findings]
            assert len(findings) == 1, (wrong, told)
            assert told[0][0] == f"{file.as_posix()}:{line}:{column}", (wrong, told)
            assert repr(wrong) in findings[0].message, (wrong, told)
            assert findings[0].remedy == f"did you mean {key!r}?", (wrong, told)
            assert findings[0].level == "error"
    file.write_text(right, encoding="utf-8")
    assert load(paths).findings == ()


@pytest.mark.exhaustive
@pytest.mark.parametrize("file", FILES, ids=str)
def test_each_misspelt_key_is_one_error_at_the_key_that_proposes_the_right_one(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "slos", tmp_path / "slos")
    monkeypatch.chdir(tmp_path)
    expect_one_error_each(file, ["slos"], FREE)


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "file", sorted((ROOT / "tests/examples/valid").glob("*.yaml")), ids=lambda file: file.name
)
def test_so_it_is_in_the_examples(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(file, tmp_path)
    monkeypatch.chdir(tmp_path)
    # Without a catalogue nobody but the author knows the names of dimensions.
    expect_one_error_each(
        Path(file.name), [file.name], FREE if file.name == "catalogue.yaml" else {*FREE, "dimensions"}
    )


ANNOTATED = """\
apiVersion: openslo/v1
kind: SLO
metadata:
  name: available
  annotations: {ANNOTATIONS}
spec:
  service: shop
  indicator:
    metadata: {name: available}
    spec:
      ratioMetric:
        counter: true
        good: {metricSource: {type: Prometheus, spec: {query: good_total, reduce: increase}}}
        total: {metricSource: {type: Prometheus, spec: {query: all_total, reduce: increase}}}
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{displayName: o, target: 0.99}]
"""


def remedies(annotations: str, folder: Path) -> list[str]:
    (folder / "slo.yaml").write_text(ANNOTATED.replace("ANNOTATIONS", annotations), encoding="utf-8")
    return [each.remedy for each in load([str(folder)]).findings]


@pytest.mark.parametrize(
    "wrong",
    [
        "cheker/minSamples",
        "Checker/minSamples",
        "checkr/minSample",
        "chekcer/minsamples",
        "checker-minSamples",
        "checker.minSamples",
        "checker:minSamples",
    ],
)
def test_an_annotation_whose_prefix_is_misspelt_is_one_error(wrong: str, tmp_path: Path) -> None:
    assert remedies(f'"{wrong}": "100"', tmp_path) == ["did you mean 'checker/minSamples'?"]
    both = f'"{wrong}": "100", checker/minSamples: "200"'
    expected = ["remove it, or merge it into 'checker/minSamples', which already exists"]
    assert remedies(both, tmp_path) == expected


@pytest.mark.parametrize(
    "theirs", ["example.com/minSamples", "checkout/owner", "check/minSamples", "checker-team"]
)
def test_the_annotations_of_others_are_left_alone(theirs: str, tmp_path: Path) -> None:
    assert remedies(f'"{theirs}": "100"', tmp_path) == []


def test_a_key_that_is_there_twice_in_two_spellings_is_taken_for_no_other(tmp_path: Path) -> None:
    """``warnings`` beside ``warning``: what is left would be further from what was meant."""
    (tmp_path / "shop.yaml").write_text(
        "apiVersion: checker/v1\nkind: SuccessCriteria\nmetadata: {name: shop}\nspec:\n  owner: a\n  ower: b\n"
        "  criteria:\n    - name: c\n      indicator: {source: Coverage, file: c.xml}\n      target: '> 90 %'\n"
    )
    (finding,) = load([str(tmp_path)]).findings
    assert finding.remedy == "remove it, or merge it into 'owner', which already exists"
