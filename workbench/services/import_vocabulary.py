"""How the labels, link types and people that a file names fit those of the database.

A fresh database takes a file's project over; any other keeps its own and gets only what it lacks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from workbench.domain.annotation import Role
from workbench.domain.bundle import AnnotatorRow, Project, SetKey
from workbench.domain.labels import Attribute, Label, LabelSet, LinkType
from workbench.storage import catalogue
from workbench.storage.bulk_write import Vocabulary, Who
from workbench.storage.engine import Connection


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a file's names stand for here. `labels` and `link_types` map a name in the file to the value here."""

    labels: Mapping[str, Label]
    link_types: Mapping[str, LinkType]
    uid_of: Mapping[str, str]
    """The file's label name to the uid here."""
    narrower: frozenset[str]
    """Link types, by the file's name, that allow less here than in the file: each link is checked."""


@dataclass(slots=True)
class Merged:
    """A label set that holds both, and what a person should know about how they met."""

    label_set: LabelSet
    remarks: list[str] = field(default_factory=list)


def take_over(present: LabelSet, given: LabelSet, *, complete: bool) -> LabelSet:
    """Return the label set of a fresh database after a first file: the file's, in its order.

    `complete` says that the file comes from a database and leaves nothing out; otherwise the labels and link types
    that the file does not name stay behind its own.
    """
    if complete:
        return given
    uids = {label.uid for label in given.labels}
    names = {label.name for label in given.labels}
    keys = {label.key for label in given.labels if not label.archived}
    kept = [label for label in present.labels if label.uid not in uids and label.name not in names]
    labels = (*given.labels, *(replace(label, key=None) if label.key in keys else label for label in kept))
    here = {label.uid for label in labels}
    known = {link_type.name for link_type in given.link_types} | {link_type.uid for link_type in given.link_types}
    others = [kind for kind in present.link_types if kind.name not in known and kind.uid not in known]
    return LabelSet(labels, (*given.link_types, *(_within(kind, here) for kind in others)))


