"""``checker explain NAME``: all about one promise or rule, its bands drawn with the last value on them."""

from __future__ import annotations

import json
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
        "  samples       1200",
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
    assert "\n  fails         No event may be bad.\n" in printed
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
        "checker: 'page-load-until-bundle-split' is a waiver\n  see its promise: phase-3b/page-load-time\n"
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


COVERAGE = {
    "meta": {"format": 3, "timestamp": "2026-01-31T11:00:00+00:00"},
    "files": {"a.py": {"executed_lines": [1, 2, 3], "missing_lines": [4], "excluded_lines": []}},
    "totals": {"covered_lines": 3, "num_statements": 4, "missing_lines": 1, "excluded_lines": 0},
}
TEAM = {
    "slos/build.yaml": """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: build, labels: {tier: internal}}
spec:
  owner: shop-team
  criteria:
    - {name: coverage, indicator: {source: Coverage, file: coverage.json}, target: "> 70 %"}
    - {name: branches, gating: false, indicator: {source: Coverage, file: coverage.json}, target: "> 60 %"}
""",
    "rules/three-nines.yaml": """\
apiVersion: checker/v1
kind: Rule
metadata: {name: three-nines}
spec:
  scope: verdict
  level: error
  expression: verdict.value.value >= 99.9
  message: "{objective.name} measured {verdict.value.text}"
  remedy: Be better.
  rationale: A test's.
""",
    "rules/policy.yaml": """\
apiVersion: checker/v1
kind: Policy
metadata: {name: shop}
spec:
  rules:
    service-named: {enabled: false, reason: There is one service.}
    files-are-fresh: {level: warning}
  environments:
    staging: {rules: {severity-named: {enabled: false, reason: Nobody is paged there.}}}
  selections:
    - labels: {tier: internal}
      rules: {review-date-named: {enabled: false, reason: Reviewed with the team's other tools.}}
    - labels: {tier: public}
      rules: {says-what-it-promises: {enabled: false, reason: It never holds.}}
""",
}


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A team's folder with two promises, two rules, a policy file, and the evidence of a run."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    for name, text in TEAM.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "coverage.json").write_text(json.dumps(COVERAGE), encoding="utf-8")
    main(["run", "--at", "2026-01-31T12:00:00Z", "--record", "evidence.jsonl", "--quiet"])
    return tmp_path


def rulings(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The lines about rules."""
    capsys.readouterr()
    assert main(["explain", *arguments]) == 0
    printed = capsys.readouterr().out
    start = printed.index("  rules   ")
    return printed[start:].partition("\n\n")[0].removesuffix("\n")


def test_a_promise_tells_which_rules_judged_it_and_how(
    team: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = rulings(capsys, "build/coverage", "--replay", "evidence.jsonl", "--environment", "staging")
    expected = """\
  rules         20: 3 violated, 2 satisfied, 12 not relevant, 3 turned off
  violated      error three-nines: build/coverage measured 75 %
  violated      warning files-are-fresh: build/coverage would be judged by a file of any age
  violated      note says-what-it-promises: build/coverage does not say in words what it promises
  satisfied     bands-complete, owner-named
  not relevant  budget-remains, burn-rate-within-policy, minimum-events-stated,
                  no-page-alert-firing, not-gating-says-why, percentile-has-samples,
                  review-date-current, runbook-for-what-pages, samples-support-target,
                  statistic-shows-the-tail, target-leaves-budget, window-holds-budget
  turned off    review-date-named (labels tier=internal, rules/policy.yaml:12:15): Reviewed with the
                  team's other tools.
  turned off    service-named (rules/policy.yaml:6:5): There is one service.
  turned off    severity-named (environment staging, rules/policy.yaml:9:23): Nobody is paged there."""
    assert told == expected


def test_without_a_recording_rules_about_the_outcome_wait_for_one(
    team: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = rulings(capsys, "build/coverage")
    assert told.startswith(
        "  rules         20: 3 violated, 2 satisfied, 9 not relevant, 4 not yet, 2 turned off\n"
    )
    assert (
        "  not yet       budget-remains, burn-rate-within-policy, no-page-alert-firing, three-nines (they\n"
        "                  judge how it ended: see --replay)\n"
    ) in told
    assert "environment" not in told


TEAMS_ONLY = """\
apiVersion: checker/v1
kind: Rule
metadata: {name: teams-only}
spec:
  scope: definition
  level: note
  when: objective.name == "build/branches"
  expression: document.labels.team == "shop"
  message: bad
  remedy: Name the team.
  rationale: A test's.
"""


def test_a_rule_that_could_not_be_judged_for_a_promise_is_told_there(
    team: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("rules/teams-only.yaml").write_text(TEAMS_ONLY, encoding="utf-8")
    assert "teams-only" in rulings(capsys, "build/coverage").partition("not relevant")[2]
    told = rulings(capsys, "build/branches")
    assert (
        "  not judged    error teams-only: the rule could not be judged for build/branches: there is no\n"
        "                  'team' in the input\n"
    ) in told


def test_a_rule_that_counts_for_less_says_so(team: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = TEAM["rules/policy.yaml"].replace(
        "files-are-fresh: {level: warning}", "three-nines: {level: note}"
    )
    Path("rules/policy.yaml").write_text(policy, encoding="utf-8")
    assert (
        "  violated      note three-nines (default level error: rules/policy.yaml:7:5): build/coverage\n"
        "                  measured 75 %\n"
    ) in rulings(capsys, "build/coverage", "--replay", "evidence.jsonl")


def test_where_the_files_are_invalid_no_rule_judges(team: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("rules/broken.yaml").write_text(TEAMS_ONLY.replace("document.labels", "docment.labels"))
    assert main(["explain", "build/coverage"]) == 2
    printed = capsys.readouterr().out
    assert "  rules  " not in printed
    assert "\n\nrules/broken.yaml:" in printed
