"""The data model: documents, annotators, labels, sets, annotations, links, decisions, journal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "annotators",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), server_default=sa.text("'person'"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=True),
        sa.Column("declared", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("kind IN ('person', 'source')", name=op.f("ck_annotators_kind")),
        sa.CheckConstraint("declared IN (0, 1)", name=op.f("ck_annotators_declared")),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_annotators_name")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annotators")),
        sa.UniqueConstraint("kind", "name", name=op.f("uq_annotators_kind_name")),
        sa.UniqueConstraint("uid", name=op.f("uq_annotators_uid")),
    )
    op.create_table(
        "documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("codepoints", sa.Integer(), nullable=False),
        sa.Column("utf8", sa.Integer(), nullable=False),
        sa.Column("utf16", sa.Integer(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("imported", sa.Text(), nullable=False),
        sa.Column("has_origin", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("origin_path", sa.String(), nullable=True),
        sa.Column("origin_sha256", sa.String(), nullable=True),
        sa.Column("origin_encoding", sa.String(), nullable=True),
        sa.Column("origin_bom", sa.Integer(), nullable=True),
        sa.Column("origin_newlines", sa.String(), nullable=True),
        sa.Column("origin_extractor", sa.String(), nullable=True),
        sa.Column("meta", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.CheckConstraint(
            "origin_newlines IS NULL OR origin_newlines IN ('lf', 'crlf', 'cr', 'mixed', 'none')",
            name=op.f("ck_documents_newlines"),
        ),
        sa.CheckConstraint(
            "codepoints >= 0 AND utf8 >= codepoints AND utf16 >= codepoints AND words >= 0",
            name=op.f("ck_documents_lengths"),
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_documents_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("sha256", name=op.f("uq_documents_sha256")),
        sa.UniqueConstraint("uid", name=op.f("uq_documents_uid")),
    )
    op.create_table(
        "labels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("colour", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), server_default=sa.text("'none'"), nullable=False),
        sa.Column("guideline", sa.Text(), nullable=True),
        sa.Column("archived", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('claim', 'who', 'figure', 'none')", name=op.f("ck_labels_kind")),
        sa.CheckConstraint("archived IN (0, 1)", name=op.f("ck_labels_archived")),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_labels_name")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labels")),
        sa.UniqueConstraint("name", name=op.f("uq_labels_name")),
        sa.UniqueConstraint("uid", name=op.f("uq_labels_uid")),
    )
    with op.batch_alter_table("labels", schema=None) as batch_op:
        batch_op.create_index(
            "uq_labels_key_in_use",
            ["key"],
            unique=True,
            sqlite_where=sa.text("key IS NOT NULL AND archived = 0"),
            postgresql_where=sa.text("key IS NOT NULL AND archived = 0"),
        )

    op.create_table(
        "link_types",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("any_source", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("any_target", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("name <> 'fragment' AND length(name) > 0", name=op.f("ck_link_types_name")),
        sa.CheckConstraint("any_source IN (0, 1) AND any_target IN (0, 1)", name=op.f("ck_link_types_any")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_types")),
        sa.UniqueConstraint("name", name=op.f("uq_link_types_name")),
        sa.UniqueConstraint("uid", name=op.f("uq_link_types_uid")),
    )
    op.create_table(
        "project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("settings", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("pristine", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_project_one_row")),
        sa.CheckConstraint("pristine IN (0, 1)", name=op.f("ck_project_pristine")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
    )
    op.create_table(
        "annotation_sets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("annotator_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(role = 'gold') = (annotator_id IS NULL)", name=op.f("ck_annotation_sets_gold_has_no_annotator")
        ),
        sa.CheckConstraint("role IN ('annotator', 'gold', 'imported')", name=op.f("ck_annotation_sets_role")),
        sa.CheckConstraint(
            "state IN ('new', 'in_progress', 'finished', 'ignored')", name=op.f("ck_annotation_sets_state")
        ),
        sa.ForeignKeyConstraint(
            ["annotator_id"],
            ["annotators.id"],
            name=op.f("fk_annotation_sets_annotator_id_annotators"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name=op.f("fk_annotation_sets_document_id_documents"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annotation_sets")),
        sa.UniqueConstraint(
            "document_id", "annotator_id", "role", name=op.f("uq_annotation_sets_document_id_annotator_id_role")
        ),
        sa.UniqueConstraint("id", "document_id", name=op.f("uq_annotation_sets_id_document_id")),
    )
    with op.batch_alter_table("annotation_sets", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_annotation_sets_annotator_id_state"), ["annotator_id", "state"], unique=False
        )
        batch_op.create_index(
            "uq_annotation_sets_gold",
            ["document_id"],
            unique=True,
            sqlite_where=sa.text("role = 'gold'"),
            postgresql_where=sa.text("role = 'gold'"),
        )

    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("adjudicator_id", sa.Integer(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("time", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("shown", sa.Text(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("result", sa.Text(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("stale", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("implicit", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('take', 'both', 'edit', 'neither', 'add', 'defer', 'rule', 'imported')",
            name=op.f("ck_decisions_kind"),
        ),
        sa.CheckConstraint("stale IN (0, 1) AND implicit IN (0, 1)", name=op.f("ck_decisions_flags")),
        sa.ForeignKeyConstraint(
            ["adjudicator_id"],
            ["annotators.id"],
            name=op.f("fk_decisions_adjudicator_id_annotators"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_decisions_document_id_documents"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("document_id", "uid", name=op.f("uq_decisions_document_id_uid")),
    )
    op.create_table(
        "document_texts",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_document_texts_document_id_documents"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_document_texts")),
    )
    op.create_table(
        "journal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("annotator_id", sa.Integer(), nullable=True),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("undoes", sa.String(), nullable=True),
        sa.Column("redoes", sa.String(), nullable=True),
        sa.Column("time", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("inverse", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint("length(hash) = 64", name=op.f("ck_journal_hash")),
        sa.CheckConstraint("undoes IS NULL OR redoes IS NULL", name=op.f("ck_journal_undo_or_redo")),
        sa.ForeignKeyConstraint(
            ["annotator_id"], ["annotators.id"], name=op.f("fk_journal_annotator_id_annotators"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_journal_document_id_documents"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sa.UniqueConstraint("chain", "number", name=op.f("uq_journal_chain_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_journal_uid")),
    )
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_journal_document_id_annotator_id"), ["document_id", "annotator_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_journal_operation"), ["operation"], unique=False)

    op.create_table(
        "label_attributes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("choices", sa.Text(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("type IN ('choice', 'text', 'number', 'flag')", name=op.f("ck_label_attributes_type")),
        sa.ForeignKeyConstraint(
            ["label_id"], ["labels.id"], name=op.f("fk_label_attributes_label_id_labels"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_attributes")),
        sa.UniqueConstraint("label_id", "name", name=op.f("uq_label_attributes_label_id_name")),
    )
    op.create_table(
        "link_type_ends",
        sa.Column("link_type_id", sa.Integer(), nullable=False),
        sa.Column("end_of_link", sa.String(), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("end_of_link IN ('source', 'target')", name=op.f("ck_link_type_ends_end_of_link")),
        sa.ForeignKeyConstraint(
            ["label_id"], ["labels.id"], name=op.f("fk_link_type_ends_label_id_labels"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["link_type_id"],
            ["link_types.id"],
            name=op.f("fk_link_type_ends_link_type_id_link_types"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("link_type_id", "end_of_link", "label_id", name=op.f("pk_link_type_ends")),
    )
    op.create_table(
        "annotations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("extent", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("made", sa.String(), nullable=True),
        sa.Column("derived_from", sa.Text(), nullable=True),
        sa.Column("provenance", sa.Text(), nullable=True),
        sa.Column("created", sa.Text(), nullable=True),
        sa.Column("updated", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "made IS NULL OR made IN ('selected', 'taken', 'adjusted', 'drawn', 'propagated', 'accepted', 'rule', "
            "'imported')",
            name=op.f("ck_annotations_made"),
        ),
        sa.CheckConstraint('0 <= start AND start < "end"', name=op.f("ck_annotations_offsets")),
        sa.CheckConstraint("length(uid) > 0", name=op.f("ck_annotations_uid")),
        sa.ForeignKeyConstraint(
            ["label_id"], ["labels.id"], name=op.f("fk_annotations_label_id_labels"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["set_id", "document_id"],
            ["annotation_sets.id", "annotation_sets.document_id"],
            name=op.f("fk_annotations_set_id_document_id_annotation_sets"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annotations")),
        sa.UniqueConstraint("document_id", "uid", name=op.f("uq_annotations_document_id_uid")),
        sa.UniqueConstraint("set_id", "label_id", "extent", name=op.f("uq_annotations_set_id_label_id_extent")),
    )
    op.create_table(
        "attribute_values",
        sa.Column("annotation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["annotation_id"],
            ["annotations.id"],
            name=op.f("fk_attribute_values_annotation_id_annotations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("annotation_id", "name", name=op.f("pk_attribute_values")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fragments",
        sa.Column("annotation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.CheckConstraint('0 <= start AND start < "end"', name=op.f("ck_fragments_offsets")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_fragments_number")),
        sa.ForeignKeyConstraint(
            ["annotation_id"],
            ["annotations.id"],
            name=op.f("fk_fragments_annotation_id_annotations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("annotation_id", "number", name=op.f("pk_fragments")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created", sa.Text(), nullable=True),
        sa.Column("updated", sa.Text(), nullable=True),
        sa.CheckConstraint("length(uid) > 0", name=op.f("ck_links_uid")),
        sa.CheckConstraint("source_id <> target_id", name=op.f("ck_links_two_ends")),
        sa.ForeignKeyConstraint(
            ["set_id", "document_id"],
            ["annotation_sets.id", "annotation_sets.document_id"],
            name=op.f("fk_links_set_id_document_id_annotation_sets"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["annotations.id"], name=op.f("fk_links_source_id_annotations"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["annotations.id"], name=op.f("fk_links_target_id_annotations"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["type_id"], ["link_types.id"], name=op.f("fk_links_type_id_link_types"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_links")),
        sa.UniqueConstraint("document_id", "uid", name=op.f("uq_links_document_id_uid")),
    )
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_links_set_id"), ["set_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_links_source_id"), ["source_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_links_target_id"), ["target_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_links_target_id"))
        batch_op.drop_index(batch_op.f("ix_links_source_id"))
        batch_op.drop_index(batch_op.f("ix_links_set_id"))

    op.drop_table("links")
    op.drop_table("fragments")
    op.drop_table("attribute_values")
    op.drop_table("annotations")
    op.drop_table("link_type_ends")
    op.drop_table("label_attributes")
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journal_operation"))
        batch_op.drop_index(batch_op.f("ix_journal_document_id_annotator_id"))

    op.drop_table("journal")
    op.drop_table("document_texts")
    op.drop_table("decisions")
    with op.batch_alter_table("annotation_sets", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_annotation_sets_gold", sqlite_where=sa.text("role = 'gold'"), postgresql_where=sa.text("role = 'gold'")
        )
        batch_op.drop_index(batch_op.f("ix_annotation_sets_annotator_id_state"))

    op.drop_table("annotation_sets")
    op.drop_table("project")
    op.drop_table("link_types")
    with op.batch_alter_table("labels", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_labels_key_in_use",
            sqlite_where=sa.text("key IS NOT NULL AND archived = 0"),
            postgresql_where=sa.text("key IS NOT NULL AND archived = 0"),
        )

    op.drop_table("labels")
    op.drop_table("documents")
    op.drop_table("annotators")
