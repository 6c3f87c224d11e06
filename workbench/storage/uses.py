"""Where labels, attributes, link types and annotators are used: what may not be taken away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection


class ValueUse(NamedTuple):
    """A value that annotations of a label (by uid) carry for an attribute, and how many do."""

    label: str
    attribute: str
    value: Any
    times: int


class LinkUse(NamedTuple):
    """A pair of labels that links of a type join (all by uid), and how many do."""

    type: str
    source: str
    target: str
    times: int


def value_uses(connection: Connection) -> Iterator[ValueUse]:
    """Yield every distinct attribute value in use."""
    for label, name, value, count in connection.exec_driver_sql(
        "SELECT labels.uid, attribute_values.name, attribute_values.value, count(*) FROM attribute_values "
        "JOIN annotations ON annotations.id = attribute_values.annotation_id "
        "JOIN labels ON labels.id = annotations.label_id GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    ):
        yield ValueUse(label, name, orjson.loads(value), count)


def link_uses(connection: Connection) -> Iterator[LinkUse]:
    """Yield every link type and pair of labels in use."""
    for row in connection.exec_driver_sql(
        "SELECT link_types.uid, source_label.uid, target_label.uid, count(*) FROM links "
        "JOIN link_types ON link_types.id = links.type_id "
        "JOIN annotations AS source ON source.id = links.source_id "
        "JOIN annotations AS target ON target.id = links.target_id "
        "JOIN labels AS source_label ON source_label.id = source.label_id "
        "JOIN labels AS target_label ON target_label.id = target.label_id GROUP BY 1, 2, 3"
    ):
        yield LinkUse(*row)


def sets_of_annotators(connection: Connection) -> dict[str, int]:
    """Count the annotation sets of each annotator by uid; annotators without any are left out."""
    rows = connection.exec_driver_sql(
        "SELECT annotators.uid, count(*) FROM annotation_sets "
        "JOIN annotators ON annotators.id = annotation_sets.annotator_id GROUP BY annotators.uid"
    )
    return {row[0]: row[1] for row in rows}
