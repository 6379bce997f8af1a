"""Evidence: the exchanges of a run as JSON Lines, one exchange on each line, in a fixed order.

The first line is a header with the moment that is judged (``at``) and the clock time of asking (``askedAt``). Every
other line holds a request, its response or failure, and facts about the connection that was used. No secrets are
written: sources record allow-listed fields only, and text passes through redaction. The digest covers the lines
after the header.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from checker.files import FileRefused, read_file
from checker.model import (
    FIRST_MOMENT,
    LAST_MOMENT,
    ConnectionDeclaration,
    Evidence,
    Exchange,
    Failure,
    Request,
)

FORMAT = "checker/evidence/v1"
LIMIT = 1 << 30
"""The greatest size of a recording, in bytes."""
_GZIP = b"\x1f\x8b"


_FAR = re.compile(r"[0-9][eE]\+?0*[0-9]{3}|[0-9]{309}")
"""Matches a line that may hold a number too large for a float (it also matches some digests)."""


class NoRecording(FileRefused):
    """A file that is not a recording: it does not begin with the header of one."""


def in_order(at: int, exchanges: Iterable[Exchange]) -> Evidence:
    """The evidence of a run, with the exchanges sorted by the text of their requests, whatever order they came in."""
    by_request: dict[str, list[Exchange]] = {}
    for exchange in exchanges:
        by_request.setdefault(json.dumps(_request(exchange), sort_keys=True), []).append(exchange)
    # Only a recording that was merged from several contains a request twice.
    alike = (each if len(each) == 1 else sorted(each, key=_line) for _, each in sorted(by_request.items()))
    return Evidence(at, tuple(exchange for each in alike for exchange in each))


def digest(evidence: Evidence) -> str:
    """The sha256 (hexadecimal) of the exchanges as they are written."""
    sha = hashlib.sha256()
    for exchange in evidence.exchanges:
        sha.update(_line(exchange).encode() + b"\n")
    return sha.hexdigest()


def dump(evidence: Evidence) -> str:
    """The recording as text. Raises ValueError if a response holds a value that JSON cannot represent."""
    asked = {} if evidence.asked_at is None else {"askedAt": evidence.asked_at}
    header = json.dumps({"format": FORMAT, "at": evidence.at, **asked}, sort_keys=True)
    return "".join(f"{line}\n" for line in (header, *map(_line, evidence.exchanges)))


def replay(path: str) -> Evidence:
    """The evidence recorded at ``path``. Raises NoRecording if the file is no recording, FileRefused if one of its
    lines is not valid."""
    lines = _lines(path)
    try:
        header = _json(path, 1, lines[0])
    except FileRefused as refused:
        raise NoRecording(refused.message, refused.remedy) from None
    if not _is_header(header):
        raise NoRecording(f"{path}:1: this is not a recording of the format {FORMAT}", _RECORD)
    if not all(FIRST_MOMENT <= header.get(name, header["at"]) <= LAST_MOMENT for name in ("at", "askedAt")):
        raise FileRefused(f"{path}:1: a moment in it is not in the years 1970 to 9999", _RECORD)
    exchanges = []
    for number, line in enumerate(lines[1:], start=2):
        try:
            exchanges.append(_exchange(_json(path, number, line)))
        except (KeyError, TypeError, ValueError, AttributeError):
            raise FileRefused(f"{path}:{number}: this line is not an exchange", _RECORD) from None
    return in_order(header["at"], exchanges)._replace(asked_at=header.get("askedAt"))


def _lines(path: str) -> list[str]:
    """The lines of a recording; a line ends with LF or CRLF alone. At most one byte order mark is passed over."""
    raw = read_file(path, limit=LIMIT)
    if raw.startswith(_GZIP):
        raise NoRecording(f"{path} is compressed by gzip", "unpack it with gunzip")
    try:
        # Not splitlines(), which also splits at characters that stand in a JSON string as they are, such as U+2028.
        lines = raw.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError:
        raise NoRecording(f"{path} is not UTF-8 text", _RECORD) from None
    if lines == [""]:
        raise NoRecording(f"{path}:1: the recording is empty", _RECORD)
    return lines if lines[-1] else lines[:-1]


def _is_header(header: Any) -> bool:
    """Whether it is a header of this format with an integer ``at`` and, in newer recordings, an integer ``askedAt``."""
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        return False
    return all(type(moment) is int for moment in (header.get("at"), header.get("askedAt", 0)))


_RECORD = "record again with 'checker run --record FILE'"


class _Refused(Exception):
    """Says why a line is refused that other readers would accept as JSON."""


def _json(path: str, number: int, line: str) -> Any:
    """The value of a line that every JSON reader understands alike: no duplicate keys and no number that is not
    finite."""
    parse_float = _finite if _FAR.search(line) else None
    try:
        return json.loads(
            line, parse_constant=_no_constant, parse_float=parse_float, object_pairs_hook=_unique
        )
    except _Refused as refused:
        raise FileRefused(f"{path}:{number}: this line holds {refused}", _RECORD) from None
    except (ValueError, RecursionError):
        raise FileRefused(f"{path}:{number}: this line is not JSON", _RECORD) from None


def _no_constant(text: str) -> Any:
    raise ValueError(text)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise _Refused(f"{text[:40]}, which is not a finite number")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _Refused(f"the key {next(key for key in keys if keys.count(key) > 1)!r} twice")
    return made


def _request(exchange: Exchange) -> dict[str, Any]:
    request = exchange.request
    return {
        "source": request.source,
        "connection": {"name": request.connection.name, "details": dict(request.connection.details)},
        "operation": request.operation,
        "parameters": request.parameters,
    }


def _line(exchange: Exchange) -> str:
    line: dict[str, Any] = {"request": _request(exchange), "connected": dict(exchange.connected)}
    if exchange.failure is not None:
        line["failure"] = exchange.failure._asdict()
    else:
        line["response"] = exchange.response
    return json.dumps(line, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _exchange(line: Mapping[str, Any]) -> Exchange:
    request = line["request"]
    connection = request["connection"]
    failure, response = line.get("failure"), line.get("response")
    if (failure is None) == (response is None) or not isinstance(request["parameters"], dict):
        raise ValueError("an exchange holds either a response or a failure")
    if response is not None and not isinstance(response, dict):
        raise ValueError("a response is a mapping")
    return Exchange(
        request=Request(
            source=str(request["source"]),
            connection=ConnectionDeclaration(
                str(connection["name"]),
                tuple(sorted((str(k), str(v)) for k, v in connection["details"].items())),
            ),
            operation=str(request["operation"]),
            parameters=request["parameters"],
        ),
        response=response,
        failure=None if failure is None else Failure(**failure),
        connected=tuple(sorted((str(k), str(v)) for k, v in line["connected"].items())),
    )


def connections(evidence: Evidence) -> tuple[tuple[str, str], ...]:
    """The connections that were really used, from the exchanges: (data source, "account=…, region=…"). The account is
    unknown if asking for it failed."""
    by_name: dict[str, list[Exchange]] = {}
    for exchange in evidence.exchanges:
        name = exchange.request.connection.name or f"{exchange.request.source} (environment)"
        by_name.setdefault(name, []).append(exchange)
    named = (
        (name, _unknown_account(exchanges) | facts_of(exchanges))
        for name, exchanges in sorted(by_name.items())
    )
    return tuple(
        (name, ", ".join(f"{key}={' and '.join(values)}" for key, values in facts.items()))
        for name, facts in named
        if facts
    )


def _unknown_account(exchanges: Iterable[Exchange]) -> dict[str, list[str]]:
    asked = (each for each in exchanges if each.request.operation == "GetCallerIdentity")
    return {"account": ["unknown"]} if any(each.failure is not None for each in asked) else {}


def facts_of(exchanges: Iterable[Exchange]) -> dict[str, list[str]]:
    """What the exchanges say about their connections, sorted: several values of one fact only if a recording was
    put together from several."""
    found: dict[str, set[str]] = {}
    for exchange in exchanges:
        learned = (exchange.response or {}).get("connected", {})
        facts = dict(exchange.connected) | (dict(learned) if isinstance(learned, dict) else {})
        for key, value in facts.items():
            found.setdefault(key, set()).add(str(value))
    return {key: sorted(values) for key, values in sorted(found.items())}
