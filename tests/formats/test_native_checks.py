"""Each thing that can be wrong in a native file is named, with its document, its id and the reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.formats import nasty
from tests.formats.reading import as_json, as_jsonl, dumped, good, read, said
from workbench.formats.checking import DocumentCheck, Places, Vocabulary
from workbench.formats.explaining import explain_annotation
from workbench.formats.problems import Severity
from workbench.formats.reading import ReadOptions

Json = dict[str, Any]


def fresh() -> Json:
    """The nasty export as a JSON value."""
    value: Json = json.loads(as_json(nasty.project(), nasty.bundles()))
    return value


def part(document: Json, parts: str, uid: str) -> Json:
    """A record of a document by its id."""
    return next(record for record in document[parts] if record["id"] == uid)


def lines_after(change: Callable[[Json], object]) -> list[str]:
    """What is said about the nasty export after a change to its first document."""
    value = fresh()
    change(value["documents"][0])
    return [line.removeprefix("error: export.json: ") for line in said(dumped(value))]


def of(uid: str, **values: Any) -> Callable[[Json], object]:
    """A change of an annotation's keys."""
    return lambda document: part(document, "annotations", uid).update(values)


def of_fragment(uid: str, index: int = 0, **values: Any) -> Callable[[Json], object]:
    """A change of a fragment's keys."""
    return lambda document: part(document, "annotations", uid)["fragments"][index].update(values)


ANNOTATION_FAULTS = [
    ("a quote that is not there", of_fragment("a9", quote="-4 °C"), "'-4 °C' but the text at 121..126 is '-3 °C'."),
    ("an end past the text", of_fragment("a9", end=999), "121..999 is past the end of the text (196)."),
    ("an empty fragment", of_fragment("a9", end=121), "121..121 is empty or reversed."),
    ("true as an offset", of_fragment("a9", start=True), "start should be a whole number from 0, not True."),
    ("a text as an offset", of_fragment("a9", start="1"), "start should be a whole number from 0, not '1'."),
    ("bytes that are shifted", of_fragment("a9", utf8=[1, 2]), "utf8 is [1, 2] but 121..126 is [179, 185] there."),
    ("units that are shifted", of_fragment("a9", utf16=[1, 2]), "utf16 is [1, 2] but 121..126 is [125, 130] there."),
    ("a pair of one", of_fragment("a9", utf8=[1]), "fragments [0] utf8 should be two offsets, not [1]."),
    ("another prefix", of("a8", prefix="x"), r"と佐藤船長は語った。\n'."),
    ("no fragments", of("a9", fragments=[]), "fragments is empty."),
    ("an unknown label", of("a9", label="figures"), 'label "figures" is not in the project.'),
    ("an empty label", of("a9", label=""), "label is empty."),
    ("a set that is not there", of("a9", annotator="cyn"), 'the document has no set of "cyn" with role annotator.'),
    ("gold with an annotator", of("g1", annotator="cy"), "annotator of gold should be null, not 'cy'."),
    ("a person without a name", of("a9", annotator=None), "annotator should be a name, not None."),
    ("provenance outside gold", of("a9", provenance={}), "provenance is allowed in gold only."),
    ("a time without a zone", of("a9", created="2025-02-03T04:05:06"), "not '2025-02-03T04:05:06'."),
    ("a way that is none", of("a9", made="guessed"), "accepted, rule, imported, not 'guessed'."),
    ("an undeclared attribute", of("a9", attributes={"k": 1}), '"k": 1 is not an attribute of label "figure".'),
    ("a value of another type", of("a1", attributes={"checked": 1}), 'attribute "checked": 1 is not true or false.'),
    ("a choice that is none", of("a1", attributes={"rating": "x"}), "'x' is none of true, false, unclear."),
    ("a note that is a number", of("a9", note=3), "note should be a text, not 3."),
    ("a parent that is a number", of("a9", derived_from=[3]), "derived_from [0] should be a text, not 3."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "change", "message"), ANNOTATION_FAULTS, ids=[fault[0] for fault in ANNOTATION_FAULTS]
)
def test_an_annotation_is_refused_for(what: str, change: Callable[[Json], object], message: str) -> None:
    found = lines_after(change)
    assert any(line.endswith(message) and "annotation " in line for line in found), found
    assert all('document "ferry", ' in line for line in found)


