"""``checker diff``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from checker.cli.make_way import Inputs, make_way
from checker.cli.options import PATHS, add_color, add_format, add_policy, add_strict, policy_paths
from checker.cli.outputs import formats_of, page, tell
from checker.cli.terminal import write_findings
from checker.model import Catalog, Exit

if TYPE_CHECKING:
    from checker.prepare import PolicyFiles
    from checker.rulebook import Rulebook

PURPOSE = "show which promises a change adds, removes, tightens or loosens"
EXAMPLES = """\
examples:
  checker diff main                          the working folder, compared with a branch
  checker diff origin/main HEAD --forbid-weaker
  checker diff v1.4 v1.5 -f markdown=changes.md
  checker diff ./old/ ./new/                 two folders: of promises, or with slos/ and rules/ in each

Exit codes: 0, also where something is weaker; 1 with --forbid-weaker, if something is; 2 for invalid files."""


def describe(command: argparse.ArgumentParser) -> None:
    """Declares its arguments."""
    side = "a commit, branch or tag; or a file or folder that begins with . or / or ends in /"
    command.add_argument("base", metavar="BASE", help=side)
    command.add_argument("head", metavar="HEAD", nargs="?", help=f"{side} (the working folder)")
    command.add_argument(
        "-p",
        "--path",
        action="append",
        default=[],
        metavar="PATH",
        help="the files or directories to compare in commits and in the working folder; repeatable (slos/)",
    )
    add_strict(command)
    add_policy(command)
    command.add_argument(
        "--forbid-weaker", action="store_true", help="exit 1 if anything is weaker than before"
    )
    add_format(command, _formats, "print the changes as table (the default), json or markdown")
    add_color(command)


def execute(arguments: argparse.Namespace) -> int:
    """Compares the two sides, and writes what changed."""
    from checker import diff_reports
    from checker.diff.compare import compare, in_order
    from checker.diff.rules import compare_rules
    from checker.prepare import PolicyFiles
    from checker.reports.clean import line

    formats = formats_of(arguments, "table")
    paths = arguments.path or PATHS
    policy = PolicyFiles(arguments.rules, arguments.policy, arguments.environment)
    sides = [each for each in (arguments.base, arguments.head) if each is not None and _is_path(each)]
    with make_way(formats, Inputs([*sides, *paths], policy_paths(arguments))) as loaded:
        base, base_book, base_name = _side(arguments.base, paths, policy, strict=arguments.strict)
        head, head_book, head_name = _side(arguments.head, paths, policy, strict=arguments.strict)
        loaded(base, head)
    invalid = [(name, each) for name, each in ((base_name, base), (head_name, head)) if not each.valid]
    for name, each in invalid:
        sys.stdout.write(f"invalid: {line(name)}\n")
        write_findings([finding for finding in each.findings if finding.level == "error"], arguments)
    if invalid:
        return Exit.INVALID
    changes = in_order([*compare(base, head), *compare_rules(base_book, head_book)])
    comparison = diff_reports.Comparison(base_name, head_name, changes, arguments.forbid_weaker)

    def render(name: str, path: str) -> str:
        text: str = diff_reports.find(name).render(comparison, **page(name, path, arguments))
        return text

    tell(formats, render)
    return Exit.FAILED if arguments.forbid_weaker and comparison.weaker else Exit.PASSED


def _side(
    named: str | None, paths: Sequence[str], policy: PolicyFiles, *, strict: bool
) -> tuple[Catalog, Rulebook, str]:
    """One of the two sides: its catalog, its rules, and its name. Raises FileRefused.

    A folder is compared by the working folder's rules, unless it is a whole release, with ``slos`` and ``rules``.
    """
    from checker.files import FileRefused
    from checker.git_tree import commit
    from checker.load.rulebook import FOLDER
    from checker.prepare import read_both

    if named is None:
        return *read_both(paths, policy, strict=strict), "the working folder"
    if _is_path(named):
        slos, rules = (os.path.join(named, folder) for folder in (PATHS[0], FOLDER))
        if os.path.isdir(slos) and os.path.isdir(rules):
            return *read_both([slos], policy._replace(rules=policy.rules or rules), strict=strict), named
        return *read_both([named], policy, strict=strict, kept=True), named
    try:
        tree = commit(named)
    except FileRefused as refused:
        if os.path.exists(named):
            remedy = f"write ./{named} for the file or folder; or, {refused.remedy}"
            raise FileRefused(refused.message, remedy) from refused
        raise
    return *read_both(paths, policy, tree, strict=strict), str(tree)


def _is_path(named: str) -> bool:
    """Whether ``named`` is a path. Anything that could be a branch is one, because a change could add a folder with
    a branch's name. No branch begins with . or /, or ends in /."""
    return named.startswith((".", "/")) or named.endswith(("/", "\\")) or named[1:2] == ":"


def _formats() -> tuple[str, ...]:
    from checker import diff_reports

    return diff_reports.names()
