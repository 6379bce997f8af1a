"""Loads the rules and the policy file of a run: the built-in pack, and what a team adds to it.

The pack is in ``rules/``: beside the package in a checkout, inside it in an installation. If a team's folder is the
pack itself, nothing is read twice.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from checker.files import WORKING_FOLDER, Tree
from checker.load.apply_policy import apply_policy
from checker.load.checks.names import by_name, duplicates
from checker.load.read_files import documents_of, read_contents
from checker.load.validation.validate import Validated, validate
from checker.model import Document, Finding
from checker.rulebook import Rule, Rulebook

FOLDER = "rules"
"""The folder of a team's own rules, relative to the working directory."""
POLICY_FILE = "policy.yaml"
"""The policy file in the folder of the pack. In other folders, it may have any name."""
PACK = "<built-in rules>"
"""The name of the pack in the list of files that were read."""


def load_rules(
    folder: str | None = None,
    policy: str | None = None,
    environment: str = "",
    tree: Tree = WORKING_FOLDER,
    *,
    examples: bool = False,
) -> Rulebook:
    """The built-in rules and those in ``folder`` of ``tree``, with the settings of its policy file, or of
    ``policy`` instead.

    ``folder`` defaults to ``rules``, if that exists. ``examples`` says whether the examples of the built-in rules
    are needed. Never raises for the content of a file.
    """
    findings: list[Finding] = []
    pack, built_in = _pack(examples)
    contents = dict(read_contents(_paths(folder, policy, tree), tree, findings))
    documents: list[Document] = []
    for name, content in contents.items():
        read, refused = documents_of(content, name)
        findings += refused
        documents += read
    all_read = not any(finding.level == "error" for finding in findings)
    if folder is not None and not documents and all_read and not is_pack(folder, tree):
        message, remedy = f"there is no rule and no policy in {folder}", "name the folder that holds them"
        findings.append(Finding("nothing-to-check", "error", message, remedy=remedy))
    validated, wrong = _validated(documents)
    findings += wrong
    written = [each for each in validated if each.kind == "Rule"]
    findings += duplicates(written, by_name(written))
    rules, clashes = _own_rules(written, built_in, contents)
    findings += clashes
    policies = [each for each in validated if each.kind == "Policy"]
    book = Rulebook(
        rules=tuple(sorted((*pack.values(), *rules), key=lambda rule: rule.name)),
        environment=environment,
        digests=_digests(contents, built_in),
        findings=tuple(findings),
        texts={name: content.decode("utf-8", "replace") for name, content in contents.items()},
    )
    return apply_policy(book, policies, policy)


def is_pack(folder: str, tree: Tree = WORKING_FOLDER) -> bool:
    """Whether ``folder`` is the built-in pack, as in a checkout of checker.

    For a commit, links are not followed to find out: the working folder could make its rules a link to the pack.
    """
    if tree is not WORKING_FOLDER:
        return os.path.abspath(folder) == os.path.realpath(pack_folder())
    return os.path.isdir(folder) and os.path.samefile(folder, pack_folder())


def _paths(folder: str | None, policy: str | None, tree: Tree) -> list[str]:
    """The paths to read besides the pack: the team's folder, and a policy file if one is named.

    If the folder is the pack itself, only the policy file in it is the team's.
    """
    own = FOLDER if folder is None else folder
    paths = [own] if folder is not None or tree.is_folder(own) else []
    if is_pack(own, tree):
        beside = f"{own}/{POLICY_FILE}"
        paths = [beside] if beside in tree.walk(own).files else []
    return paths if policy is None else [*paths, policy]


@cache
def pack_folder() -> str:
    """The folder of the built-in pack."""
    package = Path(__file__).parents[1]
    within = package / FOLDER
    return str(within if within.is_dir() else package.parent / FOLDER)


