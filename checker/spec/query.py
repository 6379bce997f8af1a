"""A query inside a document: an object whose ``source`` says which model its other keys belong to.

The document's own model takes the query as a plain object; ``parse_query`` reads it with its source's model.
So only the sources that a file names are imported, and an error stands at the query's own keys.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import WithJsonSchema

from checker import sources
from checker.sources.query import Query

QueryObject = Annotated[dict[str, Any], WithJsonSchema({"type": "object", "title": "Query"})]
"""A query as written; the generated schema's ``Query`` chooses the source's keys by ``source``."""


def parse_query(written: dict[str, Any]) -> Query:
    """The query that ``written`` states, by its source's own model.

    Raises ``checker.sources.UnknownSource`` or pydantic's ValidationError.
    """
    model: type[Query] = sources.find(str(written["source"])).Query
    return model.model_validate(written)
