"""Bands against an oracle that simply tries values: who owns each of them?"""

from __future__ import annotations

import operator
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.load.catalog import load

OPERATORS = {"<": operator.lt, "<=": operator.le, "==": operator.eq, ">=": operator.ge, ">": operator.gt}
VALUES = [Fraction(quarter, 4) for quarter in range(-4, 32)]
"""Values beyond, at and between all the edges below: they stand for all values there are."""

Band = tuple[str, int]

bands = st.tuples(st.sampled_from(["<", "<=", ">=", ">"]), st.integers(0, 6))
targets = st.one_of(bands, st.tuples(st.just("=="), st.integers(0, 6)))


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bands")


def rules(directory: Path, target: Band, warning: Band | None, critical: Band | None) -> set[tuple[str, str]]:
    """(rule, key) of the findings about the thresholds of one criterion."""
    stated = {"target": target, "warning": warning, "critical": critical}
    lines = [f'      {key}: "{band[0]} {band[1]}"' for key, band in stated.items() if band is not None]
    path = directory / "bands.yaml"
    path.write_text(
        "apiVersion: checker/v1\nkind: SuccessCriteria\nmetadata: {name: bands}\nspec:\n  criteria:\n"
        "    - name: one\n      window: 1h\n"
        "      indicator: {source: CloudWatch, namespace: Shop, metricName: M, stat: Average}\n"
        + "\n".join(lines),
        encoding="utf-8",
    )
    return {(each.rule, each.path.rpartition(".")[2]) for each in load([str(path)]).findings}


def owned(band: Band, values: list[Fraction]) -> set[Fraction]:
    return {value for value in values if OPERATORS[band[0]](value, band[1])}


def oracle(target: Band, warning: Band | None, critical: Band | None) -> set[tuple[str, str]]:
    """What has to be found, by trying every value."""
    if critical is None:
        return set() if warning is None else {("band-unreachable", "warning")}
    values = [value for value in VALUES if value >= 0] if target == ("==", 0) else VALUES
    good, fail = owned(target, values), owned(critical, values)
    worse = {"critical": fail} if warning is None else {"critical": fail, "warning": owned(warning, values)}
    one_sided = target[0] != "==" or target[1] == 0
    if one_sided:
        lower = target[0] in ("<", "<=", "==")
        wrong = {
            key for key in worse if ({"critical": critical, "warning": warning}[key] or "")[0] in ("<", "<=")
        }
        wrong = wrong if lower else set(worse) - wrong
        if wrong:
            return {("band-direction", key) for key in wrong}
    found = {("band-overlap", key) for key, values_of in worse.items() if good & values_of}
    if not one_sided:
        return found
    nobody = set(values) - good - set().union(*worse.values())
    if warning is None:
        if not nobody and not good & fail:
            found.add(("band-unreachable", "critical"))
        elif len(nobody) == 1:
            found.add(("band-unowned", "critical"))
        return found
    if worse["warning"] <= fail:
        found.add(("band-unreachable", "warning"))
    elif nobody:
        found.add(("band-unowned", "warning"))
    return found


@given(targets, st.none() | bands, st.none() | bands)
@settings(max_examples=1000)
def test_the_findings_are_those_of_trying_every_value(
    directory: Path, target: Band, warning: Band | None, critical: Band | None
) -> None:
    assert rules(directory, target, warning, critical) == oracle(target, warning, critical)


@pytest.mark.parametrize("unit", ["Milliseconds", "Seconds"])
def test_edges_of_different_units_are_compared_exactly(unit: str, directory: Path) -> None:
    path = directory / "units.yaml"
    path.write_text(
        "apiVersion: checker/v1\nkind: SuccessCriteria\nmetadata: {name: units}\nspec:\n  window: 1h\n  criteria:\n"
        f"    - name: one\n      indicator: {{source: CloudWatch, namespace: Shop, metricName: M, "
        f"stat: p95, unit: {unit}}}\n"
        '      target: "< 0.1 s"\n      warning: ">= 100 ms"\n      critical: "> 100000 us"\n',
        encoding="utf-8",
    )
    # 0.1 s is 100 ms exactly, so that the warning owns that one value and nothing is left over.
    assert load([str(path)]).findings == ()
