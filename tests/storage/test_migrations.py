"""The schema's history: the scripts make what the models say, and go both ways without losing a row."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from tests.services.dumps import rows_of, schema_of
from tests.services.populated import a_populated_database
from workbench.errors import EnvironmentFault, NeedsUpgrade
from workbench.services import exporting, upkeep
from workbench.services.clock import CountingClock
from workbench.storage import migrate
from workbench.storage.engine import Database, check_schema
from workbench.storage.models import REVISIONS, Base

NEXT = "9998"
"""A revision that only these tests add."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A populated database that nobody has open."""
    database = a_populated_database(tmp_path / "data.db")
    database.close()
    return database.path


def a_script(folder: Path, monkeypatch: pytest.MonkeyPatch, upgrade: str) -> None:
    """Add a third revision that does `upgrade`, in a copy of the migrations that is used from now on."""
    copy = folder / "scripts"
    shutil.copytree(migrate.migrations_folder(), copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "versions" / f"{NEXT}_bad.py").write_text(
        f"from alembic import op\nrevision = '{NEXT}'\ndown_revision = '{REVISIONS[-1]}'\n"
        f"def upgrade():\n    {upgrade}\ndef downgrade():\n    pass\n"
    )
    monkeypatch.setattr(migrate, "migrations_folder", lambda: copy)
    monkeypatch.setattr(migrate, "REVISIONS", (*REVISIONS, NEXT))


def test_the_revisions_that_the_program_knows_are_those_of_the_scripts() -> None:
    assert migrate.script_revisions() == REVISIONS


def test_the_scripts_make_the_tables_and_indexes_that_the_models_say(tmp_path: Path) -> None:
    upkeep.init(tmp_path / "made.db")
    engine = create_engine(f"sqlite:///{tmp_path / 'models.db'}")
    Base.metadata.create_all(engine)
    engine.dispose()
    assert schema_of(tmp_path / "made.db") == schema_of(tmp_path / "models.db")


def test_alembic_sees_no_difference_between_models_and_scripts(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    upkeep.init(tmp_path / "made.db")
    engine = create_engine(f"sqlite:///{tmp_path / 'made.db'}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"render_as_batch": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_the_populated_database_has_a_row_in_every_table(path: Path) -> None:
    empty = [table for table, rows in rows_of(path).items() if len(rows) < 2]
    assert empty == []


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_down_and_up_again_keeps_every_row_and_the_whole_schema(path: Path, revision: str) -> None:
    rows, schema = rows_of(path), schema_of(path)
    upkeep.downgrade(path, CountingClock(), revision)
    older = rows_of(path)
    assert older == columns_of(rows, older)
    upkeep.upgrade(path, CountingClock("2026-03-02T09:00:01Z"))
    assert rows_of(path) == rows
    assert schema_of(path) == schema


def test_an_export_after_down_and_up_again_is_the_same_byte_for_byte(path: Path, tmp_path: Path) -> None:
    before = exported(path, tmp_path / "before.jsonl")
    upkeep.downgrade(path, CountingClock(), REVISIONS[0])
    upkeep.upgrade(path, CountingClock("2026-03-02T09:00:01Z"))
    assert exported(path, tmp_path / "after.jsonl") == before


def exported(path: Path, target: Path) -> bytes:
    database = Database(path)
    exporting.export(database, "jsonl", target)
    database.close()
    return target.read_bytes()


def columns_of(rows: dict, older: dict) -> dict:
    """Return of the rows what an older schema has columns for."""
    kept = {}
    for table, (columns, *_) in older.items():
        names, *values = rows[table]
        places = [names.index(name) for name in columns]
        kept[table] = [columns, *sorted((tuple(row[place] for place in places) for row in values), key=repr)]
    return kept


def test_indexes_with_a_condition_survive_the_way_down_and_up(path: Path) -> None:
    upkeep.downgrade(path, CountingClock())
    upkeep.upgrade(path, CountingClock("2026-03-02T09:00:01Z"))
    with closing(sqlite3.connect(path)) as connection:
        found = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql LIKE '%WHERE%'"))
    assert found.keys() == {"uq_labels_key_in_use", "uq_annotation_sets_gold"}


def test_an_old_file_is_refused_until_it_is_upgraded(path: Path) -> None:
    upkeep.downgrade(path, CountingClock())
    with pytest.raises(NeedsUpgrade, match="workbench upgrade"):
        check_schema(path)
    upkeep.upgrade(path, CountingClock("2026-03-02T09:00:01Z"))
    check_schema(path)


def test_a_migration_that_fails_leaves_file_and_folder_as_they_were(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_script(tmp_path, monkeypatch, "op.execute('DROP TABLE links'); op.execute('SELECT * FROM nowhere')")
    before, names = path.read_bytes(), sorted(tmp_path.iterdir())
    with pytest.raises(Exception, match="nowhere"):
        migrate.migrate(path, NEXT, tmp_path / "backup.db")
    assert path.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == names


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        ("op.execute('DELETE FROM fragments')", "fragments has 0 rows instead of"),
        ("op.execute('UPDATE links SET source_id = 999')", "1 rows refer to rows that are not there"),
    ],
)
def test_a_migration_that_loses_something_is_taken_back(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str, complaint: str
) -> None:
    a_script(tmp_path, monkeypatch, statement)
    before = path.read_bytes()
    with pytest.raises(EnvironmentFault, match=complaint):
        migrate.migrate(path, NEXT, tmp_path / "backup.db")
    assert path.read_bytes() == before
    assert not (tmp_path / "backup.db").exists()


def test_rebuilding_a_table_deletes_no_rows_that_refer_to_it(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    statement = "b = op.batch_alter_table('labels', recreate='always'); b.__enter__(); b.__exit__(None, None, None)"
    a_script(tmp_path, monkeypatch, statement)
    rows = rows_of(path)
    migrate.migrate(path, NEXT, tmp_path / "backup.db")
    assert rows_of(path) == rows


def test_a_migration_runs_once_when_two_programs_ask_for_it(path: Path, tmp_path: Path) -> None:
    upkeep.downgrade(path, CountingClock())
    assert migrate.migrate(path, REVISIONS[-1], tmp_path / "one.db")
    assert not migrate.migrate(path, REVISIONS[-1], tmp_path / "two.db")
    assert not (tmp_path / "two.db").exists()


def test_whoever_reads_during_a_migration_sees_the_file_as_it_was(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Database(path)
    seen: list[int] = []
    count_rows = migrate._row_counts

    def look_from_outside(connection) -> dict[str, int]:
        with reader.read() as other:
            seen.append(other.exec_driver_sql("SELECT count(*) FROM labels").scalar_one())
        return count_rows(connection)

    monkeypatch.setattr(migrate, "_row_counts", look_from_outside)
    a_script(tmp_path, monkeypatch, "op.execute(\"UPDATE labels SET name = name || '!'\")")
    migrate.migrate(path, NEXT, tmp_path / "backup.db")
    reader.close()
    assert seen == [5, 5]


def test_a_folder_with_a_percent_sign_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "100%d"
    shutil.copytree(migrate.migrations_folder(), copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(migrate, "migrations_folder", lambda: copy)
    upkeep.init(tmp_path / "50%.db")
    check_schema(tmp_path / "50%.db")
