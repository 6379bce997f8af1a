"""OpenSLO from the file to the verdict against a real Prometheus: one promise for each method, form and window.

An hour of samples, one a minute, the last of them at the moment of judgement. Of 100 requests a minute all are
good but for the 31st to the 35th minute, when 90 are; the process restarts after 20 minutes. Of 60 latencies six
are half a second or more. The figures that are expected are worked out by hand from that.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from checker.cli import main
from checker.model import Evidence, Outcome, Verdict
from checker.reports import json as json_report
from checker.run import Options, run
from tests.prometheus import MISSING, Samples, running
from tests.sources.prometheus_asking import AT

pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)

PASS, FAIL, INCONCLUSIVE = Outcome.PASS, Outcome.FAIL, Outcome.INCONCLUSIVE


def counter(*steps: int) -> list[tuple[int, object]]:
    """A counter that grows by each step in a minute, and begins anew after the twentieth."""
    values, value = [1000], 1000
    for minute, step in enumerate(steps, 1):
        value = step if minute == 21 else value + step
        values.append(value)
    start = AT - 60 * len(steps)
    return [(start + 60 * index, each) for index, each in enumerate(values)]


def gauge(*values: object) -> list[tuple[int, object]]:
    start = AT - 60 * (len(values) - 1)
    return [(start + 60 * index, each) for index, each in enumerate(values) if each is not None]


GOOD = [90 if 31 <= minute <= 35 else 100 for minute in range(1, 61)]
SAMPLES: Samples = {
    'requests_total{code="200"}': counter(*GOOD),
    'requests_total{code="500"}': counter(*(100 - each for each in GOOD)),
    "slow_seconds": gauge("0.1", *["0.5" if minute % 10 == 0 else "0.1" for minute in range(1, 61)]),
    "answered_ratio": gauge(1, *["0.9" if minute > 30 else "1" for minute in range(1, 61)]),
    "holes_ratio": gauge(1, *[None if 41 <= minute <= 55 else "1" for minute in range(1, 61)]),
}

RATIO = """
      ratioMetric:
        counter: true
        good: {metricSource: {type: Prometheus, spec: {query: 'requests_total{code="200"}', reduce: increase}}}
        total: {metricSource: {type: Prometheus, spec: {query: requests_total, reduce: increase}}}"""
TEMPLATED = """
      ratioMetric:
        counter: true
        bad:
          metricSource: {type: Prometheus, spec: {query: 'sum(increase(requests_total{code="500"}[{{.window}}]))'}}
        total: {metricSource: {type: Prometheus, spec: {query: 'sum(increase(requests_total[{{.window}}]))'}}}"""
THRESHOLD = "\n      thresholdMetric: {metricSource: {type: Prometheus, spec: {query: slow_seconds}}}"
RAW = """
      ratioMetric:
        rawType: success
        raw: {metricSource: {type: Prometheus, spec: {query: answered_ratio}}}"""
HOLES = RAW.replace("answered", "holes")
ROLLING = "{duration: 1h, isRolling: true}"
HOURS = "{duration: 1h, calendar: {startTime: 2026-01-31 00:00:00, timeZone: Europe/Berlin}}"
SLICES = "timeSliceWindow: 5m"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("prometheus"), SAMPLES) as running_at:
        yield running_at


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    for name in ("PROMETHEUS_TOKEN", "PROMETHEUS_HOSTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PROMETHEUS_URL", url)


def slo(
    sli: str, method: str, *objectives: str, window: str = ROLLING, annotations: str = "", more: str = ""
) -> str:
    indicator = f"\n  indicator:\n    metadata: {{name: sli}}\n    spec:{sli}" if sli else ""
    return f"""apiVersion: openslo/v1
kind: SLO
metadata: {{name: shop, annotations: {{{annotations}}}}}
spec:
  service: shop{indicator}
  timeWindow: [{window}]
  budgetingMethod: {method}
  objectives:{"".join(f"{chr(10)}    - {each}" for each in objectives)}{more}
