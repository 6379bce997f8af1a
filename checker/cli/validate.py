"""``checker validate``."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from checker.cli.options import (
    Format,
    add_at,
    add_paths,
    add_policy,
    add_strict,
    add_terminal,
    findings_format,
)
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
    add_strict(command)
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
    add_at(command, "hold dates against")
    add_policy(command)
    add_terminal(command)


def execute(arguments: argparse.Namespace) -> int:
    """Says what is wrong with the files: 0, 1 where a rule of level error is not satisfied, or 2."""
    from checker import reports
    from checker.prepare import PolicyFiles, prepare

    formats = arguments.format or [Format("text", "")]
    try:
        reports.remove_stale(each.path for each in formats if each.path)
    except OSError as error:
        return failed(f"{error.filename}: the old report cannot be removed ({error.strerror})")
    now = int(datetime.now(UTC).timestamp()) if arguments.at is None else arguments.at
    policy = PolicyFiles(arguments.rules, arguments.policy, arguments.environment)
    catalog, _ = prepare(arguments.paths, policy, now, strict=arguments.strict)
    arguments.kept.append(catalog)
    code = validity(catalog)
    try:
        for name, path in formats:
            if name == "text":
                say_validity(catalog, arguments)
            elif path:
                reports.write(path, reports.find(name).render_findings(catalog.findings, code))
            else:
                sys.stdout.write(reports.find(name).render_findings(catalog.findings, code))
    except OSError as error:
        return failed(f"{error.filename}: the report cannot be written ({error.strerror})")
    return code


def validity(catalog: Catalog) -> Exit:
    """0; 1 where only rules speak against the files; or 2."""
    if not catalog.valid:
        return Exit.INVALID
    return Exit.FAILED if any(each.level == "error" for each in catalog.findings) else Exit.PASSED


def say_validity(catalog: Catalog, arguments: argparse.Namespace) -> Exit:
    """Tells a person what was found."""
    told = [each for each in catalog.findings if each.level != "note" or not arguments.quiet]
    write_findings(told, arguments)
    code = validity(catalog)
    if code is not Exit.PASSED or not arguments.quiet:
        files, promises = counted(len(catalog.digests), "file"), counted(len(catalog.objectives), "promise")
        errors = [finding for finding in catalog.findings if finding.level == "error"]
        if code is Exit.INVALID:
            wrong = sum(finding.origin == "files" for finding in errors)
            said = f"INVALID: {counted(wrong, 'error')} in {files}"
        elif code is Exit.FAILED:
            said = f"NOT ALLOWED: {counted(len(errors), 'error')} by the rules in {files}, {promises}"
        else:
            said = f"valid: {files}, {promises}"
        sys.stdout.write(f"{said}\n")
    return code
