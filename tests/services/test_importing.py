"""What an import takes, skips and refuses, and the words it says it in."""

from __future__ import annotations

import io
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.formats import nasty
from tests.services.builders import a_database, an_article
from tests.services.moving import bring, documents, exported, native
from workbench.domain.bundle import (
    AnnotationRow,
    AnnotatorRow,
    Bundle,
    DecisionRow,
    DocumentRow,
    LinkRow,
    Project,
    SetKey,
    SetRow,
)
from workbench.domain.labels import (
    DEFAULT_LABEL_SET,
    Attribute,
    AttributeType,
    Label,
    LabelKind,
    LabelSet,
    LinkType,
)
from workbench.domain.text import text_hash
from workbench.errors import EnvironmentFault, UsageError
from workbench.formats.articles import EncodingUnknown
from workbench.formats.reading import ReadOptions
from workbench.services.clock import CountingClock
from workbench.services.import_report import ImportOptions, Listener, Outcome
from workbench.services.importing import import_paths, store_bundles
from workbench.storage import catalogue
from workbench.storage.engine import Database
from workbench.storage.journal import broken_links

TEXT = "Mara Lind said the toll covers barely a third."
ANA = SetKey("annotator", "ana")
BEN = SetKey("annotator", "ben")
GOLD = SetKey("gold", None)
PROJECT = Project("toll", DEFAULT_LABEL_SET, (AnnotatorRow("ana", "u-ana"), AnnotatorRow("ben", "u-ben")))


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return a_database(tmp_path)


def toll(key: SetKey = ANA, mark: str = "a", text: str = TEXT, uid: str = "toll") -> Bundle:
    """A claim, a speaker and their link, by one annotator."""
    rows = [
        AnnotationRow(f"{mark}1", key, "speaker", ((0, 9),)),
        AnnotationRow(f"{mark}2", key, "claim", ((15, 45),)),
    ]
    document = DocumentRow(uid, "Toll", text, text_hash(text))
    link = LinkRow(f"{mark}k", key, "attribution", f"{mark}2", f"{mark}1")
    return Bundle(document, [SetRow(key, "finished", None)], rows, [link])


def names(database: Database) -> list[str]:
    with database.read() as connection:
        return [row[0] for row in connection.exec_driver_sql("SELECT uid FROM documents ORDER BY uid")]


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return path


# Files, folders, patterns, standard input


def test_a_folder_is_read_by_name_without_what_is_hidden_or_of_other_kinds(tmp_path: Path, database: Database) -> None:
    for name in ("b.txt", "a.md", "sub/c.txt", ".hidden.txt", ".git/d.txt", "picture.png"):
        write(tmp_path / "in" / name, f"Text of {name}.")
    brought = bring(database, tmp_path / "in")
    assert names(database) == ["a", "b", "c"]
    assert brought.said == [
        f"1 file was passed over ({tmp_path}/in/picture.png): "
        "in folders only .csv, .json, .jsonl, .md, .ndjson, .txt are read."
    ]
    assert brought.report.exit_code == 0


def test_a_pattern_stands_for_its_files_once(tmp_path: Path, database: Database) -> None:
    write(tmp_path / "one.txt", "One.")
    write(tmp_path / "two.txt", "Two.")
    brought = bring(database, tmp_path / "*.txt", tmp_path / "one.txt")
    assert brought.report.counts.documents == 2
    assert brought.said == []


def test_a_path_that_is_not_there_is_named_and_the_others_go_in(tmp_path: Path, database: Database) -> None:
    write(tmp_path / "one.txt", "One.")
    brought = bring(database, tmp_path / "gone.txt", tmp_path / "x*.txt", tmp_path / "one.txt")
    assert names(database) == ["one"]
    assert brought.said == [
        f"{tmp_path}/gone.txt: no such file or folder. Check the spelling.",
        f"{tmp_path}/x*.txt: no file fits this pattern. Check the spelling.",
    ]
    assert brought.report.exit_code == 3


def test_nothing_named_is_a_wrong_use(database: Database) -> None:
    with pytest.raises(UsageError, match="nothing to import was named"):
        bring(database)


