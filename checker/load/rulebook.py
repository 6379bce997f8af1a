"""The rules and the policy file of a run: the pack that comes with checker, and what a team adds to it.

The pack lies in ``rules/``: beside the package in a checkout, within it in an installation. A team's own folder
adds to it; where it is the pack's, nothing comes twice.
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
from checker.load.catalog import read_contents
from checker.load.check_names import by_name, duplicates
from checker.load.read_yaml import read_yaml
from checker.load.validate import Validated, validate
from checker.model import Document, Finding
from checker.rulebook import Rule, Rulebook

FOLDER = "rules"
"""Where a team's own rules lie, beside where checker runs."""
PACK = "<built-in rules>"
"""The pack's name where reports list what was read."""


def load_rules(
    folder: str | None = None, policy: str | None = None, environment: str = "", tree: Tree = WORKING_FOLDER
) -> Rulebook:
    """The built-in rules and those in ``folder`` of ``tree``, set by its policy file, or by ``policy`` instead.

    Without ``folder`` it is ``rules``, if there is such a folder. Never raises for what a file holds.
    """
    findings: list[Finding] = []
    pack, pack_digest = _pack()
    texts: dict[str, str] = {}
    digests = {PACK: pack_digest}
    paths = [folder] if folder is not None else [FOLDER] if tree.is_folder(FOLDER) else []
    if policy is not None:
        paths.append(policy)
    documents: list[Document] = []
    for name, content in read_contents(paths, tree, findings):
        digests[name] = hashlib.sha256(content).hexdigest()
        read, refused = read_yaml(content, name)
        findings += refused
        documents += read
        texts[name] = content.decode("utf-8", "replace")
    if _is_pack(folder or FOLDER, tree):
        documents = [each for each in documents if each.data.get("kind") != "Rule"]
        mine = {document.file for document in documents}
        digests = {name: digest for name, digest in digests.items() if name in mine or name == PACK}
    validated, wrong = _validated(documents)
    findings += wrong
    findings += duplicates(validated, by_name(validated))
    rules, clashes = _own_rules(validated, pack, texts)
    findings += clashes
    policies = [each for each in validated if each.kind == "Policy"]
    book = Rulebook(
        rules=tuple(sorted((*pack.values(), *rules), key=lambda rule: rule.name)),
        environment=environment,
        digests=tuple(sorted(digests.items())),
        findings=tuple(findings),
        texts=texts,
    )
    return apply_policy(book, policies, policy)


def _is_pack(folder: str, tree: Tree) -> bool:
    """Whether ``folder`` is where the built-in pack lies, as in a checkout of checker.

    For a commit no link is followed to find out: the working folder could turn its rules into one.
    """
    if tree is not WORKING_FOLDER:
        return os.path.abspath(folder) == os.path.realpath(pack_folder())
    return os.path.isdir(folder) and os.path.samefile(folder, pack_folder())


@cache
def pack_folder() -> str:
    """Where the built-in pack lies."""
    package = Path(__file__).parents[1]
    within = package / FOLDER
    return str(within if within.is_dir() else package.parent / FOLDER)


def _pack() -> tuple[dict[str, Rule], str]:
    """The built-in rules by name, and one digest of all. The tests validate them, so nothing is done here twice."""
    digest, rules = hashlib.sha256(), {}
    names, _ = WORKING_FOLDER.walk(pack_folder())
    for name in names:
        content = WORKING_FOLDER.read(name)
        shown = f"{FOLDER}/{os.path.basename(name)}"
        for document in read_yaml(content, shown)[0]:
            if document.data["kind"] == "Rule":
                digest.update(content)
                rule = rule_of(document, built_in=True)
                rules[rule.name] = rule
    return rules, digest.hexdigest()


def rule_of(document: Document, *, built_in: bool) -> Rule:
    """The rule that a valid document holds."""
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
    """The rules and policies among the documents, and what is wrong with them; nothing else belongs here."""
    validated, findings = [], []
    for document in documents:
        found, wrong = validate(document, {})
        findings += wrong
        if found.kind in ("Rule", "Policy") and not wrong:
            validated.append(found)
        elif found.kind not in ("Rule", "Policy", ""):
            message = f"a {found.kind} stands among the rules, where nobody judges it"
            remedy = "move it to the promises, or name the folder of the rules with --rules"
            findings.append(
                Finding("misplaced", "error", message, document.locate(("kind",)), "kind", remedy)
            )
    return validated, findings


def _own_rules(
    validated: Sequence[Validated], pack: Mapping[str, Rule], texts: Mapping[str, str]
) -> tuple[list[Rule], list[Finding]]:
    """The team's rules, without copies of built-in ones; one that only bears such a name is a finding."""
    rules, findings = [], []
    for each in validated:
        if each.kind != "Rule":
            continue
        rule = rule_of(each.document, built_in=False)
        twin = pack.get(rule.name)
        if twin is None:
            rules.append(rule)
        elif twin.document.data != each.document.data:
            message = f"there is a built-in rule {rule.name!r}"
            remedy = (
                "give this one another name; a policy file sets the level and parameters of the built-in one"
            )
            findings.append(
                Finding("duplicate-name", "error", message, rule.location, "metadata.name", remedy)
            )
    return rules, findings


def misplaced(documents: Sequence[Document]) -> Iterator[Finding]:
    """Rules and policies among the promises, where nobody would follow them."""
    for document in documents:
        kind = document.data.get("kind")
        if document.data.get("apiVersion") == "checker/v1" and kind in ("Rule", "Policy"):
            message = f"a {kind} stands among the promises, where nobody follows it"
            remedy = f"move it to {FOLDER}/, or name its folder with --rules"
            yield Finding("misplaced", "error", message, document.locate(("kind",)), "kind", remedy)
