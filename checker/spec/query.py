"""A query inside a document: an object whose ``source`` determines the model for its other keys.

The document's model takes the query as a plain object, and its source's model reads it later. So only the sources
that a file names are imported, and an error is located at the query's own keys.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import WithJsonSchema

QueryObject = Annotated[dict[str, Any], WithJsonSchema({"type": "object", "x-definition": "Query"})]
"""A query as written; in the generated schema, ``Query`` chooses the keys by ``source``."""

BaselineObject = Annotated[
    dict[str, Any], WithJsonSchema({"type": "object", "x-definition": "PastReportsQuery"})
]
"""The query for earlier reports, whose source is always PastReports."""