def test_standard_input_can_be_an_article_or_an_export(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Read from a pipe.\n")))
    bring(database, "-")
    assert names(database) == ["stdin"]
    source = native(tmp_path / "toll.jsonl", PROJECT, [toll()])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(source.read_bytes())))
    bring(database, "-")
    assert names(database) == ["stdin", "toll"]


# Documents


def test_the_same_text_again_is_skipped_by_name(tmp_path: Path, database: Database) -> None:
    write(tmp_path / "harbour.txt", "Tolls rise.\n")
    write(tmp_path / "other.txt", "\ufeffTolls rise.\r\n")
    bring(database, tmp_path / "harbour.txt")
    brought = bring(database, tmp_path / "other.txt")
    assert brought.said == [f'{tmp_path}/other.txt: same text as document "harbour"']
    assert brought.report.exit_code == 0
    assert names(database) == ["harbour"]


def test_a_file_name_taken_by_another_text_gets_eight_digits_of_its_hash(tmp_path: Path, database: Database) -> None:
    bring(database, write(tmp_path / "a" / "toll.txt", "One text."))
    brought = bring(database, write(tmp_path / "b" / "toll.txt", "Another text."))
    expected = f"toll-{text_hash('Another text.')[:8]}"
    assert names(database) == ["toll", expected]
    assert brought.said == [f'{tmp_path}/b/toll.txt: named "{expected}", since "toll" is another text here.']


def test_a_files_own_id_that_belongs_to_another_text_is_refused(tmp_path: Path, database: Database) -> None:
    bring(database, write(tmp_path / "one.jsonl", '{"id": "toll", "text": "One text."}\n'))
    brought = bring(database, write(tmp_path / "two.jsonl", '{"id": "toll", "text": "Another text."}\n'))
    assert brought.said == [
        f'{tmp_path}/two.jsonl: document "toll": this id is taken by another text here. Give it another id in the file.'
    ]
    assert brought.report.exit_code == 1


def test_other_metadata_of_a_known_text_is_not_taken_and_this_is_said(tmp_path: Path, database: Database) -> None:
    bring(database, write(tmp_path / "one.jsonl", '{"id": "t", "text": "One.", "meta": {"outlet": "A"}}\n'))
    brought = bring(database, write(tmp_path / "two.jsonl", '{"id": "t", "text": "One.", "meta": {"outlet": "B"}}\n'))
    assert brought.said == [
        f'{tmp_path}/two.jsonl: document "t": same text as document "t"; other here and not taken: outlet'
    ]


def test_two_documents_of_one_text_in_one_file_are_one_document(tmp_path: Path, database: Database) -> None:
    lines = '{"id": "a", "text": "Same."}\n{"id": "b", "text": "Same."}\n'
    brought = bring(database, write(tmp_path / "both.jsonl", lines))
    assert names(database) == ["a"]
    assert brought.said == [f'{tmp_path}/both.jsonl: document "b": same text as document "a"']


def test_more_documents_than_allowed_are_refused(tmp_path: Path, database: Database) -> None:
    lines = "".join(f'{{"id": "{number}", "text": "Text {number}."}}\n' for number in range(4))
    brought = bring(database, write(tmp_path / "many.jsonl", lines), max_documents=3)
    assert names(database) == []
    assert brought.said == [
        f'{tmp_path}/many.jsonl: document "3": more documents than one import takes. '
        "Import the rest by itself, or raise --max-documents."
    ]


# The unit is a file


def bad_lines(tmp_path: Path) -> Path:
    return write(
        tmp_path / "bad.jsonl", '{"id": "a", "text": "Good."}\n{"id": "b"}\n{"id": "c", "text": "Also good."}\n'
    )


def test_a_file_with_an_error_stores_nothing_and_the_others_go_in(tmp_path: Path, database: Database) -> None:
    brought = bring(database, write(tmp_path / "1.txt", "One."), bad_lines(tmp_path), write(tmp_path / "2.txt", "Two."))
    assert names(database) == ["1", "2"]
    assert [file.outcome for file in brought.report.files] == [Outcome.STORED, Outcome.REFUSED, Outcome.STORED]
    assert brought.said == [f'{tmp_path}/bad.jsonl line 2: no field "text" (fields: id). Use --text-field NAME.']
    assert brought.report.exit_code == 1
    assert brought.report.counts.documents == 2


