"""A label set as a TOML file that people edit: labels with their attributes, and link types.

Reading is strict, since a key misspelt by hand would otherwise vanish without a word.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from typing import Any

from workbench.domain.bundle import provisional_uid
from workbench.domain.labels import (
    COLOURS,
    DEFAULT_LABEL_SET,
    Attribute,
    AttributeType,
    Label,
    LabelKind,
    LabelSet,
    LinkType,
    check_label_set,
)
from workbench.errors import UsageError
from workbench.formats import shapes

_HEAD = """\
# The label set. Save this file, edit it, and load it again with `workbench labels load`.
# A label or link type keeps its uid through a change of name; leave the uid out for a new one.
# kind: claim, who, figure or none. colour: {colours}.
# Attributes: type choice (with choices), text, number or flag (yes/no).
# Link types: from and to name labels; without them any label will do.
"""

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}


def write_labels(label_set: LabelSet) -> str:
    """Write a label set as TOML; `read_labels` gives the same set back."""
    names = {label.uid: label.name for label in label_set.labels}
    parts = [_HEAD.format(colours=", ".join(COLOURS))]
    parts += [_label(label) for label in label_set.labels]
    parts += [_link_type(link_type, names.__getitem__) for link_type in label_set.link_types]
    return "\n".join(parts)


def _label(label: Label) -> str:
    values = {
        "name": label.name,
        "uid": label.uid,
        "key": label.key,
        "colour": label.colour,
        "kind": label.kind.value,
        "guideline": label.guideline,
        "archived": label.archived or None,
    }
    table = "[[labels]]\n" + _lines(values, "")
    for attribute in label.attributes:
        parts = {
            "name": attribute.name,
            "type": attribute.type.value,
            "choices": list(attribute.choices) or None,
        }
        table += "\n  [[labels.attributes]]\n" + _lines(parts, "  ")
    return table


def _link_type(link_type: LinkType, name_of: Callable[[str], str]) -> str:
    ends = {
        "from": None if link_type.sources is None else [name_of(uid) for uid in link_type.sources],
        "to": None if link_type.targets is None else [name_of(uid) for uid in link_type.targets],
    }
    return "[[link_types]]\n" + _lines({"name": link_type.name, "uid": link_type.uid, **ends}, "")


def _lines(values: dict[str, Any], indent: str) -> str:
    return "".join(f"{indent}{key} = {_value(value)}\n" for key, value in values.items() if value is not None)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(_value(member) for member in value)}]"
    if "\n" in value:
        lines = value.split("\n")
        # The first line break of such a text is not part of it.
        return '"""\n' + "\n".join("".join(map(_escaped, line)) for line in lines) + '"""'
    return f'"{"".join(map(_escaped, value))}"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    return f"\\u{ord(character):04x}" if character < " " or character == "\x7f" else character


def read_labels(data: bytes, where: str, known: LabelSet) -> LabelSet:
    """Read a label file. Labels and link types without a uid are those of `known` by their names, or new ones.

    Raises UsageError, naming the file, the line and the label.
    """
    try:
        # Editors of Windows begin UTF-8 with a byte order mark, which TOML does not allow.
        text = data.decode("utf-8-sig")
        content = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise UsageError(f"is not UTF-8 (at byte {error.start:,})", where=where, remedy="Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        raise UsageError(
            f"is not TOML: {said[:1].lower()}{said[1:]}", where=where, remedy="Mend that line, then load it again."
        ) from error
    except RecursionError as error:
        raise UsageError("is nested too deep", where=where, remedy="Make it flatter, then load it again.") from error
    return _Reader(content, text, where, known).label_set()


class _Reader:
    """Reads one parsed file; knows on which line each label began, for its complaints."""

    def __init__(self, content: dict[str, Any], source: str, where: str, known: LabelSet) -> None:
        self._content = content
        self._source = source
        self._where = where
        self._known = known

    def label_set(self) -> LabelSet:
        for key in self._content:
            if key not in ("labels", "link_types"):
                raise self._fault(f'"{key}" is not known here', "The file holds [[labels]] and [[link_types]].")
        labels = tuple(self._labels())
        label_set = LabelSet(labels, tuple(self._link_types(labels)))
        try:
            check_label_set(label_set)
        except UsageError as error:
            raise UsageError(error.what, where=self._where, remedy=error.remedy) from error
        return label_set

    def _labels(self) -> Iterable[Label]:
        taken = {label.uid for label in self._known.labels}
        for place, record in self._records("labels", shapes.LABEL):
            name = record["name"]
            for attribute in record.get("attributes", []):
                self._refuse_unknown(place, attribute, shapes.ATTRIBUTE)
            label = Label(
                record.get("uid") or self._label_uid(name, taken),
                name,
                record.get("key"),
                record.get("colour"),
                LabelKind(record.get("kind", LabelKind.NONE)),
                record.get("guideline"),
                record.get("archived", False),
                tuple(_attribute(attribute) for attribute in record.get("attributes", [])),
            )
            self._check_colour(place, label)
            taken.add(label.uid)
            yield label

    def _label_uid(self, name: str, taken: set[str]) -> str:
        """Return the uid of a label that the file gives none: the known one of that name, or a fresh one."""
        given = {record.get("uid") for record in self._content["labels"]}
        for label in self._known.labels:
            if label.name == name and label.uid not in given:
                return label.uid
        return free_label_uid(name, taken | {uid for uid in given if uid})

    def _check_colour(self, place: str, label: Label) -> None:
        before = {known.colour for known in self._known.labels if known.uid == label.uid}
        if label.colour is not None and label.colour not in COLOURS and label.colour not in before:
            raise self._fault(f"{place}: there is no colour {label.colour!r}", f"Colours are {', '.join(COLOURS)}.")

    def _link_types(self, labels: Iterable[Label]) -> Iterable[LinkType]:
        uids = {label.name: label.uid for label in labels}
        known = {link_type.name: link_type.uid for link_type in (*_DEFAULTS, *self._known.link_types)}
        for place, record in self._records("link_types", shapes.LINK_TYPE):
            ends: dict[str, tuple[str, ...] | None] = {}
            for end in ("from", "to"):
                names = record.get(end)
                unknown = [name for name in names or () if name not in uids]
                if unknown:
                    raise self._fault(
                        f"{place}: {end} names no label of this file: {', '.join(unknown)}",
                        f"Labels in it: {', '.join(uids)}.",
                    )
                ends[end] = None if names is None else tuple(dict.fromkeys(uids[name] for name in names))
            name = record["name"]
            uid = record.get("uid") or known.get(name) or provisional_uid("link", name)
            yield LinkType(uid, name, ends["from"], ends["to"])

    def _records(self, key: str, shape: shapes.Shape) -> Iterable[tuple[str, dict[str, Any]]]:
        records = self._content.get(key, [])
        if not isinstance(records, list):
            raise self._fault(f'"{key}" is not a list of tables', f"Begin each with [[{key}]].")
        lines = self._lines_of(key, len(records))
        for number, record in enumerate(records):
            place = self._place(key, number, record, lines)
            problem = shape(record)
            if problem:
                raise self._fault(f"{place}: {problem}", "Mend it, then load it again.")
            self._refuse_unknown(place, record, shape)
            yield place, record

    def _refuse_unknown(self, place: str, record: dict[str, Any], shape: shapes.Shape) -> None:
        unknown = shape.unknown(record)
        if unknown:
            raise self._fault(f'{place}: "{unknown[0]}" is not known here', f"Known are {', '.join(shape.fields)}.")

    def _place(self, key: str, number: int, record: Any, lines: list[int]) -> str:
        what = "label" if key == "labels" else "link type"
        name = record.get("name") if isinstance(record, dict) else None
        called = f'{what} "{name}"' if isinstance(name, str) else f"{what} {number + 1}"
        return f"line {lines[number]}, {called}" if lines else called

    def _lines_of(self, key: str, count: int) -> list[int]:
        heading = re.compile(rf"\s*\[\[\s*{key}\s*\]\]")
        lines = [number for number, line in enumerate(self._source.split("\n"), 1) if heading.match(line)]
        # Written another way, or quoted inside a guideline: then the name alone has to do.
        return lines if len(lines) == count else []

    def _fault(self, what: str, remedy: str) -> UsageError:
        return UsageError(what, where=self._where, remedy=remedy)


_DEFAULTS = DEFAULT_LABEL_SET.link_types


def _attribute(record: dict[str, Any]) -> Attribute:
    return Attribute(record["name"], AttributeType(record["type"]), tuple(record.get("choices", ())))


def free_label_uid(name: str, taken: Iterable[str]) -> str:
    """Return the uid of a new label: it depends on its name alone, unless a renamed label holds that one."""
    held = set(taken)
    default = next((label.uid for label in DEFAULT_LABEL_SET.labels if label.name == name), None)
    wanted = default or provisional_uid("label", name)
    uid, number = wanted, 1
    while uid in held:
        number += 1
        uid = f"{wanted}-{number}"
    return uid
