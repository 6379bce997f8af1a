"""Attestations as a source: an Attestation document is the answer, and its evidence is checked if it is a file.

Attestations are policy, as waivers are: they are read with the other documents, so that whoever reviews the change
vouches for them. Only what lies outside the documents is asked and recorded: the digest of each evidence file. An
address is not fetched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from pydantic import Field

from checker import display
from checker.model import (
    Absence,
    Attestation,
    ConnectionDeclaration,
    Exchange,
    Point,
    Question,
    Request,
    Series,
)
from checker.sources import Problem, query, result_file
from checker.units import CONFIRMED, Unit


class Query(query.Query):
    """A promise that a person confirms, by an Attestation that names it."""

    source: Literal["Attestation"] = Field(
        description="A person confirms it, in a document of kind Attestation; the target is 'confirmed'."
    )


ConnectionDetails = result_file.FileConnectionDetails
WINDOWED = False
ACTIONS: Mapping[str, tuple[str, ...]] = {}


class Refusal(NamedTuple):
    """Why an attestation does not apply, and the remedy."""

    reason: str
    remedy: str


def unit(asked: Query) -> Unit:
    return CONFIRMED


def percentile(asked: Query) -> bool:
    return False


def not_a_count(asked: Query) -> Problem:
    return Problem("", "this is confirmed by a person", "measure a number of events")


def check(asked: Query, window: int | None) -> Iterator[Problem]:
    return iter(())


def files(question: Question) -> list[str]:
    """The evidence files of all attestations, whether or not they apply."""
    links = [link for attestation in question.attestations for link in _files(attestation)]
    return result_file.places(question, links)


def requests(questions: Sequence[Question]) -> list[Request]:
    """One request for each evidence file, also of attestations that do not apply now: they may apply at the moment
    that a replay judges."""
    found: dict[tuple[ConnectionDeclaration, str], Request] = {}
    for question in questions:
        for attestation in question.attestations:
            for link in _files(attestation):
                found.setdefault((question.connection, link), result_file.request_for(question, link))
    return list(found.values())


def follow_ups(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Request]:
    return []


def connect(declaration: ConnectionDeclaration, deadline: float) -> result_file.Directory:
    return result_file.connect(declaration, deadline)


def send(request: Request, connection: result_file.Directory) -> Mapping[str, Any]:
    """The digest and the size of one file, in bytes."""
    _, data = result_file.read_request(request, connection)
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def read(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Series | Absence]:
    """The value 1 for each promise that is confirmed, by the latest attestation that applies."""
    answers: dict[tuple[ConnectionDeclaration, str], list[Exchange]] = {}
    for each in exchanges:
        key = each.request.connection, str(each.request.parameters.get("file"))
        answers.setdefault(key, []).append(each)
    return [_read(question, answers) for question in questions]


def describe(question: Question) -> str:
    names = ", ".join(attestation.name for attestation in question.attestations)
    return f"Attestation {names}" if names else "an Attestation (there is none)"


def resources(request: Request) -> tuple[str, ...]:
    """Nothing: a file needs no permission of AWS."""
    return ()


def priced(request: Request) -> tuple[tuple[str, int | None], ...]:
    """Nothing: reading a file is free."""
    return ()


Answers = Mapping[tuple[ConnectionDeclaration, str], Sequence[Exchange]]


def _read(question: Question, answers: Answers) -> Series | Absence:
    digest = _digest(question)
    if not question.attestations:
        return Absence(
            "no-data",
            "nobody has confirmed it",
            f"have somebody check it, and confirm it in an Attestation with digest {digest}",
        )
    refusals: list[Refusal] = []
    for attestation in question.attestations:
        refusal = refused(attestation, _digest(question), question.at)
        problem = refusal or _evidence_problem(attestation, question, answers)
        if problem is None:
            return _confirmed(attestation)
        if isinstance(problem, Absence):
            return problem
        refusals.append(problem)
    return Absence(
        "no-data", f"attestation {question.attestations[0].name}: {refusals[0].reason}", refusals[0].remedy
    )


def _confirmed(attestation: Attestation) -> Series:
    return Series(
        points=(Point(attestation.confirmed_at, Fraction(1), 1),),
        combine="single",
        unit=CONFIRMED,
        newest=attestation.confirmed_at,
        samples=1,
        attestation=attestation,
    )


def _digest(question: Question) -> str:
    return "" if question.objective is None else question.objective.digest


def refused(attestation: Attestation, digest: str, at: int) -> Refusal | None:
    """Why an attestation does not apply to a promise with this digest at the moment ``at``; None if it does. Its
    evidence is not checked."""
    match attestation.standing(digest, at):
        case "void":
            reason = "it is void: the promise was changed since it was confirmed"
            return Refusal(reason, f"check it again, and confirm it with digest {digest}")
        case "expired":
            since = ", before this was asked" if at < attestation.valid_until else ""
            reason = f"it expired at {display.moment(attestation.valid_until)}{since}"
            return Refusal(reason, "check and confirm it again")
        case "notYetValid":
            after = "this was asked" if at >= attestation.confirmed_at else "the moment it is judged at"
            reason = f"it was confirmed at {display.moment(attestation.confirmed_at)}, after {after}"
            return Refusal(reason, "judge later, or correct the date")
        case "valid":
            return None


def _evidence_problem(
    attestation: Attestation, question: Question, answers: Answers
) -> Refusal | Absence | None:
    """What is wrong with the evidence files: gone, changed, or not readable. None if nothing is."""
    stated = dict(attestation.evidence)
    for link in _files(attestation):
        exchanges = answers.get((question.connection, link), ())
        if not exchanges:
            reason = f"attestation {attestation.name}: the evidence does not hold the digest of {link}"
            return Absence("not-recorded", reason, "record the evidence again")
        if any(
            (each.response, each.failure) != (exchanges[0].response, exchanges[0].failure)
            for each in exchanges
        ):
            reason = f"attestation {attestation.name}: the evidence holds different answers for {link}"
            return Absence("failed", reason, "record the evidence again")
        failure, found = exchanges[0].failure, (exchanges[0].response or {}).get("sha256")
        if failure is not None and failure.kind == "missing":
            return Refusal(
                f"its evidence is gone: {failure.message}", "restore the file, or confirm it again"
            )
        if failure is not None:
            reason = f"attestation {attestation.name}: {failure.message}"
            return Absence("failed", reason, failure.remedy)
        if found != stated[link]:
            reason = f"its evidence {link} is not what was confirmed: it has the digest {found}"
            return Refusal(reason, "restore the file, or check and confirm it again")
    return None


def _files(attestation: Attestation) -> list[str]:
    return [proof.link for proof in attestation.evidence if proof.is_file]
