"""Settings of one run: from flags, then WORKBENCH_* variables, then the configuration file, then defaults.

Nothing else is imported before it is needed: `--version` and completion pay nothing for this module.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import EnvironmentFault, UsageError

THEMES = ("night", "dusk", "paper", "linen", "contrast")
"""Names of the themes: two dark, two light, one of high contrast."""

Value = str | int | bool | Path | None


@dataclass(frozen=True, slots=True)
class Option:
    """One setting. `variable` is its environment variable, `kind` the type of its value in the file."""

    name: str
    variable: str
    kind: type
    help: str
    default: str = ""
    choices: tuple[str, ...] = ()
    least: int | None = None


OPTIONS = (
    Option("db", "WORKBENCH_DB", Path, "The database file.", "workbench.db in the user's data folder"),
    Option("annotator", "WORKBENCH_ANNOTATOR", str, "Who annotates; asked for once when nothing says it."),
    Option("theme", "WORKBENCH_THEME", str, "Colours of the screens.", "night", THEMES),
    Option(
        "keys", "WORKBENCH_KEYS", Path, "The key map: action ids with the keys to use instead.", "keys.toml beside it"
    ),
    Option("measure", "WORKBENCH_MEASURE", int, "Widest line of an article, in cells.", "74", least=20),
    Option("accessible", "ACCESSIBLE", bool, "No frames, no passing messages, the cursor always shown.", "no"),
    Option("no_color", "NO_COLOR", bool, "No colours at all; labels differ by marks and letters.", "no"),
)
"""Every setting, for the reference in the documentation and for checking the file."""

BY_NAME: Mapping[str, Option] = {option.name: option for option in OPTIONS}
CONFIG_VARIABLE = "WORKBENCH_CONFIG"
"""Names another configuration file."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is set to. `warnings` are sentences about the configuration that a person should see."""

    db: Path
    annotator: str | None = None
    theme: str = THEMES[0]
    keys: Path | None = None
    measure: int = 74
    accessible: bool = False
    no_color: bool = False
    config: Path | None = None
    warnings: tuple[str, ...] = ()


def config_path(environ: Mapping[str, str] | None = None) -> Path:
    """Return where the configuration file is, or would be."""
    environ = os.environ if environ is None else environ
    if named := environ.get(CONFIG_VARIABLE):
        return Path(named).expanduser()
    import platformdirs

    return Path(platformdirs.user_config_dir("workbench", appauthor=False)) / "config.toml"


def data_path() -> Path:
    """Return the database that is used when nothing names one."""
    import platformdirs

    return Path(platformdirs.user_data_dir("workbench", appauthor=False)) / "workbench.db"


def load(environ: Mapping[str, str] | None = None, **flags: Value) -> Settings:
    """Return the settings of a run; `flags` are settings from the command line, None meaning not given.

    Raises UsageError for a value that does not fit, EnvironmentFault for a file that cannot be read.
    """
    environ = os.environ if environ is None else environ
    path = config_path(environ)
    values, warnings = _from_file(path)
    values.update(_from_environment(environ))
    values.update({name: value for name, value in flags.items() if value is not None})
    values.setdefault("keys", path.with_name("keys.toml"))
    db = values.pop("db", None)
    return Settings(Path(str(db)) if db else data_path(), config=path, warnings=warnings, **values)  # type: ignore[arg-type]


def _from_file(path: Path) -> tuple[dict[str, Value], tuple[str, ...]]:
    table = _read(path)
    unknown = [name for name in table if name not in BY_NAME]
    warnings = tuple(f'{path}: there is no setting "{name}"{_near(name)}' for name in unknown)
    return {
        name: _in_folder(_fitting(BY_NAME[name], value, str(path)), path.parent)
        for name, value in table.items()
        if name in BY_NAME
    }, warnings


def _read(path: Path) -> Mapping[str, object]:
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except UnicodeDecodeError as error:
        raise UsageError("the configuration is not UTF-8", where=str(path), remedy="Save it as UTF-8.") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise EnvironmentFault(
            f"the configuration cannot be read: {reason}", where=str(path), remedy="Mend its permissions."
        ) from error
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(
            f"the configuration is not TOML: {error}", where=str(path), remedy="Mend that line, or move the file away."
        ) from error


def _near(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, BY_NAME, n=1)
    return f'; did you mean "{near[0]}"?' if near else f"; there are {', '.join(BY_NAME)}."


def _in_folder(value: Value, folder: Path) -> Value:
    """Take a path in the file as seen from the file's folder."""
    return folder / value if isinstance(value, Path) else value


def _from_environment(environ: Mapping[str, str]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for option in OPTIONS:
        text = environ.get(option.variable, "")
        if text:
            found[option.name] = _fitting(option, _from_text(option, text), option.variable)
    return found


def _from_text(option: Option, text: str) -> object:
    if option.kind is bool:
        # NO_COLOR counts whatever its value is: so its definition has it.
        return option.variable == "NO_COLOR" or text.lower() not in ("0", "no", "false", "off")
    if option.kind is int and text.strip().isdecimal():
        return int(text)
    return text


def _fitting(option: Option, value: object, where: str) -> Value:
    """Return the value in its type. Raises UsageError when it does not fit."""
    if option.kind is Path and isinstance(value, str) and value:
        return Path(value).expanduser()
    problem = _problem(option, value)
    if problem:
        raise UsageError(f'the setting "{option.name}" {problem}', where=where, remedy=f"It is: {option.help}")
    assert isinstance(value, str | int | bool)
    return value


def _problem(option: Option, value: object) -> str:
    wanted = str if option.kind is Path else option.kind
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        return f"is not {_KINDS[wanted]}: {value!r}"
    if isinstance(value, str) and not value.strip():
        return "is empty"
    if option.choices and value not in option.choices:
        return f"is none of {', '.join(option.choices)}: {value!r}"
    if option.least is not None and isinstance(value, int) and value < option.least:
        return f"is less than {option.least}"
    return ""


_KINDS: Mapping[type, str] = {str: "a text", int: "a whole number", bool: "true or false"}


def remember(name: str, value: str, path: Path) -> None:
    """Write one text setting into the configuration file, every other line left as it is.

    Raises EnvironmentFault when the file cannot be written; then it is as it was.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
        place = _line_of(name, lines)
        lines[place : place + 1 if _sets(lines[place : place + 1], name) else place] = [f"{name} = {_quoted(value)}"]
        _replace(path, "\n".join(lines).rstrip("\n") + "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentFault(
            f"the setting could not be kept: {error}", where=str(path), remedy=f'Write {name} = "{value}" into it.'
        ) from error


def _line_of(name: str, lines: list[str]) -> int:
    """Return where the setting stands, or else where it can be put: before the first table, or at the end."""
    for number, line in enumerate(lines):
        if _sets([line], name) or line.lstrip().startswith("["):
            return number
    return len(lines)


def _sets(lines: list[str], name: str) -> bool:
    return bool(lines) and lines[0].partition("=")[0].strip() == name and "=" in lines[0]


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c >= " " and c != "\x7f" else f"\\u{ord(c):04x}" for c in escaped) + '"'


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
