"""HTTP to one host, with a deadline, retries, and a limit on the answer's size. No redirects, no proxies.

This module imports urllib3, so it is imported only to send.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

import urllib3
from urllib3 import exceptions as raised

from checker.model import Failure
from checker.sources import SourceFailure
from checker.sources.prometheus.address import refuse
from checker.sources.prometheus.connection import PrometheusConnection, redact
from checker.sources.prometheus.pool import Forbidden

CONNECT_TIMEOUT = 5
ATTEMPTS = 4
FIRST_WAIT = 0.25
RETRIED = (429, 500, 502, 503, 504)
LONGEST_URL = 4_000
MOST_BYTES = 32 << 20


class Reply(NamedTuple):
    """A complete answer; the names in ``headers`` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def fetch(connection: PrometheusConnection, path: str, fields: Mapping[str, Any]) -> Reply:
    """The answer to a call, repeated while the server is busy and there is time. Raises SourceFailure.

    A GET, because some gateways allow nothing else; a POST if the URL would be too long.
    """
    wait = FIRST_WAIT
    for attempt in range(1, ATTEMPTS + 1):
        reply = _once(connection, path, urlencode(fields))
        if isinstance(reply, Reply) and reply.status not in RETRIED:
            return reply
        pause = max(wait, _asked_to_wait(reply))
        if attempt == ATTEMPTS or time.monotonic() + pause >= connection.deadline:
            break
        time.sleep(pause)
        wait *= 2
    if isinstance(reply, Failure):
        raise SourceFailure(reply)
    return reply


def _asked_to_wait(reply: Reply | Failure) -> int:
    """Seconds to wait that the server asked for (Retry-After)."""
    after = reply.headers.get("retry-after", "") if isinstance(reply, Reply) else ""
    return int(after) if after.isdecimal() and len(after) < 6 else 0


def _once(connection: PrometheusConnection, path: str, encoded: str) -> Reply | Failure:
    """One attempt: the answer, or the failure of a broken connection, which may be retried. Raises SourceFailure
    for any other."""
    left = connection.deadline - time.monotonic()
    if left <= 0:
        raise SourceFailure(_late(connection))
    target, body, headers = f"{connection.address.path}{path}?{encoded}", None, dict(connection.headers)
    if len(target) > LONGEST_URL:
        target, body = f"{connection.address.path}{path}", encoded.encode("ascii")
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        response = connection.pool.urlopen(
            "GET" if body is None else "POST",
            target,
            body,
            headers,
            retries=False,
            redirect=False,
            preload_content=False,
            timeout=urllib3.Timeout(connect=min(CONNECT_TIMEOUT, left), read=left),
        )
        try:
            read = _body(response, connection)
        except BaseException:
            response.close()
            raise
        return Reply(response.status, {name.lower(): value for name, value in response.headers.items()}, read)
    except raised.ProtocolError as error:
        return _broken(connection, error)
    except (raised.HTTPError, Forbidden, OSError) as error:
        raise SourceFailure(_failure(connection, error)) from None


def _body(response: Any, connection: PrometheusConnection) -> bytes:
    read = bytearray()
    for chunk in response.stream(65_536, decode_content=False):
        read += chunk
        if len(read) > MOST_BYTES:
            raise refuse(
                f"the answer of {connection.address.url} is larger than {MOST_BYTES >> 20} MiB",
                "aggregate the query to one series, or choose a longer period",
            )
        if time.monotonic() > connection.deadline:
            raise SourceFailure(_late(connection))
    return bytes(read)


def _late(connection: PrometheusConnection) -> Failure:
    message = f"{connection.address.url} did not answer before the deadline"
    return Failure(
        "timeout", message, "ask for less (a recording rule, a shorter window), or raise --timeout"
    )


def _broken(connection: PrometheusConnection, error: Exception) -> Failure:
    message = f"{connection.address.url}: the connection broke ({_words(error, connection)})"
    return Failure("unreachable", message, "run again; if it persists, check what is behind the URL")


def _words(error: Exception, connection: PrometheusConnection) -> str:
    """urllib3's message without the connection at its beginning, because the URL is shown anyway."""
    return redact(re.sub(r"^\w+\(host=[^)]*\): ", "", str(error)), connection)[:200]


def _failure(connection: PrometheusConnection, error: Exception) -> Failure:
    url = connection.address.url
    if isinstance(error, Forbidden):
        message = f"{url} leads to {error}, which is link-local or reserved for the cloud; nothing was sent"
        return Failure("refused", message, "correct the URL, or what its name resolves to")
    if isinstance(error, raised.SSLError):
        message = f"{url}: no trusted connection ({_words(error, connection)})"
        return Failure(
            "unreachable", message, "name the certificates to trust in caFile, and check the host's name"
        )
    if isinstance(error, raised.TimeoutError) and time.monotonic() >= connection.deadline - 0.1:
        return _late(connection)
    message = f"{url} cannot be reached ({_words(error, connection)})"
    return Failure("unreachable", message, "check the URL, the network and whether Prometheus is running")
