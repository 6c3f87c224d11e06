"""A file that is being written is there whole or not at all."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.errors import EnvironmentFault, UsageError, WorkbenchError
from workbench.formats import atomic
from workbench.formats.atomic import AtomicFolder, atomic_writer


def test_the_file_appears_at_the_end_with_the_mode_of_the_umask(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    old = os.umask(0o027)
    try:
        with atomic_writer(target) as out:
            out.write(b"whole")
            assert not target.exists()
    finally:
        os.umask(old)
    assert target.read_bytes() == b"whole"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


@pytest.mark.parametrize("unnamed", [True, False])
def test_a_failure_leaves_the_earlier_file_and_nothing_else(
    tmp_path: Path, unnamed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not unnamed:
        monkeypatch.setattr(atomic, "_UNNAMED", 0)
    target = tmp_path / "out.json"
    target.write_bytes(b"earlier")
    with pytest.raises(KeyError), atomic_writer(target) as out:
        out.write(b"half")
        raise KeyError
    assert target.read_bytes() == b"earlier"
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]
    with atomic_writer(target) as out:
        out.write(b"later")
    assert target.read_bytes() == b"later"
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


def test_where_a_file_cannot_get_its_name_it_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    with atomic_writer(tmp_path / "out.json") as out:
        out.write(b"whole")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("out.json", b"whole")]


KILLED = """
import os, signal, sys
from workbench.formats.atomic import atomic_writer
with atomic_writer(sys.argv[1]) as out:
    out.write(b"x" * 5_000_000)
    out.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_kill_leaves_no_part_of_the_file(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    target.write_bytes(b"earlier")
    done = subprocess.run([sys.executable, "-c", KILLED, str(target)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert target.read_bytes() == b"earlier"
    if sys.platform == "linux":
        assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    with atomic_writer(tmp_path / "link") as out:
        out.write(b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_a_device_is_written_to_and_not_replaced() -> None:
    with atomic_writer("/dev/null") as out:
        out.write(b"gone")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)  # noqa: PTH116


@pytest.mark.parametrize(("name", "what"), [("no/such/out.json", "no such file or folder"), ("", "this is a folder")])
def test_a_place_that_cannot_be_written_is_named_with_a_remedy(tmp_path: Path, name: str, what: str) -> None:
    with pytest.raises(WorkbenchError, match=what) as caught, atomic_writer(tmp_path / name):
        pass
    assert caught.value.remedy


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with pytest.raises(EnvironmentFault, match="the disk is full"), atomic_writer("/dev/full") as out:
        out.write(b"x" * 100_000)
        out.flush()


def test_files_of_a_folder_appear_together(tmp_path: Path) -> None:
    with AtomicFolder(tmp_path / "out") as folder:
        folder.open("a").write(b"1")
        folder.open("b").write(b"2")
        assert list((tmp_path / "out").iterdir()) == []
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a", "b"]
    with pytest.raises(UsageError, match="this is a file, and the tables need a folder"):
        AtomicFolder(tmp_path / "out" / "a").__enter__()
