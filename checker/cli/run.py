"""``checker run``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from checker.cli.options import (
    Format,
    add_at,
    add_paths,
    add_policy,
    add_select,
    add_strict,
    add_terminal,
    duration,
    report_format,
)
from checker.cli.terminal import failed, progress, say, use_color, width
from checker.model import Exit, Report

PURPOSE = "measure every promise, judge it, and say whether this may be released"
EXAMPLES = """\
examples:
  checker run -f table -f junit=junit.xml
  checker run --record evidence.jsonl
  checker run --replay evidence.jsonl -f json=report.json
  checker run --select 'phase-4/*' --fail-on-warn
  checker run --base origin/main         judge a pull request by what it is merged into"""


def describe(command: argparse.ArgumentParser) -> None:
    """Its arguments."""
    add_paths(command)
    add_strict(command)
    add_at(command, "judge at")
    command.add_argument("--record", metavar="FILE", help="write what was measured to FILE, as JSON Lines")
    command.add_argument(
        "--replay", metavar="FILE", help="judge what FILE recorded; without --at, at its moment"
    )
    command.add_argument(
        "--base",
        metavar="REF",
        help="judge by the promises, waivers and rules of a commit, such as origin/main, and report what the "
        "working folder changes about them",
    )
    add_select(command, "judge")
    add_policy(command)
    command.add_argument(
        "-f",
        "--format",
        action="append",
        default=[],
        type=report_format,
        metavar="FORMAT[=PATH]",
        help="write a report: table (the default), github, json, junit, markdown or sarif, to PATH or "
        "standard output; repeatable",
    )
    command.add_argument("--fail-on-warn", action="store_true", help="count WARN as a failure")
    command.add_argument(
        "--timeout",
        type=duration,
        default=120,
        metavar="TIME",
        help="how long to wait for all answers (default 2m)",
    )
    add_terminal(command)


def execute(arguments: argparse.Namespace) -> int:
    """Judges, writes the reports, and returns the gate's exit code."""
    from checker import evidence as recording
    from checker import reports
    from checker.files import FileRefused
    from checker.git_tree import commit
    from checker.prepare import PolicyFiles
    from checker.run import Options, run

    formats = arguments.format or [Format("table", "")]
    outputs = [each.path for each in formats if each.path] + ([arguments.record] if arguments.record else [])
    try:
        reports.remove_stale(outputs)
        replayed = recording.replay(arguments.replay) if arguments.replay else None
        base = commit(arguments.base) if arguments.base is not None else None
    except (recording.EvidenceError, FileRefused) as error:
        say(f"checker: {error.message}", f"  {error.remedy}")
        return Exit.INVALID
    except OSError as error:
        return failed(f"{error.filename}: the old report cannot be removed ({error.strerror})")
    now = replayed.at if replayed else int(datetime.now(UTC).timestamp())
    options = Options(
        paths=tuple(arguments.paths),
        at=now if arguments.at is None else arguments.at,
        select=tuple(arguments.select),
        fail_on_warn=arguments.fail_on_warn,
        strict=arguments.strict,
        timeout=arguments.timeout,
        replayed=replayed,
        policy=PolicyFiles(arguments.rules, arguments.policy, arguments.environment),
        base=base,
    )
    report, evidence = run(options, progress())
    try:
        if arguments.record and report.verdicts:
            reports.write(arguments.record, recording.dump(evidence))
        if arguments.quiet and not arguments.format and report.exit is Exit.PASSED:
            formats = []
        _write_reports(report, formats, use_color(arguments.color))
    except OSError as error:
        return failed(f"{error.filename}: the report cannot be written ({error.strerror})")
    return report.exit


def _write_reports(report: Report, formats: Sequence[Format], color: bool) -> None:
    from checker import reports

    for name, path in formats:
        render = reports.find(name).render
        if path:
            reports.write(path, render(report))
        elif name == "table":
            sys.stdout.write(render(report, color=color, width=width()))
        else:
            sys.stdout.write(render(report))
