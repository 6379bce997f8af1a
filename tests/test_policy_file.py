"""``rules/policy.yaml``: levels, parameters and selections; what it turns off is seen, and a broken one is exit 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.cli import main
from tests.test_rules import AT, PROMISE, Run, run, team, write_policy, write_rule

__all__ = ["run", "team"]


@pytest.fixture(autouse=True)
def nobody(team: Path) -> None:
    """A promise that names no owner, which the built-in rule owner-named warns of."""
    text = PROMISE.replace("  owner: shop-team\n", "")
    (team / "slos/build.yaml").write_text(text, encoding="utf-8")


def rules(found: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(each["rule"], each["level"]) for each in found]


def test_without_a_policy_file_rules_have_their_own_levels(run: Run) -> None:
    code, found = run()
    assert (code, rules(found)) == (0, [("owner-named", "warning")])


def test_a_level_can_be_raised(run: Run) -> None:
    write_policy("  rules:\n    owner-named: {level: error}\n")
    code, found = run()
    assert (code, rules(found)) == (1, [("owner-named", "error")])


def test_a_level_that_is_lowered_is_seen(run: Run) -> None:
    write_policy("  rules:\n    owner-named: {level: note, reason: We are three.}\n")
    code, found = run()
    assert (code, rules(found)) == (0, [("policy", "note"), ("owner-named", "note")])
    message = "rule 'owner-named' is lowered from warning to note: We are three."
    assert found[0]["message"] == message
    assert found[0]["location"] == {"file": "rules/policy.yaml", "line": 6, "column": 5}


def test_a_rule_that_is_turned_off_is_seen(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    write_policy("  rules:\n    owner-named: {enabled: false, reason: We are three.}\n")
    code, found = run()
    assert (code, rules(found)) == (0, [("policy", "note")])
    assert found[0]["message"] == "rule 'owner-named' is turned off: We are three."
    capsys.readouterr()
    main(["run", "--at", AT])
    told = "rules/policy.yaml:6:5: note: rule 'owner-named' is turned off: We are three. [policy]"
    assert told in capsys.readouterr().out


def test_parameters_are_those_of_the_policy(run: Run) -> None:
    text = "  rules:\n    weighted-score: {level: error, parameters: {percent: 101}}\n"
    write_policy(text)
    code, found = run()
    assert code == 1
    assert found[0]["message"] == "the weighted score is 100 %, 1 of 1 points; the policy wants 101 %"


def test_a_parameter_that_is_set_is_seen_and_one_that_is_repeated_is_not(run: Run) -> None:
    write_policy(
        "  rules:\n    weighted-score: {parameters: {percent: 1}, reason: We are three.}\n"
        "    waivers-few: {parameters: {most: 3}}\n"
        "  environments:\n    dev:\n      rules:\n        waiver-short: {parameters: {days: 80}}\n"
        "  selections:\n    - labels: {env: prod}\n      rules:\n"
        "        budget-remains: {parameters: {percent: 1}}\n"
    )
    for flags, more in (
        ((), []),
        (("--environment", "dev"), ["rule 'waiver-short' has days 80 (default 45)"]),
    ):
        _, found = run(*flags)
        told = [each for each in found if each["rule"] == "policy"]
        assert {each["level"] for each in told} == {"note"}
        assert sorted(each["message"] for each in told) == sorted(
            [
                "rule 'weighted-score' has percent 1 (default 90): We are three.",
                "rule 'budget-remains' has percent 1 for env=prod (default 10)",
                *more,
            ]
        )
    assert {"file": "rules/policy.yaml", "line": 6, "column": 5} in [each["location"] for each in told]


def test_an_environment_s_settings_come_on_top(run: Run) -> None:
    write_policy(
        "  rules:\n    owner-named: {level: error}\n"
        "  environments:\n"
        "    dev:\n      rules:\n        owner-named: {enabled: false, reason: Only for us.}\n"
        "    prod:\n      rules:\n        own: {parameters: {who: them}}\n"
    )
    write_rule("environment != 'prod' || objective.service == params.who")
    rule = Path("rules/own.yaml")
    rule.write_text(rule.read_text(encoding="utf-8") + "  parameters: {who: shop}\n", encoding="utf-8")
    assert run()[0] == 1
    code, found = run("--environment", "dev")
    assert (code, rules(found)) == (0, [("policy", "note")])
    code, found = run("--environment", "prod")
    assert (code, rules(found)) == (1, [("owner-named", "error"), ("own", "warning"), ("policy", "note")])
    code, found = run("--environment", "prd")
    assert (code, found[0]["message"], found[0]["remedy"]) == (
        2,
        "the policy has no environment 'prd'",
        "did you mean 'prod'?",
    )


@pytest.mark.parametrize(("labels", "code"), [("env: prod", 1), ("env: dev", 0), ("env: prod, team: x", 0)])
def test_a_selection_holds_for_documents_with_its_labels(labels: str, code: int, run: Run) -> None:
    write_policy(
        f"  selections:\n    - labels: {{{labels}}}\n      rules:\n        owner-named: {{level: error}}\n"
    )
    assert run()[0] == code


def test_a_selection_that_no_document_has_the_labels_of_is_told(run: Run, team: Path) -> None:
    write_policy(
        "  selections:\n"
        "    - labels: {enf: prod}\n      rules:\n        owner-named: {level: error}\n"
        "    - labels: {env: prod}\n      rules:\n        waiver-short: {level: error}\n"
        "    - labels: {tier: web}\n      rules:\n        document-described: {level: warning}\n"
    )
    (team / "slos/service.yaml").write_text(
        "apiVersion: openslo/v1\nkind: Service\nmetadata: {name: web, labels: {tier: web}}\nspec: {}\n"
    )
    code, found = run()
    assert code == 0
    assert [(each["message"], each["level"]) for each in found if each["rule"] != "owner-named"] == [
        ("no document has the labels enf=prod: what the policy sets for them changes nothing", "note")
    ]


def test_the_last_selection_wins_and_what_it_turns_off_is_seen(run: Run) -> None:
    write_policy(
        "  selections:\n"
        "    - labels: {env: prod}\n      rules:\n        owner-named: {level: error}\n"
        "    - labels: {env: prod}\n      rules:\n"
        "        owner-named: {enabled: false, reason: Not yet.}\n"
    )
    code, found = run()
    assert code == 0
    assert [each["message"] for each in found] == ["rule 'owner-named' is turned off for env=prod: Not yet."]


def test_another_policy_file_may_be_named(run: Run, team: Path) -> None:
    write_policy("  rules:\n    owner-named: {level: error}\n")
    (team / "rules/policy.yaml").rename(team / "strict.yaml")
    assert run()[0] == 0
    assert run("--policy", "strict.yaml")[0] == 1
    write_policy("  rules:\n    owner-named: {enabled: false, reason: x}\n")
    assert run("--policy", "strict.yaml")[0] == 1


@pytest.mark.parametrize(
    ("policy", "message", "remedy"),
    [
        ("  rules:\n    owner-name: {level: error}\n", "there is no rule 'owner-name'", "did you mean 'owner-named'?"),
        ("  rules:\n    waivers-few: {parameters: {mots: 1}}\n",
         "rule 'waivers-few' has no parameter 'mots'", "did you mean 'most'?"),
        ("  rules:\n    owner-named: {parameters: {most: 1}}\n",
         "rule 'owner-named' has no parameter 'most'", "it has none"),
        ("  rules:\n    waivers-few: {parameters: {most: '1'}}\n",
         "parameter 'most' of rule 'waivers-few' is '1', but its default is 3", "write a value of the same type"),
        ("  rules:\n    waivers-few: {parameters: {most: true}}\n",
         "parameter 'most' of rule 'waivers-few' is true, but its default is 3", "write a value of the same type"),
        ("  rules:\n    owner-named: {enabled: false}\n",
         "a rule that is turned off needs a 'reason'", "write one, since every report shows it"),
        ("  rules:\n    owner-named: {level: fatal}\n", "'fatal' is not allowed here", "write one of 'error'"),
        ("  rulse: {}\n", "unknown key 'rulse'", "did you mean 'rules'?"),
        ("  environments:\n    dev:\n      rules:\n        no-such: {level: note}\n",
         "there is no rule 'no-such'", "'checker test' lists the rules"),
        ("  selections:\n    - labels: {}\n      rules: {}\n", "the mapping is empty", "fill it in"),
        ("  selections:\n    - labels: {env: prod}\n      rules:\n        weighted-score: {level: error}\n",
         "rule 'weighted-score' is about the release as a whole, which has no labels to select it by",
         "set it under rules, or in an environment"),
    ],
)  # fmt: skip
def test_a_broken_policy_is_invalid(policy: str, message: str, remedy: str, run: Run) -> None:
    write_policy(policy)
    code, found = run()
    assert code == 2
    assert (found[0]["message"][: len(message)], found[0]["remedy"][: len(remedy)]) == (message, remedy)
    assert found[0]["location"]["file"] == "rules/policy.yaml"
    assert main(["validate"]) == 2


def test_a_policy_that_is_not_there_is_invalid(run: Run, team: Path) -> None:
    assert run("--policy", "none.yaml")[0] == 2
    assert run("--environment", "prod")[0] == 2
    (team / "empty.yaml").write_text("", encoding="utf-8")
    assert run("--policy", "empty.yaml")[0] == 2


def test_two_policies_are_one_too_many(run: Run, team: Path) -> None:
    write_policy("  rules: {}\n")
    text = (team / "rules/policy.yaml").read_text(encoding="utf-8")
    (team / "rules/second.yaml").write_text(text.replace("team", "second"), encoding="utf-8")
    code, found = run()
    assert (code, found[0]["message"]) == (2, "there are two policy files; only one can apply")
    assert run("--policy", "rules/second.yaml")[0] == 0
