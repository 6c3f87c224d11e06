"""Tables and constraints. These classes never leave `storage/`; what leaves are domain values.

What SQL can hold true is a constraint here; what it can not is checked by `workbench doctor`.
Texts live in a table of their own, so that listing a hundred thousand documents never reads them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, MetaData, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from workbench.domain.annotation import Made, Role, State
from workbench.domain.labels import AttributeType, LabelKind
from workbench.storage.schema import APPLICATION_ID as APPLICATION_ID
from workbench.storage.schema import REVISIONS as REVISIONS

DECISION_KINDS = ("take", "both", "edit", "neither", "add", "defer", "rule", "imported")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def _one_of(column: str, values: type[StrEnum] | tuple[str, ...]) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"


class Base(DeclarativeBase):
    """The one metadata, with constraints named by convention."""

    metadata = MetaData(naming_convention=NAMING)


Id = Annotated[int, mapped_column(primary_key=True)]
JsonText = Annotated[str, mapped_column(Text)]
Time = Annotated[str | None, mapped_column(Text)]


class ProjectTable(Base):
    """One row: what the database as a whole is called and how it is set up."""

    __tablename__ = "project"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"), CheckConstraint("pristine IN (0, 1)", name="pristine"))
    id: Mapped[Id]
    name: Mapped[str]
    settings: Mapped[JsonText] = mapped_column(server_default=text("'{}'"))
    # 1 until labels are edited or something is imported: a native file may then bring its own label set.
    pristine: Mapped[int] = mapped_column(server_default=text("1"))


class LabelTable(Base):
    """A label of the label set."""

    __tablename__ = "labels"
    __table_args__ = (
        CheckConstraint(_one_of("kind", LabelKind), name="kind"),
        CheckConstraint("archived IN (0, 1)", name="archived"),
        CheckConstraint("length(name) > 0", name="name"),
        Index(
            "uq_labels_key_in_use",
            "key",
            unique=True,
            sqlite_where=text("key IS NOT NULL AND archived = 0"),
            postgresql_where=text("key IS NOT NULL AND archived = 0"),
        ),
    )
    id: Mapped[Id]
    uid: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    key: Mapped[str | None]
    colour: Mapped[str | None]
    kind: Mapped[str] = mapped_column(server_default=text("'none'"))
    guideline: Mapped[str | None] = mapped_column(Text)
    archived: Mapped[int] = mapped_column(server_default=text("0"))
    position: Mapped[int]


class LabelAttributeTable(Base):
    """An attribute that annotations of a label may carry."""

    __tablename__ = "label_attributes"
    __table_args__ = (
        CheckConstraint(_one_of("type", AttributeType), name="type"),
        UniqueConstraint("label_id", "name"),
    )
    id: Mapped[Id]
    label_id: Mapped[int] = mapped_column(ForeignKey("labels.id", ondelete="CASCADE"))
    name: Mapped[str]
    type: Mapped[str]
    choices: Mapped[JsonText] = mapped_column(server_default=text("'[]'"))
    position: Mapped[int]


class LinkTypeTable(Base):
    """A directed link type; `any_source` and `any_target` lift the limits on labels."""

    __tablename__ = "link_types"
    __table_args__ = (
        CheckConstraint("name <> 'fragment' AND length(name) > 0", name="name"),
        CheckConstraint("any_source IN (0, 1) AND any_target IN (0, 1)", name="any"),
    )
    id: Mapped[Id]
    uid: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    any_source: Mapped[int] = mapped_column(server_default=text("0"))
    any_target: Mapped[int] = mapped_column(server_default=text("0"))
    position: Mapped[int]


class LinkTypeEndTable(Base):
    """A label that may stand at one end of a link type."""

    __tablename__ = "link_type_ends"
    __table_args__ = (CheckConstraint("end_of_link IN ('source', 'target')", name="end_of_link"),)
    link_type_id: Mapped[int] = mapped_column(ForeignKey("link_types.id", ondelete="CASCADE"), primary_key=True)
    end_of_link: Mapped[str] = mapped_column(primary_key=True)
    label_id: Mapped[int] = mapped_column(ForeignKey("labels.id", ondelete="RESTRICT"), primary_key=True)
    position: Mapped[int]


class AnnotatorTable(Base):
    """A person, or a named source of imported annotations. `declared`: listed even without any annotation set."""

    __tablename__ = "annotators"
    __table_args__ = (
        CheckConstraint("kind IN ('person', 'source')", name="kind"),
        CheckConstraint("declared IN (0, 1)", name="declared"),
        CheckConstraint("length(name) > 0", name="name"),
        UniqueConstraint("kind", "name"),
    )
    id: Mapped[Id]
    uid: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(server_default=text("'person'"))
    name: Mapped[str]
    full_name: Mapped[str | None]
    declared: Mapped[int] = mapped_column(server_default=text("1"))


class DocumentTable(Base):
    """A document without its text. `sha256` is the text's and is the document's identity."""

    __tablename__ = "documents"
    __table_args__ = (
        CheckConstraint("length(sha256) = 64", name="sha256"),
        CheckConstraint(
            "codepoints >= 0 AND utf8 >= codepoints AND utf16 >= codepoints AND words >= 0", name="lengths"
        ),
        CheckConstraint(
            "origin_newlines IS NULL OR " + _one_of("origin_newlines", ("lf", "crlf", "cr", "mixed", "none")),
            name="newlines",
        ),
        # What the library sorts by, so that its first page costs the same with ten and a hundred thousand documents.
        Index(None, "title"),
        Index(None, "words"),
        Index(None, "imported"),
    )
    id: Mapped[Id]
    uid: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str | None]
    sha256: Mapped[str] = mapped_column(unique=True)
    codepoints: Mapped[int]
    utf8: Mapped[int]
    utf16: Mapped[int]
    words: Mapped[int]
    imported: Mapped[str] = mapped_column(Text)
    # NULL in all origin columns and has_origin = 0: the data said nothing of where the text is from.
    has_origin: Mapped[int] = mapped_column(server_default=text("0"))
    origin_path: Mapped[str | None]
    origin_sha256: Mapped[str | None]
    origin_encoding: Mapped[str | None]
    origin_bom: Mapped[int | None]
    origin_newlines: Mapped[str | None]
    origin_extractor: Mapped[str | None]
    meta: Mapped[JsonText] = mapped_column(server_default=text("'{}'"))


class DocumentTextTable(Base):
    """A document's text, which never changes."""

    __tablename__ = "document_texts"
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="RESTRICT"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)


