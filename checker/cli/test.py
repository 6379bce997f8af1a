"""``checker test``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from checker.cli.options import add_policy_file, add_terminal
from checker.cli.terminal import write_findings
from checker.display import counted
from checker.model import Exit, Finding

if TYPE_CHECKING:
    from checker.policy.try_rules import Tried

PURPOSE = "test the policy rules on their own examples"
EXAMPLES = """\
examples:
  checker test                the built-in rules, and those in rules/
  checker test team/rules     only those in team/rules"""


def describe(command: argparse.ArgumentParser) -> None:
    """Declares its arguments."""
    command.add_argument("rules", nargs="?", metavar="RULES", help="the folder whose rules are tested")
    add_policy_file(command)
    add_terminal(command)


def execute(arguments: argparse.Namespace) -> int:
    """Prints which examples fail. Returns 0, 1, or 2 if the rules themselves are invalid."""
    from checker.load.rulebook import is_pack, load_rules
    from checker.policy.check_rules import check_rules
    from checker.policy.try_rules import try_rule
    from checker.rule_process import RUNNERS

    book = load_rules(arguments.rules, arguments.policy, arguments.environment, examples=True)
    findings: list[Finding] = [*book.findings, *check_rules(book)]
    if any(finding.level == "error" for finding in findings):
        write_findings(findings, arguments)
        sys.stdout.write(f"INVALID: {counted(sum(each.level == 'error' for each in findings), 'error')}\n")
        return Exit.INVALID
    only_mine = arguments.rules is not None and not is_pack(arguments.rules)
    tried = [try_rule(rule, RUNNERS) for rule in book.rules if not (only_mine and rule.built_in)]
    findings += [finding for each in tried for finding in each.findings]
    if not any(each.passing + each.failing for each in tried):
        where = f"the rules in {arguments.rules}" if arguments.rules else "the rules"
        fact = f"{where} have no example to test"
        findings.append(Finding("nothing-to-check", "error", fact, remedy="nothing tested is never a pass"))
    _tell(tried, findings, arguments)
    wrong = [each for each in findings if each.level == "error"]
    if any(each.origin == "files" for each in wrong):
        return Exit.INVALID
    return Exit.FAILED if wrong else Exit.PASSED


def _tell(tried: Sequence[Tried], findings: Sequence[Finding], arguments: argparse.Namespace) -> None:
    """Prints a line for each rule, the findings, and a summary; with --quiet only what is wrong."""
    if not arguments.quiet:
        width = max((len(each.rule.name) for each in tried), default=0)
        for each in tried:
            rule = each.rule
            sys.stdout.write(
                f"{rule.name:<{width}}  {rule.subject:<9}  {rule.level:<7}  {each.passing} pass, "
                f"{each.failing} fail\n"
            )
    write_findings(findings, arguments)
    wrong = sum(each.level == "error" for each in findings)
    if wrong or not arguments.quiet:
        shown = sum(each.failing > 0 for each in tried)
        examples = sum(each.passing + each.failing for each in tried)
        result = counted(wrong, "mistake") if wrong else "all as they should be"
        sys.stdout.write(
            f"{counted(len(tried), 'rule')}, {shown} with an example that fails; "
            f"{counted(examples, 'example')}: {result}\n"
        )
