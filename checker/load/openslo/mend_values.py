"""Mends values in real OpenSLO files that are not written as OpenSLO requires, but can have only one meaning."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from checker.load.openslo.departure import Departure
from checker.load.openslo.node import Node
from checker.load.text.yaml_scalars import resolve
from checker.spec.fields import show

NUMBERS = ("target", "targetPercent", "value", "timeSliceTarget", "compositeWeight", "threshold")
"""The OpenSLO keys whose value is a number."""


def as_number(text: str) -> int | Decimal | None:
    """The number that a text stands for; None if it is no number."""
    found = resolve(text.strip())
    return found if isinstance(found, int | Decimal) and not isinstance(found, bool) else None


def _number(node: Node) -> Departure | None:
    found = as_number(node.value) if isinstance(node.value, str) else None
    if found is None:
        return None
    written, node.value = node.value, found
    return Departure(node.mark, f"expected a number, found the text {show(written)}", "remove the quotes")


def _truth(node: Node) -> Departure | None:
    meant = {"true": True, "false": False}.get(str(node.value).lower() if isinstance(node.value, str) else "")
    if meant is None:
        return None
    written, node.value = node.value, meant
    return Departure(
        node.mark, f"expected true or false, found the text {show(written)}", "remove the quotes"
    )


def word(*words: str, **others: str) -> Callable[[Node], Departure | None]:
    """Makes a mend that replaces other spellings of ``words``, and the keys of ``others``, by the intended word."""
    known = {word.lower(): word for word in words} | others

    def mend(node: Node) -> Departure | None:
        written = node.value
        meant = known.get(written.lower()) if isinstance(written, str) else None
        if meant is None or meant == written:
            return None
        node.value = meant
        return Departure(node.mark, f"{show(written)} is not how OpenSLO spells it", f"write {meant}")

    return mend


def _duration(node: Node) -> Departure | None:
    """Mends other spellings of a duration."""
    written = node.value
    found = re.fullmatch("([1-9][0-9]{0,5}) ?([a-zA-Z]+)", written) if isinstance(written, str) else None
    letter = _LETTERS.get(found[2], _LETTERS.get(found[2].lower(), "")) if found else ""
    if found and found[2] == "s" and int(found[1]) % 60 == 0:
        meant = f"{int(found[1]) // 60}m"
    elif found and letter:
        meant = found[1] + letter
    else:
        return None
    if meant == written:
        return None
    node.value = meant
    return Departure(node.mark, f"{show(written)} is not an OpenSLO duration", f"write {meant}")


_LETTERS = {
    spelling: letter
    for letter, spellings in {
        "m": ("m", "min", "minute", "minutes"),
        "h": ("h", "hour", "hours"),
        "d": ("d", "day", "days"),
        "w": ("w", "week", "weeks"),
        "M": ("M", "mo", "month", "months"),
        "Q": ("Q", "q", "quarter", "quarters"),
        "Y": ("Y", "y", "year", "years"),
    }.items()
    for spelling in spellings
}


def _start(node: Node) -> Departure | None:
    """Mends a date without a time, or with a ``T`` before the time. One with its own time zone is left to be
    refused."""
    written = node.value
    day, time = "([0-9]{4}-[0-9]{2}-[0-9]{2})", "([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)"
    found = re.fullmatch(f"{day}(?:[T ]{time})?", written) if isinstance(written, str) else None
    if found is None:
        return None
    clock = found[2] or "00:00:00"
    meant = f"{found[1]} {clock if len(clock) == 8 else clock + ':00'}"
    if meant == written:
        return None
    node.value = meant
    return Departure(node.mark, f"{show(written)} is not an OpenSLO date and time", f"write {meant}")


def _named(reference: str) -> Callable[[Node], Departure | None]:
    """Makes a mend that turns bare names in a list into references with the key ``reference``."""

    def mend(node: Node) -> Departure | None:
        listed = node.value if isinstance(node.value, list) else ()
        texts = [index for index, each in enumerate(listed) if isinstance(each.value, str)]
        if not texts:
            return None
        first = node.value[texts[0]]
        for index in texts:
            node.value[index] = node.value[index].wrap(**{reference: node.value[index]})
        many = " (and so on)" if len(texts) > 1 else ""
        message = f"expected a mapping, found only the name {show(first.value)}"
        return Departure(first.mark, message, f"write {reference}: {first.value}{many}")

    return mend


def _one_window(node: Node) -> Departure | None:
    if not isinstance(node.value, dict):
        return None
    node.value = [replace(node, key=None)]
    return Departure(
        node.mark, "expected a list of one window, found the window itself", "write '- ' before it"
    )


VALUES: dict[str, Callable[[Node], Departure | None]] = {
    **dict.fromkeys(NUMBERS, _number),
    **dict.fromkeys(
        ("isRolling", "counter", "alertWhenBreaching", "alertWhenResolved", "alertWhenNoData"), _truth
    ),
    **dict.fromkeys(("duration", "timeSliceWindow", "lookbackWindow", "alertAfter"), _duration),
    "budgetingMethod": word(
        "Occurrences", "Timeslices", "RatioTimeslices", occurences="Occurrences", occurrence="Occurrences"
    ),
    "op": word(
        "lte", "gte", "lt", "gt", **{"<=": "lte", ">=": "gte", "<": "lt", ">": "gt", "le": "lte", "ge": "gte"}
    ),
    "rawType": word("success", "failure"),
    "startTime": _start,
    "timeWindow": _one_window,
    "alertPolicies": _named("alertPolicyRef"),
    "conditions": _named("conditionRef"),
    "notificationTargets": _named("targetRef"),
}
"""For each key, the mend that is tried on its value, wherever the key stands."""
