"""Files are read by the path that was meant, or not at all."""

from __future__ import annotations

import os
import signal
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import pytest

from checker import open_below
from checker.files import FileRefused, read_file, walk

SECRET = b"what stands outside"


@pytest.fixture(autouse=True)
def _no_hanging() -> Iterator[None]:
    """A pipe that is waited for ends the test, not the patience of who runs it."""

    def too_long(number: int, frame: FrameType | None) -> None:
        raise TimeoutError("reading hung")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.setitimer(signal.ITIMER_REAL, 10)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(params=["part by part", "looking first"])
def system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of opening below a root: the safe one, and the one of systems that lack it."""
    if request.param == "looking first":
        monkeypatch.setattr(open_below, "OPENAT", False)
    else:
        assert open_below.OPENAT, "these tests want a system that can open part by part"
    return str(request.param)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A directory with files, and one outside that nothing below it may reach."""
    root = tmp_path / "root"
    (root / "reports" / "deep").mkdir(parents=True)
    (root / "reports" / "coverage.xml").write_bytes(b"<coverage/>")
    (root / "reports" / "deep" / "results.xml").write_bytes(b"<testsuites/>")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "coverage.xml").write_bytes(SECRET)
    return root


def refusal(path: str, root: Path | None = None, limit: int = 1 << 20) -> tuple[str, str]:
    with pytest.raises(FileRefused) as caught:
        read_file(path, root=None if root is None else str(root), limit=limit)
    return caught.value.message, caught.value.remedy


