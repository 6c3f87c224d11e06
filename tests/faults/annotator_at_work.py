"""A child process that annotates without pause and prints each operation once it is acknowledged as saved.

Run as `python -m tests.faults.annotator_at_work DATABASE DOCUMENT SEED`; it works until it is killed.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from workbench.domain import editing
from workbench.domain.labels import CLAIM, FIGURE, SPEAKER
from workbench.domain.span import Fragment
from workbench.errors import Refused
from workbench.services import annotating
from workbench.services.clock import SystemClock
from workbench.services.session import AnnotationSession, Event, Saved
from workbench.storage.engine import Database
from workbench.storage.writer import Writer


def acknowledge(event: Event) -> None:
    """Tell the parent what a person would see as saved."""
    if isinstance(event, Saved):
        sys.stdout.write(event.operation.uid + "\n")
        sys.stdout.flush()


def step(session: AnnotationSession, chance: random.Random) -> None:
    """Do one random thing; what is refused is not done."""
    desk, now = session.desk, session.annotations
    start = chance.randrange(len(desk.text) - 40)
    place = [Fragment(start, start + chance.randint(1, 30))]
    uids = sorted(now.annotations)
    kind = chance.random()
    if kind < 0.4 or not uids:
        session.do(editing.tag(desk, now, chance.choice((CLAIM, SPEAKER, FIGURE)).uid, place))
    elif kind < 0.65:
        session.do(editing.move(desk, now, chance.choice(uids), place))
    elif kind < 0.75:
        session.do(editing.remove(desk, now, [chance.choice(uids)]))
    elif kind < 0.9:
        session.undo()
    else:
        session.redo()


def work(path: Path, document: str, seed: int) -> None:
    """Annotate until the process is killed, never more than a few changes ahead of the disk."""
    database, writer, chance = Database(path), Writer(), random.Random(seed)
    opened = annotating.open_document(database, document, "ana")
    session = AnnotationSession(database, writer, SystemClock(), opened, acknowledge)
    while True:
        try:
            step(session, chance)
        except Refused:
            continue
        if chance.random() < 0.3:
            session.settled().result(30)


if __name__ == "__main__":
    work(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
