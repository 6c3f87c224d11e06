"""Documents: found by uid, their texts, and the library's list in pages."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection

from workbench.errors import NotFound

COLUMNS = "id, uid, title, sha256, codepoints, words, imported, meta"


class Document(NamedTuple):
    """A document's row without its text. `meta` is JSON text; `id` never leaves the file."""

    id: int
    uid: str
    title: str | None
    sha256: str
    codepoints: int
    words: int
    imported: str
    meta: str


def find_document(connection: Connection, uid: str) -> Document:
    """Return a document. Raises NotFound."""
    row = connection.exec_driver_sql(f"SELECT {COLUMNS} FROM documents WHERE uid = ?", (uid,)).fetchone()
    if row is None:
        raise NotFound(f'no document "{uid}"', remedy="`workbench status` counts them; the library lists them.")
    return Document(*row)


def load_text(connection: Connection, document_id: int) -> str:
    """Return a document's text. Raises NotFound."""
    row = connection.exec_driver_sql("SELECT text FROM document_texts WHERE document_id = ?", (document_id,)).fetchone()
    if row is None:
        raise NotFound("the document has no text in this database", remedy="Run `workbench doctor`.")
    return str(row[0])
