"""What all parts of the library screen share: the list as it is loaded, filtered and kept up to date."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import events
from textual.worker import get_current_worker

from workbench.domain.labels import LabelSet
from workbench.domain.library import LibraryRow, Sort, SortBy, Totals
from workbench.errors import EnvironmentFault, NeedsUpgrade, WorkbenchError
from workbench.services.remembered import Remembered
from workbench.tui.actions import LIBRARY, Need
from workbench.tui.screens.base import ActionScreen
from workbench.tui.widgets.document_list import DocumentList, ListHead
from workbench.tui.widgets.library_lines import Details, EmptyList, FilterInput, FilterLine, LibraryLine, counted
from workbench.tui.widgets.statusline import StatusLine

if TYPE_CHECKING:
    from workbench.services.library import Listed, Steps, TitleIndex
    from workbench.storage.engine import Database

FIRST_ROWS = 60
"""Rows that are shown before the whole list is there."""
LOOK_EVERY = 2.0
"""Seconds between two looks whether another window wrote to the file."""
TYPING_PAUSE = 0.15
"""Seconds of no typing after which texts are searched; titles are filtered at once."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a worker brings back from the database: the list, its first rows, and where the cursor is to be."""

    listed: Listed
    rows: list[LibraryRow]
    keep: int | None = None


