"""Text files become documents: decoded once and never by a guess, line ends made one, nothing else changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.reading import read
from workbench.domain.bundle import DocumentRow
from workbench.errors import UsageError
from workbench.formats.articles import EncodingUnknown, candidates, codec_name, decode, title_of
from workbench.formats.problems import FormatError, Problem
from workbench.formats.reading import ReadOptions


def article(data: bytes, name: str = "notes.txt", **options: object) -> DocumentRow:
    """The document of a text file."""
    _, item = read(data, name, ReadOptions(**options))  # type: ignore[arg-type]
    assert item.bundle is not None, item.problems
    return item.bundle.document


def refusal(data: bytes, name: str = "notes.txt", **options: object) -> str:
    """The sentence by which a text file is refused."""
    with pytest.raises(FormatError) as caught:
        read(data, name, ReadOptions(**options))  # type: ignore[arg-type]
    return str(caught.value)


@pytest.mark.parametrize(
    ("variant", "newlines", "bom"), [("", "lf", False), ("-crlf", "crlf", False), ("-bom", "lf", True)]
)
def test_the_three_sample_files_are_one_text(shared: Path, variant: str, newlines: str, bom: bool) -> None:
    folder = shared / "interop/samples/text"
    data = (folder / f"harbour{variant}.txt").read_bytes()
    row = article(data, f"harbour{variant}.txt")
    assert row.text == (folder / "harbour.txt").read_text(encoding="utf-8")
    assert row.sha256 == "23c0cad7ab05526119e07844ded090fe81713a17c8f1d76fc3957d0e92230e32"
    assert row.origin is not None
    assert (row.origin.newlines, row.origin.bom, row.origin.encoding) == (newlines, bom, "utf-8")
    assert row.origin.sha256 == hashlib.sha256(data).hexdigest()
    assert (row.uid, row.given) == (f"harbour{variant}", False)


def test_only_line_ends_change() -> None:
    text = " \ufeffA\u00a0b\u0301\u2028c\u0085d\v\fe\t\r\nf\rg\n\n "
    row = article(text.encode())
    assert row.text == " \ufeffA\u00a0b\u0301\u2028c\u0085d\v\fe\t\nf\ng\n\n "
    assert row.origin is not None
    assert row.origin.newlines == "mixed"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-8"])
def test_a_byte_order_mark_decides_over_any_encoding_given(codec: str) -> None:
    row = article("\ufeffŌta 🚢\n".encode(codec), encoding="cp1252")
    assert (row.text, row.origin and row.origin.encoding, row.origin and row.origin.bom) == ("Ōta 🚢\n", codec, True)


def test_bytes_that_are_not_utf8_are_refused_with_byte_and_offset() -> None:
    data = b"x" * 1204 + b"\x92s\n"
    assert refusal(data) == (
        "notes.txt: not UTF-8 (byte 0x92 at offset 1,204). Give --encoding, for example --encoding cp1252."
    )


def test_an_encoding_is_used_only_where_utf8_fails_and_is_said() -> None:
    data = "l’été à Évry\n".encode("cp1252")
    _, item = read(data, "notes.txt", ReadOptions(encoding="windows-1252"))
    assert item.bundle is not None
    assert item.bundle.document.text == "l’été à Évry\n"
    assert item.problems == [Problem("warning", "encoding", "read as cp1252, as told.", "notes.txt")]  # type: ignore[arg-type]
    assert article("été".encode(), encoding="cp1252").text == "été"


def test_utf16_without_a_mark_needs_to_be_named() -> None:
    data = "plain text\n".encode("utf-16-le")
    assert "not a text file (NUL at line 1, character 2)" in refusal(data)
    assert article(data, encoding="utf-16-le").text == "plain text\n"


def test_bytes_that_do_not_fit_the_given_encoding_are_refused() -> None:
    assert refusal(b"ab\x81", encoding="cp1252").startswith("notes.txt: not cp1252 (")
    assert refusal(b"\xff\xfe\x00\xd8").startswith("notes.txt: not utf-16-le (")


@pytest.mark.parametrize("name", ["nonsense", "rot13", "hex", "idna", "unicode_escape", "utf-7", ""])
def test_what_is_no_encoding_of_articles_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        codec_name(name)


def test_a_terminal_can_show_candidates_with_a_line_each() -> None:
    data = ("Une ligne sans accent.\n" + "Le maire a déclaré que l’été serait très chaud à Évry.\n").encode("cp1252")
    with pytest.raises(EncodingUnknown) as caught:
        decode(data, "notes.txt")
    found = candidates(caught.value.data)
    assert ("cp1252", "Le maire a déclaré que l’été serait très chaud à Évry.") in [
        (one.encoding, one.line) for one in found
    ]


def test_a_binary_called_txt_is_not_a_text_file() -> None:
    assert refusal(b"\x7fELF\x02\x01\x01" + b"\x00" * 9) == (
        "notes.txt: not a text file (NUL at line 1, character 8). "
        "If it is UTF-16, give --encoding utf-16-le or utf-16-be."
    )
    assert "not a text file (2 control characters of 20; the first is U+001B at character 3)" in refusal(
        b"abc\x1bdef\x07" + b"x" * 12
    )


def test_a_binary_that_is_no_utf8_either_is_not_offered_an_encoding() -> None:
    assert refusal(b"\x89PNG\r\n\x1a\n\x00\x00").startswith("notes.txt: not a text file (NUL at byte 8). ")


def test_a_nul_is_placed_by_line_and_character_in_the_line() -> None:
    assert "NUL at line 2, character 3)" in refusal(b"one\ntw\x00o")


def test_a_few_control_characters_are_text() -> None:
    assert "\x1b" in article(b"\x1b[1mbold" + b" and much more of it" * 20).text


def test_sizes_are_checked() -> None:
    assert refusal(b"x" * 101, max_bytes=100) == (
        "notes.txt: larger than 100 bytes. Split it, or raise the limit with --max-bytes."
    )
    assert "the text has 101 characters, more than 100" in refusal(b"x" * 101, max_points=100)


def test_a_file_of_blanks_is_skipped_with_a_warning() -> None:
    _, item = read(b" \n\n", "void.txt")
    assert item.bundle is None
    assert [str(problem) for problem in item.problems] == ["void.txt: nothing but blanks in it; skipped."]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("\n\n  Harbour  toll\tto double \nmore", "Harbour toll to double"),
        ("***\n---\nNews", "News"),
        ("港の橋\n", "港の橋"),
        ("...\n", None),
        ("x" * 200, "x" * 119 + "…"),
        ("one\u2028two", "one"),
    ],
)
def test_the_title_is_the_first_line_that_can_be_one(text: str, title: str | None) -> None:
    assert title_of(text) == title


def test_a_markdown_heading_gives_its_words_as_title() -> None:
    row = article(b"# The toll\n\nText.\n", "a/b/toll.md")
    assert (row.title, row.uid, row.text) == ("The toll", "toll", "# The toll\n\nText.\n")
    assert row.origin is not None
    assert row.origin.path == "toll.md"


def test_an_unknown_kind_of_file_is_refused_saying_what_is_read() -> None:
    with pytest.raises(FormatError, match=r"not a kind of file that import reads. It reads \.csv, \.json"):
        read(b"", "photo.png")


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("ab é\u0301船😟\u200d\r\n\u2028\u0085\t\f"), min_size=1).filter(str.strip))
def test_any_text_is_kept_but_for_its_line_ends(text: str) -> None:
    row = article(text.encode())
    assert row.text == text.replace("\r\n", "\n").replace("\r", "\n")
    assert row.sha256 == hashlib.sha256(row.text.encode()).hexdigest()
