"""The library: what it lists, in which order, what a filter finds, and one's own states changed for many documents.

Only the annotator's own sets are read or counted. Reading functions write nothing; `set_states`, `undo` and `redo`
are one transaction and one operation each, however many documents they touch.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import orjson

from workbench.domain.annotation import State
from workbench.domain.change import StateChange
from workbench.domain.history import Head, History
from workbench.domain.labels import LabelSet
from workbench.domain.library import LibraryRow, Sort, Totals, folded, meta_words
from workbench.errors import NotFound, Refused, WorkbenchError
from workbench.services.clock import Clock
from workbench.storage import catalogue, listing, states
from workbench.storage.engine import Connection, Database

SLICE = 2_000
"""Row ids looked through at a time when texts are searched; between slices a search can be given up."""
REMEMBERED = 10_000
"""Operations that undo in the library looks back through for a change of state."""
NAMED = 5
"""Documents named in a refusal; the others are counted."""

Cancelled = Callable[[], bool]
Progress = Callable[[int, int], None]
"""Takes how many documents are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The whole list at one moment: ids in order, the counts of the top line, and the labels."""

    ids: array[int]
    totals: Totals
    labels: LabelSet


@dataclass(frozen=True, slots=True)
class Ruled:
    """What `set_states`, `undo` or `redo` did: the operation, the documents changed, and those left as they were.

    `left` holds (document uid, why) pairs.
    """

    head: Head
    changed: tuple[str, ...]
    left: tuple[tuple[str, str], ...] = ()


def load(database: Database, annotator: str | None, sort: Sort) -> Listed:
    """Return the list in order, with what surrounds it."""
    with database.read() as connection:
        who = _id_of(connection, annotator)
        ids = listing.ordered_ids(connection, who, sort)
        return Listed(ids, listing.totals(connection, who), catalogue.load_label_set(connection))


def preview(database: Database, annotator: str | None, sort: Sort, count: int) -> Listed | None:
    """Return the beginning of the list, with what surrounds it; None for an order that has to be made as a whole."""
    if sort.by not in listing.INDEXED:
        return None
    with database.read() as connection:
        ids = listing.first_ids(connection, sort, count)
        return Listed(
            ids, listing.totals(connection, _id_of(connection, annotator)), catalogue.load_label_set(connection)
        )


def order(database: Database, annotator: str | None, sort: Sort) -> array[int]:
    """Return opaque ids of all documents in order, eight bytes each."""
    with database.read() as connection:
        return listing.ordered_ids(connection, _id_of(connection, annotator), sort)


def rows(database: Database, annotator: str | None, ids: Sequence[int]) -> list[LibraryRow]:
    """Return the rows of some ids, in that order; documents that are gone are left out."""
    if not ids:
        return []
    with database.read() as connection:
        return listing.load_rows(connection, _id_of(connection, annotator), ids)


def totals(database: Database, annotator: str | None) -> Totals:
    """Return the counts of the top line; cheap enough to ask every other second."""
    with database.read() as connection:
        return listing.totals(connection, _id_of(connection, annotator))


def revision(database: Database) -> int:
    """Return a number that changes with every write to the file, by whichever window."""
    with database.read() as connection:
        return listing.revision(connection)


def meta_keys(database: Database) -> list[str]:
    """Return the metadata that can be shown as columns, what many documents have first."""
    with database.read() as connection:
        return listing.meta_keys(connection)


def ids_of(database: Database, uids: Sequence[str]) -> list[int]:
    """Return the ids of documents by uid; those that are not there are left out."""
    with database.read() as connection:
        return listing.ids_of(connection, uids)


def uids_of(database: Database, ids: Sequence[int]) -> list[str]:
    """Return the uids of documents by id; those that are gone are left out."""
    with database.read() as connection:
        return listing.uids_of(connection, ids)


class Queue(Sequence[str]):
    """Document uids in the order of the list, looked up as they are asked for: eight bytes a document.

    Places once looked up are kept, so that asking for the neighbours of the open document costs nothing.
    """

    def __init__(self, database: Database, ids: Iterable[int]) -> None:
        self._database = database
        self._ids = array("q", ids)
        self._places: dict[str, int | None] = {}

    def __len__(self) -> int:
        return len(self._ids)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return uids_of(self._database, self._ids[place])
        found = uids_of(self._database, [self._ids[place]])
        if not found:
            raise NotFound("this article is no longer in the database")
        self._places[found[0]] = place % len(self._ids)
        return found[0]

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self._ids), SLICE):
            yield from self[start : start + SLICE]

    def __contains__(self, uid: object) -> bool:
        return isinstance(uid, str) and self._place(uid) is not None

    def index(self, value: str, start: int = 0, stop: int | None = None) -> int:
        """Return the place of a uid. Raises ValueError when it is not in the list."""
        place = self._place(value)
        if place is None or place < start or (stop is not None and place >= stop):
            raise ValueError(f"{value} is not in the list")
        return place

    def _place(self, uid: str) -> int | None:
        if uid not in self._places:
            found = ids_of(self._database, [uid])
            self._places[uid] = self._ids.index(found[0]) if found and found[0] in self._ids else None
        return self._places[uid]


class TitleIndex:
    """All titles, for filtering as one types: one pass costs some milliseconds with a hundred thousand of them."""

    def __init__(self, entries: Iterable[tuple[int, str]]) -> None:
        pairs = [(row_id, folded(name)) for row_id, name in entries]
        self.ids = array("q", [row_id for row_id, _ in pairs])
        self._names = [name for _, name in pairs]

    def matching(self, needle: str) -> set[int]:
        """Return the ids of documents whose title holds `needle`; upper and lower case are the same."""
        wanted = folded(needle)
        return {row_id for row_id, name in zip(self.ids, self._names, strict=True) if wanted in name}


def index_titles(database: Database) -> TitleIndex:
    """Read all titles; a document without one goes by its uid."""
    with database.read() as connection:
        return TitleIndex(listing.names(connection))


@dataclass(frozen=True, slots=True)
class Found:
    """A step of a search: ids found since the last step, and how much was looked through, 0 to 1."""

    ids: tuple[int, ...]
    share: float


def search(
    database: Database, needle: str, ids: Sequence[int], cancelled: Cancelled = lambda: False
) -> Iterator[Found]:
    """Look for `needle` in the metadata and texts of documents, slice by slice, until done or cancelled.

    `ids` are those of the list; what is found outside of it is left out. One ASCII letter is looked for in metadata
    alone: it is in every text.
    """
    wanted = folded(needle)
    if not ids or not wanted:
        return
    first, last = min(ids), max(ids)
    inside = frozenset(ids)
    for start in range(first, last + 1, SLICE):
        if cancelled():
            return
        end = min(start + SLICE - 1, last)
        with database.read() as connection:
            hits = {*_meta_hits(connection, wanted, start, end), *_text_hits(connection, wanted, start, end)}
        yield Found(tuple(sorted(hits & inside)), (end - first + 1) / (last - first + 1))


def _meta_hits(connection: Connection, wanted: str, first: int, last: int) -> Iterator[int]:
    for row_id, meta in listing.metadata_between(connection, first, last):
        if any(wanted in folded(meta_words(value)) for value in orjson.loads(meta).values()):
            yield row_id


def _text_hits(connection: Connection, wanted: str, first: int, last: int) -> list[int]:
    if len(wanted) == 1 and wanted.isascii():
        return []
    return listing.texts_with(connection, wanted, first, last)


def pick(ids: Sequence[int], wanted: Container[int]) -> array[int]:
    """Return those of `ids` that are wanted, in the order of `ids`."""
    return array("q", [row_id for row_id in ids if row_id in wanted])


_VERBS = {State.FINISHED: "finish", State.IGNORED: "ignore", State.IN_PROGRESS: "reopen", State.NEW: "set to new"}


def set_states(
    database: Database,
    uids: Sequence[str],
    annotator: str,
    state: State,
    clock: Clock,
    cancelled: Cancelled = lambda: False,
    progress: Progress = lambda done, total: None,
) -> Ruled:
    """Finish, ignore or reopen (IN_PROGRESS) documents, as one operation; those that it does not fit are left.

    Raises Refused when it fits none, or when cancelled; nothing is changed then.
    """
    with database.write() as connection:
        who = _known(connection, annotator)
        parts, left = _plan(states.standings(connection, who.id, uids), state)
        if not parts:
            raise Refused(_none_fits(left, state))
        head = Head(clock.new_uid("o"), f"{_VERBS[state]} {_documents(len(parts))}")
        _store(connection, who, head, clock.now(), parts, cancelled, progress)
    return Ruled(head, tuple(part.document for part in parts), tuple(left))


def _plan(found: Iterable[states.Standing], state: State) -> tuple[list[states.Part], list[tuple[str, str]]]:
    parts: list[states.Part] = []
    left: list[tuple[str, str]] = []
    for standing in found:
        why = _misfit(standing.state, state)
        if why:
            left.append((standing.document, why))
        else:
            parts.append(states.Part(standing.document_id, standing.document, StateChange(standing.state, state)))
    return parts, left


def _misfit(present: State | None, wanted: State) -> str:
    """Say why a state cannot become another, or nothing."""
    closed = present is not None and present.closed
    if present is wanted:
        return f"{wanted.words} already"
    if wanted is State.IN_PROGRESS and not closed:
        return "open already"
    if wanted.closed and closed:
        assert present is not None
        return f"{present.words}: reopen first"
    return ""


def _none_fits(left: Sequence[tuple[str, str]], state: State) -> str:
    if not left:
        return "the documents are no longer in the database"
    whys = sorted({why for _, why in left})
    subject = "the document is" if len(left) == 1 else f"all {len(left):,} documents are"
    return f"cannot {_VERBS[state]}: {subject} {' or '.join(whys)}"


def _store(
    connection: Connection,
    who: states.Who,
    head: Head,
    time: str,
    parts: Sequence[states.Part],
    cancelled: Cancelled = lambda: False,
    progress: Progress = lambda done, total: None,
) -> None:
    for start in range(0, len(parts), states.PAGE):
        if cancelled():
            raise Refused("cancelled; no state was changed")
        progress(start, len(parts))
        states.record(connection, who, head, time, parts[start : start + states.PAGE])


@dataclass(frozen=True, slots=True)
class Steps:
    """Which changes of state undo and redo would take in the library; None where there is none."""

    to_undo: Head | None = None
    to_redo: Head | None = None


def steps(database: Database, annotator: str | None) -> Steps:
    """Return what undo and redo would do, across restarts: one's last changes of state, in whichever document."""
    with database.read() as connection:
        who = _id_of(connection, annotator)
        return Steps() if who is None else _steps(connection, who)


