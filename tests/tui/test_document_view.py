"""The article on a real screen: what the mouse does, what is painted again, and what stays where it was."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import regex
from rich.style import Style
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot

from workbench.domain.annotation import Annotation
from workbench.domain.span import Fragment, extent_of
from workbench.tui.marks import LabelStyle
from workbench.tui.painting import MARGIN, Overlay
from workbench.tui.widgets.document_view import DocumentView

STYLES = {
    "claim": LabelStyle("c", "[", Style(bgcolor="#553300"), Style(underline=True)),
    "figure": LabelStyle("f", "#", Style(bgcolor="#003355"), Style(bold=True)),
}
SENTENCES = "The toll doubles in May. Nobody was asked, the league says. It will sue.\n"
LONG = SENTENCES * 400


class Reader(App[None]):
    """An app with nothing but an article."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[Message] = []

    def compose(self) -> ComposeResult:
        yield DocumentView(label_styles=STYLES)

    def tell(self, message: Message) -> None:
        self.told.append(message)

    on_document_view_pressed = tell
    on_document_view_dragged = tell
    on_document_view_selected = tell
    on_document_view_clicked = tell
    on_document_view_edge_dragged = tell

    def last(self, kind: type[Message]) -> Message:
        return next(message for message in reversed(self.told) if type(message) is kind)


@asynccontextmanager
async def reading(
    text: str, *annotations: Annotation, cursor: int = 0, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[Pilot[None], DocumentView, Reader]]:
    app = Reader()
    async with app.run_test(size=size) as pilot:
        view = app.query_one(DocumentView)
        view.load(text, annotations, cursor)
        view.focus()
        await pilot.pause()
        yield pilot, view, app


def claim(uid: str, *fragments: tuple[int, int]) -> Annotation:
    return Annotation(uid, "claim", extent_of(*fragments))


def row(view: DocumentView, y: int) -> str:
    return view.render_line(y).text.rstrip()


def screen_text(view: DocumentView) -> str:
    return "\n".join(row(view, y) for y in range(view.size.height))


async def drag(pilot: Pilot[None], start: tuple[int, int], end: tuple[int, int]) -> None:
    await pilot.mouse_down(DocumentView, offset=start)
    await pilot.hover(DocumentView, offset=end)
    await pilot.mouse_up(DocumentView, offset=end)
    await pilot.pause()


async def test_a_click_on_either_cell_of_a_wide_character_gives_its_offset() -> None:
    async with reading("a漢👩‍👩‍👧b\n") as (pilot, view, app):
        for cell, offset in enumerate([0, 1, 1, 2, 2, 7, 8]):
            await pilot.click(DocumentView, offset=(MARGIN + cell, 0))
            clicked = app.last(DocumentView.Clicked)
            assert isinstance(clicked, DocumentView.Clicked)
            assert clicked.offset == offset
        assert view.offset_at(0, 0) == 0
        assert view.offset_at(3, 9) == len(view.text)


async def test_a_drag_selects_from_cell_to_cell_and_tells_on_the_way() -> None:
    async with reading(SENTENCES) as (pilot, view, app):
        await drag(pilot, (MARGIN + 4, 0), (MARGIN + 7, 0))
        assert app.told[0] == DocumentView.Pressed(4)
        assert DocumentView.Dragged(Fragment(4, 8)) in app.told
        assert app.told[-1] == DocumentView.Selected(Fragment(4, 8), "drag")
        assert view.selection == Fragment(4, 8)


async def test_a_drag_backwards_takes_both_cells_too_and_whole_characters() -> None:
    async with reading("toll e\u0301👩‍👩‍👧 x") as (pilot, view, _):
        await drag(pilot, (MARGIN + 7, 0), (MARGIN + 5, 0))
        assert view.selection == Fragment(5, 12)


async def test_two_clicks_take_a_word_and_three_a_sentence() -> None:
    async with reading(SENTENCES) as (pilot, _, app):
        await pilot.click(DocumentView, offset=(MARGIN + 5, 0), times=3)
        selected = [message for message in app.told if isinstance(message, DocumentView.Selected)]
        assert selected == [
            DocumentView.Selected(Fragment(4, 8), "word"),
            DocumentView.Selected(Fragment(0, 24), "sentence"),
        ]


async def test_a_click_names_the_annotations_there_innermost_first() -> None:
    async with reading(SENTENCES, claim("out", (0, 24)), claim("in", (4, 8))) as (pilot, _, app):
        await pilot.click(DocumentView, offset=(MARGIN + 5, 0))
        await pilot.click(DocumentView, offset=(MARGIN + 5, 0), button=3)
        assert [(told.uids, told.button) for told in app.told if isinstance(told, DocumentView.Clicked)] == [
            (("in", "out"), 1),
            (("in", "out"), 3),
        ]
        await pilot.click(DocumentView, offset=(MARGIN + 5, 9))
        assert app.told[-1].uids == ()  # type: ignore[attr-defined]


