"""Questions and answers: questions, the requests they lead to, the responses, and the series read from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from checker.model.catalog import Attestation, ConnectionDeclaration
from checker.model.indicator import Query, Window
from checker.model.objective import Objective
from checker.units import Threshold, Unit


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """One query over the ``window`` seconds that end at ``at``. Compared and hashed by identity, so that it can be
    a key.

    ``thresholds`` are the values that the answer will be compared with: a source that can only count the samples
    below a value needs to know which values matter. ``samples`` asks for the sample count even where the statistic
    itself does not need it.
    """

    query: Query
    at: int
    window: int | None
    connection: ConnectionDeclaration
    objective: Objective | None = None
    """The promise, for sources whose answer depends on it."""
    attestations: tuple[Attestation, ...] = ()
    """The attestations of that promise."""
    thresholds: tuple[Threshold, ...] = ()
    samples: bool = False
    shares: bool = False
    """Whether the counts below the thresholds are needed too, for the confidence bound of a percentile."""
    period: int = 0
    """Seconds. A value is asked for each period of this length in the window; 0 asks for one value over the whole
    window."""


class Request(NamedTuple):
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


class Exchange(NamedTuple):
    """A request and its result, as recorded: exactly one of ``response`` and ``failure`` is set.

    ``connected`` holds facts about the connection that was really used, such as region, account and endpoint.
    """

    request: Request
    response: Mapping[str, Any] | None
    failure: Failure | None = None
    connected: tuple[tuple[str, str], ...] = ()


class Evidence(NamedTuple):
    """The exchanges of a run, in a fixed order. ``at`` is the moment that the run judges."""

    at: int
    exchanges: tuple[Exchange, ...]
    asked_at: int | None = None
    """The clock time at which the sources were asked, if it was noted; a run may judge another moment than now."""

    @property
    def asked(self) -> int:
        """The clock time of asking; ``at`` if it was not noted."""
        return self.at if self.asked_at is None else self.asked_at

    @property
    def ahead(self) -> bool:
        """Whether the run judges a moment that was still in the future when it asked."""
        return asked_late(self.at, self.asked) < 0

    def of(self, source: str) -> Iterator[Exchange]:
        """The exchanges with one source."""
        return (exchange for exchange in self.exchanges if exchange.request.source == source)


FIRST_MOMENT, LAST_MOMENT = 0, 253_402_300_799
"""The years 1970 to 9999 in epoch seconds. A moment to judge must lie in this range, so that reports can write it
and the windows before it."""
LATE = 3600
"""Seconds. A run that asks within this distance of its moment counts as asking at that moment, because several
steps of a pipeline may share one ``--at``."""


def asked_late(at: int, asked: int) -> int:
    """How many seconds after the moment it judges a run asked; negative if it asked before, and 0 if the difference
    is at most ``LATE``."""
    return asked - at if abs(asked - at) > LATE else 0


WHOLE = Fraction(1)
"""The value of ``Point.seen`` for a period that was observed throughout."""


class Point(NamedTuple):
    """One measured value. ``time`` is the start of its period; ``samples`` is the number of events behind the value.

    ``seen`` is the share of the period that has data, where a source can tell. If it is less than 1, the value of
    the whole period is unknown.
    """

    time: int
    value: Fraction
    samples: int | None = None
    seen: Fraction = WHOLE


class Share(NamedTuple):
    """How many of ``total`` samples lie below ``threshold`` (in the series' unit), or at most at it if ``at`` is set.

    ``<`` and ``>=`` draw the line below the threshold, ``<=`` and ``>`` above it: see ``share_line``.
    """

    threshold: Fraction
    at: bool
    below: int
    total: int


def share_line(threshold: Threshold) -> bool:
    """Whether samples exactly at ``threshold`` count as below the line that it draws (``Share.at``)."""
    return threshold.operator in ("<=", ">", "==")


class PastValue(NamedTuple):
    """A value from an earlier report: the report's name, the digest of its bytes, the moment it judged, and the
    value."""

    report: str
    sha256: str
    at: int
    value: Fraction
    unit: Unit


class Series(NamedTuple):
    """The values read from a source's answers to one question.

    ``combine`` says how the points make one value over the window: ``sum``, ``min``, ``max``, ``mean`` (each point
    holds a sum, so the mean is the sum of values over the sum of samples), or ``single`` (there is only one point,
    or one for each ``period`` of the question). A percentile carries its ``quantile``. Where the percentile itself
    cannot be had, there are only ``shares``.
    """

    points: tuple[Point, ...]
    combine: Literal["sum", "mean", "min", "max", "single"]
    unit: Unit
    window: Window | None = None
    period: int = 0
    present: int = 1
    """The number of points that came. Divided by ``expected``, it is the coverage of the window."""
    expected: int = 1
    newest: int | None = None
    """The end of the latest period that has data."""
    samples: int | None = None
    quantile: Fraction | None = None
    shares: tuple[Share, ...] = ()
    counts_events: bool = False
    """Whether the values are whole numbers of events, so that the ratio of two such series is a proportion."""
    notes: tuple[str, ...] = ()
    attestation: Attestation | None = None
    """The attestation behind the value, where a person gave it."""
    past: tuple[PastValue, ...] = ()
    """The reports that make up a baseline, latest first."""
    to_have_more: str = ""
    """Remedy for too few samples; empty if more traffic or time brings them."""
    to_be_dated: str = ""
    """Remedy for a result without a date, where its age is not known."""
    to_mend: str = ""
    """Remedy for a missed target, used if the promise states none."""
    otherwise: Series | None = None
    """A second, equally possible reading of the same answer; None if the answer has only one. The promise is kept
    only if both readings keep it."""
    doubt: str = ""
    """Only in a series that is an ``otherwise``: the case in which it is the true reading, as in "if ...".
    ``to_mend`` says how to find out."""
    doubtful: tuple[Point, ...] = ()
    """Only in a series that is an ``otherwise`` and holds sums: for each point, how much of it is in doubt."""


class Absence(NamedTuple):
    """Why there is no series: ``no-data`` (asked, answered, nothing there), ``not-recorded`` (the evidence
    holds no answer), or ``failed`` (the source failed or answered nonsense)."""

    kind: Literal["no-data", "not-recorded", "failed"]
    reason: str
    remedy: str = ""
    otherwise: Series | None = None
    """As in Series: a reading of the answer in which there is data after all."""
    silence: bool = True
    """For ``no-data``: whether it may mean that nothing happened. It does not for a file without requests, or for an
    alarm that does not exist."""
