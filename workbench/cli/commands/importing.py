"""`workbench import`: files, folders, patterns and standard input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from workbench.cli import output
from workbench.cli.session import Session, pass_session
from workbench.cli.stopping import INTERRUPTED, stoppable

if TYPE_CHECKING:
    from workbench.formats.articles import EncodingUnknown
    from workbench.formats.problems import Problem
    from workbench.services.import_report import FileReport, ImportOptions, ImportReport, Progress
    from workbench.storage.engine import Database


@click.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--encoding", metavar="NAME", help="Encoding of text that is not UTF-8, such as cp1252.")
@click.option("--text-field", metavar="NAME", help="Field or column that holds the text of articles [text].")
@click.option("--id-field", metavar="NAME", help="Field or column that names the article [id].")
@click.option("--title-field", metavar="NAME", help="Field or column that holds the title [title].")
@click.option("--skip-bad", is_flag=True, help="Take the good records of a bad file, and list the others.")
@click.option("--strict", is_flag=True, help="Store nothing if any file has a fault.")
@click.option("--as-source", metavar="NAME", help="Take the annotations as imported ones of that source.")
@click.option("--max-bytes", type=click.IntRange(1), metavar="N", help="Largest file of articles [50,000,000].")
@click.option("--max-points", type=click.IntRange(1), metavar="N", help="Longest document, in characters [20,000,000].")
@click.option("--max-documents", type=click.IntRange(1), metavar="N", help="Most new documents at once [100,000].")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome for a program.")
@click.pass_context
@pass_session
def import_(session: Session, ctx: click.Context, /, paths: tuple[str, ...], as_json: bool, **given: Any) -> None:
    """Bring in articles (.txt, .md, .csv, .jsonl, .json) and the workbench's own exports.

    PATH is a file, a folder, a pattern, or - for standard input. A file with an error stores nothing of itself; the
    others go in. The database is made if it is not there.
    """
    from workbench.services.import_report import Listener
    from workbench.services.importing import import_paths

    options = _options(given)
    database = _database(session, paths)
    progress = output.Progress(_progress_line)

    def talk(problem: Problem) -> None:
        progress.clear()
        output.problem(problem)

    def finished(file: FileReport) -> None:
        progress.clear()
        if (line := _file_line(file)) is not None:
            output.say(line)

    with stoppable() as stop:
        ask = _ask if output.interactive() and "-" not in paths else None
        try:
            report = import_paths(database, paths, options, Listener(progress, talk, finished, stop, ask))
        finally:
            progress.clear()
            database.close()
    _print_report(report, as_json)
    ctx.exit(INTERRUPTED if report.cancelled else report.exit_code)


def _options(given: dict[str, Any]) -> ImportOptions:
    from workbench.formats.articles import codec_name
    from workbench.formats.reading import ReadOptions
    from workbench.services.import_report import ImportOptions

    if given["encoding"] is not None:
        codec_name(given["encoding"])
    said = {name: value for name, value in given.items() if value is not None}
    own = {name: said.pop(name) for name in ("skip_bad", "strict", "as_source", "max_documents") if name in said}
    return ImportOptions(ReadOptions(**said), **own)


def _database(session: Session, paths: tuple[str, ...]) -> Database:
    """Return the database, made first where there is none and a path leads somewhere."""
    from workbench.services import upkeep

    if not session.path.exists():
        _refuse_only_wrong_paths(paths)
        if upkeep.init(session.path, make_folder=session.is_default, if_missing=True):
            output.say(f"made the database {session.path}")
    return session.database()


def _refuse_only_wrong_paths(paths: tuple[str, ...]) -> None:
    """Raise EnvironmentFault when no path leads anywhere, so that a slip of the pen makes no database."""
    from workbench.services.import_sources import find_sources

    found = find_sources(paths, ())
    if found.faults and not found.files and not found.passed_over:
        for fault in found.faults[:-1]:
            output.error(str(fault))
        raise found.faults[-1]


def _progress_line(state: Progress) -> str:
    share = f" {100 * state.bytes_done // state.bytes}%" if state.bytes and state.bytes_done <= state.bytes else ""
    return (
        f"importing {state.files_done + 1:,} of {state.files:,}: {state.name}{share}, {state.documents:,} new documents"
    )


def _file_line(file: FileReport) -> str | None:
    from workbench.services.import_report import Outcome

    if file.outcome in (Outcome.STORED, Outcome.UNREADABLE):
        return None
    if file.outcome is Outcome.CANCELLED:
        return f"stopped at {file.name}: nothing of it is stored."
    return f"refused {file.name}: nothing of it is stored."


def _ask(question: EncodingUnknown) -> str | None:
    """Let a person choose among encodings, each shown with a line of the text decoded by it."""
    from workbench.formats.articles import candidates, codec_name

    output.say(f"{question.where}: {question.what}. Which encoding is it in?")
    found = candidates(question.data)
    for number, candidate in enumerate(found, 1):
        output.say(f"  {number}  {candidate.encoding}: {candidate.line}")
    while True:
        answer = click.prompt("number, name, or nothing to refuse the file", default="", show_default=False, err=True)
        if not answer.strip():
            return None
        if answer.strip().isdecimal() and 1 <= int(answer) <= len(found):
            return found[int(answer) - 1].encoding
        try:
            return codec_name(answer.strip())
        except click.ClickException:
            raise
        except Exception as error:
            output.error(str(error))


def _print_report(report: ImportReport, as_json: bool) -> None:
    if as_json:
        output.result_json(_as_json(report))
        return
    if report.undone:
        output.say("nothing is stored: not every file is good, and --strict was given.")
        return
    output.result(_summary(report))


def _summary(report: ImportReport) -> str:
    counts = report.counts
    words = ("document", "set", "annotation", "link", "decision")
    numbers = [(getattr(counts, f"{word}s"), word) for word in words]
    new = ", ".join(output.counted(number, word) for number, word in numbers if number)
    known = [
        output.counted(number, word)
        for number, word in ((counts.known_documents, "document"), (counts.known_sets, "set"))
        if number
    ]
    line = f"imported {new or 'nothing new'}"
    return f"{line}; {' and '.join(known)} known already" if known else line


def _as_json(report: ImportReport) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "stored": not report.undone,
        "cancelled": report.cancelled,
        **asdict(report.counts),
        "files": [asdict(file) for file in report.files],
        "problems": [problem._asdict() for problem in report.problems],
    }
