"""`workbench annotate` finds its article, or says why there is none, before it asks for a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import run
from tests.services.builders import a_database, an_article
from workbench.domain.annotation import State
from workbench.errors import NotFound
from workbench.services import library, opening, people
from workbench.services.clock import CountingClock
from workbench.storage.engine import Database


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = a_database(tmp_path, an_article("bridge", "The toll doubles."), an_article("river", "It is low."))
    with made.write() as connection:
        connection.exec_driver_sql("UPDATE documents SET title = 'Toll to double by May' WHERE uid = 'bridge'")
    return made


def test_an_article_is_found_by_its_name_or_its_title(database: Database) -> None:
    assert opening.find(database, "bridge", None) == "bridge"
    assert opening.find(database, "toll to double by may", None) == "bridge"


def test_a_name_that_is_nearly_right_is_answered_with_what_was_meant(database: Database) -> None:
    with pytest.raises(NotFound, match=r'no document "brigde"\. Did you mean bridge\?'):
        opening.find(database, "brigde", None)


def test_without_a_name_the_first_that_is_not_finished_is_opened(database: Database) -> None:
    assert opening.find(database, None, "ana") == "bridge"
    library.set_states(database, ["bridge"], "ana", State.FINISHED, CountingClock())
    assert opening.find(database, None, "ana") == "river"
    assert opening.find(database, None, "ben") == "bridge"
    library.set_states(database, ["river"], "ana", State.IGNORED, CountingClock())
    with pytest.raises(NotFound, match="every article is finished or ignored"):
        opening.find(database, None, "ana")


def test_an_empty_database_says_how_to_fill_it(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="`workbench import`"):
        opening.find(a_database(tmp_path), None, "ana")


def test_the_command_ends_with_a_sentence_and_its_code_where_nothing_can_be_opened(
    database: Database, tmp_path: Path
) -> None:
    database.close()
    unknown = run("annotate", "dam", "--annotator", "ana", db=database.path)
    assert (unknown.code, unknown.out) == (2, "")
    assert 'error: no document "dam".' in unknown.err
    assert "need a terminal" in run("annotate", "bridge", "--annotator", "ana", db=database.path).err
    assert run("annotate", "bridge", db=tmp_path / "none.db").code == 3
    people.add(Database(database.path), "annabel")
    close = run("annotate", "bridge", "--annotator", "annabell", db=database.path)
    assert close.code == 2
    assert "annotators add" in close.err
