"""The wire: awsJson1.0 as boto3 1.44 speaks it, query as older clients and STS do, and what is neither."""

from __future__ import annotations

import gzip
import http.client
import json
from urllib.parse import urlencode

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from tests.simulator import Simulator

TARGET = "GraniteServiceVersion20100801."


@pytest.fixture
def post(simulator):
    """Sends bytes as they are; gives the status, the headers and the body."""

    def post(body, headers, method="POST", path="/"):
        connection = http.client.HTTPConnection("127.0.0.1", int(simulator.url.rsplit(":", 1)[1]), timeout=5)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    return post


@pytest.fixture
def ask_query(client, post):
    """An operation over the query protocol, written and read by botocore's own serializer and parser."""

    def ask_query(operation, **parameters):
        model = client.meta.service_model.operation_model(operation)
        request = create_serializer("query").serialize_to_request(parameters, model)
        status, headers, body = post(urlencode(request["body"]), request["headers"])
        response = {"status_code": status, "headers": dict(headers), "body": body}
        return create_parser("query").parse(response, model.output_shape)

    return ask_query


def test_boto3_speaks_json_with_epoch_times(client, simulator, query):
    """Fact: CloudWatch in boto3 since 1.42.7 is awsJson1.0 with X-Amz-Target."""
    seen = []
    client.meta.events.register("before-send", lambda request, **_: seen.append(request))
    client.get_metric_data(MetricDataQueries=[query()], StartTime=simulator.now - 60, EndTime=simulator.now)
    assert seen[0].headers["X-Amz-Target"] == b"GraniteServiceVersion20100801.GetMetricData"
    assert seen[0].headers["Content-Type"] == b"application/x-amz-json-1.0"
    assert json.loads(seen[0].body)["StartTime"] == simulator.now - 60


def test_errors_carry_the_code_that_clients_show(client, post):
    """Fact: errors come as __type, with the code of the query protocol in x-amzn-query-error."""
    status, headers, body = post('{"MetricDataQueries": []}', {"X-Amz-Target": f"{TARGET}GetMetricData"})
    assert status == 400
    assert headers["x-amzn-query-error"] == "MissingParameter;Sender"
    assert json.loads(body)["__type"].endswith("#MissingRequiredParameterException")
    assert headers["x-amzn-RequestId"]
    with pytest.raises(client.exceptions.InvalidParameterValueException):
        client.list_metrics(RecentlyActive="PT4H")


def test_an_operation_that_is_not_simulated(client, connect, ask_query):
    """Fact: an unknown action is InvalidAction."""
    with pytest.raises(
        ClientError, match="DescribeAnomalyDetectors is not simulated; there are GetMetricData"
    ) as caught:
        client.describe_anomaly_detectors()
    assert caught.value.response["Error"]["Code"] == "InvalidAction"
    with pytest.raises(ClientError) as caught:
        connect("sts").assume_role(RoleArn="arn:aws:iam::123456789012:role/x-y-z", RoleSessionName="ab")
    assert caught.value.response["Error"]["Code"] == "InvalidAction"
    assert ask_query("DescribeAnomalyDetectors")["Error"]["Code"] == "InvalidAction"


def test_sts_says_whose_account_it_is(connect):
    """Fact: GetCallerIdentity gives Account, Arn and UserId."""
    answer = connect("sts").get_caller_identity()
    assert answer["Account"] == "123456789012"
    assert answer["Arn"].startswith("arn:aws:iam::123456789012:")
    with Simulator(account="210987654321") as other:
        keys = {"aws_access_key_id": "A", "aws_secret_access_key": "b", "region_name": "us-east-1"}
        client = boto3.client("sts", endpoint_url=other.url, **keys)
        assert client.get_caller_identity()["Account"] == "210987654321"
        client.close()


