"""Promises: what is measured, over which time, against which target, and how the answer is judged."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple, Protocol

from checker.model.document import Location
from checker.units import Threshold, Unit


class Window(NamedTuple):
    """The half-open time range [start, end), in epoch seconds."""

    start: int
    end: int

    @property
    def seconds(self) -> int:
        return self.end - self.start


class Query(Protocol):
    """What a source's query model offers to the rest of the program (see ``checker.sources``)."""

    @property
    def source(self) -> str: ...
    @property
    def dataSourceRef(self) -> str | None: ...  # noqa: N802  (the YAML key)
    @property
    def model_fields_set(self) -> set[str]: ...


@dataclass(frozen=True, slots=True)
class Indicator:
    """How something is measured.

    ``form`` says what the named ``metrics`` make: one ``value``; a ``ratio`` of ``good`` or ``bad`` over
    ``total``; a ``formula`` over all of them; the share of data points of ``value`` that satisfy a
    ``threshold``; a share that somebody else computed and left as ``raw``; or a ``composite`` of several.
    """

    form: Literal["value", "ratio", "formula", "threshold", "raw", "composite"]
    metrics: tuple[tuple[str, Query], ...]
    formula: str = ""
    condition: Threshold | None = None
    """Of a ``threshold``: what makes a data point a good one. It compares in the unit that was measured."""
    failures: bool = False
    """Of ``raw``: whether it is the share of the bad ones."""


Method = Literal["Occurrences", "Timeslices", "RatioTimeslices"]


@dataclass(frozen=True, slots=True)
class Budgeting:
    """How an OpenSLO objective spends its error budget (``budgetingMethod``): by events, by slices of time that
    miss ``slice_target``, or by the mean of the slices' ratios."""

    method: Method = "Occurrences"
    slice: int = 0
    """Seconds; 0 for Occurrences."""
    slice_target: Fraction = Fraction(0)
    """The share of good events that makes a slice of Timeslices a good one."""
    empty: Literal["", "good", "bad", "exclude"] = ""
    """What a slice without events stands for. Where nothing is said it is left out, and missed in the coverage."""


@dataclass(frozen=True, slots=True)
class CalendarWindow:
    """``count`` units of the calendar, one period after the other from ``start``, by the clocks of ``zone``.

    ``start`` is a local time such as ``2026-01-01T00:00:00``. Without one the window is rolling: it ends now, and
    begins that many months or years before.
    """

    count: int
    unit: Literal["minute", "hour", "day", "week", "month", "quarter", "year"]
    start: str = ""
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Component:
    """One objective of a composite: what it measures, the share it promises, and what it weighs.

    Its metrics are among the composite's under names that begin with ``prefix``.
    """

    name: str
    prefix: str
    indicator: Indicator
    target: Fraction
    slice_target: Fraction = Fraction(0)
    weight: Fraction = Fraction(1)


class BurnCondition(NamedTuple):
    """A burn rate over the last ``lookback`` seconds that satisfies ``threshold``, and has for ``after`` seconds."""

    lookback: int
    threshold: Threshold
    after: int = 0


@dataclass(frozen=True, slots=True)
class AlertRule:
    """When an alert goes off: all ``conditions`` hold at once."""

    name: str
    severity: str
    conditions: tuple[BurnCondition, ...]
    location: Location | None = None
    when_breaching: bool = True
    when_no_data: bool = False
    """Whether it goes off as well where nothing can be told."""


Treatment = Literal["breaching", "notBreaching", "ignore", "missing"]
"""What a period without data stands for, as CloudWatch's alarms name it."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A sustained condition: a miss if ``datapoints`` of the last ``periods`` periods of ``period`` seconds are.

    CloudWatch's Period, EvaluationPeriods, DatapointsToAlarm and TreatMissingData.
    """

    period: int
    periods: int
    datapoints: int
    missing: Treatment = "missing"

    @property
    def seconds(self) -> int:
        """The length of the periods that are judged."""
        return self.period * self.periods

    @property
    def range_periods(self) -> int:
        """The evaluation range: older periods stand in for missing ones. CloudWatch documents two more than are
        judged (5 for 3), and says of others only that they are more."""
        return self.periods + 2


@dataclass(frozen=True, slots=True)
class Allowance:
    """How far a value may be from its baseline, as in ``<= +10 %``: a share of it (``relative``), or an amount.

    ``explicit`` says that the text leaves no doubt which; ten percent of a share could be meant as ten points.
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


@dataclass(frozen=True, slots=True)
class Regression:
    """A promise not to become worse than earlier reports show; ``baseline`` says which reports count.

    ``alone`` says that there is no other target: the objective's target then is the allowance, for reports.
    """

    allowed: Allowance
    baseline: Query
    first_run: Literal["inconclusive", "pass"] = "inconclusive"
    alone: bool = False


BASELINE = "(baseline)"
"""What the question for earlier reports is called beside the metrics of an indicator; no metric can be."""


@dataclass(frozen=True, slots=True)
class Objective:
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
    """The date by which somebody looks at it again, as YYYY-MM-DD."""
    weight: int = 1
    key: bool = False
    """Whether the release rests on it."""
    gating: bool = True
    no_data: Literal["inconclusive", "fail", "zero"] = "inconclusive"
    heartbeat: Query | None = None
    min_samples: int = 0
    min_coverage: Fraction = Fraction(9, 10)
    max_age: int | None = None
    confidence: Fraction | None = None
    evaluation: Evaluation | None = None
    """Where the target is about each period, and the promise about how many of them miss it."""
    regression: Regression | None = None
    """Where the value is compared with that of earlier reports as well."""
    error_budget: bool = False
    """Whether the target leaves an error budget to report (an SLO)."""
    budgeting: Budgeting = Budgeting()
    """How an SLO's budget is spent; without meaning where ``error_budget`` is not set."""
    calendar: CalendarWindow | None = None
    """The window, where it is no fixed number of seconds; then ``window`` is the longest that it can be."""
    components: tuple[Component, ...] = ()
    """Of a composite: the objectives that it is made of."""
    alerts: tuple[AlertRule, ...] = ()
    lookbacks: tuple[int, ...] = ()
    """Seconds: over which a burn rate is to be reported, whatever the alerts look at."""
    digest: str = ""
    """Of all that the promise says and how it is judged: it changes when the promise does."""
    indicator_digest: str = ""
    """Of how it is measured: values of two reports can be compared where it is the same."""

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """The indicator; of a composite, those of its components."""
        return tuple(each.indicator for each in self.components) or (self.indicator,)

    @property
    def period_coverage(self) -> Fraction:
        """The share of a period of an evaluation that has to be seen, where a source tells it, for it to meet the
        target."""
        return self.min_coverage or Fraction(9, 10)
