"""The values that travel through a run.

All of them are frozen, none does I/O, and none decides anything. Times are whole seconds since the epoch
in UTC; measured numbers are ``Fraction``s, so that nothing is rounded before it is compared. Absence is a
value with a reason (:class:`Absence`), never ``None`` or -1.

    Document ─▶ Catalog(Objective…) ─▶ Question ─▶ Exchange ─▶ Series | Absence ─▶ Verdict ─▶ Report
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal, NamedTuple, Protocol

from checker.units import Threshold, Unit

Path = tuple[str | int, ...]
"""The way from a document's root to a node: mapping keys and sequence indices."""


class Location(NamedTuple):
    """A place in a file. Lines and columns count from 1, as editors do."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Place(NamedTuple):
    """Where one node of a document begins.

    ``children`` has the shape of the node: for a mapping, a dict from each key to the Place of its value; for a
    sequence, a list of Places; for a scalar, ``None``. A value of a mapping also knows where its key stands.
    """

    line: int
    column: int
    children: Mapping[str, Place] | Sequence[Place] | None = None
    key_line: int = 0
    key_column: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """One parsed YAML document.

    ``data`` holds only dict (string keys), list, str, int, Decimal, bool and None. ``index`` counts the
    documents of one file (and the items of a top-level list) from 0.
    """

    file: str
    index: int
    data: Any
    place: Place

    def locate(self, path: Path, *, key: bool = False) -> Location:
        """The location of the node at ``path``: its value, or with ``key`` the mapping key naming it.

        A path that leads past what the document holds (a missing key) gives its last node that exists.
        """
        place = self.place
        mark = place[:2]
        for step in path:
            children = place.children
            if isinstance(children, Mapping) and step in children:
                place = children[step]  # type: ignore[index]
                mark = place[3:] if key else place[:2]
            elif isinstance(children, Sequence) and isinstance(step, int) and step < len(children):
                place = children[step]
                mark = place[:2]
            else:
                break
        return Location(self.file, *mark)


Level = Literal["error", "warning", "note"]

Origin = Literal["files", "rule", "broken-rule"]
"""What an error-level finding makes of a release: ``files`` are invalid, a ``rule`` is not satisfied, or a
``broken-rule`` could not be judged."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a validation or a rule found: the place, the fact, and the remedy.

    ``related`` names the other places that the message speaks of, each with a word on why; ``subject`` is the
    promise or the waiver that a rule judged, "" for all of them.
    """

    rule: str
    level: Level
    message: str
    location: Location | None = None
    path: str = ""
    remedy: str = ""
    related: tuple[tuple[str, Location], ...] = ()
    subject: str = ""
    origin: Origin = "files"


class Outcome(enum.StrEnum):
    """How an objective ends: always exactly one of these."""

    PASS = "PASS"
    WARN = "WARN"
    FAIL = "FAIL"
    INCONCLUSIVE = "INCONCLUSIVE"
    ERROR = "ERROR"
    WAIVED = "WAIVED"


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


class Proof(NamedTuple):
    """What a statement rests on: an http(s) address or a path below the working directory, and the sha256 of its
    bytes in hexadecimal."""

    link: str
    sha256: str

    @property
    def is_file(self) -> bool:
        """Whether its digest is checked; an address is not fetched."""
        return not self.link.startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True)
class Attestation:
    """A person's word that a promise is kept, as it stood at ``digest``. Times are epoch seconds."""

    name: str
    location: Location
    objective: str
    digest: str
    statement: str
    confirmed_by: str
    confirmed_at: int
    valid_until: int
    evidence: tuple[Proof, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """One query to be asked over one window; each is itself alone, so that it can be a key.

    ``thresholds`` are those the answer will be compared with: a source that can only count how many samples
    lie beneath a value needs to know which values matter. ``samples`` asks for the sample count even where
    the statistic itself can do without.
    """

    query: Query
    at: int
    window: int | None
    connection: ConnectionDeclaration
    objective: Objective | None = None
    """The promise it is asked for, where the answer depends on it."""
    attestations: tuple[Attestation, ...] = ()
    """What people say about that promise."""
    thresholds: tuple[Threshold, ...] = ()
    samples: bool = False
    shares: bool = False
    """Whether the counts beneath the thresholds are needed too, for a confidence bound of a percentile."""
    period: int = 0
    """Seconds: a value is asked for each period of that length in the window; 0 asks for one of the window."""


@dataclass(frozen=True, slots=True)
class ConnectionDeclaration:
    """What the files say about a connection: the DataSource's name and its details, or nothing at all."""

    name: str = ""
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """One thing to send: an operation of a source with its parameters, all plain JSON values."""

    source: str
    connection: ConnectionDeclaration
    operation: str
    parameters: Mapping[str, Any]


class Failure(NamedTuple):
    """Why a request got no usable answer."""

    kind: str
    """throttled, denied, credentials, timeout, unreachable, server, malformed, missing, refused or internal."""
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and what came back, as recorded: exactly one of ``response`` and ``failure`` is set.

    ``connected`` is what the connection turned out to be: region, account, endpoint.
    """

    request: Request
    response: Mapping[str, Any] | None
    failure: Failure | None = None
    connected: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """The exchanges of a run, in a fixed order, and the moment they were asked for."""

    at: int
    exchanges: tuple[Exchange, ...]

    def of(self, source: str) -> Iterator[Exchange]:
        """The exchanges with one source."""
        return (exchange for exchange in self.exchanges if exchange.request.source == source)


class Point(NamedTuple):
    """One measured value at the start of its period; ``samples`` is how many events it stands for."""

    time: int
    value: Fraction
    samples: int | None = None


class Share(NamedTuple):
    """How many of ``total`` samples lie beneath ``threshold`` (in the series' own unit), or at it if ``at``.

    ``<`` and ``>=`` draw their line beneath the threshold, ``<=`` and ``>`` above it: see ``share_line``.
    """

    threshold: Fraction
    at: bool
    below: int
    total: int


def share_line(threshold: Threshold) -> bool:
    """Whether samples exactly at ``threshold`` count as beneath the line it draws."""
    return threshold.operator in ("<=", ">", "==")


class PastValue(NamedTuple):
    """What an earlier report measured: its name, the digest of its bytes, the moment it judged, and the value."""

    report: str
    sha256: str
    at: int
    value: Fraction
    unit: Unit


@dataclass(frozen=True, slots=True)
class Series:
    """What was read from a source's answers to one question.

    ``combine`` says how the points make one value over the window: their ``sum``, ``min`` or ``max``, the
    ``mean`` (points hold sums; the mean is sum of values over sum of samples), or that there is a ``single``
    one (or, of a question with a ``period``, one a period). A percentile carries ``quantile``, and where one
    value cannot be had, only ``shares``.
    """

    points: tuple[Point, ...]
    combine: Literal["sum", "mean", "min", "max", "single"]
    unit: Unit
    window: Window | None = None
    period: int = 0
    present: int = 1
    """Points that came; with ``expected``, the coverage of the window."""
    expected: int = 1
    newest: int | None = None
    """The end of the latest period that holds data."""
    samples: int | None = None
    quantile: Fraction | None = None
    shares: tuple[Share, ...] = ()
    counts_events: bool = False
    """Whether the values are whole numbers of events, so that a ratio of two such series is a proportion."""
    notes: tuple[str, ...] = ()
    attestation: Attestation | None = None
    """The one that the value stands for, where a person gave it."""
    past: tuple[PastValue, ...] = ()
    """The reports that a baseline is made of, the latest first."""


@dataclass(frozen=True, slots=True)
class Absence:
    """Why there is no series: ``no-data`` (asked, answered, nothing there), ``not-recorded`` (the evidence
    holds no answer), or ``failed`` (the source failed or answered nonsense)."""

    kind: Literal["no-data", "not-recorded", "failed"]
    reason: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Budget:
    """An error budget: shares of what the target allows, so that ``spent`` of 1 is all of it.

    Of a calendar period it is the budget of the whole period, as if the rest had as many events as what there was.
    """

    allowed: Fraction
    """The share that may be bad: 1 - target."""
    spent: Fraction
    allowed_events: Fraction
    """In what is counted: events, slices or data points; 0 where it is a mixture of several."""
    bad_events: Fraction
    allowed_seconds: Fraction
    burn_rates: tuple[tuple[int, Fraction], ...]
    """(lookback in seconds, burn rate): 1 spends exactly the budget over the window."""
    counted: str = "events"
    exhausted_in: Fraction | None = None
    """Seconds until all of it is spent at the latest burn rate; 0 if it is, None if it never will be."""

    @property
    def remaining(self) -> Fraction:
        return 1 - self.spent


@dataclass(frozen=True, slots=True)
class Slices:
    """What became of the slices of a window: ``empty`` of the ``expected`` had no events."""

    length: int
    expected: int
    empty: int
    bad: int | None = None
    """Those that missed their own target; None where slices have none."""


@dataclass(frozen=True, slots=True)
class Alert:
    """The state of one alert. ``rates`` are the burn rates of its conditions; None where one cannot be told."""

    rule: AlertRule
    state: Literal["firing", "ok", "unknown"]
    rates: tuple[Fraction | None, ...]
    reason: str = ""


class Period(NamedTuple):
    """One period of an evaluation. ``value`` is in the unit of the target; None where the period is missing.

    ``counted`` says that it is one of those that the outcome rests on: older ones only stand in for missing.
    """

    time: int
    value: Fraction | None
    breaching: bool
    critical: bool
    counted: bool


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What became of the periods of an evaluation range, oldest first."""

    evaluation: Evaluation
    periods: tuple[Period, ...]
    breaching: int
    """Of the periods that were counted, missing ones that count as breaching among them."""
    missing: int
    """Of the last periods that are judged."""
    filled: int
    """Missing periods that count as breaching."""
    worst: Period | None
    """The worst value of those counted."""


@dataclass(frozen=True, slots=True)
class Regressed:
    """How a value compares with its baseline. Numbers are in ``unit``; most are missing without a baseline.

    ``change`` is the share of the baseline by which the value differs from it; None also for a baseline of 0.
    """

    outcome: Outcome
    reason: str
    remedy: str = ""
    unit: Unit | None = None
    limit: Threshold | None = None
    """What the allowance comes to for this baseline."""
    value: Fraction | None = None
    baseline: Fraction | None = None
    change: Fraction | None = None
    margin: Fraction | None = None
    aggregate: str = ""
    past: tuple[PastValue, ...] = ()
    first_run: bool = False
    """Whether there was nothing to compare with, and the promise lets that pass."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiver:
    """A dated, approved exception to one promise, as it was at ``digest``. Times are epoch seconds."""

    name: str
    location: Location
    objective: str
    digest: str
    reason: str
    ticket: str
    approver: str
    created: int
    expires: int
    accepts: Threshold | None = None
    """The worst value that is accepted."""
    accepts_inconclusive: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome for one objective, with all that explains it."""

    objective: Objective
    outcome: Outcome
    reasons: tuple[str, ...]
    value: Fraction | None = None
    """In ``unit``; None when nothing was measured."""
    unit: Unit | None = None
    margin: Fraction | None = None
    """Distance to the target in ``unit``; negative on the wrong side."""
    compared: Threshold | None = None
    """The target as it was compared, where that is not the target as written (a percentile judged by shares)."""
    bound: Fraction | None = None
    """The confidence bound that had to clear the target, in ``unit``."""
    good: Fraction | None = None
    total: Fraction | None = None
    samples: int | None = None
    coverage: Fraction | None = None
    window: Window | None = None
    period: Window | None = None
    """The whole calendar period, where ``window`` is what has run of it."""
    budget: Budget | None = None
    counted: str = "events"
    """What ``good`` and ``total`` are numbers of."""
    slices: Slices | None = None
    alerts: tuple[Alert, ...] = ()
    evaluation: Evaluated | None = None
    """The periods, where the promise is about how many of them miss the target; ``value`` is how many do."""
    asked: tuple[str, ...] = ()
    """The resolved queries, one line each."""
    notes: tuple[str, ...] = ()
    remedy: str = ""
    waiver: Waiver | None = None
    waived: Outcome | None = None
    """What the outcome would have been without the waiver."""
    attestation: Attestation | None = None
    """What the outcome rests on, where a person confirmed the promise."""
    regression: Regressed | None = None
    """How the value compares with earlier reports, where that is promised and there is a value."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """Every loaded object of a run, references resolved, and what was found on the way."""

    documents: tuple[Document, ...] = ()
    objectives: tuple[Objective, ...] = ()
    connections: Mapping[str, ConnectionDeclaration] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    attestations: Mapping[str, tuple[Attestation, ...]] = field(default_factory=dict)
    """By the name of the objective, the latest first."""
    findings: tuple[Finding, ...] = ()
    digests: tuple[tuple[str, str], ...] = ()
    """(file, sha256 of its bytes), sorted."""

    @property
    def valid(self) -> bool:
        return not any(finding.level == "error" and finding.origin == "files" for finding in self.findings)


class Exit(enum.IntEnum):
    """The exit codes, the whole contract with a pipeline."""

    PASSED = 0
    FAILED = 1
    INVALID = 2
    INCONCLUSIVE = 3
    ERROR = 4


@dataclass(frozen=True, slots=True)
class Report:
    """Everything one run has to say. Formats render it and decide nothing."""

    at: int
    exit: Exit
    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]
    documents: tuple[tuple[str, str], ...] = ()
    evidence_digest: str = ""
    connections: tuple[tuple[str, str], ...] = ()
    """(data source, "key=value, …") as they turned out to be."""
    fail_on_warn: bool = False
    base: str = ""
    """The commit whose files decided, where they were not those of the working folder: ``origin/main (1a2b…)``."""
