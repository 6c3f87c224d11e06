"""CSV tables: annotations (a row a fragment), links, sets, documents and decisions, after RFC 4180.

The `excel` profile is for people with a spreadsheet: a byte order mark, and an apostrophe before every cell that
a spreadsheet would take for a formula. It alters data, so its files have other names.
"""

from __future__ import annotations

import csv
import io
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import SpooledTemporaryFile, TemporaryFile
from typing import Any, BinaryIO

import orjson

from workbench.domain.bundle import AnnotationRow, Bundle, DecisionRow, DocumentRow, Project
from workbench.domain.labels import AttributeValue
from workbench.domain.text import CONTEXT
from workbench.formats.atomic import AtomicFolder, atomic_writer
from workbench.formats.losses import REPORT, Loss, Losses
from workbench.formats.native_writer import check_fragments, in_order, sound
from workbench.formats.problems import FormatError
from workbench.formats.reading import BOM
from workbench.formats.units import UnitCounter
from workbench.formats.writing import WriteOptions, Written

_DOCUMENT = ("document_id", "document_sha256")
ANNOTATION_COLUMNS = (
    *_DOCUMENT,
    *("annotation_id", "annotator", "role", "label", "fragment", "fragments"),
    *("start", "end", "utf8_start", "utf8_end", "utf16_start", "utf16_end"),
    *("quote", "prefix", "suffix", "note", "derived_from", "created", "updated"),
)
LINK_COLUMNS = (
    *_DOCUMENT,
    *("link_id", "annotator", "role", "type", "from_id", "to_id", "note", "created", "updated"),
)
SET_COLUMNS = (*_DOCUMENT, "annotator", "role", "state", "note")
DOCUMENT_COLUMNS = (
    *("document_id", "title", "sha256", "codepoints"),
    *("path", "origin_sha256", "encoding", "newlines"),
)
DECISION_COLUMNS = (
    *_DOCUMENT,
    *("decision_id", "kind", "adjudicator", "rule", "time", "note", "shown", "result"),
)
META = "meta_"
ATTRIBUTE = "attribute_"
TABLES = ("annotations", "links", "sets", "documents", "decisions")
_FORMULA = frozenset("=+-@\t\r\n")
_SPOOL = 1 << 20

Row = Sequence[Any]


def export_tables(project: Project, bundles: Iterable[Bundle], target: Path | None, options: WriteOptions) -> Written:
    """Write the tables into the folder `target`, all or none; without one, the annotations to standard output.

    Raises FormatError for losses under `strict`.
    """
    written = Written()
    with Losses("csv") as losses:
        tables = _Rows(project, options.csv_profile == "excel", losses)
        sound_bundles = _sound(bundles, tables, written.faults.append)
        if target is None:
            _to_output(tables, sound_bundles, losses, options, written)
        else:
            _to_folder(tables, sound_bundles, losses, options, written, target)
    return written


def _sound(
    bundles: Iterable[Bundle], tables: _Rows, on_fault: Callable[[FormatError], None]
) -> Iterator[tuple[Bundle, list[Row]]]:
    for bundle in bundles:
        try:
            with sound(bundle.document):
                rows = tables.annotations(bundle)
        except FormatError as error:
            on_fault(error)
            continue
        yield bundle, rows


def _to_output(
    tables: _Rows,
    bundles: Iterable[tuple[Bundle, list[Row]]],
    losses: Losses,
    options: WriteOptions,
    written: Written,
) -> None:
    left = Counter[str]()
    with ExitStack() as stack:
        out = stack.enter_context(atomic_writer(None))
        # Nothing may have left the program when a loss is found and none is allowed.
        held = stack.enter_context(TemporaryFile()) if options.strict else out
        with Table(held, tables.annotation_columns, tables.excel) as table:
            for bundle, rows in bundles:
                table.write(rows)
                left["document"] += 1
                for kind, records in (("link", bundle.links), ("set", bundle.sets), ("decision", bundle.decisions)):
                    left[kind] += len(records)
        parts = [f"{number:,} {kind}{'s' * (number != 1)}" for kind, number in sorted(left.items()) if number]
        if parts:
            missing = f"csv: only the annotations are here; left out: {', '.join(parts)}"
            written.losses = f"{missing}. Use -o FOLDER for all tables."
        if options.strict:
            losses.refuse()
            if parts:
                raise FormatError(f"{missing}; nothing was written", remedy="Use -o FOLDER for all tables.")
            held.seek(0)
            shutil.copyfileobj(held, out)


