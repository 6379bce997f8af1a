"""How a promise is measured: its queries, and what is made of their answers."""

from __future__ import annotations

from typing import Literal, NamedTuple, Protocol

from checker.units import Threshold


class Window(NamedTuple):
    """The half-open time range [start, end), in epoch seconds."""

    start: int
    end: int

    @property
    def seconds(self) -> int:
        return self.end - self.start


class Query(Protocol):
    """The part of a source's query model that the rest of the program uses (see ``checker.sources``)."""

    @property
    def source(self) -> str: ...
    @property
    def dataSourceRef(self) -> str | None: ...  # noqa: N802  (the YAML key)
    @property
    def model_fields_set(self) -> set[str]: ...


class Indicator(NamedTuple):
    """How something is measured.

    ``form`` says what is made of the named ``metrics``: one ``value``; a ``ratio`` of ``good`` or ``bad`` over
    ``total``; a ``formula`` over all of them; the share of data points of ``value`` that satisfy ``condition``
    (``threshold``); a share that another system has computed (``raw``); or a ``composite`` of several indicators.
    """

    form: Literal["value", "ratio", "formula", "threshold", "raw", "composite"]
    metrics: tuple[tuple[str, Query], ...]
    formula: str = ""
    condition: Threshold | None = None
    """For ``threshold``: the condition that makes a data point good, in the unit of the metric."""
    failures: bool = False
    """For ``raw``: whether the value is the share of bad events."""
