"""Promises: what is measured, over which time, against which target, and how the result is judged."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple

from checker.model.document import Location
from checker.model.indicator import Indicator, Query
from checker.units import Threshold, Unit

MIN_COVERAGE = Fraction(9, 10)
"""The share of a window's expected points that must be there, unless ``minCoverage`` is written."""

Method = Literal["Occurrences", "Timeslices", "RatioTimeslices"]


class Budgeting(NamedTuple):
    """How an OpenSLO objective spends its error budget (``budgetingMethod``): by events (Occurrences), by slices of
    time that miss ``slice_target`` (Timeslices), or by the mean of the slices' ratios (RatioTimeslices)."""

    method: Method = "Occurrences"
    slice: int = 0
    """Seconds; 0 for Occurrences."""
    slice_target: Fraction = Fraction(0)
    """For Timeslices: the share of good events that makes a slice good."""
    empty: Literal["", "good", "bad", "exclude"] = ""
    """What a slice without events counts as. By default it is left out and lowers the coverage."""


@dataclass(frozen=True, slots=True)
class CalendarWindow:
    """A window of ``count`` calendar units in time zone ``zone``.

    With a ``start``, a local time such as ``2026-01-01T00:00:00``, periods follow one another from it. Without one,
    the window is rolling: it ends now and begins ``count`` months, quarters or years ago.
    """

    count: int
    unit: Literal["minute", "hour", "day", "week", "month", "quarter", "year"]
    start: str = ""
    zone: str = "UTC"


class Component(NamedTuple):
    """One objective of a composite: its indicator, its target share, and its weight.

    Its metrics appear among the composite's metrics under names that begin with ``prefix``.
    """

    name: str
    prefix: str
    indicator: Indicator
    target: Fraction
    slice_target: Fraction = Fraction(0)
    weight: Fraction = Fraction(1)


class BurnCondition(NamedTuple):
    """Satisfied if the burn rate over the last ``lookback`` seconds satisfies ``threshold``, and has done so for
    the last ``after`` seconds."""

    lookback: int
    threshold: Threshold
    after: int = 0


class AlertRule(NamedTuple):
    """One alert: it fires when all ``conditions`` hold at once."""

    name: str
    severity: str
    conditions: tuple[BurnCondition, ...]
    location: Location | None = None
    when_breaching: bool = True
    when_no_data: bool = False
    """Whether it also fires if its state cannot be determined."""


Treatment = Literal["breaching", "notBreaching", "ignore", "missing"]
"""What a period without data counts as, in the terms of CloudWatch's TreatMissingData."""


class Evaluation(NamedTuple):
    """A sustained condition: it is missed if at least ``datapoints`` of the last ``periods`` periods miss the
    target. A period has ``period`` seconds.

    CloudWatch calls these Period, EvaluationPeriods, DatapointsToAlarm and TreatMissingData.
    """

    period: int
    periods: int
    datapoints: int
    missing: Treatment = "missing"

    @property
    def seconds(self) -> int:
        """The total length of the periods that are judged."""
        return self.period * self.periods

    @property
    def range_periods(self) -> int:
        """The length of the evaluation range in periods. It holds older periods that stand in for missing ones.
        CloudWatch documents two more periods than are judged (5 for 3), and for other numbers only that there are
        more."""
        return self.periods + 2


class Allowance(NamedTuple):
    """How far a value may be from its baseline, as in ``<= +10 %``: a share of the baseline (``relative``), or an
    absolute amount.

    ``explicit`` says that the text states which of the two it is. Without it, ten percent of a value that is itself
    a share could also mean ten percentage points.
    """

    operator: Literal["<", "<=", ">=", ">"]
    amount: Fraction
    unit: Unit
    relative: bool
    explicit: bool
    text: str

    @property
    def lower_is_better(self) -> bool:
        return self.operator in ("<", "<=")


class Regression(NamedTuple):
    """A promise not to be worse than earlier reports; ``baseline`` selects the reports to compare with.

    ``alone`` says that there is no other target. The objective's ``target`` then holds the allowance, for reports.
    """

    allowed: Allowance
    baseline: Query
    first_run: Literal["inconclusive", "pass"] = "inconclusive"
    alone: bool = False


BASELINE = "(baseline)"
"""The name of the question that asks for earlier reports. No metric can have this name."""


class Objective(NamedTuple):
    """One promise: an indicator, a window and a target, and how its answer is to be judged."""

    name: str
    document: str
    kind: str
    location: Location
    indicator: Indicator
    target: Threshold
    warning: Threshold | None = None
    critical: Threshold | None = None
    window: int | None = None
    """Seconds; None where the source has no window (a coverage file)."""
    display_name: str = ""
    description: str = ""
    service: str = ""
    owner: str = ""
    severity: str = ""
    runbook: str = ""
    next_steps: tuple[str, ...] = ()
    review_by: str = ""
    """The date by which the promise is to be reviewed, as YYYY-MM-DD."""
    weight: int = 1
    key: bool = False
    """Whether it is a key promise: one that a release depends on."""
    gating: bool = True
    no_data: Literal["inconclusive", "fail", "zero"] = "inconclusive"
    heartbeat: Query | None = None
    min_samples: int = 0
    min_coverage: Fraction = MIN_COVERAGE
    max_age: int | None = None
    confidence: Fraction | None = None
    evaluation: Evaluation | None = None
    """Set if the target applies to each period, and the promise is about how many periods miss it."""
    regression: Regression | None = None
    """Set if the value is also compared with earlier reports."""
    error_budget: bool = False
    """Whether the target leaves an error budget to report (an SLO)."""
    budgeting: Budgeting = Budgeting()
    """How an SLO's budget is spent; not used unless ``error_budget`` is set."""
    calendar: CalendarWindow | None = None
    """The window, if it is not a fixed number of seconds; ``window`` is then its greatest possible length."""
    components: tuple[Component, ...] = ()
    """For a composite: its objectives."""
    alerts: tuple[AlertRule, ...] = ()
    lookbacks: tuple[int, ...] = ()
    """Seconds: lookbacks to report a burn rate for, in addition to those of the alerts."""
    digest: str = ""
    """Digest of what is promised and how it is judged; it changes when the promise does."""
    indicator_digest: str = ""
    """Digest of how the promise is measured; values in two reports are comparable if it is the same."""

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """The indicator, or for a composite those of its components."""
        return tuple(each.indicator for each in self.components) or (self.indicator,)

    @property
    def period_coverage(self) -> Fraction:
        """For an evaluation: the least share of a period that must have data, where the source can tell, for the
        period to meet the target."""
        return self.min_coverage or MIN_COVERAGE


def queries_of(objective: Objective) -> list[Query]:
    """All queries of a promise."""
    more = [objective.heartbeat, None if objective.regression is None else objective.regression.baseline]
    return [query for _, query in objective.indicator.metrics] + [each for each in more if each is not None]
