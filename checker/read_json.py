"""Reads JSON files from other tools: load-test results and coverage reports.

Python's own reader accepts NaN, reads 1e400 as infinity, rounds decimals, and silently keeps the last of duplicate
keys.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any


def read_json(data: bytes) -> Any:
    """The JSON value of a file; numbers with a fraction or an exponent are Decimals.

    Raises ValueError that says where and why: not UTF-8, not JSON, a duplicate key, a number that is not finite or
    is unreasonably large or long, or nesting that is too deep.
    """
    if not data.strip():
        raise ValueError("the file is empty")
    try:
        return json.loads(
            data.decode("utf-8-sig"),
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=_not_finite,
            object_pairs_hook=_unique,
        )
    except UnicodeDecodeError as error:
        raise ValueError(f"it is not UTF-8 text (byte {error.start})") from None
    except json.JSONDecodeError as error:
        raise ValueError(
            f"it is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        ) from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


_FAR = re.compile(r"[eE][+-]?[0-9]{4}")


def _decimal(text: str) -> Decimal:
    value = Decimal(text) if len(text) <= 60 and not _FAR.search(text) else None
    if value is None or (value and abs(value.adjusted()) > 30):
        raise ValueError(f"it holds the number {text[:40]}, which is too large or too long to be meant")
    return value


def _integer(text: str) -> int:
    if len(text) > 30:
        raise ValueError(f"it holds the number {text[:40]}, which is too large to be meant")
    return int(text)


def _not_finite(text: str) -> Any:
    raise ValueError(f"it holds {text}, which is not a number that can be judged")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(
            f"it holds the key {next(key for key in keys if keys.count(key) > 1)!r} twice in one object"
        )
    return made
