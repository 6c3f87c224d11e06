"""Make docs/reference.md and the key table of README.md from the program itself.

.venv/bin/python docs/make_reference.py

Whatever has a name here (command, option, key, setting, exit code, field, column) is asked of the code; the sentences
about fields are below, and a field without a sentence ends the script. A test compares the files with what this makes.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner

from workbench.cli.main import cli
from workbench.cli.stopping import INTERRUPTED
from workbench.config import CONFIG_VARIABLE
from workbench.domain.labels import COLOURS, DEFAULT_LABEL_SET, KEY_LETTERS, AttributeType, LabelKind
from workbench.domain.locate import How
from workbench.errors import Exit
from workbench.formats import shapes, tabular
from workbench.formats.label_file import write_labels
from workbench.formats.registry import EVERYTHING, FORMATS, READABLE
from workbench.services import demo, doctor
from workbench.services.clock import CountingClock
from workbench.storage.finding import NOTE, Finding
from workbench.tui.reference import key_reference, settings_reference, short_key_table

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference.md"
README = ROOT / "README.md"
KEYS = ("<!-- keys -->\n", "<!-- /keys -->\n")

HEAD = """\
<!-- Made by docs/make_reference.py. Change the program or that script, then run it; do not edit here. -->
# Reference

- [Commands](#commands)
- [Exit codes](#exit-codes)
- [Configuration](#configuration)
- [Output for programs](#output-for-programs)
- [Export formats](#export-formats)
- [Native format](#native-format)
- [CSV tables](#csv-tables)
- [Label file](#label-file)
- [Keys](#keys)
"""

EXIT_CODES = {
    Exit.OK: "Everything that was asked for is done.",
    Exit.PROBLEMS: "The work found problems: a file was refused, a proof failed, `doctor` found something, "
    "or it was refused because of what is stored. Also a bug in the program; the message then names the log file.",
    Exit.USAGE: "The command was used wrongly: an unknown option, label, annotator or document; a name that is taken; "
    "no terminal where a screen was asked for.",
    Exit.ENVIRONMENT: "The machine is in the way, or the file: locked, disk full, no permission, not there, not a "
    "database, damaged, needs `workbench upgrade`, or made by a newer release.",
}
INTERRUPTED_SAYS = "Stopped with Ctrl+C. What was finished before is kept, nothing is half done."

FILES: dict[str, tuple[str, shapes.Shape]] = {
    "header": ("the top level of the JSON file, the first line of JSONL", shapes.HEADER),
    "generator": ("`generator`", shapes.GENERATOR),
    "project": ("`project`", shapes.PROJECT),
    "label": ("each of `project.labels`", shapes.LABEL),
    "attribute": ("each of a label's `attributes`", shapes.ATTRIBUTE),
    "link type": ("each of `project.link_types`", shapes.LINK_TYPE),
    "annotator": ("each of `annotators`", shapes.ANNOTATOR),
    "document": ("each of `documents`; in JSONL a line with `record` = `document`", shapes.DOCUMENT),
    "length": ("a document's `length`", shapes.LENGTH),
    "origin": ("a document's `origin`", shapes.ORIGIN),
    "set": ("each of a document's `sets`", shapes.SET),
    "annotation": ("each of a document's `annotations`", shapes.ANNOTATION),
    "fragment": ("each of an annotation's `fragments`", shapes.FRAGMENT),
    "provenance": ("a gold annotation's `provenance`", shapes.PROVENANCE),
    "link": ("each of a document's `links`", shapes.LINK),
    "decision": ("each of a document's `decisions`", shapes.DECISION),
}

_WHOSE = {
    "annotator": "whose set it belongs to; null for gold",
    "role": "`annotator`, `gold` or `imported`",
    "record": "JSONL only: what the line is",
    "document": "JSONL only: id of the document",
}
_TIMES = {"created": "when it was made, UTC, or null", "updated": "when it was last changed, UTC, or null"}

MEANINGS: dict[str, dict[str, str]] = {
    "header": {
        "format": "always `workbench-annotations`",
        "version": "always 1",
        "offset_unit": "always `codepoint`",
        "generator": "the program that wrote it",
        "project": "label set and name",
        "annotators": "the people",
        "documents": "JSON only: the documents",
        "record": "JSONL only: `header`",
    },
    "generator": {"name": "`workbench`", "version": "its version", "time": "when it was written, with `--stamp` only"},
    "project": {
        "name": "what the project is called",
        "labels": "the labels, in order",
        "link_types": "the link types, in order",
        "settings": "settings kept with the data",
    },
    "label": {
        "name": "what people call it; annotations refer to this name",
        "uid": "its fixed id, which a change of name leaves alone",
        "key": "its letter",
        "colour": "its colour",
        "guideline": "when to use it",
        "kind": "what it is about",
        "archived": "true: out of use, kept for what has it",
        "attributes": "what its annotations may carry",
    },
    "attribute": {
        "name": "what it is called",
        "type": "`choice`, `text`, `number` or `flag`",
        "choices": "for `choice`: the values there are",
    },
    "link type": {
        "name": "what it is called",
        "from": "labels that it may start from; left out: any",
        "to": "labels that it may lead to; left out: any",
        "uid": "its fixed id",
    },
    "annotator": {"id": "the name used in this file", "name": "the name in full", "uid": "the fixed id"},
    "document": {
        "id": "its name, unique in the file",
        "title": "its title or null",
        "text": "the text that all offsets count in",
        "sha256": "SHA-256 of the text as UTF-8",
        "length": "how long the text is",
        "origin": "where the text came from, or null",
        "meta": "free fields: outlet, author, date …",
        "sets": "JSON only: the annotation sets",
        "annotations": "JSON only: the annotations",
        "links": "JSON only: the links",
        "decisions": "JSON only: the decisions, if any",
        "record": "JSONL only: `document`",
    },
    "length": {
        "codepoint": "in code points (Python's `len`)",
        "utf8": "in bytes of UTF-8",
        "utf16": "in UTF-16 units (JavaScript, Java)",
    },
    "origin": {
        "path": "name of the file",
        "sha256": "SHA-256 of the original bytes",
        "encoding": "how they were decoded",
        "bom": "whether they began with a byte order mark",
        "newlines": "line ends before import: lf, crlf, cr, mixed or none",
        "extractor": "the program that took the text out of another format",
    },
    "set": {
        **_WHOSE,
        "state": "`new`, `in_progress`, `finished` or `ignored`",
        "note": "what the annotator wrote about the document as a whole, or null",
    },
    "annotation": {
        "id": "its id, unique in the document",
        **_WHOSE,
        "label": "name of its label",
        "fragments": "where it is, one entry a piece",
        "prefix": "up to 32 code points before the first piece",
        "suffix": "up to 32 code points after the last piece",
        "note": "a note, or null",
        "derived_from": "ids of annotations it was made from",
        "provenance": "gold only: what it was decided by",
        **_TIMES,
        "made": "how it was made: selected, taken, adjusted, drawn, propagated, accepted, rule or imported",
        "attributes": "name → value",
    },
    "fragment": {
        "start": "first code point",
        "end": "code point after the last",
        "utf8": "the same two as bytes of UTF-8",
        "utf16": "the same two in UTF-16 units",
        "quote": "the words there, exactly",
    },
    "provenance": {
        "decision": "kind of the decision",
        "adjudicator": "who decided",
        "rule": "the rule, where one decided",
        "time": "when, UTC",
    },
    "link": {
        "id": "its id, unique in the document",
        **_WHOSE,
        "type": "name of its link type",
        "from": "id of the annotation it starts from",
        "to": "id of the annotation it leads to",
        "note": "a note, or null",
        **_TIMES,
    },
    "decision": {
        "id": "its id, unique in the document",
        "kind": "`take`, `both`, `edit`, `neither`, `add`, `defer`, `rule` or `imported`",
        "adjudicator": "who decided, or null",
        "rule": "the rule, where one decided",
        "time": "when, UTC",
        "note": "why",
        "shown": "what each annotator had there",
        "result": "ids of the gold annotations, possibly none",
        "stale": "true: what is there now is not what was shown",
        "record": "JSONL only: `decision`",
        "document": "JSONL only: id of the document",
    },
}

COLUMNS: dict[str, str] = {
    "document_id": "name of the document",
    "document_sha256": "SHA-256 of its text",
    "annotation_id": "id of the annotation",
    "annotator": "whose it is; empty for gold",
    "role": "annotator, gold or imported",
    "label": "name of the label",
    "fragment": "number of this piece, from 1",
    "fragments": "how many pieces the annotation has",
    "start": "first code point",
    "end": "code point after the last",
    "utf8_start": "the same in bytes of UTF-8",
    "utf8_end": "the same in bytes of UTF-8",
    "utf16_start": "the same in UTF-16 units",
    "utf16_end": "the same in UTF-16 units",
    "quote": "the words there, exactly",
    "prefix": "up to 32 code points before the annotation",
    "suffix": "up to 32 code points after it",
    "note": "note or comment",
    "derived_from": "ids it was made from, with blanks between",
    "created": "when it was made, UTC",
    "updated": "when it was last changed, UTC",
    "link_id": "id of the link",
    "type": "name of the link type",
    "from_id": "id of the annotation it starts from",
    "to_id": "id of the annotation it leads to",
    "state": "new, in_progress, finished or ignored",
    "title": "title of the document",
    "sha256": "SHA-256 of its text",
    "codepoints": "length of its text in code points",
    "path": "name of the file it came from",
    "origin_sha256": "SHA-256 of that file's bytes",
    "encoding": "how they were decoded",
    "newlines": "line ends before import",
    "decision_id": "id of the decision",
    "kind": "kind of the decision",
    "adjudicator": "who decided",
    "rule": "the rule, where one decided",
    "time": "when, UTC",
    "shown": "what each annotator had there, as JSON",
    "result": "ids of gold annotations, with blanks between",
}

_FINDING = {
    "check": "which check found it",
    "where": "the row or file",
    "what": "what is wrong",
    "remedy": "what to do",
    "repairable": "whether `doctor --repair` can mend it",
}
_COUNTS = {
    "documents": "new documents",
    "known_documents": "documents whose text was there already",
    "sets": "new annotation sets",
    "known_sets": "annotation sets that were there already",
    "annotations": "new annotations",
    "links": "new links",
    "decisions": "new decisions",
}
_PROBLEM = {
    "severity": "`error`, `warning` or `note`",
    "code": "a short word for the kind of finding",
    "message": "the sentence that people see",
    "file": "the file",
    "line": "the line in it, or null",
    "document": "id of the document, or null",
    "kind": "what in it: document, annotation, link … or null",
    "id": "the id of that, or null",
}


def _under(prefix: str, meanings: dict[str, str]) -> dict[str, str]:
    return {prefix + name: meaning for name, meaning in meanings.items()}


OUTPUTS: dict[str, dict[str, str]] = {
    "status --json": {
        "path": "the database file",
        "bytes": "its size",
        "log_bytes": "size of the `-wal` beside it",
        "journal_mode": "`wal` or `delete`",
        "schema.revision": "the file's schema",
        "schema.newest": "the newest schema this release knows",
        "project": "the project's name",
        "annotators": "names of the people",
        "documents": "how many",
        "codepoints": "length of all texts together",
        "sets.new": "people's annotation sets in this state",
        "sets.in_progress": "likewise",
        "sets.finished": "likewise",
        "sets.ignored": "likewise",
        "gold": "gold sets",
        "imported": "imported sets",
        "annotations": "label → how many, all sets together",
        "links": "how many",
        "decisions": "how many",
        "last_backup": "null, or `path` and `made` (UTC) of the newest backup beside the file",
    },
    "doctor --json": {
        "path": "the database file",
        "ok": "true when there is no problem",
        "repairable": "how many problems `doctor --repair` can mend",
        **_under("problems[].", _FINDING),
        **_under("notes[].", _FINDING),
    },
    "import PATH --json": {
        "stored": "false: `--strict`, and some file was not good, so that nothing is stored",
        "cancelled": "true: stopped with Ctrl+C",
        **_COUNTS,
        "files[].name": "the file",
        "files[].outcome": "`stored`, `refused`, `unreadable` or `cancelled`",
        **_under("files[].counts.", _COUNTS),
        "files[].failing": "findings that make the exit code 1",
        "files[].errors": "errors among them",
        **_under("problems[].", _PROBLEM),
    },
    "verify PATH --json": {
        "verified": "true when nothing failed",
        "files": "how many files were read",
        "documents": "documents in them",
        "annotations": "annotations in them",
        "failures": "how many findings are failures",
        **_under("findings[].", {**_PROBLEM, "fails": "whether it is a failure"}),
    },
    "locate EXPORT ARTICLE --json": {
        "document": "id of the document",
        "annotation": "id of the annotation",
        "label": "its label",
        "article": "the file that was searched, or null",
        "before": "`[start, end]` of each piece in the export's text",
        "quotes": "the words of each piece in the export",
        "how": ", ".join(f"`{how}` ({how.words})" for how in How) + ", or `lost`",
        "reason": "why it is lost, or null",
        "places": "where else it could be, if it is lost for being in doubt",
        "now[].start": "first code point in the article",
        "now[].end": "code point after the last",
        "now[].how": "how this piece was found",
        "now[].context": "how much of what stood around it still does, from 0 to 1",
        "now[].score": "how alike the words are, from 0 to 1",
        "words": "the words of each piece in the article",
    },
    "labels list --json": {
        "labels[].name": "the label",
        "labels[].uid": "its fixed id",
        "labels[].key": "its letter or null",
        "labels[].colour": "its colour or null",
        "labels[].kind": "`claim`, `who`, `figure` or `none`",
        "labels[].guideline": "when to use it, or null",
        "labels[].archived": "whether it is out of use",
        "labels[].attributes": "its attributes, as in the label file",
        "labels[].annotations": "how many annotations have it",
    },
    "annotators list --json": {
        "annotators[].name": "the name",
        "annotators[].uid": "the fixed id",
        "annotators[].full_name": "the name in full, or null",
        "annotators[].sets": "documents with something recorded",
    },
}


def reference() -> str:
    """Return the whole page."""
    parts = [HEAD, commands(), exit_codes(), configuration(), outputs(), formats(), native(), tables(), label_file()]
    return "\n".join([*parts, _deeper(key_reference())])


def _deeper(page: str) -> str:
    """Make the headings of a page one step lower."""
    return "\n".join("#" + line if line.startswith("#") else line for line in page.split("\n"))


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def commands() -> str:
    """Return every command with its arguments and options."""
    root = click.Context(cli, info_name="workbench")
    parts = ["## Commands\n", "`workbench` alone opens the library. Options before the command are for all of them:\n"]
    parts.append(_options(cli, root))
    for _, command, context in walk(cli, root):
        if not isinstance(command, click.Group):
            parts.append(_command(command, context))
    return "\n".join(parts)


def walk(group: click.Group, context: click.Context) -> Iterator[tuple[str, click.Command, click.Context]]:
    """Yield every command below a group with its full name and context, in the order of `--help`."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        below = click.Context(command, info_name=name, parent=context)
        yield below.command_path, command, below
        if isinstance(command, click.Group):
            yield from walk(command, below)


def _command(command: click.Command, context: click.Context) -> str:
    usage = " ".join(command.collect_usage_pieces(context))
    paragraphs = (command.help or "").split("\n\n")
    text = "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
    head = f"### `{context.command_path}`\n\n```text\n{context.command_path} {usage}\n```\n\n{text}\n"
    options = _options(command, context)
    return f"{head}\n{options}" if options else head


def _options(command: click.Command, context: click.Context) -> str:
    records = [param.get_help_record(context) for param in command.params if isinstance(param, click.Option)]
    rows = [(f"`{record[0]}`", record[1]) for record in records if record]
    return table(("option", "what it does"), rows) if rows else ""


def exit_codes() -> str:
    """Return the exit codes."""
    rows = [(f"`{int(code)}`", EXIT_CODES[code]) for code in Exit]
    rows.append((f"`{INTERRUPTED}`", INTERRUPTED_SAYS))
    say = "Results go to standard output, everything said to people to standard error."
    return f"## Exit codes\n\n{say}\n\n{table(('code', 'meaning'), rows)}"


def configuration() -> str:
    """Return the settings, and which of flag, variable and file wins."""
    text = (
        "What a flag says counts first, then the variable, then the file, then the default. The file is `config.toml`\n"
        f"in the user's configuration folder (Linux: `~/.config/workbench`), or what `{CONFIG_VARIABLE}` names.\n"
        "Paths in it are seen from its folder. A setting that does not exist is named when the program starts.\n\n"
        '```toml\nannotator = "ana"\ntheme = "paper"\nmeasure = 66\n```\n'
    )
    return f"## Configuration\n\n{text}\n{settings_reference()}\n"


def outputs() -> str:
    """Return the keys of everything that is printed as JSON, after comparing them with what is printed now."""
    parts = ["## Output for programs\n", "These keys stay; others may be added.\n"]
    printed = printed_keys()
    for command, meanings in OUTPUTS.items():
        _compare(f"workbench {command}", printed[command], meanings)
        rows = [(f"`{name}`", meaning) for name, meaning in meanings.items()]
        parts.append(f"### `workbench {command}`\n\n{table(('key', 'meaning'), rows)}")
    return "\n".join(parts)


def _compare(what: str, there: Iterable[str], described: Iterable[str]) -> None:
    missing, gone = set(there) - set(described), set(described) - set(there)
    if missing or gone:
        raise SystemExit(f"{what}: without a sentence: {sorted(missing)}; described but not there: {sorted(gone)}")


def printed_keys() -> dict[str, set[str]]:
    """Run each command that prints JSON on the sample articles; return the keys it printed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = demo.make_demo(folder, CountingClock()).database
        export, articles = folder / "export.jsonl", folder / "articles"
        _run(database, "export", "--format", "jsonl", "-o", str(export))
        _write_changed(export, articles)
        places = {"EXPORT": str(export), "ARTICLE": str(articles), "PATH": str(export)}
        found = {}
        for command in OUTPUTS:
            printed = _run(database, *(places.get(word, word) for word in command.split()))
            first = printed.partition("\n")[0] if command.startswith("locate") else printed
            found[command] = set(_keys(json.loads(first)))
        # That database is sound; a finding of each kind shows what a list of them holds.
        found["doctor --json"] = set(_keys(_unwell().to_json()))
        return found


def _write_changed(export: Path, articles: Path) -> None:
    """Change a suffix in the export, so that there is something to find, and put a changed article beside it."""
    text = export.read_text(encoding="utf-8")
    export.write_text(text.replace('"suffix":"', '"suffix":"*', 1), encoding="utf-8")
    record = next(json.loads(line) for line in text.split("\n") if '"record":"document"' in line)
    articles.mkdir()
    (articles / f"{record['id']}.txt").write_text("New. " + record["text"], encoding="utf-8")


def _unwell() -> doctor.Report:
    report = doctor.Report(Path("x"))
    report.take(Finding("rows", "here", "is wrong"))
    report.take(Finding("file", "here", "is odd", "Mend it.", NOTE))
    return report


def _run(database: Path, *words: str) -> str:
    result = CliRunner().invoke(cli, ["--db", str(database), *words])
    if result.exit_code not in (Exit.OK, Exit.PROBLEMS):
        raise SystemExit(f"workbench {' '.join(words)}: exit code {result.exit_code}\n{result.output}")
    return result.stdout


_WHOLE = {"annotations", "last_backup", "attributes"}
"""Keys whose value is described as a whole."""


def _keys(value: Any, prefix: str = "") -> Iterator[str]:
    name = prefix.rstrip(".").rpartition(".")[2]
    if isinstance(value, dict) and value and name not in _WHOLE:
        for key, member in value.items():
            yield from _keys(member, f"{prefix}{key}.")
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        yield from _keys(value[0], prefix.rstrip(".") + "[].")
    else:
        yield prefix.rstrip(".")


def formats() -> str:
    """Return what the export formats are and what each cannot hold."""
    rows = []
    for form in FORMATS.values():
        lost = ", ".join(sorted(EVERYTHING - form.holds)) or "nothing"
        rows.append((f"`{form.name}`", form.title, "a folder of tables" if form.folder else "one file", lost))
    kinds = ", ".join(f"`{suffix}`" for suffix in sorted(READABLE))
    text = f"`workbench import` reads {kinds}. `workbench export --format` writes:\n"
    return f"## Export formats\n\n{text}\n{table(('format', 'what it is', 'what is written', 'not held'), rows)}"


def native() -> str:
    """Return every field of the native format."""
    text = (
        "`json` is one object; `jsonl` has the same as lines: a header, then for each document its line and its sets,\n"
        "annotations, links and decisions. Offsets are code points, `[start, end)`. Fields with a dot are required.\n"
        "`workbench/formats/native.schema.json` says it for programs (JSON Schema 2020-12).\n"
    )
    parts = ["## Native format\n", text]
    for name, (where, shape) in FILES.items():
        _compare(f"native format, {name}", [*shape.fields, *shape.parts], MEANINGS[name])
        parts.append(f"### {name}\n\nIn the file: {where}.\n\n{_fields(shape, MEANINGS[name])}")
    return "\n".join(parts)


def _fields(shape: shapes.Shape, meanings: dict[str, str], without: frozenset[str] = frozenset()) -> str:
    rows = [
        (f"`{name}`", "•" if name in shape.required else "", meaning)
        for name, meaning in meanings.items()
        if name not in without
    ]
    return table(("field", "", "meaning"), rows)


def tables() -> str:
    """Return the columns of the CSV tables."""
    columns = {
        "annotations": (tabular.ANNOTATION_COLUMNS, "one row a fragment; then `attribute_NAME` for each attribute"),
        "links": (tabular.LINK_COLUMNS, "one row a link"),
        "sets": (tabular.SET_COLUMNS, "one row an annotation set, empty ones too"),
        "documents": (tabular.DOCUMENT_COLUMNS, "one row a document; then a `meta_KEY` for every key of the metadata"),
        "decisions": (tabular.DECISION_COLUMNS, "one row a decision; only there when there are any"),
    }
    _compare("CSV tables", tabular.TABLES, columns)
    _compare("CSV columns", {name for names, _ in columns.values() for name in names}, COLUMNS)
    text = (
        'RFC 4180: comma, `"` doubled inside quotes, `\\r\\n`, a header, UTF-8 without a mark. An empty cell is null.\n'
        'In Python: `csv.DictReader(open(path, encoding="utf-8", newline=""))`, or pandas with\n'
        "`dtype=str, keep_default_na=False`, so that the words NA and null stay words. Files of\n"
        "`--csv-profile excel` are called `annotations-excel.csv` and so on.\n"
    )
    parts = ["## CSV tables\n", text]
    for name, (names, rows) in columns.items():
        listed = table(("column", "meaning"), [(f"`{column}`", COLUMNS[column]) for column in names])
        parts.append(f"### {name}.csv\n\n{rows[0].upper()}{rows[1:]}.\n\n{listed}")
    return "\n".join(parts)


def label_file() -> str:
    """Return the fields of the label file, and the default one."""
    parts = [
        "## Label file\n",
        "`workbench labels save` writes it, `workbench labels load` reads it (TOML). An unknown field is refused.\n",
    ]
    for heading, name in (
        ("[[labels]]", "label"),
        ("[[labels.attributes]]", "attribute"),
        ("[[link_types]]", "link type"),
    ):
        parts.append(f"### `{heading}`\n\n{_fields(FILES[name][1], MEANINGS[name])}")
    parts.append(
        table(
            ("field", "what it may be"),
            [
                ("`key`", " ".join(f"`{letter}`" for letter in sorted(KEY_LETTERS))),
                ("`colour`", ", ".join(COLOURS)),
                ("`kind`", ", ".join(LabelKind)),
                ("`type`", ", ".join(AttributeType)),
            ],
        )
    )
    parts.append(f"The label set of a new database:\n\n```toml\n{write_labels(DEFAULT_LABEL_SET)}```\n")
    return "\n".join(parts)


def readme(text: str) -> str:
    """Return README's text with the key table of now between its markers."""
    before, _, rest = text.partition(KEYS[0])
    _, _, after = rest.partition(KEYS[1])
    return f"{before}{KEYS[0]}{short_key_table()}\n{KEYS[1]}{after}"


def main() -> None:
    """Write both files."""
    os.environ[CONFIG_VARIABLE] = os.devnull
    REFERENCE.write_text(reference(), encoding="utf-8")
    README.write_text(readme(README.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
