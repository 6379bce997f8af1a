"""``checker plan``."""

from __future__ import annotations

import argparse
import sys

from checker.cli import clock
from checker.cli.make_way import Inputs, make_way
from checker.cli.options import add_at, add_color, add_format, add_paths, add_select, add_strict
from checker.cli.outputs import formats_of, tell
from checker.cli.terminal import width, write_findings
from checker.model import Exit

PURPOSE = "show what a run would query, its cost and its permissions, without querying"
EXAMPLES = """\
examples:
  checker plan
  checker plan -f text -f json=plan.json
  checker plan --iam > policy.json"""


def describe(command: argparse.ArgumentParser) -> None:
    """Declares its arguments."""
    add_paths(command)
    add_strict(command)
    add_at(command, "plan for")
    add_select(command, "plan")
    either = command.add_mutually_exclusive_group()
    either.add_argument(
        "--iam",
        action="store_true",
        help="print the least-privilege IAM policy of the run alone, as JSON",
    )
    add_format(either, lambda: ("json", "text"), "print the plan as text (the default) or json")
    add_color(command)


def execute(arguments: argparse.Namespace) -> int:
    """Prints the plan. Returns 0, or 2 if there is nothing to plan."""
    import json

    from checker.load.catalog import load
    from checker.plan import iam_policy, make_plan
    from checker.plan_text import plan_json, plan_text
    from checker.reports.json_text import harmless
    from checker.run import select

    formats = formats_of(arguments, "text")
    with make_way(formats, Inputs(arguments.paths)) as loaded:
        catalog = load(arguments.paths, strict=arguments.strict)
        loaded(catalog)
    objectives, findings = select(catalog, arguments.select)
    if not objectives or not catalog.valid:
        write_findings(findings, arguments)
        return Exit.INVALID
    now = clock.now()
    plan = make_plan(catalog, objectives, now if arguments.at is None else arguments.at)
    if arguments.iam:
        sys.stdout.write(harmless(json.dumps(iam_policy(plan), indent=2)) + "\n")
    else:
        tell(formats, lambda name, path: plan_json(plan) if name == "json" else plan_text(plan, width(path)))
    return Exit.PASSED
