"""What a database holds, counted; and the facts of its file."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection

from workbench.domain.annotation import Role, State


class Totals(NamedTuple):
    """Counts over the whole database. `sets` counts people's sets by state, `annotations` all of them by label."""

    documents: int
    codepoints: int
    sets: dict[str, int]
    gold: int
    imported: int
    annotations: dict[str, int]
    links: int
    decisions: int


def count_all(connection: Connection) -> Totals:
    """Count everything, seen at one moment."""
    documents, codepoints = connection.exec_driver_sql(
        "SELECT count(*), coalesce(sum(codepoints), 0) FROM documents"
    ).one()
    sets = {
        (row[0], row[1]): row[2]
        for row in connection.exec_driver_sql("SELECT role, state, count(*) FROM annotation_sets GROUP BY role, state")
    }
    annotations = connection.exec_driver_sql(
        "SELECT labels.name, (SELECT count(*) FROM annotations WHERE annotations.label_id = labels.id) "
        "FROM labels ORDER BY labels.position, labels.id"
    )
    return Totals(
        documents,
        codepoints,
        {state.value: sets.get((Role.ANNOTATOR.value, state.value), 0) for state in State},
        _of_role(sets, Role.GOLD),
        _of_role(sets, Role.IMPORTED),
        {row[0]: row[1] for row in annotations},
        connection.exec_driver_sql("SELECT count(*) FROM links").scalar_one(),
        connection.exec_driver_sql("SELECT count(*) FROM decisions WHERE implicit = 0").scalar_one(),
    )


def _of_role(sets: dict[tuple[str, str], int], role: Role) -> int:
    return sum(count for (of, _), count in sets.items() if of == role.value)


def journal_mode(connection: Connection) -> str:
    """Return SQLite's journal mode of the file: wal or delete."""
    return str(connection.exec_driver_sql("PRAGMA journal_mode").scalar_one())


def revision(connection: Connection) -> str:
    """Return the schema revision."""
    return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())
