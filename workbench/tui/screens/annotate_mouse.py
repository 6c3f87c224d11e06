"""The mouse on the annotate screen: what was selected, clicked or dragged in the text, and its menu."""

from __future__ import annotations

from dataclasses import replace

from workbench.domain import liveness
from workbench.domain.annotation import Annotation
from workbench.domain.liveness import Edge
from workbench.errors import Refused, WorkbenchError
from workbench.tui.actions import BY_ID
from workbench.tui.screens.annotate_base import AnnotateBase
from workbench.tui.screens.dialogs.choose import Choice, ChooseDialog, with_letters
from workbench.tui.widgets import document_messages as messages
from workbench.tui.widgets.annotation_list import AnnotationList
from workbench.tui.widgets.article_line import ArticleLine
from workbench.tui.widgets.legend import Legend

LEFT, RIGHT = 1, 3
MENU = (
    "annotate.relabel_chooser",
    "annotate.note",
    "annotate.attributes",
    "annotate.link",
    "annotate.unlink",
    "annotate.remove_fragment",
    "annotate.remove",
)
"""Actions of the menu, in order."""


class MouseActions(AnnotateBase):
    """Handlers of what the widgets report."""

    _previewed: Annotation | None = None
    """What the view shows of an annotation whose edge is being dragged."""

    def on_document_view_pressed(self, event: messages.Pressed) -> None:
        """Begin anew: what was selected before is let go."""
        event.stop()
        self.view.focus()
        if self.listed is not None:
            self.leave_list()
        self.clear_selection()
        self.refresh_keys()

    def on_document_view_dragged(self, event: messages.Dragged) -> None:
        """Say what is selected so far."""
        event.stop()
        self.moved()

    def on_document_view_selected(self, event: messages.Selected) -> None:
        """Select what was dragged over, or the word or sentence that was clicked."""
        event.stop()
        self.leave_live()
        self.select(event.fragment)
        self.refresh_keys()

    def on_document_view_clicked(self, event: messages.Clicked) -> None:
        """Put the cursor there; an annotation that was clicked is live, or shows its menu."""
        event.stop()
        if self._article is None:
            return
        if event.button == RIGHT:
            self._menu_at(event)
            return
        found = self.marking.cycle(event.offset) if event.uids else None
        self.view.cursor = event.offset
        if found is not None:
            self.marking.make_live(found.uid)
            self.view.cursor = self.piece_of(found, event.offset).start
        else:
            self.leave_live()
        self.moved()
        self.refresh_keys()

    def _menu_at(self, event: messages.Clicked) -> None:
        selection = self.view.selection
        if selection is not None and selection.contains(event.offset):
            self.perform("annotate.chooser")
            return
        if not event.uids:
            self.say_done("There is no annotation there. Select some text to mark it.")
            return
        self.view.cursor = event.offset
        self.make_live(self.marking.live if self.marking.live in event.uids else event.uids[0], event.offset)
        self.run_worker(self._awaited(self.ask_menu()), exit_on_error=False)

    async def ask_menu(self) -> None:
        """Offer what can be done with the annotation at hand."""
        target = self.known_target()
        choices = with_letters(
            [
                Choice(
                    action,
                    BY_ID[action].title,
                    help=self.why_not(action) or self.workbench.keymap.first_key(action, words=True),
                    disabled=self.why_not(action) is not None,
                )
                for action in MENU
            ]
        )
        dialog = ChooseDialog[str](self.article.name(target, 50), choices)
        action = await self.workbench.push_screen_wait(dialog)
        if action is not None:
            self.perform(action)

    # Edges.

    def on_document_view_edge_dragged(self, event: messages.EdgeDragged) -> None:
        """Show the annotation with its edge where the mouse is; at the end, move it there."""
        event.stop()
        try:
            if event.done:
                self._end_drag(event)
            else:
                self._preview(event)
        except WorkbenchError as error:
            self.show_problem(error)

    def _preview(self, event: messages.EdgeDragged) -> None:
        stored = self.article.index.get(event.uid)
        if stored is None or self.article.closed:
            raise Refused(self.why_not("annotate.end_later") or "this annotation is gone")
        edge, piece = _edge(stored, event.edge)
        try:
            extent = liveness.drag(self.article.text, stored.extent, piece, edge, event.offset)
        except Refused:
            return  # The mouse is past the other edge; what was shown last stays.
        wanted = replace(stored, extent=extent)
        self.view.apply(self._previewed or stored, wanted)
        self._previewed = wanted
        self.say_done(f"{self.article.name(wanted)}, {self.article.place(wanted)}")

    def _end_drag(self, event: messages.EdgeDragged) -> None:
        wanted = self._previewed
        self.end_preview()
        stored = self.article.index.get(event.uid)
        if wanted is None or stored is None:
            return
        edge, piece = _edge(stored, event.edge)
        end = wanted.extent[-1].end if edge is Edge.END else wanted.extent[0].start
        words = self.marking.drag(event.uid, piece, edge, end)
        self.stand_on_live(end if edge is Edge.START else end - 1)
        self.show_subject()
        self.say_done(words)
        self.refresh_keys()

    def end_preview(self) -> None:
        """Show an annotation whose edge was being dragged as it is stored."""
        if self._previewed is not None:
            self.view.apply(self._previewed, self.article.index.get(self._previewed.uid))
            self._previewed = None

    # Around the text.

    async def on_annotation_list_chosen(self, event: AnnotationList.Chosen) -> None:
        """Go to the annotation whose row was clicked; with the right button, its menu."""
        event.stop()
        self.leave_list()
        self.make_live(event.uid)
        self.refresh_keys()
        if event.menu:
            self.run_worker(self._awaited(self.ask_menu()), exit_on_error=False)

    def on_legend_opened(self, event: Legend.Opened) -> None:
        """Show the whole guide."""
        event.stop()
        self.perform("annotate.guideline")

    def on_article_line_clicked(self, event: ArticleLine.Clicked) -> None:
        """Go back to the library, or open the palette."""
        event.stop()
        self.perform("annotate.close" if event.what == "title" else "app.palette")


def _edge(annotation: Annotation, name: str) -> tuple[Edge, int]:
    """Return the edge that was dragged and the piece it belongs to."""
    return (Edge.START, 0) if name == "start" else (Edge.END, len(annotation.extent) - 1)
