"""The control path of a running simulator, for a test in another process or a person with curl.

POST   /_simulator/faults     {"kind": "throttling", "operation": "GetMetricData", "times": 2}
GET    /_simulator/faults     the faults that still wait
DELETE /_simulator/faults     forget them
POST   /_simulator/metrics    one line of a ``--load`` file (see ``__main__``)
GET    /_simulator/metrics    its own requests and refusals by operation, as Prometheus scrapes them
GET    /_simulator/requests   {"counts": {operation: n}, "requests": [{operation, parameters, …}]}
DELETE /_simulator/requests   forget them
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tests.simulator.server import Request
from tests.simulator.wire import Reply

if TYPE_CHECKING:
    from tests.simulator.simulator import Simulator

PATH = "/_simulator/"


def answer(simulator: Simulator, request: Request) -> Reply:
    """What the control path says; a request that makes no sense gets 400 and the reason."""
    try:
        match request.method, request.path.removeprefix(PATH):
            case "POST", "faults":
                simulator.faults.add(**_object(request.body))
            case "DELETE", "faults":
                simulator.faults.clear()
            case "POST", "metrics":
                publish(simulator, _object(request.body))
            case "DELETE", "requests":
                simulator.requests.clear()
                simulator.counts.clear()
            case "GET", "faults":
                return _json(200, [asdict(fault) for fault in simulator.faults.waiting()])
            case "GET", "metrics":
                return Reply(200, "text/plain; version=0.0.4; charset=utf-8", exposition(simulator).encode())
            case "GET", "requests":
                calls = [asdict(call) for call in list(simulator.requests)]
                return _json(200, {"counts": dict(simulator.counts), "requests": calls})
            case _:
                return _json(404, {"error": f"{request.method} {request.path} is not there", "help": __doc__})
    except (ValueError, TypeError) as error:
        return _json(400, {"error": str(error)})
    return _json(200, {})


def exposition(simulator: Simulator) -> str:
    """What the simulator did, as text for Prometheus."""
    lines = []
    for name, counted in (("requests", simulator.counts), ("refusals", simulator.refusals)):
        lines.append(f"# TYPE simulator_{name}_total counter")
        lines += [
            f'simulator_{name}_total{{operation="{operation}"}} {counted[operation]}'
            for operation in sorted(simulator.counts)
        ]
    return "\n".join([*lines, ""])


def publish(simulator: Simulator, row: Mapping[str, Any]) -> None:
    """Publish one row: namespace, metric, dimensions, unit, and points or statistics (see ``__main__``).

    ValueError says what is wrong with the row.
    """
    fields = {"namespace", "metric", "dimensions", "unit", "points", "statistics"}
    if row.keys() - fields:
        raise ValueError(
            f"unknown field {', '.join(sorted(row.keys() - fields))}; {', '.join(sorted(fields))}"
        )
    if not isinstance(row.get("namespace"), str) or not isinstance(row.get("metric"), str):
        raise ValueError("namespace and metric must be text")
    if not row.get("points") and not row.get("statistics"):
        raise ValueError("points or statistics must be given")
    metric = (row["namespace"], row["metric"], row.get("dimensions", {}), row.get("unit", "None"))
    try:
        if row.get("points"):
            simulator.put(*metric, row["points"])
        if row.get("statistics"):
            simulator.put_statistics(*metric, row["statistics"])
    except (TypeError, AttributeError) as error:
        shapes = "points are [time, value], statistics [time, count, sum, minimum, maximum]"
        raise ValueError(f"{shapes}, dimensions an object: {error}") from None


def _object(body: bytes) -> dict[str, Any]:
    value = json.loads(body or b"{}")
    if not isinstance(value, dict):
        raise ValueError("the body must be a JSON object")
    return value


def _json(status: int, value: object) -> Reply:
    return Reply(status, "application/json", json.dumps(value, default=str).encode())
