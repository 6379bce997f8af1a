"""Serve a part of the synthetic SecureBase of ``tests/live.py`` until interrupted:

    python -m bench.securebase simulated|tables EPOCH

AWS's services do not share a processor, so each part has a process of its own. The first line of output is the
environment that leads a client there, as JSON.
"""

from __future__ import annotations

import json
import sys
import threading

from tests import live

if __name__ == "__main__":
    with getattr(live, sys.argv[1])(int(sys.argv[2])) as environment:
        sys.stdout.write(json.dumps(environment) + "\n")
        sys.stdout.flush()
        threading.Event().wait()
