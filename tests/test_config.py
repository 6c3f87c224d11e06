"""Settings: flag before variable before file before default, and every mistake named."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from workbench import config
from workbench.errors import EnvironmentFault, UsageError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def env(file: Path, **variables: str) -> dict[str, str]:
    return {"WORKBENCH_CONFIG": str(file), **variables}


def test_without_anything_the_defaults_hold(file: Path) -> None:
    settings = config.load(env(file))
    assert settings.db == config.data_path() and settings.annotator is None
    assert (settings.theme, settings.measure, settings.accessible, settings.no_color) == ("night", 74, False, False)
    assert settings.keys == file.with_name("keys.toml") and settings.warnings == ()


def test_a_flag_beats_a_variable_and_a_variable_beats_the_file(file: Path) -> None:
    file.write_text('annotator = "ana"\ntheme = "paper"\ndb = "desk.db"\n')
    settings = config.load(env(file, WORKBENCH_ANNOTATOR="ben", WORKBENCH_THEME="dusk"), annotator="cy", theme=None)
    assert (settings.annotator, settings.theme) == ("cy", "dusk")
    assert settings.db == file.parent / "desk.db"
    assert config.load(env(file, WORKBENCH_DB="/other.db")).db == Path("/other.db")
    assert config.load(env(file, WORKBENCH_DB="/other.db"), db=Path("given.db")).db == Path("given.db")


def test_an_empty_variable_counts_as_not_set(file: Path) -> None:
    file.write_text('annotator = "ana"\n')
    assert config.load(env(file, WORKBENCH_ANNOTATOR="")).annotator == "ana"


def test_a_home_folder_is_filled_in(file: Path) -> None:
    file.write_text('db = "~/desk.db"\n')
    assert config.load(env(file)).db == Path("~/desk.db").expanduser()


def test_no_color_and_accessible_are_read_from_their_usual_variables(file: Path) -> None:
    assert config.load(env(file, NO_COLOR="0")).no_color
    assert config.load(env(file, ACCESSIBLE="1")).accessible
    assert not config.load(env(file, ACCESSIBLE="0")).accessible
    file.write_text("accessible = true\n")
    assert config.load(env(file)).accessible


def test_an_unknown_setting_is_a_warning_that_names_it_and_a_near_one(file: Path) -> None:
    file.write_text('anotator = "ana"\n[deep]\nx = 1\n')
    settings = config.load(env(file))
    assert settings.annotator is None
    assert 'no setting "anotator"; did you mean "annotator"?' in settings.warnings[0]
    assert 'no setting "deep"' in settings.warnings[1]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("theme = 'pink'", "none of night, dusk, paper"),
        ("measure = 'wide'", "not a whole number"),
        ("measure = true", "not a whole number"),
        ("measure = 3", "less than 20"),
        ("annotator = 7", "not a text"),
        ("annotator = ' '", "is empty"),
        ("db = ''", "is empty"),
        ("accessible = 'yes'", "not true or false"),
        ("db =", "not TOML"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_name(file: Path, line: str, said: str) -> None:
    file.write_text(line + "\n")
    with pytest.raises(UsageError, match=said) as caught:
        config.load(env(file))
    assert str(file) in str(caught.value)


def test_a_variable_that_does_not_fit_is_refused_by_its_own_name(file: Path) -> None:
    with pytest.raises(UsageError, match=r"WORKBENCH_MEASURE.*not a whole number"):
        config.load(env(file, WORKBENCH_MEASURE="wide"))


def test_a_configuration_in_another_encoding_is_refused(file: Path) -> None:
    file.write_bytes(b'annotator = "J\xfcrgen"\n')
    with pytest.raises(UsageError, match="not UTF-8"):
        config.load(env(file))


def test_a_configuration_that_is_a_folder_is_the_machines_fault(file: Path) -> None:
    file.mkdir()
    with pytest.raises(EnvironmentFault, match="cannot be read"):
        config.load(env(file))


def test_remembering_a_setting_keeps_every_other_line(file: Path) -> None:
    config.remember("annotator", 'An "A" \\ Ruiz', file)
    assert config.load(env(file)).annotator == 'An "A" \\ Ruiz'
    file.write_text('# mine\ntheme = "paper"\nannotator = "old"  # me\n\n[deep]\nx = 1\n')
    config.remember("annotator", "ana", file)
    assert file.read_text() == '# mine\ntheme = "paper"\nannotator = "ana"\n\n[deep]\nx = 1\n'
    file.write_text("[deep]\nx = 1\n")
    config.remember("theme", "linen", file)
    assert file.read_text() == 'theme = "linen"\n[deep]\nx = 1\n'
    assert [entry.name for entry in file.parent.iterdir()] == ["config.toml"]


def test_a_setting_that_cannot_be_kept_says_what_to_write_by_hand(tmp_path: Path) -> None:
    (tmp_path / "in-the-way").write_text("")
    with pytest.raises(EnvironmentFault, match='Write annotator = "ana"'):
        config.remember("annotator", "ana", tmp_path / "in-the-way" / "config.toml")


def test_every_field_of_the_settings_is_documented() -> None:
    fields = set(config.Settings.__dataclass_fields__) - {"config", "warnings"}
    assert {option.name for option in config.OPTIONS} == fields
    assert all(option.help.endswith(".") for option in config.OPTIONS)


def test_importing_the_settings_loads_neither_platformdirs_nor_a_parser() -> None:
    code = (
        "import sys, workbench.config; print([m for m in ('platformdirs', 'tomllib', 'textual') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.strip() == "[]"
