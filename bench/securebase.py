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

_call = DynamoHandler.call_action
_scanned: dict[str, tuple[int, dict[str, str], str]] = {}


def _remembered(handler: DynamoHandler) -> tuple[int, dict[str, str], str]:
    """moto's answer to a scan, computed and written out once: for tables that DynamoDB reads in 10 ms, moto takes 30
    to 120, and a client would mostly wait for that."""
    if handler._get_action() != "Scan":
        return _call(handler)  # type: ignore[no-any-return]
    asked = json.dumps(handler.params, sort_keys=True)
    if asked not in _scanned:
        _scanned[asked] = _call(handler)
    status, headers, body = _scanned[asked]
    return status, dict(headers), body


if __name__ == "__main__":
    with (
        patch.object(DynamoHandler, "call_action", _remembered),
        getattr(live, sys.argv[1])(int(sys.argv[2])) as environment,
    ):
        sys.stdout.write(json.dumps(environment) + "\n")
        sys.stdout.flush()
        threading.Event().wait()
