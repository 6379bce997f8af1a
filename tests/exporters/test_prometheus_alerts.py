"""The exported alerts, evaluated by Prometheus itself: ``promtool test rules`` over made-up histories.

100 requests a second, of an SLO of 99.9 % over 30 days. An alert fires when more than burn rate x 0.1 % of the
events of its long window were bad: after an outage of burn rate x 0.1 % x that window.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from checker.cli import main
from tests.prometheus import MISSING

pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)

ROOT = Path(__file__).parents[2]
HOUR, DAY = 3600, 86400
PAGE = ("SLOErrorBudgetBurn", "page")
TICKET = ("SLOErrorBudgetBurn", "ticket")
NO_DATA = ("SLONoData", "ticket")
SLO = "shop-availability"
LABELS = {"slo": SLO, "service": "shop", "owner": "shop-team", "slo_severity": "high"}

Firing = Mapping[int, Sequence[tuple[str, str]]]
"""By seconds since the beginning: which alerts fire."""


class History(NamedTuple):
    """What happened: for so many seconds, of 1,000 requests so many went wrong. ``step`` is the seconds between
    two samples, and ``every`` those between two evaluations."""

    step: int
    every: int
    parts: Sequence[tuple[int, float]]
    firing: Firing
    severity: str = "page|ticket"
    """Which alerts ``firing`` is about: a long window that is not full yet would say more than it will."""
    good: bool = True
    """Whether good requests are counted from the beginning, or by nobody."""
    silent: bool = False
    """Whether there is no traffic at all."""


HISTORIES = {
    # 1h: 14.4 x 0.001 x 3600 s = 51.84 s. Its short window ends the page: that of 6h is 30 minutes.
    "page for an outage": History(
        30,
        30,
        [(2 * HOUR, 0), (600, 1000), (2 * HOUR, 0)],
        {
            2 * HOUR: [],
            2 * HOUR + 30: [],
            2 * HOUR + 60: [PAGE],
            2 * HOUR + 600 + 29 * 60: [PAGE],
            2 * HOUR + 600 + 31 * 60: [],
        },
        "page",
    ),
    # 1d: 3 x 0.001 x 86400 s = 259.2 s, and 3d the same.
    "ticket for an outage": History(
        120,
        120,
        [(3 * DAY, 0), (900, 1000)],
        {3 * DAY: [], 3 * DAY + 240: [PAGE], 3 * DAY + 360: [PAGE, TICKET]},
    ),
    # 8 times the budget: under 14.4, and above 6 over 6h after 6h x 6 / 8 = 4.5 h.
    "page for a fast burn": History(
        60,
        60,
        [(6 * HOUR, 0), (6 * HOUR, 8)],
        {6 * HOUR + 60: [], 10 * HOUR + 29 * 60: [], 10 * HOUR + 31 * 60: [PAGE]},
        "page",
    ),
    # 3.5 times: under 6, and above 3 over 1d after 1d x 3 / 3.5 = 20 h 34 min; above 1 over 3d a little later.
    "ticket for a slow burn": History(
        120,
        600,
        [(3 * DAY, 0), (DAY, 3.5)],
        {3 * DAY + 20 * HOUR: [], 3 * DAY + 20 * HOUR + 1800: [], 3 * DAY + 20 * HOUR + 2400: [TICKET]},
    ),
    # 1.5 times: under 3, and above 1 over 3d after 3d / 1.5 = 48 h.
    "ticket for a slower burn": History(
        120, 600, [(3 * DAY, 0), (3 * DAY, 1.5)], {5 * DAY - 600: [], 5 * DAY + 600: [TICKET]}
    ),
    # Half of all requests for a minute: 0.83 % of an hour, under 1.44 %.
    "silent for a blip": History(
        60,
        60,
        [(DAY, 0), (60, 500), (HOUR, 0)],
        {DAY + offset: [] for offset in (60, 120, 180, 300, 600, HOUR)},
    ),
    "silent in health": History(
        120, 600, [(4 * DAY, 0.5)], {offset: [] for offset in (600, HOUR, DAY, 2 * DAY, 3 * DAY, 4 * DAY)}
    ),
    "silent without traffic": History(
        60, 60, [(2 * HOUR, 0)], {offset: [] for offset in (600, HOUR, 2 * HOUR)}, silent=True
    ),
    "page where nobody counts a good one": History(
        60, 60, [(HOUR, 1000)], {600: [PAGE], HOUR: [PAGE]}, "page", good=False
    ),
    # The growth over 5 minutes is gone 4 minutes after the last sample, and 15 more have to pass.
    "ticket for no data": History(
        60, 60, [(HOUR, 0)], {HOUR: [], HOUR + 18 * 60: [], HOUR + 21 * 60: [NO_DATA]}
    ),
}


def test_alerts_fire_when_they_should_and_not_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "prometheus", str(ROOT / "docs/examples/shop.yaml"), "--select", SLO]) == 0
    (tmp_path / "rules.yaml").write_text(capsys.readouterr().out, encoding="utf-8")
    # promtool evaluates all tests of a file at one interval.
    for every in sorted({history.every for history in HISTORIES.values()}):
        document = {
            "rule_files": ["rules.yaml"],
            "evaluation_interval": f"{every}s",
            "group_eval_order": [f"{SLO}: budget", f"{SLO}: alerts"],
            "tests": [_test(name, each) for name, each in HISTORIES.items() if each.every == every],
        }
        file = tmp_path / f"tests-{every}.yaml"
        file.write_text(yaml.safe_dump(document), encoding="utf-8")
        command = ["promtool", "test", "rules", str(file)]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert ran.returncode == 0, ran.stdout + ran.stderr


def _test(name: str, history: History) -> dict[str, object]:
    """One test of promtool's. Its samples are ``first+growth x times``, a part after the other."""
    values: dict[str, list[str]] = {"200": [], "500": []}
    reached = {"200": 0.0, "500": 0.0}
    for part, (seconds, bad) in enumerate(history.parts):
        times = seconds // history.step
        for code, share in (("200", 1 - bad / 1000), ("500", bad / 1000)):
            growth = 0.0 if history.silent else 100 * history.step * share
            first = reached[code] + (growth if part else 0)
            reached[code] = first + growth * (times - 1 if part else times)
            values[code].append(f"{first:g}+{growth:g}x{times - 1 if part else times}")
    if not history.good:
        del values["200"]
    return {
        "name": name,
        "interval": f"{history.step}s",
        "input_series": [
            {"series": f'http_requests_total{{job="shop",code="{code}"}}', "values": " ".join(each)}
            for code, each in values.items()
        ],
        "promql_expr_test": [
            {
                "expr": f'ALERTS{{alertstate="firing",slo="{SLO}",severity=~"{history.severity}"}}',
                "eval_time": f"{seconds}s",
                "exp_samples": [{"labels": _alert(*each), "value": 1} for each in firing],
            }
            for seconds, firing in history.firing.items()
        ],
    }


def _alert(name: str, severity: str) -> str:
    labels = {"alertname": name, "alertstate": "firing", **LABELS, "severity": severity}
    return "ALERTS{" + ",".join(f'{key}="{value}"' for key, value in labels.items()) + "}"
