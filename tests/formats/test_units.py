"""Offsets counted along a text are those of the domain's table, in any order of asking."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.text import OffsetTable, lengths
from workbench.formats import units
from workbench.formats.units import UnitCounter, unit_of

TEXTS = st.text(st.sampled_from("ab\u0301é船😟🇫\u200d\n"), max_size=80)


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.data())
def test_units_are_those_of_the_table(text: str, data: st.DataObject) -> None:
    table, counter, sizes = OffsetTable(text), UnitCounter(text), lengths(text)
    assert (counter.utf8, counter.utf16) == (sizes.utf8, sizes.utf16)
    for offset in data.draw(st.lists(st.integers(0, len(text)), max_size=10)):
        assert counter.units(offset) == (table.utf8(offset), table.utf16(offset))
        assert counter.utf16_at(offset) == table.utf16(offset)


def test_far_jumps_in_a_long_text_cost_no_walk_and_are_right() -> None:
    text = "船😟a" * (units._STRIDE * 3)
    table, counter = OffsetTable(text), UnitCounter(text)
    for offset in (len(text), 0, 30_001, 5, len(text) - 1, units._STRIDE, units._STRIDE - 1):
        assert counter.units(offset) == (table.utf8(offset), table.utf16(offset))


def test_the_unit_of_given_offsets_is_recognised() -> None:
    text = "😟 é\nhere\n"
    assert unit_of(text, 5, 9, "here") == "UTF-16"
    assert unit_of(text, 8, 12, "here") == "UTF-8 bytes"
    assert unit_of("a\nb\nhere", 6, 10, "here") == "counted with CRLF line ends"
    assert unit_of(text, 0, 1, "zz") is None
