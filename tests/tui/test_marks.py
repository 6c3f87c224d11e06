"""Annotations by position, and how a row with them is painted."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from workbench.domain.annotation import Annotation
from workbench.domain.span import Fragment, extent_of, fuse
from workbench.tui.marks import LabelStyle, MarkIndex, letters, stretches
from workbench.tui.painting import MARGIN, Looks, Overlay, RowView, paint_row

STYLES = {
    "claim": LabelStyle("c", "[", Style(bgcolor="#553300"), Style(underline=True)),
    "figure": LabelStyle("f", "#", Style(bgcolor="#003355"), Style(bold=True)),
}
LOOKS = Looks(base=Style(color="#eeeeee", bgcolor="#111111"), margin=Style(color="#888888"), labels=STYLES)

pairs = st.tuples(st.integers(0, 3_000), st.integers(1, 2_000)).map(lambda pair: Fragment(pair[0], pair[0] + pair[1]))
extents = st.lists(pairs, min_size=1, max_size=3).map(fuse)


def an_annotation(uid: str, label: str, *fragments: tuple[int, int]) -> Annotation:
    return Annotation(uid, label, extent_of(*fragments))


def a_row(text: str, *annotations: Annotation, **options: object) -> RowView:
    placed = MarkIndex(annotations).overlapping(0, len(text))
    return RowView(text, 0, len(text), placed=placed, **options)  # type: ignore[arg-type]


def shown(view: RowView) -> str:
    return "".join(segment.text for segment in paint_row(view, LOOKS))


def style_at(view: RowView, cell: int) -> Style:
    for segment in paint_row(view, LOOKS):
        cell -= segment.cell_length
        if cell < 0:
            assert segment.style is not None
            return segment.style
    raise AssertionError("no such cell")


@settings(max_examples=100, deadline=None)
@given(st.lists(extents, max_size=20), st.lists(st.integers(0, 19)), st.integers(0, 5_000), st.integers(1, 400))
def test_looking_up_a_row_finds_what_a_full_search_finds(
    extents: list, gone: list[int], start: int, length: int
) -> None:
    index = MarkIndex()
    kept = {f"a{number}": Annotation(f"a{number}", "claim", extent) for number, extent in enumerate(extents)}
    for annotation in kept.values():
        index.add(annotation)
    for number in gone:
        kept.pop(f"a{number}", None)
        index.remove(f"a{number}")
    row = Fragment(start, start + length)
    expected = {(f.start, f.end, a.uid) for a in kept.values() for f in a.extent if f.overlaps(row)}
    found = index.overlapping(row.start, row.end)
    assert len(found) == len(expected)
    assert {(placed.start, placed.end, placed.annotation.uid) for placed in found} == expected


def test_one_row_of_twenty_thousand_annotations_looks_at_few() -> None:
    place = random.Random(1)
    starts = [place.randrange(10_000_000) for _ in range(20_000)]
    index = MarkIndex(an_annotation(str(n), "claim", (start, start + 40)) for n, start in enumerate(starts))
    assert len(index.overlapping(5_000_000, 5_000_076)) < 20


def test_stretches_carry_their_annotations_from_outermost_to_innermost() -> None:
    index = MarkIndex([an_annotation("in", "figure", (4, 8)), an_annotation("out", "claim", (2, 12))])
    cut = stretches(index.overlapping(0, 20), 0, 20)
    assert [(part.start, part.end, [mark.uid for mark in part.stack]) for part in cut] == [
        (0, 2, []),
        (2, 4, ["out"]),
        (4, 8, ["out", "in"]),
        (8, 12, ["out"]),
        (12, 20, []),
    ]


def test_the_margin_names_labels_that_start_in_the_row_once_each_in_order() -> None:
    index = MarkIndex(
        [
            an_annotation("a", "figure", (3, 4)),
            an_annotation("b", "claim", (1, 9)),
            an_annotation("c", "claim", (5, 6)),
            an_annotation("d", "figure", (0, 30)),
        ]
    )
    assert letters(index.overlapping(1, 20), 1, 20, STYLES) == "cf"


def test_marks_add_no_cell_and_put_signs_in_blanks_only() -> None:
    plain = shown(a_row("the toll covers a third now\n"))
    marked = shown(a_row("the toll covers a third now\n", an_annotation("a", "claim", (4, 23))))
    assert plain == "      the toll covers a third now"
    assert marked == "    c the[toll covers a third]now"


def test_fragments_of_one_annotation_show_that_they_go_on() -> None:
    row = a_row("one two three four five\n", an_annotation("a", "claim", (0, 7), (14, 18)))
    assert shown(row) == "    c[one two~three~four]five"


def test_nested_annotations_have_the_inner_fill_and_the_cues_of_both() -> None:
    row = a_row("the toll covers a third", an_annotation("o", "claim", (0, 23)), an_annotation("i", "figure", (16, 23)))
    inner, outer = style_at(row, MARGIN + 17), style_at(row, MARGIN + 5)
    assert inner.bgcolor == STYLES["figure"].fill.bgcolor
    assert inner.underline and inner.bold
    assert outer.bgcolor == STYLES["claim"].fill.bgcolor
    assert not outer.bold


def test_a_label_inside_itself_is_told_apart() -> None:
    row = a_row("the toll covers a third", an_annotation("o", "claim", (0, 23)), an_annotation("i", "claim", (4, 8)))
    assert style_at(row, MARGIN + 5) != style_at(row, MARGIN + 12)


def test_all_fragments_of_the_current_annotation_stand_out() -> None:
    one, other = an_annotation("a", "claim", (0, 3), (8, 13)), an_annotation("b", "claim", (4, 7))
    row = a_row("one two three", one, other, current="a")
    assert style_at(row, MARGIN) == style_at(row, MARGIN + 9)
    assert style_at(row, MARGIN) != style_at(row, MARGIN + 5)


def test_an_annotation_that_cuts_a_character_marks_it_whole() -> None:
    row = a_row("ae\u0301b", an_annotation("a", "claim", (2, 4)))
    assert [style_at(row, MARGIN + cell).bgcolor is not LOOKS.base.bgcolor for cell in range(3)] == [False, True, True]


def test_overlays_stand_in_the_blank_before_and_after_and_move_nothing() -> None:
    red = Style(color="red")
    row = a_row(
        "the toll doubles", overlays=[Overlay(4, "a", red), Overlay(8, "1", red, "after"), Overlay(0, "b", red)]
    )
    assert shown(row) == "     bthea" + "toll1doubles"
    assert shown(a_row("the toll", overlays=[Overlay(4, "xy", red)])) == "      thexyoll"


def test_an_overlay_on_a_wide_character_keeps_the_width() -> None:
    row = shown(a_row("漢字", overlays=[Overlay(1, "a", Style(color="red"))]))
    assert row == "      a 字"
    assert cell_len(row) == MARGIN + 4


def test_a_selected_line_feed_is_seen() -> None:
    row = a_row("ab\n", selection=Fragment(1, 3))
    assert shown(row) == "      ab "
    assert style_at(row, MARGIN + 2) == style_at(row, MARGIN + 1)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30), st.data())
def test_no_mark_selection_or_cursor_changes_what_a_row_says(text: str, data: st.DataObject) -> None:
    text = text.replace("\n", "") or "x"
    start = data.draw(st.integers(0, len(text) - 1))
    fragment = Fragment(start, data.draw(st.integers(start + 1, len(text))))
    mark = Annotation("a", "unknown", (fragment,))
    bare = RowView(text + "\n", 0, len(text) + 1)
    full = RowView(text + "\n", 0, len(text) + 1, MarkIndex([mark]).overlapping(0, 99), True, start, fragment, "a")
    assert cell_len(shown(full)) in (cell_len(shown(bare)), cell_len(shown(bare)) + 1)
