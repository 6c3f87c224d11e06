"""What a careless or hostile user gives the command line: refused in a sentence, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from tests.cli.running import run
from tests.formats import nasty
from tests.services.moving import native


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "w.db"


@pytest.fixture
def filled(db: Path, tmp_path: Path) -> Path:
    """A database with the nasty articles."""
    assert run("import", native(tmp_path / "nasty.jsonl", nasty.project(), nasty.bundles()), db=db).code == 0
    return db


@pytest.mark.parametrize("format_name", ["json", "jsonl"])
@pytest.mark.parametrize("beside", ["", "-wal", "-journal"])
def test_an_export_never_writes_over_a_database(filled: Path, format_name: str, beside: str) -> None:
    before = filled.read_bytes()
    ran = run("export", "--format", format_name, "-o", f"{filled}{beside}", db=filled)
    assert (ran.code, "never written over" in ran.err) == (2, True)
    assert filled.read_bytes() == before
    assert run("labels", "save", filled, db=filled).code == 2
    assert filled.read_bytes() == before


def test_a_folder_for_a_file_and_a_file_for_a_folder_are_wrong_uses(filled: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    assert run("export", "--format", "json", "-o", tmp_path, db=filled).code == 2
    assert run("export", "--format", "csv", "-o", tmp_path / "taken", db=filled).code == 2
    assert (tmp_path / "taken").read_text() == "mine"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_is_refused_and_not_waited_for(db: Path, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "good.txt").write_text("Good.\n")
    os.mkfifo(folder / "pipe.txt")
    ran = run("import", folder, db=db)
    assert (ran.code, ran.out) == (3, "imported 1 document\n")
    assert "pipe.txt: not a regular file." in ran.err


def test_an_empty_path_is_not_the_current_folder(db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here.txt").write_text("Here.\n")
    monkeypatch.chdir(tmp_path)
    ran = run("import", "", db=db)
    assert (ran.code, "an empty path names no file" in ran.err) == (3, True)


def test_a_file_name_that_is_no_utf8_is_spelled_out(db: Path, tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text("Coffee.\n")
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    ran = run("import", "--json", tmp_path, db=db)
    assert ran.code == 0
    assert "caf\\udce9.txt" in ran.out
    exported = orjson.loads(run("export", "--format", "json", db=db).out)
    (document,) = exported["documents"]
    assert (document["id"], document["origin"]["path"]) == ("caf\\xe9", "caf\\xe9.txt")


@pytest.mark.parametrize("levels", [101, 250, 300, 900])
def test_metadata_nested_beyond_reason_is_refused_by_its_line(db: Path, tmp_path: Path, levels: int) -> None:
    nested = "[" * levels + "]" * levels
    good = '{"id": "good", "text": "Good."}\n'
    (tmp_path / "deep.jsonl").write_text(good + f'{{"id": "deep", "text": "Deep.", "meta": {{"a": {nested}}}}}\n')
    ran = run("import", "--skip-bad", tmp_path / "deep.jsonl", db=db)
    assert (ran.code, ran.out) == (1, "imported 1 document\n")
    assert "deep.jsonl line 2: the record is nested more than 100 levels deep." in ran.err


def test_metadata_nested_deep_but_within_reason_comes_out_as_it_went_in(db: Path, tmp_path: Path) -> None:
    nested = "[" * 90 + "]" * 90
    (tmp_path / "deep.jsonl").write_text(f'{{"id": "deep", "text": "Deep.", "meta": {{"a": {nested}}}}}\n')
    assert run("import", tmp_path / "deep.jsonl", db=db).code == 0
    assert f'"a":{nested}' in run("export", "--format", "jsonl", db=db).out


def shell(command: str, db: Path) -> subprocess.CompletedProcess[str]:
    """Run a shell's command line in which `W` is the program with its database."""
    program = f"'{sys.executable}' -m workbench --db '{db}'"
    line = command.replace("W ", program + " ")
    return subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=60)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("command", ["status", "status --json", "export --format jsonl", "--help", "import --help"])
