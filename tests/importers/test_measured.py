"""One promise, written for each of the tools, and measured on a real Prometheus: imported, all say the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from checker.cli import main
from tests.prometheus import MISSING, Samples, running

pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)

AT = 1_769_860_800
TIMES = range(AT - 2 * 3600, AT + 1, 60)
SAMPLES: Samples = {
    # Of 1000 requests a minute 990 are answered, and 900 within half a second.
    'requests_total{job="shop",code="200"}': [(time, 990 * index) for index, time in enumerate(TIMES)],
    'requests_total{job="shop",code="500"}': [(time, 10 * index) for index, time in enumerate(TIMES)],
    'took_seconds_bucket{job="shop",le="0.5"}': [(time, 900 * index) for index, time in enumerate(TIMES)],
    'took_seconds_bucket{job="shop",le="+Inf"}': [(time, 1000 * index) for index, time in enumerate(TIMES)],
    'took_seconds_count{job="shop"}': [(time, 1000 * index) for index, time in enumerate(TIMES)],
    # Down every fourth minute: an hour with both its ends has 61 samples, of which 45 are up.
    'up{job="shop"}': [(time, int(index % 4 != 0)) for index, time in enumerate(TIMES)],
}

SLO_GENERATOR = """
apiVersion: sre.google.com/v2
kind: ServiceLevelObjective
metadata: {name: NAME, labels: {service_name: shop}}
spec: {backend: prometheus, method: METHOD, goal: 0.9, service_level_indicator: INDICATOR}
"""
SLOTH = """
version: prometheus/v1
service: shop
slos:
  - name: availability
    objective: 90
    sli:
      events:
        error_query: sum(rate(requests_total{job="shop",code=~"5.."}[{{.window}}]))
        total_query: sum(rate(requests_total{job="shop"}[{{.window}}]))
  - name: availability-raw
    objective: 90
    sli:
      raw:
        error_ratio_query: >
          sum(rate(requests_total{job="shop",code=~"5.."}[{{.window}}]))
          / sum(rate(requests_total{job="shop"}[{{.window}}]))
"""
PYRRA = """
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: NAME}
spec: {target: "70", window: 1h, indicator: INDICATOR}
"""
KEPTN = """
spec_version: "1.0"
objectives:
  - sli: errors
    pass: [{criteria: ["<0.02"]}]
    warning: [{criteria: ["<0.05"]}]
total_score: {pass: "90%", warning: "75%"}
---
spec_version: "1.0"
indicators:
  errors: >
    sum(rate(requests_total{job="$SERVICE",code=~"5.."}[$DURATION_SECONDS]))
    / sum(rate(requests_total{job="$SERVICE"}[$DURATION_SECONDS]))