async def test_dragging_the_last_cell_of_the_current_annotation_moves_its_end() -> None:
    async with reading(SENTENCES, claim("a", (4, 8))) as (pilot, view, app):
        view.current_uid = "a"
        await drag(pilot, (MARGIN + 7, 0), (MARGIN + 15, 0))
        assert app.told[-1] == DocumentView.EdgeDragged("a", "end", 16, done=True)
        await drag(pilot, (MARGIN + 4, 0), (MARGIN, 0))
        assert app.told[-1] == DocumentView.EdgeDragged("a", "start", 0, done=True)
        assert view.selection is None


async def test_dragging_below_the_edge_scrolls_on() -> None:
    async with reading(LONG) as (pilot, view, _):
        await pilot.mouse_down(DocumentView, offset=(MARGIN, 5))
        await pilot.hover(DocumentView, offset=(MARGIN, 23))
        view._mouse._drag.y = 26  # type: ignore[union-attr]
        view._mouse._scroll_beyond()
        await pilot.pause(0.2)
        assert view.first_visible_offset() > 0
        assert view.selection is not None
        assert view.selection.end > view.first_visible_offset()
        await pilot.mouse_up(DocumentView, offset=(MARGIN, 23))


async def test_a_cursor_key_paints_only_the_two_rows_it_concerns() -> None:
    async with reading(LONG) as (pilot, view, _):
        painted: list[int] = []
        paint = view._view_of
        view._view_of = lambda row: painted.append(row.start) or paint(row)  # type: ignore[func-returns-value,method-assign,assignment]
        view.move_cursor(view.row_down(0))
        await pilot.pause()
        assert sorted(painted) == [0, view.cursor]


async def test_one_change_paints_only_the_rows_it_touches() -> None:
    inside = claim("a", (80, 90))
    async with reading(LONG, inside) as (pilot, view, _):
        painted: list[int] = []
        paint = view._view_of
        view._view_of = lambda row: painted.append(row.start) or paint(row)  # type: ignore[func-returns-value,method-assign,assignment]
        view.apply(inside, claim("a", (80, 95)))
        await pilot.pause()
        assert painted == [73]
        assert "c" in row(view, 2)[:MARGIN]
        view.apply(claim("a", (80, 95)), None)
        await pilot.pause()
        assert painted == [73, 73]
        assert "c" not in row(view, 2)[:MARGIN]


async def test_marking_never_wraps_anew() -> None:
    async with reading(LONG) as (_, view, _app):
        before = [view.row_start(offset) for offset in range(0, 900, 30)]
        view.set_annotations([claim(str(n), (n * 9, n * 9 + 40)) for n in range(90)])
        assert [view.row_start(offset) for offset in range(0, 900, 30)] == before


