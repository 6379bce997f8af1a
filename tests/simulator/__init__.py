"""A CloudWatch simulator: an HTTP endpoint for an unmodified boto3, with the documented semantics and faults.

    with Simulator(now=1_780_000_000) as simulator:
        simulator.put("SecureBase/Analytics", "CacheHitRate", {}, "None", [(1_779_999_900, 1.0)])
        client = boto3.client("cloudwatch", endpoint_url=simulator.url, region_name="us-east-1")

It is test equipment, written from the documentation and never compared with AWS itself. What is simulated:
GetMetricData, GetMetricStatistics, ListMetrics and PutMetricData of CloudWatch, GetCallerIdentity of STS, and
the queries of CloudWatch Logs with answers that are given beforehand (``simulator.logs``, see ``logs``).
Signatures are not checked. What it leaves out is rejected, never answered with an empty series: metric math
beyond + - * /, SEARCH, Metrics Insights, and the CBOR protocol. Labels are returned as written: dynamic ones
are not filled in. There is no delay between publishing and reading, and no request quota.
"""

from tests.simulator.simulator import Simulator

__all__ = ["Simulator"]
