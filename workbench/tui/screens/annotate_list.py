"""The list of annotations while it has the keys: beside the text, or over it in a narrow window."""

from __future__ import annotations

from bisect import bisect_left

from workbench.domain.annotation import Annotation
from workbench.errors import Refused
from workbench.tui.screens.annotate_base import AnnotateBase
from workbench.tui.widgets.annotation_list import AnnotationList


class ListActions(AnnotateBase):
    """Moving in the list shows each annotation in the text; enter makes it live, esc goes back to where one was."""

    _back_to: int = 0

    def do_annotate_list(self) -> None:
        """Give the keys to the list."""
        if not len(self.article.index):
            raise Refused("nothing is marked in this article yet, so the list is empty")
        self._back_to = self.view.cursor
        index = self.article.index
        target = self.target()
        first = target or index.at_row(min(index.first_row_from(self.view.cursor), len(index) - 1))
        self.leave_live()
        self.clear_selection()
        self.add_class("-listing")
        self.set_focus(None)
        self._point(first.uid)

    def leave_list(self) -> None:
        """Give the keys back to the text."""
        if self.listed is not None:
            self.listed = None
            self.remove_class("-listing")
            self.forget_shown()
            self.view.focus()

    def after_removal(self, gone: Annotation) -> None:
        """In the list, go to the row that is in the place of the removed one."""
        if self.listed is None:
            super().after_removal(gone)
            return
        index = self.article.index
        if not len(index):
            self.leave_list()
            return
        row = bisect_left(range(len(index)), gone.order, key=lambda number: index.at_row(number).order)
        self.listed = index.at_row(min(row, len(index) - 1)).uid

    def do_panel_up(self) -> None:
        """Go one annotation up."""
        self._walk(-1)

    def do_panel_down(self) -> None:
        """Go one annotation down."""
        self._walk(1)

    def do_panel_page_up(self) -> None:
        """Go one screen of the list up."""
        self._walk(-max(self.query_one(AnnotationList).size.height - 1, 1))

    def do_panel_page_down(self) -> None:
        """Go one screen of the list down."""
        self._walk(max(self.query_one(AnnotationList).size.height - 1, 1))

    def do_panel_top(self) -> None:
        """Go to the first annotation."""
        self._walk(-len(self.article.index))

    def do_panel_end(self) -> None:
        """Go to the last annotation."""
        self._walk(len(self.article.index))

    def _walk(self, rows: int) -> None:
        index = self.article.index
        here = index.row_of(self.listed) if self.listed in index and self.listed is not None else 0
        self._point(index.at_row(min(max(here + rows, 0), len(index) - 1)).uid)

    def _point(self, uid: str) -> None:
        self.listed = uid
        annotation = self.article.index.get(uid)
        if annotation is not None:
            self.view.move_cursor(annotation.start, jump=True)
        self.moved()
        self.call_after_refresh(self.query_one(AnnotationList).place_cursor)

    def do_panel_jump(self) -> None:
        """Make the annotation live in the text."""
        uid = self.listed
        self.leave_list()
        if uid is not None:
            self.make_live(uid)

    def do_panel_close(self) -> None:
        """Go back to the text, where the cursor was before."""
        self.leave_list()
        self.view.move_cursor(self._back_to, jump=True)
        self.moved()