class AnnotationSetTable(Base):
    """One annotator's (or source's, or the gold) annotations on one document.

    Its version is the number of its last journal entry, which survives even when undo takes the set away.
    """

    __tablename__ = "annotation_sets"
    __table_args__ = (
        CheckConstraint(_one_of("role", Role), name="role"),
        CheckConstraint(_one_of("state", State), name="state"),
        CheckConstraint("(role = 'gold') = (annotator_id IS NULL)", name="gold_has_no_annotator"),
        UniqueConstraint("document_id", "annotator_id", "role"),
        UniqueConstraint("id", "document_id"),
        Index(
            "uq_annotation_sets_gold",
            "document_id",
            unique=True,
            sqlite_where=text("role = 'gold'"),
            postgresql_where=text("role = 'gold'"),
        ),
        Index(None, "annotator_id", "state"),
        Index(None, "annotator_id", "touched"),
    )
    id: Mapped[Id]
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="RESTRICT"))
    annotator_id: Mapped[int | None] = mapped_column(ForeignKey("annotators.id", ondelete="RESTRICT"))
    role: Mapped[str]
    state: Mapped[str]
    note: Mapped[str | None] = mapped_column(Text)
    touched: Mapped[Time]


class AnnotationTable(Base):
    """An annotation; its fragments are rows of their own. `extent` is domain.span.extent_key of them."""

    __tablename__ = "annotations"
    __table_args__ = (
        ForeignKeyConstraint(
            ["set_id", "document_id"], ["annotation_sets.id", "annotation_sets.document_id"], ondelete="RESTRICT"
        ),
        CheckConstraint('0 <= start AND start < "end"', name="offsets"),
        CheckConstraint("made IS NULL OR " + _one_of("made", Made), name="made"),
        CheckConstraint("length(uid) > 0", name="uid"),
        UniqueConstraint("document_id", "uid"),
        UniqueConstraint("set_id", "label_id", "extent"),
    )
    id: Mapped[Id]
    set_id: Mapped[int]
    document_id: Mapped[int]
    uid: Mapped[str]
    label_id: Mapped[int] = mapped_column(ForeignKey("labels.id", ondelete="RESTRICT"))
    start: Mapped[int]
    end: Mapped[int]
    extent: Mapped[str]
    note: Mapped[str | None] = mapped_column(Text)
    made: Mapped[str | None]
    # Uids as a JSON list, not foreign keys: what an annotation came from may be gone or in another file.
    derived_from: Mapped[str | None] = mapped_column(Text)
    provenance: Mapped[str | None] = mapped_column(Text)
    created: Mapped[Time]
    updated: Mapped[Time]


