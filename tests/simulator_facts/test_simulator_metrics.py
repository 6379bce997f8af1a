"""A metric is its namespace, its name and its exact dimensions; units are kept apart."""

from __future__ import annotations

import pytest

from tests.simulator import Simulator


@pytest.fixture
def orders(simulator: Simulator) -> Simulator:
    """One order in each of two shops, with two dimensions, and nothing without dimensions."""
    for city, value in (("Bonn", 1.0), ("Trier", 2.0)):
        points = [(simulator.now - 60, value)]
        simulator.put("Shop", "Orders", {"Kind": "web", "City": city}, "Count", points)
    return simulator


def test_a_custom_metric_is_not_summed_over_its_dimensions(orders, read):
    """Fact: CloudWatch does not aggregate across dimensions for custom metrics; none asked gives nothing."""
    assert read() == []


def test_a_part_of_the_dimensions_matches_nothing(orders, read):
    """Fact: each unique set of dimensions is a metric of its own; a set never published has no statistics."""
    assert read(dimensions={"City": "Bonn"}) == []
    assert read(dimensions={"City": "Bonn", "Kind": "web", "Till": "4"}) == []


def test_the_whole_set_of_dimensions_matches_in_any_order(orders, read):
    assert read(dimensions={"Kind": "web", "City": "Trier"}) == [(orders.now - 60, 2.0)]
    assert read(dimensions={"City": "Trier", "Kind": "web"}) == [(orders.now - 60, 2.0)]


def test_no_dimensions_read_what_was_published_without_any(orders, read):
    orders.put("Shop", "Orders", {}, "Count", [(orders.now - 60, 3.0)])
    assert read() == [(orders.now - 60, 3.0)]


@pytest.mark.parametrize("metric", [("Shop", "orders"), ("shop", "Orders"), ("Other", "Orders")])
def test_another_name_or_namespace_is_another_metric(orders, read, metric):
    """moto forgets the namespace where dimensions are given; AWS does not."""
    assert read(metric=metric, dimensions={"City": "Bonn", "Kind": "web"}) == []


def test_a_unit_reads_only_what_was_published_in_it_and_converts_nothing(simulator, read):
    """Fact: a unit that does not match the data gives null; CloudWatch performs no unit conversions."""
    simulator.put("Shop", "Orders", {}, "Milliseconds", [(simulator.now - 60, 1500.0)])
    assert read(unit="Seconds") == []
    assert read(unit="Milliseconds") == [(simulator.now - 60, 1500.0)]
    assert read() == [(simulator.now - 60, 1500.0)]


def test_without_a_unit_every_unit_is_returned_each_by_itself(simulator, read):
    """Fact: omit Unit and all data collected with any unit is returned; units are aggregated separately."""
    simulator.put("Shop", "Orders", {}, "Milliseconds", [(simulator.now - 60, 1500.0)])
    simulator.put("Shop", "Orders", {}, "Seconds", [(simulator.now - 60, 2.0), (simulator.now - 120, 3.0)])
    before, last = simulator.now - 120, simulator.now - 60
    assert read() == [(before, 3.0), (last, 1500.0), (last, 2.0)]


def test_another_account_has_its_own_metrics(simulator, read):
    """Fact: AccountId says where a metric is located."""
    simulator.put("Shop", "Orders", {}, "Count", [(simulator.now - 60, 1.0)])
    simulator.put("Shop", "Orders", {}, "Count", [(simulator.now - 60, 2.0)], account="210987654321")
    assert read() == [(simulator.now - 60, 1.0)]
    assert read(AccountId="123456789012") == [(simulator.now - 60, 1.0)]
    assert read(AccountId="210987654321") == [(simulator.now - 60, 2.0)]
    assert read(AccountId="000000000000") == []


def test_a_unit_cloudwatch_does_not_know_cannot_be_published(simulator):
    with pytest.raises(ValueError, match="'Minutes' is not a CloudWatch unit"):
        simulator.put("Shop", "Orders", {}, "Minutes", [(simulator.now, 1.0)])
