"""``checker explain``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from checker.cli import clock
from checker.cli.options import PATHS, add_at, add_color, add_policy, add_strict
from checker.cli.terminal import say, width, write_findings
from checker.model import Exit

if TYPE_CHECKING:
    from checker.model import Catalog, Finding, Objective, Verdict
    from checker.rulebook import Rulebook

PURPOSE = "explain one promise or rule, or what a rule may refer to"
EXAMPLES = """\
examples:
  checker explain phase-4/error-rate
  checker explain phase-4/error-rate --replay evidence.jsonl
  checker explain target-leaves-budget
  checker explain --input verdict > input.schema.json"""

INPUTS = ("objective", "waiver", "document", "verdict", "release")


def describe(command: argparse.ArgumentParser) -> None:
    """Declares its arguments."""
    command.add_argument(
        "name", nargs="?", metavar="NAME", help="a promise, such as phase-4/error-rate, or a rule"
    )
    command.add_argument(
        "-p",
        "--path",
        action="append",
        default=[],
        metavar="PATH",
        help="the files or directories that hold it; repeatable (slos/)",
    )
    command.add_argument(
        "--replay", metavar="FILE", help="also show the value and the outcome from this recording"
    )
    add_at(command, "explain it at")
    add_strict(command)
    add_policy(command)
    command.add_argument(
        "--input",
        choices=("definition", *INPUTS),
        metavar="SCOPE",
        help=f"print the JSON Schema of the input of rules: {', '.join(INPUTS)} (definition is objective)",
    )
    add_color(command)


def execute(arguments: argparse.Namespace) -> int:
    """Prints a schema, or everything about one promise or rule. Returns 0; 2 if it does not exist or its files are
    invalid."""
    if bool(arguments.input) == bool(arguments.name):
        say("checker: name one promise or rule, or write --input SCOPE", "  see checker explain --help")
        return Exit.INVALID
    return _input_schema(arguments.input) if arguments.input else _explain(arguments)


def _input_schema(scope: str) -> int:
    import json

    from checker.policy.inputs.schema import schema

    subject = "objective" if scope == "definition" else scope
    sys.stdout.write(json.dumps(schema(subject), indent=2) + "\n")
    return Exit.PASSED


def _explain(arguments: argparse.Namespace) -> int:
    from checker import evidence as recording
    from checker.explanation import explain_objective
    from checker.explanation.rule import explain_rule
    from checker.load.rulebook import load_rules
    from checker.policy.asked_late import as_asked
    from checker.prepare import PolicyFiles, prepare
    from checker.run import Options, run, select

    evidence = recording.replay(arguments.replay) if arguments.replay else None
    now = evidence.at if evidence else clock.now()
    at = now if arguments.at is None else arguments.at
    paths = tuple(arguments.path or PATHS)
    policy = PolicyFiles(arguments.rules, arguments.policy, arguments.environment)
    catalog, book = prepare(paths, policy, at, strict=arguments.strict)
    if evidence:
        catalog = as_asked(catalog, at, evidence)
    objectives, _ = select(catalog, ())
    objective = next((each for each in objectives if each.name == arguments.name), None)
    verdict, findings = None, catalog.findings
    if evidence is not None and catalog.valid:
        report, _ = run(Options(paths, at, strict=arguments.strict, replayed=evidence, policy=policy))
        verdict = next((each for each in report.verdicts if each.objective.name == arguments.name), None)
        findings = report.findings
    if objective is not None:
        ours = [each for each in findings if each.rule not in {rule.name for rule in book.rules}]
        about = [each for each in ours if each.subject == objective.name]
        wrong = [each for each in ours if each.level == "error" and each.origin == "files"]
        rule_lines = iter(()) if wrong else _rules(objective, book, catalog, verdict, at)
        sys.stdout.write(explain_objective(objective, catalog, at, verdict, about, rule_lines, width()))
        return _invalid(wrong, arguments) if wrong else Exit.PASSED
    if any(rule.name == arguments.name for rule in book.rules):
        # The examples of the built-in rules are needed here, but not in a run.
        book = load_rules(policy.rules, policy.policy, policy.environment, examples=True)
        sys.stdout.write(explain_rule(arguments.name, book, findings, width()))
        return Exit.PASSED
    write_findings([each for each in findings if each.level == "error"], arguments)
    return _unknown(arguments.name, catalog, book)


def _invalid(wrong: Sequence[Finding], arguments: argparse.Namespace) -> int:
    """Prints what is wrong with the files that contain the promise."""
    sys.stdout.write("\n")
    write_findings(wrong, arguments)
    return Exit.INVALID


def _rules(
    objective: Objective, book: Rulebook, catalog: Catalog, verdict: Verdict | None, at: int
) -> Iterator[tuple[str, str]]:
    """The result of each rule for a promise, in words."""
    from checker.explanation.rulings import told_rulings
    from checker.policy.rulings import rulings
    from checker.rule_process import RUNNERS

    written = next(each for each in catalog.objectives if each.name == objective.name)
    return told_rulings(rulings(book, catalog, written, verdict, at, RUNNERS), book)


def _unknown(name: str, catalog: Catalog, book: Rulebook) -> int:
    from checker.load.validation.misspelt import SHOWN, closest_promise

    waiver = next((each for each in catalog.waivers if each.name == name), None)
    if waiver is not None:
        say(f"checker: {name!r} is a waiver", f"  see its promise: {waiver.objective}")
        return Exit.INVALID
    known = [*(each.name for each in catalog.objectives), *(rule.name for rule in book.rules)]
    guess = closest_promise(name, known)
    likely = [each for each in known if each.startswith(f"{name}/")] or known
    more = ", ..." if len(likely) > SHOWN else ""
    there_are = f"there are {', '.join(likely[:SHOWN]) or 'none'}{more}"
    remedy = f"did you mean {guess!r}?" if guess else there_are
    say(f"checker: there is no promise and no rule {name!r}", f"  {remedy}")
    return Exit.INVALID
