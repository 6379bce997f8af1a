"""What becomes of queries: their windows, their rates, and Keptn's criteria."""

from __future__ import annotations

import pytest

from checker.importers.counts import as_counts
from checker.importers.keptn_criteria import critical, one_set, parse, tightest
from checker.importers.quotient import quotient
from checker.importers.templates import filled_in, open_names, windowed

W = "{{.window}}"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("rate(a[window])", f"rate(a[{W}])"),
        ("max_over_time(rate(a[5m])[window:1m])", f"max_over_time(rate(a[5m])[{W}:1m])"),
        ("rate(a[{{ .window }}])", f"rate(a[{W}])"),
        ("rate(a[{{- .window -}}])", f"rate(a[{W}])"),
        ("rate(a[$DURATION_SECONDS])", f"rate(a[{W}])"),
        ("rate(a[${DURATION_SECONDS}s])", f"rate(a[{W}])"),
        ('a{b="window"}', 'a{b="window"}'),
    ],
)
def test_the_window_is_written_as_ours(query: str, expected: str) -> None:
    assert windowed(query) == expected


@pytest.mark.parametrize(
    "query",
    [
        f'sum(rate(a{{b=~"(5..|429)",c="}}"}}[{W}]))',
        f"(\n  sum(rate(a[{W}]))\n  -\n  sum(rate(b{{le='0.4'}}[{W}]))\n)",
        f"sum(rate(a[{W}])) OR on() vector(0)",
    ],
)
def test_added_rates_become_counts(query: str) -> None:
    (counted,) = as_counts(query)
    assert counted == query.replace("rate(", "increase(")


@pytest.mark.parametrize(
    "query",
    [
        f"1 - sum(rate(a[{W}]))",
        f"sum(rate(a[{W}])) * 2",
        f"sum(rate(a[{W}])) / sum(rate(b[{W}]))",
        "sum(rate(a[5m]))",
        f"sum(irate(a[{W}]))",
        f"avg(rate(a[{W}]))",
        f"sum(rate(a[{W}] offset 5m))",
        f"sum(rate(a[{W}])) > 5",
        f"sum(rate(a[{W}])) + b",
    ],
)
def test_other_queries_stay_as_they_are(query: str) -> None:
    assert as_counts(query) == (query,)
    counts = f"sum(rate(c[{W}]))"
    assert as_counts(counts, query) == (counts, query)


@pytest.mark.parametrize(
    ("query", "part", "rest"),
    [
        (f'sum(rate(a{{b="/"}}[{W}]))\n/\nsum(rate(c[{W}]))', f'sum(increase(a{{b="/"}}[{W}]))', False),
        (f"1 - (\n  sum(rate(a[{W}])) / sum(rate(c[{W}]))\n)", f"sum(increase(a[{W}]))", True),
        (f"((1 - (sum(rate(a[{W}]))) / (sum(rate(c[{W}])))))", f"sum(increase(a[{W}]))", True),
    ],
)
def test_a_share_is_taken_apart_into_its_counts(query: str, part: str, rest: bool) -> None:
    assert quotient(query) == (part, f"sum(increase(c[{W}]))", rest)


@pytest.mark.parametrize(
    "query",
    [
        "sum(a) / sum(b) / sum(c)",
        "sum(a) / sum(b) * 100",
        "sum by (x) (a) / sum by (x) (b)",
        "sum(a) by (x) / sum(b)",
        "sum(a / b)",
        "a / b",
        "avg(a) / sum(b)",
        "sum(a) / ignoring(le) sum(b)",
        "1 - sum(a) - sum(b) / sum(c)",
        "2 - sum(a) / sum(b)",
        "(sum(a) / sum(b)) or vector(0)",
        "sum(a) / sum(b",
        "sum(a) / sum(b) offset 5m",
        "",
    ],
)
def test_any_other_share_stays_whole(query: str) -> None:
    assert quotient(query) is None


def test_only_names_with_a_value_are_filled_in() -> None:
    text = 'a{b="$SERVICE-${STAGE}-$SERVICES"} $1'
    assert filled_in({"x": [text]}, {"SERVICE": "shop"}) == {"x": ['a{b="shop-${STAGE}-$SERVICES"} $1']}
    assert open_names(text, braced=False) == ["SERVICE", "SERVICES", "STAGE"]
    assert open_names(text, braced=True) == ["STAGE"]


@pytest.mark.parametrize(
    ("text", "threshold", "change"),
    [
        ("<600", "< 600", False),
        ("<= 600.50", "<= 600.5", False),
        ("=0", "== 0", False),
        ("<=+10%", "<= +10 %", True),
        ("<=10%", "<= +10 %", True),
        (">=-80%", ">= -80 %", True),
        ("<=+5", "<= +5", True),
    ],
)
def test_a_criterion_is_a_threshold(text: str, threshold: str, change: bool) -> None:
    bound = parse(text)
    assert bound is not None
    assert (bound.threshold, bound.change) == (threshold, change)


@pytest.mark.parametrize("text", ["600", "<", "<abc", "<=>5", "==5", "<5 ms", "", "<1e3", "<-", "< 6 0 0 %%"])
def test_what_is_no_criterion(text: str) -> None:
    assert parse(text) is None


def bounds(*texts: str) -> tuple:  # type: ignore[type-arg]
    return tuple(parse(text) for text in texts)


def test_of_a_set_the_tightest_bounds_decide() -> None:
    assert [each.text for each in tightest(bounds("<=2000", "<1000", ">=10", "<=1000", ">5"))] == [
        "<1000",
        ">=10",
    ]


def test_alternatives_of_one_direction_are_the_loosest() -> None:
    assert one_set([bounds("<70"), bounds("<=80"), bounds("<80")]) == (bounds("<=80"), True)
    assert one_set([bounds("<70"), bounds(">80")]) == (bounds("<70"), False)
    assert one_set([bounds("<70", ">1"), bounds("<80")]) == (bounds("<70", ">1"), False)
    assert one_set([bounds("<70"), bounds("<=+5%")]) == (bounds("<70"), False)


@pytest.mark.parametrize(
    ("target", "warning", "expected"),
    [
        ("<600", ["<=800"], "> 800"),
        ("<600", ["<800"], ">= 800"),
        (">99", [">=95"], "< 95"),
        ("<=1", ["<=0.5"], None),
        ("<600", ["<=+10%"], None),
        ("<600", [">100"], None),
        ("=0", ["<=5"], "> 5"),
        ("<600", ["<600"], None),
        ("<600", ["<=600"], "> 600"),
        # All of a set has to hold.
        ("<600", ["<900", "<800"], ">= 800"),
        ("<600", ["<800", ">100"], ">= 800"),
        ("<600", ["<900", "<500"], None),
        ("<600", ["<800", "<=+10%"], None),
        ("<600", ["<800", "=700"], None),
        ("=5", ["<=10", "<=8"], "> 8"),
        ("=5", ["<=10", ">=2"], None),
    ],
)
def test_beyond_the_warning_it_is_critical(target: str, warning: list[str], expected: str | None) -> None:
    wanted = parse(target)
    assert wanted is not None
    found = critical(wanted, bounds(*warning))
    assert (found and found.otherwise) == expected
