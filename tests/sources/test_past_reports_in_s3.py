"""Baselines in a bucket: moto's S3, asked by an unmodified boto3 over a DataSource."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import boto3
import pytest

from checker.cli import main
from tests.moto_server import moto_server, reset

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "synthetic-secret-key",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}
FILES = """\
apiVersion: openslo/v1
kind: DataSource
metadata: {name: archive}
spec: {type: PastReports, connectionDetails: {region: us-east-1, endpoint: "%s"}}
---
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: load}
spec:
  criteria:
    - name: errors
      indicator: {source: LoadTest, file: load.json, measure: mean}
      regression: "<= +10 %%"
      baseline: {dataSourceRef: archive, %s}
"""


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with moto_server() as url:
        yield url


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """An empty bucket; the working directory has a criterion's file to measure."""
    monkeypatch.chdir(tmp_path)
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    reset(endpoint)
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    client.create_bucket(Bucket="archive")
    (tmp_path / "slos").mkdir()
    measure(tmp_path, 100)
    return client


def measure(folder: Path, value: int) -> None:
    (folder / "load.json").write_text(
        json.dumps(
            {
                "apiVersion": "checker/v1",
                "kind": "LoadTestResult",
                "startedAt": "2025-12-01T09:00:00Z",
                "endedAt": "2025-12-01T09:05:00Z",
                "users": 1,
                "requests": [{"name": "q", "unit": "ms", "durations": [value], "errors": 0}],
            }
        )
    )


def promise(endpoint: str, baseline: str, *more: str) -> None:
    text = FILES % (endpoint, baseline)
    Path("slos/load.yaml").write_text(text + "".join(f"      {line}\n" for line in more))


def keep(client: Any, endpoint: str, key: str, day: int, value: int) -> None:
    """Puts the report of an earlier day into the bucket."""
    promise(endpoint, "reports: s3://archive/none/", "firstRun: pass")
    measure(Path(), value)
    assert main(["run", "slos", "--at", f"2026-01-{day:02}T12:00:00Z", "-f", "json=past.json"]) == 0
    client.put_object(Bucket="archive", Key=key, Body=Path("past.json").read_bytes())
    measure(Path(), 100)


def judge(*more: str, at: str = "2026-02-01T12:00:00Z") -> tuple[int, dict[str, Any]]:
    code = main(["run", "slos", "--at", at, "-f", "json=report.json", *more])
    (verdict,) = json.loads(Path("report.json").read_text())["verdicts"]
    return code, verdict


def test_the_last_reports_under_a_prefix(bucket: Any, endpoint: str) -> None:
    for day, value in ((3, 80), (1, 500), (2, 96), (4, 94)):
        keep(bucket, endpoint, f"monthly/{9 - day}/report.json", day, value)
    keep(bucket, endpoint, "weekly/report.json", 5, 10)
    promise(endpoint, "reports: s3://archive/monthly/, last: 3, aggregate: max")
    code, verdict = judge()
    found = verdict["regression"]
    assert (code, found["baseline"]["exact"], found["limit"]["exact"]) == (0, "96", "105.6")
    assert [each["report"] for each in found["reports"]] == [
        "5/report.json", "6/report.json", "7/report.json",
    ]  # fmt: skip
    bucket.put_object(Bucket="archive", Key="monthly/7/report.json.invalid", Body=b"")
    bucket.put_object(Bucket="archive", Key="monthly/notes.txt", Body=b"not a report")
    assert judge()[1]["regression"]["baseline"]["exact"] == "500"


def test_a_folder_is_not_another_whose_name_begins_alike(bucket: Any, endpoint: str) -> None:
    """The reports of each environment are kept in a folder of its own; those of prod-eu are not those of prod."""
    keep(bucket, endpoint, "prod/report.json", 3, 94)
    keep(bucket, endpoint, "prod-eu/report.json", 4, 500)
    for place in ("s3://archive/prod", "s3://archive/prod/"):
        promise(endpoint, f"reports: {place}")
        found = judge()[1]["regression"]
        assert [each["report"] for each in found["reports"]] == ["report.json"]
        assert found["baseline"]["exact"] == "94"
        assert main(["plan", "slos", "--iam"]) == 0


