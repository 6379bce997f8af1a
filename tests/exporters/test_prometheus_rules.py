"""``checker export prometheus``: which rules are written, for which promises, and how they are spelt."""

from __future__ import annotations

import json
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from checker.cli import main
from checker.exporters.prometheus.burn_rates import pairs_of
from checker.exporters.prometheus.expressions import number
from checker.exporters.prometheus.rule_file import literal, quoted
from tests.prometheus import MISSING

ROOT = Path(__file__).parents[2]
EXAMPLE = str(ROOT / "docs/examples/shop.yaml")
TOTAL = {"query": "requests_total", "reduce": "increase"}
GOOD = {"query": 'requests_total{code="200"}', "reduce": "increase"}
DAY = 86400


def slo(name: str = "shop", **changes: Any) -> dict[str, Any]:
    """An SLO document over Prometheus; ``good``, ``bad`` and ``total`` are the specs of its queries."""
    specs = {side: changes.get(side) for side in ("good", "bad") if side in changes} or {"good": GOOD}
    specs["total"] = changes.get("total", TOTAL)
    sources = {
        side: {"metricSource": {"type": changes.get("source", "Prometheus"), "spec": spec}}
        for side, spec in specs.items()
    }
    for side in sources:
        if f"{side}_ref" in changes:
            sources[side]["metricSource"]["metricSourceRef"] = changes[f"{side}_ref"]
    return {
        "apiVersion": "openslo/v1",
        "kind": "SLO",
        "metadata": {"name": name, **changes.get("metadata", {})},
        "spec": {
            "service": "shop",
            "indicator": {"metadata": {"name": f"{name}-sli"}, "spec": {"ratioMetric": sources}},
            "timeWindow": [{"duration": changes.get("window", "30d"), "isRolling": True}],
            "budgetingMethod": "Occurrences",
            "objectives": [{"target": changes.get("target", 0.999)}],
        },
    }


