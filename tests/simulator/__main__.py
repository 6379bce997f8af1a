"""Serve the simulator until interrupted:  python -m tests.simulator --port 4585 --securebase

The first line of output is the URL to give a client. A ``--load`` file holds one JSON object a line:

    {"namespace": "N", "metric": "M", "dimensions": {"A": "b"}, "unit": "Seconds", "points": [[time, value]]}

with times in epoch seconds, and ``"statistics": [[time, sample count, sum, minimum, maximum]]`` beside or
instead of ``points``.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
import time
from pathlib import Path

from tests.simulator.control import publish
from tests.simulator.securebase import load_securebase
from tests.simulator.simulator import Simulator


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m tests.simulator", description=__doc__.partition("\n")[0])
    parser.add_argument("--port", type=int, default=0, help="the port on 127.0.0.1 (default: any free one)")
    parser.add_argument("--account", default="123456789012", help="the account that GetCallerIdentity names")
    parser.add_argument("--now", type=int, help="what to take for the present, in epoch seconds")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that every answer waits")
    parser.add_argument("--load", type=Path, action="append", default=[], metavar="FILE.jsonl")
    parser.add_argument("--securebase", action="store_true", help="publish the SYNTHETIC SecureBase scenario")
    options = parser.parse_args(arguments)
    simulator = Simulator(options.account, options.now, options.port, options.latency)
    try:
        for path in options.load:
            load(simulator, path)
        if options.securebase:
            load_securebase(simulator, int(options.now or time.time()) // 60 * 60)
        simulator.start()
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    sys.stdout.write(f"{simulator.url}\n")
    sys.stdout.flush()
    stop.wait()
    simulator.close()
    return 0


def load(simulator: Simulator, path: Path) -> None:
    """Publish every line of a file. ValueError names the file and the line that cannot be read."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise ValueError("not a JSON object")
            publish(simulator, row)
        except ValueError as error:
            raise ValueError(f"{path}:{number}: {error}") from None


if __name__ == "__main__":
    sys.exit(main())
