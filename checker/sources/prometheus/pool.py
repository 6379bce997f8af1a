"""Kept-alive connections to one host that check the address they reached before anything is sent.

This module imports urllib3, so it is imported only to connect.
"""

from __future__ import annotations

import ipaddress
import ssl

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from checker.sources.prometheus.address import Address, refuse, refused

POOL = 8


class Forbidden(Exception):
    """A host name led to an address that must never be contacted."""


class _Http(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _demand_peer(self)


class _Https(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        _demand_peer(self)


def _demand_peer(connection: HTTPConnection) -> None:
    """Checks the address that was finally reached, whatever name led there, before anything is sent."""
    peer = connection.sock.getpeername()[0]
    if refused(ipaddress.ip_address(peer)):
        connection.close()
        raise Forbidden(peer)


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Https


def open_pool(address: Address, certificates: str) -> urllib3.HTTPConnectionPool:
    """Connections to one host; none is opened yet. ``certificates`` (PEM) are trusted instead of the system's."""
    host = f"[{address.host}]" if ":" in address.host else address.host
    if address.scheme == "http":
        return _HttpPool(host, address.port, maxsize=POOL)
    try:
        context = ssl.create_default_context(cadata=certificates or None)
    except ssl.SSLError:
        raise refuse("caFile holds no certificates in PEM", "name a file that does") from None
    return _HttpsPool(host, address.port, maxsize=POOL, ssl_context=context)
