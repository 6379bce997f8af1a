"""Compares two catalogs: what was promised, and what is promised now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from checker.diff.attestation import judge_attestation
from checker.diff.change import Change, Direction, Judged, KeyChange, overall
from checker.diff.documents import judge_documents
from checker.diff.objective import judge_objective
from checker.diff.places import Place, find, places, show
from checker.diff.waiver import judge_waiver, wider_without
from checker.model import Catalog, Location, Objective
from checker.promise_digest import digest_of

PROMISE, WAIVER, ATTESTATION = "promise", "Waiver", "Attestation"


def compare(base: Catalog, head: Catalog) -> tuple[Change, ...]:
    """Every difference between ``base`` and ``head``, weaker changes first. Both catalogs must be valid."""
    return in_order(
        [
            *_promises(base, head),
            *_waivers(base, head),
            *_attestations(base, head),
            *judge_documents(base, head),
        ]
    )


def in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Sorts weaker changes first, then by direction, kind and name."""
    return tuple(sorted(changes, key=_order))


def _order(change: Change) -> tuple[bool, int, bool, str, str]:
    directions = list(Direction)
    return (
        not change.weaker,
        directions.index(change.direction),
        change.kind != PROMISE,
        change.kind,
        change.name,
    )


def _promises(base: Catalog, head: Catalog) -> Iterator[Change]:
    before = {each.name: each for each in base.objectives}
    now = {each.name: each for each in head.objectives}
    added = [each for each in head.objectives if each.name not in before]
    new_names = {digest_of(each): each.name for each in reversed(added)}
    old_places, new_places = places(base), places(head)
    for name, one in before.items():
        other = now.get(name)
        if other is None:
            new_name = new_names.get(digest_of(one))
            why = (
                f"it is now called {new_name}: waivers, rules and history know it by its old name"
                if new_name
                else "it is no longer promised"
            )
            yield Change(PROMISE, name, Direction.REMOVED, True, why, (), one.location, None)
            continue
        judged = judge_objective(one, other, base.connections, head.connections)
        old, new = old_places.get(one.location), new_places.get(other.location)
        keys = _once(_key_of_promise(each, one, other, old, new) for each in judged)
        if keys:
            weaker = any(each.weaker for each in keys)
            yield Change(PROMISE, name, overall(keys), weaker, "", keys, one.location, other.location)
    heaviest = max((each.weight for each in base.objectives if each.gating), default=1)
    for each in added:
        heavy = each.gating and each.weight > heaviest
        why = "one more promise"
        if heavy:
            why += f", and with weight {each.weight} the others count for less in the weighted score"
        yield Change(PROMISE, each.name, Direction.ADDED, heavy, why, (), None, each.location)


def _key_of_promise(
    judged: Judged, one: Objective, other: Objective, old: Place | None, new: Place | None
) -> KeyChange:
    path, direction, base, head, why = judged
    base_at, base_text = find(old, one, path)
    head_at, head_text = find(new, other, path)
    if path == ("target",):  # an SLO's target is written without its operator
        base_text = head_text = None
    return KeyChange(
        ".".join(map(str, path)),
        direction,
        base if base_text is None else base_text,
        head if head_text is None else head_text,
        why,
        base_at,
        head_at,
    )


def _once(keys: Iterable[KeyChange]) -> tuple[KeyChange, ...]:
    return tuple(dict.fromkeys(keys))


def _waivers(base: Catalog, head: Catalog) -> Iterator[Change]:
    before = {each.name: each for each in base.waivers}
    now = {each.name: each for each in head.waivers}
    for name, one in before.items():
        other = now.get(name)
        if other is None:
            wider = wider_without(one, head.waivers, one.created, one.expires)
            why = wider or f"it no longer excuses {one.objective}"
            yield Change(WAIVER, name, Direction.REMOVED, bool(wider), why, (), one.location, None)
        else:
            judged = judge_waiver(one, other, head.waivers)
            yield from _document_change(WAIVER, name, judged, (base, one.location), (head, other.location))
    for name in now.keys() - before.keys():
        why = f"it excuses {now[name].objective}"
        yield Change(WAIVER, name, Direction.ADDED, True, why, (), None, now[name].location)


def _attestations(base: Catalog, head: Catalog) -> Iterator[Change]:
    before = {each.name: each for listed in base.attestations.values() for each in listed}
    now = {each.name: each for listed in head.attestations.values() for each in listed}
    for name, one in before.items():
        other = now.get(name)
        if other is None:
            why = f"it no longer confirms {one.objective}"
            yield Change(ATTESTATION, name, Direction.REMOVED, False, why, (), one.location, None)
        else:
            judged = judge_attestation(one, other)
            yield from _document_change(
                ATTESTATION, name, judged, (base, one.location), (head, other.location)
            )
    for name in now.keys() - before.keys():
        why = f"it confirms {now[name].objective}"
        yield Change(ATTESTATION, name, Direction.ADDED, True, why, (), None, now[name].location)


def _document_change(
    kind: str,
    name: str,
    judged: Iterable[Judged],
    base: tuple[Catalog, Location],
    head: tuple[Catalog, Location],
) -> Iterator[Change]:
    """The change of a document that is located by its name, such as a Waiver."""
    judged = list(judged)
    if not judged:
        return
    documents = [
        next((each for each in catalog.documents if each.locate(("metadata", "name")) == place), None)
        for catalog, place in (base, head)
    ]
    keys = []
    for path, direction, was, is_now, why in judged:
        at_base, at_head = (
            place if document is None else document.locate(path, key=True)
            for document, (_, place) in zip(documents, (base, head), strict=True)
        )
        keys.append(
            KeyChange(".".join(map(str, path)), direction, show(was), show(is_now), why, at_base, at_head)
        )
    if keys:
        weaker = any(each.weaker for each in keys)
        yield Change(kind, name, overall(tuple(keys)), weaker, "", tuple(keys), base[1], head[1])