"""


def filled(template: str, **words: str) -> str:
    for word, text in words.items():
        template = template.replace(word, text)
    return template


def generated(name: str, method: str, indicator: str) -> str:
    return filled(SLO_GENERATOR, NAME=name, METHOD=method, INDICATOR=indicator)


GOOD, BAD, ALL = (f"'requests_total{{job=\"shop\"{code}}}'" for code in (',code="200"', ',code="500"', ""))
FILES = {
    "slo-generator.yaml": "---".join(
        [
            generated("valid", "good_bad_ratio", f"{{filter_good: {GOOD}, filter_valid: {ALL}}}"),
            generated("bad", "good_bad_ratio", f"{{filter_good: {GOOD}, filter_bad: {BAD}}}"),
            generated(
                "operators",
                "good_bad_ratio",
                f"{{filter_good: {GOOD}, filter_valid: {ALL}, operators: [rate, sum]}}",
            ),
            generated(
                "query",
                "query_sli",
                "{expression: 'sum(rate(requests_total{code=\"200\"}[window])) / sum(rate(requests_total[window]))'}",
            ),
            generated(
                "cut",
                "distribution_cut",
                "{expression: 'took_seconds_bucket{job=\"shop\"}', threshold_bucket: 0.5}",
            ),
        ]
    ),
    "sloth.yaml": SLOTH,
    "pyrra.yaml": "---".join(
        [
            filled(
                PYRRA,
                NAME="ratio",
                INDICATOR=f"{{ratio: {{errors: {{metric: {BAD}}}, total: {{metric: {ALL}}}}}}}",
            ),
            filled(
                PYRRA,
                NAME="latency",
                INDICATOR="{latency: {success: {metric: 'took_seconds_bucket{le=\"0.5\"}'}, "
                "total: {metric: took_seconds_count}}}",
            ),
            filled(PYRRA, NAME="gauge", INDICATOR="{bool_gauge: {metric: 'up{job=\"shop\"}'}}"),
        ]
    ),
    "keptn.yaml": KEPTN,
}
MEASURED = {
    "valid": Fraction(99, 100),
    "bad": Fraction(99, 100),
    "operators": Fraction(99, 100),
    "query": Fraction(99, 100),
    "cut": Fraction(90, 100),
    "shop-availability": Fraction(99, 100),
    "shop-availability-raw": Fraction(99, 100),
    "ratio": Fraction(99, 100),
    "latency": Fraction(90, 100),
    "gauge": Fraction(45, 61),
    "shop-keptn/errors": Fraction(1, 100),
}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("prometheus"), SAMPLES) as address:
        yield address


def verdicts(folder: Path) -> dict[str, dict[str, Any]]:
    """What a run at AT says of the files in ``folder``, by promise."""
    report = folder / "report.json"
    main(["run", str(folder / "slos"), "--at", "2026-01-31T12:00:00Z", "-f", f"json={report}"])
    return {each["objective"]["name"]: each for each in json.loads(report.read_text())["verdicts"]}


def test_imported_promises_measure_what_they_did(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_URL", url)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    options = ["--window", "1h", "--set", "SERVICE=shop", "--output", f"{tmp_path}/slos/"]
    assert main(["import", *(str(tmp_path / name) for name in FILES), *options]) == 0
    found = verdicts(tmp_path)
    assert found.keys() == MEASURED.keys()
    for name, expected in MEASURED.items():
        value = Fraction(found[name]["value"]["exact"]) / (100 if found[name]["unit"] == "%" else 1)
        assert abs(value - expected) < Fraction(1, 10**9), (name, found[name])
        assert found[name]["outcome"] == "PASS", (name, found[name])


def test_an_offset_of_pyrra_is_the_lag_of_the_window(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_URL", url)
    late = f"{{ratio: {{errors: {{metric: {BAD[:-1]} offset 1h30m'}}, total: {{metric: {ALL[:-1]}offset 1h 30m'}}}}}}"
    gauge = "{bool_gauge: {metric: 'up{job=\"shop\"} offset 5m'}}"
    files = [filled(PYRRA, NAME="late", INDICATOR=late), filled(PYRRA, NAME="up", INDICATOR=gauge)]
    (tmp_path / "pyrra.yaml").write_text("---".join(files).replace("window: 1h", "window: 20m"))
    assert main(["import", str(tmp_path / "pyrra.yaml"), "--output", f"{tmp_path}/slos/"]) == 0
    found = verdicts(tmp_path)
    assert {name: each["window"]["end"] for name, each in found.items()} == {
        "late": "2026-01-31T10:30:00Z",
        "up": "2026-01-31T11:55:00Z",
    }
    assert [each["outcome"] for each in found.values()] == ["PASS", "PASS"]


@pytest.mark.parametrize(
    ("limit", "outcome", "code", "said"),
    [("<0.02", "PASS", 0, []), ("<0.005", "WARN", 1, ["the score is 50 %; at least 75 % is required"])],
)
def test_a_quality_gate_of_keptn_decides_as_keptn_does(
    limit: str,
    outcome: str,
    code: int,
    said: list[str],
    url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One objective that only warns has half of all weights: less than 75 %, and Keptn fails it."""
    monkeypatch.setenv("PROMETHEUS_URL", url)
    monkeypatch.chdir(tmp_path)
    Path("reports").mkdir()
    text = KEPTN.replace('["<0.02"]', f'["{limit}", "<=+10%"]').replace(
        "objectives:", "comparison: {compare_with: single_result}\nobjectives:", 1
    )
    Path("slo.yaml").write_text(text, encoding="utf-8")
    options = ["--window", "1h", "--set", "SERVICE=shop", "-o", "slos/", "--write-rules", "rules"]
    assert main(["import", "slo.yaml", *options]) == 0
    for hour in ("11:59", "12:00"):
        command = ["run", "slos", "--rules", "rules", "--at", f"2026-01-31T{hour}:00Z"]
        assert main([*command, "-f", f"json=reports/{hour[:2]}.json"]) == code
    report = json.loads(Path("reports/12.json").read_text(encoding="utf-8"))
    assert [each["outcome"] for each in report["verdicts"]] == [outcome]
    assert [each["message"] for each in report["findings"] if each["level"] == "error"] == said
