"""What rules see is what its schema says, for every promise, verdict and release there is here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
from hypothesis import example, given

from checker.evidence import replay
from checker.judge.verdict import judge
from checker.load.catalog import load
from checker.measure import read
from checker.model import Catalog, Outcome, Verdict
from checker.policy import inputs
from checker.policy.apply_rules import Runners, judge_definitions, judge_release, judge_verdicts
from checker.policy.inputs.schema import SCOPES, VERSION, neutral, schema, variables
from checker.policy.waive import waive
from checker.questions import questions_of
from checker.rulebook import Rulebook, Subject
from checker.run import select
from checker.units import parse_threshold
from tests.judge.builders import promise
from tests.reports.builders import AT, regressed
from tests.reports.builders import verdicts as any_verdict

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "slos/securebase"


def wrong(subject: Subject, given: Any) -> list[str]:
    whole = {"now": 0, "environment": "", "inputVersion": VERSION, **given}
    validator = jsonschema.Draft202012Validator(schema(subject))
    return [f"{each.json_path}: {each.message}" for each in validator.iter_errors(whole)]


@pytest.fixture(scope="module")
def judged() -> tuple[Catalog, list[Verdict]]:
    """The shipped example, judged."""
    catalog = load([str(EXAMPLE)])
    evidence = replay(str(EXAMPLE / "evidence.synthetic.jsonl"))
    chosen, _ = select(catalog, ())
    asked = [(each, questions_of(each, catalog, evidence.at)) for each in chosen]
    readings = read([question for _, named in asked for question in named.values()], evidence)
    found = [
        judge(each, {name: readings[question] for name, question in named.items()}, (), evidence.at)
        for each, named in asked
    ]
    return catalog, list(waive(found, catalog.waivers, evidence.at)[0])


def test_the_scopes_are_those_a_rule_may_name() -> None:
    assert get_args(Subject) == SCOPES


@pytest.mark.parametrize("subject", SCOPES)
def test_each_schema_is_one_and_its_example_fits(subject: Subject) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(subject))
    assert wrong(subject, neutral(subject)) == []
    assert variables(subject) == list(schema(subject)["properties"])


def test_what_rules_see_of_the_shipped_example_fits_the_schema(judged: tuple[Catalog, list[Verdict]]) -> None:
    catalog, verdicts = judged
    owners = {each.name: each.owner for each in catalog.objectives}
    assert len(verdicts) == len(catalog.objectives) > 20
    for document in catalog.documents:
        assert wrong("document", {"document": inputs.document_input(document)}) == []
    head = inputs.head_input(catalog.documents[0])
    for waiver in catalog.waivers:
        told = {"document": head, "waiver": inputs.waiver_input(waiver, owners)}
        assert wrong("waiver", told) == []
    for verdict in verdicts:
        promised = {"document": head, "objective": inputs.objective_input(verdict.objective)}
        assert wrong("objective", promised) == []
        said = catalog.attestations.get(verdict.objective.name, ())
        told = inputs.verdict_input(verdict, said, AT)
        assert wrong("verdict", {**promised, "verdict": told}) == []
    assert wrong("release", {"release": inputs.release_input(catalog, verdicts, ())}) == []


@given(any_verdict())
@example(regressed())
@example(regressed(first_run=True))
def test_what_rules_see_of_any_verdict_fits_the_schema(verdict: Verdict) -> None:
    told = {
        "document": inputs.head_input(None),
        "objective": inputs.objective_input(verdict.objective),
        "verdict": inputs.verdict_input(verdict, (), AT),
    }
    assert wrong("verdict", told) == []


def test_the_coverage_matrix_of_the_shipped_example(judged: tuple[Catalog, list[Verdict]]) -> None:
    catalog, verdicts = judged
    matrix = inputs.coverage(catalog.objectives, verdicts)
    assert matrix["missing"] == [
        "checklist/customer-survey", "checklist/slack-webhook", "phase-4/slack-delivery-success",
    ]  # fmt: skip
    assert matrix["excused"] == matrix["notSelected"] == []
    assert all(name.startswith("checklist/") for name in matrix["attested"])
    assert len(matrix["declared"]) == len(catalog.objectives)
    placed = sorted(name for kind, names in matrix.items() if kind != "declared" for name in names)
    assert placed == matrix["declared"]
    few = inputs.coverage(catalog.objectives, verdicts[:3])
    assert len(few["notSelected"]) == len(catalog.objectives) - 3


@pytest.mark.parametrize(
    ("target", "share", "needed"),
    [
        ("> 90 %", 0.9, 29), (">= 95 %", 0.95, 59), ("< 2 %", 0.98, 149), ("> 99 %", 0.99, 299),
        (">= 99.9 %", 0.999, 2995), ("<= 0.01 %", 0.9999, 29956), ("== 100 %", 1.0, None), (">= 0 %", 0.0, None),
    ],
)  # fmt: skip
def test_how_many_flawless_events_show_a_share(target: str, share: float, needed: int | None) -> None:
    """The numbers are ln 0.05 / ln T, as in the tables of exact binomial bounds."""
    told = inputs.objective_input(promise(target, "good", "total"))
    assert (told["goodShare"], told["samplesNeeded"]) == (share, needed)


@pytest.mark.parametrize(("statistic", "quantile", "needed"), [("p95", 0.95, 59), ("p99.9", 0.999, 2995)])
def test_how_many_samples_a_percentile_takes(
    tmp_path: Path, statistic: str, quantile: float, needed: int
) -> None:
    (tmp_path / "slo.yaml").write_text(
        f"""\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {{name: shop}}
