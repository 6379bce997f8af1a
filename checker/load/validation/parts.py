"""Finds the parts of a document that have models of their own: queries, references, and annotations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from checker.load.validation.misspelt import one_slip
from checker.model import Path
from checker.spec.fields import ANNOTATION_PREFIX
from checker.spec.success_criteria import form


class WrittenQuery(NamedTuple):
    """A query as written: the path of its keys, its keys, and the paths of its source and of its DataSource reference.

    An OpenSLO metric source is turned into a query: ``stated``, its ``spec``, plus ``source`` and ``dataSourceRef``.
    ``source_known`` is False if the source comes from a DataSource that could not be read.
    """

    path: Path
    stated: Mapping[str, Any]
    keys: Mapping[str, Any]
    source_path: Path
    reference_path: Path
    source_known: bool = True


def queries_in(data: Mapping[str, Any], source_types: Mapping[str, str]) -> Iterator[WrittenQuery]:
    """Every query of a document, whatever is wrong with the rest of it.

    ``source_types`` gives the source of each DataSource by the DataSource's name, for metric sources without a type.
    """
    if data.get("kind") in ("Rule", "Policy"):
        return  # the examples of a rule look like promises but are not
    found: list[tuple[Path, dict[str, Any]]] = []
    if not is_openslo(data):
        _collect(data, (), _is_query, found)
        for path, keys in found:
            meant = {"source": "PastReports", **keys} if path[-1] == "baseline" else keys
            yield WrittenQuery(path, keys, meant, (*path, "source"), (*path, "dataSourceRef"))
        return
    _collect(data, (), _is_metric_source, found)
    for path, holder in found:
        reference, about = holder.get("metricSourceRef"), {}
        if "type" in holder:
            about["source"] = holder["type"]
        elif isinstance(reference, str) and reference in source_types:
            about["source"] = source_types[reference]
        if isinstance(reference, str):
            about["dataSourceRef"] = reference
        yield WrittenQuery(
            (*path, "spec"),
            holder["spec"],
            {**holder["spec"], **about},
            (*path, "type"),
            (*path, "metricSourceRef"),
            "source" in about or reference is None,
        )


def references_in(data: Mapping[str, Any]) -> Iterator[tuple[Path, str, str]]:
    """(path, kind, name) for each document that an OpenSLO document refers to, except DataSources."""
    spec = data.get("spec")
    if not isinstance(spec, dict) or not is_openslo(data):
        return
    match data.get("kind"):
        case "SLO":
            yield from _reference(spec, ("spec",), "indicatorRef", "SLI")
            for path, objective in _items(spec, ("spec",), "objectives"):
                yield from _reference(objective, path, "indicatorRef", "SLI")
            for path, policy in _items(spec, ("spec",), "alertPolicies"):
                yield from _reference(policy, path, "alertPolicyRef", "AlertPolicy")
                if isinstance(policy.get("spec"), dict):
                    yield from _of_policy(policy["spec"], (*path, "spec"))
        case "AlertPolicy":
            yield from _of_policy(spec, ("spec",))


def _of_policy(spec: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, str, str]]:
    for here, condition in _items(spec, path, "conditions"):
        yield from _reference(condition, here, "conditionRef", "AlertCondition")
    for here, target in _items(spec, path, "notificationTargets"):
        yield from _reference(target, here, "targetRef", "AlertNotificationTarget")


def _items(holder: Mapping[str, Any], path: Path, key: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    listed = holder.get(key)
    for index, item in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(item, dict):
            yield (*path, key, index), item


def _reference(holder: Mapping[str, Any], path: Path, key: str, kind: str) -> Iterator[tuple[Path, str, str]]:
    if isinstance(holder.get(key), str):
        yield (*path, key), kind, holder[key]


def own_annotations(data: Mapping[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The annotations for checker, with the path of all annotations they are among.

    Annotations with a misspelt prefix are included; those that are not text are left to the document's model.
    """
    spec = data.get("spec")
    inline = spec.get("indicator") if isinstance(spec, dict) else None
    for path, holder in (((), data), (("spec", "indicator"), inline)):
        match holder:
            case {"metadata": {"annotations": dict(annotations)}}:
                ours = {
                    key: text for key, text in annotations.items() if is_ours(key) and isinstance(text, str)
                }
                if ours:
                    yield (*path, "metadata", "annotations"), ours


def is_ours(annotation: str) -> bool:
    """Whether an annotation is meant for checker, even if its prefix is misspelt."""
    if annotation.startswith(ANNOTATION_PREFIX):
        return True
    found = _PREFIXED.match(annotation)
    if found is None:
        return False
    prefix, _, name = found.groups()
    if not one_slip(prefix.lower(), "checker"):
        return False
    from checker.spec.slo_annotations import SLOAnnotations

    return any(one_slip(name.lower(), field.lower()) for field in SLOAnnotations.model_fields)


_PREFIXED = re.compile("([A-Za-z]+)([/:._-])(.*)", re.DOTALL)


def is_openslo(data: Mapping[str, Any]) -> bool:
    """Whether a document (after translation from other dialects) is an OpenSLO one."""
    return str(data.get("apiVersion")).startswith("openslo/")


Predicate = Callable[[Path, Mapping[str, Any]], bool]


def _collect(node: Any, path: Path, wanted: Predicate, found: list[tuple[Path, dict[str, Any]]]) -> None:
    """Adds every mapping that is wanted, with its path; the content of a wanted mapping is not searched.

    Documents hold only plain dicts, lists and scalars. Most nodes are scalars, which are skipped quickly.
    """
    for step, inner in node.items() if node.__class__ is dict else enumerate(node):
        kind = inner.__class__
        if kind is dict:
            here = (*path, step)
            if wanted(here, inner):
                found.append((here, inner))
            else:
                _collect(inner, here, wanted, found)
        elif kind is list:
            _collect(inner, (*path, step), wanted, found)


def _is_query(path: Path, node: Mapping[str, Any]) -> bool:
    """Whether a mapping in one of checker's own kinds is a query: an indicator, a part of one, a heartbeat, or a
    baseline."""
    match path:
        case (*_, "indicator", "good" | "bad" | "total") | (*_, "indicator", "metrics", _):
            return True
        case (*_, "indicator"):
            return form(node) == "query"
        case _:
            return path[-1] in ("heartbeat", "baseline")


def _is_metric_source(path: Path, node: Mapping[str, Any]) -> bool:
    return path[-1] == "metricSource" and isinstance(node.get("spec"), dict)
