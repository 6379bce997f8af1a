"""Turns documents into objectives while files are being read, or at the end if they refer to other documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NoReturn

from checker.load.checks.definition import check_definition
from checker.load.checks.names import Named, by_name
from checker.load.checks.openslo import check_openslo
from checker.load.openslo.departure import reported
from checker.load.openslo.dialects import Translated, translated
from checker.load.resolution.criteria import resolve
from checker.load.validation.validate import Validated, validate
from checker.model import Document, Finding, Objective


class _NotYetRead(Exception):
    """A query gets its source from a DataSource, and not all files have been read yet."""


class _Unknown(Mapping[str, str]):
    """Stands for the sources of the DataSources while files are being read: any access raises _NotYetRead."""

    def __getitem__(self, name: str) -> NoReturn:
        raise _NotYetRead

    def __iter__(self) -> NoReturn:
        raise _NotYetRead

    def __len__(self) -> NoReturn:
        raise _NotYetRead


_UNKNOWN = _Unknown()


@dataclass(slots=True)
class _Part:
    """A document, translated to ``openslo/v1`` or ``checker/v1``, and what has been made of it so far."""

    document: Document
    dialect: str
    validated: Validated | None = None
    objectives: list[Objective] | None = None


def _settled(validated: Validated) -> Validated:
    """An SLO whose objectives are made, without its model, which is not needed again (a composite keeps it, for the
    number of its objectives).

    The models of thousands of SLOs would need more memory than everything else.
    """
    if validated.kind != "SLO" or validated.model is None or validated.model.spec.composite:
        return validated
    return validated._replace(model=None, annotations=None)


class Assembly:
    """Validates and resolves documents, in the order of the files, and collects the findings."""

    def __init__(self, strict: bool) -> None:
        self.translations: list[Translated] = []
        self.findings: list[Finding] = []
        self._strict = strict
        self._parts: list[_Part] = []

    def add(self, original: Document) -> None:
        """Translates and validates a document, and resolves it if it refers to no other document."""
        each = translated(original)
        self.translations.append(each)
        self.findings += reported(original, each.departures, self._strict)
        for document in each.documents:
            part = _Part(document, each.dialect)
            self._parts.append(part)
            try:
                validated = self._validate(part, _UNKNOWN)
            except _NotYetRead:
                continue
            if not validated.references:
                self._resolve(part, validated, {})
                part.validated = _settled(validated)

    def finish(self) -> tuple[list[Validated], Named, list[Objective]]:
        """To be called when every file has been read: all validated documents, an index of them, and all objectives."""
        sources = self._sources()
        validated = [part.validated or self._validate(part, sources) for part in self._parts]
        named = by_name(validated)
        for part, each in zip(self._parts, validated, strict=True):
            if part.objectives is None:
                self._resolve(part, each, named)
        return validated, named, [each for part in self._parts for each in part.objectives or ()]

    def _validate(self, part: _Part, sources: Mapping[str, str]) -> Validated:
        part.validated, wrong = validate(part.document, sources, strict=self._strict, dialect=part.dialect)
        self.findings += wrong
        return part.validated

    def _resolve(self, part: _Part, validated: Validated, named: Named) -> None:
        self.findings += check_openslo(validated, named, self._strict)
        part.objectives = list(self._objectives(validated, named))

    def _objectives(self, validated: Validated, named: Named) -> Iterator[Objective]:
        for resolved in resolve(validated, named):
            if isinstance(resolved, Finding):
                self.findings.append(resolved)
            else:
                self.findings += check_definition(resolved)
                yield resolved.objective

    def _sources(self) -> dict[str, str]:
        """The source of each DataSource, by the DataSource's name."""
        sources: dict[str, str] = {}
        for part in self._parts:
            match part.document.data:
                case {"kind": "DataSource", "metadata": {"name": str(name)}, "spec": {"type": str(source)}}:
                    sources[name] = source
        return sources
