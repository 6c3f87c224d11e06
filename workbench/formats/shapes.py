"""The shape of the native format: which keys a record has and what may stand there, as code.

`native.schema.json` says the same for other programs; a test holds the two to the same verdicts. This is the
explaining side; records that are right never come here one by one (see `checking`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from workbench.domain.annotation import Made, Role, State
from workbench.domain.labels import AttributeType, LabelKind

Check = Callable[[Any], str | None]
"""Says what is wrong with a value, or None."""

TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?Z")
SHA256 = re.compile(r"[0-9a-f]{64}")
NEWLINES = ("lf", "crlf", "cr", "mixed", "none")
DEEPEST = 100
"""Levels of lists and objects that a free value, such as metadata, may have."""
DECISION_KINDS = ("take", "both", "edit", "neither", "add", "defer", "rule", "imported")


def plain(value: Any) -> str:
    """Write a JSON value as text, keys in the order they came in."""
    return orjson.dumps(value).decode()


def canonical(value: Any) -> str:
    """Write a JSON value as text with sorted keys, so that equal values are equal texts."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def shown(value: Any) -> str:
    """Show a value in a message: as Python writes it, cut short."""
    try:
        text = repr(value)
    except RecursionError:
        return f"a {type(value).__name__} of very deep nesting"
    return text if len(text) <= 60 else text[:57] + "..."


def whole(value: Any) -> int | None:
    """Return a JSON integer (1.0 is one, true is not), or None."""
    if type(value) is int:
        return value
    if type(value) is float and value.is_integer():
        return int(value)
    return None


def text(value: Any) -> str | None:
    """Any text."""
    return None if isinstance(value, str) else f"should be a text, not {shown(value)}"


def anything(_: Any) -> str | None:
    """Whatever stands there: said, but of no consequence."""
    return None


def words(value: Any) -> str | None:
    """A text that is not empty."""
    return text(value) or (None if value else "is empty")


def flag(value: Any) -> str | None:
    """True or false."""
    return None if isinstance(value, bool) else f"should be true or false, not {shown(value)}"


def mapping(value: Any) -> str | None:
    """An object."""
    return None if isinstance(value, dict) else f"should be an object, not {shown(value)}"


def listing(value: Any) -> str | None:
    """A list."""
    return None if isinstance(value, list) else f"should be a list, not {shown(value)}"


def too_deep(value: Any) -> str | None:
    """Say that lists and objects are nested more than DEEPEST levels deep, which could not be written again."""
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [
            part
            for member in level
            if isinstance(member, list | dict)
            for part in (member.values() if isinstance(member, dict) else member)
        ]
        if not level:
            return None
    return f"is nested more than {DEEPEST} levels deep"


def shallow(check: Check) -> Check:
    """What `check` allows, unless it is nested too deep to be stored."""
    return lambda value: check(value) or too_deep(value)


def size(value: Any) -> str | None:
    """An integer, zero or more."""
    number = whole(value)
    return None if number is not None and number >= 0 else f"should be a whole number from 0, not {shown(value)}"


def position(value: Any) -> str | None:
    """An integer, one or more."""
    number = whole(value)
    return None if number is not None and number >= 1 else f"should be a whole number from 1, not {shown(value)}"


def pair(value: Any) -> str | None:
    """A list of two offsets."""
    if isinstance(value, list) and len(value) == 2 and not any(size(part) for part in value):
        return None
    return f"should be two offsets, not {shown(value)}"


def time(value: Any) -> str | None:
    """A moment in UTC."""
    if isinstance(value, str) and TIME.fullmatch(value):
        return None
    return f"should be a time such as 2025-03-04T05:06:07Z, not {shown(value)}"


def sha256(value: Any) -> str | None:
    """64 lowercase hex digits."""
    if isinstance(value, str) and SHA256.fullmatch(value):
        return None
    return f"should be 64 lowercase hex digits, not {shown(value)}"


