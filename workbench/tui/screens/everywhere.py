"""The actions that every screen has: palette, help, card, theme, leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.screen import Screen

from workbench.tui.actions import GLOBAL, Context

if TYPE_CHECKING:
    from workbench.tui.app import WorkbenchApp


class EverywhereActions(Screen[None]):
    """What `app.palette`, `app.card`, `app.help`, `app.theme` and `app.quit` do."""

    @property
    def workbench(self) -> WorkbenchApp:
        """The program."""
        return cast("WorkbenchApp", self.app)

    def key_context(self) -> Context:
        """Return where keys are looked up now (the list over the text has keys of its own)."""
        return GLOBAL

    def do_app_palette(self) -> None:
        """Open the command palette."""
        from textual.command import CommandPalette

        from workbench.tui.commands import ActionProvider

        self.app.push_screen(CommandPalette([ActionProvider], placeholder="Type what you want to do"))

    def do_app_card(self) -> None:
        """Show the keys of the screen on one card."""
        from workbench.tui.screens.help import CardScreen

        self.app.push_screen(CardScreen(self.key_context(), self.workbench.keymap))

    def do_app_help(self) -> None:
        """Show the help of all screens."""
        from workbench.tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.key_context(), self.workbench.keymap))

    async def do_app_theme(self) -> None:
        """Choose a theme, and keep it for the next time."""
        from workbench.tui.screens.dialogs.choose import choose_theme

        await choose_theme(self.workbench)

    async def do_app_quit(self) -> None:
        """Leave, after a question when something is not saved."""
        await leave(self.workbench)


async def leave(app: WorkbenchApp) -> None:
    """End the program; when something is not saved, only after a question."""
    from workbench.tui.screens.dialogs.confirm import ConfirmDialog

    unsaved = sum(screen.unsaved for screen in app.action_screens)
    if unsaved:
        question = f"{unsaved} change{'s are' if unsaved > 1 else ' is'} not saved and would be lost."
        if not await app.push_screen_wait(ConfirmDialog("Leave?", question, yes="Leave and lose", dangerous=True)):
            return
    app.exit()
