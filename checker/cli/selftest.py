"""``checker selftest``."""

from __future__ import annotations

import argparse

from checker.cli.make_way import Inputs, make_way
from checker.cli.options import add_at, add_color, add_format, add_paths, add_select, add_strict
from checker.cli.outputs import formats_of, tell
from checker.cli.terminal import width, write_findings
from checker.model import Exit

PURPOSE = "show that each promise can fail: change recorded data, and see its verdict flip"
EXAMPLES = """\
examples:
  checker selftest --replay evidence.jsonl
  checker selftest slos/phase-4.yaml --replay evidence.jsonl -f json=selftest.json

Exit codes: 0 every promise was shown to fail where it must; 1 one never fails, or passes without data; 2 invalid
files; 3 one could not be shown, since the recording holds no data for it."""


def describe(command: argparse.ArgumentParser) -> None:
    """Declares its arguments."""
    add_paths(command)
    add_strict(command)
    command.add_argument("--replay", metavar="FILE", required=True, help="the recorded evidence to change")
    add_at(command, "judge at; without it, at the recording's moment")
    add_select(command, "test")
    add_format(command, lambda: ("json", "text"), "print the result as text (the default) or json")
    add_color(command)


def execute(arguments: argparse.Namespace) -> int:
    """Prints the trials. Returns 0 if every promise flips, 1 if one can never fail, 2 for invalid files, 3 if one
    could not be tested."""
    from checker import evidence as recording
    from checker.load.catalog import load
    from checker.run import select
    from checker.selftest import selftest
    from checker.selftest.tell import as_json, table

    formats = formats_of(arguments, "text")
    with make_way(formats, Inputs(arguments.paths, [arguments.replay])) as loaded:
        catalog = load(arguments.paths, strict=arguments.strict)
        loaded(catalog)
    evidence = recording.replay(arguments.replay)
    objectives, findings = select(catalog, arguments.select)
    if not objectives or not catalog.valid:
        write_findings(findings, arguments)
        return Exit.INVALID
    at = evidence.at if arguments.at is None else arguments.at
    trials = selftest(objectives, catalog, evidence, at)
    tell(formats, lambda name, path: as_json(trials) if name == "json" else table(trials, width(path)))
    conclusions = {trial.conclusion for trial in trials}
    if conclusions & {"never fails", "passes without data"}:
        return Exit.FAILED
    return Exit.INCONCLUSIVE if "not shown" in conclusions else Exit.PASSED