class LibraryBase(ActionScreen):
    """The list with its order, filter and ticks. Everything that touches the database runs on a worker."""

    CONTEXT = LIBRARY

    def __init__(self) -> None:
        super().__init__()
        self.remembered = Remembered(self.workbench.settings.db)
        self.sort = Sort()
        self.meta_columns: tuple[str, ...] = ()
        self.totals: Totals | None = None
        self.steps: Steps | None = None
        self.obstacle: WorkbenchError | None = None
        """Why nothing is listed: no database yet, one that needs an upgrade, or one that cannot be used."""
        self.filter = ""
        self.searching: float | None = None
        """How much of the texts was searched for the present filter, 0 to 1; None when no search runs."""
        self.new_documents = 0
        self._all: array[int] = array("q")
        self._matched: set[int] = set()
        self._searched = 0
        self._loaded = False
        self._titles: tuple[int, TitleIndex] | None = None

    # Parts of the screen.

    @property
    def documents(self) -> DocumentList:
        """The list."""
        return self.query_one(DocumentList)

    @property
    def labels(self) -> LabelSet:
        """The labels of the database."""
        return self.workbench.label_set

    @property
    def annotator(self) -> str | None:
        """Who annotates, None while nobody said."""
        return self.workbench.annotator

    def targets(self) -> tuple[int, ...]:
        """Return the ticked documents, or else the one under the cursor."""
        listed = self.documents
        if listed.ticked:
            return tuple(row_id for row_id in self._all if row_id in listed.ticked)
        return (listed.current_id,) if listed.current_id is not None else ()

    def meets(self, need: Need) -> bool | str:
        """Say whether a need is met, or why not."""
        listed = self.documents
        match need:
            case Need.ROWS:
                return bool(listed.ids)
            case Need.TICKED:
                return bool(listed.ids or listed.ticked)
            case Need.EMPTY:
                return self._meets_empty()
            case Need.FILTERED:
                return bool(self.filter or listed.ticked)
            case Need.UNDOABLE:
                return "No change of state to undo." if self.steps is None or not self.steps.to_undo else True
            case Need.REDOABLE:
                return "No undone change of state." if self.steps is None or not self.steps.to_redo else True
            case _:
                return True

    def _meets_empty(self) -> bool:
        if self.obstacle is not None:
            return isinstance(self.obstacle, NoDatabase)
        return self.totals is not None and not self.totals.documents

    async def on_key(self, event: events.Key) -> None:
        """Give the filter what was typed before it had the focus: keys may come faster than the focus moves."""
        focused = self.focused
        if isinstance(focused, FilterInput) and focused.last_key is not event:
            event.stop()
            event.prevent_default()
            focused.post_message(events.Key(event.key, event.character))
            return
        await super().on_key(event)

    # Loading.

    def reload(self) -> None:
        """Read the list, anew or for the first time; the cursor stays on its document."""
        keep = self.documents.current_id

        def work() -> Loaded | WorkbenchError:
            try:
                return self._load(keep)
            except WorkbenchError as error:
                return error

        self.in_background(work, self._take, group="load")

    def _load(self, keep: int | None) -> Loaded:
        if not self.workbench.settings.db.exists():
            raise NoDatabase(self.workbench.settings.db)
        from workbench.services import library

        database = self.workbench.backend().database
        if not self._loaded:
            self._recall()
            keep = self._begin(database)
        listed = library.load(database, self.annotator, self.sort)
        rows = library.rows(database, self.annotator, self.documents.first_ids(listed.ids, keep))
        return Loaded(listed, rows, keep)

    def _begin(self, database: Database) -> int | None:
        """Return the document that the cursor was on the last time; without one, bring the first rows ahead of all."""
        from workbench.services import library

        uid = self.remembered.get("document")
        keep = next(iter(library.ids_of(database, [uid])), None) if isinstance(uid, str) else None
        if keep is None:
            begun = library.preview(database, self.annotator, self.sort, FIRST_ROWS)
            if begun is not None and begun.totals.documents > FIRST_ROWS:
                rows = library.rows(database, self.annotator, begun.ids)
                self.call_later(self._show_first, Loaded(begun, rows))
        return keep

    def _show_first(self, begun: Loaded) -> None:
        """Show the first rows while the rest of the list is still read."""
        if not self._loaded:
            self._take_over(begun)
            self.documents.show(begun.listed.ids)
            self._show_around()

    def _recall(self) -> None:
        """Take order and columns as they were left; anything odd in the file counts as nothing."""
        by, turned, key = (self.remembered.get("sort") or [None, False, ""])[:3]
        if by in set(SortBy) and isinstance(key, str):
            self.sort = Sort(SortBy(by), bool(turned), key)
        columns = self.remembered.get("columns", [])
        self.meta_columns = tuple(column for column in columns if isinstance(column, str))

    def _take(self, found: Loaded | WorkbenchError) -> None:
        if isinstance(found, WorkbenchError):
            self._show_obstacle(found)
            return
        self._take_over(found)
        listed = self.documents
        listed.ticked &= set(found.listed.ids) if listed.ticked else set()
        self._show_filtered(found.keep)
        self._show_around()
        self._look_at_steps()
        if not self._loaded:
            self._loaded = True
            self.loaded_first()

    def _take_over(self, found: Loaded) -> None:
        """Take what was loaded into the screen's own state, and rows and labels into the list."""
        self.obstacle = None
        self.totals, self.new_documents = found.listed.totals, 0
        self._all = found.listed.ids
        self.workbench.use_labels(found.listed.labels)
        self.documents.use(found.listed.labels, self.meta_columns)
        self.documents.forget()
        self.documents.put(found.rows)
        self.query_one(FilterLine).show_sort(self.sort.words)

    def _look_at_steps(self) -> None:
        """Find out what undo and redo would do; the list does not wait for it."""

        def work() -> Steps:
            from workbench.services import library

            return library.steps(self.workbench.backend().database, self.annotator)

        self.in_background(work, self._take_steps, group="steps")

    def _take_steps(self, steps: Steps) -> None:
        self.steps = steps
        self.refresh_keys()

    def _show_filtered(self, keep: int | None) -> None:
        """Show the list in its new order, what the filter found already left as it is."""
        from workbench.services import library

        if not self.filter:
            self.documents.show(self._all, keep)
        elif self.searching is None and self._searched == len(self._all):
            self.documents.show(library.pick(self._all, self._matched), keep)
        else:
            self.apply_filter(self.filter)

    def loaded_first(self) -> None:
        """Hook: the list is there for the first time."""

    def _show_obstacle(self, error: WorkbenchError) -> None:
        self.obstacle = error
        self.totals = None
        self.documents.show(array("q"))
        self._show_around()
        if isinstance(error, NeedsUpgrade):
            self.offer_upgrade(error)

    def offer_upgrade(self, error: WorkbenchError) -> None:
        """Hook: the database was made by an older release."""

    def load_rows(self, ids: tuple[int, ...], asked_in: int) -> None:
        """Bring the rows that the list asked for."""

        def work() -> list[LibraryRow]:
            from workbench.services import library

            return library.rows(self.workbench.backend().database, self.annotator, ids)

        self.in_background(work, lambda rows: self.documents.put(rows, asked_in), group="rows", exclusive=False)

    def renew(self) -> None:
        """Look again at what is shown: rows, counts, what can be undone. The order stays as it is."""
        if not self._loaded or self.obstacle is not None:
            return

        def work() -> Totals:
            from workbench.services import library

            return library.totals(self.workbench.backend().database, self.annotator)

        self.in_background(work, self._renewed, group="renew")
        self._look_at_steps()

    def _renewed(self, totals: Totals) -> None:
        self._count_new(totals)
        self.documents.forget()
        self._show_around()

    def _count_new(self, totals: Totals) -> None:
        self.new_documents = max(0, totals.documents - len(self._all))
        self.totals = totals

    # Other windows.

    def look_for_news(self) -> None:
        """Look whether somebody wrote to the file since; nothing jumps, new documents are only offered."""
        if not self._loaded or self.totals is None or self.app.screen is not self:
            return
        seen = self.totals.revision

        def work() -> Totals | None:
            from workbench.services import library

            database = self.workbench.backend().database
            try:
                if library.revision(database) == seen:
                    return None
                return library.totals(database, self.annotator)
            except EnvironmentFault:
                return None  # The next action meets it too, and says so.

        self.in_background(work, self._noticed, group="news")

    def _noticed(self, totals: Totals | None) -> None:
        if totals is not None:
            self.renew()

    # Filtering.

    def apply_filter(self, text: str) -> None:
        """Show the documents whose title holds the text; then look for it in metadata and texts."""
        self.filter = text.strip()
        self.searching = None
        self.workers.cancel_group(self, "filter")
        if not self.filter or not self._all:
            self._matched = set()
            self.documents.show(self._all, self.documents.current_id)
            self._show_around()
            return
        self.run_worker(
            self._filter_job(self.filter, self._all), thread=True, group="filter", exclusive=True, exit_on_error=False
        )

    def _filter_job(self, needle: str, ids: array[int]) -> Callable[[], None]:
        """Return the work of one filter: titles at once, the rest slice by slice until somebody types on."""

        def run() -> None:
            worker = get_current_worker()
            try:
                self._filter(needle, ids, lambda: worker.is_cancelled)
            except Exception as error:
                if not worker.is_cancelled:
                    self.call_later(self.workbench.show_failure, error)

        return run

    def _filter(self, needle: str, ids: array[int], cancelled: Callable[[], bool]) -> None:
        from time import sleep

        from workbench.services import library

        database = self.workbench.backend().database
        matched = self._title_index().matching(needle)
        shown = library.pick(ids, matched)
        if cancelled():
            return
        self.call_later(self._filtered, needle, shown, matched, 0.0)
        sleep(TYPING_PAUSE)
        for found in library.search(database, needle, ids, cancelled):
            if cancelled():
                return
            fresh = set(found.ids) - matched
            if fresh:
                matched |= fresh
                shown = library.pick(ids, matched)
            self.call_later(self._filtered, needle, shown, matched, found.share)
        self.call_later(self._filtered, needle, shown, matched, None)

    def _title_index(self) -> TitleIndex:
        from workbench.services import library

        count = len(self._all)
        if self._titles is None or self._titles[0] != count:
            self._titles = count, library.index_titles(self.workbench.backend().database)
        return self._titles[1]

    def _filtered(self, needle: str, shown: array[int], matched: set[int], share: float | None) -> None:
        if needle != self.filter:
            return
        self.searching = share
        listed = self.documents
        if len(shown) != len(listed.ids) or share == 0.0:
            listed.show(shown, listed.current_id)
        self._matched, self._searched = matched, len(self._all)
        self._show_around()

    # What surrounds the list.

    def _show_around(self) -> None:
        listed = self.documents
        self.query_one(LibraryLine).show(self.annotator, self.totals)
        empty = self.query_one(EmptyList)
        nothing = not listed.ids and (self.totals is not None or self.obstacle is not None)
        listed.display, empty.display = not nothing, nothing
        self.query_one(ListHead).show(self.sort, headings=not nothing)
        if nothing:
            self._show_empty(empty)
        self.query_one(Details).show(listed.current, self.labels)
        self.query_one(StatusLine).say(self.status_words())
        self.refresh_keys()
        self.place_cursor()

    def place_cursor(self) -> None:
        """Put the terminal's own cursor on the row, for speech and braille."""
        if self.documents.ids and self.app.screen is self and self.focused is None:
            self.workbench.place_cursor(*self.documents.cursor_cell)

    def status_words(self) -> str:
        """Return what the status line says while nothing passes over it."""
        parts = []
        key = self.workbench.keymap.first_key("library.refresh")
        if self.new_documents:
            were = "article was" if self.new_documents == 1 else "articles were"
            parts.append(f"{self.new_documents:,} more {were} imported in another window: {key} shows them")
        if self.filter:
            parts.append(self._filter_words())
        if self.documents.ticked:
            hidden = len(self.documents.ticked.difference(self.documents.ids)) if self.filter else 0
            parts.append(
                f"{len(self.documents.ticked):,} ticked" + (f", {hidden:,} of them not listed" if hidden else "")
            )
        return "   ".join(parts)

    def _filter_words(self) -> str:
        found = counted(len(self.documents.ids), "article") + f' with "{self.filter}"'
        if self.searching is None:
            return found
        return f"{found}, searching texts {self.searching:.0%}"

    def _show_empty(self, empty: EmptyList) -> None:
        if self.filter and self.obstacle is None and self._all:
            where = "" if self.searching is None else " so far"
            empty.show(f'No article with "{self.filter}"{where}.', [(self._key("library.clear"), "show all again")])
        elif self.obstacle is None or isinstance(self.obstacle, NoDatabase):
            empty.show("No articles yet.", self._first_steps(), self._about_file())
        else:
            self._show_error(empty, self.obstacle)

    def _first_steps(self) -> list[tuple[str, str]]:
        return [
            (self._key("library.import"), "import files or a folder"),
            (self._key("library.demo"), "try with five sample articles"),
            (self._key("app.card"), "what this program does, and its keys"),
            (self._key("library.quit"), "leave; nothing has been written"),
        ]

    def _about_file(self) -> str:
        if self.obstacle is None:
            return ""
        return f"{self.workbench.settings.db}\nis not there yet and will be made when something is imported."

    def _show_error(self, empty: EmptyList, error: WorkbenchError) -> None:
        keys = [(self._key("library.refresh"), "try again"), (self._key("library.quit"), "leave")]
        if isinstance(error, NeedsUpgrade):
            keys[0] = (keys[0][0], "upgrade it, after a backup")
        what = error.what[:1].upper() + error.what[1:]
        empty.show(f"{what}.", keys, f"{error.where}\n{error.remedy}".strip())

    def _key(self, action: str) -> str:
        return self.workbench.keymap.first_key(action)

    def remember(self) -> None:
        """Keep order, columns and the document under the cursor for the next time."""
        self.remembered.put("sort", [self.sort.by.value, self.sort.turned, self.sort.key])
        self.remembered.put("columns", list(self.meta_columns))
        self.remembered.save()


class NoDatabase(EnvironmentFault):
    """There is no file yet; the first import makes it."""

    def __init__(self, path: object) -> None:
        super().__init__("there is no such database", where=str(path))
