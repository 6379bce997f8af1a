"""Asking the CloudWatchLogs source the whole way, against the simulator."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from checker import sources
from checker.model import Absence, ConnectionDeclaration, Exchange, Question, Series
from checker.sources import SourceFailure

AT = 1_769_860_800
"""The moment of judgement: 2026-01-31T12:00:00Z."""
END = AT - 300
"""Where a window ends with the default lag."""
HOUR = 3600

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "synthetic-secret-key",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_MAX_ATTEMPTS": "1",
}

COUNT = "stats count(*) as all"

LOGS = sources.find("CloudWatchLogs")


def query(**keys: Any) -> Any:
    """A query as a user writes it; what is not given is plain."""
    plain = {"source": "CloudWatchLogs", "query": COUNT}
    groups = {} if "logGroupPrefixes" in keys else {"logGroups": ["/aws/lambda/shop"]}
    return LOGS.Query.model_validate({**plain, **groups, **keys})


def question(url: str = "", at: int = AT, window: int = HOUR, **keys: Any) -> Question:
    """One question about a query that has nothing wrong with it."""
    asked = query(**keys)
    assert list(LOGS.check(asked, window)) == []
    details = (("endpoint", url), ("region", "us-east-1"))
    return Question(asked, at, window, ConnectionDeclaration("logs", details if url else ()))


def exchanges(asked: Sequence[Question], seconds: float = 30) -> list[Exchange]:
    """The exchanges of a live run, everything in them read back from JSON."""
    made, connection = [], None
    for request in LOGS.requests(asked):
        connection = connection or LOGS.connect(request.connection, time.monotonic() + seconds)
        try:
            response = json.loads(json.dumps(LOGS.send(request, connection), allow_nan=False))
            made.append(Exchange(request, response, None, connection.connected))
        except SourceFailure as failed:
            made.append(Exchange(request, None, failed.failure, connection.connected))
    assert LOGS.follow_ups(asked, made) == []
    return made


def readings(asked: Sequence[Question], seconds: float = 30) -> list[Series | Absence]:
    return LOGS.read(asked, exchanges(asked, seconds))


def answered(asked: Question, rows: Sequence[Mapping[str, Any]], **statistics: Any) -> Series | Absence:
    """What is read from rows that were recorded beforehand; no source is asked."""
    _, request = LOGS.requests([asked])
    counts = {"bytesScanned": 10, "recordsScanned": 9, "recordsMatched": 8, **statistics}
    response = {
        "status": "Complete",
        "rows": [[*map(list, row.items())] for row in rows],
        "statistics": counts,
    }
    (reading,) = LOGS.read([asked], [Exchange(request, response)])
    return reading
