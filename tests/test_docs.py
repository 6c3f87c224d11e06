"""The documentation tells the truth: its commands run, its tables are the program's, its links lead somewhere."""

from __future__ import annotations

import fnmatch
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest

from tests.conftest import ROOT
from workbench.cli.main import cli
from workbench.config import CONFIG_VARIABLE, OPTIONS
from workbench.errors import Exit
from workbench.tui.actions import ACTIONS

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
REFERENCE = DOCS / "reference.md"
NAMES = [page.name for page in PAGES]

NOT_RUN = re.compile(r"<!-- not run: \S.* -->")
QUICK_COMMANDS = 10
FAILS = re.compile(r"<!-- exit (\d+) -->")


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: its language, its lines, and what the comment above it says."""

    language: str
    text: str
    line: int
    runs: bool = True
    exit_code: int = 0


def blocks(page: Path) -> Iterator[Block]:
    """Yield the fenced blocks of a page."""
    lines = page.read_text(encoding="utf-8").split("\n")
    opened: Block | None = None
    body: list[str] = []
    for number, line in enumerate(lines, 1):
        if not line.lstrip().startswith("```"):
            body.append(line)
        elif opened is None:
            above = lines[number - 2].strip()
            fails = FAILS.fullmatch(above)
            runs = not NOT_RUN.fullmatch(above) and above != "<!-- tests -->"
            opened = Block(line.strip().strip("`"), "", number, runs, int(fails[1]) if fails else 0)
            body = []
        else:
            indent = len(line) - len(line.lstrip())
            yield replace(opened, text="\n".join(row[indent:] for row in body))
            opened = None
    assert opened is None, f"{page.name} line {opened and opened.line}: this block has no end"


def script(page: Path) -> str:
    """Return the commands of a page as one script that stops at the first surprise."""
    parts = []
    for block in blocks(page):
        if block.language != "sh" or not block.runs:
            continue
        if block.exit_code:
            check = f"[ $code = {block.exit_code} ] || {{ echo 'exit code' $code; exit 99; }}"
            parts.append(f"set +e\n(\n{block.text}\n)\ncode=$?\nset -e\n{check}")
        else:
            parts.append(block.text)
    return "\n".join(parts)


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the folder that every page's commands find themselves in a copy of."""
    from workbench.services import demo, exporting
    from workbench.services.clock import CountingClock
    from workbench.storage.engine import Database

    folder = tmp_path_factory.mktemp("samples")
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    for name in ("articles", "old", "copies", "corrected"):
        (folder / name).mkdir()
    (folder / "articles" / "harbour.txt").write_text("Toll to double\n\nThe toll doubles in May.\n", encoding="utf-8")
    (folder / "articles" / "clinics.md").write_text("# Clinics wait\n\nThey wait for vaccine.\n", encoding="utf-8")
    (folder / "letter.txt").write_text("A letter to the editor.\n", encoding="utf-8")
    (folder / "old" / "brief.txt").write_bytes("Le maire a dit \x93oui\x94 \xe0 midi.\n".encode("latin-1"))
    (folder / "news.csv").write_text("url;headline;body\nn1;One;First text.\nn2;Two;Second text.\n", encoding="utf-8")
    (folder / "news.jsonl").write_text(
        '{"id": "j1", "text": "A third text.", "outlet": "Gazette"}\n{"id": "j2", "text": "A fourth."}\n',
        encoding="utf-8",
    )
    (folder / "broken.jsonl").write_text('{"id": "b1", "text": "A good one."}\n{"id": "b2"}\n', encoding="utf-8")
    article = (folder / "seeds" / "grateful-duty.txt").read_text(encoding="utf-8")
    corrected = article.replace("Danger alone", "Correction: danger alone").replace("Men who were taught", "Men")
    (folder / "corrected" / "grateful-duty.txt").write_text(corrected, encoding="utf-8")
    shown = next(block for block in blocks(DOCS / "howto-labels.md") if block.language == "toml")
    (folder / "own-labels.toml").write_text(shown.text, encoding="utf-8")
    made = demo.make_demo(folder, CountingClock())
    database = Database(made.database)
    exporting.export(database, "jsonl", folder / "export.jsonl")
    database.close()
    shutil.copy(made.database, folder / "ana.db")
    made.database.rename(folder / "team.db")
    return folder


def pages_with_commands() -> Iterator[Any]:
    """Yield the pages to run; a command takes half a second, so that long pages are for CI alone."""
    for page in PAGES:
        commands = script(page).count("workbench ")
        if commands:
            yield pytest.param(page, id=page.name, marks=[pytest.mark.slow] if commands > QUICK_COMMANDS else [])


