"""``checker backtest``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from checker.cli.make_way import Inputs, make_way
from checker.cli.options import PATHS, add_color, add_format, add_policy, add_strict, policy_paths
from checker.cli.outputs import formats_of, tell
from checker.cli.terminal import say, write_findings
from checker.model import Catalog, Exit

if TYPE_CHECKING:
    from checker.git_tree import Commit

PURPOSE = "show which past releases today's policy would have blocked, or let through"
EXAMPLES = """\
examples:
  checker backtest evidence/                     past recordings, and the reports beside them
  checker backtest evidence/ --base origin/main  before and after a change of the promises
  checker backtest reports/2026-*.json           reports alone, where only thresholds changed

Exit codes: 0, whatever would have been blocked; 2 for invalid files."""


MOST_NAMED = 10
"""Passed-over files that are listed by name; the rest are only counted."""


def describe(command: argparse.ArgumentParser) -> None:
    """Declares its arguments."""
    command.add_argument(
        "past", nargs="+", metavar="PAST", help="evidence (.jsonl), reports (.json), or folders with them"
    )
    command.add_argument(
        "-p",
        "--path",
        action="append",
        default=[],
        metavar="PATH",
        help="the files or directories of today's policy; repeatable (slos/)",
    )
    command.add_argument(
        "--base",
        metavar="REF",
        help="compare with the promises of this commit, instead of with what the reports said",
    )
    add_strict(command)
    add_policy(command)
    add_format(command, lambda: ("json", "text"), "print the result as text (the default) or json")
    add_color(command)


def execute(arguments: argparse.Namespace) -> int:
    """Prints what the policy would have decided. Returns 0, or 2 for invalid files."""
    from checker.backtest import backtest
    from checker.backtest.past import past_runs
    from checker.backtest.tell import as_json, table
    from checker.git_tree import commit
    from checker.prepare import PolicyFiles, read_both
    from checker.run import Options

    paths = tuple(arguments.path or PATHS)
    formats = formats_of(arguments, "text")
    policy = PolicyFiles(arguments.rules, arguments.policy, arguments.environment)
    with make_way(formats, Inputs(paths, policy_paths(arguments), arguments.past)) as loaded:
        catalog, _ = read_both(paths, policy, strict=arguments.strict)
        loaded(catalog)
    past, passed_over = past_runs(arguments.past)
    base = commit(arguments.base) if arguments.base else None
    if _refused(catalog, None, arguments):
        return Exit.INVALID
    if base is not None:
        before, _ = read_both(paths, policy, base, strict=arguments.strict)
        if _refused(before, base, arguments):
            return Exit.INVALID
    options = Options(paths=paths, at=0, strict=arguments.strict, base=base, policy=policy)
    releases = backtest(past, options, catalog)
    others = [name for name, _ in passed_over]
    tell(formats, lambda name, _: as_json(releases, others) if name == "json" else table(releases))
    _say_passed_over([fact for _, fact in passed_over])
    return Exit.PASSED


def _say_passed_over(facts: Sequence[str]) -> None:
    say(*(f"note: {fact}" for fact in facts[:MOST_NAMED]))
    if len(facts) > MOST_NAMED:
        say(f"note: and {len(facts) - MOST_NAMED} more files are neither a recording nor a report of a run")


def _refused(catalog: Catalog, base: Commit | None, arguments: argparse.Namespace) -> bool:
    """Whether these files, of today or of a base commit, cannot decide anything; then prints why."""
    from checker.proposal import found_at
    from checker.run import select

    objectives, findings = select(catalog, ())
    if catalog.valid and objectives:
        return False
    write_findings(found_at(base, findings), arguments)
    return True
