"""Our side of the CloudWatch benchmark, the asking alone: the same 5,000 sums through checker's own source.

    python -m bench.asking NAMESPACE COUNT AT WINDOW PERIOD

Asks as a live run does, with evidence kept and every point checked, and prints the sums as JSON.
"""

from __future__ import annotations

import gc
import json
import sys

from checker.judge.measured import value_of
from checker.measure import measure, read
from checker.model import Absence, ConnectionDeclaration, Question
from checker.sources.cloudwatch import Query


def main(namespace: str, count: int, at: int, window: int, period: int) -> None:
    gc.disable()  # as the command does
    declared = ConnectionDeclaration()
    named = {f"service-{number:04}": _query(namespace, number, period) for number in range(count)}
    questions = {name: Question(query, at, window, declared) for name, query in named.items()}
    asked = list(questions.values())
    readings = read(asked, measure(asked, at, 120, lambda done, total: None))
    sums = {}
    for name, question in questions.items():
        reading = readings[question]
        if isinstance(reading, Absence):
            raise SystemExit(f"{name}: {reading.reason}")
        sums[name] = int(value_of(reading) or 0)
    json.dump(sums, sys.stdout)


def _query(namespace: str, number: int, period: int) -> Query:
    return Query.model_validate(
        {
            "source": "CloudWatch",
            "namespace": namespace,
            "metricName": "Requests",
            "dimensions": {"Service": f"service-{number:04}"},
            "stat": "Sum",
            "unit": "Count",
            "period": f"{period // 60}m",
        }
    )


if __name__ == "__main__":
    gc.disable()  # as the command does
    main(sys.argv[1], *(int(text) for text in sys.argv[2:]))
