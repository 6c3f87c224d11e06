"""Moving the cursor and selecting on the annotate screen, by key. A motion lets go of what is live or selected."""

from __future__ import annotations

from workbench.domain import segments
from workbench.domain.span import Fragment
from workbench.domain.text import next_cluster, previous_cluster
from workbench.tui.screens.annotate_base import AnnotateBase


class MovingActions(AnnotateBase):
    """Motions and plain selection. Each method is the action of its name."""

    # Motions.

    def _move(self, offset: int, *, jump: bool = False) -> None:
        self.leave_live()
        self.clear_selection()
        self.view.move_cursor(offset, jump=jump)
        self.moved()

    def do_annotate_left(self) -> None:
        """One character left."""
        self._move(previous_cluster(self.view.text, self.view.cursor))

    def do_annotate_right(self) -> None:
        """One character right."""
        self._move(next_cluster(self.view.text, self.view.cursor))

    def do_annotate_up(self) -> None:
        """One row up."""
        self._move(self.view.row_up(self.view.cursor))

    def do_annotate_down(self) -> None:
        """One row down."""
        self._move(self.view.row_down(self.view.cursor))

    def do_annotate_word(self) -> None:
        """To the next word."""
        self._move(segments.next_word(self.view.text, self.view.cursor))

    def do_annotate_word_back(self) -> None:
        """To the previous word."""
        self._move(segments.previous_word(self.view.text, self.view.cursor))

    def do_annotate_sentence(self) -> None:
        """To the next sentence."""
        self._move(segments.next_sentence(self.view.text, self.view.cursor))

    def do_annotate_sentence_back(self) -> None:
        """To the start of the sentence, then the one before."""
        self._move(segments.previous_sentence(self.view.text, self.view.cursor))

    def do_annotate_paragraph(self) -> None:
        """To the next paragraph."""
        self._move(segments.next_paragraph(self.view.text, self.view.cursor))

    def do_annotate_paragraph_back(self) -> None:
        """To the previous paragraph."""
        self._move(segments.previous_paragraph(self.view.text, self.view.cursor))

    def do_annotate_line_start(self) -> None:
        """To the start of the row."""
        self._move(self.view.row_start(self.view.cursor))

    def do_annotate_line_end(self) -> None:
        """To the end of the row."""
        self._move(self.view.row_end(self.view.cursor))

    def do_annotate_page_down(self) -> None:
        """One screen down."""
        self._turn(self.view.page_rows)

    def do_annotate_page_up(self) -> None:
        """One screen up."""
        self._turn(-self.view.page_rows)

    def _turn(self, rows: int) -> None:
        view = self.view
        target = view.page_down(view.cursor) if rows > 0 else view.page_up(view.cursor)
        view.scroll_rows(rows)
        self._move(target)

    def do_annotate_top(self) -> None:
        """To the start of the article."""
        self._move(0)

    def do_annotate_end(self) -> None:
        """To the end of the article."""
        self._move(len(self.view.text))

    # Spans.

    def do_annotate_next_span(self) -> None:
        """Make the next annotation live."""
        self.make_live(self.marking.neighbour(self.view.cursor, later=True).uid)

    def do_annotate_previous_span(self) -> None:
        """Make the previous annotation live."""
        self.make_live(self.marking.neighbour(self.view.cursor, later=False).uid)

    def do_annotate_settle(self) -> None:
        """Let go of the live span or the selection."""
        self.leave_live()
        self.clear_selection()
        self.moved()

    # Selecting.

    def _select_to(self, head: int) -> None:
        """Move the selection's free end; the other one stays where selecting began."""
        self.leave_live()
        view = self.view
        anchor = self.selecting_from
        view.selection = Fragment(min(anchor, head), max(anchor, head)) if head != anchor else None
        view.move_cursor(head)
        self._anchor = anchor if view.selection is not None else None
        self.moved()

    def do_annotate_select_left(self) -> None:
        """By one character to the left."""
        self._select_to(previous_cluster(self.view.text, self.view.cursor))

    def do_annotate_select_right(self) -> None:
        """By one character to the right."""
        self._select_to(next_cluster(self.view.text, self.view.cursor))

    def do_annotate_select_up(self) -> None:
        """By one row up."""
        self._select_to(self.view.row_up(self.view.cursor))

    def do_annotate_select_down(self) -> None:
        """By one row down."""
        self._select_to(self.view.row_down(self.view.cursor))

    def do_annotate_select_word(self) -> None:
        """To the end of the next token; on the way back, to the start of the next one."""
        text, head = self.view.text, self.view.cursor
        if self.view.selection is None and text[head : head + 1].isspace():
            # Nobody means the blanks before a word.
            head = segments.next_token_start(text, head) or head
            self.clear_selection()
            self.view.cursor = head
        going_back = head < self.selecting_from
        found = segments.next_token_start(text, head) if going_back else segments.next_token_end(text, head)
        self._select_to(len(text) if found is None else found)

    def do_annotate_select_word_back(self) -> None:
        """To the start of the previous token; on the way back, to the end of the one before."""
        text, head, anchor = self.view.text, self.view.cursor, self.selecting_from
        found = segments.previous_token_end(text, head) if head > anchor else None
        if found is None or found <= anchor < head:
            found = anchor if head > anchor else segments.previous_token_start(text, head)
        self._select_to(0 if found is None else found)

    def do_annotate_select_line_start(self) -> None:
        """To the start of the row."""
        self._select_to(self.view.row_start(self.view.cursor))

    def do_annotate_select_line_end(self) -> None:
        """To the end of the row."""
        self._select_to(self.view.row_end(self.view.cursor))
