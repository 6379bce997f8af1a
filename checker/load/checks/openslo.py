"""Checks OpenSLO documents beyond what the models check: departures from the specification that are read leniently,
and promises and alerts that are valid but probably not intended.

A departure is a warning, or an error if OpenSLO is read strictly; something probably not intended is a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from checker.load.checks.names import Named
from checker.load.text.finding_at import finding_at
from checker.load.validation.explain import fact_and_mend
from checker.load.validation.misspelt import at
from checker.load.validation.parts import is_ours
from checker.load.validation.validate import Validated
from checker.model import Finding, Level, Location, Path
from checker.sources import UNSPOKEN
from checker.spec.fields import ANNOTATION_PREFIX, check_name, show
from checker.spec.slo_annotations import SLOAnnotations

_LABEL = re.compile("[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?")
_PREFIX = re.compile("[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?")
_OURS = {name for name in SLOAnnotations.model_fields if not name.islower()}
"""The annotations whose names are not plain words, so that they are hardly another tool's."""


def check_openslo(each: Validated, named: Named, strict: bool) -> Iterator[Finding]:
    """The findings about an OpenSLO document; none for any other document."""
    if not each.dialect:
        return
    level: Level = "error" if strict else "warning"
    yield from _names(each, level)
    yield from _sources(each)
    if each.model is not None and each.kind == "SLO":
        yield from _unheard(each)
        yield from _slo(each, named, level)
    elif each.model is not None and each.kind == "AlertCondition":
        yield from _condition(each, ("spec", "condition"), each.model.spec.condition)
    elif each.model is not None and each.kind == "AlertPolicy":
        yield from _policy(each, ("spec",), each.model.spec)


def _unheard(each: Validated) -> Iterator[Finding]:
    """Annotations that have the name of one of checker's own but another prefix: they have no effect."""
    for key in at(each.document.data, ("metadata", "annotations")) or ():
        prefix, _, name = key.rpartition("/")
        if name in _OURS and f"{prefix}/" != ANNOTATION_PREFIX and (not prefix or "checker" in prefix):
            message, remedy = f"the annotation {show(key)} has no effect", f"write {ANNOTATION_PREFIX}{name}"
            path: Path = ("metadata", "annotations", key)
            yield finding_at(each.document, path, "no-effect", "warning", message, remedy, key=True)


def _names(each: Validated, level: Level) -> Iterator[Finding]:
    """Names, and keys of labels and annotations, that some other tools do not accept."""
    metadata = at(each.document.data, ("metadata",))
    if not isinstance(metadata, dict):
        return
    if each.name:
        try:
            check_name(each.name)
        except ValueError as error:
            fact, remedy = fact_and_mend(str(error))
            made = each.document.locate(("metadata",)) == each.document.locate(
                ()
            )  # it came with a translation
            if not made:
                remedy = remedy or "write another name"
                yield finding_at(each.document, ("metadata", "name"), "openslo", level, fact, remedy)
    for held, prefixed in (("labels", each.dialect.startswith("openslo.com/")), ("annotations", True)):
        keys = metadata.get(held)
        for key in keys if isinstance(keys, dict) else ():
            if _accepted(key, prefixed):
                continue
            if held == "annotations" and is_ours(key):
                continue  # an unknown annotation of checker's own is reported elsewhere
            allowed = "letters, digits, '-', '_' and '.', 63 at most"
            if prefixed:
                allowed += ", with a domain and '/' before it if you like"
            path: Path = ("metadata", held, key)
            message = f"{show(key)} is not a valid key of {held}"
            yield finding_at(
                each.document, path, "openslo", level, message, f"write it with {allowed}", key=True
            )


@lru_cache(1000)  # most documents have the same keys
def _accepted(key: str, prefixed: bool) -> bool:
    """Whether all tools accept a key of labels or annotations; with ``prefixed`` it may begin with a domain."""
    prefix, slash, name = key.rpartition("/")
    return bool(_LABEL.fullmatch(name)) and (not slash or (prefixed and bool(_PREFIX.fullmatch(prefix))))


def _sources(each: Validated) -> Iterator[Finding]:
    """Queries to sources that checker cannot ask, and queries that set their connection's region themselves."""
    for path, query in each.queries.items():
        if query.source == UNSPOKEN:
            from checker.sources.unspoken import remedy

            name = query.speaks  # type: ignore[attr-defined]
            message = f"checker cannot query {name}: what is measured there is INCONCLUSIVE"
            key = "type" if at(each.document.data, (*path[:-1], "type")) is not None else "metricSourceRef"
            yield finding_at(
                each.document, (*path[:-1], key), "unspoken-source", "warning", message, remedy(name)
            )
        elif query.dataSourceRef is not None and query.dataSourceRef in each.regions:
            reference, region = each.regions[query.dataSourceRef]
            message = f"the region is set in the query; {region} is used"
            remedy_ = f"write it in the DataSource{f' {reference!r}' if reference else ''}"
            yield finding_at(each.document, (*path, "region"), "region", "warning", message, remedy_)


