"""SYNTHETIC SecureBase, what is not a metric: its alarms, its costs, and the cold starts in its logs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.simulator import Simulator

COLD, INVOCATIONS = 1123, 14_400
"""Invocations of a day that had to start a new instance, of all."""
LAMBDA_A_DAY, DYNAMODB_A_DAY, OTHER_A_DAY = "1.3671", "2.0915", "2.4033"
"""USD."""
ALARMS = {"SlowQueries": "OK", "DeliveryFailures": "INSUFFICIENT_DATA", "LambdaErrors": "OK"}
"""The alarms of the monitoring document. The second has no data, because it asks without dimensions."""


def load_operations(simulator: Simulator, at: int) -> None:
    """Give the simulator SecureBase's alarms, 70 days of costs, and the answer to the cold-start query."""
    for name, state in ALARMS.items():
        reason = (
            "Insufficient Data: no datapoints were received" if state != "OK" else "Threshold not crossed"
        )
        simulator.alarms.put(f"SecureBase-Analytics-{name}", state=state, reason=reason, at=at - 3600)
    simulator.alarms.put("SecureBase-Analytics-AnyCustomerImpact", kind="CompositeAlarm", at=at - 3600)
    today = datetime.fromtimestamp(at, UTC).date()
    for back in range(70):
        day = (today - timedelta(days=back)).isoformat()
        for service, amount in (
            ("AWS Lambda", LAMBDA_A_DAY),
            ("Amazon DynamoDB", DYNAMODB_A_DAY),
            ("Amazon CloudFront", OTHER_A_DAY),
        ):
            simulator.costs.put(service, day, amount)
    simulator.costs.final = today.replace(day=1)
    simulator.logs.answer(
        "count(@initDuration)",
        [{"cold": str(COLD), "all": str(INVOCATIONS)}],
        matched=INVOCATIONS,
        scanned=5_216_311,
    )
