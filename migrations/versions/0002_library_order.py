"""The library can sort by title, length, import and last touch without reading every document."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# A set was last touched when its journal chain last grew, so that the column can be made again from the journal.
FILL_TOUCHED = """
UPDATE annotation_sets SET touched = (
    SELECT journal.time FROM journal
    WHERE journal.chain = (
        SELECT CASE annotation_sets.role
            WHEN 'gold' THEN 'document/' || documents.uid
            ELSE 'set/' || documents.uid || '/' || annotation_sets.role || '/' || annotators.uid
        END
        FROM documents LEFT JOIN annotators ON annotators.id = annotation_sets.annotator_id
        WHERE documents.id = annotation_sets.document_id
    )
    ORDER BY journal.number DESC LIMIT 1
)
"""

SORTED_BY = ("title", "words", "imported")


def upgrade() -> None:
    """Add the column and the indexes, and fill the column from the journal."""
    op.add_column("annotation_sets", sa.Column("touched", sa.Text(), nullable=True))
    op.execute(FILL_TOUCHED)
    op.create_index(op.f("ix_annotation_sets_annotator_id_touched"), "annotation_sets", ["annotator_id", "touched"])
    for column in SORTED_BY:
        op.create_index(op.f(f"ix_documents_{column}"), "documents", [column])


def downgrade() -> None:
    """Drop what `upgrade` added; nothing is lost that the journal does not hold."""
    for column in SORTED_BY:
        op.drop_index(op.f(f"ix_documents_{column}"), "documents")
    op.drop_index(op.f("ix_annotation_sets_annotator_id_touched"), "annotation_sets")
    with op.batch_alter_table("annotation_sets") as batch:
        batch.drop_column("touched")
