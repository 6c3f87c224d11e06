"""Build small databases in a sentence: `a_database(tmp_path, an_article("bridge", "..."))`."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from workbench.domain.text import lengths, text_hash
from workbench.storage.engine import Database
from workbench.storage.models import APPLICATION_ID, REVISIONS, Base


def an_article(uid: str, text: str) -> tuple[str, str]:
    """Return an article for `a_database`."""
    return uid, text


def a_database(folder: Path, *articles: tuple[str, str]) -> Database:
    """Make a database at the newest schema, with the default labels and these articles."""
    from sqlalchemy import create_engine

    from workbench.domain.labels import DEFAULT_LABEL_SET
    from workbench.storage import catalogue

    path = folder / "test.db"
    raw = sqlite3.connect(path)
    raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    raw.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    raw.execute("INSERT INTO alembic_version VALUES (?)", (REVISIONS[-1],))
    raw.commit()
    raw.close()
    path.chmod(0o600)
    engine = create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    engine.dispose()
    database = Database(path)
    with database.write() as connection:
        catalogue.create_project(connection, "test", DEFAULT_LABEL_SET)
        for uid, text in articles:
            measured = lengths(text)
            cursor = connection.exec_driver_sql(
                "INSERT INTO documents (uid, title, sha256, codepoints, utf8, utf16, words, imported) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, '2026-03-01T08:00:00Z')",
                (uid, uid, text_hash(text), measured.codepoint, measured.utf8, measured.utf16, len(text.split())),
            )
            connection.exec_driver_sql("INSERT INTO document_texts VALUES (?, ?)", (cursor.lastrowid, text))
    return database
