"""The alerts that a file declares itself, and ``lag``: by ``promtool``, and beside what ``checker run`` says."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import yaml

from checker.cli import main
from tests.exporters.test_prometheus_rules import Export, accepted, slo
from tests.on_simulator import AT, TIME
from tests.prometheus import MISSING, running

ON_PROMETHEUS = pytest.mark.skipif(bool(MISSING), reason=MISSING)
MINUTE, HOUR = 60, 3600
TARGETS = [{"kind": "AlertNotificationTarget", "metadata": {"name": "us"}, "spec": {"target": "mail"}}]


@pytest.fixture
def export(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Export]:
    def run(*documents: dict[str, Any]) -> Export:
        text = "\n---\n".join(json.dumps(each) for each in documents)
        (tmp_path / "slos.yaml").write_text(text, encoding="utf-8")
        code = main(["export", "prometheus", str(tmp_path / "slos.yaml")])
        captured = capsys.readouterr()
        return Export(code, captured.out, captured.err)

    return run


def policy(name: str, lookback: str = "10m", threshold: float = 10, **changes: Any) -> dict[str, Any]:
    """An alert policy as it stands in an SLO."""
    condition = {
        "kind": "burnrate",
        "op": changes.get("op", "gt"),
        "threshold": threshold,
        "lookbackWindow": lookback,
        "alertAfter": changes.get("after", "0m"),
    }
    return {
        "kind": "AlertPolicy",
        "metadata": {"name": name},
        "spec": {
            "alertWhenBreaching": changes.get("breaching", True),
            "alertWhenNoData": changes.get("no_data", False),
            "conditions": [
                {
                    "kind": "AlertCondition",
                    "metadata": {"name": f"{name}-condition"},
                    "spec": {"severity": changes.get("severity", "page"), "condition": condition},
                }
            ],
            "notificationTargets": TARGETS,
        },
    }


def declaring(*policies: dict[str, Any], **changes: Any) -> dict[str, Any]:
    document = slo(**changes)
    document["spec"]["alertPolicies"] = list(policies)
    return document


def alerts(exported: Export) -> dict[str, dict[str, Any]]:
    """The alerts by the policy that they come from."""
    found = [rule for rule in exported.rules if "alert" in rule]
    named = {rule["labels"].get("alert_policy", rule["alert"]): rule for rule in found}
    assert len(named) == len(found)
    return named


ROUTED = (
    "note: shop: Alertmanager decides whom its alert policies notify, and whether it also notifies when they are "
    "resolved: route by the labels alert_policy and severity"
)


def test_the_files_own_policies_stand_in_for_the_table(export: Callable[..., Export], tmp_path: Path) -> None:
    exported = export(
        declaring(policy("fast", after="2m"), policy("slow", "4d", 1.5, op="gte", severity="low"))
    )
    accepted(exported.text, tmp_path)
    assert (exported.code, exported.err.splitlines()) == (0, [ROUTED])
    found = alerts(exported)
    assert list(found) == ["fast", "slow", "SLONoData"]
    assert found["fast"] == {
        "alert": "SLOErrorBudgetBurn",
        "expr": 'slo:errors:ratio_rate10m{slo="shop"} > 0.01',
        "for": "2m",
        "labels": {
            "slo": "shop",
            "service": "shop",
            "severity": "page",
            "alert_policy": "fast",
            "burn_rate": "> 10 over 10m for 2m",
        },
        "annotations": {
            "summary": "shop: fast",
            "description": "{{ $value | humanizePercentage }} of the events are bad, and 0.1 % may be. The burn rate "
            "is > 10 over 10m for 2m.",
        },
    }
    assert found["slow"]["expr"] == 'slo:errors:ratio_rate4d{slo="shop"} >= 0.0015'
    assert (found["slow"]["labels"]["severity"], "for" in found["slow"]) == ("low", False)
    assert found["SLONoData"]["expr"] == 'absent(slo:errors:ratio_rate5m{slo="shop"})'
    assert "[10m]" in exported.recorded("slo:errors:ratio_rate10m")["expr"]
    # Of what is longer than a day, there is one ratio, with those that are evaluated less often.
    groups = {group["name"]: group for group in yaml.safe_load(exported.text)["groups"]}
    rare = [rule["record"] for rule in groups["shop: budget"]["rules"]]
    assert rare[:3] == ["slo:errors:ratio_rate3d", "slo:errors:ratio_rate4d", "slo:errors:ratio_rate30d"]


def test_a_lookback_beyond_the_window_and_one_as_long(export: Callable[..., Export], tmp_path: Path) -> None:
    exported = export(declaring(policy("longer", "2h", 2), policy("as-long", "1h", 3), window="1h"))
    accepted(exported.text, tmp_path)
    names = [rule["record"] for rule in exported.rules if "record" in rule]
    assert len(set(names)) == len(names)
    assert {"slo:errors:ratio_rate1h", "slo:errors:ratio_rate2h"} <= set(names)
    # A promise too short for any ratio of the usual windows has that of its alert.
    short = export(declaring(policy("short", "2m"), window="5m"))
    accepted(short.text, tmp_path)
    assert alerts(short)["SLONoData"]["expr"] == 'absent(slo:errors:ratio_rate2m{slo="shop"})'


def test_the_shipped_policy_by_its_name_is_as_it_is_judged(
    export: Callable[..., Export], tmp_path: Path
) -> None:
    named = slo(metadata={"annotations": {"checker/burnRatePolicy": "google-sre"}}, window="7d")
    exported = export(named)
    accepted(exported.text, tmp_path)
    assert exported.err == ""
    found = alerts(exported)
    assert [*found] == [
        "google-sre page 1h/5m",
        "google-sre page 6h/30m",
        "google-sre ticket 1d/2h",
        "google-sre ticket 3d/6h",
        "SLONoData",
    ]
    assert found["google-sre page 1h/5m"]["expr"] == (
        'slo:errors:ratio_rate1h{slo="shop"} > 0.00336\nand\nslo:errors:ratio_rate5m{slo="shop"} > 0.00336'
    )
    # The table that is written where a file says nothing opens this one at 1.
    assert found["google-sre ticket 1d/2h"]["labels"]["burn_rate"] == "> 0.7 over 1d and > 0.7 over 2h"


def test_what_a_rule_cannot_say_is_said(export: Callable[..., Export], tmp_path: Path) -> None:
    exported = export(
        declaring(
            policy("never", "1h", 11),
            policy("edge", "1h", 10),
            policy("reached", "1h", 10, op="gte"),
            policy("calm", "1h", 1, op="lte"),
            policy("both", "1h", 2, no_data=True),
            policy("blind", "1h", 11, no_data=True, breaching=False),
            policy("both", "1h", 2, no_data=True),
            target=0.9,
        )
    )
    accepted(exported.text, tmp_path)
    assert exported.err.splitlines() == [
        "note: shop: no alert 'never': > 11 over 1h is out of reach, 10 is the highest",
        "note: shop: no alert 'edge': > 10 over 1h is out of reach, 10 is the highest",
        "note: shop: the alert 'both' also fires where there are no events, or no ratio; a rule cannot detect "
        "that too little of a lookback was seen",
        "note: shop: the alert 'blind' also fires where there are no events, or no ratio; a rule cannot detect "
        "that too little of a lookback was seen",
        ROUTED,
    ]
    found = alerts(exported)
    assert [*found] == ["reached", "calm", "both", "blind", "SLONoData"]
    assert found["calm"]["expr"].endswith("<= 0.1")
    assert "$value" not in found["both"]["annotations"]["description"]


def test_names_of_policies_are_texts(export: Callable[..., Export], tmp_path: Path) -> None:
    named = policy("fast", severity="page {{ $labels.slo }}")
    named["metadata"]["name"] = "a-name"
    exported = export(declaring(named))
    accepted(exported.text, tmp_path)
    assert alerts(exported)["a-name"]["labels"]["severity"] == 'page {{ "{{" }} $labels.slo }}'


POLICIES = (
    policy("fast", after="2m"),
    policy("slow", "1h", 2, severity="ticket", no_data=True),
    policy("blind", "5m", 2, severity="info", no_data=True, breaching=False, after="3m"),
)
HEALTHY = ("0+6000x60", "0+0x60")
"""100 good requests a second for an hour, and no bad one: the counters of good and bad ones."""
HISTORIES: dict[str, tuple[tuple[str, str] | None, dict[int, Sequence[str]]]] = {
    "silent in health": (HEALTHY, {10: [], 30: [], 60: []}),
    # Five minutes' outage. 10 over 10m is reached with the first sample, and has to hold for 2m.
    "outage": (
        ("0+6000x60 360000+0x4 366000+6000x30", "0+0x60 6000+6000x4 30000+0x30"),
        {60: [], 62: ["slow"], 63: ["fast", "slow"], 74: ["fast", "slow"], 77: ["slow"]},
    ),
    # Burning 5 times too fast: never 10, and 2 over an hour within 24 minutes.
    "slow burn": (
        ("0+6000x60 365970+5970x40", "0+0x60 30+30x40"),
        {60: [], 80: [], 86: ["slow"], 100: ["slow"]},
    ),
    # Counters that stand still: nothing divided by nothing.
    "no traffic": (("0+0x30", "0+0x30"), {2: ["slow"], 5: ["blind", "slow"], 30: ["blind", "slow"]}),
    # 15 minutes without a ratio: also the promise itself cannot be judged.
    "nothing at all": (None, {2: ["slow"], 5: ["blind", "slow"], 20: ["blind", "slow", ""]}),
}


@ON_PROMETHEUS
def test_they_fire_when_they_should_and_not_before(export: Callable[..., Export], tmp_path: Path) -> None:
    exported = export(declaring(*POLICIES))
    (tmp_path / "rules.yaml").write_text(exported.text, encoding="utf-8")
    tests = []
    for name, (values, firing) in HISTORIES.items():
        series = zip(('{code="200"}', '{code="500"}'), values or (), strict=bool(values))
        tests.append(
            {
                "name": name,
                "interval": "1m",
                "input_series": [
                    {"series": f"requests_total{code}", "values": each} for code, each in series
                ],
                "promql_expr_test": [
                    {
                        "expr": 'count by (alert_policy) (ALERTS{alertstate="firing"})',
                        "eval_time": f"{minute}m",
                        "exp_samples": [
                            {"labels": f'{{alert_policy="{each}"}}' if each else "{}", "value": 1}
                            for each in expected
                        ],
                    }
                    for minute, expected in firing.items()
                ],
            }
        )
    document = {
        "rule_files": ["rules.yaml"],
        "evaluation_interval": "1m",
        "group_eval_order": ["shop: budget", "shop: alerts"],
        "tests": tests,
    }
    (tmp_path / "tests.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    command = ["promtool", "test", "rules", str(tmp_path / "tests.yaml")]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr


LAGGING = {
    "counters": (
        {"query": 'requests_total{code="200"}', "reduce": "increase", "lag": "10m"},
        {"query": "requests_total", "reduce": "increase", "lag": "10m"},
    ),
    "templated": (
        {"query": 'sum(increase(requests_total{code="200"}[{{.window}}]))  # good', "lag": "10m"},
        {"query": "sum(increase(requests_total[{{.window}}]))\n  + 0", "lag": "10m"},
    ),
}


def test_lag_is_an_offset(export: Callable[..., Export], tmp_path: Path) -> None:
    for good, total in LAGGING.values():
        exported = export(slo(good=good, total=total))
        accepted(exported.text, tmp_path)
        assert exported.err == ""
        assert "# " + str(tmp_path / "slos.yaml") + ": >= 99.9 % over 30d, as of 10m ago\n" in exported.text
        for rule in exported.rules:
            if rule.get("record", "").startswith("slo:errors"):
                assert rule["expr"].count(" offset 10m)") == 2
    good, total = LAGGING["counters"]
    apart = export(slo(good=good, total={**total, "lag": "5m"}), slo("other"))
    assert apart.err == (
        "skipped shop: its two queries have different lags, and a rule judges both at one moment\n"
    )


@ON_PROMETHEUS
@pytest.mark.parametrize("queries", LAGGING)
def test_the_rule_says_what_is_judged(
    export: Callable[..., Export], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, queries: str
) -> None:
    """A tenth of the requests is bad, but for the last ten minutes, in which all are: what has not arrived yet is
    not looked at by either."""
    good, total = LAGGING[queries]
    times = range(AT - 3 * HOUR, AT + 1, MINUTE)

    def counter(before: int, late: int) -> list[tuple[int, object]]:
        grown, points = 0, []
        for time in times:
            grown += late if time > AT - 10 * MINUTE else before
            points.append((time, grown))
        return points

    samples = {
        'requests_total{code="200"}': counter(90, 0),
        'requests_total{code="500"}': counter(10, 100),
    }
    promise = declaring(policy("fast", "20m", 1), good=good, total=total, target=0.5, window="1h")
    exported = export(promise)
    file = tmp_path / "slos.yaml"
    with running(tmp_path, samples) as url:
        monkeypatch.setenv("PROMETHEUS_URL", url)
        assert main(["run", str(file), "--at", TIME, "-f", f"json={tmp_path / 'report.json'}"]) == 0
        (verdict,) = json.loads((tmp_path / "report.json").read_text())["verdicts"]
        bad = 1 - float(verdict["value"]["text"].removesuffix(" %")) / 100
        assert bad == pytest.approx(0.1)
        (alert,) = verdict["alerts"]
        assert alert["state"] == "ok"
        for window in ("20m", "1h"):
            rule = exported.recorded(f"slo:errors:ratio_rate{window}")
            # A server evaluates a group at any fraction of a second.
            for moment in (AT, AT + 0.25):
                assert value(url, rule["expr"], moment) == pytest.approx(bad, rel=1e-3)
            assert value(url, rule["expr"].replace(" offset 10m)", ")"), AT) > 0.15


def value(url: str, query: str, moment: float) -> float:
    """The one value of a query at a moment."""
    asked = f"{url}/api/v1/query?{urlencode({'query': query, 'time': moment})}"
    with urllib.request.urlopen(asked, timeout=5) as answer:
        (found,) = json.load(answer)["data"]["result"]
    return float(found["value"][1])
