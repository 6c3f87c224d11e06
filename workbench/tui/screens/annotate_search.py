"""Searching in the article: as one types, then from place to place until esc."""

from __future__ import annotations

from itertools import islice

from workbench.domain.finding import MOST_COUNTED, Finder
from workbench.domain.span import Fragment
from workbench.tui.screens.annotate_base import AnnotateBase
from workbench.tui.shown import shortened
from workbench.tui.widgets.search_line import SearchLine

MOST_MARKED = 2000
"""Places marked on and around one screen."""


class SearchActions(AnnotateBase):
    """Plain search; capitals count only when some are typed."""

    _finder: Finder | None = None
    _found: Fragment | None = None
    _from: int = 0
    """Where the cursor was when the search began."""

    def do_annotate_search(self) -> None:
        """Begin a search, with the last one filled in."""
        self.leave_live()
        self._from = self.view.cursor
        self.query_one(SearchLine).open(self.searched)

    def on_search_line_typed(self, event: SearchLine.Typed) -> None:
        """Show the first place from where the search began."""
        event.stop()
        self._search(event.text)

    def _search(self, wanted: str) -> None:
        self.searched = wanted
        self._finder = Finder(self.article.text, wanted) if wanted else None
        self.mark_found()
        if self._finder is None:
            self._found = None
            self.view.move_cursor(self._from, jump=True)
            self.say_done("")
            return
        self._go(self._finder.after(self._from), self._from, later=True)

    def on_search_line_step(self, event: SearchLine.Step) -> None:
        """Go to another place while typing."""
        event.stop()
        if self.searched:
            self._step_found(later=event.later)

    def on_search_line_over(self, event: SearchLine.Over) -> None:
        """Keep the search, or end it where it began."""
        event.stop()
        self.query_one(SearchLine).close()
        self.view.focus()
        if event.keep and self.searched and self._found is not None:
            self._say_found("n next, N previous, esc ends")
            self.refresh_keys()
            return
        if not event.keep:
            self.view.move_cursor(self._from, jump=True)
        self.do_annotate_search_end()

    def do_annotate_search_next(self) -> None:
        """Go to the next place found."""
        self._step_found(later=True)

    def do_annotate_search_previous(self) -> None:
        """Go to the previous place found."""
        self._step_found(later=False)

    def do_annotate_search_end(self) -> None:
        """End the search."""
        self.searched, self._finder, self._found = "", None, None
        self.mark_found()
        self.show_subject()
        self.say_done("")

    def _step_found(self, *, later: bool) -> None:
        if self._finder is None:
            return
        here = self.view.cursor
        found = self._finder.after(here + 1) if later else self._finder.before(here)
        self._go(found, here, later=later)

    def _go(self, found: Fragment | None, before: int, *, later: bool) -> None:
        self._found = found
        if found is None:
            self.say_done(f'"{shortened(self.searched, 30)}" is not in this article', tone="warning")
            return
        self.view.move_cursor(found.start, jump=True)
        self.show_subject()
        wrapped = found.start <= before if later and found.start != before else found.start >= before
        round_the_end = ("from the top again" if later else "from the end again") if wrapped else ""
        self._say_found(round_the_end if found.start != before else "")

    def _say_found(self, more: str) -> None:
        if self._finder is None or self._found is None:
            return
        count = len(self._finder.places)
        many = f"{MOST_COUNTED:,}+" if count > MOST_COUNTED else f"{count:,}"
        number = self._finder.number_of(self._found)
        which = f"place {number:,} of {many}" if number <= MOST_COUNTED else f"one of {many} places"
        line = self.line_around(self._found)
        self.say_done(f"{which}: {line}" + (f"   {more}" if more else ""))

    def mark_found(self) -> None:
        """Mark the places found on screen and a screen round it."""
        start, end = self.view.visible_range()
        margin = end - start
        places = self._finder.within(max(0, start - margin), end + margin) if self._finder is not None else ()
        self.view.set_found(list(islice(places, MOST_MARKED)))

    def line_around(self, found: Fragment) -> str:
        """Return what was found with some words round it."""
        text = self.article.text
        start, end = max(0, found.start - 20), min(len(text), found.end + 20)
        return f"..{shortened(text[start:end], 60)}.."
