"""The annotate screen on a small database, for tests that press keys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from workbench.config import Settings
from workbench.domain.annotation import AnnotationSet
from workbench.services import annotating
from workbench.storage.engine import Database
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.annotate import AnnotateScreen
from workbench.tui.widgets.statusline import StatusLine


class Desk:
    """The screen at work: press keys, ask what is stored and what is said."""

    def __init__(self, database: Database, pilot: Pilot[None]) -> None:
        self.database = database
        self.pilot = pilot

    @property
    def screen(self) -> AnnotateScreen:
        """The annotate screen on top, or the one below a dialog."""
        found = [screen for screen in self.pilot.app.screen_stack if isinstance(screen, AnnotateScreen)]
        return found[-1]

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, then wait until all is saved and shown."""
        await self.pilot.press(*keys)
        await self.settle()

    async def type(self, text: str) -> None:
        """Type a text."""
        await self.press(*("space" if character == " " else character for character in text))

    async def settle(self) -> None:
        """Wait until what is under way is saved and shown."""
        await self.pilot.pause()
        if self.screen._article is not None:
            self.screen.article.session.settled().result(10)
        await self.pilot.pause()

    async def select(self, words: str) -> None:
        """Select words by mouse, as a drag would."""
        from workbench.domain.span import Fragment

        start = self.screen.view.text.index(words)
        self.screen.leave_live()
        self.screen.select(Fragment(start, start + len(words)))
        await self.pilot.pause()

    def go_to(self, words: str) -> None:
        """Put the cursor on words, as a click would."""
        self.screen.leave_live()
        self.screen.view.move_cursor(self.screen.view.text.index(words))
        self.screen.moved()

    @property
    def said(self) -> str:
        """What the status line says."""
        return self.screen.query_one(StatusLine).words

    def stored(self, annotator: str = "ana") -> AnnotationSet:
        """What is in the database for the article that is open."""
        return annotating.open_document(self.database, self.screen.document, annotator).annotations

    def marks(self) -> list[tuple[str, ...]]:
        """What is stored, in order: label's name and the words of each piece."""
        opened = annotating.open_document(self.database, self.screen.document, "ana")
        return [
            (opened.label_set.by_uid(one.label).name, *(opened.text[part.start : part.end] for part in one.extent))
            for one in opened.annotations.in_order()
        ]


@asynccontextmanager
async def at_the_desk(
    database: Database, document: str, size: tuple[int, int] = (120, 36), annotator: str = "ana"
) -> AsyncIterator[Desk]:
    """Open an article for annotating and wait until it is there."""
    app = WorkbenchApp(Settings(Path(database.path), annotator=annotator), document)
    async with app.run_test(size=size) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        desk = Desk(database, pilot)
        await desk.settle()
        yield desk
    app.close_backend()
