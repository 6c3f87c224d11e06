"""Bring documents and annotations in: files, folders, patterns and standard input, each file whole or not at all.

Several small files share a transaction, each under a savepoint of its own, so that a hundred thousand tiny
articles do not wait for the disk a hundred thousand times; a file is reported once it is safely stored.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import BinaryIO

from workbench.domain.bundle import Bundle, Project
from workbench.errors import EnvironmentFault, WorkbenchError
from workbench.formats import registry
from workbench.formats.articles import EncodingUnknown, codec_name, file_name_of
from workbench.formats.problems import Item, Problem, Severity
from workbench.formats.reading import Reader
from workbench.services.clock import Clock, SystemClock
from workbench.services.collecting import no_collector
from workbench.services.import_file import FileImport, problem_of
from workbench.services.import_report import (
    KEPT_PROBLEMS,
    MAX_DOCUMENTS,
    Counts,
    FileReport,
    ImportOptions,
    ImportReport,
    Listener,
    Outcome,
    Progress,
)
from workbench.services.import_sources import STANDARD_INPUT, STANDARD_INPUT_NAME, Source, find_sources
from workbench.storage.bulk_write import Stamp
from workbench.storage.engine import Connection, Database

COMMIT_SECONDS = 0.5
"""Small files are committed together until this much time has gone by."""


class _Undo(Exception):
    """Takes the transaction or savepoint around it back; never leaves this module."""

    def __init__(self, outcome: Outcome = Outcome.REFUSED) -> None:
        super().__init__(outcome)
        self.outcome = outcome


class _Question(Exception):
    """A person has to say what a file is encoded in; never leaves this module."""

    def __init__(self, about: EncodingUnknown) -> None:
        super().__init__(about)
        self.about = about


class _Broken(Exception):
    """The file, not the database, raised an error while it was read; never leaves this module."""

    def __init__(self, error: WorkbenchError) -> None:
        super().__init__(error)
        self.error = error


def import_paths(
    database: Database,
    paths: Sequence[str],
    options: ImportOptions | None = None,
    listener: Listener | None = None,
    clock: Clock | None = None,
) -> ImportReport:
    """Import files, folders, patterns and "-" for standard input, in the order given, folders by name.

    Each file goes in whole or not at all, whatever becomes of the others. What is wrong with a file is
    in the report and told to the listener. Raises UsageError for what cannot be meant, and EnvironmentFault when
    the database cannot be written; files reported as finished before that are stored.
    """
    run = _Import(database, options or ImportOptions(), listener or Listener(), clock or SystemClock())
    return run.all_of(paths)


class _Import:
    """One import: its files one after the other, in as few transactions as are quick."""

    def __init__(self, database: Database, options: ImportOptions, listener: Listener, clock: Clock) -> None:
        if options.read.encoding is not None:
            codec_name(options.read.encoding)
        self._database = database
        self._options = options
        self._listener = listener
        self._clock = clock
        self._encodings: dict[str, str | None] = {}
        self._documents = 0
        self._files = 0
        self._input: BinaryIO | None = None
        self._resources = ExitStack()
        self.report = ImportReport()

    def all_of(self, paths: Sequence[str]) -> ImportReport:
        """Import everything the paths stand for."""
        found = find_sources(paths, registry.READABLE)
        for fault in found.faults:
            file = FileReport(fault.where, Outcome.UNREADABLE)
            self._say(problem_of(fault, fault.where), file)
            self._finish(file)
        if found.passed_over:
            self._say(Problem(Severity.NOTE, "passed-over", _passed_over(found.passed_over)), None)
        self._files = len(found.files)
        waiting = list(reversed(found.files))
        with self._resources:
            while waiting and not self.report.cancelled:
                question = self._transaction(waiting)
                if question is not None:
                    # Asked between transactions: a person may take minutes, and nobody else could save meanwhile.
                    self._ask(waiting[-1], question)
        return self.report

    def _transaction(self, waiting: list[Source]) -> EncodingUnknown | None:
        """Import files from the end of the list until it is time to commit; with `strict` that is the end.

        Returns what to ask about the file that is then the last of the list.
        """
        done: list[FileReport] = []
        question = None
        began = time.monotonic()
        try:
            with self._database.write() as connection, no_collector():
                while waiting and not self.report.cancelled:
                    try:
                        done.append(self._file(connection, waiting[-1], len(done)))
                    except _Question as asked:
                        question = asked.about
                        break
                    waiting.pop()
                    if time.monotonic() - began > COMMIT_SECONDS and not self._options.strict:
                        break
                if self._options.strict and self._not_all_good(done):
                    raise _Undo
        except _Undo:
            self.report.undone = True
            for file in done:
                file.outcome = Outcome.REFUSED if file.outcome is Outcome.STORED else file.outcome
        for file in done:
            self._finish(file)
        return question

    def _not_all_good(self, done: list[FileReport]) -> bool:
        return self.report.cancelled or any(file.failing for file in (*done, *self.report.files))

    def _finish(self, file: FileReport) -> None:
        self.report.files.append(file)
        if file.outcome is Outcome.STORED:
            self.report.counts.add(file.counts)
        self._listener.finished(file)

    def _ask(self, source: Source, question: EncodingUnknown) -> None:
        assert self._listener.ask_encoding is not None
        self._encodings[source.name] = self._listener.ask_encoding(question)

    def _file(self, connection: Connection, source: Source, earlier: int) -> FileReport:
        """Import one file under a savepoint; `earlier` files of this transaction are not reported yet."""
        file = FileReport(source.name)
        try:
            with connection.begin_nested():
                self._contents(connection, source, file, len(self.report.files) + earlier)
        except _Undo as undone:
            file.outcome = undone.outcome
            self.report.cancelled |= undone.outcome is Outcome.CANCELLED
        except _Broken as broken:
            known = broken.error
            if isinstance(known, EncodingUnknown) and self._may_ask(source):
                if not self._options.strict:
                    raise _Question(known) from known
                self._ask(source, known)
                return self._file(connection, source, earlier)
            self._say(problem_of(known, source.name), file)
            file.outcome = Outcome.UNREADABLE if isinstance(known, EnvironmentFault) else Outcome.REFUSED
        if file.outcome is Outcome.STORED:
            self._documents += file.counts.documents
        return file

    def _may_ask(self, source: Source) -> bool:
        return self._listener.ask_encoding is not None and source.name not in self._encodings

    def _contents(self, connection: Connection, source: Source, file: FileReport, number: int) -> None:
        """Store what a file holds, or raise what takes it back."""
        work = FileImport(connection, self._stamp(source), self._options, source.name)
        file.counts = work.counts
        with self._reader(source) as reader:
            self._say_all(reader.problems, file, work)
            self._say_all(work.begin(reader.project, reader.complete), file, work)
            try:
                for item in self._items(reader):
                    self._follow(source, reader.done, number, work)
                    self._say_all(work.take(item, self._options.max_documents - self._documents), file, work)
            except _Broken as broken:
                if not self._options.skip_bad or isinstance(broken.error, EncodingUnknown | EnvironmentFault):
                    raise
                self._say(problem_of(broken.error, source.name), file)
        work.finish()
        if file.errors and (not self._options.skip_bad or file.counts == Counts()):
            raise _Undo

    def _stamp(self, source: Source) -> Stamp:
        name = STANDARD_INPUT_NAME if source.path is None else file_name_of(source.name)
        return Stamp(self._clock.new_uid("import-"), f"import {name}", self._clock.now())

    def _reader(self, source: Source) -> Reader:
        options = self._options.read
        if chosen := self._encodings.get(source.name):
            options = replace(options, encoding=chosen)
        try:
            if source.path is None:
                return registry.open_reader(STANDARD_INPUT, options, self._standard_input())
            return registry.open_reader(source.path, options)
        except WorkbenchError as error:
            raise _Broken(error) from error

    def _standard_input(self) -> BinaryIO:
        """Return standard input as a stream that can be read again once its encoding is known."""
        if self._input is None:
            self._input = self._resources.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
            shutil.copyfileobj(sys.stdin.buffer, self._input)
        self._input.seek(0)
        return os.fdopen(os.dup(self._input.fileno()), "rb")

    def _items(self, reader: Reader) -> Iterator[Item]:
        """Iterate a reader, its own errors told apart from those of the database."""
        items = iter(reader)
        while True:
            try:
                item = next(items, None)
            except WorkbenchError as error:
                raise _Broken(error) from error
            if item is None:
                return
            yield item

    def _follow(self, source: Source, done: int, number: int, work: FileImport) -> None:
        if self._listener.cancelled():
            raise _Undo(Outcome.CANCELLED)
        documents = self._documents + work.counts.documents
        self._listener.progress(Progress(number, self._files, source.name, done, source.size, documents))

    def _say_all(self, problems: Iterable[Problem], file: FileReport, work: FileImport) -> None:
        for problem in problems:
            self._say(problem, file)
            if file.errors and not self._options.skip_bad:
                work.doom()

    def _say(self, problem: Problem, file: FileReport | None) -> None:
        if file is not None:
            file.failing += problem.fails
            file.errors += problem.severity is Severity.ERROR
        if problem.file == STANDARD_INPUT:
            problem = problem._replace(file=STANDARD_INPUT_NAME)
        if len(self.report.problems) < KEPT_PROBLEMS:
            self.report.problems.append(problem)
        self._listener.said(problem)


def _passed_over(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
    kinds = ", ".join(sorted(registry.READABLE))
    count = "1 file was" if len(names) == 1 else f"{len(names):,} files were"
    return f"{count} passed over ({shown}): in folders only {kinds} are read."


def store_bundles(
    database: Database,
    project: Project,
    bundles: Iterable[Bundle],
    title: str,
    clock: Clock,
) -> ImportReport:
    """Store documents made by the program itself, such as the demo's, in one transaction and one operation.

    A fresh database takes the project over. Raises WorkbenchError for the first thing that cannot be stored;
    nothing is stored then.
    """
    report = ImportReport()
    with database.write() as connection:
        stamp = Stamp(clock.new_uid("import-"), title, clock.now())
        work = FileImport(connection, stamp, ImportOptions(), title)
        _raise_first(work.begin(project, complete=True))
        for bundle in bundles:
            _raise_first(work.take(Item(bundle, []), MAX_DOCUMENTS))
        work.finish()
    report.files.append(FileReport(title, counts=work.counts))
    report.counts.add(work.counts)
    return report


def _raise_first(problems: Iterable[Problem]) -> None:
    for problem in problems:
        if problem.severity is Severity.ERROR:
            raise WorkbenchError(problem.message, where=f"{problem.where}: {problem.thing}".rstrip(": "))
