"""Compares every field of a Waiver. A waiver excuses, so an added, longer or wider one is weaker."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from checker import display
from checker.diff.change import Direction, Judged, both
from checker.diff.field import changed
from checker.diff.regions import region, within
from checker.model import Waiver

Rule = Callable[[Waiver, Waiver], Iterator[Judged]]


def judge_waiver(base: Waiver, head: Waiver, others: Sequence[Waiver] = ()) -> Iterator[Judged]:
    """Every key in which two waivers of the same name differ, with its direction.

    ``others`` are the waivers of the head: what this one limited excuses more where this one no longer holds.
    """
    ended = {"created": (base.created, head.created), "expires": (head.expires, base.expires)}
    for name in Waiver._fields:
        unknown: Rule = changed(name, ("spec", name), "it is not known which of the two is stricter")
        rule = KEYS.get(name, unknown)
        for judged in () if rule is None else rule(base, head):
            tightened = name in ended and judged.direction is Direction.TIGHTENED
            wider = wider_without(base, others, *ended[name]) if tightened else ""
            yield judged._replace(direction=Direction.LOOSENED, why=wider) if wider else judged


def wider_without(one: Waiver, others: Iterable[Waiver], start: int, end: int) -> str:
    """Why ``others`` excuse more if ``one`` does not hold from ``start`` to ``end``; "" if they do not.

    Of waivers that hold at the same time, only what all of them accept is waived.
    """
    names = [
        other.name
        for other in others
        if other.name != one.name
        and (other.objective, other.digest) == (one.objective, one.digest)
        and other.created < end
        and start < other.expires
        and not _narrower(other, one)
    ]
    return f"it limited what is excused by {', '.join(sorted(names))}" if names else ""


def _narrower(inner: Waiver, outer: Waiver) -> bool:
    """Whether ``inner`` excuses nothing that ``outer`` does not."""
    if (
        inner.accepts_inconclusive > outer.accepts_inconclusive
        or inner.accepts is None
        or outer.accepts is None
    ):
        return False
    return within(*(region(each, share=False, of_bad=False) for each in (inner.accepts, outer.accepts)))


def _wording(name: str) -> Rule:
    def judge(base: Waiver, head: Waiver) -> Iterator[Judged]:
        one, other = getattr(base, name), getattr(head, name)
        if one != other:
            yield Judged(("spec", name), Direction.REWORDED, one, other, "it excuses the same")

    return judge


def _judge_created(base: Waiver, head: Waiver) -> Iterator[Judged]:
    yield from _judge_time("created", base.created, head.created, head.created < base.created)


def _judge_expires(base: Waiver, head: Waiver) -> Iterator[Judged]:
    yield from _judge_time("expires", base.expires, head.expires, head.expires > base.expires)


def _judge_time(key: str, one: int, other: int, longer: bool) -> Iterator[Judged]:
    if one != other:
        direction = Direction.LOOSENED if longer else Direction.TIGHTENED
        why = "it excuses for longer" if longer else "it excuses for less time"
        yield Judged(("spec", key), direction, display.moment(one), display.moment(other), why)


def _judge_accepts(base: Waiver, head: Waiver) -> Iterator[Judged]:
    one, other = base.accepts, head.accepts
    shown = both(lambda each: "none" if each is None else each.text, one, other)
    if one is None or other is None:
        if one is not other:
            gained = (Direction.LOOSENED, "it excuses a miss, which it did not")
            direction, why = gained if one is None else _unlimited(head)
            yield Judged(("spec", "accepts"), direction, *shown, why)
        return
    before, now = (region(each, share=False, of_bad=False) for each in (one, other))
    fewer, more = within(now, before), within(before, now)
    if fewer and more:
        if one.text != other.text:
            yield Judged(("spec", "accepts"), Direction.REWORDED, *shown, "the same values are excused")
    elif fewer:
        yield Judged(("spec", "accepts"), Direction.TIGHTENED, *shown, "fewer values are excused")
    else:
        direction = Direction.LOOSENED if more else Direction.CHANGED
        yield Judged(("spec", "accepts"), direction, *shown, "it excuses worse values, or others")


def _unlimited(head: Waiver) -> tuple[Direction, str]:
    """The effect of removing the worst accepted value: inconclusive results may then have any value."""
    if head.accepts_inconclusive:
        why = "it no longer excuses a miss, but any value of what could not be measured well enough"
        return Direction.CHANGED, why
    return Direction.TIGHTENED, "it no longer excuses a miss"


def _judge_inconclusive(base: Waiver, head: Waiver) -> Iterator[Judged]:
    one, other = base.accepts_inconclusive, head.accepts_inconclusive
    if one != other:
        direction = Direction.LOOSENED if other else Direction.TIGHTENED
        why = (
            "it excuses what could not be measured" if other else "it no longer excuses what was not measured"
        )
        yield Judged(("spec", "acceptsInconclusive"), direction, str(one).lower(), str(other).lower(), why)


KEYS: Mapping[str, Rule | None] = {
    "name": None,
    "location": None,
    "objective": changed("objective", ("spec", "objective"), "it excuses another promise"),
    "digest": changed("digest", ("spec", "digest"), "it now excuses the promise as it was changed"),
    "reason": _wording("reason"),
    "ticket": _wording("ticket"),
    "approver": changed("approver", ("spec", "approver"), "another person is named as approver"),
    "created": _judge_created,
    "expires": _judge_expires,
    "accepts": _judge_accepts,
    "accepts_inconclusive": _judge_inconclusive,
    "over": None,
    "ahead": None,
}
"""The rule for each field; None for its name, its location, and what a run adds."""
