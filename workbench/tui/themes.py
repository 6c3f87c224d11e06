"""The five themes, and how labels look in each: tints by the labels' colour names, and marks that need no colour.

A label's tint has a lightness of its own, so that tints stay apart as greys too; underline, bold and italic tell
labels apart on terminals without any colour, and the glyph beside a start does where not even those are shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.style import Style

from workbench.config import THEMES
from workbench.domain.labels import COLOURS, Label, LabelSet
from workbench.tui.marks import LabelStyle

if TYPE_CHECKING:
    from textual.theme import Theme


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a theme, as #rrggbb. Chrome is `chrome` and `quiet`, and one `accent`; `text` is the brightest.

    `selection` lies behind selected text, `live` behind the live span, `found` behind places found by a search.
    """

    name: str
    dark: bool
    background: str
    surface: str
    text: str
    quiet: str
    chrome: str
    accent: str
    warning: str
    error: str
    success: str
    selection: str
    live: str
    found: str


PALETTES = {
    palette.name: palette
    for palette in (
        Palette(
            "night",
            True,
            "#14161a",
            "#1c1f25",
            "#f0f0ee",
            "#a3a8b0",
            "#3a3f48",
            "#6cb2eb",
            "#f0b95a",
            "#ff8a80",
            "#7fd1a0",
            "#4a5d7a",
            "#5a4a78",
            "#6b5d00",
        ),
        Palette(
            "dusk",
            True,
            "#262a33",
            "#2e333d",
            "#f3f1ec",
            "#b4b9c2",
            "#4a505c",
            "#e0a96d",
            "#f2c27a",
            "#ff9d94",
            "#93d6ae",
            "#51617d",
            "#61527c",
            "#68600f",
        ),
        Palette(
            "paper",
            False,
            "#fbfaf7",
            "#f1efea",
            "#16181c",
            "#575c66",
            "#c9c6be",
            "#0b5cad",
            "#7a4d00",
            "#b3261e",
            "#1b6b3a",
            "#b8d4f5",
            "#d9c8f2",
            "#f7e38a",
        ),
        Palette(
            "linen",
            False,
            "#f2ece0",
            "#e9e1d2",
            "#221e18",
            "#5c5344",
            "#c4b9a4",
            "#7a3e12",
            "#734600",
            "#a3241d",
            "#245f35",
            "#bccbe0",
            "#d3c3e0",
            "#ecd67c",
        ),
        Palette(
            "contrast",
            True,
            "#000000",
            "#000000",
            "#ffffff",
            "#d8d8d8",
            "#8a8a8a",
            "#ffd700",
            "#ffd700",
            "#ff9a9a",
            "#8cff9e",
            "#00468c",
            "#4b0082",
            "#4f4a00",
        ),
    )
}
"""Every theme's colours by its name."""

_TINTS = {
    "night": "#715017 #00364f #782736 #336e53 #352158 #7a411f #024758 #2f692a #6a182d #424b56",
    "dusk": "#775a2f #004361 #7b3a43 #367659 #42315d #705529 #065367 #516b50 #6f2b53 #4c5560",
    "paper": "#f7ca8b #55b0e9 #fea3ac #9af2c6 #b094d6 #febc97 #2fc7d1 #cee098 #e795c1 #bac4d2",
    "linen": "#eac695 #6aa8d5 #eea2a9 #a5e8c6 #a892c5 #f3b898 #5bbfc2 #cbd9a0 #d696b7 #b5becc",
    "contrast": "#664500 #022c42 #780029 #056442 #330564 #763000 #00392f #016227 #62002f #37404b",
}
"""Behind marked text, in the order of `COLOURS`: ten steps of lightness, far apart for the colours given first, which
stay apart on terminals with 256 colours too."""

_CUES = (
    "underline",
    "bold",
    "underline2",
    "italic",
    "underline bold",
    "bold italic",
    "underline italic",
    "underline2 bold",
    "underline bold italic",
    "underline2 italic",
    "underline2 bold italic",
)
_GLYPHS = "[<#{(/|+=~^%&!?:$@_ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CLOSING = {"[": "]", "<": ">", "{": "}", "(": ")"}
"""What stands after an end where the glyph before the start is one of a pair."""


def textual_theme(name: str) -> Theme:
    """Return a theme as the terminal library wants it."""
    from textual.theme import Theme

    palette = PALETTES[name]
    return Theme(
        name=name,
        primary=palette.accent,
        secondary=palette.quiet,
        accent=palette.accent,
        warning=palette.warning,
        error=palette.error,
        success=palette.success,
        foreground=palette.text,
        background=palette.background,
        surface=palette.surface,
        panel=palette.surface,
        dark=palette.dark,
        text_alpha=1.0,
        variables={
            "quiet": palette.quiet,
            "chrome": palette.chrome,
            "found": palette.found,
            "border": palette.accent,
            "border-blurred": palette.chrome,
            "input-selection-background": palette.selection,
            "block-cursor-background": palette.selection,
            "block-cursor-foreground": palette.text,
            "block-cursor-text-style": "bold",
            "footer-background": palette.background,
        },
    )


def textual_themes() -> list[Theme]:
    """Return all themes as the terminal library wants them."""
    return [textual_theme(name) for name in THEMES]


def label_styles(label_set: LabelSet, theme: str, no_color: bool = False) -> dict[str, LabelStyle]:
    """Return the look of each label by its uid; no two have the same tint and marks. Archived labels are included."""
    palette = PALETTES[theme]
    colours = [_colour(label, place) for place, label in enumerate(label_set.labels)]
    cues = _cues(colours)
    styles = {}
    for place, label in enumerate(label_set.labels):
        tint = _grey(place, palette) if no_color else _tint(theme, colours[place])
        styles[label.uid] = LabelStyle(
            label.key or "",
            _GLYPHS[place % len(_GLYPHS)],
            Style(color=palette.text, bgcolor=tint),
            Style.parse(cues[place]),
            label.name,
        )
    return styles


def _colour(label: Label, place: int) -> str:
    """Return the label's colour name; one that we do not know counts as none."""
    return label.colour if label.colour in COLOURS else COLOURS[place % len(COLOURS)]


def _cues(colours: list[str]) -> list[str]:
    """Return marks for labels of these colours: the next in turn that this colour does not have yet."""
    taken: set[tuple[str, str]] = set()
    cues: list[str] = []
    for place, colour in enumerate(colours):
        turn = [_CUES[(place + step) % len(_CUES)] for step in range(len(_CUES))]
        cue = next((cue for cue in turn if (colour, cue) not in taken), turn[0])
        taken.add((colour, cue))
        cues.append(cue)
    return cues


def _tint(theme: str, colour: str) -> str:
    return _TINTS[theme].split()[COLOURS.index(colour)]


def _grey(place: int, palette: Palette) -> str:
    """Return one of ten greys, neighbours in order far apart in lightness."""
    step = (place * 3) % 10
    level = 0x26 + step * 6 if palette.dark else 0xE6 - step * 8
    return f"#{level:02x}{level:02x}{level:02x}"


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two #rrggbb colours by WCAG 2, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