def undo(database: Database, annotator: str, clock: Clock) -> Ruled:
    """Take back one's last change of state, whole. Raises Refused when there is none, or naming what changed since."""
    return _again(database, annotator, clock, back=True)


def redo(database: Database, annotator: str, clock: Clock) -> Ruled:
    """Bring back the change of state that was undone last, whole. Raises Refused as `undo`."""
    return _again(database, annotator, clock, back=False)


def repeat(database: Database, annotator: str, known: Head, clock: Clock, *, back: bool) -> Ruled:
    """Undo, or redo, one particular change of state, whole. Raises Refused naming what changed since."""
    return _again(database, annotator, clock, back=back, wanted=known)


def _again(database: Database, annotator: str, clock: Clock, *, back: bool, wanted: Head | None = None) -> Ruled:
    with database.write() as connection:
        who = _known(connection, annotator)
        found = _steps(connection, who.id) if wanted is None else Steps(wanted, wanted)
        known = found.to_undo if back else found.to_redo
        if known is None:
            raise Refused("no change of state to undo" if back else "no undone change of state to redo")
        parts = _parts_to_repeat(connection, who, known, back=back)
        uid, title = clock.new_uid("o"), f"{'undo' if back else 'redo'} {known.title}"
        head = Head(uid, title, undoes=known.uid) if back else Head(uid, title, redoes=known.uid)
        _store(connection, who, head, clock.now(), parts)
    return Ruled(head, tuple(part.document for part in parts))


