"""``checker run``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from checker.cli import clock
from checker.cli.make_way import Inputs, make_way
from checker.cli.options import (
    add_at,
    add_format,
    add_notes,
    add_paths,
    add_policy,
    add_select,
    add_strict,
    add_terminal,
    duration,
    output,
    policy_paths,
)
from checker.cli.outputs import formats_of, page, say_answer, tell, write
from checker.cli.terminal import progress
from checker.model import Exit

if TYPE_CHECKING:
    from checker.git_tree import Commit
    from checker.run import Options

PURPOSE = "measure and judge every promise, and decide whether the release may go ahead"
LONGEST = 30 * 86400
"""Seconds; the longest --timeout. The system's clocks and locks do not accept arbitrarily large numbers."""

EXAMPLES = """\
examples:
  checker run -f table -f junit=junit.xml
  checker run --record evidence.jsonl
  checker run --replay evidence.jsonl -f json=report.json
  checker run --select 'phase-4/*' --fail-on-warn
  checker run --base origin/main         judge a pull request by what it is merged into"""


def describe(command: argparse.ArgumentParser) -> None:
    """Declares its arguments."""
    add_paths(command)
    add_strict(command)
    add_at(command, "judge at")
    command.add_argument(
        "--record", type=output, metavar="FILE", help="write what was measured to FILE, as JSON Lines"
    )
    command.add_argument(
        "--replay", metavar="FILE", help="judge what was recorded in FILE; without --at, at its moment"
    )
    command.add_argument(
        "--base",
        metavar="REF",
        help="judge by the promises, waivers and rules of a commit, such as origin/main, and report what the "
        "working folder changes about them",
    )
    add_select(command, "judge")
    add_policy(command)
    add_format(
        command, _formats, "report as table (the default), github, html, json, junit, markdown or sarif"
    )
    command.add_argument("--fail-on-warn", action="store_true", help="count WARN as a failure")
    command.add_argument(
        "--timeout",
        type=_timeout,
        default=120,
        metavar="TIME",
        help="how long to wait for all answers (default 2m)",
    )
    add_notes(command)
    add_terminal(command)


def execute(arguments: argparse.Namespace) -> int:
    """Judges, writes the reports, and returns the gate's exit code."""
    from checker import evidence as recording
    from checker import reports
    from checker.reports.headline import headline
    from checker.run import run

    formats = formats_of(arguments, "table")
    inputs = Inputs(arguments.paths, (arguments.replay, *policy_paths(arguments)))
    with make_way(formats, inputs, arguments.record) as loaded:
        report, evidence = run(_options(arguments), progress(), loaded)
    if arguments.record and report.verdicts:
        write(arguments.record, recording.dump(evidence))
    if arguments.quiet and not arguments.format and report.exit is Exit.PASSED:
        return report.exit

    def render(name: str, path: str) -> str:
        notes = {"each_note": arguments.notes} if name == "table" else {}
        text: str = reports.find(name).render(report, **page(name, path, arguments), **notes)
        return text

    tell(formats, render)
    if not arguments.quiet:
        say_answer(headline(report), formats)
    return report.exit


def _options(arguments: argparse.Namespace) -> Options:
    """The options of the run. Raises FileRefused if the evidence or the commit cannot be read."""
    from checker import evidence as recording
    from checker.prepare import PolicyFiles
    from checker.run import Options

    replayed = recording.replay(arguments.replay) if arguments.replay else None
    now = replayed.at if replayed else clock.now()
    return Options(
        paths=tuple(arguments.paths),
        at=now if arguments.at is None else arguments.at,
        asked_at=None if replayed else now,
        select=tuple(arguments.select),
        fail_on_warn=arguments.fail_on_warn,
        strict=arguments.strict,
        timeout=arguments.timeout,
        replayed=replayed,
        policy=PolicyFiles(arguments.rules, arguments.policy, arguments.environment),
        base=None if arguments.base is None else _commit(arguments.base),
    )


def _commit(ref: str) -> Commit:
    from checker.git_tree import commit

    return commit(ref)


def _timeout(text: str) -> int:
    seconds = duration(text)
    if seconds > LONGEST:
        raise argparse.ArgumentTypeError(f"{text} is more than a run can wait; write at most 30d")
    return seconds


def _formats() -> tuple[str, ...]:
    from checker import reports

    return reports.names()
