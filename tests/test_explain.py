"""``checker explain NAME``: all about one promise or rule, its bands drawn with the last value on them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.cli import main
from checker.explanation.bands import WIDTH, draw
from checker.model import Indicator, Location, Objective, Outcome, Verdict
from checker.units import parse_threshold

EXAMPLE = "slos/securebase"
EVIDENCE = f"{EXAMPLE}/evidence.synthetic.jsonl"


def explained(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["explain", *arguments, "-p", EXAMPLE]) == 0
    return capsys.readouterr().out


def test_a_promise_is_told_with_its_bands_and_its_last_value(capsys: pytest.CaptureFixture[str]) -> None:
    printed = explained(capsys, "phase-3b/api-latency", "--replay", EVIDENCE)
    assert printed.startswith(
        "phase-3b/api-latency  API latency (p95)\n  at            slos/securebase/phase-3b.yaml:"
    )
    for line in (
        "  owner         securebase-infrastructure",
        "  asks          CloudWatch p95 of AWS/ApiGateway Latency {ApiName=securebase-prod} over 1h by 5m",
        "  target        < 500 ms: PASS",
        "  critical      > 1000 ms: FAIL; between the two it is WARN",
        "  samples       at least 200, or it is INCONCLUSIVE",
        "  last          WARN at 2026-01-31T12:05:30Z",
    ):
        assert f"\n{line}\n" in printed
    assert (
        "              PASS                   WARN                   FAIL\n"
        "    ----------------------|----------------------|----------------------\n"
        "                      < 500 ms               > 1000 ms\n"
        "                                ^ 619.5 ms\n"
    ) in printed


def test_without_a_recording_nothing_is_said_of_a_value(capsys: pytest.CaptureFixture[str]) -> None:
    printed = explained(capsys, "phase-3b/api-latency")
    assert "last" not in printed
    assert "^" not in printed


def test_waivers_and_attestations_stand_with_the_promise(capsys: pytest.CaptureFixture[str]) -> None:
    waived = explained(capsys, "phase-3b/page-load-time", "--replay", EVIDENCE)
    assert "\n  waiver        " in waived
    assert "approved by" in waived
    attested = explained(capsys, "checklist/load-test-run", "--replay", EVIDENCE)
    assert "\n  attestation   " in attested
    assert "valid until" in attested


def test_a_rule_is_told_with_its_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    printed = explained(capsys, "target-leaves-budget")
    assert "  demands       objective.goodShare < 1.0\n" in printed
    assert "\n  fails         None may be.\n" in printed
    assert "(built in)" in printed


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("error-rate", "did you mean 'phase-4/error-rate'?"),
        ("phase-4/eror-rate", "did you mean 'phase-4/error-rate'?"),
        ("load-test", "there are load-test/errors, load-test/query-time, load-test/typical-query-time"),
    ],
)
def test_a_name_that_nobody_bears_is_told_its_likeness(
    name: str, remedy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", name, "-p", EXAMPLE]) == 2
    said = capsys.readouterr().err
    assert said == f"checker: there is no promise and no rule {name!r}\n  {remedy}\n"


def test_a_waiver_is_told_with_its_promise(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "page-load-until-bundle-split", "-p", EXAMPLE]) == 2
    assert capsys.readouterr().err == (
        "checker: 'page-load-until-bundle-split' is a waiver\n"
        "  it stands with its promise: phase-3b/page-load-time\n"
    )


def test_one_thing_is_to_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["phase-4/error-rate", "--input", "verdict"]):
        assert main(["explain", *arguments]) == 2
        assert "name one promise or rule, or write --input SCOPE" in capsys.readouterr().err


def test_invalid_files_are_told_as_such(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text("apiVersion: checker/v1\nkind: SuccesCriteria\n", encoding="utf-8")
    assert main(["explain", "anything", "-p", str(tmp_path)]) == 2
    assert "did you mean 'SuccessCriteria'?" in capsys.readouterr().out


WHERE = Location("a.yaml", 1, 1)


def drawn(target: str, critical: str | None, value: Fraction, outcome: Outcome) -> list[str]:
    indicator = Indicator("value", ())
    worst = None if critical is None else parse_threshold(critical)
    objective = Objective("a/b", "a", "criterion", WHERE, indicator, parse_threshold(target), critical=worst)
    return draw(objective, Verdict(objective, outcome, (), value=value, unit=objective.target.unit))


@given(
    value=st.fractions(min_value=0, max_value=3000, max_denominator=1000),
    operators=st.sampled_from([("<", ">"), ("<=", ">="), ("<", ">="), ("<=", ">")]),
    higher=st.booleans(),
)
def test_the_mark_lies_in_the_band_of_the_outcome(
    value: Fraction, operators: tuple[str, str], higher: bool
) -> None:
    target, critical = (f"{operators[0]} 500 ms", f"{operators[1]} 1000 ms")
    if higher:
        target, critical = (f"{operators[1]} 1000 ms", f"{operators[0]} 500 ms")
    kept, lost = parse_threshold(target).holds(value), parse_threshold(critical).holds(value)
    outcome = Outcome.PASS if kept else Outcome.FAIL if lost else Outcome.WARN
    names, _, _, mark = drawn(target, critical, value, outcome)
    at = mark.index("^") // (WIDTH + 1)
    assert names.split()[at] == outcome


def test_a_target_of_one_value_has_no_line() -> None:
    assert drawn("== 0", None, Fraction(1), Outcome.FAIL) == []
