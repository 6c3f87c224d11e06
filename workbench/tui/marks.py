"""How annotations look: the style of a label, and what each row of a document has to show.

Rich styles are the only thing from a terminal library that is known here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rich.style import Style


@dataclass(frozen=True, slots=True)
class LabelStyle:
    """The look of one label.

    `key` is the margin letter (one cell, "" when the label has none). `glyph` (one cell) stands in the blank before
    a start and after an end. `fill` holds colours, `cue` only attributes (underline, bold, italic ...): together they
    must be unlike those of any other label even when colours turn into greys.
    """

    key: str
    glyph: str
    fill: Style = field(default_factory=Style.null)
    cue: Style = field(default_factory=Style.null)
    name: str = ""

    @property
    def style(self) -> Style:
        """Fill and cue as one style."""
        return self.fill + self.cue
