"""`import`, `export`, `verify`, `locate` and `completion` as scripts use them: codes, streams and sentences."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import orjson
import pytest

from tests.cli.running import Ran, run
from tests.formats import nasty
from tests.services.moving import native

WORKBENCH = [sys.executable, "-m", "workbench"]


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "w.db"


@pytest.fixture
def filled(db: Path, tmp_path: Path) -> Path:
    """A database with the nasty articles."""
    assert run("import", native(tmp_path / "nasty.jsonl", nasty.project(), nasty.bundles()), db=db).code == 0
    return db


# import


def test_import_makes_the_database_and_says_so(db: Path, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("One.\n")
    ran = run("import", tmp_path / "one.txt", db=db)
    assert ran == Ran(0, "imported 1 document\n", f"made the database {db}\n")
    again = run("import", tmp_path / "one.txt", db=db)
    assert again == Ran(
        0,
        "imported nothing new; 1 document known already\n",
        f'skipped {tmp_path}/one.txt: same text as document "one"\n',
    )


def test_a_bad_file_gives_exit_code_1_and_a_sentence(db: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"It\x92s")
    ran = run("import", tmp_path / "notes.txt", db=db)
    assert ran.code == 1
    assert ran.err.split("\n")[1:3] == [
        f"error: {tmp_path}/notes.txt: not UTF-8 (byte 0x92 at offset 2). "
        "Give --encoding, for example --encoding cp1252.",
        f"refused {tmp_path}/notes.txt: nothing of it is stored.",
    ]


def test_a_binary_renamed_to_txt_is_refused(db: Path, tmp_path: Path) -> None:
    (tmp_path / "picture.txt").write_bytes(b"GIF89a\x00\x00\x01")
    ran = run("import", tmp_path / "picture.txt", db=db)
    assert ran.code == 1
    assert "not a text file (NUL at line 1, character 7)" in ran.err


def test_a_missing_path_gives_exit_code_3(db: Path, tmp_path: Path) -> None:
    ran = run("import", tmp_path / "gone.txt", db=db)
    assert ran.code == 3
    assert f"error: {tmp_path}/gone.txt: no such file or folder. Check the spelling.\n" in ran.err


def test_a_mistyped_path_alone_makes_no_database(tmp_path: Path) -> None:
    ran = run("import", tmp_path / "artcles", tmp_path / "gone.txt", db=tmp_path / "new.db")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.count("no such file or folder") == 2
    assert not (tmp_path / "new.db").exists()


def test_strict_says_that_nothing_is_stored(db: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A.")
    (tmp_path / "b.txt").write_bytes(b"\xff\xff\xff")
    ran = run("import", "--strict", tmp_path / "a.txt", tmp_path / "b.txt", db=db)
    assert ran.code == 1
    assert ran.err.endswith("nothing is stored: not every file is good, and --strict was given.\n")
    assert orjson.loads(run("status", "--json", db=db).out)["documents"] == 0


def test_the_outcome_of_an_import_can_be_read_by_a_program(db: Path, tmp_path: Path) -> None:
    source = native(tmp_path / "nasty.jsonl", nasty.project(), nasty.bundles())
    data = orjson.loads(run("import", "--json", source, db=db).out)
    assert (data["documents"], data["sets"], data["decisions"]) == (2, 5, 2)
    assert data["files"][0]["outcome"] == "stored"
    assert data["problems"] == []


def test_an_article_cannot_drive_the_terminal(db: Path, tmp_path: Path) -> None:
    (tmp_path / "a\x1b[2J.txt").write_bytes(b"\xff\xff")
    ran = run("import", tmp_path / "a\x1b[2J.txt", db=db)
    assert "\x1b" not in ran.err
    assert "a\u241b[2J.txt" in ran.err


def test_import_reads_standard_input(db: Path, tmp_path: Path) -> None:
    assert run("import", "-", db=db, stdin=b"From a pipe.").out == "imported 1 document\n"
    ran = run("import", "-", db=db, stdin=b'{"id": "x"}\n')
    assert 'error: standard input line 1: no field "text" (fields: id).' in ran.err


def test_nothing_named_is_a_wrong_use(db: Path) -> None:
    assert run("import", db=db).code == 2
    assert run("import", "--encoding", "cp99", "x.txt", db=db).code == 2


# export


def test_an_export_goes_to_standard_output_and_talk_does_not(filled: Path) -> None:
    ran = run("export", "--format", "jsonl", db=filled)
    assert ran.code == 0
    assert ran.err == ""
    assert [orjson.loads(line)["record"] for line in ran.out.split("\n")[:3]] == ["header", "document", "set"]


def test_an_export_to_a_file_says_what_it_wrote(filled: Path, tmp_path: Path) -> None:
    ran = run(
        "export",
        "--format",
        "json",
        "-o",
        tmp_path / "out.json",
        "--annotator",
        "ana",
        "--role",
        "annotator",
        db=filled,
    )
    assert ran == Ran(
        0, "",
        "1 document without a set that was asked for left out.\n"
        f"wrote 1 document, 1 set, 9 annotations, 2 links to {tmp_path}/out.json\n",
    )  # fmt: skip


def test_csv_to_standard_output_is_the_annotations_and_says_what_is_left_out(filled: Path) -> None:
    ran = run("export", "--format", "csv", db=filled)
    assert ran.out.startswith("document_id,document_sha256,annotation_id,")
    assert "left out: 2 decisions, 2 documents, 2 links, 5 sets. Use -o FOLDER for all tables." in ran.err


def test_a_loss_under_strict_gives_exit_code_1(filled: Path, tmp_path: Path) -> None:
    ran = run("export", "--format", "csv", "--strict", "-o", tmp_path / "tables", db=filled)
    assert ran.code == 1
    assert "nothing was written" in ran.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--format", "xml"], 2),
        (["--format", "json", "--annotator", "zoe"], 2),
        (["--format", "json", "--role", "boss"], 2),
        (["--format", "json", "-o", "no/such/folder/out.json"], 3),
        ([], 2),
    ],
)
def test_wrong_uses_of_export_have_their_codes(filled: Path, arguments: list[str], code: int) -> None:
    assert run("export", *arguments, db=filled).code == code


def test_a_reader_that_leaves_early_ends_an_export_quietly(filled: Path, tmp_path: Path) -> None:
    text = "Long enough to fill a pipe. " * 40_000
    (tmp_path / "long.txt").write_text(text)
    run("import", tmp_path / "long.txt", db=filled)
    command = [*WORKBENCH, "--db", str(filled), "export", "--format", "jsonl"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(20) == 0


def test_an_export_on_a_database_that_is_not_there_gives_exit_code_3(db: Path) -> None:
    ran = run("export", "--format", "json", db=db)
    assert ran == Ran(3, "", f"error: {db}: there is no such database. Make it with `workbench init`.\n")
    assert not db.exists()


# verify and locate


def test_verify_proves_an_export_in_every_way(filled: Path, tmp_path: Path) -> None:
    for kind, target in (("json", "out.json"), ("jsonl", "out.jsonl"), ("csv", "tables")):
        run("export", "--format", kind, "-o", tmp_path / target, db=filled)
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "ferry.txt").write_bytes(nasty.FERRY.encode())
    (tmp_path / "articles" / "quiet.txt").write_bytes(nasty.plain().document.text.encode())
    ran = run("verify", tmp_path / "out.json", tmp_path / "out.jsonl", "--texts", tmp_path / "articles", db=filled)
    assert (ran.code, ran.out) == (0, "verified: 4 documents, 28 annotations in 2 exports together.\n")
    ran = run("verify", tmp_path / "tables", "--against-database", db=filled)
    assert ran.code == 0


def test_verify_names_what_was_changed(filled: Path, tmp_path: Path) -> None:
    run("export", "--format", "jsonl", "-o", tmp_path / "out.jsonl", db=filled)
    data = (tmp_path / "out.jsonl").read_bytes()
    (tmp_path / "out.jsonl").write_bytes(data.replace(b'"quote":"-3 ', b'"quote":"-4 '))
    ran = run("verify", tmp_path / "out.jsonl", db=filled)
    assert ran.code == 1
    assert 'document "ferry", annotation a9' in ran.out
    assert ran.err.endswith("2 failures in 2 documents, 13 annotations.\n")
    report = orjson.loads(run("verify", "--json", tmp_path / "out.jsonl", db=filled).out)
    assert report["verified"] is False
    assert report["findings"][0]["id"] == "a9"


def test_verify_against_a_database_finds_a_change_that_is_sound_in_itself(filled: Path, tmp_path: Path) -> None:
    run("export", "--format", "jsonl", "-o", tmp_path / "out.jsonl", db=filled)
    data = (tmp_path / "out.jsonl").read_bytes()
    (tmp_path / "out.jsonl").write_bytes(data.replace(b"=Ferry halted", b"Ferry sunk"))
    assert run("verify", tmp_path / "out.jsonl", db=filled).code == 0
    ran = run("verify", "--against-database", tmp_path / "out.jsonl", db=filled)
    assert ran.code == 1
    assert "title is 'Ferry sunk' but '=Ferry halted' in the database" in ran.out


def test_locate_says_of_each_quote_how_it_was_found(filled: Path, tmp_path: Path) -> None:
    run("export", "--format", "json", "-o", tmp_path / "out.json", db=filled)
    (tmp_path / "ferry.txt").write_text("New head.\n" + nasty.FERRY.replace("-3 °C", "five below"), encoding="utf-8")
    ran = run("locate", tmp_path / "out.json", tmp_path / "ferry.txt")
    assert ran.code == 1
    place = nasty.FERRY.index("🇫🇮")
    moved = f"ferry m2 {place}..{place + 2} -> {place + 10}..{place + 12}"
    assert f'{moved} the same words, once, at another place: "🇫🇮"\n' in ran.out
    assert [line for line in ran.out.split("\n") if line.startswith("ferry a9") and "lost:" in line]
    records = [
        orjson.loads(line)
        for line in run("locate", "--json", tmp_path / "out.json", tmp_path / "ferry.txt").out.split("\n")
        if line
    ]
    assert {record["annotation"]: record["how"] for record in records}["a9"] == "lost"


def test_locate_leaves_unchanged_articles_alone(filled: Path, tmp_path: Path) -> None:
    run("export", "--format", "json", "-o", tmp_path / "out.json", db=filled)
    (tmp_path / "ferry.txt").write_text(nasty.FERRY, encoding="utf-8", newline="")
    ran = run("locate", tmp_path / "out.json", tmp_path / "ferry.txt")
    assert ran == Ran(0, "", "no quote looked for; 1 of 2 documents are unchanged.\n")


# The frame


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_gets_its_completion(shell: str) -> None:
    ran = run("completion", shell)
    assert ran.code == 0
    assert "_WORKBENCH_COMPLETE" in ran.out


def test_completion_knows_commands_and_options() -> None:
    environment = {**os.environ, "_WORKBENCH_COMPLETE": "bash_complete", "COMP_CWORD": "1"}
    for words, expected in (("workbench ex", "plain,export"), ("workbench --d", "plain,--db")):
        environment["COMP_WORDS"] = words
        done = subprocess.run([*WORKBENCH], env=environment, capture_output=True, text=True, check=False)
        assert expected in done.stdout.split("\n")


def test_help_lists_every_command_and_each_has_help() -> None:
    from workbench.cli.main import COMMANDS

    listed = run("--help").out
    for entry in COMMANDS:
        assert entry.help in " ".join(listed.split())
        assert run(entry.name, "--help").code == 0


def test_screens_are_refused_without_a_terminal(db: Path) -> None:
    ran = run(db=db)
    assert ran.code == 2
    assert ran.err.startswith("error: the screens need a terminal.")


def test_a_bug_leaves_its_trace_in_the_log_and_no_article_text(
    db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workbench.services import upkeep

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("".join(reversed("elcitra na fo sdrow terces")))

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(upkeep, "init", broken)
    ran = run("init", db=db)
    (log,) = (tmp_path / "state").rglob("*.log")
    assert ran.code == 1
    assert ran.err == f"error: this is a bug in the workbench (RuntimeError). What led to it is in {log}.\n"
    assert "RuntimeError" in log.read_text()
    assert "secret" not in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
def test_an_import_can_be_interrupted(db: Path, tmp_path: Path) -> None:
    lines = "".join(f'{{"id": "d{number}", "text": "Text {number}."}}\n' for number in range(60_000))
    (tmp_path / "a.txt").write_text("Finished before.")
    (tmp_path / "b.jsonl").write_text(lines)
    command = [*WORKBENCH, "--db", str(db), "import", str(tmp_path / "a.txt"), str(tmp_path / "b.jsonl")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not db.with_name(db.name + "-wal").exists() and process.poll() is None:
        time.sleep(0.02)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert f"stopped at {tmp_path}/b.jsonl: nothing of it is stored." in err
    assert orjson.loads(run("status", "--json", db=db).out)["documents"] == 1


# Encodings, asked for


def test_a_person_is_asked_for_an_encoding_with_a_line_of_each(
    db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workbench.cli import output

    monkeypatch.setattr(output, "interactive", lambda: True)
    (tmp_path / "notes.txt").write_bytes("Le maire a été réélu à l’unanimité.\n".encode("cp1252"))
    ran = run("import", tmp_path / "notes.txt", db=db, stdin=b"no such\ncp1252\n")
    assert f"{tmp_path}/notes.txt: not UTF-8 (byte 0xe9 at offset 11). Which encoding is it in?" in ran.err
    assert "  1  " in ran.err
    assert "error: no encoding is called 'no such'." in ran.err
    assert ran.err.endswith(f"warning: {tmp_path}/notes.txt: read as cp1252, as told.\n")
    assert (ran.code, ran.out) == (0, "imported 1 document\n")


def test_no_answer_refuses_the_file(db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from workbench.cli import output

    monkeypatch.setattr(output, "interactive", lambda: True)
    (tmp_path / "notes.txt").write_bytes("été".encode("cp1252"))
    ran = run("import", tmp_path / "notes.txt", db=db, stdin=b"\n")
    assert ran.code == 1
    assert "Give --encoding, for example --encoding cp1252." in ran.err


# Which database


def test_the_flag_goes_before_the_variable(db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_DB", str(tmp_path / "other.db"))
    run("init", db=db)
    assert run("status", db=db).code == 0
    assert run("status").code == 3
    run("init")
    assert (tmp_path / "other.db").exists()
