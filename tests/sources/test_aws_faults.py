"""No fault of the sources of alarms, costs and SLOs ever reads as a pass: the table, through the command line.

Each case spoils the answers of one source while a file beside it is read well. The spoilt promise must end as
ERROR or INCONCLUSIVE with a remedy, the other must still be judged, and the exit code must not be 0.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from checker.cli import main
from tests.kept_promise import COVERAGE
from tests.sources.aws_asking import AT, CREDENTIALS, Answer, Endpoint, endpoint

TIME = "2026-01-31T12:00:00Z"
DOCUMENT = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: faults}
spec:
  criteria:
    - name: spoilt
      indicator: %s
      target: "%s"
    - name: sound
      indicator: {source: Coverage, file: sound.json}
      target: "> 50 %%"
"""


class Source(NamedTuple):
    """A promise that the good answer keeps, and keeps by far."""

    indicator: str
    target: str
    action: str
    good: dict[str, Any]
    token: str | None


def alarms(**more: Any) -> dict[str, Any]:
    listed = {"AlarmName": "shop", "StateValue": "OK", "StateReason": "", "ActionsEnabled": True, **more}
    return {"MetricAlarms": [listed], "CompositeAlarms": [], "LogAlarms": []}


def costs(amount: object = "1.5", **more: Any) -> dict[str, Any]:
    period = {"Start": "2026-01-29", "End": "2026-01-30"}
    amounts = {"UnblendedCost": {"Amount": amount, "Unit": "USD"}}
    return {
        "ResultsByTime": [{"TimePeriod": period, "Total": amounts, "Groups": [], "Estimated": False, **more}]
    }


def slos(**more: Any) -> dict[str, Any]:
    arn = "arn:aws:application-signals:us-east-1:111111111111:slo/shop"
    report = {"Arn": arn, "Name": "shop", "BudgetStatus": "OK", "Attainment": 99.99, **more}
    return {"Timestamp": AT, "Reports": [report], "Errors": []}


SOURCES = {
    "alarms": Source(
        "{source: CloudWatchAlarms, namePrefix: shop}",
        "== 0",
        "cloudwatch:DescribeAlarms",
        alarms(),
        "NextToken",
    ),
    "costs": Source(
        "{source: CostExplorer, granularity: DAILY, metric: UnblendedCost}",
        "< 1000 USD",
        "ce:GetCostAndUsage",
        costs(),
        "NextPageToken",
    ),
    "slos": Source(
        "{source: ApplicationSignals, slo: shop, measure: attainment}",
        "> 1 %",
        "application-signals:BatchGetServiceLevelObjectiveBudgetReport",
        slos(),
        None,
    ),
}


@pytest.fixture(scope="module")
def serving() -> Iterator[Endpoint]:
    with endpoint() as running:
        yield running


Judged = Callable[..., tuple[int, dict[str, dict[str, Any]]]]


