"""The shipped example: what a newcomer sees first, and the five checks that the customer once scripted."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.live import ACTIVE, EXAMPLE, LAG, WITH_REPORT, securebase
from tests.simulator import Simulator
from tests.simulator.securebase import Key, Totals, load_securebase
from tests.simulator.securebase_build import FILES, write_results

ROOT = Path(__file__).parents[1]
EVIDENCE = f"{EXAMPLE}/evidence.synthetic.jsonl"
AT = 1_769_861_130
TIME = "2026-01-31T12:05:30Z"

Verdicts = dict[str, dict[str, Any]]


def verdicts_of(text: str) -> Verdicts:
    return {verdict["objective"]["name"]: verdict for verdict in json.loads(text)["verdicts"]}


def checker(
    *arguments: str, module: tuple[str, ...] = ("checker",), **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *module, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )


@pytest.fixture(scope="module")
def shipped() -> Verdicts:
    ran = checker("run", EXAMPLE, "--replay", EVIDENCE, "-f", "json")
    assert ran.returncode == 1, ran.stderr
    return verdicts_of(ran.stdout)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Verdicts:
    write_results(ROOT / "out/securebase")
    report = tmp_path_factory.mktemp("live") / "report.json"
    with securebase(AT) as environment:
        at_moment = ("tests.at_moment", TIME)
        ran = checker("run", EXAMPLE, "-f", f"json={report}", module=at_moment, **environment)
    assert ran.returncode == 1, ran.stderr
    return verdicts_of(report.read_text())


@pytest.fixture(scope="module")
def truth() -> dict[Key, dict[str, Totals]]:
    """What the simulated series hold, counted by the simulator's own scenario."""
    with Simulator(now=AT) as simulator:
        return load_securebase(simulator, (AT - LAG) // 300 * 300)


def test_the_files_are_valid_and_only_the_confirmation_that_expired_on_purpose_is_told() -> None:
    ran = checker("validate", "slos", "--at", TIME)
    assert ran.returncode == 0
    *told, last = ran.stdout.splitlines()
    assert last.startswith("valid: ")
    assert " ".join(" ".join(told).split()) == (
        "slos/securebase/attestations.yaml:127:9: warning: attestation 'customer-survey': it expired at "
        "2025-12-31T17:00:00Z [attestation] remedy: check and confirm it again"
    )


def test_the_shipped_evidence_shows_every_outcome(shipped: Verdicts) -> None:
    assert {verdict["outcome"] for verdict in shipped.values()} == {
        "PASS",
        "WARN",
        "FAIL",
        "INCONCLUSIVE",
        "ERROR",
        "WAIVED",
    }


def test_the_shipped_evidence_is_what_a_live_run_measures_today(shipped: Verdicts, live: Verdicts) -> None:
    assert live == shipped


def test_the_shipped_evidence_says_that_it_is_synthetic() -> None:
    assert "synthetic" in EVIDENCE
    text = (ROOT / EVIDENCE).read_text()
    assert "user/simulator" in text
    assert "http://127.0.0.1:" in text
    assert "AKIA" not in text


def test_the_five_scripted_checks_have_their_right_values(
    live: Verdicts, truth: dict[Key, dict[str, Totals]]
) -> None:
    """Query p95, PDF p95, delivery rate, adoption, coverage: where the script died after the first."""

    def value(name: str) -> Fraction:
        return Fraction(live[name]["value"]["exact"])

    email = truth[Key("SecureBase/Analytics", "ReportDeliverySuccess", (("DeliveryMethod", "email"),))][
        "hour"
    ]
    assert value("phase-4/report-delivery-success") == Fraction(int(email.sum), int(email.samples)) * 100
    assert value("phase-4/custom-report-adoption") == Fraction(WITH_REPORT, ACTIVE) * 100
    lines, covered = (sum(counts) for counts in zip(*FILES.values(), strict=True))
    assert value("phase-4/test-coverage") == Fraction(covered, lines) * 100
    assert abs(value("phase-4/query-execution-time") - Fraction("3.8")) < Fraction("0.05")
    assert abs(value("phase-4/pdf-export-time") - Fraction("9.2")) < Fraction("0.05")
    assert {live[f"phase-4/{name}"]["outcome"] for name in ("query-execution-time", "pdf-export-time")} == {
        "PASS"
    }
    assert live["phase-4/report-delivery-success"]["outcome"] == "PASS"
    assert live["phase-4/custom-report-adoption"]["outcome"] == "PASS"
    assert live["phase-4/test-coverage"]["outcome"] == "FAIL"


def test_the_load_test_is_compared_with_the_months_before(shipped: Verdicts) -> None:
    found = shipped["load-test/query-time"]["regression"]
    assert [each["report"] for each in found["reports"]] == [
        f"{day}.json" for day in ("2025-12-31", "2025-11-30", "2025-10-31")
    ]
    values = [Fraction(each["value"]["exact"]) for each in found["reports"]]
    assert Fraction(found["baseline"]["exact"]) == sorted(values)[1]
    value, baseline = (Fraction(found[key]["exact"]) for key in ("value", "baseline"))
    assert Fraction(found["change"]["exact"]) == (value - baseline) / baseline > Fraction(1, 10)
    assert shipped["load-test/query-time"]["outcome"] == "FAIL"
    assert shipped["load-test/errors"]["outcome"] == "PASS"
    for each in found["reports"]:
        kept = ROOT / "baselines/securebase" / each["report"]
        assert hashlib.sha256(kept.read_bytes()).hexdigest() == each["sha256"]


def test_the_checklist_is_confirmed_but_for_two(shipped: Verdicts) -> None:
    open_ = {
        name
        for name, each in shipped.items()
        if name.startswith("checklist/") and each["attestation"] is None
    }
    assert open_ == {"checklist/slack-webhook", "checklist/customer-survey"}
    assert {shipped[name]["outcome"] for name in open_} == {"INCONCLUSIVE"}


def test_thirty_days_of_availability_have_their_budget(
    live: Verdicts, truth: dict[Key, dict[str, Totals]]
) -> None:
    api = (("ApiName", "securebase-prod"),)
    failed, requests = (
        truth[Key("AWS/ApiGateway", name, api)]["30 days"].sum for name in ("5XXError", "Count")
    )
    verdict = live["api-availability"]
    assert verdict["total"]["exact"] == str(int(requests))
    assert Fraction(verdict["budget"]["spent"]["exact"]) == Fraction(int(failed), int(requests)) * 1000
    assert verdict["outcome"] == "PASS"
