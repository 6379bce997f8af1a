"""Every weakening of the shipped promises is flagged, and no tightening is."""

from __future__ import annotations

import shutil
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

from checker.diff.compare import compare
from checker.load.catalog import load
from checker.model import Catalog
from tests.diff.edits import SLOS, Edit, edits

EDITS = edits()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the shipped files, to be edited."""
    return Path(shutil.copytree(SLOS, tmp_path_factory.mktemp("edited") / "securebase"))


@lru_cache(maxsize=8)
def written(folder: Path, file: str, text: str) -> Catalog:
    """The catalog of one shipped file with its text replaced, and of the connections; of all, for a connection."""
    kept = (folder / file).read_bytes()
    try:
        (folder / file).write_bytes(text.encode())
        all_files = file == "data-sources.yaml"
        return load([str(folder)] if all_files else [str(folder / file), str(folder / "data-sources.yaml")])
    finally:
        (folder / file).write_bytes(kept)


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
def test_an_edit_is_told_for_what_it_is(edit: Edit, folder: Path) -> None:
    before, after = (written(folder, edit.file, text) for text in (edit.before, edit.after))
    if edit.direction not in ("added", "removed"):
        assert {each.name for each in before.objectives} == {each.name for each in after.objectives}
    found = compare(before, after)
    assert any(each.weaker for each in found) == edit.weaker, found
    if edit.direction:
        assert edit.direction in {each.direction for each in found}, found
    if edit.direction == "tightened":
        assert {each.direction for each in found} <= {"tightened", "reworded"}, found


def test_there_are_many_of_each_direction() -> None:
    assert len(EDITS) == len({(edit.name, edit.file) for edit in EDITS})
    counted = Counter(edit.weaker for edit in EDITS)
    assert counted[True] >= 400
    assert counted[False] >= 400
    assert Counter(edit.direction for edit in EDITS)["tightened"] >= 200