def test_more_keys_than_one_page_holds(bucket: Any, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "10")
    for number in range(25):
        bucket.put_object(Bucket="archive", Key=f"m/{number:04}.txt", Body=b"")
    assert bucket.list_objects_v2(Bucket="archive")["IsTruncated"]
    keep(bucket, endpoint, "m/zz.json", 3, 95)
    promise(endpoint, "reports: s3://archive/m/")
    assert judge()[1]["regression"]["baseline"]["exact"] == "95"


def test_a_pinned_key(bucket: Any, endpoint: str) -> None:
    keep(bucket, endpoint, "golden.json", 3, 80)
    promise(endpoint, "report: s3://archive/golden.json")
    assert judge()[0] == 1
    promise(endpoint, "report: s3://archive/gone.json")
    code, verdict = judge()
    assert (code, verdict["reasons"]) == (3, ["baseline: there is no report s3://archive/gone.json"])


def test_an_empty_prefix_is_no_baseline(bucket: Any, endpoint: str) -> None:
    promise(endpoint, "reports: s3://archive/monthly/")
    code, verdict = judge()
    assert (code, verdict["outcome"]) == (3, "INCONCLUSIVE")
    promise(endpoint, "reports: s3://archive/monthly/", "firstRun: pass")
    assert judge()[0] == 0


@pytest.mark.parametrize("first_run", ["pass", "inconclusive"])
def test_a_bucket_that_is_not_there_is_an_error(bucket: Any, endpoint: str, first_run: str) -> None:
    promise(endpoint, "reports: s3://elsewhere/monthly/", f"firstRun: {first_run}")
    code, verdict = judge()
    assert (code, verdict["outcome"]) == (4, "ERROR")
    assert "s3:ListBucket" in verdict["reasons"][0]
    assert "NoSuchBucket" in verdict["reasons"][0]


def test_an_object_that_is_too_large_is_an_error(bucket: Any, endpoint: str) -> None:
    keep(bucket, endpoint, "golden.json", 3, 95)
    report = Path("past.json").read_bytes()
    bucket.put_object(Bucket="archive", Key="golden.json", Body=report + b" " * (32 << 20))
    promise(endpoint, "report: s3://archive/golden.json", "firstRun: pass")
    code, verdict = judge()
    assert (code, verdict["outcome"]) == (4, "ERROR")
    assert "s3://archive/golden.json has more than 33,554,432 bytes" in verdict["reasons"][0]


class Answering(BaseHTTPRequestHandler):
    """An S3 with one answer to everything: its status and its XML."""

    def answer(self) -> tuple[int, bytes]:
        raise NotImplementedError

    def do_GET(self) -> None:
        status, body = self.answer()
        self.send_response(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *ignored: object) -> None:
        """Nothing."""


class CutOff(Answering):
    """An S3 whose listing is cut off, and does not say where it goes on."""

    def answer(self) -> tuple[int, bytes]:
        return 200, (
            b"<ListBucketResult><Name>archive</Name><Prefix>monthly/</Prefix><KeyCount>0</KeyCount>"
            b"<IsTruncated>true</IsTruncated></ListBucketResult>"
        )


