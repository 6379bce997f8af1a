"""Asking and answers: questions, requests, what came back, and the series that was read from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from checker.model.catalog import Attestation, ConnectionDeclaration
from checker.model.objective import Objective, Query, Window
from checker.units import Threshold, Unit


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
    asked_at: int | None = None
    """The moment by the clock, of a run that was asked about one of its own choice; None where nobody looked."""

    @property
    def asked(self) -> int:
        """The moment by the clock, or else the one that was asked about."""
        return self.at if self.asked_at is None else self.asked_at

    @property
    def ahead(self) -> bool:
        """Whether it was asked about a moment that was yet to come."""
        return asked_late(self.at, self.asked) < 0

    def of(self, source: str) -> Iterator[Exchange]:
        """The exchanges with one source."""
        return (exchange for exchange in self.exchanges if exchange.request.source == source)


FIRST_MOMENT, LAST_MOMENT = 0, 253_402_300_799
"""Of the years 1970 to 9999: what is judged lies in them, so that a report can write it, and what lay before it."""
LATE = 3600
"""Seconds about a moment within which a run is of that moment: several steps of a pipeline may name one."""


def asked_late(at: int, asked: int) -> int:
    """The seconds by which a run asked after the moment that it judges, less than 0 where it asked before it; 0 where
    that is no more than ``LATE``."""
    return asked - at if abs(asked - at) > LATE else 0


WHOLE = Fraction(1)
"""How much was seen of what was seen throughout."""


class Point(NamedTuple):
    """One measured value at the start of its period; ``samples`` is how many events it stands for.

    ``seen`` is the share of the period that there was data for, where a source can tell: of a value that stands
    for a part of its period nobody knows what the whole would have been.
    """

    time: int
    value: Fraction
    samples: int | None = None
    seen: Fraction = WHOLE


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
    to_have_more: str = ""
    """How there come to be more samples; empty where traffic and time bring them."""
    to_be_dated: str = ""
    """How it comes to say its age, where that is not known."""
    to_mend: str = ""
    """What to do about a missed target, where the promise does not say."""
    otherwise: Series | None = None
    """What was read if it is taken in the other way that it may be meant; None where there is but one. A promise is
    kept only if it is in both."""
    doubt: str = ""
    """Of what stands as ``otherwise``: in which case it is right, as in "if ..."; ``to_mend`` says how to know."""
    doubtful: tuple[Point, ...] = ()
    """Of what stands as ``otherwise``: how much of each of its points, a sum, is in doubt."""


@dataclass(frozen=True, slots=True)
class Absence:
    """Why there is no series: ``no-data`` (asked, answered, nothing there), ``not-recorded`` (the evidence
    holds no answer), or ``failed`` (the source failed or answered nonsense)."""

    kind: Literal["no-data", "not-recorded", "failed"]
    reason: str
    remedy: str = ""
    otherwise: Series | None = None
    """As of a Series: what there is nevertheless if it is taken in the other way."""
