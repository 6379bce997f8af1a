"""Serve the synthetic SecureBase of ``tests/live.py`` until interrupted:  python -m bench.securebase EPOCH

The first line of output is the environment that leads a client there, as JSON.
"""

from __future__ import annotations

import json
import sys
import threading

from tests.live import securebase

if __name__ == "__main__":
    with securebase(int(sys.argv[1])) as environment:
        sys.stdout.write(json.dumps(environment) + "\n")
        sys.stdout.flush()
        threading.Event().wait()
