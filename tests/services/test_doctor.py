"""doctor: each kind of broken row is found by its name, and only what can be proven is mended."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.services.dumps import rows_of
from tests.services.populated import a_populated_database
from workbench.errors import EnvironmentFault
from workbench.services import doctor, upkeep
from workbench.services.clock import CountingClock
from workbench.storage.finding import Finding
from workbench.storage.models import REVISIONS


@pytest.fixture
def path(tmp_path: Path) -> Path:
    database = a_populated_database(tmp_path / "data.db")
    database.close()
    return database.path


def break_it(path: Path, *statements: str) -> None:
    """Change rows behind the program's back, without the constraints' protection."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            connection.execute(statement)


def problems(path: Path) -> list[Finding]:
    return doctor.report(path).problems


def test_a_sound_database_has_neither_problems_nor_notes(path: Path) -> None:
    found = doctor.report(path)
    assert (found.problems, found.notes) == ([], [])
    assert found.summary == f"{path}: nothing is wrong"


BREAKAGES = {
    "a quote that is not in the text": (
        "UPDATE fragments SET quote = 'Mara' WHERE quote = 'Mara Lind' AND annotation_id = "
        "(SELECT id FROM annotations WHERE uid = 'a1')",
        "fragments",
        'document "bridge", annotation a1 (ana)',
        "quotes 'Mara', but the text at 2-11 is 'Mara Lind'",
    ),
    "fragments out of order": (
        'UPDATE fragments SET start = 10, "end" = 12 WHERE number = 2',
        "fragments",
        'document "bridge", annotation a2 (ana)',
        "overlap, touch or are out of order",
    ),
    "fragments that touch": (
        "UPDATE fragments SET start = 49 WHERE number = 2",
        "fragments",
        'document "bridge", annotation a2 (ana)',
        "overlap, touch or are out of order",
    ),
    "a fragment that is missing": (
        "DELETE FROM fragments WHERE number = 1 AND annotation_id = (SELECT id FROM annotations WHERE uid = 'a2')",
        "fragments",
        'document "bridge", annotation a2 (ana)',
        "not numbered from 1",
    ),
    "an annotation without fragments": (
        "DELETE FROM fragments WHERE annotation_id = (SELECT id FROM annotations WHERE uid = 'g1')",
        "fragments",
        'document "bridge", annotation g1 (gold)',
        "has no fragment",
    ),
    "an extent that is not the fragments'": (
        "UPDATE annotations SET extent = '2-12' WHERE uid = 'b1'",
        "fragments",
        'document "bridge", annotation b1 (ben)',
        "is at 2-12, but its fragments are at 2-11",
    ),
    "an end that is not the fragments'": (
        "UPDATE annotations SET \"end\" = 12 WHERE uid = 'b1'",
        "fragments",
        'document "bridge", annotation b1 (ben)',
        "goes from 2 to 12",
    ),
    "an annotation past the end of the text": (
        "UPDATE document_texts SET text = substr(text, 1, 50)",
        "fragments",
        'document "bridge", annotation a2 (ana)',
        "past the end of the text (50)",
    ),
    "a text that was changed": (
        "UPDATE document_texts SET text = replace(text, 'toll', 'tall')",
        "texts",
        'document "bridge"',
        "SHA-256",
    ),
    "a length that is wrong": ("UPDATE documents SET utf16 = utf16 + 1", "texts", 'document "quay"', "units long"),
    "a text that is gone": (
        "DELETE FROM document_texts WHERE text LIKE '%Quay%'",
        "texts",
        'document "quay"',
        "has no text",
    ),
    "a link that leaves its set": (
        "UPDATE links SET target_id = (SELECT id FROM annotations WHERE uid = 'b1')",
        "links",
        'document "bridge", link k1',
        "not both in its set",
    ),
    "a person's set of a source": (
        "UPDATE annotators SET kind = 'source' WHERE name = 'ben'",
        "sets",
        'document "quay", set of ben',
        "ben is a source",
    ),
    "a set that nothing tells of": (
        "DELETE FROM journal WHERE chain LIKE 'set/quay/annotator/%ben'",
        "sets",
        'document "quay", set of ben',
        "nothing in the journal",
    ),
    "a time of last touch that is not the journal's": (
        "UPDATE annotation_sets SET touched = '2020-01-01T00:00:00Z' WHERE role = 'gold'",
        "sets",
        'document "bridge", set of gold',
        "was last touched at 2026-03-02T09:00:00Z",
    ),
    "an attribute that its label has not": (
        "UPDATE attribute_values SET name = 'mood' WHERE name = 'certainty'",
        "attributes",
        'document "bridge", annotation a2 (ana)',
        'attribute "mood" is not one of its label',
    ),
    "an attribute value that does not fit": (
        "UPDATE attribute_values SET value = '\"middling\"' WHERE name = 'certainty'",
        "attributes",
        'document "bridge", annotation a2 (ana)',
        "none of low, high",
    ),
    "an attribute value that is no JSON": (
        "UPDATE attribute_values SET value = '{' WHERE name = 'quoted'",
        "attributes",
        'document "bridge", annotation a2 (ana)',
        "no JSON",
    ),
    "sources that are no JSON": (
        "UPDATE annotations SET derived_from = '[1]' WHERE uid = 'g1'",
        "json",
        'document "bridge", annotation g1',
        "derived_from",
    ),
    "metadata that is no JSON": ("UPDATE documents SET meta = '[]'", "json", 'document "quay"', "meta"),
    "what a decision was shown": (
        "UPDATE decisions SET shown = 'x' WHERE uid = 'd2'",
        "json",
        'document "bridge", decision d2',
        "shown",
    ),
    "a journal entry that was rewritten": (
        "UPDATE journal SET title = 'nothing' WHERE chain LIKE 'set/quay/%cy' AND number = 2",
        "journal",
        "journal set/quay/annotator/annotator-cy, entry 2",
        "says something else",
    ),
    "a journal entry that is no JSON": (
        "UPDATE journal SET change = '[' WHERE chain LIKE 'set/quay/%cy' AND number = 2",
        "journal",
        "journal set/quay/annotator/annotator-cy, entry 2",
        "says something else",
    ),
    "a journal entry that is gone": (
        "DELETE FROM journal WHERE chain LIKE 'set/quay/%cy' AND number = 2",
        "journal",
        "journal set/quay/annotator/annotator-cy, entry 3",
        "entry 2 is missing",
    ),
    "the last journal entries gone": (
        "DELETE FROM journal WHERE chain LIKE 'set/quay/%cy' AND number >= 3",
        "rows",
        'document "quay", set of cy',
        "is finished, but by the journal it is in_progress",
    ),
    "an annotation made behind the journal's back": (
        'INSERT INTO annotations (set_id, document_id, uid, label_id, start, "end", extent) '
        "SELECT set_id, document_id, 'x9', label_id, 1, 2, '1-2' FROM annotations WHERE set_id = "
        "(SELECT id FROM annotation_sets WHERE annotator_id = (SELECT id FROM annotators WHERE name = 'cy'))",
        "rows",
        'document "quay", annotation x9 (cy)',
        "the journal does not know it",
    ),
    "an annotation moved behind the journal's back": (
        "UPDATE annotations SET note = 'psst' WHERE set_id = "
        "(SELECT id FROM annotation_sets WHERE annotator_id = (SELECT id FROM annotators WHERE name = 'cy'))",
        "rows",
        "(cy)",
        "is not as the journal left it: note",
    ),
    "a row that refers to nothing": (
        "UPDATE links SET type_id = 99",
        "references",
        "table links, row 1",
        "refers to a row of link_types",
    ),
    "an index that is missing": (
        "DROP INDEX uq_annotation_sets_gold",
        "schema",
        "index uq_annotation_sets_gold",
        "missing",
    ),
    "a label with an impossible key": (
        "UPDATE labels SET key = 'x' WHERE name = 'claim'",
        "project",
        "label set",
        "cannot have the key",
    ),
    "a project that is gone": ("DELETE FROM project", "project", "label set", "no project"),
    "two schema revisions": (
        "INSERT INTO alembic_version VALUES ('0001')",
        "schema",
        "schema revision",
        f"is {REVISIONS[-1]}, 0001",
    ),
    "a broken constraint": (
        "UPDATE annotation_sets SET state = 'lost' WHERE role = 'imported'",
        "structure",
        "file",
        "CHECK constraint failed in annotation_sets",
    ),
}


