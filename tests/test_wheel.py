"""What is installed: the wheel holds the built-in rules, and finds them as a checkout does."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLE = ("run", "slos/securebase", "--replay", "slos/securebase/evidence.synthetic.jsonl")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what the wheel would install, built by the build backend itself."""
    pytest.importorskip("hatchling", reason="hatchling builds the wheel; it is of the dev extras")
    folder = tmp_path_factory.mktemp("wheel")
    build = f"import hatchling.build; print(hatchling.build.build_wheel({str(folder)!r}))"
    ran = subprocess.run([sys.executable, "-c", build], cwd=ROOT, capture_output=True, text=True, check=True)
    wheel = folder / ran.stdout.split()[-1]
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def checker(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The installed program, which must not find the checkout."""
    script = (
        f"import sys; sys.path[:] = [{str(installed)!r}] + [each for each in sys.path if {str(ROOT)!r} != each]; "
        "import checker; assert checker.__file__.startswith(sys.path[0]), checker.__file__; "
        "from checker.__main__ import entry; entry()"
    )
    return subprocess.run(
        [sys.executable, "-P", "-c", script, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_installed_pack_is_that_of_the_checkout(installed: Path, tmp_path: Path) -> None:
    names = sorted(path.name for path in (ROOT / "rules").glob("*.yaml") if path.name != "policy.yaml")
    there = sorted(path.name for path in (installed / "checker/rules").glob("*.yaml"))
    assert [name for name in there if name != "policy.yaml"] == names
    tried = checker(installed, tmp_path, "test")
    assert (tried.returncode, tried.stderr) == (0, "")
    assert tried.stdout == checker(installed, ROOT, "test").stdout
    assert tried.stdout.count(" pass, ") == len(names)


def test_the_same_files_are_judged_alike_from_a_checkout_and_an_installation(installed: Path) -> None:
    arguments = [*EXAMPLE, "-f", "json"]
    ran = [
        subprocess.run(
            [sys.executable, "-m", "checker", *arguments], cwd=ROOT, capture_output=True, text=True
        ),
        checker(installed, ROOT, *arguments),
    ]
    assert [each.returncode for each in ran] == [1, 1], [each.stderr for each in ran]
    reports = [json.loads(each.stdout) for each in ran]
    for report in reports:
        # From here, rules/ is the pack itself for the checkout, and a folder with the same rules for the installation.
        report["documents"] = [each for each in report["documents"] if not each["file"].startswith("rules/")]
    assert reports[0] == reports[1]


def test_an_installation_has_the_stylesheet_of_the_page(installed: Path) -> None:
    ran = checker(installed, ROOT, *EXAMPLE, "-f", "html")
    assert ran.returncode == 1, ran.stderr
    assert "<style>:root {" in ran.stdout
