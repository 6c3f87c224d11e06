"""What comes in goes out: the shared samples, the nasty articles, and random texts, byte for byte."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.formats import nasty
from tests.services.moving import bring, documents, exported, native
from workbench.domain.bundle import AnnotationRow, AnnotatorRow, Bundle, DocumentRow, LinkRow, Project, SetKey, SetRow
from workbench.domain.labels import DEFAULT_LABEL_SET
from workbench.domain.text import text_hash
from workbench.services import upkeep
from workbench.services.doctor import examine
from workbench.storage.engine import Database


def fresh(path: Path) -> Database:
    upkeep.init(path)
    return Database(path)


def contains(outer: Any, inner: Any) -> bool:
    """Say whether `outer` holds all of `inner`; objects may have more keys, lists more members at the end."""
    if isinstance(inner, dict):
        return isinstance(outer, dict) and all(key in outer and contains(outer[key], inner[key]) for key in inner)
    if isinstance(inner, list):
        return len(outer) >= len(inner) and all(contains(one, two) for one, two in zip(outer, inner, strict=False))
    return bool(outer == inner)


def records(data: bytes) -> list[dict[str, Any]]:
    """Return the records of a JSONL file, or a JSON file as the only one."""
    try:
        return [orjson.loads(data)]
    except orjson.JSONDecodeError:
        return [orjson.loads(line) for line in data.split(b"\n") if line]


@pytest.mark.parametrize("name", ["export.json", "export.jsonl"])
def test_the_shared_sample_comes_in_as_expected(tmp_path: Path, shared: Path, name: str) -> None:
    samples = shared / "interop" / "samples"
    database = fresh(tmp_path / "a.db")
    assert bring(database, samples / "native" / name).said == []
    (found,) = documents(exported(database, tmp_path, "json"))
    (truth,) = orjson.loads((samples / "expected.json").read_bytes())["documents"]
    for key in ("id", "title", "text", "sha256", "length", "sets"):
        assert found[key] == truth[key]
    expected = {row["id"]: row for row in truth["annotations"]}
    assert {row["id"] for row in found["annotations"]} == set(expected)
    for row in found["annotations"]:
        wanted = expected[row["id"]]
        assert [[part["start"], part["end"]] for part in row["fragments"]] == wanted["fragments"]
        assert [part["quote"] for part in row["fragments"]] == wanted["quotes"]
        for key in ("annotator", "role", "label", "note"):
            assert row[key] == wanted[key]
        assert row["derived_from"] == wanted.get("derived_from", [])
        assert row.get("provenance") == wanted.get("provenance")
    assert contains(found["links"], sorted(truth["links"], key=lambda row: str(row["id"])))


@pytest.mark.parametrize("name", ["export.json", "export.jsonl"])
def test_an_export_holds_all_of_the_file_that_was_imported(tmp_path: Path, shared: Path, name: str) -> None:
    source = shared / "interop" / "samples" / "native" / name
    database = fresh(tmp_path / "a.db")
    bring(database, source)
    ours = records(exported(database, tmp_path, name.rpartition(".")[2]))
    theirs = records(source.read_bytes())
    theirs[0].pop("generator")
    assert len(ours) == len(theirs)
    assert all(contains(one, two) for one, two in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("kind", ["json", "jsonl"])
def test_exports_are_the_same_bytes_through_an_empty_database(tmp_path: Path, kind: str) -> None:
    one = fresh(tmp_path / "one.db")
    bring(one, native(tmp_path / "nasty.jsonl", nasty.project(), nasty.bundles()))
    first = {other: exported(one, tmp_path, other) for other in ("json", "jsonl")}
    source = tmp_path / f"through.{kind}"
    source.write_bytes(first[kind])
    two = fresh(tmp_path / "two.db")
    assert bring(two, source).report.exit_code == 0
    assert {other: exported(two, tmp_path, other) for other in ("json", "jsonl")} == first
    two.close()
    assert list(examine(tmp_path / "two.db")) == []


def test_importing_the_same_export_again_changes_nothing(tmp_path: Path) -> None:
    database = fresh(tmp_path / "one.db")
    source = native(tmp_path / "nasty.jsonl", nasty.project(), nasty.bundles())
    bring(database, source)
    first = exported(database, tmp_path)
    again = bring(database, source)
    assert exported(database, tmp_path) == first
    assert again.report.counts.known_sets == 5
    assert again.report.counts.sets == 0


def test_both_shared_samples_fit_into_one_database_in_either_order(tmp_path: Path, shared: Path) -> None:
    samples = shared / "interop" / "samples"
    both = [samples / "native" / "export.json", samples / "minimal" / "native" / "export.json"]
    contents = []
    for number, order in enumerate((both, both[::-1])):
        database = fresh(tmp_path / f"{number}.db")
        assert bring(database, *order).report.exit_code == 0
        contents.append(documents(exported(database, tmp_path, "json")))
    assert contents[0] == contents[1]


_CHARACTERS = st.one_of(
    st.characters(exclude_categories=["Cs"], exclude_characters="\r\x00"),
    st.sampled_from("\n\t\f\u2028\u0085\u200d\u0301👩🚢東e "),
)


@st.composite
def _bundles(draw: st.DrawFn) -> Bundle:
    text = draw(st.text(_CHARACTERS, min_size=2, max_size=60))
    document = DocumentRow("d", None, text, text_hash(text))
    key = SetKey("annotator", "ana")
    places = draw(st.lists(st.tuples(*[st.integers(0, len(text))] * 4), max_size=5))
    rows: dict[tuple[str, object], AnnotationRow] = {}
    for number, cuts in enumerate(places):
        fragments = _apart(sorted(set(cuts)))
        label = draw(st.sampled_from(["claim", "speaker"]))
        if fragments:
            note = draw(st.none() | st.text(_CHARACTERS, max_size=5))
            rows.setdefault((label, fragments), AnnotationRow(f"a{number}", key, label, fragments, note))
    claims = [row.uid for row in rows.values() if row.label == "claim"]
    speakers = [row.uid for row in rows.values() if row.label == "speaker"]
    links = [LinkRow("k", key, "attribution", claims[0], speakers[0])] if claims and speakers else []
    return Bundle(document, [SetRow(key, "finished", None)], list(rows.values()), links)


def _apart(cuts: list[int]) -> tuple[tuple[int, int], ...]:
    if len(cuts) == 4:
        return ((cuts[0], cuts[1]), (cuts[2], cuts[3]))
    return ((cuts[0], cuts[-1]),) if len(cuts) > 1 else ()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_bundles())
def test_any_text_and_any_places_come_back_exactly(bundle: Bundle) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = fresh(folder / "a.db")
        source = native(folder / "in.jsonl", Project("p", DEFAULT_LABEL_SET, (AnnotatorRow("ana"),)), [bundle])
        assert bring(database, source).said == []
        (found,) = documents(exported(database, folder, "json"))
        database.close()
    assert found["text"] == bundle.document.text
    for row in found["annotations"]:
        for part in row["fragments"]:
            assert bundle.document.text[part["start"] : part["end"]] == part["quote"]
    pairs = {
        row["id"]: tuple((part["start"], part["end"]) for part in row["fragments"]) for row in found["annotations"]
    }
    assert pairs == {row.uid: row.fragments for row in bundle.annotations}
    assert {row["id"]: row["note"] for row in found["annotations"]} == {row.uid: row.note for row in bundle.annotations}
