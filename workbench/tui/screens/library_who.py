"""Who is annotating: the question at the first start, and the doubt about a name that is nearly a known one."""

from __future__ import annotations

import asyncio
import getpass
from typing import TYPE_CHECKING

from workbench.config import remember
from workbench.domain.names import checked_name
from workbench.errors import EnvironmentFault, UsageError
from workbench.tui.screens.dialogs.choose import Choice, ChooseDialog
from workbench.tui.screens.dialogs.prompt import TextPrompt
from workbench.tui.shown import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.tui.app import WorkbenchApp

ASKED = (
    "Your annotations are kept under this name. It is remembered, and you can change it with c in the library. "
    "Nothing is written to the database before your first change."
)


async def sure_who(app: WorkbenchApp) -> str | None:
    """Return who annotates, asking when nobody said so far; None when the question was left."""
    return app.annotator or await ask_who(app)


async def ask_who(app: WorkbenchApp) -> str | None:
    """Ask for the annotator's name and keep it for the next time; None when the question was left."""
    name = await app.push_screen_wait(
        TextPrompt("Who is annotating?", app.annotator or _user_name(), text=ASKED, check=_problem, selected=True)
    )
    if name is None:
        return None
    chosen = await settle_name(app, checked_name(name))
    if chosen is not None:
        app.annotator = chosen
        _keep(app, chosen)
    return chosen


async def settle_name(app: WorkbenchApp, name: str) -> str | None:
    """Return the name, or the known one that was meant; None when the question was left."""
    close = await _close_to(app, name)
    if not close:
        return name
    choices = [
        *(Choice(known, f"I am {known}", str(number)) for number, known in enumerate(close, 1)),
        Choice(name, f"I am somebody else, called {name}", "n"),
    ]
    text = f'Nobody is called "{shown(name)}" in this database yet, but somebody has a name much like it.'
    return await app.push_screen_wait(ChooseDialog("Is that you?", choices, text=text))


async def _close_to(app: WorkbenchApp, name: str) -> Sequence[str]:
    return await asyncio.to_thread(_known_like, app, name)


def _known_like(app: WorkbenchApp, name: str) -> Sequence[str]:
    from workbench.services import people

    try:
        people.check_name(app.backend().database, name)
    except people.CloseName as close:
        return close.close_to
    except EnvironmentFault:
        return ()  # No database, or none that can be read: nobody is known there.
    return ()


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def _problem(name: str) -> str | None:
    try:
        checked_name(name)
    except UsageError as error:
        return f"{error.what[:1].upper()}{error.what[1:]}."
    return None


def _keep(app: WorkbenchApp, name: str) -> None:
    """Keep the name in the configuration; where that cannot be written, this run goes on without."""
    if app.settings.config is None:
        return
    try:
        remember("annotator", name, app.settings.config)
    except EnvironmentFault as error:
        app.tell(str(error), "warning")
