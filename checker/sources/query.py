"""The base of every source's query model: the two keys that all queries share."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

T = TypeVar("T")


def _given(value: Any) -> Any:
    if value is None:
        raise ValueError("the key has no value; give it one or remove the key")
    return value


Given = Annotated[T | None, BeforeValidator(_given)]
"""An optional key: it may be left out (None), but a key that is written has a value."""


class Query(BaseModel):
    """One query, as a user writes it. A source subclasses it with the keys of its own."""

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