class Denying(Answering):
    """An S3 that refuses everything, and names the object in its refusal, as AWS does."""

    def answer(self) -> tuple[int, bytes]:
        body = (
            "<Error><Code>AccessDenied</Code><Message>User: nobody is not authorized to perform: s3:GetObject on "
            f'resource: "arn:aws:s3:::{escape(self.path[1:])}"</Message></Error>'
        ).encode()
        return 403, body


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_listing_that_is_cut_off_is_not_the_whole(bucket: Any) -> None:
    """boto3 takes it for the last page; the promise would pass as a first run, or by an old baseline."""
    with serving(CutOff) as url:
        promise(url, "reports: s3://archive/monthly/", "firstRun: pass")
        code, verdict = judge()
    assert (code, verdict["outcome"]) == (4, "ERROR")
    assert verdict["reasons"] == ["baseline: s3:ListBucket: the listing of s3://archive/monthly/ is cut off"]


def test_a_refusal_that_names_a_missing_key_is_still_a_refusal(bucket: Any) -> None:
    with serving(Denying) as url:
        promise(url, "report: s3://archive/NoSuchKey.json", "firstRun: pass")
        code, verdict = judge()
    assert (code, verdict["outcome"]) == (4, "ERROR")
    assert "AccessDenied" in verdict["reasons"][0]


def test_an_endpoint_that_does_not_answer_is_an_error(bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    promise("http://127.0.0.1:9", "reports: s3://archive/monthly/", "firstRun: pass")
    code, verdict = judge()
    assert (code, verdict["outcome"]) == (4, "ERROR")


def test_a_spoilt_object_is_an_error(bucket: Any, endpoint: str) -> None:
    keep(bucket, endpoint, "m/1.json", 3, 95)
    bucket.put_object(Bucket="archive", Key="m/2.json", Body=Path("past.json").read_bytes()[:-100])
    promise(endpoint, "reports: s3://archive/m/", "firstRun: pass")
    code, verdict = judge()
    assert (code, verdict["outcome"]) == (4, "ERROR")
    assert "2.json" in verdict["reasons"][0]


def test_a_replay_asks_no_bucket_and_imports_no_boto3(bucket: Any, endpoint: str) -> None:
    keep(bucket, endpoint, "m/1.json", 3, 95)
    promise(endpoint, "reports: s3://archive/m/")
    assert judge("--record", "evidence.jsonl")[0] == 0
    live = Path("report.json").read_bytes()
    (archive,) = json.loads(live)["connections"]
    assert "account=123456789012" in archive["connected"]
    assert b"synthetic-secret-key" not in Path("evidence.jsonl").read_bytes()
    bucket.delete_object(Bucket="archive", Key="m/1.json")
    script = (
        "import sys; from checker.cli import main; "
        "code = main(['run', 'slos', '--replay', 'evidence.jsonl', '-f', 'json=report.json']); "
        "print(int(code), 'boto3' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "0 False\n"
    assert Path("report.json").read_bytes() == live


def test_a_directory_needs_no_boto3() -> None:
    script = (
        "import sys; from checker import sources; from checker.model import ConnectionDeclaration as C, Request; "
        "s = sources.find('PastReports'); c = s.connect(C(), 0.0); "
        "s.send(Request('PastReports', C(), 'ReadFiles', {'place': 'none', 'pinned': False, 'objectives': []}), c); "
        "print('boto3' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"


def test_a_plan_names_permissions_and_prices(
    bucket: Any, endpoint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    promise(endpoint, "reports: s3://archive/monthly/, last: 3")
    capsys.readouterr()
    assert main(["plan", "slos", "-f", "json"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert plan["iamPolicy"]["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:ListBucket"],
            "Resource": ["arn:aws:s3:::archive", "arn:aws:s3:::archive/monthly/*"],
        }
    ]
    assert [each["unit"] for each in plan["cost"]["items"]] == ["S3 GET request", "S3 LIST request"]
    assert (
        "median of the last 3 reports in s3://archive/monthly/ in which this promise passed"
        in plan["objectives"][0]["queries"]
    )
    promise(endpoint, "report: s3://archive/golden.json")
    assert main(["plan", "slos", "--iam"]) == 0
    assert json.loads(capsys.readouterr().out)["Statement"] == [
        {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::archive/golden.json"}
    ]
