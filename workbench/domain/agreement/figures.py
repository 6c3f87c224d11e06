"""Every figure over a number of documents, from what is known of each: `measure`, `figures_of` and `against`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from workbench.domain.agreement.bootstrap import REPLICATES, SEED
from workbench.domain.agreement.boundary_habits import BoundaryHabits, boundary_habits
from workbench.domain.agreement.figure import (
    NO_LINK,
    NO_LINK_WITH_SHARED_ENDS,
    NO_SHARED_DOCUMENT,
    NO_TEXT,
    NOTHING_MARKED,
    Figure,
    IntervalFigure,
    Tally,
    added,
    f1_figure,
    mean,
)
from workbench.domain.agreement.intervals import Intervals, intervals
from workbench.domain.agreement.label_kappa import agreement_on, cohen_kappa, unordered
from workbench.domain.agreement.marked import MarkedDocument, Pair, cut_to
from workbench.domain.agreement.sums import DocumentSums, PairSums, sums_of
from workbench.domain.agreement.token_kappa import token_kappa
from workbench.domain.agreement.u_alpha import Continuum, SumKey, continuum, u_alpha, u_alpha_by_label, u_alpha_joint
from workbench.domain.alignment import Group, GroupClass, LinkSpan, Span

GOLD = ""
"""The name under which `against` puts the gold beside people: no person has an empty one, and it comes first."""

FEW_SHARED = 5
"""Of a pair that shares fewer documents than this the figures are too shaky for a plain mean."""

FEW_DOCUMENTS = 10
"""With a pool smaller than this an interval is too narrow to trust."""

EXAMPLES = 100
"""How many examples of each class are kept with the figures."""


class Example(NamedTuple):
    """A group of the alignment: in which document, and of whom; `group.a` is the first one's side."""

    uid: str
    pair: Pair
    group: Group


class PairFigures(NamedTuple):
    """Two people over the documents both finished. Tables and tallies are directed: the first name is `a`.

    `by_label` are exact tallies; `confusion` counts label pairs at shared extents; `classes` counts groups of the
    alignment, only-A being the first one's.
    """

    documents: int
    both_empty: int
    exact: Tally
    relaxed: Tally
    position: Tally
    by_label: Mapping[str, Tally]
    links: Tally
    links_given_ends: Tally
    label_kappa: Figure
    token_kappa: Figure
    confusion: Mapping[tuple[str, str], int]
    classes: Mapping[GroupClass, int]
    habits: BoundaryHabits

    @property
    def label_pairs(self) -> int:
        """The number n that kappa rests on."""
        return sum(self.confusion.values())


class DocumentFigures(NamedTuple):
    """One document: means over its pairs, groups by class (both ONLYs as ONE_SIDED), spans of each person."""

    uid: str
    exact_f1: Figure
    relaxed_f1: Figure
    position_f1: Figure
    classes: Mapping[GroupClass, int]
    spans: Mapping[str, int]


