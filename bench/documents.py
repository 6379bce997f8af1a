"""OpenSLO documents as teams write them, by the thousand: one SLO of 61 lines a file."""

from __future__ import annotations

from pathlib import Path

LINES = 61
SERVICES = ("analytics", "billing", "identity", "reports", "search")

_TEMPLATE = """\
# yaml-language-server: $schema=openslo-v1.schema.json
# Requests of one route that were answered without a server error.
apiVersion: openslo/v1
kind: SLO
metadata:
  name: {service}-route-{number:05}-availability
  displayName: Availability of route {number}
  labels:
    team: {service}-engineering
    tier: "{tier}"
  annotations:
    checker/owner: {service}-engineering
    checker/severity: high
    checker/minSamples: "1000"
    checker/minCoverage: "90 %"
    checker/runbook: https://runbooks.example.com/{service}/route-{number:05}
spec:
  description: >-
    The share of requests to route {number} of {service} that were answered without
    a server error. Measured at the gateway, so that requests which never
    reached the service count as well. Client errors are the client's.
  service: {service}
  indicator:
    metadata:
      name: {service}-route-{number:05}-errors
      displayName: Server errors of route {number}
    spec:
      description: Server errors over all requests, both counted by the gateway.
      ratioMetric:
        counter: false
        bad:
          metricSource:
            type: CloudWatch
            spec:
              namespace: AWS/ApiGateway
              metricName: 5XXError
              dimensions:
                ApiName: {service}-prod
                Resource: /v1/{service}/{number}
                Stage: prod
              stat: Sum
              unit: Count
        total:
          metricSource:
            type: CloudWatch
            spec:
              namespace: AWS/ApiGateway
              metricName: Count
              dimensions:
                ApiName: {service}-prod
                Resource: /v1/{service}/{number}
                Stage: prod
              stat: Sum
              unit: Count
  timeWindow:
    - duration: 28d
      isRolling: true
  budgetingMethod: Occurrences
  objectives:
    - displayName: Availability
      target: {target}
"""


def document(number: int) -> str:
    """The text of one SLO. All differ in names, dimensions and targets."""
    return _TEMPLATE.format(
        number=number,
        service=SERVICES[number % len(SERVICES)],
        tier=number % 3 + 1,
        target=("0.99", "0.995", "0.999", "0.9995")[number % 4],
    )


def write(directory: Path, count: int) -> None:
    """``count`` documents, a file each, into ``directory``."""
    directory.mkdir(parents=True)
    for number in range(count):
        (directory / f"slo-{number:05}.yaml").write_text(document(number), encoding="utf-8")


def broken(number: int) -> str:
    """A document whose target is text: wrong by the schema and by every tool that reads the standard."""
    good = document(number)
    return good[: good.rindex("target: ")] + 'target: "very high"\n'