def _to_folder(
    tables: _Rows,
    bundles: Iterable[tuple[Bundle, list[Row]]],
    losses: Losses,
    options: WriteOptions,
    written: Written,
    target: Path,
) -> None:
    with AtomicFolder(target) as folder:
        _write_tables(folder, tables, bundles)
        if options.strict:
            losses.refuse()
        if losses:
            losses.write(folder.open(REPORT))
            written.losses = f"{losses.summary}; see {target / REPORT}"
        else:
            folder.remove(REPORT)
    written.files += [target / name for name in folder.names]


def _write_tables(folder: AtomicFolder, tables: _Rows, bundles: Iterable[tuple[Bundle, list[Row]]]) -> None:
    def open_table(name: str, columns: Sequence[str]) -> Table:
        return Table(folder.open(tables.file_name(name)), columns, tables.excel)

    decisions: Table | None = None
    with (
        open_table("annotations", tables.annotation_columns) as annotations,
        open_table("links", LINK_COLUMNS) as links,
        open_table("sets", SET_COLUMNS) as sets,
        _Documents() as documents,
    ):
        for bundle, rows in bundles:
            annotations.write(rows)
            links.write(tables.links(bundle))
            sets.write(tables.sets(bundle))
            documents.add(bundle.document)
            if bundle.decisions:
                decisions = decisions or open_table("decisions", DECISION_COLUMNS)
                decisions.write(tables.decisions(bundle))
        with open_table("documents", documents.columns) as table:
            table.write(tables.altered(documents.rows(), "document"))
    if decisions is None:
        folder.remove(tables.file_name("decisions"))
    else:
        decisions.close()


class Table:
    """A CSV table being written to a binary stream that somebody else closes."""

    def __init__(self, out: BinaryIO, columns: Sequence[str], excel: bool) -> None:
        if excel:
            out.write(BOM)
        self._text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=False)
        self._writer = csv.writer(self._text, lineterminator="\r\n")
        self._writer.writerow(columns)

    def __enter__(self) -> Table:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, rows: Iterable[Row]) -> None:
        """Append rows; None becomes an empty cell."""
        self._writer.writerows(rows)

    def close(self) -> None:
        """Hand everything to the stream below, which stays open."""
        self._text.flush()
        self._text.detach()


class _Documents:
    """The documents' rows, kept aside until all metadata keys are known, in flat memory."""

    def __init__(self) -> None:
        self._spool: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(_SPOOL)  # noqa: SIM115 (closed on exit)
        self._keys: set[str] = set()

    def __enter__(self) -> _Documents:
        return self

    def __exit__(self, *_: object) -> None:
        self._spool.close()

    def add(self, row: DocumentRow) -> None:
        """Keep the row of a document."""
        origin = row.origin
        source = (origin.path, origin.sha256, origin.encoding, origin.newlines) if origin else (None,) * 4
        self._keys.update(row.meta)
        cells = (row.uid, row.title, row.sha256, len(row.text), *source)
        self._spool.write(orjson.dumps((cells, row.meta)) + b"\n")

    @property
    def columns(self) -> list[str]:
        """Names of the columns, metadata in use included."""
        return [*DOCUMENT_COLUMNS, *(META + key for key in sorted(self._keys))]

    def rows(self) -> Iterator[Row]:
        """Yield the rows, in the order they came."""
        keys = sorted(self._keys)
        self._spool.seek(0)
        for line in self._spool:
            cells, meta = orjson.loads(line)
            yield [*cells, *(cell(meta.get(key)) for key in keys)]


def cell(value: Any) -> Any:
    """Write a JSON value as a cell: texts as they are, null as nothing, all else as JSON."""
    return value if value is None or isinstance(value, str) else orjson.dumps(value).decode()