def scalar(value: Any) -> str | None:
    """A text, a number or yes/no."""
    if isinstance(value, str | int | float):
        return None
    return f"should be a text, a number, true or false, not {shown(value)}"


def maybe(check: Check) -> Check:
    """Null, or what `check` allows."""
    return lambda value: None if value is None else check(value)


def one_of(*allowed: str) -> Check:
    """One of some words."""
    return lambda value: (
        None
        if isinstance(value, str) and value in allowed
        else f"should be one of {', '.join(allowed)}, not {shown(value)}"
    )


def exactly(expected: str | int) -> Check:
    """One value only."""

    def check(value: Any) -> str | None:
        same = value == expected and not isinstance(value, bool)
        return None if same else f"should be {shown(expected)}, not {shown(value)}"

    return check


def every(check: Check) -> Check:
    """A list whose members all fit."""

    def check_all(value: Any) -> str | None:
        if problem := listing(value):
            return problem
        for index, member in enumerate(value):
            if problem := check(member):
                return f"[{index}] {problem}"
        return None

    return check_all


def values(check: Check) -> Check:
    """An object whose values all fit."""

    def check_all(value: Any) -> str | None:
        if problem := mapping(value):
            return problem
        for name, member in value.items():
            if problem := check(member):
                return f"{name} {problem}"
        return None

    return check_all


@dataclass(frozen=True, slots=True)
class Shape:
    """An object with named keys. `parts` are keys whose own shape is looked into by their own checks."""

    required: tuple[str, ...]
    fields: dict[str, Check]
    parts: tuple[str, ...] = ()

    def faults(self, record: Any) -> Iterator[str]:
        """Yield what is wrong, each starting with the key concerned."""
        if problem := mapping(record):
            yield problem
            return
        for name in self.required:
            if name not in record:
                yield f"{name} is missing"
        for name, check in self.fields.items():
            if name in record and (problem := check(record[name])):
                yield f"{name} {problem}"

    def unknown(self, record: dict[str, Any]) -> list[str]:
        """Return the keys that this format does not know."""
        return [name for name in record if name not in self.fields and name not in self.parts]

    def __call__(self, value: Any) -> str | None:
        return next(self.faults(value), None)


ROLE = one_of(*Role)
ANNOTATOR_OF = {"annotator": maybe(text), "role": ROLE}

ATTRIBUTE = Shape(("name", "type"), {"name": words, "type": one_of(*AttributeType), "choices": every(text)})
LABEL = Shape(
    ("name",),
    {
        "name": words,
        "uid": text,
        "key": text,
        "colour": text,
        "guideline": maybe(text),
        "kind": one_of(*LabelKind),
        "archived": flag,
        "attributes": every(ATTRIBUTE),
    },
)
LINK_TYPE = Shape(("name",), {"name": words, "from": every(text), "to": every(text)}, ("uid",))
PROJECT = Shape(
    ("labels",),
    {"name": text, "labels": every(LABEL), "link_types": every(LINK_TYPE), "settings": shallow(mapping)},
)
ANNOTATOR = Shape(("id",), {"id": words, "name": maybe(text), "uid": text})
GENERATOR = Shape((), {"name": text, "version": text, "time": anything})
HEADER = Shape(
    ("format", "version", "offset_unit", "project", "annotators"),
    {
        "format": exactly("workbench-annotations"),
        "version": exactly(1),
        "offset_unit": exactly("codepoint"),
        "generator": GENERATOR,
        "project": PROJECT,
        "annotators": every(ANNOTATOR),
    },
    ("documents", "record"),
)
LENGTH = Shape(("codepoint", "utf8", "utf16"), {"codepoint": size, "utf8": size, "utf16": size})
ORIGIN = Shape(
    (),
    {
        "path": maybe(text),
        "sha256": sha256,
        "encoding": text,
        "bom": flag,
        "newlines": one_of(*NEWLINES),
        "extractor": maybe(text),
    },
)


