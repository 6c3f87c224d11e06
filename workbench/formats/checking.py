"""Checks one document of a native file and turns its records into rows.

Half a million annotations pass through `annotations`, so one loop looks at everything at once and hands over to
`explaining` only what does not fit; that side says why, or accepts what is merely unusual.
"""

from __future__ import annotations

from bisect import bisect_left as before
from typing import Any

from workbench.domain.annotation import Made, Role
from workbench.domain.bundle import AnnotationRow, DecisionRow, LinkRow, Project, SetKey, SetRow
from workbench.domain.labels import AttributeValue, Label, LinkType
from workbench.domain.text import CONTEXT
from workbench.formats import shapes
from workbench.formats.explaining import explain_annotation, explain_decision, explain_link, explain_set
from workbench.formats.problems import Problem, Severity
from workbench.formats.units import UnitCounter

Fragments = tuple[tuple[int, int], ...]
Records = list[dict[str, Any]]
Lines = list[int] | None
"""Line numbers of records, beside them; None where a format has none."""

_MADE = frozenset([None, *(made.value for made in Made)])
_new = tuple.__new__
_is_time = shapes.TIME.fullmatch
_TIMES_KEPT = 4096


class Odd(Exception):
    """A record does not fit the quick way; never leaves this module and `explaining`."""


class Vocabulary:
    """What a file's project allows, in the form that checks look up. Labels and link types go by name."""

    __slots__ = ("annotators", "labels", "link_types", "uid_of")

    def __init__(self, project: Project) -> None:
        self.labels: dict[str, Label] = {label.name: label for label in project.label_set.labels}
        self.uid_of = {label.name: label.uid for label in project.label_set.labels}
        self.link_types: dict[str, LinkType] = {kind.name: kind for kind in project.label_set.link_types}
        self.annotators = {row.name for row in project.annotators}


class Places:
    """One annotation set while its document is checked: its key and the label and fragments seen in it."""

    __slots__ = ("key", "seen")

    def __init__(self, key: SetKey) -> None:
        self.key = key
        self.seen: dict[tuple[str, Fragments], str] = {}


