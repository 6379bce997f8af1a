"""A document becomes a spec, or findings that say where it is wrong, what was expected, and the mend.

The pydantic models decide. A query inside a document is read by its source's own model, so its errors carry
the path of the query before their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import ValidationError

from checker import sources
from checker.load.explain import Mistake, closest, explain
from checker.model import Document, Finding, Path, Query
from checker.spec.kinds import KINDS, OPENSLO_LATER, model_of
from checker.spec.query import parse_query
from checker.spec.success_criteria import INDICATOR_FORMS, form


@dataclass(frozen=True, slots=True)
class Validated:
    """A document that its kind's model accepts, and the queries in it by their path."""

    document: Document
    kind: str
    name: str
    spec: Any
    queries: Mapping[Path, Query]


def validate(document: Document, source_types: Mapping[str, str]) -> tuple[Validated | None, list[Finding]]:
    """The spec of ``document``, or why there is none.

    ``source_types`` gives the source of each DataSource by name, for OpenSLO queries that leave it to their
    connection.
    """
    kind, findings = _kind(document)
    if not kind:
        return None, findings
    model = model_of(document.data["apiVersion"], kind)
    spec, mistakes = _attempt(partial(model.model_validate, document.data), (), document.data)
    queries: dict[Path, Query] = {}
    for path, written in queries_in(document.data, source_types):
        query, wrong = _attempt(partial(parse_query, written), path, document.data)
        queries[path] = query
        mistakes += wrong
    if mistakes:
        return None, explain(document, kind, mistakes)
    return Validated(document, kind, spec.metadata.name, spec, queries), []


def queries_in(
    data: Mapping[str, Any], source_types: Mapping[str, str]
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every query of a document with its path, whatever state the rest of the document is in.

    An OpenSLO metric source is given as the query it means: its ``spec`` with ``source`` and
    ``dataSourceRef``, at the path of the ``spec``.
    """
    openslo = str(data["apiVersion"]).startswith("openslo/")
    for path, node in _mappings(data, ()):
        if openslo:
            if path[-1:] == ("metricSource",) and isinstance(node.get("spec"), dict):
                reference = node.get("metricSourceRef")
                source = node.get("type") or source_types.get(str(reference), "")
                yield (*path, "spec"), {**node["spec"], "source": source, "dataSourceRef": reference or ""}
        elif _holds_query(path, node):
            yield path, node


def _holds_query(path: Path, node: Mapping[str, Any]) -> bool:
    match path:
        case (*_, "indicator"):
            return form(node) == "query"
        case (
            (*_, "indicator", "good" | "bad" | "total") | (*_, "indicator", "metrics", _) | (*_, "heartbeat")
        ):
            return True
        case _:
            return False


def _mappings(node: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            yield from _mappings(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _mappings(value, (*path, index))


def _attempt(read: Callable[[], Any], path: Path, data: Any) -> tuple[Any, list[Mistake]]:
    try:
        return read(), []
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False, include_input=False)
        return None, [
            Mistake(
                _path_in(data, (*path, *each["loc"])), each["type"], each["msg"].removeprefix("Value error, ")
            )
            for each in details
        ]
    except sources.UnknownSource as error:
        return None, [Mistake((*path, "source"), "unknown_source", str(error))]


def _path_in(data: Any, location: Path) -> Path:
    """pydantic's location without the steps that are not in the file: the tags of a union."""
    path: list[str | int] = []
    for step in location:
        if path[-1:] == ["indicator"] and step in INDICATOR_FORMS and step not in (data or {}):
            continue
        path.append(step)
        if isinstance(data, list) and isinstance(step, int):
            data = data[step] if step < len(data) else None
        else:
            data = data.get(step) if isinstance(data, dict) else None
    return tuple(path)


def _kind(document: Document) -> tuple[str, list[Finding]]:
    """The kind of a document, or the one finding that says why it has none."""
    data = document.data
    if not isinstance(data, dict):
        return "", [
            Finding(
                "not-a-document",
                "error",
                "this is not a document: a document is a mapping with apiVersion, kind, metadata and spec",
                document.locate(()),
                remedy="begin it with 'apiVersion: checker/v1' or 'apiVersion: openslo/v1'",
            )
        ]
    for key in ("apiVersion", "kind"):
        if not isinstance(data.get(key), str):
            wrong = data.get(key) is not None
            mistake = Mistake((key,), "string_type" if wrong else "missing", f"{key} has to be text")
            return "", explain(document, "", [mistake])
    api_version, kind = data["apiVersion"], data["kind"]
    if (api_version, kind) in KINDS:
        return kind, []
    return "", [_unknown_kind(document, api_version, kind)]


def _unknown_kind(document: Document, api_version: str, kind: str) -> Finding:
    families = sorted({family for family, _ in KINDS})
    kinds = sorted(name for family, name in KINDS if family == api_version)
    if not kinds:
        guess = closest(api_version, families)
        return Finding(
            "unknown-kind",
            "error",
            f"checker does not read apiVersion {api_version!r}",
            document.locate(("apiVersion",)),
            "apiVersion",
            f"did you mean {guess!r}?" if guess else f"it reads {' and '.join(families)}",
        )
    if api_version == "openslo/v1" and kind in OPENSLO_LATER:
        message = f"checker does not read OpenSLO documents of kind {kind} yet"
        remedy = "move this document out of the checked path, so that nobody takes it for enforced"
    else:
        guess = closest(kind, kinds)
        message = f"there is no kind {kind!r} in {api_version}"
        remedy = f"did you mean {guess!r}?" if guess else f"the kinds are {', '.join(kinds)}"
    return Finding("unknown-kind", "error", message, document.locate(("kind",)), "kind", remedy)