@pytest.mark.parametrize("page", pages_with_commands())
def test_the_commands_of_a_page_run_as_shown(page: Path, samples: Path, tmp_path: Path) -> None:
    folder = tmp_path / "here"
    shutil.copytree(samples, folder)
    done = subprocess.run(
        ["bash", "-eux", "-o", "pipefail", "-c", script(page)],
        cwd=folder,
        env=environment(tmp_path),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{page.name}\n{done.stdout}\n{done.stderr}"


def environment(folder: Path) -> dict[str, str]:
    """Return an environment in which a command finds the program, and nothing of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WORKBENCH_", "XDG_"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {**kept, "HOME": str(folder), "PATH": path}


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_commands_that_are_shown_but_not_run_exist_with_their_options(page: Path) -> None:
    for block in blocks(page):
        for line in block.text.split("\n") if block.language == "sh" and not block.runs else ():
            words = shlex.split(line)
            if "workbench" in words and "install" not in words:
                parse(words[words.index("workbench") + 1 :])


def parse(words: list[str]) -> None:
    """Parse a command line down to its last command without running it. Raises ClickException."""
    command: click.Command | None = cli
    context: click.Context | None = None
    while command is not None and words:
        context = click.Context(command, parent=context, resilient_parsing=True)
        _, words, _ = command.make_parser(context).parse_args(list(words))
        if not isinstance(command, click.Group) or not words:
            return
        name, *words = words
        command = command.get_command(context, name)
        assert command is not None, f"there is no command {name}"


def test_every_command_that_is_named_anywhere_exists() -> None:
    names = set(cli.list_commands(click.Context(cli)))
    sources = [*PAGES, *sorted((ROOT / "workbench").rglob("*.py"))]
    for source in sources:
        for name in re.findall(r"`workbench(?: --db \S+)? ([a-z]+)", source.read_text(encoding="utf-8")):
            assert name in names, f"{source.relative_to(ROOT)} names workbench {name}"


@pytest.fixture(scope="module")
def maker() -> Iterator[ModuleType]:
    """Return docs/make_reference.py as a module."""
    os.environ[CONFIG_VARIABLE] = os.devnull
    try:
        yield load(DOCS / "make_reference.py")
    finally:
        del os.environ[CONFIG_VARIABLE]


def load(path: Path) -> ModuleType:
    """Import a script by its path."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_what_the_program_says_now(maker: Any) -> None:
    written = REFERENCE.read_text(encoding="utf-8")
    assert written == maker.reference(), "run docs/make_reference.py"


def test_the_key_table_of_the_readme_is_what_the_program_says_now(maker: Any) -> None:
    written = (ROOT / "README.md").read_text(encoding="utf-8")
    assert maker.KEYS[0] in written
    assert written == maker.readme(written), "run docs/make_reference.py"


def test_the_reference_has_every_action_setting_exit_code_and_command(maker: Any) -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    commands = [path for path, _, _ in maker.walk(cli, click.Context(cli, info_name="workbench"))]
    groups = [path for path in commands if any(other.startswith(path + " ") for other in commands)]
    expected = [f"### `{path}`" for path in commands if path not in groups]
    expected += [f"`{action.id}`" for action in ACTIONS]
    expected += [word for option in OPTIONS for word in (f"`{option.name}`", f"`{option.variable}`")]
    expected += [f"`{int(code)}`" for code in Exit]
    assert [word for word in expected if word not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    text = without_code(page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)]+)\)", text):
        assert not target.startswith("http"), f"{page.name} needs a network: {target}"
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{page.name} links to {target}"
        assert not anchor or anchor in anchors(there), f"{page.name} links to {target}"


def without_code(text: str) -> str:
    """Return a page without its fenced blocks and code spans."""
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^ *```.*?^ *```$", "", text, flags=re.M | re.S))


