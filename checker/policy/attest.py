"""Findings about attestations that do not apply, for promises that need one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from checker.model import Attestation, Finding, Verdict
from checker.units import CONFIRMED


def attestation_findings(
    attestations: Mapping[str, tuple[Attestation, ...]], verdicts: Sequence[Verdict]
) -> Iterator[Finding]:
    """The findings about ``attestations`` (by objective, latest first), given the verdicts.

    An old attestation beside one that applies is no finding: it was renewed. One for an unknown promise, or for a
    promise that is measured, was reported when it was loaded.
    """
    for verdict in verdicts:
        mine = attestations.get(verdict.objective.name, ())
        if mine and verdict.attestation is None and verdict.objective.target.unit == CONFIRMED:
            fact = "; ".join(verdict.reasons).removeprefix(f"attestation {mine[0].name}: ")
            yield attestation_finding(mine[0], fact, verdict.remedy)


def attestation_finding(attestation: Attestation, fact: str, remedy: str) -> Finding:
    """The finding that an attestation does not apply, and why."""
    message = f"attestation {attestation.name!r}: {fact}"
    return Finding("attestation", "warning", message, attestation.location, "", remedy)
