"""Fixtures for all tests."""

from __future__ import annotations

import functools
import os
import signal
import sys
from pathlib import Path

import botocore.loaders
import pytest
from hypothesis import settings

from checker.cli import clock, options
from checker.cli.options import moment

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell starts what runs in the background so, and whatever the tests start would ignore interrupts too.
    signal.signal(signal.SIGINT, signal.default_int_handler)

NO_NETWORK = Path(__file__).parent / "no_network"
sys.path.insert(0, str(NO_NETWORK))

import loopback_only  # noqa: E402

# Neither this process nor any Python process it starts talks to another machine.
loopback_only.enforce()
os.environ["PYTHONPATH"] = os.pathsep.join((str(NO_NETWORK), str(Path(__file__).parents[1])))
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
for variable in [
    name for name in os.environ if name.startswith("AWS_") and name != "AWS_EC2_METADATA_DISABLED"
]:
    del os.environ[variable]

# Every client reads the megabytes of JSON that describe its service, and hundreds of tests make a client. botocore
# keeps what it read as long as a session lives, so that nothing changes it.
_described = functools.cache(botocore.loaders.JSONFileLoader().load_file)
botocore.loaders.JSONFileLoader.load_file = lambda self, path: _described(path)

# As wide as in the manual, whatever the terminal or the test runner says.
os.environ["COLUMNS"] = "100"
os.environ.pop("LINES", None)

# How long an example takes says more about the machine than about the code.
settings.register_profile("checker", deadline=None)
settings.load_profile("checker")


@pytest.fixture(autouse=True)
def _clock_at_the_moment_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of this process stands where ``--at`` says: data of tests has moments of its own, and what became of
    waivers since is a matter of ``test_asked_late.py``."""

    def stands(text: str) -> int:
        at = moment(text)
        monkeypatch.setattr(clock, "now", lambda: at)
        return at

    monkeypatch.setattr(options, "moment", stands)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference files that are too foreign to be part of this repository.

    ``CHECKER_SHARED`` names it; otherwise it is a folder ``shared`` beside the repository. Tests that need
    it are skipped where it is absent, and have literals to stand on as well.
    """
    folder = Path(os.environ.get("CHECKER_SHARED") or Path(__file__).resolve().parents[2] / "shared")
    if not folder.is_dir():
        pytest.skip(f"no reference files at {folder}: set CHECKER_SHARED to the folder that holds them")
    return folder
