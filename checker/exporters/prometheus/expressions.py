"""The PromQL expressions of the rules: a promise's own queries over other windows, and ratios of their results."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from checker import display
from checker.sources.prometheus import lag, promql
from checker.units import format_duration

FOREIGN = "its query has no range that could be shortened; write [{{.window}}], or the counters with reduce: increase"


def over(query: Any, window: int, seconds: int) -> str:
    """``query`` (a PrometheusQuery), made for ``window``, rewritten to cover ``seconds``.

    Late data (``lag``) is waited for, as in a run: the whole expression is evaluated as of ``lag`` ago. Raises
    ValueError with the reason if the query cannot be rewritten.
    """
    text: str = query.query.strip()
    back = f" offset {format_duration(lag(query))}" if lag(query) else ""
    if query.reduce == "increase":
        return f"increase({text}[{format_duration(seconds)}]{back})"
    if query.reduce is not None:
        raise ValueError(f"reduce: {query.reduce} has no counterpart in a rule")
    if window not in promql.ranges(text) and promql.has_window(text):
        asked = promql.resolved(text, seconds)
    else:
        asked = promql.shortened(text, window, seconds)
    if not asked:
        raise ValueError(FOREIGN)
    # Only a selector takes an offset directly; an expression needs a subquery. This one has a single sample.
    return f"last_over_time({_apart(asked)}[1s:1s]{back})" if back else asked


def error_ratio(side: str, part: str, total: str) -> str:
    """The share of bad events. ``part`` counts good or bad events, as ``side`` says.

    Without good events all are bad, even if no series exists yet. Without a count of bad events there is no ratio:
    absence is not zero. Without any events the ratio is NaN, which no threshold comparison matches.
    """
    if side == "bad":
        return f"{_sum(part)}\n/\n{_sum(total)}"
    return f"1 - (\n  ({_sum(part)} or vector(0))\n  /\n  {_sum(total)}\n)"


def _sum(query: str) -> str:
    """The sum of the query's series, without labels."""
    return f"sum{_apart(query)}"


def _apart(query: str) -> str:
    """The query in parentheses; on lines of its own if a comment in it could swallow the closing one."""
    return f"(\n{query}\n)" if "\n" in query or "#" in query else f"({query})"


def recorded(seconds: int) -> str:
    """The name of the recorded series with the error ratio over ``seconds``."""
    return f"slo:errors:ratio_rate{format_duration(seconds)}"


def series(metric: str, slo: str) -> str:
    """The selector of the one series of a promise."""
    return f"{metric}{{slo={json.dumps(slo)}}}"


def beyond(slo: str, limits: Sequence[tuple[int, str, Fraction]]) -> str:
    """The condition that the error ratio over each window is beyond its limit: (seconds, operator, ratio) each.

    Its value is the first ratio.
    """
    return "\nand\n".join(
        f"{series(recorded(window), slo)} {operator} {number(limit)}" for window, operator, limit in limits
    )


def either(conditions: Sequence[str]) -> str:
    """The condition that at least one of the conditions holds."""
    return conditions[0] if len(conditions) == 1 else "\nor\n".join(f"(\n{each}\n)" for each in conditions)


def number(value: Fraction) -> str:
    """A number in PromQL: exact if it has at most 17 decimals, else the nearest float."""
    for decimals in range(18):
        if 10**decimals % value.denominator == 0:
            return display.decimal(value, decimals)
    return repr(float(value))