def test_a_refused_annotation_leaves_all_others() -> None:
    value = fresh()
    part(value["documents"][0], "annotations", "a3")["label"] = "nobody"
    (bundle, _) = good(dumped(value))
    assert sorted(row.uid for row in nasty.ferry().annotations if row.uid != "a3") == sorted(
        row.uid for row in bundle.annotations
    )


@pytest.mark.parametrize(("unit", "start", "end"), [("UTF-16", 123, 128), ("UTF-8 bytes", 189, 195)])
def test_offsets_in_another_unit_are_recognised(unit: str, start: int, end: int) -> None:
    value = fresh()
    record = part(value["documents"][0], "annotations", "a9")["fragments"][0]
    record["start"], record["end"] = record["utf16" if unit == "UTF-16" else "utf8"]
    (line,) = said(dumped(value))[:1]
    assert line.endswith(f"Offsets look like {unit}.")


def test_offsets_counted_with_windows_line_ends_are_recognised() -> None:
    value = fresh()
    record = part(value["documents"][0], "annotations", "a9")["fragments"][0]
    shift = nasty.FERRY[: record["start"]].count("\n")
    record["start"] += shift
    record["end"] += shift
    (line,) = said(dumped(value))[:1]
    assert line.endswith("Offsets look like counted with CRLF line ends.")


def test_fragments_that_touch_overlap_or_are_out_of_order_are_refused() -> None:
    def swap(document: Json) -> None:
        part(document, "annotations", "a7")["fragments"].reverse()

    (line, *_) = lines_after(swap)
    assert "annotation a7: fragments 178..194 and 154..163 touch, overlap or are out of order." in line


def test_a_link_to_a_refused_annotation_is_named_too() -> None:
    found = lines_after(of("a6", label="nobody"))
    assert found == [
        'document "ferry", annotation a6: label "nobody" is not in the project.',
        'document "ferry", link k1: to is a6, which is no good annotation of this document.',
    ]


LINK_FAULTS = [
    ({"from": "b1"}, "from is b1, an annotation of another set."),
    ({"to": "zz"}, "to is zz, which is no good annotation of this document."),
    ({"type": "likes"}, 'type "likes" is not in the project.'),
    ({"from": "a6", "to": "a5"}, '"attribution" does not go from speaker to claim.'),
    ({"annotator": "cy"}, "from is a5, an annotation of another set."),
    ({"annotator": "nobody"}, 'the document has no set of "nobody" with role annotator.'),
    ({"id": ""}, "id is empty."),
    ({"provenance": {}}, "provenance is allowed in gold only."),
]


@pytest.mark.parametrize(("values", "message"), LINK_FAULTS)
def test_a_link_is_refused_with_its_reason(values: Json, message: str) -> None:
    found = lines_after(lambda document: part(document, "links", "k1").update(values))
    assert f": {message}" in "\n".join(found) + "\n"


def test_ids_are_unique_within_their_document() -> None:
    def double(document: Json) -> None:
        for parts in ("annotations", "links", "decisions"):
            twin = dict(document[parts][-1])
            document[parts].append(twin)

    assert [line.split(": ", 1)[1] for line in lines_after(double)] == [
        "another annotation of this document has this id.",
        "another link of this document has this id.",
        "another decision of this document has this id.",
    ]


def test_the_same_label_on_the_same_words_twice_keeps_the_first_and_its_links() -> None:
    value = fresh()
    document = value["documents"][0]
    twin = {**part(document, "annotations", "a6"), "id": "a6b"}
    document["annotations"].append(twin)
    part(document, "links", "k1")["to"] = "a6b"
    items = read(dumped(value))
    problems = [problem for item in items for problem in item.problems]
    assert [(problem.severity, problem.code, problem.id, problem.fails) for problem in problems] == [
        (Severity.WARNING, "duplicate", "a6b", True),
        (Severity.WARNING, "retargeted", "k1", False),
    ]
    assert "a6 has the same label" in problems[0].message
    (bundle, _) = [item.bundle for item in items if item.bundle]
    assert {row.uid: row.target for row in bundle.links}["k1"] == "a6"