@pytest.mark.parametrize("name", BREAKAGES)
def test_what_is_broken_is_named(path: Path, name: str) -> None:
    statement, check, where, what = BREAKAGES[name]
    break_it(path, statement)
    found = [finding for finding in problems(path) if finding.check == check]
    assert any(where in finding.where and what in finding.what for finding in found), problems(path)


def test_looking_changes_nothing_even_where_much_is_broken(path: Path) -> None:
    for statement, *_ in BREAKAGES.values():
        if "alembic" not in statement:
            break_it(path, statement)
    before = path.read_bytes(), path.stat().st_mtime_ns
    assert len(problems(path)) > 20
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_a_link_that_its_type_does_not_allow_is_only_a_note(path: Path) -> None:
    break_it(path, "DELETE FROM link_type_ends WHERE label_id = 2")
    found = doctor.report(path)
    assert found.problems == []
    assert [(note.where, note.what) for note in found.notes] == [
        ('document "bridge", link k1', 'type "attribution" does not join claim to speaker')
    ]


REPAIRABLE = (
    "UPDATE fragments SET quote = 'Mara' WHERE quote = 'Mara Lind'",
    "UPDATE documents SET codepoints = 1, utf8 = 2, utf16 = 1",
    'UPDATE annotations SET "end" = "end" + 1 WHERE uid = \'a2\'',
    "UPDATE annotation_sets SET touched = NULL",
)


