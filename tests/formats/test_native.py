"""Native JSON and JSONL: what goes in comes out, byte for byte from the second time on."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats import nasty
from tests.formats.goldens import assert_golden
from tests.formats.reading import as_json, as_jsonl, dumped, good, problems, project_of, read, said
from workbench.domain.bundle import AnnotationRow, Bundle, DocumentRow, LinkRow, Project, SetRow
from workbench.domain.labels import DEFAULT_LABEL_SET
from workbench.domain.text import text_hash
from workbench.formats import header
from workbench.formats.native_writer import in_order, write_jsonl
from workbench.formats.problems import FormatError

WRITERS = {"export.json": as_json, "export.jsonl": as_jsonl}


def in_canonical_order(bundle: Bundle) -> Bundle:
    """A bundle with everything in the order of exports."""
    return Bundle(
        bundle.document,
        sorted(bundle.sets, key=lambda row: (row.key.role, row.key.annotator or "")),
        in_order(bundle),
        sorted(bundle.links),
        sorted(bundle.decisions, key=lambda row: row.uid),
    )


@pytest.mark.parametrize("name", WRITERS)
def test_an_export_of_nasty_articles_is_the_golden_file(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(header, "__version__", "0")
    assert_golden(f"nasty{Path(name).suffix}", WRITERS[name](nasty.project(), nasty.bundles()))


@pytest.mark.parametrize("name", WRITERS)
def test_an_export_reads_back_as_what_was_written(name: str) -> None:
    data = WRITERS[name](nasty.project(), nasty.bundles())
    assert said(data, name) == []
    assert project_of(data, name) == nasty.project()
    assert good(data, name) == [in_canonical_order(bundle) for bundle in nasty.bundles()]


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("folder", ["native", "minimal/native"])
def test_a_sample_export_comes_out_as_it_went_in(shared: Path, name: str, folder: str) -> None:
    data = (shared / "interop/samples" / folder / name).read_bytes()
    assert said(data, name) == []
    project = project_of(data, name)
    assert project is not None
    again = as_json(project, good(data, name))
    whole = data if name == "export.json" else (shared / "interop/samples" / folder / "export.json").read_bytes()
    expected = json.loads(whole)
    assert_holds(json.loads(again), {**expected, "generator": {}})
    assert as_json(project, good(again)) == again


def assert_holds(found: Any, expected: Any) -> None:
    """Assert that `found` has everything `expected` has; objects may have more keys."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            assert_holds(found[key], value)
    elif isinstance(expected, list):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            assert_holds(one, other)
    else:
        assert found == expected


@pytest.mark.parametrize("name", WRITERS)
def test_the_samples_read_as_the_truth_beside_them(shared: Path, name: str) -> None:
    samples = shared / "interop/samples"
    (truth,) = json.loads((samples / "expected.json").read_bytes())["documents"]
    (bundle,) = good((samples / "native" / name).read_bytes(), name)
    text = bundle.document.text
    assert (text, bundle.document.sha256) == (truth["text"], truth["sha256"])
    assert [
        {"annotator": row.key.annotator, "role": row.key.role, "state": row.state, "note": row.note}
        for row in bundle.sets
    ] == truth["sets"]
    found = {row.uid: row for row in bundle.annotations}
    assert sorted(found) == [expected["id"] for expected in truth["annotations"]]
    for expected in truth["annotations"]:
        row = found[expected["id"]]
        assert [list(pair) for pair in row.fragments] == expected["fragments"]
        assert [text[start:end] for start, end in row.fragments] == expected["quotes"]
        assert (row.key.annotator, row.key.role, row.label) == (
            expected["annotator"],
            expected["role"],
            expected["label"],
        )
        assert row.note == expected["note"]
        assert list(row.derived_from) == expected.get("derived_from", [])
        assert (json.loads(row.provenance) if row.provenance else None) == expected.get("provenance")
    assert [(row.uid, row.type, row.source, row.target) for row in bundle.links] == [
        (link["id"], link["type"], link["from"], link["to"]) for link in truth["links"]
    ]


def test_a_file_of_the_samples_that_is_no_export_is_refused_by_its_format(shared: Path) -> None:
    with pytest.raises(FormatError, match="'workbench-truth', not 'workbench-annotations'"):
        read((shared / "interop/samples/expected.json").read_bytes(), "expected.json")


def test_labels_without_uid_take_the_defaults_of_their_name() -> None:
    head = head_of([{"name": "claim"}, {"name": "stance"}])
    project = project_of(dumped(head))
    assert project is not None
    assert project.label_set.labels[0] == DEFAULT_LABEL_SET.labels[0]
    assert (project.label_set.labels[1].uid, project.label_set.labels[1].key) == ("label-stance", None)


