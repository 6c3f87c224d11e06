"""Reads the CSV tables back, a document at a time, as records of the native format, so that they can be proven."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.formats import shapes, tabular
from workbench.formats.problems import FormatError, Problem, Severity
from workbench.formats.reading import BOM, open_binary

_FIELD_LIMIT = 1 << 30
_FORMULA = frozenset("=+-@\t\r\n")
_OFFSETS = ("start", "end", "utf8_start", "utf8_end", "utf16_start", "utf16_end")
_SAME = ("document_sha256", "annotator", "role", "label", "fragments", "prefix", "suffix", "note", "derived_from")

Cells = dict[str, str]

COLUMNS = {
    "annotations": tabular.ANNOTATION_COLUMNS,
    "links": tabular.LINK_COLUMNS,
    "sets": tabular.SET_COLUMNS,
    "documents": tabular.DOCUMENT_COLUMNS,
    "decisions": tabular.DECISION_COLUMNS,
}


@dataclass
class TableDocument:
    """What the tables say of one document. Records are those of the native format, beside their lines."""

    uid: str
    sha256: str
    annotations: list[dict[str, Any]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    cells: Cells = field(default_factory=dict)
    """The document's own row, empty where there is no such table."""


def table_of(path: Path) -> str | None:
    """Say which table a CSV file is by its first line, or None."""
    with open_binary(path) as stream:
        head = stream.read(4096).removeprefix(BOM).decode("utf-8", "replace").split("\r\n")[0].split("\n")[0]
    names = tuple(head.split(","))
    return next((table for table, columns in COLUMNS.items() if names[: len(columns)] == columns), None)


def read_rows(path: Path, table: str, spreadsheet: bool) -> Iterator[tuple[int, Cells]]:
    """Yield line number and cells of each row.

    Raises FormatError for a spreadsheet's file unless `spreadsheet`, whose apostrophes are then taken away, and
    for what is not such a table.
    """
    csv.field_size_limit(_FIELD_LIMIT)
    with open_binary(path) as stream:
        marked = stream.read(len(BOM)) == BOM
        if (marked or path.stem.endswith("-excel")) and not spreadsheet:
            raise FormatError(
                "made for a spreadsheet, which alters cells",
                where=str(path),
                remedy="Verify the plain tables, or say --csv-profile excel.",
            )
        stream.seek(len(BOM) if marked else 0)
        text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
        yield from _rows(csv.reader(text, strict=True), str(path), table, spreadsheet)


def _rows(reader: Any, name: str, table: str, spreadsheet: bool) -> Iterator[tuple[int, Cells]]:
    line = 1
    try:
        header: list[str] = next(reader, [])
        _check_header(header, name, table)
        line = reader.line_num + 1
        for row in reader:
            if len(row) != len(header):
                raise FormatError(
                    f"{len(row)} cells where the header has {len(header)}",
                    where=f"{name} line {line}",
                    remedy="Export it again.",
                )
            cells = [_armed(value) for value in row] if spreadsheet else row
            yield line, dict(zip(header, cells, strict=True))
            line = reader.line_num + 1
    except (csv.Error, UnicodeDecodeError) as error:
        raise FormatError(f"not valid CSV ({error})", where=f"{name} line {line}", remedy="Export it again.") from error


def _check_header(header: list[str], name: str, table: str) -> None:
    columns = COLUMNS[table]
    rest = header[len(columns) :]
    extra = {"annotations": tabular.ATTRIBUTE, "documents": tabular.META}.get(table)
    fits = tuple(header[: len(columns)]) == columns and all(extra and one.startswith(extra) for one in rest)
    if not fits or len(set(header)) != len(header):
        raise FormatError(f"not a table of {table} (its columns differ)", where=name, remedy="Export it again.")


def _armed(value: str) -> str:
    return value[1:] if value[:1] == "'" and value[1:2] in _FORMULA else value


