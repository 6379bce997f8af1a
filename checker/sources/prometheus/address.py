"""The address of a Prometheus: parses a URL, and refuses addresses that must never be contacted.

Refused are addresses that answer anyone on this machine or in this cloud (metadata services), however they are
written, and addresses that are written to look like others.
"""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from checker.model import Failure
from checker.sources import SourceFailure

REFUSED_NETWORKS = tuple(
    map(
        ipaddress.ip_network,
        ("169.254.0.0/16", "fe80::/10", "fd00:ec2::254/128", "100.100.100.200/32", "168.63.129.16/32",
         "224.0.0.0/4", "ff00::/8", "0.0.0.0/32", "::/128"),
    )
)  # fmt: skip
"""Link-local addresses, other metadata services of clouds, multicast, and unspecified addresses."""


class Address(NamedTuple):
    """A parsed URL. All parts are safe to show, except ``user``, which is ``name:password`` or ""."""

    scheme: str
    host: str
    port: int
    path: str
    user: str

    @property
    def url(self) -> str:
        """The address without credentials."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = self.port == {"http": 80, "https": 443}[self.scheme]
        return f"{self.scheme}://{host}{'' if usual else f':{self.port}'}{self.path}"


def address(url: str) -> Address:
    """Parses ``url``. Raises ValueError; its message never quotes the URL, which may contain a secret."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("this is not a URL; write it as in https://prometheus.example.com:9090") from None
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError(
            "this is not an http or https URL; write it as in https://prometheus.example.com:9090"
        )
    if re.search(r"[^!-~]|\\", url):
        raise ValueError("the URL holds a space, or a character that has no place in a URL")
    if parts.query or parts.fragment:
        raise ValueError("the URL ends with its path; remove what follows '?' or '#'")
    _demand_host(host)
    user = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}" if "@" in parts.netloc else ""
    return Address(
        parts.scheme, host, port or (80 if parts.scheme == "http" else 443), parts.path.rstrip("/"), user
    )


def _demand_host(host: str) -> None:
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        # Resolvers also read these as addresses: 2852039166, 0x7f.1, 127.1.
        last = host.rstrip(".").rpartition(".")[2]
        if not re.fullmatch(r"[A-Za-z0-9_]([-.\w]*\w)?\.?", host) or re.fullmatch(
            r"[0-9]*|0[xX][0-9a-fA-F]*", last
        ):
            raise ValueError("the URL's host is neither a name nor an address such as 192.0.2.7") from None
    else:
        if refused(ip):
            raise ValueError(
                f"no Prometheus answers at {ip}: this address is link-local or reserved for the cloud"
            )


def refused(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether ``ip`` must never be contacted, also if it is an IPv4 address embedded in IPv6."""
    inner = ip.ipv4_mapped or ip.sixtofour if isinstance(ip, ipaddress.IPv6Address) else None
    return any((inner or ip) in network for network in REFUSED_NETWORKS)


def refuse(message: str, remedy: str) -> SourceFailure:
    """The failure of a connection that is refused."""
    return SourceFailure(Failure("refused", message, remedy))
