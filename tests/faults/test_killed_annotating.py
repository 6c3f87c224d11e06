"""kill -9 while annotating: whatever was acknowledged as saved is there, whole, and can be undone."""

from __future__ import annotations

import os
import pty
import random
import select
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.services.builders import a_database, an_article
from workbench.services import annotating, doctor
from workbench.services.clock import SystemClock
from workbench.storage.engine import Database

pytestmark = pytest.mark.slow

TEXT = "Mara Lind said on Tuesday that the toll covers barely a third of what the bridge costs to run.\n" * 40
ROUNDS = 12


def journal(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {uid for (uid,) in connection.execute("SELECT operation FROM journal")}


def killed_at_work(path: Path, seed: int, seconds: float) -> list[str]:
    """Let somebody annotate, kill the process after a while, and return what was acknowledged."""
    command = [sys.executable, "-m", "tests.faults.annotator_at_work", str(path), "bridge", str(seed)]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    first = child.stdout.readline()
    time.sleep(seconds)
    child.kill()
    rest = child.stdout.read()
    child.wait()
    # A last line without its line feed was cut by the kill and acknowledges nothing.
    return [line for line in (first + rest).split("\n")[:-1] if line]


def test_every_acknowledged_change_survives_a_kill(tmp_path: Path) -> None:
    path = a_database(tmp_path, an_article("bridge", TEXT)).path
    chance = random.Random(20260302)
    for seed in range(ROUNDS):
        acknowledged = killed_at_work(path, seed, chance.uniform(0.0, 0.4))
        assert acknowledged
        assert set(acknowledged) <= journal(path)
        assert [str(finding) for finding in doctor.examine(path)] == []
    database = Database(path)
    before = annotating.open_document(database, "bridge", "ana")
    annotating.undo(database, "bridge", "ana", SystemClock())
    annotating.redo(database, "bridge", "ana", SystemClock())
    assert annotating.open_document(database, "bridge", "ana").annotations == before.annotations


def press(master: int, keys: bytes) -> None:
    """Type into the terminal and read what it shows, so that the program never waits for us."""
    os.write(master, keys)
    until = time.monotonic() + 0.05
    while time.monotonic() < until:
        if select.select([master], [], [], 0.01)[0]:
            os.read(master, 65536)


def test_the_real_program_can_be_killed_between_any_two_keys(tmp_path: Path) -> None:
    path = a_database(tmp_path, an_article("bridge", TEXT)).path
    chance = random.Random(7)
    marked = 0
    for _ in range(4):
        child, master = pty.fork()
        if child == 0:
            os.environ.update(TERM="xterm-256color", COLUMNS="100", LINES="30", HOME=str(tmp_path))
            arguments = ["--db", str(path), "annotate", "bridge", "--annotator", "ana"]
            os.execv(sys.executable, [sys.executable, "-m", "workbench", *arguments])
        until = time.monotonic() + 3
        while time.monotonic() < until:
            press(master, b"")
        for _ in range(chance.randint(4, 16)):
            # A few words on, three words selected, marked, its end moved, let go.
            press(master, b"w" * chance.randint(1, 9))
            press(master, b"\x1b[1;6C" * 3)
            press(master, chance.choice([b"c", b"s", b"f"]))
            press(master, chance.choice([b"e", b"E", b"u", b"]"]))
            press(master, b"\r")
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(master)
        assert [str(finding) for finding in doctor.examine(path)] == []
        marked = max(marked, len(annotating.open_document(Database(path), "bridge", "ana").annotations.annotations))
    assert marked > 4
