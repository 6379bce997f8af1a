"""The protocols that clients speak: awsJson (boto3 since 1.42.7, the AWS CLI) and query (older ones, STS).

A request becomes a :class:`Call`; an answer, or an :class:`ApiError`, becomes a :class:`Reply`.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from tests.simulator.errors import ApiError

Protocol = Literal["json", "query"]

JSON_TARGETS = {
    "AWSInsightsIndexService": "cost explorer",
    "GraniteServiceVersion20100801": "cloudwatch",
    "Logs_20140328": "logs",
}
"""The services that speak awsJson, by what stands before the operation in the target."""
JSON_TYPES = {
    "cloudwatch": "application/x-amz-json-1.0",
    "cost explorer": "application/x-amz-json-1.1",
    "logs": "application/x-amz-json-1.1",
}
_SHAPES = {"cloudwatch": "com.amazonaws.cloudwatch.v2010_08_01#", "cost explorer": "", "logs": ""}
"""What stands before an error's name in ``__type``."""
_NAMESPACES = {
    "cloudwatch": "http://monitoring.amazonaws.com/doc/2010-08-01/",
    "sts": "https://sts.amazonaws.com/doc/2011-06-15/",
}
_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request")

# The query protocol sends text only; these names hold something else.
_INTEGERS = re.compile(r"(.*\.)?(Period|MaxDatapoints|StorageResolution)")
_NUMBERS = re.compile(
    r"(.*\.)?MetricData\.member\.\d+\.(Value|(Values|Counts)\.member\.\d+|StatisticValues\.\w+)"
)
_TRUTHS = re.compile(r"(.*\.)?(ReturnData|IncludeLinkedAccounts|StrictEntityValidation)")
_TIMES = re.compile(r"(.*\.)?(StartTime|EndTime|Timestamp)")


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it was understood. ``access_key`` and ``region`` are those of its signature, if any."""

    operation: str
    parameters: Mapping[str, Any]
    service: str = "cloudwatch"
    protocol: Protocol = "json"
    access_key: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back: the status, the content type and the bytes."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


def protocol_of(headers: Mapping[str, str]) -> Protocol:
    """In which protocol a request was sent, and must be answered."""
    return "json" if "X-Amz-Target" in headers or "json" in headers.get("Content-Type", "") else "query"


def parse(headers: Mapping[str, str], body: bytes) -> Call:
    """The request that was sent; ApiError when it cannot be understood."""
    if headers.get("Content-Encoding") == "gzip":
        try:
            body = gzip.decompress(body)
        except (OSError, EOFError, zlib.error):
            raise ApiError("MalformedInput", "The body is not gzip, as its Content-Encoding says.") from None
    credential = _CREDENTIAL.search(headers.get("Authorization", ""))
    access_key, region, signed_for = credential.groups() if credential else ("", "", "")
    if protocol_of(headers) == "json":
        target = headers.get("X-Amz-Target", "")
        prefix, _, operation = target.partition(".")
        if prefix not in JSON_TARGETS:
            raise ApiError("InvalidAction", f"The operation {target or '(none)'} is not simulated.")
        return Call(operation, _json_parameters(body), JSON_TARGETS[prefix], "json", access_key, region)
    fields = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    operation, version = fields.pop("Action", ""), fields.pop("Version", "")
    service = "sts" if signed_for == "sts" or version == "2011-06-15" else "cloudwatch"
    return Call(operation, _query_parameters(fields), service, "query", access_key, region)


def _json_parameters(body: bytes) -> dict[str, Any]:
    try:
        parameters = json.loads(body or b"{}")
    except ValueError:
        raise ApiError("MalformedInput", "The body is not JSON.") from None
    if not isinstance(parameters, dict):
        raise ApiError("MalformedInput", "The body must be a JSON object.")
    return parameters


def _query_parameters(fields: Mapping[str, str]) -> dict[str, Any]:
    """``A.member.1.B=x`` as nested dicts and lists, with numbers, times and truth values read."""
    tree: dict[str, Any] = {}
    for name, text in fields.items():
        *parents, last = name.split(".")
        node = tree
        for step in parents:
            node = node.setdefault(step, {})
            if not isinstance(node, dict):
                raise ApiError("MalformedInput", f"The parameter {name} is given in two forms.")
        node[last] = _scalar(name, text)
    return {name: _lists(value) for name, value in tree.items()}


def _scalar(name: str, text: str) -> Any:
    try:
        if _INTEGERS.fullmatch(name):
            return int(text)
        if _NUMBERS.fullmatch(name):
            return float(text)
        if _TIMES.fullmatch(name):
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except ValueError:
        raise ApiError("MalformedInput", f"The value {text} for parameter {name} cannot be read.") from None
    return text == "true" if _TRUTHS.fullmatch(name) else text


def _lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if node.keys() == {"member"} and isinstance(node["member"], dict):
        members = node["member"]
        return [_lists(members[index]) for index in sorted(members, key=lambda text: (len(text), text))]
    return {name: _lists(value) for name, value in node.items()}


def answer(call: Call, result: Mapping[str, Any], request_id: str) -> Reply:
    """A result as the protocol of the call writes it. NaN and infinities become JSON's bare tokens."""
    if call.protocol == "json":
        body = json.dumps(result, separators=(",", ":")).encode()
        return Reply(200, JSON_TYPES[call.service], body)
    name = call.operation
    metadata = f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>"
    inner = f"<{name}Result>{_xml(result)}</{name}Result>{metadata}"
    text = f'<{name}Response xmlns="{_NAMESPACES[call.service]}">{inner}</{name}Response>'
    return Reply(200, "text/xml", text.encode())


def failure(error: ApiError, protocol: Protocol, service: str, request_id: str) -> Reply:
    """An error as the protocol writes it."""
    side = "Sender" if error.status < 500 else "Receiver"
    if protocol == "json":
        body = json.dumps({"__type": _SHAPES[service] + error.shape, "message": error.message}).encode()
        compatible = (("x-amzn-query-error", f"{error.code};{side}"),) if service == "cloudwatch" else ()
        return Reply(error.status, JSON_TYPES[service], body, compatible)
    inside = f"<Type>{side}</Type><Code>{error.code}</Code><Message>{escape(error.message)}</Message>"
    text = (
        f'<ErrorResponse xmlns="{_NAMESPACES[service]}"><Error>{inside}</Error>'
        f"<RequestId>{request_id}</RequestId></ErrorResponse>"
    )
    return Reply(error.status, "text/xml", text.encode())


def _xml(value: Any, name: str = "") -> str:
    if name.startswith("Timestamp") and isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, Mapping):
        if name == "ExtendedStatistics":
            pairs = value.items()
            return "".join(f"<entry><key>{key}</key><value>{inner}</value></entry>" for key, inner in pairs)
        return "".join(f"<{key}>{_xml(inner, key)}</{key}>" for key, inner in value.items())
    if isinstance(value, list):
        return "".join(f"<member>{_xml(inner, name)}</member>" for inner in value)
    return escape(str(value))
