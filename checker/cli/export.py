"""``checker export``."""

from __future__ import annotations

import argparse
import sys
from contextlib import redirect_stdout

from checker import exporters
from checker.cli.make_way import Inputs, refused
from checker.cli.options import add_color, add_paths, add_select, add_strict, output
from checker.cli.outputs import write
from checker.cli.terminal import say, write_findings
from checker.display import counted
from checker.model import Exit

PURPOSE = "write the promises for another tool: rules for Prometheus"
EXAMPLES = """\
examples:
  checker export prometheus slos/ --output rules.yaml
  checker export prometheus --select 'checkout*' | promtool check rules"""


def describe(command: argparse.ArgumentParser) -> None:
    """Declares its arguments."""
    command.add_argument(
        "target", choices=exporters.names(), metavar="TARGET", help=", ".join(exporters.names())
    )
    add_paths(command)
    add_strict(command)
    add_select(command, "write")
    command.add_argument(
        "-o", "--output", type=output, metavar="FILE", help="write to FILE instead of standard output"
    )
    add_color(command)


def execute(arguments: argparse.Namespace) -> int:
    """Writes what can be exported, and lists what cannot. Returns 0, or 2 if there is nothing to write."""
    from checker.load.catalog import load
    from checker.run import select

    catalog = load(arguments.paths, strict=arguments.strict)
    if arguments.output is not None:
        for refusal in refused([arguments.output], Inputs(arguments.paths), [catalog]).values():
            raise refusal
    objectives, findings = select(catalog, arguments.select)
    if not objectives or not catalog.valid:
        # Standard output is for the rules, and may be redirected to a file; the findings must be seen anyway.
        with redirect_stdout(sys.stderr):
            write_findings(findings, arguments)
        return Exit.INVALID
    exported = exporters.find(arguments.target).export(objectives)
    for name, reason in exported.skipped:
        say(f"skipped {name}: {reason}")
    for note in exported.notes:
        say(f"note: {note}")
    if not exported.written:
        sys.stderr.write(f"checker: none of {counted(len(objectives), 'promise')} could be written\n")
        return Exit.INVALID
    if arguments.output is None:
        sys.stdout.write(exported.text)
        return Exit.PASSED
    write(arguments.output, exported.text)
    say(f"wrote {counted(len(exported.written), 'promise')} to {arguments.output}")
    return Exit.PASSED
