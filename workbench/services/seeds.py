"""The five sample articles with two annotators' annotations: what `workbench demo` and `data.db.example` start from.

Texts are files of their own; the annotations name their places by quotation (`seeds/annotations.toml`), so that
a mended text can never shift an offset unnoticed. Ids and times come out the same every time.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from workbench.domain.annotation import Made, Role
from workbench.domain.bundle import AnnotationRow, Bundle, DocumentRow, LinkRow, Origin, SetKey, SetRow
from workbench.domain.labels import ATTRIBUTION
from workbench.domain.span import check_extent, extent_of
from workbench.domain.text import text_hash
from workbench.errors import EnvironmentFault, OffsetError, WorkbenchError

ANNOTATIONS = "annotations.toml"
STEP = timedelta(seconds=20)
"""Time between two things that one annotator did."""

_PACKAGE = Path(__file__).resolve().parent.parent
_CHROME = re.compile(r"(?i)\s*(jump|skip|close|menu|share|quick access|direct access)\b")


class _Ids(NamedTuple):
    """Counters of one document, shared by its annotators."""

    annotations: count[int]
    links: count[int]


def seeds_folder() -> Path:
    """Return the folder of the sample articles: the checkout's, else the wheel's. Raises EnvironmentFault."""
    # The checkout comes first: hatchling copies the folder stale into editable installs.
    checkout = _PACKAGE.parent
    candidates = [_PACKAGE / "_seeds"]
    if (checkout / "pyproject.toml").is_file():
        candidates.insert(0, checkout / "seeds")
    for folder in candidates:
        if (folder / ANNOTATIONS).is_file():
            return folder
    raise EnvironmentFault(
        "the sample articles are missing",
        where=str(candidates[0]),
        remedy="Install the workbench again, or import articles of your own with `workbench import`.",
    )


def load_seeds(folder: Path) -> list[Bundle]:
    """Read the articles and their annotations, in the order of the annotations file.

    Offsets are code points; ids and times depend on the files only. Raises EnvironmentFault when a file cannot
    be read, OffsetError when a quotation is not in its article or is there more than once, WorkbenchError when
    the annotations file is not what it should be.
    """
    where = folder / ANNOTATIONS
    try:
        data = tomllib.loads(_read(where).decode("utf-8"))
        sets = list(data.get("set", []))
        return [_bundle(folder, entry, sets) for entry in data["document"]]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise WorkbenchError(f"not a file of annotations ({error!r})", where=str(where)) from error


def find_quote(text: str, quote: str, *, within: str | None = None, occurrence: int | None = None) -> tuple[int, int]:
    """Return start and end, in code points, of a quotation in a text.

    `within` is a longer quotation that occurs once and holds it; `occurrence` counts from 1 inside that, or inside
    the text. Raises OffsetError when the quotation is not there, or there more than once and none is chosen.
    """
    floor, ceiling = (0, len(text)) if within is None else find_quote(text, within)
    starts = _starts(text[floor:ceiling], quote)
    if occurrence is None and len(starts) > 1:
        raise OffsetError(f'"{quote}" is there {len(starts)} times', remedy="Say which with `occurrence` or `within`.")
    chosen = 0 if occurrence is None else occurrence - 1
    if not 0 <= chosen < len(starts):
        raise OffsetError(f'"{quote}" is not there' + (f" {occurrence} times" if starts else ""))
    start = floor + starts[chosen]
    return start, start + len(quote)


def headline(text: str) -> str | None:
    """Return the first line that could be an article's title, or None.

    That is one of four words to 160 characters which does not start like a menu.
    """
    for line in text.split("\n"):
        if len(line.split()) >= 4 and len(line) <= 160 and not _CHROME.match(line):
            return line.strip()
    return None


def _starts(text: str, quote: str) -> list[int]:
    if not quote:
        return []
    return [match.start() for match in re.finditer(f"(?={re.escape(quote)})", text)]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EnvironmentFault(
            f"cannot read it: {error.strerror}", where=str(path), remedy="Install the workbench again."
        ) from error


def _bundle(folder: Path, entry: Mapping[str, Any], sets: list[Mapping[str, Any]]) -> Bundle:
    document = _document(folder, entry)
    bundle = Bundle(document)
    ids = _Ids(count(1), count(1))
    for row in sets:
        if row["document"] == document.uid:
            _add_set(bundle, row, ids)
    return bundle


def _document(folder: Path, entry: Mapping[str, Any]) -> DocumentRow:
    path = folder / f"{entry['id']}.txt"
    content = _read(path)
    text = content.decode("utf-8")
    origin = Origin(path.name, hashlib.sha256(content).hexdigest(), "utf-8", False, "lf")
    return DocumentRow(
        entry["id"], headline(text), text, text_hash(text), origin, dict(entry.get("meta", {})), given=False
    )


def _add_set(bundle: Bundle, row: Mapping[str, Any], ids: _Ids) -> None:
    """Put a set, its annotations and then its links on the bundle, each a step later than the one before."""
    key = SetKey(Role.ANNOTATOR.value, row["annotator"])
    bundle.sets.append(SetRow(key, row["state"], row.get("comment")))
    times = count(1)
    uids: dict[str, str] = {}
    made: list[tuple[str, Mapping[str, Any]]] = []
    for entry in row["annotations"]:
        time = _time(row["started"], next(times))
        annotation = _annotation(bundle.document, key, entry, f"a{next(ids.annotations):03}", time)
        bundle.annotations.append(annotation)
        made.append((annotation.uid, entry))
        if "key" in entry:
            uids[entry["key"]] = annotation.uid
    for source, entry in made:
        for target in entry.get("attributed_to", []):
            time = _time(row["started"], next(times))
            uid = f"k{next(ids.links):03}"
            bundle.links.append(LinkRow(uid, key, ATTRIBUTION.name, source, uids[target], created=time, updated=time))


def _annotation(document: DocumentRow, key: SetKey, entry: Mapping[str, Any], uid: str, time: str) -> AnnotationRow:
    try:
        fragments = _fragments(document.text, entry)
        check_extent(extent_of(*fragments))
    except OffsetError as error:
        where = f"{document.uid}, {key.annotator}, {entry['label']}"
        raise OffsetError(error.what, where=where, remedy=error.remedy) from error
    return AnnotationRow(
        uid,
        key,
        entry["label"],
        fragments,
        note=entry.get("note"),
        created=time,
        updated=time,
        made=Made.SELECTED.value,
    )


def _fragments(text: str, entry: Mapping[str, Any]) -> tuple[tuple[int, int], ...]:
    """Find an entry's place. Of a claim in parts only the first has to be unique; each other is the next one after."""
    first, *others = entry.get("parts") or [entry["quote"]]
    fragments = [find_quote(text, first, within=entry.get("within"), occurrence=entry.get("occurrence"))]
    for part in others:
        floor = fragments[-1][1]
        start, end = find_quote(text[floor:], part, occurrence=1)
        fragments.append((floor + start, floor + end))
    return tuple(fragments)


def _time(started: datetime, step: int) -> str:
    return (started.astimezone(UTC) + step * STEP).strftime("%Y-%m-%dT%H:%M:%SZ")
