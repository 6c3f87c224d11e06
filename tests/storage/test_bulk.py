"""Bulk writes and reads, and the catalogue, on the rows themselves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.formats import nasty
from tests.services.builders import a_database, an_article
from workbench.domain.bundle import AnnotationRow, Bundle, DocumentRow, SetKey, SetRow
from workbench.domain.labels import CLAIM, DEFAULT_LABEL_SET, FIGURE, Label, LabelSet, LinkType
from workbench.domain.text import text_hash
from workbench.errors import Refused, UsageError
from workbench.services.clock import CountingClock
from workbench.services.importing import store_bundles
from workbench.storage import bulk_read, bulk_write, catalogue
from workbench.storage.engine import Database
from workbench.storage.journal import broken_links

ANA = SetKey("annotator", "ana")


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return a_database(tmp_path)


def read_back(database: Database) -> list[Bundle | bulk_read.Damaged]:
    with database.read() as connection:
        return list(bulk_read.read_bundles(connection))


def many(count: int, annotations: int) -> list[Bundle]:
    """Documents with annotations on each word, more than one batch and one page together."""
    found = []
    for number in range(count):
        text = f"Article {number:05d}: " + "word " * annotations
        uid = f"d{number:05d}"
        rows = [
            AnnotationRow(f"a{place}", ANA, "figure", ((15 + 5 * place, 19 + 5 * place),))
            for place in range(annotations)
        ]
        found.append(Bundle(DocumentRow(uid, None, text, text_hash(text)), [SetRow(ANA, "finished", None)], rows))
    return found


def test_bundles_come_back_as_they_were_stored(database: Database) -> None:
    store_bundles(database, nasty.project(), nasty.bundles(), "test", CountingClock())
    ferry, quiet = read_back(database)
    wanted = nasty.ferry()
    assert isinstance(ferry, Bundle)
    assert ferry.document == wanted.document
    assert ferry.annotations == sorted(
        wanted.annotations, key=lambda row: (row.fragments[0][0], -row.fragments[-1][1], row.uid)
    )
    assert sorted(ferry.links) == sorted(wanted.links)
    assert ferry.decisions == sorted(wanted.decisions)
    assert set(ferry.sets) == set(wanted.sets)
    assert quiet == nasty.plain()


def test_batches_and_pages_leave_no_seam(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_write, "BATCH_ROWS", 50)
    monkeypatch.setattr(bulk_read, "PAGE_DOCUMENTS", 7)
    bundles = many(40, 17)
    store_bundles(database, nasty.project(), bundles, "test", CountingClock())
    assert read_back(database) == bundles


def test_a_long_text_fills_a_page_by_itself(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_read, "PAGE_CHARACTERS", 100)
    bundles = many(3, 30)
    store_bundles(database, nasty.project(), bundles, "test", CountingClock())
    assert read_back(database) == bundles


def test_chains_hold_after_a_set_is_added_to_a_known_document(database: Database) -> None:
    store_bundles(database, nasty.project(), nasty.bundles(), "test", CountingClock())
    extra = replace(nasty.ferry(), sets=[SetRow(SetKey("imported", "model:y"), "finished", None)])
    extra = replace(extra, annotations=[], links=[], decisions=[])
    clock = CountingClock("2026-03-03T09:00:00Z")
    clock.new_uid("")
    store_bundles(database, nasty.project(), [extra], "more", clock)
    with database.read() as connection:
        assert list(broken_links(connection)) == []


# The catalogue


def test_labels_may_swap_names_and_keys(database: Database) -> None:
    swapped = LabelSet(
        (
            replace(CLAIM, name="figure", key="f"),
            replace(FIGURE, name="claim", key="c"),
            *(label for label in DEFAULT_LABEL_SET.labels if label.uid not in (CLAIM.uid, FIGURE.uid)),
        ),
        (LinkType("link-attribution", "says", None, (CLAIM.uid,)),),
    )
    with database.write() as connection:
        catalogue.save_label_set(connection, swapped)
        assert catalogue.load_label_set(connection) == swapped


def test_a_label_in_use_cannot_be_left_out(database: Database) -> None:
    store_bundles(database, nasty.project(), nasty.bundles(), "test", CountingClock())
    without = LabelSet(tuple(label for label in nasty.project().label_set.labels if label.uid != FIGURE.uid))
    with pytest.raises(Refused, match='label "figure" is used by'), database.write() as connection:
        catalogue.save_label_set(connection, without)


def test_a_label_set_that_breaks_a_rule_is_not_saved(database: Database) -> None:
    twice = LabelSet((CLAIM, Label("other", "claim")))
    with pytest.raises(UsageError, match="the same label"), database.write() as connection:
        catalogue.save_label_set(connection, twice)


def test_a_new_annotator_never_gets_the_uid_of_somebody_renamed(database: Database) -> None:
    with database.write() as connection:
        first = catalogue.add_annotator(connection, "ana")
        catalogue.rename_annotator(connection, first.uid, "anna")
        second = catalogue.add_annotator(connection, "ana")
    assert (first.uid, second.uid) == ("annotator-ana", "annotator-ana-2")


def test_a_name_that_is_taken_is_refused(database: Database) -> None:
    with database.write() as connection:
        catalogue.add_annotator(connection, "ana")
        ben = catalogue.add_annotator(connection, "ben")
        with pytest.raises(Refused, match='there is a person called "ana" already'):
            catalogue.add_annotator(connection, "ana")
        with pytest.raises(Refused, match='there is a person called "ana" already'):
            catalogue.rename_annotator(connection, ben.uid, "ana")


def test_people_in_a_selection_are_those_with_a_set_or_a_decision(tmp_path: Path) -> None:
    database = a_database(tmp_path, an_article("other", "Other."))
    store_bundles(database, nasty.project(), nasty.bundles(), "test", CountingClock())
    with database.read() as connection:
        names = {row.id: row.name for row in catalogue.list_annotators(connection)}

        def people(**choice: frozenset[str]) -> set[str]:
            return {names[one] for one in bulk_read.people_in(connection, bulk_read.Selection(**choice))}

        assert people() == {"ana", "ben", "cy"}
        assert people(states=frozenset(["in_progress"])) == {"ben"}
        assert people(roles=frozenset(["gold"])) == {"cy"}
        assert people(documents=frozenset(["other"])) == set()
