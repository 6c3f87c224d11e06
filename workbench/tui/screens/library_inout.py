"""Importing, exporting, the sample articles and upgrading, from the library: what is asked, done and reported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from workbench.errors import NeedsUpgrade, WorkbenchError
from workbench.tui.screens.dialogs.choose import Choice, ChooseDialog
from workbench.tui.screens.dialogs.confirm import ConfirmDialog
from workbench.tui.screens.dialogs.message import MessageDialog
from workbench.tui.screens.dialogs.path import PathPrompt
from workbench.tui.screens.dialogs.progress import Outcome, ProgressDialog, Report
from workbench.tui.shown import shown
from workbench.tui.widgets.library_lines import counted

if TYPE_CHECKING:
    from workbench.formats.articles import EncodingUnknown
    from workbench.services.exporting import ExportReport
    from workbench.services.import_report import ImportReport
    from workbench.tui.app import WorkbenchApp

T = TypeVar("T")

LISTED_PROBLEMS = 12
"""Findings that a report shows; the rest are counted."""


async def run_with_progress(app: WorkbenchApp, title: str, job: Callable[[Report], T], unit: str) -> Outcome[T]:
    """Run work behind a progress dialog; raise what it raised."""
    outcome = await app.push_screen_wait(ProgressDialog(title, job, unit=unit))
    assert outcome is not None
    if outcome.error is not None:
        raise outcome.error
    return outcome


# In.


async def import_articles(app: WorkbenchApp) -> bool:
    """Ask for a path, import it, and report; say whether anything may be new."""
    path = await app.push_screen_wait(
        PathPrompt(
            "Import articles",
            text="A file, a folder, or a pattern such as articles/*.txt. Texts (.txt, .md), tables (.csv) "
            "and JSON (.json, .jsonl) are read; texts are never changed afterwards.",
            placeholder="path",
        )
    )
    if path is None:
        return False
    outcome = await run_with_progress(
        app, "Importing", lambda report: _import(app, str(Path(path.strip()).expanduser()), report), "articles"
    )
    assert outcome.result is not None
    await app.push_screen_wait(MessageDialog("Import", import_words(outcome.result)))
    return True


def _import(app: WorkbenchApp, path: str, report: Report) -> ImportReport:
    from workbench.services import import_report, importing, upkeep

    def progress(now: import_report.Progress) -> None:
        file = f"{now.files_done + 1:,} of {now.files:,}: {now.name}" if now.files > 1 else now.name
        report.step(now.documents, None, file)

    upkeep.init(app.settings.db, make_folder=True, if_missing=True)
    backend = app.backend()
    listener = import_report.Listener(
        progress=progress, cancelled=report.cancelled, ask_encoding=lambda about: _ask_encoding(app, about, report)
    )
    return importing.import_paths(backend.database, [path], listener=listener, clock=backend.clock)


def _ask_encoding(app: WorkbenchApp, about: EncodingUnknown, report: Report) -> str | None:
    """Ask what a file is encoded in, from the thread that imports; None leaves the file out."""
    from workbench.formats.articles import candidates

    choices = [Choice(found.encoding, found.encoding, help=found.line) for found in candidates(about.data)]
    if not choices:
        return None
    text = f"{about.where} is not UTF-8. Which of these lines reads right? Leaving this leaves the file out."
    answer: Future[str | None] = Future()
    app.call_from_thread(app.push_screen, ChooseDialog("Which encoding?", choices, text=text), answer.set_result)
    while app.is_running and not report.cancelled():
        try:
            return answer.result(timeout=0.5)
        except NotYet:
            continue
    return None


def import_words(report: ImportReport) -> str:
    """Return what an import did, in sentences."""
    counts = report.counts
    parts = [(counts.documents, "article"), (counts.annotations, "annotation"), (counts.links, "link")]
    stored = ", ".join(counted(number, noun) for number, noun in parts if number) or "nothing"
    lines = [f"Imported: {stored}."]
    if counts.known_documents:
        were = "was" if counts.known_documents == 1 else "were"
        lines.append(f"{counted(counts.known_documents, 'article')} {were} here already.")
    if report.cancelled:
        lines.append("Stopped: files finished before are imported, nothing of the one that was being read.")
    bad = sum(file.outcome.value in ("refused", "unreadable") for file in report.files)
    if bad:
        lines.append(f"{counted(bad, 'file')} could not be taken.")
    said = [_problem_words(problem) for problem in report.problems]
    lines += ["", *said[:LISTED_PROBLEMS]] if said else []
    if len(said) > LISTED_PROBLEMS:
        lines.append(f".. and {len(said) - LISTED_PROBLEMS:,} more; `workbench import` prints them all.")
    return "\n".join(lines)


def _problem_words(problem: object) -> str:
    where = getattr(problem, "where", "")
    thing = getattr(problem, "thing", "")
    head = ", ".join(part for part in (where, thing) if part)
    message = getattr(problem, "message", "")
    return f"{head}: {message}" if head else str(message)


async def add_samples(app: WorkbenchApp) -> bool:
    """Put the five sample articles, without anybody's annotations, into the empty library."""
    await run_with_progress(app, "Adding the sample articles", lambda _: _add_samples(app), "")
    return True


def _add_samples(app: WorkbenchApp) -> None:
    from workbench.services import samples, upkeep

    upkeep.init(app.settings.db, make_folder=True, if_missing=True)
    backend = app.backend()
    samples.add_samples(backend.database, backend.clock)


# Out.


@dataclass(frozen=True, slots=True)
class Target:
    """A way to export: format, what the proposed path ends in, and the profile of tables."""

    format: str
    ending: str
    profile: str = "plain"


