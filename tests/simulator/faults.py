"""Faults on command: for the next requests of an operation, or for good.

    simulator.faults.add("throttling", operation="GetMetricData", times=2)
    simulator.faults.add("PartialData", times=None, metric="slack", messages=True)

A request meets at most one fault: the oldest one that matches it. ``KINDS`` lists every kind and its options.
A stopped server (``simulator.close()``) is what refuses connections.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.simulator.errors import ApiError
from tests.simulator.wire import Call
from tests.simulator.wrong_answers import EDITS

ERRORS: dict[str, tuple[str, str, int]] = {
    "throttling": ("Throttling", "Rate exceeded", 400),
    "internal": ("InternalServiceError", "We encountered an internal error. Please try again.", 500),
    "unavailable": ("ServiceUnavailable", "Service is unable to handle request.", 503),
    "access-denied": (
        "AccessDenied",
        "User: {arn} is not authorized to perform: {action} because no identity-based policy allows the"
        " {action} action",
        403,
    ),
    "expired-token": ("ExpiredToken", "The security token included in the request is expired", 403),
    "invalid-credentials": (
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
        403,
    ),
}
"""kind: (code, message, HTTP status) of an error answer. The options of the same names replace them."""

TRANSPORT: dict[str, frozenset[str]] = {
    "malformed-json": frozenset(),
    "truncated-body": frozenset(),
    "empty-body": frozenset(),
    "wrong-content-type": frozenset({"content_type"}),
    "html": frozenset({"status"}),
    "reset-before-headers": frozenset(),
    "reset-after-headers": frozenset(),
    "slow": frozenset({"seconds"}),
}
"""kind: its options. What goes wrong with the bytes of an answer that is otherwise right (see ``server``)."""

KINDS: dict[str, frozenset[str]] = {
    **dict.fromkeys(ERRORS, frozenset({"code", "message", "status"})),
    **{kind: edit.options for kind, edit in EDITS.items()},
    **TRANSPORT,
}
"""Every kind of fault, and the options it takes."""


@dataclass(slots=True)
class Fault:
    """A fault that waits: ``skip`` requests pass unharmed, then it hits ``times`` of them (None: all).

    With ``metric`` it waits for GetMetricData requests with a query for a metric of that name, or with that
    value of a dimension; a fault inside the answer then hits the results of those queries.
    """

    kind: str
    operation: str | None = None
    times: int | None = 1
    skip: int = 0
    metric: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def matches(self, call: Call) -> bool:
        if self.kind in EDITS and call.operation not in EDITS[self.kind].operations:
            return False
        if self.metric is not None and not self.ids(call):
            return False
        return self.operation in (None, call.operation)

    def ids(self, call: Call) -> list[str]:
        """The Ids of a request that ask for the fault's metric."""
        queries = call.parameters.get("MetricDataQueries", [])
        return [row["Id"] for row in queries if self._asked_by(row.get("MetricStat", {}).get("Metric", {}))]

    def _asked_by(self, metric: Mapping[str, Any]) -> bool:
        values = (pair.get("Value") for pair in metric.get("Dimensions", []))
        return self.metric in (metric.get("MetricName"), *values)


class Faults:
    """The faults that are waiting, oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(
        self,
        kind: str,
        *,
        operation: str | None = None,
        times: int | None = 1,
        skip: int = 0,
        metric: str | None = None,
        **options: Any,
    ) -> None:
        """Let the next ``times`` matching requests (None: all) meet a fault, after ``skip`` that do not.

        ValueError says what is wrong with a fault that could never happen.
        """
        if kind not in KINDS:
            raise ValueError(f"no fault is called {kind!r}; there are {', '.join(sorted(KINDS))}")
        unknown = options.keys() - KINDS[kind]
        if unknown:
            taken = ", ".join(sorted(KINDS[kind])) or "no options"
            raise ValueError(f"fault {kind!r} takes {taken}, not {', '.join(sorted(unknown))}")
        if kind in EDITS and operation is not None and operation not in EDITS[kind].operations:
            fitting = ", ".join(sorted(EDITS[kind].operations))
            raise ValueError(f"fault {kind!r} cannot happen to {operation}, only to {fitting}")
        if metric is not None and operation not in (None, "GetMetricData"):
            raise ValueError(f"a fault for a metric waits for GetMetricData, not for {operation}")
        with self._lock:
            self._waiting.append(Fault(kind, operation, times, skip, metric, options))

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def waiting(self) -> list[Fault]:
        """The faults that still wait for a request."""
        with self._lock:
            return list(self._waiting)

    def take(self, call: Call) -> Fault | None:
        """The fault that this request meets, counted down."""
        with self._lock:
            for fault in self._waiting:
                if not fault.matches(call):
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._waiting.remove(fault)
                return fault
        return None


def error(fault: Fault, call: Call, account: str) -> ApiError:
    """The error answer of a fault."""
    code, message, status = ERRORS[fault.kind]
    action = f"{call.service}:{call.operation}"
    message = message.format(arn=f"arn:aws:iam::{account}:user/simulator", action=action)
    options = fault.options
    return ApiError(options.get("code", code), options.get("message", message), options.get("status", status))
