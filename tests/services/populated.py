"""A small database with something in every table: overlap, links, attributes, gold, decisions, a past to undo."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from workbench.domain import editing
from workbench.domain.annotation import State
from workbench.domain.bundle import (
    AnnotationRow,
    AnnotatorRow,
    Bundle,
    DecisionRow,
    DocumentRow,
    LinkRow,
    Origin,
    Project,
    SetKey,
    SetRow,
)
from workbench.domain.labels import CLAIM, DEFAULT_LABEL_SET, FIGURE, Attribute, AttributeType, Label, LabelSet
from workbench.domain.span import Fragment
from workbench.domain.text import text_hash
from workbench.services import annotating, importing, upkeep
from workbench.services.clock import CountingClock
from workbench.storage.engine import Database

BRIDGE = "\U0001f6a2 Mara Lind said the toll covers barely a third of the cost.\nO\u0304ta\u2028agreed, 東京 did not."
QUAY = "The Quay Gazette counted 11,000 crossings a week."

ANA = SetKey("annotator", "ana")
BEN = SetKey("annotator", "ben")
MODEL = SetKey("imported", "model:x")
GOLD = SetKey("gold", None)

CERTAINTY = Attribute("certainty", AttributeType.CHOICE, ("low", "high"))
LABELS = LabelSet(
    (
        replace(CLAIM, attributes=(CERTAINTY, Attribute("quoted", AttributeType.FLAG))),
        *DEFAULT_LABEL_SET.labels[1:],
        Label("label-hedge", "hedge", archived=True, guideline='Two\nlines, "quoted".'),
    ),
    DEFAULT_LABEL_SET.link_types,
)


def a_populated_database(path: Path) -> Database:
    """Make a database at `path` with a row in every table, the same every time."""
    upkeep.init(path)
    database = Database(path)
    clock = CountingClock()
    people = (AnnotatorRow("ana", None, "Ana Pires"), AnnotatorRow("ben"), AnnotatorRow("dia"))
    project = Project("harbour", LABELS, people, {"measure": 74})
    importing.store_bundles(database, project, [_bridge(), _quay()], "made for a test", clock)
    _annotate(database, clock)
    return database


def _document(uid: str, text: str) -> DocumentRow:
    origin = Origin(f"{uid}.txt", text_hash(text + "\r"), "utf-8", False, "crlf", None)
    return DocumentRow(uid, uid.title(), text, text_hash(text), origin, {"outlet": "Gazette", "tags": ["toll"]})


def _bridge() -> Bundle:
    return Bundle(
        _document("bridge", BRIDGE),
        [
            SetRow(ANA, "finished", "a hard one"),
            SetRow(BEN, "in_progress", None),
            SetRow(MODEL, "finished", None),
            SetRow(GOLD, "finished", None),
        ],
        [
            AnnotationRow("a1", ANA, "speaker", ((2, 11),), made="selected"),
            AnnotationRow(
                "a2",
                ANA,
                "claim",
                ((17, 49), (58, 63)),
                "two parts",
                created="2026-01-01T10:00:00Z",
                updated="2026-01-02T10:00:00Z",
                attributes=(("certainty", "low"), ("quoted", True)),
            ),
            AnnotationRow("a3", ANA, "figure", ((40, 47),)),
            AnnotationRow("b1", BEN, "speaker", ((2, 11),)),
            AnnotationRow("m1", MODEL, "hedge", ((33, 39),)),
            AnnotationRow("g1", GOLD, "speaker", ((2, 11),), None, ("a1", "b1"), '{"decision":"take"}'),
        ],
        [LinkRow("k1", ANA, "attribution", "a2", "a1", "said so")],
        [
            DecisionRow("d1", "take", "dia", None, "2026-01-03T10:00:00Z", "clear", '[{"annotator":"ana"}]', ("g1",)),
            DecisionRow("d2", "neither", "dia", None, "2026-01-03T10:01:00Z", None, "[]", ()),
        ],
    )


def _quay() -> Bundle:
    return Bundle(_document("quay", QUAY), [SetRow(BEN, "finished", None)])


def _annotate(database: Database, clock: CountingClock) -> None:
    """Work as cy on the second document: three changes, one taken back, finished."""
    for label, start, end in ((CLAIM, 0, 16), (FIGURE, 25, 31)):
        opened = annotating.open_document(database, "quay", "cy")
        desk = editing.Desk(QUAY, opened.label_set, clock)
        operation = editing.tag(desk, opened.annotations, label.uid, [Fragment(start, end)])
        annotating.record(database, "quay", "cy", operation, opened.version, QUAY)
    annotating.undo(database, "quay", "cy", clock)
    annotating.set_state(database, "quay", "cy", State.FINISHED, clock)
