"""One file of an import inside its savepoint: every document of it stored, skipped or refused, with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from workbench.domain.bundle import Bundle, DocumentRow, Origin, Project, SetKey
from workbench.domain.labels import LabelSet
from workbench.errors import WorkbenchError
from workbench.formats.problems import Item, Problem, Severity
from workbench.services.import_bundle import (
    as_source,
    compare,
    free_name,
    in_own_words,
    metadata_differs,
    only,
    taken_ids,
    whose,
)
from workbench.services.import_report import Counts, ImportOptions
from workbench.services.import_sources import STANDARD_INPUT
from workbench.services.import_vocabulary import (
    Meaning,
    People,
    label_clashes,
    meaning_of,
    stored_vocabulary,
    take_project,
)
from workbench.storage import catalogue
from workbench.storage.bulk_read import Damaged, Known, known_documents, read_bundle
from workbench.storage.bulk_write import BulkWriter, Stamp, Vocabulary
from workbench.storage.engine import Connection

_NO_LABELS = LabelSet(())


class FileImport:
    """Takes the documents of one file as they are read. What is said comes out of `begin`, `take` and `finish`.

    Once the file cannot be stored any more (an error, and not `skip_bad`) nothing is written, only checked, so that
    all that is wrong is named. The caller rolls back.
    """

    def __init__(self, connection: Connection, stamp: Stamp, options: ImportOptions, name: str) -> None:
        self._connection = connection
        self._stamp = stamp
        self._options = options
        self._name = name
        self._doomed = False
        self._several = False
        self._native = False
        self._people = People(connection, ())
        self._meaning: Meaning = meaning_of(_NO_LABELS, _NO_LABELS)
        # Articles carry no annotations: nothing of the label set needs to be known.
        self._writer = BulkWriter(connection, Vocabulary({}, {}, {}, {}), stamp)
        self.counts = Counts()

    def begin(self, project: Project | None, complete: bool) -> Iterator[Problem]:
        """Bring the file's project in. `complete`: it comes from a database and leaves nothing out."""
        if project is None:
            return
        self._native = True
        self._several = len(project.annotators) > 1
        clashes = label_clashes(catalogue.load_label_set(self._connection), project.label_set)
        if clashes and not catalogue.is_pristine(self._connection):
            yield from (self._header(Severity.ERROR, "label-clash", clash) for clash in clashes)
            self._native = False
            return
        self._meaning, remarks = take_project(self._connection, project, complete=complete)
        self._people = People(self._connection, project.annotators)
        yield from (self._header(Severity.NOTE, "project", said) for said in remarks + self._people.remarks)
        yield from (self._header(Severity.ERROR, "annotator-clash", fault) for fault in self._people.faults)
        vocabulary = stored_vocabulary(self._connection, self._meaning, self._people)
        self._writer = BulkWriter(self._connection, vocabulary, self._stamp)

    def doom(self) -> None:
        """Store nothing more of this file; go on checking."""
        self._doomed = True

    def take(self, item: Item, room: int) -> Iterator[Problem]:
        """Store what is new of a document; yield the reader's findings and what becomes of it.

        `room` is how many more documents the import may add.
        """
        yield from item.problems
        if item.bundle is None or (item.bundle.sets and not self._native):
            return
        bundle = item.bundle
        if bundle.document.uid == STANDARD_INPUT and not bundle.document.given:
            bundle = replace(bundle, document=replace(bundle.document, uid="stdin", origin=_nameless(bundle.document)))
        if self._options.as_source is not None and bundle.sets:
            if bundle.decisions:
                yield self._about(bundle, Severity.NOTE, "as-source", "decisions are not taken with --as-source.")
            bundle = as_source(bundle, self._options.as_source, several=self._several)
        self._meet(bundle)
        yield from self._refused_links(bundle)
        if self._writer.holds(bundle.document):
            self._writer.flush()
        by_text, by_name = known_documents(self._connection, bundle.document.sha256, bundle.document.uid)
        if by_text is not None:
            yield from self._take_known(bundle, by_text)
        else:
            yield from self._take_new(bundle, by_name, room)

    def finish(self) -> None:
        """Write what is still gathered."""
        if self._doomed:
            return
        self._writer.flush()
        if self.counts != Counts():
            catalogue.mark_used(self._connection)

    def _header(self, severity: Severity, code: str, message: str) -> Problem:
        return Problem(severity, code, message, self._name, kind="header")

    def _about(
        self,
        bundle: Bundle,
        severity: Severity,
        code: str,
        message: str,
        kind: str = "document",
        uid: str | None = None,
    ) -> Problem:
        document = bundle.document
        named = document.uid if document.given else None
        return Problem(severity, code, message, self._name, None, named, kind, uid)

    def _meet(self, bundle: Bundle) -> None:
        """Make sure that everybody whom a document names is known here."""
        for row in bundle.sets:
            self._meet_owner(row.key)
        for decision in bundle.decisions:
            if decision.adjudicator is not None:
                self._people.person(decision.adjudicator)

    def _meet_owner(self, key: SetKey) -> None:
        if key.annotator is None:
            return
        if key.role == "imported":
            self._people.source(key.annotator)
        else:
            self._people.person(key.annotator)

    def _refused_links(self, bundle: Bundle) -> Iterator[Problem]:
        """Refuse links that their type does not allow here, where it allows less than in the file."""
        doubtful = [row for row in bundle.links if row.type in self._meaning.narrower]
        if not doubtful:
            return
        labels = {row.uid: row.label for row in bundle.annotations}
        for row in doubtful:
            here = self._meaning.link_types[row.type]
            source, target = labels[row.source], labels[row.target]
            if not here.allows(self._meaning.labels[source].uid, self._meaning.labels[target].uid):
                bundle.links.remove(row)
                message = f'"{here.name}" may not go from {source} to {target} here. Widen it with `workbench labels`.'
                yield self._about(bundle, Severity.ERROR, "link-ends", message, "link", row.uid)

    def _take_new(self, bundle: Bundle, by_name: Known | None, room: int) -> Iterator[Problem]:
        document = bundle.document
        if room <= self.counts.documents:
            message = "more documents than one import takes. Import the rest by itself, or raise --max-documents."
            yield self._about(bundle, Severity.ERROR, "limit", message)
            return
        if by_name is not None:
            if document.given:
                message = "this id is taken by another text here. Give it another id in the file."
                yield self._about(bundle, Severity.ERROR, "id-taken", message)
                return
            document = replace(document, uid=free_name(document))
            yield from self._renamed(document, by_name.uid)
            if known_documents(self._connection, document.sha256, document.uid)[1] is not None:
                yield self._about(
                    bundle, Severity.ERROR, "id-taken", f'"{document.uid}" is taken too. Rename the file.'
                )
                return
        if self._doomed:
            return
        self._writer.add(replace(bundle, document=document))
        self.counts.documents += 1
        self._count(bundle)

    def _renamed(self, document: DocumentRow, wanted: str) -> Iterator[Problem]:
        message = f'named "{document.uid}", since "{wanted}" is another text here.'
        yield Problem(Severity.NOTE, "renamed", message, self._name)

    def _count(self, bundle: Bundle) -> None:
        self.counts.sets += len(bundle.sets)
        self.counts.annotations += len(bundle.annotations)
        self.counts.links += len(bundle.links)
        self.counts.decisions += len(bundle.decisions)

    def _take_known(self, bundle: Bundle, known: Known) -> Iterator[Problem]:
        self.counts.known_documents += 1
        yield from self._about_known(bundle, known)
        if not bundle.sets and not bundle.decisions:
            return
        stored = read_bundle(self._connection, known.uid)
        if stored is None or isinstance(stored, Damaged):
            message = f'"{known.uid}" is damaged here. Run `workbench doctor`.'
            yield self._about(bundle, Severity.ERROR, "damaged", message)
            return
        new, differences = compare(in_own_words(bundle, self._meaning, self._people.names), stored)
        for difference in differences:
            message = (
                f"the set of {whose(difference.key)} differs from the one stored here ({difference.what}). "
                "Import it beside that one with --as-source NAME."
            )
            yield self._about(bundle, Severity.ERROR, "set-differs", message)
        back = {here: there for there, here in self._people.names.items()}
        fresh = only(bundle, {back.get(key, key) for key in new}, known.uid)
        taken = list(taken_ids(fresh, stored))
        for kind, uid, key in taken:
            owner = f" of {whose(key)}" if key else ""
            message = (
                f"this id{owner} is in use in the document. Import it with --as-source NAME, which gives other ids."
            )
            yield self._about(bundle, Severity.ERROR, "id-taken", message, kind, uid)
        self.counts.known_sets += len(bundle.sets) - len(fresh.sets) - len(differences)
        if (fresh.sets or fresh.decisions) and not taken and not self._doomed:
            self._writer.add_to(known.id, fresh)
            self._count(fresh)

    def _about_known(self, bundle: Bundle, known: Known) -> Iterator[Problem]:
        document = bundle.document
        differing = metadata_differs(document, known.title, known.meta) if document.given else []
        if not self._native:
            also = f"; other here and not taken: {', '.join(differing)}" if differing else ""
            yield self._about(bundle, Severity.NOTE, "same-text", f'same text as document "{known.uid}"{also}')
            return
        if known.uid != document.uid:
            yield self._about(bundle, Severity.NOTE, "known-as", f'its text is that of "{known.uid}" here')
        if differing:
            message = f"{', '.join(differing)}: what is stored here stays."
            yield self._about(bundle, Severity.NOTE, "metadata", message)


def _nameless(document: DocumentRow) -> Origin | None:
    """Return where a text came from when that was no file."""
    return document.origin._replace(path=None) if document.origin else None


def problem_of(error: WorkbenchError, name: str) -> Problem:
    """Turn an error about a whole file into a finding."""
    message = str(error)
    if error.where:
        message = message.removeprefix(f"{error.where}: ")
    return Problem(Severity.ERROR, "unreadable", message, error.where or name)
