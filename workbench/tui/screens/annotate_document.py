"""The article as a whole on the annotate screen: its state, comment and guide, its neighbours, and saving."""

from __future__ import annotations

import asyncio
import contextlib
from concurrent.futures import TimeoutError as NotYet

from textual.message import Message
from textual.widgets import Static

from workbench.domain.annotation import Annotation, State
from workbench.domain.change import AnnotationChange, Operation
from workbench.errors import WorkbenchError
from workbench.services.session import Event, NotSaved, Reloaded, Saved
from workbench.tui.screens.annotate_base import AnnotateBase
from workbench.tui.screens.dialogs.confirm import ConfirmDialog
from workbench.tui.screens.dialogs.message import ErrorDialog
from workbench.tui.screens.dialogs.prompt import NoteEditor
from workbench.tui.shown import shortened, shown
from workbench.tui.widgets.article_line import ArticleLine

SETTLING = 6.0
"""Seconds that leaving waits for what is still being saved."""


class SessionEvent(Message):
    """Something that the writer announced; sent from its thread."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event


class DocumentActions(AnnotateBase):
    """What is about the article as a whole."""

    # State.

    async def do_annotate_finish(self) -> None:
        """Mark the article as finished and go to the next one."""
        self.state_changed(self.marking.set_state(State.FINISHED))
        words = f"Finished: {shortened(self.article.title, 40)}"
        if owing := self.article.index.unlinked:
            words += f"; {owing} claim{'' if owing == 1 else 's'} attributed to nobody"
        if self.place + 1 < len(self.documents):
            await self._go_to(self.place + 1, words)
        else:
            key = self.workbench.keymap.first_key("annotate.close", words=True)
            self.say_done(f"{words}. It was the last of the list; {key} goes back to the library")

    def do_annotate_ignore(self) -> None:
        """Put the article aside."""
        self.state_changed(self.marking.set_state(State.IGNORED))

    def do_annotate_reopen(self) -> None:
        """Open the article for changes again."""
        self.marking.set_state(State.IN_PROGRESS)
        self.state_changed("The article is open again")

    def state_changed(self, words: str) -> None:
        """Show a new state."""
        self.show_title()
        self.show_subject()
        self.say_done(words)

    async def do_annotate_comment(self) -> None:
        """Write a comment on the article."""
        note = self.article.annotations.note or ""
        text = f"On the article as a whole: {self.article.title}"
        written = await self.workbench.push_screen_wait(NoteEditor("Comment on the article", note, text=text))
        if written is not None and written != note:
            words = self.marking.comment(written)
            self.show_subject()
            self.say_done(words)

    def do_annotate_guideline(self) -> None:
        """Show labels and guidelines in full."""
        from workbench.tui.screens.guide import GuideScreen

        target = self.target()
        self.workbench.push_screen(GuideScreen(self.article, target.label if target else None))

    # Neighbours.

    async def do_annotate_next_document(self) -> None:
        """Go to the next article."""
        await self._go_to(self.place + 1)

    async def do_annotate_previous_document(self) -> None:
        """Go to the previous article."""
        await self._go_to(self.place - 1)

    async def do_annotate_close(self) -> None:
        """Go back to the library."""
        if await self.may_leave():
            self.dismiss(None)

    async def _go_to(self, place: int, words: str = "") -> None:
        if await self.may_leave():
            self.open_other(self.documents[place], words)

    def open_other(self, document: str, words: str) -> None:
        """Show another article in place of this one."""
        raise NotImplementedError

    async def may_leave(self) -> bool:
        """Wait for what is being saved; ask when something cannot be."""
        if self._article is None:
            return True
        session = self._article.session
        if session.unsaved and not session.blocked:
            with_time = asyncio.wait_for(asyncio.shield(asyncio.wrap_future(session.settled())), SETTLING)
            with contextlib.suppress(TimeoutError):
                await with_time
        if not session.unsaved:
            return True
        question = f"{_changes(session.unsaved)} not saved and would be lost. ctrl+s tries once more to save."
        dialog = ConfirmDialog("Leave the article?", question, yes="Leave and lose", no="Stay", dangerous=True)
        answer = await self.workbench.push_screen_wait(dialog)
        return answer is True

    @property
    def unsaved(self) -> int:
        """How many changes are on screen but not on the disk, once what is under way has had its time."""
        if self._article is None:
            return 0
        session = self._article.session
        if session.unsaved and not session.blocked:
            with contextlib.suppress(NotYet):
                session.settled().result(SETTLING)
        return session.unsaved

    # Saving.

    def do_annotate_retry(self) -> None:
        """Try once more to save."""
        self.article.session.retry()
        self.query_one(ArticleLine).saving()
        self.say_done("Saving again")

    def notify_of(self, event: Event) -> None:
        """Pass on what the writer announces; called on its thread."""
        self.post_message(SessionEvent(event))

    def on_session_event(self, message: SessionEvent) -> None:
        """Show what became of a change, or what somebody else changed."""
        message.stop()
        match message.event:
            case Saved():
                self._saved()
            case NotSaved(_, error):
                self._not_saved(error)
            case Reloaded() as reloaded:
                self._reloaded(reloaded)

    def _saved(self) -> None:
        if not self.article.session.unsaved:
            self.query_one(ArticleLine).saved()
            if self.query_one("#trouble", Static).display:
                self._show_trouble("")
                self.say_done("Everything is saved now")
        self.refresh_keys()

    def _not_saved(self, error: WorkbenchError) -> None:
        self._fault = error
        self.query_one(ArticleLine).unsaved()
        count = self.article.session.unsaved
        key = self.workbench.keymap.first_key("annotate.retry", words=True)
        self._show_trouble(
            f"{_changes(count)} NOT SAVED: {shown(str(error))} Your work stays on screen; {key} tries again."
        )
        self.refresh_keys()

    def saving_goes_on(self) -> None:
        """Count a further change among those that are not saved while something keeps them from it."""
        if self._fault is not None and self.article.session.blocked:
            self._not_saved(self._fault)

    def _show_trouble(self, text: str) -> None:
        trouble = self.query_one("#trouble", Static)
        trouble.update(text)
        trouble.display = bool(text)

    def _reloaded(self, event: Reloaded) -> None:
        before = len(self.article.index)
        self.workbench.use_labels(event.document.label_set)
        self.article.looks = self.workbench.label_styles
        self.article.rebuild()
        self.show_all()
        if not self.article.session.unsaved:
            self.query_one(ArticleLine).saved()
        if event.lost is not None and event.error is not None:
            self._lost(event.lost, event.error)
            return
        difference = len(self.article.index) - before
        many = f"{abs(difference)} annotation{'' if abs(difference) == 1 else 's'}"
        what = f"{many} {'more' if difference > 0 else 'fewer'}" if difference else "annotations changed"
        self.say_done(f"Another window changed this article: {what}; it is shown here now")

    def _lost(self, lost: Operation, error: WorkbenchError) -> None:
        """Losing work is a dialog: what was lost, why, and what there is now."""
        change = next((change for change in lost.changes if isinstance(change, AnnotationChange)), None)
        words = ["What is stored is on screen now."]
        if change is not None:
            stored = self.article.index.get(change.uid)
            words = [f"Yours: {self._version(change.after)}.", f"Stored, and on screen now: {self._version(stored)}."]
        fault = WorkbenchError(f'your change "{lost.title}" could not be kept: {error.what}', remedy=" ".join(words))
        self.workbench.push_screen(ErrorDialog(fault, "A change was lost"))

    def _version(self, annotation: Annotation | None) -> str:
        if annotation is None:
            return "removed"
        return f"{self.article.name(annotation, 40)}, {self.article.place(annotation)}"

    def show_all(self) -> None:
        """Show everything anew after a reload."""
        raise NotImplementedError


def _changes(count: int) -> str:
    return f"{count} change{'s are' if count != 1 else ' is'}"
