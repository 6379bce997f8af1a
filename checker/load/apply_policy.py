"""Applies a policy file to the rules: checks its settings, selects those that apply, and notes what it weakens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from checker.load.text.refusals import dotted
from checker.load.validation.misspelt import closest
from checker.load.validation.validate import Validated
from checker.model import Finding, Location, Path
from checker.rulebook import Rule, Rulebook, Selection, Setting, Setup, set_up
from checker.spec.fields import show


def apply_policy(book: Rulebook, policies: Sequence[Validated], named: str | None) -> Rulebook:
    """``book`` with the settings of its policy file: the one at ``named``, or the only one there is."""
    findings = list(book.findings)
    chosen, wrong = _choose(policies, named)
    findings += wrong
    if chosen is None:
        if book.environment and not any(finding.level == "error" for finding in findings):
            findings.append(_no_environment(book.environment, None))
        return book._replace(findings=tuple(findings))
    spec = chosen.document.data["spec"]
    rules = {rule.name: rule for rule in book.rules}
    settings = list(_settings(chosen, ("spec", "rules"), spec.get("rules", {})))
    environments = spec.get("environments", {})
    if book.environment and book.environment not in environments:
        findings.append(_no_environment(book.environment, chosen))
    every = list(settings)
    by_environment = {"": tuple(settings)}
    for name, environment in environments.items():
        here = list(_settings(chosen, ("spec", "environments", name, "rules"), environment.get("rules", {})))
        every += here
        by_environment[name] = (*by_environment[""], *here)
        settings += here if name == book.environment else []
    selections = _selections(chosen)
    every += _selected(selections)
    unread = [] if book.valid else list((book.texts or {}).values())
    for setting in every:
        findings += () if _is_unread(setting.rule, rules, unread) else _wrong(setting, rules)
    findings += (_of_the_release(each) for each in _selected(selections) if _is_about_release(each, rules))
    if not any(finding.level == "error" for finding in findings):
        findings += _weaker(settings, rules, "")
        for selection in selections:
            labels = ", ".join(f"{key}={value}" for key, value in sorted(selection.labels.items()))
            findings += _weaker(selection.settings, rules, f" for {labels}")
    return book._replace(
        settings=tuple(settings),
        selections=selections,
        by_environment=by_environment,
        findings=tuple(findings),
    )


def _choose(policies: Sequence[Validated], named: str | None) -> tuple[Validated | None, list[Finding]]:
    import os

    mine = None if named is None else os.path.normpath(named).replace(os.sep, "/")
    there = [each for each in policies if mine is None or each.document.file == mine]
    if len(there) > 1:
        message = "there are two policy files; only one can apply"
        related = (("the first is here", there[0].document.locate(("kind",))),)
        place = there[1].document.locate(("kind",))
        return None, [
            Finding("policy", "error", message, place, "kind", "name the one with --policy", related)
        ]
    if not there and named is not None:
        message = f"{named} has no policy that can be read"
        place = Location(mine or named, 1, 1)
        return None, [Finding("policy", "error", message, place, "", "name a file with kind: Policy")]
    return (there[0] if there else None), []


def _settings(policy: Validated, path: Path, written: Mapping[str, Any]) -> Iterator[Setting]:
    for name, setting in written.items():
        yield Setting(
            name,
            setting.get("enabled"),
            setting.get("level"),
            setting.get("parameters", {}),
            setting.get("reason", ""),
            policy.document.locate((*path, name), key=True),
        )


def _selections(policy: Validated) -> tuple[Selection, ...]:
    return tuple(
        Selection(
            each["labels"], tuple(_settings(policy, ("spec", "selections", index, "rules"), each["rules"]))
        )
        for index, each in enumerate(policy.document.data["spec"].get("selections", ()))
    )


def _selected(selections: Iterable[Selection]) -> Iterator[Setting]:
    return (setting for selection in selections for setting in selection.settings)


def _is_about_release(setting: Setting, rules: Mapping[str, Rule]) -> bool:
    return setting.rule in rules and rules[setting.rule].subject == "release"


def _of_the_release(setting: Setting) -> Finding:
    """A selection chooses documents; a rule about the release judges none of them, so this would set nothing."""
    message = f"rule {setting.rule!r} is about the release as a whole, which has no labels to select it by"
    remedy = "set it under rules, or in an environment"
    return Finding("policy", "error", message, setting.location, dotted((setting.rule,)), remedy)


def _no_environment(name: str, policy: Validated | None) -> Finding:
    if policy is None:
        message = f"there is no policy file to define the environment {show(name)}"
        return Finding("policy", "error", message, None, "", "write rules/policy.yaml, or drop --environment")
    known = policy.document.data["spec"].get("environments", {})
    guess = closest(name, known)
    remedy = f"did you mean {guess!r}?" if guess else f"there are {', '.join(known) or 'none'}"
    place = policy.document.locate(("spec", "environments"))
    return Finding(
        "policy", "error", f"the policy has no environment {show(name)}", place, "spec.environments", remedy
    )


def _is_unread(name: str, rules: Mapping[str, Rule], texts: Sequence[str]) -> bool:
    """Whether a rule of that name is in a file that could not be read as one; that file's own findings are enough."""
    written = re.compile(rf"""\bname:\s*["']?{re.escape(name)}["']?\s*(?:$|[,}}#])""", re.MULTILINE)
    return name not in rules and any(written.search(text) for text in texts)


