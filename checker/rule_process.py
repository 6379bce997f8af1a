"""Rules are run where they can do no harm: the built-in ones by all processors, those of a team apart.

Rules that a team wrote are run in a process of their own, which can be stopped.

CEL bounds how many elements a rule looks at, but not how long each takes: a regular expression over long texts,
or lists that double, can take minutes and gigabytes within that bound. So the process has a bound on the time
of its processor for each evaluation, and on its memory; a rule that runs into either is an error, and the
others are run without it. The built-in rules are tested and need no such care.
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
"""Of processor time, for one evaluation."""
MEMORY = 1 << 30
"""Bytes."""
MOST_STOPPED = 3
"""Rules that may be stopped; then those that are left are not run any more."""
PATIENCE = 60.0
"""Seconds; the longest that the process is waited for, on a system that cannot bound its time itself: 2."""

STOPPED = f"it was stopped: it took more than {SECONDS} s or {MEMORY >> 20} MiB"
_MARK = b"@"


def run_built_in(batches: Sequence[Batch]) -> list[list[Result]]:
    """As ``Engine.run`` on each batch, by as many processes as there are processors where there are many inputs."""
    engines = [Engine(batch.variables, batch.rules) for batch in batches]
    all_inputs = [(number, at) for number, batch in enumerate(batches) for at in range(len(batch.inputs))]
    found: list[list[Result]] = [[] for _ in batches]

    def work(some: Sequence[tuple[int, int]]) -> list[tuple[int, Result]]:
        results: list[tuple[int, Result]] = []
        for number, those in groupby(some, itemgetter(0)):
            inputs, places = batches[number].inputs, [at for _, at in those]
            told = engines[number].run(inputs[at]() for at in places)
            results += ((number, each._replace(input=places[each.input])) for each in told)
        return results

    for results in spread(work, all_inputs):
        for number, result in results:
            found[number].append(result)
    return found


def run_apart(batches: Sequence[Batch]) -> list[list[Result]]:
    """As ``Engine.run`` on each batch, in a process that is stopped where a rule takes too long."""
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
    """All results; or the rule that had to be stopped, or at which the process died."""
    import json
    import subprocess

    given = json.dumps({"variables": variables, "rules": rules, "inputs": inputs}).encode()
    with _started() as process:
        try:
            told, _ = process.communicate(given, timeout=PATIENCE if hasattr(os, "fork") else 2)
        except subprocess.TimeoutExpired:
            process.kill()
            told, _ = process.communicate()
    lines = told.split(b"\n")
    if process.returncode == 0 and lines[-2:-1] == [b"end"]:
        found = [json.loads(line) for line in lines[:-2] if line[:1] == b"["]
        return [Result(*each) for each in found], None
    marks = [line for line in lines[:-1] if line[:1] == _MARK]
    return [], int(marks[-1][1:]) if marks else 0


def _started() -> subprocess.Popen[bytes]:
    """A Python that finds this package where this one did, and nothing in the working directory."""
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
    """Reads rules and inputs from standard input, and writes their results to standard output, a line each."""
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
    """Bounds the memory of this process, and gives what bounds its time from each call on."""
    try:
        import resource
        import signal
    except ImportError:  # Windows: the one that waits bounds the time
        return lambda: None

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return lambda: signal.setitimer(signal.ITIMER_PROF, SECONDS)
