"""The one registry of actions: plain data from which every list of keys derives.

Footer, help, card, command palette, mouse menus, the documentation's key table and the user's key map file all
read `ACTIONS`. Screens name the method that does the work; here is only what an action is called, what it does in
words, which keys start it, where, and what it needs.

A key is written as a person would: a printable character as itself (`?`, `G`, `"`), a named key by its name (`up`,
`pageup`, `enter`, `f8`), modifiers before it (`ctrl+r`, `shift+left`). Two keys pressed one after the other are
written with a blank between them: `g g`. `= <label>` stands for `=` and then any label's letter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from workbench.domain.labels import KEY_LETTERS


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
    FRAGMENTS = "The live span is in one piece."
    LINKS = "This annotation has no link."
    LINKABLE = "No link type starts at this label."
    ATTRIBUTES = "This label has no attributes."
    ROWS = "No article is listed."
    TICKED = "No article is ticked or under the cursor."
    NEWS = "The list is up to date."
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


_EVERYWHERE = (
    Action(
        "app.palette",
        "Command palette",
        "List every action by name, with its key; type to narrow it down.",
        ("ctrl+p",),
        mouse="click ≡ in the top line",
        group="Help",
        step=90,
        short="everything",
        show=False,
    ),
    Action(
        "app.card",
        "Key card",
        "Show the keys of this screen on one card.",
        ("?",),
        group="Help",
        step=91,
        short="keys",
        mouse="click ? in the footer",
    ),
    Action(
        "app.help",
        "Help",
        "Show every action of every screen with its keys and an explanation; type to search in it.",
        ("f1",),
        group="Help",
    ),
    Action(
        "app.theme", "Change theme", "Choose another theme: two dark, two light, one of high contrast.", group="Help"
    ),
    Action(
        "app.quit",
        "Quit",
        "Leave the program. What was acknowledged is saved; if anything is not, you are asked first.",
        ("ctrl+q",),
        group="Help",
    ),
)

_LIBRARY = (
    Action(
        "library.open",
        "Open article",
        "Open the article under the cursor for annotating.",
        ("enter",),
        LIBRARY,
        (Need.ROWS,),
        group="Articles",
        mouse="double click a row",
        step=1,
        short="open",
    ),
    Action(
        "library.import",
        "Import articles",
        "Import files or a folder; you are shown what will be read, and can stop it.",
        ("i",),
        LIBRARY,
        group="In and out",
        example="Type articles/*.txt to import every text file of a folder.",
        step=2,
        short="import",
    ),
    Action(
        "library.export",
        "Export annotations",
        "Write annotations to a file, for a spreadsheet or for a program, and prove it afterwards.",
        ("x",),
        LIBRARY,
        (Need.ROWS,),
        group="In and out",
        step=3,
        short="export",
    ),
    Action(
        "library.demo",
        "Try the sample articles",
        "Put five sample articles into the empty library.",
        ("d",),
        LIBRARY,
        (Need.EMPTY,),
        group="In and out",
    ),
    Action(
        "library.filter",
        "Filter",
        "Show only articles whose title or text holds what you type; titles at once, texts as they are read.",
        ("/",),
        LIBRARY,
        group="List",
        step=4,
        short="filter",
    ),
    Action(
        "library.clear",
        "Clear filter and ticks",
        "Show all articles again; a second press unticks them.",
        ("escape",),
        LIBRARY,
        (Need.FILTERED,),
        group="List",
    ),
    Action(
        "library.sort",
        "Sort",
        "Choose the column the list is sorted by.",
        ("s",),
        LIBRARY,
        (Need.ROWS,),
        group="List",
        mouse="click a column's head",
        step=5,
    ),
    Action(
        "library.sort_reverse",
        "Reverse order",
        "Turn the order of the list round.",
        ("S",),
        LIBRARY,
        (Need.ROWS,),
        group="List",
        mouse="click the column's head again",
    ),
    Action(
        "library.columns",
        "Choose columns",
        "Choose which metadata of the articles are shown as columns.",
        ("m",),
        LIBRARY,
        group="List",
    ),
    Action(
        "library.refresh",
        "Show what is new",
        "Read the list again, with what other windows have imported or changed.",
        ("n", "r"),
        LIBRARY,
        group="List",
    ),
    Action(
        "library.tick",
        "Tick article",
        "Tick or untick the article under the cursor, for exporting or changing the state of several.",
        ("space",),
        LIBRARY,
        (Need.ROWS,),
        group="Articles",
        mouse="ctrl+click a row",
        step=6,
        short="tick",
    ),
    Action(
        "library.tick_all",
        "Tick all listed",
        "Tick every article that is listed now, or untick them when all are.",
        ("ctrl+a",),
        LIBRARY,
        (Need.ROWS,),
        group="Articles",
    ),
    Action(
        "library.finish",
        "Finish",
        "Mark the ticked articles, or the one under the cursor, as finished: read-only until reopened.",
        ("f", "f8"),
        LIBRARY,
        (Need.TICKED,),
        group="Articles",
    ),
    Action(
        "library.ignore",
        "Ignore",
        "Put the ticked articles, or the one under the cursor, aside; they count nowhere until reopened.",
        ("!",),
        LIBRARY,
        (Need.TICKED,),
        group="Articles",
    ),
    Action(
        "library.reopen",
        "Reopen",
        "Open finished or ignored articles again, so that they can be changed.",
        ("o", "ctrl+o"),
        LIBRARY,
        (Need.TICKED,),
        group="Articles",
    ),
    Action(
        "library.undo",
        "Undo",
        "Take back your last change of state.",
        ("u", "ctrl+z"),
        LIBRARY,
        (Need.UNDOABLE,),
        group="Articles",
    ),
    Action(
        "library.redo",
        "Redo",
        "Do again what was just undone.",
        ("ctrl+r", "ctrl+y"),
        LIBRARY,
        (Need.REDOABLE,),
        group="Articles",
    ),
    Action(
        "library.annotator",
        "Who is annotating?",
        "Change the annotator whose annotations are shown and made.",
        ("c",),
        LIBRARY,
        group="Articles",
        mouse="click the name in the top line",
    ),
    Action(
        "library.quit",
        "Leave",
        "Leave the program; everything is saved.",
        ("q",),
        LIBRARY,
        group="Articles",
        show=False,
    ),
    Action("library.up", "Up", "Go one row up.", ("up", "k"), LIBRARY, group="Moving", mouse="click a row", show=False),
    Action("library.down", "Down", "Go one row down.", ("down", "j"), LIBRARY, group="Moving", show=False),
    Action(
        "library.page_up",
        "Screen up",
        "Go one screen up.",
        ("pageup", "ctrl+u"),
        LIBRARY,
        group="Moving",
        mouse="wheel",
        show=False,
    ),
    Action(
        "library.page_down",
        "Screen down",
        "Go one screen down.",
        ("pagedown", "ctrl+d"),
        LIBRARY,
        group="Moving",
        mouse="wheel",
        show=False,
    ),
    Action("library.top", "First", "Go to the first row.", ("home", "g g"), LIBRARY, group="Moving", show=False),
    Action("library.end", "Last", "Go to the last row.", ("end", "G"), LIBRARY, group="Moving", show=False),
)

_MOVING = (
    ("left", "One character left", "Move the cursor one character left.", ("left", "h")),
    ("right", "One character right", "Move the cursor one character right.", ("right", "l")),
    ("up", "One line up", "Move the cursor one line of the screen up.", ("up", "k")),
    ("down", "One line down", "Move the cursor one line of the screen down.", ("down", "j")),
    ("word", "Next word", "Move the cursor to the next word.", ("w",)),
    ("word_back", "Previous word", "Move the cursor to the previous word.", ("W",)),
    ("sentence", "Next sentence", "Move the cursor to the next sentence.", (")",)),
    (
        "sentence_back",
        "Previous sentence",
        "Move the cursor to the start of the sentence, then the one before.",
        ("(",),
    ),
    ("paragraph", "Next paragraph", "Move the cursor to the next paragraph.", ("ctrl+down",)),
    ("paragraph_back", "Previous paragraph", "Move the cursor to the previous paragraph.", ("ctrl+up",)),
    ("line_start", "Start of the line", "Move the cursor to the start of the line.", ("home",)),
    ("line_end", "End of the line", "Move the cursor to the end of the line.", ("end",)),
    ("page_down", "Screen down", "Move one screen down.", ("pagedown", "ctrl+d")),
    ("page_up", "Screen up", "Move one screen up.", ("pageup", "ctrl+u")),
    ("top", "Start of the article", "Move the cursor to the start of the article.", ("g g", "ctrl+home")),
    ("end", "End of the article", "Move the cursor to the end of the article.", ("G", "ctrl+end")),
)

_SELECTING = (
    ("left", "Select left", "Take one character on the left into the selection.", "shift+left"),
    ("right", "Select right", "Take one character on the right into the selection.", "shift+right"),
    ("up", "Select up", "Take the line above into the selection.", "shift+up"),
    ("down", "Select down", "Take the line below into the selection.", "shift+down"),
    ("word_back", "Select a word left", "Take the word on the left into the selection.", "ctrl+shift+left"),
    ("word", "Select a word right", "Take the word on the right into the selection.", "ctrl+shift+right"),
    ("line_start", "Select to the line's start", "Select to the start of the line.", "shift+home"),
    ("line_end", "Select to the line's end", "Select to the end of the line.", "shift+end"),
)

_ADJUSTING = (
    ("end_later", "End one word later", "Move the live span's end one token later.", ("e", "right")),
    ("end_earlier", "End one word earlier", "Move the live span's end one token earlier.", ("E", "left")),
    ("start_earlier", "Start one word earlier", "Move the live span's start one token earlier.", ("b", "shift+left")),
    ("start_later", "Start one word later", "Move the live span's start one token later.", ("B", "shift+right")),
    (
        "end_character_later",
        "End one character later",
        "Move the live span's end one character later.",
        ("]", "alt+right"),
    ),
    (
        "end_character_earlier",
        "End one character earlier",
        "Move the live span's end one character earlier.",
        ("[", "alt+left"),
    ),
    (
        "start_character_later",
        "Start one character later",
        "Move the live span's start one character later.",
        ("}", "alt+shift+right"),
    ),
    (
        "start_character_earlier",
        "Start one character earlier",
        "Move the live span's start one character earlier.",
        ("{", "alt+shift+left"),
    ),
)

_BY_MOUSE = {
    "annotate.left": "click",
    "annotate.page_down": "wheel",
    "annotate.page_up": "wheel",
    "annotate.select_right": "drag",
    "annotate.select_word": "double click",
    "annotate.end_character_later": "drag the end",
    "annotate.start_character_earlier": "drag the start",
}

_ANNOTATE = (
    *(
        Action(
            f"annotate.{name}",
            title,
            text,
            keys,
            ANNOTATE,
            when=Mode.IDLE,
            group="Moving",
            mouse=_BY_MOUSE.get(f"annotate.{name}", ""),
            show=False,
        )
        for name, title, text, keys in _MOVING
    ),
    *(
        Action(
            f"annotate.select_{name}",
            title,
            text,
            (key,),
            ANNOTATE,
            when=Mode.IDLE,
            group="Selecting",
            mouse=_BY_MOUSE.get(f"annotate.select_{name}", ""),
            show=False,
        )
        for name, title, text, key in _SELECTING
    ),
    Action(
        "annotate.chooser",
        "Choose a label",
        "Choose any label from a list, for the selection or the live span; for labels without a letter.",
        (";",),
        ANNOTATE,
        (Need.EDITABLE,),
        group="Marking",
        step=20,
        short="label",
    ),
    Action(
        "annotate.settle",
        "Settle, let go",
        "Let go of the live span or the selection; nothing else changes.",
        ("escape", "enter"),
        ANNOTATE,
        group="Marking",
        mouse="click elsewhere",
        show=False,
    ),
    Action(
        "annotate.next_span",
        "Next span",
        "Make the next marked span live again.",
        ("n",),
        ANNOTATE,
        (Need.SPANS,),
        group="Marking",
        mouse="click a span",
        step=41,
        short="next",
    ),
    Action(
        "annotate.previous_span",
        "Previous span",
        "Make the previous marked span live again.",
        ("N",),
        ANNOTATE,
        (Need.SPANS,),
        group="Marking",
    ),
    *(
        Action(
            f"annotate.{name}",
            title,
            text,
            keys,
            ANNOTATE,
            (Need.LIVE, Need.EDITABLE),
            Mode.LIVE,
            "Adjusting the live span",
            mouse=_BY_MOUSE.get(f"annotate.{name}", ""),
            show=False,
        )
        for name, title, text, keys in _ADJUSTING
    ),
    Action(
        "annotate.quotes",
        "Quotation marks in or out",
        "Take the quotation marks round the live span in, or leave them out; both sides at once.",
        ("t",),
        ANNOTATE,
        (Need.LIVE, Need.EDITABLE),
        group="Adjusting the live span",
    ),
    Action(
        "annotate.relabel",
        "Relabel",
        "Give the live span another label: press this key, then the label's.",
        ("= <label>",),
        ANNOTATE,
        (Need.TARGET, Need.EDITABLE),
        group="Adjusting the live span",
        example="= and then s makes a claim a speaker.",
        mouse="right click",
    ),
    Action(
        "annotate.relabel_chooser",
        "Relabel from a list",
        "Give the live span another label, chosen from a list.",
        ("= ;",),
        ANNOTATE,
        (Need.TARGET, Need.EDITABLE),
        group="Adjusting the live span",
    ),
    Action(
        "annotate.add_fragment",
        "Add a fragment",
        "Add the selected text to the annotation that was live last, as another piece of it.",
        ("+",),
        ANNOTATE,
        (Need.SELECTION, Need.EDITABLE),
        group="Adjusting the live span",
        example="For a claim that a reporting clause interrupts.",
    ),
    Action(
        "annotate.remove_fragment",
        "Take a fragment away",
        "Take the piece at the cursor from the live annotation.",
        ("-",),
        ANNOTATE,
        (Need.TARGET, Need.FRAGMENTS, Need.EDITABLE),
        group="Adjusting the live span",
    ),
    Action(
        "annotate.remove",
        "Remove",
        "Remove the live span with its links; undo brings all of it back.",
        ("x", "backspace", "delete"),
        ANNOTATE,
        (Need.TARGET, Need.EDITABLE),
        group="Adjusting the live span",
        mouse="right click",
        step=32,
        short="remove",
    ),
    Action(
        "annotate.link",
        "Attribute to",
        "Link the annotation to whom it is attributed to, or take such a link away; choose from a list.",
        ("@",),
        ANNOTATE,
        (Need.TARGET, Need.LINKABLE, Need.EDITABLE),
        group="About an annotation",
        example="With a claim live, @ lists its nearest speakers and sources first.",
        mouse="right click",
        step=30,
        short="attribute to",
    ),
    Action(
        "annotate.unlink",
        "Take a link away",
        "Choose a link of the annotation to take away.",
        (),
        ANNOTATE,
        (Need.TARGET, Need.LINKS, Need.EDITABLE),
        group="About an annotation",
        mouse="right click",
    ),
    Action(
        "annotate.note",
        "Note",
        "Write a note on the annotation.",
        ('"',),
        ANNOTATE,
        (Need.TARGET, Need.EDITABLE),
        group="About an annotation",
        mouse="right click",
        step=31,
        short="note",
    ),
    Action(
        "annotate.attributes",
        "Attribute values",
        "Set the values of the label's attributes on the annotation.",
        (":",),
        ANNOTATE,
        (Need.TARGET, Need.ATTRIBUTES, Need.EDITABLE),
        group="About an annotation",
        mouse="right click",
    ),
    Action(
        "annotate.undo",
        "Undo",
        "Take back your last change in this article, also one of an earlier day.",
        ("u", "ctrl+z"),
        ANNOTATE,
        (Need.UNDOABLE,),
        group="Undo",
        step=40,
        short="undo",
    ),
    Action(
        "annotate.redo",
        "Redo",
        "Do again what was just undone.",
        ("ctrl+r", "ctrl+y"),
        ANNOTATE,
        (Need.REDOABLE,),
        group="Undo",
        step=45,
        short="redo",
    ),
    Action(
        "annotate.search",
        "Search",
        "Search in this article; n and N then go to the next and previous place until esc.",
        ("/",),
        ANNOTATE,
        group="Article",
        step=42,
        short="find",
    ),
    Action(
        "annotate.search_next",
        "Next place found",
        "Go to the next place where the text was found.",
        ("n",),
        ANNOTATE,
        (Need.SEARCHING,),
        Mode.SEARCH,
        group="Article",
        show=False,
    ),
    Action(
        "annotate.search_previous",
        "Previous place found",
        "Go to the previous place where the text was found.",
        ("N",),
        ANNOTATE,
        (Need.SEARCHING,),
        Mode.SEARCH,
        group="Article",
        show=False,
    ),
    Action(
        "annotate.search_end",
        "End the search",
        "Leave the search; n and N go to marked spans again.",
        ("escape",),
        ANNOTATE,
        (Need.SEARCHING,),
        Mode.SEARCH,
        group="Article",
        show=False,
    ),
    Action(
        "annotate.list",
        "List of annotations",
        "Show the annotations of this article in a list; enter goes to one.",
        ("f4",),
        ANNOTATE,
        group="Article",
        step=44,
        short="list",
    ),
    Action(
        "annotate.guideline",
        "Guideline",
        "Show the labels with their keys and their whole guidelines.",
        ("f5",),
        ANNOTATE,
        group="Article",
        mouse="click the legend",
    ),
    Action(
        "annotate.comment",
        "Comment on the article",
        "Write a comment on the article as a whole.",
        ("'",),
        ANNOTATE,
        (Need.EDITABLE,),
        group="Article",
    ),
    Action(
        "annotate.finish",
        "Finish article",
        "Mark the article as finished and go to the next one; it is read-only until reopened.",
        ("f8",),
        ANNOTATE,
        (Need.EDITABLE,),
        group="Article",
        step=43,
        short="finish",
    ),
    Action(
        "annotate.ignore",
        "Ignore article",
        "Put the article aside; it counts nowhere until reopened.",
        ("!",),
        ANNOTATE,
        (Need.EDITABLE,),
        group="Article",
    ),
    Action(
        "annotate.reopen",
        "Reopen article",
        "Open the finished or ignored article again, so that it can be changed.",
        ("ctrl+o",),
        ANNOTATE,
        (Need.CLOSED,),
        group="Article",
    ),
    Action(
        "annotate.next_document",
        "Next article",
        "Go to the next article of the library's list.",
        ("f9",),
        ANNOTATE,
        (Need.NEXT_DOCUMENT,),
        group="Article",
    ),
    Action(
        "annotate.previous_document",
        "Previous article",
        "Go to the previous article of the library's list.",
        ("f7",),
        ANNOTATE,
        (Need.PREVIOUS_DOCUMENT,),
        group="Article",
    ),
    Action(
        "annotate.close",
        "Back to the library",
        "Go back to the list of articles.",
        ("f3",),
        ANNOTATE,
        group="Article",
        mouse="click the title",
        step=46,
        short="library",
    ),
)

_PANEL = (
    Action("panel.up", "Up", "Go one annotation up.", ("up", "k"), PANEL, group="List", show=False),
    Action("panel.down", "Down", "Go one annotation down.", ("down", "j"), PANEL, group="List", show=False),
    Action("panel.page_up", "Screen up", "Go one screen up.", ("pageup", "ctrl+u"), PANEL, group="List", show=False),
    Action(
        "panel.page_down", "Screen down", "Go one screen down.", ("pagedown", "ctrl+d"), PANEL, group="List", show=False
    ),
    Action("panel.top", "First", "Go to the first annotation.", ("home", "g g"), PANEL, group="List", show=False),
    Action("panel.end", "Last", "Go to the last annotation.", ("end", "G"), PANEL, group="List", show=False),
    Action(
        "panel.jump",
        "Go there",
        "Go to the annotation in the text; it is live there.",
        ("enter",),
        PANEL,
        group="List",
        mouse="click a row",
        step=1,
        short="go there",
        show=False,
    ),
    Action(
        "panel.close",
        "Back to the text",
        "Leave the list and go back to the text.",
        ("escape", "f4"),
        PANEL,
        group="List",
        step=2,
        short="text",
        show=False,
    ),
)

ACTIONS: tuple[Action, ...] = (*_LIBRARY, *_ANNOTATE, *_PANEL, *_EVERYWHERE)
"""Every action there is."""

BY_ID: Mapping[str, Action] = {action.id: action for action in ACTIONS}

LABEL_ACTION = "annotate.label"
"""What the dispatcher reports for a label's letter; the label's uid comes with it."""

RESERVED: Mapping[Context, Mapping[str, str]] = {
    ANNOTATE: {
        **dict.fromkeys(sorted(KEY_LETTERS), "letters are for labels"),
        **{letter.upper(): "shift and a label's letter draws a span" for letter in sorted(KEY_LETTERS)},
        **dict.fromkeys("0123456789", "the digits number possible ends of the live span"),
        "tab": "it takes the next candidate of the same label",
        "shift+tab": "it takes the previous candidate of the same label",
        ".": "it moves the live span's end to the next boundary",
        ",": "it moves the live span's end to the previous boundary",
        "ctrl+right": "it moves the live span's end to the next boundary",
        "ctrl+left": "it moves the live span's end to the previous boundary",
        "<": "it moves the live span's start to the previous boundary",
        ">": "it moves the live span's start to the next boundary",
        "v": "it shows the next reading of the same place",
        "*": "it finds the same words elsewhere",
        "f2": "it switches the suggestions off and on",
        "f6": "it folds and unfolds site chrome",
    },
    LIBRARY: {"a": "it opens the agreement view"},
}
"""Keys that later parts of the program own, with what they will do there: no user's key map may take them."""


def actions_in(context: Context) -> tuple[Action, ...]:
    """Return the actions of one context, its parents' left out, in the order of help."""
    return tuple(action for action in ACTIONS if action.context is context)


def contexts_from(context: Context) -> tuple[Context, ...]:
    """Return a context and those it falls back to, nearest first."""
    chain = [context]
    while chain[-1] in PARENTS:
        chain.append(PARENTS[chain[-1]])
    return tuple(chain)
