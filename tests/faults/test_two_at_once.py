"""Two processes annotate one document at once, for real: nothing is lost and every chain stays whole."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.faults.test_killed_annotating import TEXT, journal
from tests.services.builders import a_database, an_article
from workbench.services import annotating, doctor
from workbench.services.clock import SystemClock
from workbench.storage.engine import Database

EACH = 25

MARKER = """
import sys
from pathlib import Path
from workbench.domain import editing
from workbench.domain.labels import CLAIM
from workbench.domain.span import Fragment
from workbench.services import annotating
from workbench.services.clock import SystemClock
from workbench.services.session import AnnotationSession, Reloaded, Saved
from workbench.storage.engine import Database
from workbench.storage.writer import Writer

def tell(event):
    if not isinstance(event, Saved) and not (isinstance(event, Reloaded) and event.lost is None):
        print(event, flush=True)

database, writer, first, count = Database(Path(sys.argv[1])), Writer(), int(sys.argv[3]), int(sys.argv[4])
opened = annotating.open_document(database, "bridge", sys.argv[2])
session = AnnotationSession(database, writer, SystemClock(), opened, tell)
print("ready", flush=True)
sys.stdin.readline()
for number in range(first, 2 * count, 2):
    place = [Fragment(number * 10, number * 10 + 7)]
    session.do(editing.tag(session.desk, session.annotations, CLAIM.uid, place))
    session.settled().result(60)
"""


def marking(path: Path, annotator: str, first: int) -> subprocess.Popen[str]:
    """Start a process that marks every other place once it is told to."""
    command = [sys.executable, "-c", MARKER, str(path), annotator, str(first), str(EACH)]
    child = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


@pytest.mark.parametrize("people", [("ana", "ana"), ("ana", "ben")], ids=["one person", "two people"])
def test_two_windows_mark_one_document_at_once_and_every_mark_is_there(tmp_path: Path, people: tuple[str, str]) -> None:
    path = a_database(tmp_path, an_article("bridge", TEXT)).path
    windows = [marking(path, name, first) for first, name in enumerate(people)]
    for window in windows:
        assert window.stdin is not None
        window.stdin.write("go\n")
        window.stdin.flush()
    assert [window.communicate()[0] for window in windows] == ["", ""]
    assert [window.returncode for window in windows] == [0, 0]
    database = Database(path)
    marks = {
        annotation.extent[0].start
        for name in set(people)
        for annotation in annotating.open_document(database, "bridge", name).annotations.annotations.values()
    }
    assert marks == {number * 10 for number in range(2 * EACH)}
    assert [str(finding) for finding in doctor.examine(path)] == []


def working(path: Path, seed: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.faults.annotator_at_work", str(path), "bridge", str(seed)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_two_windows_of_one_person_that_clash_and_are_killed_lose_nothing_acknowledged(tmp_path: Path) -> None:
    path = a_database(tmp_path, an_article("bridge", TEXT)).path
    chance = random.Random(20260303)
    both = 0
    for seed in range(6):
        windows = [working(path, 100 + seed * 2 + side) for side in range(2)]
        firsts = [window.stdout.readline() for window in windows if window.stdout is not None]
        time.sleep(chance.uniform(0.3, 1.0))
        for window in windows:
            window.kill()
        said = [first + window.communicate()[0] for first, window in zip(firsts, windows, strict=True)]
        acknowledged = [set(lines.split("\n")[:-1]) for lines in said]
        both += all(len(uids) > 1 for uids in acknowledged)
        assert acknowledged[0] | acknowledged[1] <= journal(path)
        assert not acknowledged[0] & acknowledged[1]
        assert [str(finding) for finding in doctor.examine(path)] == []
    assert both > 2
    database = Database(path)
    before = annotating.open_document(database, "bridge", "ana")
    annotating.undo(database, "bridge", "ana", SystemClock())
    annotating.redo(database, "bridge", "ana", SystemClock())
    assert annotating.open_document(database, "bridge", "ana").annotations == before.annotations
