"""What is wrong with attestations: those for nobody, and those that do not count where one is needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from checker.model import Attestation, Finding, Objective, Verdict
from checker.units import CONFIRMED


def attestation_findings(
    attestations: Mapping[str, tuple[Attestation, ...]],
    known: Sequence[Objective],
    verdicts: Sequence[Verdict],
) -> Iterator[Finding]:
    """The findings about ``attestations``, by objective and the latest first, after these ``verdicts``.

    ``known`` are all promises, also those that are not judged in this run. An old attestation beside one that
    counts is no finding: it was renewed.
    """
    promises = {objective.name: objective for objective in known}
    for name, each in attestations.items():
        promise = promises.get(name)
        for attestation in each:
            if promise is None:
                fact = f"it is for {name!r}, and there is no such promise"
                yield _finding(attestation, fact, "correct the name, or remove it")
            elif promise.target.unit != CONFIRMED:
                fact = f"it is for {name}, which is measured: nobody's word counts for it"
                yield _finding(attestation, fact, "remove it; a Waiver is what excuses a miss")
    for verdict in verdicts:
        mine = attestations.get(verdict.objective.name, ())
        if mine and verdict.attestation is None and verdict.objective.target.unit == CONFIRMED:
            fact = "; ".join(verdict.reasons).removeprefix(f"attestation {mine[0].name}: ")
            yield _finding(mine[0], fact, verdict.remedy)


def _finding(attestation: Attestation, fact: str, remedy: str) -> Finding:
    message = f"attestation {attestation.name!r}: {fact}"
    return Finding("attestation", "warning", message, attestation.location, "", remedy)
