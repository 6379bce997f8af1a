"""Compares documents other than promises: connections, metric catalogues, rules, and kinds without a table entry.

``KINDS`` states for each kind what is stricter. Any difference in a kind, or in a key of its spec, that the table
does not name counts as weaker.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from checker.diff.change import Change, Direction, Judged, KeyChange, overall
from checker.diff.places import absent, at, show
from checker.model import Catalog, Document, Path, queries_of

Judge = Callable[[Any, Any, Path], Iterator[Judged]]

CHOSEN_BY = {"labels": "rules and policies", "annotations": "rules"}
"""What a rule sees of the head of any document, and who may choose by it."""


class Kind(NamedTuple):
    """How documents of one kind are compared.

    ``elsewhere`` are the keys of its spec that are compared promise by promise or waiver by waiver. ``judges`` are
    the keys with a comparison of their own.
    """

    listed: bool = True
    """Whether the document itself is reported when it is added or removed; otherwise its contents are."""
    added: str = ""
    """Why an added document is weaker; "" if it is not."""
    removed: str = "what it said no longer holds"
    elsewhere: frozenset[str] = frozenset()
    judges: Mapping[str, Judge] | None = None
    inert: bool = False
    """Whether no key of its spec is compared here: none decides anything, or all are compared elsewhere."""


def judge_documents(base: Catalog, head: Catalog) -> Iterator[Change]:
    """The changes of all documents, apart from the promises and waivers in them."""
    one, other = _by_name(base), _by_name(head)
    users = _users(base, head)
    for kind, name in sorted({*one, *other}):
        before, now = one.get((kind, name)), other.get((kind, name))
        how = KINDS.get(kind, UNKNOWN)
        used = users.get(name, ()) if kind == "DataSource" else None
        if before is not None and now is not None:
            yield from _changed(kind, name, how, before, now, used)
        elif how.listed and now is not None:
            why = how.added or "one more"
            yield Change(
                kind, name, Direction.ADDED, bool(how.added), why, (), None, now.locate(("metadata", "name"))
            )
        elif how.listed and before is not None:
            # A promise that queries through it is reported itself.
            why = "no promise uses it" if used is not None else how.removed
            place = before.locate(("metadata", "name"))
            yield Change(
                kind, name, Direction.REMOVED, used is None and bool(how.removed), why, (), place, None
            )


def _changed(
    kind: str, name: str, how: Kind, before: Document, now: Document, used: tuple[str, ...] | None
) -> Iterator[Change]:
    judged = [*_judge_head(before, now, how), *_judge_spec(before, now, how)]
    keys = tuple(_key_change(each, before, now) for each in judged)
    if not keys:
        return
    direction = overall(keys)
    weaker, why = any(each.weaker for each in keys), ""
    if used is not None:
        weaker = weaker and bool(used)
        some = ", ".join(used[:5]) + (f" and {len(used) - 5} more" if len(used) > 5 else "")
        why = f"used by {some}" if used else "no promise uses it"
    at_base, at_head = (each.locate(("metadata", "name")) for each in (before, now))
    yield Change(kind, name, direction, weaker, why, keys, at_base, at_head)


def _key_change(judged: Judged, before: Document, now: Document) -> KeyChange:
    path, direction, base, head, why = judged
    at_base, at_head = (each.locate(path, key=isinstance(path[-1], str)) for each in (before, now))
    return KeyChange(".".join(map(str, path)), direction, base, head, why, at_base, at_head)


def _judge_head(before: Document, now: Document, how: Kind) -> Iterator[Judged]:
    one, other = before.data.get("apiVersion"), now.data.get("apiVersion")
    if one != other:
        lower = _version(other) < _version(one)
        direction = Direction.LOOSENED if lower else Direction.CHANGED
        why = (
            "an older format, which may say less"
            if lower
            else "another format, whose keys may mean something else"
        )
        yield Judged(("apiVersion",), direction, show(one), show(other), why)
    head, new_head = _part(before, "metadata"), _part(now, "metadata")
    for key, who in CHOSEN_BY.items():
        for path, was, is_now in _differences(
            head.get(key) or {}, new_head.get(key) or {}, ("metadata", key)
        ):
            if key == "labels" or not str(path[-1]).startswith(
                "checker/"
            ):  # these say how a promise is judged
                yield Judged(path, Direction.CHANGED, was, is_now, f"{who} may choose by {key}")
    names: Path = ("metadata", "displayName")
    for path, was, is_now in _differences(head.get("displayName"), new_head.get("displayName"), names):
        yield Judged(path, Direction.REWORDED, was, is_now, "no verdict rests on it")


def _judge_spec(before: Document, now: Document, how: Kind) -> Iterator[Judged]:
    one, other = ({}, {}) if how.inert else (_part(before, "spec"), _part(now, "spec"))
    for key in dict.fromkeys((*one, *other)):
        was, is_now = one.get(key), other.get(key)
        path: Path = ("spec", key)
        if was == is_now or key in how.elsewhere:
            continue
        if key == "description":
            yield Judged(path, Direction.REWORDED, show(was), show(is_now), "no verdict rests on it")
        elif how.judges is not None and key in how.judges:
            yield from how.judges[key](was, is_now, path)
        else:
            for deeper, *shown in _differences(was, is_now, path):
                why = "it is not known which of the two is stricter"
                yield Judged(deeper, Direction.CHANGED, shown[0], shown[1], why)


def _differences(one: Any, other: Any, path: Path) -> Iterator[tuple[Path, str, str]]:
    """The keys in which two values differ, descending while both are mappings."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys((*one, *other)):
            yield from _differences(one.get(key), other.get(key), (*path, key))
    elif one != other:
        yield path, show(one), show(other)