def _length(value: Any) -> str | None:
    return LENGTH(value) or values(size)(value)


DOCUMENT = Shape(
    ("id", "text", "sha256", "length"),
    {
        "id": words,
        "title": maybe(text),
        "text": text,
        "sha256": sha256,
        "length": _length,
        "origin": maybe(ORIGIN),
        "meta": shallow(mapping),
    },
    ("sets", "annotations", "links", "decisions", "record"),
)
SET = Shape(
    ("annotator", "role", "state"),
    {**ANNOTATOR_OF, "state": one_of(*State), "note": maybe(text)},
    ("record", "document"),
)
FRAGMENT = Shape(
    ("start", "end", "utf8", "utf16", "quote"),
    {"start": size, "end": position, "utf8": pair, "utf16": pair, "quote": words},
)
PROVENANCE = Shape((), {"decision": text, "adjudicator": maybe(text), "rule": maybe(text), "time": maybe(time)})
provenance = shallow(PROVENANCE)


def _fragments(value: Any) -> str | None:
    return every(FRAGMENT)(value) or (None if value else "is empty")


ANNOTATION = Shape(
    ("id", "annotator", "role", "label", "fragments", "prefix", "suffix"),
    {
        "id": words,
        **ANNOTATOR_OF,
        "label": words,
        "fragments": _fragments,
        "prefix": text,
        "suffix": text,
        "note": maybe(text),
        "derived_from": every(text),
        "provenance": provenance,
        "created": maybe(time),
        "updated": maybe(time),
        "made": maybe(one_of(*Made)),
        "attributes": values(scalar),
    },
    ("record", "document"),
)
LINK = Shape(
    ("id", "annotator", "role", "type", "from", "to"),
    {
        "id": words,
        **ANNOTATOR_OF,
        "type": words,
        "from": text,
        "to": text,
        "note": maybe(text),
        "created": maybe(time),
        "updated": maybe(time),
    },
    ("record", "document"),
)
DECISION = Shape(
    ("id", "kind", "adjudicator"),
    {
        "id": words,
        "kind": one_of(*DECISION_KINDS),
        "adjudicator": maybe(text),
        "rule": maybe(text),
        "time": maybe(time),
        "note": maybe(text),
        "shown": shallow(listing),
        "result": every(text),
        "stale": flag,
    },
    ("record", "document"),
)


def whose(record: dict[str, Any]) -> str | None:
    """Say what is wrong between role, annotator and provenance: gold has no annotator, only gold has a provenance."""
    annotator = record.get("annotator")
    if record.get("role") == Role.GOLD:
        return None if annotator is None else f"annotator of gold should be null, not {shown(annotator)}"
    if not isinstance(annotator, str) or not annotator:
        return f"annotator should be a name, not {shown(annotator)}"
    return "provenance is allowed in gold only" if "provenance" in record else None


def nul_in(value: Any, path: str = "") -> str | None:
    """Return the path of a NUL character anywhere inside a JSON value, or None."""
    # With a list of what waits, not by recursion: nobody limits how deep a file nests what is not even stored.
    waiting = [(value, path)]
    while waiting:
        member, place = waiting.pop()
        if isinstance(member, str):
            if "\x00" in member:
                return place or "text"
        elif isinstance(member, list):
            waiting.extend(reversed([(part, f"{place}[{index}]") for index, part in enumerate(member)]))
        elif isinstance(member, dict):
            for name, part in reversed(member.items()):
                waiting += ((part, f"{place}.{name}".lstrip(".")), (name, f"a key of {place or 'the record'}"))
    return None


def json_fault(error: orjson.JSONDecodeError) -> str:
    """Say why bytes are not JSON; a lone surrogate is called by its name."""
    if "surrogate" in error.msg:
        return f"a lone surrogate, which no UTF-8 text can hold (column {error.colno:,}: {error.msg})."
    return f"not valid JSON (column {error.colno:,}: {error.msg})."