def _within(link_type: LinkType, uids: set[str]) -> LinkType:
    def narrow(ends: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if ends is None else tuple(uid for uid in ends if uid in uids)

    return replace(link_type, sources=narrow(link_type.sources), targets=narrow(link_type.targets))


def merge(present: LabelSet, given: LabelSet) -> Merged:
    """Return the database's label set with what only the file has added at the end; definitions here stay."""
    merged = Merged(present)
    uid_of: dict[str, str] = {}
    for label in given.labels:
        known = _known(merged.label_set.labels, label)
        if known is None:
            uid_of[label.uid] = label.uid
            _add_label(merged, label)
        else:
            uid_of[label.uid] = known.uid
            _compare_labels(merged, known, label)
    for link_type in given.link_types:
        _merge_link_type(merged, _translated(link_type, uid_of))
    return merged


def _known(labels: Iterable[Label], wanted: Label) -> Label | None:
    by_name = None
    for label in labels:
        if label.uid == wanted.uid:
            return label
        if label.name == wanted.name:
            by_name = label
    return by_name


def _add_label(merged: Merged, label: Label) -> None:
    if label.key is not None and not label.archived and merged.label_set.by_key(label.key):
        holder = merged.label_set.by_key(label.key)
        assert holder is not None
        merged.remarks.append(
            f'label "{label.name}" was added without its key {label.key}, which "{holder.name}" has here.'
        )
        label = replace(label, key=None)
    else:
        merged.remarks.append(f'label "{label.name}" was added.')
    merged.label_set = merged.label_set.with_label(label)


def _compare_labels(merged: Merged, here: Label, there: Label) -> None:
    differing = [
        what
        for what, one, other in (
            ("name", here.name, there.name),
            ("key", here.key, there.key),
            ("colour", here.colour, there.colour),
            ("kind", here.kind, there.kind),
            ("guideline", here.guideline, there.guideline),
            ("archived", here.archived, there.archived),
        )
        if one != other
    ]
    if differing:
        merged.remarks.append(f'label "{there.name}" differs in {", ".join(differing)}; what this database says stays.')
    attributes = _joined_attributes(merged, here, there)
    if attributes != here.attributes:
        merged.label_set = merged.label_set.with_label(replace(here, attributes=attributes))


def _joined_attributes(merged: Merged, here: Label, there: Label) -> tuple[Attribute, ...]:
    """Add the attributes and choices that only the file has, so that every value of the file has its place."""
    joined = {attribute.name: attribute for attribute in here.attributes}
    for attribute in there.attributes:
        known = joined.get(attribute.name)
        if known is None:
            joined[attribute.name] = attribute
            merged.remarks.append(f'attribute "{attribute.name}" of label "{here.name}" was added.')
        elif new := [choice for choice in attribute.choices if choice not in known.choices]:
            joined[attribute.name] = replace(known, choices=(*known.choices, *new))
            merged.remarks.append(f'attribute "{attribute.name}" of label "{here.name}" got {", ".join(new)}.')
    return tuple(joined.values())


def label_clashes(present: LabelSet, given: LabelSet) -> list[str]:
    """Return a sentence for each label of a file that cannot be brought together with those here."""
    faults = []
    taken: dict[str, str] = {}
    for label in given.labels:
        known = _known(present.labels, label)
        if known and taken.setdefault(known.uid, label.name) != label.name:
            faults.append(f'labels "{taken[known.uid]}" and "{label.name}" are both "{known.name}" here.')
        for attribute in label.attributes if known else ():
            here = known.attribute(attribute.name) if known else None
            if here is not None and here.type is not attribute.type:
                faults.append(
                    f'attribute "{attribute.name}" of label "{label.name}" is of type {attribute.type.value} in the '
                    f"file and {here.type.value} here."
                )
    return faults


def _translated(link_type: LinkType, uid_of: Mapping[str, str]) -> LinkType:
    def ends(uids: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if uids is None else tuple(uid_of[uid] for uid in uids)

    return replace(link_type, sources=ends(link_type.sources), targets=ends(link_type.targets))


def _known_type(link_types: Iterable[LinkType], wanted: LinkType) -> LinkType | None:
    by_name = None
    for link_type in link_types:
        if link_type.uid == wanted.uid:
            return link_type
        if link_type.name == wanted.name:
            by_name = link_type
    return by_name


def _merge_link_type(merged: Merged, link_type: LinkType) -> None:
    known = _known_type(merged.label_set.link_types, link_type)
    if known is None:
        merged.remarks.append(f'link type "{link_type.name}" was added.')
        merged.label_set = replace(merged.label_set, link_types=(*merged.label_set.link_types, link_type))
    elif (known.name, _ends(known)) != (link_type.name, _ends(link_type)):
        merged.remarks.append(f'link type "{link_type.name}" differs; what this database says stays.')


def _ends(link_type: LinkType) -> tuple[frozenset[str] | None, ...]:
    return tuple(None if ends is None else frozenset(ends) for ends in (link_type.sources, link_type.targets))


def meaning_of(given: LabelSet, here: LabelSet) -> Meaning:
    """Say what the file's names stand for in a label set that holds all of them."""
    labels: dict[str, Label] = {}
    for label in given.labels:
        known = _known(here.labels, label)
        assert known is not None
        labels[label.name] = known
    uid_of = {label.uid: labels[label.name].uid for label in given.labels}
    link_types: dict[str, LinkType] = {}
    narrower = set()
    for link_type in given.link_types:
        known_type = _known_type(here.link_types, link_type)
        assert known_type is not None
        link_types[link_type.name] = known_type
        if not _holds(known_type, _translated(link_type, uid_of)):
            narrower.add(link_type.name)
    return Meaning(labels, link_types, {name: label.uid for name, label in labels.items()}, frozenset(narrower))


def _holds(wide: LinkType, narrow: LinkType) -> bool:
    return all(
        outer is None or (inner is not None and inner <= outer)
        for outer, inner in zip(_ends(wide), _ends(narrow), strict=True)
    )


class People:
    """Who the names in a file are here; those who are new are added when they first occur."""

    def __init__(self, connection: Connection, listed: Iterable[AnnotatorRow]) -> None:
        self._connection = connection
        self.people: dict[str, Who] = {}
        self.sources: dict[str, Who] = {}
        self.names: dict[SetKey, SetKey] = {}
        """The file's key of a set to the one here, where they differ."""
        self.remarks: list[str] = []
        self.faults: list[str] = []
        for row in listed:
            self._take_listed(row)

    def _take_listed(self, row: AnnotatorRow) -> None:
        known = catalogue.annotator_by_uid(self._connection, row.uid) if row.uid else None
        if known is None:
            known = catalogue.find_annotator(self._connection, row.name)
        if known is None:
            known = catalogue.add_annotator(self._connection, row.name, uid=row.uid, full_name=row.full_name)
        elif not known.declared:
            catalogue.declare_annotator(self._connection, known.uid)
        twin = next((name for name, who in self.people.items() if who.id == known.id), None)
        if twin is not None:
            self.faults.append(f'annotators "{twin}" and "{row.name}" are both "{known.name}" here.')
        if known.name != row.name:
            role = Role.ANNOTATOR.value
            self.names[SetKey(role, row.name)] = SetKey(role, known.name)
            self.remarks.append(f'annotator "{row.name}" is called "{known.name}" here.')
        self.people[row.name] = Who(known.id, known.uid)

    def person(self, name: str) -> Who:
        """Return the person of that name, added if new."""
        if name not in self.people:
            self.people[name] = self._find(name, catalogue.PERSON)
        return self.people[name]

    def source(self, name: str) -> Who:
        """Return the named source, added if new."""
        if name not in self.sources:
            self.sources[name] = self._find(name, catalogue.SOURCE)
        return self.sources[name]

    def _find(self, name: str, kind: str) -> Who:
        known = catalogue.find_annotator(self._connection, name, kind)
        if known is None:
            known = catalogue.add_annotator(self._connection, name, kind, declared=False)
        return Who(known.id, known.uid)


def take_project(connection: Connection, project: Project, *, complete: bool) -> tuple[Meaning, list[str]]:
    """Bring a file's project into the database; return what its names mean here and what to say about it.

    A pristine database without documents takes name, labels, link types and settings over; any other keeps its own
    and adds what it lacks. People are taken by `People`.
    """
    present = catalogue.load_label_set(connection)
    if catalogue.is_pristine(connection):
        taken = take_over(present, project.label_set, complete=complete)
        catalogue.save_label_set(connection, taken)
        name = project.name or catalogue.load_project(connection).name
        catalogue.save_project(connection, name, project.settings)
        return meaning_of(project.label_set, taken), []
    merged = merge(present, project.label_set)
    if merged.label_set != present:
        catalogue.save_label_set(connection, merged.label_set)
    return meaning_of(project.label_set, merged.label_set), merged.remarks


def stored_vocabulary(connection: Connection, meaning: Meaning, people: People) -> Vocabulary:
    """Return the row ids behind a file's names."""
    labels, link_types = catalogue.label_ids(connection), catalogue.link_type_ids(connection)
    return Vocabulary(
        {name: (labels[label.uid], label.uid) for name, label in meaning.labels.items()},
        {name: (link_types[kind.uid], kind.uid) for name, kind in meaning.link_types.items()},
        people.people,
        people.sources,
    )
