"""Find the quotes of an export again in articles that have changed since, and say of each how it was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from workbench.domain.bundle import AnnotationRow, Bundle
from workbench.domain.locate import Found, How, Lost, locate_all, sought_in
from workbench.errors import NotFound
from workbench.formats.problems import FormatError, Problem
from workbench.formats.reading import ReadOptions
from workbench.formats.registry import open_reader
from workbench.services.verifying import Articles


@dataclass(frozen=True, slots=True)
class Located:
    """One annotation: where it was, as `(start, end)` in code points, and where it is now or why it is lost.

    `article` is the file it was looked for in, None when no article given is that of the document. `words` are the
    text there now, a fragment each.
    """

    document: str
    annotation: str
    label: str
    before: tuple[tuple[int, int], ...]
    quotes: tuple[str, ...]
    outcome: tuple[Found, ...] | Lost
    article: Path | None
    words: tuple[str, ...] = ()

    @property
    def lost(self) -> bool:
        """Say whether it was not found."""
        return isinstance(self.outcome, Lost)

    @property
    def how(self) -> How | None:
        """Return the least certain way in which one of its fragments was found, None when it is lost."""
        if isinstance(self.outcome, Lost):
            return None
        order = list(How)
        return max((found.how for found in self.outcome), key=order.index)


@dataclass(slots=True)
class Locating:
    """Looks for all quotes of an export. `run` yields them; the counts are right when it is done."""

    export: Path
    articles: Sequence[Path]
    read: ReadOptions = field(default_factory=ReadOptions)
    documents: int = 0
    unchanged: int = 0
    """Documents whose text some article still has: nothing was looked for."""
    problems: list[Problem] = field(default_factory=list)
    """Findings about the export itself; what they name was not looked for."""

    def run(self) -> Iterator[Located]:
        """Yield each annotation of a changed document, in the export's order.

        Raises NotFound for a path that is not there, FormatError for what is no export.
        """
        for path in (self.export, *self.articles):
            if not path.exists():
                raise NotFound("no such file or folder", where=str(path), remedy="Check the spelling.")
        articles = Articles(self.articles, self.read)
        with open_reader(self.export, self.read) as reader:
            if reader.project is None:
                raise FormatError(
                    "no export of the workbench", where=str(self.export), remedy="Name a json or jsonl export."
                )
            self.problems += [problem for problem in reader.problems if problem.fails]
            for item in reader:
                self.problems += [problem for problem in item.problems if problem.fails]
                if item.bundle is not None:
                    yield from self._document(item.bundle, articles)

    def _document(self, bundle: Bundle, articles: Articles) -> Iterator[Located]:
        document = bundle.document
        self.documents += 1
        if articles.has(document.sha256):
            self.unchanged += 1
            return
        file_name = PurePath(document.origin.path).name if document.origin and document.origin.path else None
        found = articles.named(document.uid) or (articles.named(file_name) if file_name else None)
        for row in bundle.annotations:
            yield _located(bundle, row, *(found or (None, None)))


def _located(bundle: Bundle, row: AnnotationRow, article: Path | None, text: str | None) -> Located:
    was = bundle.document.text
    sought = [sought_in(was, start, end) for start, end in row.fragments]
    outcome = Lost("no article given has this text or name") if text is None else locate_all(text, sought)
    words: tuple[str, ...] = ()
    if text is not None and not isinstance(outcome, Lost):
        words = tuple(text[found.start : found.end] for found in outcome)
    quotes = tuple(one.quote for one in sought)
    return Located(bundle.document.uid, row.uid, row.label, row.fragments, quotes, outcome, article, words)