def _judge_metrics(one: Any, other: Any, path: Path) -> Iterator[Judged]:
    """The metrics of a catalogue: each named metric is one more that must be promised or exempted."""
    before = {each["name"]: each for each in one or ()}
    now = {each["name"]: each for each in other or ()}
    for name in dict.fromkeys((*before, *now)):
        was, is_now = before.get(name), now.get(name)
        shown = ("" if was is None else show(was)), ("" if is_now is None else show(is_now))
        if is_now is None:
            yield Judged(path, Direction.LOOSENED, *shown, "it is no longer known to exist")
        elif was is None:
            yield Judged(path, Direction.TIGHTENED, *shown, "one more is known to exist")
        elif was != is_now:
            yield Judged(path, Direction.CHANGED, *shown, "it is published differently")


def _judge_connection(one: Any, other: Any, path: Path) -> Iterator[Judged]:
    for deeper, was, is_now in _differences(one or {}, other or {}, path):
        why = "another region, account, address or folder is queried"
        yield Judged(deeper, Direction.CHANGED, was, is_now, why)


def _by_name(catalog: Catalog) -> dict[tuple[str, str], Document]:
    documents = {}
    for document in catalog.documents:
        kind, name = document.data.get("kind"), at(document, ("metadata", "name"))
        if isinstance(kind, str) and not absent(name):
            documents[kind, str(name)] = document
    return documents


def _users(base: Catalog, head: Catalog) -> dict[str, tuple[str, ...]]:
    """The names of the promises that query through each DataSource."""
    users: dict[str, dict[str, None]] = {}
    for objective in (*base.objectives, *head.objectives):
        for query in queries_of(objective):
            if query.dataSourceRef:
                users.setdefault(query.dataSourceRef, {})[objective.name] = None
    return {name: tuple(sorted(promises)) for name, promises in users.items()}


def _part(document: Document, key: str) -> dict[str, Any]:
    part = document.data.get(key)
    return part if isinstance(part, dict) else {}


def _version(api_version: Any) -> tuple[int, int, int]:
    """``openslo/v2beta1`` as (2, 1, 1); sorts alpha before beta before the release. (-1, 0, 0) if it is no version."""
    found = re.search(r"/v(\d{1,9})(?:(alpha|beta)(\d{1,9})?)?$", str(api_version))
    if found is None:
        return (-1, 0, 0)
    return int(found[1]), {"alpha": 0, "beta": 1}.get(found[2], 2), int(found[3] or 0)


UNKNOWN = Kind(added="it is not known what it allows")
"""A kind that is not in ``KINDS``."""

KINDS: Mapping[str, Kind] = {
    "SuccessCriteria": Kind(
        listed=False,
        elsewhere=frozenset({"service", "owner", "window", "criteria"}),
    ),
    "SLO": Kind(
        listed=False,
        elsewhere=frozenset({
            "service", "indicator", "indicatorRef", "timeWindow", "budgetingMethod", "objectives", "alertPolicies",
        }),
    ),
    "SLI": Kind(listed=False, inert=True),  # its query is compared promise by promise
    "AlertPolicy": Kind(listed=False, inert=True),  # alerts too
    "AlertCondition": Kind(listed=False, inert=True),
    "AlertNotificationTarget": Kind(listed=False, inert=True),
    "Service": Kind(listed=False, inert=True),
    "Rule": Kind(listed=False, inert=True),  # rules and policies are compared by ``checker.diff.rules``
    "Policy": Kind(listed=False, inert=True),
    "DataSource": Kind(judges={"connectionDetails": _judge_connection}),
    "MetricCatalog": Kind(judges={"metrics": _judge_metrics}),
    "Attestation": Kind(
        listed=False,
        elsewhere=frozenset({
            "objective", "digest", "statement", "confirmedBy", "confirmedAt", "validUntil", "evidence",
        }),
    ),
    "Waiver": Kind(
        listed=False,
        elsewhere=frozenset({
            "objective", "digest", "reason", "ticket", "approver", "created", "expires", "accepts",
            "acceptsInconclusive",
        }),
    ),
}  # fmt: skip
"""How each kind is compared. A test ensures that every kind that can be written is here."""
