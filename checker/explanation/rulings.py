"""How the rules apply to a promise: violated rules first, the others by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from checker.policy.rulings import Ruling, State, set_by
from checker.rulebook import Rulebook

ORDER: tuple[State, ...] = ("violated", "not judged", "satisfied", "not relevant", "not yet", "turned off")


def told_rulings(rulings: Sequence[Ruling], book: Rulebook) -> Iterator[tuple[str, str]]:
    """(label, text) pairs: the number of rules in each state, and which they are."""
    if not rulings:
        return
    counts = Counter(each.state for each in rulings)
    kinds = ", ".join(f"{counts[state]} {state}" for state in ORDER if counts[state])
    yield "rules", f"{len(rulings)}: {kinds}"
    for state in ORDER:
        mine = [each for each in rulings if each.state == state]
        if state in ("violated", "not judged"):
            yield from ((state, _found(each)) for each in mine)
        elif state == "turned off":
            yield from ((state, _off(each, book)) for each in mine)
        elif mine:
            names = ", ".join(sorted(each.setup.rule.name for each in mine))
            waits = " (they judge how it ended: see --replay)" if state == "not yet" else ""
            yield state, names + waits


def _found(ruling: Ruling) -> str:
    found, lowered = ruling.finding, ruling.setup.lowered
    if found is None:
        return ruling.setup.rule.name
    how = "" if lowered is None else f" (default level {ruling.setup.rule.level}: {lowered.location})"
    return f"{found.level} {found.rule}{how}: {found.message}"


def _off(ruling: Ruling, book: Rulebook) -> str:
    setting = ruling.setup.off
    if setting is None:
        return ruling.setup.rule.name
    where = ", ".join(filter(None, [set_by(setting, book), str(setting.location)]))
    return f"{setting.rule} ({where}): {setting.reason or 'no reason is given'}"
