"""Dates and times that cannot be read: the fact is true of each, and the mend leads to one that can."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.load.catalog import load

PROMISE = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: shop}
spec:
  reviewBy: DAY
  criteria:
    - {name: reviewed, indicator: {source: Attestation}, target: confirmed}
---
apiVersion: checker/v1
kind: Attestation
metadata: {name: shop-reviewed}
spec:
  objective: shop/reviewed
  statement: Looked at.
  confirmedBy: shop-team
  confirmedAt: 2026-11-01T00:00:00Z
  validUntil: MOMENT
"""


def told(day: str, moment: str, folder: Path) -> list[tuple[str, str]]:
    (folder / "shop.yaml").write_text(PROMISE.replace("DAY", day).replace("MOMENT", moment), encoding="utf-8")
    found = load([str(folder)]).findings
    return [(each.message, each.remedy) for each in found if each.rule == "bad-value"]


QUOTED = "write year, month and day in quotes, as in '2026-06-30'"


@pytest.mark.parametrize(
    ("day", "fact", "mend"),
    [
        ("2026-13-01", "'2026-13-01' is not an existing day", "correct its month or its day"),
        ("2026-02-30", "'2026-02-30' is not an existing day", "correct its month or its day"),
        ("10000-01-01", "'10000-01-01' is after the year 9999", "write an earlier date, as in '2026-06-30'"),
        ("2026-11-22T10:00:00Z", "'2026-11-22T10:00:00Z' says more than a date", "write '2026-11-22'"),
        ("22.11.2026", "'22.11.2026' is not a date", QUOTED),
        ("2026-W01-1", "'2026-W01-1' is not a date", QUOTED),
        ("2026", "2026 is not a date", QUOTED),
    ],
)
def test_a_day_that_cannot_be_read(day: str, fact: str, mend: str, tmp_path: Path) -> None:
    assert told(day, "2026-12-01T00:00:00Z", tmp_path) == [(fact, mend)]


@pytest.mark.parametrize(
    ("moment", "fact", "mend"),
    [
        (
            "2026-11-22T10:00:00.123456789+00:00",
            "has a fraction of a second",
            "write whole seconds, as in 2026-11-22T10:00:00+00:00",
        ),
        (
            "2026-11-22T10:00:00",
            "is not a time with a zone",
            "end it with Z or an offset, as in 2026-11-22T10:00:00Z",
        ),
        ("2026-11-22", "is not a time with a zone", "write a time with the day, as in 2026-11-22T12:00:00Z"),
        (
            "10000-01-01T00:00:00Z",
            "is after the year 9999",
            "write an earlier time, as in 2026-01-31T12:00:00Z",
        ),
        ("2026-13-01T00:00:00Z", "is not an existing time", "correct its day, its hour or its offset"),
        ("2026-11-22T25:00:00Z", "is not an existing time", "correct its day, its hour or its offset"),
        ("2026-11-22T10:00:00+25:00", "is not an existing time", "correct its day, its hour or its offset"),
        ("tomorrow", "is not a time with a zone", "write it as in 2026-01-31T12:00:00Z"),
    ],
)
def test_a_time_that_cannot_be_read(moment: str, fact: str, mend: str, tmp_path: Path) -> None:
    assert told("2026-12-31", moment, tmp_path) == [(f"{moment!r} {fact}", mend)]


def test_what_is_proposed_for_a_time_can_be_read(tmp_path: Path) -> None:
    assert told("2026-11-22", "2026-11-22T10:00:00+00:00", tmp_path) == []
