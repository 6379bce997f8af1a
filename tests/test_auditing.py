"""What docs/auditing.md tells an auditor to do by hand, done: digests, a second replay, two kept releases."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from checker.cli import main
from tests import past_releases

EXAMPLE = "slos/securebase"
EVIDENCE = f"{EXAMPLE}/evidence.synthetic.jsonl"
RELEASES = "docs/examples/releases"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def replayed(path: Path) -> bytes:
    assert main(["run", EXAMPLE, "--replay", EVIDENCE, "-f", f"json={path}"]) == 1
    return path.read_bytes()


def test_the_report_names_what_it_rests_on_and_comes_out_the_same_again(tmp_path: Path) -> None:
    first = replayed(tmp_path / "report.json")
    report = json.loads(first)
    files = {each["file"]: each["sha256"] for each in report["documents"]}
    promises = {str(path): sha256(path.read_bytes()) for path in Path(EXAMPLE).glob("*.yaml")}
    assert promises == {name: digest for name, digest in files.items() if name.startswith(EXAMPLE)}
    assert "<built-in rules>" in files
    _, _, exchanges = Path(EVIDENCE).read_bytes().partition(b"\n")
    assert report["evidenceDigest"] == sha256(exchanges)
    assert replayed(tmp_path / "again.json") == first


def test_the_report_tells_the_options_that_it_takes_to_come_to_it_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def judge(name: str, *options: str) -> bytes:
        files = [
            f"{form}={tmp_path / (name + '.' + form)}"
            for form in ("json", "table", "junit", "sarif", "markdown", "html")
        ]
        formats = [part for file in files for part in ("-f", file)]
        assert main(["run", EXAMPLE, "--replay", EVIDENCE, *options, *formats]) == 1
        return (tmp_path / f"{name}.json").read_bytes()

    options = (
        "--environment",
        "prod",
        "--select",
        "phase-3b/*",
        "--select",
        "checklist/*",
        "--strict",
        "--fail-on-warn",
    )
    first = judge("first", *options)
    told = json.loads(first)
    assert json.loads(judge("other"))["environment"] == ""
    again = [
        "--environment",
        told["environment"],
        *(part for glob in told["selected"] for part in ("--select", glob)),
    ]
    again += ["--strict"] if told["strict"] else []
    again += ["--fail-on-warn"] if told["decision"]["failOnWarn"] else []
    assert judge("again", *again) == first
    for form in ("table", "junit", "sarif", "markdown", "html"):
        assert "environment" in (tmp_path / f"first.{form}").read_text(encoding="utf-8"), form
        assert "environment" not in (tmp_path / f"other.{form}").read_text(encoding="utf-8"), form


def test_the_report_is_the_same_wherever_checker_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run from its own repository it finds its rules in ``rules/``; installed elsewhere, copies of them."""
    for name in ("slos", "rules"):
        shutil.copytree(name, tmp_path / name)
    here = replayed(tmp_path / "here.json")
    monkeypatch.chdir(tmp_path)
    assert replayed(tmp_path / "there.json") == here
    changed = Path("rules/own.yaml")
    changed.write_bytes(
        Path("rules/owner-named.yaml").read_bytes().replace(b"name: owner-named", b"name: own")
    )
    files = {each["file"] for each in json.loads(replayed(tmp_path / "changed.json"))["documents"]}
    assert files >= {"rules/own.yaml", "rules/policy.yaml", "<built-in rules>"}


def test_whole_releases_are_compared_with_their_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", f"./{RELEASES}/1.4/", f"./{RELEASES}/1.5/", "-f", "json"]) == 0
    told = {each["name"]: each["direction"] for each in json.loads(capsys.readouterr().out)["changes"]}
    assert told == {
        "shop/checkout-errors": "loosened",
        "shop/checkout-time": "tightened",
        "shop/coverage": "loosened",
        "checkout-until-cache": "loosened",
        "minimum-events-stated": "loosened",
    }


def test_the_rules_of_a_release_may_be_named_instead(capsys: pytest.CaptureFixture[str]) -> None:
    both = [f"./{RELEASES}/1.4/", f"./{RELEASES}/1.5/"]
    assert main(["diff", *both, "--rules", f"{RELEASES}/1.5/rules", "-f", "json"]) == 0
    assert "minimum-events-stated" not in capsys.readouterr().out


def test_the_past_reports_of_the_manual_are_what_checker_would_write(tmp_path: Path) -> None:
    past_releases.write(tmp_path)
    kept = sorted(past_releases.KEPT.glob("*.json"))
    assert [each.name for each in kept] == sorted(each.name for each in tmp_path.iterdir())
    for each in kept:
        old, new = (json.loads((folder / each.name).read_bytes()) for folder in (each.parent, tmp_path))
        assert new["verdicts"] == old["verdicts"], (
            f"{each.name}: write it anew, python -m tests.past_releases"
        )
        assert new["decision"] == old["decision"]
