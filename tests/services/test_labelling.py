"""The label set edited: what annotations use is never taken from under them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.services.dumps import rows_of
from tests.services.populated import a_populated_database
from workbench.domain.labels import DEFAULT_LABEL_SET, Label, LabelKind
from workbench.errors import NotFound, Refused, UsageError
from workbench.services import annotating, doctor, labelling, upkeep
from workbench.storage import catalogue
from workbench.storage.engine import Database


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """A database in which every label but source is used, the attributes and the link type too."""
    return a_populated_database(tmp_path / "data.db")


@pytest.fixture
def fresh(tmp_path: Path) -> Database:
    upkeep.init(tmp_path / "fresh.db")
    return Database(tmp_path / "fresh.db")


def edited(database: Database, before: str, after: str) -> labelling.Loaded:
    text = labelling.save_file(database)
    assert before in text
    return labelling.load_file(database, text.replace(before, after).encode(), "labels.toml")


def test_labels_are_listed_with_how_often_they_are_used(database: Database) -> None:
    found = {use.label.name: use.annotations for use in labelling.list_labels(database)}
    assert found == {"claim": 2, "speaker": 3, "figure": 1, "source": 0, "hedge": 1}


def test_a_label_is_added_at_the_end(fresh: Database) -> None:
    added = labelling.add_label(fresh, " quote ", key="q", colour="teal", kind=LabelKind.WHO, guideline="Who.")
    assert added == Label("label-quote", "quote", "q", "teal", LabelKind.WHO, "Who.")
    assert labelling.label_set_of(fresh).labels == (*DEFAULT_LABEL_SET.labels, added)


def test_thirty_labels_fit_of_which_thirteen_have_letters(fresh: Database) -> None:
    for number in range(26):
        labelling.add_label(fresh, f"label {number}")
    assert len(labelling.label_set_of(fresh).labels) == 30


@pytest.mark.parametrize(
    ("name", "options", "complaint"),
    [
        ("claim", {}, 'the same label: "claim"'),
        ("", {}, "cannot be empty"),
        ("a\nb", {}, "control characters"),
        ("quote", {"key": "c"}, 'labels "claim" and "quote" both have the key'),
        ("quote", {"key": "x"}, "cannot have the key 'x'"),
        ("quote", {"colour": "mauve"}, "there is no colour 'mauve'"),
    ],
)
def test_a_label_that_does_not_fit_is_refused(fresh: Database, name: str, options: dict, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        labelling.add_label(fresh, name, **options)
    assert labelling.label_set_of(fresh) == DEFAULT_LABEL_SET


def test_a_rename_is_a_rename_everywhere(database: Database) -> None:
    before = annotating.open_document(database, "bridge", "ana").annotations
    labelling.rename_label(database, "claim", "assertion")
    opened = annotating.open_document(database, "bridge", "ana")
    assert opened.annotations == before
    assert opened.label_set.by_uid("label-claim").name == "assertion"


def test_names_can_be_swapped_by_a_file(database: Database) -> None:
    text = labelling.save_file(database)
    swapped = text.replace('name = "speaker"', 'name = "x"').replace('name = "source"', 'name = "speaker"')
    swapped = swapped.replace('name = "x"', 'name = "source"')
    labelling.load_file(database, swapped.encode(), "labels.toml")
    assert labelling.label_set_of(database).by_uid("label-speaker").name == "source"


def test_an_archived_label_frees_its_letter_and_keeps_its_annotations(database: Database) -> None:
    labelling.archive_label(database, "claim")
    labelling.add_label(database, "check", key="c")
    found = {use.label.name: use for use in labelling.list_labels(database)}
    assert found["claim"].label.archived
    assert found["claim"].annotations == 2
    with pytest.raises(UsageError, match="both have the key"):
        labelling.archive_label(database, "claim", archived=False)


def test_an_archived_label_comes_back_as_it_was(database: Database) -> None:
    before = labelling.label_set_of(database)
    labelling.archive_label(database, "claim")
    labelling.archive_label(database, "claim", archived=False)
    assert labelling.label_set_of(database) == before


def test_key_colour_kind_and_guideline_can_be_changed(fresh: Database) -> None:
    changed = labelling.change_label(
        fresh, "claim", lambda label: replace(label, key="q", colour="pink", kind=LabelKind.NONE, guideline=None)
    )
    assert changed == Label("label-claim", "claim", "q", "pink")
    assert labelling.label_set_of(fresh).by_name("claim") == changed


def test_editing_an_unknown_label_names_those_that_are_known(fresh: Database) -> None:
    with pytest.raises(NotFound, match="claim, speaker, figure, source"):
        labelling.rename_label(fresh, "nothing", "x")


def test_after_an_edit_no_file_brings_its_own_labels(fresh: Database) -> None:
    with fresh.read() as connection:
        assert catalogue.is_pristine(connection)
    labelling.change_label(fresh, "claim", lambda label: replace(label, colour="pink"))
    with fresh.read() as connection:
        assert not catalogue.is_pristine(connection)


def test_an_edit_that_changes_nothing_leaves_the_database_untouched(fresh: Database) -> None:
    labelling.archive_label(fresh, "claim", archived=False)
    labelling.load_file(fresh, labelling.save_file(fresh).encode(), "labels.toml")
    with fresh.read() as connection:
        assert catalogue.is_pristine(connection)


def test_saving_and_loading_changes_no_row(database: Database) -> None:
    before = rows_of(database.path)
    loaded = labelling.load_file(database, labelling.save_file(database).encode(), "labels.toml")
    assert loaded == labelling.Loaded((), (), ())
    assert rows_of(database.path) == before


def test_a_file_says_what_it_added_changed_and_removed(database: Database) -> None:
    text = labelling.save_file(database)
    unused = text[text.index('[[labels]]\nname = "source"') : text.index('[[labels]]\nname = "hedge"')]
    after = text.replace(unused, '[[labels]]\nname = "quote"\n\n').replace(
        'to = ["speaker", "source"]', 'to = ["speaker"]'
    )
    loaded = labelling.load_file(database, after.encode(), "labels.toml")
    assert loaded == labelling.Loaded(("quote",), ("attribution",), ("source",))
    assert doctor.report(database.path).problems == []


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ('uid = "label-hedge"', 'uid = "label-other"', 'label "hedge" is used by 1 annotations'),
        ('uid = "link-attribution"', 'uid = "link-other"', 'link type "attribution" is used by 1 links'),
        ('name = "certainty"', 'name = "doubt"', "which would no longer be known"),
        ('choices = ["low", "high"]', 'choices = ["high"]', "which is none of high"),
        ('type = "flag"', 'type = "number"', "which is not a number"),
        ('to = ["speaker", "source"]', 'to = ["source"]', "would no longer be allowed"),
        ('from = ["claim"]', 'from = ["figure"]', "joins claim and speaker in 1 links"),
    ],
)
def test_what_is_in_use_cannot_be_taken_away(database: Database, before: str, after: str, complaint: str) -> None:
    rows = rows_of(database.path)
    with pytest.raises(Refused, match=complaint):
        edited(database, before, after)
    assert rows_of(database.path) == rows


def test_attributes_and_ends_can_grow(database: Database) -> None:
    edited(database, 'choices = ["low", "high"]', 'choices = ["low", "middle", "high"]')
    edited(database, 'from = ["claim"]', 'from = ["claim", "figure"]')
    assert doctor.report(database.path).problems == []


def test_a_bad_file_changes_nothing(database: Database) -> None:
    rows = rows_of(database.path)
    with pytest.raises(UsageError, match=r"line \d+, label \"claim\""):
        edited(database, 'colour = "amber"', 'colour = "mauve"')
    assert rows_of(database.path) == rows
