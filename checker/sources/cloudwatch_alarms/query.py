"""The model of a CloudWatchAlarms query, and the checks before it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Literal, get_args

from pydantic import Field, StrictInt

from checker.sources import Problem, Range
from checker.sources.query import Given, Query
from checker.units import COUNT, Unit, parse_unit

AlarmType = Literal["MetricAlarm", "CompositeAlarm", "LogAlarm"]
AlarmName = Annotated[str, Field(min_length=1, max_length=255)]
Measure = Literal["notOk", "inAlarm", "insufficientData", "total", "okRatio"]

TYPES: tuple[AlarmType, ...] = get_args(AlarmType)
"""All types of alarms. By default DescribeAlarms returns metric alarms only."""

RATIO = parse_unit("ratio")


class CloudWatchAlarmsQuery(Query):
    """How many of the chosen alarms are in which state, now."""

    source: Literal["CloudWatchAlarms"] = Field(
        description="Counts alarms of Amazon CloudWatch by their state at the moment of the run."
    )
    measure: Measure = Field(
        default="notOk",
        description="What is counted: notOk (the alarms in ALARM or INSUFFICIENT_DATA, and those whose evaluation "
        "fails), inAlarm, insufficientData, total; or okRatio, the share of alarms that are OK.",
    )
    namePrefix: Given[AlarmName] = Field(  # noqa: N815
        default=None,
        description="Only alarms whose names begin like this. Without it and without names, all alarms of the "
        "account in the region.",
    )
    names: Given[tuple[AlarmName, ...]] = Field(
        default=None,
        min_length=1,
        max_length=1000,
        description="Only these alarms. Each of them has to exist.",
    )
    types: tuple[AlarmType, ...] = Field(
        default=TYPES, min_length=1, description="Only alarms of these types; by default all types."
    )
    minAlarms: StrictInt = Field(  # noqa: N815
        default=1,
        ge=0,
        description="Fewer alarms than this count as no data: a misspelt prefix or deleted alarms do not mean "
        "that all is well. 0 accepts that there are none.",
    )


def unit(query: CloudWatchAlarmsQuery) -> Unit:
    """A count of alarms, or a share of them."""
    return RATIO if query.measure == "okRatio" else COUNT


def lower_is_better(query: CloudWatchAlarmsQuery) -> bool | None:
    """For okRatio, higher is better; for a number of alarms it is not known."""
    return False if query.measure == "okRatio" else None


def possible(query: CloudWatchAlarmsQuery) -> Range | None:
    """A count is at most the number of alarms that are named."""
    if query.names is None or query.measure == "okRatio":
        return None
    named = len(set(query.names))
    why = f"a count of {named} named alarm{'s' * (named != 1)} lies between 0 and {named}"
    return Range(Fraction(0), Fraction(named), why)


def check(query: CloudWatchAlarmsQuery, window: int | None) -> Iterator[Problem]:
    """The problems of a query: keys that contradict each other."""
    if query.names is not None and query.namePrefix is not None:
        yield Problem(
            "namePrefix",
            "alarms are chosen by names or by a prefix, not both",
            "remove names, or namePrefix",
        )
    if query.names is not None and "minAlarms" in query.model_fields_set:
        yield Problem(
            "minAlarms",
            "every alarm in names has to exist anyway",
            "remove minAlarms, or choose by namePrefix",
        )
    elif query.minAlarms == 0 and query.measure == "okRatio":
        yield Problem("minAlarms", "the share of no alarms is undefined", "write 1 or more, or measure notOk")
