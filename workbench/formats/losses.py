"""The account of what a format could not hold: a report beside the export and one line for the terminal."""

from __future__ import annotations

from collections import Counter
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, NamedTuple

import orjson

from workbench.formats.problems import FormatError

REPORT = "losses.json"
_IN_MEMORY = 1 << 20


class Loss(NamedTuple):
    """One thing lost. `kind` is annotation, link, note, derivation, attribute, decision, text, state, role or comment.

    `id` is an annotation's, link's or decision's, or for a set its annotator or "gold"; `what` is dropped, split
    or changed.
    """

    document: str
    kind: str
    id: str
    what: str
    why: str


class Losses:
    """Collects losses, sorted within each document, in flat memory. Falsy as long as there are none."""

    def __init__(self, export_format: str) -> None:
        self.export_format = export_format
        self.label_names: dict[str, str] = {}
        """Labels renamed: the project's name -> the export's."""
        self.annotator_names: dict[str, str] = {}
        """Annotators and sources renamed, likewise."""
        self._pending: list[Loss] = []
        self._counts: Counter[tuple[str, str]] = Counter()
        self._items: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 (closed on exit)

    def __bool__(self) -> bool:
        return bool(self._pending or self._counts or self.label_names or self.annotator_names)

    def __enter__(self) -> Losses:
        return self

    def __exit__(self, *_: object) -> None:
        self._items.close()

    def add(self, loss: Loss) -> None:
        """Take note of a loss, once however often it is added; those of one document should come together."""
        if self._pending and self._pending[-1].document != loss.document:
            self._flush()
        self._pending.append(loss)

    def _flush(self) -> None:
        for loss in sorted(set(self._pending)):
            self._counts[loss.kind, loss.what] += 1
            self._items.write((b",\n" if self._items.tell() else b"\n") + orjson.dumps(loss._asdict()))
        self._pending.clear()

    @property
    def summary(self) -> str:
        """What was lost, in words: `csv: 3 derivations dropped, 2 labels renamed`."""
        self._flush()
        parts = [_counted(number, kind, what) for (kind, what), number in self._counts.items()]
        for kind, names in (("label", self.label_names), ("annotator", self.annotator_names)):
            if names:
                parts.append(_counted(len(names), kind, "renamed"))
        return f"{self.export_format}: {', '.join(parts)}"

    def refuse(self) -> None:
        """Raise FormatError when there are losses, for an export that allows none."""
        if self:
            raise FormatError(
                f"{self.summary}; nothing was written", remedy="Export as jsonl, or allow losses (without --strict)."
            )

    def write(self, out: BinaryIO) -> None:
        """Write the report, a line an item."""
        head = {"format": "workbench-losses", "version": 1, "export_format": self.export_format}
        out.write(orjson.dumps(head)[:-1] + b',\n"items":[')
        self._flush()
        self._items.seek(0)
        while block := self._items.read(_IN_MEMORY):
            out.write(block)
        renames = {"labels": self.label_names, "annotators": self.annotator_names}
        out.write(b'],\n"renames":' + orjson.dumps(renames, option=orjson.OPT_SORT_KEYS) + b"}\n")


def _counted(number: int, kind: str, what: str) -> str:
    return f"{number:,} {kind if number == 1 else kind + 's'} {what}"
