"""Checks the written documents with checker's own loader, so that an import yields only readable documents."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from checker.files import Walked
from checker.importers.write_yaml import RULE as RULE_KIND
from checker.importers.write_yaml import write
from checker.importers.written import RULE, Disabled, Note, Written
from checker.load.catalog import load
from checker.model import Finding, Location, Path

_CRITERION = re.compile(r"spec\.criteria\[(\d+)\]")


class _Texts:
    """Files that exist only in memory; a Tree, as ``checker.files`` describes it."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def is_folder(self, path: str) -> bool:
        return False

    def walk(self, folder: str) -> Walked:
        return Walked([], [], [])

    def read(self, path: str, limit: int = 0) -> bytes:
        return self._files[path]

    def identity(self, path: str) -> object:
        return path


def sound(written: Sequence[Written]) -> tuple[list[Written], list[Finding]]:
    """The documents that checker reads without an error, and findings about the others.

    From SuccessCriteria only the invalid criteria are left out; they are kept as comments.
    """
    rules = [each for each in written if each.data["kind"] == RULE_KIND]
    kept = [each for each in written if each.data["kind"] != RULE_KIND]
    findings: list[Finding] = []
    while kept:
        wrong = _errors(kept)
        if not wrong:
            break
        findings += (_invalid(kept[number], each) for number in sorted(wrong) for each in wrong[number])
        rest = (
            _without(each, wrong[number]) if number in wrong else each for number, each in enumerate(kept)
        )
        kept = [each for each in rest if each is not None]
    gates = {each.origin.file for each in kept if each.data["kind"] == "SuccessCriteria"}
    return [*_referred_to(kept), *(each for each in rules if each.origin.file in gates)], findings


def _errors(written: Sequence[Written]) -> dict[int, list[Finding]]:
    """The errors by document number: the first of each criterion, or only the first error outside the criteria."""
    files = {f"{number:06}.yaml": write([each]).encode() for number, each in enumerate(written)}
    wrong: dict[int, dict[str, Finding]] = {}
    for each in load(list(files), _Texts(files)).findings:
        if each.level == "error" and each.location is not None:
            criterion = _CRITERION.match(each.path)
            found = wrong.setdefault(int(each.location.file.partition(".")[0]), {})
            found.setdefault(criterion[0] if criterion else "", each)
    return {number: [found[""]] if "" in found else list(found.values()) for number, found in wrong.items()}


def _invalid(written: Written, wrong: Finding) -> Finding:
    what = f"{written.data['kind']} {written.data['metadata']['name']}"
    where = f", at {wrong.path}" if wrong.path else ""
    message = f"the {what} that this becomes would not be valid{where}: {wrong.message}"
    return Finding(RULE, "error", message, _place(written, wrong), "", wrong.remedy or "correct it")


def _place(written: Written, wrong: Finding) -> Location:
    found = _CRITERION.match(wrong.path)
    return written.items[int(found[1])] if found and written.items else written.origin


def _without(written: Written, wrong: Sequence[Finding]) -> Written | None:
    """SuccessCriteria without the wrong criteria; None if none is left, or if there are other errors."""
    why = {int(found[1]): each for each in wrong if (found := _CRITERION.match(each.path))}
    if written.data["kind"] != "SuccessCriteria" or len(why) < len(wrong):
        return None
    spec = written.data["spec"]
    left = [number for number in range(len(spec["criteria"])) if number not in why]
    if not left:
        return None
    disabled = (
        Disabled(f"{each.message}; {each.remedy}", spec["criteria"][number]) for number, each in why.items()
    )
    return written._replace(
        data={**written.data, "spec": {**spec, "criteria": [spec["criteria"][number] for number in left]}},
        notes=tuple(each._replace(at=at) for each in written.notes if (at := _moved(each, left)) is not None),
        disabled=(*written.disabled, *disabled),
        items=tuple(written.items[number] for number in left),
    )


def _moved(note: Note, left: Sequence[int]) -> Path | None:
    """The place of a note after all criteria but ``left`` are removed; None if it was about a removed one."""
    match note.at:
        case ("spec", "criteria", int(number), *rest):
            return ("spec", "criteria", left.index(number), *rest) if number in left else None
    return note.at


def _referred_to(kept: Sequence[Written]) -> list[Written]:
    """The documents without alert policies that no SLO names."""
    named = {
        each.get("alertPolicyRef")
        for written in kept
        if written.data["kind"] == "SLO"
        for each in written.data["spec"].get("alertPolicies", ())
    }
    return [
        each for each in kept if each.data["kind"] != "AlertPolicy" or each.data["metadata"]["name"] in named
    ]