def test_results_that_meet_a_full_disk_end_in_a_sentence(filled: Path, command: str) -> None:
    ran = shell(f"W {command} > /dev/full", filled)
    assert ran.returncode == 3
    assert ran.stderr.startswith("error: ")
    assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_closed_streams_end_no_command(filled: Path, closed: str) -> None:
    ran = shell(f"W status {closed}", filled)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_an_export_to_dev_stdout_goes_into_a_pipe(filled: Path) -> None:
    if not Path("/dev/stdout").exists():
        pytest.skip("no /dev/stdout here")
    plain, named = (
        shell("W export --format jsonl | cat", filled),
        shell("W export --format jsonl -o /dev/stdout | cat", filled),
    )
    assert plain.stdout == named.stdout != ""


def test_two_imports_at_once_into_a_new_database_both_go_in(db: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.txt").write_text(f"Article {name}.\n")
    line = " & ".join(f"W import '{tmp_path}/{name}.txt'" for name in ("one", "two"))
    ran = shell(f"{line}; code=$?; wait $! && exit $code", db)
    assert ran.returncode == 0, ran.stderr
    assert '"documents": 2,' in run("status", "--json", db=db).out


@pytest.mark.parametrize("skip_bad", [[], ["--skip-bad"]])
@pytest.mark.parametrize(("old", "new"), [('"name": "claim"', '"name": "\\u0000"'), ('"id": "cy"', '"id": "\\u0000"')])
def test_a_nul_in_a_name_of_the_header_refuses_the_file(
    db: Path, tmp_path: Path, old: str, new: str, skip_bad: list[str]
) -> None:
    path = native(tmp_path / "nasty.jsonl", nasty.project(), nasty.bundles())
    header, rest = path.read_text(encoding="utf-8").split("\n", 1)
    wanted = old.replace(": ", ":")
    assert wanted in header
    path.write_text(header.replace(wanted, new.replace(": ", ":"), 1) + "\n" + rest, encoding="utf-8")
    ran = run("import", *skip_bad, path, db=db)
    assert (ran.code, ran.out) == (1, "imported nothing new\n")
    assert "nasty.jsonl line 1: the header's " in ran.err
    assert run("verify", path, db=db).code == 1


def test_a_label_file_of_windows_loads_and_one_of_endless_nesting_does_not(filled: Path, tmp_path: Path) -> None:
    run("labels", "save", tmp_path / "labels.toml", db=filled)
    (tmp_path / "mark.toml").write_bytes(b"\xef\xbb\xbf" + (tmp_path / "labels.toml").read_bytes())
    assert run("labels", "load", tmp_path / "mark.toml", db=filled).code == 0
    (tmp_path / "deep.toml").write_text("a = " + "[" * 50_000)
    ran = run("labels", "load", tmp_path / "deep.toml", db=filled)
    assert (ran.code, "is nested too deep" in ran.err) == (2, True)


@pytest.mark.parametrize("locale", ["LC_ALL=C PYTHONUTF8=0", "LC_ALL=C.UTF-8 PYTHONUTF8=1"])
def test_a_name_that_is_no_text_in_this_locale_is_met_in_words(filled: Path, locale: str) -> None:
    bad = "$(printf '\\351')"
    ran = shell(f'export {locale}; W export --format jsonl --document "{bad}"', filled)
    assert (ran.returncode, "holds bytes that this locale cannot read" in ran.stderr) == (2, True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_verify_and_locate_do_not_wait_for_a_pipe(filled: Path, tmp_path: Path) -> None:
    run("export", "--format", "jsonl", "-o", tmp_path / "good.jsonl", db=filled)
    os.mkfifo(tmp_path / "pipe.json")
    for command in (f"verify '{tmp_path}/pipe.json'", f"locate '{tmp_path}/good.jsonl' '{tmp_path}/pipe.json'"):
        ran = shell(f"W {command}", filled)
        assert (ran.returncode, "pipe.json: a pipe, not a file" in ran.stderr + ran.stdout) == (1, True)
