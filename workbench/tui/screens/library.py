"""The library: the list of documents with one's own work on them, and everything that is done from there."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.events import Resize, ScreenResume, ScreenSuspend
from textual.widgets import Input

from workbench.domain.annotation import State
from workbench.domain.library import Sort, SortBy
from workbench.errors import WorkbenchError
from workbench.tui.screens.library_base import LOOK_EVERY, LibraryBase
from workbench.tui.widgets.document_list import DocumentList, ListHead
from workbench.tui.widgets.keybar import KeyBar
from workbench.tui.widgets.library_lines import Details, EmptyList, FilterInput, FilterLine, LibraryLine, counted
from workbench.tui.widgets.statusline import StatusLine

if TYPE_CHECKING:
    from workbench.services.library import Ruled

T = TypeVar("T")

TALL = 30
"""Rows of the terminal from which on the details have a third line."""
MANY = 300
"""Documents from which on a change of state shows its progress."""
MENU = ("open", "tick", "finish", "ignore", "reopen", "undo", "export")
DONE = {State.FINISHED: "finished", State.IGNORED: "ignored", State.IN_PROGRESS: "reopened"}


def _collect_from_now_on() -> None:
    """Switch the garbage collector on, which starting goes without; what is there by now stays and is passed over."""
    gc.freeze()
    gc.enable()


class LibraryScreen(LibraryBase):
    """Turns actions of the library into service calls, and shows what came of them."""

    DEFAULT_CSS = """
    LibraryScreen ListHead { border-top: solid $chrome; height: 2; }
    LibraryScreen.-accessible ListHead { border-top: none; height: 1; }
    LibraryScreen.-accessible Details { border-top: none; height: 2; }
    LibraryScreen.-accessible Details.-tall { height: 3; }
    LibraryScreen StatusLine { color: $quiet; }
    """

    def compose(self) -> ComposeResult:
        """Yield the lines from top to bottom."""
        app = self.workbench
        documents = DocumentList(id="documents")
        yield LibraryLine(app.settings.db.name, app.annotator)
        yield FilterLine(app.keymap.first_key("library.filter"))
        yield ListHead(documents)
        yield documents
        yield EmptyList()
        yield Details()
        yield StatusLine(show_mark=False)
        yield KeyBar(lines=1)

    def on_mount(self) -> None:
        """Paint first; the database is opened afterwards, on a worker."""
        self.query_one(EmptyList).display = False
        self.set_class(self.workbench.settings.accessible, "-accessible")
        self.call_after_refresh(self.reload)
        self.set_interval(LOOK_EVERY, self.look_for_news)
        self.set_timer(LOOK_EVERY, _collect_from_now_on)

    def on_resize(self, event: Resize) -> None:
        """Show metadata too where there is room."""
        self.query_one(Details).set_class(event.size.height >= TALL, "-tall")

    # Messages of the widgets.

    @on(DocumentList.Wanted)
    def _wanted(self, message: DocumentList.Wanted) -> None:
        self.load_rows(message.ids, message.asked_in)

    @on(DocumentList.Moved)
    def _moved(self) -> None:
        row = self.documents.current
        if row is not None:
            self.remembered.put("document", row.uid)
        self.query_one(Details).show(row, self.labels)
        self.place_cursor()

    @on(DocumentList.Opened)
    def _opened(self) -> None:
        self.perform("library.open")

    @on(DocumentList.Menu)
    async def _menu(self) -> None:
        self.perform("library.menu")

    @on(DocumentList.Ticked)
    def _ticked(self) -> None:
        self._show_around()

    @on(ListHead.Clicked)
    def _head_clicked(self, message: ListHead.Clicked) -> None:
        same = (message.sort.by, message.sort.key) == (self.sort.by, self.sort.key)
        self.sort_by(self.sort.reversed() if same else message.sort)

    @on(FilterLine.SortClicked)
    def _sort_clicked(self) -> None:
        self.perform("library.sort")

    @on(LibraryLine.Clicked)
    def _line_clicked(self, message: LibraryLine.Clicked) -> None:
        self.perform("library.annotator" if message.what == "who" else "app.palette")

    @on(Input.Changed, "#filter")
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        if message.value.strip() != self.filter:
            self.apply_filter(message.value)

    @on(FilterInput.Left)
    def _left_filter(self, message: FilterInput.Left) -> None:
        self.set_focus(None)
        if message.dropped:
            self._drop_filter()
        if message.step:
            self.documents.move_to(self.documents.cursor + message.step)
        self.place_cursor()

    @on(ScreenResume)
    def _resumed(self) -> None:
        self.renew()

    @on(ScreenSuspend)
    def _suspended(self) -> None:
        self.dispatcher.reset()

    def on_unmount(self) -> None:
        """Keep order and place for the next time."""
        self.remember()

    # Moving.

    def do_library_up(self) -> None:
        """One row up."""
        self.documents.move_to(self.documents.cursor - 1)

    def do_library_down(self) -> None:
        """One row down."""
        self.documents.move_to(self.documents.cursor + 1)

    def do_library_page_up(self) -> None:
        """One screen up."""
        self.documents.page(-1)

    def do_library_page_down(self) -> None:
        """One screen down."""
        self.documents.page(1)

    def do_library_top(self) -> None:
        """To the first row."""
        self.documents.move_to(0)

    def do_library_end(self) -> None:
        """To the last row."""
        self.documents.move_to(len(self.documents.ids) - 1)

    # Ticking.

    def do_library_tick(self) -> None:
        """Tick or untick the row, and go on to the next."""
        self.documents.tick()
        self.documents.move_to(self.documents.cursor + 1)
        self._show_around()

    def do_library_tick_all(self) -> None:
        """Tick everything listed, or untick it."""
        self.documents.tick_all()
        self._show_around()

    def do_library_extend_up(self) -> None:
        """Tick the row and the one above."""
        self.documents.move_to(self.documents.cursor - 1, extend=True)

    def do_library_extend_down(self) -> None:
        """Tick the row and the one below."""
        self.documents.move_to(self.documents.cursor + 1, extend=True)

    # Opening.

    async def do_library_open(self) -> None:
        """Open the document under the cursor, with the list as it stands for next and previous."""
        from workbench.services.library import Queue
        from workbench.tui.screens.library_who import sure_who

        row = self.documents.current
        if row is None or await sure_who(self.workbench) is None:
            return
        self.remember()
        self.workbench.open_document(row.uid, Queue(self.workbench.backend().database, self.documents.ids))

    # Filter, order, columns.

    def do_library_filter(self) -> None:
        """Type into the filter."""
        self.set_focus(self.query_one(FilterInput))

    def do_library_clear(self) -> None:
        """Drop the filter; when there is none, the ticks."""
        if self.filter:
            self._drop_filter()
        else:
            self.documents.untick()
            self._show_around()

    def _drop_filter(self) -> None:
        self.query_one(FilterInput).value = ""
        self.apply_filter("")

    async def do_library_sort(self) -> None:
        """Choose what the list is sorted by."""
        from workbench.tui.screens.dialogs.choose import Choice, ChooseDialog, with_letters

        keys = await self._meta_keys()
        orders = [Sort(by) for by in SortBy if by is not SortBy.META]
        orders += [Sort(SortBy.META, key=key) for key in keys]
        choices = with_letters([Choice(order, order.words) for order in orders])
        present = Sort(self.sort.by, key=self.sort.key)
        chosen = await self.app.push_screen_wait(ChooseDialog("Sort by", choices, current=present))
        if chosen is not None:
            self.sort_by(chosen)

    def do_library_sort_reverse(self) -> None:
        """Turn the order round."""
        self.sort_by(self.sort.reversed())

    def sort_by(self, sort: Sort) -> None:
        """Sort the list; the cursor stays on its document."""
        self.sort = sort
        self.query_one(FilterLine).show_sort(sort.words)
        self.reload()

    async def do_library_columns(self) -> None:
        """Choose which metadata are columns."""
        from workbench.tui.screens.dialogs.choose import Choice, ChooseSeveral

        keys = await self._meta_keys()
        known = [*keys, *(key for key in self.meta_columns if key not in keys)]
        chosen = await self.app.push_screen_wait(
            ChooseSeveral(
                "Columns",
                [Choice(key, key) for key in known],
                ticked=self.meta_columns,
                text="Metadata to show beside the titles; on narrow screens those that find no room are left out.",
                empty="No article here carries metadata.",
            )
        )
        if chosen is not None:
            wanted: Sequence[str] = chosen
            self.meta_columns = tuple(wanted)
            self.documents.use(self.labels, self.meta_columns)
            self.query_one(ListHead).refresh()
            self.remember()

    async def _meta_keys(self) -> list[str]:
        def work() -> list[str]:
            from workbench.services import library

            return library.meta_keys(self.workbench.backend().database)

        return await self.on_thread(work)

    async def do_library_refresh(self) -> None:
        """Read the list again; where it could not be read, try once more."""
        self.documents.today = type(self.documents.today).today()
        self.reload()

    # States.

    async def do_library_finish(self) -> None:
        """Finish the targets."""
        await self._set_states(State.FINISHED)

    async def do_library_ignore(self) -> None:
        """Ignore the targets."""
        await self._set_states(State.IGNORED)

    async def do_library_reopen(self) -> None:
        """Reopen the targets."""
        await self._set_states(State.IN_PROGRESS)

    async def _set_states(self, state: State) -> None:
        from workbench.tui.screens.dialogs.progress import Report
        from workbench.tui.screens.library_inout import run_with_progress
        from workbench.tui.screens.library_who import sure_who

        ids = self.targets()
        who = await sure_who(self.workbench)
        if who is None:
            return

        def job(report: Report | None = None) -> Ruled:
            from workbench.services import library

            backend = self.workbench.backend()
            uids = library.uids_of(backend.database, ids)
            followed = (report.cancelled, report.step) if report else ()
            return backend.writer.submit(
                lambda: library.set_states(backend.database, uids, who, state, backend.clock, *followed)
            ).result()

        if len(ids) > MANY:
            outcome = await run_with_progress(self.workbench, f"{counted(len(ids), 'article')}", job, "articles")
            assert outcome.result is not None
            ruled = outcome.result
        else:
            ruled = await self.on_thread(job)
        self._ruled(f"{DONE[state]} {counted(len(ruled.changed), 'article')}", ruled)

    def _ruled(self, did: str, ruled: Ruled, again: str = "library.undo") -> None:
        """Say what was done and left, and show it."""
        self.documents.untick()
        left = ""
        if ruled.left:
            whys = sorted({why for _, why in ruled.left})
            left = f"; {counted(len(ruled.left), 'article')} left: {', '.join(whys)}"
        key = self.workbench.keymap.first_key(again)
        word = "takes it back" if again == "library.undo" else "does it again"
        self.flash(f"{did[:1].upper()}{did[1:]}{left}.   {key} {word}")
        self.renew()

    async def do_library_undo(self) -> None:
        """Take back the last change of state."""
        await self._again(back=True)

    async def do_library_redo(self) -> None:
        """Bring back what was undone last."""
        await self._again(back=False)

    async def _again(self, *, back: bool) -> None:
        who = self.annotator
        if who is None:
            return

        def job() -> Ruled:
            from workbench.services import library

            backend = self.workbench.backend()
            repeat = library.undo if back else library.redo
            return backend.writer.submit(lambda: repeat(backend.database, who, backend.clock)).result()

        ruled = await self.on_thread(job)
        title = ruled.head.title.partition(" ")[2]
        self._ruled(f"{'undone' if back else 'redone'}: {title}", ruled, "library.redo" if back else "library.undo")

    async def do_library_annotator(self) -> None:
        """Change who annotates."""
        from workbench.tui.screens.library_who import ask_who

        if await ask_who(self.workbench) is not None:
            self.reload()
            self._show_around()

    # In and out.

    async def do_library_import(self) -> None:
        """Import articles."""
        from workbench.tui.screens.library_inout import import_articles

        if await import_articles(self.workbench):
            self.reload()

    async def do_library_demo(self) -> None:
        """Put the sample articles into the empty library."""
        from workbench.tui.screens.library_inout import add_samples

        if await add_samples(self.workbench):
            self.reload()

    async def do_library_export(self) -> None:
        """Export the ticked documents, or all."""
        from workbench.services import library
        from workbench.tui.screens.library_inout import export_annotations

        ticked = self.targets() if self.documents.ticked else ()
        uids = await self.on_thread(lambda: library.uids_of(self.workbench.backend().database, ticked))
        await export_annotations(self.workbench, uids)

    async def do_library_menu(self) -> None:
        """Show what can be done with the row, as a menu."""
        from workbench.tui.actions import BY_ID
        from workbench.tui.screens.dialogs.choose import Choice, ChooseDialog, with_letters

        row = self.documents.current
        actions = [BY_ID[f"library.{name}"] for name in MENU]
        choices = [
            Choice(action.id, action.title, help=self.why_not(action.id) or "", disabled=bool(self.why_not(action.id)))
            for action in actions
        ]
        chosen = await self.app.push_screen_wait(ChooseDialog(row.name if row else "Article", with_letters(choices)))
        if chosen is not None:
            self.perform(chosen)

    def do_library_quit(self) -> None:
        """Leave by the same door as everywhere."""
        self.perform("app.quit")

    # What loading meets.

    def offer_upgrade(self, error: WorkbenchError) -> None:
        """Ask whether to upgrade; the answer no leaves the explanation on screen."""
        self.run_worker(self._upgrade(error), group="upgrade", exclusive=True, exit_on_error=False)

    async def _upgrade(self, error: WorkbenchError) -> None:
        from workbench.tui.screens.library_inout import upgrade

        try:
            if await upgrade(self.workbench, error):
                self.reload()
        except Exception as failure:
            self.workbench.show_failure(failure)

    def loaded_first(self) -> None:
        """Question a name that was given and is close to a known one."""
        if self.annotator is not None:
            self.run_worker(self._settle_name(self.annotator), group="who", exit_on_error=False)

    async def _settle_name(self, name: str) -> None:
        from workbench.tui.screens.library_who import settle_name

        settled = await settle_name(self.workbench, name)
        if settled is not None and settled != name:
            self.workbench.annotator = settled
            self.reload()

    async def on_thread(self, work: Callable[[], T]) -> T:
        """Run work that touches the database on a thread and wait for it; raise what it raised."""
        import asyncio

        return await asyncio.to_thread(work)
