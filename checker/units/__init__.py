"""Units, thresholds and durations, all exact.

Numbers are ``Fraction``s read from decimal text: ``99.9 %`` is exactly 999/1000, and 500 ms is exactly half a second.
"""

from checker.units.duration import (
    format_duration,
    parse_duration,
    told_duration,
)
from checker.units.threshold import (
    COMPLEMENT,
    MIRRORED,
    Operator,
    Threshold,
    parse_threshold,
)
from checker.units.unit import (
    CONFIRMED,
    COUNT,
    NUMBER,
    PERCENT,
    SECONDS,
    Dimensions,
    Unit,
    UnitError,
    base_unit,
    convert,
    convertible,
    describe,
    parse_unit,
)

__all__ = [
    "COMPLEMENT",
    "CONFIRMED",
    "COUNT",
    "MIRRORED",
    "NUMBER",
    "PERCENT",
    "SECONDS",
    "Dimensions",
    "Operator",
    "Threshold",
    "Unit",
    "UnitError",
    "base_unit",
    "convert",
    "convertible",
    "describe",
    "format_duration",
    "parse_duration",
    "parse_threshold",
    "parse_unit",
    "told_duration",
]
