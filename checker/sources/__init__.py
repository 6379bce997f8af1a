"""Where numbers come from: one module a source, found by its file name.

``source: CloudWatch`` in a file means the module ``cloudwatch`` here (letters only, case aside), or an entry
point of that name in the group ``checker.sources``. A source module defines:

``Query``
    The pydantic model of the keys a user may write; a subclass of :class:`checker.sources.query.Query` whose
    ``source`` is the Literal of its name.
``ConnectionDetails``
    The pydantic model of a DataSource's ``connectionDetails`` for it.
``WINDOWED``
    Whether its answers are about a time window (a coverage file's are not).
``unit(query) -> Unit | None``
    The unit its answer will have, where that is known before asking.
``check(query, window) -> Iterator[Problem]``
    Pure: what is wrong with a query before anything is asked.
``requests(questions) -> list[Request]``
    Pure: what will be sent, deduplicated and batched, with the effective time range.
``follow_ups(questions, exchanges) -> list[Request]``
    Pure: what is asked once more to explain an empty answer; mostly nothing.
``connect(declaration, deadline) -> Connection``
    Builds the clients, in the main thread. ``deadline`` is a ``time.monotonic()`` value.
``send(request, connection) -> response``
    The only I/O: the raw response as plain JSON values; raises SourceFailure.
``read(questions, exchanges) -> list[Series | Absence]``
    Pure: one reading a question, in their order, from whichever exchanges hold the answers.
``describe(question) -> str``
    The resolved query in one line, for reports.

It may define as well, and is taken at its word:

``MEASURES = False``
    Its answers are what values are compared with, and no indicator.
``files(question) -> Sequence[str]``
    Pure: the files it reads, from the working directory, so that no output is put in their place; a folder stands
    for all files in it. Without it, it reads none.
``percentile(query) -> bool``
    Whether the answer is a percentile, which can be given a confidence bound.
``points(request) -> int``
    How many points a complete answer to a request holds, for a plan.
``measures_growth(query) -> bool``
    Whether the answer is how much an ever-growing counter grew over the window.
``sums(query) -> bool``
    Whether the answer is a sum over a length of time, which has a mean rate and can be promised per minute. Without
    it, that of a source with a window may be, and no other.
``lower_is_better(query) -> bool | None``
    Which way is better, where that is beyond doubt whoever asks: lower for a latency, higher for coverage. None, or
    without it, where it depends: of every number of events, for one.
``not_a_count(query) -> Problem | None``
    What keeps the answer from being a number of events, of which a share can be made.

``untold_samples(query, ratio) -> str``
    Where an answer never says how many samples it stands for: what would let it. ``ratio`` says that the query is the
    total of one. Without it, answers may say so.
``named_unit(query) -> tuple[str, Unit] | None``
    A metric and the unit that its name says it is published in, where a query states a unit of its own.
``BASE_UNITS``
    What to state as the unit of a query without one, by the dimension that is promised of it; any other as promised.
``check_periods(query, period, window) -> Iterator[Problem]``
    Pure: what keeps it from answering a value for each period of so many seconds in a window (a question with
    ``period``). A source without it cannot. The key of a problem may be one that is not written.
``lag(query) -> int``
    Seconds before the moment of judgement at which the window ends; without it, none.
``spacing(query, window) -> int``
    Seconds between the points of the answer about a window, so that shorter times back from its end can be told
    from them; 0, or without it, where it is one value.

What a request needs and costs is told without sending it, for a plan that an administrator reads beforehand:

``ACTIONS``
    The IAM actions of each operation by its name; empty for one that needs none, and for sources without IAM.
``resources(request) -> tuple[str, ...]``
    Pure: what the actions have to be granted on: ARNs, or "*"; nothing where there is no action. Region and
    account are "*" in an ARN where the connection leaves them to the environment.
``priced(request) -> tuple[tuple[str, int | None], ...]``
    Pure: what is charged for sending it: the name of the priced unit, and how many of them, or None where that
    is not known beforehand (pages, capacity). Nothing where it is free.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
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
"""What finds the module that stands for every source nobody here speaks to; no name that could be written."""

SHARED = {"aws", "aws_failures", "query", "redact", "result_file", "unspoken"}
"""Modules of this folder that are no sources: what several sources have in common, and what stands for none."""


class SourceFailure(Exception):
    """A request got no usable answer; ``failure`` says why and what to do."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


def not_recorded(what: str) -> Absence:
    """Why there is no reading where the evidence does not hold ``what``."""
    remedy = "record again with this policy, or judge with the --at of the recording"
    return Absence("not-recorded", f"the evidence holds no {what}", remedy)


TWO_ANSWERS = Failure(
    "malformed", "the evidence holds different answers to one question", "record the evidence again"
)
"""Of a recording that was put together from several: which answer holds, the order of its lines must not say."""


class Problem(NamedTuple):
    """Something wrong with a query: the key it stands at ("" for the query itself), the fact, the remedy."""

    key: str
    message: str
    remedy: str


class Connection(Protocol):
    """An open way to a source. ``connected`` is what it turned out to be: region, account, endpoint."""

    @property
    def connected(self) -> tuple[tuple[str, str], ...]: ...


class Source(Protocol):
    """What a source module looks like from outside (see the package's docstring)."""

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
    """No module and no entry point goes by that name; ``known`` lists those that do."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"there is no source {name!r}; there are {', '.join(known)}")
        self.known = known


@cache
def find(name: str) -> Source:
    """The source that goes by ``name``. Raises UnknownSource; an import error goes through and stops the run."""
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
    """The names of all sources, sorted; imports every one of them."""
    modules = (importlib.import_module(f"{__name__}.{module}") for module in _modules().values())
    return tuple(sorted({*map(source_name, modules), *(entry.name for entry in _entry_points())}))


def measures(query: Query) -> bool:
    """Whether the answer is a measured one, and not what such are compared with."""
    return bool(getattr(find(query.source), "MEASURES", True))


def spacing(query: Query, window: int) -> int:
    """Seconds between the points of the answer about a window; 0 where it is one value."""
    source: Any = find(query.source)
    return int(source.spacing(query, window)) if hasattr(source, "spacing") else 0


def source_name(module: ModuleType) -> str:
    """The name a source's query model answers to."""
    literal: str = module.Query.model_fields["source"].annotation.__args__[0]
    return literal


@cache
def _modules() -> dict[str, str]:
    found = (info.name for info in pkgutil.iter_modules(__path__))
    return {name.replace("_", ""): name for name in found if name not in SHARED}


def _entry_points() -> Sequence[Any]:
    from importlib.metadata import entry_points

    return tuple(entry_points(group="checker.sources"))
