"""The index says at every moment what a plain pass over all annotations would say."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain import editing
from workbench.domain.annotation import AnnotationSet
from workbench.domain.annotation_index import AnnotationIndex
from workbench.domain.change import apply_changes
from workbench.domain.labels import ATTRIBUTION, CLAIM, DEFAULT_LABEL_SET, FIGURE, SPEAKER
from workbench.domain.span import Fragment
from workbench.errors import Refused
from workbench.services.clock import CountingClock

TEXT = "x" * 6000
LABELS = (CLAIM.uid, SPEAKER.uid, FIGURE.uid)


@st.composite
def spans(draw: st.DrawFn) -> Fragment:
    start = draw(st.integers(0, 5900))
    return Fragment(start, draw(st.integers(start + 1, 6000)))


def build(steps: list[tuple[str, Fragment, int]]) -> tuple[AnnotationSet, AnnotationIndex]:
    """Do steps on a set, the index following each; a step that is refused is left out."""
    desk = editing.Desk(TEXT, DEFAULT_LABEL_SET, CountingClock())
    present = AnnotationSet("d", "ana")
    index = AnnotationIndex(present, DEFAULT_LABEL_SET)
    for what, fragment, number in steps:
        uids = sorted(present.annotations)
        try:
            if what == "tag" or not uids:
                operation = editing.tag(desk, present, LABELS[number % 3], [fragment])
            elif what == "move":
                operation = editing.move(desk, present, uids[number % len(uids)], [fragment])
            elif what == "link":
                source, target = uids[number % len(uids)], uids[(number + 1) % len(uids)]
                operation = editing.link(desk, present, ATTRIBUTION.uid, source, target)
            else:
                operation = editing.remove(desk, present, [uids[number % len(uids)]])
        except Refused:
            continue
        present = apply_changes(present, operation.changes)
        index.apply(operation.changes)
    return present, index


STEPS = st.lists(
    st.tuples(st.sampled_from(["tag", "tag", "move", "link", "remove"]), spans(), st.integers(0, 20)), max_size=25
)


@settings(max_examples=60, deadline=None)
@given(STEPS, st.integers(0, 5999))
def test_after_any_changes_the_index_agrees_with_the_set(steps: list[tuple[str, Fragment, int]], offset: int) -> None:
    present, index = build(steps)
    ordered = present.in_order()
    assert [index.at_row(row) for row in range(len(ordered))] == ordered
    assert [index.row_of(annotation.uid) for annotation in ordered] == list(range(len(ordered)))
    over = {annotation.uid for annotation in ordered if annotation.start <= offset < annotation.end}
    assert {annotation.uid for annotation in index.at(offset)} == over
    sourced = {link.source for link in present.links.values()}
    claims = {annotation.uid for annotation in ordered if annotation.label == CLAIM.uid}
    assert index.unlinked == len(claims - sourced)
    assert index.count(CLAIM.uid) == len(claims)


def test_the_innermost_annotation_comes_first_and_knows_how_deep_it_lies() -> None:
    _, index = build([("tag", Fragment(10, 50), 0), ("tag", Fragment(20, 30), 2)])
    inner, outer = index.at(25)
    assert (inner.start, outer.start) == (20, 10)
    assert (index.depth(inner), index.depth(outer)) == (1, 0)
