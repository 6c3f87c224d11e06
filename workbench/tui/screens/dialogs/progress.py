"""Long work: what is being done, how far it is, and a key that stops it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Generic, TypeVar

from rich.text import Text
from textual import work
from textual.widget import Widget
from textual.widgets import ProgressBar, Static

from workbench.tui.screens.dialogs.dialog import Dialog
from workbench.tui.shown import shortened

T = TypeVar("T")

UNSEEN = 0.3
"""Seconds that work may take without anything being shown."""
BETWEEN = 0.1
"""Seconds between two looks at how far the work is."""


class Report:
    """What the work tells and asks, from its own thread."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self.done, self.total, self.what = 0, 0, ""

    def step(self, done: int, total: int | None = None, what: str = "") -> None:
        """Say how far the work is: `done` of `total` (None: unknown), and what it is at."""
        self.done, self.total, self.what = done, total or 0, what or self.what

    def cancelled(self) -> bool:
        """Say whether the person wants it to stop; the work then ends with nothing half-done."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Ask the work to stop."""
        self._stop.set()


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """How the work ended: with a result, an error, or stopped (then `result` may say what was done before)."""

    result: T | None = None
    error: Exception | None = None
    stopped: bool = False


class ProgressDialog(Dialog[Outcome[T]], Generic[T]):
    """Runs work on a thread and gives its outcome. `esc` asks the work to stop and waits until it has."""

    HINT = "esc stops it; what is finished by then is kept"
    DEFAULT_CSS = """
    ProgressDialog .-waiting { display: none; }
    ProgressDialog ProgressBar { width: 100%; }
    ProgressDialog Bar { width: 1fr; }
    ProgressDialog #what { height: 1; }
    """

    def __init__(self, title: str, job: Callable[[Report], T], *, unit: str = "") -> None:
        super().__init__(title)
        self.report = Report()
        self._job, self._unit = job, unit
        self._started = monotonic()

    def body(self) -> Iterable[Widget]:
        """Yield the bar, the count and what is being done."""
        yield ProgressBar(show_eta=False, show_percentage=False, id="bar")
        yield Static("", id="count", markup=False)
        yield Static("", id="what", markup=False)

    def on_mount(self) -> None:
        """Begin, unseen for a moment: most work is over by then."""
        self.styles.opacity = 0
        self.set_timer(UNSEEN, self._appear)
        self.set_interval(BETWEEN, self._look)
        self._run()

    def _appear(self) -> None:
        self.styles.opacity = 1

    def _look(self) -> None:
        report = self.report
        self.query_one("#bar", ProgressBar).update(total=report.total or None, progress=report.done)
        of = f" of {report.total:,}" if report.total else ""
        self.query_one("#count", Static).update(Text(f"{report.done:,}{of} {self._unit}".rstrip()))
        self.query_one("#what", Static).update(Text(shortened(report.what, max(self.size.width - 8, 20))))

    @work(thread=True, exit_on_error=False)
    def _run(self) -> None:
        try:
            outcome = Outcome(self._job(self.report), stopped=self.report.cancelled())
        except Exception as error:
            outcome = Outcome(error=error, stopped=self.report.cancelled())
        self.app.call_from_thread(self.dismiss, outcome)

    def action_cancel(self) -> None:
        """Ask the work to stop; the dialog closes once it has."""
        self.report.stop()
        self.set_hint("stopping ..")
