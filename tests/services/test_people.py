"""Annotators: added on purpose or with what they do first, renamed, and never twice by a slip."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.services.builders import a_database
from tests.services.populated import a_populated_database
from workbench.errors import Exit, NotFound, Refused, UsageError
from workbench.services import annotating, people
from workbench.storage import catalogue
from workbench.storage.engine import Database


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return a_database(tmp_path)


def names(database: Database) -> list[str]:
    return [person.name for person in people.list_people(database)]


def test_somebody_added_is_listed_without_having_done_anything(database: Database) -> None:
    assert people.add(database, " ana ", "Ana Pires") == people.Added("ana", True)
    assert people.list_people(database) == [people.Person("ana", "annotator-ana", "Ana Pires", 0)]


def test_adding_a_known_name_changes_nothing(database: Database) -> None:
    people.add(database, "ana", "Ana Pires")
    assert people.add(database, "ana") == people.Added("ana", False)
    assert people.list_people(database)[0].full_name == "Ana Pires"


def test_a_new_name_much_like_a_known_one_raises_a_question(database: Database) -> None:
    people.add(database, "ana")
    with pytest.raises(people.CloseName) as error:
        people.check_name(database, "Anna")
    assert error.value.close_to == ["ana"]
    assert error.value.exit_code is Exit.USAGE
    assert 'there is "ana"' in str(error.value)
    assert 'annotators add "Anna"' in str(error.value)
    assert names(database) == ["ana"]


def test_a_close_name_is_fine_once_it_was_added_on_purpose(database: Database) -> None:
    people.add(database, "ana")
    people.add(database, "Anna")
    assert people.check_name(database, "Anna") == "Anna"
    assert people.check_name(database, "ana ") == "ana"


def test_a_quite_different_name_is_not_questioned(database: Database) -> None:
    people.add(database, "ana")
    assert people.check_name(database, "ben") == "ben"
    assert names(database) == ["ana"]


def test_the_name_of_a_source_is_close_to_nobody(database: Database) -> None:
    with database.write() as connection:
        catalogue.add_annotator(connection, "ana", catalogue.SOURCE)
    assert people.check_name(database, "Ana") == "Ana"


def test_a_rename_keeps_the_uid_and_everything_done(tmp_path: Path) -> None:
    database = a_populated_database(tmp_path / "data.db")
    before = annotating.open_document(database, "bridge", "ana")
    people.rename(database, "ana", "Ana Pires")
    after = annotating.open_document(database, "bridge", "Ana Pires")
    assert after.annotations == before.annotations
    assert after.history == before.history
    found = {person.name: (person.uid, person.sets) for person in people.list_people(database)}
    assert found["Ana Pires"] == ("annotator-ana", 1)


def test_whoever_takes_the_old_name_after_a_rename_is_another_person(database: Database) -> None:
    people.add(database, "ana")
    people.rename(database, "ana", "eve")
    people.add(database, "ana")
    uids = {person.uid for person in people.list_people(database)}
    assert len(uids) == 2


def test_a_name_that_is_taken_cannot_be_given_again(database: Database) -> None:
    people.add(database, "ana")
    people.add(database, "ben")
    with pytest.raises(Refused, match='a person called "ana" already'):
        people.rename(database, "ben", "ana")


def test_renaming_somebody_unknown_names_those_who_are_known(database: Database) -> None:
    people.add(database, "ana")
    with pytest.raises(NotFound, match="Annotators here: ana"):
        people.rename(database, "nobody", "ben")


@pytest.mark.parametrize("name", ["", "\t", "a\nb"])
def test_an_impossible_name_is_refused_everywhere(database: Database, name: str) -> None:
    people.add(database, "ana")
    with pytest.raises(UsageError):
        people.add(database, name)
    with pytest.raises(UsageError):
        people.rename(database, "ana", name)
    with pytest.raises(UsageError):
        people.check_name(database, name)