TARGETS = (
    Choice(Target("csv", "-tables"), "for a spreadsheet", "s", "a folder of CSV tables"),
    Choice(
        Target("csv", "-excel", "excel"), "for Excel", "e", "the same, altered as Excel wants it; cannot be imported"
    ),
    Choice(Target("jsonl", ".jsonl"), "for a program", "p", "JSON lines; holds all, can be imported again"),
    Choice(Target("json", ".json"), "for a program, one document", "j", "the same as JSON"),
)


async def export_annotations(app: WorkbenchApp, uids: Sequence[str]) -> None:
    """Ask what for, whose and where to; write, and say what the format could not hold. No uids: every article."""
    which = counted(len(uids), "ticked article") if uids else "all articles"
    target = await app.push_screen_wait(ChooseDialog(f"Export {which}", TARGETS))
    whose = await _ask_whose(app) if target is not None else None
    if target is None or whose is None:
        return
    path = await _ask_where(app, target)
    if path is None:
        return
    outcome = await run_with_progress(
        app, "Exporting", lambda report: _export(app, target, whose, uids, path, report), "articles"
    )
    assert outcome.result is not None
    await app.push_screen_wait(MessageDialog("Export", export_words(outcome.result, path)))


async def _ask_whose(app: WorkbenchApp) -> str | None:
    """Return a name, or "" for everybody; None when the question was left."""
    if app.annotator is None:
        return ""
    choices = [
        Choice(app.annotator, f"what {app.annotator} annotated", "m", "articles without any are left out"),
        Choice("", "everything in the database", "e", "all annotators, and what was imported"),
    ]
    return await app.push_screen_wait(ChooseDialog("Whose annotations?", choices))


async def _ask_where(app: WorkbenchApp, target: Target) -> Path | None:
    what = "A folder, which is made" if target.format == "csv" else "A file"
    proposed = Path.cwd() / f"{app.settings.db.stem}{target.ending}"
    typed = await app.push_screen_wait(PathPrompt("Export to", str(proposed), text=f"{what}:", check=_place_problem))
    if typed is None:
        return None
    path = Path(typed.strip()).expanduser()
    if path.exists():
        question = f"{shown(str(path))} is there already. Replace what it holds?"
        if not await app.push_screen_wait(ConfirmDialog("Replace?", question, yes="Replace", dangerous=True)):
            return None
    return path


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, and what its proof found wrong; None where nothing was there to prove."""

    report: ExportReport
    failures: tuple[str, ...] | None = None


def _place_problem(typed: str) -> str | None:
    """Say why nothing can be written to a path, as far as that is seen now."""
    if not typed.strip():
        return "Write a path."
    folder = Path(typed.strip()).expanduser().absolute().parent
    return None if folder.is_dir() else f"There is no folder {folder}."


def _export(app: WorkbenchApp, target: Target, whose: str, uids: Sequence[str], path: Path, report: Report) -> Exported:
    from workbench.services import exporting

    selection = exporting.Selection(
        annotators=frozenset({whose}) if whose else None, documents=frozenset(uids) if uids else None
    )
    options = exporting.ExportOptions(selection, csv_profile=target.profile)
    watcher = exporting.Watcher(progress=report.step, cancelled=report.cancelled)
    done = exporting.export(app.backend().database, target.format, path, options, watcher)
    if done.cancelled or not done.files:
        return Exported(done)
    report.step(done.documents, done.documents, "reading it again, to prove it")
    return Exported(done, _proof(path, target))


def _proof(path: Path, target: Target) -> tuple[str, ...]:
    from workbench.services.verifying import Verification, VerifyOptions

    found = Verification([path], VerifyOptions(spreadsheet=target.profile == "excel")).run()
    return tuple(_problem_words(problem) for problem in found if problem.fails)


def export_words(done: Exported, path: Path) -> str:
    """Return what an export did, in sentences, and whether it proves itself."""
    report = done.report
    if report.cancelled:
        return "Stopped. Nothing was written."
    parts = [(report.documents, "article"), (report.annotations, "annotation"), (report.links, "link")]
    lines = ["Written: " + (", ".join(counted(number, noun) for number, noun in parts if number) or "nothing") + "."]
    lines += [str(file) for file in report.files]
    if report.passed_over:
        lines.append(f"{counted(report.passed_over, 'article')} without such annotations left out.")
    if report.losses:
        lines += ["", f"This format cannot hold everything: {report.losses}"]
    lines += [str(fault) for fault in report.faults[:LISTED_PROBLEMS]]
    if done.failures is not None:
        lines += ["", *_proof_words(done.failures, path)]
    return "\n".join(lines)


def _proof_words(failures: Sequence[str], path: Path) -> list[str]:
    if failures:
        return ["It does not prove itself:", *failures[:LISTED_PROBLEMS]]
    return ["It was read again and proves itself: every quote is where it says. Anybody can repeat that with",
            f"workbench verify {path}"]  # fmt: skip


# Upgrading.


async def upgrade(app: WorkbenchApp, error: WorkbenchError) -> bool:
    """Ask, then bring the database to this release's schema after a backup; say whether that was done."""
    assert isinstance(error, NeedsUpgrade)
    text = (
        f"{error.where} {error.what}. It can be upgraded now: a checked backup is made beside it first, and on any "
        "failure the file stays as it is."
    )
    if not await app.push_screen_wait(ConfirmDialog("Upgrade the database?", text, yes="Upgrade", no="Not now")):
        return False
    outcome = await run_with_progress(app, "Upgrading", lambda _: _upgrade(app.settings.db), "")
    backup = outcome.result
    app.tell(f"Upgraded. The backup is {backup}." if backup else "It was upgraded already.")
    return True


def _upgrade(path: Path) -> Path | None:
    from workbench.services import upkeep
    from workbench.services.clock import SystemClock

    return upkeep.upgrade(path, SystemClock()).backup
