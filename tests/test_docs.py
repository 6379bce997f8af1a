"""What the manual shows is what the program does: outputs, examples, links."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from checker.cli import main
from checker.load.catalog import load

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
SHOWN = re.compile(r"<!-- shown: (.*?) -->\n```text\n(.*?)```\n<!-- end -->", re.DOTALL)
SHOWN_LINES = 45
"""How much of an output the manual shows."""


EACH_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


@EACH_PAGE
def test_shown_output_is_what_the_command_prints(page: Path) -> None:
    """With UPDATE_GOLDEN=1 the page is written anew."""
    text = page.read_text(encoding="utf-8")

    def fresh(found: re.Match[str]) -> str:
        words = found[1].split()
        assert words[0] == "checker"
        command = [sys.executable, "-m", "checker", *words[1:]]
        plain = {**os.environ, "COLUMNS": "100"}
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=plain)
        lines = ran.stdout.splitlines()
        cut = [*lines[:SHOWN_LINES], "..."] if len(lines) > SHOWN_LINES else lines
        return f"<!-- shown: {found[1]} -->\n```text\n" + "\n".join(cut) + "\n```\n<!-- end -->"

    now = SHOWN.sub(fresh, text)
    if os.environ.get("UPDATE_GOLDEN"):
        page.write_text(now, encoding="utf-8")
    assert now == text or os.environ.get("UPDATE_GOLDEN")


@EACH_PAGE
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if not link.startswith("http"):
            assert (page.parent / link).exists(), f"{page.name} links to {link}"


@EACH_PAGE
def test_tests_that_are_named_exist(page: Path) -> None:
    for path, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page.read_text(encoding="utf-8")):
        code = (ROOT / path).read_text(encoding="utf-8")
        assert re.search(rf"^(def|class) {name}\b", code, re.MULTILINE), f"{page.name}: no {path}::{name}"


@EACH_PAGE
def test_whole_documents_in_the_manual_are_valid(page: Path, tmp_path: Path) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    whole = [block for block in blocks if "apiVersion:" in block and "kind:" in block]
    for number, block in enumerate(whole):
        (tmp_path / f"{number}.yaml").write_text(block, encoding="utf-8")
    if whole:
        known = {"dangling-reference"}
        assert not [found for found in load([str(tmp_path)]).findings if found.rule not in known]


@EACH_PAGE
def test_rules_in_the_manual_are_right_about_their_examples(
    page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    rules = [block for block in blocks if "\nkind: Rule\n" in block]
    for number, block in enumerate(rules):
        (tmp_path / f"{number}.yaml").write_text(block, encoding="utf-8")
    if rules:
        assert main(["test", str(tmp_path)]) == 0
        told = capsys.readouterr().out
        assert (
            f"{len(rules)} rule{'' if len(rules) == 1 else 's'}, {len(rules)} with an example that fails"
            in told
        )


def test_the_readme_says_what_validate_says_of_its_example(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    example = text.partition("# slos/shop.yaml\n")[2].partition("```")[0]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "slos").mkdir()
    (tmp_path / "slos/shop.yaml").write_text(example, encoding="utf-8")
    assert main(["validate"]) == 0
    assert f"$ checker validate\n{capsys.readouterr().out}$ " in text
