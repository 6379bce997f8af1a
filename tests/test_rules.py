"""Rules as a team uses them: written in ``rules/``, set by a policy file, judged by ``run`` and ``validate``."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from checker.cli import main
from tests.kept_promise import COVERAGE
from tests.repository import Repository

ROOT = Path(__file__).parents[1]
AT = "2026-01-31T12:00:00Z"
PROMISE = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata:
  name: build
  labels: {env: prod}
spec:
  description: What the build shows.
  service: shop
  owner: shop-team
  reviewBy: "2026-12-31"
  criteria:
    - name: coverage
      displayName: Line coverage
      indicator: {source: Coverage, file: coverage.json}
      target: "> 70 %"
      severity: medium
      maxAge: 100d
"""
RULE = """\
apiVersion: checker/v1
kind: Rule
metadata: {{name: {name}}}
spec:
  scope: {scope}
  level: {level}
  expression: {expression}
  message: "{message}"
  remedy: Do something about it.
  rationale: For a test.
"""


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A team's folder: one promise that is kept, an empty ``rules/``; it is the working directory."""
    monkeypatch.chdir(tmp_path)
    report = {**COVERAGE, "meta": {"format": 3, "timestamp": "2026-01-31T11:00:00+00:00"}}
    (tmp_path / "coverage.json").write_text(json.dumps(report), encoding="utf-8")
    (tmp_path / "slos").mkdir()
    (tmp_path / "slos/build.yaml").write_text(PROMISE, encoding="utf-8")
    (tmp_path / "rules").mkdir()
    return tmp_path


def write_rule(
    expression: str,
    scope: str = "definition",
    level: str = "warning",
    name: str = "own",
    message: str = "bad",
) -> None:
    text = RULE.format(name=name, scope=scope, level=level, expression=expression, message=message)
    Path(f"rules/{name}.yaml").write_text(text, encoding="utf-8")


def write_policy(text: str) -> None:
    head = "apiVersion: checker/v1\nkind: Policy\nmetadata: {name: team}\nspec:\n"
    Path("rules/policy.yaml").write_text(head + text, encoding="utf-8")


@pytest.fixture
def run(team: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, list[dict[str, Any]]]]:
    """Runs ``checker run`` and gives its exit code and what the rules found, as the JSON report has it."""

    def judge(*arguments: str) -> tuple[int, list[dict[str, Any]]]:
        code = main(["run", "--at", AT, "-f", "json=report.json", *arguments])
        report = json.loads(Path("report.json").read_text(encoding="utf-8"))
        assert report["decision"]["exit"] == code
        return code, report["findings"]

    return judge


Run = Callable[..., tuple[int, list[dict[str, Any]]]]


def test_a_sound_promise_satisfies_the_built_in_rules(run: Run) -> None:
    assert run() == (0, [])


@pytest.mark.parametrize(("level", "code"), [("error", 1), ("warning", 0), ("note", 0)])
@pytest.mark.parametrize(
    ("scope", "expression", "told", "subject", "place"),
    [
        ("definition", "objective.owner == 'nobody'", "{objective.owner} answers for it", "build/coverage",
         ("slos/build.yaml", 12, 13)),
        ("verdict", "verdict.value.value > 90.0", "only {verdict.value.text}", "build/coverage",
         ("slos/build.yaml", 12, 13)),
        ("release", "size(release.promises) > 1", "{release.counts.gating.PASS} is too few", "", None),
    ],
)  # fmt: skip
def test_a_rule_of_each_scope_and_level(
    level: str, code: int, scope: str, expression: str, told: str, subject: str, place: Any, run: Run
) -> None:
    write_rule(f'"{expression}"', scope, level, message=told)
    found_code, (finding,) = run()
    assert found_code == code
    told = {"definition": "shop-team answers for it", "verdict": "only 75 %", "release": "1 is too few"}[
        scope
    ]
    assert finding["message"].startswith(told)
    location = finding["location"] and tuple(finding["location"][key] for key in ("file", "line", "column"))
    assert location == place
    (related,) = finding["related"]
    assert related["location"] == {"file": "rules/own.yaml", "line": 3, "column": 18}
    assert {key: finding[key] for key in ("rule", "level", "subject", "origin", "remedy")} == {
        "rule": "own",
        "level": level,
        "subject": subject,
        "origin": "rule",
        "remedy": "Do something about it.",
    }
    assert run("--fail-on-warn")[0] == (0 if level == "note" else 1)


