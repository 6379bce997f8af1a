"""Validated documents become objectives: references followed, defaults filled in, every name unique."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from checker import sources
from checker.load.check_bands import check_bands
from checker.load.explain import closest, dotted
from checker.load.validate import Validated
from checker.model import (
    ConnectionDeclaration,
    Finding,
    Indicator,
    Location,
    Objective,
    Path,
    Query,
)
from checker.spec.judging import Judging, Runbook
from checker.spec.slo import judging_of
from checker.spec.success_criteria import Criterion, FormulaIndicator, RatioIndicator
from checker.units import PERCENT, Threshold, Unit


class Made(NamedTuple):
    """An objective, where it is written, and where each of its queries is."""

    objective: Objective
    written: Validated
    path: Path
    queries: tuple[tuple[Validated, Path], ...]


RATIO = Unit("ratio", Fraction(1), (("ratio", 1),))


def resolve(
    documents: Sequence[Validated],
) -> tuple[list[Objective], dict[str, ConnectionDeclaration], list[Finding]]:
    """The objectives that the documents promise, the connections they name, and what is wrong with either."""
    findings = list(_duplicates(documents))
    by_name = {(each.kind, each.name): each for each in documents}
    connections = {
        each.name: ConnectionDeclaration(each.name, tuple(sorted(each.spec.spec.connectionDetails.items())))
        for each in documents
        if each.kind == "DataSource"
    }
    objectives: list[Objective] = []
    for each in documents:
        findings += _connection_references(each, by_name)
        made = (
            _criteria(each)
            if each.kind == "SuccessCriteria"
            else _slo(each, by_name)
            if each.kind == "SLO"
            else []
        )
        for found in made:
            if isinstance(found, Finding):
                findings.append(found)
            else:
                findings += _definition_findings(found)
                objectives.append(found.objective)
    findings += _same_names(objectives)
    return objectives, connections, list(dict.fromkeys(findings))


def _duplicates(documents: Sequence[Validated]) -> Iterator[Finding]:
    seen: dict[tuple[str, str], Location] = {}
    for each in documents:
        here = each.document.locate(("metadata", "name"))
        first = seen.setdefault((each.kind, each.name), here)
        if first is not here:
            yield _duplicate(
                f"there are two documents {each.kind} {each.name!r}", here, "metadata.name", first
            )
        if each.kind == "SuccessCriteria":
            names: dict[str, Location] = {}
            for index, criterion in enumerate(each.spec.spec.criteria):
                path: Path = ("spec", "criteria", index, "name")
                here = each.document.locate(path)
                first = names.setdefault(criterion.name, here)
                if first is not here:
                    message = f"there are two criteria {criterion.name!r} in {each.name!r}"
                    yield _duplicate(message, here, dotted(path), first)


def _same_names(objectives: Sequence[Objective]) -> Iterator[Finding]:
    """Objectives of different kinds whose full names are the same: a report could not tell them apart."""
    seen: dict[str, Objective] = {}
    for objective in objectives:
        first = seen.setdefault(objective.name, objective)
        if first is not objective and first.kind != objective.kind:
            message = f"there are two objectives {objective.name!r}"
            yield _duplicate(message, objective.location, "", first.location)


def _duplicate(message: str, here: Location, path: str, first: Location) -> Finding:
    related = (("the first is here", first),)
    return Finding("duplicate-name", "error", message, here, path, "give one of them another name", related)


def _connection_references(
    each: Validated, by_name: Mapping[tuple[str, str], Validated]
) -> Iterator[Finding]:
    for path, query in each.queries.items():
        reference = query.dataSourceRef
        if not reference:
            continue
        openslo = path[-1:] == ("spec",)
        here: Path = (*path[:-1], "metricSourceRef") if openslo else (*path, "dataSourceRef")
        found = by_name.get(("DataSource", reference))
        if found is None:
            yield _dangling(each, here, "DataSource", reference, by_name)
        elif found.spec.spec.type != query.source:
            yield Finding(
                "wrong-data-source",
                "error",
                f"the query is for {query.source}, but DataSource {reference!r} is of type {found.spec.spec.type}",
                each.document.locate(here),
                dotted(here),
                f"refer to a DataSource of type {query.source}",
                (("the DataSource", found.document.locate(("spec", "type"))),),
            )


def _dangling(
    each: Validated, path: Path, kind: str, name: str, by_name: Mapping[tuple[str, str], Validated]
) -> Finding:
    names = sorted(known for of, known in by_name if of == kind)
    guess = closest(name, names)
    related = (
        ((f"{kind} {guess!r}", by_name[kind, guess].document.locate(("metadata", "name"))),) if guess else ()
    )
    listed = (
        f"the ones there are: {', '.join(names)}" if names else f"there is no {kind} in the checked files"
    )
    remedy = f"did you mean {guess!r}?" if guess else listed
    message = f"there is no {kind} {name!r}"
    return Finding(
        "dangling-reference", "error", message, each.document.locate(path), dotted(path), remedy, related
    )


def _criteria(each: Validated) -> Iterator[Made | Finding]:
    spec = each.spec.spec
    for index, criterion in enumerate(spec.criteria):
        path: Path = ("spec", "criteria", index)
        indicator = _indicator(each, criterion, (*path, "indicator"))
        window = criterion.window or spec.window
        windowed = any(sources.find(query.source).WINDOWED for _, query in indicator.metrics)
        if windowed and window is None:
            yield _windowless(each, path)
            continue
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
            **_judging(criterion, spec.owner or ""),
        )
        queries = tuple((each, query) for query in each.queries if query[: len(path)] == path)
        yield Made(objective, each, path, queries)


def _windowless(each: Validated, path: Path) -> Finding:
    return Finding(
        "missing-key",
        "error",
        "the key 'window' is missing, here and in spec",
        each.document.locate(path),
        dotted((*path, "window")),
        "add it: the time measured, up to now, such as 1h, 1d or 30d",
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


def _judging(judging: Judging, owner: str) -> dict[str, Any]:
    runbook = judging.runbook or Runbook()
    return {
        "owner": judging.owner or owner,
        "severity": judging.severity or "",
        "runbook": runbook.url or "",
        "next_steps": (*runbook.diagnosis, *runbook.solutions),
        "gating": judging.gating,
        "no_data": judging.noData,
        "min_samples": judging.minSamples,
        "min_coverage": Fraction(9, 10) if judging.minCoverage is None else judging.minCoverage,
        "max_age": judging.maxAge,
        "confidence": judging.confidence,
    }


def _slo(each: Validated, by_name: Mapping[tuple[str, str], Validated]) -> Iterator[Made | Finding]:
    spec = each.spec.spec
    if spec.indicator is not None:
        holder, ratio, base = each, spec.indicator.spec.ratioMetric, _INLINE
    elif ("SLI", spec.indicatorRef) in by_name:
        holder, base = by_name["SLI", spec.indicatorRef], _INLINE[2:]
        ratio = holder.spec.spec.ratioMetric
    else:
        yield _dangling(each, ("spec", "indicatorRef"), "SLI", spec.indicatorRef, by_name)
        return
    side = "good" if ratio.good is not None else "bad"
    paths: dict[str, Path] = {key: (*base, key, "metricSource", "spec") for key in (side, "total")}
    metrics = tuple((key, holder.queries[path]) for key, path in paths.items())
    indicator = Indicator("ratio", metrics)
    judging, problems = judging_of(each.spec.metadata.annotations)
    for key, message in problems:
        path: Path = ("metadata", "annotations", key)
        yield Finding("bad-value", "error", message, each.document.locate(path), dotted(path))
    if judging is None:
        return
    for index, written in enumerate(spec.objectives):
        path = ("spec", "objectives", index)
        name = each.name if len(spec.objectives) == 1 else f"{each.name}/{index + 1}"
        objective = _slo_objective(each, name, written, path, indicator, judging)
        yield Made(objective, each, path, tuple((holder, query) for query in paths.values()))


_INLINE: Path = ("spec", "indicator", "spec", "ratioMetric")


def _slo_objective(
    each: Validated, name: str, written: Any, path: Path, indicator: Indicator, judging: Judging
) -> Objective:
    percent: Fraction = written.targetPercent or written.target * 100
    text = f">= {_decimal(percent)} %"
    return Objective(
        name=name,
        document=each.name,
        kind="SLO",
        location=each.document.locate(path),
        indicator=indicator,
        target=Threshold(">=", percent, PERCENT, text),
        window=each.spec.spec.timeWindow[0].duration,
        display_name=written.displayName or each.spec.metadata.displayName or each.name,
        description=each.spec.spec.description or "",
        service=each.spec.spec.service,
        error_budget=True,
        **_judging(judging, ""),
    )


def _decimal(value: Fraction) -> str:
    """A fraction that came from a decimal, as that decimal."""
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
    whole = str(int(value * 10**digits)).zfill(digits + 1)
    return f"{whole[:-digits]}.{whole[-digits:]}" if digits else whole


def _definition_findings(made: Made) -> Iterator[Finding]:
    """What is wrong with an objective before anything is asked: its thresholds and its queries."""
    objective, written = made.objective, made.written
    for problem in check_bands(objective, _unit(objective.indicator)):
        here: Path = (*made.path, problem.key)
        location = written.document.locate(here)
        yield Finding(problem.rule, problem.level, problem.message, location, dotted(here), problem.remedy)
    if (objective.no_data == "zero") != (objective.heartbeat is not None):
        yield _heartbeat(made)
    for holder, path in made.queries:
        query = holder.queries[path]
        for key, message, remedy in sources.find(query.source).check(query, objective.window):
            here = (*path, key) if key else path
            yield Finding("query", "error", message, holder.document.locate(here), dotted(here), remedy)


def _heartbeat(made: Made) -> Finding:
    lacks = made.objective.heartbeat is None
    path: Path = (*made.path, "noData" if lacks else "heartbeat")
    return Finding(
        "heartbeat",
        "error",
        "noData: zero needs a heartbeat" if lacks else "a heartbeat is of no use without noData: zero",
        made.written.document.locate(path, key=True),
        dotted(path),
        "add a heartbeat query whose data proves that the emitter was alive" if lacks else "add noData: zero",
    )


def _unit(indicator: Indicator) -> Unit | None:
    """The unit an indicator's answer will have, where that is known before asking."""
    if indicator.form == "formula":
        return None
    if indicator.form == "ratio":
        return RATIO
    query: Query = indicator.metrics[0][1]
    return sources.find(query.source).unit(query)
