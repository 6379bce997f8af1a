"""The built-in pack: every rule is sound, and does on its examples what it says."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from checker.load import rulebook
from checker.load.rulebook import load_rules, pack_folder
from checker.load.text.read_yaml import read_yaml
from checker.load.validation.validate import validate
from checker.policy.apply_rules import Runners, source_of
from checker.policy.evaluate import Engine, Result
from checker.policy.inputs.schema import neutral, schema
from checker.policy.message import quoted
from checker.policy.problems import problems
from checker.policy.try_rules import try_rule
from checker.rule_process import run_built_in
from checker.rulebook import Rule, set_up

ROOT = Path(__file__).parents[2]
PACK = tuple(rule for rule in load_rules(examples=True).rules if rule.built_in)


def nothing_apart(*_: object) -> Iterator[Result]:
    raise AssertionError("built-in rules need no process of their own")


def test_there_are_at_least_twenty() -> None:
    assert len(PACK) >= 20
    assert Path(pack_folder()) == ROOT / "rules"
    assert {rule.scope for rule in PACK} == {"definition", "verdict", "release"}


def test_a_built_in_rule_does_not_fall_out_of_sight(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation whose disk was full judges nothing, rather than by fewer rules."""
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    monkeypatch.setattr(rulebook, "pack_folder", lambda: str(tmp_path / "rules"))
    assert len([rule for rule in load_rules().rules if rule.built_in]) == len(PACK)
    (tmp_path / "rules/policy.yaml").write_text("broken: [")
    assert len([rule for rule in load_rules().rules if rule.built_in]) == len(PACK)
    (tmp_path / "rules/owner-named.yaml").write_text("")
    with pytest.raises(RuntimeError, match=r"the built-in rule rules/owner-named\.yaml:1:1 cannot be read"):
        load_rules()


@pytest.mark.parametrize("rule", PACK, ids=lambda rule: rule.name)
def test_a_rule_is_valid_compiled_and_shown_by_its_examples(rule: Rule) -> None:
    path = ROOT / "rules" / f"{rule.name}.yaml"
    (document,), wrong = read_yaml(path.read_bytes(), str(path))
    assert (*wrong, *validate(document, {})[1]) == ()
    assert document.data["metadata"]["displayName"]
    source = source_of(set_up(rule, ()))
    assert list(problems(source, schema(rule.subject)["properties"])) == []
    tried = try_rule(rule, Runners(run_built_in, nothing_apart))
    assert tried.findings == ()
    assert tried.passing
    assert tried.failing
    assert any(example.message for example in rule.examples()) or len(rule.message) < 100


@pytest.mark.parametrize("rule", PACK, ids=lambda rule: rule.name)
def test_no_message_quotes_what_may_be_null(rule: Rule) -> None:
    """Built-in rules are evaluated together, and thousands of nulls that CEL hands out would end the process. What is
    computed, as by a sum or a map, is an error if it is computed with a null."""
    for expression in quoted(rule.message):
        path = re.fullmatch(r"(?:size\()?([a-zA-Z.]+)\)?", expression)
        if path is None:
            assert re.search(r"[*/?]|\.map\(", expression)
            continue
        first, *steps = path[1].split(".")
        if first == "params":
            assert rule.parameters[steps[0]] is not None
            continue
        node = schema(rule.subject)["properties"][first]
        for step in steps:
            node = node["properties"][step]
        assert isinstance(node["type"], str) or f"{path[1]} != null" in rule.when


def test_a_run_reads_the_same_rules_without_their_examples() -> None:
    def without(rule: Rule) -> tuple[object, ...]:
        return rule._replace(document=None)  # type: ignore[arg-type]

    read = [rule for rule in load_rules().rules if rule.built_in]
    assert [without(rule) for rule in read] == [without(rule) for rule in PACK]
    assert not any(rule.examples() for rule in read)


@pytest.mark.parametrize("subject", ["objective", "waiver", "document", "verdict", "release"])
def test_the_example_of_an_input_keeps_every_rule(subject: str) -> None:
    sources = [source_of(set_up(rule, ())) for rule in PACK if rule.subject == subject]
    engine = Engine(list(schema(subject)["properties"]), sources)  # type: ignore[arg-type]
    assert list(engine.run([neutral(subject)])) == []  # type: ignore[arg-type]


def row(rule: Rule) -> str:
    about = rule.document.data["metadata"]["displayName"]
    parameters = ", ".join(f"`{name}: {shown(value)}`" for name, value in rule.parameters.items())
    return f"| `{rule.name}` | {rule.subject} | {rule.level} | {about} | {parameters} |"


def shown(value: object) -> str:
    return (
        "[" + ", ".join(str(each) or '""' for each in value) + "]" if isinstance(value, list) else str(value)
    )


def test_the_manual_lists_the_pack_as_it_is() -> None:
    """With UPDATE_GOLDEN=1 the table is written anew."""
    page = ROOT / "docs/rules.md"
    order = ("objective", "waiver", "document", "verdict", "release")
    rows = [row(rule) for rule in sorted(PACK, key=lambda rule: (order.index(rule.subject), rule.name))]
    head = "| Rule | Judges each | Level | Asks | Parameters |\n|---|---|---|---|---|\n"
    table = f"<!-- pack -->\n{head}" + "\n".join(rows) + "\n<!-- end -->"
    text = page.read_text(encoding="utf-8")
    now = re.sub(r"<!-- pack -->\n.*?<!-- end -->", lambda _: table, text, count=1, flags=re.DOTALL)
    if os.environ.get("UPDATE_GOLDEN"):
        page.write_text(now, encoding="utf-8")
    else:
        assert now == text
