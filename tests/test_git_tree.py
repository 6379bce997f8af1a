"""The files of a commit are what was committed, whatever lies in the working folder, and nothing of it runs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from checker.files import LIMIT, WORKING_FOLDER, FileRefused
from checker.git_tree import Commit, commit
from checker.load.catalog import load
from tests.repository import Repository

PROMISE = """\
apiVersion: checker/v1
kind: SuccessCriteria
metadata: {name: build}
spec:
  criteria:
    - name: coverage
      indicator: {source: Coverage, file: coverage.xml}
      target: "> 90 %"
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.chdir(tmp_path)
    made = Repository(tmp_path)
    made.write("slos/build.yaml", PROMISE)
    made.write("slos/more/notes.txt", "not read")
    made.commit()
    return made


def targets(tree: Commit, path: str = "slos") -> list[str]:
    catalog = load([path], tree)
    assert catalog.valid, catalog.findings
    return [objective.target.text for objective in catalog.objectives]


def refusals(tree: Commit, path: str = "slos") -> list[str]:
    return [f"{finding.location}: {finding.message}" for finding in load([path], tree).findings]


def test_a_commit_is_read_whatever_lies_in_the_working_folder(repository: Repository) -> None:
    first = repository.git("rev-parse", "HEAD")
    repository.write("slos/build.yaml", PROMISE.replace("90", "1"))
    repository.write("slos/new.yaml", "not: committed")
    assert targets(commit("HEAD")) == ["> 90 %"]
    shutil.rmtree(repository.folder / "slos")
    repository.commit()
    assert targets(commit(first)) == targets(commit("HEAD~1")) == ["> 90 %"]
    assert "there is no file 'slos' at HEAD" in refusals(commit("HEAD"))[0]