"""


def judged(tmp_path: Path, text: str, at: int = AT) -> Verdict:
    """The verdict of a live run, which a replay of its evidence repeats to the byte."""
    file = tmp_path / "slo.yaml"
    file.write_text(text, encoding="utf-8")
    report, evidence = run(Options((str(file),), at))
    assert not [each for each in report.findings if each.level == "error"], report.findings
    again, _ = run(Options((str(file),), at, replayed=Evidence(evidence.at, evidence.exchanges)))
    assert json_report.render(again) == json_report.render(report)
    (verdict,) = report.verdicts
    return verdict


@pytest.mark.parametrize("sli", [RATIO, TEMPLATED], ids=["counters", "templated"])
def test_timeslices(tmp_path: Path, sli: str) -> None:
    objective = f"{{target: 0.9, timeSliceTarget: 0.95, {SLICES}}}"
    verdict = judged(tmp_path, slo(sli, "Timeslices", objective))
    assert (verdict.outcome, verdict.good, verdict.total) == (PASS, 11, 12)
    assert verdict.budget is not None
    assert (verdict.budget.allowed_events, verdict.budget.bad_events) == (Fraction("1.2"), 1)
    kept = judged(tmp_path, slo(sli, "Timeslices", objective.replace("0.95", "0.9")))
    assert (kept.good, kept.outcome) == (12, PASS)


@pytest.mark.parametrize("sli", [RATIO, TEMPLATED], ids=["counters", "templated"])
def test_ratio_timeslices(tmp_path: Path, sli: str) -> None:
    verdict = judged(tmp_path, slo(sli, "RatioTimeslices", f"{{target: 0.99, {SLICES}}}"))
    assert verdict.outcome is PASS
    assert verdict.value is not None
    # (11 + 0.9) / 12; increase() extrapolates in doubles, which cancels out but for their last digits.
    expected = Fraction("11.9") / 12 * 100
    assert verdict.value == expected if sli == RATIO else abs(verdict.value - expected) < Fraction(1, 10**9)


def test_occurrences_of_counters_that_restart(tmp_path: Path) -> None:
    verdict = judged(tmp_path, slo(RATIO, "Occurrences", "{target: 0.991}"))
    assert (verdict.outcome, verdict.good, verdict.total) == (PASS, 5950, 6000)


@pytest.mark.parametrize(
    ("sli", "method", "objective", "good", "total"),
    [
        (THRESHOLD, "Occurrences", "{op: lt, value: 0.5, target: 0.9}", 54, 60),
        (THRESHOLD, "Occurrences", "{op: lte, value: 0.5, target: 0.9}", 60, 60),
        # The last minute of every second slice is slow: 4 of 5 good.
        (
            THRESHOLD,
            "Timeslices",
            f"{{op: lt, value: 0.5, target: 0.5, timeSliceTarget: 0.9, {SLICES}}}",
            6,
            12,
        ),
        (
            THRESHOLD,
            "Timeslices",
            f"{{op: lt, value: 0.5, target: 0.5, timeSliceTarget: 0.8, {SLICES}}}",
            12,
            12,
        ),
        (
            THRESHOLD,
            "RatioTimeslices",
            f"{{op: lt, value: 0.5, target: 0.9, {SLICES}}}",
            Fraction("10.8"),
            12,
        ),
        (RAW, "Occurrences", "{target: 0.95}", 57, 60),
        (RAW, "Timeslices", f"{{target: 0.5, timeSliceTarget: 0.95, {SLICES}}}", 6, 12),
        (RAW, "RatioTimeslices", f"{{target: 0.95, {SLICES}}}", Fraction("11.4"), 12),
    ],
)
def test_data_points(
    tmp_path: Path, sli: str, method: str, objective: str, good: Fraction, total: int
) -> None:
    verdict = judged(tmp_path, slo(sli, method, objective))
    assert (verdict.outcome, verdict.good, verdict.total) == (PASS, good, total)


@pytest.mark.parametrize(
    ("annotations", "outcome", "good", "total", "empty"),
    [
        # The lookback of five minutes fills one of the three slices without samples, as Prometheus always does.
        ("", INCONCLUSIVE, 10, 10, 2),
        ("checker/emptySlices: exclude", PASS, 10, 10, 2),
        ("checker/emptySlices: good", PASS, 12, 12, 2),
        ("checker/emptySlices: bad", FAIL, 10, 12, 2),
    ],
)
def test_slices_without_data(
    tmp_path: Path, annotations: str, outcome: Outcome, good: int, total: int, empty: int
) -> None:
    objective = f"{{target: 0.9, timeSliceTarget: 0.95, {SLICES}}}"
    verdict = judged(tmp_path, slo(HOLES, "Timeslices", objective, annotations=annotations))
    assert verdict.slices is not None
    assert (verdict.outcome, verdict.good, verdict.total) == (outcome, good, total)
    assert verdict.slices.empty == empty


@pytest.mark.parametrize("sli", [RATIO, TEMPLATED], ids=["counters", "templated"])
def test_a_calendar_hour_so_far(tmp_path: Path, sli: str) -> None:
    """At 11:40, 40 of 60 minutes have run: 50 of 4000 are bad, and 1/60 x 2/3 of the hour's budget of 5 % is 1/6."""
    verdict = judged(tmp_path, slo(sli, "Occurrences", "{target: 0.95}", window=HOURS), AT - 1200)
    assert verdict.outcome is PASS
    assert verdict.window == (AT - 3600, AT - 1200)
    assert verdict.period == (AT - 3600, AT)
    assert verdict.value is not None
    assert abs(verdict.value - Fraction("98.75")) < Fraction(1, 10**6)
    assert verdict.budget is not None
    assert abs(verdict.budget.spent - Fraction(1, 6)) < Fraction(1, 10**6)
    assert verdict.budget.allowed_seconds == 180