@pytest.mark.usefixtures("system")
class TestBelowARoot:
    @pytest.mark.parametrize(
        "path",
        ["reports/coverage.xml", "./reports/coverage.xml", "reports//coverage.xml", "reports/./coverage.xml"],
    )
    def test_reads_a_file_by_its_relative_path(self, tree: Path, path: str) -> None:
        assert read_file(path, root=str(tree)) == b"<coverage/>"

    def test_reads_a_file_several_levels_down(self, tree: Path) -> None:
        assert read_file("reports/deep/results.xml", root=str(tree)) == b"<testsuites/>"

    def test_takes_the_root_as_a_path(self, tree: Path) -> None:
        assert read_file("reports/coverage.xml", root=tree) == b"<coverage/>"

    def test_the_root_itself_may_be_a_link_for_the_operator_named_it(
        self, tree: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "link").symlink_to(tree)
        assert read_file("reports/coverage.xml", root=str(tmp_path / "link")) == b"<coverage/>"

    def test_refuses_a_link_to_a_file(self, tree: Path) -> None:
        (tree / "coverage.xml").symlink_to(tree.parent / "outside" / "coverage.xml")
        assert refusal("coverage.xml", tree) == (
            "'coverage.xml' is not read: 'coverage.xml' is a symbolic link",
            "name a path without links; a link could lead anywhere",
        )

    def test_refuses_a_link_on_the_way(self, tree: Path) -> None:
        (tree / "build").symlink_to(tree.parent / "outside")
        assert (
            refusal("build/coverage.xml", tree)[0]
            == "'build/coverage.xml' is not read: 'build' is a symbolic link"
        )

    def test_refuses_even_a_link_to_a_file_inside(self, tree: Path) -> None:
        (tree / "same.xml").symlink_to("reports/coverage.xml")
        assert "'same.xml' is a symbolic link" in refusal("same.xml", tree)[0]

    def test_refuses_a_link_to_nothing(self, tree: Path) -> None:
        (tree / "gone.xml").symlink_to("nowhere")
        assert "'gone.xml' is a symbolic link" in refusal("gone.xml", tree)[0]

    @pytest.mark.parametrize(
        "path", ["../outside/coverage.xml", "reports/../../outside/coverage.xml", "..", "a/.."]
    )
    def test_refuses_a_path_that_climbs(self, tree: Path, path: str) -> None:
        message, remedy = refusal(path, tree)
        assert message == f"{path!r} is not read: '..' leads out of its directory"
        assert remedy == "write it relative to the working directory, with '/' between its parts"

    @pytest.mark.parametrize(
        "path", ["/etc/passwd", "//etc/passwd", "\\etc\\passwd", "..\\outside\\coverage.xml"]
    )
    def test_refuses_a_path_that_is_not_relative(self, tree: Path, path: str) -> None:
        assert refusal(path, tree)[0] == f"{path!r} is not read: it is not a relative path"

    @pytest.mark.parametrize("path", ["reports/coverage.xml\0.txt", "\0", "reports\0/coverage.xml"])
    def test_refuses_a_nul(self, tree: Path, path: str) -> None:
        message, remedy = refusal(path, tree)
        assert message == f"{path!r} is not read: it holds a character that no path can hold"
        assert "\0" not in message
        assert remedy == "write the path without it"

    @pytest.mark.parametrize("path", ["", ".", "reports/", "./"])
    def test_refuses_a_path_that_names_no_file(self, tree: Path, path: str) -> None:
        assert refusal(path, tree) == (f"{path!r} names no file", "name a file")

    def test_refuses_a_pipe_without_waiting_for_it(self, tree: Path) -> None:
        os.mkfifo(tree / "pipe.xml")
        assert refusal("pipe.xml", tree) == ("'pipe.xml' is a named pipe, not a file", "name a regular file")

    def test_refuses_a_device(self) -> None:
        assert refusal("zero", Path("/dev")) == ("'zero' is a device, not a file", "name a regular file")

    def test_refuses_a_directory(self, tree: Path) -> None:
        assert refusal("reports/deep", tree) == (
            "'reports/deep' is a directory, not a file",
            "name a regular file",
        )

    def test_refuses_a_file_used_as_a_directory(self, tree: Path) -> None:
        assert refusal("reports/coverage.xml/x", tree)[0] == "there is no file 'reports/coverage.xml/x'"

    def test_says_what_is_missing(self, tree: Path) -> None:
        assert refusal("reports/none.xml", tree) == (
            "there is no file 'reports/none.xml'",
            "check the path and the working directory",
        )

    def test_gives_the_cause_of_a_missing_file(self, tree: Path) -> None:
        with pytest.raises(FileRefused) as caught:
            read_file("none.xml", root=tree)
        assert isinstance(caught.value.__cause__, FileNotFoundError)

    def test_a_directory_in_the_working_directory_is_not_mistaken_for_one_below_the_root(
        self, tree: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tree)
        assert refusal("reports", tree / "reports")[0] == "there is no file 'reports'"

    def test_a_file_swapped_for_a_link_at_the_last_moment_is_refused(
        self, tree: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        target = tree / "reports" / "coverage.xml"

        def swap() -> None:
            target.unlink()
            target.symlink_to(tree.parent / "outside" / "coverage.xml")

        before_opening("coverage.xml", swap, monkeypatch)
        assert "'coverage.xml' is a symbolic link" in refusal("reports/coverage.xml", tree)[0]

    def test_a_directory_swapped_for_a_link_at_the_last_moment_never_leads_outside(
        self, tree: Path, monkeypatch: pytest.MonkeyPatch, system: str
    ) -> None:
        def swap() -> None:
            (tree / "reports").rename(tree / "moved")
            (tree / "reports").symlink_to(tree.parent / "outside")

        before_opening("coverage.xml", swap, monkeypatch)
        if system == "part by part":
            assert read_file("reports/coverage.xml", root=str(tree)) == b"<coverage/>"
        else:
            assert "'coverage.xml' is a symbolic link" in refusal("reports/coverage.xml", tree)[0]


def before_opening(name: str, action: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Has ``action`` happen right before the file of that name is opened, as an attacker would time it."""
    real = os.open

    def opening(path: str, *arguments: int, **options: int) -> int:
        if os.path.basename(path) == name:
            monkeypatch.setattr(os, "open", real)
            action()
        return real(path, *arguments, **options)

    monkeypatch.setattr(os, "open", opening)


class TestNamedByTheOperator:
    def test_follows_links(self, tree: Path) -> None:
        (tree / "link.xml").symlink_to("reports/coverage.xml")
        assert read_file(str(tree / "link.xml")) == b"<coverage/>"

    def test_refuses_what_is_no_file(self, tree: Path) -> None:
        os.mkfifo(tree / "pipe.yaml")
        pipe = str(tree / "pipe.yaml")
        assert refusal(pipe) == (f"{pipe!r} is a named pipe, not a file", "name a regular file")
        assert refusal(str(tree)) == (f"{str(tree)!r} is a directory, not a file", "name a regular file")
        assert refusal("/dev/zero")[0] == "'/dev/zero' is a device, not a file"

    def test_refuses_a_link_to_a_pipe(self, tree: Path) -> None:
        os.mkfifo(tree / "pipe.yaml")
        (tree / "link.yaml").symlink_to("pipe.yaml")
        assert "is a named pipe, not a file" in refusal(str(tree / "link.yaml"))[0]

    def test_refuses_a_socket(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)  # the address of a socket may not be long
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("socket.yaml")
            assert refusal("socket.yaml") == (
                "'socket.yaml' is a socket or a device, not a file",
                "name a regular file",
            )

    def test_refuses_a_link_that_leads_to_itself(self, tmp_path: Path) -> None:
        (tmp_path / "round.yaml").symlink_to("round.yaml")
        assert "is a symbolic link that leads to itself" in refusal(str(tmp_path / "round.yaml"))[0]

    def test_refuses_what_it_may_not_read(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / "closed.yaml"
        path.write_bytes(b"a: 1")
        path.chmod(0)
        if os.geteuid() == 0:  # root may read everything; give the answer that others get
            monkeypatch.setattr(os, "open", denied)
        assert refusal(str(path)) == (f"{str(path)!r} may not be read", "give this user the right to read it")

    @pytest.mark.parametrize("path", ["", "missing.yaml", "missing/missing.yaml"])
    def test_says_what_is_missing(self, path: str) -> None:
        assert refusal(path) == (f"there is no file {path!r}", "check the path and the working directory")

    @pytest.mark.parametrize("path", ["a\0b", "\ud800.yaml"])
    def test_refuses_what_no_path_can_hold(self, path: str) -> None:
        assert refusal(path)[0] == f"{path!r} is not read: it holds a character that no path can hold"

    def test_refuses_a_name_that_is_too_long(self) -> None:
        message, remedy = refusal("x" * 300)
        assert message.endswith("cannot be read: file name too long")
        assert remedy == "check the path"


class TestTheLimit:
    def test_reads_up_to_the_limit_and_no_further(self, tmp_path: Path) -> None:
        path = tmp_path / "some"
        path.write_bytes(b"x" * 100)
        assert read_file(str(path), limit=100) == b"x" * 100
        assert refusal(str(path), limit=99) == (
            f"{str(path)!r} has more than 99 bytes",
            "split it, or name the file that was meant",
        )

    def test_is_one_mebibyte_where_nobody_says(self, tmp_path: Path) -> None:
        path = tmp_path / "some"
        path.write_bytes(b"x" * (1 << 20))
        assert len(read_file(str(path))) == 1 << 20
        path.write_bytes(b"x" * ((1 << 20) + 1))
        assert refusal(str(path))[0].endswith("has more than 1,048,576 bytes")

    def test_an_empty_file_is_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "empty").touch()
        assert read_file(str(tmp_path / "empty"), limit=0) == b""

    def test_does_not_believe_the_size_that_the_system_states(self) -> None:
        assert os.stat("/proc/self/status").st_size == 0
        assert refusal("/proc/self/status", limit=10)[0] == "'/proc/self/status' has more than 10 bytes"


def test_leaves_no_file_open(tree: Path) -> None:
    (tree / "build").symlink_to(tree.parent / "outside")
    os.mkfifo(tree / "pipe.xml")
    before = len(os.listdir("/proc/self/fd"))
    read_file("reports/deep/results.xml", root=tree)
    for path in ("build/coverage.xml", "reports", "pipe.xml", "reports/none.xml", "reports/deep/none/x"):
        refusal(path, tree)
    assert len(os.listdir("/proc/self/fd")) == before


def denied(path: str, *arguments: int, **options: int) -> int:
    raise PermissionError(13, "Permission denied", path)


class TestWalk:
    def test_finds_promises_at_every_level_in_order(self, tmp_path: Path) -> None:
        for name in (
            "b.yaml",
            "a/z.yml",
            "a/b/c.json",
            "a.yaml",
            "a/SHOUTED.YAML",
            "a/x.txt",
            "yaml",
            "a/README.md",
        ):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).touch()
        found, refused, passed_over = walk(str(tmp_path))
        names = ["a.yaml", "a/SHOUTED.YAML", "a/b/c.json", "a/z.yml", "b.yaml"]
        assert found == [f"{tmp_path}/{name}" for name in names]
        assert (refused, passed_over) == ([], [])

    def test_a_directory_may_have_the_name_of_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "team.yaml").mkdir()
        (tmp_path / "team.yaml" / "slo.yaml").touch()
        assert walk(str(tmp_path)) == ([f"{tmp_path}/team.yaml/slo.yaml"], [], [])

    def test_does_not_enter_what_is_hidden(self, tmp_path: Path) -> None:
        (tmp_path / ".git").mkdir()
        (tmp_path / ".folder.yaml").mkdir()
        for name in (".git/a.yaml", ".gitignore", "seen.yaml"):
            (tmp_path / name).touch()
        (tmp_path / ".link.yaml").symlink_to("seen.yaml")
        assert walk(str(tmp_path)) == ([f"{tmp_path}/seen.yaml"], [], [])

    def test_tells_what_is_not_read_and_looks_as_if_it_were_meant(self, tmp_path: Path) -> None:
        names = [
            ".hidden.yaml",
            "below/.x.yml.swp",
            "x.JSON_old",
            "x.Yaml.txt",
            "x.yaml.bak",
            "x.yaml.disabled",
            "x.yml~",
        ]
        other = ["evidence.jsonl", "x.yamlish", "yaml.txt", "README.md"]
        (tmp_path / "below").mkdir()
        (tmp_path / "x.yaml.d").mkdir()
        for name in (*names, *other):
            (tmp_path / name).touch()
        assert walk(str(tmp_path)) == ([], [], [f"{tmp_path}/{name}" for name in names])

    def test_a_hidden_directory_that_was_named_is_entered(self, tmp_path: Path) -> None:
        (tmp_path / ".slos").mkdir()
        (tmp_path / ".slos" / "a.yaml").touch()
        assert walk(str(tmp_path / ".slos")) == ([f"{tmp_path}/.slos/a.yaml"], [], [])

    def test_reports_links_and_whatever_else_is_no_file(self, tmp_path: Path) -> None:
        (tmp_path / "real").mkdir()
        (tmp_path / "real" / "a.yaml").touch()
        (tmp_path / "file.yaml").symlink_to("real/a.yaml")
        (tmp_path / "gone.yaml").symlink_to("nowhere")
        (tmp_path / "directory").symlink_to("real")
        (tmp_path / "up").symlink_to("..")
        (tmp_path / "notes").symlink_to("real/a.yaml")
        os.mkfifo(tmp_path / "pipe.json")
        os.mkfifo(tmp_path / "pipe")
        link = "a symbolic link, which is not followed"
        assert walk(str(tmp_path)) == (
            [f"{tmp_path}/real/a.yaml"],
            [
                (f"{tmp_path}/directory", link),
                (f"{tmp_path}/file.yaml", link),
                (f"{tmp_path}/gone.yaml", link),
                (f"{tmp_path}/pipe.json", "a named pipe, not a file"),
                (f"{tmp_path}/up", link),
            ],
            [],
        )

    def test_reports_a_name_that_cannot_be_shown(self, tmp_path: Path) -> None:
        os.close(os.open(os.fsencode(tmp_path) + b"/\xe4.yaml", os.O_CREAT | os.O_WRONLY))
        (tmp_path / "a\n::error::b.yaml").touch()
        (tmp_path / "dir\u202e").mkdir()
        reason = "its name holds characters that cannot be shown"
        found, refused, _ = walk(str(tmp_path))
        assert found == []
        assert refused == [
            (f"{tmp_path}/\\udce4.yaml", reason),
            (f"{tmp_path}/a\\n::error::b.yaml", reason),
            (f"{tmp_path}/dir\\u202e", reason),
        ]

    @pytest.mark.parametrize("name", ["\U0001fae8", "\U000323b0", "\u0378"], ids=ascii)
    def test_a_character_newer_than_this_python_knows_is_as_good_as_any(
        self, name: str, tmp_path: Path
    ) -> None:
        """The same files are read whatever the version: Unicode 15 has the first, Unicode 17 the second."""
        (tmp_path / f"{name}.yaml").touch()
        assert walk(str(tmp_path)) == ([f"{tmp_path}/{name}.yaml"], [], [])

    def test_reports_a_directory_that_cannot_be_listed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "closed").mkdir()
        (tmp_path / "open.yaml").touch()
        (tmp_path / "closed").chmod(0)
        if os.geteuid() == 0:  # root may list everything; give the answer that others get
            real = os.scandir

            def listing(path: str) -> object:
                return denied(path) if stat.S_IMODE(os.stat(path).st_mode) == 0 else real(path)

            monkeypatch.setattr(os, "scandir", listing)
        try:
            assert walk(str(tmp_path)) == (
                [f"{tmp_path}/open.yaml"],
                [(f"{tmp_path}/closed", "the directory cannot be listed: permission denied")],
                [],
            )
        finally:
            (tmp_path / "closed").chmod(0o700)

    @pytest.mark.parametrize(
        ("directory", "reason"),
        [("missing", "no such file or directory"), ("a\0b", "it holds a character that no path can hold")],
    )
    def test_reports_what_is_no_directory(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, directory: str, reason: str
    ) -> None:
        monkeypatch.chdir(tmp_path)
        shown = directory.replace("\0", "\\x00")
        assert walk(directory) == ([], [(shown, f"the directory cannot be listed: {reason}")], [])

    def test_what_it_finds_can_be_read(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "slos").mkdir()
        (tmp_path / "slos" / "a.yaml").write_bytes(b"a: 1")
        for directory in ("slos", "slos/", "./slos", "."):
            found, _, _ = walk(directory)
            assert [read_file(name) for name in found] == [b"a: 1"]
