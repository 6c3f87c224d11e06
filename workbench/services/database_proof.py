"""A database as what exports are compared with: documents are looked up one by one, nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from workbench.domain.bundle import Bundle
from workbench.errors import WorkbenchError
from workbench.storage.bulk_read import Damaged, document_hashes, known_documents, read_bundle
from workbench.storage.engine import Connection, Database


class StoredDocuments:
    """The documents of one moment of a database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lookup(self, document_id: str, sha256: str) -> Bundle | None:
        """Return the document with this text, else the one of this id, else None. Raises WorkbenchError if damaged."""
        by_text, by_name = known_documents(self._connection, sha256, document_id)
        known = by_text or by_name
        found = read_bundle(self._connection, known.uid) if known is not None else None
        if isinstance(found, Damaged):
            raise WorkbenchError(
                f"the database holds it damaged: {found.message}",
                where=f'document "{found.document}"',
                remedy="Run `workbench doctor`.",
            )
        return found

    def documents(self) -> Iterator[tuple[str, str]]:
        """Yield id and text hash of every document."""
        return document_hashes(self._connection)


@contextmanager
def stored_documents(database: Database) -> Iterator[StoredDocuments]:
    """Give the documents of one moment of a database."""
    with database.read() as connection:
        yield StoredDocuments(connection)
