"""Calls ListMetrics and GetMetricStatistics: the only I/O of ``checker catalog``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from checker.metric_catalog.listing import Listing, Names, Series, listing
from checker.model import ConnectionDeclaration, Failure
from checker.sources import SourceFailure, aws

MOST_PAGES = 4000
"""Two million series, with 500 on each page."""

DAY = 86_400
DAYS = 15
"""ListMetrics drops a metric after two weeks without data; one day more covers everything that it lists."""

AT_ONCE = 8

Sample = tuple[str, Names]
"""A metric and one of its sets of dimension names."""


class Asker:
    """A connection to CloudWatch. All methods raise SourceFailure."""

    def __init__(self, declaration: ConnectionDeclaration) -> None:
        self._client = aws.connect(("cloudwatch",), declaration).clients["cloudwatch"]

    def metrics(self, namespace: str) -> Listing:
        """Everything that ListMetrics lists in a namespace."""
        return listing(namespace, self._rows(namespace))

    def _rows(self, namespace: str) -> Iterator[tuple[str, Series]]:
        token, before = "", None
        for _ in range(MOST_PAGES):
            with aws.failures("cloudwatch:ListMetrics"):
                more = {"NextToken": token} if token else {}
                answer = self._client.list_metrics(Namespace=namespace, **more)
                rows = [_row(each) for each in answer["Metrics"]]
            yield from rows
            repeated = rows and rows == before
            last, before = token, rows
            token = aws.token_of("cloudwatch:ListMetrics", answer, "NextToken")
            if not token:
                return
            if repeated or token == last:
                break
        raise SourceFailure(
            Failure(
                "malformed",
                f"cloudwatch:ListMetrics: the list of {namespace} does not end, or has more than {MOST_PAGES} pages",
                "run again; if it persists, check what is behind the endpoint",
            )
        )

    def units(self, found: Listing, samples: Sequence[Sample], at: int) -> dict[Sample, tuple[str, ...]]:
        """The units in which the series of ``samples`` were published in the DAYS before ``at``, sorted.

        No CloudWatch API lists the unit of a metric, but each point of GetMetricStatistics has one.
        """

        def ask(sample: Sample) -> tuple[str, ...]:
            metric, names = sample
            return self._units(found.namespace, metric, found.metrics[metric][names], at)

        pool = ThreadPoolExecutor(AT_ONCE)
        try:
            return dict(zip(samples, pool.map(ask, samples), strict=True))
        except SourceFailure as failed:
            remedy = f"{failed.failure.remedy}; --no-units does without this call"
            raise SourceFailure(failed.failure._replace(remedy=remedy)) from None
        finally:
            pool.shutdown(cancel_futures=True)

    def _units(self, namespace: str, metric: str, series: Series, at: int) -> tuple[str, ...]:
        with aws.failures("cloudwatch:GetMetricStatistics"):
            answer = self._client.get_metric_statistics(
                Namespace=namespace,
                MetricName=metric,
                Dimensions=[{"Name": name, "Value": value} for name, value in series],
                StartTime=at - DAYS * DAY,
                EndTime=at,
                Period=DAY,
                Statistics=["SampleCount"],
            )
            return tuple(sorted({_text(point["Unit"]) for point in answer["Datapoints"]}))


def _row(metric: Mapping[str, Any]) -> tuple[str, Series]:
    pairs = ((_text(each["Name"]), _text(each["Value"])) for each in metric.get("Dimensions", []))
    return _text(metric["MetricName"]), tuple(sorted(pairs))


def _text(value: Any) -> str:
    """A text in an answer. Raises TypeError, which is reported as a malformed answer."""
    if not isinstance(value, str):
        raise TypeError(f"a name in the answer is not text: {type(value).__name__}")
    return value
