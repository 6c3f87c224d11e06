"""What loads what, proven in fresh interpreters: start-up pays for nothing it does not show."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

HEAVY = ("textual", "rich", "sqlalchemy", "alembic")


def loaded_after(code: str, **environment: str) -> set[str]:
    """Run code in a fresh interpreter and return the heavy packages it loaded."""
    script = (
        f"import sys\ntry:\n    {code}\nexcept SystemExit:\n    pass\n"
        f"print('LOADED', *[name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={**os.environ, **environment}
    )
    return set(done.stdout.rpartition("LOADED")[2].split())


@pytest.mark.parametrize(
    "module",
    [
        "workbench",
        "workbench.domain",
        "workbench.errors",
        "workbench.config",
        "workbench.formats",
        "workbench.cli.main",
    ],
)
def test_the_lower_layers_and_the_command_table_load_nothing_heavy(module: str) -> None:
    assert loaded_after(f"import {module}") == set()


@pytest.mark.parametrize("name", ["importing", "exporting", "annotating", "verifying", "upkeep", "library"])
def test_services_load_no_screen(name: str) -> None:
    assert not loaded_after(f"import workbench.services.{name}") & {"textual", "rich"}


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["completion", "bash"], ["import", "--help"]])
def test_version_help_and_completion_load_nothing_heavy(arguments: list[str]) -> None:
    code = f"from workbench.cli.main import cli; cli.main({arguments!r}, prog_name='workbench')"
    assert loaded_after(code) == set()


@pytest.mark.parametrize("words", ["workbench ", "workbench export --fo", "workbench import --"])
def test_completing_a_word_loads_nothing_heavy(words: str) -> None:
    code = "from workbench.cli.main import cli; cli.main([], prog_name='workbench')"
    number = str(len(words.split(" ")) - 1)
    shell = {"_WORKBENCH_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": number}
    assert loaded_after(code, **shell) == set()


def test_every_command_of_the_table_can_be_loaded_without_a_screen() -> None:
    code = "from workbench.cli.main import COMMANDS, cli; [cli.get_command(None, entry.name) for entry in COMMANDS]"
    assert loaded_after(code) == set()
