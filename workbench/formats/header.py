"""The head of a native file: project, label set and annotators, read with the defaults for what a file leaves out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from workbench import __version__
from workbench.domain.bundle import AnnotatorRow, Project, provisional_uid
from workbench.domain.labels import (
    DEFAULT_LABEL_SET,
    KEY_LETTERS,
    RESERVED_LINK_TYPE,
    Attribute,
    AttributeType,
    Label,
    LabelKind,
    LabelSet,
    LinkType,
)
from workbench.formats import shapes

FORMAT = "workbench-annotations"
VERSION = 1

_DEFAULT_LABELS = {label.name: label for label in DEFAULT_LABEL_SET.labels}
_DEFAULT_LINK_TYPES = {link_type.name: link_type for link_type in DEFAULT_LABEL_SET.link_types}


@dataclass
class Header:
    """A head as read: the project of all that is good in it, the faults, and keys this release does not know.

    `shape` are faults of shape, `faults` those of the label set and the annotators. `complete` says that the labels
    have uids: the head was written from a database and leaves nothing out.
    """

    project: Project
    complete: bool = False
    shape: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)


def read_header(record: dict[str, Any]) -> Header:
    """Read the top-level keys of a native file (all but `documents`). Faults are returned, not raised."""
    header = Header(Project("", LabelSet(())))
    header.shape.extend(shapes.HEADER.faults(record))
    _note_unknown(header, shapes.HEADER, record, "")
    _note_unknown(header, shapes.GENERATOR, record.get("generator"), "generator.")
    project = _mapping(record.get("project"))
    _note_unknown(header, shapes.PROJECT, project, "project.")
    records = _good(project.get("labels"), shapes.LABEL)
    header.complete = bool(records) and all(label.get("uid") for label in records)
    labels = _labels(header, records)
    link_types = _link_types(header, _good(project.get("link_types"), shapes.LINK_TYPE), labels)
    annotators = _annotators(header, _good(record.get("annotators"), shapes.ANNOTATOR))
    name = project.get("name")
    header.project = Project(
        name if isinstance(name, str) else "",
        LabelSet(labels, link_types),
        annotators,
        _mapping(project.get("settings")),
    )
    return header


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _good(value: Any, shape: shapes.Shape) -> list[dict[str, Any]]:
    return [member for member in value if shape(member) is None] if isinstance(value, list) else []


def _note_unknown(header: Header, shape: shapes.Shape, record: Any, prefix: str) -> None:
    header.unknown.update(prefix + name for name in shape.unknown(_mapping(record)))


def _unique(header: Header, what: str, records: Iterable[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    seen: set[str] = set()
    kept = []
    for record in records:
        name = record.get(key)
        if isinstance(name, str) and name:
            if name in seen:
                header.faults.append(f'two have the same {what} "{name}"')
                continue
            seen.add(name)
        kept.append(record)
    return kept


def _labels(header: Header, records: list[dict[str, Any]]) -> tuple[Label, ...]:
    records = _unique(header, "label uid", _unique(header, "label", records, "name"), "uid")
    taken = {record["key"] for record in records if "key" in record and not record.get("archived")}
    uids = {record["uid"] for record in records if record.get("uid")}
    labels: list[Label] = []
    for record in records:
        _note_unknown(header, shapes.LABEL, record, "project.labels.")
        labels.append(_label(header, record, taken, uids))
    return _without_key_clashes(header, labels)


def _label(header: Header, record: dict[str, Any], taken: set[str], uids: set[str]) -> Label:
    name = record["name"]
    default = _default_label(name, record.get("uid"), taken)
    if not record.get("uid") and default.uid in uids:
        header.faults.append(f'label "{name}" needs a uid: "{default.uid}" is that of another label')
    return Label(
        default.uid,
        name,
        record.get("key", default.key),
        record.get("colour", default.colour),
        LabelKind(record["kind"]) if "kind" in record else default.kind,
        record.get("guideline", default.guideline),
        record.get("archived", False),
        _attributes(header, name, record.get("attributes", [])),
    )


def _default_label(name: str, uid: str | None, taken: set[str]) -> Label:
    if uid:
        # It comes from a database, so that what it leaves out is not there, default or not.
        return Label(uid, name)
    default = _DEFAULT_LABELS.get(name, Label(provisional_uid("label", name), name))
    return _without_key(default) if default.key in taken else default


def _attributes(header: Header, label: str, records: list[dict[str, Any]]) -> tuple[Attribute, ...]:
    attributes = []
    for record in _unique(header, f'attribute of label "{label}"', records, "name"):
        _note_unknown(header, shapes.ATTRIBUTE, record, "project.labels.attributes.")
        attribute = Attribute(record["name"], AttributeType(record["type"]), tuple(record.get("choices", ())))
        if attribute.type is AttributeType.CHOICE and not attribute.choices:
            header.faults.append(f'attribute "{attribute.name}" of label "{label}" has no choices')
        attributes.append(attribute)
    return tuple(attributes)


def _without_key_clashes(header: Header, labels: list[Label]) -> tuple[Label, ...]:
    owner: dict[str, str] = {}
    kept = []
    for label in labels:
        if label.key is None or label.archived:
            kept.append(label)
            continue
        reason = "is not a letter that labels may have" if label.key not in KEY_LETTERS else ""
        if label.key in owner:
            reason = f'is that of label "{owner[label.key]}"'
        if reason:
            header.remarks.append(f'label "{label.name}" is left without a key: {label.key!r} {reason}')
            label = _without_key(label)
        else:
            owner[label.key or ""] = label.name
        kept.append(label)
    return tuple(kept)


def _without_key(label: Label) -> Label:
    return Label(
        label.uid, label.name, None, label.colour, label.kind, label.guideline, label.archived, label.attributes
    )


def _link_types(header: Header, records: list[dict[str, Any]], labels: tuple[Label, ...]) -> tuple[LinkType, ...]:
    uids = {label.name: label.uid for label in labels}
    link_types = []
    for record in _unique(header, "link type uid", _unique(header, "link type", records, "name"), "uid"):
        _note_unknown(header, shapes.LINK_TYPE, record, "project.link_types.")
        name = record["name"]
        if name == RESERVED_LINK_TYPE:
            header.faults.append(f'no link type can be called "{name}": it ties the parts of split annotations')
        ends = {}
        for end in ("from", "to"):
            names = record.get(end)
            unknown = [label for label in names or () if label not in uids]
            if unknown:
                header.faults.append(f'link type "{name}": {end} names unknown labels: {", ".join(unknown)}')
            ends[end] = None if names is None else tuple(uids[label] for label in names if label in uids)
        uid = record.get("uid")
        link_uid = uid if isinstance(uid, str) and uid else _link_uid(name)
        link_types.append(LinkType(link_uid, name, ends["from"], ends["to"]))
    return tuple(link_types)


def _link_uid(name: str) -> str:
    known = _DEFAULT_LINK_TYPES.get(name)
    return known.uid if known else provisional_uid("link", name)


def _annotators(header: Header, records: list[dict[str, Any]]) -> tuple[AnnotatorRow, ...]:
    for record in records:
        _note_unknown(header, shapes.ANNOTATOR, record, "annotators.")
    records = _unique(header, "annotator uid", _unique(header, "annotator", records, "id"), "uid")
    return tuple(AnnotatorRow(record["id"], record.get("uid") or None, record.get("name")) for record in records)


def write_header(project: Project, stamp: str | None = None) -> dict[str, Any]:
    """Return the top-level keys of a native file but `documents`. Optional keys appear when they say something.

    `stamp` is the time of the export; without it the same data gives the same bytes.
    """
    return {
        "format": FORMAT,
        "version": VERSION,
        "offset_unit": "codepoint",
        "generator": _said(name="workbench", version=__version__, time=stamp),
        "project": _project(project),
        "annotators": [_annotator(row) for row in sorted(project.annotators)],
    }


def _project(project: Project) -> dict[str, Any]:
    names = {label.uid: label.name for label in project.label_set.labels}
    return _said(
        name=project.name,
        labels=[_label_record(label) for label in project.label_set.labels],
        link_types=[_link_type_record(link_type, names.__getitem__) for link_type in project.label_set.link_types],
    ) | _said(settings=project.settings or None)


def _said(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _label_record(label: Label) -> dict[str, Any]:
    return _said(
        name=label.name,
        uid=label.uid,
        key=label.key,
        colour=label.colour,
        kind=label.kind.value,
        guideline=label.guideline,
        archived=label.archived or None,
        attributes=[_attribute_record(attribute) for attribute in label.attributes] or None,
    )


def _attribute_record(attribute: Attribute) -> dict[str, Any]:
    return _said(
        name=attribute.name,
        type=attribute.type.value,
        choices=list(attribute.choices) or None,
    )


def _link_type_record(link_type: LinkType, name_of: Callable[[str], str]) -> dict[str, Any]:
    record: dict[str, Any] = {"name": link_type.name}
    if link_type.uid != _link_uid(link_type.name):
        record["uid"] = link_type.uid
    for key, uids in (("from", link_type.sources), ("to", link_type.targets)):
        if uids is not None:
            record[key] = [name_of(uid) for uid in uids]
    return record


def _annotator(row: AnnotatorRow) -> dict[str, Any]:
    return _said(id=row.name, uid=row.uid, name=row.full_name)
