"""Labels, link types and the rules of a label set. Colours of themes are no business of this module."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from workbench.errors import NotFound, UsageError

KEY_LETTERS = frozenset("acdfimopqrsyz")
"""Letters a label may have: every lowercase letter but those of fixed actions (`b e g h j k l n t u v w x`)."""

RESERVED_LINK_TYPE = "fragment"
"""Formats tie the parts of a split annotation with it, so that no link type may be called so."""

COLOURS = ("amber", "sky", "rose", "mint", "violet", "orange", "teal", "lime", "pink", "slate")
"""Colour names that every theme knows; a label without one takes the next by its order."""


class LabelKind(StrEnum):
    """What drives the candidates of a label."""

    CLAIM = "claim"
    WHO = "who"
    FIGURE = "figure"
    NONE = "none"


class AttributeType(StrEnum):
    """Type of an attribute's value; `flag` is yes/no."""

    CHOICE = "choice"
    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"


AttributeValue = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute that annotations of a label may carry."""

    name: str
    type: AttributeType
    choices: tuple[str, ...] = ()

    def problem_with(self, value: object) -> str | None:
        """Say why a value does not fit this attribute, or None when it does."""
        if self.type is AttributeType.FLAG:
            return None if isinstance(value, bool) else "is not true or false"
        if self.type is AttributeType.NUMBER:
            return None if isinstance(value, int | float) and not isinstance(value, bool) else "is not a number"
        if not isinstance(value, str):
            return "is not a text"
        if self.type is AttributeType.CHOICE and value not in self.choices:
            return f"is none of {', '.join(self.choices)}"
        return None


@dataclass(frozen=True, slots=True)
class Label:
    """One label; annotations refer to it by `uid`, people by `name` or `key`."""

    uid: str
    name: str
    key: str | None = None
    colour: str | None = None
    kind: LabelKind = LabelKind.NONE
    guideline: str | None = None
    archived: bool = False
    attributes: tuple[Attribute, ...] = ()

    def attribute(self, name: str) -> Attribute | None:
        """Return the attribute of that name, or None."""
        return next((attribute for attribute in self.attributes if attribute.name == name), None)


@dataclass(frozen=True, slots=True)
class LinkType:
    """A directed link type; `sources` and `targets` are label uids, None meaning any label."""

    uid: str
    name: str
    sources: tuple[str, ...] | None = None
    targets: tuple[str, ...] | None = None

    def allows(self, source_label: str, target_label: str) -> bool:
        """Say whether a link may go from an annotation of one label to one of another."""
        return (self.sources is None or source_label in self.sources) and (
            self.targets is None or target_label in self.targets
        )


@dataclass(frozen=True, slots=True)
class LabelSet:
    """The labels and link types of a database, in their order."""

    labels: tuple[Label, ...]
    link_types: tuple[LinkType, ...] = ()

    def by_uid(self, uid: str) -> Label:
        """Return the label. Raises NotFound."""
        for label in self.labels:
            if label.uid == uid:
                return label
        raise NotFound(f"no label with uid {uid!r}")

    def by_name(self, name: str) -> Label:
        """Return the label. Raises NotFound, naming the labels there are."""
        for label in self.labels:
            if label.name == name:
                return label
        known = ", ".join(label.name for label in self.labels)
        raise NotFound(f'no label "{name}"', remedy=f"Labels here: {known}.")

    def by_key(self, key: str) -> Label | None:
        """Return the label in use that this key marks, or None."""
        return next((label for label in self.active if label.key == key), None)

    @property
    def active(self) -> tuple[Label, ...]:
        """Labels that can still be given, in order."""
        return tuple(label for label in self.labels if not label.archived)

    def link_type(self, name: str) -> LinkType:
        """Return the link type of that name. Raises NotFound."""
        for link_type in self.link_types:
            if link_type.name == name:
                return link_type
        raise NotFound(f'no link type "{name}"')

    def link_type_by_uid(self, uid: str) -> LinkType:
        """Return the link type. Raises NotFound."""
        for link_type in self.link_types:
            if link_type.uid == uid:
                return link_type
        raise NotFound(f"no link type with uid {uid!r}")

    def with_label(self, label: Label) -> LabelSet:
        """Return a set in which the label of the same uid is replaced, or the label is added at the end."""
        if any(known.uid == label.uid for known in self.labels):
            labels = tuple(label if known.uid == label.uid else known for known in self.labels)
        else:
            labels = (*self.labels, label)
        return replace(self, labels=labels)


def check_label_set(label_set: LabelSet) -> None:
    """Raise UsageError for the first rule a label set breaks, naming the labels concerned."""
    for what, names in (
        ("label", [label.name for label in label_set.labels]),
        ("label uid", [label.uid for label in label_set.labels]),
        ("link type", [link_type.name for link_type in label_set.link_types]),
    ):
        _check_unique(what, names)
    _check_keys(label_set.active)
    for label in label_set.labels:
        _check_label(label)
    uids = {label.uid for label in label_set.labels}
    for link_type in label_set.link_types:
        _check_link_type(link_type, uids)


def _check_unique(what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if not name.strip():
            raise UsageError(f"a {what} needs a name")
        if name in seen:
            raise UsageError(f'two have the same {what}: "{name}"', remedy="Give one of them another name.")
        seen.add(name)


def _check_keys(labels: Iterable[Label]) -> None:
    owner: dict[str, str] = {}
    for label in labels:
        if label.key is None:
            continue
        if label.key not in KEY_LETTERS:
            raise UsageError(
                f'label "{label.name}" cannot have the key {label.key!r}',
                remedy=f"Free letters are {' '.join(sorted(KEY_LETTERS))}.",
            )
        if label.key in owner:
            raise UsageError(
                f'labels "{owner[label.key]}" and "{label.name}" both have the key {label.key!r}',
                remedy="Give one of them another letter.",
            )
        owner[label.key] = label.name


def _check_label(label: Label) -> None:
    _check_unique(f'attribute of label "{label.name}"', [attribute.name for attribute in label.attributes])
    for attribute in label.attributes:
        if attribute.type is AttributeType.CHOICE and not attribute.choices:
            raise UsageError(f'attribute "{attribute.name}" of label "{label.name}" has no choices')


def _check_link_type(link_type: LinkType, label_uids: set[str]) -> None:
    if link_type.name == RESERVED_LINK_TYPE:
        raise UsageError(
            f'no link type can be called "{RESERVED_LINK_TYPE}"',
            remedy="It ties the parts of split annotations in exchange formats; choose another name.",
        )
    for uid in (*(link_type.sources or ()), *(link_type.targets or ())):
        if uid not in label_uids:
            raise UsageError(f'link type "{link_type.name}" names an unknown label: {uid}')


CLAIM = Label(
    "label-claim",
    "claim",
    "c",
    "amber",
    LabelKind.CLAIM,
    "A statement that is right or wrong and can be looked into. One claim, one fact; not the words that introduce it.",
)
SPEAKER = Label(
    "label-speaker",
    "speaker",
    "s",
    "sky",
    LabelKind.WHO,
    "Who says it: the person or body that a claim is attributed to, as the article names them there.",
)
FIGURE = Label(
    "label-figure",
    "figure",
    "f",
    "rose",
    LabelKind.FIGURE,
    "A number with its unit and the words that limit it, such as about, at least or per month.",
)
SOURCE = Label(
    "label-source",
    "source",
    "o",
    "mint",
    LabelKind.WHO,
    "A publication, document, record or body of data that a claim is taken from.",
)
ATTRIBUTION = LinkType("link-attribution", "attribution", (CLAIM.uid,), (SPEAKER.uid, SOURCE.uid))

DEFAULT_LABEL_SET = LabelSet((CLAIM, SPEAKER, FIGURE, SOURCE), (ATTRIBUTION,))
"""What a fresh database starts with; the uids are fixed so that files from different databases fit together."""
