"""Judges past runs again under an edited policy: which releases would it have blocked, and which allowed?

A past run is given by its evidence, its report, or both. Evidence is judged again, as a replay would, at the time of
the run. If only a report is left, its recorded values are compared with today's thresholds; if more than the thresholds
changed, the result is unknown. The original outcome comes from the report, or from the promises of a base commit.

    past evidence ──run──▶ Report ──┐
    past report ──compare again─────┴─with the outcome of that time──▶ Release(flips)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from checker.backtest.compare_again import compare_again
from checker.backtest.past import PastRun, Said, said_by
from checker.load.catalog import load
from checker.model import Catalog, Exit, Objective, Outcome, Waiver
from checker.run import Options, run, select


class Flip(NamedTuple):
    """One promise whose outcome changes; ``then`` or ``now`` is None if there was no such promise."""

    promise: str
    then: Said | None
    now: Said | None


class Release(NamedTuple):
    """One past run under today's policy. An exit code is None if it is unknown.

    ``untold`` are the promises whose new outcome a report alone cannot show, each as (name, reason).
    """

    names: tuple[str, ...]
    at: int
    then: Exit | None
    now: Exit | None
    flips: tuple[Flip, ...]
    untold: tuple[tuple[str, str], ...] = ()

    @property
    def change(self) -> str:
        """``blocked`` (it was let through), ``let through`` (it was blocked), ``same``, or ``unknown``."""
        if self.then is None or self.now is None:
            return "unknown"
        before, after = self.then is Exit.PASSED, self.now is Exit.PASSED
        if before == after:
            return "same"
        return "let through" if after else "blocked"


def backtest(past: Sequence[PastRun], options: Options, catalog: Catalog) -> list[Release]:
    """The past runs, oldest first, judged under the policy that ``options`` names.

    ``catalog`` is what ``options.paths`` contain. With ``options.base``, the promises of that commit supply the
    original outcomes.
    """
    ordered = sorted(past, key=lambda each: (each.at, each.names))
    base = None if options.base is None else load(options.paths, options.base, strict=options.strict)
    promised = frozenset(objective.name for objective in base.objectives) if base else frozenset[str]()
    return [
        _judged_anew(each, options, promised) if each.evidence else _compared(each, catalog)
        for each in ordered
    ]


def _judged_anew(past: PastRun, options: Options, promised: frozenset[str]) -> Release:
    """Judges a run again by its evidence. ``promised`` are the names in the base commit, if there is one."""
    asked = options._replace(
        at=past.at, replayed=past.evidence, select=past.selected, fail_on_warn=past.fail_on_warn
    )
    report, _ = run(asked._replace(base=None))
    then, code = past.said, past.exit
    if options.base is not None:
        before, _ = run(asked)
        # A run with a base commit also reports promises that the base does not have.
        then = {name: said for name, said in said_by(before).items() if name in promised}
        code = before.exit
    flips = () if then is None else _flips(then, said_by(report))
    return Release(past.names, past.at, code, report.exit, flips)


def _compared(past: PastRun, catalog: Catalog) -> Release:
    """Compares the recorded values again, for a run of which only the report is left."""
    objectives, _ = select(catalog, past.selected)
    then, now = past.said or {}, dict[str, Said]()
    untold: list[tuple[str, str]] = []
    for objective in objectives:
        recorded = then.get(objective.name)
        again: Said | str = "it was not judged then"
        if recorded is not None:
            again = compare_again(objective, recorded, _valid(catalog.waivers, objective, past.at))
        if isinstance(again, str):
            untold.append((objective.name, again))
        else:
            now[objective.name] = again
    unknown = {name for name, _ in untold}
    flips = _flips({name: each for name, each in then.items() if name not in unknown}, now)
    code = None if untold or past.by_rules else _exit(now, past.fail_on_warn)
    if past.by_rules:
        untold.append(
            (
                "the rules",
                "they counted against the release then; without the evidence they cannot be judged again",
            )
        )
    return Release(past.names, past.at, past.exit, code, flips, tuple(untold))


def _valid(waivers: Sequence[Waiver], objective: Objective, at: int) -> list[Waiver]:
    """The waivers that may cover ``objective`` at the time ``at``."""
    return [
        waiver
        for waiver in waivers
        if waiver.objective == objective.name and waiver.standing(objective.digest, at) == "valid"
    ]


def _exit(now: Mapping[str, Said], fail_on_warn: bool) -> Exit:
    from checker.policy.decide import PRECEDENCE, call_of_outcome

    called = {call_of_outcome(said.outcome, fail_on_warn) for said in now.values() if said.gating}
    return min(called, key=PRECEDENCE.index) if called else Exit.INVALID


def _flips(then: Mapping[str, Said], now: Mapping[str, Said]) -> tuple[Flip, ...]:
    names = sorted(then.keys() | now.keys())
    pairs = [Flip(name, then.get(name), now.get(name)) for name in names]
    return tuple(pair for pair in pairs if _differs(pair.then, pair.now))


def _differs(then: Said | None, now: Said | None) -> bool:
    def effect(said: Said | None) -> tuple[Outcome, bool] | None:
        return None if said is None else (said.outcome, said.gating)

    return effect(then) != effect(now)
