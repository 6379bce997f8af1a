"""python -m bench [NAME...] [--json FILE]: runs benchmarks and ends with 1 if a goal is missed."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

from bench import cloudwatch, rules, seed, slo_generator, startup, validate
from bench.pairs import Outcome, Result, Wrong

BENCHMARKS: Mapping[str, Callable[[Path], Outcome]] = {
    "startup": startup.run,
    "validate": validate.run,
    "cloudwatch": cloudwatch.run,
    "rules": rules.run,
    "seed": seed.run,
    "slo-generator": slo_generator.run,
}
PACKAGES = ("slo-checker", "boto3", "pydantic", "pyyaml", "awscli", "check-jsonschema", "moto")
COLUMNS = ("what", "n", "ours (s)", "peer (s)", "peer", "ratio", "min", "median", "max", "goal", "met")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)} (default: all)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all times to FILE as well")
    parser.add_argument(
        "--load-test", type=Path, metavar="FILE", help="the same, as checker's source LoadTest reads it"
    )
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    print("; ".join(f"{name} {value}" for name, value in about().items()), flush=True)
    outcomes: dict[str, Outcome] = {}
    begun = datetime.now(UTC)
    for name in arguments.names or BENCHMARKS:
        try:
            outcomes[name] = _run(name)
        except Wrong as wrong:
            print(f"\n## {name}\n\nnot measured: {wrong}", flush=True)
            return 1
    if arguments.json:
        arguments.json.write_text(json.dumps(_document(outcomes), indent=2) + "\n", encoding="utf-8")
    if arguments.load_test:
        arguments.load_test.write_text(
            json.dumps(_load_test(outcomes, begun), indent=2) + "\n", encoding="utf-8"
        )
    missed = [result for outcome in outcomes.values() for result in outcome.results if not result.met]
    print(f"\n{len(missed)} of the goals missed." if missed else "\nAll goals met.")
    return 1 if missed else 0


def _run(name: str) -> Outcome:
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix=f"checker-bench-{name}-") as directory:
        # As after an installation: bytecode is kept, for both sides, and outside of the working tree.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(directory, "bytecode"))
        work = Path(directory, "work")
        work.mkdir()
        outcome = BENCHMARKS[name](work)
    print(f"\n## {name} ({time.monotonic() - begun:.0f} s)\n\n{table(outcome.results)}\n", flush=True)
    for note in outcome.notes:
        print(f"- {note}", flush=True)
    return outcome


def about() -> dict[str, str]:
    """When and where this runs, and the versions of what it compares."""
    packages = {}
    for name in PACKAGES:
        with suppress(PackageNotFoundError):  # a peer that this benchmark may not need
            packages[name] = version(name)
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "cores": str(os.cpu_count()),
        "load": f"{os.getloadavg()[0]:.1f}",
        "python": platform.python_version(),
        **packages,
    }


def table(results: list[Result] | Any) -> str:
    """Medians of the times, and the ratios pair by pair, as a markdown table."""
    rows = [COLUMNS, ("---",) * len(COLUMNS), *map(_row, results)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(result: Result) -> tuple[str, ...]:
    ratios = result.ratios
    faster = result.goal is not None and result.goal.faster
    return (
        result.what,
        f"{result.n:,}",
        f"{median(result.ours):.3f}",
        f"{median(result.peer):.3f}",
        result.peer_name,
        "peer/ours" if faster else "ours/peer",
        *(f"{value:.2f}" for value in (min(ratios), median(ratios), max(ratios))),
        str(result.goal or "none"),
        ("yes" if result.met else "NO") if result.goal else "",
    )


def _document(outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
    return {
        "about": about(),
        "benchmarks": {
            name: {
                "notes": list(outcome.notes),
                "results": [
                    {
                        "what": result.what,
                        "n": result.n,
                        "peer": result.peer_name,
                        "goal": str(result.goal) if result.goal else None,
                        "met": result.met,
                        "ratioOf": "peer/ours" if result.goal and result.goal.faster else "ours/peer",
                        "ratios": result.ratios,
                        "oursSeconds": list(result.ours),
                        "peerSeconds": list(result.peer),
                    }
                    for result in outcome.results
                ],
            }
            for name, outcome in outcomes.items()
        },
    }


def _load_test(outcomes: Mapping[str, Outcome], begun: datetime) -> dict[str, Any]:
    """All times as a LoadTestResult: ours by what was done, the peer's by that and its name."""
    results = [result for outcome in outcomes.values() for result in outcome.results]
    times = {result.what: result.ours for result in results}
    times |= {f"{result.what}: {result.peer_name}": result.peer for result in results}
    return {
        "apiVersion": "checker/v1",
        "kind": "LoadTestResult",
        "startedAt": begun.isoformat(),
        "endedAt": datetime.now(UTC).isoformat(),
        "requests": [
            {"name": name, "durations": list(seconds), "unit": "s", "errors": 0}
            for name, seconds in times.items()
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
