"""Compares every field of an Attestation. An attestation makes a promise kept, so an added or longer one is weaker."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from checker import display
from checker.diff.change import Direction, Judged, both
from checker.diff.field import changed
from checker.model import Attestation, Proof

Rule = Callable[[Attestation, Attestation], Iterator[Judged]]


def judge_attestation(base: Attestation, head: Attestation) -> Iterator[Judged]:
    """Every key in which two attestations of the same name differ, with its direction."""
    for name in Attestation._fields:
        unknown: Rule = changed(name, ("spec", name), "it is not known which of the two says less")
        rule = KEYS.get(name, unknown)
        if rule is not None:
            yield from rule(base, head)


def _judge_confirmed_at(base: Attestation, head: Attestation) -> Iterator[Judged]:
    if base.confirmed_at != head.confirmed_at:
        shown = both(display.moment, base.confirmed_at, head.confirmed_at)
        yield Judged(("spec", "confirmedAt"), Direction.CHANGED, *shown, "it was confirmed at another time")


def _judge_valid_until(base: Attestation, head: Attestation) -> Iterator[Judged]:
    if base.valid_until != head.valid_until:
        longer = head.valid_until > base.valid_until
        direction = Direction.LOOSENED if longer else Direction.TIGHTENED
        shown = both(display.moment, base.valid_until, head.valid_until)
        why = "it holds for longer" if longer else "it holds for less time"
        yield Judged(("spec", "validUntil"), direction, *shown, why)


def _judge_evidence(base: Attestation, head: Attestation) -> Iterator[Judged]:
    if set(base.evidence) != set(head.evidence):
        shown = both(_listed, base.evidence, head.evidence)
        yield Judged(("spec", "evidence"), Direction.CHANGED, *shown, "it rests on other evidence")


def _listed(evidence: tuple[Proof, ...]) -> str:
    return ", ".join(f"{each.link} ({each.sha256[:16]})" for each in evidence)


KEYS: Mapping[str, Rule | None] = {
    "name": None,
    "location": None,
    "objective": changed("objective", ("spec", "objective"), "another promise is confirmed"),
    "digest": changed("digest", ("spec", "digest"), "it now confirms the promise as it was changed"),
    "statement": changed("statement", ("spec", "statement"), "the statement is different"),
    "confirmed_by": changed(
        "confirmed_by", ("spec", "confirmedBy"), "another person is named as confirming it"
    ),
    "confirmed_at": _judge_confirmed_at,
    "valid_until": _judge_valid_until,
    "evidence": _judge_evidence,
    "over": None,
    "ahead": None,
}
"""The rule for each field; None for its name, its location, and what a run adds."""
