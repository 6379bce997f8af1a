"""CloudWatch alarms as they were put: DescribeAlarms by prefix, names, types and state, 100 a page.

    simulator.alarms.put("securebase-prod-errors", state="ALARM", reason="3 datapoints were above 1")

Nothing is evaluated: an alarm has the state it was given.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.simulator.errors import ApiError
from tests.simulator.parameters import Account, Parameters

MEMBERS = {"MetricAlarm": "MetricAlarms", "CompositeAlarm": "CompositeAlarms", "LogAlarm": "LogAlarms"}
"""The types of alarms, and where each stands in the answer."""
MOST_PAGE = 100


@dataclass(slots=True)
class Alarms:
    """The alarms of the account, by name."""

    alarms: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    def put(
        self, name: str, *, state: str = "OK", reason: str = "", kind: str = "MetricAlarm", at: int = 0
    ) -> None:
        """An alarm of the type ``kind`` in a state, since ``at``."""
        if kind not in MEMBERS:
            raise ValueError(f"{kind!r} is not a type of alarm; there are {', '.join(MEMBERS)}")
        alarm = {
            "AlarmName": name,
            "AlarmArn": f"arn:aws:cloudwatch:us-east-1:123456789012:alarm:{name}",
            "ActionsEnabled": True,
            "StateValue": state,
            "StateReason": reason,
            "StateUpdatedTimestamp": at,
        }
        self.alarms[name] = (kind, alarm)

    def describe(self, parameters: Parameters, account: Account) -> dict[str, Any]:
        """DescribeAlarms. Without AlarmTypes it answers metric alarms only, as CloudWatch does."""
        types = parameters.get("AlarmTypes") or ["MetricAlarm"]
        names, prefix = parameters.get("AlarmNames"), str(parameters.get("AlarmNamePrefix") or "")
        if names and prefix:
            raise ApiError("ValidationError", "AlarmNames and AlarmNamePrefix exclude each other.")
        state = parameters.get("StateValue")
        found = [
            (kind, alarm)
            for name, (kind, alarm) in sorted(self.alarms.items())
            if kind in types
            and (name in names if names else name.startswith(prefix))
            and state in (None, alarm["StateValue"])
        ]
        begin = int(parameters.get("NextToken") or 0)
        size = min(int(parameters.get("MaxRecords") or 50), MOST_PAGE)
        answer: dict[str, Any] = {member: [] for kind, member in MEMBERS.items() if kind in types}
        for kind, alarm in found[begin : begin + size]:
            answer[MEMBERS[kind]].append(alarm)
        if begin + size < len(found):
            answer["NextToken"] = str(begin + size)
        return answer
