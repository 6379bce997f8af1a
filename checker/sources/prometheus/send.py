"""One call of the HTTP API: the validated answer, and every failure with its remedy."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from checker.model import Failure, Request
from checker.sources import SourceFailure
from checker.sources.prometheus.bundle import is_bundle, joined
from checker.sources.prometheus.connection import PrometheusConnection, redact

BUNDLES_SHARE = 0.4
"""The share of the remaining time that a bundle may take."""


def send(request: Request, connection: PrometheusConnection) -> Mapping[str, Any]:
    """The parts of a successful answer that are kept as evidence: data, warnings, infos. Raises SourceFailure."""
    from checker.sources.prometheus.transport import fetch

    fields = dict(request.parameters)
    if is_bundle(request):
        fields["query"] = joined(fields.pop("queries"))
        # If the bundle fails, there must be time left to ask each query by itself.
        left = connection.deadline - time.monotonic()
        connection = replace(connection, deadline=time.monotonic() + left * BUNDLES_SHARE)
    reply = fetch(connection, f"/api/v1/{request.operation}", fields)
    answer = _answer(reply.body.decode("utf-8", "replace"), connection)
    if reply.status != 200 or not isinstance(answer, dict) or answer.get("status") != "success":
        raise SourceFailure(_failure(reply.status, reply.headers, answer, connection))
    warnings = _texts(answer, "warnings")
    if answer.get("isPartial"):
        warnings.append("the answer is marked as partial (isPartial)")
    return {"data": answer.get("data"), "warnings": warnings, "infos": _texts(answer, "infos")}


def _answer(text: str, connection: PrometheusConnection) -> Any:
    """The JSON value of an answer without our secrets, even if an escape hides them; None if it is not valid JSON
    or is nested too deeply."""
    answer = _json(connection.redact(text))
    try:
        return _redacted(answer, connection) if "\\" in text else answer
    except RecursionError:
        return None


def _redacted(value: Any, connection: PrometheusConnection) -> Any:
    if isinstance(value, str):
        return connection.redact(value)
    if isinstance(value, list):
        return [_redacted(each, connection) for each in value]
    if isinstance(value, dict):
        return {connection.redact(key): _redacted(each, connection) for key, each in value.items()}
    return value


def _texts(answer: Mapping[str, Any], key: str) -> list[str]:
    given = answer.get(key) or []
    return [str(each) for each in given] if isinstance(given, list) else [str(given)]


def _json(text: str) -> Any:
    """The JSON value of an answer; None if it is not valid JSON throughout."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            raise ValueError("a key appears twice in one object")
        return made

    try:
        return json.loads(text, parse_constant=_no_number, parse_float=_finite, object_pairs_hook=unique)
    except (ValueError, RecursionError):
        return None


def _no_number(text: str) -> Any:
    raise ValueError(text)


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else float(_no_number(text))


def _failure(
    status: int, headers: Mapping[str, str], answer: Any, connection: PrometheusConnection
) -> Failure:
    """The failure for a status other than 200, or for a 200 that is no success."""
    url = connection.address.url
    said = answer if isinstance(answer, dict) else {}
    kind, words = str(said.get("errorType", "")), redact(str(said.get("error", "")), connection)
    detail = f": {kind}: {words}" if kind or words else ""
    if 300 <= status < 400:
        target = redact(urlsplit(headers.get("location", "")).hostname or "elsewhere", connection)
        message = f"{url} answered {status} and redirected to {target}; redirects are not followed"
        return Failure("refused", message, "put the URL it should be into the DataSource or PROMETHEUS_URL")
    if status in (401, 403):
        were_sent = "Authorization" in connection.headers
        sent = "it refused the credentials it was sent" if were_sent else "none were sent"
        message = f"{url} answered {status} and requires credentials; {sent}{detail}"
        remedy = "check the variable that tokenEnv or headersEnv names, the tenant, and what they may read"
        return Failure("credentials" if status == 401 else "denied", message, remedy)
    if status == 429:
        return Failure("throttled", f"{url} answered 429, too many requests{detail}", "run again later")
    if kind == "timeout" or status == 504:
        remedy = "ask for less: a recording rule, a shorter window"
        return Failure("timeout", f"{url} answered {status}{detail}", remedy)
    if status >= 500:
        remedy = "run again; if it persists, look at its log"
        return Failure("server", f"{url} answered {status}{detail}", remedy)
    if kind:
        return Failure("refused", f"{url} refused the query{detail}", "correct the query as the message says")
    if status == 200:
        what = headers.get("content-type", "no content type")
        message = f"{url} did not answer as Prometheus's API does ({redact(what, connection)[:60]})"
        return Failure("malformed", message, "check the URL: the API is below it at /api/v1")
    if status in (404, 405):
        message = f"{url} answered {status}: there is no Prometheus API"
        return Failure("missing", message, "check the URL: the API is below it at /api/v1")
    return Failure("refused", f"{url} answered {status}", "check what is behind the URL")
