"""What is asked for an SLO: one question a metric, one more for each lookback, all at once and over few connections."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest

from checker.load.catalog import load
from checker.model import Question
from checker.questions import questions_of
from checker.run import Options, run
from tests.sources.prometheus_asking import AT, Call, Reply, endpoint

HOUR, DAY = 3600, 86400


def slo(
    query: str, window: str, *, annotations: str = "", method: str = "Occurrences", keys: str = ""
) -> str:
    good = f"{{metricSource: {{type: Prometheus, spec: {{{query}}}}}}}"
    total = re.sub(r"\bx\b", "y", good)
    return f"""apiVersion: openslo/v1
kind: SLO
metadata: {{name: shop, annotations: {{checker/owner: shop, {annotations}}}}}
spec:
  service: shop
  indicator:
    metadata: {{name: sli}}
    spec:
      ratioMetric: {{counter: true, good: {good}, total: {total}}}
  timeWindow: [{window}]
  budgetingMethod: {method}
  objectives: [{{target: 0.99{keys}}}]
"""


TEMPLATED = "query: 'sum(increase(x[{{.window}}]))'"
COUNTERS = "query: 'x', reduce: increase"
SHIPPED = "checker/burnRatePolicy: google-sre"


def asked(tmp_path: Path, text: str, at: int = AT) -> dict[str, Question]:
    file = tmp_path / "slo.yaml"
    file.write_text(text, encoding="utf-8")
    catalog = load([str(file)])
    (objective,) = catalog.objectives
    return questions_of(objective, catalog, at)


def test_one_value_tells_nothing_of_lookbacks_so_each_is_asked(tmp_path: Path) -> None:
    questions = asked(tmp_path, slo(TEMPLATED, "{duration: 30d, isRolling: true}", annotations=SHIPPED))
    windows = {question.window for name, question in questions.items() if name.startswith("good")}
    assert windows == {30 * DAY, HOUR, 300, 6 * HOUR, 1800, DAY, 2 * HOUR, 3 * DAY}
    # Two alerts look back on 6h: it is asked once a metric.
    assert len(questions) == 2 * len(windows)


def test_points_tell_of_lookbacks_within_the_window(tmp_path: Path) -> None:
    questions = asked(tmp_path, slo(COUNTERS, "{duration: 30d, isRolling: true}", annotations=SHIPPED))
    assert set(questions) == {"good", "total"}


def test_slices_are_asked_slice_by_slice(tmp_path: Path) -> None:
    keys = ", timeSliceTarget: 0.9, timeSliceWindow: 5m"
    text = slo(
        TEMPLATED, "{duration: 30d, isRolling: true}", method="Timeslices", keys=keys, annotations=SHIPPED
    )
    questions = asked(tmp_path, text)
    assert {(name, each.period, each.window) for name, each in questions.items()} == {
        ("good", 300, 30 * DAY),
        ("total", 300, 30 * DAY),
    }


def test_a_calendar_period_is_asked_as_far_as_it_has_run(tmp_path: Path) -> None:
    month = "{duration: 1M, calendar: {startTime: 2026-01-01 00:00:00, timeZone: UTC}}"
    questions = asked(tmp_path, slo(TEMPLATED, month))
    assert {each.window for each in questions.values()} == {30 * DAY + 12 * HOUR}
    lagging = asked(tmp_path, slo(f"{TEMPLATED}, lag: 1h", month))
    assert {each.window for each in lagging.values()} == {30 * DAY + 11 * HOUR}


def test_nothing_is_asked_before_a_calendar_begins(tmp_path: Path) -> None:
    later = "{duration: 1M, calendar: {startTime: 2026-02-01 00:00:00, timeZone: UTC}}"
    assert asked(tmp_path, slo(TEMPLATED, later)) == {}


def test_the_windows_of_one_slo_are_asked_in_parallel_over_kept_connections(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More calls than connections, and four of them under way at once: each waits for three others."""
    lock, met = threading.Lock(), threading.Event()
    waiting: list[Call] = []
    with endpoint() as prometheus:
        monkeypatch.setenv("PROMETHEUS_URL", prometheus.url)

        def answer(call: Call) -> Reply:
            with lock:
                waiting.append(call)
                if len(waiting) == 4:
                    met.set()
            met.wait(60)
            return Reply(call.ok(5))

        prometheus.answer = answer
        file = tmp_path / "slo.yaml"
        file.write_text(
            slo(TEMPLATED, "{duration: 30d, isRolling: true}", annotations=SHIPPED), encoding="utf-8"
        )
        report, evidence = run(Options((str(file),), AT))
    assert met.is_set()
    assert all(exchange.failure is None for exchange in evidence.exchanges)
    assert len(prometheus.calls) >= 14
    assert prometheus.connections <= 8
    assert [alert.state for alert in report.verdicts[0].alerts] == ["ok"] * 4
