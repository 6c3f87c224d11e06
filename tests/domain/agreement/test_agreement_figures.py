"""Figures of agreement worked out by hand, and what is said where there is none."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest

from workbench.domain.agreement import (
    GOLD,
    KEYS,
    Edge,
    Figure,
    Figures,
    MarkedDocument,
    Reach,
    Tally,
    against,
    examples_of,
    figures_of,
    measure,
    sums_of,
)
from workbench.domain.agreement.label_kappa import label_pairs
from workbench.domain.agreement.relaxed import relaxed_tally
from workbench.domain.alignment import GroupClass, LinkSpan, Span


def at(start: int, end: int, label: str = "claim") -> Span:
    return ((start, end),), label


def two(a: Collection[Span], b: Collection[Span], length: int = 100, **more: Any) -> Figures:
    return measure([MarkedDocument("d", length, {"ana": a, "ben": b}, **more)])


def many(number: int, a: Collection[Span], b: Collection[Span]) -> list[MarkedDocument]:
    return [MarkedDocument(f"d{place:02}", 100, {"ana": a, "ben": b}) for place in range(number)]


# F1.


def test_three_of_seven_alike_one_relabelled_and_two_nearly_alike() -> None:
    same = [at(0, 10), at(20, 30), at(40, 50)]
    a = [*same, at(60, 70), at(100, 110), at(120, 130), at(200, 205)]
    b = [*same, at(60, 70, "figure"), at(100, 111), at(120, 131), at(300, 305)]
    figures = two(a, b, 400)
    assert figures.exact_f1.value == 6 / 14
    assert figures.position_f1.value == 8 / 14
    assert figures.relaxed_f1.value == 10 / 14
    assert figures.pairs["ana", "ben"].exact == Tally(3, 7, 7)


def test_one_sided_is_nought_and_nothing_on_either_side_is_undefined() -> None:
    assert two([at(0, 5)], []).exact_f1 == Figure(0.0)
    nothing = two([], [])
    assert nothing.exact_f1.value is None
    assert "nobody marked anything" in nothing.reasons()["exact_f1"]


def test_a_document_left_empty_by_both_changes_no_f1_and_is_counted() -> None:
    marked = MarkedDocument("d", 100, {"ana": [at(0, 5)], "ben": [at(0, 5), at(9, 12)]})
    empty = MarkedDocument("e", 100, {"ana": [], "ben": []})
    alone = MarkedDocument("f", 100, {"ana": [at(3, 4)]})
    figures = measure([marked, empty, alone])
    assert figures.exact_f1 == measure([marked]).exact_f1
    assert figures.counts.documents == 3
    assert figures.counts.pool == 2
    assert figures.counts.empty == 1
    assert figures.counts.spans == {"ana": 1, "ben": 2}
    assert figures.pairs["ana", "ben"].both_empty == 1


def test_spans_entered_twice_count_once() -> None:
    assert two([at(0, 5), at(0, 5)], [at(0, 5)]).exact_f1.value == 1.0


def test_pairing_the_best_first_would_strand_the_others() -> None:
    assert relaxed_tally([at(10, 30), at(10, 22)], [at(10, 29), at(16, 30)]).matches == 2


@pytest.mark.parametrize(("other", "matches"), [(at(0, 5), 1), (at(0, 4), 0), (at(0, 10, "figure"), 0), (at(5, 15), 0)])
def test_exactly_half_is_enough_and_the_label_must_be_the_same(other: Span, matches: int) -> None:
    assert relaxed_tally([at(0, 10)], [other]).matches == matches


def test_with_three_people_the_mean_leaves_undefined_pairs_out_and_the_pooled_figure_stands_beside_it() -> None:
    documents = [
        MarkedDocument("d1", 50, {"ana": [at(0, 5), at(10, 15, "speaker")], "ben": [at(0, 5)], "cy": []}),
        MarkedDocument("d2", 50, {"ana": [at(3, 9)], "ben": [at(3, 9)]}),
        MarkedDocument("d3", 50, {"cy": [at(3, 9)]}),
    ]
    figures = measure(documents)
    assert figures.exact_f1.value == pytest.approx(0.8 / 3)
    assert figures.exact_f1_pooled.value == 0.5
    assert figures.exact_f1_by_label["claim"].value == pytest.approx(1 / 3)
    assert figures.exact_f1_by_label["speaker"].value == 0.0
    assert list(figures.pairs) == [("ana", "ben"), ("ana", "cy"), ("ben", "cy")]
    assert figures.pooled_first
    assert figures.counts.thin_pairs == (("ana", "ben"), ("ana", "cy"), ("ben", "cy"))


def test_five_documents_a_pair_are_not_few() -> None:
    assert not measure(many(5, [at(0, 4)], [at(0, 4)])).pooled_first


# Labels.


def test_kappa_over_ten_shared_extents() -> None:
    ours = ["claim"] * 5 + ["speaker"] * 3 + ["figure"] * 2
    theirs = ["claim"] * 4 + ["speaker"] * 3 + ["claim"] + ["figure"] * 2
    a = [at(10 * place, 10 * place + 6, label) for place, label in enumerate(ours)]
    b = [at(10 * place, 10 * place + 6, label) for place, label in enumerate(theirs)]
    figures = two(a, [*b, at(150, 160)], 200)
    assert figures.label_kappa.value == pytest.approx(0.42 / 0.62)
    assert figures.counts.label_pairs == 10
    assert figures.values()["label_confusion"] == {
        "claim|claim": 4,
        "claim|speaker": 2,
        "figure|figure": 2,
        "speaker|speaker": 2,
    }
    assert figures.pairs["ana", "ben"].confusion["speaker", "claim"] == 1
    assert figures.label_agreement["claim"].value == 8 / 10
    assert figures.label_agreement["figure"].value == 1.0


def test_equal_labels_at_one_extent_are_paired_before_others() -> None:
    a = {at(0, 5, "claim"), at(0, 5, "figure")}
    b = {at(0, 5, "figure"), at(0, 5, "speaker"), at(0, 5, "source")}
    assert label_pairs(a, b) == {("figure", "figure"): 1, ("claim", "source"): 1}


def test_kappa_with_one_label_throughout_is_undefined_and_says_so() -> None:
    figures = two([at(0, 5), at(7, 9)], [at(0, 5), at(7, 9)])
    assert figures.label_kappa == Figure(None, "both used one and the same label throughout")
    assert two([at(0, 5)], [at(1, 5)]).label_kappa.reason == "no stretch was marked by both"


# u-alpha.


def test_a_span_against_nothing_is_slightly_worse_than_chance() -> None:
    assert two([at(20, 31)], []).u_alpha.value == pytest.approx(-(11 - 1) / 200)


def test_half_shifted_spans() -> None:
    figures = two([at(10, 20)], [at(15, 25)])
    assert figures.u_alpha.value == pytest.approx(1 - 20 / (2 * 200 * 20 * 180 / 39620))
    assert figures.u_alpha_joint.value == pytest.approx(figures.u_alpha.value)


def test_two_halves_cover_what_the_whole_does() -> None:
    assert two([at(10, 20)], [at(10, 15), at(15, 20)]).u_alpha.value == 1.0


def test_nested_labels_leave_the_pooled_coefficient_and_take_the_joint_one_away() -> None:
    figures = two([at(10, 40), at(20, 24, "figure")], [at(10, 40)])
    assert figures.u_alpha.value is not None
    assert figures.u_alpha_joint.value is None
    assert "labels overlap" in figures.reasons()["u_alpha_joint"]
    assert list(figures.u_alpha_by_label) == ["claim", "figure"]


def test_coverage_is_undefined_when_all_is_marked_by_everyone() -> None:
    assert two([at(0, 100)], [at(0, 100)]).u_alpha.value is None
    assert two([], [], 0).u_alpha.value is None


def test_documents_are_one_continuum() -> None:
    parts = [
        MarkedDocument("d1", 40, {"ana": [at(2, 9)], "ben": [at(2, 9)]}),
        MarkedDocument("d2", 60, {"ana": [at(5, 17)], "ben": [at(8, 20)]}),
    ]
    whole = two([at(2, 9), at(45, 57)], [at(2, 9), at(48, 60)])
    assert measure(parts).u_alpha.value == pytest.approx(whole.u_alpha.value)


# Tokens.

TEXT = "The port said that tolls rise, again."


def test_a_word_half_covered_counts_and_words_outside_agree() -> None:
    figures = two([at(14, 29)], [at(19, 27)], len(TEXT), text=TEXT)
    # Of nine words and marks ana has "that tolls rise", ben the last two, and cuts "rise" short.
    a, b, n, equal = 3, 2, 9, 8
    chance = (a * b + (n - a) * (n - b)) / n**2
    assert figures.token_kappa.value == pytest.approx((equal / n - chance) / (1 - chance))


def test_token_kappa_needs_the_text() -> None:
    assert two([at(0, 4)], [at(0, 4)]).token_kappa == Figure(None, "the texts were not at hand")
    assert two([at(0, 1)], [at(0, 1)], 3, text="   ").token_kappa.reason == "there are no words to compare"


# Links.

CLAIM, WHO, PAPER = at(0, 9), at(12, 15, "speaker"), at(16, 19, "source")


def link(source: Span, target: Span) -> LinkSpan:
    return "attribution", source, target


def linked(a: list[LinkSpan], b: list[LinkSpan], spans_b: Collection[Span] = (CLAIM, WHO, PAPER)) -> Figures:
    return two([CLAIM, WHO, PAPER], spans_b, links={"ana": a, "ben": b})


def test_links_are_compared_by_type_and_both_ends() -> None:
    assert linked([link(CLAIM, WHO)], [link(CLAIM, WHO)]).link_f1.value == 1.0
    assert linked([link(CLAIM, WHO)], [link(CLAIM, PAPER)]).link_f1.value == 0.0
    assert linked([link(CLAIM, WHO)] * 2, [link(CLAIM, WHO)]).link_f1.value == 1.0


def test_links_given_ends_leave_out_those_whose_ends_only_one_person_has() -> None:
    moved = at(16, 20, "source")
    figures = linked(
        [link(CLAIM, WHO), link(CLAIM, PAPER)], [link(CLAIM, WHO), link(CLAIM, moved)], [CLAIM, WHO, moved]
    )
    assert figures.link_f1.value == 0.5
    assert figures.link_f1_given_ends.value == 1.0
    assert figures.counts.links == {"ana": 2, "ben": 2}


def test_without_links_there_is_no_link_figure() -> None:
    assert linked([], []).link_f1.reason == "nobody linked anything in the documents compared"
    assert linked([], []).link_f1_given_ends.value is None


# Alignment over all documents.


def test_classes_examples_and_the_worst_document_first() -> None:
    good = MarkedDocument("good", 100, {"ana": [at(0, 9), at(20, 24)], "ben": [at(0, 9), at(20, 25)]})
    bad = MarkedDocument("bad", 100, {"ana": [at(0, 9)], "ben": [at(50, 60)]})
    figures = measure([good, bad])
    assert [one.uid for one in figures.worst_first()] == ["bad", "good"]
    assert figures.classes == {GroupClass.AGREE: 1, GroupClass.BOUNDARY: 1, GroupClass.ONE_SIDED: 2}
    assert figures.pairs["ana", "ben"].classes[GroupClass.ONLY_B] == 1
    (example,) = figures.examples[GroupClass.BOUNDARY]
    assert (example.uid, example.pair, example.group.b) == ("good", ("ana", "ben"), (at(20, 25),))
    assert len(list(examples_of([sums_of(good), sums_of(bad)]))) == 3


def test_boundary_habits_say_who_starts_earlier_and_ends_later() -> None:
    a = [at(10, 30), at(50, 60), at(80, 90, "figure")]
    b = [at(14, 30), at(51, 66), at(80, 89, "claim")]
    habits = two(a, b).pairs["ana", "ben"].habits
    assert habits.groups == 3
    assert habits.start == Edge(Reach(2, 2.5, 2.5), Reach(0, None, None), 1)
    assert habits.end == Edge(Reach(1, 1.0, 1), Reach(1, 6.0, 6), 1)
    assert habits.turned().end.a.times == 1


# Against gold, one label, again and again.


def test_each_person_against_the_gold() -> None:
    documents = [
        MarkedDocument("d", 100, {"ana": [at(0, 5), at(8, 9)], "ben": [at(0, 5)]}),
        MarkedDocument("not adjudicated", 100, {"ana": [at(0, 5)], "ben": [at(1, 5)]}),
    ]
    found = against(documents, {"d": [at(0, 5), at(20, 30)]})
    assert list(found) == ["ana", "ben"]
    tally = found["ana"].pairs[GOLD, "ana"].exact
    assert (tally.share_of_a, tally.share_of_b) == (0.5, 0.5)
    assert found["ben"].exact_f1.value == pytest.approx(2 / 3)
    assert found["ben"].counts.documents == 1


def test_links_are_compared_with_the_gold_too() -> None:
    document = MarkedDocument("d", 100, {"ana": [CLAIM, WHO]}, {"ana": [link(CLAIM, WHO)]})
    found = against([document], {"d": [CLAIM, WHO]}, {"d": [link(CLAIM, WHO)]})
    assert found["ana"].link_f1.value == 1.0


def test_one_label_is_measured_as_if_nothing_else_were_there() -> None:
    a, b = [at(0, 5), at(8, 9, "figure")], [at(0, 5), at(8, 12, "figure")]
    document = MarkedDocument("d", 100, {"ana": a, "ben": b}, {"ana": [link(*a)], "ben": []})
    figures = measure([document], labels=["claim"])
    assert figures.exact_f1.value == 1.0
    assert list(figures.exact_f1_by_label) == ["claim"]
    assert figures.link_f1.value is None


def test_sums_kept_from_before_give_the_same_figures() -> None:
    documents = [*many(3, [at(0, 5)], [at(0, 6)]), MarkedDocument("z", 80, {"ana": [at(1, 2)], "ben": [at(1, 2)]})]
    kept = [sums_of(document) for document in documents]
    assert figures_of(reversed(kept)).values() == measure(documents).values()


def test_every_undefined_figure_has_a_reason_and_no_other_has() -> None:
    for figures in (two([], []), two([at(0, 4)], [at(0, 4)]), measure([])):
        values, reasons = figures.values(), figures.reasons()
        assert tuple(values) == KEYS
        assert {key for key, value in values.items() if value is None} == {key for key in reasons if "." not in key}
        assert all(reasons.values())


def test_with_nothing_to_compare_everything_says_so() -> None:
    reasons = measure([MarkedDocument("d", 9, {"ana": [at(0, 4)]})]).reasons()
    assert reasons["exact_f1"] == reasons["u_alpha"] == "no document was finished by two people"
    assert "exact_f1_by_label.claim" in reasons
