"""Runs rules: the built-in ones on all processors, a team's own rules in a separate process that can be stopped.

CEL limits how many elements a rule looks at, but not how long each of them takes: a regular expression over long
texts, or lists that double, can take minutes and gigabytes within that limit. So the process has a limit on its
processor time for each evaluation, and on its memory. A rule that exceeds either is an error, and the others are
run again without it. The built-in rules are tested and need no such limits.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.policy.apply_rules import Runners
from checker.policy.evaluate import Batch, Engine, Input, Result, Source
from checker.spread import spread

if TYPE_CHECKING:
    import subprocess

SECONDS = 0.3
"""Processor seconds for one evaluation."""
MEMORY = 1 << 30
"""Bytes of address space."""
MOST_STOPPED = 3
"""After this many rules have been stopped, the remaining ones are not run."""
PATIENCE = 60.0
"""The longest time in seconds to wait for the process. Where a process cannot limit its own time (Windows), it is 2."""

STOPPED = f"it was stopped: it took more than {SECONDS} s or {MEMORY >> 20} MiB"
_MARK = b"@"


def run_built_in(batches: Sequence[Batch]) -> list[list[Result]]:
    """``Engine.run`` on each batch; with many inputs on all processors."""
    engines = [Engine(batch.variables, batch.rules) for batch in batches]
    all_inputs = [(number, at) for number, batch in enumerate(batches) for at in range(len(batch.inputs))]
    found: list[list[Result]] = [[] for _ in batches]

    def work(some: Sequence[tuple[int, int]]) -> list[tuple[int, Result]]:
        results: list[tuple[int, Result]] = []
        for number, those in groupby(some, itemgetter(0)):
            inputs, places = batches[number].inputs, [at for _, at in those]
            found = engines[number].run(inputs[at]() for at in places)
            results += ((number, each._replace(input=places[each.input])) for each in found)
        return results

    for results in spread(work, all_inputs):
        for number, result in results:
            found[number].append(result)
    return found


def run_apart(batches: Sequence[Batch]) -> list[list[Result]]:
    """``Engine.run`` on each batch, in a process that is stopped if a rule takes too long."""
    return [list(_run_apart(*batch)) for batch in batches]


def _run_apart(
    variables: Sequence[str], rules: Sequence[Source], inputs: Sequence[Input]
) -> Iterator[Result]:
    left = list(range(len(rules)))
    stopped: list[int] = []
    made = [given() for given in inputs]
    while left:
        results, culprit = _attempt(variables, [rules[number] for number in left], made)
        if culprit is None:
            yield from (result._replace(rule=left[result.rule]) for result in results)
            break
        stopped.append(left.pop(culprit))
        if len(stopped) == MOST_STOPPED:
            yield from (_failed(number, "rules before it had to be stopped") for number in left)
            break
    yield from (_failed(number, STOPPED) for number in stopped)


RUNNERS = Runners(run_built_in, run_apart)


def _failed(rule: int, why: str) -> Result:
    return Result(rule, 0, "failed", why)


def _attempt(
    variables: Sequence[str], rules: Sequence[Source], inputs: Sequence[Mapping[str, Any]]
) -> tuple[list[Result], int | None]:
    """All results; or none, and the index of the rule that had to be stopped or at which the process died."""
    import json
    import subprocess

    given = json.dumps({"variables": variables, "rules": rules, "inputs": inputs}).encode()
    with _started() as process:
        try:
            output, _ = process.communicate(given, timeout=PATIENCE if hasattr(os, "fork") else 2)
        except subprocess.TimeoutExpired:
            process.kill()
            output, _ = process.communicate()
    lines = output.split(b"\n")
    if process.returncode == 0 and lines[-2:-1] == [b"end"]:
        rows = [json.loads(line) for line in lines[:-2] if line[:1] == b"["]
        return [Result(*each) for each in rows], None
    marks = [line for line in lines[:-1] if line[:1] == _MARK]
    return [], int(marks[-1][1:]) if marks else 0


def _started() -> subprocess.Popen[bytes]:
    """A Python process that imports this same package and nothing from the working directory."""
    import subprocess

    home = str(Path(__file__).parents[1])
    paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        [sys.executable, "-P", "-c", "from checker.rule_process import main; main()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )


def main() -> None:
    """Reads rules and inputs from standard input, and writes their results to standard output, one on each line."""
    import json

    given = json.load(sys.stdin.buffer)
    rules = [Source(*each) for each in given["rules"]]
    engine = Engine(given["variables"], rules)
    bound = _bound()

    def before(rule: int, _: int) -> None:
        os.write(1, b"%s%d\n" % (_MARK, rule))
        bound()

    for result in engine.run(given["inputs"], before):
        os.write(1, json.dumps(result).encode() + b"\n")
    os.write(1, b"end\n")


def _bound() -> Any:
    """Limits the memory of this process. Returns a function that limits its processor time from each call on."""
    try:
        import resource
        import signal
    except ImportError:  # Windows: the parent's timeout limits the time
        return lambda: None

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return lambda: signal.setitimer(signal.ITIMER_PROF, SECONDS)
