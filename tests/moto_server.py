"""moto as a local server.

moto keeps one state for all servers of a process, so each is emptied as it starts.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch
from urllib.request import Request, urlopen

from moto.server import ThreadedMotoServer
from werkzeug.serving import WSGIRequestHandler

IDLE = 2
"""Seconds that a connection may be idle. The thread that serves it would otherwise live as long as its client, and
no process with other threads is forked: see ``checker/spread.py``."""


@contextmanager
def moto_server(port: int = 0) -> Iterator[str]:
    """The URL of a server that holds nothing yet."""
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    with patch.object(WSGIRequestHandler, "timeout", IDLE):
        server.start()
        try:
            url = "http://{}:{}".format(*server.get_host_and_port())
            reset(url)
            yield url
        finally:
            server.stop()


def reset(url: str) -> None:
    """Empties the state of all servers."""
    urlopen(Request(f"{url}/moto-api/reset", method="POST")).close()
