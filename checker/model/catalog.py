"""Everything that the files of a run say: promises, connections, and what people confirm or excuse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from checker.model.document import Document, Finding, Location
from checker.model.objective import Objective
from checker.units import Threshold


@dataclass(frozen=True, slots=True)
class ConnectionDeclaration:
    """What the files say about a connection: the DataSource's name and its details, or nothing at all."""

    name: str = ""
    details: tuple[tuple[str, str], ...] = ()


class Proof(NamedTuple):
    """What a statement rests on: an http(s) address or a path below the working directory, and the sha256 of its
    bytes in hexadecimal."""

    link: str
    sha256: str

    @property
    def is_file(self) -> bool:
        """Whether its digest is checked; an address is not fetched."""
        return not self.link.startswith(("http://", "https://"))


Standing = Literal["valid", "void", "expired", "notYetValid"]
"""Whether a person's word can count: it was given for the promise as it is, and lasts."""


@dataclass(frozen=True, slots=True)
class Attestation:
    """A person's word that a promise is kept, as it stood at ``digest``. Times are epoch seconds."""

    name: str
    location: Location
    objective: str
    digest: str
    statement: str
    confirmed_by: str
    confirmed_at: int
    valid_until: int
    evidence: tuple[Proof, ...]
    over: bool = False
    """Whether it had expired when the run asked, whatever the moment that is judged."""
    ahead: bool = False
    """Whether it was yet to begin when the run asked."""

    def standing(self, digest: str, at: int) -> Standing:
        """Whether it can count for a promise of this digest at this moment, if its evidence is in order."""
        if self.digest != digest:
            return "void"
        if self.over or at >= self.valid_until:
            return "expired"
        return "notYetValid" if self.ahead or at < self.confirmed_at else "valid"


@dataclass(frozen=True, slots=True)
class Waiver:
    """A dated, approved exception to one promise, as it was at ``digest``. Times are epoch seconds."""

    name: str
    location: Location
    objective: str
    digest: str
    reason: str
    ticket: str
    approver: str
    created: int
    expires: int
    accepts: Threshold | None = None
    """The worst value that is accepted."""
    accepts_inconclusive: bool = False
    over: bool = False
    """Whether it had expired when the run asked, whatever the moment that is judged."""
    ahead: bool = False
    """Whether it was yet to begin when the run asked."""

    def standing(self, digest: str, at: int) -> Standing:
        """Whether it can excuse a promise of this digest at this moment."""
        if self.digest != digest:
            return "void"
        if self.over or at >= self.expires:
            return "expired"
        return "notYetValid" if self.ahead or at < self.created else "valid"


@dataclass(frozen=True, slots=True)
class Catalog:
    """Every loaded object of a run, references resolved, and what was found on the way."""

    documents: tuple[Document, ...] = ()
    objectives: tuple[Objective, ...] = ()
    connections: Mapping[str, ConnectionDeclaration] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    attestations: Mapping[str, tuple[Attestation, ...]] = field(default_factory=dict)
    """By the name of the objective, the latest first."""
    findings: tuple[Finding, ...] = ()
    digests: tuple[tuple[str, str], ...] = ()
    """(file, sha256 of its bytes), sorted."""

    @property
    def valid(self) -> bool:
        return not any(finding.level == "error" and finding.origin == "files" for finding in self.findings)