class Counts(NamedTuple):
    """What must be shown beside the figures. The pool are the documents of at least two people.

    `empty` are those of the pool in which nobody marked anything; `thin_pairs` share fewer than 5 documents. Spans and
    links are counted in the pool.
    """

    documents: int
    pool: int
    empty: int
    spans: Mapping[str, int]
    links: Mapping[str, int]
    label_pairs: int
    thin_pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures with their counts. What several pairs share is the plain mean over those that are defined."""

    exact_f1: Figure
    exact_f1_ci: IntervalFigure
    exact_f1_pooled: Figure
    exact_f1_pooled_ci: IntervalFigure
    relaxed_f1: Figure
    relaxed_f1_ci: IntervalFigure
    position_f1: Figure
    position_f1_ci: IntervalFigure
    exact_f1_by_label: Mapping[str, Figure]
    label_kappa: Figure
    label_confusion: Mapping[tuple[str, str], int]
    label_agreement: Mapping[str, Figure]
    u_alpha: Figure
    u_alpha_ci: IntervalFigure
    u_alpha_by_label: Mapping[str, Figure]
    u_alpha_joint: Figure
    token_kappa: Figure
    link_f1: Figure
    link_f1_given_ends: Figure
    counts: Counts
    pairs: Mapping[Pair, PairFigures]
    documents: tuple[DocumentFigures, ...]
    classes: Mapping[GroupClass, int]
    examples: Mapping[GroupClass, tuple[Example, ...]]
    seed: int
    replicates: int

    @property
    def pooled_first(self) -> bool:
        """Say whether the pooled figure is to be printed first: the mean hangs on pairs with few documents."""
        return bool(self.counts.thin_pairs)

    @property
    def interval_too_narrow(self) -> bool:
        """Say whether there are too few documents to trust an interval."""
        return self.counts.pool < FEW_DOCUMENTS

    def worst_first(self) -> list[DocumentFigures]:
        """Return the documents that have an exact F1, the lowest first."""
        defined = [(one.exact_f1.value, one.uid, one) for one in self.documents if one.exact_f1.value is not None]
        return [one for _, _, one in sorted(defined, key=lambda entry: entry[:2])]

    def values(self) -> dict[str, Any]:
        """Return each figure by its key, ready for JSON: numbers, pairs of numbers, numbers by label, or None."""
        return {key: _plain(getattr(self, key)) for key in KEYS}

    def reasons(self) -> dict[str, str]:
        """Return why figures are undefined, by key; by `key.label` for one label."""
        return dict(_reasons({key: getattr(self, key) for key in KEYS}))


KEYS = (
    "exact_f1",
    "exact_f1_ci",
    "exact_f1_pooled",
    "exact_f1_pooled_ci",
    "relaxed_f1",
    "relaxed_f1_ci",
    "position_f1",
    "position_f1_ci",
    "exact_f1_by_label",
    "label_kappa",
    "label_confusion",
    "u_alpha",
    "u_alpha_ci",
    "u_alpha_by_label",
    "u_alpha_joint",
    "token_kappa",
    "link_f1",
    "link_f1_given_ends",
)
"""The figures that leave the program, by the names they go by."""


def _plain(figure: Any) -> Any:
    if isinstance(figure, Mapping):
        return {"|".join(key) if isinstance(key, tuple) else key: _plain(value) for key, value in figure.items()}
    value = figure.value if isinstance(figure, (Figure, IntervalFigure)) else figure
    return list(value) if isinstance(value, tuple) else value


def _reasons(figures: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, figure in figures.items():
        if isinstance(figure, Mapping):
            yield from _reasons(figure, f"{prefix}{key}.")
        elif isinstance(figure, (Figure, IntervalFigure)) and figure.reason is not None:
            yield f"{prefix}{key}", figure.reason


def measure(
    documents: Iterable[MarkedDocument],
    *,
    labels: Collection[str] | None = None,
    seed: int = SEED,
    replicates: int = REPLICATES,
) -> Figures:
    """Compute everything at once; with `labels`, as if nothing else had been marked. Documents have distinct uids."""
    cut = documents if labels is None else (cut_to(document, frozenset(labels)) for document in documents)
    return figures_of(map(sums_of, cut), seed=seed, replicates=replicates)


def against(
    documents: Iterable[MarkedDocument],
    gold: Mapping[str, Collection[Span]],
    gold_links: Mapping[str, Collection[LinkSpan]] | None = None,
    *,
    labels: Collection[str] | None = None,
    seed: int = SEED,
    replicates: int = REPLICATES,
) -> dict[str, Figures]:
    """Compare each person with the gold of the documents that have one, by uid. The gold goes by the name `GOLD`.

    In a tally of `pairs[GOLD, name]` the share of a is recall and the share of b precision.
    """
    alone: dict[str, list[MarkedDocument]] = {}
    for document in documents:
        if document.uid in gold:
            linked = (gold_links or {}).get(document.uid, ())
            for name, side in document.sides.items():
                sides = {GOLD: gold[document.uid], name: side}
                links = {GOLD: linked, name: document.links.get(name, ())}
                alone.setdefault(name, []).append(document._replace(sides=sides, links=links))
    return {
        name: measure(theirs, labels=labels, seed=seed, replicates=replicates) for name, theirs in sorted(alone.items())
    }


def figures_of(sums: Iterable[DocumentSums], *, seed: int = SEED, replicates: int = REPLICATES) -> Figures:
    """Put documents together, in whatever order they come. Without replicates there are no intervals."""
    every = sorted(sums, key=lambda one: one.uid)
    pool = [one for one in every if one.pairs]
    by_pair: dict[Pair, list[PairSums]] = {}
    for one in pool:
        for pair, pair_sums in one.pairs.items():
            by_pair.setdefault(pair, []).append(pair_sums)
    pairs = {pair: _pair_figures(by_pair[pair]) for pair in sorted(by_pair)}
    labels = sorted({label for one in every for counts in one.spans.values() for label in counts})
    return _figures(every, pool, pairs, labels, intervals(pool, seed, replicates), seed, replicates)


def _figures(
    every: Sequence[DocumentSums],
    pool: Sequence[DocumentSums],
    pairs: Mapping[Pair, PairFigures],
    labels: Sequence[str],
    ends: Intervals,
    seed: int,
    replicates: int,
) -> Figures:
    whole = _continuum(pool)
    confusion = unordered(one.confusion for one in pairs.values())
    documents = tuple([_document_figures(one) for one in pool])
    return Figures(
        exact_f1=mean(f1_figure(one.exact) for one in pairs.values()),
        exact_f1_ci=ends.exact_f1,
        exact_f1_pooled=_pooled(pairs),
        exact_f1_pooled_ci=ends.exact_f1_pooled,
        relaxed_f1=mean(f1_figure(one.relaxed) for one in pairs.values()),
        relaxed_f1_ci=ends.relaxed_f1,
        position_f1=mean(f1_figure(one.position) for one in pairs.values()),
        position_f1_ci=ends.position_f1,
        exact_f1_by_label={label: _label_f1(label, pairs) for label in labels},
        label_kappa=mean(one.label_kappa for one in pairs.values()),
        label_confusion=confusion,
        label_agreement={label: agreement_on(label, confusion) for label in labels},
        u_alpha=_defined_in(pool, u_alpha(whole)),
        u_alpha_ci=ends.u_alpha,
        u_alpha_by_label=_label_alphas(whole, labels),
        u_alpha_joint=_defined_in(pool, u_alpha_joint(whole)),
        token_kappa=mean(one.token_kappa for one in pairs.values()),
        link_f1=mean(f1_figure(one.links, NO_LINK) for one in pairs.values()),
        link_f1_given_ends=mean(f1_figure(one.links_given_ends, NO_LINK_WITH_SHARED_ENDS) for one in pairs.values()),
        counts=_counts(every, pool, pairs),
        pairs=pairs,
        documents=documents,
        classes=_sorted_classes(one.classes for one in documents),
        examples=_examples(pool),
        seed=seed,
        replicates=replicates,
    )


def _pooled(pairs: Mapping[Pair, PairFigures]) -> Figure:
    return _defined_in(pairs, f1_figure(added(one.exact for one in pairs.values())))


def _defined_in(pool: Collection[Any], figure: Figure) -> Figure:
    """Return the figure; with nothing to compare, the reason for that."""
    return figure if pool else Figure(None, NO_SHARED_DOCUMENT)


def _label_f1(label: str, pairs: Mapping[Pair, PairFigures]) -> Figure:
    nothing = Tally(0, 0, 0)
    return mean(f1_figure(one.by_label.get(label, nothing)) for one in pairs.values())


def _label_alphas(whole: Continuum, labels: Sequence[str]) -> dict[str, Figure]:
    alphas = u_alpha_by_label(whole)
    return {label: alphas.get(label, Figure(None, NOTHING_MARKED)) for label in labels}


def _continuum(pool: Sequence[DocumentSums]) -> Continuum:
    units: dict[SumKey, int] = {}
    for one in pool:
        for key, amount in one.units.items():
            units[key] = units.get(key, 0) + amount
    return continuum(units)


def _pair_figures(documents: Sequence[PairSums]) -> PairFigures:
    confusion: Counter[tuple[str, str]] = Counter()
    tokens: Counter[Any] = Counter()
    by_label: dict[str, list[Tally]] = {}
    for one in documents:
        confusion.update(one.labels)
        tokens.update(one.tokens or {})
        for label, tally in one.by_label.items():
            by_label.setdefault(label, []).append(tally)
    with_text = any(one.tokens is not None for one in documents)
    return PairFigures(
        documents=len(documents),
        both_empty=sum(not (one.exact.a or one.exact.b) for one in documents),
        exact=added(one.exact for one in documents),
        relaxed=added(one.relaxed for one in documents),
        position=added(one.position for one in documents),
        by_label={label: added(by_label[label]) for label in sorted(by_label)},
        links=added(one.links for one in documents),
        links_given_ends=added(one.links_given_ends for one in documents),
        label_kappa=cohen_kappa(confusion),
        token_kappa=token_kappa(tokens) if with_text else Figure(None, NO_TEXT),
        confusion=dict(sorted(confusion.items())),
        classes=_sorted_classes((one.classes for one in documents), folded=False),
        habits=boundary_habits(group for one in documents for group in one.differences),
    )


def _document_figures(one: DocumentSums) -> DocumentFigures:
    pairs = one.pairs.values()
    return DocumentFigures(
        one.uid,
        mean(f1_figure(pair.exact) for pair in pairs),
        mean(f1_figure(pair.relaxed) for pair in pairs),
        mean(f1_figure(pair.position) for pair in pairs),
        _sorted_classes(pair.classes for pair in pairs),
        {name: sum(counts.values()) for name, counts in sorted(one.spans.items())},
    )


def _sorted_classes(several: Iterable[Mapping[GroupClass, int]], folded: bool = True) -> dict[GroupClass, int]:
    """Add counts up, in the order of the classes; `folded`, spans that only one person has are one class."""
    summed: Counter[GroupClass] = Counter()
    for counts in several:
        summed.update(counts)
    if folded:
        summed[GroupClass.ONE_SIDED] += summed.pop(GroupClass.ONLY_A, 0) + summed.pop(GroupClass.ONLY_B, 0)
    return {cls: summed[cls] for cls in GroupClass if summed[cls]}


def _counts(every: Sequence[DocumentSums], pool: Sequence[DocumentSums], pairs: Mapping[Pair, PairFigures]) -> Counts:
    spans: Counter[str] = Counter()
    links: Counter[str] = Counter()
    for one in pool:
        spans.update({name: sum(counts.values()) for name, counts in one.spans.items()})
        links.update(one.links)
    return Counts(
        documents=len(every),
        pool=len(pool),
        empty=sum(not any(one.spans.values()) for one in pool),
        spans=dict(sorted(spans.items())),
        links=dict(sorted(links.items())),
        label_pairs=sum(one.label_pairs for one in pairs.values()),
        thin_pairs=tuple(pair for pair, one in pairs.items() if one.documents < FEW_SHARED),
    )


def examples_of(sums: Iterable[DocumentSums]) -> Iterator[Example]:
    """Yield every group that does not agree, document by document."""
    for one in sums:
        for pair in sorted(one.pairs):
            for group in one.pairs[pair].differences:
                yield Example(one.uid, pair, group)


def _examples(pool: Sequence[DocumentSums]) -> dict[GroupClass, tuple[Example, ...]]:
    kept: dict[GroupClass, list[Example]] = {}
    for example in examples_of(pool):
        mine = kept.setdefault(example.group.cls, [])
        if len(mine) < EXAMPLES:
            mine.append(example)
    return {cls: tuple(kept[cls]) for cls in GroupClass if cls in kept}
