"""What is wrong with attestations: those that do not count where one is needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from checker.model import Attestation, Finding, Verdict
from checker.units import CONFIRMED


def attestation_findings(
    attestations: Mapping[str, tuple[Attestation, ...]], verdicts: Sequence[Verdict]
) -> Iterator[Finding]:
    """The findings about ``attestations``, by objective and the latest first, after these ``verdicts``.

    An old attestation beside one that counts is no finding: it was renewed. One for no promise, or for one that is
    measured, was found when it was loaded.
    """
    for verdict in verdicts:
        mine = attestations.get(verdict.objective.name, ())
        if mine and verdict.attestation is None and verdict.objective.target.unit == CONFIRMED:
            fact = "; ".join(verdict.reasons).removeprefix(f"attestation {mine[0].name}: ")
            yield attestation_finding(mine[0], fact, verdict.remedy)


def attestation_finding(attestation: Attestation, fact: str, remedy: str) -> Finding:
    """That an attestation does not count, and why."""
    message = f"attestation {attestation.name!r}: {fact}"
    return Finding("attestation", "warning", message, attestation.location, "", remedy)
