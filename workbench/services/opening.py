"""Which article to open: one that was named, or the first that its annotator has not finished."""

from __future__ import annotations

from difflib import get_close_matches

from workbench.domain.library import Sort
from workbench.errors import NotFound
from workbench.services import library
from workbench.storage import documents, listing
from workbench.storage.engine import Connection, Database


def find(database: Database, name: str | None, annotator: str | None) -> str:
    """Return a document's uid by its uid or its title; without a name, the first in the library's order to work on.

    Writes nothing. Raises NotFound, naming near names or saying what to do when there is no document.
    """
    if name is None:
        return _first_open(database, annotator)
    with database.read() as connection:
        try:
            return documents.find_document(connection, name).uid
        except NotFound:
            return _by_title(connection, name)


def _first_open(database: Database, annotator: str | None) -> str:
    ids = library.order(database, annotator, Sort())
    if not ids:
        raise NotFound("there are no articles in this database yet", remedy="Bring some in with `workbench import`.")
    for start in range(0, len(ids), library.SLICE):
        for row in library.rows(database, annotator, ids[start : start + library.SLICE]):
            if row.state is None or not row.state.closed:
                return row.uid
    raise NotFound(
        "every article is finished or ignored", remedy="Name one to look at, or import more with `workbench import`."
    )


def _by_title(connection: Connection, name: str) -> str:
    names = dict(listing.names(connection))
    wanted = name.casefold()
    found = [row_id for row_id, title in names.items() if title.casefold() == wanted]
    uids = listing.uids_of(connection, found)
    if len(uids) == 1:
        return uids[0]
    if uids:
        raise NotFound(f'{len(uids)} documents have the title "{name}"', remedy=f"Name one of {', '.join(uids[:5])}.")
    raise NotFound(f'no document "{name}"', remedy=_remedy(connection, name, list(names.values())))


def _remedy(connection: Connection, name: str, titles: list[str]) -> str:
    ids = [row_id for row_id, _ in listing.names(connection)]
    near = get_close_matches(name, [*listing.uids_of(connection, ids[:5000]), *titles[:5000]], n=3)
    if near:
        return f"Did you mean {' or '.join(near)}?"
    return "`workbench` without a command lists the documents."
