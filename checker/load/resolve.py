"""Validated documents become objectives: references followed, defaults filled in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from checker import sources
from checker.load.check_names import Named
from checker.load.read_document import spoken
from checker.load.refusals import dotted
from checker.load.validate import Validated
from checker.model import (
    Attestation,
    ConnectionDeclaration,
    Evaluation,
    Finding,
    Indicator,
    Objective,
    Path,
    Proof,
    Waiver,
)
from checker.spec.judging import Judging, Runbook
from checker.spec.slo_annotations import SLOAnnotations
from checker.spec.success_criteria import Criterion, FormulaIndicator, RatioIndicator
from checker.units import PERCENT, Threshold, format_duration


class Resolved(NamedTuple):
    """An objective, where it is written, and where each of its queries is."""

    objective: Objective
    written: Validated
    path: Path
    queries: tuple[tuple[Validated, Path], ...]


def connections_of(documents: Sequence[Validated]) -> dict[str, ConnectionDeclaration]:
    """What the DataSources declare, by name."""
    return {
        each.name: ConnectionDeclaration(each.name, tuple(sorted(each.spec.spec.connectionDetails.items())))
        for each in documents
        if each.kind == "DataSource" and each.spec is not None and spoken(each.spec.spec.type)
    }


def waivers_of(documents: Sequence[Validated]) -> tuple[Waiver, ...]:
    """The waivers among the documents, by name."""
    found = (
        Waiver(
            name=each.name,
            location=each.document.locate(("metadata", "name")),
            objective=each.spec.spec.objective,
            digest=each.spec.spec.digest,
            reason=each.spec.spec.reason,
            ticket=each.spec.spec.ticket,
            approver=each.spec.spec.approver,
            created=each.spec.spec.created,
            expires=each.spec.spec.expires,
            accepts=each.spec.spec.accepts,
            accepts_inconclusive=each.spec.spec.acceptsInconclusive,
        )
        for each in documents
        if each.kind == "Waiver" and each.spec is not None
    )
    return tuple(sorted(found, key=lambda waiver: waiver.name))


def attestations_of(documents: Sequence[Validated]) -> dict[str, tuple[Attestation, ...]]:
    """The attestations among the documents by the name of their objective, the latest first."""
    found: dict[str, list[Attestation]] = defaultdict(list)
    for written in documents:
        if written.kind == "Attestation" and written.spec is not None:
            spec = written.spec.spec
            found[spec.objective].append(
                Attestation(
                    name=written.name,
                    location=written.document.locate(("metadata", "name")),
                    objective=spec.objective,
                    digest=spec.digest,
                    statement=spec.statement,
                    confirmed_by=spec.confirmedBy,
                    confirmed_at=spec.confirmedAt,
                    valid_until=spec.validUntil,
                    evidence=tuple(Proof(each.link, each.sha256) for each in spec.evidence),
                )
            )
    return {
        name: tuple(sorted(each, key=lambda one: (-one.confirmed_at, one.name)))
        for name, each in found.items()
    }


def resolve(documents: Sequence[Validated], named: Named) -> Iterator[Resolved | Finding]:
    """The objectives that the documents promise. Of what was rejected there are none."""
    for each in documents:
        if each.spec is None:
            continue
        if each.kind == "SuccessCriteria":
            yield from _criteria(each)
        elif each.kind == "SLO":
            yield from _slo(each, named)


def _criteria(each: Validated) -> Iterator[Resolved | Finding]:
    spec = each.spec.spec
    queries: dict[Path, list[tuple[Validated, Path]]] = defaultdict(list)
    for path in each.queries:
        queries[path[:3]].append((each, path))
    for index, criterion in zip(each.items, spec.criteria, strict=True):
        path = ("spec", "criteria", index)
        indicator = _indicator(each, criterion, (*path, "indicator"))
        evaluation = _evaluation(criterion)
        window = criterion.window or spec.window if evaluation is None else evaluation.seconds
        if evaluation is not None and criterion.window not in (None, window):
            yield _another_window(each, path, evaluation)
        windowed = any(sources.find(query.source).WINDOWED for _, query in indicator.metrics)
        if windowed and window is None:
            yield _windowless(each, path)
        objective = Objective(
            name=f"{each.name}/{criterion.name}",
            document=each.name,
            kind="criterion",
            location=each.document.locate((*path, "name")),
            indicator=indicator,
            target=criterion.target,
            warning=criterion.warning,
            critical=criterion.critical,
            window=window if windowed else None,
            display_name=criterion.displayName or criterion.name,
            description=criterion.description or "",
            service=spec.service or "",
            heartbeat=each.queries.get((*path, "heartbeat")),
            evaluation=evaluation,
            **_judging(criterion, spec.owner or "", Fraction(9, 10) if evaluation is None else Fraction(0)),
        )
        yield Resolved(objective, each, path, tuple(queries[path]))


def _windowless(each: Validated, path: Path) -> Finding:
    return Finding(
        "missing-key",
        "error",
        "the key 'window' is missing, here and in spec",
        each.document.locate(path),
        dotted((*path, "window")),
        "add it: the time measured, up to now, such as 1h, 1d or 30d",
    )


def _evaluation(criterion: Criterion) -> Evaluation | None:
    written = criterion.evaluation
    if written is None:
        return None
    datapoints = written.datapointsToAlarm or written.evaluationPeriods
    return Evaluation(written.period, written.evaluationPeriods, datapoints, written.treatMissingData)


def _another_window(each: Validated, path: Path, evaluation: Evaluation) -> Finding:
    spans = format_duration(evaluation.seconds)
    return Finding(
        "evaluation",
        "error",
        f"{evaluation.periods} periods of {format_duration(evaluation.period)} are {spans}, and the window is another",
        each.document.locate((*path, "window")),
        dotted((*path, "window")),
        f"remove the window, or write {spans}",
    )


def _indicator(each: Validated, criterion: Criterion, path: Path) -> Indicator:
    written = criterion.indicator
    if isinstance(written, RatioIndicator):
        side = "good" if written.good is not None else "bad"
        metrics = tuple((key, each.queries[(*path, key)]) for key in (side, "total"))
        return Indicator("ratio", metrics)
    if isinstance(written, FormulaIndicator):
        named = tuple((key, each.queries[(*path, "metrics", key)]) for key in written.metrics)
        return Indicator("formula", named, written.formula)
    return Indicator("value", (("value", each.queries[path]),))


def _judging(
    judging: Judging | SLOAnnotations, owner: str, coverage: Fraction = Fraction(9, 10)
) -> dict[str, Any]:
    runbook = judging.runbook or Runbook()
    return {
        "owner": judging.owner or owner,
        "severity": judging.severity or "",
        "runbook": runbook.url or "",
        "next_steps": (*runbook.diagnosis, *runbook.solutions),
        "gating": judging.gating,
        "no_data": judging.noData,
        "min_samples": judging.minSamples,
        "min_coverage": coverage if judging.minCoverage is None else judging.minCoverage,
        "max_age": judging.maxAge,
        "confidence": judging.confidence,
    }


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


def _slo(each: Validated, named: Mapping[tuple[str, str], Validated]) -> Iterator[Resolved | Finding]:
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
        **_judging(each.annotations or SLOAnnotations(), ""),
    )


def _decimal(value: Fraction) -> str:
    """A fraction that came from a decimal, as that decimal."""
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
    whole = str(int(value * 10**digits)).zfill(digits + 1)
    return f"{whole[:-digits]}.{whole[-digits:]}" if digits else whole
