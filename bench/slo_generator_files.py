"""The same SLOs as files of checker and of slo-generator, and the counters they are about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.prometheus import Samples

WINDOWS = {"1h": 3600, "6h": 21600, "1d": 86400, "3d": 259200}
RATES = {"1h": 14.4, "6h": 6, "1d": 3, "3d": 1}
"""The burn rates of the SRE workbook: the steps of slo-generator's error budget policy."""
SPACING = 120
GOAL = "0.99"

SLO = """\
apiVersion: openslo/v1
kind: SLO
metadata:
  name: {name}
  displayName: Answered requests of {name}
{annotations}spec:
  description: 99 % of the requests are answered.
  service: {name}
  indicator:
    metadata: {{name: {name}-requests}}
    spec:
      ratioMetric:
        counter: true
        good:
          metricSource:
            type: Prometheus
            spec: {{query: 'sum(increase(http_requests_total{{service="{name}",code!~"5.."}}[{{{{.window}}}}]))'}}
        total:
          metricSource:
            type: Prometheus
            spec: {{query: 'sum(increase(http_requests_total{{service="{name}"}}[{{{{.window}}}}]))'}}
  timeWindow: [{{duration: {window}, isRolling: true}}]
  budgetingMethod: Occurrences
  objectives: [{{target: {goal}}}]
"""
PEERS = """\
apiVersion: sre.google.com/v2
kind: ServiceLevelObjective
metadata:
  name: {name}
  labels:
    service_name: {name}
    feature_name: requests
    slo_name: answered
spec:
  description: 99 % of the requests are answered.
  backend: prometheus
  method: good_bad_ratio
  exporters: []
  service_level_indicator:
    filter_good: http_requests_total{{service="{name}",code!~"5.."}}
    filter_valid: http_requests_total{{service="{name}"}}
  goal: {goal}
"""
STEP = """\
    - name: {window}
      burn_rate_threshold: {rate}
      alert: true
      message_alert: Too fast
      message_ok: Fine
      window: {seconds}
"""
CONFIG = """\
---
backends:
  prometheus:
    url: {url}
error_budget_policies:
  default:
    steps:
{steps}
"""


def name(number: int) -> str:
    """The service of an SLO."""
    return f"service-{number:03}"


def rates(number: int) -> tuple[int, int]:
    """How many good and bad requests a service has each spacing; another share for each."""
    return 997_000 + number, 3_000 - 5 * number


def samples(count: int, start: int, end: int) -> Samples:
    """The counters of so many services: steady, so that every window holds the same share."""
    times = range(start // SPACING * SPACING, end, SPACING)

    def growing(by: int) -> Iterator[tuple[int, object]]:
        return ((time, by * step) for step, time in enumerate(times))

    return {
        f'http_requests_total{{service="{name(number)}",code="{code}"}}': growing(by)
        for number in range(count)
        for code, by in zip(("200", "500"), rates(number), strict=True)
    }


def write_ours(folder: Path, count: int, windows: int) -> Path:
    """A file an SLO. Its window is the longest; the others are those that its burn rates look back over."""
    folder.mkdir(parents=True)
    *lookbacks, window = list(WINDOWS)[:windows]
    annotations = f"  annotations: {{checker/lookbacks: '{', '.join(lookbacks)}'}}\n" if lookbacks else ""
    for number in range(count):
        service = name(number)
        text = SLO.format(name=service, annotations=annotations, window=window, goal=GOAL)
        folder.joinpath(f"{service}.yaml").write_text(text, encoding="utf-8")
    return folder


def write_theirs(folder: Path, count: int, windows: int, url: str) -> tuple[Path, Path]:
    """A file an SLO, and the configuration with a step for each window."""
    slos = folder / "slos"
    slos.mkdir(parents=True)
    for number in range(count):
        text = PEERS.format(name=name(number), goal=GOAL)
        slos.joinpath(f"{name(number)}.yaml").write_text(text, encoding="utf-8")
    steps = (
        STEP.format(window=window, rate=RATES[window], seconds=seconds)
        for window, seconds in list(WINDOWS.items())[:windows]
    )
    config = folder / "config.yaml"
    config.write_text(CONFIG.format(url=url, steps="".join(steps)), encoding="utf-8")
    return slos, config
