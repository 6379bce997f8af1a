"""How promises end: verdicts with all that explains them, and the report of a run."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple

from checker.model.catalog import Attestation, Waiver
from checker.model.document import Finding
from checker.model.exchange import PastValue
from checker.model.objective import AlertRule, Evaluation, Objective, Window
from checker.units import Threshold, Unit


class Outcome(enum.StrEnum):
    """How an objective ends: always exactly one of these."""

    PASS = "PASS"
    WARN = "WARN"
    FAIL = "FAIL"
    INCONCLUSIVE = "INCONCLUSIVE"
    ERROR = "ERROR"
    WAIVED = "WAIVED"


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
    not_selected: int = 0
    """Promises of the files that ``--select`` left out."""
    asked_at: int | None = None
    """The moment by the clock at which was asked, where it is known; ``at`` may be another."""
    base: str = ""
    """The commit whose files decided, where they were not those of the working folder: ``origin/main (1a2b…)``."""
    environment: str = ""
    """The one of the policy file whose settings of the rules held, if any."""
    selected: tuple[str, ...] = ()
    """What ``--select`` named; without any, all promises were judged."""
    strict: bool = False
    """Whether OpenSLO was taken by its letter."""