class _Rows:
    """Turns bundles into rows of each table and takes note of what they cannot hold."""

    def __init__(self, project: Project, excel: bool, losses: Losses) -> None:
        names = [attribute.name for label in project.label_set.labels for attribute in label.attributes]
        self.attributes = list(dict.fromkeys(names))
        self.excel = excel
        self._losses = losses

    def file_name(self, table: str) -> str:
        """Name the file of a table; the excel profile has names of its own."""
        return f"{table}-excel.csv" if self.excel else f"{table}.csv"

    @property
    def annotation_columns(self) -> list[str]:
        """Columns of the annotations' table, those of attributes at the end."""
        return [*ANNOTATION_COLUMNS, *(ATTRIBUTE + name for name in self.attributes)]

    def annotations(self, bundle: Bundle) -> list[Row]:
        """Return a row a fragment. Raises FormatError for a place outside the text."""
        document, text = bundle.document.uid, bundle.document.text
        size, counter = len(text), UnitCounter(text)
        head = (document, bundle.document.sha256)
        rows: list[Row] = []
        add = rows.append
        for row in in_order(bundle):
            uid, (role, annotator), label, fragments, note, derived, provenance, created, updated, _, attributes = row
            check_fragments(fragments, size, uid, document)
            start, end = fragments[0][0], fragments[-1][1]
            prefix, suffix = text[start - CONTEXT if start > CONTEXT else 0 : start], text[end : end + CONTEXT]
            tail = (prefix, suffix, note, " ".join(derived), created, updated)
            if self.attributes:
                tail += self._values(attributes)
            if provenance is not None or derived or note == "":
                self._note_losses(document, row)
            whose = (*head, uid, annotator, role, label)
            count = len(fragments)
            for number, (first, last) in enumerate(fragments, 1):
                quote = text[first:last]
                first8, first16 = counter.units(first)
                last8 = first8 + (last - first if counter.ascii else len(quote.encode()))
                last16 = counter.utf16_at(last)
                add((*whose, number, count, first, last, first8, last8, first16, last16, quote, *tail))
        return list(self.altered(rows, "annotation")) if self.excel else rows

    def _values(self, attributes: tuple[tuple[str, AttributeValue], ...]) -> tuple[Any, ...]:
        values = dict(attributes)
        return tuple(cell(values.get(name)) for name in self.attributes)

    def _note_losses(self, document: str, row: AnnotationRow) -> None:
        if row.provenance is not None:
            self._losses.add(Loss(document, "derivation", row.uid, "dropped", "tables have no provenance"))
        if any(" " in uid for uid in row.derived_from):
            self._losses.add(Loss(document, "derivation", row.uid, "changed", "an id it names holds a blank"))
        if row.note == "":
            self._losses.add(Loss(document, "note", row.uid, "changed", "an empty cell is no note"))

    def links(self, bundle: Bundle) -> Iterable[Row]:
        """Return a row a link, by id."""
        head = (bundle.document.uid, bundle.document.sha256)
        rows: Iterable[Row] = [
            (*head, uid, annotator, role, kind, source, target, note, created, updated)
            for uid, (role, annotator), kind, source, target, note, created, updated in sorted(bundle.links)
        ]
        return self.altered(rows, "link")

    def sets(self, bundle: Bundle) -> Iterable[Row]:
        """Return a row a set, by role and annotator."""
        head = (bundle.document.uid, bundle.document.sha256)
        ordered = sorted(bundle.sets, key=lambda row: (row.key.role, row.key.annotator or ""))
        rows: Iterable[Row] = [(*head, row.key.annotator, row.key.role, row.state, row.note) for row in ordered]
        return self.altered(rows, "comment")

    def decisions(self, bundle: Bundle) -> Iterable[Row]:
        """Return a row a decision, by id."""
        ordered = sorted(bundle.decisions, key=lambda row: row.uid)
        head = (bundle.document.uid, bundle.document.sha256)
        rows: Iterable[Row] = [(*head, *self._decision(bundle.document.uid, row)) for row in ordered]
        return self.altered(rows, "decision")

    def _decision(self, document: str, row: DecisionRow) -> Row:
        if row.stale:
            self._losses.add(Loss(document, "decision", row.uid, "changed", "tables do not say that it is stale"))
        times = row.uid, row.kind, row.adjudicator, row.rule, row.time, row.note
        return (*times, row.shown, " ".join(row.result))

    def altered(self, rows: Iterable[Row], kind: str) -> Iterable[Row]:
        """Return the rows as the profile wants them, noting those that had to be altered."""
        return self._disarmed(rows, kind) if self.excel else rows

    def _disarmed(self, rows: Iterable[Row], kind: str) -> Iterator[Row]:
        for row in rows:
            cells = ["'" + value if isinstance(value, str) and value[:1] in _FORMULA else value for value in row]
            if cells != list(row):
                uid = row[2] if kind != "document" else row[0]
                why = "an apostrophe stands before a cell that a spreadsheet would take for a formula"
                self._losses.add(Loss(row[0], "text" if kind == "document" else kind, uid or "gold", "changed", why))
            yield cells
