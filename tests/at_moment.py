"""Run checker with the clock standing still: ``python -m tests.at_moment TIME run ...``, which judges at that moment.

For what is made again and again and has to stay the same: simulated data has a moment of its own.
"""

from __future__ import annotations

import sys

from checker.cli import clock, entry, options


def main() -> None:
    moment = options.moment(sys.argv[1])
    clock.now = lambda: moment
    sys.argv[1:] = [*sys.argv[2:3], "--at", sys.argv[1], *sys.argv[3:]]
    entry()


if __name__ == "__main__":
    main()
