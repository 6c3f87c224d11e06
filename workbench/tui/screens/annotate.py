"""The annotate screen: one article with its annotations, opened at once and saved as one goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from workbench.domain.library import Sort
from workbench.services.annotating import OpenDocument
from workbench.services.collecting import no_collector
from workbench.services.session import AnnotationSession
from workbench.tui.article import Article
from workbench.tui.marking import Marking
from workbench.tui.screens.annotate_base import WIDE
from workbench.tui.screens.annotate_document import DocumentActions
from workbench.tui.screens.annotate_list import ListActions
from workbench.tui.screens.annotate_marking import MarkingActions
from workbench.tui.screens.annotate_mouse import MouseActions
from workbench.tui.screens.annotate_moving import MovingActions
from workbench.tui.screens.annotate_search import SearchActions
from workbench.tui.widgets.annotation_details import Details, Folded
from workbench.tui.widgets.annotation_list import AnnotationList
from workbench.tui.widgets.article_line import ArticleLine
from workbench.tui.widgets.document_view import DocumentView
from workbench.tui.widgets.keybar import KeyBar
from workbench.tui.widgets.legend import Legend
from workbench.tui.widgets.search_line import SearchLine
from workbench.tui.widgets.statusline import StatusLine

LOOK_EVERY = 2.0
"""Seconds between two looks whether another window changed the article."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a worker brings back: the document, its neighbours and its place among them."""

    document: OpenDocument
    documents: Sequence[str]
    place: int


class AnnotateScreen(MovingActions, MarkingActions, SearchActions, ListActions, DocumentActions, MouseActions):
    """One article. `documents` are the uids that next and previous go through; without them, the library's order."""

    CSS_PATH = "annotate.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-short"), (24, "-middling"), (32, "-tall")]  # noqa: RUF012

    def __init__(self, document: str, documents: Sequence[str] = (), words: str = "") -> None:
        super().__init__(document, documents)
        self._words = words
        """What is said once the article is open."""

    def compose(self) -> ComposeResult:
        """Yield the text with what surrounds it."""
        yield ArticleLine()
        with Vertical(id="body"):
            yield DocumentView(label_styles=self.workbench.label_styles)
            with Vertical(id="side"):
                yield Static("", id="list-head", markup=False)
                yield AnnotationList()
                yield Details()
                yield Legend()
        yield Folded()
        yield SearchLine()
        yield Static("", id="trouble", markup=False)
        yield StatusLine("Opening the article", show_mark=False)
        yield KeyBar()

    # Opening.

    def on_mount(self) -> None:
        """Open the article in a worker; looking writes nothing."""
        self.view.focus()
        self.run_worker(self._awaited(self._begin()), exit_on_error=False)
        self.set_interval(LOOK_EVERY, self._look_for_news)
        self.watch(self.view, "scroll_y", self._scrolled, init=False)
        self.watch(self.app, "theme", self._restyled, init=False)

    async def _begin(self) -> None:
        from workbench.tui.screens.library_who import sure_who

        if await sure_who(self.workbench) is None:
            self.dismiss(None)
            return
        self.in_background(self._open, self._take, group="open")

    def on_screen_suspend(self) -> None:
        """Forget the first key of two when something else comes to the front."""
        self.dispatcher.reset()

    def _open(self) -> Opened:
        from workbench.services import annotating, library

        backend = self.workbench.backend()
        annotator = self.workbench.annotator or ""
        with no_collector():
            document = annotating.open_document(backend.database, self.document, annotator)
        documents = self.documents
        if len(documents) <= 1:
            documents = library.Queue(backend.database, library.order(backend.database, annotator or None, Sort()))
        return Opened(document, documents, documents.index(self.document) if self.document in documents else 0)

    def _take(self, opened: Opened) -> None:
        self.documents, self.place = opened.documents, opened.place
        self.workbench.use_labels(opened.document.label_set)
        backend = self.workbench.backend()
        session = AnnotationSession(backend.database, backend.writer, backend.clock, opened.document, self.notify_of)
        with no_collector():
            self._article = Article(session, self.workbench.label_styles)
            self._marking = Marking(self._article, self.show_change)
            self.view.load(self._article.text)
            self.query_one(ArticleLine).saved()
            self.show_all()
        self.say_done(self._words)

    def show_all(self) -> None:
        """Show everything anew: after opening, after another window's change, in another theme."""
        article = self.article
        self.end_preview()
        self.marking.make_live(self.marking.live)
        self.view.set_label_styles(article.looks)
        self.view.set_annotations(article.annotations.annotations.values())
        self.query_one(AnnotationList).show(article)
        self.query_one(Legend).fit(article)
        self.forget_shown()
        self.show_title()
        self.show_subject()
        self.refresh_keys()

    def _look_for_news(self) -> None:
        if self._article is not None and self.app.screen is self and not self._article.session.blocked:
            self._article.session.refresh()

    def _scrolled(self) -> None:
        if self.searched:
            self.mark_found()

    def _restyled(self) -> None:
        if self._article is not None:
            self._article.looks = self.workbench.label_styles
            self.show_all()

    def on_resize(self) -> None:
        """Say in the top line what there is room for."""
        if self._article is not None:
            self.show_title()

    def open_other(self, document: str, words: str) -> None:
        """Show another article in place of this one."""
        self.app.switch_screen(AnnotateScreen(document, self.documents, words))

    # What the footer asks.

    def meets_editable(self) -> bool:
        """Say whether label keys can do anything."""
        return self._article is not None and not self._article.closed
