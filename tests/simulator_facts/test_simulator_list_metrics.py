"""ListMetrics: each metric once, 500 a page, filtered."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

DAY = 86_400


@pytest.fixture
def shops(simulator):
    """Two cities, each with two kinds of order, published many times; one metric without dimensions."""
    points = [(simulator.now - 60 * index, 1.0) for index in range(50)]
    for city in ("Bonn", "Trier"):
        for kind in ("web", "till"):
            simulator.put("Shop", "Orders", {"City": city, "Kind": kind}, "Count", points)
    simulator.put("Shop", "Visits", {}, "Count", points)
    simulator.put("Bank", "Orders", {}, "Count", points)
    return simulator


def listed(client, **filters):
    """(namespace, name, dimensions) of every metric, in order."""
    rows = client.list_metrics(**filters)["Metrics"]
    pairs = [{pair["Name"]: pair["Value"] for pair in row["Dimensions"]} for row in rows]
    return [(row["Namespace"], row["MetricName"], found) for row, found in zip(rows, pairs, strict=True)]


def test_each_set_of_dimensions_is_listed_once(client, shops):
    """Fact: a metric is a unique set of dimensions; moto gives one row a datum."""
    found = listed(client)
    assert len(found) == 6
    assert ("Bank", "Orders", {}) in found
    assert ("Shop", "Orders", {"City": "Trier", "Kind": "web"}) in found


def test_filters_by_namespace_name_and_dimensions_combine(client, shops):
    """Fact: namespace and name match exactly; a dimension filter keeps metrics that have it among others."""
    assert len(listed(client, Namespace="Shop")) == 5
    assert listed(client, Namespace="Shop", MetricName="Visits") == [("Shop", "Visits", {})]
    assert listed(client, MetricName="orders") == []
    assert len(listed(client, Dimensions=[{"Name": "City"}])) == 4
    bonn = {"Name": "City", "Value": "Bonn"}
    assert {row[2]["Kind"] for row in listed(client, Dimensions=[bonn])} == {"web", "till"}
    web = {"Name": "Kind", "Value": "web"}
    assert listed(client, Dimensions=[bonn, web]) == [("Shop", "Orders", {"City": "Bonn", "Kind": "web"})]
    assert listed(client, Dimensions=[{"Name": "City", "Value": "bonn"}]) == []
    assert listed(client, Dimensions=[{"Name": "Country"}]) == []


def test_five_hundred_a_page(client, simulator):
    """Fact: up to 500 results a call; NextToken gets the rest."""
    for index in range(1001):
        simulator.put("Shop", "Orders", {"Till": f"{index:04}"}, "Count", [(simulator.now, 1.0)])
    pages = list(client.get_paginator("list_metrics").paginate())
    assert [len(page["Metrics"]) for page in pages] == [500, 500, 1]
    names = [row["Dimensions"][0]["Value"] for page in pages for row in page["Metrics"]]
    assert names == [f"{index:04}" for index in range(1001)]
    assert "NextToken" not in pages[-1]
    with pytest.raises(ClientError) as caught:
        client.list_metrics(Namespace="Shop", NextToken=pages[0]["NextToken"])
    assert caught.value.response["Error"]["Code"] == "InvalidNextToken"


def test_silent_metrics_are_not_listed_but_still_read(client, simulator, read):
    """Fact: no metrics without data in two weeks are listed; PT3H narrows that to three hours."""
    now = simulator.now
    for name, age in (("Fresh", 3600), ("Resting", 5 * DAY), ("Gone", 15 * DAY)):
        simulator.put("Shop", name, {}, "Count", [(now - age, 1.0)])
    assert [name for _, name, _ in listed(client)] == ["Fresh", "Resting"]
    assert [name for _, name, _ in listed(client, RecentlyActive="PT3H")] == ["Fresh"]
    old = {"start": now - 16 * DAY, "end": now}
    assert read(metric=("Shop", "Gone"), period=300, **old) == [(now - 15 * DAY, 1.0)]
    with pytest.raises(ClientError) as caught:
        client.list_metrics(RecentlyActive="PT4H")
    assert caught.value.response["Error"]["Code"] == "InvalidParameterValue"


def test_linked_accounts_are_listed_on_request(client, simulator):
    """Fact: OwningAccounts has one account for each metric."""
    simulator.put("Shop", "Mine", {}, "Count", [(simulator.now, 1.0)])
    simulator.put("Shop", "Theirs", {}, "Count", [(simulator.now, 1.0)], account="210987654321")
    assert [name for _, name, _ in listed(client)] == ["Mine"]
    answer = client.list_metrics(IncludeLinkedAccounts=True)
    owners = dict(
        zip((row["MetricName"] for row in answer["Metrics"]), answer["OwningAccounts"], strict=True)
    )
    assert owners == {"Mine": "123456789012", "Theirs": "210987654321"}
    theirs = client.list_metrics(IncludeLinkedAccounts=True, OwningAccount="210987654321")
    assert [row["MetricName"] for row in theirs["Metrics"]] == ["Theirs"]
