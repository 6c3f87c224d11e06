"""Titles, names, notes and messages on screen: made harmless, and cut to a width."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size


def shown(text: str) -> str:
    """Return a text as it may be shown on one line: nothing in it acts on the terminal, line ends become blanks."""
    line = text.replace("\n", " ")
    if line.isascii() and line.isprintable():
        return line
    # Measuring clusters needs patterns that take a while to load, and the first frame needs none of them.
    from workbench.tui.cells import clusters, is_plain_text

    if is_plain_text(line, 0, len(line)):
        return line
    return "".join(cluster.drawn.text for cluster in clusters(line, 0, len(line)))


def shown_lines(text: str) -> str:
    """Return a text of several lines as it may be shown."""
    return "\n".join(shown(line) for line in text.split("\n"))


def shortened(text: str, cells: int) -> str:
    """Return a text made harmless and cut to so many cells, `..` standing for the rest."""
    line = shown(text)
    if cell_len(line) <= cells:
        return line
    return set_cell_size(line, max(cells - 2, 0)).rstrip() + ".."[: max(cells, 0)]