def test_what_can_be_proven_is_mended_after_a_backup(path: Path) -> None:
    sound = rows_of(path)
    break_it(path, *REPAIRABLE)
    broken = rows_of(path)
    mended = doctor.repair(path, CountingClock())
    assert rows_of(path) == sound
    assert mended.backup is not None
    assert rows_of(mended.backup) == broken
    assert problems(path) == []


def test_a_quote_whose_annotation_the_journal_contradicts_is_left_alone(path: Path) -> None:
    of_cy = "(SELECT id FROM annotations WHERE set_id = (SELECT max(set_id) FROM annotations))"
    break_it(
        path,
        f"UPDATE annotations SET start = 1, extent = '1-16' WHERE id = {of_cy}",
        f"UPDATE fragments SET start = 1 WHERE annotation_id = {of_cy}",
    )
    before = rows_of(path)
    doctor.repair(path, CountingClock())
    assert rows_of(path) == before
    assert {finding.check for finding in problems(path)} == {"fragments", "rows"}


def test_what_only_a_person_can_decide_is_left_alone(path: Path) -> None:
    break_it(path, "UPDATE annotations SET extent = '2-12' WHERE uid = 'b1'")
    before = rows_of(path)
    assert doctor.repair(path, CountingClock()) == doctor.Mended(0, None)
    assert rows_of(path) == before
    assert upkeep.backups(path) == []


def test_a_damaged_page_is_reported_with_the_backup_to_put_back(path: Path) -> None:
    backup = upkeep.backup(path, CountingClock())
    with path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 12)
    found = problems(path)
    assert found
    assert any("backup" in finding.remedy for finding in found)
    assert backup.exists()


def test_a_truncated_file_is_reported_with_the_backup_to_put_back(path: Path) -> None:
    backup = upkeep.backup(path, CountingClock())
    with path.open("r+b") as file:
        file.truncate(4096 * 5)
    assert [(finding.check, finding.what) for finding in problems(path)] == [("structure", "is damaged")]
    assert backup.name in problems(path)[0].remedy


def test_what_is_not_a_database_is_no_patient(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("Mara Lind said " * 100)
    with pytest.raises(EnvironmentFault, match="is not a workbench database"):
        doctor.report(tmp_path / "notes.db")


def test_a_file_that_others_can_read_is_worth_a_note(path: Path) -> None:
    path.chmod(0o644)
    found = doctor.report(path)
    assert found.problems == []
    assert "mode 0644" in found.notes[0].what


def test_a_network_file_system_is_worth_a_note(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_NETWORK_FILE_SYSTEM", "1")
    assert "network file system" in doctor.report(path).notes[0].what


def test_a_half_made_copy_is_worth_a_note(path: Path) -> None:
    path.with_name(f".{path.name}.0a1b2c3d.part").write_bytes(b"")
    assert "killed" in doctor.report(path).notes[0].what


def test_an_empty_database_is_sound(tmp_path: Path) -> None:
    upkeep.init(tmp_path / "new.db")
    assert problems(tmp_path / "new.db") == []


def test_the_report_for_programs_has_its_keys(path: Path) -> None:
    break_it(path, BREAKAGES["a length that is wrong"][0])
    found = doctor.report(path).to_json()
    assert found.keys() == {"path", "ok", "repairable", "problems", "notes"}
    assert (found["ok"], found["repairable"], len(found["problems"])) == (False, 2, 2)
    assert found["problems"][0].keys() == {"check", "where", "what", "remedy", "repairable"}
