"""HTTP/1.1 with keep-alive, one thread a connection, and the ways in which an answer can break on its way."""

from __future__ import annotations

import socket
import struct
import sys
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from tests.simulator.wire import Reply


class Request(NamedTuple):
    """An HTTP request, whole."""

    method: str
    path: str
    headers: Any
    """The header fields; names in any case."""
    body: bytes


class Delivery(NamedTuple):
    """A reply, and what shall go wrong while it is sent ("" for nothing)."""

    reply: Reply
    breakage: str = ""
    request_id: str = ""


Answer = Callable[[Request], Delivery]


class Server(ThreadingHTTPServer):
    """Serves ``answer`` until closed; closing also ends the connections that clients keep open."""

    daemon_threads = False
    block_on_close = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], answer: Answer) -> None:
        self.answer = answer
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        self.aborted: set[socket.socket] = set()
        super().__init__(address, Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._open.discard(request)
            aborted = request in self.aborted
            self.aborted.discard(request)
        if aborted:
            # Closing with a linger time of zero sends a reset; the orderly shutdown would send an end first.
            request.close()
        else:
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that goes away in the middle is nothing to report.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def end_connections(self) -> None:
        """Wake every thread that waits for a client's next request."""
        with self._guard:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue


class Handler(BaseHTTPRequestHandler):
    """Reads a request, has it answered, and delivers the reply in one piece."""

    protocol_version = "HTTP/1.1"
    timeout = 2  # so that no thread lives as long as a client that keeps its connection
    server_version = "CloudWatchSimulator"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: Server

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        request = Request(self.command, self.path, self.headers, body)
        self._deliver(self.server.answer(request))

    do_POST = do_GET = do_DELETE = _serve  # noqa: N815  (the names http.server calls)

    def _deliver(self, delivery: Delivery) -> None:
        reply, breakage = delivery.reply, delivery.breakage
        if breakage == "reset-before-headers":
            self._reset()
            return
        body = b"" if breakage == "empty-body" else reply.body
        if breakage == "malformed-json":
            body = body[: len(body) // 2]
        self.send_response(reply.status, HTTPStatus(reply.status).phrase)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("x-amzn-RequestId", delivery.request_id)
        for name, value in reply.headers:
            self.send_header(name, value)
        self.end_headers()
        if breakage == "truncated-body":
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
        elif breakage == "reset-after-headers":
            self.wfile.flush()
            self._reset()
        else:
            self.wfile.write(body)

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.server.aborted.add(self.connection)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Quiet: the simulator keeps its own log of requests."""