def test_a_label_with_a_uid_of_its_own_takes_no_defaults() -> None:
    project = project_of(dumped(head_of([{"name": "claim", "uid": "x1"}])))
    assert project is not None
    (label,) = project.label_set.labels
    assert (label.uid, label.key, label.guideline) == ("x1", None, None)


def test_a_default_key_gives_way_to_a_given_one() -> None:
    project = project_of(dumped(head_of([{"name": "claim"}, {"name": "cause", "key": "c"}])))
    assert project is not None
    assert [label.key for label in project.label_set.labels] == [None, "c"]


def test_a_key_that_no_label_may_have_is_left_out_and_said() -> None:
    data = dumped(head_of([{"name": "claim", "key": "b"}, {"name": "cause", "key": "z"}, {"name": "core", "key": "z"}]))
    assert said(data) == [
        'warning: export.json: header: label "claim" is left without a key: '
        "'b' is not a letter that labels may have.",
        'warning: export.json: header: label "core" is left without a key: \'z\' is that of label "cause".',
    ]


def head_of(labels: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """The head of a native file with these labels."""
    return {
        "format": "workbench-annotations",
        "version": 1,
        "offset_unit": "codepoint",
        "project": {"name": "p", "labels": labels, "link_types": [], **more},
        "annotators": [],
        "documents": [],
    }


def test_the_head_names_every_fault_of_the_label_set() -> None:
    labels = [{"name": "a"}, {"name": "a"}, {"name": "b", "attributes": [{"name": "k", "type": "choice"}]}]
    link_types = [{"name": "t", "from": ["zebra"]}, {"name": "fragment"}]
    lines = said(dumped(head_of(labels, link_types=link_types)))
    assert lines == [
        'error: export.json: header: two have the same label "a".',
        'error: export.json: header: attribute "k" of label "b" has no choices.',
        'error: export.json: header: link type "t": from names unknown labels: zebra.',
        'error: export.json: header: no link type can be called "fragment": it ties the parts of split annotations.',
    ]


def test_a_newer_version_is_refused_by_name() -> None:
    data = dumped({**head_of([]), "version": 2})
    with pytest.raises(FormatError, match="workbench-annotations version 2 is newer than this program"):
        read(data)
    with pytest.raises(FormatError, match="version 2 is newer"):
        read(dumped({"record": "header", **head_of([]), "version": 2}), "export.jsonl")


@pytest.mark.parametrize("name", WRITERS)
def test_unknown_keys_are_left_out_and_named_once(name: str) -> None:
    data = WRITERS[name](nasty.project(), nasty.bundles())
    data = data.replace(b'"state":', b'"mood":1,"state":').replace(b'"quote":', b'"zz":[],"quote":')
    lines = said(data, name)
    assert lines == [f"note: {name}: keys left out, as unknown here: annotation.fragments.zz, set.mood."]
    assert good(data, name) == [in_canonical_order(bundle) for bundle in nasty.bundles()]


def test_a_truncated_file_is_refused_naming_the_line() -> None:
    data = as_json(nasty.project(), nasty.bundles())
    with pytest.raises(FormatError, match=r"export\.json line \d+: not valid JSON"):
        read(data[: len(data) // 2])


def test_a_truncated_line_is_named_and_the_rest_is_still_there() -> None:
    data = as_jsonl(nasty.project(), nasty.bundles())
    lines = data.split(b"\n")
    lines[4] = lines[4][:20]
    assert [line for line in said(b"\n".join(lines), "export.jsonl") if " line 5: " in line] == [
        "error: export.jsonl line 5: not valid JSON (column 21: unexpected end of data)."
    ]
    assert len(good(b"\n".join(lines), "export.jsonl")) == 2


def test_json_lines_are_cut_at_line_feeds_alone() -> None:
    text = "one\u2028two\u0085three"
    row = DocumentRow("d", None, text, text_hash(text))
    data = as_jsonl(Project("p", DEFAULT_LABEL_SET), [Bundle(row)])
    assert "\u2028".encode() in data
    assert [bundle.document.text for bundle in good(data, "x.jsonl")] == [text]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    data = as_jsonl(nasty.project(), nasty.bundles())
    assert len(good(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n") + b"\r\n", "x.jsonl")) == 2
    assert len(good(b"\xef\xbb\xbf" + as_json(nasty.project(), nasty.bundles()), "x.json")) == 2


def test_json_lines_are_told_by_content_even_when_called_json() -> None:
    assert len(good(as_jsonl(nasty.project(), nasty.bundles()), "export.json")) == 2
    assert len(good(as_json(nasty.project(), nasty.bundles()), "export.jsonl")) == 2


def test_a_lone_surrogate_is_refused_naming_the_line() -> None:
    data = as_jsonl(nasty.project(), nasty.bundles()).replace(b'"note":"cold"', b'"note":"\\ud83d"')
    (line,) = said(data, "export.jsonl")
    assert "a lone surrogate" in line
    assert " line 23: " in line


@pytest.mark.parametrize("name", WRITERS)
def test_a_nul_is_refused_by_name_and_place(name: str) -> None:
    data = WRITERS[name](nasty.project(), nasty.bundles()).replace(b'"note":"cold"', b'"note":"\\u0000"')
    assert [line.split(": ", 2)[2] for line in said(data, name)] == [
        'document "ferry", link k2: note holds a NUL character.'
    ]
    data = WRITERS[name](nasty.project(), nasty.bundles()).replace(b"Nothing happened", b"Nothing\\u0000happened")
    assert 'document "quiet": text holds a NUL character at offset 7.' in "\n".join(said(data, name))


def test_a_document_that_is_not_sound_is_left_out_of_the_export_and_reported() -> None:
    bad = nasty.ferry()
    bad.annotations.append(AnnotationRow("late", nasty.ANA, "claim", ((10, 100_000),)))
    faults: list[FormatError] = []
    out = io.BytesIO()
    write_jsonl(nasty.project(), [bad, nasty.plain()], out, faults.append)
    assert [str(fault) for fault in faults] == [
        'document "ferry": annotation late: 10..100000 is not a place in a text of 196 characters. '
        "Run workbench doctor."
    ]
    assert [bundle.document.uid for bundle in good(out.getvalue(), "x.jsonl")] == ["quiet"]


ALPHABET = st.sampled_from("ab \u0301\u0308éŌ船橋😟🇫\u200d\n\u2028\u0085\t\f=“")


@st.composite
def random_bundle(draw: st.DrawFn) -> Bundle:
    """A document of hard characters with random annotations and links."""
    text = draw(st.text(ALPHABET, min_size=2, max_size=120))
    edges = st.sets(st.integers(0, len(text)), min_size=2, max_size=6)
    annotations: list[AnnotationRow] = []
    places = set()
    for number in range(draw(st.integers(0, 6))):
        points = sorted(draw(edges))
        fragments = tuple(zip(points[::2], points[1::2], strict=False))
        label = draw(st.sampled_from(["claim", "speaker"]))
        if (label, fragments) not in places:
            places.add((label, fragments))
            annotations.append(
                AnnotationRow(f"a{number}", nasty.ANA, label, fragments, draw(st.none() | st.text(ALPHABET)))
            )
    claims = [row.uid for row in annotations if row.label == "claim"]
    speakers = [row.uid for row in annotations if row.label == "speaker"]
    links = [LinkRow("k", nasty.ANA, "attribution", claims[0], speakers[0])] if claims and speakers else []
    row = DocumentRow("d", None, text, text_hash(text))
    return in_canonical_order(Bundle(row, [SetRow(nasty.ANA, "finished", None)], annotations, links))


@settings(max_examples=200, deadline=None)
@given(random_bundle(), st.sampled_from(sorted(WRITERS)))
def test_any_document_reads_back_as_it_was_written(bundle: Bundle, name: str) -> None:
    data = WRITERS[name](nasty.project(), [bundle])
    assert problems(data, name) == []
    assert good(data, name) == [bundle]


EXPORT = """
import sys
from pathlib import Path
from tests.formats import nasty
from workbench.formats.registry import FORMATS
from workbench.formats.writing import WriteOptions
for form in FORMATS.values():
    form.write(nasty.project(), nasty.bundles(), Path(sys.argv[1]) / form.name, WriteOptions())
"""


def test_exports_are_the_same_bytes_in_any_environment(tmp_path: Path) -> None:
    found = []
    for number, settings_ in enumerate(
        ({"PYTHONHASHSEED": "0"}, {"PYTHONHASHSEED": "1", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        root = Path(__file__).resolve().parents[2]
        subprocess.run(
            [sys.executable, "-c", EXPORT, str(folder)], env={**os.environ, **settings_}, cwd=root, check=True
        )
        found.append({path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()})
    assert found[0] == found[1]
    assert len(found[0]) == 8