spec:
  window: 1h
  criteria:
    - name: latency
      indicator: {{source: CloudWatch, namespace: Shop, metricName: Latency, stat: {statistic}, unit: Milliseconds}}
      target: "< 500 ms"
""",
        encoding="utf-8",
    )
    (objective,) = load([str(tmp_path)]).objectives
    told = inputs.objective_input(objective)
    assert (told["indicator"]["quantile"], told["samplesNeeded"]) == (quantile, needed)


@pytest.mark.parametrize(
    ("outcomes", "weights", "percent"),
    [
        (["PASS"], [1], 100.0),
        (["PASS", "WARN", "WAIVED", "FAIL"], [1, 1, 1, 1], 50.0),
        (["PASS", "INCONCLUSIVE", "ERROR"], [2, 1, 1], 50.0),
        (["FAIL"], [0], 0.0),
        ([], [], 0.0),
    ],
)
def test_the_weighted_score(outcomes: list[str], weights: list[int], percent: float) -> None:
    found = [
        Verdict(promise("< 1")._replace(name=f"d/{index}", weight=weight), Outcome(outcome), ())
        for index, (outcome, weight) in enumerate(zip(outcomes, weights, strict=True))
    ]
    beside = Verdict(promise("< 1")._replace(gating=False, weight=100), Outcome.FAIL, ())
    assert inputs.release_input(Catalog(), [*found, beside], ())["score"]["percent"] == percent


def test_numbers_that_no_double_holds() -> None:
    huge = promise("< 1")._replace(target=parse_threshold("< 9" + "9" * 39))
    assert inputs.objective_input(huge)["target"]["value"] == 1e40
    assert inputs.plain({"a": 2**70, "b": [True, -(2**70)]}) == {"a": 2.0**70, "b": [True, -(2.0**70)]}


def test_without_a_rule_nothing_is_made_and_cel_is_not_imported() -> None:
    def run(*_: object) -> Iterator[Any]:
        raise AssertionError("there is nothing to run")

    runners = Runners(run, run)

    book = Rulebook()
    assert judge_definitions(book, Catalog(), 0, runners) == []
    assert judge_verdicts(book, Catalog(), [], 0, runners) == []
    assert judge_release(book, Catalog(), [], [], 0, runners) == []
