"""Faults inside an answer that arrives well: a status, a message, points that should not be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from tests.simulator.errors import ApiError
from tests.simulator.retention import DAY
from tests.simulator.wire import Call

Options = Mapping[str, Any]
Result = dict[str, Any]

SIMULATED_TOKEN = "simulated-"
"""How the tokens of the token faults begin; a request that brings one is answered as if it brought none."""


class Edit(NamedTuple):
    """A change to an answer, the operations it can happen to, and its options."""

    change: Callable[[dict[str, Any], Options, Call], None]
    operations: frozenset[str]
    options: frozenset[str]


def _chosen(answer: dict[str, Any], options: Options) -> list[Result]:
    """The results that a fault hits: those of ``ids``, or all."""
    ids = options.get("ids")
    results: list[Result] = [item for item in answer["MetricDataResults"] if ids is None or item["Id"] in ids]
    if not results:
        raise ApiError("SimulatorMisuse", f"The answer has none of the Ids {ids} that a fault was to hit.")
    return results


def _pointed(answer: dict[str, Any], options: Options, at_least: int = 1) -> list[Result]:
    """The chosen results that have points to spoil. None at all would make a test that proves nothing."""
    results = [item for item in _chosen(answer, options) if len(item["Values"]) >= at_least]
    if not results:
        raise ApiError(
            "SimulatorMisuse", f"A fault needs a result with {at_least} points, and there is none."
        )
    return results


def _status(code: str, text: str) -> Callable[[dict[str, Any], Options, Call], None]:
    def change(answer: dict[str, Any], options: Options, call: Call) -> None:
        for item in _chosen(answer, options):
            item["StatusCode"] = code
            if options.get("messages"):
                item["Messages"] = [{"Code": code, "Value": text}]

    return change


def _messages(answer: dict[str, Any], options: Options, call: Call) -> None:
    text = options.get("message", "Maximum number of allowed metrics exceeded")
    answer["Messages"] = [{"Code": options.get("code", "MaxMetricsExceeded"), "Value": text}]


def _missing_result(answer: dict[str, Any], options: Options, call: Call) -> None:
    gone = _chosen(answer, options) if "ids" in options else _chosen(answer, options)[:1]
    answer["MetricDataResults"] = [item for item in answer["MetricDataResults"] if item not in gone]


def _unknown_result(answer: dict[str, Any], options: Options, call: Call) -> None:
    extra = {"Id": options.get("id", "nobody_asked"), "Label": "nobody asked", "StatusCode": "Complete"}
    points = {"Timestamps": [int(call.parameters["StartTime"])], "Values": [1.0]}
    answer["MetricDataResults"].append({**extra, **points})


def _unequal_lengths(answer: dict[str, Any], options: Options, call: Call) -> None:
    for item in _pointed(answer, options):
        item[options.get("shorter", "Timestamps")].pop()


def _value(number: float, text: str) -> Callable[[dict[str, Any], Options, Call], None]:
    """The first value becomes a bare JSON token, or with ``quoted`` the text AWS's JSON protocol uses."""

    def change(answer: dict[str, Any], options: Options, call: Call) -> None:
        for item in _pointed(answer, options):
            item["Values"][0] = text if options.get("quoted") else number

    return change


def _no_values(answer: dict[str, Any], options: Options, call: Call) -> None:
    if call.operation == "GetMetricStatistics":
        points = answer["Datapoints"]
        answer["Datapoints"] = [{name: point[name] for name in ("Timestamp", "Unit")} for point in points]
        return
    for item in _pointed(answer, options):
        del item["Values"]


def _repeated_time(difference: float) -> Callable[[dict[str, Any], Options, Call], None]:
    def change(answer: dict[str, Any], options: Options, call: Call) -> None:
        for item in _pointed(answer, options):
            item["Timestamps"].insert(0, item["Timestamps"][0])
            item["Values"].insert(0, item["Values"][0] + difference)

    return change


def _out_of_order(answer: dict[str, Any], options: Options, call: Call) -> None:
    """The oldest and the newest point change places with the others: neither ascending nor descending."""
    for item in _pointed(answer, options, at_least=3):
        for name in ("Timestamps", "Values"):
            item[name] = item[name][1::2] + item[name][0::2]


def _future_points(answer: dict[str, Any], options: Options, call: Call) -> None:
    moment = int(call.parameters["EndTime"]) + options.get("seconds", DAY)
    for item in _chosen(answer, options):
        item["Timestamps"].insert(0, moment)
        item["Values"].insert(0, 1.0)


def _endless_token(answer: dict[str, Any], options: Options, call: Call) -> None:
    last = str(call.parameters.get("NextToken", ""))
    count = int(last.removeprefix(SIMULATED_TOKEN)) + 1 if last.startswith(SIMULATED_TOKEN) else 1
    answer["NextToken"] = f"{SIMULATED_TOKEN}{count}"


def _repeated_token(answer: dict[str, Any], options: Options, call: Call) -> None:
    given = call.parameters.get("NextToken") or answer.get("NextToken")
    answer["NextToken"] = given or f"{SIMULATED_TOKEN}0"


_DATA = frozenset({"GetMetricData"})
_PAGED = frozenset({"GetMetricData", "ListMetrics"})
_IDS = frozenset({"ids"})

EDITS: dict[str, Edit] = {
    "PartialData": Edit(_status("PartialData", "Some data could not be read."), _DATA, _IDS | {"messages"}),
    "InternalError": Edit(_status("InternalError", "An error occurred."), _DATA, _IDS | {"messages"}),
    "Forbidden": Edit(
        _status("Forbidden", "Authentication too complex to retrieve cross region data"),
        _DATA,
        _IDS | {"messages"},
    ),
    "messages": Edit(_messages, _DATA, frozenset({"code", "message"})),
    "missing-result": Edit(_missing_result, _DATA, _IDS),
    "unknown-result": Edit(_unknown_result, _DATA, frozenset({"id"})),
    "unequal-lengths": Edit(_unequal_lengths, _DATA, _IDS | {"shorter"}),
    "nan": Edit(_value(float("nan"), "NaN"), _DATA, _IDS | {"quoted"}),
    "infinity": Edit(_value(float("inf"), "Infinity"), _DATA, _IDS | {"quoted"}),
    "negative-infinity": Edit(_value(float("-inf"), "-Infinity"), _DATA, _IDS | {"quoted"}),
    "no-values": Edit(_no_values, _DATA | {"GetMetricStatistics"}, _IDS),
    "duplicate-timestamps": Edit(_repeated_time(0.0), _DATA, _IDS),
    "conflicting-timestamps": Edit(_repeated_time(1.0), _DATA, _IDS),
    "out-of-order": Edit(_out_of_order, _DATA, _IDS),
    "future-points": Edit(_future_points, _DATA, _IDS | {"seconds"}),
    "endless-token": Edit(_endless_token, _PAGED, frozenset()),
    "repeated-token": Edit(_repeated_token, _PAGED, frozenset()),
}
"""kind: what it does; three are called by the StatusCode they give.

The token faults need ``times=None`` (or enough) to outlast the client's patience.
"""
