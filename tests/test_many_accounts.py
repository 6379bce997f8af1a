"""One run over several accounts and regions: who is asked as whom, once, side by side, and nobody for another."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.sts.models import sts_backends

from tests.moto_server import moto_server
from tests.on_simulator import TIME, Judged, criteria, environment, judge, metric, put_hour
from tests.simulator import Simulator
from tests.simulator.wire import Call

CALLER = "AKIAIOSFODNN7EXAMPLE"
NAMED = ("AKIASTAGING0EXAMPLE0", "AKIABASE00000EXAMPLE")
"""The keys of the profiles ``staging`` and ``base``."""
NOW = 1_769_860_800


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    environment(monkeypatch)


@pytest.fixture
def two() -> Iterator[tuple[Simulator, Simulator]]:
    """Two accounts with a metric of one name: 12 requests of 100 ms in one, 12 of 900 ms in the other."""
    with Simulator("111111111111", now=NOW) as first, Simulator("222222222222", now=NOW) as second:
        put_hour(first, "App", "Time", {}, "Milliseconds", [(100.0, 1)])
        put_hour(second, "App", "Time", {}, "Milliseconds", [(900.0, 1)])
        yield first, second


@pytest.fixture
def sts(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with moto_server() as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", url)
        yield url


def source(name: str, **details: str) -> str:
    """A document that says how an account is reached."""
    head = "---\napiVersion: openslo/v1\nkind: DataSource\n"
    text = json.dumps({"type": "CloudWatch", "connectionDetails": details})
    return f"{head}metadata: {{name: {name}}}\nspec: {text}\n"


def row(name: str, data_source: str, target: str = "< 500 ms", more: str = "") -> str:
    query = metric("Time", "Maximum", f"dataSourceRef: {data_source}, unit: Milliseconds{more}")
    return f"name: {name}, indicator: {query}, target: '{target}'"


def data_calls(simulator: Simulator) -> list[Call]:
    return [call for call in simulator.requests if call.operation == "GetMetricData"]


def facts(found: Judged, name: str) -> dict[str, str]:
    """What the report says of one connection."""
    (told,) = (each["connected"] for each in found.report["connections"] if each["name"] == name)
    return dict(fact.split("=", 1) for fact in told.split(", "))


# Accounts and regions


def test_each_account_answers_for_itself(two: tuple[Simulator, Simulator]) -> None:
    first, second = two
    found = judge(
        criteria(row("live", "live"), row("trial", "trial"))
        + source("live", region="eu-central-1", endpoint=first.url)
        + source("trial", region="us-west-2", endpoint=second.url)
    )
    assert (found.code, found.outcomes()) == (1, {"live": "PASS", "trial": "FAIL"})
    assert found.verdicts["live"]["value"]["exact"] == "100"
    assert found.verdicts["trial"]["value"]["exact"] == "900"
    assert {call.region for call in data_calls(first)} == {"eu-central-1"}
    assert {call.region for call in data_calls(second)} == {"us-west-2"}


def test_the_report_names_the_account_region_and_endpoint_of_each(two: tuple[Simulator, Simulator]) -> None:
    first, second = two
    found = judge(
        criteria(row("live", "live"), row("trial", "trial"))
        + source("live", region="eu-central-1", endpoint=first.url)
        + source("trial", region="us-west-2", endpoint=second.url)
    )
    assert [each["name"] for each in found.report["connections"]] == ["live", "trial"]
    assert facts(found, "live") == {
        "account": "111111111111",
        "arn": "arn:aws:iam::111111111111:user/simulator",
        "endpoint": first.url,
        "region": "eu-central-1",
    }
    assert facts(found, "trial")["account"] == "222222222222"
    assert facts(found, "trial")["region"] == "us-west-2"
    assert facts(found, "trial")["endpoint"] == second.url


def test_an_account_that_fails_leaves_the_others_judged(two: tuple[Simulator, Simulator]) -> None:
    first, second = two
    second.faults.add("access-denied", operation="GetMetricData", times=None)
    found = judge(
        criteria(row("live", "live"), row("trial", "trial"))
        + source("live", region="eu-central-1", endpoint=first.url)
        + source("trial", region="us-west-2", endpoint=second.url)
    )
    assert (found.code, found.outcomes()) == (4, {"live": "PASS", "trial": "ERROR"})
    assert "cloudwatch:GetMetricData" in found.verdicts["trial"]["remedy"]


def test_one_promise_may_be_about_two_accounts(two: tuple[Simulator, Simulator]) -> None:
    first, second = two
    sides = {
        side: metric("Time", "SampleCount", f"dataSourceRef: {name}")
        for side, name in (("good", "live"), ("total", "trial"))
    }
    text = f"name: both, indicator: {{formula: a + b, metrics: {{a: {sides['good']}, b: {sides['total']}}}}}"
    found = judge(
        criteria(f"{text}, target: '== 24'")
        + source("live", region="eu-central-1", endpoint=first.url)
        + source("trial", region="us-west-2", endpoint=second.url)
    )
    assert (found.code, found.outcomes()) == (0, {"both": "PASS"})


# Roles and profiles

ROLE = "arn:aws:iam::333333333333:role/slo-reader"


def test_the_assumed_role_asks_and_not_the_caller(
    two: tuple[Simulator, Simulator], sts: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = two
    monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDWATCH", first.url)
    roles = sts_backends["333333333333"]["aws"].assumed_roles
    before = len(roles)
    found = judge(
        criteria(row("own", "own"), row("foreign", "foreign"))
        + source("own", region="us-east-1")
        + source("foreign", region="eu-west-1", roleArn=ROLE, externalId="team-42")
    )
    assert found.code == 0
    own, foreign = (
        [call for call in data_calls(first) if call.region == region] for region in ("us-east-1", "eu-west-1")
    )
    assert {call.access_key for call in own} == {CALLER}
    (assumed,) = roles[before:]
    assert {call.access_key for call in foreign} == {assumed.access_key_id}
    assert assumed.access_key_id != CALLER
    assert (assumed.role_arn, assumed.external_id) == (ROLE, "team-42")
    assert facts(found, "foreign")["account"] == "333333333333"
    assert facts(found, "foreign")["arn"].startswith("arn:aws:sts::333333333333:assumed-role/slo-reader/")
    assert facts(found, "own")["account"] == "123456789012"


def test_a_role_that_may_not_be_assumed_is_an_error_of_its_promises_alone(
    two: tuple[Simulator, Simulator], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The simulator has no AssumeRole, and refuses it."""
    first, _ = two
    found = judge(
        criteria(row("own", "own"), row("foreign", "foreign"))
        + source("own", region="us-east-1", endpoint=first.url)
        + source("foreign", region="us-east-1", endpoint=first.url, roleArn=ROLE)
    )
    assert (found.code, found.outcomes()) == (4, {"own": "PASS", "foreign": "ERROR"})
    assert "AssumeRole" in found.verdicts["foreign"]["reasons"][0]
    assert {call.access_key for call in data_calls(first)} == {CALLER}, "never as the caller instead"


