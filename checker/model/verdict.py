"""How promises end: verdicts with all that explains them, and the report of a run."""

from __future__ import annotations

import enum
from fractions import Fraction
from typing import Literal, NamedTuple

from checker.model.catalog import Attestation, Waiver
from checker.model.document import Finding
from checker.model.exchange import PastValue
from checker.model.indicator import Window
from checker.model.objective import AlertRule, Evaluation, Objective
from checker.units import Threshold, Unit


class Outcome(enum.StrEnum):
    """The outcome of an objective: always exactly one of these."""

    PASS = "PASS"
    WARN = "WARN"
    FAIL = "FAIL"
    INCONCLUSIVE = "INCONCLUSIVE"
    ERROR = "ERROR"
    WAIVED = "WAIVED"


class Budget(NamedTuple):
    """An error budget. ``spent`` is a share of what the target allows: 1 is all of it.

    For a calendar period, it is the budget of the whole period, assuming that the rest of the period has events at
    the same rate as the part so far.
    """

    allowed: Fraction
    """The share of bad events that the target allows: 1 - target."""
    spent: Fraction
    allowed_events: Fraction
    """In the unit named by ``counted``: events, slices or data points; 0 for a composite that mixes several."""
    bad_events: Fraction
    allowed_seconds: Fraction
    burn_rates: tuple[tuple[int, Fraction], ...]
    """(lookback in seconds, burn rate). A burn rate of 1 spends exactly the whole budget over the window."""
    counted: str = "events"
    exhausted_in: Fraction | None = None
    """Seconds until the whole budget is spent at the latest burn rate; 0 if it already is, None if it never will be."""
    unknown_rates: tuple[tuple[int, str], ...] = ()
    """(lookback in seconds, reason) of every burn rate that was asked for and could not be measured in full."""

    @property
    def remaining(self) -> Fraction:
        return 1 - self.spent


class Slices(NamedTuple):
    """The slices of a window: ``expected`` of them, of which ``empty`` had no events. ``length`` is in seconds."""

    length: int
    expected: int
    empty: int
    bad: int | None = None
    """The number that missed the slice target; None for a method without one."""


class Alert(NamedTuple):
    """The state of one alert. ``rates`` are the burn rates of its conditions; None for a rate that cannot be
    computed. ``eventless``: the state is unknown, and only because nothing happened."""

    rule: AlertRule
    state: Literal["firing", "ok", "unknown"]
    rates: tuple[Fraction | None, ...]
    reason: str = ""
    eventless: bool = False


class Period(NamedTuple):
    """One period of an evaluation. ``value`` is in the unit of the target; None if the period has no data.

    ``counted`` says that the outcome depends on this period. Others are older periods that only stand in for
    missing ones.
    """

    time: int
    value: Fraction | None
    breaching: bool
    critical: bool
    counted: bool


class Evaluated(NamedTuple):
    """The periods of an evaluation range, oldest first, and how many of them breach the target."""

    evaluation: Evaluation
    periods: tuple[Period, ...]
    breaching: int
    """The number of counted periods that breach, including missing ones that count as breaching."""
    missing: int
    """The number of missing periods among the last ones, which are judged."""
    filled: int
    """The number of missing periods that count as breaching."""
    worst: Period | None
    """The counted period with the worst value."""


class Regressed(NamedTuple):
    """How a value compares with its baseline. Numbers are in ``unit``; most of them are None if there is no baseline.

    ``change`` is the difference from the baseline as a share of the baseline; None also if the baseline is 0.
    """

    outcome: Outcome
    reason: str
    remedy: str = ""
    unit: Unit | None = None
    limit: Threshold | None = None
    """The limit that the allowance sets for this baseline."""
    value: Fraction | None = None
    baseline: Fraction | None = None
    change: Fraction | None = None
    margin: Fraction | None = None
    aggregate: str = ""
    past: tuple[PastValue, ...] = ()
    first_run: bool = False
    """Whether there was no earlier report to compare with, and the promise lets that pass."""
    notes: tuple[str, ...] = ()


class Verdict(NamedTuple):
    """The outcome for one objective, with everything that explains it."""

    objective: Objective
    outcome: Outcome
    reasons: tuple[str, ...]
    value: Fraction | None = None
    """In ``unit``; None when nothing was measured."""
    unit: Unit | None = None
    worst: Fraction | None = None
    """For a missed promise, the worse value that results if ambiguous readings are read the other way; else None."""
    margin: Fraction | None = None
    """Distance to the target in ``unit``; negative on the wrong side."""
    compared: Threshold | None = None
    """The target that was compared, if it is not the target as written (a percentile that is judged by shares)."""
    bound: Fraction | None = None
    """The confidence bound that had to meet the target, in ``unit``."""
    good: Fraction | None = None
    total: Fraction | None = None
    samples: int | None = None
    coverage: Fraction | None = None
    window: Window | None = None
    period: Window | None = None
    """The whole calendar period; ``window`` is then the part of it that has passed."""
    budget: Budget | None = None
    counted: str = "events"
    """What ``good`` and ``total`` count."""
    slices: Slices | None = None
    alerts: tuple[Alert, ...] = ()
    evaluation: Evaluated | None = None
    """The periods, if the promise is about how many of them miss the target; ``value`` is then that number."""
    asked: tuple[str, ...] = ()
    """The resolved queries, one line for each."""
    notes: tuple[str, ...] = ()
    remedy: str = ""
    waiver: Waiver | None = None
    waived: Outcome | None = None
    """What the outcome would have been without the waiver."""
    attestation: Attestation | None = None
    """The attestation behind the outcome, if a person confirmed the promise."""
    regression: Regressed | None = None
    """How the value compares with earlier reports, if the promise asks for that and there is a value."""


class Exit(enum.IntEnum):
    """The exit codes: the whole contract with a pipeline."""

    PASSED = 0
    FAILED = 1
    INVALID = 2
    INCONCLUSIVE = 3
    ERROR = 4


class Report(NamedTuple):
    """Everything one run has to say. Formats render it and decide nothing."""

    at: int
    exit: Exit
    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]
    documents: tuple[tuple[str, str], ...] = ()
    evidence_digest: str = ""
    connections: tuple[tuple[str, str], ...] = ()
    """(data source, "key=value, …"): the connections that were really used."""
    fail_on_warn: bool = False
    not_selected: int = 0
    """The number of promises in the files that ``--select`` left out."""
    asked_at: int | None = None
    """The clock time at which the sources were asked, if known. It may differ from ``at``, the moment that is
    judged."""
    base: str = ""
    """The commit whose files decided, if ``--base`` was given: ``origin/main (1a2b…)``."""
    environment: str = ""
    """The environment of the policy file whose rule settings applied, if any."""
    selected: tuple[str, ...] = ()
    """The patterns given by ``--select``; if there are none, all promises were judged."""
    strict: bool = False
    """Whether OpenSLO documents were read strictly by the specification."""