def read_annotations(rows: Iterable[tuple[int, Cells]], name: str, problems: list[Problem]) -> Iterator[TableDocument]:
    """Yield documents with their annotations, rows of one annotation joined; faults of the table go to `problems`."""
    document: TableDocument | None = None
    seen: set[str] = set()
    last: Cells = {}
    last_line = 1
    for line, cells in rows:
        uid = cells["document_id"]
        if document is None or document.uid != uid:
            if document is not None:
                _check_complete(last, last_line, name, problems)
                yield document
            if uid in seen:
                problems.append(_problem("order", "its rows do not stand together.", name, line, cells))
            seen.add(uid)
            document, last = TableDocument(uid, cells["document_sha256"]), {}
        if cells["document_sha256"] != document.sha256:
            problems.append(_problem("sha256", "document_sha256 differs from the row before.", name, line, cells))
        _take(document, cells, last, line, name, problems)
        last, last_line = cells, line
    if document is not None:
        _check_complete(last, last_line, name, problems)
        yield document


def _check_complete(cells: Cells, line: int, name: str, problems: list[Problem]) -> None:
    """Report an annotation whose rows end before its last fragment."""
    if cells and cells["fragments"] != cells["fragment"]:
        message = f"has {cells['fragment']} of {cells['fragments']} fragments."
        problems.append(_problem("fragments", message, name, line, cells))


def _problem(code: str, message: str, name: str, line: int, cells: Cells) -> Problem:
    return Problem(
        Severity.ERROR, code, message, name, line, cells["document_id"], "annotation", cells["annotation_id"]
    )


def _take(document: TableDocument, cells: Cells, last: Cells, line: int, name: str, problems: list[Problem]) -> None:
    """Add a row to its annotation, or begin another with it."""
    goes_on = cells["annotation_id"] == last.get("annotation_id") and cells["fragment"] != "1"
    number = len(document.annotations[-1]["fragments"]) + 1 if goes_on else 1
    if cells["fragment"] != str(number):
        problems.append(_problem("fragments", f"fragment is {cells['fragment']}, not {number}.", name, line, cells))
    if not goes_on:
        _check_complete(last, line - 1, name, problems)
    if goes_on:
        for column in _SAME:
            if cells[column] != last[column]:
                message = f"{column} is {shapes.shown(cells[column])} but {shapes.shown(last[column])} before."
                problems.append(_problem("fragments", message, name, line, cells))
        document.annotations[-1]["fragments"].append(_fragment(cells))
        return
    document.annotations.append(_annotation(cells))
    document.lines.append(line)


def number(cell: str) -> int | str:
    """Read a whole number as it is written; anything else stays text, so that checks name it."""
    return int(cell) if cell.isascii() and cell.isdigit() and str(int(cell)) == cell else cell


def _fragment(cells: Cells) -> dict[str, Any]:
    start, end, start8, end8, start16, end16 = (number(cells[column]) for column in _OFFSETS)
    return {"start": start, "end": end, "utf8": [start8, end8], "utf16": [start16, end16], "quote": cells["quote"]}


def _annotation(cells: Cells) -> dict[str, Any]:
    return {
        "id": cells["annotation_id"],
        "annotator": cells["annotator"] or None,
        "role": cells["role"],
        "label": cells["label"],
        "fragments": [_fragment(cells)],
        "prefix": cells["prefix"],
        "suffix": cells["suffix"],
        "note": cells["note"] or None,
        "derived_from": cells["derived_from"].split(),
        "created": cells["created"] or None,
        "updated": cells["updated"] or None,
    }


def link_record(cells: Cells) -> dict[str, Any]:
    """Return a row of links as a record of the native format."""
    return {
        "id": cells["link_id"],
        "annotator": cells["annotator"] or None,
        "role": cells["role"],
        "type": cells["type"],
        "from": cells["from_id"],
        "to": cells["to_id"],
        "note": cells["note"] or None,
        "created": cells["created"] or None,
        "updated": cells["updated"] or None,
    }


def set_record(cells: Cells) -> dict[str, Any]:
    """Return a row of sets as a record of the native format."""
    return {
        "annotator": cells["annotator"] or None,
        "role": cells["role"],
        "state": cells["state"],
        "note": cells["note"] or None,
    }
