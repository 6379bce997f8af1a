"""The JSON report: described by its schema, exact, and the same bytes for the same report."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from checker import __version__
from checker.display import exact
from checker.model import Exit, Outcome, Report
from checker.reports.json import render
from checker.units import PERCENT

from .builders import (
    confirmed,
    every_text,
    finding,
    numbers,
    regressed,
    report,
    reports,
    texts,
    verdict,
    whole,
)


@cache
def validator() -> Draft202012Validator:
    text = (files("checker") / "schemas" / "report-v1.schema.json").read_text(encoding="utf-8")
    schema = json.loads(text)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def mistakes(tree: Any) -> list[str]:
    return [f"{each.json_path}: {each.message}" for each in validator().iter_errors(tree)]


def tree_of(one: Report) -> Any:
    return json.loads(render(one))


def nodes(schema: Any, path: str = "$") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        yield path, schema
        for key, value in schema.items():
            yield from nodes(value, f"{path}.{key}")
    elif isinstance(schema, list):
        for number, value in enumerate(schema):
            yield from nodes(value, f"{path}[{number}]")


@pytest.mark.parametrize(
    "one",
    [
        whole(),
        report(),
        report(exit=Exit.ERROR),
        report(findings=(finding(), finding("note", location=None))),
        every_text("\x1b"),
        report(confirmed()),
        report(regressed(), regressed(first_run=True)),
    ],
    ids=["whole", "empty", "failed itself", "invalid", "hostile", "confirmed", "regressed"],
)
def test_the_schema_describes_it(one: Report) -> None:
    assert mistakes(tree_of(one)) == []


@given(reports())
def test_the_schema_describes_any_report(one: Report) -> None:
    assert mistakes(tree_of(one)) == []


def test_the_schema_lets_nothing_undescribed_through() -> None:
    objects = [(path, node) for path, node in nodes(validator().schema) if node.get("type") == "object"]
    assert len(objects) > 10
    assert [path for path, node in objects if node.get("additionalProperties") is not False] == []
    assert [path for path, node in objects if sorted(node["required"]) != sorted(node["properties"])] == []
    properties = [
        (f"{path}.{key}", each) for path, node in objects for key, each in node["properties"].items()
    ]
    described = [
        path for path, each in properties if "description" in each or "$ref" in each or "anyOf" in each
    ]
    assert [path for path, _ in properties if path not in described] == []


CHANGES: tuple[tuple[str, Any], ...] = (
    ("schemaVersion", "2"),
    ("verdicts.0.outcome", "OK"),
    ("verdicts.0.outcome", "pass"),
    ("verdicts.0.surprise", 1),
    ("verdicts.0.value.exact", 620.1),
    ("verdicts.0.value.exact", "NaN"),
    ("verdicts.0.objective.gating", "yes"),
    ("verdicts.0.objective.target", None),
    ("decision.exit", 5),
    ("decision.allowed", None),
    ("at", "2026-01-15T12:00:00"),
    ("findings.0.level", "fatal"),
    ("hostname", "build-7"),
)


@pytest.mark.parametrize(("path", "value"), CHANGES, ids=[f"{path}={value}" for path, value in CHANGES])
def test_the_schema_rejects_what_is_no_report(path: str, value: Any) -> None:
    tree = copy.deepcopy(tree_of(whole()))
    *way, last = path.split(".")
    node = tree
    for step in way:
        node = node[int(step)] if isinstance(node, list) else node[step]
    node[last] = value
    assert len(mistakes(tree)) == 1


@pytest.mark.parametrize("key", ["decision", "verdicts", "schemaVersion", "evidenceDigest"])
def test_the_schema_misses_what_is_missing(key: str) -> None:
    tree = tree_of(whole())
    del tree[key]
    assert mistakes(tree) == [f"$: {key!r} is a required property"]


def test_the_decision_is_whole() -> None:
    none = {"FAIL": 0, "ERROR": 0, "INCONCLUSIVE": 0, "WARN": 0, "WAIVED": 0, "PASS": 0}
    assert tree_of(whole())["decision"] == {
        "allowed": False,
        "exit": 1,
        "word": "FAILED",
        "headline": "RELEASE: NOT ALLOWED (exit 1) - 2 of 8 promises failed, 1 in error, 2 inconclusive, 1 warned, "
        "1 waived, "
        "1 not gating",
        "failOnWarn": False,
        "counts": {
            "gating": {"FAIL": 2, "ERROR": 1, "INCONCLUSIVE": 2, "WARN": 1, "WAIVED": 1, "PASS": 1},
            "notGating": none | {"FAIL": 1},
            "notSelected": 0,
        },
    }


def test_numbers_are_exact_and_shown_rounded_to_the_worse_side() -> None:
    by_name = {each["objective"]["name"]: each for each in tree_of(whole())["verdicts"]}
    latency, cost = by_name["phase-4/latency"], by_name["phase-4/cost"]
    assert latency["value"] == {"exact": "620.0001", "text": "620.1 ms"}
    assert latency["margin"] == {"exact": "-120.0001", "text": "-120.1 ms"}
    assert latency["coverage"] == {"exact": "59/60", "text": "98.33 %"}
    assert cost["value"] == {"exact": "4/3", "text": "1.334 USD"}
    assert cost["margin"] == {"exact": "-1/3", "text": "-0.3334 USD"}
    assert by_name["phase-4/delivery"]["value"] is None
    assert by_name["web/p99"]["compared"] == {
        "text": ">= 99 % of samples <= 2 s",
        "operator": ">=",
        "exact": "99",
        "unit": "%",
    }


def test_an_error_budget_is_whole() -> None:
    budget = next(each["budget"] for each in tree_of(whole())["verdicts"] if each["budget"])
    assert (budget.pop("counted"), budget.pop("exhaustedInSeconds")["exact"]) == ("slices", "0")
    assert {key: value["exact"] for key, value in budget.items() if key != "burnRates"} == {
        "allowed": "0.001",
        "spent": "1.5",
        "remaining": "-0.5",
        "allowedEvents": "100",
        "badEvents": "150",
        "remainingEvents": "-50",
        "allowedSeconds": "2592",
        "remainingSeconds": "-1296",
    }
    assert budget["burnRates"][0] == {
        "lookback": {"seconds": 3600, "text": "1h"},
        "rate": {"exact": "14.4", "text": "14.4"},
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(-7), "-7"),
        (Fraction("99.95"), "99.95"),
        (Fraction("-0.5"), "-0.5"),
        (Fraction(1, 3), "1/3"),
        (Fraction(-22, 7), "-22/7"),
        (Fraction(1, 10**20), "0.00000000000000000001"),
        (Fraction(1, 10**21), f"1/{10**21}"),
        (Fraction(0.1), "3602879701896397/36028797018963968"),
        (Fraction(10**40), "1" + "0" * 40),
    ],
)
def test_exact(value: Fraction, text: str) -> None:
    assert exact(value) == text


@given(numbers)
def test_exact_loses_nothing(value: Fraction) -> None:
    assert Fraction(exact(value)) == value
    tree = tree_of(report(verdict(Outcome.PASS, value=value, unit=PERCENT)))
    assert Fraction(tree["verdicts"][0]["value"]["exact"]) == value
    assert mistakes(tree) == []


@given(texts)
def test_any_text_arrives_as_it_was(text: str) -> None:
    rendered = render(every_text(text))
    assert re.search(r"[^\n -~]|##", rendered) is None
    assert not any(each.lstrip().startswith("::") for each in rendered.split("\n"))
    tree = json.loads(rendered)
    rendered.encode()
    kept = "".join("\ufffd" if "\ud800" <= each <= "\udfff" else each for each in text)
    told = tree["verdicts"][0]
    assert told["reasons"] == [kept, f"since {kept}", kept]
    assert told["objective"]["name"] == told["asked"][0] == told["notes"][0] == kept
    assert tree["findings"][0]["related"][0]["location"]["file"] == kept
    assert tree["documents"] == [{"file": kept, "sha256": kept}]


def test_halves_of_surrogate_pairs_do_not_meet() -> None:
    assert tree_of(every_text("\ud83d\ude00"))["evidenceDigest"] == "\ufffd\ufffd"
    assert tree_of(every_text("\U0001f600"))["evidenceDigest"] == "\U0001f600"


def test_the_layout_is_fixed() -> None:
    rendered = render(whole())
    assert rendered == json.dumps(json.loads(rendered), indent=2, sort_keys=True) + "\n"
    tree = json.loads(rendered)
    assert tree["schemaVersion"] == "1"
    assert tree["tool"] == {"name": "checker", "version": __version__}
    assert tree["at"] == "2026-01-15T12:00:00Z"


def test_it_tells_nothing_of_the_machine_and_all_of_the_inputs() -> None:
    tree = tree_of(whole())
    assert sorted(tree) == [
        "askedAt",
        "at",
        "base",
        "connections",
        "decision",
        "documents",
        "environment",
        "evidenceDigest",
        "findings",
        "schemaVersion",
        "selected",
        "strict",
        "tool",
        "verdicts",
    ]
    assert tree["documents"][0] == {"file": "slos/phase-4.yaml", "sha256": "a" * 64}
    assert tree["evidenceDigest"] == "c" * 64
    assert tree["connections"] == [
        {"name": "CloudWatch prod", "connected": "region=us-east-1, account=123456789012"}
    ]
