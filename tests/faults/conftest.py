"""Places that cause faults for real: a disk that is full, one that is read-only, a program that holds a lock.

Mounting needs root; a test that cannot have its place is skipped and says so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.services.populated import a_populated_database

NOBODY = 65534


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A populated database that nobody has open."""
    database = a_populated_database(tmp_path / "data.db")
    database.close()
    return database.path


@dataclass(frozen=True)
class Disk:
    """A file system of its own, a few hundred KB in size."""

    folder: Path

    @property
    def free(self) -> int:
        """Bytes that are left."""
        return shutil.disk_usage(self.folder).free

    def fill(self, leaving: int = 0) -> None:
        """Use up the space but for some bytes; `free_up` gives it back."""
        with (self.folder / "ballast").open("ab") as ballast:
            while self.free > leaving:
                try:
                    ballast.write(b"x" * max(1, min(4096, self.free - leaving)))
                    ballast.flush()
                except OSError:
                    return

    def free_up(self) -> None:
        """Give back what `fill` used."""
        (self.folder / "ballast").unlink()

    def names(self) -> list[str]:
        """Names of what lies there, the ballast apart."""
        return sorted(entry.name for entry in self.folder.iterdir() if entry.name != "ballast")

    def make_read_only(self) -> None:
        """Let nobody write any more, root included."""
        _mount("-o", "remount,ro", str(self.folder))


def _mount(*arguments: str) -> None:
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"cannot mount here: {done.stderr.strip()}")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk of one megabyte."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting a small file system needs root on Linux")
    folder = tmp_path / "disk"
    folder.mkdir()
    _mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder))
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


@pytest.fixture
def foreign_folder() -> Iterator[Path]:
    """A folder that somebody without rights can reach; it belongs to whoever runs the tests."""
    folder = Path(tempfile.mkdtemp(prefix="workbench-fault-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@contextmanager
def without_rights() -> Iterator[None]:
    """Be somebody without rights inside; whoever is not root is that already."""
    if os.geteuid() != 0:
        yield
        return
    os.setresgid(NOBODY, NOBODY, 0)
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)
        os.setresgid(0, 0, 0)


@pytest.fixture
def other_program() -> Iterator[Callable[[Path, str], subprocess.Popen[str]]]:
    """Start a program that runs SQL on a file and then keeps it open until the test ends."""
    running: list[subprocess.Popen[str]] = []

    def start(path: Path, sql: str) -> subprocess.Popen[str]:
        script = (
            "import sqlite3, sys\n"
            "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
            "[c.execute(s).fetchall() for s in sys.argv[2].split(';')]\n"
            "print('ready', flush=True)\n"
            "sys.stdin.readline()\n"
        )
        program = subprocess.Popen(
            [sys.executable, "-c", script, path, sql], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        running.append(program)
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        return program

    yield start
    for program in running:
        program.kill()
        program.wait()
        for stream in (program.stdin, program.stdout):
            if stream is not None:
                stream.close()
