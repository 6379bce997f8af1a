"""A process that may only talk to this machine: everything else is refused, and name look-ups with it."""

import ipaddress
import socket
from typing import Any


class Blocked(OSError):
    """Something tried to reach another machine."""


def enforce() -> None:
    """Refuse every connection and look-up that leaves the loopback interface, from now on."""
    connect, connect_ex, lookup = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _demand_loopback(self.family, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _demand_loopback(self.family, address)
        return connect_ex(self, address)

    def guarded_lookup(host: Any, *arguments: Any, **options: Any) -> Any:
        if not _is_loopback(host):
            raise Blocked(f"the tests tried to look up {host!r}")
        return lookup(host, *arguments, **options)

    socket.socket.connect = guarded_connect  # type: ignore[method-assign]
    socket.socket.connect_ex = guarded_connect_ex  # type: ignore[method-assign]
    socket.getaddrinfo = guarded_lookup


def _demand_loopback(family: int, address: Any) -> None:
    if family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
        raise Blocked(f"the tests tried to connect to {address!r}")


def _is_loopback(host: Any) -> bool:
    if host in (None, "", "localhost", b"localhost", "0.0.0.0", socket.gethostname()):
        return True
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else host).is_loopback
    except ValueError:
        return False
