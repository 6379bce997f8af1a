"""Stands for the sources that an OpenSLO document may name but checker cannot query: nothing is asked of them.

A promise that is measured there is INCONCLUSIVE, with the name of the source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NoReturn

from pydantic import BaseModel, Field

from checker.model import Absence, Exchange, Failure, Question, Request, Series
from checker.sources import Problem, SourceFailure
from checker.sources.query import ConnectionDetails
from checker.sources.query import Query as AnyQuery
from checker.units import Unit

WINDOWED = True
ACTIONS: Mapping[str, tuple[str, ...]] = {}

__all__ = ["ConnectionDetails"]

_LIKE_PROMETHEUS = {"mimir", "thanos", "cortex", "victoriametrics"}


class UnspokenQuery(AnyQuery):
    """A query for a source that checker does not know."""

    source: Literal["(unspoken)"] = Field(description="Stands for all such sources.")
    speaks: str = Field(description="The source as named in the document.")
    spec: dict[str, Any] = Field(description="The query's own keys, not read.")


Query: type[BaseModel] = UnspokenQuery


def unit(query: UnspokenQuery) -> Unit | None:
    """Not known."""
    return None


def check(query: UnspokenQuery, window: int | None) -> Iterator[Problem]:
    """None: nothing is known about it."""
    return iter(())


def check_periods(query: UnspokenQuery, period: int, window: int) -> Iterator[Problem]:
    """None: nothing is known about it."""
    return iter(())


def measures_growth(query: UnspokenQuery) -> bool:
    """Assumed, because nothing is judged by it."""
    return True


def requests(questions: Sequence[Question]) -> list[Request]:
    """None: nothing is asked."""
    return []


def follow_ups(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Request]:
    """None: nothing is asked."""
    return []


def connect(declaration: object, deadline: float) -> NoReturn:
    """Never called: there are no requests."""
    raise SourceFailure(Failure("refused", "checker cannot query it", "query it elsewhere"))


def send(request: Request, connection: object) -> NoReturn:
    """Never called: there are no requests."""
    raise SourceFailure(Failure("refused", "checker cannot query it", "query it elsewhere"))


def read(questions: Sequence[Question], exchanges: Sequence[Exchange]) -> list[Series | Absence]:
    """For each question, an absence that names the source which was not asked."""
    return [_unasked(question.query) for question in questions]


def _unasked(query: Any) -> Absence:
    reason = f"it is measured by {query.speaks}, which checker cannot query"
    return Absence("not-recorded", reason, remedy(query.speaks))


def remedy(name: str) -> str:
    """What to do about a source that checker cannot query."""
    if name.lower() in _LIKE_PROMETHEUS:
        return f"{name} answers like Prometheus: write type: Prometheus, and its url in the DataSource"
    return "measure it with a source that checker supports, or judge this promise elsewhere"


def describe(question: Question) -> str:
    """The name of the source. Its keys are not shown, because they may contain credentials."""
    return f"{question.query.speaks} (not asked)"  # type: ignore[attr-defined]


def resources(request: Request) -> tuple[str, ...]:
    """None."""
    return ()


def priced(request: Request) -> tuple[tuple[str, int | None], ...]:
    """Nothing."""
    return ()
