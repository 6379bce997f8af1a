"""Changes recorded answers as if their source were broken. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from checker.model import Evidence, Question


def without_answers(evidence: Evidence, questions: Iterable[Question]) -> Evidence:
    """The evidence without the answers of the sources that these questions use."""
    silent = _sources(questions)
    kept = tuple(each for each in evidence.exchanges if each.request.source not in silent)
    return evidence._replace(exchanges=kept)


def with_nan(evidence: Evidence, questions: Iterable[Question]) -> Evidence:
    """The evidence with every number replaced by NaN in the answers of the sources that these questions use."""
    broken = _sources(questions)
    return evidence._replace(
        exchanges=tuple(
            each._replace(response=_no_numbers(each.response)) if each.request.source in broken else each
            for each in evidence.exchanges
        ),
    )


def _sources(questions: Iterable[Question]) -> set[str]:
    return {question.query.source for question in questions}


def _no_numbers(node: Any) -> Any:
    """A JSON value with each number, and each text that is a number, replaced by a recorded NaN."""
    if isinstance(node, dict):
        return {key: _no_numbers(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_no_numbers(value) for value in node]
    if isinstance(node, bool) or node is None:
        return node
    if isinstance(node, str):
        return "NaN" if _is_number(node) else node
    return "NaN"


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
