"""Serve a part of the synthetic SecureBase of ``tests/live.py`` until interrupted:

    python -m bench.securebase simulated|tables EPOCH

AWS's services do not share a processor, so each part has a process of its own. The first line of output is the
environment that leads a client there, as JSON.
"""

from __future__ import annotations

import json
import sys
import threading
from unittest.mock import patch

from moto.dynamodb.responses import DynamoHandler

from tests import live

_scan = DynamoHandler.scan
_scanned: dict[str, str] = {}


def _remembered(handler: DynamoHandler) -> str:
    """moto's answer to a scan, computed once: for tables that DynamoDB reads in 10 ms, moto takes 30 to 60, and a
    client would mostly wait for that."""
    asked = json.dumps(handler.body, sort_keys=True)
    if asked not in _scanned:
        _scanned[asked] = _scan(handler)
    return _scanned[asked]


if __name__ == "__main__":
    with (
        patch.object(DynamoHandler, "scan", _remembered),
        getattr(live, sys.argv[1])(int(sys.argv[2])) as environment,
    ):
        sys.stdout.write(json.dumps(environment) + "\n")
        sys.stdout.flush()
        threading.Event().wait()
