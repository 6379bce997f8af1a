"""What validation accepts can pass and can fail: some value there can be does each, by the judgement of a run."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from checker.judge.verdict import judge
from checker.load.catalog import load
from checker.model import Absence, Objective, Outcome, Point, Series, Window
from checker.units import UnitError, convert, parse_unit

AT = 1_769_860_800
HOUR = Window(AT - 3600, AT)

SUM = "source: CloudWatch, namespace: Shop, stat: Sum"
COUNTS = f"{{a: {{{SUM}, metricName: A}}, b: {{{SUM}, metricName: B}}}}"


class Measure(NamedTuple):
    """An indicator, the unit of its answer, the least and the most that it can be, and units people may write."""

    indicator: str
    unit: str
    least: int | None
    most: int | None
    written: tuple[str, ...]


SHARE = ("%", "", "ratio")
MEASURES = {
    "coverage": Measure("{source: Coverage, file: c.xml}", "ratio", 0, 1, SHARE),
    "errors": Measure("{source: LoadTest, file: l.json, measure: errorRate}", "ratio", 0, 1, SHARE),
    "ratio": Measure(
        f"{{good: {{{SUM}, metricName: A}}, total: {{{SUM}, metricName: B}}}}", "ratio", 0, 1, SHARE
    ),
    "duration": Measure("{source: LoadTest, file: l.json, measure: p95}", "ms", 0, None, ("ms", "s")),
    "tests": Measure(
        "{source: TestResults, file: t.xml, measure: failed}", "count", 0, None, ("", "count", "/min")
    ),
    "events": Measure(
        f"{{{SUM}, metricName: A, unit: Count}}", "count", 0, None, ("", "count", "/min", "/h")
    ),
    "mean": Measure(
        "{source: CloudWatch, namespace: Shop, metricName: A, stat: Average}", "", None, None, ("", "%")
    ),
    "budget": Measure(
        "{source: ApplicationSignals, slo: checkout, measure: budgetRemaining}", "%", None, None, ("%", "")
    ),
    "quotient": Measure(f"{{formula: a / b, metrics: {COUNTS}}}", "", None, None, ("", "%")),
}

numbers = st.sampled_from(["-1", "0", "0.5", "1", "2", "5", "60", "80", "99.9", "100", "101"])
operators = st.sampled_from(["<", "<=", ">=", ">"])


@st.composite
def promises(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    """The name of a measure, and thresholds that it may be given; mostly in one unit, and bands beyond the target."""
    name = draw(st.sampled_from(sorted(MEASURES)))
    units = st.sampled_from(MEASURES[name].written)
    usual, operator = draw(units), draw(operators | st.just("=="))
    other = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}.get(operator) or draw(operators)
    unit, turned = st.just(usual) | units, st.just(other) | operators
    stated = {"target": f"{operator} {draw(numbers)} {usual}"}
    for key in ("warning", "critical"):
        if draw(st.booleans()):
            stated[key] = f"{draw(turned)} {draw(numbers)} {draw(unit)}"
    return name, stated


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reach")


def accepted(directory: Path, measure: Measure, stated: Mapping[str, str]) -> Objective | None:
    """The promise, if it is found to be without an error."""
    lines = [f'      {key}: "{text.strip()}"' for key, text in stated.items()]
    path = directory / "reach.yaml"
    path.write_text(
        "apiVersion: checker/v1\nkind: SuccessCriteria\nmetadata: {name: reach}\nspec:\n  window: 1h\n  criteria:\n"
        f"    - name: one\n      indicator: {measure.indicator}\n" + "\n".join(lines),
        encoding="utf-8",
    )
    catalog = load([str(path)])
    return catalog.objectives[0] if catalog.valid else None


def possible(objective: Objective, measure: Measure) -> set[Fraction]:
    """Values at, between and beyond all edges, in the unit of the answer; none that there cannot be."""
    unit = parse_unit(measure.unit)
    edges = {Fraction(0), Fraction(1)}
    for threshold in (objective.target, objective.warning, objective.critical):
        if threshold is not None:
            try:
                edges.add(convert(threshold.value, threshold.unit, unit))
            except UnitError:  # a rate, of a sum over an hour
                edges.add(threshold.value * threshold.unit.factor * 3600)
    ordered = sorted(edges)
    between = {(one + two) / 2 for one, two in pairwise(ordered)}
    values = edges | between | {ordered[0] - 1, ordered[-1] + 1}
    return {
        value
        for value in values
        if (measure.least is None or value >= measure.least)
        and (measure.most is None or value <= measure.most)
    }


def outcome(objective: Objective, measure: Measure, value: Fraction) -> Outcome:
    whole = "total" if objective.indicator.form == "ratio" else "b"
    names = [name for name, _ in objective.indicator.metrics]
    unit = parse_unit("" if whole == "total" else measure.unit)
    readings: dict[str, Series | Absence] = {
        name: Series(
            (Point(HOUR.start, Fraction(1) if name == whole else value, 1),),
            "sum" if "stat: Sum" in measure.indicator else "single",
            unit,
            window=HOUR,
            period=3600,
            newest=AT,
            samples=1,
        )
        for name in names
    }
    return judge(objective, readings, (), AT).outcome


@given(promises())
@settings(max_examples=1500)
def test_what_is_accepted_can_pass_and_can_fail(directory: Path, promise: tuple[str, dict[str, str]]) -> None:
    measure = MEASURES[promise[0]]
    objective = accepted(directory, measure, promise[1])
    event("refused" if objective is None else f"accepted, {len(promise[1])} thresholds")
    if objective is not None:
        outcomes = {outcome(objective, measure, value) for value in possible(objective, measure)}
        assert {Outcome.PASS, Outcome.FAIL} <= outcomes


@pytest.mark.parametrize(
    ("name", "stated"),
    [
        ("coverage", {"target": "> 80 %", "critical": "<= 0 %"}),
        ("errors", {"target": "< 1 %", "critical": ">= 100 %"}),
        ("coverage", {"target": "== 100 %", "critical": "< 99 %"}),
        ("duration", {"target": "> 1 s", "critical": "<= 0 s"}),
        ("budget", {"target": "> 20 %", "critical": "< 0 %"}),
        ("budget", {"target": ">= 0 %"}),
        ("budget", {"target": "> 20 %", "warning": "<= 20 %", "critical": "< -100 %"}),
        ("mean", {"target": "> 5", "critical": "< 0"}),
        ("events", {"target": "== 0 /min", "critical": "> 10 /min"}),
    ],
)
def test_a_band_that_only_the_worst_value_reaches_is_one(
    directory: Path, name: str, stated: dict[str, str]
) -> None:
    objective = accepted(directory, MEASURES[name], stated)
    assert objective is not None
    outcomes = {outcome(objective, MEASURES[name], each) for each in possible(objective, MEASURES[name])}
    assert outcomes == {Outcome.PASS, Outcome.FAIL} | ({Outcome.WARN} if "critical" in stated else set())