async def test_resizing_keeps_the_cursor_on_its_row_of_the_screen() -> None:
    async with reading(LONG) as (pilot, view, _):
        view.move_cursor(15_000, jump=True)
        await pilot.pause()
        place = view.position_of(15_000)
        assert place is not None
        for size in ((60, 20), (120, 36), (40, 24), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            seen = view.position_of(15_000)
            assert seen is not None
            assert seen[1] == place[1]


async def test_resizing_with_the_cursor_elsewhere_keeps_the_top_row() -> None:
    async with reading(LONG) as (pilot, view, _):
        view.scroll_rows(300)
        await pilot.pause()
        top = view.first_visible_offset()
        await pilot.resize_terminal(50, 20)
        await pilot.pause()
        assert view.row_start(top) == view.first_visible_offset()


async def test_a_jump_lands_a_third_down_and_the_cursor_keeps_off_the_last_rows() -> None:
    async with reading(LONG) as (pilot, view, _):
        view.move_cursor(20_000, jump=True)
        await pilot.pause()
        place = view.position_of(20_000)
        assert place is not None
        assert place[1] == 24 // 3
        for _step in range(30):
            view.move_cursor(view.row_down(view.cursor))
            seen = view.position_of(view.cursor)
            assert seen is not None
            assert seen[1] <= 24 - 1 - 3


async def test_going_down_keeps_the_column_over_short_rows() -> None:
    async with reading("a long row here\nx\nanother long row\n") as (_, view, _app):
        offset = view.row_down(10)
        assert offset == 17
        offset = view.row_down(offset)
        assert offset == 18 + 10
        assert view.row_up(view.row_up(offset)) == 10


async def test_an_article_loaded_before_there_is_a_window_opens_at_its_place() -> None:
    class Early(Reader):
        def on_mount(self) -> None:
            self.query_one(DocumentView).load(LONG, cursor=20_000)

    app = Early()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        place = app.query_one(DocumentView).position_of(20_000)
        assert place is not None
        assert place[1] == 24 // 3


async def test_wheel_and_pages_scroll_and_leave_the_cursor() -> None:
    async with reading(LONG) as (pilot, view, _):
        await pilot._post_mouse_events([_wheel_down()], DocumentView, offset=(10, 5))
        await pilot.pause()
        scrolled = view.first_visible_offset()
        assert scrolled > 0
        view.scroll_rows(view.page_rows)
        assert view.first_visible_offset() > scrolled
        assert view.cursor == 0


def _wheel_down() -> type:
    from textual.events import MouseScrollDown

    return MouseScrollDown


async def test_no_escape_sequence_of_an_article_reaches_the_screen() -> None:
    text = "red \x1b[31m bell \x07 feed \x0c line \u2028 next \x85 turn \u202e end\n\x1b]0;title\x07"
    async with reading(text) as (_, view, _app):
        shown = screen_text(view)
        assert not regex.search(r"[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e]", shown.replace("\n", ""))
        assert "␛[31m" in shown
        assert "␇" in shown


async def test_a_ten_megabyte_line_shows_its_end_and_its_start_without_moving() -> None:
    text = "toll " * 200_000
    async with reading(text, cursor=len(text)) as (pilot, view, _):
        assert view.position_of(len(text)) is not None
        top = view.first_visible_offset()
        view.scroll_rows(-200)
        view.scroll_rows(200)
        assert view.first_visible_offset() == top
        view.move_cursor(0, jump=True)
        await pilot.pause()
        assert row(view, 0).startswith(">     toll toll")


async def test_laying_out_the_rest_in_the_background_moves_nothing() -> None:
    text = "".join("x" * (n % 130) + "\n" for n in range(4_000))
    async with reading(text, cursor=len(text) // 2) as (pilot, view, _):
        before = screen_text(view), view.first_visible_offset()
        view._touched_at = 0
        for _step in range(200):
            view._lay_out_slice()
        await pilot.pause()
        assert view._layout_rows is not None
        assert view._layout_rows.complete
        assert (screen_text(view), view.first_visible_offset()) == before
        assert view.virtual_size.height == view._layout_rows.height


async def test_labels_differ_without_any_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    figure = Annotation("f", "figure", extent_of((9, 16)))
    async with reading(SENTENCES, claim("c", (0, 8)), figure, claim("s", (25, 31))) as (_, view, app):
        assert app.no_color
        view.selection = Fragment(30, 40)
        strip = view.render_line(0).apply_filter(app._filters[-1], view.background_colors[1])
        cells = [strip.crop(MARGIN + cell, MARGIN + cell + 1)._segments[0].style for cell in (1, 10, 20, 35)]
        looks = {(str(s.bgcolor), s.underline, s.bold, s.reverse) for s in cells if s is not None}
        assert len(looks) == 4


async def test_the_terminals_own_cursor_stands_on_the_text_cursor() -> None:
    async with reading("漢字 toll\n" * 5) as (_, view, app):
        view.move_cursor(8 + 3)
        assert tuple(app.cursor_position) == (MARGIN + 5, 1)


async def test_overlays_can_be_set_and_taken_away() -> None:
    async with reading(SENTENCES) as (pilot, view, _):
        view.set_overlays([Overlay(4, "a", Style(bold=True))])
        await pilot.pause()
        assert row(view, 0).startswith(">     TheatollX".replace("X", " "))
        view.set_overlays([])
        await pilot.pause()
        assert row(view, 0).startswith(">     The toll ")


async def test_a_change_of_theme_paints_everything_anew() -> None:
    async with reading(SENTENCES) as (pilot, view, app):
        before = view.render_line(0)._segments[-1].style
        app.theme = "textual-light"
        await pilot.pause()
        assert view.render_line(0)._segments[-1].style != before


@pytest.mark.parametrize("text", ["", "\n", "x", "\n\n\n", "漢" * 500, "\u0301", "\r\n"])
async def test_odd_texts_can_be_walked_through(text: str) -> None:
    async with reading(text, size=(60, 20)) as (pilot, view, _):
        for _step in range(4):
            view.move_cursor(view.row_down(view.cursor))
            view.move_cursor(view.row_end(view.cursor))
        await pilot.pause()
        view.move_cursor(len(text))
        assert view.position_of(view.cursor) is not None
        assert screen_text(view)


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light"])
async def test_margin_letters_and_glyphs_can_be_read_on_dark_and_on_light(theme: str) -> None:
    async with reading(SENTENCES, claim("a", (4, 8))) as (pilot, view, app):
        app.theme = theme
        await pilot.pause()
        strip = view.render_line(0)
        for cell in (4, MARGIN + 3):
            style = strip.crop(cell, cell + 1)._segments[0].style
            assert style is not None
            assert style.color is not None
            assert style.bgcolor is not None
            ink, paper = style.color.get_truecolor(), style.bgcolor.get_truecolor()
            assert abs(sum(ink) - sum(paper)) > 200
