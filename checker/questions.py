"""Which questions a promise needs: one for each metric, and one for each lookback that needs its own. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from checker import sources
from checker.model import BASELINE, Catalog, ConnectionDeclaration, Indicator, Objective, Query, Question
from checker.windows import look_name, looks, period_asked, window_of


def questions_of(objective: Objective, catalog: Catalog, at: int) -> dict[str, Question]:
    """The questions for one objective, by metric name; ``heartbeat`` and ``BASELINE`` are names too.

    A question about a lookback is named by ``look_name``. A calendar period that has only just begun has no
    question.
    """
    if objective.error_budget:
        return dict(_of_budget(objective, catalog, at))
    thresholds = tuple(each for each in (objective.target, objective.critical) if each is not None)
    named = dict(objective.indicator.metrics)
    if objective.heartbeat is not None:
        named["heartbeat"] = objective.heartbeat
    if objective.regression is not None:
        named[BASELINE] = objective.regression.baseline
        if objective.regression.alone:
            thresholds = ()
    evaluation = objective.evaluation
    period = 0 if evaluation is None else evaluation.period
    window = objective.window if evaluation is None else period * evaluation.range_periods
    return {
        name: Question(
            query=query,
            at=at,
            window=None if name == BASELINE else window,
            connection=_connection(query, catalog),
            objective=objective,
            attestations=catalog.attestations.get(objective.name, ()),
            thresholds=() if name in ("heartbeat", BASELINE) else thresholds,
            # A ratio counts its own samples: they are its total.
            samples=objective.min_samples > 0 and objective.indicator.form != "ratio",
            shares=objective.confidence is not None,
            period=period,
        )
        for name, query in named.items()
    }


def _connection(query: Query, catalog: Catalog) -> ConnectionDeclaration:
    return catalog.connections.get(query.dataSourceRef or "", ConnectionDeclaration())


def parts_of(objective: Objective) -> Iterator[tuple[str, Indicator]]:
    """The indicators of an objective, each with the prefix that its metrics' names have there."""
    if objective.components:
        yield from ((component.prefix, component.indicator) for component in objective.components)
    else:
        yield "", objective.indicator


def _of_budget(objective: Objective, catalog: Catalog, at: int) -> Iterator[tuple[str, Question]]:
    whole = window_of(objective, at)
    for prefix, indicator in parts_of(objective):
        period = period_asked(objective, indicator)
        for metric, query in indicator.metrics:
            connection = _connection(query, catalog)
            length = objective.window
            if objective.calendar is not None:
                length = 0 if whole is None else _elapsed(query, whole.start, at, period)
            if length != 0:
                yield prefix + metric, Question(query, at, length, connection, period=period)
            if length is None:
                continue
            spacing = period or sources.spacing(query, length)
            for lookback, ago in looks(objective):
                if within(objective, spacing, lookback, ago) or (period and lookback % period):
                    continue
                yield (
                    look_name(prefix + metric, lookback, ago),
                    Question(query, at - ago, lookback, connection, period=period),
                )


def within(objective: Objective, spacing: int, lookback: int, ago: int) -> bool:
    """Whether the answer for the window, with points ``spacing`` seconds apart, also holds the answer for a
    lookback."""
    if not spacing or objective.calendar is not None:
        return False
    return not lookback % spacing and not ago % spacing and lookback + ago <= (objective.window or 0)


def _elapsed(query: Query, start: int, at: int, period: int) -> int:
    """Seconds from the start of a calendar period to the end of the query's answer, in whole periods of the query."""
    source = sources.find(query.source)
    lag: int = source.lag(query) if hasattr(source, "lag") else 0
    hours = -(-max(1, at - start) // 3600) * 3600
    grid = period or sources.spacing(query, hours) or 60
    for part in () if period else (300, 60):
        # In some time zones a day begins at half past the hour; hourly periods would omit its first half hour.
        finer = sources.spacing(query, hours - part)
        if start % grid and finer and not start % finer:
            elapsed = (at - lag) // finer * finer - start
            return max(0, elapsed if sources.spacing(query, elapsed) == finer else elapsed + finer)
    return max(0, (at - lag) // grid * grid - -(-start // grid) * grid)