def test_files_bear_the_names_they_bear_in_the_working_folder(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = commit("main")
    for paths in (["slos"], ["./slos/"], ["slos/build.yaml"], ["slos", "slos/build.yaml"]):
        assert load(paths, tree).digests == load(paths).digests
        assert load(paths, tree).objectives == load(paths).objectives
    inside = str(repository.folder / "slos")
    assert [file for file, _ in load([inside], tree).digests] == [f"{inside}/build.yaml"]
    monkeypatch.chdir(repository.folder / "slos" / "more")
    below = commit("main")
    assert [file for file, _ in load([".."], below).digests] == ["../build.yaml"]
    assert load([".."], below).objectives == load([".."]).objectives
    assert "lies outside the repository" in refusals(below, "../../..")[0]


def test_many_files_are_read_each_with_its_own_content(repository: Repository) -> None:
    for number in range(200):
        repository.write(
            f"slos/{number}.yaml", PROMISE.replace("build", f"b-{number}").replace("90", str(number % 90))
        )
    repository.write("slos/empty.yaml", "")
    repository.write("slos/ünïcode.yaml", PROMISE.replace("build", "u"))
    repository.commit()
    at_head = load(["slos"], commit("HEAD"))
    assert at_head == load(["slos"])
    assert len(at_head.objectives) == 202


def test_what_is_not_read_because_of_its_name_is_told_as_in_the_working_folder(
    repository: Repository,
) -> None:
    for name in (
        "slos/.hidden/x.yaml",
        "slos/.y.yaml",
        "slos/build.yaml.bak",
        "slos/.gitkeep",
        "slos/notes.txt",
    ):
        repository.write(name, PROMISE)
    repository.commit()
    assert targets(commit("HEAD")) == ["> 90 %"]
    told = ["slos/.y.yaml:1:1: slos/.y.yaml, slos/build.yaml.bak are not read because of their names"]
    assert refusals(commit("HEAD")) == told
    assert commit("HEAD").walk("slos") == WORKING_FOLDER.walk("slos")


def test_links_and_submodules_are_refused_as_in_the_working_folder(repository: Repository) -> None:
    (repository.folder / "slos/link.yaml").symlink_to("build.yaml")
    (repository.folder / "slos/folder").symlink_to("more")
    (repository.folder / "slos/notes").symlink_to("more/notes.txt")
    repository.commit()
    expected = [
        "slos/folder:1:1: a symbolic link, which is not followed",
        "slos/link.yaml:1:1: a symbolic link, which is not followed",
    ]
    assert refusals(commit("HEAD")) == expected
    assert [f"{finding.location}: {finding.message}" for finding in load(["slos"]).findings] == expected
    assert "'slos/link.yaml' is a symbolic link at HEAD" in refusals(commit("HEAD"), "slos/link.yaml")[0]
    identity = repository.git("rev-parse", "HEAD")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{identity},slos/module")
    repository.git("commit", "--quiet", "--message", "submodule")
    assert "slos/module:1:1: a submodule, which is not followed" in refusals(commit("HEAD"))


def test_a_folder_that_is_a_link_at_the_commit_is_refused(repository: Repository) -> None:
    repository.git("mv", "slos", "promises")
    (repository.folder / "slos").symlink_to("promises")
    repository.commit()
    assert "'slos' is a symbolic link at HEAD" in refusals(commit("HEAD"))[0]
    assert "there is no file 'slos/build.yaml'" in refusals(commit("HEAD"), "slos/build.yaml")[0]


def test_too_large_a_file_is_refused_unread(repository: Repository) -> None:
    repository.write("slos/large.yaml", "# " + "x" * LIMIT)
    repository.commit()
    assert "slos/large.yaml' has more than 1,048,576 bytes" in refusals(commit("HEAD"))[0]


def test_filters_hooks_and_replaced_objects_have_no_say(repository: Repository) -> None:
    trap = repository.folder / "sprung"
    repository.write(".gitattributes", "*.yaml filter=trap diff=trap\n")
    repository.write("hooks/post-checkout", f"#!/bin/sh\ntouch {trap}\n")
    (repository.folder / "hooks/post-checkout").chmod(0o755)
    before = repository.commit()
    repository.write("slos/build.yaml", PROMISE.replace("90", "1"))
    weaker = repository.commit()
    for key, value in (
        ("filter.trap.smudge", f"touch {trap}; sed s/90/1/"),
        ("diff.trap.textconv", f"touch {trap}; sed s/90/1/"),
        ("core.hooksPath", str(repository.folder / "hooks")),
        ("core.fsmonitor", f"touch {trap}"),
        ("core.pager", f"touch {trap}"),
    ):
        repository.git("config", key, value)
    repository.git("replace", before, weaker)
    assert targets(commit(before)) == ["> 90 %"]
    assert not trap.exists()


@pytest.mark.parametrize(
    "variable",
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "GIT_INDEX_FILE", "GIT_EXEC_PATH", "GIT_CONFIG"],
)
def test_the_environment_cannot_lead_to_another_repository(
    variable: str, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    elsewhere = Repository(other)
    elsewhere.write("slos/build.yaml", PROMISE.replace("90", "1"))
    elsewhere.commit()
    monkeypatch.setenv(variable, str(other / ".git"))
    assert targets(commit("main")) == ["> 90 %"]


def test_a_folder_that_only_looks_like_a_repository_is_none(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change may hold the files of a bare repository, settings and all."""
    planted = tmp_path / "planted"
    planted.mkdir()
    repository.git("clone", "--quiet", "--bare", ".", "planted")
    monkeypatch.chdir(planted)
    with pytest.raises(FileRefused, match="git refused"):
        commit("main")


@pytest.mark.parametrize(
    "ref",
    [
        "",
        "nowhere",
        "origin/main",
        "--all",
        "--help",
        "-",
        "HEAD:slos",
        "HEAD^{tree}",
        "main..main",
        "a\0b",
        "a b",
        "@{-1}",
    ],
)
def test_what_names_no_commit_is_refused_with_a_mend(ref: str, repository: Repository) -> None:
    with pytest.raises(FileRefused) as refused:
        commit(ref)
    assert "commit" in refused.value.message
    assert refused.value.remedy


def test_a_tag_and_a_short_id_name_a_commit(repository: Repository) -> None:
    repository.git("tag", "--annotate", "v1", "--message", "one")
    head = repository.git("rev-parse", "HEAD")
    assert commit("v1").id == commit(head[:8]).id == commit("HEAD").id == head


def test_outside_of_a_repository_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(FileRefused, match="not a git repository"):
        commit("main")


def test_without_git_it_is_said(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository.folder))
    with pytest.raises(FileRefused, match="git is not installed"):
        commit("main")


def test_a_shallow_clone_says_what_to_fetch(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    first = repository.git("rev-parse", "HEAD")
    repository.commit()
    repository.git("clone", "--quiet", "--depth=1", repository.folder.as_uri(), "shallow")
    monkeypatch.chdir(repository.folder / "shallow")
    with pytest.raises(FileRefused) as refused:
        commit(first)
    assert "fetch-depth: 0" in refused.value.remedy


def test_a_missing_object_is_no_empty_file(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    blob = repository.git("rev-parse", "HEAD:slos/build.yaml")
    (repository.folder / ".git/objects" / blob[:2] / blob[2:]).unlink()
    catalog = load(["slos"], commit("HEAD"))
    assert not catalog.valid
    assert catalog.objectives == ()


def test_standard_input_belongs_to_no_commit(repository: Repository) -> None:
    assert "standard input is not part of a commit" in refusals(commit("HEAD"), "-")[0]
