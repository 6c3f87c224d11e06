"""Says why a record of a native file does not fit, or takes it where it is only unusual.

Called for the few records that the quick loops of `checking` hand over, so it may take its time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.domain.annotation import Role
from workbench.domain.bundle import AnnotationRow, DecisionRow, LinkRow, SetKey, SetRow
from workbench.domain.labels import AttributeValue
from workbench.domain.text import CONTEXT
from workbench.formats import shapes
from workbench.formats.problems import Severity
from workbench.formats.shapes import shown
from workbench.formats.units import unit_of

if TYPE_CHECKING:
    from workbench.formats.checking import DocumentCheck

Fragments = tuple[tuple[int, int], ...]


def _uid(record: Any) -> str | None:
    value = record.get("id") if isinstance(record, dict) else None
    return value if isinstance(value, str) else None


def _shape(
    check: DocumentCheck, shape: shapes.Shape, record: Any, kind: str, uid: str | None, line: int | None
) -> bool:
    """Report faults of shape and belonging; note unknown keys. Return whether the record can be looked into."""
    faults = list(shape.faults(record))
    if not faults and "role" in shape.fields and (fault := shapes.whose(record)):
        faults.append(fault)
    for fault in faults:
        check.say("shape", f"{fault}.", kind, uid, line)
    if isinstance(record, dict):
        allowed = {"provenance"} if kind in ("set", "link") and record.get("role") == Role.GOLD else set()
        check.unknown.update(f"{kind}.{name}" for name in shape.unknown(record) if name not in allowed)
    return not faults


def explain_set(check: DocumentCheck, record: Any, line: int | None) -> SetRow | None:
    """Return the row of an annotation set, or None after saying why not."""
    annotator = record.get("annotator") if isinstance(record, dict) else None
    uid = annotator if isinstance(annotator, str) else "gold"
    if not _shape(check, shapes.SET, record, "set", uid, line):
        return None
    role = record["role"]
    if (role, annotator) in check.sets:
        if role == Role.GOLD:
            message = "a document has at most one gold set."
        else:
            message = f"there is already a set of this annotator with role {role}."
        check.say("duplicate-set", message, "set", uid, line)
        return None
    if role == Role.ANNOTATOR and annotator not in check.vocabulary.annotators:
        check.say("unknown-annotator", f'"{annotator}" is not among the annotators of the file.', "set", uid, line)
        return None
    return SetRow(SetKey(role, annotator), record["state"], record.get("note"))


def explain_annotation(check: DocumentCheck, record: Any, line: int | None) -> AnnotationRow | None:
    """Return the row of an annotation, or None after saying everything that is wrong with it."""
    uid = _uid(record)
    before = len(check.problems)
    if nul := shapes.nul_in(record):
        check.say("nul", f"{nul} holds a NUL character.", "annotation", uid, line)
        return None
    if not _shape(check, shapes.ANNOTATION, record, "annotation", uid, line) or uid is None:
        return None
    _note_fragment_keys(check, record)
    if uid in check.annotated or uid in check.aliases:
        check.say("duplicate-id", "another annotation of this document has this id.", "annotation", uid, line)
    places = check.sets.get((record["role"], record["annotator"]))
    if places is None:
        whose = "gold" if record["role"] == Role.GOLD else f'"{record["annotator"]}" with role {record["role"]}'
        check.say("no-set", f"the document has no set of {whose}.", "annotation", uid, line)
    if record["label"] not in check.vocabulary.labels:
        check.say("unknown-label", f'label "{record["label"]}" is not in the project.', "annotation", uid, line)
    fragments = _fragments(check, record, uid, line)
    attributes = _attributes(check, record, uid, line)
    failed = any(problem.severity is Severity.ERROR for problem in check.problems[before:])
    if failed or places is None or fragments is None:
        return None
    place = (record["label"], fragments)
    first = places.seen.get(place)
    if first is not None:
        message = f'left out: {first} has the same label "{record["label"]}" on the same words in the same set.'
        check.say("duplicate", message, "annotation", uid, line, Severity.WARNING)
        check.aliases[uid] = first
        return None
    places.seen[place] = uid
    check.annotated[uid] = (places, record["label"])
    return _annotation_row(check, record, places.key, fragments, attributes)


def _annotation_row(
    check: DocumentCheck,
    record: dict[str, Any],
    key: SetKey,
    fragments: Fragments,
    attributes: tuple[tuple[str, AttributeValue], ...],
) -> AnnotationRow:
    derived = tuple(record.get("derived_from", ()))
    if derived:
        check.derivations.append((record["id"], derived))
    provenance = record.get("provenance")
    return AnnotationRow(
        record["id"],
        key,
        record["label"],
        fragments,
        record.get("note"),
        derived,
        None if provenance is None else shapes.canonical(provenance),
        record.get("created"),
        record.get("updated"),
        record.get("made"),
        attributes,
    )


def _note_fragment_keys(check: DocumentCheck, record: dict[str, Any]) -> None:
    for fragment in record["fragments"]:
        check.unknown.update(f"annotation.fragments.{name}" for name in shapes.FRAGMENT.unknown(fragment))


def _fragments(check: DocumentCheck, record: dict[str, Any], uid: str, line: int | None) -> Fragments | None:
    """Return the fragments when each is where it says; say what does not fit otherwise."""
    pairs: list[tuple[int, int]] = []
    sound = True
    for fragment in record["fragments"]:
        start, end = int(fragment["start"]), int(fragment["end"])
        if reason := _place_fault(check, fragment, start, end):
            check.say(*reason, "annotation", uid, line)
            sound = False
        if pairs and start <= pairs[-1][1]:
            left = f"{pairs[-1][0]}..{pairs[-1][1]}"
            message = f"fragments {left} and {start}..{end} touch, overlap or are out of order."
            check.say("fragments", message, "annotation", uid, line)
            sound = False
        pairs.append((start, end))
    if sound:
        _check_context(check, record, pairs[0][0], pairs[-1][1], uid, line)
    return tuple(pairs) if sound else None


def _place_fault(check: DocumentCheck, fragment: dict[str, Any], start: int, end: int) -> tuple[str, str] | None:
    text, quote = check.text, fragment["quote"]
    if start >= end:
        return "offsets", f"{start}..{end} is empty or reversed."
    if end > len(text):
        return "offsets", f"{start}..{end} is past the end of the text ({len(text):,}).{_unit_hint(check, fragment)}"
    if text[start:end] != quote:
        there = shown(text[start:end])
        message = f"quote {shown(quote)} but the text at {start}..{end} is {there}.{_unit_hint(check, fragment)}"
        return "quote", message
    expected = list(zip(check.counter.units(start), check.counter.units(end), strict=True))
    for unit, pair in zip(("utf8", "utf16"), expected, strict=True):
        if fragment[unit] != list(pair):
            given = f"[{fragment[unit][0]}, {fragment[unit][1]}]"
            return "units", f"{unit} is {given} but {start}..{end} is {list(pair)} there."
    return None


def _unit_hint(check: DocumentCheck, fragment: dict[str, Any]) -> str:
    unit = unit_of(check.text, int(fragment["start"]), int(fragment["end"]), fragment["quote"])
    return f" Offsets look like {unit}." if unit else ""


def _check_context(
    check: DocumentCheck, record: dict[str, Any], start: int, end: int, uid: str, line: int | None
) -> None:
    prefix, suffix = check.text[max(0, start - CONTEXT) : start], check.text[end : end + CONTEXT]
    for name, given, there in (("prefix", record["prefix"], prefix), ("suffix", record["suffix"], suffix)):
        if given == there:
            continue
        message = f"{name} is {shown(given)} but the text there is {shown(there)}."
        fits = there.endswith(given) if name == "prefix" else there.startswith(given)
        if fits:
            message = f"{name} has {len(given)} of {len(there)} characters."
        check.say("context", message, "annotation", uid, line, Severity.WARNING if fits else Severity.ERROR)


def _attributes(
    check: DocumentCheck, record: dict[str, Any], uid: str, line: int | None
) -> tuple[tuple[str, AttributeValue], ...]:
    values = record.get("attributes", {})
    label = check.vocabulary.labels.get(record["label"])
    if label is None:
        return ()
    for name, value in values.items():
        attribute = label.attribute(name)
        if attribute is None:
            fault: str | None = f'is not an attribute of label "{label.name}"'
        else:
            fault = attribute.problem_with(value)
        if fault:
            check.say("attribute", f'attribute "{name}": {shown(value)} {fault}.', "annotation", uid, line)
    return tuple(sorted(values.items()))


def explain_link(check: DocumentCheck, record: Any, line: int | None) -> LinkRow | None:
    """Return the row of a link, or None after saying everything that is wrong with it."""
    uid = _uid(record)
    before = len(check.problems)
    if not _shape(check, shapes.LINK, record, "link", uid, line) or uid is None:
        return None
    if uid in check.link_uids:
        check.say("duplicate-id", "another link of this document has this id.", "link", uid, line)
    places = check.sets.get((record["role"], record["annotator"]))
    if places is None:
        whose = "gold" if record["role"] == Role.GOLD else f'"{record["annotator"]}" with role {record["role"]}'
        check.say("no-set", f"the document has no set of {whose}.", "link", uid, line)
    ends = [_end(check, record, end, uid, line) for end in ("from", "to")]
    labels = [check.annotated[end][1] for end in ends if end in check.annotated]
    link_type = check.vocabulary.link_types.get(record["type"])
    if link_type is None:
        check.say("unknown-link-type", f'type "{record["type"]}" is not in the project.', "link", uid, line)
    elif len(labels) == 2 and not link_type.allows(*(check.vocabulary.uid_of[label] for label in labels)):
        message = f'"{link_type.name}" does not go from {labels[0]} to {labels[1]}.'
        check.say("link-ends", message, "link", uid, line)
    if any(problem.severity is Severity.ERROR for problem in check.problems[before:]) or places is None:
        return None
    check.link_uids.add(uid)
    times = record.get("created"), record.get("updated")
    return LinkRow(uid, places.key, record["type"], ends[0], ends[1], record.get("note"), *times)


def _end(check: DocumentCheck, record: dict[str, Any], end: str, uid: str, line: int | None) -> str:
    given: str = record[end]
    target = check.aliases.get(given, given)
    known = check.annotated.get(target)
    if known is None:
        check.say("link-ends", f"{end} is {given}, which is no good annotation of this document.", "link", uid, line)
    elif known[0].key != (record["role"], record["annotator"]):
        check.say("link-ends", f"{end} is {given}, an annotation of another set.", "link", uid, line)
    elif target != given:
        message = f"{end} is now {target} instead of {given}, which was left out as its duplicate."
        check.say("retargeted", message, "link", uid, line, Severity.WARNING)
    return target


def explain_decision(check: DocumentCheck, record: Any, line: int | None, seen: set[str]) -> DecisionRow | None:
    """Return the row of a decision, or None after saying why not. What it was shown may be outside the file."""
    uid = _uid(record)
    if not _shape(check, shapes.DECISION, record, "decision", uid, line) or uid is None:
        return None
    if uid in seen:
        check.say("duplicate-id", "another decision of this document has this id.", "decision", uid, line)
        return None
    result = tuple(check.aliases.get(one, one) for one in record.get("result", ()))
    for one in result:
        known = check.annotated.get(one)
        if known is not None and known[0].key.role != Role.GOLD:
            check.say("decision-result", f"result {one} is not a gold annotation.", "decision", uid, line)
            return None
        if known is None:
            message = f"result {one} is not in this file."
            check.say("outside", message, "decision", uid, line, Severity.WARNING)
    seen.add(uid)
    adjudicator = record["adjudicator"]
    if adjudicator is not None and adjudicator not in check.vocabulary.annotators:
        message = f'adjudicator "{adjudicator}" is not among the annotators of the file.'
        check.say("unknown-annotator", message, "decision", uid, line, Severity.WARNING)
    rule, time, note = record.get("rule"), record.get("time"), record.get("note")
    shown_there = shapes.plain(record.get("shown", []))
    return DecisionRow(
        uid, record["kind"], adjudicator, rule, time, note, shown_there, result, record.get("stale", False)
    )
