"""Reads load-test result files into one form: the measurements of each endpoint.

The three formats (checker's own, k6's summary, Locust's ``--json``) are recognized by their content. Each becomes
``{"format", "startedAt", "endedAt", "entries"}``: times are epoch seconds as decimal text (or None), and there is
an entry for each endpoint:

``name``, ``method``
    Identify the requests; the empty name is the total of k6.
``unit``
    The unit of the durations, ms or s.
``requests``, ``judged``, ``errors``
    The number of requests; how many of them are known to have failed or succeeded; and how many of these
    failed. None if the file does not say.
``durations``
    The exact distribution: [value as decimal text, number of requests], sorted by value; None if there is none.
``statistics``
    What the file itself states, as decimal text: ``min``, ``max``, ``mean``, and quantiles such as ``0.95``.
``rate``
    Requests per second as the file states it, or None.
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
    """The content of a load-test file, in the form above. Raises ResultRefused."""
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
    raise ResultRefused("it is not a load-test result that checker knows", f"give it one of these: {FORMATS}")
