"""What all parts of the annotate screen share: the open article, the cursor's subject, and how changes are shown."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.widgets import Static

from workbench.domain.annotation import Annotation
from workbench.domain.change import AnnotationChange, Operation
from workbench.domain.liveness import piece_at
from workbench.domain.segments import word_at
from workbench.domain.span import Fragment
from workbench.errors import Refused, WorkbenchError
from workbench.tui.actions import ANNOTATE, PANEL, Action, Context, Mode, Need
from workbench.tui.article import Article
from workbench.tui.marking import Marking
from workbench.tui.screens.base import ActionScreen
from workbench.tui.shown import shortened
from workbench.tui.widgets.annotation_details import Details, Folded, Subject
from workbench.tui.widgets.annotation_list import AnnotationList
from workbench.tui.widgets.article_line import ArticleLine
from workbench.tui.widgets.document_view import DocumentView
from workbench.tui.widgets.legend import Legend
from workbench.tui.widgets.statusline import StatusLine

WIDE, NARROW = 100, 76
"""Columns from which on the list stands beside the text, and below which words are spared."""
UNDO_TITLE = 34
"""Cells of what undo would take back, in a wide footer."""


class AnnotateBase(ActionScreen):
    """The article on screen. `documents` are the uids that next and previous go through."""

    CONTEXT = ANNOTATE

    def __init__(self, document: str, documents: Sequence[str] = ()) -> None:
        super().__init__()
        self.document = document
        self.documents: Sequence[str] = documents or (document,)
        self.place = 0
        """The document's place among them, from 0."""
        self._article: Article | None = None
        self._marking: Marking | None = None
        self.listed: str | None = None
        """The annotation under the list's cursor while the list has the keys."""
        self.searched = ""
        """What is searched for, empty when no search is on."""
        self._anchor: int | None = None
        self._shown: Subject | None = None
        self._fault: WorkbenchError | None = None
        """What kept the last change from being saved."""

    # The open article.

    @property
    def article(self) -> Article:
        """The open article. Raises Refused while it is being opened."""
        if self._article is None:
            raise Refused("the article is still being opened")
        return self._article

    @property
    def marking(self) -> Marking:
        """What can be done to the article. Raises Refused while it is being opened."""
        if self._marking is None:
            raise Refused("the article is still being opened")
        return self._marking

    @property
    def view(self) -> DocumentView:
        """The widget that shows the text."""
        return self.query_one(DocumentView)

    # What the screen answers about itself.

    def key_context(self) -> Context:
        """The list over the text has keys of its own."""
        return PANEL if self.listed is not None else ANNOTATE

    def key_mode(self) -> Mode:
        """Say whether a span is live or a search is on."""
        if self._marking is not None and self._marking.live is not None and self.listed is None:
            return Mode.LIVE
        return Mode.SEARCH if self.searched else Mode.IDLE

    def target(self) -> Annotation | None:
        """Return the annotation that an action is about: the list's, the live one, or the innermost at the cursor."""
        if self._marking is None:
            return None
        if self.listed is not None:
            return self.article.index.get(self.listed)
        return self._marking.target(self.view.cursor)

    def known_target(self) -> Annotation:
        """Return the same. Raises Refused when there is none."""
        target = self.target()
        if target is None:
            raise Refused(str(Need.TARGET))
        return target

    def meets(self, need: Need) -> bool | str:
        """Say whether a need is met, or why not."""
        if self._article is None or self._marking is None:
            return "The article is still being opened." if need is not Need.CLOSED else False
        match need:
            case Need.LIVE:
                return self._marking.live is not None
            case Need.SELECTION:
                return self.view.selection is not None
            case Need.EDITABLE | Need.CLOSED:
                return self._meets_state(self._article, need)
            case Need.UNDOABLE:
                return self._article.session.history.to_undo is not None
            case Need.REDOABLE:
                return self._article.session.history.to_redo is not None
            case Need.SPANS:
                return len(self._article.index) > 0
            case Need.SEARCHING:
                return bool(self.searched)
            case Need.NEXT_DOCUMENT:
                return self.place + 1 < len(self.documents)
            case Need.PREVIOUS_DOCUMENT:
                return self.place > 0
            case Need.UNSAVED:
                return self._article.session.blocked
            case _:
                return self._meets_about_target(need)

    def _meets_state(self, article: Article, need: Need) -> bool | str:
        if need is Need.CLOSED:
            return article.closed
        if not article.closed:
            return True
        key = self.workbench.keymap.first_key("annotate.reopen", words=True)
        return f"This article is {article.state}, so it is read-only: {key or 'the palette'} reopens it."

    def _meets_about_target(self, need: Need) -> bool | str:
        target = self.target()
        if target is None:
            return need is not Need.TARGET or False
        match need:
            case Need.FRAGMENTS:
                return len(target.extent) > 1
            case Need.LINKS:
                return bool(self.article.ends_of(target))
            case Need.LINKABLE:
                label = self.article.label(target).name
                return self.marking.linkable(target) or f"No link type starts at {label}."
            case Need.ATTRIBUTES:
                label = self.article.label(target).name
                return bool(self.article.label(target).attributes) or f"The label {label} has no attributes."
            case _:
                return True

    def word_for(self, action: Action) -> str:
        """Name what undo would take back."""
        width = self.size.width
        head = self._article.session.history.to_undo if self._article is not None else None
        if action.id == "annotate.undo" and head is not None and width >= NARROW:
            return f'undo "{shortened(head.title, UNDO_TITLE if width >= WIDE else UNDO_TITLE // 2)}"'
        if action.id == "annotate.link" and width < NARROW:
            return "attribute"
        return super().word_for(action)

    def show_problem(self, error: WorkbenchError) -> None:
        """Say what cannot be done on the status line; only what is grave needs a dialog."""
        if isinstance(error, Refused):
            sentence = str(error)
            self.say_done(sentence[:1].upper() + sentence[1:], tone="warning")
        else:
            super().show_problem(error)

    # The cursor, what is live, what is selected.

    def make_live(self, uid: str | None, near: int | None = None) -> None:
        """Make an annotation live, the cursor on the start of its piece near an offset, and say so."""
        self.clear_selection()
        self.marking.make_live(uid)
        self.stand_on_live(near)
        self.moved()

    def after_removal(self, gone: Annotation) -> None:
        """Stay where an annotation was."""
        self.view.move_cursor(gone.start)

    def leave_list(self) -> None:
        """Hook: the list no longer has the keys."""

    def leave_live(self) -> None:
        """Let go of the live span; the cursor stays."""
        self.end_preview()
        if self._marking is not None:
            self._marking.make_live(None)

    def saving_goes_on(self) -> None:
        """Hook: a change was made while others could not be saved."""

    def end_preview(self) -> None:
        """Hook: an annotation is shown as it is stored again."""

    def stand_on_live(self, near: int | None = None) -> None:
        """Put the cursor on the start of the live span, or of its piece near an offset."""
        live = self.marking.live_annotation
        if live is not None:
            offset = live.start if near is None else self.piece_of(live, near).start
            self.view.move_cursor(offset, jump=True)

    @staticmethod
    def piece_of(annotation: Annotation, offset: int) -> Fragment:
        """Return the piece of an annotation that holds an offset, or is nearest to it."""
        return annotation.extent[piece_at(annotation.extent, offset)]

    @property
    def selecting_from(self) -> int:
        """The end of the selection that stays where it is; the cursor where nothing is selected."""
        return self._anchor if self._anchor is not None and self.view.selection is not None else self.view.cursor

    def select(self, fragment: Fragment) -> None:
        """Select a fragment, its end being what shift and the arrows move."""
        self.view.selection = fragment
        self._anchor = fragment.start
        self.view.cursor = fragment.end
        self.moved()

    def clear_selection(self) -> None:
        """Let go of the selection."""
        self._anchor = None
        if self._article is not None:
            self.view.selection = None

    # Showing.

    def say_done(self, words: str, *, tone: str = "") -> None:
        """Say what a key press did; the sentence about the cursor comes back with the next move."""
        self.flash(words, tone=tone, seconds=None)

    def say_live(self, words: str) -> None:
        """Say what made a span live and, where there is room, which keys move its edges."""
        first = self.workbench.keymap.first_key
        ends = " ".join(first(f"annotate.{name}") for name in ("end_later", "end_earlier"))
        starts = " ".join(first(f"annotate.{name}") for name in ("start_earlier", "start_later"))
        more = f"   {ends} move its end, {starts} its start, {first('annotate.settle')} settles"
        self.say_done(words + more if cell_len(words + more) <= self.size.width - 2 else words)

    def moved(self) -> None:
        """Show what the cursor is on now, and nothing of what was done before."""
        self.say_done("")
        self.show_subject()

    def show_change(self, operation: Operation) -> None:
        """Follow an operation that the session shows already: redraw what it touches."""
        for change in operation.changes:
            if isinstance(change, AnnotationChange):
                self.view.apply(change.before, change.after)
        self.query_one(ArticleLine).saving()
        self.saving_goes_on()
        self.query_one(AnnotationList).show(self.article)
        self.forget_shown()
        self.show_title()

    def forget_shown(self) -> None:
        """Have everything about the subject drawn again, whatever it is."""
        self._shown = None

    def show_title(self) -> None:
        """Write the top line."""
        article = self.article
        number = f"article {self.place + 1:,} of {len(self.documents):,}" if len(self.documents) > 1 else ""
        narrow = self.size.width < WIDE
        short = f"{self.place + 1}/{len(self.documents)}" if len(self.documents) > 1 else ""
        facts = (short if narrow else number, article.session.opened.annotator, article.state)
        self.query_one(ArticleLine).show(article.title, tuple(fact for fact in facts if fact))

    def show_subject(self) -> None:
        """Show and say what the cursor is on, in panel, legend, text and status line."""
        if self._article is None:
            return
        if self.listed is not None and self.listed not in self._article.index:
            self.leave_list()
        subject = self.subject()
        emphasised = self.listed if self.listed is not None else self.marking.live
        self.view.current_uid = emphasised
        if subject is None or subject != self._shown:
            self._shown = subject
            self._show_around(self._article, subject)
        self.query_one(StatusLine).say(self.sentence(subject))

    def _show_around(self, article: Article, subject: Subject | None) -> None:
        head, words = self.query_one("#list-head", Static), self._list_head(article)
        if head.content != words:  # else each key press would lay the whole screen out
            head.update(words, layout=False)
        uid = subject.annotation.uid if subject else None
        self.query_one(AnnotationList).point_at(uid, self.view.cursor)
        self.query_one(Details).show(article, subject)
        self.query_one(Folded).show(article, subject)
        label = subject.annotation.label if subject else None
        self.query_one(Legend).show(article, label, self.workbench.keymap.first_key("annotate.guideline"))

    def _list_head(self, article: Article) -> str:
        owing = article.index.unlinked
        count = f"Annotations {len(article.index):,}"
        keys = "   enter goes there, esc leaves" if self.listed is not None else "   by position"
        return count + (f"   {owing:,} ! unattributed" if owing else keys)

    def subject(self) -> Subject | None:
        """Return what the details are about."""
        target = self.target()
        if target is None:
            return None
        here = [annotation.uid for annotation in self.article.index.at(self.view.cursor)]
        number = here.index(target.uid) + 1 if target.uid in here else 1
        return Subject(target, number, max(len(here), 1), target.uid == self.marking.live)

    def sentence(self, subject: Subject | None) -> str:
        """Say in words what the cursor is on and what is live."""
        selection = self.view.selection
        if selection is not None:
            return self._selected(selection)
        if subject is None:
            return self._on_text()
        return self._on_annotation(subject)

    def _selected(self, selection: Fragment) -> str:
        length = len(selection)
        count = f"{length:,} character{'' if length == 1 else 's'}"
        do = "read-only" if self.article.closed else "a label's letter marks it"
        return f"selected {selection.start}-{selection.end}, {count}: {self.article.quoted(selection, 30)}   {do}"

    def _on_text(self) -> str:
        text, cursor = self.view.text, self.view.cursor
        word = word_at(text, cursor)
        what = f"on {self.article.quoted(word, 30)}, " if word is not None and not text[word.start].isspace() else ""
        where = f"character {cursor:,} of {len(text):,}"
        count = len(self.article.index)
        many = f"{count:,} annotation{'' if count == 1 else 's'}"
        owing = self.article.index.unlinked
        more = f", {owing:,} attributed to nobody" if owing else ""
        return f"{what}{where}   {many}{more}"

    def _on_annotation(self, subject: Subject) -> str:
        annotation = subject.annotation
        words = [f"{'live' if subject.live else 'on'} {self.article.name(annotation)}"]
        words.append(self.article.place(annotation))
        words += [f"{how} {self.article.words(other, 24)}" for how, _, other in self.article.ends_of(annotation)[:2]]
        if self.article.flag(annotation) == "!":
            words.append("attributed to nobody")
        if annotation.note:
            words.append("has a note")
        if subject.of > 1:
            words.append(f"{subject.number} of {subject.of} here")
        return ", ".join(words)