def test_calendar_slices(tmp_path: Path) -> None:
    objective = f"{{target: 0.5, timeSliceTarget: 0.95, {SLICES}}}"
    verdict = judged(tmp_path, slo(RATIO, "Timeslices", objective, window=HOURS), AT - 1200)
    assert (verdict.outcome, verdict.good, verdict.total) == (PASS, 7, 8)
    assert verdict.budget is not None
    assert (verdict.budget.allowed_events, verdict.budget.spent) == (6, Fraction(1, 6))


def test_a_period_that_has_just_begun_is_inconclusive(tmp_path: Path) -> None:
    verdict = judged(tmp_path, slo(RATIO, "Occurrences", "{target: 0.95}", window=HOURS))
    assert verdict.outcome is INCONCLUSIVE
    assert verdict.reasons == (
        "the window began at 2026-01-31T12:00:00Z, and nothing in it has been measured yet",
    )


def part(sli: str, keys: str) -> str:
    return (
        f"displayName: part\n      {keys}\n      indicator:\n        metadata: {{name: sli}}\n        spec:"
        + (sli.replace("\n", "\n    "))
    )


@pytest.mark.parametrize(
    ("method", "keys", "value"),
    [
        # 50/6000 of 5 % is a sixth; 6/60 of 20 % is a half, once more by its weight of 1.
        ("Occurrences", ("target: 0.95", "target: 0.8\n      op: lt\n      value: 0.5"), Fraction(200, 3)),
        # Slice 7 is bad for the first; every second one, from the second on, for the other.
        (
            "Timeslices",
            (
                f"target: 0.4\n      timeSliceTarget: 0.95\n      {SLICES}",
                f"target: 0.3\n      timeSliceTarget: 0.9\n      {SLICES}\n      op: lt\n      value: 0.5",
            ),
            Fraction(500, 12),
        ),
        # 1 - (0.1 + 6 x 0.2) / 12, each of weight 1.
        (
            "RatioTimeslices",
            (
                f"target: 0.8\n      {SLICES}",
                f"target: 0.8\n      {SLICES}\n      op: lt\n      value: 0.5",
            ),
            100 - Fraction(130, 12),
        ),
    ],
)
def test_composites(tmp_path: Path, method: str, keys: tuple[str, str], value: Fraction) -> None:
    text = slo("", method, part(RATIO, keys[0]), part(THRESHOLD, keys[1]))
    verdict = judged(tmp_path, text)
    assert (verdict.outcome, verdict.value) == (PASS, value)
    assert sum("part:" in note for note in verdict.notes) >= 2