def test_sets_are_unique_and_their_annotators_are_known() -> None:
    def double(document: Json) -> None:
        document["sets"] += [
            {"annotator": "ben", "role": "annotator", "state": "new", "note": None},
            {"annotator": None, "role": "gold", "state": "finished", "note": None},
            {"annotator": "dora", "role": "annotator", "state": "new", "note": None},
            {"annotator": "ben", "role": "annotator", "state": "asleep", "note": None},
        ]

    assert lines_after(double) == [
        'document "ferry", set ben: there is already a set of this annotator with role annotator.',
        'document "ferry", set gold: a document has at most one gold set.',
        'document "ferry", set dora: "dora" is not among the annotators of the file.',
        "document \"ferry\", set ben: state should be one of new, in_progress, finished, ignored, not 'asleep'.",
    ]


def test_a_decision_may_only_result_in_gold() -> None:
    def point(document: Json) -> None:
        part(document, "decisions", "d1")["result"] = ["a7"]
        part(document, "decisions", "d2")["kind"] = "guess"

    assert lines_after(point) == [
        'document "ferry", decision d1: result a7 is not a gold annotation.',
        'document "ferry", decision d2: kind should be one of take, both, edit, neither, add, defer, rule, imported, '
        "not 'guess'.",
    ]


def test_an_export_cut_down_to_gold_only_notes_what_it_points_to() -> None:
    def cut(document: Json) -> None:
        document["annotations"] = [part(document, "annotations", "g1")]
        document["links"] = []

    value = fresh()
    cut(value["documents"][0])
    assert said(dumped(value)) == [
        'note: export.json: document "ferry", annotation g1: derived from a7, not in this file.'
    ]


DOCUMENT_FAULTS = [
    ({"sha256": "0" * 64}, "sha256 is 0000"),
    ({"sha256": "0"}, "sha256 should be 64 lowercase hex digits, not '0'."),
    ({"text": "x"}, "sha256 is "),
    ({"text": None}, "text should be a text, not None."),
    ({"length": {"codepoint": 1, "utf8": 1, "utf16": 1}}, "length in codepoint is 1 but that of the text is 196."),
    ({"length": {}}, "length codepoint is missing."),
    ({"id": "quiet"}, "another document has this id."),
    ({"id": 7}, "id should be a text, not 7."),
    ({"meta": []}, "meta should be an object, not []."),
    ({"origin": {"sha256": None}}, "origin sha256 should be 64 lowercase hex digits, not None."),
    ({"links": None}, "links is missing."),
    ({"sets": {}}, "sets should be a list."),
]


@pytest.mark.parametrize(("values", "message"), DOCUMENT_FAULTS)
def test_a_document_is_refused_with_its_reason(values: Json, message: str) -> None:
    value = fresh()
    value["documents"][0].update(values)
    assert message in "\n".join(said(dumped(value)))
    assert len(good(dumped(value))) == 1


def test_a_document_longer_than_the_limit_is_refused() -> None:
    items = read(as_json(nasty.project(), nasty.bundles()), options=ReadOptions(max_points=50))
    assert [item.bundle is None for item in items] == [True, True, False]
    assert "the text has 196 characters, more than 50." in str(items[1].problems[0])


def test_records_that_are_no_objects_are_named() -> None:
    def spoil(document: Json) -> None:
        for parts in ("sets", "annotations", "links", "decisions"):
            document[parts].append(7)

    assert [line.split(", ")[1] for line in lines_after(spoil)] == [
        "set gold: should be an object",
        "annotation: should be an object",
        "link: should be an object",
        "decision: should be an object",
    ]