def test_skip_bad_takes_the_good_records_and_lists_the_others(tmp_path: Path, database: Database) -> None:
    brought = bring(database, bad_lines(tmp_path), skip_bad=True)
    assert names(database) == ["a", "c"]
    assert len(brought.said) == 1
    assert brought.report.exit_code == 1


def test_strict_stores_nothing_unless_every_file_is_good(tmp_path: Path, database: Database) -> None:
    one = write(tmp_path / "1.txt", "One.")
    brought = bring(database, one, bad_lines(tmp_path), strict=True)
    assert names(database) == []
    assert brought.report.undone
    assert brought.report.counts.documents == 0
    assert bring(database, one, strict=True).report.exit_code == 0
    assert names(database) == ["1"]


def test_cancelling_keeps_finished_files_and_nothing_of_the_current_one(tmp_path: Path, database: Database) -> None:
    one = write(tmp_path / "1.jsonl", '{"id": "a", "text": "A."}\n{"id": "b", "text": "B."}\n')
    two = write(tmp_path / "2.jsonl", '{"id": "c", "text": "C."}\n{"id": "d", "text": "D."}\n')
    asked = iter([False, False, False, True])
    brought = bring(database, one, two, cancelled=lambda: next(asked))
    assert names(database) == ["a", "b"]
    assert [file.outcome for file in brought.report.files] == [Outcome.STORED, Outcome.CANCELLED]
    assert brought.report.cancelled


def test_a_locked_database_is_told_apart_from_a_bad_file(tmp_path: Path) -> None:
    path = a_database(tmp_path).path
    impatient = Database(path, busy_timeout_ms=10)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(EnvironmentFault, match="locked"):
        bring(impatient, write(tmp_path / "1.txt", "One."))
    holder.close()
    impatient.close()


# Encodings


def test_bytes_that_are_not_utf_8_are_refused_without_an_encoding(tmp_path: Path, database: Database) -> None:
    (tmp_path / "notes.txt").write_bytes("Café ’tis".encode("cp1252"))
    brought = bring(database, tmp_path / "notes.txt")
    assert brought.said == [
        f"{tmp_path}/notes.txt: not UTF-8 (byte 0xe9 at offset 3). Give --encoding, for example --encoding cp1252."
    ]
    brought = bring(database, tmp_path / "notes.txt", read=ReadOptions(encoding="cp1252"))
    assert brought.said == [f"{tmp_path}/notes.txt: read as cp1252, as told."]
    assert names(database) == ["notes"]


def test_an_unknown_encoding_is_a_wrong_use(tmp_path: Path, database: Database) -> None:
    with pytest.raises(UsageError, match="no encoding is called 'cp99'"):
        bring(database, tmp_path, read=ReadOptions(encoding="cp99"))


@pytest.mark.parametrize("strict", [False, True])
def test_a_person_can_be_asked_for_the_encoding(tmp_path: Path, database: Database, strict: bool) -> None:
    (tmp_path / "a.txt").write_bytes(b"Plain.")
    (tmp_path / "b.txt").write_bytes("Café".encode("cp1252"))
    asked: list[str] = []

    def answer(question: EncodingUnknown) -> str:
        asked.append(question.where)
        return "cp1252"

    report = import_paths(
        database, [str(tmp_path)], ImportOptions(strict=strict), Listener(ask_encoding=answer), CountingClock()
    )
    assert asked == [f"{tmp_path}/b.txt"]
    assert report.exit_code == 0
    assert names(database) == ["a", "b"]


def test_a_person_who_names_no_encoding_refuses_the_file(tmp_path: Path, database: Database) -> None:
    (tmp_path / "b.txt").write_bytes("Café".encode("cp1252"))
    listener = Listener(ask_encoding=lambda question: None)
    report = import_paths(database, [str(tmp_path / "b.txt")], listener=listener, clock=CountingClock())
    assert [file.outcome for file in report.files] == [Outcome.REFUSED]


