"""Where numbers come from: one module for each source, found by its file name.

``source: CloudWatch`` in a file means the module ``cloudwatch`` here (upper and lower case and underscores do not
matter), or an entry point of that name in the group ``checker.sources``. A source module defines:

``Query``
    The pydantic model of the keys a user may write; a subclass of :class:`checker.sources.query.Query` whose
    ``source`` is the Literal of its name.
``ConnectionDetails``
    The pydantic model of a DataSource's ``connectionDetails`` for this source.
``WINDOWED``
    Whether its answers are about a time window (those of a coverage file are not).
``unit(query) -> Unit | None``
    The unit of the answer, if it is known before asking.
``check(query, window) -> Iterator[Problem]``
    Pure: what is wrong with a query before anything is asked. ``window`` is in seconds, or None.
``requests(questions) -> list[Request]``
    Pure: the requests to send, deduplicated and batched, with the effective time range.
``follow_ups(questions, exchanges) -> list[Request]``
    Pure: further requests that explain an empty answer; mostly none.
``connect(declaration, deadline) -> Connection``
    Builds the clients, in the main thread. ``deadline`` is a ``time.monotonic()`` value.
``send(request, connection) -> response``
    The only I/O: returns the raw response as plain JSON values; raises SourceFailure.
``read(questions, exchanges) -> list[Series | Absence]``
    Pure: one reading for each question, in their order. The answers are found among the exchanges.
``describe(question) -> str``
    The resolved query in one line, for reports.

It may also define the following; what it says is not checked:

``MEASURES = False``
    Its answers are for comparison only (baselines), and cannot be an indicator.
``files(question) -> Sequence[str]``
    Pure: the files it reads, relative to the working directory, so that no output overwrites them; a folder
    stands for all files in it. Default: none.
``percentile(query) -> bool``
    Whether the answer is a percentile, which can have a confidence bound.
``points(request) -> int``
    How many points a complete answer to a request holds, for a plan.
``measures_growth(query) -> bool``
    Whether the answer is how much an ever-growing counter grew over the window.
``sums(query) -> bool``
    Whether the answer is a sum over a length of time, which has a mean rate and can be promised per minute.
    Default: True for a source with a window, False for any other.
``lower_is_better(query) -> bool | None``
    Whether lower values are better, if that is beyond doubt: True for a latency, False for coverage. None, the
    default, if it depends on the promise, as for a number of events.
``possible(query) -> Range | None``
    The values that an answer can have, in its unit. None, the default, if the unit says all there is to know: a
    share lies between 0 and 1, and a count or a time is not negative.
``not_a_count(query) -> Problem | None``
    Why the answer is not a number of events, so that no ratio can be made of it.
``untold_samples(query, ratio) -> str``
    For an answer that never states its number of samples: the remedy. ``ratio`` says that the query is the
    total of a ratio. "", the default, if answers may state it.
``named_unit(query) -> tuple[str, Unit] | None``
    A metric and the unit that its name implies, for a query that states a unit itself.
``BASE_UNITS``
    By dimension of the target: the unit to suggest for a query without one; default: the target's own unit.
``check_periods(query, period, window) -> Iterator[Problem]``
    Pure: why it cannot return a value for each period of ``period`` seconds in a window (a question with
    ``period``). A source without this function never can. The key of a problem may be one that is not written.
``lag(query) -> int``
    Seconds between the window's end and the moment that is judged. Default: 0.
``spacing(query, window) -> int``
    Seconds between the points of an answer about a window, so that shorter lookbacks can be computed from
    them; 0, the default, if it is a single value.

A plan, which an administrator reads beforehand, states what requests need and cost without sending them:

``ACTIONS``
    By operation name, the IAM actions it needs; empty if it needs none, and for sources without IAM.
``resources(request) -> tuple[str, ...]``
    Pure: the resources to grant the actions on: ARNs, or "*"; none if there is no action. Region and account
    in an ARN are "*" if the connection leaves them to the environment.
``priced(request) -> tuple[tuple[str, int | None], ...]``
    Pure: what is charged for sending it: (name of the priced unit, quantity); the quantity is None if it is not
    known beforehand (pages, capacity). Nothing if it is free.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from types import ModuleType
from typing import Any, NamedTuple, Protocol

from checker.model import (
    Absence,
    ConnectionDeclaration,
    Exchange,
    Failure,
    Query,
    Question,
    Request,
    Series,
)
from checker.units import Unit

UNSPOKEN = "(unspoken)"
"""The name by which ``find`` returns the module that stands for all sources checker cannot ask. No file can contain
it."""

SHARED = {"aws", "aws_failures", "query", "recorded", "redact", "result_file", "unspoken"}
"""Modules of this folder that are no sources: code that several sources share, and the stand-in for unknown ones."""


class SourceFailure(Exception):
    """A request that got no usable answer; ``failure`` says why, with the remedy."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class Range(NamedTuple):
    """The values that an answer can have: from ``least`` to ``most``, both included (None: no limit), and only
    ``whole`` numbers. ``why`` says why there are no others."""

    least: Fraction | None
    most: Fraction | None
    why: str = ""
    whole: bool = False

    def holds(self, value: Fraction) -> bool:
        """Whether an answer can have this value."""
        if self.whole and value.denominator != 1:
            return False
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