class Export:
    """What one call wrote."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.text, self.err = code, out, err

    @property
    def rules(self) -> list[dict[str, Any]]:
        groups = yaml.safe_load(self.text)["groups"]
        return [rule for group in groups for rule in group["rules"]]

    def recorded(self, name: str) -> dict[str, Any]:
        (found,) = (rule for rule in self.rules if rule.get("record") == name)
        return found

    def alerts(self) -> dict[tuple[str, str], dict[str, Any]]:
        return {(rule["alert"], rule["labels"]["severity"]): rule for rule in self.rules if "alert" in rule}


@pytest.fixture
def export(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*documents: dict[str, Any], arguments: tuple[str, ...] = ()) -> Export:
        folder = tmp_path / "slos"
        folder.mkdir(exist_ok=True)
        for number_, document in enumerate(documents):
            (folder / f"{number_}.json").write_text(json.dumps(document), encoding="utf-8")
        code = main(["export", "prometheus", str(folder), *arguments])
        captured = capsys.readouterr()
        return Export(code, captured.out, captured.err)

    return run


def accepted(text: str, folder: Path) -> None:
    """Prometheus's own tool reads the rules; where there is none, YAML at least is checked."""
    assert yaml.safe_load(text)["groups"]
    if MISSING:
        return
    file = folder / "rules.yaml"
    file.write_text(text, encoding="utf-8")
    ran = subprocess.run(
        ["promtool", "check", "rules", str(file)], capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_ratio_over_each_window(export: Any, tmp_path: Path) -> None:
    exported = export(slo())
    accepted(exported.text, tmp_path)
    assert (exported.code, exported.err) == (0, "")
    for window in ("5m", "30m", "1h", "2h", "6h", "1d", "3d", "30d"):
        rule = exported.recorded(f"slo:errors:ratio_rate{window}")
        assert rule["labels"] == {"slo": "shop", "service": "shop"}
        assert rule["expr"] == (
            f'1 - (\n  (sum(increase(requests_total{{code="200"}}[{window}])) or vector(0))\n  /\n'
            f"  sum(increase(requests_total[{window}]))\n)"
        )
    remaining = exported.recorded("slo:error_budget_remaining:ratio")
    assert remaining["expr"] == '1 - slo:errors:ratio_rate30d{slo="shop"} / 0.001'
    assert exported.recorded("slo:objective:ratio")["expr"] == "vector(0.999)"
    assert exported.recorded("slo:error_budget:ratio")["expr"] == "vector(0.001)"
    assert exported.recorded("slo:window:seconds")["expr"] == "vector(2592000)"
    info = {"slo": "shop", "service": "shop", "window": "30d", "target": ">= 99.9 %"}
    assert exported.recorded("slo:info")["labels"] == info


def test_an_alert_names_all_that_who_is_woken_needs(export: Any) -> None:
    metadata = {
        "displayName": "The shop answers",
        "annotations": {
            "checker/owner": "shop-team",
            "checker/severity": "critical",
            "checker/runbook": "https://example.com/shop",
        },
    }
    alerts = export(slo(metadata=metadata)).alerts()
    assert list(alerts) == [
        ("SLOErrorBudgetBurn", "page"),
        ("SLOErrorBudgetBurn", "ticket"),
        ("SLONoData", "ticket"),
    ]
    page = alerts["SLOErrorBudgetBurn", "page"]
    assert page["labels"] == {
        "slo": "shop",
        "service": "shop",
        "owner": "shop-team",
        "severity": "page",
        "slo_severity": "critical",
    }
    assert page["annotations"] == {
        "summary": "The shop answers: the error budget burns too fast",
        "description": "{{ $value | humanizePercentage }} of the events are bad, and 0.1 % may be. The burn rate is "
        "above 14.4 over 1h or 6 over 6h.",
        "runbook_url": "https://example.com/shop",
    }
    assert page["expr"] == (
        '(\nslo:errors:ratio_rate1h{slo="shop"} > 0.0144\nand\nslo:errors:ratio_rate5m{slo="shop"} > 0.0144\n)\nor\n'
        '(\nslo:errors:ratio_rate6h{slo="shop"} > 0.006\nand\nslo:errors:ratio_rate30m{slo="shop"} > 0.006\n)'
    )
    silence = alerts["SLONoData", "ticket"]
    assert (silence["expr"], silence["for"]) == ('absent(slo:errors:ratio_rate5m{slo="shop"})', "15m")


@pytest.mark.parametrize(
    ("days", "rates"),
    [
        (30, ["14.4", "6", "3", "1"]),
        (28, ["13.44", "5.6", "2.8", "0.9333333333333333"]),
        (14, ["6.72", "2.8", "1.4", "1"]),
        (7, ["3.36", "1.4", "1", "1"]),
        # No page while the budget lasts, and no window as long as the promise's.
        (3, ["1.44", "1"]),
        (1, []),
        (90, ["43.2", "18", "9", "3"]),
    ],
)
def test_burn_rates_are_scaled_to_the_window(days: int, rates: list[str]) -> None:
    pairs, left_out = pairs_of(days * DAY, Fraction(1, 1000))
    assert [number(pair.rate) for pair in pairs] == rates
    assert len(pairs) + len(left_out) == 4
    assert all(pair.short * 12 == pair.long for pair in pairs)


def test_what_can_never_fire_is_left_out_and_said(export: Any) -> None:
    exported = export(slo(target=0.9))
    assert exported.code == 0
    assert (
        exported.err == "note: shop: no page for 1h: the burn rate 14.4 is out of reach, 10 is the highest\n"
    )
    assert exported.alerts()["SLOErrorBudgetBurn", "page"]["expr"] == (
        'slo:errors:ratio_rate6h{slo="shop"} > 0.6\nand\nslo:errors:ratio_rate30m{slo="shop"} > 0.6'
    )


def test_a_count_of_bad_events_is_their_share(export: Any, tmp_path: Path) -> None:
    bad = {"query": "sum(increase(errors_total[ window ]))  # 5xx"}
    total = {"query": "sum(rate(requests_total[{{.window}}]))\n  * 3600"}
    exported = export(slo(bad=bad, total=total, window="28d"))
    accepted(exported.text, tmp_path)
    assert exported.recorded("slo:errors:ratio_rate28d")["expr"] == (
        "sum(\nsum(increase(errors_total[28d]))  # 5xx\n)\n/\nsum(\nsum(rate(requests_total[28d]))\n  * 3600\n)"
    )


def test_a_range_as_long_as_the_window_is_shortened(export: Any) -> None:
    total = {"query": "sum(increase(requests_total[7d] offset 5m)) + sum(max_over_time(y[1h]))"}
    exported = export(slo(good={"query": "sum(increase(good_total[1w]))"}, total=total, window="7d"))
    assert "sum(sum(increase(requests_total[5m] offset 5m)) + sum(max_over_time(y[1h])))" in exported.text
    assert "sum(sum(increase(good_total[5m])))" in exported.text
    assert 'slo:errors:ratio_rate7d{slo=\\"shop\\"} / 0.001' in exported.text
    assert "ratio_rate3d" in exported.text


CRITERIA = {
    "apiVersion": "checker/v1",
    "kind": "SuccessCriteria",
    "metadata": {"name": "release"},
    "spec": {
        "window": "1h",
        "criteria": [
            {"name": "up", "indicator": {"source": "Prometheus", "query": "sum(up)"}, "target": "> 1"}
        ],
    },
}
CLOUDWATCH = {"namespace": "Shop", "metricName": "Requests", "stat": "Sum"}
DATA_SOURCES = [
    {
        "apiVersion": "openslo/v1",
        "kind": "DataSource",
        "metadata": {"name": name},
        "spec": {"type": "Prometheus", "connectionDetails": {"url": f"https://{name}.example.com"}},
    }
    for name in ("east", "west")
]


def test_what_cannot_be_written_is_listed_with_the_reason(export: Any, tmp_path: Path) -> None:
    instant = {"query": "sum(orders:good:month)"}
    exported = export(
        slo(),
        CRITERIA,
        slo("cloud", source="CloudWatch", good=CLOUDWATCH, total=CLOUDWATCH | {"metricName": "Answers"}),
        slo("instant", good=instant, total={"query": "sum(orders:all:month)"}),
        slo("last", good={"query": "orders", "reduce": "last"}, total={"query": "all", "reduce": "last"}),
        *DATA_SOURCES,
        slo("split", good_ref="east", total_ref="west"),
    )
    accepted(exported.text, tmp_path)
    assert exported.code == 0
    assert {rule["labels"]["slo"] for rule in exported.rules} == {"shop"}
    assert exported.err.splitlines() == [
        "skipped cloud: its source is CloudWatch, not Prometheus",
        "skipped instant: its query has no range that could be shortened; write [{{.window}}], or the counters "
        "with reduce: increase",
        "skipped last: reduce: last has no counterpart in a rule",
        "skipped release/up: it has no error budget; an SLO of the Occurrences method has one",
        "skipped split: its two queries go to different data sources",
    ]


def test_what_rules_cannot_say_of_an_slo_is_skipped(export: Any) -> None:
    calendar, slices = slo("calendar"), slo("slices")
    calendar["spec"]["timeWindow"] = [
        {
            "duration": "1M",
            "isRolling": False,
            "calendar": {"startTime": "2026-01-01 00:00:00", "timeZone": "UTC"},
        }
    ]
    slices["spec"] |= {
        "budgetingMethod": "Timeslices",
        "objectives": [{"target": 0.99, "timeSliceTarget": 0.9, "timeSliceWindow": "5m"}],
    }
    exported = export(calendar, slices, slo("shop"))
    assert {rule["labels"]["slo"] for rule in exported.rules} == {"shop"}
    assert exported.err.splitlines() == [
        "skipped calendar: its window is a period of the calendar, and rules look back over a fixed length",
        "skipped slices: its budget is spent by the method Timeslices, not by events",
    ]


def test_nothing_written_is_no_success(export: Any) -> None:
    exported = export(CRITERIA)
    assert (exported.code, exported.text) == (2, "")
    assert exported.err.splitlines()[-1] == "checker: none of 1 promise could be written"


def test_invalid_files_are_not_exported(export: Any) -> None:
    broken = slo()
    del broken["spec"]["service"]
    exported = export(slo("fine"), broken)
    assert exported.code == 2
    assert exported.text == ""
    assert "[missing-key]" in exported.err


def test_an_unknown_target_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["export", "nagios", EXAMPLE])
    assert "invalid choice: 'nagios'" in capsys.readouterr().err