CONFIG = f"""\
[profile staging]
region = ap-southeast-2
aws_access_key_id = {NAMED[0]}
aws_secret_access_key = synthetic-staging

[profile base]
region = ca-central-1
aws_access_key_id = {NAMED[1]}
aws_secret_access_key = synthetic-base

[profile audit]
region = ca-central-1
role_arn = arn:aws:iam::444444444444:role/auditor
source_profile = base
external_id = audit-7
"""


@pytest.fixture
def profiles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "config").write_text(CONFIG)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))


@pytest.mark.usefixtures("profiles")
def test_profiles_bring_their_own_keys_and_regions(
    two: tuple[Simulator, Simulator], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = two
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    found = judge(
        criteria(row("staging", "staging"), row("base", "base"), row("moved", "moved"), row("own", "own"))
        + source("staging", profile="staging", endpoint=first.url)
        + source("base", profile="base", endpoint=first.url)
        + source("moved", profile="base", region="sa-east-1", endpoint=first.url)
        + source("own", region="us-east-1", endpoint=first.url)
    )
    assert found.code == 0
    assert {(call.access_key, call.region) for call in data_calls(first)} == {
        (NAMED[0], "ap-southeast-2"),
        (NAMED[1], "ca-central-1"),
        (NAMED[1], "sa-east-1"),
        (CALLER, "us-east-1"),
    }


@pytest.mark.usefixtures("profiles")
def test_the_regions_of_the_environment_and_of_a_profile_rank_as_for_the_aws_cli(
    two: tuple[Simulator, Simulator],
) -> None:
    """AWS_DEFAULT_REGION comes before the profile's region, and the region of the file before both."""
    first, _ = two
    found = judge(
        criteria(row("unsaid", "unsaid"), row("said", "said"))
        + source("unsaid", profile="staging", endpoint=first.url)
        + source("said", profile="staging", region="sa-east-1", endpoint=first.url)
    )
    assert {call.access_key for call in data_calls(first)} == {NAMED[0]}
    assert facts(found, "unsaid")["region"] == "us-east-1"
    assert facts(found, "said")["region"] == "sa-east-1"


@pytest.mark.usefixtures("profiles")
def test_a_profile_may_assume_a_role(
    two: tuple[Simulator, Simulator], sts: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = two
    monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDWATCH", first.url)
    found = judge(criteria(row("audit", "audit")) + source("audit", profile="audit"))
    assert found.code == 0
    (assumed,) = sts_backends["444444444444"]["aws"].assumed_roles[-1:]
    assert assumed.external_id == "audit-7"
    assert {call.access_key for call in data_calls(first)} == {assumed.access_key_id}
    assert facts(found, "audit")["account"] == "444444444444"


@pytest.mark.usefixtures("profiles")
def test_a_profile_that_is_not_there_is_an_error_of_its_promises_alone(
    two: tuple[Simulator, Simulator],
) -> None:
    first, _ = two
    found = judge(
        criteria(row("own", "own"), row("typo", "typo"))
        + source("own", endpoint=first.url)
        + source("typo", profile="stagign", endpoint=first.url)
    )
    assert (found.code, found.outcomes()) == (4, {"own": "PASS", "typo": "ERROR"})
    assert "stagign" in found.verdicts["typo"]["reasons"][0]


# A monitoring account


def test_a_monitoring_account_asks_each_source_account() -> None:
    """OAM: one account is asked for the metrics of others, which differ by AccountId and nothing else."""
    with Simulator("111111111111", now=NOW) as simulator:
        for account, value in (("222222222222", 100.0), ("333333333333", 900.0)):
            rows = [(NOW - 300 - 300 * number, value, 1) for number in range(1, 13)]
            simulator.put_counts("App", "Time", {}, "Milliseconds", rows, account=account)
        found = judge(
            criteria(
                row("second", "hub", more=", accountId: '222222222222'"),
                row("third", "hub", more=", accountId: '333333333333'"),
                row("hub", "hub"),
            )
            + source("hub", region="us-east-1", endpoint=simulator.url)
        )
        (call,) = data_calls(simulator)
    assert found.outcomes() == {"second": "PASS", "third": "FAIL", "hub": "INCONCLUSIVE"}
    assert found.verdicts["second"]["value"]["exact"] == "100"
    assert found.verdicts["third"]["value"]["exact"] == "900"
    asked = [each.get("AccountId") for each in call.parameters["MetricDataQueries"]]
    assert sorted(asked, key=str) == ["222222222222", "333333333333", None]


# Once, and side by side


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> Counter[tuple[str, str]]:
    """How many clients were made, by region and service."""
    made: Counter[tuple[str, str]] = Counter()
    make: Callable[..., Any] = boto3.Session.client

    def counting(self: boto3.Session, service: str, *arguments: Any, **more: Any) -> Any:
        client = make(self, service, *arguments, **more)
        made[client.meta.region_name, service] += 1
        return client

    monkeypatch.setattr(boto3.Session, "client", counting)
    return made


def test_clients_are_made_once_for_each_account_region_and_service(
    two: tuple[Simulator, Simulator], built: Counter[tuple[str, str]]
) -> None:
    first, second = two
    rows = [
        row(f"{name}{number}", name, f"< {number + 1} s")
        for name in ("live", "trial")
        for number in range(20)
    ]
    found = judge(
        criteria(*rows)
        + source("live", region="eu-central-1", endpoint=first.url)
        + source("trial", region="us-west-2", endpoint=second.url)
    )
    assert found.code == 0
    assert built == {
        (region, service): 1 for region in ("eu-central-1", "us-west-2") for service in ("cloudwatch", "sts")
    }


def test_asking_why_there_is_no_data_makes_no_new_clients(
    two: tuple[Simulator, Simulator], built: Counter[tuple[str, str]]
) -> None:
    first, _ = two
    query = metric("Gone", "Sum", "dataSourceRef: live")
    found = judge(
        criteria(f"name: gone, indicator: {query}, target: '< 5'")
        + source("live", region="eu-central-1", endpoint=first.url)
    )
    assert (found.code, found.outcomes()) == (3, {"gone": "INCONCLUSIVE"})
    assert first.counts["ListMetrics"] == 2
    assert built == {("eu-central-1", "cloudwatch"): 1, ("eu-central-1", "sts"): 1}


def test_accounts_are_asked_at_the_same_time() -> None:
    """Four accounts, none of which answers before all of them have been asked."""
    simulators = [Simulator(f"{number}" * 12, now=NOW).start() for number in range(1, 5)]
    all_asked = threading.Event()
    at_once: list[bool] = []

    def wait_for_all() -> None:
        if all(simulator.requests for simulator in simulators):
            all_asked.set()
        at_once.append(all_asked.wait(60))

    try:
        for simulator in simulators:
            put_hour(simulator, "App", "Time", {}, "Milliseconds", [(100.0, 1)])
            simulator.before_answer = wait_for_all
        text = criteria(*(row(f"n{number}", f"account{number}") for number in range(4)))
        text += "".join(
            source(f"account{number}", region="us-east-1", endpoint=simulator.url)
            for number, simulator in enumerate(simulators)
        )
        found = judge(text)
    finally:
        for simulator in simulators:
            simulator.close()
    assert found.outcomes() == dict.fromkeys(("n0", "n1", "n2", "n3"), "PASS")
    assert all(at_once)


def test_one_deadline_holds_for_all_accounts(two: tuple[Simulator, Simulator]) -> None:
    first, second = two
    second.latency = 30
    begin = time.monotonic()
    found = judge(
        criteria(row("live", "live"), row("trial", "trial"))
        + source("live", region="eu-central-1", endpoint=first.url)
        + source("trial", region="us-west-2", endpoint=second.url),
        "--timeout",
        "5s",
    )
    assert time.monotonic() - begin < 15
    assert (found.code, found.outcomes()) == (4, {"live": "PASS", "trial": "ERROR"})
    assert "before the deadline" in found.verdicts["trial"]["reasons"][0]


# Evidence


def recorded(two: tuple[Simulator, Simulator]) -> str:
    """The promises on both accounts; ``evidence.jsonl`` holds what they answered."""
    first, second = two
    text = (
        criteria(row("live", "live"), row("trial", "trial"))
        + source("live", region="eu-central-1", endpoint=first.url)
        + source("trial", region="eu-central-1", endpoint=second.url)
    )
    assert judge(text, "--record", "evidence.jsonl").outcomes() == {"live": "PASS", "trial": "FAIL"}
    return text


def replay(text: str, *flags: str) -> Judged:
    return judge(text, "--replay", "evidence.jsonl", *flags)


def test_a_replay_keeps_the_accounts_apart(two: tuple[Simulator, Simulator]) -> None:
    text = recorded(two)
    for simulator in two:
        simulator.close()
    found = replay(text)
    assert found.outcomes() == {"live": "PASS", "trial": "FAIL"}
    assert facts(found, "live")["account"] == "111111111111"
    assert facts(found, "trial")["account"] == "222222222222"
    assert found.report["at"] == TIME


@pytest.mark.parametrize(("kept", "other"), [("live", "trial"), ("trial", "live")])
def test_evidence_of_one_account_answers_for_no_other(
    two: tuple[Simulator, Simulator], kept: str, other: str
) -> None:
    text = recorded(two)
    evidence = Path("evidence.jsonl")
    lines = evidence.read_text().splitlines()
    evidence.write_text(
        "\n".join([lines[0], *(line for line in lines[1:] if f'"{other}"' not in line)]) + "\n"
    )
    found = replay(text)
    assert found.verdicts[kept]["outcome"] in ("PASS", "FAIL")
    assert found.verdicts[other]["outcome"] == "INCONCLUSIVE"
    assert found.verdicts[other]["value"] is None


def test_evidence_of_another_region_or_role_is_none(two: tuple[Simulator, Simulator]) -> None:
    text = recorded(two)
    first, _ = two
    moved = text.replace(
        source("live", region="eu-central-1", endpoint=first.url),
        source("live", region="us-west-2", endpoint=first.url),
    )
    assert moved != text
    assert replay(moved).outcomes() == {"live": "INCONCLUSIVE", "trial": "FAIL"}
    other = text.replace(
        source("live", region="eu-central-1", endpoint=first.url),
        source("live", region="eu-central-1", endpoint=first.url, roleArn=ROLE),
    )
    assert replay(other).outcomes() == {"live": "INCONCLUSIVE", "trial": "FAIL"}


def test_no_secret_of_any_account_is_recorded(
    two: tuple[Simulator, Simulator], sts: str, profiles: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = two
    monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDWATCH", first.url)
    judge(
        criteria(row("foreign", "foreign"), row("staging", "staging"))
        + source("foreign", region="eu-west-1", roleArn=ROLE, externalId="team-42")
        + source("staging", profile="staging"),
        "--record",
        "evidence.jsonl",
    )
    (assumed,) = sts_backends["333333333333"]["aws"].assumed_roles[-1:]
    written = Path("evidence.jsonl").read_text() + Path("report.json").read_text()
    for secret in (
        assumed.access_key_id,
        assumed.secret_access_key,
        assumed.session_token,
        "synthetic-staging",
        *NAMED,
        CALLER,
    ):
        assert secret not in written