# Known documents, new annotations


def test_a_set_that_is_absent_is_added_and_an_equal_one_skipped(tmp_path: Path, database: Database) -> None:
    bring(database, native(tmp_path / "a.jsonl", PROJECT, [toll()]))
    both = toll()
    other = toll(BEN, "b")
    both.sets.extend(other.sets)
    both.annotations.extend(other.annotations)
    both.links.extend(other.links)
    counts = bring(database, native(tmp_path / "b.jsonl", PROJECT, [both])).report.counts
    assert (counts.known_sets, counts.sets, counts.annotations, counts.links) == (1, 1, 2, 1)


def test_a_set_that_differs_is_refused_by_name_with_the_remedy(tmp_path: Path, database: Database) -> None:
    bring(database, native(tmp_path / "a.jsonl", PROJECT, [toll()]))
    changed = toll()
    changed.annotations[0] = changed.annotations[0]._replace(note="who?")
    changed.sets[0] = changed.sets[0]._replace(state="in_progress")
    brought = bring(database, native(tmp_path / "b.jsonl", PROJECT, [changed]))
    assert brought.said == [
        f'{tmp_path}/b.jsonl: document "toll": the set of ana differs from the one stored here '
        "(1 annotation changed, state in progress, here finished). Import it beside that one with --as-source NAME."
    ]
    assert brought.report.exit_code == 1


def test_as_source_brings_a_differing_set_in_beside_the_stored_one(tmp_path: Path, database: Database) -> None:
    bring(database, native(tmp_path / "a.jsonl", PROJECT, [toll()]))
    changed = toll()
    changed.annotations[0] = changed.annotations[0]._replace(note="who?")
    one_person = replace(PROJECT, annotators=PROJECT.annotators[:1])
    brought = bring(database, native(tmp_path / "b.jsonl", one_person, [changed]), as_source="old")
    assert brought.said == []
    (document,) = documents(exported(database, tmp_path, "json"))
    assert [(row["annotator"], row["role"]) for row in document["sets"]] == [("ana", "annotator"), ("old", "imported")]
    again = bring(database, tmp_path / "b.jsonl", as_source="old")
    assert again.report.counts.known_sets == 1


def test_as_source_names_the_annotators_when_there_are_several(tmp_path: Path, database: Database) -> None:
    bring(database, native(tmp_path / "a.jsonl", PROJECT, [toll(BEN)]), as_source="lab")
    (document,) = documents(exported(database, tmp_path, "json"))
    assert [row["annotator"] for row in document["sets"]] == ["lab:ben"]


def test_an_annotation_id_in_use_in_the_document_is_refused(tmp_path: Path, database: Database) -> None:
    bring(database, native(tmp_path / "a.jsonl", PROJECT, [toll()]))
    brought = bring(database, native(tmp_path / "b.jsonl", PROJECT, [toll(BEN, "a")]))
    assert brought.said[0] == (
        f'{tmp_path}/b.jsonl: document "toll", annotation a1: this id of ben is in use in the document. '
        "Import it with --as-source NAME, which gives other ids."
    )
    assert len(brought.said) == 3


def test_gold_without_decisions_gets_one_an_annotation_that_no_export_shows(tmp_path: Path, database: Database) -> None:
    bring(database, native(tmp_path / "a.jsonl", PROJECT, [toll(GOLD, "g")]))
    with database.read() as connection:
        rows = connection.exec_driver_sql("SELECT uid, kind, result, implicit FROM decisions ORDER BY uid").fetchall()
    assert rows == [("imported-g1", "imported", '["g1"]', 1), ("imported-g2", "imported", '["g2"]', 1)]
    assert "decisions" not in documents(exported(database, tmp_path, "json"))[0]


def test_gold_that_differs_from_the_stored_gold_is_refused(tmp_path: Path, database: Database) -> None:
    bring(database, native(tmp_path / "a.jsonl", PROJECT, [toll(GOLD, "g")]))
    changed = toll(GOLD, "g")
    changed.decisions.append(DecisionRow("d1", "take", "ana", result=("g1",)))
    brought = bring(database, native(tmp_path / "b.jsonl", PROJECT, [changed]))
    assert "the set of gold differs from the one stored here (its decisions differ)" in brought.said[0]


