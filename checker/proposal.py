"""With ``--base``: the changes in the working folder. They are reported, and the gate never depends on them.

Promises that are added or changed are asked and judged too, so that a reviewer sees how they stand; but only
through connections that the base commit has. Otherwise a change could name an address of its own, and this run
would send its credentials there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from checker.model import Catalog, Finding, Objective, Outcome, Verdict, queries_of
from checker.rulebook import Rulebook

# Only a run with a base needs the comparison, which takes as long to import as a tenth of a run.
if TYPE_CHECKING:
    from checker.diff.change import Change


class Proposal(NamedTuple):
    """The files of the working folder, and what they change.

    ``objectives`` are the changed promises to judge as proposed; ``elsewhere`` are those that are not asked,
    because they use a connection that the base does not have. Neither gates.
    """

    catalog: Catalog
    changes: tuple[Change, ...] = ()
    objectives: tuple[Objective, ...] = ()
    elsewhere: tuple[Objective, ...] = ()


NOTHING = Proposal(Catalog())


def proposed(
    base: Catalog, head: Catalog, book: Rulebook, new_book: Rulebook, selected: Sequence[Objective]
) -> Proposal:
    """What ``head`` changes compared with ``base``. If either is invalid, there are only the findings of ``head``.

    ``selected`` are the promises of ``head`` that this run is about.
    """
    from checker.diff.change import Direction
    from checker.diff.compare import PROMISE, compare, in_order
    from checker.diff.rules import compare_rules

    if not base.valid or not head.valid:
        return Proposal(head)
    changes = in_order([*compare(base, head), *compare_rules(book, new_book)])
    touched = {
        each.name for each in changes if each.kind == PROMISE and each.direction is not Direction.REWORDED
    }
    objectives = [each._replace(gating=False) for each in selected if each.name in touched]
    safe: list[Objective] = []
    elsewhere: list[Objective] = []
    for each in objectives:
        known = _connections(each, head) <= _connections(each, base)
        (safe if known else elsewhere).append(each)
    return Proposal(head, changes, tuple(safe), tuple(elsewhere))


def _connections(objective: Objective, catalog: Catalog) -> set[tuple[str, object]]:
    """The connections that a promise uses, as declared in ``catalog``."""
    named = {query.dataSourceRef for query in queries_of(objective) if query.dataSourceRef}
    return {(name, catalog.connections[name].details) for name in named if name in catalog.connections}


def report_proposal(
    proposal: Proposal, judged: Sequence[Verdict]
) -> tuple[tuple[Verdict, ...], tuple[Finding, ...]]:
    """The verdicts of the promises that are new, and a finding for each change.

    ``judged`` are the verdicts of the proposal's objectives.
    """
    if not proposal.changes:
        return (), proposal.catalog.findings
    from checker.diff.change import Direction
    from checker.diff.compare import PROMISE

    unasked = [
        Verdict(
            each,
            Outcome.INCONCLUSIVE,
            ("it uses a connection that the base does not have, and is not queried until that is merged",),
        )
        for each in proposal.elsewhere
    ]
    verdicts = {each.objective.name: each for each in (*judged, *unasked)}
    added = [
        each.name for each in proposal.changes if each.kind == PROMISE and each.direction is Direction.ADDED
    ]
    new = tuple(verdicts[name] for name in added if name in verdicts)
    found = tuple(
        _finding(each, verdicts) for each in proposal.changes if each.direction is not Direction.REWORDED
    )
    return new, (*proposal.catalog.findings, *found)


def _finding(change: Change, verdicts: dict[str, Verdict]) -> Finding:
    from checker.diff.compare import PROMISE

    kind = "" if change.kind == PROMISE else f"{change.kind} "
    parts = [f"{kind}{change.name} is {change.direction} in the working folder"]
    parts += [
        f"{each.key}: {each.base or 'none'} -> {each.head or 'none'} ({each.why})" for each in change.keys
    ]
    parts += [change.why] if change.why else []
    if change.kind == PROMISE and change.name in verdicts:
        parts.append(f"as proposed it is {verdicts[change.name].outcome}")
    related = () if change.base_at is None else (("as it is at the base", change.base_at),)
    return Finding(
        rule="weaker-than-base" if change.weaker else "changed-since-base",
        level="warning" if change.weaker else "note",
        message="; ".join(parts),
        location=change.head_at,
        remedy="it takes effect once it is merged" if change.weaker else "it counts once it is merged",
        related=related,
        subject=change.name if change.kind in (PROMISE, "Waiver") else "",
    )


def found_at(base: object, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings; those about the files of a base commit say so, because their line numbers are not those of the
    working folder."""
    if base is None:
        return tuple(findings)
    return tuple(each._replace(message=f"at {base}: {each.message}") for each in findings)
