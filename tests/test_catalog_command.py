"""``checker catalog``: catalogues written from CloudWatch and held against it, with real boto3 over HTTP."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.cli import main
from checker.load.catalog import load
from checker.load.text.read_yaml import read_yaml
from checker.metric_catalog.listing import can_be_written, listing
from checker.metric_catalog.write import catalogue, document_name, scalar
from tests.simulator import Simulator

ROOT = Path(__file__).parents[1]
DAY = 86_400

SHOP = """\
apiVersion: checker/v1
kind: MetricCatalog
metadata: {name: shop}
spec:
  source: CloudWatch
  namespace: Shop
  metrics:
    - name: Orders
      unit: Count
      dimensions: [[], [Country]]
    - {name: Latency, unit: Seconds, dimensions: [[]]}
"""
SOURCE = """\
---
apiVersion: openslo/v1
kind: DataSource
metadata: {name: %s}
spec: {type: %s, connectionDetails: {region: eu-west-1, endpoint: "%s"}}
"""


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """A CloudWatch with the metrics of SHOP; the environment leads to it, and the directory is an empty one."""
    monkeypatch.chdir(tmp_path)
    with Simulator() as running:
        for name, value in {
            "AWS_CONFIG_FILE": str(tmp_path / "none"),
            "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "synthetic",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_ENDPOINT_URL": running.url,
        }.items():
            monkeypatch.setenv(name, value)
        put(running, "Orders")
        put(running, "Orders", {"Country": "DE"})
        put(running, "Orders", {"Country": "FR"})
        put(running, "Latency", unit="Seconds")
        yield running


def put(
    cloud: Simulator,
    name: str,
    dimensions: dict[str, str] | None = None,
    unit: str = "Count",
    age: float = 3600,
) -> None:
    cloud.put("Shop", name, dimensions or {}, unit, [(time.time() - age, 1.0)])


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["catalog", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def entries(text: str, tmp_path: Path) -> dict[str, dict[str, Any]]:
    """The metrics of a written document, by name, read by checker's own loader."""
    path = tmp_path / "written.yaml"
    path.write_text(text, encoding="utf-8")
    catalog = load([str(path)])
    assert catalog.findings == ()
    [document] = catalog.documents
    return {each["name"]: each for each in document.data["spec"]["metrics"]}


def places(output: str) -> list[str]:
    """Each finding's line:column and rule."""
    flat = re.sub(r"\n {4}(?! *(path|remedy|see):)", " ", output)
    return [
        f"{found[1]} {found[2]}" for found in re.finditer(r"^\S+?:(\d+:\d+): error: .*\[(.*)\]$", flat, re.M)
    ]


# --from-aws


