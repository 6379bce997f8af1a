"""``checker import``."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from checker.cli.make_way import REMEDY, Inputs, told_to_read
from checker.cli.options import add_color, duration, output
from checker.cli.outputs import not_written
from checker.cli.terminal import say, use_color
from checker.display import counted
from checker.files import FileRefused
from checker.model import Exit, Finding

if TYPE_CHECKING:
    from checker.importers import Written

PURPOSE = "turn the SLO files of other tools into files that checker reads"
EXAMPLES = """\
examples:
  checker import sloth.yaml > slos/shop.yaml
  checker import slo-generator/ --output slos/imported/
  checker import slo.yaml sli.yaml --window 5m --set SERVICE=carts --output slos/carts.yaml"""


def describe(command: argparse.ArgumentParser) -> None:
    """Declares its arguments."""
    command.add_argument(
        "paths",
        nargs="+",
        metavar="FILE",
        help="files or directories; - is standard input. Files that belong together must be named together",
    )
    command.add_argument(
        "-o",
        "--output",
        type=output,
        metavar="PATH",
        help="one file for all, or a directory (ends with /) for one file each; otherwise standard output",
    )
    command.add_argument(
        "--write-rules",
        metavar="DIR",
        help="the folder for the rules made from Keptn's total score; otherwise they are comments",
    )
    command.add_argument("--overwrite", action="store_true", help="replace files that exist")
    command.add_argument(
        "--window", type=duration, metavar="TIME", help="the window, for files that do not state one"
    )
    command.add_argument(
        "--set",
        action="append",
        default=[],
        type=_setting,
        metavar="NAME=VALUE",
        help="the value of ${NAME} or $NAME in the files; repeatable",
    )
    command.add_argument(
        "-q", "--quiet", action="store_true", help="print only what is wrong, not what was changed"
    )
    add_color(command)


def execute(arguments: argparse.Namespace) -> int:
    """Prints or writes the converted files, and on standard error what could not be converted. Returns 0, 2 or 4."""
    from checker import importers

    options = importers.Options(arguments.window, dict(arguments.set))
    converted = importers.import_files(arguments.paths, options)
    try:
        refused = _put(converted.documents, arguments)
    except OSError as error:
        raise not_written(error.filename, "it cannot be written", error) from error
    _tell(converted.findings, arguments)
    left = len(importers.rules(converted.documents)) if arguments.write_rules is None else 0
    if left and not arguments.quiet:
        sys.stderr.write(
            f"checker: {counted(left, 'rule')} only as a comment; --write-rules rules/ writes them\n"
        )
    if refused:
        say(f"checker: {refused}")
        return Exit.INVALID
    wrong = sum(each.level == "error" for each in converted.findings)
    if wrong or not arguments.quiet or not converted.documents:
        made = f"imported: {counted(len(converted.documents), 'document')}"
        sys.stderr.write(f"{made}, {counted(wrong, 'error')}\n" if wrong else f"{made}\n")
    return Exit.INVALID if wrong or not converted.documents else Exit.PASSED


def _put(documents: Sequence[Written], arguments: argparse.Namespace) -> str:
    """Writes the documents to their places. Returns why it did not, or "". Raises OSError, FileRefused."""
    from checker import reports
    from checker.importers import as_yaml, by_file, rules

    place, rules_folder = arguments.output, arguments.write_rules
    texts: dict[str, str] = {}
    if rules_folder is not None:
        texts |= {os.path.join(rules_folder, name): text for name, text in rules(documents).items()}
        documents = [each for each in documents if each.data["kind"] != "Rule"]
    if place is None:
        sys.stdout.write(as_yaml(documents))
    elif os.path.isdir(place) or place.endswith(("/", os.sep)):
        texts |= {os.path.join(place, name): as_yaml(each) for name, each in by_file(documents).items()}
    elif documents:
        texts[place] = as_yaml(documents)
    there = [path for path in texts if os.path.lexists(path)]
    if there and not arguments.overwrite:
        return f"{there[0]} exists; name another place, or add --overwrite"
    for path in there:
        if reason := told_to_read(path, Inputs(arguments.paths)):
            raise FileRefused(reason, REMEDY)
    for path, text in texts.items():
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        reports.write(path, text)
    return ""


def _tell(findings: Sequence[Finding], arguments: argparse.Namespace) -> None:
    from checker.reports.findings import finding_lines

    color = use_color(arguments.color) and (arguments.color == "always" or sys.stderr.isatty())
    for finding in findings:
        if finding.level == "error" or not arguments.quiet:
            sys.stderr.write("".join(f"{line}\n" for line in finding_lines(finding, color=color)))


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", name):
        raise argparse.ArgumentTypeError(f"{text!r} is not a setting; write it as in SERVICE=carts")
    return name, value
