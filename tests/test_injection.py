"""Nothing that strangers write reaches a reader as more than text: what is accepted of the shipped example's files,
what was recorded, names of files, and arguments, through every command and format.

``tests/reports/test_injection.py`` tries every field of every kind of file, and says what "as text" means.
"""

from __future__ import annotations

import copy
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.reports.harmless import CONTROL, PRINTABLE, Judged

SECUREBASE = Path(__file__).parents[1] / "slos/securebase"
EVIDENCE = "evidence.synthetic.jsonl"


@pytest.fixture
def judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Judged:
    monkeypatch.chdir(tmp_path)
    return Judged(capsys)


def leaves(
    value: Any, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], dict[Any, Any] | list[Any], Any]]:
    """(the keys that lead there, the container, the key or index) of every text in a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        here = (*path, key) if isinstance(key, str) else path
        if isinstance(each, str):
            yield here, value, key
        else:
            yield from leaves(each, here)


def test_what_is_accepted_is_harmless_in_every_report(judged: Judged) -> None:
    """Each field of the shipped example in turn, wherever it stands, with the evidence that belongs to it."""
    shutil.copytree(SECUREBASE, "slos")
    files = {
        path: list(yaml.load_all(path.read_text(), Loader=yaml.CSafeLoader))
        for path in Path("slos").glob("*.yaml")
    }
    accepted, told = set(), set()
    for key in sorted({path for trees in files.values() for tree in trees for path, _, _ in leaves(tree)}):
        for path, trees in files.items():
            spoilt = copy.deepcopy(trees)
            for tree in spoilt:
                spoil(tree, key, PRINTABLE)
            path.write_text(json.dumps(spoilt))
        code, written = judged.run("slos", "--replay", f"slos/{EVIDENCE}")
        assert code in (1, 2, 4), key
        if code != 2:
            judged("plan", "slos")
            accepted.add(key[-1])
            told |= {key[-1]} if "evil.example" in written["table"] else set()
    assert {"description", "owner", "service"} <= accepted
    assert {"displayName", "reason", "ticket", "approver", "statement"} <= told


def test_the_texts_of_a_plan_are_harmless(judged: Judged) -> None:
    for flags, kind in ((["-f", "json"], "json"), (["--iam"], "json"), ([], "text")):
        code, _ = judged("plan", *flags, str(SECUREBASE), kind=kind)
        assert code == 0
    query = {
        "source": "CloudWatch",
        "namespace": PRINTABLE[:200],
        "metricName": PRINTABLE[:200],
        "stat": "Sum",
    }
    criterion = {"name": "y", "indicator": {**query, "unit": "Count"}, "target": "< 5"}
    head = {"apiVersion": "checker/v1", "kind": "SuccessCriteria", "metadata": {"name": "x"}}
    Path("slos.json").write_text(json.dumps({**head, "spec": {"window": "1h", "criteria": [criterion]}}))
    for flags, kind in ((["-f", "json"], "json"), (["--iam"], "json"), ([], "text")):
        code, told = judged("plan", *flags, "slos.json", kind=kind)
        assert code == 0, told
        assert ("forged" in told) is (flags != ["--iam"])


def spoil(tree: Any, key: tuple[str, ...], text: str) -> None:
    """Puts ``text`` wherever these keys lead to a text."""
    for path, container, at in list(leaves(tree)):
        if path == key:
            container[at] = text


# What sources answer


def test_recorded_answers_and_failures_are_harmless(judged: Judged) -> None:
    """Each text of the shipped evidence in turn, wherever it stands; then every exchange as a failure."""
    head, *lines = [json.loads(each) for each in (SECUREBASE / EVIDENCE).read_text().splitlines()]

    def replay(exchanges: list[Any]) -> tuple[int, dict[str, str]]:
        text = "".join(f"{json.dumps(each)}\n" for each in [head, *exchanges])
        Path("evidence.jsonl").write_text(text)
        return judged.run("slos", "--replay", "evidence.jsonl")

    shutil.copytree(SECUREBASE, "slos")
    assert replay(lines)[0] == 1
    for key in sorted({path for each in lines for path, _, _ in leaves(each)}):
        spoilt = copy.deepcopy(lines)
        for each in spoilt:
            spoil(each, key, PRINTABLE + CONTROL)
        code, _ = replay(spoilt)
        assert code in (1, 2, 3, 4), key
    for text in (PRINTABLE, CONTROL):
        failure = {"kind": "server", "message": text, "remedy": text}
        code, written = replay(
            [{**each, "response": None, "failure": failure, "connected": {text: text}} for each in lines]
        )
        assert code == 4
        assert "evil.example" in written["table"] or text == CONTROL


# Names of files


@pytest.mark.parametrize(
    "name",
    [
        "::set-output name=result::PASSED",
        "##[error]forged",
        "\x1b[2K\r",
        "a\n::error::forged",
        "\u202eSSAP\u2066",
        "<img src=x>",
        "@admin #12 `e` *f* | g |",
        "a,line=1,title=forged",
        "%0A%3A%3A",
        "=cmd",
        "a\udcff",
        "\x9b",
    ],
    ids=ascii,
)
@pytest.mark.parametrize("content", ["", "a: [", None], ids=["empty", "broken", "valid"])
def test_names_of_files_are_harmless(judged: Judged, name: str, content: str | None) -> None:
    Path("slos").mkdir()
    file = f"slos/{name}.yaml"
    try:
        Path(file).touch()
    except (OSError, UnicodeEncodeError):
        pytest.skip("this file system knows no such name")
    promise = (
        "apiVersion: checker/v1\nkind: SuccessCriteria\nmetadata: {name: x}\nspec:\n  criteria:\n"
        f"    - {{name: y, target: '> 1 %', indicator: {{source: Coverage, file: {json.dumps(name)}}}}}\n"
    )
    with open(file, "w", encoding="utf-8", errors="surrogateescape") as target:
        target.write(promise if content is None else content)
    judged.everything(file)
    judged.everything("slos")
    code, _ = judged.run(file)
    assert code in (2, 4)
    code, _ = judged.run("slos", "--replay", file)
    assert code == 2


@pytest.mark.parametrize(
    "text", ["::add-mask::x", "##[error]x", "\x1b[2K", "a\n::error::x", "\u202e"], ids=ascii
)
def test_arguments_are_harmless(judged: Judged, text: str) -> None:
    for arguments in (
        ["validate", text],
        ["run", "slos", "--select", text],
        ["run", "slos", "--replay", text],
        ["run", "slos", "-f", f"json={text}/x.json"],
        ["validate", "-f", f"sarif={text}/x.sarif"],
        ["run", "-f", text],
        ["run", "--at", text],
        ["plan", text],
        ["schema", text],
        [text],
    ):
        code, _ = judged(*arguments)
        assert code in (2, 4), arguments
    assert os.listdir() == []