@pytest.fixture
def judged(serving: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Judged:
    """Runs the command in a directory of its own; gives the exit code and the verdicts by promise."""
    monkeypatch.chdir(tmp_path)
    for name, value in {
        **CREDENTIALS,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_ENDPOINT_URL": serving.url,
    }.items():
        monkeypatch.setenv(name, value)
    Path("sound.json").write_text(json.dumps(COVERAGE))
    Path("slos").mkdir()

    def run(source: Source, *flags: str) -> tuple[int, dict[str, dict[str, Any]]]:
        Path("slos/faults.yaml").write_text(DOCUMENT % (source.indicator, source.target))
        code = main(["run", "--at", TIME, "-f", "json=report.json", *flags])
        report = json.loads(Path("report.json").read_text())
        return code, {verdict["objective"]["name"]: verdict for verdict in report["verdicts"]}

    return run


def assert_no_pass(code: int, verdicts: Mapping[str, Mapping[str, Any]], outcome: str, words: str) -> None:
    spoilt, sound = verdicts["faults/spoilt"], verdicts["faults/sound"]
    assert spoilt["outcome"] == outcome, spoilt
    assert spoilt["reasons"]
    assert words in spoilt["remedy"], spoilt
    assert sound["outcome"] == "PASS", "the other promises are still judged"
    assert code == (4 if outcome == "ERROR" else 3)


def fault(code: str, status: int = 400) -> Answer:
    return status, {"__type": code, "message": "as AWS says"}


FAULTS: dict[str, tuple[Answer, str]] = {
    "throttling": (fault("ThrottlingException"), "run again later"),
    "too many requests": (fault("LimitExceededException"), "run again later"),
    "access denied": (fault("AccessDeniedException", 403), "grant the permission {action} to the identity"),
    "forbidden without a code": ((403, {}), "grant the permission {action} to the identity"),
    "expired token": (fault("ExpiredTokenException", 403), "renew the credentials"),
    "unknown key": (fault("UnrecognizedClientException", 403), "renew the credentials"),
    "server error": (fault("InternalServerError", 500), "AWS failed"),
    "unavailable": (fault("ServiceUnavailable", 503), "AWS failed"),
    "refused": (fault("ValidationException"), "correct the query"),
    "empty body": ((200, b""), "endpoint"),
    "half a body": ((200, b'{"MetricAlarms": [{"Alarm'), "endpoint"),
    "a web page": ((200, b"<!doctype html><title>Sign in</title>"), "endpoint"),
    "a list": ((200, b"[]"), "endpoint"),
    "nothing in it": ((200, b"{}"), "endpoint"),
    "no answer": ((200, None), "endpoint"),
}


@pytest.mark.parametrize("name", SOURCES)
def test_without_a_fault_all_pass(name: str, serving: Endpoint, judged: Judged) -> None:
    serving.answer = lambda operation, call: (200, SOURCES[name].good)
    code, verdicts = judged(SOURCES[name])
    assert {verdict["outcome"] for verdict in verdicts.values()} == {"PASS"}
    assert code == 0


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("name", SOURCES)
def test_no_fault_passes(name: str, kind: str, serving: Endpoint, judged: Judged) -> None:
    answer, remedy = FAULTS[kind]
    serving.answer = lambda operation, call: answer
    code, verdicts = judged(SOURCES[name])
    assert_no_pass(code, verdicts, "ERROR", remedy.format(action=SOURCES[name].action))
    assert SOURCES[name].action in verdicts["faults/spoilt"]["reasons"][0]


@pytest.mark.parametrize("kind", ["throttling", "server error", "empty body", "nothing in it"])
@pytest.mark.parametrize("name", ["alarms", "costs"])
def test_a_fault_on_a_later_page_spoils_the_whole_answer(
    name: str, kind: str, serving: Endpoint, judged: Judged
) -> None:
    source = SOURCES[name]
    assert source.token is not None
    token: str = source.token

    def answer(operation: str, call: Mapping[str, Any]) -> Answer:
        return FAULTS[kind][0] if token in call else (200, {**source.good, token: "more"})

    serving.answer = answer
    assert_no_pass(*judged(source), "ERROR", "")


@pytest.mark.parametrize("name", ["alarms", "costs"])
def test_an_answer_without_end_is_an_error(name: str, serving: Endpoint, judged: Judged) -> None:
    source = SOURCES[name]
    assert source.token is not None
    endless = {**source.good, source.token: "again"}
    serving.answer = lambda operation, call: (200, endless)
    code, verdicts = judged(source)
    assert_no_pass(code, verdicts, "ERROR", "check what is behind the endpoint")
    assert "the answer does not end" in verdicts["faults/spoilt"]["reasons"][0]


@pytest.mark.parametrize(
    ("name", "answer", "outcome", "remedy"),
    [
        (
            "alarms",
            {"MetricAlarms": [], "CompositeAlarms": [], "LogAlarms": []},
            "INCONCLUSIVE",
            "check the spelling",
        ),
        ("alarms", alarms(StateValue="PENDING"), "ERROR", "run again"),
        ("costs", costs(Estimated=True), "ERROR", "allowEstimated: true"),
        ("costs", costs(TimePeriod={"Start": "2026-01-28", "End": "2026-01-29"}), "ERROR", "run again"),
        ("costs", costs("0"), "INCONCLUSIVE", "allowZero: true"),
        ("costs", costs("NaN"), "ERROR", "run again"),
        ("costs", costs("-Infinity"), "ERROR", "run again"),
        (
            "slos",
            slos(BudgetStatus="INSUFFICIENT_DATA"),
            "INCONCLUSIVE",
            "check that its metric is published",
        ),
        ("slos", slos(Attainment="NaN"), "ERROR", "run again"),
        ("slos", {"Timestamp": AT, "Reports": [], "Errors": []}, "ERROR", "run again"),
        (
            "slos",
            {
                "Timestamp": AT,
                "Reports": [],
                "Errors": [{"Name": "shop", "Arn": "a", "ErrorCode": "NotFound", "ErrorMessage": "none"}],
            },
            "ERROR",
            "check the SLO's name",
        ),
    ],
)
def test_an_answer_that_is_partial_or_empty_is_no_pass(
    name: str, answer: Any, outcome: str, remedy: str, serving: Endpoint, judged: Judged
) -> None:
    serving.answer = lambda operation, call: (200, answer)
    assert_no_pass(*judged(SOURCES[name]), outcome, remedy)


@pytest.mark.parametrize("name", SOURCES)
def test_an_answer_after_the_deadline_is_an_error(name: str, serving: Endpoint, judged: Judged) -> None:
    def answer(operation: str, call: Mapping[str, Any]) -> Answer:
        time.sleep(6)
        return 200, SOURCES[name].good

    serving.answer = answer
    code, verdicts = judged(SOURCES[name], "--timeout", "4s")
    assert_no_pass(code, verdicts, "ERROR", "raise --timeout")


@pytest.mark.parametrize("name", SOURCES)
def test_nobody_there_and_no_credentials_are_errors(
    name: str, judged: Judged, monkeypatch: pytest.MonkeyPatch
) -> None:
    with endpoint() as gone:
        monkeypatch.setenv("AWS_ENDPOINT_URL", gone.url)
    assert_no_pass(*judged(SOURCES[name]), "ERROR", "check the network")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    assert_no_pass(
        *judged(SOURCES[name]), "ERROR", "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    )
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert_no_pass(
        *judged(SOURCES[name]), "ERROR", "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    )
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert_no_pass(*judged(SOURCES[name]), "ERROR", "correct AWS_PROFILE, or the profile of the DataSource")


@pytest.mark.parametrize("name", SOURCES)
def test_a_secret_in_an_error_is_not_repeated(
    name: str,
    serving: Endpoint,
    judged: Judged,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", "hunter2hunter2")
    serving.answer = lambda operation, call: (
        403,
        {"__type": "AccessDeniedException", "message": "token=abcdef AKIAIOSFODNN7EXAMPLE hunter2hunter2"},
    )
    judged(SOURCES[name], "--record", "evidence.jsonl", "-f", "table")
    told = Path("evidence.jsonl").read_text() + Path("report.json").read_text() + "".join(capfd.readouterr())
    assert "AccessDenied" in told
    for secret in ("abcdef", "AKIAIOSFODNN7EXAMPLE", "hunter2hunter2", "synthetic-secret-key"):
        assert secret not in told


CUT_OFF = (
    b'<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>'
    b"<AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>secret-canary</SecretAccessKey>"
    b"<SessionToken>token-canary</SessionToken><Expir"
)


ROLE = """\
---
apiVersion: openslo/v1
kind: DataSource
metadata: {name: elsewhere}
spec: {type: CloudWatchAlarms, connectionDetails: {roleArn: "arn:aws:iam::111111111111:role/x"}}
"""
BY_ROLE = SOURCES["alarms"]._replace(
    indicator="{source: CloudWatchAlarms, dataSourceRef: elsewhere, namePrefix: shop}"
)


def test_a_role_that_nobody_is_there_to_assume_is_an_error(
    judged: Judged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setattr(f"{__name__}.DOCUMENT", DOCUMENT + ROLE)
    code, verdicts = judged(BY_ROLE)
    assert_no_pass(code, verdicts, "ERROR", "set AWS_PROFILE, or AWS_ACCESS_KEY_ID")
    assert "NoCredentialsError: Unable to locate credentials" in str(verdicts)


def test_credentials_in_an_answer_that_was_cut_off_are_not_repeated(
    serving: Endpoint, judged: Judged, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serving, "reply", lambda operation, call: (200, CUT_OFF))
    monkeypatch.setattr(f"{__name__}.DOCUMENT", DOCUMENT + ROLE)
    code, verdicts = judged(BY_ROLE, "--record", "evidence.jsonl", "-f", "table", "-f", "junit=junit.xml")
    assert_no_pass(code, verdicts, "ERROR", "check what is behind the endpoint")
    told = "".join(Path(name).read_text() for name in ("evidence.jsonl", "report.json", "junit.xml"))
    told += "".join(capfd.readouterr())
    assert "ResponseParserError: Unable to parse response" in told
    assert "canary" not in told
    assert "ASIA" not in told


def test_an_endpoint_in_a_file_holds_no_password(
    judged: Judged, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    secret = """\
---
apiVersion: openslo/v1
kind: DataSource
metadata: {name: elsewhere}
spec: {type: CloudWatchAlarms, connectionDetails: {endpoint: "http://me:pw-canary@127.0.0.1:1"}}
"""
    monkeypatch.setattr(f"{__name__}.DOCUMENT", DOCUMENT + secret)
    code, verdicts = judged(SOURCES["alarms"], "--record", "evidence.jsonl", "-f", "table", "-f", "sarif=s")
    assert (code, verdicts) == (2, {})
    told = Path("report.json").read_text() + Path("s").read_text() + "".join(capfd.readouterr())
    assert "a URL in a file must not hold a user name or password" in told
    assert "canary" not in told
    assert not Path("evidence.jsonl").exists()


@pytest.mark.parametrize("name", SOURCES)
def test_cloudwatch_beside_another_source_looks_at_its_own_answers(
    name: str, serving: Endpoint, judged: Judged
) -> None:
    """Pages of alarms and of costs were once looked through for metrics, and the run ended in a crash."""
    serving.answer = lambda operation, call: (200, SOURCES[name].good)
    Path("slos/more.yaml").write_text(
        "apiVersion: checker/v1\nkind: SuccessCriteria\nmetadata: {name: more}\nspec:\n  window: 1h\n  criteria:\n"
        "    - {name: errors, target: '< 5', indicator: {source: CloudWatch, namespace: App, metricName: Errors, "
        "stat: Sum}}\n",
        encoding="utf-8",
    )
    code, verdicts = judged(SOURCES[name])
    assert verdicts["faults/spoilt"]["outcome"] == "PASS"
    assert verdicts["more/errors"]["outcome"] == "ERROR"
    assert code == 4
