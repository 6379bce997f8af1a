"""``checker validate``."""

from __future__ import annotations

import argparse
import sys

from checker.cli.options import add_paths, add_terminal
from checker.cli.terminal import counted, write_findings
from checker.model import Catalog, Exit

PURPOSE = "check the files, without measuring anything"
EXAMPLES = "example:\n  checker validate slos/ release/criteria.yaml"


def describe(command: argparse.ArgumentParser) -> None:
    """Its arguments."""
    add_paths(command)
    add_terminal(command)


def execute(arguments: argparse.Namespace) -> int:
    """Says what is wrong with the files: 0 or 2."""
    from checker.load.catalog import load

    catalog = load(arguments.paths)
    arguments.kept.append(catalog)
    return say_validity(catalog, arguments)


def say_validity(catalog: Catalog, arguments: argparse.Namespace) -> int:
    write_findings(catalog.findings, arguments)
    wrong = sum(finding.level == "error" for finding in catalog.findings)
    if wrong or not arguments.quiet:
        files, promises = len(catalog.digests), len(catalog.objectives)
        sys.stdout.write(
            f"INVALID: {counted(wrong, 'error')} in {counted(files, 'file')}\n"
            if wrong
            else f"valid: {counted(files, 'file')}, {counted(promises, 'promise')}\n"
        )
    return Exit.INVALID if wrong else Exit.PASSED
