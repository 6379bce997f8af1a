"""Compares two rulebooks: rules that were removed, changed, turned off or lowered, in any environment.

A rule can only tighten, so an added rule is never weaker. For a changed expression, condition or parameter it is
not known which is stricter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from checker.diff.change import Change, Direction, KeyChange, overall
from checker.diff.places import show
from checker.model import Location
from checker.rulebook import LEVELS, Rule, Rulebook, Setting, Setup, set_up

RULE, POLICY = "Rule", "Policy"

FIELDS: Mapping[str, Direction | None] = {
    "name": None,
    "document": None,
    "level": None,  # compared with its settings applied
    "parameters": None,
    "subject": Direction.CHANGED,
    "when": Direction.CHANGED,
    "expression": Direction.CHANGED,
    "built_in": Direction.CHANGED,
    "message": Direction.REWORDED,
    "remedy": Direction.REWORDED,
    "rationale": Direction.REWORDED,
}
"""What a difference in a field of a rule means; a field that is not named counts as weaker."""


class Context(NamedTuple):
    """Where settings apply: an environment ("" is any), and labels of a document (none is any)."""

    environment: str
    labels: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        where = [f"environment {self.environment}"] if self.environment else []
        where += [f"{key}={value}" for key, value in self.labels]
        return f" ({', '.join(where)})" if where else ""


def compare_rules(base: Rulebook, head: Rulebook) -> tuple[Change, ...]:
    """Every difference between ``base`` and ``head``. Both must be valid."""
    before = {rule.name: rule for rule in base.rules}
    now = {rule.name: rule for rule in head.rules}
    contexts = _contexts(base, head)
    changes = []
    for name in sorted({*before, *now}):
        one, other = before.get(name), now.get(name)
        if one is None and other is not None:
            changes.append(
                Change(RULE, name, Direction.ADDED, False, "one more rule", (), None, other.location)
            )
        elif other is None and one is not None:
            used = any(_setup(one, base, each).off is None for each in contexts)
            why = "the rule no longer exists" if used else "it was turned off"
            changes.append(Change(RULE, name, Direction.REMOVED, used, why, (), one.location, None))
        elif one is not None and other is not None:
            keys = (*_definition(one, other), *_settings(one, other, base, head, contexts))
            if keys:
                weaker = any(each.weaker for each in keys)
                # A built-in rule is in none of the team's files; its setting is.
                places = (
                    (keys[0].base_at, keys[0].head_at) if other.built_in else (one.location, other.location)
                )
                changes.append(Change(RULE, name, overall(keys), weaker, "", keys, *places))
    return (*changes, *_selections(base, head))


def _definition(one: Rule, other: Rule) -> Iterator[KeyChange]:
    for name in Rule._fields:
        direction = FIELDS.get(name, Direction.CHANGED)
        before, now = getattr(one, name), getattr(other, name)
        if direction is None or before == now:
            continue
        why = (
            "it finds the same"
            if direction is Direction.REWORDED
            else "it checks something else, and it is not known which is stricter"
        )
        path = ("spec", {"subject": "scope"}.get(name, name))
        at_base, at_head = (rule.document.locate(path, key=True) for rule in (one, other))
        yield KeyChange(".".join(path), direction, show(before), show(now), why, at_base, at_head)


def _settings(
    one: Rule, other: Rule, base: Rulebook, head: Rulebook, contexts: Sequence[Context]
) -> Iterator[KeyChange]:
    """How a rule is set in each context. A difference that applies everywhere is reported once."""
    reported: set[tuple[str, str, str]] = set()
    for context in contexts:
        for key in _setting(_setup(one, base, context), _setup(other, head, context), context):
            difference = (key.key.partition(" (")[0], key.base, key.head)
            if difference not in reported:
                yield key
            if context == contexts[0]:
                reported.add(difference)


def _setting(one: Setup, other: Setup, context: Context) -> Iterator[KeyChange]:
    def key(name: str, direction: Direction, before: Any, now: Any, why: str) -> KeyChange:
        return KeyChange(
            f"{name}{context}", direction, show(before), show(now), why, _place(one), _place(other)
        )

    if one.off is not None or other.off is not None:
        if one.off is None and other.off is not None:
            why = f"it is turned off: {other.off.reason}"
            yield key("enabled", Direction.LOOSENED, True, False, why)
        elif other.off is None:
            yield key("enabled", Direction.TIGHTENED, False, True, "it is turned on")
        return
    if one.level != other.level:
        lower = LEVELS.index(other.level) < LEVELS.index(one.level)
        direction = Direction.LOOSENED if lower else Direction.TIGHTENED
        why = f"what it finds counts for {'less' if lower else 'more'}"
        yield key("level", direction, one.level, other.level, why)
    for name in dict.fromkeys((*one.parameters, *other.parameters)):
        before, now = one.parameters.get(name), other.parameters.get(name)
        if (type(before), before) != (type(now), now):  # in CEL, 1 is neither true nor 1.0
            why = "it is not known which is stricter"
            yield key(f"parameters.{name}", Direction.CHANGED, before, now, why)


def _place(setup: Setup) -> Location:
    decisive = setup.off or setup.lowered or setup.last
    return setup.rule.location if decisive is None else decisive.location


def _setup(rule: Rule, book: Rulebook, context: Context) -> Setup:
    common = book.by_environment.get("", ())
    settings = list(book.by_environment.get(context.environment, common))
    for selection in book.selections:
        if selection.labels.items() <= dict(context.labels).items():
            settings += selection.settings
    return set_up(rule, settings)


def _contexts(base: Rulebook, head: Rulebook) -> list[Context]:
    """Every context in which settings may differ; the general one is first."""
    labels = {tuple(sorted(each.labels.items())): None for each in (*base.selections, *head.selections)}
    environments = dict.fromkeys(["", *base.by_environment, *head.by_environment])
    return [Context(name, chosen) for name in environments for chosen in ((), *labels)]


def _selections(base: Rulebook, head: Rulebook) -> Iterator[Change]:
    """Selections that may apply together: the last one wins, so it is not known which of two sets is stricter."""
    one, other = (
        [(dict(each.labels), [_plain(setting) for setting in each.settings]) for each in book.selections]
        for book in (base, head)
    )
    if one != other and max(len(one), len(other)) > 1:
        why = "several selections may hold for one document, and the last one wins"
        places = [
            next((setting.location for each in book.selections for setting in each.settings), None)
            for book in (base, head)
        ]
        yield Change(POLICY, "selections", Direction.CHANGED, True, why, (), *places)


def _plain(setting: Setting) -> tuple[Any, ...]:
    parameters = {name: (type(value), value) for name, value in setting.parameters.items()}
    return setting.rule, setting.enabled, setting.level, parameters
