"""Everything that the files of a run say: promises, connections, waivers and attestations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from checker.model.document import Document, Finding, Location
from checker.model.objective import Objective
from checker.units import Threshold


class ConnectionDeclaration(NamedTuple):
    """A connection as the files declare it: the DataSource's name and details; both are empty if none is declared."""

    name: str = ""
    details: tuple[tuple[str, str], ...] = ()


class Proof(NamedTuple):
    """Evidence for an attestation: an http(s) address or a path below the working directory, and the sha256 of its
    bytes in hexadecimal."""

    link: str
    sha256: str

    @property
    def is_file(self) -> bool:
        """Whether it is a file, whose digest is checked. An address is not fetched."""
        return not self.link.startswith(("http://", "https://"))


Standing = Literal["valid", "void", "expired", "notYetValid"]
"""Whether a waiver or an attestation applies: it names the promise as it is now, and the moment lies within its
term."""


class Attestation(NamedTuple):
    """A person's statement that a promise is kept. It holds for the promise as it was at ``digest``. Times are
    epoch seconds."""

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
    """Whether it had already expired by the clock when the run asked, even if it was valid at the moment that is
    judged."""
    ahead: bool = False
    """Whether it was not yet valid by the clock when the run asked."""

    def standing(self, digest: str, at: int) -> Standing:
        """Whether it applies to a promise with this digest at the moment ``at``. Its evidence is not checked here."""
        if self.digest != digest:
            return "void"
        if self.over or at >= self.valid_until:
            return "expired"
        return "notYetValid" if self.ahead or at < self.confirmed_at else "valid"


class Waiver(NamedTuple):
    """A dated, approved exception to one promise as it was at ``digest``. Times are epoch seconds."""

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
    """Whether it had already expired by the clock when the run asked, even if it was valid at the moment that is
    judged."""
    ahead: bool = False
    """Whether it was not yet valid by the clock when the run asked."""

    def standing(self, digest: str, at: int) -> Standing:
        """Whether it can excuse a promise with this digest at the moment ``at``."""
        if self.digest != digest:
            return "void"
        if self.over or at >= self.expires:
            return "expired"
        return "notYetValid" if self.ahead or at < self.created else "valid"


@dataclass(frozen=True, slots=True)
class Catalog:
    """Every loaded object of a run, with references resolved, and the findings of loading."""

    documents: tuple[Document, ...] = ()
    objectives: tuple[Objective, ...] = ()
    connections: Mapping[str, ConnectionDeclaration] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    attestations: Mapping[str, tuple[Attestation, ...]] = field(default_factory=dict)
    """By objective name, latest first."""
    findings: tuple[Finding, ...] = ()
    digests: tuple[tuple[str, str], ...] = ()
    """(file, sha256 of its bytes), sorted."""

    @property
    def valid(self) -> bool:
        return not any(finding.level == "error" and finding.origin == "files" for finding in self.findings)
