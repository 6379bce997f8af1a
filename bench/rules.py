"""Ten thousand promises judged by the built-in rules and as many verdicts: what the rules cost beside the judging."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.pairs import Command, Outcome, Wrong, compare

OBJECTIVES = 10_000
PAIRS = 5
SECONDS = 5
SCRIPT = """\
from dataclasses import replace
from checker.load.catalog import load
from checker.load.rulebook import load_rules
from checker.model import Outcome, Verdict
from checker.policy.apply_rules import judge_definitions, judge_verdicts
from checker.rule_process import RUNNERS

catalog, book = load(["slos/securebase"]), load_rules()
rules = [rule for rule in book.rules if rule.subject in ("objective", "verdict")]
book = book._replace(rules=tuple(rules[:20]))
named = catalog.objectives
objectives = tuple(
    named[number % len(named)]._replace(name=f"{{named[number % len(named)].document}}/{{number}}")
    for number in range({objectives})
)
catalog = replace(catalog, objectives=objectives, waivers=())
if {judge}:
    verdicts = [Verdict(each, Outcome.PASS, ()) for each in objectives]
    found = judge_definitions(book, catalog, 1769861130, RUNNERS)
    found += judge_verdicts(book, catalog, verdicts, 1769861130, RUNNERS)
    print(len(book.rules), len(found))
"""


def run(directory: Path) -> Outcome:
    """The same program with and without the judging: the difference is what the rules take."""
    root = Path(__file__).parents[1]
    judged, loaded = (
        Command(name, [sys.executable, "-c", SCRIPT.format(objectives=OBJECTIVES, judge=judge)], root)
        for name, judge in (("judged", True), ("only loaded", False))
    )
    told = judged.output().split()
    if int(told[0]) < 15:
        raise Wrong(f"{told[0]} rules were run")
    result = compare(
        f"{told[0]} rules, most of them on each promise", OBJECTIVES, judged, loaded, PAIRS, None
    )
    took = min(ours - peer for ours, peer in zip(result.ours, result.peer, strict=True))
    if took > SECONDS:
        raise Wrong(f"the rules took {took:.1f} s, and {SECONDS} s are the most")
    return Outcome([result], [f"The rules alone took {took:.2f} s at best; {SECONDS} s are the most."])
