"""The attestation of a promise, as rules see it: who confirmed it, on what evidence, until when, and whether it
applies."""

from __future__ import annotations

from collections.abc import Sequence

from checker.model import Attestation, Verdict
from checker.policy.inputs.fields import Schema, or_null, record, text, whole
from checker.policy.inputs.values import Plain, moment, moment_schema
from checker.units import CONFIRMED

STATES = ("valid", "missing", "expired", "notYetValid", "void", "unproven", "tooOld")


def attestation_input(verdict: Verdict, written: Sequence[Attestation], at: int) -> Plain | None:
    """The attestation behind a verdict, or else the latest of those ``written`` for its promise.

    None for a promise that is measured.
    """
    if verdict.objective.target.unit != CONFIRMED:
        return None
    found = verdict.attestation or (written[0] if written else None)
    return {
        "state": "missing" if found is None else _state(found, verdict, at),
        "name": "" if found is None else found.name,
        "statement": "" if found is None else found.statement,
        "confirmedBy": "" if found is None else found.confirmed_by,
        "confirmedAt": None if found is None else moment(found.confirmed_at),
        "validUntil": None if found is None else moment(found.valid_until),
        "proofs": 0 if found is None else len(found.evidence),
        "files": 0 if found is None else sum(proof.is_file for proof in found.evidence),
    }


def attestation_schema() -> Schema:
    """The schema of ``attestation_input``."""
    return record(
        "What a person said of it; null where the promise is measured.",
        state=text(
            "valid; or why it does not count: there is none, it expired, is not valid yet, was for the promise as it "
            "was before, its evidence is gone, changed or could not be read, or it is older than maxAge.",
            "valid",
            *STATES,
        ),
        name=text("Its name.", "restore-january"),
        statement=text("What was said.", "The backup was restored."),
        confirmedBy=text("Who said so.", "Dana Reyes"),
        confirmedAt=or_null(moment_schema("When.", 1797206400, "2026-12-14T00:00:00Z")),
        validUntil=or_null(moment_schema("Until when it counts.", 1804982400, "2027-03-14T00:00:00Z")),
        proofs=whole("How many pieces of evidence it names.", 2),
        files=whole("How many of them are files, whose digests are checked.", 1),
    )


def _state(attestation: Attestation, verdict: Verdict, at: int) -> str:
    objective = verdict.objective
    standing = attestation.standing(objective.digest, at)
    if standing == "valid" and verdict.attestation is None:
        return "unproven"
    if standing == "valid" and objective.max_age is not None:
        return "tooOld" if at - attestation.confirmed_at > objective.max_age else standing
    return standing