def test_promises_of_several_servers_are_told_apart(export: Any) -> None:
    one = slo("one", good_ref="east", total_ref="east")
    exported = export(one, slo("two", good_ref="west", total_ref="west"), *DATA_SOURCES)
    assert exported.err == (
        "note: these promises are measured by several Prometheus servers (east, west); with --select, write a file "
        "for each\n"
    )


def test_a_short_promise_has_ratios_and_no_alert_for_windows_beyond_it(export: Any, tmp_path: Path) -> None:
    exported = export(slo(window="1d"))
    accepted(exported.text, tmp_path)
    assert list(exported.alerts()) == [("SLONoData", "ticket")]
    assert len(exported.err.splitlines()) == 4
    tiny = export(slo(window="5m"))
    accepted(tiny.text, tmp_path)
    assert tiny.alerts() == {}


HOSTILE = 'a "b" \\ {{ c }} {{{ $labels.slo }} \' # : - | é 😀 {{'


def test_texts_stay_texts(export: Any, tmp_path: Path) -> None:
    """Of a name somebody wrote, YAML keeps every character, and Prometheus expands no template in it."""
    metadata = {"displayName": HOSTILE, "annotations": {"checker/owner": HOSTILE, "checker/runbook": HOSTILE}}
    exported = export(slo(metadata=metadata))
    accepted(exported.text, tmp_path)
    assert exported.recorded("slo:info")["labels"]["owner"] == HOSTILE
    page = exported.alerts()["SLOErrorBudgetBurn", "page"]
    assert page["labels"]["owner"] == page["annotations"]["runbook_url"] == literal(HOSTILE)
    assert literal(HOSTILE).count('{{ "{{" }}') == 3


@pytest.mark.parametrize(
    "text", ["", "yes", "0o17", "\x00\x1b\x7f\x85\u2028\ufeff", "\U000e0001", "a\nb\tc", HOSTILE]
)
def test_a_quoted_text_reads_back_as_it_was(text: str) -> None:
    written = quoted(text)
    assert written.isprintable()
    assert yaml.safe_load(written) == text


def test_the_same_promises_give_the_same_file(export: Any, tmp_path: Path) -> None:
    first = export(slo("b"), slo("a"))
    again = export(slo("a"), slo("b"))
    assert [rule["labels"]["slo"] for rule in again.rules] == [rule["labels"]["slo"] for rule in first.rules]
    assert export(slo("a"), slo("b")).text == again.text


def test_a_file_is_written_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "rules.yaml"
    assert main(["export", "prometheus", EXAMPLE, "-o", str(target)]) == 0
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", f"wrote 2 promises to {target}\n")
    accepted(target.read_text(encoding="utf-8"), tmp_path)
    assert main(["export", "prometheus", EXAMPLE, "--output", str(tmp_path / "no" / "rules.yaml")]) == 2
    assert "it cannot be written (there is no folder" in capsys.readouterr().err
