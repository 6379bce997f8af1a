"""How to reach a Prometheus: its address, and credentials from the environment."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field, PlainValidator, ValidationError, WithJsonSchema

from checker.files import FileRefused, read_file
from checker.model import ConnectionDeclaration
from checker.sources.prometheus.address import Address, address, refuse
from checker.sources.query import ConnectionDetails, Given
from checker.sources.redact import redact as redact_any

URL_VARIABLE = "PROMETHEUS_URL"
TOKEN_VARIABLE = "PROMETHEUS_TOKEN"
HOSTS_VARIABLE = "PROMETHEUS_HOSTS"
SHORTEST_SECRET = 6
"""Characters. Shorter secrets are not redacted, because that would destroy the text."""


def _url(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("expected a URL as text, such as https://prometheus.example.com:9090")
    if address(value).user:
        raise ValueError(
            f"a URL in a file must not hold a user name or password; put it into {URL_VARIABLE}, or name the variable "
            "of a token in tokenEnv"
        )
    return value


def _variable(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,127}", value):
        raise ValueError(
            "this is the name of an environment variable, such as PROMETHEUS_TOKEN; a secret must not be in a file"
        )
    return value


def _header_value(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[!-~]([ -~]{0,148}[!-~])?", value):
        raise ValueError("a tenant is up to 150 printable characters")
    return value


_VARIABLE_SCHEMA = {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]{0,127}$"}
VariableName = Annotated[str, PlainValidator(_variable), WithJsonSchema(_VARIABLE_SCHEMA)]


class PrometheusConnectionDetails(ConnectionDetails):
    """How to reach a Prometheus; without a DataSource, PROMETHEUS_URL and PROMETHEUS_TOKEN are used."""

    url: Given[
        Annotated[
            str, PlainValidator(_url), WithJsonSchema({"type": "string", "pattern": "^https?://[^@?#]+$"})
        ]
    ] = Field(
        default=None,
        description="The URL of its API, without /api/v1, such as https://mimir.example.com/prometheus. By default, "
        "the environment variable PROMETHEUS_URL.",
    )
    tokenEnv: Given[VariableName] = Field(  # noqa: N815
        default=None, description="The name of the environment variable that holds a bearer token."
    )
    headersEnv: Given[VariableName] = Field(  # noqa: N815
        default=None,
        description="The name of an environment variable with further headers, one on each line: 'Name: value'.",
    )
    tenant: Given[
        Annotated[str, PlainValidator(_header_value), WithJsonSchema({"type": "string", "maxLength": 150})]
    ] = Field(default=None, description="The tenant, sent as X-Scope-OrgID (Mimir, Cortex).")
    caFile: Given[str] = Field(  # noqa: N815
        default=None, description="A file with the certificates to trust, in PEM, instead of the system's."
    )


@dataclass(frozen=True)
class PrometheusConnection:
    """Where to send requests, and with which headers. ``deadline`` is a ``time.monotonic()`` value."""

    address: Address = field(repr=False)
    pool: Any
    headers: Mapping[str, str] = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    deadline: float
    connected: tuple[tuple[str, str], ...]

    def redact(self, text: str) -> str:
        """``text`` without the secrets of this connection."""
        for secret in self.secrets:
            text = text.replace(secret, "[redacted]")
        return text


def connect(declaration: ConnectionDeclaration, deadline: float) -> PrometheusConnection:
    """The connection to a Prometheus. Nothing is sent yet. Raises SourceFailure."""
    try:
        details = PrometheusConnectionDetails.model_validate(dict(declaration.details))
    except ValidationError as error:
        each = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise refuse(
            f"{each['loc'][0]}: {each['msg'].removeprefix('Value error, ')}", "correct the DataSource"
        ) from None
    found = _address(details)
    _demand_allowed(found)
    headers, secrets = _headers(details, found)
    ca = _certificates(details.caFile)

    from checker.sources.prometheus.pool import open_pool

    tenant = (("tenant", details.tenant),) if details.tenant else ()
    return PrometheusConnection(
        found, open_pool(found, ca), headers, secrets, deadline, (*tenant, ("url", found.url))
    )


def _address(details: PrometheusConnectionDetails) -> Address:
    if details.url is not None:
        return address(details.url)
    url = os.environ.get(URL_VARIABLE, "").strip()
    if not url:
        raise refuse(
            f"the address of Prometheus is not known: there is no url in the DataSource, and {URL_VARIABLE} is not set",
            f"set {URL_VARIABLE}, or name a DataSource with a url in the query's dataSourceRef "
            "(OpenSLO: metricSourceRef)",
        )
    try:
        return address(url)
    except ValueError as error:
        raise refuse(f"{URL_VARIABLE}: {error}", f"correct {URL_VARIABLE}") from None


def _demand_allowed(found: Address) -> None:
    allowed = os.environ.get(HOSTS_VARIABLE)
    if allowed is None:
        return
    hosts = {host.strip().lower() for host in allowed.split(",")}
    if not hosts & {found.host, f"{found.host}:{found.port}"}:
        raise refuse(
            f"{found.host}:{found.port} is not among the hosts that {HOSTS_VARIABLE} allows",
            f"use a host that is, or have the operator add it to {HOSTS_VARIABLE}",
        )


def _headers(details: PrometheusConnectionDetails, found: Address) -> tuple[dict[str, str], tuple[str, ...]]:
    """The headers of every request, and the secrets in them."""
    headers = {"Accept": "application/json", "User-Agent": "slo-checker"}
    secrets: list[str] = []
    if details.headersEnv is not None:
        given = _given_headers(details.headersEnv)
        headers |= given
        secrets += [secret for value in given.values() for secret in _secrets_of(value)]
    token = _token(details)
    if token:
        headers["Authorization"] = f"Bearer {token}"
        secrets.append(token)
    elif found.user:
        encoded = base64.b64encode(found.user.encode()).decode()
        headers["Authorization"] = f"Basic {encoded}"
        secrets += _secrets_of(headers["Authorization"])
    if details.tenant is not None:
        headers["X-Scope-Orgid"] = details.tenant
    # Longest first, because one secret may be part of another.
    hidden = sorted(
        {each for each in secrets if len(each) >= SHORTEST_SECRET}, key=lambda each: (-len(each), each)
    )
    return headers, tuple(hidden)


def _secrets_of(value: str) -> list[str]:
    """The secrets in a header's value: the whole value, the part after its scheme, and what that encodes."""
    scheme, _, rest = value.partition(" ")
    secrets = [value, rest.strip()]
    if scheme.lower() == "basic":
        with suppress(ValueError):
            user = base64.b64decode(rest).decode()
            secrets += [user, user.partition(":")[2]]
    return secrets