class FragmentTable(Base):
    """One fragment of an annotation, with its words."""

    __tablename__ = "fragments"
    __table_args__ = (
        CheckConstraint('0 <= start AND start < "end"', name="offsets"),
        CheckConstraint("number >= 1", name="number"),
        {"sqlite_with_rowid": False},
    )
    annotation_id: Mapped[int] = mapped_column(ForeignKey("annotations.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    start: Mapped[int]
    end: Mapped[int]
    quote: Mapped[str] = mapped_column(Text)


class AttributeValueTable(Base):
    """The value of an attribute that an annotation carries, as JSON."""

    __tablename__ = "attribute_values"
    __table_args__ = ({"sqlite_with_rowid": False},)
    annotation_id: Mapped[int] = mapped_column(ForeignKey("annotations.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[JsonText]


class LinkTable(Base):
    """A link between two annotations of one set."""

    __tablename__ = "links"
    __table_args__ = (
        ForeignKeyConstraint(
            ["set_id", "document_id"], ["annotation_sets.id", "annotation_sets.document_id"], ondelete="RESTRICT"
        ),
        CheckConstraint("source_id <> target_id", name="two_ends"),
        CheckConstraint("length(uid) > 0", name="uid"),
        UniqueConstraint("document_id", "uid"),
        Index(None, "set_id"),
        Index(None, "source_id"),
        Index(None, "target_id"),
    )
    id: Mapped[Id]
    set_id: Mapped[int]
    document_id: Mapped[int]
    uid: Mapped[str]
    type_id: Mapped[int] = mapped_column(ForeignKey("link_types.id", ondelete="RESTRICT"))
    source_id: Mapped[int] = mapped_column(ForeignKey("annotations.id", ondelete="RESTRICT"))
    target_id: Mapped[int] = mapped_column(ForeignKey("annotations.id", ondelete="RESTRICT"))
    note: Mapped[str | None] = mapped_column(Text)
    created: Mapped[Time]
    updated: Mapped[Time]


class DecisionTable(Base):
    """A ruling of an adjudicator. `implicit`: made for imported gold that came without decisions, never exported."""

    __tablename__ = "decisions"
    __table_args__ = (
        CheckConstraint(_one_of("kind", DECISION_KINDS), name="kind"),
        CheckConstraint("stale IN (0, 1) AND implicit IN (0, 1)", name="flags"),
        UniqueConstraint("document_id", "uid"),
    )
    id: Mapped[Id]
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="RESTRICT"))
    uid: Mapped[str]
    kind: Mapped[str]
    adjudicator_id: Mapped[int | None] = mapped_column(ForeignKey("annotators.id", ondelete="RESTRICT"))
    rule: Mapped[str | None] = mapped_column(Text)
    time: Mapped[Time]
    note: Mapped[str | None] = mapped_column(Text)
    shown: Mapped[JsonText] = mapped_column(server_default=text("'[]'"))
    result: Mapped[JsonText] = mapped_column(server_default=text("'[]'"))
    stale: Mapped[int] = mapped_column(server_default=text("0"))
    implicit: Mapped[int] = mapped_column(server_default=text("0"))


class JournalTable(Base):
    """One operation's part in one chain: what changed, how to take it back, and the hash that ties it to the last."""

    __tablename__ = "journal"
    __table_args__ = (
        UniqueConstraint("chain", "number"),
        CheckConstraint("length(hash) = 64", name="hash"),
        CheckConstraint("undoes IS NULL OR redoes IS NULL", name="undo_or_redo"),
        Index(None, "document_id", "annotator_id"),
        Index(None, "operation"),
    )
    id: Mapped[Id]
    uid: Mapped[str] = mapped_column(unique=True)
    chain: Mapped[str]
    number: Mapped[int]
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="RESTRICT"))
    annotator_id: Mapped[int | None] = mapped_column(ForeignKey("annotators.id", ondelete="RESTRICT"))
    operation: Mapped[str]
    title: Mapped[str]
    undoes: Mapped[str | None]
    redoes: Mapped[str | None]
    time: Mapped[str] = mapped_column(Text)
    change: Mapped[JsonText]
    inverse: Mapped[JsonText]
    previous: Mapped[str]
    hash: Mapped[str]
