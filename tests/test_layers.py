"""Imports go one way, and the rooms that only compute cannot do anything else."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from checker import reports, sources

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "checker"

# What each room may import of checker, besides itself. A room is a folder, or a module at the top.
MAY_IMPORT = {
    "units": set(),
    "model": {"units"},
    "display": {"units"},
    "rulebook": {"model"},
    "scalar_places": {"model"},
    "formula": {"units"},
    "promise_digest": {"model", "units"},
    "open_below": set(),
    "hidden": set(),
    "files": {"open_below", "hidden"},
    "git_tree": {"files", "hidden"},
    "read_xml": set(),
    "spread": set(),
    "read_json": set(),
    "sources": {"model", "units", "display", "files", "hidden", "read_json", "read_xml"},
    "spec": {"model", "units", "hidden", "sources"},
    "load": {
        "model",
        "units",
        "sources",
        "spec",
        "files",
        "hidden",
        "formula",
        "windows",
        "burn_policies",
        "rulebook",
        "spread",
        "promise_digest",
    },
    "windows": {"model"},
    "burn_policies": {"model", "units"},
    "judge": {"model", "units", "display", "formula", "windows"},
    "policy": {"model", "units", "display", "judge", "rulebook", "scalar_places"},
    "rule_process": {"model", "policy", "spread"},
    "diff": {"model", "units", "display", "formula", "rulebook", "promise_digest"},
    "reports": {"model", "units", "display"},
    "exporters": {"model", "units", "display", "burn_policies", "hidden", "sources"},
    "proposal": {"model", "diff", "policy", "rulebook"},
    "diff_reports": {"model", "diff", "reports"},
    "evidence": {"model", "files"},
    "measure": {"model", "sources", "evidence"},
    "questions": {"model", "sources", "windows"},
    "plan": {"model", "sources", "measure", "questions"},
    "plan_text": {"model", "display", "plan", "reports"},
    "metric_catalog": {"model", "hidden", "sources", "spec", "load"},
    "importers": {"model", "units", "spec", "files", "hidden", "load"},
    "named_files": {"model", "sources", "diff", "files", "load"},
    "backtest": {
        "model",
        "units",
        "display",
        "files",
        "read_json",
        "evidence",
        "load",
        "policy",
        "run",
        "reports",
    },
    "explanation": {
        "model",
        "units",
        "display",
        "sources",
        "questions",
        "windows",
        "reports",
        "rulebook",
        "policy",
    },
    "selftest": {
        "model",
        "units",
        "display",
        "sources",
        "judge",
        "measure",
        "questions",
        "windows",
        "reports",
    },
    "prepare": {
        "model",
        "units",
        "files",
        "sources",
        "load",
        "policy",
        "promise_digest",
        "rulebook",
        "rule_process",
    },
    "run": {
        "files",
        "git_tree",
        "proposal",
        "model",
        "sources",
        "evidence",
        "prepare",
        "measure",
        "questions",
        "windows",
        "judge",
        "policy",
        "rulebook",
        "rule_process",
        "promise_digest",
    },
    "cli": {
        "model",
        "display",
        "units",
        "spec",
        "load",
        "evidence",
        "reports",
        "exporters",
        "run",
        "prepare",
        "proposal",
        "rulebook",
        "rule_process",
        "policy",
        "plan",
        "plan_text",
        "selftest",
        "explanation",
        "backtest",
        "metric_catalog",
        "files",
        "git_tree",
        "diff",
        "diff_reports",
        "importers",
        "named_files",
    },
    "__main__": {"cli"},
}

LOAD_MAY_IMPORT = {
    "text": set(),
    "openslo": {"text"},
    "validation": {"text", "openslo"},
    "resolved": {"validation"},
    "checks": {"text", "validation", "resolved"},
    "resolution": {"text", "validation", "resolved", "checks"},
}
"""The rooms within ``load`` that have an order; what stands at its top puts them together."""

PURE = {
    "__future__", "ast", "collections", "dataclasses", "decimal", "enum", "fractions", "functools", "itertools",
    "hashlib", "json", "math", "re", "typing", "datetime", "copy", "difflib", "cel_expr_python",
}  # fmt: skip
"""All that the judging rooms need of the standard library: nothing that reads a file, a socket or a clock."""


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    inside = path.relative_to(PACKAGE)
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            if node.module == "checker":
                yield from (f"checker.{alias.name}" for alias in node.names)
            else:
                yield str(node.module)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_what_lies_before_it(path: Path) -> None:
    here = room(path)
    if here == "__init__":
        return
    for name in imports(path):
        if name.startswith("checker.") and name != "checker.__version__":
            there = name.split(".")[1]
            assert there == here or there in MAY_IMPORT[here], f"{here} must not import {name}"


@pytest.mark.parametrize("name", LOAD_MAY_IMPORT)
def test_within_load_imports_go_one_way_too(name: str) -> None:
    here = PACKAGE / "load" / name
    for path in [*here.rglob("*.py")] or [here.with_suffix(".py")]:
        for imported in imports(path):
            parts = imported.split(".")
            if parts[:2] == ["checker", "load"]:
                assert parts[2] in {name, *LOAD_MAY_IMPORT[name]}, f"{path.name} must not import {imported}"


def test_sources_never_import_each_other_and_neither_do_reports_or_exporters() -> None:
    for folder, shared in (
        ("sources", sources.SHARED),
        ("exporters", set()),
        ("reports", set(reports.SHARED)),
    ):
        for path in (PACKAGE / folder).rglob("*.py"):
            mine = path.relative_to(PACKAGE / folder).parts[0].removesuffix(".py")
            for name in imports(path):
                parts = name.split(".")
                if parts[:2] == ["checker", folder] and len(parts) > 2:
                    assert parts[2] in {mine} | shared or mine in shared, f"{path.name} imports {name}"


@pytest.mark.parametrize("folder", ["judge", "policy", "diff"])
def test_judging_does_no_io_and_reads_no_clock(folder: str) -> None:
    for path in (PACKAGE / folder).rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        outside = {name.split(".")[0] for name in imports(path)} - {"checker"}
        assert outside <= PURE, f"{path.name} imports {outside - PURE}"
        for word in (".now(", ".today(", "open(", "print(", "random"):
            assert word not in source, f"{path.name} uses {word}"


def test_a_judged_replay_imports_no_heavy_library(tmp_path: Path) -> None:
    script = (
        "import sys; from checker.cli import main; "
        "code = main(['run', 'slos/securebase', '--replay', 'slos/securebase/evidence.synthetic.jsonl', '-f', "
        f"'json={tmp_path}/report.json']); "
        "print(int(code), sorted({'boto3', 'botocore', 'jsonschema', 'tabulate', 'shtab'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout == "1 []\n"


def test_the_layers_name_every_room() -> None:
    assert {room(path) for path in modules()} - {"__init__"} <= set(MAY_IMPORT)


def test_the_map_for_newcomers_names_every_room() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = {
        name
        for cell in re.findall(r"^\|.*\|$", page, re.MULTILINE)
        for name in re.findall(r"`([a-z_]+)`", cell)
    }
    within = set(LOAD_MAY_IMPORT) - {"resolved"}
    assert (set(MAY_IMPORT) | within) - {"__main__"} <= named
    assert named - {"schemas"} <= set(MAY_IMPORT) | within
