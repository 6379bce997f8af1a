"""The base of every source's query model: the two keys that all queries have, and field types."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema

from checker.units import parse_duration

T = TypeVar("T")


def _given(value: Any) -> Any:
    if value is None:
        raise ValueError("the key has no value; give it one or remove the key")
    return value


Given = Annotated[T | None, BeforeValidator(_given)]
"""An optional key: it may be left out (None), but if it is written it must have a value."""


def _duration(value: Any) -> int:
    if not isinstance(value, str):
        raise ValueError(f"{value} has no unit; write it as text, as in 5m, 1h or 30d")
    return parse_duration(value)


Duration = Annotated[
    int,
    PlainValidator(_duration),
    WithJsonSchema(
        {"type": "string", "pattern": "^[1-9][0-9]{0,5}[smhdw]$", "examples": ["5m", "1h", "30d"]}
    ),
]
"""A duration shorthand, read as seconds."""


class Query(BaseModel):
    """One query as a user writes it. Each source subclasses it with its own keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    source: str = Field(description="The source that answers the query, such as CloudWatch.")
    dataSourceRef: Given[str] = Field(  # noqa: N815  (the YAML key)
        default=None,
        description="The name of the DataSource with the connection (region, account, URL). "
        "Without it, the connection comes from the environment.",
    )


class ConnectionDetails(BaseModel):
    """The ``connectionDetails`` of a DataSource; a source that connects to something subclasses it."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