def _token(details: PrometheusConnectionDetails) -> str:
    name = details.tokenEnv
    if name is None:
        # The operator's token is sent only to the operator's address, never to one from a file.
        return _printable(TOKEN_VARIABLE, os.environ.get(TOKEN_VARIABLE, "")) if details.url is None else ""
    token = _printable(name, os.environ.get(name, ""))
    if not token:
        raise refuse(f"the environment variable {name} holds no token", f"set {name}, or correct tokenEnv")
    return token


def _printable(name: str, value: str) -> str:
    text = value.strip()
    if not re.fullmatch(r"[!-~]*", text):
        raise refuse(
            f"the value of {name} is not a token: it has spaces or other characters", f"correct {name}"
        )
    return text


def _given_headers(name: str) -> dict[str, str]:
    lines = [line.strip() for line in os.environ.get(name, "").splitlines() if line.strip()]
    if not lines:
        raise refuse(
            f"the environment variable {name} holds no headers", f"set {name}, or correct headersEnv"
        )
    headers: dict[str, str] = {}
    for line in lines:
        found = re.fullmatch(r"([-!#$%&'*+.^_`|~0-9A-Za-z]+):\s*([ -~]+)", line)
        if found is None:
            raise refuse(f"a line of {name} is not a header", "write a header a line, as 'Name: value'")
        headers[found[1].title()] = found[2]
    return headers


def _certificates(path: str | None) -> str:
    if path is None:
        return ""
    try:
        return read_file(path).decode("ascii")
    except FileRefused as refusal:
        raise refuse(f"caFile: {refusal.message}", refusal.remedy) from None
    except UnicodeDecodeError:
        raise refuse(f"caFile: {path!r} holds no certificates in PEM", "name a file that does") from None


def redact(text: str, connection: PrometheusConnection) -> str:
    """A message in one line, shortened and without secrets."""
    return redact_any(connection.redact(" ".join(text.split())))[:500]