def _parts_to_repeat(connection: Connection, who: states.Who, known: Head, *, back: bool) -> list[states.Part]:
    parts = states.parts_of(connection, who.id, known.uid)
    if parts is None:
        raise WorkbenchError(f'the journal of "{known.title}" is not one of states', remedy="Run `workbench doctor`.")
    _refuse_if_changed(connection, who, known, parts, back=back)
    if not back:
        return parts
    return [part._replace(change=part.change.inverse()) for part in reversed(parts)]


def _refuse_if_changed(
    connection: Connection, who: states.Who, known: Head, parts: Sequence[states.Part], *, back: bool
) -> None:
    changed: list[tuple[str, str]] = []
    by_document = states.heads_in(connection, who.id, [part.document_id for part in parts])
    for part in parts:
        history = History.of(by_document[part.document_id])
        expected = history.last(back=back)
        if expected is None or expected.uid != known.uid:
            changed.append((part.document, history.to_undo.title if history.to_undo else "undo"))
    if changed:
        raise Refused(
            f'"{known.title}" cannot be {"undone" if back else "redone"} as a whole: since then {_named(changed)}',
            remedy="Open the article and take that back first.",
        )


def _named(changed: Sequence[tuple[str, str]]) -> str:
    said = "; ".join(f'"{title}" in {document}' for document, title in changed[:NAMED])
    more = len(changed) - NAMED
    return said + (f", and {more:,} more" if more > 0 else "")


def _steps(connection: Connection, who: int) -> Steps:
    """Go back through the journal to the last change of state that stands, and to the one that was undone last.

    A new change of state after that undo leaves nothing to redo.
    """
    standing: dict[str, bool] = {}
    to_undo: Head | None = None
    to_redo: Head | None = None
    wanted: str | None = None
    for head, only_states in states.backwards(connection, who, REMEMBERED):
        repeated = head.undoes or head.redoes
        if not only_states:
            continue
        if repeated is not None and repeated not in standing:
            standing[repeated] = head.undoes is None
            wanted = repeated if head.undoes and not to_undo and not wanted else wanted
        elif repeated is None and head.uid == wanted:
            to_redo = head
        elif repeated is None and to_undo is None and standing.get(head.uid, True):
            to_undo = head
        if to_undo and (to_redo or not wanted):
            break
    return Steps(to_undo, to_redo)


def _known(connection: Connection, annotator: str) -> states.Who:
    """Return the annotator, created if this is the first change."""
    found = catalogue.find_annotator(connection, annotator) or catalogue.add_annotator(
        connection, annotator, declared=False
    )
    return states.Who(found.id, found.uid)


def _id_of(connection: Connection, annotator: str | None) -> int | None:
    found = catalogue.find_annotator(connection, annotator) if annotator else None
    return found.id if found else None


def _documents(count: int) -> str:
    return "the document" if count == 1 else f"{count:,} documents"
