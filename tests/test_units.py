"""Units, thresholds and durations: exact, and refused in words that say what was expected."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.units import (
    COUNT,
    NUMBER,
    PERCENT,
    SECONDS,
    UnitError,
    convert,
    convertible,
    describe,
    format_duration,
    parse_duration,
    parse_threshold,
    parse_unit,
    told_duration,
)

OPERATORS = ("<", "<=", "==", ">=", ">")
UNITS = (
    "ns", "us", "µs", "μs", "ms", "s", "min", "h", "d", "week", "B", "kB", "KB", "MB", "GB", "TB", "KiB", "MiB",
    "GiB", "TiB", "bit", "kbit", "Mbit", "Gbit", "Tbit", "count", "events", "requests", "errors", "samples", "%",
    "percent", "ratio", "USD", "EUR", "", "/s", "/min", "/day", "count/min", "MB/s", "USD/count", "%/min",
)  # fmt: skip


# Conversion ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "of", "to", "expected"),
    [
        ("1500", "ms", "s", "1.5"),
        ("1.5", "s", "ms", "1500"),
        ("1", "ns", "s", "0.000000001"),
        ("1", "us", "ns", "1000"),
        ("1", "µs", "μs", "1"),
        ("1", "week", "h", "168"),
        ("2", "min", "Seconds", "120"),
        ("99.9", "%", "ratio", "0.999"),
        ("0.999", "", "%", "99.9"),
        ("99.9", "%", "", "0.999"),
        ("1", "MiB", "B", "1048576"),
        ("1", "MB", "kB", "1000"),
        ("8", "bit", "B", "1"),
        ("1", "Gigabits", "MB", "125"),
        ("60", "/min", "/s", "1"),
        ("1", "/s", "/day", "86400"),
        ("1", "count/s", "/min", "60"),
        ("1", "/h", "requests/day", "24"),
        ("1", "MB/s", "Kilobytes/Second", "1000"),
        ("1", "Bits/Second", "B/min", "7.5"),
        ("17", "count", "", "17"),
        ("17", "", "errors", "17"),
        ("3", "USD/count", "USD", "3"),
        ("5", "USD", "USD", "5"),
    ],
)
def test_conversion_is_exact(value: str, of: str, to: str, expected: str) -> None:
    assert convert(Fraction(value), parse_unit(of), parse_unit(to)) == Fraction(expected)


@pytest.mark.parametrize(
    ("of", "to", "fact"),
    [
        ("ms", "MB", "a time (ms) cannot be compared with an amount of data (MB)"),
        ("ms", "", "a time (ms) cannot be compared with a plain number"),
        ("", "s", "a plain number cannot be compared with a time (s)"),
        ("count", "%", "a count (count) cannot be compared with a ratio (%)"),
        ("%", "errors", "a ratio (%) cannot be compared with a count (errors)"),
        ("/min", "min", "a rate (/min) cannot be compared with a time (min)"),
        ("/min", "count", "a rate (/min) cannot be compared with a count (count)"),
        ("MB/s", "/s", "a data rate (MB/s) cannot be compared with a rate (/s)"),
        ("USD", "EUR", "an amount (USD) cannot be compared with an amount (EUR)"),
        ("USD", "", "an amount (USD) cannot be compared with a plain number"),
        ("s/MB", "MB/s", "an amount (s/MB) cannot be compared with a data rate (MB/s)"),
    ],
)
def test_what_has_another_dimension_is_not_converted(of: str, to: str, fact: str) -> None:
    assert not convertible(parse_unit(of), parse_unit(to))
    with pytest.raises(UnitError) as refused:
        convert(Fraction(1), parse_unit(of), parse_unit(to))
    assert str(refused.value) == fact


SIZES = {
    "s": "ns 0.000000001, us 0.000001, ms 0.001, min 60, h 3600, d 86400, week 604800",
    "B": "kB 1000, MB 1000000, GB 1000000000, TB 1000000000000, KiB 1024, MiB 1048576, GiB 1073741824, "
    "TiB 1099511627776, bit 0.125, kbit 125, Mbit 125000, Gbit 125000000, Tbit 125000000000",
    "ratio": "% 0.01",
    "count": "events 1, requests 1, errors 1, samples 1",
}
SYNONYMS = [
    "ns nanosecond nanoseconds", "us µs μs microsecond microseconds", "ms millisecond Milliseconds",
    "s sec second Seconds", "min minute minutes", "h hour hours", "d day days", "week weeks", "B byte Bytes",
    "kB KB kilobyte Kilobytes", "MB megabyte Megabytes", "GB gigabyte Gigabytes", "TB terabyte Terabytes",
    "bit Bits", "kbit Kilobits", "Mbit Megabits", "Gbit Gigabits", "Tbit Terabits", "% Percent",
    "count Counts event events request requests error errors sample samples",
]  # fmt: skip


@pytest.mark.parametrize(("base", "table"), SIZES.items())
def test_every_unit_has_its_size(base: str, table: str) -> None:
    for name, size in (row.split() for row in table.split(", ")):
        assert convert(Fraction(1), parse_unit(name), parse_unit(base)) == Fraction(size)
        assert parse_unit(name).dimensions == parse_unit(base).dimensions


@pytest.mark.parametrize("names", SYNONYMS)
def test_names_of_one_unit_are_one_unit(names: str) -> None:
    first, *others = (parse_unit(name) for name in names.split())
    assert others
    for other in others:
        assert (other.factor, other.dimensions) == (first.factor, first.dimensions)


@given(st.fractions(), st.sampled_from(UNITS), st.sampled_from(UNITS))
def test_conversion_there_and_back_loses_nothing(value: Fraction, one: str, other: str) -> None:
    first, second = parse_unit(one), parse_unit(other)
    assert convertible(first, second) == convertible(second, first)
    if convertible(first, second):
        assert convert(convert(value, first, second), second, first) == value
    assert convert(value, first, first) == value


@given(st.sampled_from(UNITS), st.sampled_from(UNITS))
def test_products_and_quotients_of_units_undo_each_other(one: str, other: str) -> None:
    first, second = parse_unit(one), parse_unit(other)
    back = first * second / second
    assert back.factor == first.factor
    # A ratio is no dimension that a product keeps: 2 % of 3 s are seconds.
    assert back.dimensions == tuple(each for each in first.dimensions if each[0] != "ratio")


# Units as text -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "factor", "dimensions"),
    [
        ("", 1, ()),
        ("%", Fraction(1, 100), (("ratio", 1),)),
        (" ms ", Fraction(1, 1000), (("time", 1),)),
        ("Milliseconds", Fraction(1, 1000), (("time", 1),)),
        ("/min", Fraction(1, 60), (("count", 1), ("time", -1))),
        ("errors / min", Fraction(1, 60), (("count", 1), ("time", -1))),
        ("Count/Second", 1, (("count", 1), ("time", -1))),
        ("count/count", 1, ()),
        ("KiB", 1024, (("data", 1),)),
    ],
)
def test_units_are_known_by_their_names(text: str, factor: int, dimensions: tuple[object, ...]) -> None:
    unit = parse_unit(text)
    assert (unit.factor, unit.dimensions, unit.text) == (factor, dimensions, text.strip())


@pytest.mark.parametrize(
    "text",
    [
        "m",
        "M",
        "parsecs",
        "mb",
        "kb",
        "b",
        "gb",
        "usd",
        "$",
        "°C",
        "ms/",
        "/",
        "//s",
        "/s/s",
        "ms·s",
        "%%",
        "1",
    ],
)
def test_what_is_no_unit_or_could_be_two_is_refused(text: str) -> None:
    """'m' could be minutes or metres, 'mb' megabytes or megabits."""
    with pytest.raises(UnitError, match=r"is not a unit that checker knows; .*t knows ms, s, min, h, %"):
        parse_unit(text)


@pytest.mark.parametrize(
    ("text", "is_rate"),
    [("/min", True), ("MB/s", True), ("/day", True), ("s", False), ("", False), ("s/MB", False)],
)
def test_a_rate_is_so_much_a_time(text: str, is_rate: bool) -> None:
    assert parse_unit(text).is_rate is is_rate


def test_the_constants_are_what_their_names_say() -> None:
    assert [parse_unit(text) for text in ("", "%", "s", "count")] == [NUMBER, PERCENT, SECONDS, COUNT]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "a plain number"),
        ("ms", "a time (ms)"),
        ("GB", "an amount of data (GB)"),
        ("errors", "a count (errors)"),
        ("%", "a ratio (%)"),
        ("/min", "a rate (/min)"),
        ("MB/s", "a data rate (MB/s)"),
        ("USD", "an amount (USD)"),
    ],
)
def test_a_unit_is_described_by_its_dimension(text: str, words: str) -> None:
    assert describe(parse_unit(text)) == words


# Thresholds ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "operator", "value", "unit"),
    [
        ("< 500 ms", "<", "500", "ms"),
        ("<500ms", "<", "500", "ms"),
        ("  >=   99.95   %  ", ">=", "99.95", "%"),
        ("== 0", "==", "0", ""),
        ("> -5", ">", "-5", ""),
        ("<= +5", "<=", "5", ""),
        ("<= 0.10 USD", "<=", "0.1", "USD"),
        ("== 0 /min", "==", "0", "/min"),
        ("< 10/min", "<", "10", "/min"),
        ("> 007", ">", "7", ""),
        ("< 0." + "0" * 39 + "1", "<", "1e-40", ""),
        ("< " + "9" * 40, "<", "9" * 40, ""),
    ],
)
def test_a_threshold_is_read_exactly(text: str, operator: str, value: str, unit: str) -> None:
    threshold = parse_threshold(text)
    assert (threshold.operator, threshold.value) == (operator, Fraction(Decimal(value)))
    assert (threshold.unit, threshold.text) == (parse_unit(unit), text.strip())


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("500 ms", "'500 ms' has no operator; say which side is good, for example '< 500 ms' or '>= 500 ms'"),
        ("99.9", "'99.9' has no operator"),
        ("=< 5", "'=< 5' begins with '=<'; write it with '<='"),
        ("=> 5", "'=> 5' begins with '=>'; write it with '>='"),
        ("= 5", "'= 5' begins with '='; write it with '=='"),
        ("≤ 5", "'≤ 5' begins with '≤'; write it with '<='"),
        ("≥ 5", "'≥ 5' begins with '≥'; write it with '>='"),
        ("!= 5", "'!= 5' does not say which side is good; write '< 5' or '> 5'"),
        ("!=80 %", "'!=80 %' does not say which side is good; write '< 80 %' or '> 80 %'"),
        ("≠ 5", "'≠ 5' does not say which side is good; write '< 5' or '> 5'"),
        ("<> 5 ms", "'<> 5 ms' does not say which side is good; write '< 5 ms' or '> 5 ms'"),
        ("Confirmed", "'Confirmed' has a capital letter; write it as 'confirmed'"),
        ("< 1,000 ms", "'< 1,000 ms' has a comma; write the number with a point and without separators"),
        ("< 0,5", "'< 0,5' has a comma; write the number with a point and without separators"),
        ("< 5 parsecs", "'parsecs' is not a unit that checker knows"),
        ("< 1e5", "'e5' is not a unit that checker knows"),
        ("< 1_000", "'_000' is not a unit that checker knows"),
        (
            "< five",
            "'< five' is not an operator (<, <=, ==, >=, >), a decimal number and a unit, as in '< 500 ms'",
        ),
        ("< NaN", "is not an operator"),
        ("< inf", "is not an operator"),
        ("< .5", "is not an operator"),
        ("< 5.", "is not an operator"),
        ("< 5 ms s", "is not an operator"),
        ("< 5 5", "is not an operator"),
        ("<", "is not an operator"),
        ("", "is not an operator"),
        ("< < 5", "is not an operator"),
        ("< " + "9" * 41, "is not an operator"),
        ("< 0." + "9" * 41, "is not an operator"),
        ("< ５", "is not an operator"),
        ("< −5", "is not an operator"),
        ("< 5\n> 3", "is not an operator"),
    ],
)
def test_what_is_no_threshold_is_refused_in_words(text: str, fact: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011  (the words are what is tested)
        parse_threshold(text)
    assert fact in str(refused.value)


@given(
    st.sampled_from(OPERATORS),
    st.decimals(-(10**12), 10**12, allow_nan=False, places=6),
    st.sampled_from(UNITS),
    st.fractions(),
)
def test_a_threshold_holds_as_its_operator_says(
    operator: str, number: Decimal, unit: str, value: Fraction
) -> None:
    threshold = parse_threshold(f"{operator} {number:f} {unit}")
    limit = Fraction(number)
    for measured in (value, limit, limit + value / 10**30):
        expected = {
            "<": measured < limit,
            "<=": measured <= limit,
            "==": measured == limit,
            ">=": measured >= limit,
            ">": measured > limit,
        }[operator]
        assert threshold.holds(measured) is expected


@pytest.mark.parametrize(
    ("text", "lower"),
    [
        ("< 5", True),
        ("<= 5", True),
        ("> 5", False),
        (">= 5", False),
        ("== 0", True),
        ("== 5", False),
        ("> 0", False),
    ],
)
def test_which_side_is_better(text: str, lower: bool) -> None:
    assert parse_threshold(text).lower_is_better is lower


@given(st.text(max_size=40))
def test_any_text_is_a_threshold_or_refused(text: str) -> None:
    try:
        told = parse_threshold(text).text
    except ValueError as refused:
        told = str(refused)
    assert told


# Durations -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1s", 1), ("90s", 90), ("5m", 300), ("1h", 3600), ("30d", 2592000), ("4w", 2419200)],
)
def test_a_duration_is_a_number_and_a_letter(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5",
        "m",
        "0s",
        "05m",
        "-5m",
        "1.5h",
        "5 m",
        "5M",
        "1h30m",
        "5min",
        "1000000s",
        "1y",
        " 5m",
        "5m\n",
        "５m",
    ],
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration; write a whole number and one of s, m, h, d, w"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (1, "1s"),
        (60, "1m"),
        (90, "90s"),
        (3600, "1h"),
        (5400, "90m"),
        (86400, "1d"),
        (1209600, "14d"),
    ],
)
def test_a_duration_is_written_in_the_largest_exact_unit(seconds: int, text: str) -> None:
    assert format_duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (99, "99s"),
        (601, "10m1s"),
        (5400, "90m"),
        (26 * 3600, "26h"),
        (366 * 86400, "366d"),
        (1_851_600, "21d10h20m"),
        (86405, "1d5s"),
    ],
)
def test_a_duration_is_told_in_numbers_that_a_person_can_read(seconds: int, text: str) -> None:
    assert told_duration(seconds) == text


@given(st.integers(1, 10**6 - 1), st.sampled_from("smhdw"))
def test_a_duration_survives_being_written(number: int, letter: str) -> None:
    seconds = parse_duration(f"{number}{letter}")
    written = format_duration(seconds)
    if len(written) <= 7:
        assert parse_duration(written) == seconds


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("m", "min"),
        ("minute/m", "minute/min"),
        ("msec", "ms"),
        ("percents", "percent"),
        ("secons", "seconds"),
        ("requets/s", "requests/s"),
        ("parsecs", ""),
        ("M", ""),
    ],
)
def test_a_unit_that_nobody_knows_is_told_what_it_was_probably_meant_to_be(text: str, meant: str) -> None:
    with pytest.raises(UnitError) as refused:
        parse_unit(text)
    assert ("did you mean" in str(refused.value)) == bool(meant)
    assert f"did you mean {meant!r}?" in str(refused.value) or not meant
    assert not meant or parse_unit(meant)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1 h", "1h"),
        ("60min", "1h"),
        ("1H", "1h"),
        ("1h30m", "90m"),
        ("1.5h", "90m"),
        ("PT1H", "1h"),
        ("P1D", "1d"),
        ("1 day", "1d"),
        ("1M", ""),
        ("1.5s", ""),
        ("0s", ""),
        ("5MB", ""),
        ("1h 5MB", ""),
    ],
)
def test_a_duration_in_other_words_is_told_in_those_that_are_read(text: str, meant: str) -> None:
    with pytest.raises(ValueError, match="is not a duration") as refused:
        parse_duration(text)
    example = str(refused.value).partition(", as in ")[2]
    assert example == (f"{meant} for this" if meant else "5m, 1h or 30d")
    assert not meant or parse_duration(meant)
