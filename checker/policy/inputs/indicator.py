"""How a promise is measured, as rules see it."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from checker.model import Indicator, Query
from checker.policy.inputs.fields import Schema, list_of, number, or_null, record, text
from checker.policy.inputs.values import Plain, text_in


def indicator_input(indicator: Indicator) -> Plain:
    """How a promise is measured."""
    metrics = [_metric(name, query) for name, query in indicator.metrics]
    return {
        "form": indicator.form,
        "formula": indicator.formula,
        "sources": sorted({metric["source"] for metric in metrics}),
        "statistic": _statistic(indicator),
        "quantile": indicator_quantile(indicator),
        "metrics": metrics,
    }


def indicator_quantile(indicator: Indicator) -> float | None:
    """0.95 of a p95; None for anything but a percentile."""
    return _quantile(_statistic(indicator))


def indicator_schema() -> Schema:
    """The schema of ``indicator_input``."""
    metric = {"name": "value", "source": "CloudWatch", "statistic": "p95", "file": "", "dataSourceRef": ""}
    forms = ("value", "ratio", "formula", "threshold", "raw", "composite")
    about = "One value, a ratio of two counts, a formula, or another form of OpenSLO."
    return record(
        "How it is measured.",
        form=text(about, "value", *forms),
        formula=text("The formula, if it is one."),
        sources=list_of("The sources it asks, sorted.", text("A source."), "CloudWatch"),
        statistic=text("The statistic of a value: p95, Average, ...; empty where none is stated.", "p95"),
        quantile=or_null(number("0.95 of a p95; null for all else.", 0.95)),
        metrics=list_of("Its queries.", _metric_schema(), metric),
    )


def _statistic(indicator: Indicator) -> str:
    """The statistic of a value; "" where it states none."""
    return _stated(indicator.metrics[0][1]) if indicator.form == "value" and indicator.metrics else ""


def _stated(query: Query) -> str:
    said = vars(query)  # sources differ in their keys
    return text_in(said.get("stat") or said.get("measure"))


@lru_cache(1000)
def _quantile(statistic: str) -> float | None:
    found = re.fullmatch(r"[pP]([0-9]{1,2}(?:\.[0-9]{1,10})?)", statistic)
    return float(Fraction(found[1]) / 100) if found else None


def _metric(name: str, query: Query) -> Plain:
    said = vars(query)  # sources differ in their keys
    return {
        "name": name,
        "source": query.source,
        "statistic": _stated(query),
        "file": text_in(said.get("file")) or ", ".join(said.get("files") or ()),
        "dataSourceRef": query.dataSourceRef or "",
    }


def _metric_schema() -> Schema:
    return record(
        "One query.",
        name=text("value; good, bad or total of a ratio; or the name a formula has for it.", "value"),
        source=text("The source it asks.", "CloudWatch"),
        statistic=text("p95, Average, Sum, ...; empty where the source has none.", "p95"),
        file=text("The file it reads, or the files, for sources that read any.", ""),
        dataSourceRef=text("The DataSource it names; empty where it names none.", ""),
    )
