"""One changed character of text, quote, offset, surroundings or hash anywhere in an export is found and named."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.formats import nasty
from tests.formats.reading import as_json, as_jsonl
from workbench.domain.bundle import Bundle
from workbench.errors import NotFound
from workbench.formats.problems import Problem, Severity
from workbench.formats.tabular import export_tables
from workbench.formats.writing import WriteOptions
from workbench.services.verifying import Verification, VerifyOptions

Where = tuple[str | int, ...]


def verify(*paths: Path, **options: Any) -> list[Problem]:
    """What verify finds, but for what is only worth a note."""
    found = list(Verification(paths, VerifyOptions(**options)).run())
    return [problem for problem in found if problem.severity is not Severity.NOTE]


def export(folder: Path, bundles: list[Bundle] | None = None) -> Path:
    """Write the nasty articles as JSON."""
    path = folder / "export.json"
    path.write_bytes(as_json(nasty.project(), nasty.bundles() if bundles is None else bundles))
    return path


def tables(folder: Path, bundles: list[Bundle] | None = None, **options: Any) -> Path:
    """Write the nasty articles as tables."""
    given = nasty.bundles() if bundles is None else bundles
    export_tables(nasty.project(), given, folder / "tables", WriteOptions(**options))
    return folder / "tables"


def test_our_exports_verify_and_are_counted(tmp_path: Path) -> None:
    path = export(tmp_path)
    (tmp_path / "export.jsonl").write_bytes(as_jsonl(nasty.project(), nasty.bundles()))
    proof = Verification([path, tmp_path / "export.jsonl", tables(tmp_path)], VerifyOptions())
    assert [problem for problem in proof.run() if problem.fails] == []
    assert (proof.files, proof.documents, proof.annotations, proof.failures) == (7, 6, 42, 0)


@pytest.mark.parametrize("name", ["native/export.json", "native/export.jsonl", "minimal/native/export.json", "native"])
def test_the_samples_verify(shared: Path, name: str) -> None:
    assert verify(shared / "interop/samples" / name) == []


def proven_values(document: dict[str, Any]) -> Iterator[Where]:
    """Paths of everything in a document that is proven."""
    yield from ((name,) for name in ("text", "sha256"))
    yield from (("length", unit) for unit in ("codepoint", "utf8", "utf16"))
    if document["origin"]:
        yield "origin", "sha256"
    for index, record in enumerate(document["annotations"]):
        yield "annotations", index, "prefix"
        yield "annotations", index, "suffix"
        for number, _ in enumerate(record["fragments"]):
            here = ("annotations", index, "fragments", number)
            yield from ((*here, name) for name in ("start", "end", "quote"))
            yield from ((*here, unit, side) for unit in ("utf8", "utf16") for side in (0, 1))


def changes_of(value: str | int) -> Iterator[str | int]:
    """Every way to change one character, or a number by one or by a digit."""
    if isinstance(value, int):
        yield from (value + 1, value - 1, value + 10, int(f"{value}0") if value else 5)
        return
    for index, character in enumerate(value):
        other = "x" if character != "x" else "y"
        yield value[:index] + other + value[index + 1 :]
        yield value[:index] + value[index + 1 :]
        yield value[:index] + other + value[index:]
    yield value + "z"


def put(document: dict[str, Any], where: Where, value: Any) -> Any:
    """Put a value in place and return what was there."""
    holder: Any = document
    for key in where[:-1]:
        holder = holder[key]
    before, holder[where[-1]] = holder[where[-1]], value
    return before


def value_at(document: Any, where: Where) -> Any:
    """The value at a path."""
    for key in where:
        document = document[key]
    return document


def assert_each_change_is_named(tmp_path: Path, seed: int, per_value: int) -> None:
    """Change one thing at a time and see that the document, and the annotation if it is one, is named."""
    whole = json.loads(export(tmp_path).read_bytes())
    document = whole["documents"][0]
    draw = random.Random(seed)
    path = tmp_path / "changed.json"
    for where in list(proven_values(document)):
        before = value_at(document, where)
        ways = list(changes_of(before))
        for after in draw.sample(ways, min(per_value, len(ways))):
            put(document, where, after)
            path.write_text(json.dumps(whole))
            found = [problem for problem in verify(path) if problem.fails]
            assert found, (where, before, after)
            assert {problem.document for problem in found} == {"ferry"}
            if where[0] == "annotations":
                named = {problem.id for problem in found if problem.kind != "link"}
                assert named == {document["annotations"][where[1]]["id"]}
        put(document, where, before)


def test_one_changed_character_anywhere_is_found_and_named(tmp_path: Path) -> None:
    assert_each_change_is_named(tmp_path, 1, 2)


@pytest.mark.slow
def test_any_changed_character_anywhere_is_found_and_named(tmp_path: Path) -> None:
    assert_each_change_is_named(tmp_path, 2, 10_000)


def test_swapped_pairs_and_an_annotation_of_no_set_are_found(tmp_path: Path) -> None:
    whole = json.loads(export(tmp_path).read_bytes())
    one, two, three, *_ = whole["documents"][0]["annotations"]
    one["fragments"][0]["utf8"].reverse()
    two["fragments"][0]["utf8"], two["fragments"][0]["utf16"] = [
        two["fragments"][0][unit] for unit in ("utf16", "utf8")
    ]
    three["annotator"] = "nobody"
    (tmp_path / "changed.json").write_text(json.dumps(whole))
    found = verify(tmp_path / "changed.json")
    assert {problem.id: problem.code for problem in found if problem.kind == "annotation"} == {
        one["id"]: "units",
        two["id"]: "units",
        three["id"]: "no-set",
    }


def test_a_failure_is_a_line_with_file_document_annotation_and_what_was_expected(tmp_path: Path) -> None:
    whole = json.loads(export(tmp_path).read_bytes())
    whole["documents"][0]["annotations"][0]["fragments"][0]["quote"] = "=Fairy"
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(whole))
    assert [str(problem) for problem in verify(path)] == [
        f'{path}: document "ferry", annotation a1: '
        "quote '=Fairy' but the text at 0..17 is '=Ferry 👩\\u200d🚀 halted'."
    ]


PROVEN_CELLS = ("start", "end", "utf8_start", "utf8_end", "utf16_start", "utf16_end", "quote", "prefix", "suffix")


def rows_of(path: Path) -> list[list[str]]:
    """A table as lists of cells."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def write_rows(path: Path, rows: list[list[str]]) -> None:
    """Write a table back."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    path.write_bytes(out.getvalue().encode())


def test_one_changed_cell_of_a_table_is_found_with_the_articles_at_hand(tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_bytes(nasty.FERRY.encode())
    path = tables(tmp_path, [nasty.ferry()]) / "annotations.csv"
    articles = [tmp_path / "ferry.txt"]
    assert verify(path, articles=articles) == []
    rows = rows_of(path)
    draw = random.Random(3)
    for number, row in enumerate(rows[1:], 1):
        for column in (rows[0].index(name) for name in PROVEN_CELLS):
            before = row[column]
            value: str | int = int(before) if before.isdigit() else before
            after = draw.choice(list(changes_of(value)))
            rows[number][column] = str(after)
            write_rows(path, rows)
            found = verify(path, articles=articles)
            assert found, (rows[0][column], before, after)
            assert {problem.id for problem in found} == {row[2]}, (rows[0][column], before, after)
            row[column] = before


def test_numbers_of_tables_are_proven_without_the_articles(tmp_path: Path) -> None:
    path = tables(tmp_path, [nasty.ferry()]) / "annotations.csv"
    assert verify(path) == []
    rows = rows_of(path)
    for row in rows[1:]:
        for column in (rows[0].index(name) for name in PROVEN_CELLS[:6]):
            before = row[column]
            row[column] = str(int(before) + 1)
            write_rows(path, rows)
            assert verify(path), (row[2], rows[0][column])
            row[column] = before


def test_what_two_rows_show_of_the_text_has_to_be_the_same(tmp_path: Path) -> None:
    folder = tables(tmp_path, [nasty.ferry()])
    rows = rows_of(folder / "annotations.csv")
    quote = rows[0].index("quote")
    (row,) = [row for row in rows if row[2] == "b1"]
    row[quote] = row[quote].replace("counted", "counter")
    write_rows(folder / "annotations.csv", rows)
    (first, *_) = verify(folder)
    assert "has 'd' at 65 but b1 shows 'r' there" in str(first) or "'r' at" in str(first)


@pytest.mark.parametrize("table", ["annotations", "links", "sets", "documents", "decisions"])
def test_a_changed_hash_in_any_table_is_found(tmp_path: Path, table: str) -> None:
    folder = tables(tmp_path)
    rows = rows_of(folder / f"{table}.csv")
    column = rows[0].index("sha256" if table == "documents" else "document_sha256")
    old = rows[1][column]
    rows[1][column] = ("0" if old[0] != "0" else "1") + old[1:]
    write_rows(folder / f"{table}.csv", rows)
    found = verify(folder)
    assert found
    assert {problem.code for problem in found} == {"sha256"}


def test_links_and_sets_of_tables_resolve(tmp_path: Path) -> None:
    folder = tables(tmp_path)
    for name, column, value in (("links", "from_id", "zz"), ("annotations", "annotator", "nobody")):
        before = rows_of(folder / f"{name}.csv")
        rows = [list(row) for row in before]
        rows[1][rows[0].index(column)] = value
        write_rows(folder / f"{name}.csv", rows)
        assert [problem.code for problem in verify(folder)][:1] == [
            {"links": "link-ends", "annotations": "no-set"}[name]
        ]
        write_rows(folder / f"{name}.csv", before)
    assert verify(folder) == []


def test_tables_for_a_spreadsheet_are_refused_unless_told(tmp_path: Path) -> None:
    folder = tables(tmp_path, csv_profile="excel")
    (problem,) = verify(folder / "annotations-excel.csv")
    assert "made for a spreadsheet, which alters cells" in str(problem)
    assert verify(folder, spreadsheet=True) == []


def test_article_files_are_matched_by_text_and_then_by_name(tmp_path: Path) -> None:
    path = export(tmp_path)
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "renamed.txt").write_bytes(nasty.FERRY.replace("\n", "\r\n").encode())
    (articles / "quiet.txt").write_text("Nothing happens.\n")
    assert [str(problem) for problem in verify(path, articles=[articles])] == [
        f'{path}: document "quiet": its text is not that of {articles}/quiet.txt. They differ from offset 14: '
        "'ed.\\n' here, 's.\\n' there (18 and 17 characters)."
    ]
    (articles / "quiet.txt").unlink()
    assert [problem.message for problem in verify(path, articles=[articles])] == [
        "no article given has this text or name."
    ]


class Store:
    """A database of two articles, for comparing."""

    def __init__(self, *bundles: Bundle) -> None:
        self._bundles = {bundle.document.uid: bundle for bundle in bundles}

    def lookup(self, document_id: str, sha256: str) -> Bundle | None:
        return self._bundles.get(document_id)

    def documents(self) -> list[tuple[str, str]]:
        return [(bundle.document.uid, bundle.document.sha256) for bundle in self._bundles.values()]


def test_an_export_is_compared_with_a_database(tmp_path: Path) -> None:
    path = export(tmp_path)
    assert verify(path, stored=Store(*nasty.bundles())) == []
    other = nasty.ferry()
    other.annotations[0] = other.annotations[0]._replace(note="changed")
    del other.links[0]
    lines = [str(problem).removeprefix(f"{path}: ") for problem in verify(path, stored=Store(other))]
    assert lines == [
        "document \"ferry\", annotation a1: note is 'null' but 'changed' in the database.",
        'document "ferry", link k2: is not in the database.',
        'document "quiet": is not in the database.',
    ]


def test_a_text_that_differs_from_the_database_is_named_with_the_first_difference(tmp_path: Path) -> None:
    path = export(tmp_path, [nasty.plain()])
    stored = nasty.plain()
    other = replace(stored, document=replace(stored.document, text="Nothing, really.\n", sha256="0" * 64))
    (problem,) = verify(path, stored=Store(other))
    assert "its text is not that of the database. They differ from offset 7" in problem.message


def test_blanks_at_edges_and_what_lies_outside_are_notes_only(tmp_path: Path) -> None:
    bundle = nasty.ferry()
    row = bundle.annotations[8]
    bundle.annotations[8] = row._replace(fragments=((row.fragments[0][0] - 1, row.fragments[0][1]),))
    path = export(tmp_path, [replace(bundle, annotations=[row for row in bundle.annotations if row.uid != "m1"])])
    proof = Verification([path], VerifyOptions())
    assert sorted((problem.code, problem.id) for problem in proof.run()) == [("edge-blank", "a9"), ("outside", "a4")]
    assert proof.failures == 0


def test_what_cannot_be_verified_is_said(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Some notes.")
    assert "no export of the workbench" in str(verify(tmp_path / "notes.txt")[0])
    assert "nothing to verify in it" in str(verify(tmp_path)[0])
    with pytest.raises(NotFound):
        verify(tmp_path / "gone.json")
