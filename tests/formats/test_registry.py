"""The registry tells kinds of files and knows every format without loading any."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from tests.formats import nasty
from tests.formats.reading import as_json, as_jsonl, good
from workbench.errors import EnvironmentFault, UsageError
from workbench.formats.reading import ReadOptions
from workbench.formats.registry import FORMATS, Kind, detect, format_named, open_reader
from workbench.formats.writing import WriteOptions

KINDS = [
    ("a.txt", b'{"format":', Kind.TEXT),
    ("a.MD", b"", Kind.TEXT),
    ("a.csv", b"id,text\n", Kind.ARTICLES_CSV),
    ("a.csv", b"\xef\xbb\xbfdocument_id,document_sha256,annotator", Kind.TABLES),
    ("a.jsonl", b'{"record":"header","format":"workbench-annotations"}\n', Kind.NATIVE_JSONL),
    ("a.jsonl", b'{"id":"a","text":"x"}\n', Kind.ARTICLES_JSONL),
    ("a.jsonl", b'{"id":"a","text":"' + b"x" * 100, Kind.ARTICLES_JSONL),
    ("a.json", b'{"id":"a","text":"x"}\n{"id":"b","text":"x"}\n', Kind.ARTICLES_JSONL),
    ("a.json", b'{"id":"a","text":"x"}\n', Kind.JSON),
    ("a.json", b"[\n {", Kind.JSON),
    ("losses.json", b'{"format": "workbench-losses", ', Kind.LOSSES),
    ("a.png", b"\x89PNG", Kind.UNKNOWN),
    ("-", b"Plain words.", Kind.TEXT),
    ("-", b'{"record":"header","format":"workbench-annotations"}\n', Kind.NATIVE_JSONL),
]


@pytest.mark.parametrize(("name", "head", "kind"), KINDS)
def test_a_kind_is_told_by_name_and_first_bytes(name: str, head: bytes, kind: Kind) -> None:
    assert detect(name, head) is kind


@pytest.mark.parametrize("write", [as_json, as_jsonl])
def test_standard_input_may_be_any_of_them(write: object) -> None:
    data = write(nasty.project(), nasty.bundles())  # type: ignore[operator]
    assert len(good(data, "-")) == 2


def test_every_format_writes_what_it_promises(tmp_path: Path) -> None:
    for form in FORMATS.values():
        target = tmp_path / f"out-{form.name}{form.extension}"
        written = form.write(nasty.project(), nasty.bundles(), target, WriteOptions())
        assert target.is_dir() == form.folder
        assert written.files
        assert written.faults == []


def test_an_unknown_format_names_those_there_are() -> None:
    with pytest.raises(UsageError, match="Formats: jsonl, json, csv"):
        format_named("docx")


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(EnvironmentFault, match=r"gone\.txt: no such file or folder"):
        open_reader(Path("gone.txt"), ReadOptions())


def test_a_reader_closes_its_file_and_counts_its_bytes() -> None:
    stream = io.BytesIO(as_jsonl(nasty.project(), nasty.bundles()))
    with open_reader("x.jsonl", ReadOptions(), stream) as reader:
        size = len(stream.getvalue())
        assert len(list(reader)) == 2
        assert reader.done == size
    assert stream.closed


def test_the_registry_alone_loads_no_format() -> None:
    code = "import sys, workbench.formats.registry; print([m for m in sys.modules if 'native' in m or 'tabular' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
