"""The simulator itself: the store, the clock, the faults and the log behind one address."""

from __future__ import annotations

import threading
import time
import traceback
import uuid
from array import array
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Any

from tests.simulator import control, faults, wire
from tests.simulator.alarms import Alarms
from tests.simulator.costs import Costs
from tests.simulator.errors import ApiError
from tests.simulator.logs import Logs
from tests.simulator.metrics import Metric, Store, Stream, dimensions_of
from tests.simulator.operations import CLOUDWATCH, STS
from tests.simulator.parameters import UNITS, Account
from tests.simulator.server import Delivery, Request, Server
from tests.simulator.statistics import StatisticSet
from tests.simulator.wrong_answers import EDITS, SIMULATED_TOKEN

MOST_LOGGED = 10_000


class Simulator:
    """CloudWatch on a port of this machine, with STS GetCallerIdentity, and with Logs Insights, alarms and costs as
    far as ``logs``, ``alarms`` and ``costs`` were given answers.

    ``now`` is what it takes for the present, in epoch seconds (None: the real clock); retention, rounding and
    ListMetrics depend on it. ``latency`` is how many seconds every answer waits, and ``before_answer`` is called
    before each. ``requests`` holds the last 10,000 calls, ``counts`` how many there were by operation, ``refusals``
    those that an error answered. Use it in a ``with`` statement, or call ``start`` and ``close``.
    """

    def __init__(
        self,
        account: str = "123456789012",
        now: float | None = None,
        port: int = 0,
        latency: float = 0.0,
    ) -> None:
        self.account = account
        self.now = now
        self.latency = latency
        self.before_answer: Callable[[], object] = lambda: None
        self.faults = faults.Faults()
        self.logs = Logs()
        self.alarms = Alarms()
        self.costs = Costs()
        self.requests: deque[wire.Call] = deque(maxlen=MOST_LOGGED)
        self.counts: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self._port = port
        self._store = Store()
        self._lock = threading.RLock()
        self._closing = threading.Event()
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> Simulator:
        """Bind the port and serve from a thread. A closed simulator starts again on the same port."""
        self._closing.clear()
        self._server = Server(("127.0.0.1", self._port), self._answer)
        self._port = self._server.server_address[1]
        serve = self._server.serve_forever
        self._thread = threading.Thread(target=serve, kwargs={"poll_interval": 0.02}, name="simulator")
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop serving: from here on the port refuses connections. What was published stays."""
        if self._server is None or self._thread is None:
            return
        self._closing.set()
        self._server.shutdown()
        self._server.end_connections()
        self._server.server_close()
        self._thread.join()
        self._server = self._thread = None

    def __enter__(self) -> Simulator:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        """What to give a client as its ``endpoint_url``."""
        return f"http://127.0.0.1:{self._port}"

    def put(
        self,
        namespace: str,
        metric: str,
        dimensions: Mapping[str, str],
        unit: str,
        points: Iterable[tuple[float, float]],
        *,
        high_resolution: bool = False,
        account: str | None = None,
    ) -> None:
        """Publish raw values: (epoch seconds, value) pairs, into any namespace, at any age."""
        pairs = list(points)
        times, values = array("d", [time for time, _ in pairs]), array("d", [value for _, value in pairs])
        with self._lock:
            stream = self._stream(account, namespace, metric, dimensions, unit)
            stream.add(times, values)
            stream.high_resolution |= high_resolution

    def put_counts(
        self,
        namespace: str,
        metric: str,
        dimensions: Mapping[str, str],
        unit: str,
        rows: Iterable[tuple[float, float, float]],
        *,
        account: str | None = None,
    ) -> None:
        """Publish raw values with how often each occurred: (epoch seconds, value, count)."""
        columns = [array("d", column) for column in zip(*rows, strict=True)] or [array("d")] * 3
        with self._lock:
            self._stream(account, namespace, metric, dimensions, unit).add(*columns)

    def put_statistics(
        self,
        namespace: str,
        metric: str,
        dimensions: Mapping[str, str],
        unit: str,
        sets: Iterable[tuple[float, float, float, float, float]],
        *,
        account: str | None = None,
    ) -> None:
        """Publish statistic sets: (epoch seconds, sample count, sum, minimum, maximum)."""
        with self._lock:
            stream = self._stream(account, namespace, metric, dimensions, unit)
            for item in sets:
                stream.add_set(StatisticSet(*item))

    def _stream(
        self, account: str | None, namespace: str, metric: str, dimensions: Mapping[str, str], unit: str
    ) -> Stream:
        if unit not in UNITS:
            raise ValueError(f"{unit!r} is not a CloudWatch unit; there are {', '.join(UNITS)}")
        key = Metric(account or self.account, namespace, metric, dimensions_of(dimensions))
        return self._store.stream(key, unit)

    def _answer(self, request: Request) -> Delivery:
        if request.path.startswith(control.PATH):
            return Delivery(control.answer(self, request))
        request_id = str(uuid.uuid4())
        protocol, service, operation = wire.protocol_of(request.headers), "cloudwatch", ""
        try:
            call = wire.parse(request.headers, request.body)
            protocol, service, operation = call.protocol, call.service, call.operation
            self._log(call)
            reply, breakage = self._reply(call, request_id)
            return Delivery(reply, breakage, request_id)
        except ApiError as error:
            with self._lock:
                self.refusals[operation] += 1
            return Delivery(wire.failure(error, protocol, service, request_id), "", request_id)
        except Exception:
            # A mistake in the simulator must not look like one of CloudWatch's own failures.
            bug = ApiError("SimulatorBug", traceback.format_exc(), 400)
            return Delivery(wire.failure(bug, protocol, service, request_id), "", request_id)

    def _log(self, call: wire.Call) -> None:
        with self._lock:
            self.requests.append(call)
            self.counts[call.operation] += 1

    def _reply(self, call: wire.Call, request_id: str) -> tuple[wire.Reply, str]:
        """The reply to a call and how its delivery breaks, after the delays and faults it meets."""
        self.before_answer()
        self._closing.wait(self.latency)
        fault = self.faults.take(call)
        if fault is None:
            return wire.answer(call, self._run(call), request_id), ""
        if fault.kind in faults.ERRORS:
            raise faults.error(fault, call, self.account)
        if fault.kind in EDITS:
            result = self._run(_without_simulated_token(call))
            chosen = {} if fault.metric is None else {"ids": fault.ids(call)}
            EDITS[fault.kind].change(result, {**fault.options, **chosen}, call)
            return wire.answer(call, result, request_id), ""
        if fault.kind == "slow":
            self._closing.wait(fault.options.get("seconds", 1.0))
        reply = wire.answer(call, self._run(call), request_id)
        if fault.kind == "html":
            page = b"<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>"
            reply = wire.Reply(fault.options.get("status", 502), "text/html", page)
        if fault.kind == "wrong-content-type":
            reply = replace(reply, content_type=fault.options.get("content_type", "text/plain"))
        return reply, fault.kind

    def _run(self, call: wire.Call) -> dict[str, Any]:
        known = {
            "cloudwatch": {**CLOUDWATCH, "DescribeAlarms": self.alarms.describe},
            "cost explorer": {"GetCostAndUsage": self.costs.get},
            "logs": self.logs.operations,
            "sts": STS,
        }[call.service]
        if call.operation not in known:
            problem = f"The operation {call.operation} is not simulated; there are {', '.join(known)}."
            raise ApiError("InvalidAction", problem)
        now = time.time() if self.now is None else self.now
        with self._lock:
            return known[call.operation](call.parameters, Account(self._store, self.account, now))


def _without_simulated_token(call: wire.Call) -> wire.Call:
    if not str(call.parameters.get("NextToken", "")).startswith(SIMULATED_TOKEN):
        return call
    rest = {name: value for name, value in call.parameters.items() if name != "NextToken"}
    return replace(call, parameters=rest)
