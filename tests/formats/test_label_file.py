"""The label set as a file: saved and loaded it is the same, and mistakes are named with their line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.services.populated import LABELS
from workbench.domain.labels import (
    CLAIM,
    COLOURS,
    DEFAULT_LABEL_SET,
    KEY_LETTERS,
    Attribute,
    AttributeType,
    Label,
    LabelKind,
    LabelSet,
    LinkType,
)
from workbench.errors import UsageError
from workbench.formats.label_file import read_labels, write_labels

EMPTY = LabelSet(())


def read(text: str, known: LabelSet = DEFAULT_LABEL_SET) -> LabelSet:
    return read_labels(text.encode(), "labels.toml", known)


@pytest.mark.parametrize("label_set", [DEFAULT_LABEL_SET, LABELS, EMPTY])
def test_a_saved_set_loads_as_it_was(label_set: LabelSet) -> None:
    assert read(write_labels(label_set), EMPTY) == label_set


WORDS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20).filter(lambda word: word.strip())
ATTRIBUTES = st.builds(
    lambda name, kind, choices: Attribute(name, kind, tuple(choices) if kind is AttributeType.CHOICE else ()),
    WORDS,
    st.sampled_from(AttributeType),
    st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=5), min_size=1, max_size=3),
)


@st.composite
def label_sets(draw: st.DrawFn) -> LabelSet:
    names = draw(st.lists(WORDS, min_size=1, max_size=5, unique=True))
    keys = draw(st.permutations(sorted(KEY_LETTERS)))
    labels = tuple(
        Label(
            f"uid {name}",
            name,
            draw(st.sampled_from([keys[number], None])),
            draw(st.sampled_from([*COLOURS, None])),
            draw(st.sampled_from(LabelKind)),
            draw(st.none() | WORDS),
            draw(st.booleans()),
            tuple({each.name: each for each in draw(st.lists(ATTRIBUTES, max_size=2))}.values()),
        )
        for number, name in enumerate(names)
    )
    uids = st.lists(st.sampled_from([label.uid for label in labels]), unique=True, max_size=3).map(tuple)
    types = tuple(
        LinkType(f"uid {name}", name, draw(st.none() | uids), draw(st.none() | uids))
        for name in draw(st.lists(WORDS.filter(lambda word: word != "fragment"), max_size=3, unique=True))
    )
    return LabelSet(labels, types)


@given(label_sets())
def test_any_set_that_is_saved_loads_as_it_was(label_set: LabelSet) -> None:
    assert read(write_labels(label_set), EMPTY) == label_set


def test_a_label_without_uid_is_the_known_one_of_its_name() -> None:
    loaded = read('[[labels]]\nname = "claim"\n')
    assert loaded.labels == (Label("label-claim", "claim"),)


def test_a_label_that_is_new_gets_a_uid_of_its_own() -> None:
    renamed = LabelSet((Label(CLAIM.uid, "assertion"),))
    loaded = read('[[labels]]\nname = "assertion"\nuid = "label-claim"\n[[labels]]\nname = "claim"\n', renamed)
    assert [label.uid for label in loaded.labels] == ["label-claim", "label-claim-2"]


def test_a_link_type_without_ends_joins_any_labels() -> None:
    loaded = read('[[labels]]\nname = "claim"\n[[link_types]]\nname = "attribution"\n[[link_types]]\nname = "same"\n')
    assert loaded.link_types == (LinkType("link-attribution", "attribution"), LinkType("link-same", "same"))


MISTAKES = {
    "no TOML": ("[[labels]]\nname = \n", "is not TOML", "line 2"),
    "an unknown heading": ('[[label]]\nname = "x"\n', '"label" is not known here', "[[labels]]"),
    "no name": ('[[labels]]\nkey = "c"\n', "line 1, label 1: name is missing", ""),
    "a key misspelt": (
        '\n[[labels]]\nname = "claim"\n[[labels]]\nname = "x"\ncolor = "sky"\n',
        'line 4, label "x": "color" is not known here',
        "colour",
    ),
    "a colour that is none": (
        '[[labels]]\nname = "claim"\ncolour = "mauve"\n',
        "line 1, label \"claim\": there is no colour 'mauve'",
        "amber",
    ),
    "a kind that is none": ('[[labels]]\nname = "claim"\nkind = "c"\n', 'label "claim": kind should be one of', ""),
    "a name that is no text": ("[[labels]]\nname = 3\n", "label 1: name should be a text", ""),
    "a letter that is taken": (
        '[[labels]]\nname = "a"\nkey = "c"\n[[labels]]\nname = "b"\nkey = "c"\n',
        'labels "a" and "b" both have the key',
        "another letter",
    ),
    "a letter that no label may have": (
        '[[labels]]\nname = "a"\nkey = "x"\n',
        "cannot have the key 'x'",
        "Free letters",
    ),
    "a name twice": ('[[labels]]\nname = "a"\n[[labels]]\nname = "a"\n', 'the same label: "a"', ""),
    "a uid twice": (
        '[[labels]]\nname = "a"\nuid = "u"\n[[labels]]\nname = "b"\nuid = "u"\n',
        'the same label uid: "u"',
        "",
    ),
    "a choice without choices": (
        '[[labels]]\nname = "a"\n[[labels.attributes]]\nname = "m"\ntype = "choice"\n',
        'attribute "m" of label "a" has no choices',
        "",
    ),
    "an attribute's key misspelt": (
        '[[labels]]\nname = "a"\n[[labels.attributes]]\nname = "m"\ntype = "text"\nchoice = []\n',
        '"choice" is not known here',
        "choices",
    ),
    "an end that is no label": (
        '[[labels]]\nname = "a"\n[[link_types]]\nname = "t"\nfrom = ["a", "b"]\n',
        'line 3, link type "t": from names no label of this file: b',
        "Labels in it: a",
    ),
    "the reserved link type": ('[[link_types]]\nname = "fragment"\n', 'no link type can be called "fragment"', ""),
    "labels that are no tables": ("labels = 3\n", '"labels" is not a list of tables', "[[labels]]"),
    "a label that is no table": ("labels = [3]\n", "label 1: should be an object", ""),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_its_place_and_remedy(name: str) -> None:
    text, what, remedy = MISTAKES[name]
    with pytest.raises(UsageError) as error:
        read(text, EMPTY)
    assert str(error.value).startswith("labels.toml: ")
    assert what in str(error.value)
    assert remedy in str(error.value)


def test_a_file_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(UsageError, match="is not UTF-8"):
        read_labels('[[labels]]\nname = "é"\n'.encode("latin-1"), "labels.toml", EMPTY)


def test_a_foreign_colour_that_a_label_came_with_stays() -> None:
    known = LabelSet((Label("label-x", "x", colour="#ff0000"),))
    assert read(write_labels(known), known) == known
