"""A query inside a document: an object whose ``source`` says which model its other keys belong to.

The document's own model takes the query as a plain object; it is then read with its source's model. So only
the sources that a file names are imported, and an error stands at the query's own keys.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import WithJsonSchema

QueryObject = Annotated[dict[str, Any], WithJsonSchema({"type": "object", "x-definition": "Query"})]
"""A query as written; the generated schema's ``Query`` chooses the source's keys by ``source``."""

BaselineObject = Annotated[
    dict[str, Any], WithJsonSchema({"type": "object", "x-definition": "PastReportsQuery"})
]
"""The query for earlier reports, whose source goes without saying."""
