"""Articles in CSV, JSONL and JSON: each finding has its line, each column its place."""

from __future__ import annotations

import json

import pytest

from tests.formats.reading import good, read, said
from workbench.domain.bundle import DocumentRow
from workbench.formats.problems import FormatError
from workbench.formats.reading import ReadOptions


def rows(data: bytes, name: str, **options: object) -> list[DocumentRow]:
    """The documents of a table."""
    items = read(data, name, ReadOptions(**options))  # type: ignore[arg-type]
    return [item.bundle.document for item in items if item.bundle is not None]


def lines_said(data: bytes, name: str, **options: object) -> list[str]:
    """What is said about a table."""
    items = read(data, name, ReadOptions(**options))  # type: ignore[arg-type]
    return [str(problem) for item in items for problem in item.problems]


def test_a_csv_with_a_text_column_gives_a_document_a_row() -> None:
    data = b'id,title,text,outlet,date\r\na,Toll,"one\r\ntwo, ""three""",Gazette,\r\nb,,NA,null,2025\r\n'
    one, two = rows(data, "batch.csv")
    assert (one.uid, one.title, one.text, one.meta) == ("a", "Toll", 'one\ntwo, "three"', {"outlet": "Gazette"})
    assert (two.uid, two.title, two.text, two.meta) == ("b", "NA", "NA", {"outlet": "null", "date": "2025"})
    assert one.given
    assert one.origin is not None
    assert (one.origin.path, one.origin.newlines, one.origin.encoding) == ("batch.csv", "crlf", "utf-8")


def test_a_csv_without_ids_names_documents_by_their_text() -> None:
    (row,) = rows(b"text\nhello there\n", "batch.csv")
    assert (row.uid, row.given) == (f"batch-{row.sha256[:8]}", False)


@pytest.mark.parametrize(("delimiter", "word"), [(";", "semicolon"), ("\t", "tab")])
def test_other_delimiters_are_found_and_said(delimiter: str, word: str) -> None:
    data = f"id{delimiter}text\na{delimiter}one, two\n".encode()
    assert [row.text for row in rows(data, "b.csv")] == ["one, two"]
    assert lines_said(data, "b.csv") == [f"b.csv: columns are taken to be separated by {word}."]


def test_a_missing_text_column_names_the_columns_and_the_option() -> None:
    data = b"id,body\na,hello\n"
    assert lines_said(data, "b.csv") == ['b.csv line 1: no column "text" (columns: id, body). Use --text-field body.']
    assert [row.text for row in rows(data, "b.csv", text_field="body")] == ["hello"]
    assert "Use --id-field id." in lines_said(data, "b.csv", text_field="body", id_field="key")[0]


def test_bad_rows_are_named_by_the_line_they_begin_on() -> None:
    data = b'id,text\na,"two\nlines"\nb\n,x\nc,\nd,fine\n'
    assert lines_said(data, "b.csv") == [
        "b.csv line 4: 1 field where the header has 2.",
        'b.csv line 5: "id" is empty.',
        'b.csv line 6: document "c": the text is empty.',
    ]
    assert [row.uid for row in rows(data, "b.csv")] == ["a", "d"]


def test_a_quote_that_never_ends_is_named_by_its_line() -> None:
    assert lines_said(b'id,text\na,x\nb,"open\n', "b.csv") == ["b.csv line 3: not valid CSV (unexpected end of data)."]


def test_a_long_field_is_read_whole() -> None:
    assert len(rows(b"text\n" + b"word " * 60_000 + b"\n", "b.csv")[0].text) == 300_000


def test_two_columns_of_one_name_are_refused_and_columns_without_name_left_out() -> None:
    assert lines_said(b"text,a,a\nx,1,2\n", "b.csv") == ["b.csv line 1: two columns have the same name: a."]
    assert rows(b",text\n0,x\n", "b.csv")[0].meta == {}


def test_a_nul_in_a_csv_is_refused_by_its_line() -> None:
    with pytest.raises(FormatError, match=r"b\.csv: not a text file \(NUL at line 3, character"):
        read(b"id,text\na,x\nb,y\x00\n", "b.csv")


def jsonl(*records: object) -> bytes:
    """Records as lines."""
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def test_json_lines_give_a_document_each() -> None:
    data = jsonl(
        {"id": "a", "text": "one\r\ntwo", "title": "T", "meta": {"x": [1]}, "outlet": "Gazette"},
        {"id": 7, "text": "three"},
    )
    one, two = rows(data, "batch.jsonl")
    assert (one.uid, one.title, one.text, one.meta) == ("a", "T", "one\ntwo", {"outlet": "Gazette", "x": [1]})
    assert (two.uid, two.title, two.meta, two.given) == ("7", "three", {}, True)


def test_records_without_the_fields_needed_are_named_by_line() -> None:
    data = jsonl({"id": "a", "text": "x"}, {"id": "b", "body": "y"}, {"text": "z"}, 5, {"id": "c", "text": 1})
    assert said(data, "batch.jsonl") == [
        'error: batch.jsonl line 2: no field "text" (fields: id, body). Use --text-field body.',
        'error: batch.jsonl line 3: no field "id" (fields: text). Use --id-field NAME.',
        "error: batch.jsonl line 4: not an object.",
        'error: batch.jsonl line 5: "text" should be a text, not 1.',
    ]
    assert [row.uid for row in rows(data, "batch.jsonl")] == ["a"]


def test_a_lone_surrogate_or_a_nul_is_named_by_line() -> None:
    data = b'{"id":"a","text":"\\ud83d"}\n{"id":"b","text":"x\\u0000"}\n{"id":"c","text":"x","meta":{"k":"\\u0000"}}\n'
    assert [line.split(" (")[0] for line in said(data, "b.jsonl")] == [
        "error: b.jsonl line 1: a lone surrogate, which no UTF-8 text can hold",
        "error: b.jsonl line 2: text holds a NUL character.",
        "error: b.jsonl line 3: meta.k holds a NUL character.",
    ]


def test_lines_are_cut_at_line_feeds_alone() -> None:
    data = '{"id":"a","text":"one\u2028two\u0085three"}\n'.encode()
    assert [row.text for row in rows(data, "b.jsonl")] == ["one\u2028two\u0085three"]


def test_json_holds_one_article_or_a_list() -> None:
    assert [row.uid for row in rows(b'{"id": "a",\n "text": "x"}', "b.json")] == ["a"]
    data = json.dumps([{"id": "a", "text": "x"}, {"id": "b"}], indent=1).encode()
    assert [row.uid for row in rows(data, "b.json")] == ["a"]
    assert said(data, "b.json") == ['error: b.json: record 2: no field "text" (fields: id). Use --text-field NAME.']


def test_field_names_can_be_given() -> None:
    data = jsonl({"url": "u", "body": "x", "headline": "H"})
    (row,) = rows(data, "b.jsonl", text_field="body", id_field="url", title_field="headline")
    assert (row.uid, row.text, row.title) == ("u", "x", "H")


def test_utf16_json_lines_of_windows_are_read() -> None:
    assert len(good("\ufeff".encode("utf-16-le") + '{"id":"a","text":"Ō"}\r\n'.encode("utf-16-le"), "b.jsonl")) == 1


def test_annotation_tables_are_not_articles() -> None:
    with pytest.raises(FormatError, match="these are annotation tables, which hold no articles"):
        read(b"document_id,document_sha256,annotator,role,state,note\r\n", "sets.csv")
