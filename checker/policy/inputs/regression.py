"""A regression as rules see it: how much worse than earlier reports a value may be, and how much worse it is."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from checker import display
from checker.model import PastValue, Regressed, Regression
from checker.policy.inputs.fields import (
    Schema,
    example_of,
    flag,
    list_of,
    number,
    or_null,
    record,
    text,
    whole,
)
from checker.policy.inputs.values import (
    Plain,
    base_schema,
    double,
    in_base,
    moment,
    moment_schema,
    quantity,
    quantity_schema,
    text_in,
    threshold,
    threshold_schema,
)
from checker.units import PERCENT, parse_unit

RATIO = parse_unit("ratio")


def regression_input(regression: Regression) -> Plain:
    """What a promise says about earlier reports."""
    allowed, asked = regression.allowed, regression.baseline
    return {
        "text": allowed.text,
        "operator": allowed.operator,
        "value": double(allowed.amount),
        "exact": display.exact(allowed.amount),
        "unit": allowed.unit.text,
        **in_base(allowed.amount, allowed.unit),
        "relative": allowed.relative,
        "alone": regression.alone,
        "firstRun": regression.first_run,
        "baseline": {
            "place": text_in(getattr(asked, "place", "")),
            "pinned": getattr(asked, "report", None) is not None,
            "sha256": text_in(getattr(asked, "sha256", "")),
            "last": getattr(asked, "last", 1),
            "aggregate": text_in(getattr(asked, "aggregate", "")),
            "minReports": getattr(asked, "minReports", 1),
            "passed": text_in(getattr(asked, "passed", "")),
        },
    }


def regression_schema() -> Schema:
    """The schema of ``regression_input``."""
    return record(
        "How much worse than in earlier reports it may be.",
        text=text("As it is written.", "<= +10 %"),
        operator=text("The operator.", "<=", "<", "<=", ">=", ">"),
        value=number("The number, with its sign.", 10.0),
        exact=text("The number, without loss.", "10"),
        unit=text("Its unit; points are percentage points.", "%"),
        **base_schema(Fraction(10), PERCENT),
        relative=flag("Whether it is a share of the baseline; else it is an amount.", True),
        alone=flag("Whether it stands without a target; objective.target then repeats it."),
        firstRun=text("What it means if there is no baseline.", "inconclusive", "inconclusive", "pass"),
        baseline=record(
            "Which reports it is compared with.",
            place=text("The file, directory, or place in S3.", "reports/monthly"),
            pinned=flag("Whether it is one report, by name."),
            sha256=text("The digest of the pinned report; empty where none is stated."),
            last=whole("How many of the latest eligible reports are taken.", 3),
            aggregate=text("How several are combined: median, mean, min, max, p90, ...", "median"),
            minReports=whole("With fewer reports there is no baseline.", 1),
            passed=text("Which reports count.", "objective", "objective", "release", "any"),
        ),
    )


def regressed_input(found: Regressed) -> Plain:
    """How a value compares with its baseline."""
    lower = found.limit is None or found.limit.lower_is_better
    return {
        "outcome": found.outcome.value,
        "reason": found.reason,
        "firstRun": found.first_run,
        "unit": found.unit.text if found.unit is not None else "",
        "value": quantity(found.value, found.unit, up=lower),
        "baseline": quantity(found.baseline, found.unit, up=not lower),
        "change": None if found.change is None else _share(found.change, up=lower),
        "limit": threshold(found.limit),
        "margin": quantity(found.margin, found.unit, up=False),
        "aggregate": found.aggregate,
        "reports": [_report(each, up=not lower) for each in found.past],
    }


def regressed_schema() -> Schema:
    """The schema of ``regressed_input``."""
    about_change = (
        "The share of the baseline by which the value is above it, or below it (negative); null if it is 0."
    )
    reports: dict[str, Any] = {
        "report": "2026-11-30.json",
        "sha256": "0" * 64,
        "at": {"seconds": 1795996800, "text": "2026-11-30T00:00:00Z"},
        "value": example_of(quantity_schema("", 400.0, "400", "400 ms")),
    }
    return record(
        "How it compares with earlier reports; most fields are null without a baseline.",
        outcome=text("How the comparison ended.", "PASS", "PASS", "FAIL", "INCONCLUSIVE", "ERROR"),
        reason=text("Why.", "420 ms is 5 % more than the baseline 400 ms"),
        firstRun=flag("Whether it passed because there was no baseline."),
        unit=text("The unit of value, baseline, limit and margin.", "ms"),
        value=or_null(quantity_schema("What was measured.", 420.0, "420", "420 ms")),
        baseline=or_null(quantity_schema("What it was compared with.", 400.0, "400", "400 ms")),
        change=or_null(quantity_schema(about_change, 0.05, "0.05", "5 %")),
        limit=or_null(threshold_schema("The limit that this baseline allows.", "<=", 440.0, "440", "ms")),
        margin=or_null(
            quantity_schema("The distance to the limit; negative beyond it.", 20.0, "20", "20 ms")
        ),
        aggregate=text("How several reports were combined; empty for a single one.", ""),
        reports=list_of(
            "The reports that the baseline is made of, the latest first.", _report_schema(), reports
        ),
    )


def _share(share: Fraction, *, up: bool) -> Plain:
    return {
        "value": double(share),
        "exact": display.exact(share),
        "text": display.percent(share, up=up),
        **in_base(share, RATIO),
    }


def _report(past: PastValue, *, up: bool) -> Plain:
    return {
        "report": past.report,
        "sha256": past.sha256,
        "at": moment(past.at),
        "value": quantity(past.value, past.unit, up=up),
    }


def _report_schema() -> Schema:
    return record(
        "One report.",
        report=text("Its name.", "2026-11-30.json"),
        sha256=text("Its digest.", "0" * 64),
        at=moment_schema("The moment it judged for.", 1795996800, "2026-11-30T00:00:00Z"),
        value=quantity_schema("What it measured.", 400.0, "400", "400 ms"),
    )