def test_rules_can_only_tighten(run: Run, team: Path) -> None:
    (team / "slos/build.yaml").write_text(PROMISE.replace("> 70 %", "> 80 %"), encoding="utf-8")
    shutil.rmtree("rules")
    assert run()[0] == 1
    Path("rules").mkdir()
    for scope in ("definition", "verdict", "release"):
        write_rule("'true'", scope, "error", name=scope)
    assert run()[0] == 1


@pytest.mark.parametrize(
    ("written", "line", "column", "message"),
    [
        ("objective.ownr != 'x'", 7, 25, "objective has no 'ownr' (expression of rule 'own')"),
        ('"objective.owner != \\"\\" && objectiv.owner"', 7, 43, "there is no 'objectiv' here"),
        ("'objective.owner != '''' && ('", 7, 44, "syntax error: mismatched input '<EOF>'"),
        ("|\n    objective.owner != '' &&\n      objective.nme == ''", 9, 17, "objective has no 'nme'"),
        (">-\n    objective.owner != '' &&\n    objective.gating && (true", 9, 30, "syntax error: "),
        ("objective.owner !=\n    '' && objective.gatting", 8, 21, "objective has no 'gatting'"),
        ("1 + 1", 7, 15, "it gives int, not true or false"),
        ("verdict.outcome == 'PASS'", 7, 15, "there is no 'verdict' here"),
    ],
)  # fmt: skip
def test_an_expression_that_cannot_be_compiled_is_invalid_at_its_place(
    written: str,
    line: int,
    column: int,
    message: str,
    run: Run,
    team: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_rule(written)
    code, (finding, *_) = run()
    assert (code, finding["rule"], finding["origin"]) == (2, "rule-expression", "files")
    assert finding["message"].startswith(message)
    assert finding["location"] == {"file": "rules/own.yaml", "line": line, "column": column}
    capsys.readouterr()
    assert main(["validate"]) == 2
    assert f"rules/own.yaml:{line}:{column}: error: {message}"[:70] in capsys.readouterr().out.replace(
        "\n    ", " "
    )


@pytest.mark.parametrize(("scope", "code"), [("definition", 2), ("verdict", 4), ("release", 4)])
@pytest.mark.parametrize("expression", ["1 / (now - now) == 1", "dyn(now)"])
def test_what_a_rule_cannot_tell_is_an_error_and_never_a_pass(
    scope: str, code: int, expression: str, run: Run
) -> None:
    write_rule(expression, scope, "note")
    found_code, (finding,) = run()
    assert (found_code, finding["level"]) == (code, "error")
    about = "" if scope == "release" else " for build/coverage"
    why = "divide by zero" if "/" in expression else "it gives int, not true or false"
    assert finding["message"] == f"the rule could not be judged{about}: {why}"
    assert finding["location"] == {"file": "rules/own.yaml", "line": 7, "column": 15}


def test_a_guard_that_cannot_be_evaluated_is_told_at_the_guard(run: Run, team: Path) -> None:
    write_rule("'true'")
    rule = Path("rules/own.yaml")
    rule.write_text(
        rule.read_text().replace("expression:", "when: document.labels.team == 'x'\n  expression:")
    )
    code, (finding,) = run()
    assert finding["message"].endswith("its guard cannot be evaluated: there is no 'team' in the input")
    assert (code, finding["location"]) == (2, {"file": "rules/own.yaml", "line": 7, "column": 9})


LOOP = "objective.indicator.sources"
TEN = "[0,1,2,3,4,5,6,7,8,9]"
BOMBS = {
    "nested comprehensions": (LOOP + ".all(x, ") * 60 + "true" + ")" * 60,
    "parentheses": "(" * 900 + "true" + ")" * 900,
    "a regular expression of billions": "'a'.matches('(((((a{100}){100}){100}){100}){100})')",
    "an expression without end": "true" + " && true" * 300,
    "a million elements": f"{TEN}.all(a, {TEN}.all(b, {TEN}.map(x, {TEN}).all(c, {TEN}.map(x, c).all(d, d == c))))",
    "lists that double": "[[1]]" + ".map(x, x + x)" * 26 + ".all(x, size(x) > 0)",
}
LINEAR = {
    "nested repetition": "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'.matches('^(a+)+$')",
    "groups in groups": "'x'.matches('" + "(" * 900 + "a" + ")" * 900 + "')",
    "alternatives that overlap": "['a']" + ".map(x, x + x)" * 18 + ".all(x, x.matches('^(a|aa)+$(a?b)+'))",
}
"""Regular expressions over which others brood for years: CEL's answer comes in linear time."""


@pytest.mark.parametrize("scope", ["definition", "release"])
@pytest.mark.parametrize("bomb", BOMBS)
def test_no_rule_hangs_a_gate(bomb: str, scope: str, run: Run) -> None:
    expression = BOMBS[bomb].replace(LOOP, "release.waived") if scope == "release" else BOMBS[bomb]
    write_rule(f'"{expression}"', scope)
    begun = time.process_time()
    code, findings = run()
    assert time.process_time() - begun < 1
    assert code in (2, 4)
    assert any(each["rule"] in ("own", "rule-expression", "bad-value") for each in findings)


@pytest.mark.parametrize("bomb", LINEAR)
def test_a_regular_expression_is_answered_in_time(bomb: str, run: Run) -> None:
    write_rule(f'"{LINEAR[bomb]}"', "release", "error")
    begun = time.process_time()
    code, (finding,) = run()
    assert time.process_time() - begun < 1
    assert (code, finding["rule"], finding["message"]) == (1, "own", "bad")


def test_a_million_elements_end_with_an_error_in_a_process_of_its_own(team: Path) -> None:
    """As a pipeline sees it: a subprocess, the clock of the wall, the exit code."""
    documents = json.dumps([f"word {number}" for number in range(30_000)])
    (team / "slos/build.yaml").write_text(
        PROMISE.replace("labels: {env: prod}", "labels: {env: prod, words: " + documents + "}"),
        encoding="utf-8",
    )
    write_rule("document.labels.words.all(x, document.labels.words.all(y, x != y || x == y))", "verdict")
    shutil.copy(ROOT / "rules/owner-named.yaml", "rules")
    begun = time.monotonic()
    ran = subprocess.run(
        [sys.executable, "-m", "checker", "run", "--at", AT], capture_output=True, text=True, check=False
    )
    took = time.monotonic() - begun
    assert ran.returncode == 4, ran.stdout + ran.stderr
    assert "it looks at more than 10,000 elements" in " ".join(ran.stdout.split())
    assert took < 10  # a busy machine; the rule itself ends at its 10,000th element


def test_a_rule_that_is_stopped_takes_no_other_with_it(run: Run) -> None:
    write_rule(f'"{BOMBS["lists that double"]}"', "verdict", name="bomb")
    write_rule("verdict.value.value > 90.0", "verdict", name="sound", message="{objective.name} is low")
    code, findings = run()
    assert code == 4
    assert {each["rule"]: each["message"] for each in findings} == {
        "bomb": "the rule could not be judged for build/coverage: it was stopped: it took more than 0.3 s or 1024 MiB",
        "sound": "build/coverage is low",
    }


def test_after_three_rules_had_to_be_stopped_no_other_is_run(run: Run) -> None:
    for number in range(5):
        write_rule(f'"{BOMBS["lists that double"]}"', "verdict", name=f"bomb-{number}")
    begun = time.monotonic()
    code, findings = run()
    assert code == 4
    assert [each["message"].partition(": ")[2][:20] for each in findings if each["rule"] > "bomb-2"] == [
        "rules before it had ", "rules before it had ",
    ]  # fmt: skip
    assert time.monotonic() - begun < 20


def test_a_team_s_rule_imports_nothing_from_the_working_directory(run: Run, team: Path) -> None:
    for module in ("json", "subprocess", "cel_expr_python", "checker"):
        (team / f"{module}.py").write_text("raise SystemExit('imported')", encoding="utf-8")
    write_rule("verdict.outcome == 'PASS'", "verdict")
    assert run() == (0, [])


@pytest.mark.parametrize("broken", ["spec: {scope: verdict}", "kind: Rul", "spec: [", "&a b: c"])
def test_a_broken_rule_file_is_invalid(broken: str, run: Run) -> None:
    Path("rules/own.yaml").write_text(
        f"apiVersion: checker/v1\nkind: Rule\nmetadata: {{name: own}}\n{broken}\n"
    )
    assert run()[0] == 2


def test_rules_stand_among_rules_and_promises_among_promises(run: Run, team: Path) -> None:
    write_rule("'true'")
    shutil.move("rules/own.yaml", "slos/own.yaml")
    code, (finding,) = run()
    assert (code, finding["message"]) == (2, "a Rule is among the promises, where it has no effect")
    shutil.move("slos/own.yaml", "rules/own.yaml")
    shutil.copy("slos/build.yaml", "rules/build.yaml")
    code, (finding,) = run()
    assert (code, finding["message"]) == (
        2,
        "a document of kind SuccessCriteria is among the rules, where it is not judged",
    )


def test_a_rule_may_not_bear_the_name_of_a_built_in_one(run: Run) -> None:
    write_rule("'true'", name="owner-named")
    code, (finding,) = run()
    assert (code, finding["message"]) == (2, "there is a built-in rule 'owner-named'")
    shutil.copy(ROOT / "rules/owner-named.yaml", "rules/owner-named.yaml")
    assert run() == (0, [])
    Path("rules/second.yaml").write_text(
        RULE.format(name="twice", scope="release", level="note", expression="'true'", message="m")
    )
    shutil.copy("rules/second.yaml", "rules/third.yaml")
    assert run()[0] == 2


def test_a_copy_of_a_built_in_rule_may_have_other_line_ends(run: Run, team: Path) -> None:
    """A checkout with ``core.autocrlf``: the same rule, and the same report."""
    copy = (ROOT / "rules/owner-named.yaml").read_bytes()
    reports = []
    for content in (copy, copy.replace(b"\n", b"\r\n")):
        Path("rules/owner-named.yaml").write_bytes(content)
        assert run() == (0, [])
        reports.append(Path("report.json").read_bytes())
    assert reports[0] == reports[1]
    Path("rules/owner-named.yaml").write_bytes(copy.replace(b"level: ", b"level:  "))
    assert run()[0] == 2


def test_the_folder_of_the_rules_may_be_another_and_has_to_be_there(run: Run, team: Path) -> None:
    write_rule("'false'", level="error")
    shutil.move("rules", "policy")
    assert run() == (0, [])
    assert run("--rules", "policy")[0] == 1
    code, (finding,) = run("--rules", "nowhere")
    assert code == 2
    assert "nowhere" in finding["message"]


@pytest.mark.parametrize(
    "command",
    ["run", "validate", "explain build/coverage -p", "backtest {} -p", "diff HEAD -p"],
)
def test_rules_are_not_left_out_by_starting_somewhere_else(
    command: str, team: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A release that a team's rule forbids passed when checker was started in a subfolder."""
    assert main(["run", "--at", AT, "--record", "evidence.jsonl"]) == 0
    write_rule("'false'", level="error")
    Repository(team).commit()
    (team / "build").mkdir()
    (team / "other").mkdir()
    for folder, path, start, rules in (
        ("slos", ".", "..", "../rules"),
        ("slos", "build.yaml", "..", "../rules"),
        ("build", "../slos", "..", "../rules"),
        ("other", str(team / "slos"), "..", "../rules"),
        ("..", f"{team.name}/slos", team.name, f"{team.name}/rules"),
    ):
        monkeypatch.chdir(team / folder)
        arguments = [*command.format(team / "evidence.jsonl").split(), path]
        if "diff" in arguments and folder == "..":
            continue  # a commit is found from within its repository
        assert main(arguments) == 2
        said = " ".join("".join(capsys.readouterr()).split())
        assert f"there are rules in {rules}, which would not be applied" in said, folder
        assert f"start checker in {start}, or name them with --rules {rules}" in said, folder
        assert main([*arguments, "--rules", rules]) != 2


def test_only_rules_for_checker_count_and_only_those_of_the_repository(
    run: Run, team: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (team / "part").mkdir()
    shutil.move("slos", "part/slos")
    shutil.copy("coverage.json", "part")
    Path("rules/semgrep.yaml").write_text("rules: []\n", encoding="utf-8")
    monkeypatch.chdir(team / "part")
    assert run() == (0, [])  # somebody else's rules
    monkeypatch.chdir(team)
    write_rule("'false'", level="error")
    monkeypatch.chdir(team / "part")
    assert run()[0] == 2
    (team / "part/.git").mkdir()
    assert run() == (0, [])  # of a repository around this one
    (team / "part/.git").rmdir()
    (team / "part/rules").mkdir()
    assert run() == (0, [])  # the nearest are none, and say so


def test_far_above_only_a_repository_is_searched(
    run: Run, team: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Far above the working directory may be a folder that anybody can write to, such as /tmp."""
    write_rule("'false'", level="error")
    (team / "part/of/it").mkdir(parents=True)
    shutil.move("slos", "part/of/it/slos")
    shutil.copy("coverage.json", "part/of/it")
    monkeypatch.chdir(team / "part/of/it")
    assert run() == (0, [])
    (team / ".git").mkdir()
    code, (finding,) = run()
    assert (code, finding["rule"]) == (2, "rules-left-out")


def test_promises_may_lie_where_no_text_can_name(run: Run, team: Path) -> None:
    """A folder whose name is not UTF-8 made every rule end with an error of the CEL runtime."""
    folder = os.fsdecode(b"slos\xff")
    try:
        shutil.move("slos", folder)
    except (OSError, UnicodeEncodeError):
        pytest.skip("this file system knows no such name")
    write_rule("document.file != ''", "verdict", level="error")
    assert run(folder) == (0, [])
    write_rule("'false'", level="error", message="in {document.file}")
    code, (finding,) = run(folder)
    assert (code, finding["message"]) == (1, "in slos\\udcff/build.yaml")


def test_the_report_names_the_rules_it_was_judged_by(run: Run) -> None:
    def digests() -> dict[str, str]:
        run()
        documents = json.loads(Path("report.json").read_text(encoding="utf-8"))["documents"]
        return {each["file"]: each["sha256"] for each in documents}

    before = digests()
    assert sorted(before) == ["<built-in rules>", "slos/build.yaml"]
    write_rule("'true'")
    write_policy("  rules: {}\n")
    assert sorted(set(digests()) - set(before)) == ["rules/own.yaml", "rules/policy.yaml"]


def test_validate_ends_with_1_where_only_rules_speak_against_the_files(
    team: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_rule("'false'", level="error")
    assert main(["validate", "--at", AT]) == 1
    assert capsys.readouterr().out.endswith("NOT ALLOWED: 1 error by the rules in 1 file, 1 promise\n")
    write_rule("'false'", "verdict", level="error")
    assert main(["validate", "--at", AT]) == 0


def test_a_rule_may_look_at_all_that_a_document_says(run: Run) -> None:
    write_rule(
        "document.spec.criteria.all(each, each.maxAge == '1d')", message="{document.spec.criteria[0].maxAge}"
    )
    rule = Path("rules/own.yaml")
    rule.write_text(rule.read_text(encoding="utf-8") + "  each: document\n", encoding="utf-8")
    code, (finding,) = run()
    assert (code, finding["message"], finding["subject"]) == (0, "100d", "build")


@pytest.mark.parametrize("target", ["< 5 s", "< 5000 ms", "< 5000000 us"])
def test_a_rule_compares_in_the_base_unit_whatever_a_target_is_written_in(
    target: str, team: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Path("slos/build.yaml").open("a", encoding="utf-8") as promises:
        promises.write(
            f'    - {{name: latency, target: "{target}", window: 1h, indicator: {{source: CloudWatch,\n'
            "       namespace: Shop, metricName: L, stat: p95, unit: Seconds}}\n"
        )
    write_rule(
        "objective.dimension != 'time' || objective.target.baseValue < 5.0",
        message="{objective.target.baseValue} {objective.target.baseUnit}",
    )
    assert main(["validate", "--at", AT]) == 0
    assert "warning: 5 s [own]" in capsys.readouterr().out


def example_of(stated: str, expression: str) -> str:
    return RULE.format(name="own", scope="verdict", level="note", expression=expression, message="m") + (
        f"  examples:\n    pass:\n      - input: {stated}\n    fail:\n      - input: {{objective: {{name: other}}}}\n"
    )


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (
            '{objective: {target: "<= 3000 ms"}}',
            "objective.target.operator == '<=' && objective.target.baseValue == 3.0",
        ),
        ("{objective: {target: {value: 3, unit: min}}}", "objective.target.baseValue == 180.0"),
        (
            "{objective: {target: {unit: B}}}",
            "objective.target.baseUnit == 'B' && objective.target.baseValue == 500.0",
        ),
        ("{objective: {target: {baseValue: 7}}}", "objective.target.baseValue == 7.0"),
        ("{verdict: {value: {value: 800}}}", "verdict.value.baseValue == 0.8"),
        ("{verdict: {value: {value: 80, text: 80 %}}}", "verdict.value.baseValue == 0.8"),
    ],
)
def test_an_example_has_the_number_in_the_base_unit_that_follows_from_what_it_states(
    stated: str, expected: str, team: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    expression = f'''"objective.name != 'other' && {expected}"'''
    Path("rules/own.yaml").write_text(example_of(stated, expression), encoding="utf-8")
    assert main(["test", "rules"]) == 0, capsys.readouterr().out


def test_a_threshold_of_an_example_that_is_none_is_told(
    team: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = example_of('{objective: {target: "300 ms"}}', "objective.target.baseValue == 0.3")
    Path("rules/own.yaml").write_text(text, encoding="utf-8")
    assert main(["test", "rules"]) == 2
    assert (
        "in this example of rule 'own', objective.target is not a threshold: '300 ms' has no operator; say which side "
        "is good, for example '< 300 ms' or '>= 300 ms'"
    ) in " ".join(capsys.readouterr().out.split())


def test_rules_about_promises_that_were_not_selected_are_silent(run: Run, team: Path) -> None:
    more = PROMISE.replace("name: build", "name: other")
    Path("slos/other.yaml").write_text(more, encoding="utf-8")
    write_rule("objective.name != 'other/coverage' && objective.name != 'build/coverage'")
    assert len(run()[1]) == 2
    code, (finding,) = run("--select", "other/*")
    assert (code, finding["rule"], finding["location"]["file"]) == (0, "own", "slos/other.yaml")


def guarded(when: str, scope: str = "definition", name: str = "own", more: str = "") -> None:
    write_rule("'true'", scope, name=name)
    with Path(f"rules/{name}.yaml").open("a", encoding="utf-8") as rule:
        rule.write(f"  when: {json.dumps(when)}\n{more}")


@pytest.mark.parametrize(
    ("when", "scope"),
    [
        ('document.labels.env == "pord"', "definition"),
        ('document.labels.env == "pord"', "verdict"),
        ('verdict.outcome == "FAIL" && document.labels.env == "pord"', "verdict"),
        ('document.labels.env == "pord" && environment == "staging" // it is not', "definition"),
        ('(objective.key || objective.severity == "urgent")', "definition"),
        ('objective.key || objective.severity == "urgent"', "definition"),
        # What stands in brackets ends with them: what comes after is a part of its own.
        ('(document.labels.env == "pord") && environment == "staging"', "definition"),
        ('document.labels["env"] == "pord" && environment == "staging"', "definition"),
        ('document.labels.env in {"pord": 1} && environment == "staging"', "definition"),
    ],
)
def test_a_rule_that_applied_to_nothing_is_told(run: Run, when: str, scope: str) -> None:
    guarded(when, scope)
    code, (finding,) = run()
    assert (code, finding["rule"], finding["level"]) == (0, "rule-applies-to-none", "note")
    assert finding["message"] == "rule 'own' did not apply to the only promise: it checks nothing"
    assert (finding["location"]["file"], finding["location"]["line"]) == ("rules/own.yaml", 11)


@pytest.mark.parametrize(
    ("when", "scope"),
    [
        ('document.labels.env == "prod"', "definition"),
        ('document.labels.env == "prod" && verdict.outcome == "FAIL"', "verdict"),
        ('verdict.outcome == "FAIL"', "verdict"),
        ('verdict.outcome == "FAIL" || document.labels.env == "pord"', "verdict"),
        ('environment == "staging"', "definition"),
        ('environment == "staging" || objective.gating && document.labels.env == "pord"', "definition"),
        ('environment == "staging" ? true : objective.gating && document.labels.env == "pord"', "definition"),
        ('(environment == "staging" || objective.gating && document.labels.env == "pord")', "definition"),
        ('[environment == "staging" && document.labels.env == "pord"][0]', "definition"),
        ('{"x": environment == "staging" && document.labels.env == "pord"}["x"]', "definition"),
        ("objective.reviewBy != null && objective.reviewBy.seconds < now", "definition"),
        ("release.counts.gating.FAIL > 0", "release"),
        ("", "definition"),
    ],
)
def test_a_rule_that_applied_or_need_not_have_is_not_told(run: Run, when: str, scope: str) -> None:
    guarded(when, scope) if when else write_rule("'true'", scope)
    assert run() == (0, [])


def test_a_rule_about_waivers_is_not_told_where_there_is_none(run: Run) -> None:
    guarded('waiver.name == "nobody"', more="  each: waiver\n")
    assert run() == (0, [])


def test_a_rule_that_is_turned_off_or_cannot_be_judged_is_not_told_again(run: Run) -> None:
    guarded('document.labels.tier == "gold"')
    assert [each["rule"] for each in run()[1]] == ["own"]
    guarded('document.labels.env == "pord"')
    write_policy("  rules:\n    own: {enabled: false, reason: Later.}\n")
    assert [each["rule"] for each in run()[1]] == ["policy"]


def test_a_selection_that_a_rule_applies_to_is_enough(run: Run, team: Path) -> None:
    other = PROMISE.replace("name: build", "name: other").replace("env: prod", "env: test")
    Path("slos/other.yaml").write_text(other, encoding="utf-8")
    write_policy("  selections:\n    - {labels: {env: test}, rules: {own: {level: note}}}\n")
    guarded('document.labels.env == "prod"')
    assert [each["rule"] for each in run()[1] if each["rule"] != "policy"] == []
    guarded('document.labels.env == "pord"')
    (told,) = (each["message"] for each in run()[1] if each["rule"] != "policy")
    assert told == "rule 'own' did not apply to any of 2 promises: it checks nothing"
    guarded('document.labels.env == "pord"', "verdict")
    assert "rule-applies-to-none" not in [each["rule"] for each in run("--select", "other/*")[1]]


def test_many_rules_that_applied_to_nothing_are_told_in_few_words(
    team: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(15):
        guarded('document.labels.env == "pord"', name=f"own-{number:02}")
    assert main(["validate", "--at", AT]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert told.count("note:") == 4
    assert (
        "neither did rules own-03, own-04, own-05, own-06, own-07, own-08, own-09, own-10, own-11, own-12 and 2 others"
        in told
    )


@pytest.mark.parametrize("named", ["file: a.xml", "files: [a.xml, b.xml]"])
def test_results_that_may_be_of_any_age_are_noted_whether_they_are_one_file_or_several(
    named: str, team: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = Path("slos/build.yaml").read_text(encoding="utf-8").replace("      maxAge: 100d\n", "")
    text = text.replace("{source: Coverage, file: coverage.json}", f"{{source: TestResults, {named}}}")
    Path("slos/build.yaml").write_text(text, encoding="utf-8")
    assert main(["validate", "--at", AT]) == 0
    assert "build/coverage would be judged by a file of any age [files-are-fresh]" in capsys.readouterr().out


def test_a_rule_that_is_broken_is_not_said_to_be_missing_as_well(run: Run) -> None:
    write_rule("'true'", scope="definitions")
    write_policy("  rules:\n    own: {level: note}\n")
    code, (finding,) = run()
    assert (code, finding["rule"]) == (2, "not-allowed")
    write_policy("  rules:\n    own: {level: note}\n    others: {level: note}\n")
    assert [each["message"] for each in run()[1][1:]] == ["there is no rule 'others'"]


def test_a_unit_of_an_example_that_is_none_is_told(team: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = example_of("{objective: {target: {value: 3, unit: secs}}}", "objective.target.baseValue == 3.0")
    Path("rules/own.yaml").write_text(text, encoding="utf-8")
    assert main(["test", "rules"]) == 2
    told = " ".join(capsys.readouterr().out.split())
    assert (
        "objective.target.unit is not a unit: 'secs' is not a unit that checker knows; did you mean 'sec'?"
        in told
    )
