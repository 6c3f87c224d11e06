"""Themes can be read, and labels told apart, with colours, as greys, and without."""

from __future__ import annotations

import itertools

import pytest
from rich.color import Color, ColorSystem

from workbench.config import THEMES
from workbench.domain.labels import COLOURS, DEFAULT_LABEL_SET, Label, LabelSet
from workbench.tui.marks import LabelStyle
from workbench.tui.themes import CLOSING, PALETTES, contrast, label_styles, textual_theme

AA = 4.5
THIRTY_FIVE = LabelSet(tuple(Label(f"l-{number}", f"label {number}") for number in range(35)))
ONE_COLOUR = LabelSet(tuple(Label(f"l-{number}", f"label {number}", colour="sky") for number in range(11)))


def colours(style: LabelStyle) -> tuple[str, str]:
    """Return text and tint as #rrggbb."""
    assert style.fill.color is not None and style.fill.bgcolor is not None
    return style.fill.color.get_truecolor().hex, style.fill.bgcolor.get_truecolor().hex


def test_contrast_is_that_of_the_guideline() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#ffffff", "#ffffff") == 1


@pytest.mark.parametrize("theme", THEMES)
def test_text_on_every_label_and_on_the_page_meets_wcag_aa(theme: str) -> None:
    palette = PALETTES[theme]
    for no_color in (False, True):
        for style in label_styles(THIRTY_FIVE, theme, no_color).values():
            text, tint = colours(style)
            assert contrast(text, tint) >= AA, (style.name, text, tint)
    for ink in (palette.text, palette.quiet, palette.accent, palette.warning, palette.error, palette.success):
        assert contrast(ink, palette.background) >= AA, ink
        assert contrast(ink, palette.surface) >= AA, ink
    for behind in (palette.selection, palette.live, palette.found):
        assert contrast(palette.text, behind) >= AA, behind


@pytest.mark.parametrize("theme", ["contrast"])
def test_the_theme_of_high_contrast_reaches_seven_to_one(theme: str) -> None:
    for style in label_styles(THIRTY_FIVE, theme).values():
        assert contrast(*colours(style)) >= 7


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("labels", [DEFAULT_LABEL_SET, THIRTY_FIVE, ONE_COLOUR])
@pytest.mark.parametrize("no_color", [False, True])
def test_no_two_labels_look_the_same(theme: str, labels: LabelSet, no_color: bool) -> None:
    styles = list(label_styles(labels, theme, no_color).values())
    assert len({(style.fill, style.cue) for style in styles}) == len(styles)
    assert len({style.glyph for style in styles}) == len(styles)


@pytest.mark.parametrize("theme", THEMES)
def test_the_default_labels_differ_in_marks_and_in_lightness_from_each_other_and_from_the_page(theme: str) -> None:
    styles = list(label_styles(DEFAULT_LABEL_SET, theme).values())
    assert len({style.cue for style in styles}) == 4
    assert [style.glyph for style in styles] == ["[", "<", "#", "{"]
    tints = [*(colours(style)[1] for style in styles), PALETTES[theme].background]
    for one, other in itertools.combinations(tints, 2):
        assert contrast(one, other) > 1.12, (one, other)


@pytest.mark.parametrize("theme", THEMES)
def test_every_colour_name_has_a_tint_of_its_own_lightness(theme: str) -> None:
    labels = LabelSet(tuple(Label(name, name, colour=name) for name in COLOURS))
    tints = [colours(style)[1] for style in label_styles(labels, theme).values()]
    for one, other in itertools.combinations(tints, 2):
        assert contrast(one, other) > 1.02, (one, other)


@pytest.mark.parametrize("theme", THEMES)
def test_the_default_labels_stay_apart_on_a_terminal_with_256_colours(theme: str) -> None:
    tints = [colours(style)[1] for style in label_styles(DEFAULT_LABEL_SET, theme).values()]
    numbers = [
        Color.parse(tint).downgrade(ColorSystem.EIGHT_BIT).number for tint in (*tints, PALETTES[theme].background)
    ]
    assert len(set(numbers)) == 5


def test_a_glyph_and_what_closes_it_take_one_cell() -> None:
    glyphs = {style.glyph for style in label_styles(THIRTY_FIVE, "night").values()}
    assert all(len(glyph) == 1 and glyph.isascii() for glyph in glyphs | set(CLOSING.values()))


def test_a_colour_name_that_nobody_knows_counts_as_none() -> None:
    labels = LabelSet((Label("l-1", "one", colour="mauve"), Label("l-2", "two")))
    assert len(label_styles(labels, "night")) == 2


@pytest.mark.parametrize("theme", THEMES)
def test_each_theme_is_one_the_terminal_library_accepts(theme: str) -> None:
    made = textual_theme(theme)
    assert made.name == theme and made.to_color_system().generate()


def test_there_are_two_dark_two_light_and_one_of_high_contrast() -> None:
    assert tuple(PALETTES) == THEMES
    assert [PALETTES[name].dark for name in THEMES] == [True, True, False, False, True]
