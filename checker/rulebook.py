"""A team's policy: its rules, the settings in its policy file, and the findings about both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from checker.model import Document, Finding, Level, Location

Subject = Literal["objective", "waiver", "document", "verdict", "release"]
"""What one evaluation of a rule is about; objective, waiver and document are definitions."""


class Example(NamedTuple):
    """An example that a rule is tested on. ``input`` states only how it differs from an input that satisfies all
    rules."""

    passes: bool
    description: str
    input: Mapping[str, Any]
    parameters: Mapping[str, Any]
    message: str
    location: Location


class Rule(NamedTuple):
    """One rule as it is written. ``when`` is "" if the rule applies to every subject."""

    name: str
    subject: Subject
    level: Level
    when: str
    expression: str
    message: str
    remedy: str
    rationale: str
    parameters: Mapping[str, Any]
    document: Document
    built_in: bool
    """Whether it ships with checker; a team's own rules are not trusted to terminate."""

    @property
    def location(self) -> Location:
        """The location of its name."""
        return self.document.locate(("metadata", "name"))

    @property
    def scope(self) -> str:
        return self.subject if self.subject in ("verdict", "release") else "definition"

    def examples(self) -> tuple[Example, ...]:
        """Its examples, the passing ones first."""
        written = self.document.data["spec"].get("examples") or {}
        return tuple(
            Example(
                kind == "pass",
                each.get("description", ""),
                each.get("input", {}),
                each.get("parameters", {}),
                each.get("message", ""),
                self.document.locate(("spec", "examples", kind, index)),
            )
            for kind in ("pass", "fail")
            for index, each in enumerate(written.get(kind, ()))
        )


class Setting(NamedTuple):
    """What a policy file changes about one rule; None is what it does not set."""

    rule: str
    enabled: bool | None
    level: Level | None
    parameters: Mapping[str, Any]
    reason: str
    location: Location


class Setup(NamedTuple):
    """How one rule is run: its own level and parameters with the policy's changes applied."""

    rule: Rule
    level: Level
    parameters: Mapping[str, Any]
    off: Setting | None = None
    """The setting that turned the rule off, if it is off."""
    lowered: Setting | None = None
    """The setting that lowered its level, if it is lower than the rule's own."""
    last: Setting | None = None
    """The last setting that concerns it."""


LEVELS: tuple[Level, ...] = ("note", "warning", "error")


def set_up(rule: Rule, settings: Iterable[Setting]) -> Setup:
    """``rule`` with the settings that concern it applied in order."""
    setup = Setup(rule, rule.level, rule.parameters)
    for setting in settings:
        if setting.rule != rule.name:
            continue
        setup = setup._replace(last=setting)
        if setting.enabled is not None:
            setup = setup._replace(off=None if setting.enabled else setting)
        if setting.level is not None:
            lower = LEVELS.index(setting.level) < LEVELS.index(rule.level)
            setup = setup._replace(level=setting.level, lowered=setting if lower else None)
        if setting.parameters:
            setup = setup._replace(parameters={**setup.parameters, **setting.parameters})
    return setup


class Selection(NamedTuple):
    """Settings for the documents that have all of ``labels``."""

    labels: Mapping[str, str]
    settings: tuple[Setting, ...]


class Rulebook(NamedTuple):
    """The rules of a run, sorted by name, with their settings; later settings override earlier ones."""

    rules: tuple[Rule, ...] = ()
    settings: tuple[Setting, ...] = ()
    """Including those of ``environment``."""
    selections: tuple[Selection, ...] = ()
    environment: str = ""
    by_environment: Mapping[str, tuple[Setting, ...]] = MappingProxyType({})
    """The settings as they would be in each environment; "" is no particular environment."""
    findings: tuple[Finding, ...] = ()
    """What is wrong with the rules and the policy; as notes also what the policy turns off."""
    digests: tuple[tuple[str, str], ...] = ()
    """(file, sha256 of its bytes) of the team's files, sorted, and of the built-in pack as a whole."""
    texts: Mapping[str, str] | None = None
    """The text of each of the team's files by name, used to locate mistakes within an expression."""

    @property
    def valid(self) -> bool:
        return not any(finding.level == "error" for finding in self.findings)
