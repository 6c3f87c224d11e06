"""Write documents and annotations to files: one moment of the database, whole or not at all, same data same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from workbench.domain.bundle import AnnotatorRow, Bundle, Project
from workbench.errors import Exit, NotFound, UsageError
from workbench.formats.problems import FormatError
from workbench.formats.registry import Writer, format_named
from workbench.formats.writing import WriteOptions
from workbench.services.collecting import no_collector
from workbench.storage import catalogue
from workbench.storage.bulk_read import ALL, Damaged, count_documents, people_in, read_bundles
from workbench.storage.bulk_read import Selection as Selection
from workbench.storage.documents import find_document
from workbench.storage.engine import Connection, Database


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How to export. `stamp` is a time to write into the head of the file, None for none."""

    selection: Selection = ALL
    strict: bool = False
    csv_profile: str = "plain"
    stamp: str | None = None


@dataclass(slots=True)
class ExportReport:
    """What an export did. `faults` name the documents left out because they are damaged, `losses` is the one line of
    what the format cannot hold, `passed_over` counts documents without a set that was asked for.
    """

    files: list[Path] = field(default_factory=list)
    documents: int = 0
    sets: int = 0
    annotations: int = 0
    links: int = 0
    decisions: int = 0
    passed_over: int = 0
    faults: list[FormatError] = field(default_factory=list)
    losses: str | None = None
    cancelled: bool = False

    @property
    def exit_code(self) -> Exit:
        """Return the command's exit status."""
        return Exit.PROBLEMS if self.faults or self.cancelled else Exit.OK


def _nothing(*_: object) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who follows an export: `progress` gets documents done and all there are, `cancelled` is asked between them."""

    progress: Callable[[int, int], None] = _nothing
    cancelled: Callable[[], bool] = lambda: False


class _Stopped(Exception):
    """Unwinds a cancelled export; never leaves this module."""


def export(
    database: Database,
    format_name: str,
    target: Path | None,
    options: ExportOptions | None = None,
    watcher: Watcher | None = None,
) -> ExportReport:
    """Export to `target`, a file or for tables a folder; None is standard output.

    A damaged document is left out and named in the report. Raises UsageError for an unknown format, NotFound for an
    annotator, document or label that is not there, FormatError for losses under `strict` (nothing is written then),
    EnvironmentFault for what the disk refuses.
    """
    options, watcher = options or ExportOptions(), watcher or Watcher()
    write = _writer(format_name, options)
    report = ExportReport()
    with database.read() as connection, no_collector():
        check_selection(connection, options.selection)
        project = _project(connection, options)
        bundles = _followed(connection, options.selection, report, watcher)
        try:
            written = write(project, bundles, target, WriteOptions(options.strict, options.csv_profile, options.stamp))
        except _Stopped:
            report.cancelled = True
            return report
    report.files, report.losses = written.files, written.losses
    report.faults += written.faults
    report.documents -= len(written.faults)
    return report


def _writer(format_name: str, options: ExportOptions) -> Writer:
    chosen = format_named(format_name)
    if options.stamp is not None and chosen.folder:
        raise UsageError(
            f"{format_name} has no place for the time of the export", remedy="Leave it out, or export as jsonl or json."
        )
    return chosen.write


def check_selection(connection: Connection, selection: Selection) -> None:
    """Raise NotFound for the first name in a selection that nothing here has."""
    known = {annotator.name for annotator in catalogue.list_annotators(connection)}
    for name in sorted((selection.annotators or frozenset()) - known):
        raise NotFound(f'no annotator "{name}"', remedy=f"Annotators here: {', '.join(sorted(known)) or 'none yet'}.")
    label_set = catalogue.load_label_set(connection)
    for name in sorted(selection.labels or ()):
        label_set.by_name(name)
    for uid in sorted(selection.documents or ()):
        find_document(connection, uid)


def _project(connection: Connection, options: ExportOptions) -> Project:
    """Return the project with the people of this export: who was added on purpose, and who has something in it."""
    selection = options.selection
    present = people_in(connection, selection)
    people = tuple(
        AnnotatorRow(person.name, person.uid, person.full_name)
        for person in catalogue.list_annotators(connection, catalogue.PERSON)
        if (person.declared or person.id in present)
        and (selection.annotators is None or person.name in selection.annotators)
    )
    return replace(catalogue.load_project(connection), annotators=people)


def _followed(connection: Connection, selection: Selection, report: ExportReport, watcher: Watcher) -> Iterator[Bundle]:
    """Yield the sound documents, counting them on the way."""
    total = count_documents(connection) if selection.documents is None else len(selection.documents)
    seen = 0
    for seen, found in enumerate(read_bundles(connection, selection), 1):
        if watcher.cancelled():
            raise _Stopped
        if isinstance(found, Damaged):
            where = f'document "{found.document}"'
            report.faults.append(FormatError(found.message, where=where, remedy="Run `workbench doctor`."))
            continue
        report.documents += 1
        report.sets += len(found.sets)
        report.annotations += len(found.annotations)
        report.links += len(found.links)
        report.decisions += len(found.decisions)
        yield found
        watcher.progress(seen, total)
    report.passed_over = total - seen