class Problem(NamedTuple):
    """A problem of a query: its key ("" for the query itself), the fact, and the remedy."""

    key: str
    message: str
    remedy: str


class Connection(Protocol):
    """An open connection to a source. ``connected`` holds facts about it: region, account, endpoint."""

    @property
    def connected(self) -> tuple[tuple[str, str], ...]: ...


class Source(Protocol):
    """The interface of a source module (see the package's docstring)."""

    Query: type[Any]
    ConnectionDetails: type[Any]
    WINDOWED: bool
    ACTIONS: Mapping[str, tuple[str, ...]]

    def unit(self, query: Any) -> Unit | None: ...
    def check(self, query: Any, window: int | None) -> Iterator[Problem]: ...
    def requests(self, questions: Sequence[Question]) -> list[Request]: ...
    def follow_ups(self, questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Request]: ...
    def connect(self, declaration: ConnectionDeclaration, deadline: float) -> Connection: ...
    def send(self, request: Request, connection: Connection) -> Mapping[str, Any]: ...
    def read(
        self, questions: Sequence[Question], exchanges: Sequence[Exchange]
    ) -> list[Series | Absence]: ...
    def describe(self, question: Question) -> str: ...
    def resources(self, request: Request) -> tuple[str, ...]: ...
    def priced(self, request: Request) -> tuple[tuple[str, int | None], ...]: ...


class UnknownSource(LookupError):
    """No module and no entry point has that name; ``known`` lists the names there are."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"there is no source {name!r}; there are {', '.join(known)}")
        self.known = known


@cache
def find(name: str) -> Source:
    """The source called ``name``. Raises UnknownSource. An import error is not caught and stops the run."""
    if name == UNSPOKEN:
        return importlib.import_module(f"{__name__}.unspoken")
    modules = _modules()
    folded = name.replace("_", "").lower()
    if folded in modules:
        module = importlib.import_module(f"{__name__}.{modules[folded]}")
        if source_name(module) == name:
            return module
    for entry in _entry_points():
        if entry.name == name:
            found: Source = entry.load()
            return found
    raise UnknownSource(name, names())


@cache
def names() -> tuple[str, ...]:
    """The names of all sources, sorted. Imports every one of them."""
    modules = (importlib.import_module(f"{__name__}.{module}") for module in _modules().values())
    return tuple(sorted({*map(source_name, modules), *(entry.name for entry in _entry_points())}))


def measures(query: Query) -> bool:
    """Whether the query's answers are measurements, and not earlier values to compare with."""
    return _measures(query.source)


@cache
def _measures(source: str) -> bool:
    return bool(getattr(find(source), "MEASURES", True))


def spacing(query: Query, window: int) -> int:
    """Seconds between the points of the answer about a window; 0 if it is a single value."""
    source: Any = find(query.source)
    return int(source.spacing(query, window)) if hasattr(source, "spacing") else 0


def possible(query: Query) -> Range | None:
    """The values that an answer to the query can have; None if only its unit limits them."""
    source: Any = find(query.source)
    found: Range | None = source.possible(query) if hasattr(source, "possible") else None
    return found


def source_name(module: ModuleType) -> str:
    """The name of a source, from the Literal in its query model."""
    literal: str = module.Query.model_fields["source"].annotation.__args__[0]
    return literal


@cache
def _modules() -> dict[str, str]:
    found = (info.name for info in pkgutil.iter_modules(__path__))
    return {name.replace("_", ""): name for name in found if name not in SHARED}


def _entry_points() -> Sequence[Any]:
    from importlib.metadata import entry_points

    return tuple(entry_points(group="checker.sources"))
