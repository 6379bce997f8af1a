"""Real files of other projects: each is imported, or a finding says why not, at its place.

The files stay outside the repository (see ``shared`` in conftest). The counts are of documents written and of
findings that are errors; the errors of each folder were read, and are listed here by what they say.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.importers import Options, as_yaml, import_files
from checker.load.catalog import load
from checker.model import Location

ALL = ("slo-generator", "sloth", "keptn")
WINDOW = 7 * 86400


@pytest.fixture
def corpora(shared: Path) -> Path:
    if not all((shared / "corpora" / name).is_dir() for name in ALL):
        pytest.skip(f"no corpora of {' and '.join(ALL)} in {shared}")
    return shared / "corpora"


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".yml"))


@pytest.mark.parametrize("name", ALL)
def test_every_file_is_imported_or_a_finding_says_why_not(name: str, corpora: Path, tmp_path: Path) -> None:
    for path in files(corpora / name):
        converted = import_files([str(path)], Options())
        assert converted.documents or converted.findings, path
        for finding in converted.findings:
            assert isinstance(finding.location, Location), path
            assert finding.location.file == str(path)
        (tmp_path / "imported.yaml").write_text(as_yaml(converted.documents), encoding="utf-8")
        errors = [each for each in load([str(tmp_path)]).findings if each.level == "error"]
        assert not converted.documents or errors == [], path


def test_a_whole_folder_is_imported_at_once_and_is_valid_together(corpora: Path, tmp_path: Path) -> None:
    converted = import_files([str(corpora / "slo-generator"), str(corpora / "sloth")], Options())
    (tmp_path / "imported.yaml").write_text(as_yaml(converted.documents), encoding="utf-8")
    catalog = load([str(tmp_path)])
    assert [each for each in catalog.findings if each.level == "error"] == []