class DocumentCheck:
    """The state of checking one document: its text, sets, ids, and the problems so far.

    `extra` is the number of keys that a record carries besides its own (2 in JSONL, 0 in JSON).
    """

    def __init__(self, vocabulary: Vocabulary, text: str, uid: str, file: str, extra: int, unknown: set[str]) -> None:
        self.vocabulary = vocabulary
        self.text = text
        self.uid = uid
        self.file = file
        self.extra = extra
        self.unknown = unknown
        self.counter = UnitCounter(text)
        self.problems: list[Problem] = []
        self.sets: dict[tuple[str, str | None], Places] = {}
        self.annotated: dict[str, tuple[Places, str]] = {}
        """Annotation uid -> its set and label."""
        self.aliases: dict[str, str] = {}
        """Uid of an annotation left out as a duplicate -> uid of the one kept."""
        self.link_uids: set[str] = set()
        self.derivations: list[tuple[str, tuple[str, ...]]] = []
        self._times: set[str] = set()

    def say(
        self,
        code: str,
        message: str,
        kind: str,
        uid: str | None,
        line: int | None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Add a problem of this document."""
        self.problems.append(Problem(severity, code, message, self.file, line, self.uid, kind, uid))

    def annotations(self, records: Records, lines: Lines = None) -> list[AnnotationRow]:
        """Return the rows of all good annotations, in the order of the records; the others become problems."""
        rows: list[AnnotationRow] = []
        text, sets, labels, seen_ids, times = self.text, self.sets, self.vocabulary.labels, self.annotated, self._times
        size, ascii_text, wide, units = len(text), self.counter.ascii, self.counter.wide, self.counter.units
        at = at8 = 0
        expected = 11 + self.extra
        for index, r in enumerate(records):
            try:
                uid, label, note, derived = r["id"], r["label"], r["note"], r["derived_from"]
                created, updated, made = r["created"], r["updated"], r.get("made")
                places = sets[r["role"], r["annotator"]]
                (f,) = r["fragments"]
                start, end, (start8, end8), (start16, end16) = f["start"], f["end"], f["utf8"], f["utf16"]
                if not (
                    int is type(start) is type(end) is type(start8) is type(end8) is type(start16) is type(end16)
                    and 0 <= start < end <= size
                    and (quote := text[start:end]) == f["quote"]
                    and text[start - CONTEXT if start > CONTEXT else 0 : start] == r["prefix"]
                    and text[end : end + CONTEXT] == r["suffix"]
                    and len(f) == 5
                    and type(uid) is str
                    and uid
                    and uid not in seen_ids
                    and "\x00" not in uid
                    and label in labels
                    and (note is None or (type(note) is str and "\x00" not in note))
                    and type(derived) is list
                    and (created is None or created in times or self._time(created))
                    and (updated == created or updated is None or updated in times or self._time(updated))
                    and made in _MADE
                    and (place := (label, ((start, end),))) not in places.seen
                ):
                    raise Odd
                if ascii_text:
                    fits = start == start8 == start16 and end == end8 == end16
                else:
                    # From the annotation before, as they come in the order of their starts.
                    at8 = at8 + len(text[at:start].encode()) if at <= start else units(start)[0]
                    at = start
                    fits = start8 == at8 and end8 == at8 + len(quote.encode())
                    if wide:
                        fits = fits and start16 == start + before(wide, start) and end16 == end + before(wide, end)
                    else:
                        fits = fits and start16 == start and end16 == end
                if not fits:
                    raise Odd
                rest = (None, (), ()) if len(r) == expected + (made is not None) and not derived else self._rest(r)
            except (Odd, KeyError, TypeError, ValueError):
                row = explain_annotation(self, r, lines[index] if lines else None)
                if row is not None:
                    rows.append(row)
                continue
            places.seen[place] = uid
            seen_ids[uid] = (places, label)
            provenance, attributes, derived = rest
            values = (uid, places.key, label, place[1], note, derived, provenance, created, updated, made, attributes)
            rows.append(_new(AnnotationRow, values))
        return rows

    def set_rows(self, records: Records, lines: Lines = None) -> list[SetRow]:
        """Return the rows of all good sets; annotations and links refer to them, so they come first."""
        rows = []
        for index, record in enumerate(records):
            row = explain_set(self, record, lines[index] if lines else None)
            if row is not None:
                self.sets[row.key] = Places(row.key)
                rows.append(row)
        return rows

    def links(self, records: Records, lines: Lines = None) -> list[LinkRow]:
        """Return the rows of all good links; annotations come before them."""
        rows: list[LinkRow] = []
        annotated, sets, uid_of, kinds = self.annotated, self.sets, self.vocabulary.uid_of, self.vocabulary.link_types
        times, expected = self._times, 9 + self.extra
        for index, r in enumerate(records):
            try:
                uid, note, created, updated = r["id"], r["note"], r["created"], r["updated"]
                source, target, kind = r["from"], r["to"], r["type"]
                places = sets[r["role"], r["annotator"]]
                source_places, source_label = annotated[source]
                target_places, target_label = annotated[target]
                if not (
                    type(uid) is str
                    and uid
                    and uid not in self.link_uids
                    and source_places is places
                    and target_places is places
                    and kinds[kind].allows(uid_of[source_label], uid_of[target_label])
                    and (note is None or type(note) is str)
                    and (created is None or created in times or self._time(created))
                    and (updated is None or updated in times or self._time(updated))
                    and len(r) == expected
                ):
                    raise Odd
            except (Odd, KeyError, TypeError):
                row = explain_link(self, r, lines[index] if lines else None)
                if row is not None:
                    rows.append(row)
                continue
            self.link_uids.add(uid)
            rows.append(LinkRow(uid, places.key, kind, source, target, note, created, updated))
        return rows

    def decisions(self, records: Records, lines: Lines = None) -> list[DecisionRow]:
        """Return the rows of all good decisions; annotations come before them."""
        seen: set[str] = set()
        rows = (explain_decision(self, r, lines[i] if lines else None, seen) for i, r in enumerate(records))
        return [row for row in rows if row is not None]

    def finish(self) -> None:
        """Note what points outside the document; an export cut down to gold has such references."""
        for uid, derived in self.derivations:
            outside = [one for one in derived if one not in self.annotated and one not in self.aliases]
            if outside:
                message = f"derived from {', '.join(outside)}, not in this file."
                self.say("outside", message, "annotation", uid, None, Severity.NOTE)

    def _rest(self, r: dict[str, Any]) -> tuple[str | None, tuple[tuple[str, AttributeValue], ...], tuple[str, ...]]:
        """Return provenance, attributes and derivation of a record that has one of them. Raises Odd."""
        if shapes.nul_in(r):
            raise Odd
        derived = tuple(r["derived_from"])
        provenance = None
        attributes: tuple[tuple[str, AttributeValue], ...] = ()
        left = len(r) - 11 - self.extra - ("made" in r)
        for uid in derived:
            if type(uid) is not str:
                raise Odd
        if "provenance" in r:
            left -= 1
            if r["role"] != Role.GOLD or shapes.provenance(r["provenance"]):
                raise Odd
            provenance = shapes.canonical(r["provenance"])
        if "attributes" in r:
            left -= 1
            attributes = self._attributes(self.vocabulary.labels[r["label"]], r["attributes"])
        if left:
            raise Odd
        if derived:
            self.derivations.append((r["id"], derived))
        return provenance, attributes, derived

    def _attributes(self, label: Label, values: dict[str, Any]) -> tuple[tuple[str, AttributeValue], ...]:
        if type(values) is not dict:
            raise Odd
        for name, value in values.items():
            attribute = label.attribute(name)
            if attribute is None or attribute.problem_with(value):
                raise Odd
        return tuple(sorted(values.items()))

    def _time(self, value: Any) -> bool:
        if type(value) is not str or not _is_time(value):
            return False
        if len(self._times) >= _TIMES_KEPT:
            self._times.clear()
        self._times.add(value)
        return True