def test_metrics_over_the_query_protocol(ask_query, simulator):
    """Fact: boto3 before 1.42.7 sends CloudWatch requests as query."""
    now = simulator.now
    pairs = [{"Name": "City", "Value": "Bonn"}, {"Name": "Kind", "Value": "web & till"}]
    datum = {"MetricName": "Orders", "Dimensions": pairs, "Timestamp": now - 60, "Unit": "Seconds"}
    data = [{**datum, "Values": [1.0, 2.5], "Counts": [3.0, 1.0]}, {**datum, "Value": 7.0}]
    ask_query("PutMetricData", Namespace="Shop", MetricData=data)
    metric = {"Namespace": "Shop", "MetricName": "Orders", "Dimensions": pairs}
    window = {"StartTime": now - 120, "EndTime": now}
    queries = [
        {"Id": "a", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}, "ReturnData": False},
        *({"Id": f"b{n}", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "p95"}} for n in range(11)),
    ]
    answer = ask_query("GetMetricData", MetricDataQueries=queries, MaxDatapoints=10, **window)
    assert [row["Id"] for row in answer["MetricDataResults"]] == [f"b{n}" for n in range(10)]
    [value], [moment] = answer["MetricDataResults"][0]["Values"], answer["MetricDataResults"][0]["Timestamps"]
    assert (value, int(moment.timestamp())) == (7.0, now - 60)
    assert answer["NextToken"]
    found = ask_query("GetMetricStatistics", **metric, **window, Period=60, ExtendedStatistics=["p50", "p99"])
    assert found["Datapoints"][0]["ExtendedStatistics"] == {"p50": 1.0, "p99": 7.0}
    assert ask_query("ListMetrics")["Metrics"] == [metric]
    refused = ask_query("PutMetricData", Namespace="AWS/X", MetricData=data)
    assert refused["Error"]["Code"] == "InvalidParameterValue"


@pytest.mark.parametrize(
    "body",
    [
        *("{", "[]", '"x"', "null", "{}", '{"MetricDataQueries": 3}', '{"MetricDataQueries": [3]}', "\udcff"),
        '{"MetricDataQueries": [{}], "StartTime": "now", "EndTime": 1}',
        '{"MetricDataQueries": [{"Id": [1], "MetricStat": 5}], "StartTime": 0, "EndTime": 1}',
        '{"MetricDataQueries": [{"Id": "a", "MetricStat": {"Metric": 5}}], "StartTime": 0, "EndTime": 1}',
        '{"MetricDataQueries": [{"Id": "a", "Expression": 5}], "StartTime": 0, "EndTime": 1}',
        '{"MetricDataQueries": [{"Id": "a", "MetricStat": {"Metric": {"Namespace": 1, "MetricName": {}},'
        ' "Period": "1", "Stat": []}}], "StartTime": 0, "EndTime": 1}',
    ],
)
def test_a_body_that_makes_no_sense_is_an_error_not_a_crash(post, body):
    sent = body.encode("utf-8", "surrogateescape")
    status, headers, answer = post(sent, {"X-Amz-Target": f"{TARGET}GetMetricData"})
    assert status == 400
    sensible = {f"{code};Sender" for code in ("MissingParameter", "MalformedInput", "ValidationError")}
    assert headers["x-amzn-query-error"] in sensible, answer


def test_other_requests_that_make_no_sense(post):
    target = {"X-Amz-Target": f"{TARGET}ListMetrics"}
    status, headers, _ = post(b"not gzip", {**target, "Content-Encoding": "gzip"})
    assert (status, headers["x-amzn-query-error"]) == (400, "MalformedInput;Sender")
    status, _, body = post(gzip.compress(b"{}"), {**target, "Content-Encoding": "gzip"})
    assert (status, json.loads(body)) == (200, {"Metrics": []})
    status, headers, _ = post(b"{}", {"X-Amz-Target": "DynamoDB_20120810.Scan"})
    assert (status, headers["x-amzn-query-error"]) == (400, "InvalidAction;Sender")
    for body in (b"", b"Action=", b"Action=GetMetricData&StartTime=x", b"A.b=1&A.b.c=2&Action=ListMetrics"):
        status, _, answer = post(body, {"Content-Type": "application/x-www-form-urlencoded"})
        assert (status, answer.startswith(b"<ErrorResponse")) == (400, True)
    assert post(b"", {}, "GET")[0] == 400


def test_a_mistake_of_the_simulator_is_called_one(post):
    """It must not look like one of CloudWatch's own failures, nor be retried."""
    body = json.dumps({"Namespace": 5, "MetricData": [{"MetricName": "M", "Value": 1.0}]})
    status, headers, answer = post(body, {"X-Amz-Target": f"{TARGET}PutMetricData"})
    assert (status, headers["x-amzn-query-error"]) == (400, "SimulatorBug;Sender")
    assert "Traceback" in json.loads(answer)["message"]


def test_the_cbor_protocol_is_refused(post):
    """Not simulated: a client that prefers CBOR gets an error, not an empty answer."""
    headers = {"Smithy-Protocol": "rpc-v2-cbor", "Content-Type": "application/cbor"}
    path = "/service/GraniteServiceVersion20100801/operation/ListMetrics"
    status, _, body = post(b"\xa0", headers, path=path)
    assert status == 400
    assert b"InvalidAction" in body
