"""``checker validate``."""

from __future__ import annotations

import argparse
import sys

from checker.cli.options import add_paths, add_terminal, findings_format
from checker.cli.terminal import counted, failed, write_findings
from checker.model import Catalog, Exit

PURPOSE = "check the files, without measuring anything"
EXAMPLES = """\
examples:
  checker validate slos/ release/criteria.yaml
  checker validate -f github -f sarif=validation.sarif"""


def describe(command: argparse.ArgumentParser) -> None:
    """Its arguments."""
    add_paths(command)
    command.add_argument(
        "-f",
        "--format",
        action="append",
        default=[],
        type=findings_format,
        metavar="FORMAT[=PATH]",
        help="write what was found: text (the default) to standard output, github or sarif to PATH or "
        "standard output; repeatable",
    )
    add_terminal(command)


def execute(arguments: argparse.Namespace) -> int:
    """Says what is wrong with the files: 0 or 2."""
    from checker.load.catalog import load

    if not arguments.format:
        catalog = load(arguments.paths)
        arguments.kept.append(catalog)
        return say_validity(catalog, arguments)
    return _write_formats(arguments)


def _write_formats(arguments: argparse.Namespace) -> int:
    from checker import reports
    from checker.load.catalog import load

    try:
        reports.remove_stale(each.path for each in arguments.format if each.path)
    except OSError as error:
        return failed(f"{error.filename}: the old report cannot be removed ({error.strerror})")
    catalog = load(arguments.paths)
    wrong = any(finding.level == "error" for finding in catalog.findings)
    code = Exit.INVALID if wrong else Exit.PASSED
    try:
        for name, path in arguments.format:
            if name == "text":
                say_validity(catalog, arguments)
            elif path:
                reports.write(path, reports.find(name).render_findings(catalog.findings, code))
            else:
                sys.stdout.write(reports.find(name).render_findings(catalog.findings, code))
    except OSError as error:
        return failed(f"{error.filename}: the report cannot be written ({error.strerror})")
    return code


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
