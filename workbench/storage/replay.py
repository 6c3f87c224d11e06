"""The rows of the annotation sets against the last word of the journal about each.

The journal's hashes prove that nobody changed the journal; this proves that nobody changed the rows behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import Connection

from workbench.domain.annotation import AnnotationSet, Role
from workbench.domain.change import annotation_to_json, link_to_json
from workbench.errors import WorkbenchError
from workbench.storage.finding import Finding
from workbench.storage.sets import Place, load_set

_ENTRIES = (
    "SELECT journal.chain, journal.document_id, documents.uid, journal.change, annotators.id, annotators.uid, "
    "annotators.name FROM journal JOIN documents ON documents.id = journal.document_id "
    "LEFT JOIN annotators ON annotators.id = journal.annotator_id "
    "WHERE journal.chain LIKE 'set/%' ORDER BY journal.chain, journal.number"
)

_NOTHING_SAID = object()


@dataclass
class _LastWords:
    """What the journal said last of one set; annotations and links as JSON by uid, None for removed ones.

    `whole` says that the journal tells of everything in the set: it did not come from an import.
    """

    annotations: dict[str, Any] = field(default_factory=dict)
    links: dict[str, Any] = field(default_factory=dict)
    state: Any = _NOTHING_SAID
    comment: Any = _NOTHING_SAID
    whole: bool = True
    place: Place | None = None
    name: str = ""

    def hear(self, change: dict[str, Any]) -> None:
        """Take in one change."""
        kind = change.get("kind")
        if kind == "import":
            self.whole = False
        elif kind == "state":
            self.state = change["after"]
        elif kind == "comment":
            self.comment = change["after"]
        elif kind in ("annotation", "link"):
            known = self.annotations if kind == "annotation" else self.links
            known[(change["before"] or change["after"])["uid"]] = change["after"]


def contradictions(connection: Connection) -> Iterator[Finding]:
    """Find rows that are not as the journal left them. Chains that cannot be read are left to the journal's check."""
    for chain, rows in groupby(connection.exec_driver_sql(_ENTRIES), key=lambda row: row[0]):
        words = _LastWords()
        try:
            for row in rows:
                _hear_entry(words, chain, row)
            stored = load_set(connection, words.place).annotations if words.place else None
        except (ValueError, KeyError, TypeError, WorkbenchError):
            continue
        if stored is not None:
            yield from _differences(words, stored)


def _hear_entry(words: _LastWords, chain: str, row: Any) -> None:
    _, document_id, document, changes, annotator_id, annotator, name = row
    for change in orjson.loads(changes):
        words.hear(change)
    if annotator_id is not None:
        role = Role.ANNOTATOR if chain == f"set/{document}/{Role.ANNOTATOR.value}/{annotator}" else Role.IMPORTED
        words.place, words.name = Place(document_id, document, annotator_id, annotator, role), name


def _differences(words: _LastWords, stored: AnnotationSet) -> Iterator[Finding]:
    where = f'document "{stored.document}"'
    of_set = f"{where}, set of {words.name}"
    if words.state is not _NOTHING_SAID and stored.state != words.state:
        present_state, said_state = stored.state or "not there", words.state or "not there"
        yield Finding("rows", of_set, f"is {present_state}, but by the journal it is {said_state}")
    if words.comment is not _NOTHING_SAID and stored.note != words.comment and stored.state is not None:
        yield Finding("rows", of_set, "has another comment than the journal says")
    present = {uid: annotation_to_json(annotation) for uid, annotation in stored.annotations.items()}
    yield from _compare(f"{where}, annotation", words.name, words.annotations, present, whole=words.whole)
    joined = {uid: link_to_json(link) for uid, link in stored.links.items()}
    yield from _compare(f"{where}, link", words.name, words.links, joined, whole=words.whole)


def _compare(what: str, name: str, said: dict[str, Any], present: dict[str, Any], *, whole: bool) -> Iterator[Finding]:
    for uid, expected in said.items():
        found = present.get(uid)
        if found == expected:
            continue
        where = f"{what} {uid} ({name})"
        if found is None:
            yield Finding("rows", where, "is gone, but the journal does not say that it was removed")
        elif expected is None:
            yield Finding("rows", where, "is there, but the journal says that it was removed")
        else:
            differing = ", ".join(field for field in expected if found.get(field) != expected[field])
            yield Finding("rows", where, f"is not as the journal left it: {differing}")
    for uid in present if whole else ():
        if uid not in said:
            yield Finding("rows", f"{what} {uid} ({name})", "the journal does not know it")