def test_it_writes_what_is_published(cloud: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--from-aws", "Shop")
    assert (code, err) == (0, "")
    head, document = out.split("apiVersion", 1)
    assert "not seen" not in head
    assert "seen by ListMetrics in the last two weeks" in head
    assert "apiVersion" + document == (
        "apiVersion: checker/v1\nkind: MetricCatalog\nmetadata: {name: shop}\nspec:\n"
        "  source: CloudWatch\n  namespace: Shop\n  metrics:\n"
        "    - name: Latency\n      unit: Seconds\n      dimensions: [[]]\n"
        "    - name: Orders\n      unit: Count\n      dimensions: [[], [Country]]\n"
    )


def test_what_it_writes_is_valid_and_agrees(cloud: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "--from-aws", "Shop", "--name", "our-shop")
    Path("slos").mkdir()
    Path("slos/shop.yaml").write_text(out)
    assert "metadata: {name: our-shop}" in out
    assert main(["validate"]) == 0
    assert run(capsys, "--check") == (
        0,
        "agrees: the catalogues match what is live (units are not compared)\n",
        "",
    )
    assert run(capsys, "--check", "-q") == (0, "", "")


def test_the_order_in_which_metrics_were_published_does_not_matter(
    cloud: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    _, first, _ = run(capsys, "--from-aws", "Shop")
    with Simulator() as other:
        put(other, "Latency", unit="Seconds")
        for country in ("FR", "AT", "DE"):
            put(other, "Orders", {"Country": country})
        put(other, "Orders")
        Path("source.yaml").write_text(SOURCE % ("other", "CloudWatch", other.url))
        _, second, _ = run(capsys, "--from-aws", "Shop", "--data-source", "other", "source.yaml")
    assert first == second


def test_all_pages_are_read(cloud: Simulator, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for number in range(1203):
        put(cloud, f"Many{number % 3}", {"Host": f"h{number:04}", f"Place{number // 602}": "x"})
    code, out, _ = run(capsys, "--from-aws", "Shop")
    assert code == 0
    found = entries(out, tmp_path)
    assert sorted(found) == ["Latency", "Many0", "Many1", "Many2", "Orders"]
    assert found["Many2"]["dimensions"] == [["Host", "Place0"], ["Host", "Place1"]]
    assert cloud.counts["ListMetrics"] == 3


def test_a_silent_metric_is_not_listed(
    cloud: Simulator, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    put(cloud, "Old", age=15 * DAY)
    put(cloud, "Weekly", age=13 * DAY, unit="Bytes")
    found = entries(run(capsys, "--from-aws", "Shop")[1], tmp_path)
    assert "Old" not in found
    assert found["Weekly"]["unit"] == "Bytes"


def test_a_unit_that_cannot_be_told_is_left_out(
    cloud: Simulator, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    put(cloud, "Mixed", unit="Seconds")
    put(cloud, "Mixed", {"Host": "a"}, unit="Milliseconds")
    put(cloud, "Unitless", unit="None")
    _, out, _ = run(capsys, "--from-aws", "Shop")
    found = entries(out, tmp_path)
    assert found["Unitless"]["unit"] == "None"
    assert "unit" not in found["Mixed"]
    assert "- name: Mixed\n      # unit: published in Milliseconds and Seconds\n" in out


def test_no_units_asks_none(cloud: Simulator, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _, out, _ = run(capsys, "--from-aws", "Shop", "--no-units")
    assert all("unit" not in each for each in entries(out, tmp_path).values())
    assert out.count("# unit: not asked") == 2
    assert cloud.counts == {"ListMetrics": 1}


def test_units_are_asked_once_for_each_set_and_capped(
    cloud: Simulator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(capsys, "--from-aws", "Shop")
    assert cloud.counts["GetMetricStatistics"] == 3
    monkeypatch.setattr("checker.metric_catalog.MOST_UNITS", 1)
    code, out, err = run(capsys, "--from-aws", "Shop")
    assert code == 0
    assert err == "checker: units were asked for 1 of 3 sets of dimensions; the others are left open\n"
    assert out.count("unit: Seconds") == out.count("# unit: not asked") == 1


HOSTILE = [
    "on", "No", "null", "~", "true", "1.5", "007", "1_000", "12:30", "2026-01-31", ".inf", "<<", "- a", "a: b",
    "a #b", " leading", "trailing ", 'double"quote', "it's", "[a]", "{a}", "a,b", "&a", "*a", "!a", "%a", "@a",
    "`a", "|", ">", "?", "---", "...", "back\\slash", "tab\there", "line\nbreak", "Größe", "速度", "🚀", "5XXError",
    "a" * 255, "::error::x", "{{ x }}",
]  # fmt: skip


def test_hostile_names_come_back_as_they_are(
    cloud: Simulator, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name in HOSTILE:
        put(cloud, name, {name: "x"})
    code, out, err = run(capsys, "--from-aws", "Shop")
    assert (code, err) == (0, "")
    found = entries(out, tmp_path)
    assert {name for name in found if name not in ("Orders", "Latency")} == set(HOSTILE)
    assert all(found[name]["dimensions"] == [[name]] for name in HOSTILE)
    assert all(found[name]["unit"] == "Count" for name in HOSTILE)
    assert run(capsys, "--check", str(tmp_path / "written.yaml"))[0] == 0


def test_names_that_no_file_can_hold_are_left_out_and_told(
    cloud: Simulator, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    put(cloud, "evil\x1b[31m\u202ename")
    put(cloud, "Orders", {"Cou\x07ntry\u200b": "x"})
    put(cloud, "Only", {"\x7f": "x"})
    code, out, err = run(capsys, "--from-aws", "Shop")
    assert code == 0
    assert set(entries(out, tmp_path)) == {"Orders", "Latency"}
    assert '"evil\\u001b[31m\\u202ename"' in err
    assert 'Orders with the dimensions "Cou\\u0007ntry\\u200b"' in err
    assert (
        len(err.splitlines()) == out.count("# left out, because its name cannot be written in a file: ") == 3
    )
    assert (out + err).replace("\n", "").isprintable()
    # Nobody could add them, so they are no difference either.
    assert run(capsys, "--check", str(tmp_path / "written.yaml"))[0] == 0


@given(st.text(max_size=40))
def test_every_name_is_written_as_it_is_or_not_at_all(name: str) -> None:
    written = catalogue(listing(name or "N", [(name, ((name, "x"),)), ("Plain", ())]), {}, "name")
    if not can_be_written(name or "N"):
        return
    [document], findings = read_yaml(written.text.encode(), "written.yaml")
    assert findings == ()
    metrics = {each["name"]: each["dimensions"] for each in document.data["spec"]["metrics"]}
    assert metrics == {"Plain": [[]]} | ({name: [[name]]} if name else {})
    assert document.data["spec"]["namespace"] == (name or "N")


@given(st.from_regex(r"[-+.0-9_:a-zA-Z~]{1,12}", fullmatch=True))
def test_words_and_numbers_stay_text(text: str) -> None:
    [document], findings = read_yaml(f"a: {scalar(text)}\nb: [{scalar(text)}]\n".encode(), "a.yaml")
    assert (findings, document.data) == ((), {"a": text, "b": [text]})


@pytest.mark.parametrize(
    ("namespace", "name"),
    [("AWS/ApiGateway", "aws-apigateway"), ("速度", "metrics"), ("A" * 62 + "/B", "a" * 62), ("--X--", "x")],
)
def test_a_namespace_gives_a_valid_name(namespace: str, name: str, tmp_path: Path) -> None:
    assert document_name(namespace) == name
    written = catalogue(listing(namespace, [("M", ())]), {}, name)
    assert set(entries(written.text, tmp_path)) == {"M"}


def test_too_much_for_one_file_is_told() -> None:
    found = listing("Big", [(f"Metric{number}" + "x" * 200, ()) for number in range(5000)])
    [note] = catalogue(found, {}, "big").notes
    assert "1,048,576" in note
    assert "split it into several files" in note


def test_a_namespace_without_metrics_is_exit_2(cloud: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--from-aws", "shop")
    assert (code, out) == (2, "")
    assert err == (
        "checker: no metric of the namespace shop was seen by ListMetrics in the last two weeks\n"
        "  check the namespace (upper and lower case count), the region and the account\n"
    )


# --check


def check(capsys: pytest.CaptureFixture[str], text: str = SHOP) -> tuple[int, str]:
    Path("shop.yaml").write_text(text)
    code, out, err = run(capsys, "--check", "shop.yaml")
    assert err == ""
    return code, out


def test_what_is_gone_and_what_is_new(cloud: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    put(cloud, "Refunds", {"Country": "DE", "Channel": "web"})
    put(cloud, "Orders", {"Channel": "web"})
    text = SHOP.replace("Latency", "Rejected").replace(
        "[[], [Country]]", "[[], [Country, Channel], [Country]]"
    )
    code, out = check(capsys, text)
    assert code == 1
    assert out == (
        "shop.yaml:8:5: error: Shop 'Latency' is published with no dimensions, and no catalogue has it\n"
        "    [not-in-catalogue]\n"
        "    path: spec.metrics\n"
        "    remedy: add it; 'checker catalog --from-aws Shop' writes its entry\n"
        "shop.yaml:8:5: error: Shop 'Refunds' is published with Channel, Country, and no catalogue has it\n"
        "    [not-in-catalogue]\n"
        "    path: spec.metrics\n"
        "    remedy: add it; 'checker catalog --from-aws Shop' writes its entry\n"
        "shop.yaml:10:19: error: Shop 'Orders' is published with Channel as well [not-in-catalogue]\n"
        "    path: spec.metrics[0].dimensions\n"
        "    remedy: add [Channel] to its dimensions\n"
        "shop.yaml:10:24: error: Shop 'Orders' with Channel, Country was not seen by ListMetrics in the last\n"
        "    two weeks [not-seen]\n"
        "    path: spec.metrics[0].dimensions[1]\n"
        "    remedy: remove it, or find out why it is silent; seen with no dimensions or Channel or Country\n"
        "shop.yaml:11:14: error: Shop 'Rejected' was not seen by ListMetrics in the last two weeks [not-seen]\n"
        "    path: spec.metrics[1].name\n"
        "    remedy: remove it, or find out why it is silent: a metric that was silent for two weeks is not\n"
        "        listed, and may still exist\n"
        "DIFFERS: 5 differences\n"
    )


def test_a_renamed_metric_is_recognised(cloud: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = check(capsys, SHOP.replace("Latency", "latency"))
    assert code == 1
    assert places(out) == ["8:5 not-in-catalogue", "11:14 not-seen"]
    assert "did you mean 'Latency'?" in out


def test_the_order_of_dimension_names_does_not_matter(
    cloud: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    put(cloud, "Orders", {"Channel": "web", "Country": "DE"})
    assert check(capsys, SHOP.replace("[Country]]", "[Country], [Country, Channel]]"))[0] == 0


def test_another_region_is_one_finding(cloud: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = check(capsys, SHOP.replace("namespace: Shop", "namespace: Shp"))
    assert code == 1
    assert places(out) == ["6:14 not-seen"]
    assert "no metric of the namespace Shp was seen by ListMetrics in the last two weeks" in " ".join(
        out.split()
    )
    assert "check the namespace, the region and the account" in out


def test_two_catalogues_may_share_a_namespace(cloud: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    whole, _, latency = SHOP.rpartition("    - {name: Latency")
    head = SHOP.partition("    - name")[0].replace("name: shop", "name: more")
    text = f"{whole}---\n{head}    - {{name: Latency{latency}"
    assert check(capsys, text) == (0, "agrees: the catalogues match what is live (units are not compared)\n")
    assert cloud.counts == {"ListMetrics": 1}


def test_hostile_live_names_cannot_write_the_log(
    cloud: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    put(cloud, "line\n::error::forged")
    put(cloud, "Orders", {"a\n::set-env name=X::": "x"})
    code, out = check(capsys)
    assert code == 1
    assert not re.search(r"^\s*::", out, re.M)
    assert all(each.isprintable() for each in out.splitlines())


def test_invalid_files_are_exit_2(cloud: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = check(capsys, SHOP.replace("dimensions: [[]]", "dimensoins: [[]]"))
    assert code == 2
    assert "did you mean 'dimensions'?" in out
    assert out.endswith("INVALID: 1 error in 1 file\n")
    assert cloud.counts == {}


def test_nothing_to_compare_is_exit_2(cloud: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    Path("only.yaml").write_text(SOURCE.lstrip("-\n") % ("aws", "CloudWatch", cloud.url))
    code, out, err = run(capsys, "--check", "only.yaml")
    assert (code, out) == (2, "")
    assert err == (
        "checker: there is no MetricCatalog in the files: nothing to compare\n"
        "  write one with 'checker catalog --from-aws NAMESPACE'\n"
    )
    code, out, _ = run(capsys, "--check", "gone")
    assert (code, "gone" in out) == (2, True)


def test_standard_input_is_read_once(cloud: Simulator) -> None:
    for text, code, says in ((SHOP, 0, "agrees"), (SHOP.replace("unit", "unti"), 2, "did you mean 'unit'?")):
        ran = subprocess.run(
            [sys.executable, "-m", "checker", "catalog", "--check", "-"],
            input=text, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (ran.returncode, says in ran.stdout) == (code, True), ran.stdout + ran.stderr


# Connections and faults, of both


BOTH = (["--from-aws", "Shop"], ["--check", "shop.yaml"])


def test_a_data_source_gives_the_connection(
    cloud: Simulator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    Path("shop.yaml").write_text(SHOP + SOURCE % ("production", "CloudWatch", cloud.url))
    assert run(capsys, "--from-aws", "Shop", "--data-source", "production", "shop.yaml")[0] == 0
    assert run(capsys, "--check", "--data-source", "production", "shop.yaml")[0] == 0
    assert run(capsys, "--check", "shop.yaml")[0] == 4


def test_a_data_source_that_is_not_there_is_exit_2(
    cloud: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("shop.yaml").write_text(
        SHOP + SOURCE % ("production", "CloudWatch", cloud.url) + SOURCE % ("table", "DynamoDB", cloud.url)
    )
    for name in ("prod", "table"):
        for arguments in (["--from-aws", "Shop"], ["--check"]):
            code, out, err = run(capsys, *arguments, "--data-source", name, "shop.yaml")
            assert (code, out) == (2, "")
            assert err.startswith(f"checker: there is no valid DataSource '{name}' of type CloudWatch\n")
            assert "there are production;" in err


FAULTS = {
    "throttling": "run again later, or ask AWS for a higher limit",
    "access-denied": "grant the permission cloudwatch:ListMetrics to the identity that runs checker",
    "expired-token": "renew the credentials",
    "internal": "AWS failed; run again",
    "html": "run again",
    "malformed-json": "check what is behind the endpoint",
    "reset-before-headers": "check the network",
    "endless-token": "check what is behind the endpoint",
    "repeated-token": "check what is behind the endpoint",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_failing_listing_is_exit_4_with_the_remedy(
    fault: str, cloud: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("shop.yaml").write_text(SHOP)
    cloud.faults.add(fault, operation="ListMetrics", times=None)
    for arguments in BOTH:
        code, out, err = run(capsys, *arguments)
        assert (code, out) == (4, "")
        assert "cloudwatch:ListMetrics" in err
        assert FAULTS[fault] in err
    assert cloud.counts["ListMetrics"] <= 4, "a list without an end is noticed at its second page"


def test_a_page_that_fails_spoils_the_list(cloud: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    """Half a list would read as metrics that are gone."""
    for number in range(600):
        put(cloud, "Many", {"Host": str(number)})
    Path("shop.yaml").write_text(SHOP)
    cloud.faults.add("internal", operation="ListMetrics", times=None, skip=1)
    code, out, _ = run(capsys, "--check", "shop.yaml")
    assert (code, out) == (4, "")


def test_a_throttled_call_is_tried_again(
    cloud: Simulator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "3")
    cloud.faults.add("throttling", operation="ListMetrics")
    cloud.faults.add("throttling", operation="GetMetricStatistics")
    assert run(capsys, "--from-aws", "Shop")[0] == 0


def test_units_that_may_not_be_asked_are_exit_4(cloud: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    cloud.faults.add("access-denied", operation="GetMetricStatistics", times=None)
    code, out, err = run(capsys, "--from-aws", "Shop")
    assert (code, out) == (4, "")
    assert "grant the permission cloudwatch:GetMetricStatistics to the identity that runs checker" in err
    assert "--no-units" in err
    assert run(capsys, "--from-aws", "Shop", "--no-units")[0] == 0


def test_nobody_there_is_exit_4(cloud: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    Path("shop.yaml").write_text(SHOP)
    cloud.close()
    for arguments in BOTH:
        code, out, err = run(capsys, *arguments)
        assert (code, out) == (4, "")
        assert err.endswith("\n  check the network, the proxy, the region and the endpoint\n")


def test_no_credentials_is_exit_4(
    cloud: Simulator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    code, out, err = run(capsys, "--from-aws", "Shop")
    assert (code, out) == (4, "")
    assert "set AWS_PROFILE, or AWS_ACCESS_KEY_ID" in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "one of the arguments --from-aws --check is required"),
        (["--from-aws", "Shop", "--check"], "not allowed with argument"),
        (["--from-aws", ""], "'' is not a namespace; write it as in AWS/ApiGateway"),
        (["--from-aws", "a\x1bb"], "is not a namespace"),
        (["--from-aws", "Shop", "--name", "Our Shop"], "write it as in 'our-shop'"),
        (
            ["--from-aws", "Shop", "AWS/Lambda"],
            "with --from-aws, a PATH is read only for the DataSource",
        ),
    ],
)
def test_wrong_usage_is_exit_2(arguments: list[str], says: str, cloud: Simulator) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "checker", "catalog", *arguments], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert says in ran.stderr
    assert cloud.counts == {}


def test_boto3_is_imported_only_to_ask() -> None:
    script = (
        "import sys; from checker.cli import main; from checker import metric_catalog\n"
        "main(['catalog', '--check', 'tests/examples/valid/plain.json'])\n"
        "print('boto3' in sys.modules, 'botocore' in sys.modules)\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "False False"


def test_the_schema_leaves_the_unit_open(cloud: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a unit in the catalogue, queries in any unit are let through; with one they are not."""
    criteria = (
        "---\napiVersion: checker/v1\nkind: SuccessCriteria\nmetadata: {name: a}\nspec:\n  window: 1h\n  criteria:\n"
        "    - {name: slow, indicator: {source: CloudWatch, namespace: Shop, metricName: Latency, stat: p95, "
        "unit: Milliseconds}, target: '< 1 s'}\n"
    )
    Path("shop.yaml").write_text(SHOP.replace("unit: Seconds, ", "") + criteria)
    assert main(["validate", "shop.yaml"]) == 0
    Path("shop.yaml").write_text(SHOP + criteria)
    assert main(["validate", "shop.yaml"]) == 2
    assert "write unit: Seconds" in capsys.readouterr().out
    main(["schema", "MetricCatalog"])
    schema = json.loads(capsys.readouterr().out)
    assert "unit" not in schema["$defs"]["Metric"]["required"]
