"""Weakenings that take a way around: through other waivers, through what rules see, through a type."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from checker.cli import main

PROMISE = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: build}
spec:
  owner: team
  criteria:
    - name: coverage
      indicator: {source: Coverage, file: coverage.xml}
      target: "> 90 %"
      regression: ">= -1 points"
      baseline: {reports: "s3://bucket/past", dataSourceRef: past}
---
apiVersion: openslo/v1
kind: DataSource
metadata: {name: past, labels: {tier: prod}, annotations: {team/tier: prod}}
spec: {type: PastReports, connectionDetails: {region: us-east-1}}
---
apiVersion: openslo/v1
kind: Service
metadata: {name: build, labels: {tier: prod}}
spec: {}
"""
RULE = """\
apiVersion: checker/v1
kind: Rule
metadata: {name: strict}
spec:
  scope: definition
  level: note
  parameters: {strict: true, factor: 2}
  when: params.strict == true
  expression: objective.minSamples > 1000
  message: too few
  remedy: more
  rationale: because
"""


def waiver(name: str, accepts: str, created: str = "2026-01-19", expires: str = "2026-02-28") -> str:
    return f"""\
---
apiVersion: checker/v1
kind: Waiver
metadata: {{name: {name}, labels: {{tier: prod}}}}
spec:
  objective: build/coverage
  digest: "0123456789abcdef"
  reason: The tests are being moved.
  ticket: T-1
  approver: Head of Platform
  created: "{created}T00:00:00Z"
  expires: "{expires}T00:00:00Z"
  {accepts}
"""


WIDE, TIGHT = waiver("wide", 'accepts: "> 50 %"'), waiver("tight", 'accepts: "> 80 %"')
UNMEASURED = waiver("unmeasured", "acceptsInconclusive: true")


def changes(
    folder: Path, capsys: pytest.CaptureFixture[str], before: tuple[str, str], after: tuple[str, str]
) -> dict[str, tuple[str, bool]]:
    """The direction of each change, and whether it is weaker, by name."""
    for side, texts in zip(("before", "after"), (before, after), strict=True):
        for kind, text in zip(("slos", "rules"), texts, strict=True):
            (folder / side / kind).mkdir(parents=True)
            (folder / side / kind / "all.yaml").write_text(text)
    code = main(["diff", f"{folder}/before/", f"{folder}/after/", "-f", "json"])
    out = capsys.readouterr().out
    assert code == 0, out
    return {each["name"]: (each["direction"], each["weaker"]) for each in json.loads(out)["changes"]}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        pytest.param(WIDE + TIGHT, WIDE, {"tight": ("removed", True)}, id="the tighter one removed"),
        pytest.param(WIDE + TIGHT, TIGHT, {"wide": ("removed", False)}, id="the wider one removed"),
        pytest.param(WIDE + UNMEASURED, WIDE, {"unmeasured": ("removed", True)}, id="another kind removed"),
        pytest.param(
            WIDE + TIGHT,
            WIDE + waiver("tight", 'accepts: "> 80 %"', expires="2026-02-01"),
            {"tight": ("loosened", True)},
            id="the tighter one ends sooner",
        ),
        pytest.param(
            WIDE + TIGHT,
            WIDE + waiver("tight", 'accepts: "> 80 %"', created="2026-02-01"),
            {"tight": ("loosened", True)},
            id="the tighter one begins later",
        ),
        pytest.param(
            WIDE + TIGHT,
            waiver("wide", 'accepts: "> 50 %"', expires="2026-02-01") + TIGHT,
            {"wide": ("tightened", False)},
            id="the wider one ends sooner",
        ),
        pytest.param(
            waiver("earlier", 'accepts: "> 80 %"', expires="2026-01-30")
            + waiver("later", 'accepts: "> 50 %"', created="2026-01-30"),
            waiver("later", 'accepts: "> 50 %"', created="2026-01-30"),
            {"earlier": ("removed", False)},
            id="one after the other",
        ),
        pytest.param(TIGHT, "", {"tight": ("removed", False)}, id="the only one removed"),
    ],
)
def test_a_waiver_that_limits_another_one(
    before: str, after: str, told: dict[str, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only what all waivers accept that hold at once is waived."""
    assert changes(tmp_path, capsys, (PROMISE + before, RULE), (PROMISE + after, RULE)) == told


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("owner: team", "owner: team-2", "build/coverage"),
        ("name: past, labels: {tier: prod}", "name: past, labels: {tier: test}", "past"),
        ("team/tier: prod", "team/tier: test", "past"),
        (", annotations: {team/tier: prod}", "", "past"),
        ("name: build, labels: {tier: prod}", "name: build, labels: {tier: test}", "build"),
        ("name: tight, labels: {tier: prod}", "name: tight, labels: {tier: test}", "tight"),
    ],
)
def test_what_a_rule_may_choose_by(
    old: str, new: str, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = PROMISE + TIGHT
    assert before.count(old) == 1
    told = changes(tmp_path, capsys, (before, RULE), (before.replace(old, new), RULE))
    assert told == {name: ("changed", True)}


@pytest.mark.parametrize(
    ("old", "new"),
    [("strict: true", "strict: 1"), ("factor: 2", "factor: 2.0"), ("factor: 2", "factor: 3")],
)
def test_a_parameter_of_another_type_is_another_one(
    old: str, new: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In CEL, 1 is neither true nor 1.0."""
    told = changes(tmp_path, capsys, (PROMISE, RULE), (PROMISE, RULE.replace(old, new)))
    assert told == {"strict": ("changed", True)}


@pytest.mark.parametrize(
    ("before", "after", "there", "back"),
    [
        (
            "acceptsInconclusive: true",
            'acceptsInconclusive: true\n  accepts: "> 80 %"',
            ("loosened", True),
            # Then what could not be measured well enough may have any value.
            ("changed", True),
        ),
        (
            'accepts: "> 80 %"',
            'accepts: "> 80 %"\n  acceptsInconclusive: true',
            ("loosened", True),
            ("tightened", False),
        ),
        ('accepts: "> 80 %"', "acceptsInconclusive: true", ("loosened", True), ("loosened", True)),
        ('accepts: "> 80 %"', 'accepts: "> 0.8"', ("changed", True), ("changed", True)),
        ('accepts: "> 80 %"', 'accepts: "> 0.8 ratio"', ("reworded", False), ("reworded", False)),
        ('accepts: "> 80 %"', 'accepts: ">= 80 %"', ("loosened", True), ("tightened", False)),
    ],
)
def test_what_a_waiver_accepts(
    before: str,
    after: str,
    there: tuple[str, bool],
    back: tuple[str, bool],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    one, other = (PROMISE + waiver("one", accepts) for accepts in (before, after))
    assert changes(tmp_path / "there", capsys, (one, RULE), (other, RULE)) == {"one": there}
    assert changes(tmp_path / "back", capsys, (other, RULE), (one, RULE)) == {"one": back}


def test_one_rule_more_and_one_less(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = RULE + "---\n" + RULE.replace("name: strict", "name: stricter")
    assert changes(tmp_path / "more", capsys, (PROMISE, RULE), (PROMISE, more)) == {
        "stricter": ("added", False)
    }
    assert changes(tmp_path / "less", capsys, (PROMISE, more), (PROMISE, RULE)) == {
        "stricter": ("removed", True)
    }
