"""`labels` and `annotators` as scripts use them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import run
from tests.services.dumps import rows_of
from tests.services.populated import a_populated_database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    database = a_populated_database(tmp_path / "data.db")
    database.close()
    return database.path


def labels(path: Path) -> dict[str, dict]:
    found = json.loads(run("labels", "list", "--json", db=path).out)
    return {label["name"]: label for label in found["labels"]}


def test_labels_are_listed_with_key_colour_kind_and_uses(path: Path) -> None:
    shown = run("labels", "list", db=path)
    assert "c  claim    amber, claim, 2 annotations, certainty, quoted\n" in shown.out
    assert "-  hedge    no colour, none, 1 annotations  (archived)\n" in shown.out


def test_a_label_is_added_renamed_changed_archived_and_brought_back(path: Path) -> None:
    assert run("labels", "add", "quote", "--key", "q", "--colour", "teal", "--kind", "who", db=path).code == 0
    assert run("labels", "rename", "quote", "quotation", db=path).code == 0
    assert run("labels", "change", "quotation", "--key", "", "--guideline", "Word for word.", db=path).code == 0
    assert run("labels", "archive", "quotation", db=path).code == 0
    found = labels(path)["quotation"]
    assert (found["uid"], found["key"], found["colour"], found["guideline"], found["archived"]) == (
        "label-quote",
        None,
        "teal",
        "Word for word.",
        True,
    )
    assert run("labels", "archive", "quotation", "--undo", db=path).code == 0
    assert not labels(path)["quotation"]["archived"]


@pytest.mark.parametrize(
    "command",
    [
        ["add", "claim"],
        ["add", "quote", "--key", "c"],
        ["add", "quote", "--colour", "mauve"],
        ["rename", "nothing", "x"],
        ["rename", "claim", "speaker"],
        ["archive", "nothing"],
        ["change", "claim"],
        ["change", "claim", "--key", "x"],
    ],
)
def test_a_wrong_use_says_so_and_changes_nothing(path: Path, command: list[str]) -> None:
    before = rows_of(path)
    ran = run("labels", *command, db=path)
    assert ran.code == 2
    assert ran.err
    assert rows_of(path) == before


def test_the_label_set_leaves_as_a_file_and_comes_back_the_same(path: Path, tmp_path: Path) -> None:
    before = rows_of(path)
    assert run("labels", "save", tmp_path / "labels.toml", db=path).code == 0
    assert run("labels", "save", db=path).out == (tmp_path / "labels.toml").read_text(encoding="utf-8")
    assert "like that already" in run("labels", "load", tmp_path / "labels.toml", db=path).err
    assert rows_of(path) == before


def test_a_label_set_can_come_from_standard_input(path: Path) -> None:
    text = run("labels", "save", db=path).out.replace('colour = "amber"', 'colour = "pink"')
    ran = run("labels", "load", "-", db=path, stdin=text.encode())
    assert (ran.code, ran.err) == (0, "changed: claim\n")


def test_removing_a_label_in_use_finds_a_problem(path: Path, tmp_path: Path) -> None:
    text = run("labels", "save", db=path).out
    (tmp_path / "labels.toml").write_text(text.replace("label-hedge", "label-other"))
    before = rows_of(path)
    ran = run("labels", "load", tmp_path / "labels.toml", db=path)
    assert ran.code == 1
    assert 'label "hedge" is used by 1 annotations and cannot be removed. Archive it instead.' in ran.err
    assert rows_of(path) == before


def test_a_bad_label_file_is_a_wrong_use_and_names_the_line(path: Path, tmp_path: Path) -> None:
    (tmp_path / "labels.toml").write_text('[[labels]]\nname = "claim"\nkind = "who?"\n')
    ran = run("labels", "load", tmp_path / "labels.toml", db=path)
    assert ran.code == 2
    assert 'labels.toml: line 1, label "claim": kind should be one of' in ran.err


def test_a_label_file_that_is_not_there_is_the_machines_fault(path: Path, tmp_path: Path) -> None:
    ran = run("labels", "load", tmp_path / "none.toml", db=path)
    assert ran.code == 3
    assert "none.toml" in ran.err


def test_annotators_are_listed_added_and_renamed(path: Path) -> None:
    assert run("annotators", "list", db=path).out == "ana (Ana Pires)\nben\ncy\ndia\n"
    assert '"eve" is an annotator now' in run("annotators", "add", "eve", "--full-name", "Eve Horn", db=path).err
    assert '"eve" is known already' in run("annotators", "add", "eve", db=path).err
    assert run("annotators", "rename", "eve", "fay", db=path).code == 0
    found = json.loads(run("annotators", "list", "--json", db=path).out)["annotators"]
    assert found[-1] == {"name": "fay", "uid": "annotator-eve", "full_name": "Eve Horn", "sets": 0}


@pytest.mark.parametrize("command", [["rename", "nobody", "x"], ["add", ""], ["rename", "ana", "a\nb"]])
def test_an_impossible_annotator_is_a_wrong_use(path: Path, command: list[str]) -> None:
    assert run("annotators", *command, db=path).code == 2


def test_renaming_to_a_name_that_is_taken_finds_a_problem(path: Path) -> None:
    ran = run("annotators", "rename", "ana", "ben", db=path)
    assert ran.code == 1
    assert "Choose another name." in ran.err