def anchors(page: Path) -> set[str]:
    """Return the names of a page's headings, as they stand in links."""
    text = re.sub(r"^ *```.*?^ *```$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    titles = re.findall(r"^#+ (.+)$", text, flags=re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_index_leads_to_every_page() -> None:
    text = (DOCS / "index.md").read_text(encoding="utf-8")
    assert [page.name for page in DOCS.glob("*.md") if page.name != "index.md" and f"({page.name})" not in text] == []


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md"], ids=[*NAMES, "CHANGELOG.md"])
def test_no_page_names_a_place_on_somebodys_machine(page: Path) -> None:
    assert re.findall(r"(?:/work|/root|/home|/tmp|/Users)/\S+", page.read_text(encoding="utf-8")) == []


def test_the_page_on_files_names_every_table_and_revision() -> None:
    from workbench.storage.models import Base
    from workbench.storage.schema import REVISIONS

    text = (DOCS / "files.md").read_text(encoding="utf-8")
    wanted = [*Base.metadata.tables, *REVISIONS]
    assert [name for name in wanted if f"`{name}`" not in text] == []


def test_the_architecture_page_has_a_place_for_every_module_and_names_none_that_is_gone() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(?:[\w/]+/)?([a-z_*]+\.py)`", text))
    modules = [path for path in (ROOT / "workbench").rglob("*.py") if not path.name.startswith("__")]
    whole_folders = {"screens", "widgets", "dialogs", "commands"}
    missing = [
        str(module.relative_to(ROOT))
        for module in modules
        if module.parent.name not in whole_folders and not any(fnmatch.fnmatch(module.name, name) for name in named)
    ]
    assert missing == [], "describe them in the table of docs/architecture.md"
    folders = ("workbench", "tests", "docs", "seeds", "bench")
    there = [path.name for folder in folders for path in (ROOT / folder).rglob("*.py")]
    assert [name for name in named if not fnmatch.filter(there, name)] == []


PICTURE = DOCS / "annotate.svg"


def test_the_picture_loads_nothing_from_elsewhere() -> None:
    text = PICTURE.read_text(encoding="utf-8")
    assert "font-face" not in text and "<image" not in text
    assert set(re.findall(r"https?://[^\s\"')]+", text)) == {"http://www.w3.org/2000/svg"}


@pytest.mark.slow
def test_the_picture_is_what_the_program_draws_now(tmp_path: Path) -> None:
    made = tmp_path / "made.svg"
    subprocess.run(
        [sys.executable, str(DOCS / "make_picture.py"), str(made)],
        env=environment(tmp_path),
        timeout=120,
        check=True,
    )
    assert words_of(made) == words_of(PICTURE), "run docs/make_picture.py"


def words_of(picture: Path) -> list[str]:
    """Return the texts in a picture, in order; looks are left to the eye."""
    return re.findall(r">([^<>\n]+)</text>", picture.read_text(encoding="utf-8"))


async def test_the_keys_of_the_tutorial_do_what_it_says(tmp_path: Path) -> None:
    from workbench.config import Settings
    from workbench.services import annotating, importing, upkeep
    from workbench.storage.engine import Database
    from workbench.tui.app import WorkbenchApp

    database = Database(tmp_path / "lesson.db")
    upkeep.init(database.path)
    importing.import_paths(database, [str(ROOT / "seeds" / "no-say-in-it.txt")])
    app = WorkbenchApp(Settings(database.path, annotator="kim"), "no-say-in-it")
    async with app.run_test(size=(110, 32)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.press("slash", *("space" if letter == " " else letter for letter in "the secrecy"), "enter")
        await pilot.press("escape", *["ctrl+shift+right"] * 5, "c", "e", "E")
        await pilot.press("escape", "left_parenthesis", *["ctrl+shift+right"] * 2, "s", "n", "at")
        # Its worker waits for the answer, so that there is no waiting for it.
        await pilot.pause(0.3)
        await pilot.press("a", "f8")
        await app.workers.wait_for_complete()
        await pilot.pause()
    app.close_backend()
    opened = annotating.open_document(database, "no-say-in-it", "kim")
    words = {
        opened.text[part.start : part.end]: annotation.uid
        for annotation in opened.annotations.annotations.values()
        for part in annotation.extent
    }
    (link,) = opened.annotations.links.values()
    assert set(words) == {"the secrecy begins at home", "A defector"}
    assert (link.source, link.target) == (words["the secrecy begins at home"], words["A defector"])
    assert opened.annotations.state == "finished"
    database.close()


def toml_of(page: str, word: str) -> dict[str, Any]:
    """Return the first TOML block of a page that holds a word, parsed."""
    return next(
        tomllib.loads(block.text) for block in blocks(DOCS / page) if block.language == "toml" and word in block.text
    )


@pytest.mark.parametrize("page", ["howto-keys-and-themes.md", "reference.md"])
def test_the_key_maps_that_are_shown_can_be_had(page: str, tmp_path: Path) -> None:
    from workbench.domain.labels import DEFAULT_LABEL_SET
    from workbench.tui.keymap import build_keymap

    shown = toml_of(page, "annotate.undo")
    wishes = {name: (keys,) if isinstance(keys, str) else tuple(keys) for name, keys in shown.items()}
    assert build_keymap(DEFAULT_LABEL_SET, wishes).problems == ()


def test_the_configuration_that_is_shown_holds(tmp_path: Path) -> None:
    from workbench import config

    shown = next(block for block in blocks(REFERENCE) if block.language == "toml" and "measure" in block.text)
    (tmp_path / "config.toml").write_text(shown.text, encoding="utf-8")
    settings = config.load({CONFIG_VARIABLE: str(tmp_path / "config.toml")})
    assert (settings.annotator, settings.theme, settings.measure, settings.warnings) == ("ana", "paper", 66, ())
