"""The hooks that other repositories use: read and run by pre-commit itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.repository import Repository

HOOKS = Path(__file__).parents[1] / ".pre-commit-hooks.yaml"
PROMISE = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: build}
spec:
  criteria:
    - name: coverage
      indicator: {source: Coverage, file: coverage.xml}
      target: "> 70 %"
"""


def pre_commit(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    pytest.importorskip("pre_commit", reason="needs pre-commit, of the dev extras")
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", *arguments],
        cwd=folder,
        env={
            **os.environ,
            "PRE_COMMIT_HOME": str(folder.parent / "pre-commit"),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "PATH": os.pathsep.join((str(folder.parent / "bin"), os.environ["PATH"])),
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """One that uses every hook. pre-commit would install checker from its repository, over the network; here the
    hook's own entry, arguments and filters run with the checker that is installed."""
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "checker"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m checker "$@"\n')
    command.chmod(0o755)
    (tmp_path / "work/slos").mkdir(parents=True)
    mine = Repository(tmp_path / "work")
    hooks: list[dict[str, Any]] = yaml.safe_load(HOOKS.read_text())
    config = {"repos": [{"repo": "local", "hooks": [{**hook, "language": "system"} for hook in hooks]}]}
    (mine.folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    (mine.folder / "slos/build.yaml").write_text(PROMISE)
    (mine.folder / "readme.txt").write_text("a file that is no promise\n")
    return mine


def test_pre_commit_accepts_the_manifest(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    ran = pre_commit("validate-manifest", str(HOOKS), folder=tmp_path / "work")
    assert ran.returncode == 0, ran.stdout


def test_valid_promises_are_committed_and_invalid_ones_are_not(repository: Repository) -> None:
    repository.git("add", "-A")
    ran = pre_commit("run", folder=repository.folder)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "checker validate" in ran.stdout
    assert "Passed" in ran.stdout

    (repository.folder / "slos/build.yaml").write_text(PROMISE.replace("target", "tagret"))
    repository.git("add", "-A")
    ran = pre_commit("run", folder=repository.folder)
    assert ran.returncode == 1
    assert "slos/build.yaml:8:7: error: unknown key 'tagret'" in ran.stdout
    assert "exit code: 2" in ran.stdout


def test_other_files_do_not_wake_it(repository: Repository) -> None:
    repository.git("add", "readme.txt")
    ran = pre_commit("run", folder=repository.folder)
    assert ran.returncode == 0
    assert "Skipped" in ran.stdout
