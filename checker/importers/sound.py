"""What importers wrote, checked by the loader itself: nothing leaves the import that checker would not read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from checker.importers.write_yaml import RULE as RULE_KIND
from checker.importers.write_yaml import write
from checker.importers.written import RULE, Disabled, Note, Written
from checker.load.catalog import load
from checker.model import Finding, Location, Path

_CRITERION = re.compile(r"spec\.criteria\[(\d+)\]")


class _Texts:
    """Files that are in no file system; a Tree, as ``checker.files`` describes it."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def is_folder(self, path: str) -> bool:
        return False

    def walk(self, folder: str) -> tuple[list[str], list[tuple[str, str]]]:
        return [], []

    def read(self, path: str, limit: int = 0) -> bytes:
        return self._files[path]

    def identity(self, path: str) -> object:
        return path


def sound(written: Sequence[Written]) -> tuple[list[Written], list[Finding]]:
    """The documents that checker reads without an error, and why the others are left out.

    Of SuccessCriteria only the criteria that it would not read are, and they stay as comments.
    """
    rules = [each for each in written if each.data["kind"] == RULE_KIND]
    kept = [each for each in written if each.data["kind"] != RULE_KIND]
    findings: list[Finding] = []
    while kept:
        wrong = _errors(kept)
        if not wrong:
            break
        findings += (_invalid(kept[number], each) for number, each in sorted(wrong.items()))
        rest = (
            _without(each, wrong[number]) if number in wrong else each for number, each in enumerate(kept)
        )
        kept = [each for each in rest if each is not None]
    gates = {each.origin.file for each in kept if each.data["kind"] == "SuccessCriteria"}
    return [*_referred_to(kept), *(each for each in rules if each.origin.file in gates)], findings


def _errors(written: Sequence[Written]) -> dict[int, Finding]:
    """The first error of each document that has one, by its number."""
    files = {f"{number:06}.yaml": write([each]).encode() for number, each in enumerate(written)}
    wrong: dict[int, Finding] = {}
    for each in load(list(files), _Texts(files)).findings:
        if each.level == "error" and each.location is not None:
            wrong.setdefault(int(each.location.file.partition(".")[0]), each)
    return wrong


def _invalid(written: Written, wrong: Finding) -> Finding:
    what = f"{written.data['kind']} {written.data['metadata']['name']}"
    where = f", at {wrong.path}" if wrong.path else ""
    message = f"the {what} that this becomes would not be valid{where}: {wrong.message}"
    return Finding(RULE, "error", message, _place(written, wrong), "", wrong.remedy or "correct it")


def _place(written: Written, wrong: Finding) -> Location:
    found = _CRITERION.match(wrong.path)
    return written.items[int(found[1])] if found and written.items else written.origin


def _without(written: Written, wrong: Finding) -> Written | None:
    """SuccessCriteria without the criterion that is wrong; None where nothing is left, or more is wrong."""
    found = _CRITERION.match(wrong.path) if written.data["kind"] == "SuccessCriteria" else None
    spec = written.data["spec"]
    if found is None or len(spec["criteria"]) < 2:
        return None
    index = int(found[1])
    criteria = [each for number, each in enumerate(spec["criteria"]) if number != index]
    disabled = Disabled(f"{wrong.message}; {wrong.remedy}", spec["criteria"][index])
    notes = tuple(each._replace(at=at) for each in written.notes if (at := _moved(each, index)) is not None)
    data = {**written.data, "spec": {**spec, "criteria": criteria}}
    items = tuple(each for number, each in enumerate(written.items) if number != index)
    return replace(written, data=data, notes=notes, disabled=(*written.disabled, disabled), items=items)


def _moved(note: Note, index: int) -> Path | None:
    """Where a note stands once the criterion ``index`` is gone; None if it was about it."""
    at = note.at
    if at[:2] != ("spec", "criteria") or len(at) < 3 or not isinstance(at[2], int) or at[2] < index:
        return at
    return None if at[2] == index else (*at[:2], at[2] - 1, *at[3:])


def _referred_to(kept: Sequence[Written]) -> list[Written]:
    """The documents without the alert policies that no SLO among them names."""
    named = {
        each.get("alertPolicyRef")
        for written in kept
        if written.data["kind"] == "SLO"
        for each in written.data["spec"].get("alertPolicies", ())
    }
    return [
        each for each in kept if each.data["kind"] != "AlertPolicy" or each.data["metadata"]["name"] in named
    ]