def _pack(examples: bool) -> tuple[dict[str, Rule], dict[str, bytes]]:
    """The built-in rules and the bytes of their files, by name. The tests validate them, so that is not repeated here.

    The examples are the last and largest part of each file; they are read only with ``examples``.
    """
    rules, contents = {}, {}
    for name in WORKING_FOLDER.walk(pack_folder()).files:
        if os.path.basename(name) == POLICY_FILE:
            continue
        content = WORKING_FOLDER.read(name)
        text = content if examples else content.partition(b"\n  examples:")[0]
        documents, wrong = documents_of(text, f"{FOLDER}/{os.path.basename(name)}")
        if wrong:
            raise RuntimeError(f"the built-in rule {wrong[0].location} cannot be read: {wrong[0].message}")
        for document in documents:
            if document.data["kind"] == "Rule":
                rule = rule_of(document, built_in=True)
                rules[rule.name], contents[rule.name] = rule, content
    return rules, contents


def rule_of(document: Document, *, built_in: bool) -> Rule:
    """The rule in a valid document."""
    spec: Mapping[str, Any] = document.data["spec"]
    scope = spec["scope"]
    return Rule(
        name=document.data["metadata"]["name"],
        subject=spec.get("each", "objective") if scope == "definition" else scope,
        level=spec["level"],
        when=spec.get("when", ""),
        expression=spec["expression"],
        message=spec["message"],
        remedy=spec["remedy"],
        rationale=spec["rationale"],
        parameters=spec.get("parameters", {}),
        document=document,
        built_in=built_in,
    )


def _validated(documents: Sequence[Document]) -> tuple[list[Validated], list[Finding]]:
    """The rules and policies among the documents, and the findings. Other kinds of documents are findings too."""
    validated, findings = [], []
    for document in documents:
        found, wrong = validate(document, {})
        findings += wrong
        if found.kind in ("Rule", "Policy") and not wrong:
            validated.append(found)
        elif found.kind not in ("Rule", "Policy", ""):
            message = f"a document of kind {found.kind} is among the rules, where it is not judged"
            remedy = "move it to the promises, or name the folder of the rules with --rules"
            findings.append(
                Finding("misplaced", "error", message, document.locate(("kind",)), "kind", remedy)
            )
    return validated, findings


def _digests(contents: Mapping[str, bytes], built_in: Mapping[str, bytes]) -> tuple[tuple[str, str], ...]:
    """The digests of the files. Copies of built-in rules are left out, so that they make no difference to a report."""
    pack = hashlib.sha256()
    for content in built_in.values():
        pack.update(content)
    copies = set(built_in.values())
    own = ((name, content) for name, content in contents.items() if _as_shipped(content) not in copies)
    of_files = ((name, hashlib.sha256(content).hexdigest()) for name, content in own)
    return tuple(sorted([(PACK, pack.hexdigest()), *of_files]))


def _as_shipped(content: bytes) -> bytes:
    """The content with the line ends of the pack: a checkout may have others (git's ``core.autocrlf``)."""
    return content.replace(b"\r\n", b"\n")


def _own_rules(
    written: Sequence[Validated], built_in: Mapping[str, bytes], contents: Mapping[str, bytes]
) -> tuple[list[Rule], list[Finding]]:
    """The team's rules without copies of built-in ones; a different rule with a built-in's name is a finding."""
    rules, findings = [], []
    for each in written:
        rule = rule_of(each.document, built_in=False)
        twin = built_in.get(rule.name)
        if twin is None:
            rules.append(rule)
        elif twin != _as_shipped(contents[each.document.file]):
            message = f"there is a built-in rule {rule.name!r}"
            remedy = (
                "give this one another name; a policy file sets the level and parameters of the built-in one"
            )
            findings.append(
                Finding("duplicate-name", "error", message, rule.location, "metadata.name", remedy)
            )
    return rules, findings


def misplaced(documents: Sequence[Document]) -> Iterator[Finding]:
    """Rules and policies among the promises, where they have no effect."""
    for document in documents:
        kind = document.data.get("kind")
        if document.data.get("apiVersion") == "checker/v1" and kind in ("Rule", "Policy"):
            message = f"a {kind} is among the promises, where it has no effect"
            remedy = f"move it to {FOLDER}/, or name its folder with --rules"
            yield Finding("misplaced", "error", message, document.locate(("kind",)), "kind", remedy)
