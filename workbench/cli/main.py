"""The command line's frame: a table of commands that are imported when they run, `--db`, and exit codes.

`--version`, `--help` and completion read the table and import no command, so they start at once.
"""

from __future__ import annotations

import errno
import importlib
import os
import sys
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import click
from click.shell_completion import CompletionItem

from workbench import __version__
from workbench.cli import output
from workbench.cli.session import Session
from workbench.cli.stopping import INTERRUPTED
from workbench.errors import Exit, WorkbenchError


class Entry(NamedTuple):
    """A command of the table: its name, where it lives (`module:attribute`), and its line in `--help`."""

    name: str
    place: str
    help: str


_COMMANDS = "workbench.cli.commands."

_OUTPUT_FAULTS = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG)

COMMANDS = (
    Entry("init", _COMMANDS + "upkeep:init", "Make an empty database."),
    Entry("import", _COMMANDS + "importing:import_", "Bring in articles, and annotations of the workbench."),
    Entry("annotate", _COMMANDS + "annotate:annotate", "Open a document for annotating."),
    Entry("export", _COMMANDS + "exporting:export", "Write documents and annotations to files."),
    Entry("verify", _COMMANDS + "verify:verify", "Prove an export against itself, the database or articles."),
    Entry("locate", _COMMANDS + "locate:locate", "Find an export's quotes again in changed articles."),
    Entry("status", _COMMANDS + "upkeep:status", "Say what the database holds and how far everybody is."),
    Entry("labels", _COMMANDS + "labels:labels", "List and edit the label set."),
    Entry("annotators", _COMMANDS + "annotators:annotators", "List, add and rename annotators."),
    Entry("doctor", _COMMANDS + "upkeep:doctor", "Check every row of the database."),
    Entry("backup", _COMMANDS + "upkeep:backup", "Write a checked copy of the database."),
    Entry("restore", _COMMANDS + "upkeep:restore", "Put a backup back, keeping the replaced file."),
    Entry("upgrade", _COMMANDS + "upkeep:upgrade", "Bring an older database to this release, after a backup."),
    Entry("downgrade", _COMMANDS + "upkeep:downgrade", "Bring the database to an older schema, after a backup."),
    Entry("demo", _COMMANDS + "demo:demo", "Open a ready-made example, or make it without a terminal."),
    Entry("completion", _COMMANDS + "completion:completion", "Print the completion script of a shell."),
)


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, and whose errors become exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the table's order."""
        return [entry.name for entry in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command of that name, or return None."""
        for entry in COMMANDS:
            if entry.name == cmd_name:
                module, _, attribute = entry.place.partition(":")
                command = getattr(importlib.import_module(module), attribute)
                assert isinstance(command, click.Command)
                return command
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(entry.name, entry.help) for entry in COMMANDS])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete names and options from the table."""
        options = click.Command.shell_complete(self, ctx, incomplete)
        names = [CompletionItem(entry.name, help=entry.help) for entry in COMMANDS if entry.name.startswith(incomplete)]
        return [*names, *options]

    def invoke(self, ctx: click.Context) -> Any:
        """Run what was asked for; no traceback reaches a person."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except WorkbenchError as error:
            output.error(error)
            ctx.exit(error.exit_code)
        except BrokenPipeError:
            _forget_standard_output()
            ctx.exit(Exit.OK)
        except KeyboardInterrupt:
            output.say("Stopped; what was finished before is kept.")
            ctx.exit(INTERRUPTED)
        except MemoryError:
            output.error("there is not enough memory for this. Close other programs, or import smaller files.")
            ctx.exit(Exit.ENVIRONMENT)
        except OSError as error:
            ctx.exit(report_fault(error))
        except UnicodeEncodeError as error:
            if not any(_is_garbled(argument) for argument in sys.argv):
                ctx.exit(report_bug(error))
            output.error(
                "a name on the command line holds bytes that this locale cannot read. "
                "Write it in UTF-8, and set LC_ALL=C.UTF-8 or PYTHONUTF8=1."
            )
            ctx.exit(Exit.USAGE)
        except Exception as error:
            ctx.exit(report_bug(error))


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--db",
    type=click.Path(path_type=Path, dir_okay=False, readable=False),
    metavar="FILE",
    help="The database. Otherwise WORKBENCH_DB, the configuration, or the user's data folder.",
)
@click.version_option(__version__, prog_name="workbench", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context, db: Path | None) -> None:
    """Annotate news articles: who says what, and from where.

    Without a command the library opens. Everything else works without a terminal too.
    """
    ctx.obj = Session(db)
    if ctx.invoked_subcommand is None:
        from workbench.cli.screens import open_library

        open_library(ctx.obj)


def report_fault(error: OSError) -> int:
    """Say what the system refused, and return the exit code."""
    if error.filename is None:
        if error.errno not in _OUTPUT_FAULTS:
            return report_bug(error)
        # Whatever was written so far is still held back, and would fail again at the end.
        _forget_standard_output()
        output.error(f"the results cannot be written: {_reason(error)}. Make room, or choose another place.")
        return Exit.ENVIRONMENT
    output.error(f"{os.fspath(error.filename)}: {_reason(error)}.")
    return Exit.ENVIRONMENT


def _is_garbled(argument: str) -> bool:
    """Say whether an argument was no text in this locale; Python then keeps its bytes as surrogates."""
    return any("\ud800" <= character <= "\udfff" for character in argument)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def report_bug(error: BaseException) -> int:
    """Write where a bug struck to the log file, say where that is, and return the exit code."""
    from workbench.bug_report import write

    place = write(error)
    output.error(f"this is a bug in the workbench ({type(error).__name__}). What led to it is in {place}.")
    return Exit.PROBLEMS


def _forget_standard_output() -> None:
    """Point standard output nowhere: whoever read it is gone, and closing it must not complain again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, sys.stdout.fileno())
    except (OSError, ValueError):
        return


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123


def run() -> None:
    """Run the command line and end the process with its exit code."""
    # A program started with these closed has none; what would be said then goes nowhere.
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        # A name that the locale cannot show must not end the program.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        cli.main(prog_name="workbench")
    except OSError as error:
        # What happens before a command runs, such as --help into a full disk.
        sys.exit(report_fault(error))
    finally:
        try:
            sys.stdout.flush()
        except BrokenPipeError:
            _forget_standard_output()
