"""One document of a file against what is stored: what is new, what is known, what is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from workbench.domain.annotation import Role
from workbench.domain.bundle import AnnotationRow, Bundle, DecisionRow, DocumentRow, LinkRow, SetKey, SetRow
from workbench.services.import_vocabulary import Meaning

Part = tuple[SetRow | None, dict[str, AnnotationRow], dict[str, LinkRow]]
"""A set with its annotations and links by uid."""

GOLD = SetKey(Role.GOLD.value, None)


@dataclass(frozen=True, slots=True)
class Difference:
    """A set that is stored with other content, in words."""

    key: SetKey
    what: str


def free_name(document: DocumentRow) -> str:
    """Return the name of a document whose own is taken by another text: it depends on name and text only."""
    return f"{document.uid}-{document.sha256[:8]}"


def whose(key: SetKey) -> str:
    """Name a set for a sentence."""
    if key.annotator is None:
        return "gold"
    return key.annotator if key.role == Role.ANNOTATOR else f"source {key.annotator}"


def metadata_differs(given: DocumentRow, title: str | None, meta: dict[str, object]) -> list[str]:
    """Return the names of the metadata that a known document has otherwise, or lacks."""
    differing = ["title"] if given.title is not None and given.title != title else []
    return differing + sorted(name for name, value in given.meta.items() if meta.get(name) != value)


def as_source(bundle: Bundle, source: str, *, several: bool) -> Bundle:
    """Return the bundle with every set as an imported one of that source.

    `several` says that the file has more than one annotator, whose names then follow the source's. Ids get 8 hex
    digits that depend on source and set, so that they can stand beside those they were copied from.
    """
    keys = {row.key: SetKey(Role.IMPORTED.value, _source_name(row.key, source, several)) for row in bundle.sets}
    marks = {key: hashlib.sha256("/".join(new).encode()).hexdigest()[:8] for key, new in _named(keys)}
    return Bundle(
        bundle.document,
        [row._replace(key=keys[row.key]) for row in bundle.sets],
        [
            row._replace(uid=f"{row.uid}-{marks[row.key]}", key=keys[row.key], provenance=None)
            for row in bundle.annotations
        ],
        [
            row._replace(
                uid=f"{row.uid}-{marks[row.key]}",
                key=keys[row.key],
                source=f"{row.source}-{marks[row.key]}",
                target=f"{row.target}-{marks[row.key]}",
            )
            for row in bundle.links
        ],
    )


def _source_name(key: SetKey, source: str, several: bool) -> str:
    if key.role == Role.ANNOTATOR and not several:
        return source
    return f"{source}:{key.annotator or 'gold'}"


def _named(keys: dict[SetKey, SetKey]) -> Iterator[tuple[SetKey, tuple[str, str]]]:
    for key, new in keys.items():
        yield key, (new.annotator or "", key.role)


def in_own_words(bundle: Bundle, meaning: Meaning, names: dict[SetKey, SetKey]) -> Bundle:
    """Return the bundle as this database would say it: its names of labels, link types and annotators."""
    labels = {name: label.name for name, label in meaning.labels.items()}
    types = {name: kind.name for name, kind in meaning.link_types.items()}

    def here(key: SetKey) -> SetKey:
        return names.get(key, key)

    return Bundle(
        bundle.document,
        [row._replace(key=here(row.key)) for row in bundle.sets],
        [row._replace(key=here(row.key), label=labels[row.label]) for row in bundle.annotations],
        [row._replace(key=here(row.key), type=types[row.type]) for row in bundle.links],
        [
            row._replace(adjudicator=here(SetKey(Role.ANNOTATOR.value, row.adjudicator)).annotator)
            if row.adjudicator
            else row
            for row in bundle.decisions
        ],
    )


def compare(given: Bundle, stored: Bundle) -> tuple[set[SetKey], list[Difference]]:
    """Compare a bundle in this database's words with what is stored.

    Returns the keys that are to be added, and the sets that are there with other content; all others are equal.
    Decisions go with gold.
    """
    theirs, ours = _parts(given), _parts(stored)
    new: set[SetKey] = set()
    differences: list[Difference] = []
    for key, part in theirs.items():
        known = ours.get(key)
        if key == GOLD:
            continue
        if known is None:
            new.add(key)
        elif known != part:
            differences.append(Difference(key, _difference(part, known)))
    _compare_gold(given, stored, theirs.get(GOLD), ours.get(GOLD), new, differences)
    return new, differences


def _compare_gold(
    given: Bundle, stored: Bundle, theirs: Part | None, ours: Part | None, new: set[SetKey], found: list[Difference]
) -> None:
    if theirs is None and not given.decisions:
        return
    if ours is None and not stored.decisions:
        new.add(GOLD)
    elif theirs != ours and theirs is not None:
        found.append(Difference(GOLD, _difference(theirs, ours) if ours else "it is not there"))
    elif given.decisions and _by_uid(given.decisions) != _by_uid(stored.decisions):
        found.append(Difference(GOLD, "its decisions differ"))


def _by_uid(decisions: Iterable[DecisionRow]) -> dict[str, DecisionRow]:
    return {row.uid: row for row in decisions}


def _parts(bundle: Bundle) -> dict[SetKey, Part]:
    parts: dict[SetKey, Part] = {row.key: (row, {}, {}) for row in bundle.sets}
    for annotation in bundle.annotations:
        parts[annotation.key][1][annotation.uid] = annotation
    for link in bundle.links:
        parts[link.key][2][link.uid] = link
    return parts


def _difference(theirs: Part, ours: Part) -> str:
    said = []
    for word, there, here in (("annotation", theirs[1], ours[1]), ("link", theirs[2], ours[2])):
        more, fewer = len(there.keys() - here.keys()), len(here.keys() - there.keys())
        changed = sum(1 for uid in there.keys() & here.keys() if there[uid] != here[uid])
        said += [
            f"{count:,} {word}{'' if count == 1 else 's'} {what}"
            for count, what in ((more, "more"), (fewer, "fewer"), (changed, "changed"))
            if count
        ]
    if theirs[0] and ours[0] and theirs[0].state != ours[0].state:
        said.append(f"state {theirs[0].state.replace('_', ' ')}, here {ours[0].state.replace('_', ' ')}")
    if theirs[0] and ours[0] and theirs[0].note != ours[0].note:
        said.append("another comment")
    return ", ".join(said)


def only(bundle: Bundle, keys: set[SetKey], uid: str) -> Bundle:
    """Return what belongs to some sets, on a document of another name; decisions go with gold."""
    return Bundle(
        replace(bundle.document, uid=uid),
        [row for row in bundle.sets if row.key in keys],
        [row for row in bundle.annotations if row.key in keys],
        [row for row in bundle.links if row.key in keys],
        list(bundle.decisions) if GOLD in keys else [],
    )


def taken_ids(bundle: Bundle, stored: Bundle) -> Iterator[tuple[str, str, SetKey | None]]:
    """Yield kind, id and set of everything in a bundle whose id something else in the stored document has."""
    for kind, there, here in (
        ("annotation", bundle.annotations, stored.annotations),
        ("link", bundle.links, stored.links),
        ("decision", bundle.decisions, stored.decisions),
    ):
        used = {row.uid for row in here}
        for row in there:
            if row.uid in used:
                yield kind, row.uid, getattr(row, "key", None)
