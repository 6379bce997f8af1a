"""SLO files of other projects: each is read, or refused with a place, a fact and a remedy."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from checker.load.catalog import load


def test_every_foreign_file_is_read_or_refused_in_words(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shared / "corpora")
    files = sorted(path for path in Path().rglob("*.yaml"))
    assert len(files) > 100
    rules: Counter[str] = Counter()
    for path in files:
        catalog = load([str(path)])
        assert catalog.documents or catalog.findings, path
        for finding in catalog.findings:
            rules[finding.rule] += 1
            assert finding.location is not None, (path, finding)
            assert finding.location.file == path.as_posix(), (path, finding)
            assert finding.message, (path, finding)
            assert finding.remedy, (path, finding)
    assert rules["unknown-kind"] > 40
    assert rules["dangling-reference"] > 5


def test_another_projects_format_is_not_taken_for_ours(shared: Path) -> None:
    for folder in ("keptn", "sloth", "slo-generator"):
        for path in (shared / "corpora" / folder).rglob("*.yaml"):
            catalog = load([str(path)])
            assert not catalog.valid, path
            assert catalog.objectives == (), path
