"""Alembic's entry. The program hands it a connection whose transaction it does not end; see storage/migrate.py."""

from __future__ import annotations

from alembic import context

from workbench.storage.models import Base

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("Migrations run through `workbench upgrade`, which makes a backup first.")

context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    # Batch mode rebuilds tables where SQLite cannot alter them.
    render_as_batch=True,
    transactional_ddl=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
