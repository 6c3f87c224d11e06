"""Agreement between people who marked the same documents: one metric a module, and all of them in `measure`.

`sums_of` looks at one document, `figures_of` puts documents together, so that what did not change need not be looked at
again.
"""

from __future__ import annotations

from workbench.domain.agreement.boundary_habits import BoundaryHabits, Edge, Reach
from workbench.domain.agreement.figure import Figure, IntervalFigure, Tally
from workbench.domain.agreement.figures import (
    GOLD,
    KEYS,
    Counts,
    DocumentFigures,
    Example,
    Figures,
    PairFigures,
    against,
    examples_of,
    figures_of,
    measure,
)
from workbench.domain.agreement.marked import MarkedDocument, Pair
from workbench.domain.agreement.sums import DocumentSums, PairSums, sums_of

__all__ = [
    "GOLD",
    "KEYS",
    "BoundaryHabits",
    "Counts",
    "DocumentFigures",
    "DocumentSums",
    "Edge",
    "Example",
    "Figure",
    "Figures",
    "IntervalFigure",
    "MarkedDocument",
    "Pair",
    "PairFigures",
    "PairSums",
    "Reach",
    "Tally",
    "against",
    "examples_of",
    "figures_of",
    "measure",
    "sums_of",
]