def test_a_ruling_that_nothing_belongs_here_comes_in_without_any_gold(tmp_path: Path, database: Database) -> None:
    bundle = toll()
    bundle.decisions.append(DecisionRow("d1", "neither", "ben", note="both wrong"))
    bring(database, native(tmp_path / "a.jsonl", PROJECT, [bundle]))
    (document,) = documents(exported(database, tmp_path, "json"))
    assert document["decisions"][0]["kind"] == "neither"
    assert bring(database, tmp_path / "a.jsonl").report.exit_code == 0


# The project and its people


def test_a_fresh_database_takes_over_the_project_of_an_export(tmp_path: Path, database: Database) -> None:
    bring(database, native(tmp_path / "nasty.jsonl", nasty.project(), nasty.bundles()))
    with database.read() as connection:
        project = catalogue.load_project(connection)
    assert project.name == "nasty"
    assert project.label_set == nasty.project().label_set
    assert project.settings == nasty.project().settings


def test_a_file_without_uids_leaves_the_default_labels_behind_its_own(tmp_path: Path, database: Database) -> None:
    source = native(tmp_path / "a.json", PROJECT, [])
    write(
        tmp_path / "a.jsonl",
        '{"record": "header", "format": "workbench-annotations", "version": 1, "offset_unit": "codepoint", '
        '"project": {"name": "p", "labels": [{"name": "place", "key": "c"}, {"name": "figure"}]}, "annotators": []}\n',
    )
    source.unlink()
    assert bring(database, tmp_path / "a.jsonl").report.exit_code == 0
    with database.read() as connection:
        labels = catalogue.load_label_set(connection).labels
    assert [(label.name, label.key) for label in labels] == [
        ("place", "c"), ("figure", "f"), ("claim", None), ("speaker", "s"), ("source", "o"),
    ]  # fmt: skip


def used(tmp_path: Path) -> Database:
    """A database that has its own labels already, and one article."""
    database = a_database(tmp_path, an_article("other", "Something else."))
    with database.write() as connection:
        catalogue.mark_used(connection)
    return database


def test_labels_that_only_the_file_has_are_added_and_those_here_stay(tmp_path: Path) -> None:
    database = used(tmp_path)
    claim, *others = DEFAULT_LABEL_SET.labels
    labels = (
        replace(claim, name="assertion", guideline="Other words."),
        *others,
        Label("label-place", "place", "s", None, LabelKind.NONE),
    )
    project = replace(PROJECT, label_set=LabelSet(labels, DEFAULT_LABEL_SET.link_types))
    bundle = toll()
    bundle.annotations[1] = bundle.annotations[1]._replace(label="assertion")
    project = replace(project, label_set=replace(project.label_set, labels=(*labels[:4], replace(labels[4], key="z"))))
    brought = bring(database, native(tmp_path / "a.jsonl", project, [bundle]))
    assert [said.rpartition("header: ")[2] for said in brought.said] == [
        'label "assertion" differs in name, guideline; what this database says stays.',
        'label "place" was added.',
    ]
    document = documents(exported(database, tmp_path, "json"))[1]
    assert {row["label"] for row in document["annotations"]} == {"claim", "speaker"}
    assert bring(database, tmp_path / "a.jsonl").report.counts.known_sets == 1


def test_attributes_and_choices_of_the_file_find_their_place(tmp_path: Path) -> None:
    database = used(tmp_path)
    claim, *others = DEFAULT_LABEL_SET.labels
    rating = Attribute("rating", AttributeType.CHOICE, ("true", "false"))
    project = replace(
        PROJECT, label_set=replace(DEFAULT_LABEL_SET, labels=(replace(claim, attributes=(rating,)), *others))
    )
    bundle = toll()
    bundle.annotations[1] = bundle.annotations[1]._replace(attributes=(("rating", "true"),))
    brought = bring(database, native(tmp_path / "a.jsonl", project, [bundle]))
    assert brought.said[0].endswith('attribute "rating" of label "claim" was added.')
    numbered = replace(claim, attributes=(Attribute("rating", AttributeType.NUMBER),))
    other = replace(project, label_set=replace(DEFAULT_LABEL_SET, labels=(numbered, *others)))
    brought = bring(database, native(tmp_path / "b.jsonl", other, [toll(text=TEXT.upper())]))
    assert "is of type number in the file and choice here" in brought.said[0]
    assert brought.report.exit_code == 1


