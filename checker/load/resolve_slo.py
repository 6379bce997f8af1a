"""OpenSLO's SLOs become objectives: one for each of theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from checker.load.refusals import dotted
from checker.load.resolved import Resolved, judging_of
from checker.load.validate import Validated
from checker.model import Finding, Indicator, Objective, Path
from checker.spec.slo_annotations import SLOAnnotations
from checker.units import PERCENT, Threshold

_INLINE: Path = ("spec", "indicator", "spec", "ratioMetric")


def _not_judged(each: Validated, sli: Any) -> Iterator[Finding]:
    """What checker reads and does not judge yet."""
    spec = each.spec.spec
    later: dict[Path, str] = {}
    if spec.timeWindow is None:
        later["spec",] = "an SLO without a timeWindow"
    elif spec.timeWindow[0].duration.seconds is None or not spec.timeWindow[0].isRolling:
        later["spec", "timeWindow", 0] = "a window by the calendar"
    if spec.budgetingMethod != "Occurrences":
        later["spec", "budgetingMethod"] = f"the method {spec.budgetingMethod}"
    if spec.composite:
        later["spec", "objectives"] = "a composite SLO"
    elif sli is not None and sli.thresholdMetric is not None:
        later["spec", "objectives"] = "a thresholdMetric"
    elif sli is not None and sli.ratioMetric.raw is not None:
        later["spec", "objectives"] = "a raw ratio"
    for path, what in later.items():
        here = each.document.locate(path)
        remedy = "move this document out of the checked path, so that nobody takes it for enforced"
        yield Finding("not-judged", "error", f"checker does not judge {what} yet", here, dotted(path), remedy)


def slo_objectives(
    each: Validated, named: Mapping[tuple[str, str], Validated]
) -> Iterator[Resolved | Finding]:
    """The objectives of one SLO; none where its indicator could not be read."""
    spec = each.spec.spec
    if spec.composite:
        yield from _not_judged(each, None)
        return
    holder = each if spec.indicator is not None else named.get(("SLI", spec.indicatorRef))
    if holder is None or holder.spec is None:
        return
    sli = (spec.indicator or holder.spec).spec
    unjudged = list(_not_judged(each, sli))
    yield from unjudged
    if unjudged:
        return
    ratio = sli.ratioMetric
    base = _INLINE if holder is each else _INLINE[2:]
    side = "good" if ratio.good is not None else "bad"
    paths: dict[str, Path] = {key: (*base, key, "metricSource", "spec") for key in (side, "total")}
    if not holder.queries.keys() >= set(paths.values()):
        return  # a query whose DataSource could not be read
    indicator = Indicator("ratio", tuple((key, holder.queries[path]) for key, path in paths.items()))
    queries = tuple((holder, path) for path in paths.values())
    count = len(each.document.data["spec"]["objectives"])
    for index, written in zip(each.items, spec.objectives, strict=True):
        name = each.name if count == 1 else f"{each.name}/{index + 1}"
        objective = _slo_objective(each, name, written, index, indicator)
        yield Resolved(objective, each, ("spec", "objectives", index), queries)


def _slo_objective(each: Validated, name: str, written: Any, index: int, indicator: Indicator) -> Objective:
    percent: Fraction = written.target * 100 if written.targetPercent is None else written.targetPercent
    text = f">= {_decimal(percent)} %"
    return Objective(
        name=name,
        document=each.name,
        kind="SLO",
        location=each.document.locate(("spec", "objectives", index)),
        indicator=indicator,
        target=Threshold(">=", percent, PERCENT, text),
        window=each.spec.spec.timeWindow[0].duration.seconds,
        display_name=written.displayName or each.spec.metadata.displayName or each.name,
        description=each.spec.spec.description or "",
        service=each.spec.spec.service,
        error_budget=True,
        **judging_of(each.annotations or SLOAnnotations(), ""),
    )


def _decimal(value: Fraction) -> str:
    """A fraction that came from a decimal, as that decimal."""
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
    whole = str(int(value * 10**digits)).zfill(digits + 1)
    return f"{whole[:-digits]}.{whole[-digits:]}" if digits else whole
