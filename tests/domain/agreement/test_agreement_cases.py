"""Every figure of every shared case, as it stands and with people renamed, lists shuffled and sides swapped."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from workbench.domain.agreement import MarkedDocument, measure
from workbench.domain.alignment import LinkSpan, Span, normalise


def read_span(record: dict[str, Any]) -> Span:
    fragments = record.get("fragments") or [[record["start"], record["end"]]]
    return normalise([(start, end) for start, end in fragments], record["label"])


def read_link(record: dict[str, Any]) -> LinkSpan:
    return record["type"], read_span(record["from"]), read_span(record["to"])


def read_documents(case: dict[str, Any]) -> list[MarkedDocument]:
    found = []
    for number, record in enumerate(case["documents"], start=1):
        text = record.get("text")
        found.append(
            MarkedDocument(
                record.get("id", f"doc{number:03}"),
                record["length"] if text is None else len(text),
                {name: [read_span(one) for one in spans] for name, spans in record["annotators"].items()},
                {name: [read_link(one) for one in links] for name, links in record.get("links", {}).items()},
                text,
            )
        )
    return found


@pytest.fixture
def cases(shared: Path) -> list[dict[str, Any]]:
    paths = sorted((shared / "agreement" / "cases").glob("*.json"))
    assert paths
    return [json.loads(path.read_bytes()) for path in paths]


def close(found: Any, wanted: Any, tolerance: float) -> bool:
    if found is None or wanted is None:
        return found is wanted
    if isinstance(wanted, dict):
        return found.keys() == wanted.keys() and all(close(found[key], wanted[key], tolerance) for key in wanted)
    if isinstance(wanted, list):
        return all(close(one, other, tolerance) for one, other in zip(found, wanted, strict=True))
    return abs(found - wanted) <= tolerance


def check(case: dict[str, Any], documents: list[MarkedDocument]) -> None:
    figures = measure(documents)
    values, reasons = figures.values(), figures.reasons()
    for key, expected in case["expected"].items():
        assert close(values[key], expected["value"], expected["tolerance"]), (case["id"], key, values[key])
        assert (values[key] is None) == (key in reasons), (case["id"], key)


def test_every_figure_of_the_shared_cases_comes_out(cases: list[dict[str, Any]]) -> None:
    for case in cases:
        check(case, read_documents(case))


def test_every_figure_comes_out_the_same_with_people_renamed_and_lists_shuffled(cases: list[dict[str, Any]]) -> None:
    chance = Random(4)
    for case in cases:
        documents = [mixed(chance, document) for document in read_documents(case)]
        chance.shuffle(documents)
        check(case, documents)
        assert measure(documents).values() == measure(read_documents(case)).values(), case["id"]


def mixed(chance: Random, document: MarkedDocument) -> MarkedDocument:
    """Return the document with names in the opposite order, and everything in it in another one."""
    names = {name: f"{999 - sum(map(ord, name)):03}" for name in document.sides}
    assert len(set(names.values())) == len(names)
    return document._replace(
        sides={names[name]: chance.sample(list(side), len(side)) for name, side in reversed(document.sides.items())},
        links={names[name]: chance.sample(list(side), len(side)) for name, side in reversed(document.links.items())},
    )