def _slo(each: Validated, named: Named, level: Level) -> Iterator[Finding]:
    spec = each.model.spec
    for index, objective in zip(each.items, spec.objectives, strict=True):
        path: Path = ("spec", "objectives", index)
        if objective.op is not None or objective.value is not None:
            holder = path if objective.has_indicator else ("spec",)
            measured = _indicator(each, named, holder, objective if objective.has_indicator else spec)
            if measured is not None:
                yield from _compared(each, path, objective, measured, level)
        yield from _without_effect(each, path, objective)
    yield from _window(each)
    yield from _alerts(each)
    for key in ("warning", "critical") if spec.composite and each.annotations is not None else ():
        if getattr(each.annotations, key) is not None:
            path = ("metadata", "annotations", f"{ANNOTATION_PREFIX}{key}")
            message = "a composite has no bands: it is within its budget, or it is not"
            yield finding_at(each.document, path, "band-unreachable", "error", message, "remove it")
    if len(spec.objectives) > 1 and level == "error" and each.dialect == "openslo/v1":
        first = _indicator(each, named, ("spec",), spec)
        if first is not None and first.spec.thresholdMetric is not None:
            message = "an SLO of a thresholdMetric has one objective only in openslo/v1"
            remedy = "write one SLO for each objective"
            yield finding_at(
                each.document, ("spec", "objectives", each.items[1]), "openslo", level, message, remedy
            )


class _Measured(NamedTuple):
    """The indicator of an objective, and the place where it is written."""

    spec: Any
    place: Location


def _indicator(each: Validated, named: Named, path: Path, holder: Any) -> _Measured | None:
    if holder.indicator is not None:
        return _Measured(holder.indicator.spec, each.document.locate((*path, "indicator"), key=True))
    found = named.get(("SLI", holder.indicatorRef or ""))
    if found is None or found.model is None:
        return None
    return _Measured(found.model.spec, found.document.locate(("metadata", "name")))


def _compared(
    each: Validated, path: Path, objective: Any, measured: _Measured, level: Level
) -> Iterator[Finding]:
    """``op`` and ``value`` in an objective whose indicator is no thresholdMetric."""
    if measured.spec.thresholdMetric is not None:
        return
    related = (("the indicator", measured.place),)
    for key in ("op", "value"):
        if getattr(objective, key) is not None:
            message = (
                f"{key!r} has no effect: the indicator is a ratio, which is compared with the target alone"
            )
            yield finding_at(
                each.document, (*path, key), "openslo", level, message, "remove it", related, key=True
            )


_SLICED = {"Timeslices": ("timeSliceTarget", "timeSliceWindow"), "RatioTimeslices": ("timeSliceWindow",)}
"""The keys of an objective that a budgeting method uses."""


def _without_effect(each: Validated, path: Path, objective: Any) -> Iterator[Finding]:
    """Keys that the SLO's budgeting method does not use."""
    spec = each.model.spec
    used = _SLICED.get(spec.budgetingMethod, ())
    for key in ("timeSliceTarget", "timeSliceWindow"):
        if getattr(objective, key) is not None and key not in used:
            message = f"{key!r} has no effect with the method {spec.budgetingMethod}"
            remedy = "remove it, or choose another budgetingMethod"
            yield finding_at(each.document, (*path, key), "no-effect", "warning", message, remedy, key=True)
    if objective.compositeWeight is not None and not spec.composite:
        message = "'compositeWeight' has no effect: the objectives have no indicators of their own"
        yield finding_at(
            each.document, (*path, "compositeWeight"), "no-effect", "warning", message, "remove it", key=True
        )
    written = at(each.document.data, (*path, "timeSliceWindow"))
    if isinstance(written, int):
        message = f"{written} has no unit; it is read as {written} minute{'' if written == 1 else 's'}"
        yield finding_at(
            each.document, (*path, "timeSliceWindow"), "no-unit", "warning", message, f"write {written}m"
        )


MONTHS = 12
"""A window of at most this many minutes was probably meant in months (m for M)."""


def _window(each: Validated) -> Iterator[Finding]:
    for window in each.model.spec.timeWindow or ():
        number, unit = window.duration
        if unit == "m" and (number <= MONTHS or window.calendar is not None):
            message = f"the window {window.duration} is {number} minute{'' if number == 1 else 's'} long"
            remedy = f"write {number}M if months are meant"
            yield finding_at(
                each.document,
                ("spec", "timeWindow", 0, "duration"),
                "window-of-minutes",
                "warning",
                message,
                remedy,
            )


def _alerts(each: Validated) -> Iterator[Finding]:
    """The alert policies inside an SLO."""
    for index, policy in enumerate(each.model.spec.alertPolicies):
        if policy.spec is not None:
            yield from _policy(each, ("spec", "alertPolicies", index, "spec"), policy.spec)


def _policy(each: Validated, path: Path, policy: Any) -> Iterator[Finding]:
    for index, condition in enumerate(policy.conditions):
        if condition.spec is not None:
            yield from _condition(
                each, (*path, "conditions", index, "spec", "condition"), condition.spec.condition
            )
    if not (policy.alertWhenBreaching or policy.alertWhenResolved or policy.alertWhenNoData):
        message = "the policy never alerts: none of its alertWhen… is true"
        yield finding_at(each.document, path, "no-alert", "warning", message, "add alertWhenBreaching: true")


def _condition(each: Validated, path: Path, condition: Any) -> Iterator[Finding]:
    if condition.op in ("lt", "lte"):
        likely = {"lt": "gt", "lte": "gte"}[condition.op]
        message = f"op: {condition.op} alerts while the error budget burns slowly, that is, while all is well"
        yield finding_at(
            each.document, (*path, "op"), "inverted-alert", "warning", message, f"write op: {likely}"
        )
