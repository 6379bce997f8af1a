"""``checker validate``."""

from __future__ import annotations

import argparse
import sys

from checker.cli import clock
from checker.cli.make_way import Inputs, make_way
from checker.cli.options import (
    add_at,
    add_format,
    add_notes,
    add_paths,
    add_policy,
    add_strict,
    add_terminal,
    policy_paths,
)
from checker.cli.outputs import formats_of, say_answer, tell
from checker.cli.terminal import findings_text, use_color
from checker.display import counted
from checker.model import Catalog, Exit

PURPOSE = "check the files, without measuring anything"
EXAMPLES = """\
examples:
  checker validate slos/ release/criteria.yaml
  checker validate -f github -f sarif=validation.sarif"""


def describe(command: argparse.ArgumentParser) -> None:
    """Declares its arguments."""
    add_paths(command)
    add_strict(command)
    add_format(command, _formats, "print the findings as text (the default), github or sarif")
    add_at(command, "compare dates with")
    add_policy(command)
    add_notes(command)
    add_terminal(command)


def execute(arguments: argparse.Namespace) -> int:
    """Prints what is wrong with the files. Returns 0; 1 if a rule of level error is violated; or 2."""
    from checker import reports
    from checker.prepare import PolicyFiles, hold_dates, prepare

    formats = formats_of(arguments, "text")
    now = clock.now() if arguments.at is None else arguments.at
    policy = PolicyFiles(arguments.rules, arguments.policy, arguments.environment)
    with make_way(formats, Inputs(arguments.paths, policy_paths(arguments))) as loaded:
        catalog, _ = prepare(arguments.paths, policy, now, strict=arguments.strict)
        catalog = hold_dates(catalog, now)
        loaded(catalog)
    arguments.kept.append(catalog)
    code = validity(catalog)

    def render(name: str, path: str) -> str:
        if name == "text":
            color = use_color(arguments.color) and not path
            return _text(catalog, quiet=arguments.quiet, color=color, each_note=arguments.notes)
        text: str = reports.find(name).render_findings(catalog.findings, code)
        return text

    tell(formats, render)
    if not arguments.quiet:
        say_answer(_answer(catalog), formats)
    return code


def _formats() -> tuple[str, ...]:
    from checker import reports

    return (*reports.OF_FINDINGS, "text")


def validity(catalog: Catalog) -> Exit:
    """2 if the files are invalid; 1 if only rules are violated; otherwise 0."""
    if not catalog.valid:
        return Exit.INVALID
    return Exit.FAILED if any(each.level == "error" for each in catalog.findings) else Exit.PASSED


def say_validity(catalog: Catalog, arguments: argparse.Namespace) -> Exit:
    """Prints the findings."""
    sys.stdout.write(_text(catalog, quiet=arguments.quiet, color=use_color(arguments.color)))
    return validity(catalog)


def _text(catalog: Catalog, *, quiet: bool, color: bool, each_note: bool = False) -> str:
    shown = [each for each in catalog.findings if each.level != "note" or not quiet]
    text = findings_text(shown, color=color, each_note=each_note)
    silent = quiet and validity(catalog) is Exit.PASSED
    return text if silent else f"{text}{_answer(catalog)}\n"


def _answer(catalog: Catalog) -> str:
    """A summary of the findings in one line."""
    files, promises = counted(len(catalog.digests), "file"), counted(len(catalog.objectives), "promise")
    errors = [finding for finding in catalog.findings if finding.level == "error"]
    match validity(catalog):
        case Exit.INVALID:
            wrong = sum(finding.origin == "files" for finding in errors)
            return f"INVALID: {counted(wrong, 'error')} in {files}"
        case Exit.FAILED:
            return f"NOT ALLOWED: {counted(len(errors), 'error')} by the rules in {files}, {promises}"
        case _:
            return f"valid: {files}, {promises}"
