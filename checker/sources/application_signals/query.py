"""The model of an ApplicationSignals query."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from checker.sources import Problem, Range
from checker.sources.query import Query
from checker.units import NUMBER, PERCENT, Unit

_NAME = r"[0-9A-Za-z][-._0-9A-Za-z ]{0,126}[0-9A-Za-z]"

STATUS = {"OK": 0, "WARNING": 1, "BREACHED": 2}
"""The budget statuses that have a value, from best to worst."""


class ApplicationSignalsQuery(Query):
    """One figure of an SLO of Application Signals, at the moment of the run."""

    source: Literal["ApplicationSignals"] = Field(
        description="An SLO that exists in CloudWatch Application Signals, over its own interval."
    )
    slo: Annotated[
        str, Field(pattern=rf"^(arn:aws[-a-z]*:application-signals:[^:]*:[^:]*:slo/)?{_NAME}$")
    ] = Field(description="The SLO's name, or its ARN if it belongs to another account.")
    measure: Literal["attainment", "budgetRemaining", "status"] = Field(
        description="attainment (the share of good periods or requests, in percent), budgetRemaining (the share of "
        "the error budget that is left, in percent; negative once it is overspent), or status: 0 is OK, 1 WARNING, "
        "2 BREACHED."
    )


def unit(query: ApplicationSignalsQuery) -> Unit:
    """Percent, or a plain number for the status."""
    return NUMBER if query.measure == "status" else PERCENT


def possible(query: ApplicationSignalsQuery) -> Range:
    """An attainment is a share, and a status is one of three; a budget can be overspent, however far."""
    match query.measure:
        case "attainment":
            return Range(Fraction(0), Fraction(100), "an attainment lies between 0 % and 100 %")
        case "status":
            return Range(Fraction(0), Fraction(max(STATUS.values())), "the status is 0, 1 or 2", whole=True)
        case _:
            return Range(None, None)


def lower_is_better(query: ApplicationSignalsQuery) -> bool:
    """A lower status is better (0 is OK, 2 BREACHED); a higher attainment or remaining budget is better."""
    return query.measure == "status"


def check(query: ApplicationSignalsQuery, window: int | None) -> Iterator[Problem]:
    """None: the model checks everything."""
    return iter(())
