"""Recording and replaying: the same evidence gives the same report, byte for byte, and holds no secret."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checker import evidence
from checker.files import FileRefused
from checker.model import ConnectionDeclaration, Exchange, Failure, Request
from checker.sources.redact import redact
from tests.simulator import Simulator

AT = 1_769_860_800
TIME = "2026-01-31T12:00:00Z"
CANARIES = {
    "AWS_ACCESS_KEY_ID": "AKIACANARYCANARY0001",
    "AWS_SECRET_ACCESS_KEY": "canary/secret+0123456789abcdefghijklmnop",
    "AWS_SESSION_TOKEN": "canarytoken//////////0123456789==",
}
DOCUMENT = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: app}
spec:
  window: 1h
  criteria:
    - name: time
      indicator: {source: CloudWatch, namespace: App, metricName: Time, stat: p95, unit: Seconds}
      target: "< 2500 ms"
      critical: "> 10 s"
    - name: errors
      indicator:
        bad: {source: CloudWatch, namespace: App, metricName: Errors, stat: Sum, unit: Count}
        total: {source: CloudWatch, namespace: App, metricName: Errors, stat: SampleCount, unit: Count}
      target: "< 51 %"
    - name: nowhere
      indicator: {source: CloudWatch, namespace: App, metricName: Tiem, stat: Sum}
      target: "< 5"
"""


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """A project of three promises about a simulated application, canaries for credentials."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "slos").mkdir()
    (tmp_path / "slos/app.yaml").write_text(DOCUMENT)
    with Simulator(now=AT) as running:
        for minute in range(1, 120):
            moment = AT - minute * 60
            running.put("App", "Errors", {}, "Count", [(moment, 1.0), (moment, 0.0)])
            running.put("App", "Time", {}, "Seconds", [(moment, 0.1), (moment, 0.2), (moment, 0.3)])
        for name, value in {
            **CANARIES,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": running.url,
        }.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        yield running


def run(*flags: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.at_moment", TIME, "run", *flags]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **env}, check=False)


def test_a_replay_gives_the_same_bytes_and_opens_no_socket(app: Simulator, tmp_path: Path) -> None:
    live = run(
        "--record", "evidence.jsonl", "-f", "json=live.json", "-f", "junit=live.xml", "-f", "table=live.txt"
    )
    assert live.returncode == 3, live.stderr
    asked = sum(app.counts.values())
    app.close()
    for seed, zone, locale in (
        ("0", "UTC", "C"),
        ("1", "Asia/Kathmandu", "C.UTF-8"),
        ("77", "America/New_York", "C"),
    ):
        env = {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale, "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
        again = run(
            "--replay",
            "evidence.jsonl",
            *("-f", "json=r.json", "-f", "junit=r.xml", "-f", "table=r.txt"),
            **env,
        )
        assert again.returncode == 3
        for kind in ("json", "xml", "txt"):
            assert (tmp_path / f"r.{kind}").read_bytes() == (tmp_path / f"live.{kind}").read_bytes()
    assert sum(app.counts.values()) == asked


def test_recording_twice_gives_the_same_evidence(app: Simulator, tmp_path: Path) -> None:
    run("--record", "one.jsonl")
    run("--record", "two.jsonl")
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()


def test_the_moment_of_the_recording_is_the_moment_of_the_replay(app: Simulator, tmp_path: Path) -> None:
    run("--record", "evidence.jsonl")
    command = [sys.executable, "-m", "checker", "run", "--replay", "evidence.jsonl", "-f", "json"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert json.loads(ran.stdout)["at"] == TIME


def test_what_was_not_recorded_is_inconclusive(app: Simulator, tmp_path: Path) -> None:
    run("--record", "evidence.jsonl")
    document = tmp_path / "slos/app.yaml"
    document.write_text(DOCUMENT.replace("stat: p95", "stat: p99"))
    ran = run("--replay", "evidence.jsonl", "-f", "json")
    verdicts = {verdict["objective"]["name"]: verdict for verdict in json.loads(ran.stdout)["verdicts"]}
    assert ran.returncode == 3
    assert verdicts["app/time"]["outcome"] == "INCONCLUSIVE"
    assert "the evidence holds no answer to this query" in verdicts["app/time"]["reasons"][0]
    assert verdicts["app/errors"]["outcome"] == "PASS"
    document.write_text(DOCUMENT)
    assert run("--replay", "evidence.jsonl", "--select", "app/errors").returncode == 0


def test_an_edited_promise_is_judged_by_the_same_evidence(app: Simulator, tmp_path: Path) -> None:
    run("--record", "evidence.jsonl")
    (tmp_path / "slos/app.yaml").write_text(DOCUMENT.replace("< 51 %", "< 49 %"))
    assert run("--replay", "evidence.jsonl", "--select", "app/errors").returncode == 1


def test_another_connection_is_other_evidence(app: Simulator, tmp_path: Path) -> None:
    run("--record", "evidence.jsonl")
    source = (
        "---\napiVersion: openslo/v1\nkind: DataSource\nmetadata: {name: here}\n"
        "spec: {type: CloudWatch, connectionDetails: {region: eu-west-1}}\n"
    )
    document = DOCUMENT.replace("{source: CloudWatch,", "{source: CloudWatch, dataSourceRef: here,") + source
    (tmp_path / "slos/app.yaml").write_text(document)
    assert run("--replay", "evidence.jsonl", "--select", "app/errors").returncode == 3


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", ":1: the recording is empty"),
        ("{}\n", ":1: this is not a recording of the format checker/evidence/v1"),
        ("not json\n", ":1: this line is not JSON"),
        ('{"format": "checker/evidence/v1", "at": 1}\n{"request": 1}\n', ":2: this line is not an exchange"),
        ('{"format": "checker/evidence/v1", "at": 1}\n[[[[\n', ":2: this line is not JSON"),
        ('{"format": "checker/evidence/v1", "at": 1}\n{"value": NaN}\n', ":2: this line is not JSON"),
        (
            '{"format": "checker/evidence/v1", "at": 1}\n{"value": 1e400}\n',
            ":2: this line holds 1e400, which is not a finite number",
        ),
        (
            '{"format": "checker/evidence/v1", "at": 1}\n{"failure": null, "response": {}, "response": {}}\n',
            ":2: this line holds the key 'response' twice",
        ),
        ('{"format": "checker/evidence/v1", "at": 1, "at": 2}\n', ":1: this line holds the key 'at' twice"),
        *(
            (
                f'{{"format": "checker/evidence/v1", {moments}}}\n',
                ":1: a moment in it is not in the years 1970 to 9999",
            )
            for moments in ('"at": 253402300800', f'"at": {2**63}', f'"at": 1, "askedAt": {-(10**30)}')
        ),
    ],
)
def test_a_broken_recording_is_refused(text: str, says: str, app: Simulator, tmp_path: Path) -> None:
    (tmp_path / "evidence.jsonl").write_text(text)
    ran = run("--replay", "evidence.jsonl")
    assert ran.returncode == 2
    assert f"evidence.jsonl{says}" in ran.stderr
    assert "record again" in ran.stderr


HEADER = '{"at": 1, "format": "checker/evidence/v1"}\n'
EXCHANGE: dict[str, Any] = {
    "connected": {"region": "eu-west-1", "account": "1"},
    "request": {
        "connection": {"details": {"b": "2", "a": "1"}, "name": "here"},
        "operation": "Ask",
        "parameters": {"n": 1},
        "source": "Nothing",
    },
    "response": {"value": 1.5},
}
FAILURE = {"kind": "denied", "message": "no", "remedy": "ask"}


def test_what_is_recorded_is_what_is_replayed(tmp_path: Path) -> None:
    request = Request("Nothing", ConnectionDeclaration("here", (("a", "1"), ("b", "2"))), "Ask", {"n": 1})
    used = (("account", "1"), ("region", "eu-west-1"))
    answered = Exchange(request, {"value": 1.5}, None, used)
    failed = Exchange(request._replace(operation="Fail"), None, Failure(**FAILURE), used)
    recording = tmp_path / "evidence.jsonl"
    for asked_at in (None, 0, 7):
        made = evidence.in_order(1, [failed, answered])._replace(asked_at=asked_at)
        assert made.exchanges == (answered, failed)
        recording.write_text(evidence.dump(made))
        assert evidence.replay(str(recording)) == made
        assert evidence.connections(made) == (("here", "account=1, region=eu-west-1"),)
    assert recording.read_text().startswith('{"askedAt": 7, "at": 1, "format": "checker/evidence/v1"}\n')
    digests = {
        evidence.digest(evidence.in_order(1, each)) for each in ([], [answered], [failed], [answered] * 2)
    }
    assert len(digests) == 4


def test_nothing_is_recorded_that_json_cannot_hold() -> None:
    request = Request("Nothing", ConnectionDeclaration("", ()), "Ask", {})
    with pytest.raises(ValueError, match="not JSON compliant"):
        evidence.dump(evidence.in_order(1, [Exchange(request, {"value": float("nan")})]))


@pytest.mark.parametrize(
    "change",
    [
        {"request": {}},
        {"request": None},
        {"request": {**EXCHANGE["request"], "connection": "here"}},
        {"request": {**EXCHANGE["request"], "connection": {"name": "here"}}},
        {"request": {**EXCHANGE["request"], "parameters": []}},
        {"response": None},
        {"response": []},
        {"response": 7},
        {"failure": FAILURE},
        {"response": None, "failure": {"kind": "denied"}},
        {"response": None, "failure": {**FAILURE, "more": 1}},
        {"response": None, "failure": "denied"},
        {"connected": None},
        {"connected": []},
    ],
)
def test_a_line_of_another_shape_is_refused_with_its_number(change: dict[str, Any], tmp_path: Path) -> None:
    recording = tmp_path / "evidence.jsonl"
    lines = [json.dumps(each) + "\n" for each in (EXCHANGE, {**EXCHANGE, **change})]
    recording.write_text(HEADER + lines[0])
    assert len(evidence.replay(str(recording)).exchanges) == 1
    recording.write_text(HEADER + "".join(lines))
    with pytest.raises(FileRefused) as refused:
        evidence.replay(str(recording))
    assert refused.value.message == f"{recording}:3: this line is not an exchange"


@pytest.mark.parametrize("spoil", ["values", "status", "points", "shape"])
def test_edited_evidence_never_raises_and_never_passes(spoil: str, app: Simulator, tmp_path: Path) -> None:
    run("--record", "evidence.jsonl", "--select", "app/errors")
    header, *lines = (tmp_path / "evidence.jsonl").read_text().splitlines()
    edited = []
    for line in lines:
        exchange = json.loads(line)
        for page in exchange["response"].get("pages", []):
            for result in page["MetricDataResults"]:
                if spoil == "values":
                    result["Values"] = ["NaN" for _ in result["Values"]]
                elif spoil == "status":
                    del result["StatusCode"]
                elif spoil == "points":
                    result["Timestamps"] = [{} for _ in result["Timestamps"]]
            if spoil == "shape":
                page["MetricDataResults"] = 7
        edited.append(json.dumps(exchange))
    (tmp_path / "evidence.jsonl").write_text("\n".join([header, *edited]) + "\n")
    ran = run("--replay", "evidence.jsonl", "--select", "app/errors")
    assert ran.returncode == 4
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("batch", ["the same", "another"])
@pytest.mark.parametrize("first", ["good", "bad"])
def test_two_answers_to_one_question_are_none_whichever_comes_first(
    first: str, batch: str, app: Simulator, tmp_path: Path
) -> None:
    """A recording with the lines of another one at its end; the last line used to decide."""
    run("--record", "evidence.jsonl", "--select", "app/errors")
    header, *lines = (tmp_path / "evidence.jsonl").read_text().splitlines()
    (asked,) = (line for line in lines if "GetMetricData" in line)
    exchange = json.loads(asked)
    queries = exchange["request"]["parameters"]["MetricDataQueries"]
    (page,) = exchange["response"]["pages"]
    if batch == "another":
        queries[0], queries[1] = queries[1] | {"Id": "q0"}, queries[0] | {"Id": "q1"}
        page["MetricDataResults"] = [
            each | {"Id": f"q{1 - int(each['Id'][1])}"} for each in page["MetricDataResults"]
        ]
    for number, each in enumerate(page["MetricDataResults"]):
        each["Values"] = [float(1 + number) for _ in each["Values"]]
    both = [asked, json.dumps(exchange)] if first == "good" else [json.dumps(exchange), asked]
    others = [line for line in lines if line != asked]
    (tmp_path / "evidence.jsonl").write_text("\n".join([header, *both, *others]) + "\n")
    ran = run("--replay", "evidence.jsonl", "--select", "app/errors")
    assert ran.returncode == 4
    assert "the evidence holds different answers to one question" in " ".join(ran.stdout.split())
    (tmp_path / "turned.jsonl").write_text("\n".join([header, *others, *reversed(both)]) + "\n")
    assert run("--replay", "turned.jsonl", "--select", "app/errors").stdout == ran.stdout


def test_what_a_recording_holds_twice_alike_is_one_answer(app: Simulator, tmp_path: Path) -> None:
    run("--record", "evidence.jsonl", "--select", "app/errors")
    header, *lines = (tmp_path / "evidence.jsonl").read_text().splitlines()
    (tmp_path / "evidence.jsonl").write_text("\n".join([header, *lines, *lines]) + "\n")
    assert run("--replay", "evidence.jsonl", "--select", "app/errors").returncode == 0


@pytest.mark.parametrize("form", ["CRLF", "a byte order mark", "characters as they are", "no last line end"])
def test_how_a_recording_is_written_makes_no_difference(form: str, app: Simulator, tmp_path: Path) -> None:
    """As an editor, ``git`` or ``jq -c`` may have written it again."""
    run("--record", "evidence.jsonl", "--select", "app/errors")
    lines = (tmp_path / "evidence.jsonl").read_text().splitlines()
    exchange = json.loads(lines[-1])
    exchange["connected"]["about"] = "\u2028 \u0085 \u00e9"
    text = "\n".join([*lines[:-1], json.dumps(exchange, sort_keys=True), ""])
    (tmp_path / "evidence.jsonl").write_text(text)
    (tmp_path / "again.jsonl").write_bytes(
        {
            "CRLF": text.replace("\n", "\r\n").encode(),
            "a byte order mark": text.encode("utf-8-sig"),
            "characters as they are": text.replace(
                json.dumps(exchange, sort_keys=True), json.dumps(exchange, sort_keys=True, ensure_ascii=False)
            ).encode(),
            "no last line end": text.rstrip("\n").encode(),
        }[form]
    )
    one, other = (
        run("--replay", name, "--select", "app/errors", "-f", "json")
        for name in ("evidence.jsonl", "again.jsonl")
    )
    assert one.returncode == 0, one.stderr
    assert (other.returncode, other.stdout, other.stderr) == (0, one.stdout, one.stderr)


def test_a_line_ends_where_json_lines_says(app: Simulator, tmp_path: Path) -> None:
    """Other readers take what a vertical tab or a lone CR parts for one line, and for no JSON."""
    run("--record", "evidence.jsonl", "--select", "app/errors")
    text = (tmp_path / "evidence.jsonl").read_text()
    for end in ("\v", "\r", "\u2028", "\n\n"):
        (tmp_path / "again.jsonl").write_text(text.replace("\n", end))
        ran = run("--replay", "again.jsonl", "--select", "app/errors")
        assert (ran.returncode, ran.stdout) == (2, "")
        assert "this line is not JSON" in ran.stderr


def test_a_compressed_recording_says_what_it_is(app: Simulator, tmp_path: Path) -> None:
    run("--record", "evidence.jsonl")
    (tmp_path / "again.jsonl").write_bytes(gzip.compress((tmp_path / "evidence.jsonl").read_bytes()))
    ran = run("--replay", "again.jsonl")
    assert ran.returncode == 2
    assert ran.stderr == "checker: again.jsonl is compressed by gzip\n  unpack it with gunzip\n"


def test_no_secret_is_written_anywhere(app: Simulator, tmp_path: Path) -> None:
    message = (
        "token={AWS_SESSION_TOKEN} key {AWS_ACCESS_KEY_ID} https://user:pw@host/?X-Amz-Signature=abc123secret"
    )
    app.faults.add("access-denied", operation="GetMetricData", times=None, message=message.format(**CANARIES))
    ran = run("--record", "evidence.jsonl", "-f", "table", "-f", "json=r.json", "-f", "junit=r.xml")
    assert ran.returncode == 4
    written = (
        ran.stdout + ran.stderr + "".join(path.read_text() for path in tmp_path.iterdir() if path.is_file())
    )
    for canary in (*CANARIES.values(), "abc123secret", "user:pw"):
        assert canary not in written
    assert "[redacted]" in written


def test_redaction_leaves_the_rest_alone() -> None:
    assert (
        redact("AccessDenied: arn:aws:iam::123456789012:role/x")
        == "AccessDenied: arn:aws:iam::123456789012:role/x"
    )
    assert redact("http://a:b@c/d?token=xyz&e=f") == "http://[redacted]@c/d?token=[redacted]&e=f"
