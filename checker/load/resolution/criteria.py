"""Turns SuccessCriteria into objectives, and gathers connections, waivers and attestations from all documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import cast

from checker import sources
from checker.load.checks.names import Named
from checker.load.resolved import Resolved, judging_of
from checker.load.text.finding_at import finding_at
from checker.load.validation.read_document import spoken
from checker.load.validation.validate import Validated
from checker.model import (
    MIN_COVERAGE,
    Attestation,
    ConnectionDeclaration,
    Evaluation,
    Finding,
    Indicator,
    Objective,
    Path,
    Proof,
    Regression,
    Waiver,
)
from checker.spec.success_criteria import Criterion, FormulaIndicator, RatioIndicator
from checker.units import Threshold, format_duration


def connections_of(documents: Sequence[Validated]) -> dict[str, ConnectionDeclaration]:
    """The connections that the DataSources declare, by name, and those of queries that name a region."""
    declared = {
        each.name: ConnectionDeclaration(each.name, tuple(sorted(each.model.spec.connectionDetails.items())))
        for each in documents
        if each.kind == "DataSource" and each.model is not None and spoken(each.model.spec.type)
    }
    for each in documents:
        for name, (of, region) in each.regions.items():
            details = dict(declared.get(of, ConnectionDeclaration()).details) | {"region": region}
            declared[name] = ConnectionDeclaration(name, tuple(sorted(details.items())))
    return declared


def waivers_of(documents: Sequence[Validated]) -> tuple[Waiver, ...]:
    """The waivers of the documents, sorted by name."""
    found = (
        Waiver(
            name=each.name,
            location=each.document.locate(("metadata", "name")),
            objective=each.model.spec.objective,
            digest=each.model.spec.digest,
            reason=each.model.spec.reason,
            ticket=each.model.spec.ticket,
            approver=each.model.spec.approver,
            created=each.model.spec.created,
            expires=each.model.spec.expires,
            accepts=each.model.spec.accepts,
            accepts_inconclusive=each.model.spec.acceptsInconclusive,
        )
        for each in documents
        if each.kind == "Waiver" and each.model is not None
    )
    return tuple(sorted(found, key=lambda waiver: waiver.name))


def attestations_of(documents: Sequence[Validated]) -> dict[str, tuple[Attestation, ...]]:
    """The attestations of the documents by the name of their objective, latest first."""
    found: dict[str, list[Attestation]] = defaultdict(list)
    for written in documents:
        if written.kind == "Attestation" and written.model is not None:
            spec = written.model.spec
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
        name: tuple(sorted(each, key=lambda attestation: (-attestation.confirmed_at, attestation.name)))
        for name, each in found.items()
    }


def resolve(each: Validated, named: Named) -> Iterator[Resolved | Finding]:
    """The objectives of a document; none if it was rejected."""
    if each.model is None:
        return
    if each.kind == "SuccessCriteria":
        yield from _criteria(each)
    elif each.kind == "SLO":
        from checker.load.resolution.slo import slo_objectives  # needed only for SLOs

        yield from slo_objectives(each, named)


def _criteria(each: Validated) -> Iterator[Resolved | Finding]:
    spec = each.model.spec
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
            target=_target(criterion),
            warning=criterion.warning,
            critical=criterion.critical,
            window=window if windowed else None,
            display_name=criterion.displayName or criterion.name,
            description=criterion.description or "",
            service=spec.service or "",
            heartbeat=each.queries.get((*path, "heartbeat")),
            evaluation=evaluation,
            regression=_regression(each, criterion, path),
            **judging_of(
                criterion,
                spec.owner or "",
                MIN_COVERAGE if evaluation is None else Fraction(0),
                spec.reviewBy or "",
            ),
        )
        yield Resolved(objective, each, path, tuple(queries[path]))


def _windowless(each: Validated, path: Path) -> Finding:
    message = "the key 'window' is missing, here and in spec"
    remedy = "add it: the time measured, up to now, such as 1h, 1d or 30d"
    return finding_at(each.document, (*path, "window"), "missing-key", "error", message, remedy)


def _target(criterion: Criterion) -> Threshold:
    """The target; if there is only a regression, a threshold made from its allowance."""
    allowed = criterion.regression
    if criterion.target is not None or allowed is None:  # the model asks for one of the two
        return cast(Threshold, criterion.target)
    return Threshold(allowed.operator, allowed.amount, allowed.unit, allowed.text)


def _regression(each: Validated, criterion: Criterion, path: Path) -> Regression | None:
    if criterion.regression is None:
        return None
    baseline = each.queries[(*path, "baseline")]
    return Regression(criterion.regression, baseline, criterion.firstRun, criterion.target is None)


def _evaluation(criterion: Criterion) -> Evaluation | None:
    written = criterion.evaluation
    if written is None:
        return None
    datapoints = written.datapointsToAlarm or written.evaluationPeriods
    return Evaluation(written.period, written.evaluationPeriods, datapoints, written.treatMissingData)


def _another_window(each: Validated, path: Path, evaluation: Evaluation) -> Finding:
    spans, period = format_duration(evaluation.seconds), format_duration(evaluation.period)
    message = f"{evaluation.periods} periods of {period} are {spans}, but the window is different"
    remedy = f"remove the window, or write {spans}"
    return finding_at(each.document, (*path, "window"), "evaluation", "error", message, remedy)


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
