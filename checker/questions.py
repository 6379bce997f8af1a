"""What has to be asked for an objective: one question a metric, and one more for each lookback. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from checker import sources
from checker.model import BASELINE, Catalog, ConnectionDeclaration, Indicator, Objective, Query, Question
from checker.windows import look_name, looks, period_asked, window_of


def questions_of(objective: Objective, catalog: Catalog, at: int) -> dict[str, Question]:
    """What has to be asked for one objective, by metric name; with ``heartbeat`` if it has one.

    A question about a lookback is named by ``look_name``. Nothing is asked about a calendar period that has only
    just begun.
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
    """The indicators of an objective, with the prefix that the names of their metrics have in it."""
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
    """Whether the answer about the window, in points so many seconds apart, tells about a lookback as well."""
    if not spacing or objective.calendar is not None:
        return False
    return not lookback % spacing and not ago % spacing and lookback + ago <= (objective.window or 0)


def _elapsed(query: Query, start: int, at: int, period: int) -> int:
    """Seconds from the start of a calendar period to where the query's answer will end, in whole periods of it."""
    source = sources.find(query.source)
    lag: int = source.lag(query) if hasattr(source, "lag") else 0
    hours = -(-max(1, at - start) // 3600) * 3600
    grid = period or sources.spacing(query, hours) or 60
    return max(0, (at - lag) // grid * grid - -(-start // grid) * grid)
