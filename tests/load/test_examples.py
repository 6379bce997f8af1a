"""Every example in tests/examples: the valid ones have no finding, the others exactly those beside them.

``UPDATE_GOLDEN=1`` writes the findings anew; read the difference before you commit it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from checker.load.catalog import load
from checker.model import Finding
from tests.load.wording import complaint

EXAMPLES = Path(__file__).parents[1] / "examples"
VALID = sorted(path.relative_to(EXAMPLES) for path in (EXAMPLES / "valid").iterdir())
INVALID = sorted(path.relative_to(EXAMPLES) for path in (EXAMPLES / "invalid").rglob("*.yaml"))


@pytest.fixture(autouse=True)
def _among_the_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLES)


def told(finding: Finding) -> str:
    """A finding as the golden files have it: place, level, rule, fact, remedy, other places."""
    lines = [f"{finding.location}: {finding.level}: {finding.message} [{finding.rule}]"]
    lines += [f"    at {finding.path}"] if finding.path else []
    lines += [f"    remedy: {finding.remedy}"] if finding.remedy else []
    lines += [f"    see {location}: {why}" for why, location in finding.related]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", VALID, ids=str)
def test_a_valid_example_has_no_finding(path: Path) -> None:
    catalog = load([str(path)])
    assert [told(finding) for finding in catalog.findings] == []
    assert catalog.objectives


def test_the_valid_examples_are_valid_together() -> None:
    assert load(["valid"]).findings == ()


@pytest.mark.parametrize("path", INVALID, ids=str)
def test_an_invalid_example_has_these_findings(path: Path) -> None:
    catalog = load([str(path)])
    findings = "".join(told(finding) for finding in catalog.findings)
    golden = path.with_suffix(".errors.txt")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(findings, encoding="utf-8")
    assert findings == golden.read_text(encoding="utf-8")
    assert catalog.findings


def test_every_golden_file_belongs_to_an_example() -> None:
    golden = {path.relative_to(EXAMPLES) for path in (EXAMPLES / "invalid").rglob("*.txt")}
    assert golden == {path.with_suffix(".errors.txt") for path in INVALID}


@pytest.mark.parametrize("path", INVALID, ids=str)
def test_a_finding_is_a_place_a_fact_and_a_remedy_in_plain_english(path: Path) -> None:
    for finding in load([str(path)]).findings:
        assert not complaint(finding), told(finding)
