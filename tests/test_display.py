"""Numbers for people: short, on the worse side, and never on the wrong side of a threshold."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from checker import display
from checker.units import convert, parse_threshold, parse_unit


@pytest.mark.parametrize(
    ("value", "down", "up"),
    [
        ("0", "0", "0"),
        ("5", "5", "5"),
        ("500", "500", "500"),
        ("123456", "123456", "123456"),
        ("123456.7", "123456", "123457"),
        ("1234.5", "1234", "1235"),
        ("123.45", "123.4", "123.5"),
        ("12.3456", "12.34", "12.35"),
        ("1.23456", "1.234", "1.235"),
        ("0.123456", "0.1234", "0.1235"),
        ("0.00123456", "0.001234", "0.001235"),
        ("99.8999", "99.89", "99.9"),
        ("99.99999", "99.99", "100"),
        ("9.9999", "9.999", "10"),
        ("0.99999", "0.9999", "1"),
        ("0.1", "0.1", "0.1"),
        ("1000", "1000", "1000"),
        ("-12.3456", "-12.35", "-12.34"),
        ("-0.00001", "-0.00001", "-0.00001"),
        ("1000000000000000000000.5", "1000000000000000000000", "1000000000000000000001"),
        ("0.000000000000001", "0.000000000000001", "0.000000000000001"),
        ("0.00000000000000012345", "1.234e-16", "1.235e-16"),
        ("-0.00000000000000012345", "-1.235e-16", "-1.234e-16"),
        ("0.00000000000000099999", "9.999e-16", "0.000000000000001"),
        ("0.000000000000000099999", "9.999e-17", "1e-16"),
    ],
)
def test_a_number_has_four_digits_and_all_before_the_point(value: str, down: str, up: str) -> None:
    assert display.number(Fraction(value), up=False) == down
    assert display.number(Fraction(value), up=True) == up


numbers = st.one_of(
    st.fractions(),
    st.floats(allow_nan=False, allow_infinity=False).map(Fraction),
    st.builds(
        lambda digits, exponent: Fraction(digits) * Fraction(10) ** exponent,
        st.integers(),
        st.integers(-60, 60),
    ),
)


@given(numbers)
@example(Fraction(10**15) - Fraction(1, 10**9))
@settings(max_examples=1000)
def test_a_number_lies_between_its_two_roundings_and_close_to_both(value: Fraction) -> None:
    down, up = Fraction(display.number(value, up=False)), Fraction(display.number(value, up=True))
    assert down <= value <= up
    assert up - down <= abs(value) / 1000
    if value == round(value):
        assert down == up == value


@given(numbers)
def test_a_number_is_mirrored_by_its_negative(value: Fraction) -> None:
    mirrored = display.number(-value, up=False)
    assert mirrored.removeprefix("-") == display.number(value, up=True).removeprefix("-")


@pytest.mark.parametrize(
    ("unit", "text"),
    [("ms", "1.5 ms"), ("%", "1.5 %"), ("/min", "1.5/min"), ("MB/s", "1.5 MB/s"), ("", "1.5"), (None, "1.5")],
)
def test_a_quantity_has_its_unit(unit: str | None, text: str) -> None:
    of = None if unit is None else parse_unit(unit)
    assert display.quantity(Fraction("1.5"), of, up=True) == text


@pytest.mark.parametrize(
    ("value", "unit", "target", "text"),
    [
        ("99.8999", "%", ">= 99.9 %", "99.89 %"),
        ("99.8999", "%", "< 99.9 %", "99.8999 %"),
        ("99.90001", "%", ">= 99.9 %", "99.9 %"),
        ("99.90001", "%", "> 99.9 %", "99.90001 %"),
        ("499.9999", "ms", "< 500 ms", "499.9999 ms"),
        ("499.9999", "ms", "<= 500 ms", "500 ms"),
        ("500.0001", "ms", "< 500 ms", "500.1 ms"),
        ("500.0001", "ms", "< 0.5 s", "500.1 ms"),
        ("499.9999", "ms", "< 0.5 s", "499.9999 ms"),
        ("0.0001", "count", "== 0", "0.0001"),
        ("5.00001", "", "== 5", "5.00001"),
        ("123.456", "ms", "< 1 MB", "123.5 ms"),
    ],
)
def test_a_measured_value_shows_which_side_it_is_on(value: str, unit: str, target: str, text: str) -> None:
    of = parse_unit(unit)
    assert display.measured(Fraction(value), of, parse_threshold(target)).removesuffix(" count") == text


def test_a_measured_value_without_a_unit_is_rounded_to_the_worse_side() -> None:
    assert display.measured(Fraction("1.23456"), None, parse_threshold("< 5 s")) == "1.235"
    assert display.measured(Fraction("1.23456"), None, parse_threshold("> 5 s")) == "1.234"


def test_other_thresholds_keep_their_sides_too() -> None:
    target, critical = parse_threshold("< 500 ms"), parse_threshold(">= 1 s")
    ms = parse_unit("ms")
    assert display.measured(Fraction("999.99"), ms, target) == "1000 ms"
    assert display.measured(Fraction("999.99"), ms, target, critical) == "999.99 ms"


def test_the_side_to_round_to_can_be_told() -> None:
    target = parse_threshold("< 5")
    assert display.measured(Fraction("1.23456"), parse_unit(""), target, up=False) == "1.234"
    assert display.measured(Fraction("1.23456"), parse_unit(""), target, up=True) == "1.235"


@given(
    st.sampled_from(["<", "<=", "==", ">=", ">"]),
    st.sampled_from(["5", "0.3", "99.9", "0", "-2"]),
    st.integers(-(10**6), 10**6),
    st.integers(0, 30),
    st.sampled_from([("ms", "ms"), ("ms", "s"), ("%", "ratio"), ("", "")]),
)
@settings(max_examples=1000)
def test_no_value_is_shown_on_the_other_side_of_its_target(
    operator: str, limit: str, off: int, digits: int, units: tuple[str, str]
) -> None:
    of, to = parse_unit(units[0]), parse_unit(units[1])
    target = parse_threshold(f"{operator} {limit} {units[1]}")
    value = convert(target.value + Fraction(off, 10**digits), to, of)
    shown = Fraction(display.measured(value, of, target).removesuffix(units[0]).strip())
    assert target.holds(convert(shown, of, to)) == target.holds(convert(value, of, to))


def test_closer_than_forty_digits_a_miss_is_still_shown_as_worse() -> None:
    near = Fraction("0.3") + Fraction(1, 10**60)
    assert display.measured(near, parse_unit(""), parse_threshold("<= 0.3")) == "0.3001"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("95", "95"),
        ("99.999", "99.999"),
        ("99.90", "99.9"),
        ("0.5", "0.5"),
        ("0", "0"),
        ("-1.25", "-1.25"),
        ("0.1234567890123", "0.1234567890123"),
        ("1/3", "0.3333"),
        ("2/3", "0.6666"),
    ],
)
def test_a_number_that_was_written_is_shown_as_it_was(value: str, text: str) -> None:
    assert display.plain(Fraction(value)) == text


def test_a_percentage_is_rounded_down_unless_asked() -> None:
    assert display.percent(Fraction(8999, 10000)) == "89.99 %"
    assert display.percent(Fraction(89999, 100000)) == "89.99 %"
    assert display.percent(Fraction(89999, 100000), up=True) == "90 %"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        ("0.05", 2, "0.05"),
        ("-0.05", 2, "-0.05"),
        ("5", 0, "5"),
        ("5", 2, "5.00"),
        ("-5", 0, "-5"),
        ("0", 3, "0.000"),
    ],
)
def test_a_decimal_has_the_decimals_asked_for(value: str, decimals: int, text: str) -> None:
    assert display.decimal(Fraction(value), decimals) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1_769_860_800, "2026-01-31T12:00:00Z"),
        (-1, "1969-12-31T23:59:59Z"),
        (1_769_860_800_000, "1769860800000 s since 1970"),
        (10**30, f"{10**30} s since 1970"),
        (-(10**13), f"-{10**13} s since 1970"),
    ],
)
def test_a_moment_is_in_utc_and_any_number_is_one(seconds: int, text: str) -> None:
    assert display.moment(seconds) == text


@given(st.integers(0, 253_402_300_799))
def test_a_moment_is_rfc_3339(seconds: int) -> None:
    assert re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", display.moment(seconds))


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (-62135596800, "0001-01-01T00:00:00Z"),
        (253402300799, "9999-12-31T23:59:59Z"),
        (253402300800, "253402300800 s since 1970"),
    ],
)
def test_a_moment_is_shown_as_rfc_3339_with_four_digits_of_the_year(seconds: int, shown: str) -> None:
    assert display.moment(seconds) == shown