def test_a_link_that_its_type_does_not_allow_here_is_refused(tmp_path: Path) -> None:
    database = used(tmp_path)
    wide = LinkType("link-attribution", "attribution")
    project = replace(PROJECT, label_set=replace(DEFAULT_LABEL_SET, link_types=(wide,)))
    bundle = toll()
    bundle.links[0] = bundle.links[0]._replace(source="a1", target="a2")
    brought = bring(database, native(tmp_path / "a.jsonl", project, [bundle]))
    assert brought.said[-1] == (
        f'{tmp_path}/a.jsonl: document "toll", link ak: "attribution" may not go from speaker to claim here. '
        "Widen it with `workbench labels`."
    )


def test_a_renamed_annotator_is_known_by_uid(tmp_path: Path, database: Database) -> None:
    bring(database, native(tmp_path / "a.jsonl", PROJECT, [toll()]))
    with database.write() as connection:
        catalogue.rename_annotator(connection, "u-ana", "anna")
    brought = bring(database, tmp_path / "a.jsonl")
    assert [said.rpartition("header: ")[2] for said in brought.said] == ['annotator "ana" is called "anna" here.']
    assert brought.report.counts.known_sets == 1


def test_sources_are_no_people(tmp_path: Path, database: Database) -> None:
    bring(database, native(tmp_path / "a.jsonl", PROJECT, [toll(SetKey("imported", "model:x"))]))
    with database.read() as connection:
        known = {row.name: (row.kind, row.declared) for row in catalogue.list_annotators(connection)}
    assert known == {"ana": ("person", True), "ben": ("person", True), "model:x": ("source", False)}


# The journal


def test_an_import_writes_one_entry_a_set_with_one_operation_a_file(tmp_path: Path, database: Database) -> None:
    bundle = toll()
    gold = toll(GOLD, "g")
    bundle.sets.extend(gold.sets)
    bundle.annotations.extend(gold.annotations)
    bundle.links.extend(gold.links)
    bring(database, native(tmp_path / "a.jsonl", PROJECT, [bundle]))
    with database.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT chain, title, operation, annotator_id, inverse FROM journal ORDER BY chain"
        ).fetchall()
        assert list(broken_links(connection)) == []
    operation = rows[0][2]
    assert rows == [
        ("document/toll", "import a.jsonl", operation, None, "[]"),
        ("set/toll/annotator/u-ana", "import a.jsonl", operation, None, "[]"),
    ]


def test_the_same_import_at_the_same_time_gives_the_same_rows(tmp_path: Path) -> None:
    source = native(tmp_path / "nasty.jsonl", nasty.project(), nasty.bundles())
    dumps = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        database = a_database(tmp_path / name)
        bring(database, source, clock=CountingClock())
        database.close()
        connection = sqlite3.connect(database.path)
        dumps.append(list(connection.iterdump()))
        connection.close()
    assert dumps[0] == dumps[1]


# Bundles that the program makes itself


def test_bundles_are_stored_in_one_operation(tmp_path: Path, database: Database) -> None:
    report = store_bundles(database, PROJECT, [toll()], "demo", CountingClock())
    assert report.counts.annotations == 2
    assert names(database) == ["toll"]


def test_a_bundle_that_cannot_be_stored_takes_all_of_them_back(tmp_path: Path, database: Database) -> None:
    store_bundles(database, PROJECT, [toll()], "demo", CountingClock())
    refused: Callable[[], object] = lambda: store_bundles(  # noqa: E731
        database, PROJECT, [toll(text=TEXT + "!", uid="new"), toll(text=TEXT + "?")], "demo", CountingClock()
    )
    with pytest.raises(Exception, match="taken by another text"):
        refused()
    assert names(database) == ["toll"]
