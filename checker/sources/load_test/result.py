"""Load-test result files, read into one shape: what was measured of each endpoint.

Three formats, told apart by their content: checker's own, k6's summary, and Locust's ``--json``. Each becomes
``{"format", "startedAt", "endedAt", "entries"}``: times in epoch seconds as decimal text (or None), and an
entry an endpoint:

``name``, ``method``
    What the requests were; the empty name is k6's whole.
``unit``
    The unit of its durations, ms or s.
``requests``, ``judged``, ``errors``
    How many requests there were, of how many it is known whether they failed, and how many of these did; None
    where the file does not say.
``durations``
    The exact distribution: [value as decimal text, how many], sorted by value; None where there is none.
``statistics``
    What the file states itself, as decimal text: ``min``, ``max``, ``mean``, and quantiles such as ``0.95``.
``rate``
    Requests a second as the file states it, or None.
"""

from __future__ import annotations

from typing import Any

from checker.read_json import read_json
from checker.sources.load_test.endpoint import ResultRefused
from checker.sources.load_test.k6 import read_k6
from checker.sources.load_test.locust import read_locust
from checker.sources.load_test.own import read_own

FORMATS = "checker's LoadTestResult, k6's summary (--summary-export or handleSummary), and Locust's --json"


def read_result(data: bytes) -> dict[str, Any]:
    """What a load-test file holds, in the shape above. Raises ResultRefused."""
    try:
        value = read_json(data)
    except ValueError as error:
        raise ResultRefused(str(error), "let the load test write the file again, to its end") from None
    if isinstance(value, dict) and value.get("kind") == "LoadTestResult":
        return read_own(value)
    if isinstance(value, dict) and isinstance(value.get("metrics"), dict):
        return read_k6(value["metrics"])
    if isinstance(value, list) and all(
        isinstance(entry, dict) and "response_times" in entry for entry in value
    ):
        return read_locust(value)
    raise ResultRefused("it is no load-test result that checker knows", f"give it one of these: {FORMATS}")
