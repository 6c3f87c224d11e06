"""kill -9 while annotating: whatever was acknowledged as saved is there, whole, and can be undone."""

from __future__ import annotations

import os
import pty
import random
import select
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.services.builders import a_database, an_article
from workbench.services import annotating, doctor
from workbench.services.clock import SystemClock
from workbench.storage.engine import Database

pytestmark = pytest.mark.slow

TEXT = "Mara Lind said on Tuesday that the toll covers barely a third of what the bridge costs to run.\n" * 40
ROUNDS = 24


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


@dataclass
class Screen:
    """The program in a terminal of its own, and what it acknowledged."""

    process: subprocess.Popen[bytes]
    controller: int
    saved: int

    def look(self, seconds: float, words: bytes = b"") -> bool:
        """Take what is drawn, for so long or until some words come, so that the program never waits for us."""
        until, drawn = time.monotonic() + seconds, b""
        while (left := until - time.monotonic()) > 0:
            if select.select([self.controller], [], [], left)[0]:
                drawn += os.read(self.controller, 65536)
            if words and words in drawn:
                return True
        return False

    def killed(self) -> list[str]:
        """Kill the program and return the operations that it acknowledged."""
        self.process.kill()
        self.process.wait()
        os.close(self.controller)
        with open(self.saved, encoding="utf-8") as lines:  # noqa: PTH123
            return lines.read().split("\n")[:-1]


def at_the_screen(path: Path, home: Path) -> Screen:
    """Open the article in the real program and wait until it is drawn."""
    controller, side = pty.openpty()
    saved, pipe = os.pipe()
    arguments = [str(pipe), "--db", str(path), "annotate", "bridge", "--annotator", "ana"]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.screen_at_work", *arguments],
        cwd=ROOT,
        stdin=side,
        stdout=side,
        stderr=side,
        pass_fds=[pipe],
        start_new_session=True,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30", "HOME": str(home)},
    )
    os.close(side)
    os.close(pipe)
    screen = Screen(process, controller, saved)
    if not screen.look(30, b"third of what"):
        screen.killed()
        pytest.fail("the article is not drawn")
    return screen


def test_the_real_program_can_be_killed_between_any_two_keys(tmp_path: Path) -> None:
    path = a_database(tmp_path, an_article("bridge", TEXT)).path
    chance = random.Random(7)
    acknowledged: list[str] = []
    for _ in range(6):
        screen = at_the_screen(path, tmp_path)
        for _ in range(chance.randint(3, 12)):
            # A few words on, three words selected, marked, its end moved, let go.
            keys = b"w" * chance.randint(1, 9) + b"\x1b[1;6C" * 3 + chance.choice([b"c", b"s", b"f"])
            os.write(screen.controller, keys + chance.choice([b"e", b"E", b"u", b"]"]) + b"\r")
            screen.look(chance.uniform(0.0, 0.15))
        acknowledged += screen.killed()
        assert set(acknowledged) <= journal(path)
        assert [str(finding) for finding in doctor.examine(path)] == []
    assert len(acknowledged) > 20
    take_back_everything(path)


def take_back_everything(path: Path) -> None:
    """Undo until there is nothing left to undo, and find the article as it was before anybody came."""
    database = Database(path)
    while annotating.open_document(database, "bridge", "ana").history.to_undo is not None:
        annotating.undo(database, "bridge", "ana", SystemClock())
    assert not annotating.open_document(database, "bridge", "ana").annotations.annotations
    assert [str(finding) for finding in doctor.examine(path)] == []