def _wrong(setting: Setting, rules: Mapping[str, Rule]) -> Iterator[Finding]:
    """Settings for unknown rules or parameters, and values of another type than the parameter's default."""
    rule = rules.get(setting.rule)
    if rule is None:
        guess = closest(setting.rule, rules)
        remedy = f"did you mean {guess!r}?" if guess else "'checker test' lists the rules"
        message = f"there is no rule {show(setting.rule)}"
        yield Finding("policy", "error", message, setting.location, dotted((setting.rule,)), remedy)
        return
    for name, value in setting.parameters.items():
        if name not in rule.parameters:
            guess = closest(name, rule.parameters)
            known = f"it has {', '.join(rule.parameters)}" if rule.parameters else "it has none"
            remedy = f"did you mean {guess!r}?" if guess else known
            message = f"rule {rule.name!r} has no parameter {show(name)}"
            yield Finding("policy", "error", message, setting.location, "parameters", remedy)
        elif not alike(value, rule.parameters[name]):
            message = (
                f"parameter {name!r} of rule {rule.name!r} is {show(value)}, but its default is "
                f"{show(rule.parameters[name])}"
            )
            yield Finding(
                "policy", "error", message, setting.location, "parameters", "write a value of the same type"
            )


def alike(value: Any, default: Any) -> bool:
    """Whether ``value`` has the type that a parameter with this ``default`` takes."""
    if isinstance(value, bool) or isinstance(default, bool):
        return isinstance(value, bool) and isinstance(default, bool)
    if isinstance(default, Decimal):
        return isinstance(value, int | Decimal)
    return type(value) is type(default)


def _weaker(settings: Sequence[Setting], rules: Mapping[str, Rule], of: str) -> Iterator[Finding]:
    """A note for each rule that a policy turns off or lowers, and for each parameter that it changes: the name of a
    parameter does not tell whether another value is weaker."""
    for name in dict.fromkeys(setting.rule for setting in settings):
        setup = set_up(rules[name], settings)
        setting = setup.off or setup.lowered
        if setting is not None:
            reason = f": {setting.reason}" if setting.reason else ", and no reason is given"
            what = "turned off" if setup.off else f"lowered from {setup.rule.level} to {setup.level}"
            message = f"rule {name!r} is {what}{of}{reason}"
            yield Finding("policy", "note", message, setting.location, origin="rule")
        if setup.off is None:
            yield from _changed_parameters(setup, [each for each in settings if each.rule == name], of)


def _changed_parameters(setup: Setup, settings: Sequence[Setting], of: str) -> Iterator[Finding]:
    """A note for each parameter whose value is not the rule's own."""
    for name, value in setup.parameters.items():
        own = setup.rule.parameters[name]
        if value == own:
            continue
        setting = next(each for each in reversed(settings) if name in each.parameters)
        reason = f": {setting.reason}" if setting.reason else ""
        message = f"rule {setup.rule.name!r} has {name} {show(value)}{of} (default {show(own)}){reason}"
        yield Finding("policy", "note", message, setting.location, origin="rule")
