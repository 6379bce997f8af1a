"""The peer of the CloudWatch benchmark: what an engineer writes with boto3 as it comes.

    python stock_boto3.py NAMESPACE COUNT START END PERIOD

Asks for the sums of COUNT services, 500 queries a call, and prints them as JSON.
"""

import json
import sys
from datetime import UTC, datetime

import boto3

BATCH = 500


def main(namespace: str, count: int, start: int, end: int, period: int) -> None:
    client = boto3.client("cloudwatch")
    paginator = client.get_paginator("get_metric_data")
    sums = {}
    for first in range(0, count, BATCH):
        queries = [
            {
                "Id": f"m{number}",
                "MetricStat": {
                    "Metric": {
                        "Namespace": namespace,
                        "MetricName": "Requests",
                        "Dimensions": [{"Name": "Service", "Value": f"service-{number:04}"}],
                    },
                    "Period": period,
                    "Stat": "Sum",
                    "Unit": "Count",
                },
            }
            for number in range(first, min(first + BATCH, count))
        ]
        pages = paginator.paginate(
            MetricDataQueries=queries,
            StartTime=datetime.fromtimestamp(start, UTC),
            EndTime=datetime.fromtimestamp(end, UTC),
        )
        for page in pages:
            for result in page["MetricDataResults"]:
                name = f"service-{int(result['Id'][1:]):04}"
                sums[name] = sums.get(name, 0) + sum(result["Values"])
    json.dump(sums, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], *(int(text) for text in sys.argv[2:]))