def jsonl_lines() -> list[bytes]:
    """The nasty export as lines, without the empty one at the end."""
    return as_jsonl(nasty.project(), nasty.bundles()).rstrip(b"\n").split(b"\n")


def test_findings_in_json_lines_have_their_line_number() -> None:
    lines = jsonl_lines()
    lines[9] = lines[9].replace(b'"start":', b'"start":9')
    (first, *_) = said(b"\n".join(lines), "export.jsonl")
    assert first.startswith('error: export.jsonl line 10: document "ferry", annotation ')


def test_lines_that_belong_to_no_document_are_named() -> None:
    lines = jsonl_lines()
    stray = lines[2].replace(b'"document":"ferry"', b'"document":"other"')
    data = b"\n".join([lines[0], stray, *lines[1:], stray, b"[1]", b'{"record":"footer"}', b"{"])
    assert [line.split(": ", 1)[1] for line in said(data, "export.jsonl")] == [
        'export.jsonl line 2: document "other", set: it does not stand among the lines of its document.',
        'export.jsonl line 28: document "other", set: it does not stand among the lines of its document.',
        'export.jsonl line 29: not an object with a "record".',
        "export.jsonl line 30: unknown record 'footer'.",
        "export.jsonl line 31: not valid JSON (column 2: unexpected end of data).",
    ]
    assert len(good(data, "export.jsonl")) == 2


def test_records_of_a_document_may_come_in_any_order_among_its_lines() -> None:
    lines = jsonl_lines()
    data = b"\n".join([lines[0], lines[1], *reversed(lines[2:24]), lines[24]])
    assert said(data, "export.jsonl") == []
    assert len(good(data, "export.jsonl")[0].annotations) == 14


def test_integers_written_as_1_point_0_are_integers() -> None:
    value = fresh()
    record = part(value["documents"][0], "annotations", "a9")["fragments"][0]
    record["start"] = float(record["start"])
    assert said(dumped(value)) == []
    row = next(row for row in good(dumped(value))[0].annotations if row.uid == "a9")
    assert repr(row.fragments) == "((121, 126),)"


def test_a_shorter_prefix_is_taken_on_import_but_counts_as_a_failure() -> None:
    value = fresh()
    part(value["documents"][0], "annotations", "a9")["prefix"] = "flags: "
    (item,) = [item for item in read(dumped(value)) if item.problems]
    assert [(problem.severity, problem.code, problem.fails) for problem in item.problems] == [
        (Severity.WARNING, "context", True)
    ]
    assert item.bundle is not None
    assert len(item.bundle.annotations) == 14


def test_the_quick_way_and_the_explaining_way_give_the_same_rows() -> None:
    project, bundle = nasty.project(), nasty.ferry()
    records = fresh()["documents"][0]["annotations"]
    quick, slow = (DocumentCheck(Vocabulary(project), nasty.FERRY, "ferry", "x", 0, set()) for _ in range(2))
    for check in (quick, slow):
        check.sets = {row.key: Places(row.key) for row in bundle.sets}
    rows = quick.annotations(records)
    assert rows == [explain_annotation(slow, record, None) for record in records]
    assert (quick.problems, slow.problems) == ([], [])
    assert quick.annotated.keys() == slow.annotated.keys()
    assert quick.derivations == slow.derivations


@pytest.mark.parametrize("levels", [101, 300, 900])
def test_free_values_nested_too_deep_are_refused_and_unknown_keys_only_left_out(levels: int) -> None:
    deep = json.loads("[" * levels + "]" * levels)
    value = fresh()
    value["documents"][0]["meta"] = {"a": deep}
    value["documents"][1]["unheard"] = deep
    value["documents"][1]["title"] = deep
    found = "\n".join(said(dumped(value)))
    assert "meta is nested more than 100 levels deep." in found
    assert "title should be a text, not " in found


def test_a_nul_inside_a_deep_unknown_key_is_named() -> None:
    value = fresh()
    value["documents"][0]["unheard"] = json.loads("[" * 900 + '"\\u0000"' + "]" * 900)
    assert "[0] holds a NUL character." in "\n".join(said(dumped(value)))
