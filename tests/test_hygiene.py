"""What loads what, proven in fresh interpreters, so that nobody waits at the start for what is not shown."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import import_module
from pkgutil import walk_packages

import pytest

import workbench
from tests.conftest import ROOT
from workbench.errors import WorkbenchError

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


def test_no_service_loads_a_screen() -> None:
    names = [f"workbench.services.{path.stem}" for path in (ROOT / "workbench" / "services").glob("[!_]*.py")]
    loaded = loaded_after(f"import workbench.services, {', '.join(names)}")
    assert "sqlalchemy" in loaded
    assert not loaded & {"textual", "rich"}


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["completion", "bash"], ["import", "--help"]])
def test_version_help_and_completion_load_nothing_heavy(arguments: list[str]) -> None:
    code = f"from workbench.cli.main import cli; cli.main({arguments!r}, prog_name='workbench')"
    assert loaded_after(code) == set()


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_the_program_as_it_is_started_shows_its_help_and_version_without_a_screen(argument: str) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "workbench", argument]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    modules = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "workbench.cli.main" in modules
    assert not modules & set(HEAVY)


@pytest.mark.parametrize("words", ["workbench ", "workbench export --fo", "workbench import --"])
def test_completing_a_word_loads_nothing_heavy(words: str) -> None:
    code = "from workbench.cli.main import cli; cli.main([], prog_name='workbench')"
    number = str(len(words.split(" ")) - 1)
    shell = {"_WORKBENCH_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": number}
    assert loaded_after(code, **shell) == set()


def test_every_command_of_the_table_can_be_loaded_without_a_screen() -> None:
    code = "from workbench.cli.main import COMMANDS, cli; [cli.get_command(None, entry.name) for entry in COMMANDS]"
    assert loaded_after(code) == set()


def kinds(error: type[WorkbenchError]) -> list[type[WorkbenchError]]:
    """Return the errors of a family, itself included."""
    return [error, *(kind for child in error.__subclasses__() for kind in kinds(child))]


def test_every_kind_of_error_is_raised_somewhere_and_says_what_it_is_for() -> None:
    for module in walk_packages(workbench.__path__, "workbench."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "workbench").rglob("*.py"))
    calls = set(re.findall(r"(?<!class )\b([A-Z]\w+)\(", sources))
    ours = [kind for kind in kinds(WorkbenchError) if kind.__module__.startswith("workbench.")]
    assert [kind.__name__ for kind in ours if kind.__name__ not in calls] == []
    assert [kind.__name__ for kind in ours if not vars(kind).get("__doc__")] == []


def test_everything_that_checks_the_code_runs_in_ci() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    for check in ("ruff check .", "ruff format --check .", "mypy", "lint-imports", "pytest -m slow"):
        assert f".venv/bin/{check}" in lines