POLICY = """
  alertPolicies:
    - kind: AlertPolicy
      metadata: {name: fast}
      spec:
        alertWhenBreaching: true
        conditions:
          - kind: AlertCondition
            metadata: {name: burning}
            spec:
              severity: page
              condition: {kind: burnrate, op: gt, threshold: 9, lookbackWindow: 5m, alertAfter: AFTER}
        notificationTargets: [{targetRef: us}]
---
apiVersion: openslo/v1
kind: AlertNotificationTarget
metadata: {name: us}
spec: {target: mail}
"""


@pytest.mark.parametrize("sli", [RATIO, TEMPLATED], ids=["counters", "templated"])
@pytest.mark.parametrize(
    ("at", "after", "state"),
    [
        # The five minutes from 11:30 to 11:35 burn 10 times too fast; those a minute earlier 8 times.
        (AT - 1500, "0m", "firing"),
        (AT - 1500, "1m", "ok"),
        (AT, "0m", "ok"),
    ],
)
def test_an_alert_over_a_lookback(tmp_path: Path, sli: str, at: int, after: str, state: str) -> None:
    text = slo(
        sli,
        "Occurrences",
        "{target: 0.99}",
        window="{duration: 30m, isRolling: true}",
        more=POLICY.replace("AFTER", after),
    )
    verdict = judged(tmp_path, text, at)
    assert [alert.state for alert in verdict.alerts] == [state]
    (rate,) = verdict.alerts[0].rates
    assert rate is not None
    assert abs(rate - (10 if at < AT else 0)) < Fraction(1, 10**6)


@pytest.mark.parametrize(
    ("more", "annotations"),
    [(POLICY.replace("AFTER", "0m"), ""), ("", "checker/lookbacks: '30m, 5m'")],
    ids=["alert", "lookback"],
)
def test_a_range_that_is_written_out_answers_for_no_lookback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: str, annotations: str
) -> None:
    """Of five minutes that burn 10 times too fast it would say what half an hour comes to: 1.67 times."""
    literal = TEMPLATED.replace("{{.window}}", "30m")
    window = "{duration: 30m, isRolling: true}"
    file = tmp_path / "slo.yaml"
    for sli, code in ((literal, 2), (TEMPLATED, 0)):
        file.write_text(
            slo(sli, "Occurrences", "{target: 0.99}", window=window, annotations=annotations, more=more)
        )
        assert main(["validate", str(file)]) == code
        said = " ".join(capsys.readouterr().out.split())
        told = "the query looks back over 30m, and the window is 5m (a burn rate over 5m is asked by itself)"
        assert said.count(told) == (2 if code else 0), said
    # Without a burn rate over another time, it is about what it says.
    file.write_text(slo(literal, "Occurrences", "{target: 0.99}", window=window))
    assert main(["validate", str(file)]) == 0


def test_a_shared_indicator_is_told_of_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shared = f"""apiVersion: openslo/v1
kind: SLI
metadata: {{name: shared}}
spec:{TEMPLATED.replace("{{.window}}", "1h").replace(chr(10) + "      ", chr(10) + "  ")}
---
"""
    parts = [f"displayName: {each}\n      target: 0.9\n      indicatorRef: shared" for each in ("one", "two")]
    file = tmp_path / "slo.yaml"
    file.write_text(shared + slo("", "Occurrences", *parts, more=POLICY.replace("AFTER", "0m")))
    assert main(["validate", str(file)]) == 2
    said = " ".join(capsys.readouterr().out.split())
    assert said.count("a burn rate over 5m is asked by itself") == 2, said


def test_the_shipped_policy_by_name(tmp_path: Path) -> None:
    annotations = "checker/burnRatePolicy: google-sre, checker/lookbacks: '5m, 30m'"
    text = slo(TEMPLATED, "Occurrences", "{target: 0.99}", window="{duration: 2h, isRolling: true}",
               annotations=f"{annotations}, checker/minCoverage: 40 %")  # fmt: skip
    verdict = judged(tmp_path, text)
    assert [(each.rule.name, each.state) for each in verdict.alerts] == [("google-sre page 1h/5m", "ok")]
    assert verdict.budget is not None
    rates = dict(verdict.budget.burn_rates)
    assert set(rates) == {300, 1800, 3600, 7200}
    # 50 of 3000 in the last half hour.
    assert abs(rates[1800] - Fraction(5, 3)) < Fraction(1, 10**2)
