"""Keptn's criteria as thresholds: the sets of a list are alternatives, and every criterion of a set must hold.

``<600`` compares with a number; ``<=+10%`` and ``>=-5`` compare with earlier results. A percentage without a sign
is an increase: ``<=10%`` is ``<=+10%``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from checker.importers.openslo import decimal
from checker.units import COMPLEMENT

_CRITERION = re.compile(r"(<=|>=|<|>|=)([+-]?)([0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(%?)")


class Bound(NamedTuple):
    """One comparison. ``change``: it is with earlier results, by a percentage (``percent``) or by an amount."""

    operator: str
    value: Fraction
    text: str
    change: bool = False
    percent: bool = False

    @property
    def above(self) -> bool:
        """Whether it is an upper bound: smaller is better."""
        return self.operator.startswith("<")

    @property
    def threshold(self) -> str:
        """The bound as a threshold of checker: ``< 600``, or for a change ``<= +10 %``."""
        sign = "+" if self.change and self.value >= 0 else ""
        operator = "==" if self.operator == "=" else self.operator
        return f"{operator} {sign}{decimal(self.value)}" + (" %" if self.percent else "")

    @property
    def otherwise(self) -> str:
        """The threshold for the values that miss this bound; for ``=``, only those above it."""
        return f"{COMPLEMENT.get(self.operator, '>')} {decimal(self.value)}"


Set = tuple[Bound, ...]


def parse(text: str) -> Bound | None:
    """One criterion; None if ``text`` is not one."""
    found = _CRITERION.fullmatch(text.replace(" ", ""))
    if found is None:
        return None
    operator, sign, digits, percent = found.groups()
    value = Fraction(digits) * (-1 if sign == "-" else 1)
    return Bound(operator, value, text, bool(sign or percent), bool(percent))


def looser(one: Bound, other: Bound) -> bool:
    """Whether ``one`` holds for more values than ``other``. Both bounds have the same direction."""
    if one.value != other.value:
        return (one.value > other.value) is one.above
    return "=" in one.operator and "=" not in other.operator


def tightest(bounds: Sequence[Bound]) -> list[Bound]:
    """The bounds that decide: the tightest in each direction, and every ``=``."""
    kept = [each for each in bounds if each.operator == "="]
    for above in (True, False):
        same = [each for each in bounds if each.operator != "=" and each.above is above]
        if same:
            best = same[0]
            for each in same[1:]:
                best = each if looser(best, each) else best
            kept.append(best)
    return kept


def one_set(sets: Sequence[Set]) -> tuple[Set, bool]:
    """The alternatives as one set, and whether that set means the same; if not, it is stricter.

    Alternatives that are single bounds in one direction equal the loosest of them. Otherwise the first set is taken.
    """
    if len(sets) == 1:
        return sets[0], True
    plain = [each[0] for each in sets if len(each) == 1 and not each[0].change and each[0].operator != "="]
    if len(plain) == len(sets) and len({each.above for each in plain}) == 1:
        best = plain[0]
        for each in plain[1:]:
            best = each if looser(each, best) else best
        return (best,), True
    return sets[0], False


def critical(target: Bound, warning: Set) -> Bound | None:
    """The bound in ``warning`` where the WARN band beside ``target`` ends; None if there is none.

    All criteria of a set must hold. So there is no single bound, and no band, if one of them compares with earlier
    results or with an exact value, or is a lower bound beside an exact target.
    """
    exact = target.operator == "="
    if any(each.change or each.operator == "=" or (exact and not each.above) for each in warning):
        return None
    for each in tightest(warning):
        beyond = each.value >= target.value if exact else each.above is target.above and looser(each, target)
        if beyond:
            return each
    return None
