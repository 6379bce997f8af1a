"""Nothing that can be written escapes the comparison: what nobody has classified counts as weaker."""

from __future__ import annotations

import pytest

from checker.diff import attestation, documents, objective, waiver
from checker.diff.change import Direction, others
from checker.diff.compare import compare
from checker.load.catalog import load
from checker.model import (
    Allowance,
    Attestation,
    Budgeting,
    Catalog,
    Document,
    Evaluation,
    Indicator,
    Location,
    Objective,
    Place,
    Regression,
    Waiver,
)
from checker.spec.kinds import KINDS
from tests.diff.edits import SLOS


def test_a_field_that_nobody_judges_counts_as_changed() -> None:
    one, other = Budgeting("Timeslices", 60, empty="good"), Budgeting("Timeslices", 300, empty="good")
    assert list(others(one, other, ("method", "slice"), ("spec",))) == []
    (found,) = others(one, other, ("method",), ("spec",))
    assert (found.path, found.direction, found.base, found.head) == (
        ("spec", "slice"),
        Direction.CHANGED,
        "60",
        "300",
    )


@pytest.fixture(scope="module")
def shipped() -> Catalog:
    return load([str(SLOS)])


@pytest.mark.parametrize(
    ("model", "named"),
    [(Objective, objective.KEYS), (Waiver, waiver.KEYS), (Attestation, attestation.KEYS)],
    ids=["Objective", "Waiver", "Attestation"],
)
def test_every_field_is_classified(model: type, named: dict[str, object]) -> None:
    """A new field needs a line in KEYS of checker/diff: which way is it stricter? Until then, it counts as weaker."""
    assert set(model.__annotations__) == set(named)


@pytest.mark.parametrize(
    ("model", "known"),
    [
        (Indicator, "form metrics formula condition failures"),
        (Evaluation, "period periods datapoints missing"),
        (Budgeting, "method slice slice_target empty"),
        (Regression, "allowed baseline first_run alone"),
        (Allowance, "operator amount unit relative explicit text"),
        (Catalog, "documents objectives connections waivers attestations findings digests"),
    ],
)
def test_the_parts_have_no_field_that_nobody_looked_at(model: type, known: str) -> None:
    """A new field is compared as anything unknown is. Look whether it can be proved stricter, and name it here."""
    assert set(model.__annotations__) == set(known.split())


def test_every_kind_is_classified() -> None:
    assert {kind for _, kind in KINDS} == set(documents.KINDS)


@pytest.mark.parametrize(
    "name", sorted(set(objective.KEYS) - {"indicator", "heartbeat", "kind", "regression"})
)
def test_a_field_that_no_table_names_counts_as_weaker(
    name: str, shipped: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = next(each for each in shipped.objectives if each.name == "phase-4/error-rate")
    monkeypatch.setattr(objective, "KEYS", {each: None for each in objective.KEYS if each != name})
    odd = (
        Location("other.yaml", 1, 1)
        if name == "location"
        else object()
        if name != "name"
        else "phase-4/other"
    )
    if name in ("name", "location"):  # they are how promises are paired and found
        return
    after = before._replace(**{name: odd})
    judged = list(objective.judge_objective(before, after, {}, {}))
    assert [each.direction for each in judged] == ["changed"]


def document(kind: str, spec: dict[str, object], api_version: str = "checker/v1") -> Document:
    data = {"apiVersion": api_version, "kind": kind, "metadata": {"name": "x"}, "spec": spec}
    return Document("x.yaml", 0, data, Place(1, 1))


def both_ways(one: tuple[Document, ...], other: tuple[Document, ...]) -> tuple[list[bool], list[bool]]:
    before, after = Catalog(documents=one), Catalog(documents=other)
    there, back = compare(before, after), compare(after, before)
    return [each.weaker for each in there], [each.weaker for each in back]


def test_a_kind_that_nobody_knows_counts_as_weaker_whatever_becomes_of_it() -> None:
    one, other = document("Indulgence", {"for": "a"}), document("Indulgence", {"for": "b"})
    assert both_ways((one,), ()) == ([True], [True])
    assert both_ways((one,), (other,)) == ([True], [True])
    assert both_ways((one,), (one,)) == ([], [])


@pytest.mark.parametrize(
    "kind", ["SuccessCriteria", "SLO", "Waiver", "Attestation", "MetricCatalog", "DataSource"]
)
def test_a_key_of_a_spec_that_nobody_knows_counts_as_weaker(kind: str) -> None:
    changed = both_ways((document(kind, {"lenient": False}),), (document(kind, {"lenient": True}),))
    assert changed == (
        ([True], [True]) if kind != "DataSource" else ([False], [False])
    )  # nobody uses it here


@pytest.mark.parametrize(
    ("old", "new", "direction"),
    [
        ("checker/v2", "checker/v1", "loosened"),
        ("checker/v1", "checker/v2", "changed"),
        ("openslo/v1", "openslo/v1beta2", "loosened"),
        ("openslo/v1beta2", "openslo/v1beta1", "loosened"),
        ("openslo/v1beta1", "openslo/v1alpha1", "loosened"),
        ("openslo/v1", "checker", "loosened"),
    ],
)
def test_an_older_format_is_weaker(old: str, new: str, direction: str) -> None:
    before = Catalog(documents=(document("SuccessCriteria", {}, old),))
    (change,) = compare(before, Catalog(documents=(document("SuccessCriteria", {}, new),)))
    assert (change.direction, change.weaker) == (direction, True)


def test_a_metric_that_is_no_longer_known_is_weaker() -> None:
    few, many = ({"metrics": [{"name": name} for name in names]} for names in ("a", "ab"))
    assert both_ways((document("MetricCatalog", many),), (document("MetricCatalog", few),)) == (
        [True],
        [False],
    )
    assert both_ways((document("MetricCatalog", few),), ()) == ([True], [False])


def test_nothing_changed_is_nothing(shipped: Catalog) -> None:
    assert compare(shipped, shipped) == ()
    assert compare(shipped, load([str(SLOS)])) == ()
