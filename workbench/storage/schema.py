"""What has to be known of the schema before anything of it is loaded: by it a file is told to be ours, and how old.

Apart from the tables, because opening a database needs these two values and not the object-relational mapper.
"""

from __future__ import annotations

REVISIONS = ("0001", "0002")
"""The schema's history, oldest first; a test holds it to the migrations folder. Known here so that opening a
database never imports Alembic."""

APPLICATION_ID = 0x776B6268
"""SQLite's application_id of our files: "wkbh"."""
