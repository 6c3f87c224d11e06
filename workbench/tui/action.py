"""What an action is: its fields, where it lives and what it may need. The actions themselves are in `actions`.

A key is written as a person would: a printable character as itself (`?`, `G`, `"`), a named key by its name (`up`,
`pageup`, `enter`, `f8`), modifiers before it (`ctrl+r`, `shift+left`). Two keys pressed one after the other are
written with a blank between them: `g g`. `= <label>` stands for `=` and then any label's letter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Context(StrEnum):
    """Where an action lives. A context falls back to its parent (see `PARENTS`)."""

    GLOBAL = "everywhere"
    LIBRARY = "library"
    ANNOTATE = "annotate"
    PANEL = "annotations list"


GLOBAL, LIBRARY, ANNOTATE, PANEL = Context.GLOBAL, Context.LIBRARY, Context.ANNOTATE, Context.PANEL

PARENTS: Mapping[Context, Context] = {LIBRARY: GLOBAL, ANNOTATE: GLOBAL, PANEL: ANNOTATE}
"""The context that is asked when one has nothing for a key."""


class Mode(StrEnum):
    """What the annotate screen is in the middle of. `SEARCH` counts as `IDLE` where nothing is said of it."""

    IDLE = "nothing live"
    LIVE = "a span is live"
    SEARCH = "searching"


class Need(StrEnum):
    """What an action needs; the value is the sentence for when it is missing."""

    LIVE = "No span is live: press n for the next one, or mark one with a label key."
    TARGET = "Put the cursor on an annotation or make one live first."
    SELECTION = "Select some text first, with shift and the arrows or the mouse."
    EDITABLE = "This article is finished or ignored, so it is read-only: reopen it with ctrl+o."
    CLOSED = "This article is open already."
    UNDOABLE = "Nothing to undo yet."
    REDOABLE = "Nothing to redo."
    SPANS = "Nothing is marked in this article yet."
    SEARCHING = "No search is on: start one with /."
    NEXT_DOCUMENT = "This is the last article of the list."
    PREVIOUS_DOCUMENT = "This is the first article of the list."
    UNSAVED = "Everything is saved."
    FRAGMENTS = "The live span is in one piece."
    LINKS = "This annotation has no link."
    LINKABLE = "No link type starts at this label."
    ATTRIBUTES = "This label has no attributes."
    ROWS = "No article is listed."
    TICKED = "No article is ticked or under the cursor."
    EMPTY = "The sample articles are offered while the library is empty."
    FILTERED = "There is no filter to clear and nothing is ticked."


class State(Protocol):
    """What a screen answers about itself, so that an action can say why it is not possible now."""

    def meets(self, need: Need) -> bool | str:
        """True when the need is met; False, or a sentence more exact than the need's own, when it is not."""
        ...


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do.

    `when` limits the action's keys to one mode where another action has the same key in another mode.
    `group` gathers actions in help; `step` > 0 puts the action in the footer, small numbers first.
    `mouse` says how it is done by mouse; `example` is a sentence that shows it in use.
    """

    id: str
    title: str
    help: str
    keys: tuple[str, ...] = ()
    context: Context = GLOBAL
    needs: tuple[Need, ...] = ()
    when: Mode | None = None
    group: str = ""
    example: str = ""
    mouse: str = ""
    step: int = 0
    short: str = ""
    dangerous: bool = False
    show: bool = True
    """Whether the palette offers it; motions are left out there."""

    def why_not(self, state: State) -> str | None:
        """Return the sentence that says why the action is not possible now, or None when it is."""
        for need in self.needs:
            answer = state.meets(need)
            if answer is not True:
                return answer or str(need)
        return None

    @property
    def footer_word(self) -> str:
        """The word beside the key in the footer."""
        return self.short or self.title.lower()
