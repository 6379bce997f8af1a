"""The statistics, their spelling, and where CloudWatch has none."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from tests.simulator.statistics import Bucket, statistic


@pytest.fixture
def hundred(simulator):
    """The whole numbers from 1 to 100, all in one minute."""
    points = [(simulator.now - 60, float(value)) for value in range(100, 0, -1)]
    simulator.put("Shop", "Orders", {}, "Seconds", points)
    return simulator


@pytest.mark.parametrize(
    ("stat", "value"),
    [
        ("SampleCount", 100),
        ("Sum", 5050),
        ("Average", 50.5),
        ("Minimum", 1),
        ("Maximum", 100),
        ("p0", 1),
        ("p50", 50),
        ("p95", 95),
        ("p99.9", 100),
        ("p100", 100),
        pytest.param("tm90", 45.5, id="tm90 leaves out the highest 10 %"),
        pytest.param("TM(2%:98%)", 50.5, id="TM(2%:98%) leaves out 2 % at both ends"),
        pytest.param("TM(10:20)", 15.5, id="TM(10:20) takes 11 to 20"),
        pytest.param("TM(:90%)", 45.5, id="TM(:90%) is tm90"),
        pytest.param("IQM", 50.5, id="IQM is TM(25%:75%)"),
        pytest.param("wm98", (sum(range(1, 99)) + 2 * 98) / 100, id="wm98 takes the highest 2 % for p98"),
        pytest.param("WM(10%:90%)", 50.4, id="WM(10%:90%) takes 10 for the lowest, 90 for the highest"),
        pytest.param("WM(:20)", (sum(range(1, 21)) + 80 * 20) / 100, id="WM(:20) pulls in to 20"),
        pytest.param("tc90", 90, id="tc90 counts all but the highest 10 %"),
        pytest.param("TC(5:30)", 25, id="TC(5:30): above 5, up to and with 30"),
        pytest.param("TC(:0.5)", 0, id="TC of what is not there is 0"),
        pytest.param("ts90", 4095, id="ts90 sums all but the highest 10 %"),
        pytest.param("TS(80%:)", sum(range(81, 101)), id="TS(80%:) leaves out the lowest 80 %"),
        pytest.param("PR(:30)", 30, id="PR(:30) is the percentage at or below 30"),
        pytest.param("PR(10:)", 90, id="PR(10:) is the percentage above 10"),
        pytest.param("PR(10:30)", 20, id="PR: lower bound exclusive, upper bound inclusive"),
    ],
)
def test_statistics_of_one_to_a_hundred(hundred, read, stat, value):
    """Fact (statistics definitions): what each means; a lower bound is exclusive, an upper inclusive."""
    assert read(stat) == [(hundred.now - 60, pytest.approx(value))]


@pytest.mark.parametrize(
    "stat",
    [
        *("Mean", "average", "sum", "P95", "p", "p101", "p-1", "95", "pNaN", "p95%", "tm101", "iqm", "pr90"),
        *("PR", "PR()", "PR(:)", "PR(300)", "PR(5%:10%)", "TM(90%:10%)", "TM(1:50%)", "TC(5:5)", "TM(:101%)"),
        *("p95 ", "Average,Maximum", "p99.12345678901", "TM(-1:5)"),
    ],
)
def test_a_statistic_that_does_not_exist_is_rejected(hundred, read, stat):
    """Fact: AWS says that the value for the parameter is not a valid statistic; moto answers 500."""
    with pytest.raises(ClientError, match=r"member\.1\.MetricStat\.Stat is not a valid statistic") as caught:
        read(stat)
    assert caught.value.response["Error"]["Code"] == "ValidationError"


def test_an_empty_statistic_is_missing(hundred, read):
    with pytest.raises(ClientError, match=r"MetricStat\.Stat is required"):
        read("")


def test_values_with_counts_are_raw_values(simulator, read):
    """Fact: Values and Counts support percentile statistics."""
    now = simulator.now
    simulator.put_counts("Shop", "Orders", {}, "Seconds", [(now - 60, 2.0, 10), (now - 60, 1.0, 90)])
    assert read("SampleCount") == [(now - 60, 100)]
    assert read("Sum") == [(now - 60, 110)]
    assert [read(stat)[0][1] for stat in ("p90", "p90.1", "PR(:1)", "tc95", "ts95")] == [1, 2, 90, 95, 100]
    assert read("tm95") == [(now - 60, pytest.approx(100 / 95))]
    simulator.put("Shop", "Orders", {}, "Seconds", [(now - 60, 3.0)])
    assert read("Sum") == [(now - 60, 113)]
    assert read("p100") == [(now - 60, 3)]


def test_statistic_sets_have_sums_but_no_percentiles(simulator, read):
    """Fact: percentiles need raw values; a statistic set of different values has none."""
    now = simulator.now
    simulator.put_statistics("Shop", "Orders", {}, "Seconds", [(now - 60, 4, 10.0, 1.0, 5.0)])
    simulator.put("Shop", "Orders", {}, "Seconds", [(now - 60, 7.0), (now - 120, 3.0)])
    assert read("SampleCount") == [(now - 120, 1), (now - 60, 5)]
    assert read("Sum") == [(now - 120, 3), (now - 60, 17)]
    assert read("Average") == [(now - 120, 3), (now - 60, 3.4)]
    assert read("Minimum") == [(now - 120, 3), (now - 60, 1)]
    assert read("Maximum") == [(now - 120, 3), (now - 60, 7)]
    assert read("p95") == [(now - 120, 3)]
    assert read("PR(:3)") == [(now - 120, 100)]


@pytest.mark.parametrize(
    "row", [(1, 4.0, 4.0, 4.0), (5, 20.0, 4.0, 4.0)], ids=["one sample", "min equals max"]
)
def test_statistic_sets_of_one_value_count_as_raw(simulator, read, row):
    """Fact: percentiles are available when SampleCount is 1, or Min and Max are equal."""
    simulator.put_statistics("Shop", "Orders", {}, "Seconds", [(simulator.now - 60, *row)])
    assert read("p95") == [(simulator.now - 60, 4)]
    assert read("SampleCount") == [(simulator.now - 60, row[0])]


def test_statistic_sets_that_contradict_themselves_do_not(simulator, read):
    """Fact: besides Min and Max being equal, Sum must equal Min times SampleCount."""
    simulator.put_statistics("Shop", "Orders", {}, "Seconds", [(simulator.now - 60, 5, 21.0, 4.0, 4.0)])
    assert read("p95") == []
    assert read("Sum") == [(simulator.now - 60, 21)]


def test_a_million_values_of_one_metric(simulator, read):
    start = simulator.now - 86_400
    values = ((start + index % 86_400, float(index)) for index in range(1_000_000))
    simulator.put("Shop", "Orders", {}, "Seconds", values)
    day = {"period": 86_400, "start": start}
    assert read("SampleCount", **day) == [(start, 1_000_000)]
    assert read("p95", **day) == [(start, 949_999)]
    assert read("PR(:249999)", **day) == [(start, 25)]


def test_a_negative_value_leaves_no_percentile(simulator, read):
    """Fact: percentiles are not available when any of the values is negative; the basic statistics are."""
    simulator.put("Shop", "Orders", {}, "Seconds", [(simulator.now - 60, -1.0), (simulator.now - 60, 5.0)])
    assert read("Sum") == [(simulator.now - 60, 4)]
    for stat in ("p50", "tm90", "PR(:3)", "IQM"):
        assert read(stat) == []


def test_the_p95_of_an_hour_is_not_a_mean_of_its_minutes(simulator, read):
    now = simulator.now
    simulator.put("Shop", "Orders", {}, "Seconds", [(now - 60, 9.0)] + [(now - 120, 1.0)] * 99)
    assert read("p95", 60) == [(now - 120, 1), (now - 60, 9)]
    assert read("p95", 3600) == [(now - 3600, 1)]


values = st.lists(st.integers(0, 50).map(float), min_size=1, max_size=60)


def compute(stat: str, bucket: Bucket) -> float:
    found = statistic(stat)
    assert found is not None
    value = found(bucket)
    assert value is not None
    return value


@given(values, st.integers(0, 1000), st.integers(0, 50))
def test_a_percentile_is_met_exactly_when_enough_values_are_at_or_below(sample, permille, threshold):
    """pNN <= T and PR(:T) >= NN say the same, so a window may be judged by either."""
    percent = f"{permille // 10}.{permille % 10}"
    met = compute(f"p{percent}", Bucket(sample)) <= threshold
    needed = permille * len(sample) / 1000
    at_or_below = sum(value <= threshold for value in sample)
    assert compute(f"PR(:{threshold})", Bucket(sample)) == pytest.approx(100 * at_or_below / len(sample))
    assert compute(f"TC(:{threshold})", Bucket(sample)) == at_or_below
    assert met == (at_or_below >= needed) if permille else met == (min(sample) <= threshold)


@given(st.lists(st.tuples(st.integers(0, 9).map(float), st.integers(1, 4)), min_size=1, max_size=20))
def test_counts_are_the_same_as_repeated_values(pairs):
    weighted = Bucket([value for value, _ in pairs], [float(count) for _, count in pairs])
    repeated = Bucket([value for value, count in pairs for _ in range(count)])
    for stat in (
        "Sum",
        "SampleCount",
        "p0",
        "p33",
        "p95",
        "tm80",
        "TM(10%:60%)",
        "wm90",
        "WM(20%:)",
        "ts50",
        "IQM",
    ):
        ours, theirs = (statistic(stat)(bucket) for bucket in (weighted, repeated))
        assert ours == (theirs if theirs is None else pytest.approx(theirs))


@given(values, st.integers(1, 99))
def test_trimmed_parts_make_the_whole(sample, cut):
    """TC and TS below and above the same rank add up to all samples; TS is TM times TC."""
    bucket = Bucket(sample)
    assert compute(f"TC(:{cut}%)", bucket) + compute(f"TC({cut}%:)", bucket) == len(sample)
    assert compute(f"TS(:{cut}%)", bucket) + compute(f"TS({cut}%:)", bucket) == pytest.approx(sum(sample))
    product = compute(f"TM(:{cut}%)", bucket) * compute(f"TC(:{cut}%)", bucket)
    assert product == pytest.approx(compute(f"TS(:{cut}%)", bucket))
